"""A database can run nothing in the name of the role that watches it, wherever its owner
puts a function: the server's log says who ran one."""
import os

from harness import (PASSWORD, WATCHER, SystemTest, directory, environment, program, section,
                     write)

from faults.messages import COPY_DATA, READY, Wire

TRAPS = """
CREATE FUNCTION public.trap(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
 $$BEGIN RAISE LOG 'trap: % as %', $1, current_user; RETURN $1; END$$;
CREATE FUNCTION public.trap_text(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
 $$BEGIN RAISE LOG 'trap: % as %', $1, current_user; RETURN $1; END$$;
"""
TABLE = """CREATE TABLE %s (version_num varchar(32) NOT NULL);
INSERT INTO %s VALUES ('r1');
"""


def table(name, more=""):
    return TABLE % (name, name) + more


# What stands in the place of the version table of a schema, and what is said of it.
REFUSED = {
    "view": ("CREATE VIEW view.v AS SELECT public.trap_text('view') AS version_num", "is a view"),
    "rule": ("CREATE TABLE rule.t (version_num text);"
             "CREATE VIEW rule.v AS SELECT version_num FROM rule.t"
             " WHERE public.trap(1) = 1", "is a view"),
    "matview": ("CREATE MATERIALIZED VIEW matview.v AS SELECT 'r1'::text AS version_num",
                "is a materialized view"),
    "foreign_table": ("CREATE FOREIGN DATA WRAPPER nobody; CREATE SERVER nowhere"
                      " FOREIGN DATA WRAPPER nobody;"
                      "CREATE FOREIGN TABLE foreign_table.v (version_num text) SERVER nowhere",
                      "is a foreign table"),
    "partitioned": ("CREATE FOREIGN DATA WRAPPER nobody2; CREATE SERVER nowhere2"
                    " FOREIGN DATA WRAPPER nobody2;"
                    "CREATE TABLE partitioned.v (version_num text) PARTITION BY LIST"
                    " (version_num); CREATE FOREIGN TABLE partitioned.p PARTITION OF"
                    " partitioned.v FOR VALUES IN ('r1') SERVER nowhere2",
                    "is a partitioned table"),
    "sequence": ("CREATE SEQUENCE sequence.v", "is a sequence"),
    "domain": ("CREATE DOMAIN domain.d AS text CHECK (public.trap_text(VALUE) <> '');"
               "CREATE TABLE domain.v (version_num domain.d);"
               "INSERT INTO domain.v VALUES ('r1')", "is of domain domain.d"),
    "cast_type": ("CREATE TYPE cast_type.e AS ENUM ('r1');"
                  "CREATE FUNCTION cast_type.f(cast_type.e) RETURNS text LANGUAGE plpgsql AS"
                  " $$BEGIN RAISE LOG 'trap: cast as %', current_user; RETURN 'r1'; END$$;"
                  "CREATE CAST (cast_type.e AS text) WITH FUNCTION cast_type.f AS IMPLICIT;"
                  "CREATE TABLE cast_type.v (version_num cast_type.e);"
                  "INSERT INTO cast_type.v VALUES ('r1')", "is of enum cast_type.e"),
    "output": ("CREATE TYPE output.t;"
               "CREATE FUNCTION output.i(cstring) RETURNS output.t LANGUAGE internal STRICT"
               " IMMUTABLE AS 'textin';"
               "CREATE FUNCTION output.o(output.t) RETURNS cstring LANGUAGE internal STRICT"
               " IMMUTABLE AS 'textout';"
               "CREATE TYPE output.t (INPUT = output.i, OUTPUT = output.o, LIKE = text);"
               "CREATE TABLE output.v (version_num output.t);"
               "INSERT INTO output.v VALUES ('r1')", "is of type output.t"),
    "arrays": ("CREATE TABLE arrays.v (version_num public.alembic_like[])",
              "is of type public.alembic_like[]"),
    "generated": ("CREATE TABLE generated.v (id text, version_num text GENERATED ALWAYS AS"
                  " (public.trap_text(id)) STORED); INSERT INTO generated.v VALUES ('r1')",
                  "is a generated column"),
    "policy": (table("policy.v", "ALTER TABLE policy.v ENABLE ROW LEVEL SECURITY;"
                     "CREATE POLICY mine ON policy.v USING (public.trap(2) = 2)"),
               "row security of policy.v (policy mine) may hide rows from watcher: run"
               " `ALTER ROLE watcher BYPASSRLS` as a superuser, or `ALTER TABLE policy.v"
               " DISABLE ROW LEVEL SECURITY`"),
    "many": ("CREATE TABLE many.v (version_num text);"
             "INSERT INTO many.v SELECT 'r1' FROM generate_series(1, 1001)",
             "many.v has more than 1000 rows"),
    "nothing": ("CREATE TABLE nothing.v (id text)", "has no column version_num"),
}
# Ordinary tables, on which a mere SELECT would run something.
READ = {
    "plain": table("plain.v"),
    "expression": table("expression.v", "CREATE INDEX ON expression.v ((public.trap(3)))"),
    "predicate": table("predicate.v", "CREATE INDEX ON predicate.v (version_num)"
                       " WHERE public.trap(4) = 4"),
    "statistics": table("statistics.v", "CREATE STATISTICS statistics.s ON (public.trap(5)),"
                        " version_num FROM statistics.v"),
    "constraint_": table("constraint_.v", "ALTER TABLE constraint_.v ADD CHECK"
                         " (public.trap_text(version_num) <> ''), ALTER version_num"
                         " SET DEFAULT public.trap_text('default')"),
    "children": table("children.v", "CREATE FOREIGN DATA WRAPPER nobody3; CREATE SERVER"
                      " nowhere3 FOREIGN DATA WRAPPER nobody3; CREATE FOREIGN TABLE"
                      " children.c () INHERITS (children.v) SERVER nowhere3"),
    "elsewhere": "CREATE VIEW elsewhere.alembic_version AS SELECT"
                 " public.trap_text('elsewhere') AS version_num;"
                 + table("elsewhere.alembic_versions",
                         "CREATE INDEX ON elsewhere.alembic_versions ((public.trap(6)))"),
}

