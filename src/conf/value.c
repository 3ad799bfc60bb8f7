/* The plain types: one row of functions each.  The composed ones (head, expect, …) are
 * in value_composed.c. */
#include "conf/value.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/size.h"
#include "base/text.h"
#include "conf/conf.h"
#include "conf/credential.h"
#include "conf/labels.h"

static void *
member(const struct conf_key *k, const void *base)
{
	return (char *)(uintptr_t)base + k->offset;
}

static const char *
only_text(const struct conf_value *v)
{
	return v->texts->v[0];
}

static void
take_text(const struct conf_key *k, const void *base, struct strvec *out)
{
	const char *s = *(char **)member(k, base);

	if (s)
		strvec_add(out, s);
}

static void
clear_text(const struct conf_key *k, void *base)
{
	char **s = member(k, base);

	free(*s);
	*s = NULL;
}

static bool
parse_text(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	(void)why;
	*(char **)member(k, base) = xstrdup(only_text(v));
	return true;
}

const struct conf_type type_text = {
	.word = "TEXT", .parse = parse_text, .format = take_text, .clear = clear_text};

/* Durations */

static bool
parse_duration(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	char least[64], most[64];
	int64_t ms;

	if (!duration_parse(only_text(v), &ms)) {
		strbuf_printf(why,
			"\"%s\" is not a duration such as \"30s\", \"5m\" or \"1h\"",
			only_text(v));
		return false;
	}
	if (ms < k->min || ms > k->max) {
		strbuf_printf(why, "\"%s\" is out of range: from %s to %s",
			only_text(v), duration_format(k->min, least, sizeof least),
			duration_format(k->max, most, sizeof most));
		return false;
	}
	*(int64_t *)member(k, base) = ms;
	return true;
}

static void
format_duration(const struct conf_key *k, const void *base, struct strvec *out)
{
	char text[64];

	strvec_add(
		out, duration_format(*(int64_t *)member(k, base), text, sizeof text));
}

static void
clear_int64(const struct conf_key *k, void *base)
{
	*(int64_t *)member(k, base) = 0;
}

const struct conf_type type_duration = {.word = "DURATION",
	.parse = parse_duration,
	.format = format_duration,
	.clear = clear_int64};

/* Amounts of memory */

static bool
parse_size(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	char least[32], most[32];
	int64_t bytes;

	if (!size_parse(only_text(v), &bytes)) {
		strbuf_printf(why, "\"%s\" is not a size such as \"64MiB\" or \"1GiB\"",
			only_text(v));
		return false;
	}
	if (bytes < k->min || bytes > k->max) {
		strbuf_printf(why, "\"%s\" is out of range: from %s to %s",
			only_text(v), size_format(k->min, least, sizeof least),
			size_format(k->max, most, sizeof most));
		return false;
	}
	*(int64_t *)member(k, base) = bytes;
	return true;
}

static void
format_size(const struct conf_key *k, const void *base, struct strvec *out)
{
	char text[32];

	strvec_add(out, size_format(*(int64_t *)member(k, base), text, sizeof text));
}

const struct conf_type type_size = {.word = "SIZE",
	.parse = parse_size,
	.format = format_size,
	.clear = clear_int64};

/* Percentages */

static bool
parse_percent(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	const char *s = only_text(v);
	size_t digits = strspn(s, "0123456789"), n = digits;

	if (s[n] == '.')
		n += 1 + strspn(s + n + 1, "0123456789");
	if (!digits || digits > 3 || n > 16 || strcmp(s + n, "%") != 0 ||
		strtod(s, NULL) > 100) {
		strbuf_printf(
			why, "\"%s\" is not a percentage from \"0%%\" to \"100%%\"", s);
		return false;
	}
	*(double *)member(k, base) = strtod(s, NULL) / 100;
	return true;
}

static void
format_percent(const struct conf_key *k, const void *base, struct strvec *out)
{
	strvec_take(out, xasprintf("%.12g%%", *(double *)member(k, base) * 100));
}

static void
clear_percent(const struct conf_key *k, void *base)
{
	*(double *)member(k, base) = 0;
}

const struct conf_type type_percent = {.word = "PERCENT",
	.parse = parse_percent,
	.format = format_percent,
	.clear = clear_percent};

/* Whole numbers */

