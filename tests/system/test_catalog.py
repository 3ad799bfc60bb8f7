"""The statements that read a catalog, one by one, against a real server.

Each of many statements changes what it says it changes and nothing else; the change
probe moves with every change, and stays where nothing of the schema changes.
"""
import collections
import json
import os
import unittest

from changes import CHANGES
from harness import PROGRAM, WATCHER, SystemTest, call, fixture, program

STATEMENTS = os.path.join(os.path.dirname(PROGRAM), "tests/statements")
IDENTITY = ("schema", "name", "part", "args", "on")

# What a running database does all day.
QUIET = [
    "INSERT INTO s.other SELECT g, 'c' || g FROM generate_series(1, 500) g",
    "UPDATE s.other SET code = code || 'x'; DELETE FROM s.other WHERE id > 400",
    "SELECT nextval('s.sq'), setval('s.t_id_seq', 4711)",
    "ANALYZE",
    "VACUUM",
    "VACUUM FREEZE",
    "VACUUM FULL s.other2",
    "VACUUM FULL pg_class; VACUUM FULL pg_attribute; VACUUM FULL pg_depend",
    "TRUNCATE s.other2; TRUNCATE s.pt",
    "REINDEX TABLE s.t",
    "REFRESH MATERIALIZED VIEW s.mv",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY s.mv",
    "CREATE TEMP TABLE x (a serial PRIMARY KEY, b text DEFAULT 'b' CHECK (b <> ''));"
    " CREATE INDEX ON x (lower(b)); COMMENT ON TABLE x IS 'x';"
    " CREATE TEMP VIEW y AS SELECT * FROM x;"
    " CREATE TEMP SEQUENCE z; ALTER TABLE x ADD c int; DROP TABLE x CASCADE",
    "BEGIN; ALTER TABLE s.t ADD COLUMN nope int; CREATE TABLE s.nope (); ROLLBACK",
    "CREATE TABLE s.brief (a int PRIMARY KEY); DROP TABLE s.brief",
    "CREATE ROLE passer_by; ALTER ROLE passer_by RENAME TO other; DROP ROLE other",
    "SELECT lo_unlink(lo_create(0))",
    "CREATE DATABASE elsewhere; ALTER DATABASE elsewhere RENAME TO away;"
    " DROP DATABASE away",
    "CHECKPOINT",
]

# What cannot be done in a transaction that is rolled back.
LASTING = [
    "CREATE INDEX CONCURRENTLY lasting ON s.t (c)",
    "DROP INDEX CONCURRENTLY s.lasting",
    "ALTER TYPE s.mood ADD VALUE 'lasting'",
    "CREATE TABLE s.lasting (a int); ANALYZE s.lasting",
    "ALTER TABLE s.pt DETACH PARTITION s.pt2",
    "DROP TABLE s.lasting",
    "COMMENT ON TABLE s.other IS 'lasting'",
    "BEGIN; ALTER TABLE s.other ADD COLUMN lasting int; PREPARE TRANSACTION 'p';"
    " COMMIT PREPARED 'p'",
]


class Catalog:
    """A session that reads the catalog as the program does, as unlike it as can be."""

    def __init__(self, server, database, user="postgres"):
        self.session = server.session(database, user)
        self.version = int(self.session.run("SHOW server_version_num"))
        self.statements = json.loads(call([STATEMENTS, str(self.version)]))

    def close(self):
        self.session.close()

    def rows(self, statements):
        """The rows of each statement, as dictionaries."""
        text = self.session.run(";\n".join(
            "SELECT coalesce('[' || string_agg(to_json(q)::text, ',') || ']', '[]')"
            " FROM (%s) q" % s for s in statements))
        return [json.loads(line) for line in text.splitlines()]

    def objects(self):
        """Every object: {(kind, identity): {property: value}}."""
        found, waiting = {}, []
        kinds = self.statements["kinds"]
        for kind, rows in zip(kinds, self.rows(k["reads"] for k in kinds)):
            oids = {}
            for row in rows:
                key = (kind["kind"],) + tuple(row.get(i) for i in IDENTITY)
                if key in found:
                    raise AssertionError("twice: %r" % (key,))
                found[key] = {p: row.get(p) for p in kind["properties"]}
                found[key]["parent"] = (row.get("parent"), row.get("parent_part"))
                if row.get("deparse"):
                    oids[row["oid"]] = found[key]
            if oids:
                waiting.append((kind, oids))
        details = self.rows(k["details"].replace("$1", "'{%s}'" % ",".join(oids))
                            for k, oids in waiting)
        for (kind, oids), rows in zip(waiting, details):
            for row in rows:
                values = oids.pop(row["oid"])
                values.update((p, row[p]) for p in kind["properties"] if p in row)
            if oids:
                raise AssertionError("not deparsed: %s %r" % (kind["kind"], oids))
        return found

    def probe(self):
        (row,), = self.rows([self.statements["probe"]])
        return row["probe"]

    def look(self):
        """Objects and probe, in a transaction that is open already."""
        self.session.run(self.statements["setup"])
        return self.objects(), self.probe()

    def look_again(self):
        """The probe alone, in a transaction of its own."""
        self.session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.session.run(self.statements["setup"])
        probe = self.probe()
        self.session.run("COMMIT")
        return probe


