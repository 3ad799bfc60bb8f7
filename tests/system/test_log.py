"""The log: one line a change, with the fields of the contract."""
import datetime
import json
import os
import re
import unittest

from harness import WATCHER, environment, line_of_revisions, program, section, until
from shop import Shop

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


class Log(Shop):
    def states(self, name="env"):
        """The lines that say a change of state of that environment."""
        return [r for r in self.running.log_records()
                if r.get("environment") == name and "previous_state" in r]

    def test_one_line_a_change(self):
        database = self.at()
        self.running = self.daemon(self.pair(database))
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.running.after_checks("env", 3)
        self.server.sql("DROP TABLE step4", database)
        self.running.wait_state("env", "drifted")
        before = self.running.log().count("\n")
        self.running.after_checks("env", 5)
        # A standing problem is not repeated at every check.
        self.assertEqual(self.running.log().count("\n"), before)
        self.server.sql("CREATE TABLE step4 (id integer PRIMARY KEY, name text)", database)
        self.running.wait_state("env", "in_sync")
        self.server.sql("DROP TABLE alembic_version", database)
        self.running.wait_state("env", "unstamped")
        found = [(r["previous_state"], r["state"]) for r in self.states()]
        self.assertEqual(found[-3:], [("in_sync", "drifted"), ("drifted", "in_sync"),
                                      ("in_sync", "unstamped")])

    def test_the_worst_comes_first(self):
        """In all that shows but some of what was found."""
        many = "; ".join("CREATE TABLE a%03d ()" % n for n in range(300))
        database = self.at(change=many + "; ALTER TABLE step4 DROP name")
        config = self.pair(database)
        self.running = self.daemon(config, service={"max_findings": 100})
        found = self.running.wait_state("env", "drifted")
        first = "first: column public.step4.name is missing"
        self.assertRegex(found["hint"],
                         "^301 differences from environment:dev, 1 breaking: .*" + first)
        schema = found["schema"]
        self.assertEqual((schema["findings"], schema["truncated"]), (301, True))
        self.assertEqual(len(schema["items"]), 100)
        self.assertEqual(schema["items"][0]["name"], "public.step4.name")
        self.assertEqual({i["severity"] for i in schema["items"][1:]}, {"additive"})
        self.assertEqual(self.states()[-1]["findings"], "301")
        self.assertIn(first, self.states()[-1]["hint"])
        result = program("check", "-c", self.running.file, "env", "--format", "nagios")
        self.assertRegex(result.out, r"^PGDRIFTD CRITICAL - env drifted \(301 differences, "
                                     r"1 breaking\): .*%s.* findings=301$" % first)
        document = program("diff", self.server.dsn(self.dev), self.server.dsn(database),
                           "--format", "json").json()
        self.assertEqual(document["findings"][0]["name"], "public.step4.name")
        self.assertNotIn("truncated", document)

    def told_rules(self):
        return sorted((r["msg"], r["rule"]) for r in self.running.log_records()
                      if "rule" in r)

    def test_a_rule_is_told_once(self):
        """Whatever happens between two comparisons; and one that a reload brings."""
        day = datetime.date.today() + datetime.timedelta(days=3)
        rules = ["table:public.%s until=%s" % (name, day) for name in "ab"]
        old = ["table:public.%s until=2020-01-01" % name for name in "ab"]
        reference, database = self.at(), self.at()

        def pair(*ignore):
            return self.migrations() + environment(
                "ref", self.server.dsn(reference), migrations="shop",
            ) + environment("env", self.server.dsn(database), migrations="shop",
                            expect="environment:ref", ignore=list(ignore))
        self.running = self.daemon(pair(rules[1], old[1]))
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.running.after_checks("env")
        told = [("ignore rule has expired", old[1]),
                ("ignore rule is about to expire", rules[1])]
        self.assertEqual(self.told_rules(), told)
        # A reference that is reset: nothing is compared, and then it is again.
        self.server.sql("BEGIN; ALTER TABLE alembic_version RENAME TO away; "
                        "ALTER TABLE step4 RENAME TO step4_away; COMMIT", reference)
        until("the reset", lambda: self.with_schema("not_comparable"))
        self.server.sql("BEGIN; ALTER TABLE away RENAME TO alembic_version; "
                        "ALTER TABLE step4_away RENAME TO step4; COMMIT", reference)
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.running.after_checks("env")
        self.assertEqual(self.told_rules(), told)
        # The new ones come first in the list.
        self.running.reload(pair(*rules, *old))
        self.running.after_checks("env", 2)
        self.assertEqual(self.told_rules(), [
            ("ignore rule has expired", old[0]), told[0],
            ("ignore rule is about to expire", rules[0]), told[1]])

    def events(self, word, name="env"):
        return [c["detail"] for c in self.running.json("/history")["changes"]
                if c["event"] == word and c["environment"] == name]

    def moves(self):
        """Each says as well what has changed together with it."""
        changed = re.compile("; the schema changed with it: was [0-9a-f]{12}, is"
                             r" [0-9a-f]{12} \(\d+ differences?.*\)(, while nobody watched)?$")
        told = self.events("revision")
        for event in told:
            self.assertRegex(event, changed)
        return [changed.sub("", event) for event in told]

    def test_a_revision_that_moves(self):
        """When did it reach env, and did it go back?"""
        database = self.at(self.ids[2])
        self.running = self.daemon(self.pair(database))
        self.running.wait_state("env", "revision_mismatch")
        self.project.upgrade(database)
        self.running.wait_state("env", "in_sync")
        forward = "from %s to %s" % (self.ids[2], self.ids[4])
        self.assertEqual(self.moves(), [forward])
        self.project.run(database, "downgrade", self.ids[3])
        found = self.running.wait_state("env", "revision_mismatch")
        back = "went back from %s to %s: a restored backup or a downgrade" % (
            self.ids[4], self.ids[3])
        self.assertEqual(self.moves(), [back, forward])
        self.assertIn("it has gone back from " + self.ids[4], found["hint"])
        self.assertIn("it has gone back", self.running.after_checks("env")["hint"])
        self.assertEqual(self.running.log().count(back), 1)
        # Over a restart nothing is told again, and what moved meanwhile is.
        self.running.stop()
        self.running.start()
        self.running.after_checks("env")
        self.assertEqual(self.moves(), [back, forward])
        self.running.stop()
        self.project.upgrade(database)
        self.running.start()
        found = self.running.wait_state("env", "in_sync")
        self.assertNotIn("gone back", found["hint"])
        self.assertEqual(self.moves()[0], "from %s to %s" % (
            self.ids[3], self.ids[4]))
        life = [c["event"] for c in self.running.json("/history")["changes"]
                if c["environment"] is None]
        self.assertEqual(life, ["started", "stopped"] * 2 + ["started"])

    def test_a_reload_says_nothing_of_what_stands(self):
        database = self.at(change="DROP TABLE step1")
        self.running = self.daemon(self.pair(database))
        self.running.wait_state("env", "drifted")
        before, rows = len(self.states()), len(self.events("state"))
        for keys in ({"interval": "200ms"}, {"column_order": True},
                     {"dsn": self.server.dsn(database) + " connect_timeout=7"}):
            self.running.reload(self.pair(database, **keys))
            self.running.after_checks("env")
            self.assertEqual(self.running.environment("env")["state"], "drifted")
        self.assertEqual((len(self.states()), len(self.events("state"))), (before, rows))
        # What does change is said, with what was before.
        self.running.reload(self.pair(database, ignore=["table:public.step1"]))
        self.running.wait_state("env", "in_sync")
        self.assertEqual([(r["previous_state"], r["state"]) for r in self.states()][before:],
                         [("drifted", "in_sync")])

    def test_unreadable_migrations_are_said_once(self):
        project = line_of_revisions(self.server, 2)
        database = self.database()
        project.upgrade(database)
        self.running = self.daemon(
            section("migrations", "other", path=project.versions) +
            "".join(environment(name, self.server.dsn(database), migrations="other")
                    for name in ("a", "b")))
        self.running.wait_state("b", "in_sync")
        os.rename(project.versions, project.versions + ".away")
        self.running.wait_state("a", "revision_mismatch")
        self.running.wait_state("b", "revision_mismatch")
        self.running.after_checks("a", 5)
        os.rename(project.versions + ".away", project.versions)
        self.running.wait_state("a", "in_sync")
        self.assertEqual(self.running.log().count("migrations other cannot be read"), 1)

    def test_warnings_about_the_configuration(self):
        self.running = self.daemon(environment("a", self.server.dsn(self.dev),
                                               expect="none"))
        line = self.running.log_records()[0]
        self.assertEqual(line["level"], "warn")
        self.assertIn("nothing is compared", line["msg"])

    def test_fields(self):
        self.running = self.daemon(self.pair(self.at(change="DROP TABLE step4")))
        self.running.wait_state("env", "drifted")
        line = next(r for r in self.states() if r["state"] == "drifted")
        self.assertEqual(list(line)[:4], ["time", "level", "msg", "environment"])
        self.assertRegex(line["time"], TIME)
        self.assertIn(line["level"], ("warn", "error"))
        self.assertEqual(line["revision"], self.ids[4])
        self.assertEqual(line["expected"], self.ids[4])
        self.assertEqual(line["findings"], "1")
        self.assertGreaterEqual(float(line["duration_seconds"]), 0)

    def test_unstamped(self):
        self.running = self.daemon(self.pair(self.at(change="DROP TABLE alembic_version")))
        self.running.wait_state("env", "unstamped")
        line = next(r for r in self.states() if r["state"] == "unstamped")
        self.assertEqual(line["level"], "error")
        self.assertEqual(line["msg"], "database is not stamped")
        self.assertEqual(line["expected"], self.ids[4])

    def test_failure_and_recovery(self):
        database = self.at()
        self.running = self.daemon(self.pair(database))
        self.running.wait_state("env", "in_sync")
        self.server.sql("REVOKE SELECT ON alembic_version FROM " + WATCHER, database)
        self.running.wait_state("env", "unknown")
        failing = [r for r in self.running.log_records() if r.get("environment") == "env"
                   and r.get("error")]
        self.assertTrue(failing)
        count = self.running.log().count("\n")
        self.running.after_checks("env", 3)
        self.assertEqual(self.running.log().count("\n"), count)
        self.server.sql("GRANT SELECT ON alembic_version TO " + WATCHER, database)
        self.running.wait_state("env", "in_sync")
        self.assertGreater(self.running.log().count("\n"), count)

    def test_sqlstate(self):
        self.running = self.daemon(self.pair("x", self.server.dsn("no_such_database")))
        self.running.wait_state("env", "unknown")
        found = {r.get("sqlstate") for r in self.running.log_records()
                 if r.get("environment") == "env"}
        self.assertIn("3D000", found)

    def test_json(self):
        self.running = self.daemon(self.pair(self.at(change="DROP TABLE step4")),
                                   service={"log_format": "json"})
        self.running.wait_state("env", "drifted")
        records = [json.loads(line) for line in self.running.log().splitlines()]
        line = next(r for r in records if r.get("state") == "drifted")
        self.assertEqual(list(line)[:3], ["time", "level", "msg"])
        self.assertEqual(line["environment"], "env")
        self.assertEqual(int(line["findings"]), 1)

    def test_nothing_goes_to_standard_output(self):
        """Both streams go to the log file here; each line of it is a record."""
        self.running = self.daemon(self.pair(self.at()))
        self.running.wait_state("env", "in_sync")
        self.running.reload()
        self.running.stop()
        for record in self.running.log_records():
            self.assertLessEqual({"time", "level", "msg"}, set(record))


if __name__ == "__main__":
    unittest.main()
