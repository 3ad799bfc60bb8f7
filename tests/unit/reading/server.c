/* See server.h. */
#include "tests/unit/reading/server.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"
#include "catalog/versionsql.h"
#include "pg/query.h"

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
		.written = "",
		.standing = "mon",
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

/* True if that query is this statement, whatever its parameters are. */
static bool
is_statement(const char *sql, const char *statement)
{
	static const char *const any[] = {"\1", "\1"};
	const struct pg_statement st = {
		.sql = statement, .params = any, .n_params = COUNT_OF(any)};
	struct strbuf b = {0};
	const char *at, *mark;
	bool same;

	query_add(&b, &st);
	for (at = b.s; (mark = strstr(at, "'\1'")); at = mark + 3) {
		size_t n = (size_t)(mark - at);

		if (strncmp(sql, at, n) != 0)
			break;
		sql += n;
		sql += begins(sql, "NULL") ? 4 : strcspn(sql + 1, "'") + 2;
	}
	same = !mark && !strcmp(sql, at);
	strbuf_free(&b);
	return same;
}

/* What came in the place of what a statement can give. */
static void
spoil(const struct server_damage *d, struct plain *p, struct fake_step *answer)
{
	switch (d->what) {
	case DAMAGED_VALUE:
		plain_set(p, d->column, d->value);
		break;
	case DAMAGED_NAME:
		p->names[0] = "name";
		break;
	case DAMAGED_LESS:
		p->n--;
		break;
	case DAMAGED_MORE:
		p->names[p->n] = "more";
		p->cells[p->n++] = "1";
		break;
	case DAMAGED_NO_ROW:
		answer->n_rows = 0;
		break;
	case DAMAGED_TWO_ROWS:
		answer->n_rows = 2;
		break;
	}
}

/* The row of a statement. */
static void
give_row(struct server *s, const char *sql, struct plain p, struct fake_step *answer)
{
	struct plain *kept = &s->rows[s->n_rows++ % COUNT_OF(s->rows)];

	answer->n_rows = 1;
	if (s->damage && is_statement(sql, s->damage->sql))
		spoil(s->damage, &p, answer);
	memcpy(p.cells + p.n, p.cells, p.n * sizeof *p.cells);
	*kept = p;
	give(answer, kept->names, kept->n, answer->n_rows);
	answer->cells = kept->cells;
}

static const char *
flag(bool is_true)
{
	return is_true ? "t" : "f";
}

static void
answer_info(struct server *s, const char *sql, struct fake_step *answer)
{
	struct plain p = plain_row(&checksql_info_gives);

	s->infos++;
	plain_set(&p, "server_version", "15.18 (Debian 15.18-0)");
	plain_set(&p, "server_version_num", s->version_num);
	plain_set(&p, "in_recovery", flag(s->standby));
	plain_set(&p, "version_exists", flag(s->version_exists));
	plain_set(&p, "version_stands", flag(!s->version_moves));
	plain_set(&p, "version_readable", flag(!s->version_unreadable));
	plain_set(&p, "version_has_column", "t");
	plain_set(&p, "migrating", flag(s->migrating));
	if (s->migrating) {
		plain_set(&p, "migrating_pid", "77");
		plain_set(&p, "migrating_perhaps", flag(s->perhaps));
	}
	plain_set(&p, "user_tables", "t");
	plain_set(&p, "system_identifier", s->system);
	plain_set(&p, "database_oid", s->oid);
	plain_set(&p, "database_name", "shop");
	if (s->version_exists)
		plain_set(&p, "version_kind", s->version_kind);
	plain_set(&p, "version_type", s->version_type);
	plain_set(&p, "version_filtered", flag(s->version_policy));
	plain_set(&p, "version_policies", s->version_policy);
	give_row(s, sql, p, answer);
}

static void
answer_position(struct server *s, const char *sql, struct fake_step *answer)
{
	struct plain p = plain_row(&checksql_position_gives);

	s->positions++;
	s->position_first = !s->infos;
	plain_set(&p, "wal_position", s->position);
	if (s->standby) {
		plain_set(&p, "received", "900");
		plain_set(&p, "replayed_us", "1700000000000000");
		plain_set(&p, "paused", "t");
	}
	give_row(s, sql, p, answer);
}

static void
answer_still(struct server *s, const char *sql, struct fake_step *answer)
{
	struct plain p = plain_row(&checksql_still_gives);
	char *still = s->stills[s->stills_asked++ % COUNT_OF(s->stills)];

	s->moved += !s->idle;
	snprintf(still, sizeof s->stills[0], "%u %s", s->moved, s->written);
	plain_set(&p, "still", still);
	plain_set(&p, "read_us", "77");
	plain_set(&p, "quiet", flag(!s->locked));
	give_row(s, sql, p, answer);
}

