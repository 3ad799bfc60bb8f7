#include "tests/unit/report/fixture.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

static char revision[] = "ab2c1f16b0b3";

static int64_t
at(const char *text)
{
	int64_t ms;

	if (!clock_parse(text, &ms))
		abort();
	return ms;
}

static void
set_checked(struct published_environment *e, const char *name, enum state state)
{
	e->name = xstrdup(name);
	e->state = state;
	e->since_ms = at("2026-09-20T09:58:02Z");
	e->confirmed = true;
	e->last_at_ms = e->last_success_ms = at("2026-09-20T10:15:02Z");
	e->last_started_ms = e->last_at_ms - 21;
	e->next_at_ms = at("2026-09-20T10:16:02Z");
	e->duration_ms = 21;
	e->interval_ms = 60000;
	e->checks_total = 12;
	e->server_version = xstrdup("15.20");
	e->identity = (struct instance_id){"7301", "16384", "shop"};
	e->address = xstrdup("10.0.0.7:5432");
	e->tool = xstrdup("alembic");
	e->migrations = xstrdup("abparts");
	strvec_add(&e->revision.expected, revision);
	e->fingerprint = xstrdup("b7d4e1f0");
	e->n_objects = 5;
	e->objects[KIND_TABLE] = 2;
	e->objects[KIND_COLUMN] = 3;
	e->max_findings = 1;
}

static void
set_prod(struct fixture *f)
{
	struct published_environment *e = &f->prod;

	set_checked(e, "prod", STATE_UNSTAMPED);
	e->hint = xstrdup("public.alembic_version is missing, but the schema matches "
			  "head ab2c1f16b0b3: run `alembic stamp ab2c1f16b0b3`");
	e->revision.status = REVISION_UNSTAMPED;
	strvec_add(&e->revision.pending, revision);
	e->behind_known = true;
	e->schema = SCHEMA_IN_SYNC;
	e->role_notice = xstrdup("app owns what is watched");
	strvec_add(&e->labels, "app=Shop \"1\"");
	strvec_add(&e->labels, "team=orders");
	e->reference = xstrdup("environment:dev");
	e->diff = &f->same;
}

static void
set_staging(struct fixture *f)
{
	struct published_environment *e = &f->staging;

	set_checked(e, "staging", STATE_DRIFTED);
	e->hint = xstrdup("2 differences from environment:dev");
	e->revision.status = REVISION_AT_HEAD;
	strvec_add(&e->revision.recorded, revision);
	e->behind_known = true;
	e->schema = SCHEMA_DRIFTED;
	e->reference = xstrdup("environment:dev");
	e->diff = &f->differs;
	e->drift_since_ms = at("2026-09-19T22:40:11.500Z");
	e->differed[KIND_COLUMN] = e->differed[KIND_INDEX] = true;
	e->differed[KIND_TABLE] = true; /* it is as it should be again */
	/* A failed check, and nobody watched for an hour. */
	e->lasting = STATE_DRIFTED;
	e->lasting_since_ms = e->drift_since_ms;
	e->unwatched_from_ms = at("2026-09-20T08:58:02Z");
	e->unwatched_to_ms = e->since_ms;
	e->lateness_ms = 250;
	e->lock = (struct migration_lock){
		.pid = 7, .since_ms = at("2026-09-20T10:15:00Z")};
	e->migrating_since_ms = e->lock.since_ms;
	e->checks_total = 14;
	e->failures_total[ERR_TIMEOUT - ERR_CONNECT] = 2;
	e->in_recovery = true;
	e->replay_lag_bytes = 168;
	e->replay_lag_ms = 2500;
}

static void
set_dev(struct fixture *f)
{
	struct published_environment *e = &f->dev;

	set_checked(e, "dev", STATE_IN_SYNC);
	e->hint = xstrdup("at head ab2c1f16b0b3, and the schema is not compared");
	e->revision.status = REVISION_AT_HEAD;
	strvec_add(&e->revision.recorded, revision);
	e->behind_known = true;
	e->schema = SCHEMA_NOT_CHECKED;
}

static void
set_far(struct fixture *f)
{
	struct published_environment *e = &f->far;

	e->name = xstrdup("far away");
	e->state = STATE_UNKNOWN;
	e->since_ms = at("2026-09-20T09:00:00Z");
	e->hint = xstrdup("cannot connect");
	e->check = CHECK_UNREACHABLE;
	e->last_at_ms = at("2026-09-20T10:15:10Z");
	e->duration_ms = 5003;
	e->interval_ms = 300000;
	e->consecutive_failures = 3;
	e->error = xstrdup("connection refused");
	e->error_code = ERR_CONNECT;
	e->checks_total = 3;
	e->failures_total[0] = 3;
	e->revision.status = REVISION_NOT_CHECKED;
	e->schema = SCHEMA_NOT_CHECKED;
}

