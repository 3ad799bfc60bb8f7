/* See state.h. */
#include "tests/unit/http/state.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/graph.h"

#define AT(seconds) (INT64_C(1790000000000) - INT64_C(1000) * (seconds))

static char head_id[] = "ab2c1f16b0b3", old_id[] = "797c75afebae";
static char *head_list[] = {head_id}, *old_list[] = {old_id};
#define HEAD_IDS                \
	{                       \
		head_list, 1, 1 \
	}
#define OLD_IDS                \
	{                      \
		old_list, 1, 1 \
	}

static struct finding findings[] = {
	{.kind = KIND_COLUMN,
		.on = KIND_NONE,
		.name = "public.users.\"<b>mail\"",
		.change = CHANGE_CHANGED,
		.property = "type",
		.severity = SEVERITY_BREAKING,
		.expected = "text",
		.found = "character varying(255)"},
	{.kind = KIND_INDEX,
		.on = KIND_NONE,
		.name = "public.orders_status_idx",
		.change = CHANGE_MISSING,
		.severity = SEVERITY_ADDITIVE,
		.expected =
			"CREATE INDEX orders_status_idx ON public.orders USING btree "
			"(status)",
		.renamed = "public.\"<i>dx\"",
		.note = "INVALID <&>"},
	{.kind = KIND_FUNCTION,
		.on = KIND_NONE,
		.name = "public.f(integer, text)",
		.change = CHANGE_UNEXPECTED,
		.severity = SEVERITY_ADDITIVE,
		.found = "CREATE FUNCTION f() …"},
};

static struct diff in_sync = {.status = DIFF_IN_SYNC};
static struct diff drifted = {.status = DIFF_DRIFTED,
	.findings = findings,
	.n_findings = COUNT_OF(findings),
	.n_change = {1, 1, 1},
	.n_ignored = 2};

static char dev[] = "dev", prod[] = "prod", staging[] = "staging", odd[] = "a/b é";
static char alembic[] = "alembic", app[] = "app", reference[] = "environment:dev";
static char version[] = "15.18", fingerprint[] = "b7d4e1f0";
static char prod_hint[] = "public.alembic_version is missing, but the schema matches "
			  "head ab2c1f16b0b3: run `alembic stamp ab2c1f16b0b3`";
static char staging_hint[] =
	"3 differences: look at the first, column public.users.\"<b>"
	"mail\"";
static char odd_hint[] = "the server cannot be reached: see the error";
static char odd_error[] = "connection refused <&>";
static char not_checked[] = "no check has succeeded yet";

static struct published_environment environments[4];
static struct published_environment *const pointers[4] = {
	&environments[0], &environments[1], &environments[2], &environments[3]};

static struct revision revisions[2];
static char file_a[] = "versions/797c75afebae_users.py";
static char file_b[] = "versions/ab2c1f16b0b3_orders.py";
static char path[] = "/srv/app/versions";
static char detail[] = "the file is <empty>";
static struct problem problems[1];
static struct migrations graph;
static struct published_migrations migrations[1];

/* What all have in common. */
static struct published_environment
basic(char *name, enum state state)
{
	return (struct published_environment){.name = name,
		.state = state,
		.since_ms = AT(3 * 3600),
		.confirmed = true,
		.check = CHECK_OK,
		.last_at_ms = AT(12),
		.last_success_ms = AT(12),
		.next_at_ms = AT(-48),
		.duration_ms = 21,
		.interval_ms = 60000,
		.checks_total = 7,
		.server_version = version,
		.tool = alembic,
		.migrations = app,
		.revision = {.status = REVISION_AT_HEAD,
			.recorded = HEAD_IDS,
			.expected = HEAD_IDS},
		.behind_known = true,
		.schema = SCHEMA_IN_SYNC,
		.reference = reference,
		.fingerprint = fingerprint,
		.n_objects = 412,
		.diff = &in_sync,
		.max_findings = 1000};
}

static void
fill_environments(void)
{
	struct published_environment *e = environments;

	e[0] = basic(dev, STATE_IN_SYNC);
	e[0].reference = NULL;
	e[0].schema = SCHEMA_NOT_CHECKED;
	e[0].diff = NULL;
	e[1] = basic(prod, STATE_UNSTAMPED);
	e[1].hint = prod_hint;
	e[1].revision =
		(struct judgement){.status = REVISION_UNSTAMPED, .expected = HEAD_IDS};
	e[2] = basic(staging, STATE_DRIFTED);
	e[2].hint = staging_hint;
	e[2].schema = SCHEMA_DRIFTED;
	e[2].diff = &drifted;
	e[2].drift_since_ms = AT(72 * 3600);
	e[2].lasting = STATE_DRIFTED;
	e[2].lasting_since_ms = AT(72 * 3600);
	e[2].unwatched_from_ms = AT(9 * 3600);
	e[2].unwatched_to_ms = AT(3 * 3600);
	e[3] = (struct published_environment){.name = odd,
		.state = STATE_UNKNOWN,
		.since_ms = AT(90),
		.hint = odd_hint,
		.check = CHECK_UNREACHABLE,
		.last_at_ms = AT(30),
		.last_success_ms = AT(7300),
		.next_at_ms = AT(-30),
		.interval_ms = 60000,
		.consecutive_failures = 2,
		.error = odd_error,
		.error_code = ERR_CONNECT,
		.checks_total = 2,
		.failures_total = {2},
		.tool = alembic,
		.revision = {.status = REVISION_NOT_CHECKED},
		.schema = SCHEMA_NOT_CHECKED,
		.schema_reason = not_checked,
		.reference = reference,
		.max_findings = 1000};
}

static void
fill_migrations(void)
{
	revisions[0] = (struct revision){.id = old_id, .file = file_a};
	revisions[1] =
		(struct revision){.id = head_id, .file = file_b, .down = OLD_IDS};
	problems[0] = (struct problem){
		.code = PROBLEM_EMPTY_FILE, .file = file_a, .detail = detail};
	struct migrations_index *index = graph.index;

	graph = (struct migrations){.tool = "alembic",
		.path = path,
		.n_files = 2,
		.revisions = revisions,
		.n_revisions = 2,
		.bases = OLD_IDS,
		.heads = HEAD_IDS,
		.effective_heads = HEAD_IDS,
		.problems = problems,
		.n_problems = 1,
		.index = index};
	/* Once: it stays, as what it is made of does. */
	if (!index)
		graph_build(&graph);
	migrations[0] = (struct published_migrations){.name = app, .graph = &graph};
}

void
state_fill(struct published *p)
{
	fill_environments();
	fill_migrations();
	*p = (struct published){.generation = 1,
		.at_ms = AT(0),
		.started_ms = AT(86400),
		.environments = pointers,
		.n_environments = COUNT_OF(environments),
		.migrations = migrations,
		.n_migrations = COUNT_OF(migrations),
		.reload_ok = true,
		.reload_ok_ms = AT(86400),
		.ready = true};
}

struct published_environment *
state_environment(size_t i)
{
	return &environments[i];
}
