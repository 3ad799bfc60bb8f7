"""What the severity of a finding says, shown on a server: statements that work where all is
as expected, and what becomes of them.

A row is: the least major version that knows it; the finding as in changes.py; its
severity; what is there; the change; and the statement.  Of a breaking one the statement
works before, and afterwards fails or gives something else; of any other it works before
and afterwards with the same result.  %(host)s and %(port)s are the server's.
"""

B, A, C = "breaking", "additive", "cosmetic"

# Why nothing is shown of what the table of docs/findings.md has.
IN_C = "what it does is in C, and only another library would show it"
AS_FUNCTION = "a function shows it; of a procedure no statement sets it"
SERVERS = "what it does happens between two servers"
PROVIDER = "labels mean something to a provider, a library that the server loads"
SESSION = "a session keeps what it began with"
WITHOUT = {
    "database -": "there always is one",
    "database +": "there always is one",
    "database encoding": SESSION,
    "database locale_provider": SESSION,
    "database lc_collate": SESSION,
    "database lc_ctype": SESSION,
    "database locale": SESSION,
    "database icu_rules": SESSION,
    "database collation_version": "it takes another version of a library",
    "database connection_limit": "it is for sessions that begin",
    "procedure returns": AS_FUNCTION,
    "procedure window": AS_FUNCTION,
    "procedure volatility": AS_FUNCTION,
    "procedure strict": AS_FUNCTION,
    "procedure leakproof": AS_FUNCTION,
    "procedure parallel": AS_FUNCTION,
    "procedure cost": AS_FUNCTION,
    "procedure rows": AS_FUNCTION,
    "procedure support": AS_FUNCTION,
    "procedure library": IN_C,
    "procedure transforms": "SQL and PL/pgSQL use no transforms",
    "function transforms": "SQL and PL/pgSQL use no transforms",
    "transform from_sql": "SQL and PL/pgSQL use no transforms",
    "transform to_sql": "SQL and PL/pgSQL use no transforms",
    "aggregate serial_function": IN_C,
    "aggregate deserial_function": IN_C,
    "aggregate moving_state_type": "no statement changes it alone, and so it is implied",
    "foreign_server type": "a wrapper may read it; those at hand do not",
    "operator_class family": "what two classes of a family do together is in C",
    "operator_class storage": IN_C,
    "text_search_parser start": IN_C,
    "text_search_parser gettoken": IN_C,
    "text_search_parser end": IN_C,
    "text_search_parser lextypes": IN_C,
    "text_search_template init": IN_C,
    "text_search_template lexize": IN_C,
    "language handler": IN_C,
    "security_label -": PROVIDER,
    "security_label +": PROVIDER,
    "security_label label": PROVIDER,
    "subscription -": SERVERS,
    "subscription publications": SERVERS,
    "subscription enabled": SERVERS,
    "subscription slot_name": SERVERS,
    "subscription two_phase": SERVERS,
    "subscription disable_on_error": SERVERS,
    "subscription password_required": SERVERS,
    "subscription run_as_owner": SERVERS,
    "subscription origin": SERVERS,
    "subscription failover": SERVERS,
    "subscription owner": SERVERS,
}

def of_database(statement):
    """With the database that one is in for %I."""
    return "DO $$ BEGIN EXECUTE format('" + statement + "', current_database()); END $$"


# There in every row.
BASE = """CREATE TABLE t (id int PRIMARY KEY, a int, b text);
INSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'y'); CREATE SCHEMA own AUTHORIZATION e_one;
GRANT SELECT ON t TO e_three"""
COUNT = "SELECT count(*) FROM t"
INSERT = "INSERT INTO t VALUES (3, 3, 'z')"


def tried(statement, then=COUNT):
    """What is refused before, and perhaps not afterwards; and then."""
    return ("DO $try$ BEGIN " + statement + "; EXCEPTION WHEN OTHERS THEN NULL; END $try$; "
            + then)


def as_role(role, statement):
    return "SET LOCAL ROLE " + role + "; " + statement


def again(drop, create):
    return drop + "; " + create


RELATIONS = [
    (12, "schema -", B, "CREATE SCHEMA x", "DROP SCHEMA x", "CREATE TABLE x.n ()"),
    (12, "schema +", A, "", "CREATE SCHEMA x", COUNT),
    (12, "database privileges", B, "", of_database("REVOKE TEMPORARY ON DATABASE %I FROM"
                                                   " PUBLIC"),
         "SET LOCAL ROLE e_one; CREATE TEMP TABLE x (a int)"),
    (12, "database privileges", A, "", of_database("GRANT CREATE ON DATABASE %I TO e_one"),
         "SET LOCAL ROLE e_one; CREATE TEMP TABLE x (a int)"),
    (12, "database owner", B, of_database("ALTER DATABASE %I OWNER TO e_one"),
         of_database("ALTER DATABASE %I OWNER TO e_two"),
         "SET LOCAL ROLE e_one; CREATE SCHEMA mine"),
    (12, "database is_template", C, "", of_database("ALTER DATABASE %I IS_TEMPLATE true"),
         "SELECT count(*) FROM t"),
    (12, "database tablespace", C, "", "UPDATE pg_database SET dattablespace = 1664"
         " WHERE datname = current_database()", "SELECT count(*) FROM t"),
    (12, "schema owner", B, "", "ALTER SCHEMA own OWNER TO e_two",
         as_role("e_one", "CREATE TABLE own.n ()")),
    (12, "extension -", B, "CREATE EXTENSION pg_trgm", "DROP EXTENSION pg_trgm",
         "SELECT similarity('a', 'b')"),
    (12, "extension +", A, "", "CREATE EXTENSION pg_trgm", COUNT),
    (12, "extension installed_in", B, "CREATE EXTENSION pg_trgm",
         "ALTER EXTENSION pg_trgm SET SCHEMA own", "SELECT similarity('a', 'b')"),
    (12, "extension version", B, "CREATE EXTENSION pg_trgm",
         "DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm VERSION '1.3'",
         "SELECT strict_word_similarity('a', 'b')"),
    (12, "extension owner", C, "CREATE EXTENSION pg_trgm",
         "UPDATE pg_extension SET extowner = 'e_two'::regrole WHERE extname = 'pg_trgm'",
         "SELECT similarity('a', 'b')"),
    (12, "table -", B, "", "DROP TABLE t", COUNT),
    (12, "table +", A, "", "CREATE TABLE n ()", COUNT),
    (12, "table +", B, "", "CREATE TABLE n () INHERITS (t); INSERT INTO n VALUES (9)",
         COUNT),
    (12, "table persistence", A, "CREATE UNLOGGED TABLE u (a int)",
         "ALTER TABLE u SET LOGGED", "INSERT INTO u VALUES (1); SELECT count(*) FROM u"),
    (12, "table of_type", B, "CREATE TYPE c AS (a int); CREATE TABLE x OF c; INSERT INTO x "
         "VALUES (1); CREATE FUNCTION f(c) RETURNS int LANGUAGE sql AS 'SELECT $1.a'",
         "ALTER TABLE x NOT OF", "SELECT f(x) FROM x"),
    (12, "table inherits", B, "CREATE TABLE p (a int); CREATE TABLE x () INHERITS (p); "
         "INSERT INTO x VALUES (1)", "ALTER TABLE x NO INHERIT p", "SELECT count(*) FROM p"),
    (12, "table partition_bound", B, "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE "
         "TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
         "ALTER TABLE p DETACH PARTITION p1; ALTER TABLE p ATTACH PARTITION p1 FOR VALUES "
         "FROM (0) TO (5)", "INSERT INTO p VALUES (7)"),
    (12, "table partition_key", B, "CREATE TABLE p (a int, b int) PARTITION BY LIST (a); "
         "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
         "DROP TABLE p; CREATE TABLE p (a int, b int) PARTITION BY LIST (b); CREATE TABLE p1 "
         "PARTITION OF p FOR VALUES IN (1)", "INSERT INTO p VALUES (1, 2)"),
    (12, "table row_security", B, "", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
         as_role("e_three", COUNT)),
    (12, "table force_row_security", B,
         "ALTER TABLE t OWNER TO e_one; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
         "ALTER TABLE t FORCE ROW LEVEL SECURITY", as_role("e_one", COUNT)),
    (12, "table constraint_triggers", B,
         "CREATE TABLE y (t int REFERENCES t ON DELETE CASCADE); INSERT INTO y VALUES (1)",
         "ALTER TABLE t DISABLE TRIGGER ALL", "DELETE FROM t; SELECT count(*) FROM y"),
    (12, "table replica_identity", B, "CREATE PUBLICATION p FOR TABLE t",
         "ALTER TABLE t REPLICA IDENTITY NOTHING", "UPDATE t SET a = 5"),
    (15, "table access_method", A,
         "CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler",
         "ALTER TABLE t SET ACCESS METHOD am", COUNT),
    (12, "table clustered_on", C, "", "ALTER TABLE t CLUSTER ON t_pkey", COUNT),
    (12, "table tablespace", C, "", "ALTER TABLE t SET TABLESPACE e_space", COUNT),
    (12, "table options", C, "", "ALTER TABLE t SET (fillfactor = 50)", COUNT),
    (12, "table toast_options", C, "", "ALTER TABLE t SET (toast.autovacuum_enabled = off)",
         COUNT),
    (12, "table owner", B, "ALTER TABLE t OWNER TO e_one", "ALTER TABLE t OWNER TO e_two",
         as_role("e_one", COUNT)),
    (12, "view -", B, "CREATE VIEW v AS SELECT a FROM t", "DROP VIEW v", "SELECT * FROM v"),
    (12, "view +", A, "", "CREATE VIEW v AS SELECT a FROM t", COUNT),
    (12, "view definition", B, "CREATE VIEW v AS SELECT a FROM t",
         "CREATE OR REPLACE VIEW v AS SELECT a FROM t WHERE a > 1", "SELECT * FROM v"),
    (12, "view options", B, "CREATE VIEW v AS SELECT * FROM t WHERE a > 0",
         "ALTER VIEW v SET (check_option = local)", "INSERT INTO v VALUES (3, -1, 'z')"),
    (12, "view column_defaults", B, "CREATE VIEW v AS SELECT * FROM t",
         "ALTER VIEW v ALTER a SET DEFAULT 5",
         "INSERT INTO v (id) VALUES (3); SELECT a FROM t WHERE id = 3"),
    (12, "view owner", B, "CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON v TO e_one",
         "ALTER VIEW v OWNER TO e_two", as_role("e_one", "SELECT * FROM v")),
    (12, "statistics -", C, "CREATE STATISTICS st ON a, b FROM t", "DROP STATISTICS st",
         COUNT),
    (12, "statistics +", C, "", "CREATE STATISTICS st ON a, b FROM t", COUNT),
    (12, "statistics table", C, "CREATE TABLE u (a int, b text); CREATE STATISTICS st ON a, "
         "b FROM t", "DROP STATISTICS st; CREATE STATISTICS st ON a, b FROM u", COUNT),
    (12, "statistics kinds", C, "CREATE STATISTICS st (mcv) ON a, b FROM t",
         "DROP STATISTICS st; CREATE STATISTICS st (ndistinct) ON a, b FROM t", COUNT),
    (12, "statistics columns", C, "CREATE STATISTICS st (mcv) ON a, b FROM t",
         "DROP STATISTICS st; CREATE STATISTICS st (mcv) ON a, id FROM t", COUNT),
    (14, "statistics expressions", C, "CREATE STATISTICS st (mcv) ON (a + 1), b FROM t",
         "DROP STATISTICS st; CREATE STATISTICS st (mcv) ON (a + 2), b FROM t", COUNT),
    (13, "statistics statistics_target", C, "CREATE STATISTICS st ON a, b FROM t",
         "ALTER STATISTICS st SET STATISTICS 5", COUNT),
    (12, "statistics owner", C, "CREATE STATISTICS st ON a, b FROM t",
         "ALTER STATISTICS st OWNER TO e_two", COUNT),
    (12, "comment -", C, "COMMENT ON TABLE t IS 'x'", "COMMENT ON TABLE t IS NULL", COUNT),
    (12, "comment +", C, "", "COMMENT ON TABLE t IS 'x'", COUNT),
    (12, "comment comment", C, "COMMENT ON TABLE t IS 'x'", "COMMENT ON TABLE t IS 'y'",
         COUNT),
]

