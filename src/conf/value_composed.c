/* The types of one member or two of one block alone: head, expect, version_table of an
 * environment, whose keys' offsets name the first of the two; external_url. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/address.h"
#include "conf/conf.h"
#include "conf/external.h"
#include "conf/value.h"

static const char environment_prefix[] = "environment:";

static const char *
after_prefix(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) ? NULL : s + n;
}

/* head */

static bool
parse_head(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct conf_environment *e = base;

	(void)k;
	for (size_t i = 0; i < v->texts->n; i++) {
		const char *s = v->texts->v[i];
		const char *name = after_prefix(s, environment_prefix);

		if (!*s || (name && !*name)) {
			strbuf_printf(why, "\"%s\" names no %s", s,
				name ? "environment" : "revision");
			return false;
		}
		if (name && v->texts->n > 1) {
			strbuf_printf(why, "\"%s\" has to stand alone", s);
			return false;
		}
		if (name)
			e->head_environment = xstrdup(name);
		else
			strvec_add(&e->head, s);
	}
	return true;
}

static void
format_head(const struct conf_key *k, const void *base, struct strvec *out)
{
	const struct conf_environment *e = base;

	(void)k;
	strvec_copy(out, &e->head);
	if (e->head_environment)
		strvec_take(out,
			xasprintf("%s%s", environment_prefix, e->head_environment));
}

static void
clear_head(const struct conf_key *k, void *base)
{
	struct conf_environment *e = base;

	(void)k;
	strvec_free(&e->head);
	free(e->head_environment);
	e->head_environment = NULL;
}

const struct conf_type type_head = {.word = "LIST",
	.is_list = true,
	.parse = parse_head,
	.format = format_head,
	.clear = clear_head};

/* expect */

static const struct {
	const char *word; /* ends with ':' if a target follows */
	bool is_path;
} expectations[] = {
	[EXPECT_NONE] = {"none", false},
	[EXPECT_ENVIRONMENT] = {environment_prefix, false},
	[EXPECT_SNAPSHOT] = {"snapshot:", true},
	[EXPECT_SNAPSHOTS] = {"snapshots:", true},
	[EXPECT_BASELINE] = {"baseline", false},
	[EXPECT_MIGRATIONS] = {"migrations", false},
	[EXPECT_DDL] = {"ddl:", true},
};

static bool
has_target(size_t kind)
{
	return strchr(expectations[kind].word, ':') != NULL;
}

/* COUNT_OF(expectations) if it is none; `target` is what follows the colon. */
static size_t
find_expectation(const char *s, const char **target)
{
	for (size_t i = 0; i < COUNT_OF(expectations); i++) {
		*target = after_prefix(s, expectations[i].word);
		if (*target && (**target != '\0') == has_target(i))
			return i;
	}
	return COUNT_OF(expectations);
}

static bool
parse_expect(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct conf_environment *e = base;
	const char *target;
	size_t kind = find_expectation(v->texts->v[0], &target);

	(void)k;
	if (kind == COUNT_OF(expectations)) {
		strbuf_printf(why,
			"\"%s\" is not one of: environment:NAME, snapshot:FILE, "
			"snapshots:DIR, baseline, migrations, ddl:FILE, none",
			v->texts->v[0]);
		return false;
	}
	e->expect = (enum expect_kind)kind;
	if (!has_target(kind))
		return true;
	e->expect_target = expectations[kind].is_path ? conf_path_join(v->dir, target)
						      : xstrdup(target);
	return true;
}

static void
format_expect(const struct conf_key *k, const void *base, struct strvec *out)
{
	const struct conf_environment *e = base;

	(void)k;
	strvec_take(out, xasprintf("%s%s", expectations[e->expect].word,
				 e->expect_target ? e->expect_target : ""));
}

static void
clear_expect(const struct conf_key *k, void *base)
{
	struct conf_environment *e = base;

	(void)k;
	e->expect = EXPECT_NONE;
	free(e->expect_target);
	e->expect_target = NULL;
}

const struct conf_type type_expect = {.word = "WHAT",
	.parse = parse_expect,
	.format = format_expect,
	.clear = clear_expect};

/* capture */

static bool
parse_capture(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct conf_environment *e = base;
	const char *dir =
		after_prefix(v->texts->v[0], expectations[EXPECT_SNAPSHOTS].word);

	(void)k;
	if (dir && *dir)
		e->capture = conf_path_join(v->dir, dir);
	else
		strbuf_printf(
			why, "\"%s\" is not written snapshots:DIR", v->texts->v[0]);
	return e->capture != NULL;
}

static void
format_capture(const struct conf_key *k, const void *base, struct strvec *out)
{
	const struct conf_environment *e = base;

	(void)k;
	if (e->capture)
		strvec_take(out, xasprintf("%s%s", expectations[EXPECT_SNAPSHOTS].word,
					 e->capture));
}

static void
clear_capture(const struct conf_key *k, void *base)
{
	struct conf_environment *e = base;

	(void)k;
	free(e->capture);
	e->capture = NULL;
}

const struct conf_type type_capture = {.word = "snapshots:DIRECTORY",
	.parse = parse_capture,
	.format = format_capture,
	.clear = clear_capture};

/* version_table */

/* One name, plain or in double quotes with "" for a quote; NULL if there is none.
 * Moves `*s` behind it. */
static char *
take_name(const char **s)
{
	struct strbuf name = {0};
	bool quoted = **s == '"';

	for (*s += quoted; **s; (*s)++) {
		if (quoted && **s == '"' && (*s)[1] != '"')
			break;
		if (!quoted && strchr(".\" \t", **s))
			break;
		*s += quoted && **s == '"';
		strbuf_addc(&name, **s);
	}
	if (quoted && **s != '"')
		strbuf_clear(&name);
	*s += quoted && **s == '"';
	if (name.len)
		return strbuf_take(&name);
	strbuf_free(&name);
	return NULL;
}