# A function in every place that an expression can be in.
EVERYWHERE = """
CREATE DOMAIN d AS int DEFAULT trap(10) CHECK (trap(11) = 11);
CREATE TABLE t (id int DEFAULT trap(12) CHECK (trap(13) = 13), n d,
  g int GENERATED ALWAYS AS (trap(14)) STORED);
CREATE INDEX ON t ((trap(15))) WHERE trap(16) = 16;
ALTER TABLE t ADD EXCLUDE USING btree ((trap(17)) WITH =);
CREATE STATISTICS st ON (trap(18)), id FROM t;
CREATE VIEW v AS SELECT trap(19) AS x FROM t WHERE trap(20) = 20;
ALTER VIEW v ALTER x SET DEFAULT trap(21);
CREATE MATERIALIZED VIEW m AS SELECT trap(22) AS x;
CREATE INDEX ON m ((trap(23)));
CREATE RULE r AS ON UPDATE TO t WHERE trap(24) = 24 DO ALSO SELECT trap(25);
CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW WHEN (trap(26) = 26) EXECUTE FUNCTION on_row();
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (trap(27) = 27) WITH CHECK (trap(28) = 28);
CREATE TABLE parted (id int) PARTITION BY RANGE ((id + trap(29)));
CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9);
CREATE INDEX ON parted ((trap(30)));
CREATE FUNCTION f(x int DEFAULT trap(31)) RETURNS int LANGUAGE sql AS 'SELECT trap(32)';
CREATE FUNCTION compared(d, d) RETURNS boolean LANGUAGE sql AS 'SELECT trap(33) = 33';
CREATE OPERATOR = (LEFTARG = d, RIGHTARG = d, FUNCTION = compared);
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION e_text(e) RETURNS text LANGUAGE sql AS 'SELECT trap(34)::text';
CREATE CAST (e AS text) WITH FUNCTION e_text AS IMPLICIT;
CREATE TABLE with_e (e e DEFAULT 'a', c text DEFAULT ('a'::e)::text);
CREATE FUNCTION apart(float8, float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN RETURN trap(35); END';
CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = apart);
CREATE TABLE with_span (s span DEFAULT '[1,2]');
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE SCHEMA evil;
CREATE FUNCTION evil.eq(oid, oid) RETURNS boolean LANGUAGE plpgsql AS
  'BEGIN RETURN public.trap(36) = 36; END';
CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.eq);
CREATE FUNCTION evil.count(text) RETURNS int LANGUAGE sql AS 'SELECT public.trap(37)';
CREATE FUNCTION evil.format_type(oid, int) RETURNS text LANGUAGE sql AS
  'SELECT public.trap(38)::text';
CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS
  'SELECT public.trap(39)::text';
CREATE VIEW evil.pg_class AS SELECT public.trap(40) AS oid;
CREATE VIEW evil.pg_roles AS SELECT public.trap(41) AS oid;
"""