MV = "CREATE MATERIALIZED VIEW mv AS SELECT id, b FROM t; CREATE UNIQUE INDEX mi ON mv (id)"
MV_COUNT = "SELECT count(*) FROM mv"
MATERIALIZED_VIEWS = [
    (12, "materialized_view -", B, MV, "DROP MATERIALIZED VIEW mv", MV_COUNT),
    (12, "materialized_view +", A, "", MV, COUNT),
    (12, "materialized_view definition", B, MV, "DROP MATERIALIZED VIEW mv; CREATE "
         "MATERIALIZED VIEW mv AS SELECT id, b FROM t WHERE id > 1; CREATE UNIQUE INDEX mi "
         "ON mv (id)", MV_COUNT),
    (12, "materialized_view populated", B, MV, "REFRESH MATERIALIZED VIEW mv WITH NO DATA",
         MV_COUNT),
    (12, "materialized_view populated", A, MV + "; REFRESH MATERIALIZED VIEW mv WITH NO DATA",
         "REFRESH MATERIALIZED VIEW mv", COUNT),
    (12, "materialized_view owner", B, MV + "; ALTER TABLE mv OWNER TO e_one",
         "ALTER TABLE mv OWNER TO e_two", as_role("e_one", MV_COUNT)),
    (15, "materialized_view access_method", A,
         MV + "; CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler",
         "ALTER MATERIALIZED VIEW mv SET ACCESS METHOD am", MV_COUNT),
] + [(12, "materialized_view " + what, C, MV + "; CREATE EXTENSION pg_trgm", change, MV_COUNT)
     for what, change in (
         ("column_settings", "ALTER MATERIALIZED VIEW mv ALTER b SET STORAGE EXTERNAL"),
         ("column_statistics", "ALTER MATERIALIZED VIEW mv ALTER b SET STATISTICS 9"),
         ("replica_identity", "ALTER TABLE mv REPLICA IDENTITY FULL"),
         ("clustered_on", "ALTER MATERIALIZED VIEW mv CLUSTER ON mi"),
         ("tablespace", "ALTER MATERIALIZED VIEW mv SET TABLESPACE e_space"),
         ("options", "ALTER MATERIALIZED VIEW mv SET (fillfactor = 60)"),
         ("toast_options", "ALTER MATERIALIZED VIEW mv SET (toast.autovacuum_enabled = off)"),
         ("depends_on_extensions", "ALTER MATERIALIZED VIEW mv DEPENDS ON EXTENSION pg_trgm"))]

FILE = ("CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; CREATE "
        "FOREIGN TABLE x (a text) SERVER s OPTIONS (program 'echo', format 'csv')")
IDENTITY = "CREATE TABLE x (id int GENERATED ALWAYS AS IDENTITY, a int)"
NULLS = ("CREATE TABLE x (a int, CONSTRAINT nn NOT NULL a NOT VALID)")
COLUMNS = [
    (12, "column -", B, "", "ALTER TABLE t DROP a", "SELECT a FROM t"),
    (12, "column +", B, "", "ALTER TABLE t ADD c int NOT NULL DEFAULT 1; ALTER TABLE t ALTER c "
         "DROP DEFAULT", INSERT),
    (12, "column +", B, "CREATE DOMAIN d AS int NOT NULL",
         "ALTER TABLE t ADD c d DEFAULT 1; ALTER TABLE t ALTER c DROP DEFAULT", INSERT),
    (12, "column +", B, "CREATE DOMAIN n AS int NOT NULL; CREATE DOMAIN d AS n",
         "ALTER TABLE t ADD c d DEFAULT 1; ALTER TABLE t ALTER c DROP DEFAULT", INSERT),
    (12, "column +", A, "", "ALTER TABLE t ADD c int", INSERT),
    (12, "column +", A, "", "ALTER TABLE t ADD c int NOT NULL DEFAULT 1", INSERT),
    (12, "column +", A, "", "ALTER TABLE t ADD c int GENERATED ALWAYS AS IDENTITY", INSERT),
    (12, "column +", A, "", "ALTER TABLE t ADD c int GENERATED ALWAYS AS (a * 2) STORED",
         INSERT),
    (12, "column +", A, "CREATE DOMAIN d AS int NOT NULL DEFAULT 1",
         "ALTER TABLE t ADD c d", INSERT),
    (12, "column type", B, "", "ALTER TABLE t ALTER b TYPE varchar(2)",
         "INSERT INTO t VALUES (3, 3, 'long')"),
    (12, "column collation", B, "INSERT INTO t VALUES (3, 3, 'Y')",
         'ALTER TABLE t ALTER b TYPE text COLLATE "en-x-icu"', "SELECT b FROM t ORDER BY b"),
    (12, "column not_null", B, "", "ALTER TABLE t ALTER a SET NOT NULL",
         "INSERT INTO t (id) VALUES (3)"),
    (12, "column not_null", B, "ALTER TABLE t ALTER a SET NOT NULL",
         "ALTER TABLE t ALTER a DROP NOT NULL", tried("INSERT INTO t (id) VALUES (3)")),
    (18, "column not_null_validated", B, "CREATE TABLE x (a int NOT NULL)",
         "DROP TABLE x; CREATE TABLE x (a int); INSERT INTO x VALUES (NULL); ALTER TABLE x ADD "
         "CONSTRAINT x_a_not_null NOT NULL a NOT VALID",
         "SELECT count(*) FROM x WHERE a IS NULL"),
    (18, "column not_null_validated", A, "CREATE TABLE x (a int); ALTER TABLE x ADD CONSTRAINT "
         "x_a_not_null NOT NULL a NOT VALID", "ALTER TABLE x VALIDATE CONSTRAINT x_a_not_null",
         "INSERT INTO x VALUES (1)"),
    (18, "column not_null_no_inherit", A, "CREATE TABLE x (a int NOT NULL)",
         "ALTER TABLE x ALTER a DROP NOT NULL; ALTER TABLE x ADD CONSTRAINT x_a_not_null NOT "
         "NULL a NO INHERIT", "INSERT INTO x VALUES (1)"),
    (18, "column not_null_constraint", C, "CREATE TABLE x (a int NOT NULL)",
         "ALTER TABLE x RENAME CONSTRAINT x_a_not_null TO zz", "INSERT INTO x VALUES (1)"),
    (12, "column default", B, "", "ALTER TABLE t ALTER a SET DEFAULT 5",
         "INSERT INTO t (id) VALUES (3); SELECT a FROM t WHERE id = 3"),
    (13, "column generated", B, "CREATE TABLE x (a int, g int GENERATED ALWAYS AS (a * 2) "
         "STORED)", "ALTER TABLE x ALTER g DROP EXPRESSION",
         "INSERT INTO x VALUES (1); SELECT g FROM x"),
    (12, "column identity", B, IDENTITY, "ALTER TABLE x ALTER id DROP IDENTITY",
         "INSERT INTO x (a) VALUES (1)"),
    (12, "column identity_sequence", B, IDENTITY, "ALTER SEQUENCE x_id_seq RENAME TO zzz",
         "INSERT INTO x (a) VALUES (1); SELECT currval('x_id_seq')"),
    (12, "column storage", C, "", "ALTER TABLE t ALTER b SET STORAGE EXTERNAL", INSERT),
    (14, "column compression", C, "", "ALTER TABLE t ALTER b SET COMPRESSION pglz", INSERT),
    (12, "column statistics_target", C, "", "ALTER TABLE t ALTER b SET STATISTICS 50", INSERT),
    (12, "column options", C, "", "ALTER TABLE t ALTER b SET (n_distinct = 5)", INSERT),
    (12, "column foreign_options", B, FILE,
         "ALTER FOREIGN TABLE x ALTER a OPTIONS (ADD force_not_null 'true')",
         "SELECT a IS NULL FROM x"),
    (12, "column position", B, "CREATE TABLE x (a int, b text)",
         "ALTER TABLE x DROP a; ALTER TABLE x ADD a int", "INSERT INTO x VALUES (1, 'x')"),
    (12, "column inherited", C, "CREATE TABLE p (a int); CREATE TABLE x () INHERITS (p)",
         "DROP TABLE x; CREATE TABLE x (a int) INHERITS (p)",
         "INSERT INTO x VALUES (1); SELECT count(*) FROM p"),
]

LINKED = ("CREATE TABLE p (id int PRIMARY KEY, other int UNIQUE); INSERT INTO p VALUES (1, 2);"
          " CREATE TABLE q (id int PRIMARY KEY); CREATE TABLE x (a int, b int, CONSTRAINT k "
          "FOREIGN KEY (a) REFERENCES p (id)%s)")
RANGES = ("CREATE TABLE x (r int4range, s int4range, CONSTRAINT k EXCLUDE USING gist (r WITH "
          "&&)); INSERT INTO x VALUES ('[1,5)', '[1,5)')")
PAIRS = ("CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); INSERT INTO p VALUES (1, 1); "
         "CREATE TABLE x (a int, b int, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES p (a, b)%s)")


def other(table, definition):
    return "ALTER TABLE %s DROP CONSTRAINT k; ALTER TABLE %s ADD CONSTRAINT k %s" % (
        table, table, definition)


def checked(definition):
    return "ALTER TABLE t ADD CONSTRAINT k " + definition


