"""Severity says what happens: each row of the table in docs/findings.md is shown by a
statement that does or does not work any more."""
import os
import re
import unittest

from catalog import FINDINGS, effects, word
from effects import EFFECTS, WITHOUT
from harness import HERE, Postgres, SystemTest, lengthy, often_the_same, program, until

DOCUMENT = os.path.join(HERE, "../../docs/findings.md")
# What a transaction cannot show; tests below do.
LASTING = {
    ("table persistence", "breaking"),
    ("sequence persistence", "breaking"),
    ("database_setting -", "breaking"),
    ("database_setting +", "breaking"),
    ("database_setting value", "breaking"),
    ("subscription +", "breaking"),
}
def claims():
    """What the document says: {word of changes.py: (severities, whether values decide)}."""
    with open(DOCUMENT, encoding="utf-8") as f:
        text = f.read()
    table = text.partition("| kind | missing | unexpected |")[2].partition("\n\n")[0]
    found = {}
    for line in table.splitlines()[2:]:
        kind, missing, unexpected, *changed = [c.strip() for c in line.split("|")[1:-1]]
        kind = re.match(r"`(\w+)`", kind).group(1)
        for sign, cell in (("-", missing), ("+", unexpected)):
            found[kind + " " + sign] = cell.split()[0], cell.endswith("*")
        for severity, cell in zip(("breaking", "additive", "cosmetic"), changed):
            for name, star in re.findall(r"`(\w+)`( \*)?", cell):
                found[kind + " " + name] = severity, bool(star)
    return found


class GateTest(unittest.TestCase):
    """Nothing is claimed that is not shown."""

    def setUp(self):
        self.claims = claims()
        self.shown = {(e[1], e[2]) for e in EFFECTS} | LASTING

    def test_the_table_is_read(self):
        self.assertGreater(len(self.claims), 250)
        self.assertEqual(self.claims["index -"], ("additive", True))
        self.assertEqual(self.claims["extension version"], ("breaking", False))

    def test_each_claim_is_shown(self):
        words = {w for w, _ in self.shown}
        self.assertEqual(sorted(set(self.claims) - words - set(WITHOUT)), [])

    def test_no_excuse_is_out_of_date(self):
        words = {w for w, _ in self.shown}
        self.assertEqual(sorted(set(WITHOUT) & words), [])
        self.assertEqual(sorted(set(WITHOUT) - set(self.claims)), [])

    def test_what_is_shown_is_claimed(self):
        for what, severity in sorted(self.shown):
            claimed, by_value = self.claims[what]
            if not by_value:
                self.assertEqual(severity, claimed, what)

    def test_both_are_shown_where_values_decide(self):
        for what, (_, by_value) in sorted(self.claims.items()):
            if by_value and what not in WITHOUT:
                self.assertEqual({s for w, s in self.shown if w == what},
                                 {"breaking", "additive"}, what)


@lengthy
@often_the_same
@unittest.skipUnless(os.access(FINDINGS, os.X_OK), "make " + FINDINGS)
class EffectTest(SystemTest):

    def test_each_severity_is_what_happens(self):
        shown = 0
        for effect, wrong in effects(self.server):
            with self.subTest("%s (%s): %s" % (effect[1], effect[2], effect[4])):
                self.assertIsNone(wrong)
            shown += 1
        self.assertGreater(shown, 350)


class LastingTest(SystemTest):
    """What is seen in another session, by another server or after a crash."""

    def assert_told(self, expected, found, what):
        result = program("diff", "--all", "--format", "json",
                         self.server.dsn(expected, "postgres"),
                         self.server.dsn(found, "postgres"))
        told = {(word(f), f["severity"]) for f in result.json()["findings"]}
        self.assertIn((what, "breaking"), told, told)

    def both(self, text):
        return self.database(text), self.database(text)

    def test_what_is_unlogged_is_lost_in_a_crash(self):
        self.server = Postgres()
        text = ("CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE SEQUENCE q;"
                " SELECT nextval('q'), nextval('q')")
        expected, found = self.both(text)
        self.server.sql("ALTER TABLE t SET UNLOGGED", found)
        statement = "SELECT count(*) FROM t"
        kinds = ["table"]
        if int(self.server.sql("SHOW server_version_num")) >= 150000:
            self.server.sql("ALTER SEQUENCE q SET UNLOGGED", found)
            for name in (expected, found):
                self.server.sql("SELECT max(nextval('q')) FROM generate_series(1, 99)", name)
            statement += "; SELECT nextval('q') > 99"
            kinds.append("sequence")
        self.server.sql("CHECKPOINT")
        self.server.stop("immediate")
        self.server.start()
        self.addCleanup(self.server.stop)
        for kind in kinds:
            self.assert_told(expected, found, kind + " persistence")
        for one, other in zip(*(self.server.sql(statement, name).split()
                                for name in (expected, found))):
            self.assertNotEqual(one, other)

    def test_settings_of_the_database_change_what_a_session_sees(self):
        text = "CREATE SCHEMA s; CREATE TABLE s.t (); CREATE TABLE public.u ()"
        path = "ALTER DATABASE %s SET search_path = %s"
        statement = "SELECT to_regclass('t'), to_regclass('u')"
        for what, before, after in (("+", None, "s"), ("-", "s", None),
                                    ("value", "s", "public")):
            expected, found = self.both(text)
            for name, value in ((expected, before), (found, after)):
                if value:
                    self.server.sql(path % (name, value))
            self.assert_told(expected, found, "database_setting " + what)
            self.assertNotEqual(self.server.sql(statement, expected),
                                self.server.sql(statement, found))

    def test_rows_of_a_subscription_come_by_themselves(self):
        publisher = self.database("CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t")
        self.server.sql("SELECT pg_create_logical_replication_slot('e_slot', 'pgoutput')",
                        publisher)
        expected, found = self.both("CREATE TABLE t (a int)")
        self.server.sql(
            "CREATE SUBSCRIPTION sub CONNECTION 'host=%s port=%d user=postgres dbname=%s'"
            " PUBLICATION p WITH (create_slot = false, slot_name = 'e_slot', copy_data ="
            " false)" % (self.server.directory, self.server.port, publisher), found)
        self.addCleanup(self.server.sql, "DROP SUBSCRIPTION sub", found)
        self.assert_told(expected, found, "subscription +")
        self.server.sql("INSERT INTO t VALUES (1)", publisher)
        until("the row", lambda: self.server.sql("SELECT a FROM t", found))
        self.assertEqual(self.server.sql("SELECT a FROM t", expected), "")


if __name__ == "__main__":
    unittest.main()
