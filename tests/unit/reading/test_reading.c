/* The order of a check, and all that can come between. */
#include "tests/unit/reading/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/checksql.h"
#include "catalog/versionsql.h"
#include "reading/reading.h"

struct fixture {
	struct loop *loop;
	struct server server;
	struct facts *last; /* for the next reading */
	uint64_t moments;
	bool catalog, revision_optional, even_migrating;
	bool pending;
	struct link_kept kept;
	bool keep, awaited; /* also where one is kept */
	struct facts *facts;
	struct err err;
	int called;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->loop = loop_new();
	f->server = server_sound();
	f->catalog = true;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	facts_free(f->facts);
	facts_free(f->last);
	link_kept_close(&f->kept);
	loop_free(f->loop);
	free(f);
	fake_end();
	return 0;
}

static void
on_read(void *arg, struct facts *facts, const struct err *e)
{
	struct fixture *f = arg;

	f->called++;
	assert_true(!facts != !e);
	f->facts = facts;
	f->err = e ? *e : (struct err){ERR_NONE};
	loop_stop(f->loop);
}

static bool
is_pending(void *arg, const struct facts *facts)
{
	const struct fixture *f = arg;

	assert_string_equal(facts->recorded.v[0], "a");
	return f->pending;
}

static struct reading_options
options(struct fixture *f)
{
	return (struct reading_options){
		.target = {.dsn = "host=/fake", .connect_timeout_ms = 60000},
		.version_schema = "public",
		.version_table = "alembic_version",
		.timeout_ms = 60000,
		.max_bytes = 64 * 1024 * 1024,
		.statement_timeout_ms = 1000,
		.lock_timeout_ms = 100,
		.catalog = f->catalog,
		.revision_optional = f->revision_optional,
		.even_migrating = f->even_migrating,
		.pending = is_pending,
		.moments = &f->moments,
		.last = f->facts,
		.kept = f->keep ? &f->kept : NULL,
	};
}

/* One reading; what the one before brought is taken for last time's. */
static void
read_once(struct fixture *f)
{
	const struct reading_options o = options(f);
	struct reading *r;

	facts_free(f->last);
	f->last = f->facts;
	f->facts = NULL;
	f->called = 0;
	if (!f->kept.session || f->awaited)
		server_await(&f->server, "host=/fake");
	r = reading_start(f->loop, &o, on_read, f);
	assert_int_equal(f->called, 0);
	loop_run(f->loop);
	assert_int_equal(f->called, 1);
	reading_free(r);
}

static void
test_whole(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	assert_string_equal(f->err.text, "");
	assert_string_equal(f->facts->server_version, "15.18");
	assert_int_equal(f->facts->recorded.n, 1);
	assert_int_equal(f->facts->snapshot->n_objects, 4);
	assert_true(f->facts->snapshot->version_table_exists);
	assert_string_equal(object_value(&f->facts->snapshot->objects[2], "definition"),
		"SELECT 1");
	/* info; revision; rows; details with the second look; revision again. */
	assert_int_equal(f->facts->round_trips, 5);
	assert_int_equal(f->server.details, 1);
	assert_int_equal(f->server.probes, 3);
	assert_int_equal(f->server.revisions, 2);
	/* From the answer with the rows on, until both were asked for again. */
	assert_true(f->facts->held.from < f->facts->held.to);
	assert_int_equal(f->facts->rows_held.from, f->facts->held.from);
}

/* One connection for them all, whatever has changed; each is a reading of its own. */
static void
test_kept(void **state)
{
	struct fixture *f = *state;

	f->keep = true;
	read_once(f);
	assert_non_null(f->kept.session);
	assert_int_equal(f->facts->round_trips, 5);
	read_once(f);
	read_once(f);
	assert_true(f->facts->reused);
	assert_int_equal(f->facts->round_trips, 1);
	f->server.probe = "p2";
	f->server.column_type = "bigint";
	read_once(f);
	assert_false(f->facts->reused);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(fake_connects(), 1);
	/* What ended badly is not kept. */
	f->server.failing = "COMMIT";
	f->server.sqlstate = "40001";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
	assert_null(f->kept.session);
	f->server.failing = NULL;
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(fake_connects(), 2);
}

