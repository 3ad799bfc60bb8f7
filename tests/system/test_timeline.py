"""What an environment had, and when: over restarts, and in a store of before."""
import contextlib
import os
import sqlite3
import time
import unittest

from harness import environment, program, until
from shop import Shop

# A store of format 9, with a baseline of the text that stands for ?.
FORMAT_9 = """
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1885824100;
CREATE TABLE change (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, environment TEXT NOT NULL,
  state TEXT NOT NULL, previous_state TEXT, revision TEXT, expected TEXT, fingerprint TEXT,
  findings INTEGER NOT NULL, detail TEXT, event TEXT);
CREATE INDEX change_at ON change (at_ms);
CREATE INDEX change_environment_at ON change (environment, at_ms);
CREATE TABLE last (environment TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL,
  since_ms INTEGER NOT NULL, drift_since_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE applied (environment TEXT NOT NULL, revision TEXT NOT NULL,
  digest INTEGER NOT NULL, PRIMARY KEY (environment, revision)) WITHOUT ROWID;
CREATE TABLE known (environment TEXT PRIMARY KEY NOT NULL, success_ms INTEGER NOT NULL,
  document TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE catalog (key TEXT PRIMARY KEY NOT NULL, packed BLOB NOT NULL);
CREATE TABLE seen (environment TEXT NOT NULL, first INTEGER NOT NULL, revision TEXT NOT NULL,
  key TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (environment, first, revision)) WITHOUT ROWID;
CREATE TABLE baseline (version INTEGER PRIMARY KEY AUTOINCREMENT, environment TEXT NOT NULL,
  at_ms INTEGER NOT NULL, fingerprint TEXT NOT NULL, snapshot TEXT NOT NULL,
  accepted_by TEXT, reason TEXT, system TEXT, database TEXT);
CREATE INDEX baseline_environment ON baseline (environment, version);
CREATE TABLE alive (id INTEGER PRIMARY KEY CHECK (id = 1), at_ms INTEGER NOT NULL,
  stopped INTEGER NOT NULL, age_ms INTEGER, held_ms INTEGER, boot TEXT, boot_ms INTEGER);
CREATE TABLE former (name TEXT PRIMARY KEY NOT NULL, environment TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE configured (name TEXT PRIMARY KEY NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO change (at_ms, environment, state, findings)
  VALUES (1789898400000, 'one', 'drifted', 1);
PRAGMA user_version = 9;
"""


