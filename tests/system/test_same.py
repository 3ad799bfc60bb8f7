"""Equal schemas are equal, whatever their history: dumped and restored, twice, or built
by the same statements in another order."""
import json
import os
import random
import re
import sys
import unittest

import psycopg2

from harness import HERE, Alembic, SystemTest, call, fixture, lengthy, program

GENERATOR = os.path.join(HERE, "../bench/schema")
DEMO = os.path.join(HERE, "../../scripts/demo.d")

# What a statement may hold that holds semicolons; the body of a routine in SQL among it.
PIECE = re.compile(r"""
    --[^\n]*
  | ^\\[^\n]*
  | \bE'(?:[^'\\]|''|\\.)*'
  | '(?:[^']|'')*'
  | "(?:[^"]|"")*"
  | (?P<tag>\$\w*\$).*?(?P=tag)
  | \bBEGIN\s+ATOMIC\b.*?;\s*END\b
  | ;
  | .""", re.S | re.X | re.M)


def statements(script):
    """The statements of a script, without their semicolons."""
    found, current, depth = [], "", 0
    for piece in PIECE.finditer(script):
        text = piece.group()
        depth += (text == "(") - (text == ")")
        if text == ";" and depth == 0:
            found.append(current.strip())
            current = ""
        elif not text.startswith(("--", "\\")):
            current += text
    return [s for s in found + [current.strip()] if s]


def with_settings(list_of_statements):
    """Each statement with the settings that stand where a dump has it."""
    settings = {}
    for s in list_of_statements:
        m = re.match(r"SET (\w+)|SELECT pg_catalog.set_config\('(\w+)'", s)
        if m:
            settings[m.group(1) or m.group(2)] = s
        else:
            yield "".join(s + ";" for s in settings.values()), s


class Same(SystemTest):
    def dsn(self, database):
        return self.server.dsn(database, "postgres")

    def findings(self, expected, actual, *switches):
        result = program("diff", self.dsn(expected), self.dsn(actual), "--format", "json",
                         *switches)
        found = result.json()["findings"]
        self.assertEqual(result.status, 1 if found else 0, repr(result))
        return found

    def assertSame(self, expected, actual, *switches):
        found = self.findings(expected, actual, *switches)
        self.assertEqual(found, [], json.dumps(found, indent=1))

    def copied_twice(self, database):
        once = self.server.copy(database)
        twice = self.server.copy(once)
        self.assertSame(database, once)
        self.assertSame(database, twice)
        # What a dump loses it has lost by now.
        self.assertSame(once, twice, "--all")

    def generated(self, *options):
        return call([sys.executable, GENERATOR, "500", "--features", "full", *options])


@lengthy
class Generated(Same):
    def test_copies_and_another_order(self):
        database = self.database(self.generated())
        self.copied_twice(database)
        self.assertSame(database, self.database(self.generated("--shuffle", "7")))

    def test_each_of_its_changes_is_one_finding(self):
        schema = self.generated()
        expected = self.database(schema)
        actual = self.database(schema)
        self.server.sql(self.generated("--drift", "10"), actual)
        found = self.findings(expected, actual)
        self.assertEqual(sorted((f["kind"], f["change"], f.get("property"))
                                for f in found), [
            ("column", "changed", "default"),
            ("column", "changed", "not_null"),
            ("column", "changed", "type"),
            ("column", "unexpected", None),
            ("constraint", "changed", "expression"),
            ("function", "changed", "body"),
            ("index", "missing", None),
            ("index", "unexpected", None),
            ("trigger", "missing", None),
            ("type", "changed", "labels"),
        ], json.dumps(found, indent=1))


class Demo(Same):
    def migrated(self, *steps):
        database = self.database()
        project = Alembic(self.server)
        project.ini = os.path.join(DEMO, "alembic.ini")
        for step in steps:
            project.run(database, "upgrade", step)
        return database

    def test_copies_and_another_pace(self):
        at_once = self.migrated("head")
        self.copied_twice(at_once)
        self.assertSame(at_once, self.migrated("+2", "+1", "head"), "--all")


class Shuffled(Same):
    """The oddities, as a dump has them, each statement as soon as it can be run."""

    # What a function's signature has made of itself by then.
    SHELL = re.compile(r"CREATE TYPE [^ ]+$")

    def dump(self, database, section):
        return self.server.dump(database, "--schema-only", "-x", "--section=" + section).decode()

    def test_another_order(self):
        original = self.server.copy(self.database(fixture("oddities.sql")))
        seed = int(os.environ.get("PGDRIFTD_TEST_SEED") or random.randrange(1 << 30))
        actual = self.database()
        connection = psycopg2.connect(self.dsn(actual))
        self.addCleanup(connection.close)
        connection.autocommit = True
        for section in ("pre-data", "post-data"):
            self.run_shuffled(connection, self.dump(original, section),
                              random.Random(seed))
        with self.subTest(seed=seed):
            self.assertSame(original, actual)

    def run_shuffled(self, connection, script, order):
        waiting = list(with_settings(statements(script)))
        order.shuffle(waiting)
        errors = []
        while waiting:
            again, errors = [], []
            for settings, statement in waiting:
                try:
                    with connection.cursor() as cursor:
                        cursor.execute("RESET ALL;" + settings)
                        cursor.execute(statement)
                except psycopg2.Error as e:
                    if not (self.SHELL.match(statement) and e.pgcode == "42710"):
                        again.append((settings, statement))
                        errors.append("%s: %s" % (statement, e))
            if len(again) == len(waiting):
                raise AssertionError("\n".join(errors))
            waiting = again


if __name__ == "__main__":
    unittest.main()
