/* See locale.h. */
#include "diff/locale.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

struct pair {
	const char *old, *new;
};

static const struct pair keys[] = {
	{"calendar", "ca"},
	{"colalternate", "ka"},
	{"colbackwards", "kb"},
	{"colcasefirst", "kf"},
	{"colcaselevel", "kc"},
	{"collation", "co"},
	{"colnormalization", "kk"},
	{"colnumeric", "kn"},
	{"colreorder", "kr"},
	{"colstrength", "ks"},
	{"currency", "cu"},
	{"numbers", "nu"},
};

static const struct pair values[] = {
	{"dictionary", "dict"},
	{"gb2312han", "gb2312"},
	{"identical", "identic"},
	{"non-ignorable", "noignore"},
	{"no", "false"},
	{"phonebook", "phonebk"},
	{"primary", "level1"},
	{"quarternary", "level4"},
	{"quaternary", "level4"},
	{"secondary", "level2"},
	{"tertiary", "level3"},
	{"traditional", "trad"},
	{"yes", "true"},
};

static const char *
renamed(const struct pair *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].old, word))
			return list[i].new;
	return word;
}

/* "key=value" as "-key-value". */
static char *
attribute(char *text)
{
	char *value = strchr(text, '=');
	struct strbuf b = {0};

	if (value)
		*value++ = '\0';
	strbuf_printf(&b, "-%s", renamed(keys, COUNT_OF(keys), text));
	if (value)
		strbuf_printf(&b, "-%s", renamed(values, COUNT_OF(values), value));
	return strbuf_take(&b);
}

static void
add_attributes(const char *text, struct strbuf *out)
{
	struct strvec given = {0}, written = {0};

	strvec_split(&given, text, ';');
	for (size_t i = 0; i < given.n; i++)
		strvec_take(&written, attribute(given.v[i]));
	strvec_sort(&written);
	if (written.n)
		strbuf_add(out, "-u");
	strvec_join(&written, "", out);
	strvec_free(&given);
	strvec_free(&written);
}

/* "true" is what a key without a value has. */
static void
drop_true(char *s)
{
	static const char word[] = "-true";
	size_t n = strlen(word);

	while ((s = strstr(s, word)))
		if (s[n] == '-' || !s[n])
			memmove(s, s + n, strlen(s + n) + 1);
		else
			s += n;
}

static char *
written_anew(const char *name)
{
	size_t n = strcspn(name, "@");
	struct strbuf b = {0}, small = {0};

	for (const char *s = name; *s; s++)
		strbuf_addc(&small, *s >= 'A' && *s <= 'Z'      ? (char)(*s + 32)
				    : *s == '_' && s < name + n ? '-'
								: *s);
	if (!n || (n == 4 && !strncmp(small.s, "root", 4)))
		strbuf_add(&b, "und");
	else
		strbuf_addn(&b, small.s, n);
	if (name[n])
		add_attributes(small.s + n + 1, &b);
	strbuf_free(&small);
	drop_true(b.s);
	return strbuf_take(&b);
}

bool
locale_same(const char *a, const char *b)
{
	char *x = written_anew(a), *y = written_anew(b);
	bool same = !strcmp(x, y);

	free(x);
	free(y);
	return same;
}