/* What was kept has died: unnoticed, or with the first question. */
static void
test_kept_has_died(void **state)
{
	struct fixture *f = *state;

	f->keep = true;
	read_once(f);
	fake_cut();
	f->awaited = true;
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(fake_connects(), 2);
	f->server.dies = true;
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_true(f->facts->reused);
	assert_int_equal(fake_connects(), 3);
	/* Of a new one that is a failure. */
	link_kept_close(&f->kept);
	f->server.dies = true;
	read_once(f);
	assert_int_equal(f->err.code, ERR_CONNECT);
	assert_int_equal(fake_connects(), 4);
}

static char *
large_text(void)
{
	enum { SIZE = 2 << 20 };
	char *text = xcalloc(SIZE + 1, 1);

	memset(text, 'x', SIZE);
	return text;
}

/* What is large is taken beside the loop, and nothing comes of it that would not. */
static void
test_large(void **state)
{
	struct fixture *f = *state;
	char *text = large_text();

	f->server.view = text;
	read_once(f);
	assert_string_equal(f->err.text, "");
	assert_int_equal(f->facts->snapshot->n_objects, 4);
	assert_string_equal(
		object_value(&f->facts->snapshot->objects[2], "definition"), text);
	assert_true(f->facts->held.from < f->facts->held.to);
	f->server.probe = "other";
	f->server.later_probe = "later";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
	free(text);
}

struct given_up {
	struct fixture *fixture;
	struct reading *reading;
	struct timer *timer;
};

static void
give_up(void *arg)
{
	struct given_up *g = arg;

	if (!g->fixture->server.details) {
		timer_set(g->timer, 0);
		return;
	}
	reading_free(g->reading);
	g->reading = NULL;
	loop_stop(g->fixture->loop);
}

/* Given up while it is taken, it is left behind. */
static void
test_large_is_given_up(void **state)
{
	struct fixture *f = *state;
	const struct reading_options o = options(f);
	struct given_up g = {.fixture = f};
	char *text = large_text();

	f->server.view = text;
	server_await(&f->server, "host=/fake");
	g.reading = reading_start(f->loop, &o, on_read, f);
	g.timer = timer_new(f->loop, give_up, &g);
	timer_set(g.timer, 0);
	loop_run(f->loop);
	assert_null(g.reading);
	assert_int_equal(f->called, 0);
	timer_free(g.timer);
	free(text);
}

/* Others write, which is seen at the second reading. */
static void
test_unchanged(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	read_once(f);
	assert_int_equal(f->facts->round_trips, 2);
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_true(f->facts->reused);
	assert_ptr_equal(f->facts->snapshot, f->last->snapshot);
	assert_int_equal(f->server.reads, 0);
	assert_int_equal(f->facts->round_trips, 1);
	assert_int_equal(f->server.probes, 1);
	assert_int_equal(f->server.revisions, 1);
	assert_int_equal(f->facts->recorded.n, 1);
	/* One look at the rows says nothing of how long they have been so. */
	assert_true(f->facts->held.from > f->facts->held.to);
	assert_true(f->facts->held.to > f->last->held.to);
}

/* Where nothing at all was written, nothing else is asked. */
static void
test_idle(void **state)
{
	struct fixture *f = *state;

	f->server.idle = true;
	read_once(f);
	read_once(f);
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_true(f->facts->reused);
	assert_ptr_equal(f->facts->snapshot, f->last->snapshot);
	assert_int_equal(f->facts->round_trips, 1);
	assert_int_equal(f->server.infos, 0);
	assert_int_equal(f->server.probes, 0);
	assert_string_equal(f->facts->recorded.v[0], "a");
	assert_string_equal(f->facts->version.role, "mon");
	assert_int_equal(f->facts->instance.read_us, 77);
	assert_int_equal(f->facts->seen_position, 500);
	assert_true(f->facts->held.from > f->facts->held.to);
	/* What was written did not change the catalog; nor did it again. */
	f->server.written = "b";
	read_once(f);
	assert_int_equal(f->facts->round_trips, 2);
	assert_true(f->facts->busy);
	read_once(f);
	assert_int_equal(f->server.infos, 0);
	assert_int_equal(f->server.probes, 1);
	assert_int_equal(f->facts->round_trips, 1);
	assert_false(f->facts->busy);
	read_once(f);
	assert_int_equal(f->server.infos, 0);
	assert_int_equal(f->server.probes, 0);
	f->server.written = "c";
	f->server.probe = "p2";
	f->server.column_type = "bigint";
	read_once(f);
	assert_false(f->facts->reused);
}

