/* SQL and what it does; see test_pyops.c for how an effect is written. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/sqleffect.h"

static char *
show(const char *sql)
{
	struct strbuf out = {0};
	struct effects l = {0};

	sqleffect_read(sql, 7, &l);
	strbuf_add(&out, "");
	for (size_t i = 0; i < l.n; i++) {
		const struct effect *e = &l.v[i];

		assert_int_equal(e->line, 7);
		assert_true(!e->computed || (!e->schema && !e->name && !e->part));
		strbuf_add(&out, i ? ", " : "");
		strbuf_add(&out, e->creates ? "+" : "");
		strbuf_add(&out, effect_info(e->kind)->word);
		strbuf_add(&out, e->every_row ? "* " : " ");
		strbuf_add(&out, e->computed ? "?" : "");
		effect_name(&out, e);
	}
	effects_free(&l);
	return strbuf_take(&out);
}

struct row {
	const char *sql, *expected;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *got = show(rows[i].sql);

		if (strcmp(got, rows[i].expected))
			print_error("SQL: %s\n", rows[i].sql);
		assert_string_equal(got, rows[i].expected);
		free(got);
	}
}

static void
test_drop(void **state)
{
	static const struct row rows[] = {
		{"DROP TABLE a", "drop_table a"},
		{"drop table if exists A, S.\"B b\", c cascade;",
			"drop_table a, drop_table s.\"B b\", drop_table c"},
		{"DROP TABLE db.s.t", "drop_table s.t"},
		{"DROP MATERIALIZED VIEW m; DROP VIEW v",
			"drop_materialized_view m, drop_view v"},
		{"DROP SCHEMA IF EXISTS s CASCADE", "drop_schema s"},
		{"DROP TYPE s.e; DROP DOMAIN d; DROP SEQUENCE q;",
			"drop_type s.e, drop_domain d, drop_sequence q"},
		{"DROP FUNCTION f(integer, text), g; DROP PROCEDURE p()",
			"drop_function f, drop_function g, drop_procedure p"},
		{"DROP EXTENSION IF EXISTS \"uuid-ossp\"",
			"drop_extension \"uuid-ossp\""},
		{"DROP FOREIGN TABLE f", "drop_foreign_table f"},
		{"DROP INDEX CONCURRENTLY IF EXISTS i", "drop_index i"},
		{"DROP TRIGGER IF EXISTS t ON s.x; DROP POLICY p ON y",
			"drop_trigger s.x.t, drop_policy y.p"},
		{"DROP ROLE r; DROP TEXT SEARCH CONFIGURATION c", ""},
		{"DROP", ""},
		{"DROP TABLE", ""},
		{"DROP TABLE ;", ""},
		{"DROP TABLE tmp_\x01, b", "drop_table ?, drop_table b"},
		{"DROP TABLE \x01.b", "drop_table ?"},
		{"\x01", ""},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_alter(void **state)
{
	static const struct row rows[] = {
		{"ALTER TABLE a DROP COLUMN x", "drop_column a.x"},
		{"ALTER TABLE IF EXISTS ONLY s.a DROP x, DROP COLUMN IF EXISTS y "
		 "CASCADE, ADD z numeric(10, 2)",
			"drop_column s.a.x, drop_column s.a.y, +drop_column s.a.z"},
		{"ALTER TABLE a DROP CONSTRAINT IF EXISTS c", "drop_constraint a.c"},
		{"ALTER TABLE a ALTER COLUMN x DROP NOT NULL, ALTER x DROP DEFAULT",
			""},
		{"ALTER TABLE a ADD COLUMN IF NOT EXISTS x int", ""},
		{"ALTER TABLE a ADD PRIMARY KEY (x), ADD FOREIGN KEY (y) REFERENCES b",
			""},
		{"ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0)",
			"+drop_constraint a.c"},
		{"ALTER TABLE a RENAME TO b", ""},
		{"ALTER TYPE e RENAME TO e_old; CREATE TYPE e AS ENUM ('a'); "
		 "DROP TYPE e_old",
			"+drop_type e_old, +drop_type e, drop_type e_old"},
		{"ALTER TABLE a DROP COLUMN \x01", "drop_column ?"},
		{"ALTER TABLE \x01 DROP COLUMN x", "drop_column ?"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_rows(void **state)
{
	static const struct row rows[] = {
		{"TRUNCATE a, ONLY b RESTART IDENTITY CASCADE",
			"truncate a, truncate b"},
		{"TRUNCATE TABLE s.a", "truncate s.a"},
		{"DELETE FROM a", "delete* a"},
		{"DELETE FROM ONLY a AS x USING b WHERE x.i = b.i", "delete a"},
		{"DELETE FROM a USING (SELECT 1 FROM b WHERE c) d", "delete* a"},
		{"UPDATE a SET x = 1", "update* a"},
		{"UPDATE a SET x = (SELECT y FROM b WHERE z)", "update* a"},
		{"UPDATE a SET x = 1 WHERE y", ""},
		{"WITH d AS (DELETE FROM a WHERE x RETURNING *) INSERT INTO b "
		 "SELECT * FROM d",
			"delete a"},
		{"WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d WHERE x",
			"delete* a"},
		{"WITH d AS (SELECT 1) INSERT INTO a SELECT 1 ON CONFLICT (i) DO "
		 "UPDATE SET x = 1",
			""},
		{"WITH d AS (SELECT 1 FROM a FOR UPDATE SKIP LOCKED) SELECT 1", ""},
		{"INSERT INTO a SELECT 1 ON CONFLICT DO NOTHING", ""},
		{"CREATE RULE r AS ON DELETE TO a DO INSTEAD DELETE FROM b", ""},
		{"GRANT DELETE, UPDATE ON a TO b", ""},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_create(void **state)
{
	static const struct row rows[] = {
		{"CREATE TABLE a (i int)", "+drop_table a"},
		{"CREATE TEMPORARY TABLE a AS SELECT 1", "+drop_table a"},
		/* It may have been there. */
		{"CREATE TABLE IF NOT EXISTS a (i int)", ""},
		{"CREATE OR REPLACE VIEW v AS SELECT 1", "+drop_view v"},
		{"CREATE UNIQUE INDEX CONCURRENTLY i ON a (x)", "+drop_index i"},
		{"CREATE OR REPLACE FUNCTION s.f(a int) RETURNS int AS $$ BEGIN "
		 "DELETE FROM a; DROP TABLE b; END $$ LANGUAGE plpgsql; SELECT 1",
			"+drop_function s.f"},
		{"CREATE TRIGGER t BEFORE UPDATE OF x ON a EXECUTE FUNCTION f()",
			"+drop_trigger a.t"},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_what_is_no_statement(void **state)
{
	static const struct row rows[] = {
		{"-- DROP TABLE a\nSELECT 1", ""},
		{"/* DROP TABLE a; /* nested */ DROP TABLE b; */ SELECT 1", ""},
		{"SELECT 'x; DROP TABLE a'", ""},
		{"SELECT 'it''s; DROP TABLE a; '", ""},
		{"SELECT E'\\'; DROP TABLE a; '", ""},
		{"SELECT '\\'; DROP TABLE a; --'", "drop_table a"},
		{"SELECT \"x; DROP TABLE a\"", ""},
		{"COMMENT ON TABLE a IS 'DROP TABLE b'", ""},
		{"SELECT $x$ DROP TABLE a; $$ ; $x$; DROP TABLE b", "drop_table b"},
		{"SELECT $1; DROP TABLE a", "drop_table a"},
		{"SELECT (1; DROP TABLE a", "drop_table a"},
		{"SELECT 'not closed; DROP TABLE a", ""},
		{"", ""},
		{";;", ""},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void
test_blocks(void **state)
{
	static const struct row rows[] = {
		{"DO $$ BEGIN DROP TABLE a; END $$", "drop_table a"},
		{"DO LANGUAGE plpgsql $x$ DECLARE i int; BEGIN IF EXISTS (SELECT 1) "
		 "THEN DROP TABLE a; ELSE TRUNCATE b; END IF; END $x$;",
			"drop_table a, truncate b"},
		{"DO $$ BEGIN FOR r IN SELECT 1 LOOP EXECUTE 'DROP TABLE a'; END "
		 "LOOP; END $$",
			"drop_table a"},
		{"DO $$ BEGIN EXECUTE format('DROP TABLE %I', t); END $$",
			"drop_table ?"},
		{"DO $$ BEGIN EXECUTE 'DROP TABLE ' || t; END $$", "drop_table ?"},
		{"DO $$ BEGIN CREATE TYPE e AS ENUM ('a'); EXCEPTION WHEN "
		 "duplicate_object THEN NULL; END $$",
			"+drop_type e"},
		{"EXECUTE prepared", ""},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_alter),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_what_is_no_statement),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
