/* What is asked besides the catalog itself.
 *
 * Why the probe is sound: no statement changes a committed catalog row in place, it
 * leaves a new version of the row with its own transaction's number in xmin, or no row
 * at all; freezing keeps the number.  That transaction is one that no earlier snapshot
 * has seen, so none of the rows seen then has its number: where a catalog has as many
 * rows as it had, of the same transactions, none of them is new, and so none has gone.
 * Which row is of which transaction need not be asked.  What decides that a row counts
 * at all is in that row, or it is the schema of its relation, which moves pg_class, or
 * the name of a schema, which moves pg_namespace.
 *
 * What is written in place are hints, which are left out, and by early releases up to
 * 13 the flags of pg_index, which go by value.  pg_class goes by value, since TRUNCATE,
 * VACUUM FULL and REINDEX make new versions of its rows.  Objects of initdb (oid below
 * 16384) do not change, except for schema public and the languages that come as
 * extensions.  The number could be given out again only by a server that has lost it:
 * by a recovery, or since its storage was put back.  So the timeline is part of the
 * text, and when the server was started. */
#include "catalog/checksql.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/probe_sql.h"
#include "catalog/secret.h"

struct setting {
	const char *name, *value;
};

#define RESTRICTED "'restrict_nonsystem_relation_kind'"

void
checksql_setup(struct strbuf *out, long statement_timeout_ms, long lock_timeout_ms)
{
	/* The timeout for an idle transaction is for a pooler that loses us.  Memory
	 * for hashed subplans is fixed, lest a role's setting makes them loops.  What a
	 * session before has left in a pooler's schema for temporary objects comes
	 * last.
	 */
	static const struct setting settings[] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"row_security", "off"},
		{"TimeZone", "UTC"},
		{"DateStyle", "ISO, YMD"},
		{"IntervalStyle", "postgres"},
		{"extra_float_digits", "1"},
		{"bytea_output", "hex"},
		{"quote_all_identifiers", "off"},
		{"standard_conforming_strings", "on"},
		{"lc_monetary", "C"},
		{"jit", "off"},
		{"max_parallel_workers_per_gather", "0"},
		{"work_mem", "16MB"},
		{"idle_in_transaction_session_timeout", "60s"},
	};
	char key[HASH_HEX_LEN];

	secret_key(key);
	strbuf_printf(
		out, "SELECT pg_catalog.set_config('pgdriftd.key', '%s', true), ", key);
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		strbuf_printf(out, "pg_catalog.set_config('%s', '%s', true), ",
			settings[i].name, settings[i].value);
	/* Known since 12.20, 13.16, 14.13, 15.8, 16.4 and 17. */
	strbuf_add(out, "CASE WHEN pg_catalog.current_setting(" RESTRICTED
			", true) IS NOT NULL THEN pg_catalog.set_config(" RESTRICTED
			", 'view, foreign-table', true) END, ");
	strbuf_printf(out,
		"pg_catalog.set_config('statement_timeout', '%ld', true), "
		"pg_catalog.set_config('lock_timeout', '%ld', true)",
		statement_timeout_ms, lock_timeout_ms);
}

/* clang-format off */

#define DDL_LOCKS \
	"'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'"

/* A migration holds or waits for a lock on the version table that writing takes (vacuum's
 * is none of those), or has read it and locks another table as DDL does: that is sure.
 * It may be one that has read it and writes another table, or checks a constraint there.
 * Between its transactions it has not read it, so whoever locks a table as DDL does may
 * be one, or builds an index.  Neither is maintenance, replication or a LOCK by hand:
 * what REFRESH locks is materialized, REINDEX locks indexes without their table.
 * VALIDATE CONSTRAINT and DROP INDEX CONCURRENTLY lock as ANALYZE does, and DETACH
 * CONCURRENTLY nothing while it waits, so their text has to say it.  A relation that cannot be seen is one
 * that the session has made itself: a temporary one, unless it has used a lasting
 * schema, which making a table locks.  Functions are asked, not the views upon them,
 * which take as long again to be opened and planned.
 *
 * Locks are what they are whenever they are looked at, but of sessions a transaction
 * keeps the picture that it has made first.  So nothing before asks for one, and here
 * it is made when all locks have been counted: whoever holds one is in it, with what it
 * is about; who is not has gone since, and let go. */
