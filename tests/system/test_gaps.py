"""What is said of the time in which nobody watched: the daemon was stopped, was killed, or
could not read."""
import re
import unittest

from harness import Postgres, environment, program, timeless, until
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
        self.running.store("UPDATE alive SET boot = NULL, at_ms = at_ms - ?", HOUR_MS)
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
        self.running.store("UPDATE alive SET boot = NULL, at_ms = at_ms - ?", HOUR_MS)
        self.running.start()
        self.assertRegex(self.life()[-1][1],
                         "^nobody watched for 1h.*, since it was stopped at 2")

    def test_a_clock_that_was_put_back(self):
        self.running = self.daemon(self.pair(self.at()))
        self.running.after_checks("env")
        self.running.kill()
        self.running.store("UPDATE alive SET boot = NULL, at_ms = at_ms + ?", HOUR_MS)
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


class Away(Shop):
    """The daemon is started anew while the reference cannot be read."""

    def pair_of(self, ref="head", env="head", change="", server=None, **keys):
        self.ref_server = server or self.server
        self.ref = self.at(ref) if not server else self.copy_to(server, ref)
        self.env = self.at(env, change)
        self.running = self.daemon(self.migrations() + environment(
            "ref", self.ref_server.dsn(self.ref), migrations="shop") + environment(
                "env", self.server.dsn(self.env), **(keys or {
                    "migrations": "shop", "expect": "environment:ref"})))

    def copy_to(self, server, revision):
        """A database of another server at that revision."""
        return server.database(self.server.dump(self.at(revision)).decode())

    def close(self):
        def allow(yes):
            self.server.sql('ALTER DATABASE "%s" ALLOW_CONNECTIONS %s' % (self.ref, yes))
        allow("false")
        self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = '%s'" % self.ref)
        self.addCleanup(allow, "true")
        return lambda: allow("true")

    def again(self):
        """What env is once the reference has failed and it has been checked."""
        self.running.start()
        until("a check of ref", lambda: self.running.environment("ref")["check"]["error"])
        return self.running.after_checks("env")

    def assertAsRead(self, found):
        self.assertRegex(found["hint"], r"as read at 20\S+Z, environment:ref "
                         r"(is unreachable|cannot be read) since 20\S+Z")
        self.assertIsNotNone(found["schema"]["reference_read_at"])

    def test_what_did_not_change_stands(self):
        for change, state in (("", "in_sync"), ("DROP TABLE step4", "drifted"),
                              ("DROP TABLE alembic_version", "unstamped")):
            with self.subTest(state):
                self.pair_of(change=change)
                before = self.running.wait_state("env", state)
                self.running.stop()
                allow = self.close()
                found = self.again()
                self.assertEqual(found["state"], state)
                for key in ("status", "findings", "items", "drift_since"):
                    self.assertEqual(timeless(found["schema"])[key],
                                     timeless(before["schema"])[key], key)
                self.assertAsRead(found)
                self.assertEqual(self.running.environment("ref")["state"], "unknown")
                # It goes on so, over the next restart as well; and ends.
                self.running.kill()
                self.assertEqual(self.again()["state"], state)
                allow()
                until("ref", lambda: not self.running.environment("ref")["check"]["error"],
                      60)
                found = self.running.after_checks("env")
                self.assertEqual((found["state"], found["schema"]["reference_note"]),
                                 (state, None))
                self.running.stop()

    def test_its_server_is_stopped(self):
        server = Postgres()
        self.addCleanup(server.stop)
        self.pair_of(server=server, change="ALTER TABLE step1 ADD hotfix text")
        self.running.wait_state("env", "drifted")
        self.running.stop()
        server.stop()
        found = self.again()
        self.assertEqual(found["state"], "drifted")
        self.assertAsRead(found)
        self.assertIn("environment:ref is unreachable since", found["hint"])

    def test_what_changed_meanwhile_cannot_be_judged(self):
        """As without a restart: nobody knows whether ref has changed as well."""
        self.pair_of()
        self.running.wait_state("env", "in_sync")
        self.running.stop()
        self.close()
        self.server.sql("ALTER TABLE step1 ADD hotfix text", self.env)
        for _ in range(2):
            found = self.again()
            self.assertEqual(found["state"], "unknown")
            self.assertRegex(found["schema"]["reason"], "this database has changed since "
                             r"environment:ref was last read at 20\S+Z, which .* since .*; "
                             "1 difference from what that was")
            self.running.kill()

    def test_changed_before_the_restart(self):
        self.pair_of()
        self.running.wait_state("env", "in_sync")
        self.close()
        self.running.wait_state("ref", "unknown")
        self.server.sql("DROP TABLE step4", self.env)
        self.running.wait_state("env", "unknown")
        self.running.stop()
        found = self.again()
        self.assertEqual(found["state"], "unknown")
        self.assertIn("this database has changed since", found["schema"]["reason"])

    def test_a_pending_release(self):
        """ref is one revision ahead; what it was at that of env is known."""
        self.pair_of(self.ids[3], self.ids[3])
        self.running.wait_state("ref", "revision_mismatch")
        until("the comparison", lambda: self.running.environment("env")["schema"]["status"]
              == "in_sync")
        self.project.upgrade(self.ref)
        self.running.wait_state("ref", "in_sync")
        before = self.running.after_checks("env")
        self.running.stop()
        self.close()
        found = self.again()
        for key in ("state", "schema", "revision"):
            self.assertEqual(*[{k: v for k, v in e[key].items() if k not in (
                "reference_note", "reference_read_at")} if key == "schema" else e[key]
                for e in (before, found)])
        # And what changes by hand is seen, since that does not change any more.
        self.server.sql("ALTER TABLE step1 ADD hotfix text", self.env)
        until("the drift", lambda: self.running.environment("env")["schema"]["status"]
              == "drifted")

    def test_its_revision_is_the_head(self):
        self.pair_of(env=self.ids[2], head=["environment:ref"])
        before = self.running.wait_state("env", "revision_mismatch")
        self.running.stop()
        self.close()
        found = self.again()
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertEqual(found["revision"], before["revision"])


if __name__ == "__main__":
    unittest.main()
