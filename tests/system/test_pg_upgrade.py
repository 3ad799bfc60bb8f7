"""pg_upgrade below a daemon that goes on: a cluster with another system identifier, of which
docs/upgrade.md says what is told and what is to be done."""
import os
import unittest

from harness import (Postgres, SystemTest, as_postgres, call, directory, environment, program,
                     until)


class Upgradable(Postgres):
    def upgrade(self):
        """As its manual has it, to the same version: the cluster is a new one all the same."""
        self.stop("fast")
        new, work = os.path.join(self.directory, "new"), directory("upgrade", for_postgres=True)
        call(as_postgres(self.program("initdb"), "-D", new, "-U", "postgres", "-A", "trust",
                         "--no-sync", "--no-locale", "-E", "UTF8"))
        programs = os.path.dirname(self.program("initdb"))
        call(as_postgres("sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", work,
                         self.program("pg_upgrade"), "-b", programs, "-B", programs, "-d",
                         self.data, "-D", new, "-U", "postgres", "-s", work))
        self.data = new
        self.start()


class Upgrade(SystemTest):
    which_server = staticmethod(Upgradable)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.server.stop)
        self.database = self.stamped("a1", text="CREATE TABLE t (id integer PRIMARY KEY)")
        self.snapshot = os.path.join(directory("upgrade"), "t.json")

    def test_what_is_told_and_done(self):
        dsn = self.server.dsn(self.database)
        self.assertEqual(program("snapshot", dsn, "-o", self.snapshot).status, 0)
        self.running = self.daemon(
            environment("prod", dsn, head=["a1"], expect="baseline") +
            environment("file", dsn, head=["a1"], expect="snapshot:" + self.snapshot))
        config = self.running.file
        self.assertEqual(program("accept", "-c", config, "prod").status, 0)
        self.running.wait_state("prod", "in_sync")
        before = self.running.wait_state("file", "in_sync")["server"]["system_identifier"]
        self.server.upgrade()

        found = until("the other cluster", lambda: (
            lambda f: f if f["server"]["system_identifier"] != before and
            f["check"]["status"] == "ok" else None)(self.running.environment("prod")))
        self.assertEqual(found["state"], "unknown")
        self.assertIn("is of another database (system identifier", found["schema"]["reason"])
        self.assertIn("pgdriftd accept prod", found["hint"])
        self.running.wait_state("file", "in_sync")
        for name in ("prod", "file"):
            self.assertEqual(sum(r.get("environment") == name and r["level"] == "warn" and
                                 r["msg"] == "is now another database"
                                 for r in self.running.log_records()), 1)
        self.assertEqual(program("diff", "-c", config, self.snapshot, "env:prod").status, 0)

        self.assertEqual(program("accept", "-c", config, "prod", "--reason",
                                 "pg_upgrade").status, 0)
        self.running.wait_state("prod", "in_sync")
        history = self.running.json("/history?environment=prod&limit=100")
        self.assertIn("in_sync", str(history))


if __name__ == "__main__":
    unittest.main()