/* Where others write, no more is asked than whether anything of this has moved. */
static void
test_same(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	read_once(f);
	assert_true(f->facts->busy);
	read_once(f);
	assert_true(f->facts->reused);
	assert_ptr_equal(f->facts->snapshot, f->last->snapshot);
	assert_int_equal(f->facts->round_trips, 1);
	assert_int_equal(f->server.infos, 0);
	assert_int_equal(f->server.probes, 1);
	assert_string_equal(f->facts->recorded.v[0], "a");
	assert_string_equal(f->facts->version.role, "mon");
	assert_int_equal(f->facts->instance.read_us, 77);
	assert_true(f->facts->held.from > f->facts->held.to);
	/* What has moved is asked for once. */
	f->server.probe = "p2";
	f->server.column_type = "bigint";
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_false(f->facts->reused);
	assert_string_not_equal(f->facts->probe, f->last->probe);
	assert_int_equal(f->server.infos, 1);
	assert_int_equal(f->server.probes, 3);
}

/* What is in no probe. */
static void
test_same_and_yet(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	read_once(f);
	f->server.standing = "another";
	read_once(f);
	assert_int_equal(f->server.infos, 1);
	read_once(f);
	assert_int_equal(f->server.infos, 0);
	f->server.version_moves = true;
	read_once(f);
	assert_int_equal(f->server.infos, 1);
	f->server.version_moves = false;
	f->server.revision = "b";
	read_once(f);
	assert_string_equal(f->facts->recorded.v[0], "b");
	read_once(f);
	assert_int_equal(f->server.infos, 0);
	f->server.locked = f->server.migrating = true;
	read_once(f);
	assert_true(f->facts->migrating);
	f->server.locked = f->server.migrating = false;
	f->server.standby = true;
	f->server.standing = "standby";
	read_once(f);
	read_once(f);
	assert_true(f->facts->in_recovery);
	assert_int_equal(f->server.infos, 1);
}

/* What is in no snapshot and in no log. */
static void
test_idle_and_yet(void **state)
{
	struct fixture *f = *state;

	f->server.idle = true;
	read_once(f);
	f->server.locked = f->server.migrating = true;
	read_once(f);
	assert_true(f->facts->migrating);
	f->server.locked = f->server.migrating = false;
	read_once(f);
	assert_true(f->facts->reused || f->facts->snapshot);
	read_once(f);
	read_once(f);
	assert_int_equal(f->server.infos, 0);
	f->server.revision = "b";
	read_once(f);
	assert_string_equal(f->facts->recorded.v[0], "b");
	f->server.failing = "WITH k AS MATERIALIZED (SELECT k.pid, k.relation";
	f->server.sqlstate = "42501";
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_true(f->facts->position_refused);
}

/* What was guessed of the version table is no longer so: the answer is that of a check
 * that guesses nothing. */