static void
answer_standing(struct server *s, const char *sql, struct fake_step *answer)
{
	struct plain p = plain_row(&checksql_standing_gives);

	plain_set(&p, "standing", s->standing);
	plain_set(&p, "version_stands", flag(!s->version_moves));
	give_row(s, sql, p, answer);
}

static void
answer_version(struct server *s, const char *sql, struct fake_step *answer)
{
	struct plain p = plain_row(&versionsql_facts_gives);

	plain_set(&p, "role", "mon");
	plain_set(&p, "width", "32");
	plain_set(&p, "schema_exists", "t");
	plain_set(&p, "elsewhere", s->elsewhere);
	plain_set(&p, "elsewhere_readable", "t");
	plain_set(&p, "readable_1", s->elsewhere);
	plain_set(&p, "role_super", flag(s->role_super));
	plain_set(&p, "role_powers", s->role_powers);
	plain_set(&p, "role_owners", s->role_owners);
	give_row(s, sql, p, answer);
}

/* A probe that is another for another text; and what is asked of it only where
 * something was written. */
static const char probe_unless[] = "SELECT CASE WHEN EXISTS (SELECT FROM";

static void
answer_probe(struct server *s, const char *sql, struct fake_step *answer)
{
	unsigned before = s->connection_probes++;
	const char *probe = before && s->later_probe ? s->later_probe : s->probe;
	char *hash = s->hashes[s->probes++ % COUNT_OF(s->hashes)];
	struct plain p = plain_row(&checksql_probe_gives);

	snprintf(hash, sizeof s->hashes[0], "%032x", 0);
	if (before == 1 && s->passing_probe)
		probe = s->passing_probe;
	for (const char *at = probe; *at; at++) {
		memmove(hash, hash + 2, 30);
		snprintf(hash + 30, 3, "%02x", (unsigned char)*at);
	}
	plain_set(&p, "probe", hash);
	give_row(s, sql, p, answer);
	if (s->idle && begins(sql, probe_unless))
		answer->n_rows = 0;
}

/* One cell; `later` from the second time on. */
static void
answer_cell(struct fake_step *answer, const char *const *first,
	const char *const *later, bool is_later)
{
	static const char *const name[] = {"value"};

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
	static const char *const name[] = {"name"}, *const itself[] = {"itself"};

	s->reads++;
	if (k == KIND_DATABASE) {
		give(answer, name, 1, 1);
		answer->cells = itself;
		return;
	}
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
		if (s && is_statement(sql, s))
			return true;
	}
	return false;
}

static bool
serve(void *arg, const char *sql, struct fake_step *answer)
{
	static const char *const anything[] = {"set_config"}, *const value[] = {""};
	struct server *s = arg;
	enum kind k;

	if (s->dies) {
		s->dies = false;
		answer->answer = FAKE_DIE;
	} else if (s->failing && begins(sql, s->failing)) {
		answer->answer = FAKE_FAIL;
		answer->sqlstate = s->sqlstate;
		answer->message = "refused by the test";
	} else if (begins(sql, "BEGIN") || begins(sql, "COMMIT") ||
		   begins(sql, "ROLLBACK")) {
		answer->names = NULL;
	} else if (begins(sql, "SELECT pg_catalog.pg_backend_pid()")) {
		/* As behind a pooler. */
		answer->cells = value;
		give(answer, anything, 1, 1);
	} else if (is_statement(sql, checksql_info)) {
		answer_info(s, sql, answer);
	} else if (is_statement(sql, checksql_position)) {
		answer_position(s, sql, answer);
	} else if (is_statement(sql, checksql_still) ||
		   is_statement(sql, checksql_still_before_info)) {
		answer_still(s, sql, answer);
	} else if (is_statement(sql, checksql_standing)) {
		answer_standing(s, sql, answer);
	} else if (is_statement(sql, versionsql_facts)) {
		answer_version(s, sql, answer);
	} else if (s->elsewhere && begins(sql, "COPY app.")) {
		static const char *const names[] = {"version_num"}, *const b[] = {"b"};

		answer->cells = b;
		give(answer, names, 1, 1);
	} else if (is_statement(sql, checksql_probe(150018)) ||
		   begins(sql, probe_unless)) {
		answer_probe(s, sql, answer);
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
	s->infos = 0;
	fake_script(dsn_part, steps, COUNT_OF(steps));
}