const char checksql_info[] =
	"WITH v AS MATERIALIZED (SELECT c.oid, c.relnamespace, c.relkind, c.relfilenode"
	" FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = $1::text AND c.relname = $2::text),"
	" a AS MATERIALIZED (SELECT a.attnum, a.attgenerated, a.atttypid, t.typtype"
	" FROM pg_catalog.pg_attribute a"
	" JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
	" WHERE a.attrelid = (SELECT v.oid FROM v) AND a.attname = 'version_num'"
	" AND a.attnum > 0 AND NOT a.attisdropped),"
	" k AS MATERIALIZED (SELECT k.pid, k.locktype, k.classid, k.objid, k.relation,"
	" k.mode, k.granted FROM pg_lock_status() k"
	" WHERE k.locktype IN ('relation', 'object') AND k.pid <> pg_backend_pid()"
	" AND k.database = (SELECT d.oid"
	" FROM pg_catalog.pg_database d WHERE d.datname = current_database())),"
	" s AS MATERIALIZED (SELECT s.pid, s.datid, s.state, s.query, s.application_name,"
	" s.backend_type, s.xact_start FROM pg_stat_get_activity("
	"CASE WHEN (SELECT count(*) FROM k) < 0 THEN 0 END) s),"
	" l AS MATERIALIZED (SELECT k.pid, k.relation, k.granted, k.mode, c.relkind, c.relname,"
	" coalesce(k.relation = (SELECT v.oid FROM v), false) AS version,"
	" k.mode IN (" DDL_LOCKS ") AS strong,"
	" coalesce(c.relpersistence <> 't',"
	" EXISTS (SELECT FROM k o JOIN pg_catalog.pg_namespace n ON n.oid = o.objid"
	" WHERE o.pid = k.pid AND o.locktype = 'object'"
	" AND o.classid = 'pg_catalog.pg_namespace'::regclass AND " USER_SCHEMA
	")) AND coalesce(c.relkind NOT IN ('i', 'I', 't', 'm'), true) AS lasting"
	" FROM k LEFT JOIN pg_catalog.pg_class c ON c.oid = k.relation"
	" WHERE k.locktype = 'relation' AND k.relation >= 16384"
	" AND (k.mode IN (" DDL_LOCKS ", 'ShareUpdateExclusiveLock') OR NOT k.granted"
	" OR k.pid IN (SELECT o.pid FROM k o WHERE o.locktype = 'relation'"
	" AND o.relation = (SELECT v.oid FROM v)))),"
	" p AS MATERIALIZED (SELECT l.pid,"
	" bool_or(l.version AND (l.strong OR l.mode = 'RowExclusiveLock'))"
	" OR (bool_or(l.version) AND bool_or(l.strong AND l.lasting AND NOT l.version)) AS sure,"
	" bool_or(l.version) AND bool_or(l.lasting AND NOT l.version AND l.mode IN"
	" ('RowExclusiveLock', 'ShareUpdateExclusiveLock')) AS changes,"
	" bool_or(l.strong AND l.lasting) AS ddl,"
	" bool_or(l.mode = 'ShareUpdateExclusiveLock') AS light,"
	" coalesce(bool_or(l.relkind = 'i' AND (l.mode = 'AccessExclusiveLock'"
	" OR l.relname ~ '_ccnew[0-9]*$')) AND NOT bool_or(l.relkind <> 'i'"
	" AND l.mode = 'AccessExclusiveLock'), false)"
	" OR coalesce(bool_or(l.relkind = 'm' AND l.strong)"
	" AND NOT bool_or(l.relkind NOT IN ('m', 'i', 't') AND l.strong), false) AS rebuilds,"
	" min(l.relation) FILTER (WHERE NOT l.granted) AS waits"
	" FROM (SELECT * FROM l UNION ALL SELECT s.pid, NULL, true, 'ShareUpdateExclusiveLock',"
	" NULL, NULL, false, false, true FROM s"
	" WHERE s.datid = (SELECT d.oid FROM pg_catalog.pg_database d"
	" WHERE d.datname = current_database()) AND s.state = 'active'"
	" AND s.query ~* '\\mdetach\\s+partition\\M.*\\mconcurrently\\M') l GROUP BY l.pid),"
	" m AS MATERIALIZED (SELECT p.pid, p.sure, p.waits, s.application_name,"
	" s.xact_start"
	" FROM p JOIN s ON s.pid = p.pid"
	" WHERE p.pid NOT IN (SELECT x.pid FROM pg_stat_get_progress_info('VACUUM') x)"
	" AND p.pid NOT IN (SELECT x.pid FROM pg_stat_get_subscription(NULL) x"
	" WHERE x.pid IS NOT NULL)"
	" AND coalesce(s.backend_type, '') !~ '^(autovacuum|logical replication)'"
	" AND coalesce(s.query, '') !~* '^\\s*vacuum\\M'"
	" AND (p.sure OR (NOT p.rebuilds"
	" AND coalesce(s.query, '') !~* '\\mlock\\M|^\\s*(cluster|reindex)\\M'"
	" AND p.pid NOT IN (SELECT x.pid FROM pg_stat_get_progress_info('CLUSTER') x)"
	" AND (p.ddl OR p.changes OR p.pid IN"
	" (SELECT x.pid FROM pg_stat_get_progress_info('CREATE INDEX') x)"
	" OR (p.light AND s.query ~*"
	" '\\mvalidate\\M|\\mdetach\\M|\\mdrop\\s+index\\s+concurrently\\M'))))"
	" ORDER BY p.sure DESC, s.xact_start NULLS LAST, p.pid LIMIT 1),"
	" b AS MATERIALIZED (SELECT x.pid, s.application_name, s.xact_start"
	" FROM (SELECT (pg_blocking_pids(m.pid))[1] AS pid FROM m) x"
	" LEFT JOIN s ON s.pid = x.pid)"
	" SELECT current_setting('server_version') AS server_version,"
	" current_setting('server_version_num') AS server_version_num,"
	" pg_is_in_recovery() AS in_recovery,"
	" current_user AS role,"
	" (SELECT s.system_identifier FROM pg_control_system() s) AS system_identifier,"
	" (SELECT d.oid FROM pg_catalog.pg_database d"
	" WHERE d.datname = current_database()) AS database_oid,"
	" current_database() AS database_name,"
	" host(inet_server_addr()) AS server_address,"
	" inet_server_port() AS server_port,"
	" (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::int8 AS started_us,"
	" (extract(epoch FROM clock_timestamp()) * 1000000)::int8 AS read_us,"
	" EXISTS (SELECT FROM v) AS version_exists,"
	" coalesce((SELECT CASE WHEN has_schema_privilege(v.relnamespace, 'USAGE')"
	" THEN to_regclass(format('%I.%I', $1::text, $2::text)) = v.oid"
	" AND pg_relation_filenode(v.oid) = v.relfilenode END FROM v), false)"
	" AS version_stands,"
	" coalesce((SELECT has_schema_privilege(v.relnamespace, 'USAGE')"
	" AND (has_table_privilege(v.oid, 'SELECT')"
	" OR coalesce(has_column_privilege(v.oid, (SELECT a.attnum FROM a), 'SELECT'), false))"
	" FROM v), false) AS version_readable,"
	" EXISTS (SELECT FROM a) AS version_has_column,"
	" (SELECT v.relkind FROM v) AS version_kind,"
	" coalesce((SELECT a.attgenerated <> '' FROM a), false) AS version_generated,"
	" (SELECT CASE a.typtype WHEN 'd' THEN 'domain ' WHEN 'e' THEN 'enum '"
	" ELSE 'type ' END || format_type(a.atttypid, NULL) FROM a"
	" WHERE a.typtype <> 'b' OR a.atttypid >= 16384) AS version_type,"
	" coalesce((SELECT row_security_active(v.oid) FROM v WHERE v.relkind = 'r'), false)"
	" AS version_filtered,"
	" (SELECT string_agg(quote_ident(p.polname), ', ' ORDER BY p.polname)"
	" FROM pg_catalog.pg_policy p WHERE p.polrelid = (SELECT v.oid FROM v)"
	" AND p.polcmd IN ('r', '*')) AS version_policies,"
	" EXISTS (SELECT FROM m) AS migrating, (SELECT m.pid FROM m) AS migrating_pid,"
	" (SELECT NOT m.sure FROM m) AS migrating_perhaps,"
	" (SELECT m.waits::regclass FROM m) AS migrating_waits,"
	" (SELECT b.pid FROM b) AS blocker_pid,"
	" (SELECT b.application_name FROM b) AS blocker_application,"
	" (SELECT floor(extract(epoch FROM b.xact_start) * 1000) FROM b)::int8"
	" AS blocker_since_ms,"
	" (SELECT m.application_name FROM m) AS migrating_application,"
	" (SELECT floor(extract(epoch FROM m.xact_start) * 1000) FROM m)::int8"
	" AS migrating_since_ms,"
	" (SELECT floor(extract(epoch FROM clock_timestamp() - m.xact_start) * 1000)"
	" FROM m)::int8 AS migrating_held_ms,"
	" EXISTS (SELECT FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	" WHERE c.relkind IN ('r', 'p', 'f') AND " USER_SCHEMA
	" AND c.oid NOT IN (SELECT x.objid FROM pg_catalog.pg_depend x"
	" WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass"
	" AND x.classid = 'pg_catalog.pg_class'::regclass AND x.deptype = 'e')"
	" AND c.oid NOT IN (SELECT v.oid FROM v)) AS user_tables";