static void
test_wrong_guess(void **state)
{
	static const struct {
		const char *sqlstate; /* of COPY; NULL: it gives `revision` */
		const char *revision;
		bool exists, moves;
		const char *kind;
		enum err_code code;
		unsigned round_trips;
	} cases[] = {
		{NULL, "b", true, false, "r", ERR_NONE, 2}, /* the second look */
		{NULL, "a", true, true, "r", ERR_NONE, 3},
		{NULL, NULL, true, false, "r", ERR_NONE, 4}, /* asked twice */
		{NULL, "a", false, false, "r", ERR_NONE, 1},
		{NULL, "a", true, false, "v", ERR_QUERY, 0},
		{"42P01", NULL, false, false, "r", ERR_NONE, 3},
		{"42809", NULL, true, false, "v", ERR_QUERY, 0},
		{"42703", NULL, true, false, "r", ERR_MOVED, 0},
		{"42501", NULL, true, false, "r", ERR_PERMISSION, 0},
		{"55P03", NULL, true, false, "r", ERR_MOVED, 0},
		{"57014", NULL, true, false, "r", ERR_TIMEOUT, 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		f->server = server_sound();
		f->server.locked = true; /* so that all is asked for */
		read_once(f);
		read_once(f);
		f->server.failing =
			cases[i].sqlstate ? "COPY public.alembic_version" : NULL;
		f->server.sqlstate = cases[i].sqlstate;
		f->server.revision = cases[i].revision;
		f->server.version_exists = cases[i].exists;
		f->server.version_moves = cases[i].moves;
		f->server.version_kind = cases[i].kind;
		read_once(f);
		assert_int_equal(f->err.code, cases[i].code);
		if (cases[i].code != ERR_NONE)
			continue;
		assert_int_equal(f->facts->round_trips, cases[i].round_trips);
		assert_int_equal(f->facts->version_table_exists, cases[i].exists);
		assert_int_equal(
			f->facts->recorded.n, cases[i].exists && cases[i].revision);
	}
}

static void
test_changed(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	f->server.probe = "p2";
	f->server.column_type = "bigint";
	read_once(f);
	assert_false(f->facts->reused);
	assert_string_not_equal(
		f->facts->snapshot->fingerprint, f->last->snapshot->fingerprint);
}

/* What another role was shown, or another server, says nothing. */
static void
test_read_by_another(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	read_once(f);
	assert_int_equal(f->server.reads, 0);
	strcpy(f->facts->instance.role, "other");
	f->server.standing = "another";
	read_once(f);
	assert_true(f->server.reads > 0);
	assert_false(f->facts->reused);
	strcpy(f->facts->instance.system, "9");
	f->server.standing = "one more";
	read_once(f);
	assert_true(f->server.reads > 0);
	f->facts->server_version_num--;
	f->server.standing = "and one more";
	read_once(f);
	assert_true(f->server.reads > 0);
	f->server.standing = "the last one";
	read_once(f);
	assert_int_equal(f->server.reads, 0);
}

/* Whatever moves between the first and the last look: nothing is believed. */
static void
test_moved(void **state)
{
	struct fixture *f = *state;

	f->server.later_probe = "p2";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
	f->server.later_probe = NULL;
	/* What was there as the rows were read, and is not any more. */
	f->server.passing_probe = "p2";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
	f->server.passing_probe = NULL;
	f->server.later_revision = "b";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
	f->server.later_revision = NULL;
	f->server.view = NULL;
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
}

/* The revision and the catalog of last time have to be of one moment. */
static void
test_moved_while_reusing(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	f->server.later_probe = "p2";
	f->server.revision = "b";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *failing, *sqlstate;
		enum err_code code;
	} cases[] = {
		{"BEGIN", "57014", ERR_TIMEOUT},
		{"SELECT pg_catalog.set_config", "42501", ERR_PERMISSION},
		{"WITH v AS", "XX001", ERR_QUERY},
		{"COPY public.alembic_version", "42501", ERR_PERMISSION},
		{"SELECT n.nspname AS schema", "XX001", ERR_QUERY},
		{"SELECT c.oid AS oid", "55P03", ERR_MOVED},
		{"COMMIT", "40001", ERR_MOVED},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		f->server.failing = cases[i].failing;
		f->server.sqlstate = cases[i].sqlstate;
		read_once(f);
		assert_null(f->facts);
		assert_int_equal(f->err.code, cases[i].code);
	}
}

static void
test_unstamped(void **state)
{
	struct fixture *f = *state;

	f->server.version_exists = false;
	read_once(f);
	assert_int_equal(f->facts->recorded.n, 0);
	assert_false(f->facts->version_table_exists);
	assert_int_equal(f->server.revisions, 0);
	read_once(f);
	assert_true(f->facts->reused);
	f->server.version_exists = true;
	f->server.revision = NULL;
	f->server.probe = "p2";
	read_once(f);
	assert_true(f->facts->version_table_exists);
	assert_int_equal(f->facts->recorded.n, 0);
}