def differences(before, after):
    """What changed, in the words of changes.py."""
    for key in before.keys() | after.keys():
        if key not in before:
            yield key[0] + " +"
        elif key not in after:
            yield key[0] + " -"
        else:
            for name, value in after[key].items():
                if before[key][name] != value:
                    yield key[0] + " " + name


@unittest.skipUnless(os.access(STATEMENTS, os.X_OK), "make " + STATEMENTS)
class CatalogTest(SystemTest):

    def setUp(self):
        super().setUp()
        self.name = self.database(fixture("changes.sql"))
        self.catalog = Catalog(self.server, self.name)
        self.addCleanup(self.catalog.close)

    def test_each_change_is_seen_as_itself_and_moves_the_probe(self):
        session = self.catalog.session
        session.run("SET client_min_messages = error")
        session.run("BEGIN")
        before, probe = self.catalog.look()
        session.run("ROLLBACK")
        self.assertGreater(len(before), 100)
        for version, statement, *expected in CHANGES:
            if self.catalog.version < version * 10000:
                continue
            with self.subTest(statement):
                session.run("BEGIN")
                session.run(statement)
                after, moved = self.catalog.look()
                session.run("ROLLBACK")
                found = collections.Counter(differences(before, after))
                self.assertEqual(found, collections.Counter(expected))
                self.assertTrue(not expected or probe != moved, "the probe stayed")

    def test_lasting_changes_move_the_probe(self):
        for statement in LASTING:
            with self.subTest(statement):
                before = self.catalog.look_again()
                self.server.sql(statement, self.name)
                self.assertNotEqual(before, self.catalog.look_again())

    def test_the_probe_stays_where_no_schema_changes(self):
        self.server.sql("INSERT INTO s.t (a) SELECT 1 FROM generate_series(1, 9)",
                        self.name)
        self.server.sql("REFRESH MATERIALIZED VIEW s.mv", self.name)
        for statement in QUIET:
            with self.subTest(statement):
                before = self.catalog.look_again()
                self.server.sql(statement, self.name)
                self.assertEqual(before, self.catalog.look_again())

    def test_the_probe_stays_while_others_hold_temporary_objects(self):
        before = self.catalog.look_again()
        other = self.session(self.name)
        other.run("CREATE TEMP TABLE x (a serial PRIMARY KEY, b text DEFAULT 'b')")
        other.run("CREATE TEMP VIEW y AS SELECT * FROM x")
        self.assertEqual(before, self.catalog.look_again())

    def test_an_older_transaction_that_commits_last_moves_the_probe(self):
        other = self.session(self.name)
        other.run("BEGIN")
        other.run("ALTER TABLE s.t ALTER c SET DEFAULT 'late'")
        self.server.sql("CREATE TABLE s.younger ()", self.name)
        before = self.catalog.look_again()
        other.run("COMMIT")
        self.assertNotEqual(before, self.catalog.look_again())

    def test_everybody_may_read_and_nothing_waits(self):
        """With no right but to connect, while another session has locked it all."""
        watcher = Catalog(self.server, self.name, WATCHER)
        self.addCleanup(watcher.close)
        owner = self.session(self.name)
        owner.run("BEGIN")
        owner.run("LOCK TABLE s.t, s.other, s.other2, s.par, s.chi, s.pt, s.v"
                  " IN ACCESS EXCLUSIVE MODE; ALTER MATERIALIZED VIEW s.mv SET"
                  " (fillfactor = 99); ALTER SEQUENCE s.sq CACHE 9;"
                  " ALTER FOREIGN TABLE s.ft ADD x int; ALTER INDEX s.t_ix SET"
                  " (fillfactor = 99)")
        watcher.session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        watcher.session.run(watcher.statements["setup"])
        kinds = watcher.statements["kinds"]
        rows = watcher.rows(k["reads"] for k in kinds)
        self.assertEqual(len(rows), len(kinds))
        kept = watcher.rows(["SELECT relation FROM pg_catalog.pg_locks"
                             " WHERE pid = pg_backend_pid() AND relation >= 16384"])
        self.assertEqual(kept, [[]])
        owner.run("ROLLBACK")
        # With the locks gone the rest may be read as well.
        self.assertTrue(watcher.objects())
        watcher.session.run("COMMIT")


class ExpressionTest(SystemTest):

    def test_a_copy_prints_other_texts_and_is_the_same(self):
        name = self.database(fixture("expressions.sql"))
        copy = self.server.copy(name)
        texts = ["SELECT pg_get_constraintdef(oid) FROM pg_constraint ORDER BY conname",
                 "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v'"
                 " AND relnamespace = 'c'::regnamespace ORDER BY relname"]
        for text in texts:
            self.assertNotEqual(self.server.sql(text, name), self.server.sql(text, copy))
        found = program("diff", "--all", self.server.dsn(name, "postgres"),
                        self.server.dsn(copy, "postgres"))
        self.assertEqual(found.status, 0, found)


if __name__ == "__main__":
    unittest.main()
