"""What two databases are held to be at one moment: no statement that reaches both makes
them differ, whoever is read first."""
import os
import signal
import unittest

from harness import (PASSWORD, WATCHER, SystemTest, directory, environment, program,
                     timeless, until, write)

TABLE = "CREATE TABLE t (id integer PRIMARY KEY, n text);"
STATES = ("drifted", "revision_mismatch", "unstamped", "unconfirmed")


class Together(SystemTest):
    """prod is held against dev; one of them is read all the time, the other never."""

    def setUp(self):
        super().setUp()
        self.dev, self.prod = (self.stamped("a", text=TABLE) for _ in range(2))

    def parts(self, dev="1h", prod="1h", **keys):
        return (environment("dev", self.server.dsn(self.dev), interval=dev, head=["a"]) +
                environment("prod", self.server.dsn(self.prod), interval=prod,
                            **{"expect": "environment:dev", **keys}))

    def watch(self, *where, **keys):
        self.running = self.daemon(self.parts(*where, **keys))
        self.running.wait_state("prod", "in_sync")

    def both(self, text, databases=None):
        """At one moment, as far as the daemon can tell."""
        self.running.process.send_signal(signal.SIGSTOP)
        try:
            for database in databases or (self.dev, self.prod):
                self.server.sql(text, database)
        finally:
            self.running.process.send_signal(signal.SIGCONT)

    def findings(self):
        """What was ever said to be wrong with prod."""
        return [r for r in self.running.json("/history?environment=prod")["changes"]
                if r["state"] in STATES]

    def seen(self, name, before):
        """Until what is read of `name` is no longer what it was, and judged."""
        return until("news of " + name, lambda: [
            e for e in [self.running.environment(name)]
            if e["schema"]["fingerprint"] != before["schema"]["fingerprint"]])[0]

    def statements(self, *where, **keys):
        self.watch(*where, **keys)
        for i in range(3):
            before = [self.running.environment(name) for name in ("dev", "prod")]
            self.both("ALTER TABLE t ADD c%d integer" % i)
            for e in before:
                self.assertNotIn(self.seen(e["name"], e)["state"], STATES)
        self.assertEqual(self.running.environment("prod")["state"], "in_sync")
        self.assertEqual(self.findings(), [])
        self.assertNotIn("drifted", self.running.log())

    def test_the_follower_is_read_first(self):
        self.statements("1h", "100ms")

    def test_the_reference_is_read_first(self):
        self.statements("100ms", "1h")

    def test_both_are_read(self):
        self.statements("100ms", "100ms")

    def test_each_is_confirmed_at_once(self):
        self.statements("1h", "100ms", confirm=3)

    def migrate(self, *where):
        self.watch(*where, expect="environment:dev", head=["environment:dev"])
        for revision in ("b", "c"):
            before = [self.running.environment(name) for name in ("dev", "prod")]
            self.both("BEGIN; CREATE TABLE %s (); UPDATE alembic_version SET version_num"
                      " = '%s'; COMMIT" % (revision, revision))
            for e in before:
                self.seen(e["name"], e)
            found = self.running.environment("prod")
            self.assertEqual((found["state"], found["revision"]["expected"]),
                             ("in_sync", [revision]))
        self.assertEqual(self.findings(), [])

    def test_a_migration_of_both_is_seen_in_the_follower_first(self):
        self.migrate("1h", "100ms")

    def test_a_migration_of_both_is_seen_in_the_reference_first(self):
        self.migrate("100ms", "1h")

    def test_what_differs_is_told_at_once(self):
        for where in (("1h", "100ms"), ("100ms", "1h")):
            self.watch(*where)
            changed = self.prod if where[1] == "100ms" else self.dev
            self.both("ALTER TABLE t ADD other integer", [changed])
            found = self.running.wait_state("prod", "drifted")
            self.assertEqual(found["schema"]["findings"], 1)
            self.both("ALTER TABLE t DROP other", [changed])
            self.running.wait_state("prod", "in_sync")

    def test_the_first_reading_of_the_follower(self):
        self.server.sql("REVOKE CONNECT ON DATABASE %s FROM public" % self.prod)
        self.running = self.daemon(self.parts("1h", "100ms"))
        self.both("ALTER TABLE t ADD c integer")
        self.server.sql("GRANT CONNECT ON DATABASE %s TO public" % self.prod)
        self.running.wait_state("prod", "in_sync")
        self.assertEqual(self.findings(), [])

    def close(self, database):
        self.server.sql("ALTER DATABASE %s ALLOW_CONNECTIONS false" % database)

    def open(self, database):
        self.server.sql("ALTER DATABASE %s ALLOW_CONNECTIONS true" % database)

    def test_the_reference_is_closed_meanwhile(self):
        self.watch("100ms", "100ms")
        self.close(self.dev)
        self.running.wait_state("dev", "unknown")
        # As long as nothing changes, nothing is wrong with what was said.
        self.assertEqual(self.running.after_checks("prod", 3)["state"], "in_sync")
        self.server.sql("ALTER TABLE t ADD c integer", self.prod)
        found = self.running.wait_state("prod", "unknown")
        self.assertEqual(found["schema"]["status"], "not_comparable")
        self.assertRegex(found["schema"]["reason"],
                         "since environment:dev was last read at 2.*Z, which .* since 2.*Z;"
                         " 1 difference from what that was .first: column public.t.c ")
        self.assertEqual(self.findings(), [])
        self.open(self.dev)
        found = self.running.wait_state("prod", "drifted")
        # What stands, stands while it cannot be judged again.
        self.close(self.dev)
        self.running.wait_state("dev", "unknown")
        self.server.sql("ALTER TABLE t ADD d integer", self.prod)
        found = until("the reason", lambda: [
            e for e in [self.running.environment("prod")] if e["schema"]["reason"]])[0]
        self.assertEqual(found["schema"]["findings"], 1)
        self.assertIn("2 differences", found["schema"]["reason"])
        self.open(self.dev)
        until("both", lambda: self.running.environment("prod")["schema"]["findings"] == 2)

    def test_the_head_is_closed_meanwhile(self):
        self.watch("100ms", "100ms", expect="none", head=["environment:dev"])
        self.close(self.dev)
        self.running.wait_state("dev", "unknown")
        self.assertEqual(self.running.after_checks("prod", 3)["state"], "in_sync")
        # Its head may have moved as well.
        self.server.sql("UPDATE alembic_version SET version_num = 'b'", self.prod)
        found = self.running.wait_state("prod", "unknown")
        self.assertEqual(found["revision"]["status"], "not_checked")
        self.assertIn("has changed since environment:dev was last read", found["hint"])
        self.assertEqual(self.findings(), [])
        self.open(self.dev)
        self.running.wait_state("prod", "revision_mismatch")

    def test_a_follower_that_drifted_is_closed(self):
        self.watch("100ms", "100ms")
        self.server.sql("ALTER TABLE t ADD c integer", self.prod)
        drifted = self.running.wait_state("prod", "drifted")
        self.close(self.prod)
        self.running.wait_state("prod", "unknown")
        before = self.running.environment("dev")
        self.server.sql("ALTER TABLE t ADD c integer", self.dev)
        self.seen("dev", before)
        found = self.running.after_checks("prod")
        self.assertEqual((found["state"], found["schema"]["status"]),
                         ("unknown", "drifted"))
        self.assertEqual(timeless(found["schema"])["items"],
                         timeless(drifted["schema"])["items"])
        self.assertEqual(found["schema"]["drift_since"], drifted["schema"]["drift_since"])
        self.open(self.prod)
        self.running.wait_state("prod", "in_sync")

    def test_the_follower_is_closed_meanwhile(self):
        self.watch("100ms", "100ms")
        before = self.running.environment("dev")
        self.close(self.prod)
        self.running.wait_state("prod", "unknown")
        self.server.sql("ALTER TABLE t ADD c integer", self.dev)
        self.seen("dev", before)
        found = self.running.after_checks("prod")
        self.assertEqual((found["state"], found["schema"]["status"]),
                         ("unknown", "in_sync"))
        self.assertEqual(found["revision"]["recorded"], ["a"])
        # Both were so at one moment: that it has gone has to be seen before.
        before = self.running.environment("dev")
        self.server.sql("ALTER TABLE t DROP c", self.dev)
        self.seen("dev", before)
        self.open(self.prod)
        self.running.wait_state("prod", "in_sync")
        self.assertEqual(self.findings(), [])

    def test_never_the_same_for_long(self):
        self.watch("100ms", "100ms")
        for i in range(20):
            self.both("COMMENT ON TABLE t IS '%d'" % i)
        self.running.after_checks("prod", 2)
        self.running.wait_state("prod", "in_sync")
        self.assertEqual(self.findings(), [])