static void
test_version_table_without_right(void **state)
{
	struct fixture *f = *state;

	f->server.version_unreadable = true;
	read_once(f);
	assert_int_equal(f->err.code, ERR_PERMISSION);
	assert_string_equal(f->err.text,
		"mon may not read public.alembic_version: run `GRANT USAGE ON SCHEMA "
		"public TO mon` and `GRANT SELECT ON public.alembic_version TO mon`");
	f->revision_optional = true;
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(f->server.revisions, 0);
}

/* Tables that look like the version table are read with it, and only then. */
static void
test_version_table_elsewhere(void **state)
{
	struct fixture *f = *state;

	f->server.version_exists = false;
	f->server.elsewhere = "app.alembic_version";
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(f->facts->recorded.n, 0);
	assert_string_equal(f->facts->version.role, "mon");
	assert_int_equal(f->facts->version.width, 32);
	assert_string_equal(f->facts->version.elsewhere, "app.alembic_version");
	assert_int_equal(f->facts->version.rows.n, 1);
	assert_string_equal(f->facts->version.tables.v[0], "app.alembic_version");
	assert_string_equal(f->facts->version.rows.v[0], "b");
	/* Again, when nothing else has to be read. */
	read_once(f);
	assert_true(f->facts->reused);
	assert_int_equal(f->facts->version.rows.n, 1);
	/* They are for the sake of advice: a check does without. */
	f->server.failing = "COPY app.";
	f->server.sqlstate = "55P03";
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_null(f->facts->version.elsewhere);
	assert_int_equal(f->facts->version.rows.n, 0);
}