static const struct declared_column info_columns[] = {
	{"server_version", FORM_NAME},
	{"server_version_num", FORM_NATURAL},
	{"in_recovery", FORM_BOOL},
	{"role", FORM_NAME},
	{"system_identifier", FORM_INTEGER},
	{"database_oid", FORM_NATURAL},
	{"database_name", FORM_NAME},
	{"server_address", FORM_NAME, .null = true},
	{"server_port", FORM_NATURAL, .null = true},
	{"started_us", FORM_INTEGER},
	{"read_us", FORM_INTEGER},
	{"version_exists", FORM_BOOL},
	{"version_stands", FORM_BOOL},
	{"version_readable", FORM_BOOL},
	{"version_has_column", FORM_BOOL},
	{"version_kind", FORM_LETTER, .only_where = "version_exists"},
	{"version_generated", FORM_BOOL},
	{"version_type", FORM_NAME, .null = true},
	{"version_filtered", FORM_BOOL},
	{"version_policies", FORM_NAME, .null = true},
	{"migrating", FORM_BOOL},
	{"migrating_pid", FORM_NATURAL, .only_where = "migrating"},
	{"migrating_perhaps", FORM_BOOL, .only_where = "migrating"},
	{"migrating_waits", FORM_NAME, .null = true},
	{"blocker_pid", FORM_NATURAL, .null = true},
	{"blocker_application", .null = true},
	{"blocker_since_ms", FORM_INTEGER, .null = true},
	{"migrating_application", .null = true},
	{"migrating_since_ms", FORM_INTEGER, .null = true},
	{"migrating_held_ms", FORM_INTEGER, .null = true},
	{"user_tables", FORM_BOOL},
	{0},
};
const struct declared checksql_info_gives = {info_columns, 1, 1};

