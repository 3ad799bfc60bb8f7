"""What is said of the time in which nobody watched: the daemon was stopped, was killed, or
could not read."""
import re
import unittest

from harness import program, until
from shop import Shop

HOUR_MS = 3600 * 1000


class Gaps(Shop):
    def life(self):
        """[(event, detail)] of the daemon, oldest first."""
        return [(c["event"], c["detail"]) for c in reversed(
            self.running.json("/history")["changes"]) if c["environment"] is None]

    def test_a_daemon_that_is_killed_is_told_by_the_next(self):
        self.running = self.daemon(self.pair(self.at()))
        self.running.after_checks("env")
        self.running.kill()
        self.running.store("UPDATE alive SET at_ms = at_ms - ?", HOUR_MS)
        self.running.start()
        life = self.life()
        self.assertEqual([event for event, _ in life], ["started", "gap", "started"])
        self.assertRegex(life[1][1], r"^for 1h(\d+m)?(\d+s)?, from 2\S+Z to 2\S+Z: the daemon "
                         "before was killed or died after its last sign of life$")
        lines = [r for r in self.running.log_records() if r["msg"] == "nobody watched"]
        self.assertEqual([(r["event"], r["detail"]) for r in lines], life[1:2])
        # Once; and one that was stopped tells by two rows.
        self.running.stop()
        self.running.start()
        self.assertEqual([event for event, _ in self.life()],
                         ["started", "gap", "started", "stopped", "started"])
        self.running.stop()
        self.running.store("UPDATE alive SET at_ms = at_ms - ?", HOUR_MS)
        self.running.start()
        self.assertRegex(self.life()[-1][1],
                         "^nobody watched for 1h.*, since it was stopped at 2")

    def test_a_clock_that_was_put_back(self):
        self.running = self.daemon(self.pair(self.at()))
        self.running.after_checks("env")
        self.running.kill()
        self.running.store("UPDATE alive SET at_ms = at_ms + ?", HOUR_MS)
        self.running.start()
        event, detail = self.life()[-2]
        self.assertEqual(event, "gap")
        self.assertIn("nobody knows for how long", detail)

    def refuse(self, database):
        """No check of it succeeds, until the answer is called."""
        def allow(yes):
            self.server.sql('ALTER DATABASE "%s" ALLOW_CONNECTIONS %s' % (database, yes))
        allow("false")
        self.addCleanup(allow, "true")
        return lambda: allow("true")

    def blip(self, database, state):
        """One state, a check that fails, and the same state again: the first and the
        last answer."""
        before = self.running.wait_state("env", state)
        allow = self.refuse(database)
        self.running.wait_state("env", "unknown")
        allow()
        return before, self.running.wait_state("env", state)

    def since(self):
        """What the table says of env."""
        table = program("status", "--url", self.running.url).out.splitlines()
        line = [line for line in table if line.startswith("env ")][0]
        return re.search(r"2\S+T\S+Z\*?", line).group()

    def test_a_failed_check_does_not_begin_a_state_anew(self):
        for change, state in (("DROP TABLE step4", "drifted"), ("", "in_sync"),
                              ("DROP TABLE alembic_version", "unstamped")):
            with self.subTest(state):
                database = self.at(change=change)
                self.running = self.daemon(self.pair(database))
                before, after = self.blip(database, state)
                self.assertGreaterEqual(after["since"], before["since"])
                self.assertEqual(after["standing_since"], before["since"])
                self.assertEqual(after["schema"]["drift_since"],
                                 before["schema"]["drift_since"])
                self.assertIsNone(after["unwatched"])
                self.assertEqual(self.since(), before["since"])
                self.assertIn('title="%s"' % before["since"], self.running.get("/").text)
                # Nor does it over a restart, and one that follows it.
                self.running.stop()
                self.running.start()
                after = self.running.wait_state("env", state)
                self.assertEqual(after["standing_since"], before["since"])
                self.running.stop()

    def test_what_was_not_watched_is_said(self):
        database = self.at(change="DROP TABLE step4")
        self.running = self.daemon(self.pair(database))
        before = self.running.wait_state("env", "drifted")
        self.running.stop()
        # As if it had been found two hours ago, and the daemon stopped an hour ago.
        self.running.store("UPDATE known SET success_ms = success_ms - ?, document = "
                           "json_set(document, '$.since_ms', success_ms - ?, "
                           "'$.schema.drift_since_ms', success_ms - ?)",
                           HOUR_MS, 2 * HOUR_MS, 2 * HOUR_MS)
        self.running.start()
        after = self.running.wait_state("env", "drifted")
        self.assertLess(after["standing_since"], after["unwatched"]["from"])
        self.assertLess(after["unwatched"]["from"], before["since"])
        self.assertGreaterEqual(after["unwatched"]["to"], before["since"])
        self.assertEqual(self.since(), after["standing_since"] + "*")
        self.assertIn("not watched for", self.running.get("/").text)
        # It is remembered; another restart at once is none.
        self.running.stop()
        self.running.start()
        again = self.running.wait_state("env", "drifted")
        self.assertEqual(again["unwatched"], after["unwatched"])
        # What begins now was watched from its beginning.
        self.server.sql("DROP TABLE alembic_version", database)
        self.assertIsNone(self.running.wait_state("env", "unstamped")["unwatched"])

    def test_what_is_found_after_a_gap_may_have_begun_in_it(self):
        database = self.at()
        self.running = self.daemon(self.pair(database))
        self.running.wait_state("env", "in_sync")
        self.running.kill()
        self.running.store("UPDATE known SET success_ms = success_ms - ?", HOUR_MS)
        self.server.sql("DROP TABLE step4", database)
        self.running.start()
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(found["unwatched"]["to"], found["since"])
        self.assertEqual(found["schema"]["drift_since"], found["since"])

    def test_a_sign_of_life_says_when_each_was_checked(self):
        """Also where nothing else was to be kept."""
        database = self.at()
        self.running = self.daemon(self.pair(database))
        self.running.wait_state("env", "in_sync")
        first = self.running.environment("env")["check"]["last_success_at"]
        until("a check a second later", lambda: self.running.environment("env")["check"][
            "last_success_at"] > first)
        self.running.stop()
        self.refuse(database)
        self.running.start()
        check = until("a check that fails", lambda: self.failed("env"))
        self.assertGreater(check["last_success_at"], first)

    def failed(self, name):
        check = self.running.environment(name)["check"]
        return check if check["error"] else None


if __name__ == "__main__":
    unittest.main()
