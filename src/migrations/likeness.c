/* One thing after the other is taken off a row until an id is left; see likeness.h.
 * Only what leads to one single revision counts. */
#include "migrations/likeness.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

enum { SHORTEST = 4 }; /* of an abbreviation that means anything */

static const struct {
	enum likeness_way way;
	const char *words;
} says[] = {
	{LIKENESS_UNSEEN, "padded with blanks or control characters"},
	{LIKENESS_QUOTED, "in quotes"},
	{LIKENESS_FILE, "as the name of its file"},
	{LIKENESS_CASE, "in other case"},
	{LIKENESS_ABBREVIATED, "abbreviated"},
};

void
likeness_say(struct strbuf *out, const struct likeness *l)
{
	const char *between = "";

	for (size_t i = 0; i < COUNT_OF(says); i++) {
		if (!(l->ways & says[i].way))
			continue;
		strbuf_printf(out, "%s%s", between, says[i].words);
		between = " and ";
	}
}

/* The length of a blank, or of what cannot be seen; else 0. */
static size_t
blank(const char *s)
{
	return *s == ' ' ? 1 : text_unseen(s);
}

/* Take off what cannot be seen, wherever it stands. */
static bool
strip_unseen(char *s)
{
	bool any = false;
	char *to = s;

	while (*s) {
		size_t n = blank(s);

		any |= n > 0;
		if (n)
			s += n;
		else
			*to++ = *s++;
	}
	*to = '\0';
	return any;
}

static bool
strip_quotes(char *s)
{
	size_t n = strlen(s);

	if (n < 2 || !strchr("'\"`", *s) || s[n - 1] != *s)
		return false;
	memmove(s, s + 1, n - 2);
	s[n - 2] = '\0';
	return true;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* With or without ".py", in a directory or not. */
static bool
is_file_name(const char *row, const struct revision *r)
{
	const char *file = base_name(r->file), *name = base_name(row);
	size_t n = strlen(name), stem = strcspn(file, ".");

	return !strcmp(name, file) || (n == stem && !strncmp(name, file, n));
}

/* ID.py and ID_WORDS.py, whatever the file is called now. */
static bool
is_with_suffix(const char *row, const struct revision *r)
{
	size_t n = strlen(r->id);
	const char *name = base_name(row), *dot = strrchr(name, '.');

	return dot && !strncmp(name, r->id, n) && strchr("_-.", name[n]) &&
	       (!strcmp(dot, ".py") || !strcmp(dot, ".pyc"));
}

static bool
is_id(const char *row, const struct revision *r)
{
	return !strcmp(row, r->id);
}

static bool
is_file(const char *row, const struct revision *r)
{
	return is_file_name(row, r) || is_with_suffix(row, r);
}

static bool
is_case(const char *row, const struct revision *r)
{
	return !strcasecmp(row, r->id);
}

static bool
is_beginning(const char *row, const struct revision *r)
{
	size_t n = strlen(row);

	return n >= SHORTEST && n < strlen(r->id) && !strncmp(row, r->id, n);
}

/* In the order in which they are tried: what is nearer comes first. */
static const struct {
	unsigned way;
	bool (*fits)(const char *row, const struct revision *r);
} tests[] = {
	{0, is_id},
	{LIKENESS_FILE, is_file},
	{LIKENESS_CASE, is_case},
	{LIKENESS_ABBREVIATED, is_beginning},
};

static bool
find_one(const struct migrations *h, const char *row, struct likeness *out)
{
	for (size_t t = 0; t < COUNT_OF(tests); t++) {
		size_t count = 0;

		for (size_t i = 0; i < h->n_revisions; i++) {
			if (!tests[t].fits(row, &h->revisions[i]))
				continue;
			out->revision = &h->revisions[i];
			count++;
		}
		out->ways |= count == 1 ? tests[t].way : 0;
		if (count)
			return count == 1;
	}
	return false;
}

bool
likeness_find(const struct migrations *h, const char *row, struct likeness *out)
{
	char *rest = xstrdup(row);
	bool found;

	*out = (struct likeness){0};
	out->ways |= strip_unseen(rest) ? LIKENESS_UNSEEN : 0;
	out->ways |= strip_quotes(rest) ? LIKENESS_QUOTED : 0;
	found = *rest && find_one(h, rest, out) && out->ways;
	free(rest);
	return found;
}
