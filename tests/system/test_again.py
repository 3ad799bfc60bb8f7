"""What is read again of a catalog that was read before is what there is, whatever has
changed: each statement is looked at by a reader that has a last reading, and by one that
has none (tests/again)."""
import os
import subprocess
import unittest

from changes import CHANGES
from harness import PROGRAM, SystemTest, environ, fixture, long, only_long

AGAIN = os.path.join(os.path.dirname(PROGRAM), "tests/again")

# One after the other.  "some": only what something was added to is read; "all": a row has
# changed or gone that names are taken from, or one has come that may hide another.
STATEMENTS = [
    ("some", "ALTER TABLE a.base ADD more integer"),
    # A column of that name is in the other table of the view too.
    ("some", "ALTER TABLE a.base ADD n integer"),
    ("some", "ALTER TABLE a.base ADD kind text DEFAULT 'x' NOT NULL"),
    ("some", "ALTER TABLE a.quiet ADD y integer"),
    ("some", "ALTER TABLE a.quiet ADD CONSTRAINT even CHECK (y % 2 = 0)"),
    ("some", "ALTER TABLE a.quiet ADD CONSTRAINT fk FOREIGN KEY (y) REFERENCES a.base"),
    ("some", "CREATE INDEX quiet_y ON a.quiet (y DESC) WHERE y > 1"),
    ("some", "CREATE TRIGGER t AFTER INSERT ON a.quiet EXECUTE FUNCTION a.changed()"),
    ("some", "CREATE POLICY p ON a.quiet USING (x > 1)"),
    ("some", "COMMENT ON TABLE a.quiet IS 'quiet'"),
    ("some", "COMMENT ON CONSTRAINT even ON a.quiet IS 'even'"),
    ("some", "CREATE TABLE a.new (id integer PRIMARY KEY, q a.mood, r a.positive)"),
    ("some", "ALTER TABLE a.parts ADD w integer DEFAULT 7"),
    ("some", "CREATE INDEX ON a.kept (n)"),
    ("some", "CREATE TABLE a.new2 (LIKE a.side INCLUDING ALL)"),
    ("some", "CREATE TABLE a.row_default (r a.new DEFAULT '(1,calm,2)')"),
    # What is new has privileges of its own.
    ("some", "BEGIN; ALTER TABLE a.quiet ADD given integer;"
             " GRANT SELECT (given) ON a.quiet TO PUBLIC; COMMIT"),
    ("some", "BEGIN; CREATE TABLE a.given (id integer); GRANT SELECT ON a.given TO PUBLIC;"
             " COMMIT"),
    ("some", "BEGIN; CREATE DOMAIN a.own AS integer; GRANT USAGE ON DOMAIN a.own TO"
             " again_reader; COMMIT"),
    # A constant of the row type is printed with all its columns.
    ("all", "ALTER TYPE a.pair ADD ATTRIBUTE z integer"),
    ("all", "CREATE TYPE a.loose AS (u integer)"),
    ("all", "ALTER TYPE a.loose ADD ATTRIBUTE v text"),
    ("all", "ALTER TABLE a.new ADD later integer"),
    ("all", "ALTER TABLE a.parent ADD q text"),
    ("all", "ALTER TABLE a.quiet ALTER y SET DEFAULT a.double(4)"),
    ("all", "CREATE INDEX ON a.parts (w)"),
    ("all", "ALTER TABLE a.base RENAME other TO another"),
    ("all", "ALTER TABLE a.base RENAME TO bottom"),
    ("all", "ALTER TABLE a.side RENAME n TO m"),
    ("all", "ALTER TABLE a.side RENAME CONSTRAINT side_pkey TO side_key"),
    ("all", "ALTER INDEX a.by_name RENAME TO by_names"),
    ("all", "ALTER FUNCTION a.double(integer) RENAME TO twofold"),
    ("all", "ALTER FUNCTION a.changed() RENAME TO altered"),
    ("all", "ALTER OPERATOR a.<<< (integer, integer) SET SCHEMA public"),
    ("all", "ALTER COLLATION a.plain RENAME TO simple"),
    ("all", "ALTER TYPE a.mood RENAME TO temper"),
    ("all", "ALTER TYPE a.temper RENAME VALUE 'calm' TO 'quiet'"),
    ("all", "ALTER TYPE a.temper ADD VALUE 'wild' BEFORE 'cross'"),
    ("all", "ALTER DOMAIN a.positive RENAME TO above"),
    ("all", "CREATE DOMAIN a.tiny AS integer CHECK (VALUE < 10)"),
    ("all", "ALTER SEQUENCE a.numbers RENAME TO digits"),
    ("all", "ALTER VIEW a.joined RENAME TO combined"),
    ("all", "ALTER TABLE a.combined RENAME name TO title"),
    ("all", "ALTER ROLE again_reader RENAME TO again_reader2"),
    ("all", "ALTER SCHEMA a RENAME TO z"),
    ("all", "CREATE FUNCTION z.twofold(i numeric) RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
    # In the server's own schema it makes a call ambiguous that was printed bare.
    ("all", "SET allow_system_table_mods = on;"
            " CREATE FUNCTION pg_catalog.lower(text, integer DEFAULT 1) RETURNS text"
            " IMMUTABLE LANGUAGE sql AS 'SELECT $1'"),
    ("all", "CREATE CAST (z.pair AS text) WITH INOUT AS IMPLICIT"),
    ("all", "BEGIN; DROP VIEW z.upon; CREATE VIEW z.upon AS SELECT 1 AS one; COMMIT"),
    ("all", "BEGIN; ALTER TABLE z.quiet DROP y; ALTER TABLE z.quiet ADD y bigint; COMMIT"),
    ("all", "BEGIN; DROP TABLE z.new2; CREATE TABLE z.new2 (id integer); COMMIT"),
    ("all", "ALTER TABLE z.quiet DROP CONSTRAINT quiet_x_check"),
    ("all", "DROP POLICY p ON z.quiet"),
    ("all", "COMMENT ON TABLE z.quiet IS 'changed'"),
    ("all", "ALTER TABLE z.quiet ALTER x SET STATISTICS 10"),
]


class Again:
    """Who reads one database over and over."""

    def __init__(self, test, database, *how):
        self.process = subprocess.Popen(
            [AGAIN, test.server.dsn(database, user="postgres"), *how], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=environ())
        test.addCleanup(self.end)
        test.assertEqual(self.process.stdout.readline(), "ready\n")

    def look(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@unittest.skipUnless(os.access(AGAIN, os.X_OK), "make " + AGAIN)
class AgainTest(SystemTest):
    def test_what_was_kept_is_what_there_is(self):
        database = self.database(fixture("again.sql"))
        self.addCleanup(self.server.sql, "DROP DATABASE %s; DROP ROLE again_reader2"
                        % database)
        again = Again(self, database, "keep")
        for i, (how, statement) in enumerate(STATEMENTS):
            with self.subTest(statement):
                self.server.sql(statement, database)
                # Several at once where all is read after each.
                if how != "all" or i % long(7, 1) == 0:
                    self.assertEqual(again.look(), how + " same")
        self.assertEqual(again.look().split()[1], "same")

    def test_a_transaction_that_began_before_the_last_reading(self):
        database = self.database("CREATE TABLE t (a integer); CREATE TABLE u (a integer)")
        other = self.session(database)
        other.run("BEGIN")
        other.run("ALTER TABLE t ADD late integer")
        self.server.sql("ALTER TABLE u ADD b integer", database)
        again = Again(self, database)
        other.run("COMMIT")
        self.assertEqual(again.look(), "all same")

    @only_long
    def test_each_change(self):
        version = int(self.server.sql("SHOW server_version_num").strip()) // 10000
        template = self.database(fixture("changes.sql"))
        for known, statement, *_ in CHANGES:
            first, last = known if isinstance(known, tuple) else (known, 99)
            if not first <= version <= last or "DATABASE" in statement:
                continue
            with self.subTest(statement):
                database = self.server.database(template=template)
                both = [Again(self, database, *how) for how in ((), ("keep",))]
                both[1].look()
                self.server.sql(statement, database)
                for again in both:
                    self.assertIn(again.look(), ("some same", "all same"))
                    again.end()
