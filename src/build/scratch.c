/* A database of ours whose lock nobody holds has lost its maker.  The lock is taken
 * before the database is made, so none that is in use is ever without. */
#include "build/scratch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "build/place.h"

enum { ASK_MS = 30000, MAKE_MS = 120000, MAX_BYTES = 1 << 20 };

struct scratch {
	struct pg_session *session;
	char *system, *user;
	bool forces;        /* it knows DROP DATABASE … WITH (FORCE) */
	struct strvec left; /* to be dropped, from `at` on */
	size_t at;
	char *name; /* of the database at hand */
	bool sweeping;
	scratch_fn *fn;
	void *arg;
};

static const char setup[] =
	"SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)";

static const struct declared_column identity_columns[] = {
	{"system", FORM_NAME}, {"role", FORM_NAME}, {"version", FORM_NATURAL}, {0}};
static const struct declared identity_gives = {identity_columns, 1, 1};
static const struct pg_statement identity = {
	.sql = "SELECT (SELECT s.system_identifier::text FROM pg_control_system() s)"
	       " AS system, session_user::text AS role,"
	       " current_setting('server_version_num') AS version",
	.name = "server",
	.gives = &identity_gives,
};

/* The name ends with the number of the lock.  Of those alone that we may drop. */
#define NUMBER_OF(name) "('x' || right(" name ", 16))::bit(64)::bigint"
static const struct declared_column left_columns[] = {{"name", FORM_NAME}, {0}};
static const struct declared left_gives = {left_columns, 0, 0};
static const struct pg_statement leftovers = {
	.sql = "SELECT d.datname AS name FROM pg_database d"
	       " WHERE d.datname ~ '^" PLACE_PREFIX "[0-9a-f]{16}$'"
	       " AND pg_has_role(d.datdba, 'USAGE')"
	       " AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory'"
	       " AND l.objsubid = 1 AND l.granted AND lpad(to_hex(l.classid::bigint), "
	       "8, "
	       "'0')"
	       " || lpad(to_hex(l.objid::bigint), 8, '0') = right(d.datname, 16))"
	       " ORDER BY 1",
	.name = "databases left behind",
	.gives = &left_gives,
};

static const struct declared_column lock_columns[] = {{"locked", "t"}, {0}};
static const struct declared lock_gives = {lock_columns, 1, 1};
static const char lock_sql[] =
	"SELECT pg_try_advisory_lock(" NUMBER_OF("$1::text") ") AS locked";

static const struct declared_column end_columns[] = {{"ended", FORM_BOOL}, {0}};
static const struct declared end_gives = {end_columns, 0, 0};
static const char end_sql[] = "SELECT pg_terminate_backend(a.pid) AS ended"
			      " FROM pg_stat_activity a WHERE a.datname = $1::text"
			      " AND a.pid <> pg_backend_pid()";

struct scratch *
scratch_new(struct loop *l)
{
	struct scratch *s = xcalloc(1, sizeof *s);

	s->session = pg_session_new(l);
	return s;
}

void
scratch_free(struct scratch *s)
{
	if (!s)
		return;
	pg_session_free(s->session);
	strvec_free(&s->left);
	free(s->system);
	free(s->user);
	free(s->name);
	free(s);
}

static void
begin(struct scratch *s, scratch_fn *fn, void *arg)
{
	assert(!s->fn);
	s->fn = fn;
	s->arg = arg;
}

/* The last act of a call: `s` may be gone afterwards. */
static void
tell(struct scratch *s, const struct err *e)
{
	scratch_fn *fn = s->fn;

	s->fn = NULL;
	fn(s->arg, e);
}

static void
ask(struct scratch *s, const struct pg_statement *statement, pg_done_fn *fn)
{
	const struct pg_batch batch = {
		.setup = setup, .statements = statement, .n_statements = 1};
	const struct pg_script script = {.batches = &batch,
		.n_batches = 1,
		.timeout_ms = ASK_MS,
		.limit = {.max_bytes = MAX_BYTES}};

	pg_session_run(s->session, &script, fn, s);
}

static void
order(struct scratch *s, const char *sql, const char *tag, pg_done_fn *fn)
{
	const struct pg_command command = {sql, tag, MAKE_MS};

	pg_session_command(s->session, &command, fn, s);
}

static void
set_name(struct scratch *s, const char *name)
{
	assert(place_is_name(name));
	free(s->name);
	s->name = xstrdup(name);
}

/* ---- Which server ---- */