class AtOnce(SystemTest):
    """Commands that read each once: the statement comes while prod is being read."""

    def setUp(self):
        super().setUp()
        self.dev, self.prod = (self.stamped("a", text=TABLE) for _ in range(2))
        psql = " ".join(self.server.psql_command("postgres")[-12:])
        self.calls = os.path.join(directory("hook"), "calls")
        self.hook = self.script("""
            n=$(cat %(calls)s 2>/dev/null || echo 0)
            echo $((n + 1)) >%(calls)s
            if [ $n = 0 ]; then %(wait)s; %(both)s; fi
            echo %(password)s""", {
                "calls": self.calls, "password": PASSWORD,
                # dev has been read and left.
                "wait": "until [ \"$(%s -c \"SELECT count(*) FROM pg_stat_database WHERE"
                        " datname = '%s' AND sessions > %s AND numbackends = 0\")\" = 1 ];"
                        " do :; done" % (psql, self.dev, self.sessions()),
                "both": "; ".join("%s -d %s -c 'ALTER TABLE t ADD c integer'" % (psql, d)
                                  for d in (self.dev, self.prod))})

    def sessions(self):
        return self.server.sql("SELECT sessions FROM pg_stat_database WHERE datname = '%s'"
                               % self.dev).strip()

    def script(self, text, values):
        return write(os.path.join(directory("script"), "hook"),
                     "#!/bin/sh\n" + text % values + "\n", 0o755)

    def conf(self):
        return self.config(
            environment("dev", self.server.dsn(self.dev), head=["a"]) +
            environment("prod", self.server.dsn(self.prod, WATCHER, "127.0.0.1"),
                        password_command=self.hook, expect="environment:dev"))

    def test_check(self):
        self.assertStatus(program("check", "-c", self.conf()), 0)

    def test_diff(self):
        done = program("diff", "-c", self.conf(), "env:dev", "env:prod")
        self.assertStatus(done, 0)
        with open(self.calls, encoding="ascii") as f:
            self.assertEqual(f.read(), "1\n")


if __name__ == "__main__":
    unittest.main()
