"""While a release is pending, what is changed by hand is still seen: a database is held
against what its reference had at the database's own revision, or else against itself."""
import os
import unittest

from harness import environment, program, until, write
from shop import Shop

MAKE = "CREATE TABLE step1 (id integer PRIMARY KEY, name text)"


class Pending(Shop):
    def watch_pair(self, ref_at, at, **keys):
        """`env`, held against `ref`; both have a database of their own."""
        self.ref, self.env = self.at(ref_at), self.at(at)
        self.running = self.daemon(self.migrations() + environment(
            "ref", self.server.dsn(self.ref), migrations="shop",
        ) + environment("env", self.server.dsn(self.env), migrations="shop",
                        expect="environment:ref", **keys))

    def schema(self, status):
        return until("schema " + status, lambda: self.with_schema(status))

    def events(self, event, name="env"):
        changes = self.running.json("/history?environment=" + name)["changes"]
        return [c for c in changes if c["event"] == event]

    def lines(self, text, name="env"):
        return [r for r in self.running.log_records()
                if r.get("environment") == name and text in r["msg"]]

    def restart(self):
        self.running.stop()
        self.running.start()

    def assertDrift(self, found):
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "behind")
        self.assertEqual([(i["kind"], i["name"], i["change"])
                          for i in found["schema"]["items"]],
                         [("table", "public.step1", "missing")])
        self.assertIn("before it is upgraded the schema has 1 difference", found["hint"])
        self.assertNotIn("alembic upgrade", found["hint"])
        metric = self.running.metric
        self.assertEqual(metric("pgdriftd_schema_status", environment="env",
                                status="drifted"), 1)
        self.assertEqual(metric("pgdriftd_drift_objects", environment="env", kind="table",
                                change="missing"), 1)
        self.assertTrue(metric("pgdriftd_drift_start_timestamp_seconds",
                               environment="env"))

    def assertInOrderAgain(self):
        """Once the table is back, and the release is there."""
        self.server.sql(MAKE, self.env)
        until("the table", lambda: self.running.environment("env")["schema"]["status"]
              in ("in_sync", "other_revision"))
        self.project.upgrade(self.env)
        found = self.running.wait_state("env", "in_sync")
        self.assertEqual(found["schema"]["findings"], 0)
        self.assertIsNone(found["schema"]["compared_with"])

    def test_a_table_is_dropped(self):
        self.watch_pair(self.ids[2], self.ids[2])
        self.schema("in_sync")
        self.project.upgrade(self.ref)
        self.running.wait_state("ref", "in_sync")
        found = self.running.after_checks("env")
        self.assertEqual(found["schema"]["status"], "in_sync")
        self.assertEqual(found["schema"]["compared_with"],
                         "environment:ref as it was at " + self.ids[2])
        self.server.sql("DROP TABLE step1", self.env)
        self.assertDrift(self.schema("drifted"))
        line, = self.lines("findings have changed")
        self.assertEqual(line["findings"], "1")
        self.assertEqual(line["level"], "warn")
        event, = self.events("catalog")
        self.assertIn("first: table public.step1 is missing", event["detail"])
        # One change is one line.
        self.assertEqual(self.lines("catalog has changed"), [])
        self.running.after_checks("env", 2)
        self.assertEqual(len(self.lines("findings have changed")), 1)
        self.restart()
        self.running.after_checks("env")
        self.assertDrift(self.schema("drifted"))
        self.assertInOrderAgain()

    def test_what_is_pending_is_there(self):
        """Equal catalogs are in sync; the row is what is missing."""
        self.watch_pair(self.ids[3], self.ids[3])
        self.schema("in_sync")
        self.project.upgrade(self.ref)
        self.running.wait_state("ref", "in_sync")
        self.running.after_checks("env")
        self.server.sql("CREATE TABLE step4 (id integer PRIMARY KEY, name text)", self.env)
        found = until("the comparison", lambda: [
            e for e in [self.running.environment("env")]
            if e["schema"]["compared_with"] is None])[0]
        self.assertEqual(found["schema"]["status"], "in_sync")
        self.assertIn("`alembic stamp %s`" % self.ids[4], found["hint"])

    def test_a_single_check(self):
        """It knows what the daemon has seen, and leaves all as it is."""
        self.watch_pair(self.ids[2], self.ids[2])
        self.schema("in_sync")
        self.project.upgrade(self.ref)
        self.running.wait_state("ref", "in_sync")
        self.running.after_checks("env")
        self.server.sql("DROP TABLE step1", self.env)
        for there in (True, False):
            with self.subTest(running=there):
                if not there:
                    self.running.stop()
                before = self.files()
                found, result = self.check_once(1)
                self.assertEqual(found["schema"]["status"], "drifted", found["hint"])
                self.assertEqual(found["schema"]["compared_with"],
                                 "environment:ref as it was at " + self.ids[2])
                self.assertEqual([i["name"] for i in found["schema"]["items"]],
                                 ["public.step1"])
                if not there:
                    self.assertEqual(self.files(), before)
        # What cannot be read, or is not there, is none.
        state = os.path.join(self.running.directory, "state")
        for path in os.listdir(state):
            os.unlink(os.path.join(state, path))
        for text in (None, "no database at all"):
            if text:
                write(os.path.join(state, "pgdriftd.db"), text)
            before = self.files()
            found, result = self.check_once(1)
            self.assertEqual(found["schema"]["status"], "other_revision")
            self.assertEqual((result.err, self.files()), ("", before))

    def files(self):
        state = os.path.join(self.running.directory, "state")
        return {name: (s.st_mtime_ns, s.st_size) for name in sorted(os.listdir(state))
                for s in [os.stat(os.path.join(state, name))]}

    def check_once(self, status):
        result = program("check", "-c", self.running.file, "--format", "json", "env")
        self.assertStatus(result, status)
        return result.json()["environments"][0], result

    def test_while_nobody_watches(self):
        """The release and the change both come while the daemon is down."""
        self.watch_pair(self.ids[2], self.ids[2])
        self.schema("in_sync")
        self.running.stop()
        self.project.upgrade(self.ref)
        self.server.sql("DROP TABLE step1", self.env)
        self.running.start()
        self.assertDrift(self.schema("drifted"))
        event, = self.events("catalog")
        self.assertIn("first: table public.step1 is missing), while nobody watched",
                      event["detail"])
        self.restart()
        self.running.after_checks("env")
        self.assertEqual(len(self.events("catalog")), 1)
        self.assertInOrderAgain()

    def test_confirmed_like_any_other(self):
        self.watch_pair(self.ids[2], self.ids[2], confirm=2)
        self.schema("in_sync")
        self.project.upgrade(self.ref)
        self.running.wait_state("ref", "in_sync")
        self.running.wait_state("env", "revision_mismatch")
        self.running.after_checks("env", 2)
        self.server.sql("DROP TABLE step1", self.env)
        until("the line", lambda: self.lines("findings have changed"))
        self.assertDrift(self.schema("drifted"))
        self.assertEqual(len(self.lines("findings have changed")), 1)
        self.assertEqual(self.lines("catalog has changed"), [])

    def test_many_releases(self):
        """What a follower is at is kept, however far its reference has gone."""
        self.watch_pair(self.ids[0], self.ids[1])
        for revision in self.ids[1:]:
            self.project.upgrade(self.ref, revision)
            until("the reference", lambda: self.running.environment("ref")["revision"]
                  ["recorded"] == [revision])
        self.assertEqual(self.running.after_checks("env")["schema"]["status"], "in_sync")
        self.restart()
        self.running.after_checks("env")
        self.server.sql("DROP TABLE step1", self.env)
        self.assertDrift(self.schema("drifted"))

    def test_what_the_reference_had_is_not_known(self):
        self.watch_pair("head", self.ids[2])
        found = self.schema("other_revision")
        self.assertEqual(found["schema"]["findings"], 2)
        self.server.sql("DROP TABLE step1", self.env)
        found = self.schema("drifted")
        self.assertDrift(found)
        self.assertIn("without a migration", found["schema"]["reason"])
        self.assertIn("what it was itself at", found["schema"]["compared_with"])
        self.assertEqual(len(self.lines("findings have changed")), 1)
        self.assertEqual(len(self.events("catalog")), 1)
        self.restart()
        self.running.after_checks("env")
        self.assertDrift(self.schema("drifted"))
        self.assertInOrderAgain()

    def test_a_reference_that_was_left_behind(self):
        """Nothing can be judged until it has caught up, but what changed is told."""
        self.watch_pair(self.ids[3], "head")
        self.schema("other_revision")
        self.server.sql("DROP TABLE step1", self.env)
        until("the line", lambda: self.lines("findings have changed"))
        until("the event", lambda: self.events("catalog"))
        found = self.running.environment("env")
        self.assertEqual((found["state"], found["schema"]["relation"]),
                         ("revision_mismatch", "reference_behind"))
        self.project.upgrade(self.ref)
        self.running.wait_state("env", "drifted")

    def test_nothing_is_expected(self):
        """A change without a migration is told where nothing else would tell it."""
        self.watch_pair("head", "head")
        self.running.wait_state("ref", "in_sync")
        self.server.sql("ALTER TABLE step1 ADD hotfix text", self.ref)
        until("the line", lambda: self.lines("catalog has changed", "ref"))
        event, = self.events("catalog", "ref")
        self.assertIn("column public.step1.hotfix is unexpected", event["detail"])
        self.server.sql("ALTER TABLE step1 ADD second text", self.env)
        found = until("both", lambda: [
            e for e in [self.running.environment("env")]
            if e["schema"]["findings"] == 2])[0]
        self.assertEqual(found["state"], "drifted")

    def test_what_is_ignored_is_no_event(self):
        self.watch_pair("head", "head", ignore=["table:public.job_*"])
        self.running.wait_state("env", "in_sync")
        self.server.sql("CREATE TABLE job_1 (id integer)", self.env)
        self.running.after_checks("env", 2)
        self.assertEqual(self.events("catalog"), [])

    def test_what_changes_all_the_time(self):
        self.watch_pair("head", "head")
        self.running.wait_state("ref", "in_sync")
        for i in range(14):
            self.server.sql("CREATE TABLE job_%d (id integer)" % i, self.ref)
            self.running.after_checks("ref")
        self.assertEqual(len(self.events("catalog", "ref")), 10)
        self.assertEqual(len(self.lines("catalog has changed", "ref")), 10)

    def test_a_migration_is_no_event(self):
        self.watch_pair(self.ids[2], self.ids[2])
        self.schema("in_sync")
        self.project.upgrade(self.ref)
        self.project.upgrade(self.env)
        self.running.wait_state("env", "in_sync")
        for name in ("ref", "env"):
            self.running.after_checks(name)
            self.assertEqual(self.events("catalog", name), [])


if __name__ == "__main__":
    unittest.main()