#define BYTES(lsn) "(" lsn " - '0/0'::pg_lsn)"
#define IN_RECOVERY(value) "CASE WHEN pg_is_in_recovery() THEN " value " END"

/* What has a position on one side of recovery only is an error on the other.  Of a
 * primary where the next record goes: what is committed asynchronously is seen there
 * before it is written (synchronous_commit). */
const char checksql_position[] =
	"SELECT CASE WHEN pg_is_in_recovery() THEN " BYTES("pg_last_wal_replay_lsn()")
	" ELSE " BYTES("pg_current_wal_insert_lsn()") " END AS wal_position, "
	IN_RECOVERY(BYTES("pg_last_wal_receive_lsn()")) " AS received, "
	IN_RECOVERY("(extract(epoch FROM pg_last_xact_replay_timestamp())"
		" * 1000000)::int8") " AS replayed_us, "
	IN_RECOVERY("pg_is_wal_replay_paused()") " AS paused";

static const struct declared_column position_columns[] = {
	{"wal_position", FORM_NATURAL, .null = true},
	{"received", FORM_NATURAL, .null = true},
	{"replayed_us", FORM_INTEGER, .null = true},
	{"paused", FORM_BOOL, .null = true},
	{0},
};
const struct declared checksql_position_gives = {position_columns, 1, 1};