static bool
parse_integer(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	const char *s = only_text(v);
	size_t digits = strspn(s, "0123456789");
	long long n = digits && digits < 10 ? strtoll(s, NULL, 10) : -1;

	if (s[digits] || n < k->min || n > k->max) {
		strbuf_printf(why, "\"%s\" is not a whole number from %lld to %lld", s,
			(long long)k->min, (long long)k->max);
		return false;
	}
	*(int *)member(k, base) = (int)n;
	return true;
}

static void
format_integer(const struct conf_key *k, const void *base, struct strvec *out)
{
	int n = *(int *)member(k, base);

	if (n >= k->min)
		strvec_take(out, xasprintf("%d", n));
}

static void
clear_integer(const struct conf_key *k, void *base)
{
	*(int *)member(k, base) = 0;
}

const struct conf_type type_integer = {.word = "NUMBER",
	.is_bare = true,
	.parse = parse_integer,
	.format = format_integer,
	.clear = clear_integer};

/* Booleans */

static bool
parse_boolean(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"false", false},
		{"no", false}, {"off", false}};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!strcasecmp(only_text(v), words[i].word)) {
			*(bool *)member(k, base) = words[i].value;
			return true;
		}
	strbuf_printf(why, "\"%s\" is neither true, yes, on nor false, no, off",
		only_text(v));
	return false;
}

static void
format_boolean(const struct conf_key *k, const void *base, struct strvec *out)
{
	strvec_add(out, *(bool *)member(k, base) ? "true" : "false");
}

static void
clear_boolean(const struct conf_key *k, void *base)
{
	*(bool *)member(k, base) = false;
}

const struct conf_type type_boolean = {.word = "true|false",
	.is_bare = true,
	.parse = parse_boolean,
	.format = format_boolean,
	.clear = clear_boolean};

/* One word of several */

bool
conf_value_is_choice(const struct conf_key *k, const char *s, struct strbuf *why)
{
	const char *near;
	size_t n = 0;

	for (; k->choices[n]; n++)
		if (!strcmp(k->choices[n], s))
			return true;
	near = text_near(s, k->choices, n);
	strbuf_printf(why, "\"%s\" is not one of: ", s);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(why, "%s%s", i ? ", " : "", k->choices[i]);
	if (near)
		strbuf_printf(why, "; did you mean \"%s\"?", near);
	return false;
}

static bool
parse_choice(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	return conf_value_is_choice(k, only_text(v), why) &&
	       parse_text(k, v, base, why);
}

const struct conf_type type_choice = {.word = "WORD",
	.parse = parse_choice,
	.format = take_text,
	.clear = clear_text};

/* Paths */

char *
conf_path_join(const char *dir, const char *path)
{
	if (path[0] == '/')
		return xstrdup(path);
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	return xasprintf("%s%s%s", dir, !strcmp(dir, "/") ? "" : "/", path);
}

/* The absolute form of one text, NULL with `why` if it has to exist and does not. */
static char *
resolve(const struct conf_key *k, const struct conf_value *v, size_t i,
	struct strbuf *why)
{
	const char *text = v->texts->v[i];
	char *path = k->flags & KEY_CREDENTIAL ? conf_credential_path(k, v, text)
					       : conf_path_join(v->dir, text);

	if (!(k->flags & KEY_EXISTS) || v->is_known || conf_out_of_reach(path) ||
		access(path, R_OK) == 0)
		return path;
	strbuf_printf(why, "\"%s\" cannot be read: %s", path, strerror(errno));
	if (v->by_hand)
		conf_credential_advise(k, text, path, why);
	free(path);
	return NULL;
}

/* An empty path is none: NULL, or "" where that has to be told from the default. */
static bool
parse_path(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	char **path = member(k, base);

	if (!*only_text(v)) {
		*path = k->def ? xstrdup("") : NULL;
		return true;
	}
	*path = resolve(k, v, 0, why);
	return *path != NULL;
}

const struct conf_type type_path = {
	.word = "FILE", .parse = parse_path, .format = take_text, .clear = clear_text};

/* Lists */

static void
clear_list(const struct conf_key *k, void *base)
{
	strvec_free(member(k, base));
}

static void
format_list(const struct conf_key *k, const void *base, struct strvec *out)
{
	strvec_copy(out, member(k, base));
}