/* What stands in the place of an ordinary table is not read. */
static void
test_no_version_table(void **state)
{
	static const struct {
		const char *kind, *type, *policy;
		enum err_code code;
		const char *text;
	} cases[] = {
		{"v", NULL, NULL, ERR_QUERY, "public.alembic_version is a view"},
		{"m", NULL, NULL, ERR_QUERY,
			"public.alembic_version is a materialized view"},
		{"f", NULL, NULL, ERR_QUERY,
			"public.alembic_version is a foreign table"},
		{"p", NULL, NULL, ERR_QUERY,
			"public.alembic_version is a partitioned table"},
		{"S", NULL, NULL, ERR_QUERY, "public.alembic_version is a sequence"},
		{"I", NULL, NULL, ERR_QUERY, "public.alembic_version is an index"},
		{"x", NULL, NULL, ERR_QUERY, "public.alembic_version is no table"},
		{"r", "domain public.rev", NULL, ERR_QUERY,
			"public.alembic_version.version_num is of domain public.rev"},
		{"r", NULL, "mine", ERR_PERMISSION,
			"row security of public.alembic_version (policy mine) may hide "
			"rows from mon: run `ALTER ROLE mon BYPASSRLS` as a superuser, "
			"or "
			"`ALTER TABLE public.alembic_version DISABLE ROW LEVEL "
			"SECURITY`"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		f->server.version_kind = cases[i].kind;
		f->server.version_type = cases[i].type;
		f->server.version_policy = cases[i].policy;
		f->revision_optional = false;
		read_once(f);
		assert_int_equal(f->err.code, cases[i].code);
		assert_string_equal(f->err.text, cases[i].text);
		assert_true((f->err.advice != NULL) == (f->err.code == ERR_QUERY));
		f->revision_optional = true;
		read_once(f);
		assert_int_equal(f->err.code, ERR_NONE);
		assert_false(f->facts->version_table_exists);
		assert_int_equal(f->server.revisions, 0);
	}
}

/* Between looking and reading, something else has taken its place. */
static void
test_replaced(void **state)
{
	struct fixture *f = *state;

	f->server.failing = "COPY public.alembic_version";
	f->server.sqlstate = "42809";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
}

/* One row more than is judged is an error. */
static void
test_too_many_rows(void **state)
{
	static const char *rows[1001];
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		rows[i] = "r1";
	f->server.revisions_v = rows;
	f->server.n_revisions = COUNT_OF(rows);
	read_once(f);
	assert_int_equal(f->err.code, ERR_QUERY);
	assert_string_equal(
		f->err.text, "public.alembic_version has more than 1000 rows");
	assert_non_null(f->err.advice);
	f->server.n_revisions--;
	read_once(f);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(f->facts->recorded.n, 1000);
}

static void
test_migrating(void **state)
{
	struct fixture *f = *state;

	f->server.migrating = true;
	read_once(f);
	assert_true(f->facts->migrating && f->facts->revision_known);
	assert_null(f->facts->snapshot);
	assert_int_equal(f->server.reads, 0);
	f->server.failing = "COPY public.alembic_version";
	f->server.sqlstate = "55P03";
	read_once(f);
	assert_true(f->facts->migrating);
	assert_false(f->facts->revision_known);
	f->server.failing = NULL;
	f->even_migrating = true;
	read_once(f);
	assert_non_null(f->facts->snapshot);
}

/* Who locks tables as a migration does: no detail is asked for, which may be locked. */
static void
test_perhaps_migrating(void **state)
{
	struct fixture *f = *state;

	f->server.migrating = f->server.perhaps = true;
	f->server.failing = "pg_get_";
	f->server.sqlstate = "55P03";
	f->pending = true;
	read_once(f);
	assert_true(f->facts->migrating && f->facts->revision_known);
	assert_null(f->facts->snapshot);
	f->server.failing = NULL;
	/* There is nothing to migrate, or it takes too long. */
	f->pending = false;
	read_once(f);
	assert_false(f->facts->migrating);
	assert_non_null(f->facts->snapshot);
	f->pending = f->even_migrating = true;
	read_once(f);
	assert_false(f->facts->migrating);
	assert_true(f->facts->lock.pid != 0);
}

static void
test_revision_only(void **state)
{
	struct fixture *f = *state;

	f->catalog = false;
	read_once(f);
	assert_null(f->facts->snapshot);
	assert_int_equal(f->server.reads, 0);
	assert_string_equal(f->facts->recorded.v[0], "a");
}

static void
test_too_old(void **state)
{
	struct fixture *f = *state;

	f->server.version_num = "110022";
	read_once(f);
	assert_int_equal(f->err.code, ERR_QUERY);
	assert_non_null(strstr(f->err.text, "too old"));
}

static void
test_position(void **state)
{
	struct fixture *f = *state;

	read_once(f);
	assert_int_equal(f->facts->instance.position, 500);
	assert_int_equal(f->facts->seen_position, 500);
	assert_int_equal(f->facts->instance.replayed_us, 0);
	f->server.standby = true;
	read_once(f);
	assert_int_equal(f->facts->instance.received, 900);
	assert_int_equal(f->facts->instance.replayed_us, 1700000000000000);
	assert_true(f->facts->instance.paused);
}

/* What is not needed is no reason to fail, and is not asked for again. */
static void
test_position_refused(void **state)
{
	static const char *const sqlstates[] = {"0A000", "42501", "42883", "55000"};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(sqlstates); i++) {
		facts_free(f->facts);
		f->facts = NULL;
		f->server.failing = "SELECT CASE WHEN pg_is_in_recovery()";
		f->server.sqlstate = sqlstates[i];
		read_once(f);
		assert_int_equal(f->err.code, ERR_NONE);
		assert_true(f->facts->position_refused);
		assert_int_equal(f->facts->instance.position, 0);
		assert_string_equal(f->facts->recorded.v[0], "a");
		f->server.failing = NULL;
		read_once(f);
		assert_int_equal(f->server.positions, 0);
	}
}

/* Where its position is younger than its snapshot, what was read of it is not taken for
 * unchanged without a second look.  Once it is known for a standby, it is older. */