#define STILL \
	"concat_ws(' ', current_setting('server_version_num'), current_database()," \
	" current_user, session_user, host(inet_server_addr()), inet_server_port()," \
	" pg_postmaster_start_time(), (SELECT system_identifier FROM pg_control_system())," \
	" (SELECT timeline_id FROM pg_control_checkpoint()), pg_is_in_recovery()," \
	" CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()" \
	" ELSE pg_current_wal_insert_lsn() END, txid_current_snapshot())"

/* Where both snapshots and positions are equal, on one timeline of one start, no
 * transaction has ended in between and nothing was written in place, so that all that a
 * catalog says is what it was.  The position is read before anything that is read
 * later, so what is written meanwhile makes the next one another.  What others lock is
 * not in it: it is quiet where nobody holds or awaits what a migration does, nor
 * anything of the version table, which we have locked ourselves where we read it.  Who
 * only reads or writes rows elsewhere is none (checksql_info). */
#define ASK_STILL(database, more) \
	"WITH k AS MATERIALIZED (SELECT k.pid, k.relation, k.mode, k.granted" \
	" FROM pg_lock_status() k WHERE k.locktype = 'relation' AND k.relation >= 16384" \
	" AND k.database = (" database "))" \
	" SELECT " STILL " AS still," \
	" (extract(epoch FROM clock_timestamp()) * 1000000)::int8 AS read_us," \
	" NOT EXISTS (SELECT FROM k WHERE k.pid <> pg_backend_pid() AND (NOT k.granted" \
	" OR k.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')" \
	" OR k.relation IN (SELECT o.relation FROM k o WHERE o.pid = pg_backend_pid())))" \
	more " AS quiet"

const char checksql_still[] = ASK_STILL(
	"SELECT s.datid FROM pg_stat_get_activity(pg_backend_pid()) s",
	" AND NOT EXISTS (SELECT FROM pg_stat_get_activity(NULL) s"
	" WHERE s.state = 'active' AND s.pid <> pg_backend_pid()"
	" AND s.query ~* '\\mdetach\\s+partition\\M.*\\mconcurrently\\M')");

/* Of sessions checksql_info is to make the picture, which finds who detaches a partition
 * by itself. */
const char checksql_still_before_info[] = ASK_STILL(
	"SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()", "");

static const struct declared_column still_columns[] = {
	{"still", FORM_NAME}, {"read_us", FORM_INTEGER}, {"quiet", FORM_BOOL}, {0}};
const struct declared checksql_still_gives = {still_columns, 1, 1};

/* What checksql_info and versionsql_facts say besides the catalogs of the probe: who
 * asks, where, what roles there are and whose members they are. */
