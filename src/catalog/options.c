/* The server keeps a storage parameter as it was typed: `off`, `0` and `FALSE` are one
 * value in three texts.  What it reads as the same depends on the parameter's type, so
 * the types are a table here.  The readers below are the server's own, in short. */
#include "catalog/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* What a double holds without loss, and more than the server takes. */
#define MOST 1e15

enum option_type {
	OPTION_TEXT, /* none that is known */
	OPTION_BOOL,
	OPTION_WORD, /* a word of a list, among them perhaps those of a boolean */
	OPTION_INTEGER,
	OPTION_REAL
};

struct option {
	const char *name;
	enum option_type type;
};

/* Of all the servers 12 to 18, sorted.  Before 14 vacuum_index_cleanup was a boolean.
 */
static const struct option options[] = {
	{"autosummarize", OPTION_BOOL},
	{"autovacuum_analyze_scale_factor", OPTION_REAL},
	{"autovacuum_analyze_threshold", OPTION_INTEGER},
	{"autovacuum_enabled", OPTION_BOOL},
	{"autovacuum_freeze_max_age", OPTION_INTEGER},
	{"autovacuum_freeze_min_age", OPTION_INTEGER},
	{"autovacuum_freeze_table_age", OPTION_INTEGER},
	{"autovacuum_multixact_freeze_max_age", OPTION_INTEGER},
	{"autovacuum_multixact_freeze_min_age", OPTION_INTEGER},
	{"autovacuum_multixact_freeze_table_age", OPTION_INTEGER},
	{"autovacuum_vacuum_cost_delay", OPTION_REAL},
	{"autovacuum_vacuum_cost_limit", OPTION_INTEGER},
	{"autovacuum_vacuum_insert_scale_factor", OPTION_REAL},
	{"autovacuum_vacuum_insert_threshold", OPTION_INTEGER},
	{"autovacuum_vacuum_max_threshold", OPTION_INTEGER},
	{"autovacuum_vacuum_scale_factor", OPTION_REAL},
	{"autovacuum_vacuum_threshold", OPTION_INTEGER},
	{"buffering", OPTION_WORD},
	{"check_option", OPTION_WORD},
	{"deduplicate_items", OPTION_BOOL},
	{"fastupdate", OPTION_BOOL},
	{"fillfactor", OPTION_INTEGER},
	{"gin_pending_list_limit", OPTION_INTEGER},
	{"log_autovacuum_min_duration", OPTION_INTEGER},
	{"n_distinct", OPTION_REAL},
	{"n_distinct_inherited", OPTION_REAL},
	{"pages_per_range", OPTION_INTEGER},
	{"parallel_workers", OPTION_INTEGER},
	{"security_barrier", OPTION_BOOL},
	{"security_invoker", OPTION_BOOL},
	{"toast_tuple_target", OPTION_INTEGER},
	{"user_catalog_table", OPTION_BOOL},
	{"vacuum_cleanup_index_scale_factor", OPTION_REAL},
	{"vacuum_index_cleanup", OPTION_WORD},
	{"vacuum_max_eager_freeze_failure_rate", OPTION_REAL},
	{"vacuum_truncate", OPTION_BOOL},
};

static int
by_name(const void *key, const void *element)
{
	return strcmp(key, ((const struct option *)element)->name);
}

static enum option_type
type_of(const char *name)
{
	const struct option *o =
		bsearch(name, options, COUNT_OF(options), sizeof *options, by_name);

	return o ? o->type : OPTION_TEXT;
}

/* The word that `s` is or begins, in any case; NULL: none, or more than one. */
static const char *
read_bool(const char *s)
{
	static const struct {
		const char *word, *value;
		size_t least;
	} words[] = {
		{"true", "true", 1},
		{"yes", "true", 1},
		{"on", "true", 2},
		{"1", "true", 1},
		{"false", "false", 1},
		{"no", "false", 1},
		{"off", "false", 2},
		{"0", "false", 1},
	};
	size_t n = strlen(s);

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (n >= words[i].least && !strncasecmp(s, words[i].word, n))
			return words[i].value;
	return NULL;
}

/* Whether nothing but blanks follows what was read. */
static bool
is_whole(const char *s, const char *end)
{
	return end != s && end[strspn(end, " \t\n\v\f\r")] == '\0';
}

static bool
read_real(const char *s, double *out)
{
	char *end;

	*out = strtod(s, &end);
	return is_whole(s, end) && isfinite(*out);
}

/* Octal and hexadecimal as in C; a fraction is rounded. */
static bool
read_integer(const char *s, double *out)
{
	char *end;

	*out = (double)strtol(s, &end, 0);
	if (*end == '.' || *end == 'e' || *end == 'E')
		*out = strtod(s, &end);
	return is_whole(s, end) && fabs(*out) < MOST;
}

/* The fewest digits that read back as the same number. */
static void
add_real(struct strbuf *out, double value)
{
	char text[32];

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	strbuf_add(out, text);
}

static void
add_number(struct strbuf *out, enum option_type type, double value)
{
	bool round = type == OPTION_INTEGER ||
		     (fabs(value) < MOST && value == (double)(long long)value);

	if (round) /* to the even one of two, and a negative zero is zero */
		strbuf_printf(out, "%.0f", value == 0 ? 0.0 : value);
	else
		add_real(out, value);
}

static void
add_folded(struct strbuf *out, const char *s)
{
	for (; *s; s++)
		strbuf_addc(out, *s >= 'A' && *s <= 'Z' ? *s + 32 : *s);
}

static void
add_value(struct strbuf *out, enum option_type type, const char *value)
{
	const char *truth =
		type == OPTION_BOOL || type == OPTION_WORD ? read_bool(value) : NULL;
	double number;

	if (truth)
		strbuf_add(out, truth);
	else if (type == OPTION_WORD)
		add_folded(out, value);
	else if ((type == OPTION_INTEGER && read_integer(value, &number)) ||
		 (type == OPTION_REAL && read_real(value, &number)))
		add_number(out, type, number);
	else
		strbuf_add(out, value);
}

/* The name and `=` at `s`: how many bytes with it, 0 if there are none. */
static size_t
name_length(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

	return n && s[n] == '=' ? n + 1 : 0;
}

void
options_apply(const char *in, struct strbuf *out)
{
	bool starts = true; /* a name may begin here */

	strbuf_add(out, "");
	while (*in) {
		size_t n = starts ? name_length(in) : 0, length;
		char *name, *value;

		if (!n) {
			starts = *in == '(' || (starts && *in == ' ') || *in == ',';
			strbuf_addc(out, *in++);
			continue;
		}
		name = xstrndup(in, n - 1);
		strbuf_addn(out, in, n);
		in += n;
		/* A value of a known type has neither of these. */
		length = strcspn(in, ",)");
		value = xstrndup(in, length);
		add_value(out, type_of(name), value);
		in += length;
		starts = false;
		free(name);
		free(value);
	}
}