BAD = tried("INSERT INTO t VALUES (3, -1, 'z')")
UPSERT = "INSERT INTO t VALUES (3, 3, 'x') ON CONFLICT (b) DO NOTHING"
CONSTRAINTS = [
    (12, "constraint -", B, checked("CHECK (a > 0)"), "ALTER TABLE t DROP CONSTRAINT k", BAD),
    (12, "constraint -", B, checked("UNIQUE (b)"), "ALTER TABLE t DROP CONSTRAINT k", UPSERT),
    (12, "constraint -", B, LINKED % " ON DELETE CASCADE" + "; INSERT INTO x VALUES (1)",
         "ALTER TABLE x DROP CONSTRAINT k", "DELETE FROM p; SELECT count(*) FROM x"),
    (18, "constraint -", A, checked("CHECK (a > 0) NOT ENFORCED"),
         "ALTER TABLE t DROP CONSTRAINT k", BAD),
    (12, "constraint +", B, "", checked("CHECK (a < 3)"), INSERT),
    (12, "constraint +", B, "", checked("CHECK (a < 3) NOT VALID"), INSERT),
    (12, "constraint +", B, "", checked("UNIQUE (b)"), "INSERT INTO t VALUES (3, 3, 'x')"),
    (12, "constraint +", B, "CREATE TABLE q (id int)", "ALTER TABLE q ADD PRIMARY KEY (id)",
         "INSERT INTO q VALUES (NULL)"),
    (12, "constraint +", B, "CREATE TABLE q (id int PRIMARY KEY)",
         "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES q NOT VALID", INSERT),
    (12, "constraint +", B, "", checked("EXCLUDE (b WITH =)"),
         "INSERT INTO t VALUES (3, 3, 'x')"),
    (12, "constraint +", B, "CREATE DOMAIN d AS int",
         "ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0)", "SELECT (-1)::d"),
    (18, "constraint +", A, "", checked("CHECK (a < 3) NOT ENFORCED"), INSERT),
    (12, "constraint type", B, checked("CHECK (a > 0)"), other("t", "UNIQUE (b)"),
         "INSERT INTO t VALUES (3, 3, 'x')"),
    (12, "constraint columns", B, checked("UNIQUE (a)"), other("t", "UNIQUE (b)"),
         "INSERT INTO t VALUES (3, 3, 'x')"),
    (12, "constraint expression", B, checked("CHECK (a > 0)"), other("t", "CHECK (a < 3)"),
         INSERT),
    (12, "constraint exclusion", B, RANGES, other("x", "EXCLUDE USING gist (s WITH &&)"),
         "INSERT INTO x VALUES ('[7,8)', '[1,2)')"),
    (12, "constraint referenced_table", B, LINKED % "",
         other("x", "FOREIGN KEY (a) REFERENCES q (id)"), "INSERT INTO x VALUES (1)"),
    (12, "constraint referenced_columns", B, LINKED % "",
         other("x", "FOREIGN KEY (a) REFERENCES p (other)"), "INSERT INTO x VALUES (1)"),
    (12, "constraint match", B, PAIRS % "",
         other("x", "FOREIGN KEY (a, b) REFERENCES p (a, b) MATCH FULL"),
         "INSERT INTO x VALUES (1, NULL)"),
    (12, "constraint on_update", B, LINKED % " ON UPDATE CASCADE" + "; INSERT INTO x VALUES "
         "(1)", other("x", "FOREIGN KEY (a) REFERENCES p (id)"), "UPDATE p SET id = 2"),
    (12, "constraint on_delete", B, LINKED % " ON DELETE CASCADE" + "; INSERT INTO x VALUES "
         "(1)", other("x", "FOREIGN KEY (a) REFERENCES p (id)"), "DELETE FROM p"),
    (15, "constraint on_delete_columns", B, PAIRS % " ON DELETE SET NULL (a)"
         + "; INSERT INTO x VALUES (1, 1)",
         other("x", "FOREIGN KEY (a, b) REFERENCES p (a, b) ON DELETE SET NULL (b)"),
         "DELETE FROM p; SELECT * FROM x"),
    (12, "constraint deferrable", B, LINKED % " DEFERRABLE INITIALLY DEFERRED",
         other("x", "FOREIGN KEY (a) REFERENCES p (id)"),
         "INSERT INTO x VALUES (7); INSERT INTO p VALUES (7)"),
    (12, "constraint validated", B, checked("CHECK (a > 0)"),
         "ALTER TABLE t DROP CONSTRAINT k; INSERT INTO t VALUES (3, -1); "
         + checked("CHECK (a > 0) NOT VALID"), "SELECT count(*) FROM t WHERE a < 0"),
    (12, "constraint validated", A, checked("CHECK (a > 0) NOT VALID"),
         "ALTER TABLE t VALIDATE CONSTRAINT k", INSERT),
    (18, "constraint enforced", B, checked("CHECK (a > 0)"),
         other("t", "CHECK (a > 0) NOT ENFORCED"), BAD),
    (12, "constraint no_inherit", B, checked("CHECK (a > 0)")
         + "; CREATE TABLE x () INHERITS (t)", other("t", "CHECK (a > 0) NO INHERIT"),
         tried("INSERT INTO x VALUES (3, -1, 'z')")),
    (15, "constraint nulls_not_distinct", B, checked("UNIQUE (b)"),
         other("t", "UNIQUE NULLS NOT DISTINCT (b)"), "INSERT INTO t (id) VALUES (3), (4)"),
    (18, "constraint period", B, "CREATE TABLE x (r int4range, p int4range, CONSTRAINT k "
         "UNIQUE (r, p))", other("x", "UNIQUE (r, p WITHOUT OVERLAPS)"),
         "INSERT INTO x VALUES ('[1,2)', '[1,5)'), ('[1,2)', '[3,9)')"),
    (12, "constraint index_valid", B, checked("UNIQUE (b)"), "UPDATE pg_index SET indisvalid = "
         "false WHERE indexrelid = 'k'::regclass", UPSERT),
    (12, "constraint index_valid", A, checked("UNIQUE (b)") + "; UPDATE pg_index SET indisvalid "
         "= false WHERE indexrelid = 'k'::regclass", "UPDATE pg_index SET indisvalid = true "
         "WHERE indexrelid = 'k'::regclass", INSERT),
    (12, "constraint include", A, checked("UNIQUE (b)"), other("t", "UNIQUE (b) INCLUDE (a)"),
         UPSERT),
    (12, "constraint index_options", C, checked("UNIQUE (b)"),
         "ALTER INDEX k SET (fillfactor = 50)", UPSERT),
    (12, "constraint index_tablespace", C, checked("UNIQUE (b)"),
         "ALTER INDEX k SET TABLESPACE e_space", UPSERT),
    (12, "constraint inherited", C, checked("CHECK (a > 0)") + "; CREATE TABLE x (CONSTRAINT k "
         "CHECK (a > 0)) INHERITS (t)", "UPDATE pg_constraint SET coninhcount = 0 WHERE "
         "conrelid = 'x'::regclass AND conname = 'k'", INSERT),
]


def index(definition):
    return "CREATE " + definition


def other_index(definition):
    return "DROP INDEX k; CREATE " + definition


INVALID = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'k'::regclass"
UNIQUE, PLAIN = index("UNIQUE INDEX k ON t (b)"), index("INDEX k ON t (b)")
SAME = "INSERT INTO t VALUES (3, 3, 'x')"
INDEXES = [
    (12, "index -", B, UNIQUE, "DROP INDEX k", UPSERT),
    (12, "index -", A, PLAIN, "DROP INDEX k", SAME),
    (12, "index +", B, "", UNIQUE, SAME),
    (12, "index +", A, "", PLAIN, SAME),
    (12, "index table", B, UNIQUE + "; CREATE TABLE u (b text)",
         other_index("UNIQUE INDEX k ON u (b)"), UPSERT),
    (12, "index table", A, PLAIN + "; CREATE TABLE u (b text)",
         other_index("INDEX k ON u (b)"), SAME),
    (12, "index method", A, PLAIN, other_index("INDEX k ON t USING hash (b)"), SAME),
    (12, "index unique", B, PLAIN, other_index("UNIQUE INDEX k ON t (b)"), SAME),
    (15, "index nulls_not_distinct", B, UNIQUE,
         other_index("UNIQUE INDEX k ON t (b) NULLS NOT DISTINCT"),
         "INSERT INTO t (id) VALUES (3), (4)"),
    (15, "index nulls_not_distinct", A, PLAIN, other_index("INDEX k ON t (b) NULLS NOT "
         "DISTINCT"), "INSERT INTO t (id) VALUES (3), (4)"),
    (12, "index keys", B, UNIQUE, other_index("UNIQUE INDEX k ON t (lower(b))"), UPSERT),
    (12, "index keys", A, PLAIN, other_index("INDEX k ON t (b, a)"), SAME),
    (12, "index predicate", B, UNIQUE, other_index("UNIQUE INDEX k ON t (b) WHERE a > 5"),
         UPSERT),
    (12, "index predicate", A, PLAIN, other_index("INDEX k ON t (b) WHERE a > 5"), SAME),
    (12, "index valid", B, UNIQUE, INVALID, UPSERT),
    (12, "index valid", A, PLAIN, INVALID, SAME),
    (12, "index include", A, PLAIN, other_index("INDEX k ON t (b) INCLUDE (a)"), SAME),
    (12, "index options", C, PLAIN, "ALTER INDEX k SET (fillfactor = 50)", SAME),
    (12, "index tablespace", C, PLAIN, "ALTER INDEX k SET TABLESPACE e_space", SAME),
    (12, "index statistics", C, index("INDEX k ON t (lower(b))"),
         "ALTER INDEX k ALTER COLUMN 1 SET STATISTICS 99", SAME),
    (12, "index depends_on_extensions", C, PLAIN + "; CREATE EXTENSION pg_trgm",
         "ALTER INDEX k DEPENDS ON EXTENSION pg_trgm", SAME),
]

SERIAL = "CREATE TABLE x (id serial, a int); INSERT INTO x (a) VALUES (1)"
RESTART = "TRUNCATE x RESTART IDENTITY; INSERT INTO x (a) VALUES (1); SELECT id FROM x"
TWICE = "SELECT nextval('q'), nextval('q')"
SEQUENCES = [
    (12, "sequence -", B, "CREATE SEQUENCE q", "DROP SEQUENCE q", TWICE),
    (12, "sequence +", A, "", "CREATE SEQUENCE q", COUNT),
    (12, "sequence type", B, "CREATE SEQUENCE q AS int; SELECT setval('q', 32767)",
         "ALTER SEQUENCE q AS smallint", TWICE),
    (12, "sequence increment", B, "CREATE SEQUENCE q", "ALTER SEQUENCE q INCREMENT 5", TWICE),
    (12, "sequence minimum", B, "CREATE SEQUENCE q INCREMENT -1 MINVALUE -5 START 1 MAXVALUE 9",
         "ALTER SEQUENCE q MINVALUE 1", TWICE),
    (12, "sequence maximum", B, "CREATE SEQUENCE q; SELECT nextval('q')",
         "ALTER SEQUENCE q MAXVALUE 2", TWICE),
    (12, "sequence cycle", B, "CREATE SEQUENCE q MAXVALUE 2 CYCLE; SELECT nextval('q')",
         "ALTER SEQUENCE q NO CYCLE", TWICE),
    (15, "sequence persistence", A, "CREATE UNLOGGED SEQUENCE q", "ALTER SEQUENCE q SET LOGGED",
         TWICE),
    (12, "sequence start", B, SERIAL, "ALTER SEQUENCE x_id_seq START 100", RESTART),
    (12, "sequence owned_by", B, SERIAL, "ALTER SEQUENCE x_id_seq OWNED BY NONE", RESTART),
    (12, "sequence cache", C, "CREATE SEQUENCE q", "ALTER SEQUENCE q CACHE 5", TWICE),
    (12, "sequence owner", B, "CREATE SEQUENCE q; ALTER SEQUENCE q OWNER TO e_one",
         "ALTER SEQUENCE q OWNER TO e_two", as_role("e_one", TWICE)),
]