static bool
parse_table(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct conf_environment *e = base;
	const char *s = v->texts->v[0];

	(void)k;
	e->version_table = take_name(&s);
	if (e->version_table && *s == '.') {
		s++;
		e->version_schema = e->version_table;
		e->version_table = take_name(&s);
	} else {
		e->version_schema = xstrdup("public");
	}
	if (e->version_table && !*s)
		return true;
	strbuf_printf(why,
		"\"%s\" is not a table such as \"public.alembic_version\"; a name with "
		"a dot or a space has to be in double quotes",
		v->texts->v[0]);
	return false;
}

static void
format_table(const struct conf_key *k, const void *base, struct strvec *out)
{
	const struct conf_environment *e = base;
	struct strbuf b = {0};

	(void)k;
	if (!e->version_table)
		return;
	text_qualified(&b, e->version_schema, e->version_table);
	strvec_take(out, strbuf_take(&b));
}

static void
clear_table(const struct conf_key *k, void *base)
{
	struct conf_environment *e = base;

	(void)k;
	free(e->version_schema);
	free(e->version_table);
	e->version_schema = e->version_table = NULL;
}

const struct conf_type type_table = {.word = "SCHEMA.TABLE",
	.parse = parse_table,
	.format = format_table,
	.clear = clear_table};

/* external_url */

static bool
parse_external(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct conf_http *h = base;
	struct external x;
	struct err e;

	(void)k;
	if (!*v->texts->v[0])
		return true;
	if (!external_parse(v->texts->v[0], &x, &e)) {
		strbuf_add(why, e.text);
		return false;
	}
	h->external_url = xstrdup(x.url);
	external_fini(&x);
	return true;
}

static void
format_external(const struct conf_key *k, const void *base, struct strvec *out)
{
	const struct conf_http *h = base;

	(void)k;
	if (h->external_url)
		strvec_add(out, h->external_url);
}

static void
clear_external(const struct conf_key *k, void *base)
{
	struct conf_http *h = base;

	(void)k;
	free(h->external_url);
	h->external_url = NULL;
}

const struct conf_type type_external = {.word = "URL",
	.parse = parse_external,
	.format = format_external,
	.clear = clear_external};

/* Modes, as chmod(1) takes them */

static bool
parse_mode(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	const char *s = v->texts->v[0];
	size_t digits = strspn(s, "01234567");

	(void)k;
	if (digits < 3 || digits > 4 || s[digits] || strtol(s, NULL, 8) > 0777) {
		strbuf_printf(
			why, "\"%s\" is not a mode such as \"0660\" or \"0666\"", s);
		return false;
	}
	*(int *)((char *)base + k->offset) = (int)strtol(s, NULL, 8);
	return true;
}

static void
format_mode(const struct conf_key *k, const void *base, struct strvec *out)
{
	strvec_take(out, xasprintf("0%03o",
				 *(const unsigned *)((const char *)base + k->offset)));
}

static void
clear_mode(const struct conf_key *k, void *base)
{
	*(int *)((char *)base + k->offset) = 0;
}

const struct conf_type type_mode = {.word = "MODE",
	.parse = parse_mode,
	.format = format_mode,
	.clear = clear_mode};

/* Several words of a few */

static bool
parse_words(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct strvec *to = (struct strvec *)((char *)base + k->offset);

	for (size_t i = 0; i < v->texts->n; i++) {
		if (!conf_value_is_choice(k, v->texts->v[i], why))
			return false;
		strvec_add(to, v->texts->v[i]);
	}
	return true;
}

static void
format_words(const struct conf_key *k, const void *base, struct strvec *out)
{
	strvec_copy(out,
		(const struct strvec *)(const void *)((const char *)base + k->offset));
}

static void
clear_words(const struct conf_key *k, void *base)
{
	strvec_free((struct strvec *)((char *)base + k->offset));
}

const struct conf_type type_words = {.word = "LIST",
	.is_list = true,
	.parse = parse_words,
	.format = format_words,
	.clear = clear_words};

/* Addresses */

/* "HOST:PORT", "[V6]:PORT", "*:PORT". */
static bool
is_address(const char *s)
{
	const char *colon = strrchr(s, ':');
	size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;

	if (!digits || digits > 5 || colon[1 + digits] || colon == s ||
		strtol(colon + 1, NULL, 10) > 65535)
		return false;
	if (s[0] == '[')
		return colon[-1] == ']' && colon - s > 2;
	return memchr(s, ':', (size_t)(colon - s)) == NULL;
}

/* As the server will read it. */
static bool
parse_listen(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	for (size_t i = 0; i < v->texts->n; i++) {
		const char *text = v->texts->v[i];
		struct address a;
		struct err e;

		if (!address_is_unix(text) && !is_address(text))
			strbuf_printf(why,
				"\"%s\" is not an address such as \"127.0.0.1:10432\", "
				"\"[::1]:10432\", \"*:10432\" or "
				"\"unix:/run/pgdriftd/http.sock\"",
				text);
		else if (!address_parse(text, &a, &e))
			strbuf_add(why, e.text);
		else
			continue;
		return false;
	}
	strvec_copy((struct strvec *)((char *)base + k->offset), v->texts);
	return true;
}

const struct conf_type type_listen = {.word = "LIST",
	.is_list = true,
	.parse = parse_listen,
	.format = format_words,
	.clear = clear_words};
