/* A catalog may be of hundreds of megabytes and all of it differ, and a diff is
 * printed, stored and sent in one piece. */
#include "diff/kept.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/* Not longer than what would stand for it, in a way; and how much of it is shown. */
enum { SHORT = 256, BEGINNING = 100 };

struct kept {
	struct arena *arena;
	size_t left;
};

/* The first bytes, up to a whole character. */
static size_t
beginning(const char *text)
{
	size_t n = BEGINNING;

	while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return n;
}

char *
kept_instead(const char *text)
{
	size_t n = text ? strlen(text) : 0;
	char hex[HASH_HEX_LEN];

	if (n <= SHORT)
		return NULL;
	hash_of(text, n, hex);
	return xasprintf("<text of %zu bytes, SHA-256 %s, that begins:> %.*s", n, hex,
		(int)beginning(text), text);
}

static const char *
keep(struct kept *k, const char *text)
{
	size_t n = text ? strlen(text) : 0;
	char *instead = n > k->left ? kept_instead(text) : NULL;
	const char *kept = arena_strdup(k->arena, instead ? instead : text);

	if (!instead)
		k->left -= n < k->left ? n : k->left;
	free(instead);
	return kept;
}

static void
keep_all(struct kept *k, struct finding *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i].expected = keep(k, list[i].expected);
		list[i].found = keep(k, list[i].found);
	}
}

void
kept_take(struct diff *d, size_t max)
{
	struct kept k = {d->arena, max ? max : SIZE_MAX};

	keep_all(&k, d->findings, d->n_findings);
	keep_all(&k, d->undecided, d->n_undecided);
}
