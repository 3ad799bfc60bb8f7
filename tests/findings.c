/* Compares catalogs as the program does, for the system tests that read one within a
 * transaction of their own, which the program cannot see.  Takes one catalog a line:
 *
 *   {"version": 150020, "kinds": [{"kind": "table", "rows": [{COLUMN: VALUE, …}, …],
 *   "details": [{COLUMN: VALUE, …}, …]}, …]}
 *
 * and says how each differs from the first, with --all: a line as of diff --format
 * json. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "diff/diff.h"

enum { MAX_COLUMNS = KIND_MAX_PROPERTIES + 9 };

/* The rows of one result, and what they are made of. */
struct result {
	struct rows rows;
	const char *names[MAX_COLUMNS];
	const char **cells;
	struct strvec texts;
};

static void
fail_unless(bool ok, const struct err *e)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", e->text);
	exit(1);
}

/* A value as libpq would give it. */
static const char *
cell(struct result *r, const cJSON *v)
{
	if (cJSON_IsNull(v))
		return NULL;
	if (cJSON_IsString(v))
		return v->valuestring;
	if (cJSON_IsBool(v))
		return cJSON_IsTrue(v) ? "t" : "f";
	strvec_take(&r->texts, json_print(v));
	return r->texts.v[r->texts.n - 1];
}

/* What has no row has no columns here; these are what a kind needs. */
static void
take_names(struct result *r, const cJSON *first)
{
	static const char *const least[] = {"name", "oid", "deparse"};
	const cJSON *v;

	cJSON_ArrayForEach(v, first)
	{
		assert(r->rows.n_cols < MAX_COLUMNS);
		r->names[r->rows.n_cols++] = v->string;
	}
	for (size_t i = 0; !first && i < COUNT_OF(least); i++)
		r->names[r->rows.n_cols++] = least[i];
	r->rows.names = r->names;
}

static void
take_rows(struct result *r, const cJSON *list)
{
	size_t n = (size_t)cJSON_GetArraySize(list), at = 0;
	const cJSON *row, *v;

	*r = (struct result){.rows = {.n_rows = n}};
	take_names(r, list->child);
	r->cells = xcalloc(n * r->rows.n_cols + 1, sizeof(const char *));
	cJSON_ArrayForEach(row, list)
	{
		cJSON_ArrayForEach(v, row)
		{
			r->cells[at++] = cell(r, v);
		}
	}
	assert(at == n * r->rows.n_cols);
	r->rows.cells = r->cells;
}

static void
drop_rows(struct result *r)
{
	free(r->cells);
	strvec_free(&r->texts);
}

static const cJSON *
details_of(const cJSON *kinds, enum kind k)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, kinds)
	{
		if (kind_by_word(json_str(v, "kind")) == k)
			return cJSON_GetObjectItem(v, "details");
	}
	return NULL;
}

static struct snapshot *
take_catalog(const cJSON *document)
{
	const cJSON *kinds = cJSON_GetObjectItem(document, "kinds"), *v;
	int version = cJSON_GetObjectItem(document, "version")->valueint;
	struct builder *b = builder_new(version, "");
	const struct detail_batch *batches;
	struct snapshot *s;
	struct result r;
	struct err e;
	size_t n;

	cJSON_ArrayForEach(v, kinds)
	{
		take_rows(&r, cJSON_GetObjectItem(v, "rows"));
		fail_unless(
			builder_add(b, kind_by_word(json_str(v, "kind")), &r.rows, &e),
			&e);
		drop_rows(&r);
	}
	batches = builder_details(b, SIZE_MAX, &n);
	for (size_t i = 0; i < n; i++) {
		take_rows(&r, details_of(kinds, batches[i].kind));
		fail_unless(builder_add_details(b, &batches[i], &r.rows, &e), &e);
		drop_rows(&r);
	}
	s = builder_finish(b, false, &e);
	fail_unless(s != NULL, &e);
	return s;
}

static void
print_diff(const struct snapshot *expected, const struct snapshot *found)
{
	const struct compare_options all = {
		.all = true, .partitions = PARTITIONS_COMPARE};
	struct diff *d = diff_compare(expected, found, &all);
	cJSON *o = diff_json(d, 0);
	char *text = json_print(o);

	puts(text);
	fflush(stdout);
	free(text);
	cJSON_Delete(o);
	diff_unref(d);
}

int
main(void)
{
	struct snapshot *first = NULL, *s;
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, stdin) > 0) {
		cJSON *document = cJSON_Parse(line);

		assert(document);
		s = take_catalog(document);
		cJSON_Delete(document);
		if (!first)
			first = snapshot_ref(s);
		print_diff(first, s);
		snapshot_unref(s);
	}
	snapshot_unref(first);
	free(line);
	return 0;
}
