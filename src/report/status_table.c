/* Made from the document, not from the state behind it, so that `check` and `status`
 * print the same. */
#include "report/status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum column {
	COL_NAME,
	COL_STATE,
	COL_REVISION,
	COL_EXPECTED,
	COL_SCHEMA,
	COL_SINCE,
	COL_CHECKED,
	COLS
};

/* Together with the blanks between them they leave 100 columns for usual names. */
static const struct {
	const char *title;
	size_t most;
} columns[COLS] = {
	[COL_NAME] = {"NAME", 24},
	[COL_STATE] = {"STATE", 17},
	[COL_REVISION] = {"REVISION", 20},
	[COL_EXPECTED] = {"EXPECTED", 20},
	[COL_SCHEMA] = {"SCHEMA", 24},
	[COL_SINCE] = {"SINCE", 21},
	[COL_CHECKED] = {"CHECKED", 24},
};

static const struct {
	const char *state, *escape;
} colors[] = {
	{"unknown", "\033[35m"},
	{"unstamped", "\033[1;31m"},
	{"drifted", "\033[31m"},
	{"revision_mismatch", "\033[31m"},
	{"unconfirmed", "\033[33m"},
	{"migrating", "\033[36m"},
	{"in_sync", "\033[32m"},
};

struct row {
	char *cell[COLS];
	const char *state, *hint;
	bool has_gap;
};

/* Characters, as a terminal counts most of them. */
static size_t
width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

/* On one line, without anything that a terminal would obey. */
static char *
fit(const char *s, size_t most)
{
	return text_line(s && *s ? s : "-", most);
}

static char *
ids(const cJSON *revision, const char *key)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(revision, key), *id;
	struct strbuf b = {0};

	cJSON_ArrayForEach(id, list) if (cJSON_IsString(id))
	{
		if (b.len)
			strbuf_addc(&b, ',');
		strbuf_add(&b, *id->valuestring ? id->valuestring : "''");
	}
	return strbuf_take(&b);
}

static char *
schema_text(const cJSON *schema)
{
	const char *status = json_str(schema, "status");
	int64_t n;

	if (status && json_whole(schema, "findings", &n) && n > 0)
		return xasprintf("%s (%" PRId64 ")", status, n);
	return xstrdup(status ? status : "");
}

/* How old the answer is, by the clock of who gives it; to the second. */
static char *
age(const cJSON *e, const cJSON *document)
{
	const char *at = json_str(
			   cJSON_GetObjectItemCaseSensitive(e, "check"), "last_at"),
		   *now = json_str(document, "generated_at");
	int64_t at_ms, now_ms;
	char text[32];

	if (!at || !now || !clock_parse(at, &at_ms) || !clock_parse(now, &now_ms) ||
		now_ms < at_ms)
		return NULL;
	if (now_ms - at_ms < 1000)
		return xstrdup("now");
	return xasprintf("%s ago",
		duration_format((now_ms - at_ms) / 1000 * 1000, text, sizeof text));
}

/* A daemon of before says only when the state was entered. */
static const char *
standing_since(const cJSON *e)
{
	const char *since = json_str(e, "standing_since");

	return since ? since : json_str(e, "since");
}

/* True if nobody watched for a part of the time since. */
static bool
has_gap(const cJSON *e)
{
	const char *since = standing_since(e),
		   *to = json_str(
			   cJSON_GetObjectItemCaseSensitive(e, "unwatched"), "to");
	int64_t since_ms, to_ms;

	return since && to && clock_parse(since, &since_ms) &&
	       clock_parse(to, &to_ms) && to_ms > since_ms;
}

static char *
since(const cJSON *e)
{
	const char *text = standing_since(e);

	return text ? xasprintf("%s%s", text, has_gap(e) ? "*" : "") : NULL;
}