MOOD = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'fine')"
ORDERED = "SELECT 'sad'::mood < 'ok'::mood, 'ok'::mood < 'fine'::mood"
FLOATS = "CREATE TYPE rng AS RANGE (subtype = float8%s)"
WORDS = "CREATE TYPE words AS RANGE (subtype = text%s)"
ICU = ', collation = "en-x-icu"'
PLAIN_TYPE = """CREATE TYPE bt;
CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = text)"""


def owned_type(kind, what):
    return (12, kind + " owner", B, "CREATE %s; ALTER %s n OWNER TO e_one; REVOKE USAGE ON TYPE "
                "n FROM PUBLIC" % (what, kind), "ALTER %s n OWNER TO e_two" % kind,
            as_role("e_one", "CREATE TABLE own.x (a n)"))


TYPES = [
    (12, "type -", B, MOOD, "DROP TYPE mood", "SELECT 'sad'::mood"),
    (12, "type +", A, "", MOOD, COUNT),
    (12, "type type", B, MOOD, "DROP TYPE mood; CREATE TYPE mood AS (a int)",
         "SELECT 'sad'::mood"),
    (12, "type labels", A, MOOD, "ALTER TYPE mood ADD VALUE 'happy'", ORDERED),
    (12, "type labels", A, MOOD, "ALTER TYPE mood ADD VALUE 'so' BEFORE 'ok'", ORDERED),
    (12, "type labels", B, MOOD, "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'ok')",
         ORDERED),
    (12, "type labels", B, MOOD, "ALTER TYPE mood RENAME VALUE 'ok' TO 'okay'", ORDERED),
    (12, "type labels", B, MOOD,
         "DROP TYPE mood; CREATE TYPE mood AS ENUM ('ok', 'sad', 'fine')", ORDERED),
    (12, "type attributes", B, "CREATE TYPE comp AS (a int)",
         "ALTER TYPE comp ADD ATTRIBUTE b int", "SELECT ROW(1)::comp"),
    (12, "type subtype", B, FLOATS % "",
         "DROP TYPE rng; CREATE TYPE rng AS RANGE (subtype = int)", "SELECT '[1.5,2)'::rng"),
    (12, "type subtype_class", B, WORDS % ICU,
         "DROP TYPE words; " + WORDS % (ICU + ", subtype_opclass = text_pattern_ops"),
         "SELECT '[a,B]'::words"),
    (12, "type collation", B, WORDS % ICU, "DROP TYPE words; " + WORDS % "",
         "SELECT '[a,B]'::words"),
    (12, "type subtype_diff", A, FLOATS % "",
         "DROP TYPE rng; " + FLOATS % ", subtype_diff = float8mi",
         "SELECT '[1,2)'::rng @> 1.5::float8"),
    (12, "type canonical", B, "CREATE TYPE whole AS RANGE (subtype = int)",
         "DROP TYPE whole; CREATE TYPE whole AS RANGE (subtype = int); UPDATE pg_range SET "
         "rngcanonical = 'int4range_canonical'::regproc WHERE rngtypid = 'whole'::regtype",
         "SELECT '[1,2]'::whole"),
    (14, "type multirange", B, FLOATS % "",
         "DROP TYPE rng; " + FLOATS % ", multirange_type_name = many",
         "SELECT '{[1,2)}'::rng_multirange"),
    (12, "type base", B, PLAIN_TYPE, "UPDATE pg_type SET typdelim = ';' WHERE oid = "
         "'bt'::regtype", "SELECT array_length('{a,b}'::bt[], 1)"),
    owned_type("type", "TYPE n AS ENUM ()"),
    owned_type("domain", "DOMAIN n AS int"),
    (12, "domain -", B, "CREATE DOMAIN d AS text", "DROP DOMAIN d", "SELECT 'x'::d"),
    (12, "domain +", A, "", "CREATE DOMAIN d AS text", COUNT),
    (12, "domain type", B, "CREATE DOMAIN d AS text", "DROP DOMAIN d; CREATE DOMAIN d AS int",
         "SELECT 'x'::d"),
    (12, "domain collation", B, "CREATE DOMAIN d AS text",
         'DROP DOMAIN d; CREATE DOMAIN d AS text COLLATE "en-x-icu"',
         "SELECT 'a'::d < 'B'::d"),
    (12, "domain not_null", B, "CREATE DOMAIN d AS text", "ALTER DOMAIN d SET NOT NULL",
         "SELECT NULL::d"),
    (12, "domain default", B, "CREATE DOMAIN d AS text; CREATE TABLE x (a d)",
         "ALTER DOMAIN d SET DEFAULT 'y'", "INSERT INTO x DEFAULT VALUES; SELECT a FROM x"),
]


def function(definition, body, replace=False):
    return "CREATE %sFUNCTION %s AS $body$%s$body$" % (
        "OR REPLACE " if replace else "", definition, body)


F = function("f(a int) RETURNS int LANGUAGE sql", "SELECT 1")
CALL = "SELECT f(1)"
DROP_F = "DROP FUNCTION f(int); "
TOTAL = "SELECT count(*)::int FROM public.t"
FORCED = ("SELECT set_config(name, 'on', true) FROM pg_settings WHERE name IN "
          "('force_parallel_mode', 'debug_parallel_query'); ")
WRITES = function("w(a int) RETURNS int LANGUAGE plpgsql",
                  "BEGIN INSERT INTO t VALUES (a + 10); RETURN a; END")
HIDDEN = ("CREATE TABLE x (a int, ok bool); INSERT INTO x VALUES (1, true), (0, false); "
          + function("dear(bool) RETURNS bool LANGUAGE plpgsql IMMUTABLE COST 1000",
                     "BEGIN RETURN $1; END") + "; "
          + function("f(a int) RETURNS bool LANGUAGE plpgsql IMMUTABLE COST 0.01",
                     "BEGIN RETURN 1 / a > 0; END")
          + "; CREATE VIEW v WITH (security_barrier) AS SELECT a FROM x WHERE dear(ok)")
DEFINER = (function("f(a int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER",
                    "BEGIN RETURN (SELECT count(*) FROM public.t); END")
           + "; ALTER TABLE t OWNER TO e_one; ALTER FUNCTION f(int) OWNER TO e_one")
TRIGRAM = ("CREATE FUNCTION f(text, text) RETURNS float4 LANGUAGE c STRICT AS "
           "'$libdir/pg_trgm', 'similarity'")
FUNCTIONS = [
    (12, "function -", B, F, "DROP FUNCTION f(int)", CALL),
    (12, "function +", A, "", F, COUNT),
    (12, "function +", B, F, function("f(a text) RETURNS int LANGUAGE sql", "SELECT 2"),
         "SELECT f('1')"),
    (12, "function arguments", B, F,
         DROP_F + function("f(b int) RETURNS int LANGUAGE sql", "SELECT 1"),
         "SELECT f(a => 1)"),
    (12, "function returns", B, F,
         DROP_F + function("f(a int) RETURNS text LANGUAGE sql", "SELECT 'x'"),
         "SELECT f(1) + 1"),
    (12, "function language", B, F, "SET LOCAL check_function_bodies = off; "
         + function("f(a int) RETURNS int LANGUAGE plpgsql", "SELECT 1", True), CALL),
    (12, "function window", B, F,
         DROP_F + function("f(a int) RETURNS int LANGUAGE sql WINDOW", "SELECT 1"), CALL),
    (12, "function volatility", B, function("f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE",
                                            "BEGIN RETURN 1; END"),
         "ALTER FUNCTION f(int) VOLATILE", "CREATE INDEX ON t (f(a))"),
    (12, "function strict", B, F, "ALTER FUNCTION f(int) STRICT", "SELECT f(NULL)"),
    (12, "function security", B, DEFINER, "ALTER FUNCTION f(int) SECURITY INVOKER",
         as_role("e_two", CALL)),
    (12, "function leakproof", B, HIDDEN, "ALTER FUNCTION f(int) LEAKPROOF",
         "SELECT a FROM v WHERE f(a)"),
    (12, "function config", B, function("f(a int) RETURNS int LANGUAGE plpgsql",
                                        "BEGIN RETURN (SELECT count(*) FROM t); END"),
         "ALTER FUNCTION f(int) SET search_path = ''", CALL),
    (12, "function library", B, TRIGRAM,
         "UPDATE pg_proc SET probin = 'nowhere' WHERE oid = 'f(text, text)'::regprocedure",
         "SELECT f('a', 'b')"),
    (12, "function body", B, F, function("f(a int) RETURNS int LANGUAGE sql", "SELECT 2", True),
         CALL),
    (14, "function sql_body", B, "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT 1; "
         "END", "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT 2; END",
         CALL),
    (12, "function parallel", B, WRITES, "ALTER FUNCTION w(int) PARALLEL SAFE",
         FORCED + "SELECT w(a) FROM t"),
    (12, "function parallel", A, F + "; ALTER FUNCTION f(int) PARALLEL SAFE",
         "ALTER FUNCTION f(int) PARALLEL UNSAFE", FORCED + "SELECT f(a) FROM t"),
    (12, "function cost", C, F, "ALTER FUNCTION f(int) COST 5", CALL),
    (12, "function rows", C, function("f(a int) RETURNS SETOF int LANGUAGE sql", "SELECT 1"),
         "ALTER FUNCTION f(int) ROWS 5", CALL),
    (12, "function support", C, function("f(int, int) RETURNS SETOF int LANGUAGE internal",
                                         "generate_series_int4"),
         "ALTER FUNCTION f(int, int) SUPPORT generate_series_int4_support", "SELECT f(1, 3)"),
    (12, "function depends_on_extensions", C, F + "; CREATE EXTENSION pg_trgm",
         "ALTER FUNCTION f(int) DEPENDS ON EXTENSION pg_trgm", CALL),
    (12, "function owner", B, DEFINER, "ALTER FUNCTION f(int) OWNER TO e_two", CALL),
]


def procedure(definition, body, replace=False):
    return function(definition, body, replace).replace("FUNCTION", "PROCEDURE", 1)


P = procedure("p(a int) LANGUAGE sql", "DELETE FROM t WHERE id = 1")
CALL_P = "CALL p(1); " + COUNT
PROCEDURES = [
    (12, "procedure -", B, P, "DROP PROCEDURE p(int)", CALL_P),
    (12, "procedure +", A, "", P, COUNT),
    (12, "procedure +", B, P, procedure("p(a text) LANGUAGE sql", "DELETE FROM t"),
         "CALL p('1'); " + COUNT),
    (12, "procedure arguments", B, P,
         "DROP PROCEDURE p(int); " + P.replace("(a", "(b"), "CALL p(a => 1)"),
    (12, "procedure language", B, P, "SET LOCAL check_function_bodies = off; "
         + procedure("p(a int) LANGUAGE plpgsql", "DELETE FROM t WHERE id = 1", True), CALL_P),
    (12, "procedure security", B, P + "; ALTER PROCEDURE p(int) SECURITY DEFINER",
         "ALTER PROCEDURE p(int) SECURITY INVOKER", as_role("e_two", "CALL p(1)")),
    (12, "procedure config", B, P, "ALTER PROCEDURE p(int) SET search_path = ''", CALL_P),
    (12, "procedure body", B, P, procedure("p(a int) LANGUAGE sql", "DELETE FROM t", True),
         CALL_P),
    (14, "procedure sql_body", B, "CREATE PROCEDURE p(a int) BEGIN ATOMIC DELETE FROM t WHERE "
         "id = 1; END", "CREATE OR REPLACE PROCEDURE p(a int) BEGIN ATOMIC DELETE FROM t; END",
         CALL_P),
    (12, "procedure depends_on_extensions", C, P + "; CREATE EXTENSION pg_trgm",
         "ALTER PROCEDURE p(int) DEPENDS ON EXTENSION pg_trgm", CALL_P),
    (12, "procedure owner", B, P + "; ALTER PROCEDURE p(int) SECURITY DEFINER; "
         "ALTER TABLE t OWNER TO e_one; ALTER PROCEDURE p(int) OWNER TO e_one",
         "ALTER PROCEDURE p(int) OWNER TO e_two", CALL_P),
]