const char checksql_standing[] =
	"SELECT concat_ws(' ', current_user, session_user, host(inet_server_addr()),"
	" inet_server_port(), pg_is_in_recovery(),"
	" (SELECT concat(count(*), ' ', sum(hashtextextended(x.xmin::text, 0)))"
	" FROM pg_catalog.pg_auth_members x),"
	" (SELECT concat(count(*), ' ', sum(hashtextextended(ROW(r.rolname, r.rolsuper,"
	" r.rolinherit, r.rolbypassrls)::text, r.oid::int8)))"
	" FROM pg_catalog.pg_roles r)) AS standing,"
	" coalesce((SELECT CASE WHEN has_schema_privilege(n.oid, 'USAGE')"
	" THEN to_regclass(format('%I.%I', $1::text, $2::text)) = c.oid"
	" AND pg_relation_filenode(c.oid) = c.relfilenode END"
	" FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_class c"
	" ON c.relnamespace = n.oid AND c.relname = $2::text"
	" WHERE n.nspname = $1::text), false) AS version_stands";

static const struct declared_column standing_columns[] = {
	{"standing", FORM_NAME}, {"version_stands", FORM_BOOL}, {0}};
const struct declared checksql_standing_gives = {standing_columns, 1, 1};

/* One catalog's rows: how many, and the sum of a hash of each. */
#define SUM(hash, catalog, condition) \
	" UNION ALL SELECT '" catalog "', count(*), sum(" hash ")" \
	" FROM pg_catalog." catalog " x WHERE " condition
#define BY_XMIN(catalog, condition) SUM(XMIN_OF_ANY, catalog, condition)
#define BY_OID(catalog, condition) BY_XMIN(catalog, "x.oid >= 16384" condition)
#define BY_VALUE(catalog, values, key, condition) \
	SUM("hashtextextended(ROW(" values ")::text, " key ")", catalog, condition)

#define SUMMED(catalog, hash, relation, condition) SUM(hash, catalog, condition)

/* One pass for both; no TOAST table is in a schema of users. */
#define CLASSES_AND_TOAST \
	" UNION ALL SELECT u.* FROM (SELECT count(*) FILTER (WHERE x.relkind <> 't') AS n," \
	" sum(" BY_CLASS ") FILTER (WHERE x.relkind <> 't') AS hash," \
	" count(*) FILTER (WHERE x.relkind = 't') AS toasts," \
	" sum(hashtextextended(ROW(x.relname, x.reloptions)::text, 0))" \
	" FILTER (WHERE x.relkind = 't') AS options FROM pg_catalog.pg_class x" \
	" WHERE x.relnamespace IN " SCHEMAS " OR (x.relkind = 't'" \
	" AND x.reloptions IS NOT NULL AND x.relnamespace = 'pg_toast'::regnamespace)) x," \
	" LATERAL (VALUES ('pg_class', x.n, x.hash), ('toast', x.toasts, x.options)) u"

/* `h` are the relations that nobody is to see: temporary ones, and TOAST, which comes
 * anew with VACUUM FULL or REFRESH.  Functions and types of any lasting schema count,
 * since some extensions put theirs into pg_catalog.  Privileges go as text: the hash of
 * an aclitem is one of a sum of its parts, in 16 of half of it.  Not pg_depend as a
 * whole, but what makes members of extensions.  The internal triggers of constraints
 * count only once they are no longer as they were made.  A TOAST table's name has the
 * oid of the table that it belongs to. */