static void
set_row(struct row *r, const cJSON *e, const cJSON *document)
{
	const cJSON *revision = cJSON_GetObjectItemCaseSensitive(e, "revision");
	char *text[COLS] = {
		[COL_NAME] = xstrdup_null(json_str(e, "name")),
		[COL_STATE] = xstrdup_null(json_str(e, "state")),
		[COL_REVISION] = ids(revision, "recorded"),
		[COL_EXPECTED] = ids(revision, "expected"),
		[COL_SCHEMA] =
			schema_text(cJSON_GetObjectItemCaseSensitive(e, "schema")),
		[COL_SINCE] = since(e),
		[COL_CHECKED] = age(e, document),
	};

	r->state = json_str(e, "state") ? json_str(e, "state") : "";
	r->hint = json_str(e, "hint");
	r->has_gap = has_gap(e);
	for (int c = 0; c < COLS; c++) {
		r->cell[c] = fit(text[c], columns[c].most);
		free(text[c]);
	}
}

static void
add_cell(struct strbuf *out, const char *text, size_t to, const char *escape)
{
	strbuf_printf(out, "%s%s%s", escape, text, *escape ? "\033[0m" : "");
	for (size_t n = width(text); n < to + 2; n++)
		strbuf_addc(out, ' ');
}

static const char *
color_of(const char *state)
{
	for (size_t i = 0; i < COUNT_OF(colors); i++)
		if (!strcmp(colors[i].state, state))
			return colors[i].escape;
	return "";
}

static void
end_line(struct strbuf *out)
{
	while (out->len && out->s[out->len - 1] == ' ')
		out->s[--out->len] = '\0';
	strbuf_addc(out, '\n');
}

static void
add_row(struct strbuf *out, const struct row *r, const size_t *widths, bool color)
{
	for (int c = 0; c < COLS; c++)
		add_cell(out, r->cell[c], widths[c],
			color && c == COL_STATE ? color_of(r->state) : "");
	end_line(out);
	if (r->hint && strcmp(r->state, "in_sync") != 0) {
		char *hint = fit(r->hint, 0);

		strbuf_printf(out, "  %s\n", hint);
		free(hint);
	}
}

static void
print(struct strbuf *out, const struct row *rows, size_t n, bool color)
{
	size_t widths[COLS];
	bool any_gap = false;

	for (int c = 0; c < COLS; c++) {
		widths[c] = width(columns[c].title);
		for (size_t i = 0; i < n; i++)
			if (width(rows[i].cell[c]) > widths[c])
				widths[c] = width(rows[i].cell[c]);
	}
	for (int c = 0; c < COLS; c++)
		add_cell(out, columns[c].title, widths[c], "");
	end_line(out);
	for (size_t i = 0; i < n; i++) {
		add_row(out, &rows[i], widths, color);
		any_gap |= rows[i].has_gap;
	}
	if (any_gap)
		strbuf_add(out, "* not watched all the time since: `unwatched` in "
				"--format json\n");
}

/* What a template stands for, and why that is not known. */
static void
add_discovery(struct strbuf *out, const cJSON *d, bool color)
{
	char *name = fit(json_str(d, "name"), 64),
	     *error = fit(json_str(d, "error"), 0);
	const char *status = json_str(d, "status") ? json_str(d, "status") : "";
	bool bad = strcmp(status, "ok") != 0;
	int64_t n = 0;

	(void)json_whole(d, "environments", &n);
	strbuf_printf(out, "%s: %" PRId64 " discovered", name, n);
	if (bad) {
		char *word = fit(status, 32);

		strbuf_printf(out, ", %s%s%s", color ? color_of("unknown") : "", word,
			color ? "\033[0m" : "");
		free(word);
	}
	if (bad && json_str(d, "error"))
		strbuf_printf(out, ": %s", error);
	strbuf_addc(out, '\n');
	free(name);
	free(error);
}

void
status_table(const cJSON *document, bool color, struct strbuf *out)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(document, "discovery"),
		    *d;
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(document, "environments"),
		    *e;
	size_t n = 0, most = (size_t)cJSON_GetArraySize(list);
	struct row *rows = xcalloc(most + 1, sizeof *rows);

	cJSON_ArrayForEach(e, list) set_row(&rows[n++], e, document);
	print(out, rows, n, color);
	cJSON_ArrayForEach(d, found) add_discovery(out, d, color);
	for (size_t i = 0; i < n; i++)
		for (int c = 0; c < COLS; c++)
			free(rows[i].cell[c]);
	free(rows);
}