class VersionTable(SystemTest):
    def log(self):
        with open(os.path.join(self.server.directory, "log"), encoding="utf-8",
                  errors="replace") as f:
            return f.read()

    def assertNothingRan(self, log):
        # That the log would say so.
        self.assertIn("trap: log as postgres", log)
        self.assertNotRegex(log, "trap: .* as " + WATCHER)

    def versions(self):
        return section("migrations", "one", path=self.project())

    @staticmethod
    def project():
        path = directory("versions")
        write(os.path.join(path, "r1.py"), "revision = 'r1'\ndown_revision = None\n")
        return path

    def found(self, result):
        return {e["name"]: e for e in result.json()["environments"]}

    def test_in_its_place(self):
        database = self.database(
            "CREATE TYPE public.alembic_like AS (x int);"
            + "".join("CREATE SCHEMA %s; GRANT USAGE ON SCHEMA %s TO %s;" % (s, s, WATCHER)
                      for s in [*REFUSED, *READ]))
        self.server.sql(TRAPS, database)
        self.server.sql(";\n".join([sql for sql, _ in REFUSED.values()] + list(READ.values())),
                        database)
        self.server.sql("".join("GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s;" % (
            s, WATCHER) for s in [*REFUSED, *READ]), database)
        config = self.config(self.versions(), *(environment(
            s, self.server.dsn(database), migrations="one", expect="none",
            version_table=s + ".v")
            for s in [*REFUSED, *READ]))
        before = len(self.log())
        self.server.sql("SELECT trap_text('log')", database)
        found = self.found(program("check", "-c", config, "--format", "json"))
        self.assertNothingRan(self.log()[before:])
        for name, (_, text) in REFUSED.items():
            with self.subTest(name):
                self.assertEqual(found[name]["state"], "unknown")
                self.assertIn(text, found[name]["hint"])
        for name in READ:
            with self.subTest(name):
                self.assertEqual(found[name]["revision"]["status"],
                                 "unstamped" if name == "elsewhere" else "at_head",
                                 found[name])

    def test_everywhere(self):
        """The whole catalog, with settings of the database that put others' operators,
        functions and relations before the server's."""
        database = self.stamped("r1", text=TRAPS + EVERYWHERE)
        self.server.sql("ALTER DATABASE %s SET search_path = evil, public, pg_catalog;"
                        "ALTER DATABASE %s SET row_security = on;"
                        "GRANT USAGE ON SCHEMA evil TO public" % (database, database), database)
        before = len(self.log())
        self.server.sql("SELECT public.trap_text('log')", database)
        dsn = self.server.dsn(database)
        result = program("diff", dsn, dsn)
        self.assertNothingRan(self.log()[before:])
        # A diff of a database and itself is refused, but both were read.
        self.assertIn(result.status, (0, 2), result)
        self.assertStatus(program("snapshot", dsn), 0)
        config = self.config(self.versions(), environment(
            "env", dsn, migrations="one", expect="none", owners=True, grants=True,
            comments=True))
        self.assertStatus(program("check", "-c", config), 0)
        self.assertNothingRan(self.log()[before:])

    def wired(self, database, meddle):
        """A configuration for that database behind a wire."""
        wire = Wire(self.server.port)
        self.addCleanup(wire.close)
        wire.meddle = meddle
        password = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        dsn = self.server.dsn(database, host="127.0.0.1", port=wire.port)
        return wire, self.config(self.versions(), environment(
            "env", dsn + " sslmode=disable gssencmode=disable", migrations="one",
            expect="none", password_file=password))

    def test_replaced_after_the_look(self):
        """The view comes between the answer to the look and the next question."""
        database = self.stamped("r1", text=TRAPS)
        ready = []

        def meddle(_, whole):
            ready.extend([whole] if whole[:1] == READY else [])
            if len(ready) == 2 and whole[:1] == READY:
                self.server.sql(
                    "ALTER TABLE alembic_version RENAME TO before;"
                    "CREATE VIEW alembic_version AS SELECT trap_text('swapped')"
                    " AS version_num; GRANT SELECT ON alembic_version TO public", database)
            return whole
        before = len(self.log())
        self.server.sql("SELECT trap_text('log')", database)
        _, config = self.wired(database, meddle)
        result = program("check", "-c", config, "--format", "json")
        self.assertGreaterEqual(len(ready), 2)
        self.assertEqual(self.found(result)["env"]["state"], "unknown")
        self.assertIn("cannot copy from view", self.log()[before:])
        self.assertNothingRan(self.log()[before:])

    def test_locked_for_the_swap(self):
        """Whoever holds its lock lets the reader wait, and puts an index that a plan would
        evaluate on it meanwhile."""
        database = self.stamped("r1", text=TRAPS)
        ready = []
        holder = self.session(database)

        def meddle(_, whole):
            ready.extend([whole] if whole[:1] == READY else [])
            if len(ready) == 2 and whole[:1] == READY:
                holder.run("BEGIN; LOCK TABLE alembic_version")
                holder.begin(
                    "DO $$BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                    " AND relation = 'alembic_version'::regclass) LOOP"
                    " PERFORM pg_sleep(0.01); END LOOP; END$$;"
                    "CREATE INDEX ON alembic_version ((trap(1))); COMMIT")
            return whole
        before = len(self.log())
        self.server.sql("SELECT trap_text('log')", database)
        _, config = self.wired(database, meddle)
        result = program("check", "-c", config, "--format", "json")
        self.assertEqual(self.found(result)["env"]["revision"]["recorded"], ["r1"], result)
        holder.run("SELECT 1")
        self.assertIn("trap: 1 as postgres", self.log()[before:])
        self.assertNothingRan(self.log()[before:])

    def test_millions_of_rows(self):
        """No more is read than decides."""
        database = self.stamped()
        self.server.sql("ALTER TABLE alembic_version DROP CONSTRAINT alembic_version_pkc;"
                        "INSERT INTO alembic_version SELECT 'r1' FROM"
                        " generate_series(1, 500000); INSERT INTO alembic_version"
                        " VALUES ('r2')", database)
        wire, config = self.wired(database, lambda _, whole: whole)
        result = program("check", "-c", config, "--format", "json")
        self.assertIn("public.alembic_version has more than 1000 rows",
                      self.found(result)["env"]["hint"])
        self.assertLess(wire.seen.count(COPY_DATA), 400000)

    def test_row_security_is_bypassed(self):
        """As the hint says."""
        database = self.stamped("r1", text=TRAPS + "CREATE TABLE t (id int)")
        self.server.sql(
            "ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY mine ON alembic_version USING (trap(1) = 1)", database)
        before = len(self.log())
        self.server.sql("SELECT trap_text('log')", database)
        config = self.config(self.versions(), environment(
            "env", self.server.dsn(database), migrations="one", expect="none"))
        self.assertStatus(program("check", "-c", config), 2)
        self.server.sql("ALTER ROLE %s BYPASSRLS" % WATCHER)
        self.addCleanup(self.server.sql, "ALTER ROLE %s NOBYPASSRLS" % WATCHER)
        self.assertStatus(program("check", "-c", config), 0)
        self.assertNothingRan(self.log()[before:])