class Timeline(Shop):
    def intervals(self, name):
        return self.running.store(
            "SELECT from_ms, to_ms, key, revision FROM interval WHERE environment = ?"
            " ORDER BY from_ms", name)

    def events(self, *words):
        return [c for c in self.running.json("/history")["changes"] if c["event"] in words]

    def test_a_check_that_finds_nothing_new_writes_nothing(self):
        self.running = self.daemon(environment("one", self.server.dsn(self.at())),
                                   service={"interval": "100ms"})
        self.running.after_checks("one", 2)
        before = self.intervals("one")
        self.assertEqual(len(before), 1)
        for _ in range(2):  # in one of them there is no sign of life, which is one a minute
            before = self.intervals("one")
            self.running.after_checks("one", 20)
            if self.intervals("one") == before:
                break
        self.assertEqual(self.intervals("one"), before)
        # What is known of the last time is there at the end.
        self.running.stop()
        after = self.intervals("one")
        self.assertEqual(after[0][0], before[0][0])
        self.assertGreater(after[0][1], before[0][1])

    def test_equal_catalogs_are_there_once(self):
        database = self.at()
        copies = [self.server.copy(database) for _ in range(3)]
        self.running = self.daemon("".join(
            environment("env%d" % i, self.server.dsn(copy)) for i, copy in enumerate(copies)))
        for i in range(len(copies)):
            self.running.after_checks("env%d" % i)
        self.assertEqual(len({self.intervals("env%d" % i)[0][2] for i in range(3)}), 1)
        self.assertEqual(self.running.store("SELECT count(*) FROM catalog"), [(1,)])

    def test_a_change_is_an_event_where_nothing_is_expected(self):
        database = self.database("CREATE TABLE t (a integer)")
        self.running = self.daemon(environment("one", self.server.dsn(database)),
                                   service={"interval": "200ms"})
        self.running.after_checks("one")
        self.server.sql("ALTER TABLE t ADD b text", database)
        event, = until("the event", lambda: self.events("schema"))
        self.assertRegex(event["detail"], r"\(1 difference.*column public\.t\.b is unexpected\)")
        line, = [r for r in self.running.log_records() if r["msg"] == "schema has changed"]
        self.assertEqual((line["level"], line["environment"], line["event"]),
                         ("info", "one", "schema"))
        self.assertEqual(len(self.intervals("one")), 2)

    def test_what_moved_with_its_revision_is_one_event(self):
        database = self.at(self.ids[0])
        self.running = self.daemon(
            self.migrations() + environment("one", self.server.dsn(database), migrations="shop"),
            service={"interval": "200ms"})
        self.running.wait_state("one", "revision_mismatch")
        self.project.upgrade(database, self.ids[1])
        event, = until("the event", lambda: self.events("revision", "catalog", "schema"))
        self.assertEqual(event["event"], "revision")
        self.assertRegex(event["detail"], "^from %s to %s; the schema changed with it: was "
                         ".*table public.step1" % (self.ids[0], self.ids[1]))

    def test_a_change_while_nobody_watched(self):
        database = self.database("CREATE TABLE t (a integer)")
        self.running = self.daemon(environment("one", self.server.dsn(database)),
                                   service={"interval": "200ms"})
        self.running.after_checks("one")
        self.running.stop()
        (_, seen, *_), = self.intervals("one")
        self.server.sql("ALTER TABLE t ADD b text", database)
        self.running.start()
        event, = until("the event", lambda: self.events("schema"))
        self.assertRegex(event["detail"], "b is unexpected.*, while nobody watched$")
        before, after = self.intervals("one")
        self.assertEqual(before[1], seen)
        self.assertGreater(after[0], seen)
        # It is told once.
        self.running.stop()
        self.running.start()
        self.running.after_checks("one", 2)
        self.assertEqual(len(self.events("schema")), 1)
        self.assertEqual(len(self.intervals("one")), 2)

    def changes(self, query=""):
        return self.running.json("/status/one/changes" + query)["changes"]

    def log(self, *options):
        return program("log", "one", *options, "--config", self.running.file)

    def check_change(self):
        """What was added to t by hand, by all who tell it."""
        change, = self.changes()
        before, after = self.intervals("one")
        self.assertEqual((change["outside_migrations"], change["catalog_changed"]), (True, True))
        self.assertEqual(change["summary"]["unexpected"], 1)
        self.assertEqual(change["findings"][0]["name"], "public.t.b")
        for key, ms in (("from", before[1]), ("to", after[0])):
            self.assertEqual(change[key], time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                        time.gmtime(ms / 1000)))
        text = ("change between %s and %s\n  revision none stays: outside migrations\n"
                "  catalog 1 added\n    + column public.t.b\n" % (change["from"], change["to"]))
        self.assertEqual(self.running.get("/status/one/changes?format=text").text, text)
        self.assertEqual(self.changes("?since=2999-01-01"), [])
        self.assertEqual(self.running.get("/status/one/changes?since=x").status, 400)
        self.assertEqual(self.running.get("/status/on/changes").status, 404)
        self.assertEqual(self.log().out, text)
        self.assertEqual(self.log("--stat").out, "".join(text.splitlines(True)[:3]))
        # And where no daemon answers.
        self.running.stop()
        self.assertEqual(self.log().out, text)
        self.assertEqual(self.log("--format", "json").json()["changes"], [change])
        self.assertEqual(self.log("--since", "2999-01-01").out, "no change is known\n")

    def test_what_changed_and_what_it_was_before(self):
        database = self.database("CREATE TABLE t (a integer)")
        self.running = self.daemon(environment("one", self.server.dsn(database)),
                                   service={"interval": "200ms"})
        self.running.after_checks("one", 2)
        now = time.time()
        then = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%03dZ" % (now % 1 * 1000)
        self.running.after_checks("one")
        self.server.sql("ALTER TABLE t ADD b text", database)
        until("the change", self.changes)
        self.check_change()
        conf = ("--config", self.running.file)
        result = program("diff", "env:one@" + then, "env:one", *conf)
        self.assertStatus(result, 1)
        self.assertIn("public.t.b", result.out)
        self.assertStatus(program("diff", "env:one@0s", "env:one", *conf), 0)
        self.assertNotIn('"b"', program("snapshot", "env:one@" + then, *conf).out)
        result = program("snapshot", "env:one@2026-01-01", *conf)
        self.assertStatus(result, 2)
        self.assertIn("one had not been seen at 2026-01-01T00:00:00Z", result.err)
        result = program("snapshot", "env:one@soon", *conf)
        self.assertStatus(result, 2)
        self.assertIn('"soon" is neither a time', result.err)

    def former_store(self, state, text):
        with contextlib.closing(sqlite3.connect(os.path.join(state, "pgdriftd.db"))) as db:
            db.executescript(FORMAT_9)
            db.execute("INSERT INTO baseline (environment, at_ms, fingerprint, snapshot)"
                       " VALUES ('one', 1789898400000, '', ?)", (text,))
            db.commit()

    def test_a_store_of_before_is_brought_over(self):
        database = self.database("CREATE TABLE t (a integer)")
        self.running = self.daemon(
            environment("one", self.server.dsn(database), expect="baseline"))
        self.running.stop()
        state = os.path.join(self.running.directory, "state")
        for name in os.listdir(state):
            os.unlink(os.path.join(state, name))
        text = program("snapshot", self.server.dsn(database)).out
        self.former_store(state, text)
        self.running.start()
        self.running.wait_state("one", "in_sync")
        self.assertEqual(self.running.json("/history?environment=one")["changes"][-1]["at"],
                         "2026-09-20T10:00:00Z")
        copy = os.path.join(state, "pgdriftd.db.v9")
        self.assertEqual(os.stat(copy).st_mode & 0o777, 0o600)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            self.assertEqual(db.execute("SELECT snapshot FROM baseline").fetchall(), [(text,)])
        # One content, whoever has it.
        self.running.stop()
        self.assertEqual(self.running.store(
            "SELECT count(*) FROM baseline b JOIN interval i ON i.key = b.key"), [(1,)])


if __name__ == "__main__":
    unittest.main()