def aggregate(more="", state="SFUNC = int4pl, STYPE = int", arguments="int"):
    return "CREATE AGGREGATE agg(%s) (%s%s)" % (arguments, state, more)


def other_aggregate(*arguments):
    return "DROP AGGREGATE agg(int); " + aggregate(*arguments)


MOVING = ", MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int"
AGG = "SELECT agg(a) FROM t"
WINDOW = ("SELECT agg(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM "
          "generate_series(1, 4) a")
MANY = "CREATE TABLE m (a int); INSERT INTO m SELECT generate_series(1, 20000); ANALYZE m"
WORKERS = ("SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL "
           "min_parallel_table_scan_size = 0; SELECT agg(a) FROM m")
REFUSES = function("refuses(int, int) RETURNS int LANGUAGE plpgsql PARALLEL SAFE",
                   "BEGIN RAISE 'no'; END")
VARIADIC = function("acc(int[], VARIADIC int[]) RETURNS int[] LANGUAGE sql", "SELECT $1 || $2")
AGGREGATES = [
    (12, "aggregate -", B, aggregate(), "DROP AGGREGATE agg(int)", AGG),
    (12, "aggregate +", A, "", aggregate(), COUNT),
    (12, "aggregate +", B, aggregate(), aggregate("", "SFUNC = textcat, STYPE = text", "text"),
         "SELECT pg_typeof(agg('1'))"),
    (12, "aggregate arguments", B, VARIADIC + "; CREATE AGGREGATE agg(VARIADIC int[]) (SFUNC = "
         "acc, STYPE = int[], INITCOND = '{}')", "DROP AGGREGATE agg(int[]); CREATE AGGREGATE "
         "agg(int[]) (SFUNC = acc, STYPE = int[], INITCOND = '{}')", "SELECT agg(a, id) FROM t"),
    (12, "aggregate returns", B, aggregate(), other_aggregate(", FINALFUNC = int4", "SFUNC = "
         "int84pl, STYPE = bigint, INITCOND = '0'").replace("FINALFUNC = int4", "FINALFUNC = "
         "int8um"), "SELECT pg_typeof(agg(a)) FROM t"),
    (12, "aggregate aggregate_type", B, aggregate(), other_aggregate("", "SFUNC = int4pl, "
         "STYPE = int", "ORDER BY int"), AGG),
    (12, "aggregate state_function", B, aggregate(), other_aggregate("", "SFUNC = int4larger, "
         "STYPE = int"), AGG),
    (12, "aggregate state_type", B, aggregate(), other_aggregate("", "SFUNC = int84pl, STYPE = "
         "bigint, INITCOND = '0'"), "SELECT pg_typeof(agg(a)) FROM t"),
    (12, "aggregate initial_value", B, aggregate(), other_aggregate(", INITCOND = '10'"), AGG),
    (12, "aggregate final_function", B, aggregate(), other_aggregate(", FINALFUNC = int4um"),
         AGG),
    (12, "aggregate combine_function", B, MANY + "; " + REFUSES + "; "
         + aggregate(", COMBINEFUNC = int4pl, PARALLEL = SAFE"),
         other_aggregate(", COMBINEFUNC = refuses, PARALLEL = SAFE"), WORKERS),
    (12, "aggregate moving_state_function", B, aggregate(MOVING),
         other_aggregate(MOVING.replace("int4pl", "int4larger")), WINDOW),
    (12, "aggregate moving_inverse_function", B, aggregate(MOVING),
         other_aggregate(MOVING.replace("int4mi", "int4pl")), WINDOW),
    (12, "aggregate moving_initial_value", B, aggregate(MOVING),
         other_aggregate(MOVING + ", MINITCOND = '10'"), WINDOW),
    (12, "aggregate moving_final_function", B, aggregate(MOVING),
         other_aggregate(MOVING + ", MFINALFUNC = int4um"), WINDOW),
    (12, "aggregate sort_operator", B, MANY + "; CREATE INDEX ON m (a); "
         + aggregate(", SORTOP = <", "SFUNC = int4smaller, STYPE = int"),
         other_aggregate(", SORTOP = >", "SFUNC = int4smaller, STYPE = int"),
         "SELECT agg(a) FROM m"),
    (12, "aggregate state_space", C, aggregate(), other_aggregate(", SSPACE = 100"), AGG),
    (12, "aggregate moving_state_space", C, aggregate(MOVING),
         other_aggregate(MOVING + ", MSSPACE = 5"), WINDOW),
    (12, "aggregate parallel", B, WRITES.replace("w(a int)", "w(s int, a int)") + "; "
         + aggregate("", "SFUNC = w, STYPE = int, INITCOND = '0'"),
         other_aggregate(", PARALLEL = SAFE", "SFUNC = w, STYPE = int, INITCOND = '0'"),
         FORCED + AGG),
    (12, "aggregate parallel", A, aggregate(", PARALLEL = SAFE"), other_aggregate(),
         FORCED + AGG),
    (12, "aggregate depends_on_extensions", C, aggregate() + "; CREATE EXTENSION pg_trgm",
         "ALTER ROUTINE agg(int) DEPENDS ON EXTENSION pg_trgm", AGG),
    (12, "aggregate owner", B, aggregate() + "; ALTER AGGREGATE agg(int) OWNER TO e_one; REVOKE "
         "EXECUTE ON FUNCTION agg(int) FROM PUBLIC", "ALTER AGGREGATE agg(int) OWNER TO e_two",
         as_role("e_one", "SELECT agg(1)")),
]

SWALLOW = function("swallow() RETURNS trigger LANGUAGE plpgsql", "BEGIN RETURN NULL; END")
MARK = function("mark() RETURNS trigger LANGUAGE plpgsql",
                "BEGIN NEW.b := coalesce(TG_ARGV[0], 'm'); RETURN NEW; END")
LOG = ("CREATE TABLE l (n int); "
       + function("log() RETURNS trigger LANGUAGE plpgsql",
                  "BEGIN INSERT INTO l VALUES (1); RETURN NULL; END")
       + "; " + function("log_old() RETURNS trigger LANGUAGE plpgsql",
                         "BEGIN INSERT INTO l SELECT 1 FROM o; RETURN NULL; END")
       + "; " + function("log_new() RETURNS trigger LANGUAGE plpgsql",
                         "BEGIN INSERT INTO l SELECT 1 FROM n; RETURN NULL; END"))
LOGGED = INSERT + "; DELETE FROM t WHERE id = 1; SELECT count(*) FROM l"
SEEN = INSERT + "; UPDATE t SET a = 7 WHERE id = 1; SELECT * FROM t ORDER BY id"


def trigger(rest, kind="TRIGGER"):
    return "CREATE %s g %s" % (kind, rest)


def other_trigger(*rest):
    return "DROP TRIGGER g ON t; " + trigger(*rest)


MARKING = trigger("BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION mark()")
OFF = "; ALTER TABLE t DISABLE TRIGGER g"
TRIGGERS = [
    (12, "trigger -", B, MARK + "; " + MARKING, "DROP TRIGGER g ON t", SEEN),
    (12, "trigger -", A, MARK + "; " + MARKING + OFF, "DROP TRIGGER g ON t", SEEN),
    (12, "trigger +", B, SWALLOW, trigger("BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "
         "swallow()"), SEEN),
    (12, "trigger +", A, SWALLOW, trigger("BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "
         "swallow()") + OFF, SEEN),
    (12, "trigger timing", B, MARK + "; " + MARKING,
         other_trigger("AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION mark()"), SEEN),
    (12, "trigger events", B, MARK + "; " + MARKING,
         other_trigger("BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION mark()"), SEEN),
    (12, "trigger columns", B,
         MARK + "; " + trigger("BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION mark()"),
         other_trigger("BEFORE UPDATE OF id ON t FOR EACH ROW EXECUTE FUNCTION mark()"), SEEN),
    (12, "trigger level", B, SWALLOW + "; " + trigger("BEFORE INSERT ON t FOR EACH ROW EXECUTE "
         "FUNCTION swallow()"), other_trigger("BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE "
         "FUNCTION swallow()"), SEEN),
    (12, "trigger when", B, MARK + "; " + trigger("BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a "
         "> 1) EXECUTE FUNCTION mark()"), other_trigger("BEFORE INSERT ON t FOR EACH ROW WHEN "
         "(NEW.a > 100) EXECUTE FUNCTION mark()"), SEEN),
    (12, "trigger function", B, MARK + "; " + SWALLOW + "; " + MARKING,
         other_trigger("BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION swallow()"), SEEN),
    (12, "trigger arguments", B, MARK + "; " + MARKING,
         other_trigger("BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION mark('q')"), SEEN),
    (12, "trigger constraint", B, LOG + "; " + trigger("AFTER INSERT ON t DEFERRABLE FOR EACH "
         "ROW EXECUTE FUNCTION log()", "CONSTRAINT TRIGGER"), other_trigger("AFTER INSERT ON t "
         "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log()",
         "CONSTRAINT TRIGGER"), LOGGED),
    (12, "trigger from_table", C, LOG + "; " + trigger("AFTER INSERT ON t FOR EACH ROW EXECUTE "
         "FUNCTION log()", "CONSTRAINT TRIGGER"), other_trigger("AFTER INSERT ON t FROM l FOR "
         "EACH ROW EXECUTE FUNCTION log()", "CONSTRAINT TRIGGER"), LOGGED),
    (12, "trigger old_table", B, LOG + "; " + trigger("AFTER DELETE ON t REFERENCING OLD TABLE "
         "AS o FOR EACH STATEMENT EXECUTE FUNCTION log_old()"), other_trigger("AFTER DELETE ON "
         "t REFERENCING OLD TABLE AS p FOR EACH STATEMENT EXECUTE FUNCTION log_old()"), LOGGED),
    (12, "trigger new_table", B, LOG + "; " + trigger("AFTER INSERT ON t REFERENCING NEW TABLE "
         "AS n FOR EACH STATEMENT EXECUTE FUNCTION log_new()"), other_trigger("AFTER INSERT ON "
         "t FOR EACH STATEMENT EXECUTE FUNCTION log_new()"), LOGGED),
    (12, "trigger enabled", B, MARK + "; " + MARKING, "ALTER TABLE t DISABLE TRIGGER g", SEEN),
    (12, "trigger depends_on_extensions", C, MARK + "; " + MARKING + "; CREATE EXTENSION "
         "pg_trgm", "ALTER TRIGGER g ON t DEPENDS ON EXTENSION pg_trgm", SEEN),
    # One that a partition has otherwise than its parent.
    (12, "trigger +", B, LOG + "; CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 "
         "PARTITION OF p DEFAULT; CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE "
         "FUNCTION log()", "ALTER TABLE p1 DISABLE TRIGGER g",
         "INSERT INTO p VALUES (1); SELECT count(*) FROM l"),
]

