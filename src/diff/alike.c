/* Texts of an object name the object itself: the policy of a table its columns, an
 * index its table.  Where only that name differs, the texts say the same. */
#include "diff/alike.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/moved.h"

/* Part of a word: a letter, digit, underscore, quote, or byte of a character. */
static bool
in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '"' ||
	       (unsigned char)c >= 0x80;
}

/* The length of `word` if it stands at `s`, whose text begins at `begin`, else 0. */
static size_t
word_at(const char *begin, const char *s, const char *word)
{
	size_t n;

	if (*s != *word || (s > begin && in_word(s[-1])))
		return 0;
	n = strlen(word);
	return strncmp(s, word, n) || in_word(s[n]) ? 0 : n;
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

/* ---- Values ---- */

static bool
is_looked_at(const struct comparison *c, enum kind k, size_t i)
{
	return c->compared[k] >> i & 1 &&
	       kind_info(k)->properties[i].only_with != SWITCH_COLUMN_ORDER;
}

bool
alike_values(const struct comparison *c, const struct object *expected,
	const struct object *found, const struct renaming *r)
{
	const struct kind_info *info = kind_info(found->kind);

	for (size_t i = 0; i < info->n_properties; i++) {
		const struct property *p = &info->properties[i];
		const char *a = expected->values[i], *b = found->values[i];

		if (!is_looked_at(c, found->kind, i) ||
			moved_compare(c, p, a, b) == ACROSS_SAME)
			continue;
		if (!r || !a || !b || !alike_text(a, b, r))
			return false;
	}
	return true;
}

/* ---- A hash of what is the same ---- */

/* Of a text and of a quoted name, which has up to 63 bytes as a rule. */
enum { KEY_BYTES = 4096, NAME_BYTES = 256 };

static void
mix(uint64_t *hash, const char *s, size_t n)
{
	static const uint64_t prime = UINT64_C(1099511628211);

	for (size_t i = 0; i < n; i++)
		*hash = (*hash ^ (unsigned char)s[i]) * prime;
}

static uint64_t
hash_name(const char *s, size_t n)
{
	uint64_t hash = ALIKE_KEY;

	mix(&hash, s, n);
	return hash;
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
alike_names_add(struct alike_names *names, const char *quoted)
{
	GROW(names->v, names->n, names->cap);
	names->v[names->n++] = hash_name(quoted, strlen(quoted));
}

void
alike_names_sort(struct alike_names *names)
{
	if (names->n)
		qsort(names->v, names->n, sizeof *names->v, by_value);
}

void
alike_names_free(struct alike_names *names)
{
	free(names->v);
	*names = (struct alike_names){0};
}

/* The length of what is in quotes at `s`, as a name is; 0: nothing is. */
static size_t
quoted_length(const char *s)
{
	size_t n = 1;

	if (*s != '"')
		return 0;
	for (; s[n] && n < NAME_BYTES; n++)
		if (s[n] == '"' && s[++n] != '"')
			return n;
	return 0;
}

/* The length of the name at `s`, where a word begins; 0: it is none of them. */
static size_t
name_at(const struct alike_names *names, const char *s)
{
	size_t n = quoted_length(s);
	uint64_t hash;

	if (!n)
		while (n <= NAME_BYTES && in_word(s[n]))
			n++;
	if (!names->n || !n || in_word(s[n]))
		return 0;
	hash = hash_name(s, n);
	return bsearch(&hash, names->v, names->n, sizeof hash, by_value) ? n : 0;
}

void
alike_key(uint64_t *hash, const char *text, const struct alike_names *names)
{
	const char *s = text;

	mix(hash, text ? "+" : "-", 1);
	for (size_t taken = 0; s && *s && taken < KEY_BYTES; taken++) {
		bool begins = in_word(*s) && (s == text || !in_word(s[-1]));
		size_t n = begins ? name_at(names, s) : 0;

		mix(hash, n ? "\1" : s, 1);
		s += n ? n : 1;
	}
	mix(hash, "", 1);
}

void
alike_values_key(const struct comparison *c, const struct object *o,
	const struct alike_names *names, uint64_t *hash)
{
	const struct kind_info *info = kind_info(o->kind);

	/* Where an extension moved, other texts are the same. */
	for (size_t i = 0; !c->moves && i < info->n_properties; i++)
		if (is_looked_at(c, o->kind, i) &&
			across_is_exact(&info->properties[i], c->version))
			alike_key(hash, o->values[i], names);
}
