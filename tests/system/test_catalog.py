"""The statements that read a catalog, one by one, against a real server.

Each of many statements changes what it says it changes and nothing else; the change
probe moves with every change, and stays where nothing of the schema changes.
"""
import json
import os
import re
import unittest

from catalog import FINDINGS, STATEMENTS, Catalog, changes, flags, word
from changes import CHANGES, WITHOUT
from harness import WATCHER, SystemTest, call, fixture, lengthy, program

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


class GateTest(unittest.TestCase):
    """Nothing is compared that no change of changes.py changes."""

    def setUp(self):
        self.kinds = json.loads(call([STATEMENTS, "180000"]))["kinds"]
        self.alone = {expected[0] for _, _, *expected in CHANGES if len(expected) == 1}
        self.words = {kind["kind"] + " " + what for kind in self.kinds
                      for what in kind["properties"] + ["+", "-"]}

    def test_each_kind_and_property_changes_alone(self):
        self.assertEqual(sorted(self.words - self.alone - set(WITHOUT)), [])

    def test_no_excuse_is_out_of_date(self):
        self.assertEqual(sorted(set(WITHOUT) - (self.words - self.alone)), [])

    def test_there_are_many(self):
        self.assertGreaterEqual(sum(len(c) == 3 for c in CHANGES), 400)
        self.assertEqual(len({c[1] for c in CHANGES}), len(CHANGES))


@lengthy
@unittest.skipUnless(os.access(FINDINGS, os.X_OK), "make " + FINDINGS)
class CatalogTest(SystemTest):

    def setUp(self):
        super().setUp()
        self.name = self.database(fixture("changes.sql"))
        self.catalog = Catalog(self.server, self.name)
        self.addCleanup(self.catalog.close)

    def test_each_change_is_found_as_itself_and_moves_the_probe(self):
        for statement, expected, found, wrong in changes(self.catalog):
            with self.subTest(statement):
                self.assertEqual(sorted(map(word, found)), sorted(expected))
                self.assertIsNone(wrong)
                for finding in found if len(found) == 1 else []:
                    self.assert_named(finding, statement)

    def assert_named(self, finding, statement):
        """The finding is of something that the statement names."""
        if finding["kind"] == "database":
            self.assertEqual(finding["name"], "itself")
        elif finding["kind"] != "default_privilege":  # whose role is the session's
            for part in re.findall(r"\w+", finding["name"].partition("(")[0])[:2]:
                self.assertIn(part, statement.lower())

    def test_lasting_changes_move_the_probe(self):
        for statement in LASTING:
            with self.subTest(statement):
                before = self.catalog.look_again()
                self.server.sql(statement, self.name)
                self.assertNotEqual(before, self.catalog.look_again())

    def test_what_has_its_name_again_was_another(self):
        """What was printed of it meanwhile is not to be believed."""
        for what in "SEQUENCE s.sq", "INDEX s.t_pkey", "TABLE s.t":
            with self.subTest(what):
                first = self.catalog.one_look()
                self.server.sql("ALTER {0} RENAME TO away; ALTER {1} s.away RENAME TO {2}"
                                .format(what, *what.replace("s.", "").split()), self.name)
                self.assertNotEqual(first["probe"], self.catalog.look_later(first))

    def test_what_is_written_anew_has_had_its_name(self):
        for statement in ("TRUNCATE s.t RESTART IDENTITY CASCADE", "REINDEX TABLE s.t",
                          "VACUUM FULL s.t", "REFRESH MATERIALIZED VIEW s.mv", "ANALYZE"):
            with self.subTest(statement):
                first = self.catalog.one_look()
                self.server.sql(statement, self.name)
                self.assertEqual(first["probe"], self.catalog.look_later(first))

    def test_flags_that_are_written_in_place(self):
        self.assertEqual(list(flags(self.catalog, "s.t_pkey")), [])

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
        self.assertTrue(watcher.read())
        watcher.session.run("COMMIT")


class EncodingTest(SystemTest):
    """Arguments of a trigger are bytes, in the encoding of their database."""
    TRIGGER = ("CREATE TABLE t (i int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql"
               " AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER g AFTER INSERT ON t"
               " FOR EACH ROW EXECUTE FUNCTION f(%s);")

    def encoded(self, encoding, text):
        name = self.database()
        self.server.sql("DROP DATABASE %s" % name)
        self.server.sql("CREATE DATABASE %s TEMPLATE template0 ENCODING '%s'"
                        " LC_COLLATE 'C' LC_CTYPE 'C'" % (name, encoding))
        self.server.sql(text, name)
        return self.server.dsn(name)

    def triggers(self, *sides):
        found = program("diff", "--format", "json", *sides).json()["findings"]
        return [f for f in found if f["kind"] == "trigger"]

    def test_arguments_of_another_encoding(self):
        text = "SET client_encoding = 'UTF8';" + self.TRIGGER % "'é', 'b'"
        sides = [self.encoded(e, text) for e in ("UTF8", "LATIN1")]
        self.assertEqual(self.triggers(*sides), [])
        other = self.encoded("LATIN1", text.replace("é", "è"))
        self.assertEqual([f["property"] for f in self.triggers(sides[0], other)],
                         ["arguments"])

    def test_arguments_of_no_encoding(self):
        make = self.TRIGGER % "E'\\xe9'"
        ascii = self.encoded("SQL_ASCII", make)
        self.assertEqual(self.triggers(ascii, self.encoded("SQL_ASCII", make)), [])
        utf8 = self.encoded("UTF8", self.TRIGGER % "'b'")
        self.assertEqual([f["property"] for f in self.triggers(utf8, ascii)],
                         ["arguments"])


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