KEEP = "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"
GONE = "DELETE FROM t WHERE id = 1; " + COUNT
RULE_OFF = "; ALTER TABLE t DISABLE RULE r"
POLICY = "CREATE POLICY y ON t FOR SELECT TO e_three USING (a > 1)"
SECURED = "ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT INSERT ON t TO e_three; "
READ = as_role("e_three", COUNT)
WRITTEN = as_role("e_three", INSERT)
CHECKING = "; CREATE POLICY w ON t FOR INSERT TO e_three WITH CHECK (a > 0)"
POLICY_CHANGES = [
    ("command", "DROP POLICY y ON t; CREATE POLICY y ON t FOR UPDATE TO e_three USING (a > 1)",
     READ),
    ("permissive", "DROP POLICY y ON t; CREATE POLICY y ON t AS RESTRICTIVE FOR SELECT TO "
     "e_three USING (a > 1)", READ),
    ("roles", "ALTER POLICY y ON t TO e_two", READ),
    ("using", "ALTER POLICY y ON t USING (a > 5)", READ),
    ("with_check", "ALTER POLICY w ON t WITH CHECK (a > 5)", WRITTEN),
]
RUN_BY_ITSELF = [
    (12, "rule -", B, KEEP, "DROP RULE r ON t", GONE),
    (12, "rule -", A, KEEP + RULE_OFF, "DROP RULE r ON t", GONE),
    (12, "rule +", B, "", KEEP, GONE),
    (12, "rule +", A, "", KEEP + RULE_OFF, GONE),
    (12, "rule definition", B, KEEP, "CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD "
         "DELETE FROM t WHERE a > 0", GONE),
    (12, "rule enabled", B, KEEP, "ALTER TABLE t DISABLE RULE r", GONE),
    (12, "policy -", B, SECURED + POLICY, "DROP POLICY y ON t", READ),
    (12, "policy -", A, POLICY, "DROP POLICY y ON t", READ),
    (12, "policy +", B, SECURED + POLICY, "CREATE POLICY z ON t USING (true)", READ),
    (12, "policy +", B, SECURED + "CREATE POLICY z ON t USING (true)",
         POLICY.replace("ON t", "ON t AS RESTRICTIVE"), READ),
    (12, "policy +", A, "", POLICY, READ),
] + [(12, "policy " + what, B, SECURED + POLICY + CHECKING, change, statement)
     for what, change, statement in POLICY_CHANGES] + [
    (12, "policy " + what, A, "GRANT INSERT ON t TO e_three; " + POLICY + CHECKING, change,
         statement) for what, change, statement in POLICY_CHANGES]

WATCH = ("CREATE TABLE l (n int); "
         + function("seen() RETURNS event_trigger LANGUAGE plpgsql",
                    "BEGIN INSERT INTO public.l VALUES (1); END") + "; "
         + function("twice() RETURNS event_trigger LANGUAGE plpgsql",
                    "BEGIN INSERT INTO public.l VALUES (1), (2); END"))
EVENT = "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION seen()"
EVENT_OFF = "; ALTER EVENT TRIGGER e DISABLE"
MADE = "CREATE TABLE made (); SELECT count(*) FROM l"


def other_event(definition):
    return "DROP EVENT TRIGGER e; CREATE EVENT TRIGGER e ON " + definition


EVENT_TRIGGERS = [
    (12, "event_trigger -", B, WATCH + "; " + EVENT, "DROP EVENT TRIGGER e", MADE),
    (12, "event_trigger -", A, WATCH + "; " + EVENT + EVENT_OFF, "DROP EVENT TRIGGER e", MADE),
    (12, "event_trigger +", B, WATCH, EVENT, MADE),
    (12, "event_trigger +", A, WATCH, EVENT + EVENT_OFF, MADE),
    (12, "event_trigger event", B, WATCH + "; " + EVENT,
         other_event("sql_drop EXECUTE FUNCTION seen()"), MADE),
    (12, "event_trigger tags", B, WATCH + "; " + EVENT, other_event("ddl_command_end WHEN TAG "
         "IN ('CREATE VIEW') EXECUTE FUNCTION seen()"), MADE),
    (12, "event_trigger function", B, WATCH + "; " + EVENT,
         other_event("ddl_command_end EXECUTE FUNCTION twice()"), MADE),
    (12, "event_trigger enabled", B, WATCH + "; " + EVENT, "ALTER EVENT TRIGGER e DISABLE",
         MADE),
    (12, "event_trigger owner", C, WATCH + "; " + EVENT, "UPDATE pg_event_trigger SET evtowner "
         "= 'e_two'::regrole WHERE evtname = 'e'", MADE),
]

NO_KEY = "CREATE TABLE x (a int); INSERT INTO x VALUES (1)"
CHANGED = "UPDATE x SET a = 2"
# What a subscription asks for.
PUBLISHED = "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = 'pub'"
PARTS = ("CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION "
         "OF p DEFAULT; CREATE PUBLICATION pub FOR TABLE p")
ONE = "CREATE PUBLICATION pub FOR TABLE t"
SUBSCRIPTION = ("CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect "
                "= false, slot_name = NONE)")
REPLICATION = [
    (12, "publication -", B, ONE, "DROP PUBLICATION pub", PUBLISHED),
    (12, "publication +", B, NO_KEY, "CREATE PUBLICATION pub FOR TABLE x", CHANGED),
    (12, "publication +", A, NO_KEY, "CREATE PUBLICATION pub FOR TABLE x WITH (publish = "
         "'insert')", CHANGED),
    (12, "publication +", A, NO_KEY, "CREATE PUBLICATION pub", CHANGED),
    (12, "publication all_tables", B, ONE + "; CREATE TABLE x ()",
         "DROP PUBLICATION pub; CREATE PUBLICATION pub FOR ALL TABLES", PUBLISHED),
    (12, "publication tables", B, NO_KEY + "; " + ONE, "ALTER PUBLICATION pub ADD TABLE x",
         CHANGED),
    (15, "publication schemas", B, "CREATE TABLE own.x (); CREATE PUBLICATION pub",
         "ALTER PUBLICATION pub ADD TABLES IN SCHEMA own", PUBLISHED),
    (12, "publication publish", B, NO_KEY + "; CREATE PUBLICATION pub FOR TABLE x WITH (publish "
         "= 'insert')", "ALTER PUBLICATION pub SET (publish = 'insert, update')", CHANGED),
    (13, "publication via_root", B, PARTS,
         "ALTER PUBLICATION pub SET (publish_via_partition_root = true)", PUBLISHED),
    (18, "publication generated_columns", B, "CREATE TABLE x (a int PRIMARY KEY, g int "
         "GENERATED ALWAYS AS (a * 2) STORED); CREATE PUBLICATION pub FOR TABLE x",
         "ALTER PUBLICATION pub SET (publish_generated_columns = stored)",
         PUBLISHED.replace("tablename", "attnames")),
    (12, "publication owner", C, ONE, "ALTER PUBLICATION pub OWNER TO e_two", PUBLISHED),
    (12, "subscription +", A, "", SUBSCRIPTION, COUNT),
    (14, "subscription synchronous_commit", C, SUBSCRIPTION,
         "ALTER SUBSCRIPTION sub SET (synchronous_commit = on)", COUNT),
    (14, "subscription binary", C, SUBSCRIPTION, "ALTER SUBSCRIPTION sub SET (binary = true)",
         COUNT),
    (14, "subscription streaming", C, SUBSCRIPTION,
         "ALTER SUBSCRIPTION sub SET (streaming = on)", COUNT),
]

QUOTED = """printf '"q"\\n'"""
WRAPPER = ("CREATE EXTENSION file_fdw; CREATE FOREIGN DATA WRAPPER w HANDLER file_fdw_handler "
           "OPTIONS (format 'csv'); CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (quote '%s'); "
           "CREATE FOREIGN TABLE x (a text) SERVER s OPTIONS (program $$%s$$)" % ('"', QUOTED)
           ).replace("$$" + QUOTED + "$$", "'" + QUOTED.replace("'", "''") + "'")
RESULT = "SELECT a FROM x"
NEW_SERVER = "CREATE SERVER n FOREIGN DATA WRAPPER w OPTIONS (nonsense 'x')"
LINK = ("CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw "
        "OPTIONS (host '%(host)s', port '%(port)s', dbname 'postgres'); CREATE USER MAPPING FOR "
        "postgres SERVER s OPTIONS (\"user\" 'postgres'); CREATE FOREIGN TABLE x (datname name) "
        "SERVER s OPTIONS (schema_name 'pg_catalog', table_name 'pg_database')")
FAR = "SELECT count(*) > 0 FROM x"
NUMBERS = ("CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; CREATE "
           "TABLE p (a int) PARTITION BY LIST (a); CREATE FOREIGN TABLE x (a int) SERVER s "
           "OPTIONS (program 'echo 1', format 'csv')")
