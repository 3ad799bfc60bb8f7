/* See server.h. */
#include "tests/unit/monitor/server.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"
#include "catalog/versionsql.h"

struct server
server_sound(void)
{
	return (struct server){
		.version_num = "150018",
		.system = "7001",
		.oid = "5",
		.version_exists = true,
		.version_kind = "r",
		.position = "500",
		.probe = "p1",
		.revision = "a",
		.column_type = "integer",
		.view = "SELECT 1",
	};
}

static bool
begins(const char *sql, const char *with)
{
	return !strncmp(sql, with, strlen(with));
}

static void
give(struct fake_step *answer, const char *const *names, size_t n_cols, size_t n_rows)
{
	answer->names = names;
	answer->n_cols = n_cols;
	answer->n_rows = n_rows;
}

/* An answer's cells have to live until it is read. */
static const char *const *
keep(struct server *s, const char *const *cells, size_t n)
{
	const char **room = s->cells[s->n_cells++ % COUNT_OF(s->cells)];

	memcpy(room, cells, n * sizeof *cells);
	return room;
}

static void
answer_info(struct server *s, struct fake_step *answer)
{
	static const char *const names[] = {"server_version", "server_version_num",
		"in_recovery", "server_encoding", "version_exists", "version_readable",
		"version_has_column", "migrating", "migrating_perhaps", "user_tables",
		"system_identifier", "database_oid", "database_name", "version_kind",
		"version_type", "version_filtered", "version_policies"};
	const char *const cells[] = {"15.18 (Debian 15.18-0)", s->version_num,
		s->standby ? "t" : "f", "UTF8", s->version_exists ? "t" : "f",
		s->version_unreadable ? "f" : "t", "t", s->migrating ? "t" : "f",
		s->perhaps ? "t" : "f", "t", s->system, s->oid, "shop", s->version_kind,
		s->version_type, s->version_policy ? "t" : "f", s->version_policy};

	answer->cells = keep(s, cells, COUNT_OF(cells));
	give(answer, names, COUNT_OF(names), 1);
}

static void
answer_position(struct server *s, struct fake_step *answer)
{
	static const char *const names[] = {
		"wal_position", "received", "replayed_us", "paused"};
	const char *const primary[] = {s->position, NULL, NULL, NULL};
	const char *const standby[] = {s->position, "900", "1700000000000000", "t"};

	s->positions++;
	answer->cells = keep(s, s->standby ? standby : primary, COUNT_OF(names));
	give(answer, names, COUNT_OF(names), 1);
}

static void
answer_version(struct server *s, struct fake_step *answer)
{
	static const char *const names[] = {"role", "width", "padded", "schema_exists",
		"schema_usable", "reads_new", "elsewhere", "elsewhere_readable",
		"readable_1", "readable_2", "readable_3", "role_super", "role_powers",
		"role_owners"};
	const char *const cells[] = {"mon", "32", "f", "t", "f", "f", s->elsewhere, "t",
		s->elsewhere, NULL, NULL, s->role_super ? "t" : "f", s->role_powers,
		s->role_owners};

	answer->cells = keep(s, cells, COUNT_OF(cells));
	give(answer, names, COUNT_OF(names), 1);
}

/* One cell; `later` from the second time on. */
static void
answer_cell(struct fake_step *answer, const char *const *first,
	const char *const *later, bool is_later)
{
	static const char *const name[] = {"probe"};

	answer->cells = is_later && *later ? later : first;
	give(answer, name, 1, *answer->cells ? 1 : 0);
}

static void
answer_read(struct server *s, enum kind k, struct fake_step *answer)
{
	static const char *const names[] = {
		"schema", "name", "part", "oid", "deparse", "type"};
	const char *const column[] = {"public", "t", "id", "1", "f", s->column_type};
	const char *const view[] = {"public", "v", NULL, "2", "t"};
	const char *const table[] = {"public", "t", NULL, "3", "f"};

	s->reads++;
	give(answer, names, k == KIND_COLUMN ? 6 : 5, 1);
	if (k == KIND_COLUMN)
		answer->cells = keep(s, column, COUNT_OF(column));
	else if (k == KIND_VIEW)
		answer->cells = keep(s, view, COUNT_OF(view));
	else if (k == KIND_TABLE)
		answer->cells = keep(s, table, COUNT_OF(table));
	else
		answer->n_rows = 0;
}

static void
answer_details(struct server *s, struct fake_step *answer)
{
	static const char *const names[] = {"oid", "definition"};
	const char *const cells[] = {"2", s->view};

	s->details++;
	answer->cells = keep(s, cells, COUNT_OF(cells));
	give(answer, names, 2, s->view ? 1 : 0);
}

/* The kind that reads (or asks details) with this very text. */
static bool
find_kind(const char *sql, bool details, enum kind *k)
{
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct kind_info *info = kind_info((enum kind)i);
		const char *s = details ? kind_sql_for(info->details,
						  COUNT_OF(info->details), 150018)
					: kind_sql_for(info->reads,
						  COUNT_OF(info->reads), 150018);

		*k = (enum kind)i;
		if (s && !strcmp(s, sql))
			return true;
	}
	return false;
}

static bool
serve(void *arg, const char *sql, const char *const *params, struct fake_step *answer)
{
	static const char *const anything[] = {"set_config"}, *const value[] = {""};
	struct server *s = arg;
	enum kind k;

	(void)params;
	if (s->failing && begins(sql, s->failing)) {
		answer->answer = FAKE_FAIL;
		answer->sqlstate = s->sqlstate;
		answer->message = "refused by the test";
	} else if (begins(sql, "BEGIN") || begins(sql, "COMMIT") ||
		   begins(sql, "ROLLBACK") || begins(sql, "SET TRANSACTION READ")) {
		answer->names = NULL;
	} else if (!strcmp(sql, checksql_info)) {
		answer_info(s, answer);
	} else if (!strcmp(sql, checksql_position)) {
		answer_position(s, answer);
	} else if (!strcmp(sql, versionsql_facts)) {
		answer_version(s, answer);
	} else if (s->elsewhere && begins(sql, "COPY app.")) {
		static const char *const names[] = {"version_num"}, *const b[] = {"b"};

		answer->cells = b;
		give(answer, names, 1, 1);
	} else if (!strcmp(sql, checksql_probe(150018))) {
		s->probes++;
		answer_cell(
			answer, &s->probe, &s->later_probe, s->connection_probes++ > 0);
	} else if (begins(sql, "COPY public.")) {
		s->revisions++;
		answer_cell(answer, &s->revision, &s->later_revision,
			s->connection_revisions++ > 0);
		if (s->revisions_v) {
			answer->cells = s->revisions_v;
			answer->n_rows = s->n_revisions;
		}
	} else if (find_kind(sql, false, &k)) {
		answer_read(s, k, answer);
	} else if (find_kind(sql, true, &k)) {
		answer_details(s, answer);
	} else {
		answer->cells = value;
		give(answer, anything, 1, 1);
		return begins(sql, "SELECT pg_catalog.set_config");
	}
	return true;
}

void
server_await(struct server *s, const char *dsn_part)
{
	const struct fake_step steps[] = {
		{FAKE_CONNECT},
		{FAKE_SERVE, .serve = serve, .arg = s},
	};

	s->connection_probes = s->connection_revisions = 0;
	s->probes = s->revisions = s->reads = s->details = s->positions = 0;
	fake_script(dsn_part, steps, COUNT_OF(steps));
}