static void
test_standby_that_moves(void **state)
{
	struct fixture *f = *state;

	f->server.locked = true; /* so that all is asked for */
	read_once(f);
	f->server.standby = true;
	f->server.standing = "standby";
	read_once(f);
	assert_true(f->facts->reused);
	assert_int_equal(f->server.probes, 2);
	assert_false(f->server.position_first);
	read_once(f);
	assert_true(f->facts->reused);
	assert_int_equal(f->server.probes, 1);
	assert_true(f->server.position_first);
	assert_int_equal(f->facts->round_trips, 1);
	/* Promoted: what was asked for first is too old. */
	f->server.standby = false;
	f->server.standing = "mon";
	read_once(f);
	assert_true(f->facts->reused);
	assert_int_equal(f->facts->seen_position, 0);
	f->server.standby = true;
	f->server.standing = "standby";
	f->server.later_probe = "p2";
	read_once(f);
	assert_int_equal(f->err.code, ERR_MOVED);
}

/* One reading in which a statement is answered so: what is said of it. */
static const char *
damaged(struct fixture *f, struct server_damage d)
{
	f->server.damage = &d;
	f->server.locked = true; /* so that all is asked for */
	read_once(f);
	f->server.damage = NULL;
	assert_true(f->err.code == ERR_NONE || f->err.code == ERR_INTERNAL);
	return f->err.text;
}

/* Each value that a column of the statement cannot have, where a version table exists
 * and nothing migrates. */
static void
try_values(struct fixture *f, const char *sql, const struct declared *gives)
{
	for (const struct declared_column *c = gives->columns; c->name; c++) {
		struct server_damage d = {sql, DAMAGED_VALUE, c->name, NULL};
		bool right = c->null || text_same(c->only_where, "migrating");

		assert_int_equal(!*damaged(f, d), right);
		d.value = "";
		right = declared_fits(c->form, "") && !c->only_where;
		assert_int_equal(!*damaged(f, d), right);
		if (!right)
			assert_non_null(strstr(f->err.text, c->name));
	}
}

static void
test_declared(void **state)
{
	const struct {
		const char *sql, *name;
		const struct declared *gives;
	} statements[] = {
		{checksql_still_before_info, "statement 1 (still)",
			&checksql_still_gives},
		{checksql_info, "statement 2 (server)", &checksql_info_gives},
		{checksql_probe(150018), "statement 3 (probe)", &checksql_probe_gives},
		{versionsql_facts, "statement 4 (version table)",
			&versionsql_facts_gives},
		{checksql_standing, "statement 5 (standing)", &checksql_standing_gives},
		{checksql_position, "statement 6 (position)", &checksql_position_gives},
	};
	static const struct {
		int what;
		const char *text;
	} cases[] = {
		{DAMAGED_NAME, "with a column \"name\" in the place of"},
		{DAMAGED_LESS, "without the column"},
		{DAMAGED_MORE, "with a column \"more\", which cannot be"},
		{DAMAGED_NO_ROW, "with 0 rows instead of 1"},
		{DAMAGED_TWO_ROWS, "with 2 rows instead of 1"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(statements); i++) {
		try_values(f, statements[i].sql, statements[i].gives);
		for (size_t k = 0; k < COUNT_OF(cases); k++) {
			const char *text =
				damaged(f, (struct server_damage){statements[i].sql,
						   cases[k].what, NULL, NULL});

			assert_non_null(strstr(text, statements[i].name));
			assert_non_null(strstr(text, cases[k].text));
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whole),
		TEST(test_kept),
		TEST(test_kept_has_died),
		TEST(test_large),
		TEST(test_large_is_given_up),
		TEST(test_unchanged),
		TEST(test_idle),
		TEST(test_same),
		TEST(test_same_and_yet),
		TEST(test_idle_and_yet),
		TEST(test_wrong_guess),
		TEST(test_changed),
		TEST(test_read_by_another),
		TEST(test_moved),
		TEST(test_moved_while_reusing),
		TEST(test_errors),
		TEST(test_unstamped),
		TEST(test_version_table_without_right),
		TEST(test_version_table_elsewhere),
		TEST(test_no_version_table),
		TEST(test_replaced),
		TEST(test_too_many_rows),
		TEST(test_migrating),
		TEST(test_perhaps_migrating),
		TEST(test_revision_only),
		TEST(test_too_old),
		TEST(test_position),
		TEST(test_position_refused),
		TEST(test_standby_that_moves),
		TEST(test_declared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