FOREIGN = [
    (12, "foreign_data_wrapper -", B, "CREATE FOREIGN DATA WRAPPER w",
         "DROP FOREIGN DATA WRAPPER w", "CREATE SERVER n FOREIGN DATA WRAPPER w"),
    (12, "foreign_data_wrapper +", A, "", "CREATE FOREIGN DATA WRAPPER w", COUNT),
    (12, "foreign_data_wrapper handler", B, WRAPPER, "ALTER FOREIGN DATA WRAPPER w NO HANDLER",
         RESULT),
    (12, "foreign_data_wrapper validator", B, "CREATE FOREIGN DATA WRAPPER w",
         "ALTER FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator", NEW_SERVER),
    (12, "foreign_data_wrapper options", B, WRAPPER.replace("OPTIONS (quote '\"')", ""),
         "ALTER FOREIGN DATA WRAPPER w OPTIONS (SET format 'text')", RESULT),
    # A wrapper is owned by superusers alone.
    (12, "foreign_data_wrapper owner", B, "CREATE FOREIGN DATA WRAPPER w; UPDATE "
         "pg_foreign_data_wrapper SET fdwowner = 'e_one'::regrole WHERE fdwname = 'w'",
         "UPDATE pg_foreign_data_wrapper SET fdwowner = 'e_two'::regrole WHERE fdwname = 'w'",
         as_role("e_one", "CREATE SERVER n FOREIGN DATA WRAPPER w")),
    (12, "foreign_server -", B, "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA "
         "WRAPPER w", "DROP SERVER s", "CREATE FOREIGN TABLE n () SERVER s"),
    (12, "foreign_server +", A, "CREATE FOREIGN DATA WRAPPER w",
         "CREATE SERVER s FOREIGN DATA WRAPPER w", COUNT),
    (12, "foreign_server foreign_data_wrapper", B, "CREATE EXTENSION file_fdw; CREATE FOREIGN "
         "DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw",
         "DROP SERVER s; CREATE SERVER s FOREIGN DATA WRAPPER w",
         "CREATE FOREIGN TABLE n (a text) SERVER s OPTIONS (program 'echo', format 'csv'); "
         "SELECT * FROM n"),
    (12, "foreign_server options", B, WRAPPER, "ALTER SERVER s OPTIONS (SET quote '''')",
         RESULT),
    (12, "foreign_server version", C, WRAPPER, "ALTER SERVER s VERSION '2'", RESULT),
    (12, "foreign_server owner", B, "CREATE FOREIGN DATA WRAPPER w; GRANT USAGE ON FOREIGN DATA "
         "WRAPPER w TO e_one, e_two; CREATE SERVER s FOREIGN DATA WRAPPER w; ALTER SERVER s "
         "OWNER TO e_one", "ALTER SERVER s OWNER TO e_two",
         as_role("e_one", "CREATE FOREIGN TABLE own.n () SERVER s")),
    (12, "foreign_table -", B, FILE, "DROP FOREIGN TABLE x", RESULT),
    (12, "foreign_table +", A, FILE, "CREATE FOREIGN TABLE n () SERVER s OPTIONS (program "
         "'echo', format 'csv')", COUNT),
    (12, "foreign_table +", B, FILE, "CREATE FOREIGN TABLE n () INHERITS (t) SERVER s OPTIONS "
         "(program 'echo 9,9,z', format 'csv')", COUNT),
    (12, "foreign_table server", B, FILE + "; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER r "
         "FOREIGN DATA WRAPPER w", "DROP FOREIGN TABLE x; CREATE FOREIGN TABLE x (a text) SERVER "
         "r OPTIONS (program 'echo', format 'csv')", RESULT),
    (12, "foreign_table foreign_options", B, FILE,
         "ALTER FOREIGN TABLE x OPTIONS (SET program 'echo other')", RESULT),
    (12, "foreign_table inherits", B, NUMBERS + "; CREATE TABLE q (a int)",
         "ALTER FOREIGN TABLE x INHERIT q", "SELECT count(*) FROM q"),
    (12, "foreign_table partition_bound", B,
         NUMBERS + "; ALTER TABLE p ATTACH PARTITION x FOR VALUES IN (1)",
         "ALTER TABLE p DETACH PARTITION x; ALTER TABLE p ATTACH PARTITION x FOR VALUES IN (2)",
         "SELECT count(*) FROM p WHERE a = 1"),
    (12, "foreign_table owner", B, FILE + "; ALTER TABLE x OWNER TO e_one; GRANT "
         "pg_execute_server_program TO e_one", "ALTER TABLE x OWNER TO e_two",
         as_role("e_one", RESULT)),
    (12, "user_mapping -", B, LINK, "DROP USER MAPPING FOR postgres SERVER s", FAR),
    (12, "user_mapping +", A, LINK, "CREATE USER MAPPING FOR e_one SERVER s", FAR),
    (12, "user_mapping options", B, LINK, "ALTER USER MAPPING FOR postgres SERVER s OPTIONS "
         "(SET \"user\" 'nobody_there')", FAR),
]

LATIN = ("DELETE FROM pg_conversion WHERE conname = 'iso_8859_1_to_utf8'; CREATE DEFAULT "
         "CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8")
CONVERT = "SELECT convert('\\xe4', 'LATIN1', 'UTF8')"


def icu(locale, more=""):
    return "CREATE COLLATION coll (provider = icu, locale = '%s'%s)" % (locale, more)


def libc(locale):
    return "CREATE COLLATION coll (lc_collate = '%s', lc_ctype = '%s')" % (locale, locale)


SORTED = "SELECT 'a' < 'B' COLLATE coll, 'a' < 'A' COLLATE coll, 'b' < 'a' COLLATE coll"
DICTIONARY = "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)"
CONFIGURATION = "CREATE TEXT SEARCH CONFIGURATION cfg (COPY = simple)"
PARSER = ("CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = "
          "prsd_end, LEXTYPES = prsd_lextype%s)")
LEXED, PARSED = "SELECT ts_lexize('d', 'Cats')", "SELECT to_tsvector('cfg', 'a cat')"
TEXTS = [
    (12, "collation -", B, libc("C"), "DROP COLLATION coll", SORTED),
    (12, "collation +", A, "", libc("C"), COUNT),
    (12, "collation provider", B, libc("C"), "DROP COLLATION coll; " + icu("en"), SORTED),
    (12, "collation locale", B, libc("C"), "DROP COLLATION coll; " + libc("C.UTF-8"),
         "SELECT lower('\u00c9' COLLATE coll)"),
    (12, "collation icu_locale", B, icu("en"), "DROP COLLATION coll; " + icu("en-u-kf-upper"),
         SORTED),
    (16, "collation rules", B, icu("en"), "DROP COLLATION coll; " + icu("en", ", rules = '&z < "
         "a'"), SORTED),
    (12, "collation deterministic", B, icu("en-u-ks-level2"), "DROP COLLATION coll; "
         + icu("en-u-ks-level2", ", deterministic = false"), "SELECT 'a' = 'A' COLLATE coll"),
    (12, "collation owner", C, libc("C"), "ALTER COLLATION coll OWNER TO e_two", SORTED),
    (12, "conversion -", B, LATIN, "DROP CONVERSION conv", CONVERT),
    (12, "conversion +", A, "", "CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM "
         "iso8859_1_to_utf8", CONVERT),
    (12, "conversion source", B, LATIN, "UPDATE pg_conversion SET conforencoding = "
         "pg_char_to_encoding('LATIN2') WHERE conname = 'conv'", CONVERT),
    (12, "conversion destination", B, LATIN, "UPDATE pg_conversion SET contoencoding = "
         "pg_char_to_encoding('LATIN2') WHERE conname = 'conv'", CONVERT),
    (12, "conversion function", B, LATIN, "UPDATE pg_conversion SET conproc = "
         "'koi8r_to_utf8'::regproc WHERE conname = 'conv'", CONVERT),
    (12, "conversion default", B, LATIN, "DROP CONVERSION conv; CREATE CONVERSION conv FOR "
         "'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", CONVERT),
    (12, "conversion owner", C, LATIN, "ALTER CONVERSION conv OWNER TO e_two", CONVERT),
    (12, "text_search_configuration -", B, CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION cfg",
         PARSED),
    (12, "text_search_configuration +", A, "", CONFIGURATION, COUNT),
    (12, "text_search_configuration parser", B, CONFIGURATION + "; " + PARSER % "",
         "DROP TEXT SEARCH CONFIGURATION cfg; CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = "
         "prs)", PARSED),
    (12, "text_search_configuration mappings", B, CONFIGURATION,
         "ALTER TEXT SEARCH CONFIGURATION cfg DROP MAPPING FOR asciiword", PARSED),
    (12, "text_search_configuration owner", C, CONFIGURATION,
         "ALTER TEXT SEARCH CONFIGURATION cfg OWNER TO e_two", PARSED),
    (12, "text_search_dictionary -", B, DICTIONARY, "DROP TEXT SEARCH DICTIONARY d", LEXED),
    (12, "text_search_dictionary +", A, "", DICTIONARY, COUNT),
    (12, "text_search_dictionary template", B, DICTIONARY, "DROP TEXT SEARCH DICTIONARY d; "
         "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, Language = english)", LEXED),
    (12, "text_search_dictionary options", B, DICTIONARY,
         "ALTER TEXT SEARCH DICTIONARY d (Accept = false)", LEXED),
    (12, "text_search_dictionary owner", C, DICTIONARY,
         "ALTER TEXT SEARCH DICTIONARY d OWNER TO e_two", LEXED),
    (12, "text_search_parser -", B, PARSER % "", "DROP TEXT SEARCH PARSER prs",
         "SELECT ts_parse('prs', 'a cat')"),
    (12, "text_search_parser +", A, "", PARSER % "", COUNT),
    (12, "text_search_parser headline", B, PARSER % ", HEADLINE = prsd_headline" + "; CREATE "
         "TEXT SEARCH CONFIGURATION cfg (PARSER = prs)",
         "UPDATE pg_ts_parser SET prsheadline = 0 WHERE prsname = 'prs'",
         "SELECT ts_headline('cfg', 'a cat', to_tsquery('simple', 'cat'))"),
    (12, "text_search_template -", B, "CREATE TEXT SEARCH TEMPLATE tmpl (LEXIZE = "
         "dsimple_lexize)", "DROP TEXT SEARCH TEMPLATE tmpl",
         "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = tmpl)"),
    (12, "text_search_template +", A, "", "CREATE TEXT SEARCH TEMPLATE tmpl (LEXIZE = "
         "dsimple_lexize)", COUNT),
]

EQUAL = ("CREATE FUNCTION eq(int, int) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS "
         "'int4eq'; CREATE FUNCTION ne(int, int) RETURNS bool LANGUAGE internal IMMUTABLE STRICT "
         "AS 'int4ne'; CREATE OPERATOR =#= (LEFTARG = int, RIGHTARG = int, FUNCTION = eq, "
         "COMMUTATOR = =#=, HASHES, MERGES)")
HASHED = EQUAL + ("; CREATE OPERATOR CLASS hc FOR TYPE int USING hash AS OPERATOR 1 =#=, FUNCTION "
                  "1 hashint4(int)")
MERGED = EQUAL + ("; CREATE OPERATOR CLASS bc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR "
                  "3 =#=, FUNCTION 1 btint4cmp(int, int)")
FULL = "SELECT count(*) FROM t x FULL JOIN t y ON x.a =#= y.a"
ASKED = "SELECT 1 =#= 1"


def operator(change):
    return "UPDATE pg_operator SET %s WHERE oid = '=#=(int,int)'::regoperator" % change


LESS = ("CREATE FUNCTION lt(int, int) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS "
        "'int4lt'; CREATE OPERATOR <# (LEFTARG = int, RIGHTARG = int, FUNCTION = lt); CREATE "
        "FUNCTION back(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($2, "
        "$1)'; ")
CLASS = ("CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <#, OPERATOR 3 =, "
         "FUNCTION 1 btint4cmp(int, int)")
FAMILY = ("CREATE OPERATOR FAMILY fam USING btree; ALTER OPERATOR FAMILY fam USING btree ADD "
          "OPERATOR 1 <# (int, int), OPERATOR 3 = (int, int), FUNCTION 1 btint4cmp(int, int)")
USING = "SELECT a FROM t ORDER BY a USING <#"
INDEXED = "CREATE TABLE x (m bt); CREATE INDEX ON x (m)"
CLASS_OF_OWN = (PLAIN_TYPE + "; " + function("cmp(bt, bt) RETURNS int LANGUAGE sql IMMUTABLE",
                                             "SELECT 0") + "; ")
OWN_CLASS = "CREATE OPERATOR CLASS bts %sFOR TYPE bt USING btree AS FUNCTION 1 cmp(bt, bt)"
COMPOSITE = ("CREATE TYPE comp AS (a int); "
             + function("say(comp) RETURNS text LANGUAGE sql IMMUTABLE", "SELECT 'said'") + "; "
             + function("num(comp) RETURNS int LANGUAGE sql IMMUTABLE", "SELECT 7"))