#define PROBE(index_hash, subscription, more) \
	HIDDEN ", d AS MATERIALIZED (SELECT d.oid FROM pg_catalog.pg_database d" \
	" WHERE d.datname = current_database()) SELECT md5(q.parts) AS probe, q.parts," \
	" txid_snapshot_xmax(txid_current_snapshot()) AS horizon FROM (SELECT concat('server '," \
	" to_hex(hashtextextended(concat(current_setting('server_version_num'), ' '," \
	" current_database(), ' ', pg_postmaster_start_time()," \
	" ' ', (SELECT system_identifier FROM pg_control_system())," \
	" ' ', (SELECT timeline_id FROM pg_control_checkpoint())), 0))," \
	" string_agg(concat(',', p.catalog, ' ', " PART("p.rows", "p.hash") "), ''" \
	" ORDER BY p.catalog)) AS parts" \
	" FROM (SELECT 'pg_roles' AS catalog, count(*) AS rows, sum(hashtextextended(" \
	"pg_get_userbyid(x.oid)::text, x.oid::int8)) AS hash FROM (SELECT 10::oid AS oid" \
	" UNION SELECT s.refobjid FROM pg_catalog.pg_shdepend s" \
	" WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass" \
	" AND s.dbid = (SELECT d.oid FROM d)) x" \
	ATTRIBUTES(SUMMED) DEFAULTS(SUMMED) CONSTRAINTS(SUMMED) INDEXES(SUMMED, index_hash) \
	TRIGGERS(SUMMED) POLICIES(SUMMED) SEQUENCES(SUMMED) TYPES(SUMMED) \
	DESCRIPTIONS(SUMMED) CLASSES_AND_TOAST \
	BY_OID("pg_proc", " AND " LASTING_SCHEMA("x.pronamespace")) \
	BY_OID("pg_enum", "") \
	BY_OID("pg_rewrite", " AND " NOT_TEMPORARY("x.ev_class")) \
	BY_XMIN("pg_namespace", "x.nspname NOT LIKE 'pg\\_%'") \
	BY_XMIN("pg_inherits", NOT_TEMPORARY("x.inhrelid")) \
	BY_XMIN("pg_partitioned_table", NOT_TEMPORARY("x.partrelid")) \
	BY_XMIN("pg_extension", "true") \
	BY_XMIN("pg_depend", "x.refclassid = 'pg_catalog.pg_extension'::regclass") \
	BY_XMIN("pg_aggregate", "x.aggfnoid::oid >= 16384") \
	BY_XMIN("pg_range", "x.rngtypid >= 16384") \
	BY_XMIN("pg_foreign_table", "true") \
	BY_XMIN("pg_ts_config_map", "x.mapcfg >= 16384") \
	BY_OID("pg_collation", "") BY_OID("pg_conversion", "") BY_OID("pg_operator", "") \
	BY_OID("pg_opclass", "") BY_OID("pg_opfamily", "") BY_OID("pg_amop", "") \
	BY_OID("pg_amproc", "") BY_OID("pg_am", "") BY_OID("pg_cast", "") \
	BY_OID("pg_transform", "") BY_OID("pg_statistic_ext", "") \
	BY_XMIN("pg_language", "true") \
	BY_OID("pg_event_trigger", "") BY_OID("pg_default_acl", "") \
	BY_OID("pg_publication", "") BY_OID("pg_publication_rel", "") \
	BY_OID("pg_foreign_data_wrapper", "") BY_OID("pg_foreign_server", "") \
	BY_OID("pg_ts_config", "") BY_OID("pg_ts_dict", "") BY_OID("pg_ts_parser", "") \
	BY_OID("pg_ts_template", "") \
	BY_VALUE("pg_user_mappings", "x.umid, x.srvid, x.usename, x.umoptions", "0", "true") \
	BY_XMIN("pg_seclabel", "true") \
	BY_XMIN("pg_shseclabel", "x.classoid = 'pg_catalog.pg_subscription'::regclass") \
	BY_VALUE("pg_db_role_setting", "pg_get_userbyid(x.setrole), x.setconfig", "0", \
		"x.setdatabase = (SELECT d.oid FROM d)") \
	BY_VALUE("pg_tablespace", "x.spcname", "x.oid::int8", "x.oid >= 16384") \
	BY_VALUE("pg_subscription", "x.subname, pg_get_userbyid(x.subowner)," \
		" x.subenabled, x.subslotname, x.subpublications" subscription, "0", \
		"x.subdbid = (SELECT d.oid FROM d)") \
	more ") p) q"

/* What everybody may read of a subscription grew from version to version; its xmin
 * never was among it. */
#define SUBSCRIPTION_14 ", x.subbinary, x.substream, x.subsynccommit"
#define SUBSCRIPTION_15 SUBSCRIPTION_14 ", x.subtwophasestate, x.subdisableonerr"
#define SUBSCRIPTION_16 \
	SUBSCRIPTION_15 ", x.subpasswordrequired, x.subrunasowner, x.suborigin"
/* Of a database its own row alone, without what VACUUM and event triggers leave there;
 * and what a new version of a library makes of it. */