static bool
parse_list(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	for (size_t i = 0; i < v->texts->n; i++)
		if (!*v->texts->v[i]) {
			strbuf_add(why, "a value of the list is empty");
			return false;
		}
	strvec_copy(member(k, base), v->texts);
	return true;
}

const struct conf_type type_list = {.word = "LIST",
	.is_list = true,
	.parse = parse_list,
	.format = format_list,
	.clear = clear_list};

static bool
parse_paths(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	for (size_t i = 0; i < v->texts->n; i++) {
		char *path;

		if (!*v->texts->v[i]) {
			strbuf_add(why, "a path is empty");
			return false;
		}
		path = resolve(k, v, i, why);
		if (!path)
			return false;
		strvec_take(member(k, base), path);
	}
	return true;
}

const struct conf_type type_paths = {.word = "LIST",
	.is_list = true,
	.parse = parse_paths,
	.format = format_list,
	.clear = clear_list};

/* Labels */

static bool
add_label(struct strvec *to, const char *name, const char *text, struct strbuf *why)
{
	char *wrong = label_refused(to, name);
	bool ok = !wrong;

	if (ok)
		strvec_add(to, text);
	else
		strbuf_add(why, wrong);
	free(wrong);
	return ok;
}

/* Sorted, so that it is the same in whatever order they were written. */
static bool
parse_labels(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	struct strvec *labels = member(k, base);
	bool ok = true;

	for (size_t i = 0; ok && i < v->texts->n; i++) {
		const char *text = v->texts->v[i];
		size_t n = label_length(text);
		char *name = xstrndup(text, n);

		ok = text[n] && add_label(labels, name, text, why);
		if (!text[n])
			strbuf_add(why, "a label is not written NAME = \"VALUE\"");
		free(name);
	}
	strvec_sort(labels);
	return ok;
}

const struct conf_type type_labels = {.word = "NAME = VALUE …",
	.is_list = true,
	.is_block = true,
	.parse = parse_labels,
	.format = format_list,
	.clear = clear_list};

static bool
parse_label_names(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	for (size_t i = 0; i < v->texts->n; i++)
		if (!add_label(member(k, base), v->texts->v[i], v->texts->v[i], why))
			return false;
	return true;
}

const struct conf_type type_label_names = {.word = "LIST",
	.is_list = true,
	.parse = parse_label_names,
	.format = format_list,
	.clear = clear_list};

/* All types */

void
conf_value_restore(const struct conf_key *k, const struct strvec *texts, void *base)
{
	const struct conf_value v = {.texts = texts, .dir = "/", .is_known = true};
	struct strbuf why = {0};
	bool ok;

	k->type->clear(k, base);
	if (!texts->n && !k->type->is_list)
		return;
	ok = k->type->parse(k, &v, base, &why);
	assert(ok);
	(void)ok;
	strbuf_free(&why);
}

static void
set_default(const struct conf_key *k, void *base)
{
	struct strvec texts = {0};

	k->type->clear(k, base);
	if (!k->def)
		return;
	strvec_add(&texts, k->def);
	conf_value_restore(k, &texts, base);
	strvec_free(&texts);
}

bool
conf_value_set(const struct conf_key *k, const struct conf_value *v, void *base,
	struct strbuf *why)
{
	k->type->clear(k, base);
	if (!k->type->is_list && v->texts->n != 1)
		strbuf_add(why, "it takes one value, not a list");
	else if (k->type->parse(k, v, base, why))
		return true;
	set_default(k, base);
	return false;
}

void
conf_value_defaults(enum conf_block b, void *base)
{
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			set_default(&conf_keys[i], base);
}

void
conf_value_clear_all(enum conf_block b, void *base)
{
	for (size_t i = 0; i < conf_n_keys; i++)
		if (conf_keys[i].block == b)
			conf_keys[i].type->clear(&conf_keys[i], base);
}

bool
conf_value_equal(const struct conf_key *k, const void *a, const void *b)
{
	struct strvec left = {0}, right = {0};
	bool equal;

	k->type->format(k, a, &left);
	k->type->format(k, b, &right);
	equal = strvec_equal(&left, &right);
	strvec_free(&left);
	strvec_free(&right);
	return equal;
}