static void
on_identity(void *arg, struct pg_results *r, const struct err *e)
{
	struct scratch *s = arg;

	if (!e) {
		s->system = xstrdup(rows_text(&r->rows[0], "system"));
		s->user = xstrdup(rows_text(&r->rows[0], "role"));
		s->forces = atoi(rows_text(&r->rows[0], "version")) >= 130000;
		pg_results_free(r);
	}
	tell(s, e);
}

static void
on_connected(void *arg, const struct err *e)
{
	struct scratch *s = arg;

	if (e)
		tell(s, e);
	else
		ask(s, &identity, on_identity);
}

void
scratch_open(struct scratch *s, const struct pg_target *t, scratch_fn *fn, void *arg)
{
	begin(s, fn, arg);
	pg_session_connect(s->session, t, on_connected, s);
}

const char *
scratch_system(const struct scratch *s)
{
	return s->system;
}

const char *
scratch_user(const struct scratch *s)
{
	return s->user;
}

bool
scratch_is_open(const struct scratch *s)
{
	return pg_session_is_open(s->session);
}

/* ---- Dropping ---- */

static void drop_next(struct scratch *s);

static void
on_dropped(void *arg, struct pg_results *r, const struct err *e)
{
	struct scratch *s = arg;

	pg_results_free(r);
	if (!s->sweeping) {
		tell(s, e);
		return;
	}
	if (e)
		log_msg(LEVEL_WARN, "database %s is left on the scratch server: %s",
			s->name, e->text);
	else
		log_msg(LEVEL_INFO,
			"database %s, left behind on the scratch server, is dropped",
			s->name);
	if (pg_session_is_open(s->session))
		drop_next(s);
	else
		tell(s, e);
}

static void
send_drop(struct scratch *s)
{
	char *sql = xasprintf("DROP DATABASE IF EXISTS \"%s\"%s", s->name,
		s->forces ? " WITH (FORCE)" : "");

	order(s, sql, "DROP DATABASE", on_dropped);
	free(sql);
}

static void
on_ended(void *arg, struct pg_results *r, const struct err *e)
{
	struct scratch *s = arg;

	pg_results_free(r);
	if (e)
		on_dropped(s, NULL, e);
	else
		send_drop(s);
}

/* Before 13 who is connected has to be seen off first. */
static void
drop(struct scratch *s)
{
	const char *params[] = {s->name};
	const struct pg_statement end = {.sql = end_sql,
		.name = "sessions",
		.params = params,
		.n_params = 1,
		.gives = &end_gives};

	if (s->forces)
		send_drop(s);
	else
		ask(s, &end, on_ended);
}

void
scratch_drop(struct scratch *s, const char *name, scratch_fn *fn, void *arg)
{
	begin(s, fn, arg);
	s->sweeping = false;
	set_name(s, name);
	drop(s);
}

static void
drop_next(struct scratch *s)
{
	if (s->at == s->left.n) {
		tell(s, NULL);
		return;
	}
	set_name(s, s->left.v[s->at++]);
	drop(s);
}

static void
on_left(void *arg, struct pg_results *r, const struct err *e)
{
	struct scratch *s = arg;

	if (e) {
		tell(s, e);
		return;
	}
	for (size_t i = 0; i < r->rows[0].n_rows; i++)
		if (place_is_name(rows_get(&r->rows[0], i, 0)))
			strvec_add(&s->left, rows_get(&r->rows[0], i, 0));
	pg_results_free(r);
	drop_next(s);
}

void
scratch_sweep(struct scratch *s, scratch_fn *fn, void *arg)
{
	begin(s, fn, arg);
	s->sweeping = true;
	strvec_free(&s->left);
	s->at = 0;
	ask(s, &leftovers, on_left);
}

/* ---- Making ---- */

static void
on_made(void *arg, struct pg_results *r, const struct err *e)
{
	pg_results_free(r);
	tell(arg, e);
}

static void
on_locked(void *arg, struct pg_results *r, const struct err *e)
{
	struct scratch *s = arg;
	char *sql;

	if (e) {
		tell(s, e);
		return;
	}
	pg_results_free(r);
	sql = xasprintf("CREATE DATABASE \"%s\" TEMPLATE template0", s->name);
	order(s, sql, "CREATE DATABASE", on_made);
	free(sql);
}

void
scratch_make(struct scratch *s, const char *name, scratch_fn *fn, void *arg)
{
	const char *params[] = {name};
	const struct pg_statement lock = {.sql = lock_sql,
		.name = "lock",
		.params = params,
		.n_params = 1,
		.gives = &lock_gives};

	begin(s, fn, arg);
	set_name(s, name);
	ask(s, &lock, on_locked);
}
