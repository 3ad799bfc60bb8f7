/* Texts of an object name the object itself: the policy of a table its columns, an
 * index its table.  Where only that name differs, the texts say the same. */
#include "diff/alike.h"

#include <string.h>

#include "diff/moved.h"

/* Part of a word: a letter, digit, underscore, quote, or byte of a character. */
static bool
in_word(char c)
{
	return c &&
	       (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
		       "$\"",
			c) ||
		       (unsigned char)c >= 0x80);
}

/* The length of `word` if it stands at `s`, whose text begins at `begin`, else 0. */
static size_t
word_at(const char *begin, const char *s, const char *word)
{
	size_t n = strlen(word);

	if ((s > begin && in_word(s[-1])) || strncmp(s, word, n) || in_word(s[n]))
		return 0;
	return n;
}

bool
alike_text(const char *expected, const char *found, const struct renaming *r)
{
	const char *a = expected, *b = found;

	while (*a || *b) {
		size_t from = word_at(expected, a, r->from);
		size_t to = word_at(found, b, r->to);

		if (from && to) {
			a += from;
			b += to;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return true;
}

bool
alike_values(const struct comparison *c, const struct object *expected,
	const struct object *found, const struct renaming *r)
{
	const struct kind_info *info = kind_info(found->kind);

	for (size_t i = 0; i < info->n_properties; i++) {
		const struct property *p = &info->properties[i];
		const char *a = expected->values[i], *b = found->values[i];

		if (!(c->compared[found->kind] >> i & 1) ||
			p->only_with == SWITCH_COLUMN_ORDER ||
			moved_compare(c, p, a, b) == ACROSS_SAME)
			continue;
		if (!r || !a || !b || !alike_text(a, b, r))
			return false;
	}
	return true;
}
