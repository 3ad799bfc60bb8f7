/* What a process before read last is taken up, or nothing is. */
#include "monitor/resume.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "monitor/memory.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

struct world {
	const char *dir;
	char name[8], schema[8], table[16], partitions[8];
	struct conf_environment conf;
	struct environment env;
	struct store *store;
	struct loop *loop;
	struct program program;
	int done;
};

static void
begin(struct world *w)
{
	struct err e = {0};

	w->store = fixture_open(w->dir);
	w->env = (struct environment){
		.conf = &w->conf, .memo = memo_new(), .outcome = OUTCOME_SUCCESS};
	earlier_share(&w->env, w->loop, w->store);
	timeline_share(&w->env, w->loop, w->store);
	if (!timeline_load(&w->env, w->store, &e))
		fail_msg("%s", e.text);
}

static void
end(struct world *w)
{
	resume_end(&w->env);
	facts_free(w->env.facts);
	timeline_free(&w->env.timeline);
	earlier_free(&w->env.earlier);
	happenings_free(&w->env.happened);
	free(w->env.moved_with);
	memo_free(w->env.memo);
	store_close(w->store);
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	if (fixture_setup((void **)&w->dir) != 0)
		return -1;
	strcpy(w->name, "dev");
	strcpy(w->schema, "public");
	strcpy(w->table, "versions");
	strcpy(w->partitions, "parent");
	w->conf = (struct conf_environment){.name = w->name,
		.version_schema = w->schema,
		.version_table = w->table,
		.partitions = w->partitions,
		.comments = true};
	w->loop = loop_new();
	begin(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	int rc;

	end(w);
	loop_free(w->loop);
	rc = fixture_teardown((void **)&w->dir);
	free(w);
	return rc;
}

/* A check at `at_ms` has found `catalog`, which is taken over. */
static void
see(struct world *w, int64_t at_ms, const char *probe, struct snapshot *catalog)
{
	struct facts *f = xcalloc(1, sizeof *f);

	f->server_version_num = 150018;
	strcpy(f->server_version, "15.18");
	strcpy(f->instance.system, "1");
	strcpy(f->instance.database, "2");
	strcpy(f->instance.role, "watcher");
	f->user_tables = f->version_table_exists = f->revision_known = true;
	strvec_add(&f->recorded, "r1");
	f->probe = xstrdup(probe);
	f->probe_parts = xasprintf("server 1,pg_class %s", probe);
	f->probe_horizon = xstrdup("700");
	f->snapshot = library_keep(memo_library(w->env.memo), catalog);
	facts_free(w->env.facts);
	w->env.facts = f;
	w->env.last_success_ms = at_ms;
	timeline_see(&w->env, 10);
	memory_save(&w->env, w->store);
}

#define A CATALOG("table public/a")
#define B CATALOG("table public/a", "table public/b")

static void
on_done(void *arg)
{
	struct environment *env = arg;

	assert_null(env->resuming);
	loop_stop(env->timeline.loop);
}

/* True if it is taken up; what was read last time then. */
static bool
resumes(struct world *w)
{
	assert_false(resume_begin(&w->env, on_done));
	return w->env.resumed != NULL;
}

static void
restart(struct world *w)
{
	end(w);
	begin(w);
}

static void
test_taken_up(void **state)
{
	struct world *w = *state;
	const struct facts *f;
	char key[HASH_HEX_LEN];

	see(w, 1000, "p1", A);
	strcpy(key, snapshot_key(w->env.facts->snapshot));
	restart(w);
	assert_true(resumes(w));
	f = w->env.resumed;
	assert_string_equal(f->probe, "p1");
	assert_string_equal(f->probe_parts, "server 1,pg_class p1");
	assert_string_equal(f->probe_horizon, "700");
	assert_string_equal(snapshot_key(f->snapshot), key);
	assert_string_equal(f->snapshot->server_version, "15.18");
	assert_string_equal(f->snapshot->revision.v[0], "r1");
	assert_string_equal(f->recorded.v[0], "r1");
	assert_string_equal(f->instance.role, "watcher");
	assert_true(f->revision_known && f->version_table_exists);
	assert_null(f->still);
	/* Once; it is let go of when it is read. */
	resume_end(&w->env);
	assert_false(resumes(w));
}

/* Nothing is taken up of what was read already, or is to be read anew. */
static void
test_not_asked(void **state)
{
	struct world *w = *state;

	see(w, 1000, "p1", A);
	assert_false(resumes(w));
	restart(w);
	w->env.reread = true;
	assert_false(resumes(w));
	w->env.reread = false;
	assert_true(resumes(w));
}

/* Only the newest has it, with the probe of its last check. */
static void
test_newest(void **state)
{
	struct world *w = *state;

	see(w, 1000, "p1", A);
	see(w, 2000, "p2", A);
	timeline_keep(&w->env, w->store, &w->program);
	restart(w);
	assert_true(resumes(w));
	assert_string_equal(w->env.resumed->probe, "p2");
	see(w, 3000, "p3", B);
	restart(w);
	assert_true(resumes(w));
	assert_string_equal(w->env.resumed->probe, "p3");
	/* What is older says nothing. */
	fixture_sql(w->dir, "DELETE FROM interval WHERE from_ms = 3000");
	restart(w);
	assert_false(resumes(w));
}

/* What was asked is not what is asked now. */
static void
test_asked_otherwise(void **state)
{
	struct world *w = *state;
	char other[] = "tenant";

	see(w, 1000, "p1", A);
	w->conf.of_schema = other;
	restart(w);
	assert_false(resumes(w));
	w->conf.of_schema = NULL;
	w->conf.version_schema = other;
	restart(w);
	assert_false(resumes(w));
	w->conf.version_schema = w->schema;
	restart(w);
	assert_true(resumes(w));
}

/* Put `text` in place of what is stored. */
static void
store_text(struct world *w, const char *text)
{
	char *sql = xasprintf("UPDATE interval SET reading = '%s'", text);

	fixture_sql(w->dir, sql);
	free(sql);
}

/* Another text under a seal of its own. */
static void
store_with(struct world *w, const char *key, const char *value)
{
	char *text = resume_text(&w->env, &w->program), hex[HASH_HEX_LEN], *json,
	     *again;
	cJSON *o = cJSON_Parse(text + HASH_HEX_LEN);

	assert_non_null(o);
	cJSON_DeleteItemFromObjectCaseSensitive(o, key);
	if (value)
		cJSON_AddRawToObject(o, key, value);
	json = json_print(o);
	hash_of(json, strlen(json), hex);
	again = xasprintf("%s %s", hex, json);
	store_text(w, again);
	cJSON_Delete(o);
	free(json);
	free(again);
	free(text);
}

static void
test_another_program(void **state)
{
	static const struct {
		const char *key, *value;
		bool taken;
	} cases[] = {
		{"system", "\"9\"", true}, /* which the reading finds out */
		{"program", "\"00\"", false},
		{"program", NULL, false},
		{"format", "1", true}, /* what it is */
		{"format", "2", false},
		{"server_version_num", NULL, false},
		{"content", "\"00\"", false},
		{"probe", NULL, false},
		{"parts", NULL, false},
		{"horizon", NULL, false},
	};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		see(w, 1000 + (int64_t)i, "p1", i % 2 ? A : B);
		store_with(w, cases[i].key, cases[i].value);
		restart(w);
		assert_int_equal(resumes(w), cases[i].taken);
	}
}