static void
set_diffs(struct fixture *f)
{
	f->findings[0] = (struct finding){.kind = KIND_COLUMN,
		.on = KIND_NONE,
		.name = "public.users.email",
		.change = CHANGE_CHANGED,
		.property = "type",
		.severity = SEVERITY_BREAKING,
		.expected = "text",
		.found = "character varying(255)"};
	f->findings[1] = (struct finding){.kind = KIND_INDEX,
		.on = KIND_NONE,
		.name = "public.orders_status_idx",
		.change = CHANGE_MISSING,
		.severity = SEVERITY_ADDITIVE,
		.expected = "CREATE INDEX …"};
	f->same = (struct diff){.status = DIFF_IN_SYNC, .n_ignored = 6};
	f->same.objects[KIND_TABLE] = 2;
	f->same.objects[KIND_COLUMN] = 3;
	f->differs = (struct diff){
		.status = DIFF_DRIFTED, .findings = f->findings, .n_findings = 2};
	f->differs.n_change[CHANGE_CHANGED] = f->differs.n_change[CHANGE_MISSING] = 1;
	f->differs.by_kind[KIND_COLUMN][CHANGE_CHANGED] = 1;
	f->differs.by_kind[KIND_INDEX][CHANGE_MISSING] = 1;
	f->differs.objects[KIND_TABLE] = 2;
	f->differs.objects[KIND_COLUMN] = 3;
}

static void
set_migrations(struct fixture *f)
{
	static char file[] = "5a.py", detail[] = "no revision = in the file";

	f->problems[0] = (struct problem){.code = PROBLEM_NO_REVISION_ID,
		.file = file,
		.line = 3,
		.detail = detail};
	f->graph = (struct migrations){.tool = "alembic",
		.path = xstrdup("/srv/abparts/versions"),
		.n_files = 1,
		.problems = f->problems,
		.n_problems = 1};
	f->migrations[0].name = xstrdup("abparts");
	f->migrations[0].graph = &f->graph;
	f->migrations[0].problems[PROBLEM_NO_REVISION_ID] = 1;
	f->migrations[0].is_built = true;
	f->migrations[0].builds = (struct published_builds){
		.built = 5, .failed = 1, .unavailable = 2, .duration_ms = 1250};
	f->ddl = (struct published_ddl){.path = "/srv/structure.sql",
		.builds = {.built = 3, .unavailable = 1, .duration_ms = 420}};
	f->migrations[1].name = xstrdup("gone");
	f->migrations[1].problems[PROBLEM_UNREADABLE_FILE] = 1;
	f->migrations[1].error = xstrdup("/srv/gone: No such file or directory");
}

void
fixture_set(struct fixture *f)
{
	*f = (struct fixture){0};
	set_diffs(f);
	set_prod(f);
	set_staging(f);
	set_dev(f);
	set_far(f);
	set_migrations(f);
	f->list[0] = &f->prod;
	f->list[1] = &f->staging;
	f->list[2] = &f->dev;
	f->list[3] = &f->far;
	f->published = (struct published){.store = STORE_DOWN,
		.generation = 7,
		.at_ms = at("2026-09-20T10:15:30Z"),
		.environments = f->list,
		.n_environments = COUNT_OF(f->list),
		.migrations = f->migrations,
		.n_migrations = COUNT_OF(f->migrations),
		.ddl = &f->ddl,
		.n_ddl = 1,
		.reload_ok = true,
		.reload_ok_ms = at("2026-09-20T08:00:00.250Z")};
}

static void
free_environment(struct published_environment *e)
{
	free(e->name);
	strvec_free(&e->labels);
	strvec_free(&e->metric_labels);
	free(e->hint);
	free(e->error);
	free(e->server_version);
	free(e->address);
	free(e->role_notice);
	free(e->tool);
	free(e->migrations);
	free(e->schema_reason);
	free(e->reference);
	free(e->fingerprint);
	strvec_free(&e->revision.recorded);
	strvec_free(&e->revision.expected);
	strvec_free(&e->revision.pending);
}

void
fixture_fini(struct fixture *f)
{
	for (size_t i = 0; i < COUNT_OF(f->list); i++)
		free_environment(f->list[i]);
	for (size_t i = 0; i < COUNT_OF(f->migrations); i++) {
		free(f->migrations[i].name);
		free(f->migrations[i].error);
	}
	free(f->graph.path);
	strvec_free(&f->same.unused_rules);
}