#define DATABASE(more) \
	BY_VALUE("pg_database", "to_jsonb(x) - 'datfrozenxid' - 'datminmxid'" \
		" - 'dathasloginevt', pg_get_userbyid(x.datdba)" more, "0", \
		"x.datname = current_database()")
#define ACTUAL_VERSION ", pg_database_collation_actual_version(x.oid)"
#define PUBLISHED_SCHEMAS BY_OID("pg_publication_namespace", "")

/* clang-format on */

struct probe {
	int min_version;
	const char *sql;
};

static const struct probe probes[] = {
	{170000, PROBE(XMIN, SUBSCRIPTION_16 ", x.subfailover",
			 PUBLISHED_SCHEMAS DATABASE(ACTUAL_VERSION))},
	{160000, PROBE(XMIN, SUBSCRIPTION_16,
			 PUBLISHED_SCHEMAS DATABASE(ACTUAL_VERSION))},
	{150000, PROBE(XMIN, SUBSCRIPTION_15,
			 PUBLISHED_SCHEMAS DATABASE(ACTUAL_VERSION))},
	{140000, PROBE(XMIN, SUBSCRIPTION_14, DATABASE(""))},
	{120000, PROBE(XMIN_AND_FLAGS, "", DATABASE(""))},
	/* Too old to be read: it is told so by who asks. */
	{0, "SELECT md5('') AS probe, 'server 0' AS parts, 0 AS horizon"},
};

static const struct declared_column probe_columns[] = {
	{"probe", FORM_MD5}, {"parts", FORM_NAME}, {"horizon", FORM_NATURAL}, {0}};
const struct declared checksql_probe_gives = {probe_columns, 1, 1};
const struct declared checksql_probe_unless_gives = {probe_columns, 0, 1};

const char *
checksql_probe(int server_version_num)
{
	size_t i = 0;

	while (server_version_num < probes[i].min_version)
		i++;
	return probes[i].sql;
}

/* What goes by value may have been another meanwhile, as which it was printed.  Of
 * tables the type of their rows has moved, then; sequences and indexes have none.  What
 * has the storage that it was made with was not written anew by TRUNCATE or REINDEX. */
#define RENAMED                                                                \
	"SELECT FROM pg_catalog.pg_class x WHERE x.relkind IN ('S', 'i', 'I')" \
	" AND x.oid >= 16384 AND x.relfilenode IN (0, x.oid)"                  \
	" AND age(x.xmin) <= age($2::xid) AND x.relnamespace IN " SCHEMAS

/* What is asked once, before any row is, is a query of its own. */
char *
checksql_probe_unless(int server_version_num)
{
	return xasprintf(
		"SELECT CASE WHEN EXISTS (%s) THEN md5(p.probe) ELSE p.probe END"
		" AS probe, p.parts, p.horizon FROM (%s) p"
		" WHERE (SELECT " STILL ") IS DISTINCT FROM $1::text",
		RENAMED, checksql_probe(server_version_num));
}

/* The part of that name, its end in `*n`; NULL: there is none. */
static const char *
find_part(const char *parts, const char *name, size_t *n)
{
	size_t len = strlen(name);

	for (;;) {
		*n = strcspn(parts, ",");
		if (!strncmp(parts, name, len) && parts[len] == ' ')
			return parts;
		if (!parts[*n])
			return NULL;
		parts += *n + 1;
	}
}

bool
checksql_has_none(const char *parts, const char *catalog)
{
	size_t n;
	const char *part = find_part(parts, catalog, &n);

	return part && n == strlen(catalog) + strlen(" none") &&
	       !memcmp(part + strlen(catalog), " none", strlen(" none"));
}

static bool
is_same_part(const char *before, const char *now, const char *name)
{
	size_t n, m;
	const char *a = find_part(before, name, &n), *b = find_part(now, name, &m);

	return a && b && n == m && !memcmp(a, b, n);
}

bool
checksql_has_moved(const char *before, const char *now, const char *catalog)
{
	return !is_same_part(before, now, "server") ||
	       !is_same_part(before, now, catalog);
}