static void
test_damaged_text(void **state)
{
	struct world *w = *state;
	char *text;

	see(w, 1000, "p1", A);
	text = resume_text(&w->env, &w->program);
	for (size_t at = 0; at < strlen(text); at += 37) {
		char was = text[at];

		text[at] = was == '1' ? '2' : '1';
		store_text(w, text);
		restart(w);
		assert_false(resumes(w));
		text[at] = was;
	}
	for (size_t n = strlen(text) - 1; n > 0; n -= n > 50 ? 50 : n) {
		text[n] = '\0';
		store_text(w, text);
		restart(w);
		assert_false(resumes(w));
	}
	free(text);
}

/* A catalog that is not the one of that check, however sound. */
static void
test_another_catalog(void **state)
{
	struct world *w = *state;

	see(w, 1000, "p1", B);
	see(w, 2000, "p2", A);
	restart(w);
	assert_true(resumes(w));
	fixture_sql(w->dir, "UPDATE interval SET key = (SELECT key FROM interval"
			    " WHERE from_ms = 1000)");
	restart(w);
	assert_false(resumes(w));
}

static void
test_damaged_catalog(void **state)
{
	struct world *w = *state;

	see(w, 1000, "p1", A);
	fixture_sql(w->dir, "UPDATE catalog SET packed = substr(packed, 1, 9)");
	restart(w);
	assert_false(resumes(w));
	fixture_sql(w->dir, "DELETE FROM catalog");
	restart(w);
	assert_false(resumes(w));
}

/* The tag of a secret is of one process. */
static void
test_secrets(void **state)
{
	struct world *w = *state;

	see(w, 1000, "p1",
		CATALOG("foreign_server /s|options=password "
			"<secret 0123456789abcdef>"));
	restart(w);
	assert_false(resumes(w));
}

/* In a thread, and the check waits. */
static void
test_large(void **state)
{
	struct world *w = *state;
	const char **lines = xcalloc(9001, sizeof *lines);

	for (size_t i = 0; i < 9000; i++)
		lines[i] = xasprintf("table public/t%llx",
			(unsigned long long)i * UINT64_C(0x9E3779B97F4A7C15));
	see(w, 1000, "p1", literal_catalog(lines));
	loop_run(w->loop);
	restart(w);
	assert_true(resume_begin(&w->env, on_done));
	assert_true(resume_begin(&w->env, on_done));
	loop_run(w->loop);
	assert_non_null(w->env.resumed);
	assert_int_equal(
		snapshot_count(w->env.resumed->snapshot, (size_t[KIND_COUNT]){0}),
		9000);
	assert_false(resume_begin(&w->env, on_done));
	/* Who gives up is not called. */
	restart(w);
	assert_true(resume_begin(&w->env, on_done));
	resume_end(&w->env);
	assert_null(w->env.resuming);
	for (size_t i = 0; i < 9000; i++)
		free((char *)lines[i]);
	free(lines);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_taken_up),
		CASE(test_not_asked),
		CASE(test_newest),
		CASE(test_asked_otherwise),
		CASE(test_another_program),
		CASE(test_damaged_text),
		CASE(test_another_catalog),
		CASE(test_damaged_catalog),
		CASE(test_secrets),
		CASE(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