SAID, TAKEN = "SELECT ROW(1)::comp::text", "INSERT INTO t (id) VALUES (ROW(1)::comp)"
OPERATORS = [
    (12, "operator -", B, EQUAL, "DROP OPERATOR =#= (int, int)", ASKED),
    (12, "operator +", A, "", EQUAL, COUNT),
    (12, "operator +", B, EQUAL, "CREATE FUNCTION te(text, text) RETURNS bool LANGUAGE sql AS "
         "'SELECT false'; CREATE OPERATOR =#= (LEFTARG = text, RIGHTARG = text, FUNCTION = te)",
         "SELECT '1' =#= '1'"),
    (12, "operator function", B, EQUAL, operator("oprcode = 'ne'::regproc"), ASKED),
    (12, "operator commutator", C, EQUAL.replace("COMMUTATOR = =#=, HASHES, MERGES", "RESTRICT "
         "= eqsel"), operator("oprcom = oid"), ASKED),
    (12, "operator negator", C, EQUAL, operator("oprnegate = '<>(int,int)'::regoperator"),
         "SELECT NOT 1 =#= 1"),
    (12, "operator restrict", C, EQUAL, "ALTER OPERATOR =#= (int, int) SET (RESTRICT = eqsel)",
         ASKED),
    (12, "operator join", C, EQUAL, "ALTER OPERATOR =#= (int, int) SET (JOIN = eqjoinsel)",
         ASKED),
    (12, "operator hashes", B, HASHED, operator("oprcanhash = false"), FULL),
    (12, "operator merges", B, MERGED, operator("oprcanmerge = false"),
         "SET LOCAL enable_hashjoin = off; " + FULL),
    (12, "operator owner", C, EQUAL, "ALTER OPERATOR =#= (int, int) OWNER TO e_two", ASKED),
    (12, "operator_class -", B, LESS + CLASS, "DROP OPERATOR CLASS oc USING btree",
         "CREATE INDEX ON t (a oc)"),
    (12, "operator_class +", A, LESS, CLASS, COUNT),
    (12, "operator_class for_type", B, LESS + CLASS, "DROP OPERATOR CLASS oc USING btree; CREATE "
         "OPERATOR CLASS oc FOR TYPE bigint USING btree FAMILY oc AS FUNCTION 1 "
         "btint8cmp(bigint, bigint)", "CREATE INDEX ON t (a oc)"),
    (12, "operator_class default", B, CLASS_OF_OWN + OWN_CLASS % "DEFAULT ",
         "DROP OPERATOR CLASS bts USING btree; " + OWN_CLASS.replace(" AS FUNCTION", " FAMILY bts AS FUNCTION")
         % "",
         INDEXED),
    (12, "operator_class operators", B, LESS + CLASS, "DROP OPERATOR CLASS oc USING btree; CREATE "
         "OPERATOR CLASS oc FOR TYPE int USING btree FAMILY oc AS OPERATOR 3 =, FUNCTION 1 "
         "btint4cmp(int, int)", USING),
    (12, "operator_class functions", B, LESS + CLASS, "DROP OPERATOR CLASS oc USING btree; CREATE "
         "OPERATOR CLASS oc FOR TYPE int USING btree FAMILY oc AS OPERATOR 1 <#, OPERATOR 3 =, "
         "FUNCTION 1 back(int, int)", USING),
    (12, "operator_class owner", C, LESS + CLASS, "ALTER OPERATOR CLASS oc USING btree OWNER TO "
         "e_two", USING),
    (12, "operator_family -", B, LESS + FAMILY, "DROP OPERATOR FAMILY fam USING btree", USING),
    (12, "operator_family +", A, LESS, FAMILY, COUNT),
    (12, "operator_family operators", B, LESS + FAMILY, "ALTER OPERATOR FAMILY fam USING btree "
         "DROP OPERATOR 1 (int, int)", USING),
    (12, "operator_family functions", B, LESS + FAMILY, "ALTER OPERATOR FAMILY fam USING btree "
         "DROP FUNCTION 1 (int, int); ALTER OPERATOR FAMILY fam USING btree ADD FUNCTION 1 "
         "back(int, int)", USING),
    (12, "operator_family owner", C, LESS + FAMILY, "ALTER OPERATOR FAMILY fam USING btree OWNER "
         "TO e_two", USING),
    (12, "cast -", B, COMPOSITE + "; CREATE CAST (comp AS text) WITH FUNCTION say(comp)",
         "DROP CAST (comp AS text)", SAID),
    (12, "cast +", B, COMPOSITE, "CREATE CAST (comp AS text) WITH FUNCTION say(comp)", SAID),
    (12, "cast +", A, COMPOSITE, "CREATE CAST (comp AS int) WITH FUNCTION num(comp)", SAID),
    (12, "cast +", B, COMPOSITE + "; " + function("f(int) RETURNS text LANGUAGE sql", "SELECT 'int'")
         + "; " + function("f(anyelement) RETURNS text LANGUAGE sql", "SELECT 'any'")
         + "; CREATE DOMAIN d AS comp",
         "CREATE CAST (comp AS int) WITH FUNCTION num(comp) AS IMPLICIT",
         "SELECT f(ROW(1)::comp)"),
    (12, "cast context", B, COMPOSITE + "; CREATE CAST (comp AS int) WITH FUNCTION num(comp) AS "
         "ASSIGNMENT", "DROP CAST (comp AS int); CREATE CAST (comp AS int) WITH FUNCTION "
         "num(comp)", TAKEN),
    (12, "cast method", B, COMPOSITE + "; CREATE CAST (comp AS text) WITH FUNCTION say(comp)",
         "DROP CAST (comp AS text); CREATE CAST (comp AS text) WITH INOUT", SAID),
]

LANGUAGE = "CREATE TRUSTED LANGUAGE lang HANDLER plpgsql_call_handler"
IN_LANG = "CREATE FUNCTION own.f() RETURNS int LANGUAGE lang AS 'BEGIN RETURN 1; END'"
TRANSFORM = ("CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION "
             "prsd_lextype(internal))")
METHOD = "CREATE ACCESS METHOD am TYPE INDEX HANDLER "
OF_METHOD = "CREATE OPERATOR CLASS n FOR TYPE int USING am AS OPERATOR 5 >"
PROGRAMS = [
    (12, "access_method -", B, METHOD + "bthandler", "DROP ACCESS METHOD am", OF_METHOD),
    (12, "access_method +", A, "", METHOD + "bthandler", COUNT),
    (12, "access_method type", B, METHOD + "bthandler", "DROP ACCESS METHOD am; CREATE ACCESS "
         "METHOD am TYPE TABLE HANDLER heap_tableam_handler", OF_METHOD),
    (12, "access_method handler", B, METHOD + "bthandler",
         "DROP ACCESS METHOD am; " + METHOD + "hashhandler", OF_METHOD),
    (12, "transform -", B, TRANSFORM, "DROP TRANSFORM FOR int LANGUAGE sql", "CREATE FUNCTION "
         "n(int) RETURNS int TRANSFORM FOR TYPE int LANGUAGE sql AS 'SELECT $1'"),
    (12, "transform +", A, "", TRANSFORM, COUNT),
    (12, "language -", B, LANGUAGE, "DROP LANGUAGE lang", IN_LANG),
    (12, "language +", A, "", LANGUAGE, COUNT),
    (12, "language trusted", B, LANGUAGE, "DROP LANGUAGE lang; "
         + LANGUAGE.replace("TRUSTED ", ""), as_role("e_one", IN_LANG)),
    (12, "language inline", B, LANGUAGE + " INLINE plpgsql_inline_handler",
         "DROP LANGUAGE lang; " + LANGUAGE, "DO LANGUAGE lang 'BEGIN END'"),
    (12, "language validator", B, LANGUAGE, "DROP LANGUAGE lang; " + LANGUAGE
         + " VALIDATOR plpgsql_validator", IN_LANG.replace("BEGIN", "nonsense")),
    (12, "language owner", B, LANGUAGE + "; ALTER LANGUAGE lang OWNER TO e_one; REVOKE USAGE ON "
         "LANGUAGE lang FROM PUBLIC", "ALTER LANGUAGE lang OWNER TO e_two",
         as_role("e_one", IN_LANG)),
]

NEW = "CREATE TABLE n (); "
NEW_F = function("n() RETURNS int LANGUAGE sql", "SELECT 1") + "; "
PRIVILEGES = [
    (12, "grant -", B, "", "REVOKE SELECT ON t FROM e_three", READ),
    (12, "grant -", B, F, "REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC",
         as_role("e_one", CALL)),
    (12, "grant -", B, MOOD, "REVOKE USAGE ON TYPE mood FROM PUBLIC",
         as_role("e_one", "CREATE TABLE own.x (m mood)")),
    (12, "grant -", B, "", "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
         as_role("e_one", IN_LANG.replace("lang ", "plpgsql "))),
    (12, "grant -", B, "", "REVOKE ALL ON SCHEMA public FROM PUBLIC", READ),
    (12, "grant -", B, "CREATE EXTENSION pg_trgm",
         "REVOKE EXECUTE ON FUNCTION similarity(text, text) FROM PUBLIC",
         as_role("e_one", "SELECT similarity('a', 'b')")),
    (12, "grant -", A, F + "; GRANT EXECUTE ON FUNCTION f(int) TO e_one",
         "REVOKE EXECUTE ON FUNCTION f(int) FROM e_one", as_role("e_one", CALL)),
    (12, "grant +", A, "", "GRANT SELECT (a) ON t TO e_two", READ),
    (12, "grant privileges", A, "", "GRANT INSERT ON t TO e_three", READ),
    (12, "grant privileges", B, "GRANT INSERT ON t TO e_three", "REVOKE INSERT ON t FROM "
         "e_three; GRANT SELECT ON t TO e_two", WRITTEN),
    (12, "grant privileges", B, F, "REVOKE EXECUTE ON FUNCTION f(int) FROM PUBLIC; GRANT EXECUTE "
         "ON FUNCTION f(int) TO e_two", as_role("e_one", CALL)),
    (12, "default_privilege -", B, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO e_three",
         "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM e_three",
         NEW + as_role("e_three", "SELECT count(*) FROM n")),
    (12, "default_privilege -", B, "",
         "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
         NEW_F + as_role("e_three", "SELECT n()")),
    (12, "default_privilege -", A, "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO "
         "e_three", "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM e_three",
         NEW_F + as_role("e_three", "SELECT n()")),
    (12, "default_privilege +", A, "",
         "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO e_three", NEW + READ),
    (12, "default_privilege privileges", B, "ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON "
         "TABLES TO e_three", "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM e_three",
         NEW + as_role("e_three", "SELECT count(*) FROM n")),
    (12, "default_privilege privileges", A, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "
         "e_three", "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO e_three",
         NEW + as_role("e_three", "SELECT count(*) FROM n")),
]

EFFECTS = (RELATIONS + MATERIALIZED_VIEWS + COLUMNS + CONSTRAINTS + INDEXES + SEQUENCES + TYPES
           + FUNCTIONS + PROCEDURES + AGGREGATES + TRIGGERS + RUN_BY_ITSELF + EVENT_TRIGGERS
           + REPLICATION + FOREIGN + TEXTS + OPERATORS + PROGRAMS + PRIVILEGES)
