#include "tests/unit/report/drawn.h"

#include "tests/unit/unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void
drawn_read(struct drawn_picture *drawn, const char *dir, const char *lines,
	const struct picture_marker *markers, size_t n)
{
	struct drawing_wish w = {.standing = &drawn->standing, .fold = DRAWING_FOLD};

	*drawn = (struct drawn_picture){0};
	drawn->h = lines ? fixture_graph(dir, lines) : fixture_read(dir, "");
	for (size_t i = 0; i < n; i++)
		strvec_copy(&drawn->standing, markers[i].revisions);
	drawn->d = drawing_new(drawn->h, &w);
	drawn->p = (struct picture){
		.name = "app", .drawing = drawn->d, .markers = markers, .n_markers = n};
}

void
drawn_done(struct drawn_picture *drawn)
{
	drawing_free(drawn->d);
	strvec_free(&drawn->standing);
	migrations_free(drawn->h);
}

void
drawn_check_count(const char *text, const char *part, size_t n)
{
	size_t found = 0;

	for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
		found++;
	if (found != n)
		fail_msg("%zu times, not %zu: %s\nin\n%s", found, n, part, text);
}

/* ---- XML ---- */

/* Behind a character or reference of text or of a value; none of `refused`. */
static const char *
xml_character(const char *s, const char *refused)
{
	static const char *const entities[] = {
		"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;"};

	if (*s == '&') {
		for (size_t i = 0; i < COUNT_OF(entities); i++)
			if (!strncmp(s, entities[i], strlen(entities[i])))
				return s + strlen(entities[i]);
		fail_msg("no entity: %.20s", s);
	}
	if (strchr(refused, *s) || ((unsigned char)*s < ' ' && !strchr("\t\n", *s)))
		fail_msg("it must not stand here: %.20s", s);
	return s + 1;
}

static size_t
xml_name(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || (s[n] && strchr("-:_", s[n])))
		n++;
	if (!n)
		fail_msg("no name: %.20s", s);
	return n;
}

/* Behind the attributes of a tag: at ">" or "/>". */
static const char *
xml_attributes(const char *s)
{
	struct strvec seen = {0};

	while (*s == ' ') {
		size_t n = xml_name(++s);

		strvec_take(&seen, xstrndup(s, n));
		s += n;
		assert_false(strncmp(s, "=\"", 2));
		for (s += 2; *s != '"';)
			s = xml_character(s, "<");
		s++;
	}
	strvec_sort(&seen);
	for (size_t i = 1; i < seen.n; i++)
		assert_string_not_equal(seen.v[i - 1], seen.v[i]);
	strvec_free(&seen);
	return s;
}

static const char *
xml_tag(const char *s, struct strvec *open)
{
	bool ends = s[1] == '/';
	const char *name = s + 1 + ends;
	size_t n = xml_name(name);

	if (ends) {
		assert_true(open->n > 0 && strlen(open->v[open->n - 1]) == n &&
			    !strncmp(open->v[open->n - 1], name, n));
		free(open->v[--open->n]);
		assert_true(name[n] == '>');
		return name + n + 1;
	}
	s = xml_attributes(name + n);
	if (*s != '/')
		strvec_take(open, xstrndup(name, n));
	s += *s == '/';
	if (*s != '>')
		fail_msg("no end of a tag: %.20s", s);
	return s + 1;
}

void
drawn_check_xml(const char *s)
{
	static const char first[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
	struct strvec open = {0};

	assert_true(text_is_utf8(s, strlen(s)));
	/* They are UTF-8 and no characters of XML. */
	assert_null(strstr(s, "\xef\xbf\xbe"));
	assert_null(strstr(s, "\xef\xbf\xbf"));
	if (!strncmp(s, first, strlen(first)))
		s += strlen(first);
	assert_true(*s == '<');
	s = xml_tag(s, &open);
	while (open.n)
		s = *s == '<' ? xml_tag(s, &open) : xml_character(s, "<");
	assert_string_equal(s, "\n");
	strvec_free(&open);
}

/* ---- DOT ---- */

static const char *
dot_skip(const char *s, const char *what)
{
	if (strncmp(s, what, strlen(what)))
		fail_msg("no %s: %.40s", what, s);
	return s + strlen(what);
}

static const char *
dot_quoted(const char *s)
{
	for (s = dot_skip(s, "\""); *s != '"'; s++) {
		if (!*s || *s == '\n')
			fail_msg("a string is not closed");
		s += *s == '\\' && (s[1] == '\\' || s[1] == '"');
	}
	return s + 1;
}

static const char *
dot_attributes(const char *s)
{
	do {
		s += strspn(s, ", ");
		s += xml_name(s);
		s = dot_skip(s, "=");
		s = *s == '"' ? dot_quoted(s)
			      : s + strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.");
	} while (*s == ',');
	return dot_skip(s, "]");
}

void
drawn_check_dot(const char *s)
{
	assert_true(text_is_utf8(s, strlen(s)));
	s = dot_skip(dot_quoted(dot_skip(s, "digraph ")), " {\n");
	while (*s == '\t') {
		s++;
		s = *s == '"' ? dot_quoted(s) : s + xml_name(s);
		if (!strncmp(s, " -> ", 4))
			s = dot_quoted(s + 4);
		if (!strncmp(s, " [", 2))
			s = dot_attributes(s + 2);
		s = dot_skip(s, ";\n");
	}
	assert_string_equal(s, "}\n");
}
