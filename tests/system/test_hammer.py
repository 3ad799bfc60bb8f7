"""Schemas that change while they are read: nothing is said that was never true.

PGDRIFTD_TEST_HAMMER sets for how many seconds (10, in a long run 600).
"""
import os
import random
import threading
import time
import unittest

from harness import SystemTest, directory, environment, long, program, until

SECONDS = float(os.environ.get("PGDRIFTD_TEST_HAMMER", long(10, 600)))

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE swapped (id integer PRIMARY KEY, p integer REFERENCES parent, m mood,
    price numeric(10,2) DEFAULT 1.5, CHECK (price > 0));
CREATE INDEX swapped_price ON swapped ((price * 2), m) WHERE price > 1;
CREATE VIEW seen AS SELECT id, price * 2 AS twice FROM swapped WHERE price > 1;
CREATE TABLE left_side (id integer, a text);
CREATE TABLE right_side (id integer, a text);
CREATE INDEX right_token ON right_side (a);
CREATE TABLE toggled (id integer PRIMARY KEY);
CREATE TABLE named (id integer);
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';
"""

# Each is one transaction that leaves the schema as it was; one list is one session.
SAME = [[
    """DROP VIEW seen; DROP TABLE swapped;
    CREATE TABLE swapped (id integer PRIMARY KEY, p integer REFERENCES parent, m mood,
        price numeric(10,2) DEFAULT 1.5, CHECK (price > 0));
    CREATE INDEX swapped_price ON swapped ((price * 2), m) WHERE price > 1;
    CREATE VIEW seen AS SELECT id, price * 2 AS twice FROM swapped WHERE price > 1""",
    """ALTER TABLE swapped RENAME TO aside; ALTER TABLE aside RENAME price TO cost;
    ALTER TABLE aside RENAME cost TO price; ALTER TABLE aside RENAME TO swapped""",
], [
    """DROP FUNCTION twice(integer);
    CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2'""",
    """CREATE TEMPORARY TABLE of_mine (id integer PRIMARY KEY, a text) ON COMMIT DROP""",
]]

# The index is on exactly one side at any moment.
MOVES = [
    "DROP INDEX right_token; CREATE INDEX left_token ON left_side (a)",
    "DROP INDEX left_token; CREATE INDEX right_token ON right_side (a)",
]

# Committed one by one: each of these findings is true from time to time.
TOGGLES = [
    ("ALTER TABLE toggled ADD extra text", "ALTER TABLE toggled DROP extra"),
    ("ALTER TABLE named RENAME TO renamed", "ALTER TABLE renamed RENAME TO named"),
    ("CREATE TABLE coming (a integer)", "DROP TABLE coming"),
]

HERE = ("index", "public.right_token", "missing")
THERE = ("index", "public.left_token", "unexpected")
TOGGLED = {
    ("column", "public.toggled.extra", "unexpected"),
    ("table", "public.named", "missing"),
    ("table", "public.renamed", "unexpected"),
    ("table", "public.coming", "unexpected"),
}


class Hammer(SystemTest):
    def setUp(self):
        super().setUp()
        self.stop = threading.Event()
        self.random = random.Random(1)
        self.pace = 1.0
        self.errors = []

    def strike(self, steps):
        """Run `steps` round and round in a session of their own; whole rounds only."""
        session = self.session(self.watched)

        def loop():
            try:
                while not self.stop.is_set():
                    for step in steps:
                        session.run("BEGIN; %s; COMMIT" % step)
                        self.stop.wait(self.random.uniform(0, 1.5) * self.pace)
            except AssertionError as e:
                self.errors.append(e)
        thread = threading.Thread(target=loop)
        thread.start()
        return thread

    def test_nothing_is_said_that_was_never_true(self):
        self.watched = self.database(SCHEMA)
        expected = os.path.join(directory("hammer"), "expected.json")
        self.assertStatus(program("snapshot", "-o", expected, self.server.dsn(self.watched)),
                          0)
        # Two environments at ten checks a second each; one keeps its session.
        running = self.daemon("".join(
            environment(name, self.server.dsn(self.watched), expect="snapshot:" + expected,
                        keep_connection=keeps)
            for name, keeps in (("one", False), ("two", True))), service={"interval": "100ms", "jitter": "0%"})
        running.wait_state("one", "in_sync")
        running.wait_state("two", "in_sync")
        threads = [self.strike(steps) for steps in SAME]
        threads += [self.strike(MOVES)]
        threads += [self.strike(pair) for pair in TOGGLES]
        heard, confirmed = set(), 0
        end = time.monotonic() + SECONDS
        try:
            # A busy machine hears less in that time: on, until something was heard; and
            # slower and slower, as no reading may get through between two blows.
            while not self.errors and (time.monotonic() < end or (
                    not self.enough(heard) and time.monotonic() < end + 6 * SECONDS)):
                self.pace = max(1.0, 2 ** ((time.monotonic() - end) / SECONDS))
                for name in ("one", "two"):
                    found = running.environment(name)
                    heard |= self.judge(found)
                    confirmed += found["check"]["status"] == "ok"
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.errors, [])
        # Else the above would have shown nothing.
        self.assertGreater(confirmed, 0)
        self.assertTrue(self.enough(heard), heard)
        for name in ("one", "two"):
            found = until("the end of the hammer", lambda n=name: self.calm(running, n))
            self.assertEqual(found["schema"]["findings"], 0)

    def judge(self, found):
        """The findings of one answer: each was true, all of them at one moment."""
        schema = found["schema"]
        items = {(i["kind"], i["name"], i["change"]) for i in schema.get("items", [])}
        if HERE in items or THERE in items:
            self.assertLessEqual({HERE, THERE}, items)
        self.assertLessEqual(items - {HERE, THERE}, TOGGLED)
        return items

    @staticmethod
    def enough(heard):
        return THERE in heard and len(heard & TOGGLED) > 1

    @staticmethod
    def calm(running, name):
        found = running.environment(name)
        return found if found["state"] == "in_sync" else None


if __name__ == "__main__":
    unittest.main()
