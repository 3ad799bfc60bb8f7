"""Migrations that take their time, with checks all the while: in one transaction and in one
for each step; nothing of what they do by halves is drift, and the end is known at once."""
import os
import unittest

from harness import (
    Alembic, SystemTest, environment, long, program, section, until, write)

STEPS = 6
SECONDS = long(3, 30)  # that the whole migration takes


class LongMigrations(SystemTest):

    def setUp(self):
        super().setUp()
        self.project = Alembic(self.server)
        self.ids = ["%012x" % (0xab0000 + i) for i in range(STEPS + 1)]
        # Each step changes what the one before has made, and takes its time between two
        # statements: before the first of them it has locked nothing.
        for i, revision in enumerate(self.ids):
            wait = "SELECT pg_sleep(%f);" % (SECONDS / STEPS / 2) if i else ""
            change = "ALTER TABLE step%d ADD note text;" % (i - 1) if i else ""
            self.project.revision(
                revision, self.ids[i - 1] if i else None,
                wait + "CREATE TABLE step%d (id integer PRIMARY KEY);" % i + change + wait +
                "CREATE INDEX step%d_i ON step%d (id)" % (i, i))
        self.env = self.project.ENV
        self.old, self.head = self.database(), self.database()
        self.use(in_one=True)
        self.project.upgrade(self.old, self.ids[0])
        self.project.upgrade(self.head)

    def use(self, in_one):
        write(os.path.join(self.project.path, "env.py"), self.env if in_one else
              self.env.replace("connection=connection,",
                               "connection=connection, transaction_per_migration=True,"))

    def watched(self):
        """One that is migrated, by what it can be held against."""
        dsn = self.server.dsn(self.old)
        return section("migrations", "shop", tool="alembic", path=self.project.versions) + \
            environment("head", self.server.dsn(self.head), migrations="shop") + \
            environment("beside", dsn, migrations="shop", expect="environment:head") + \
            environment("accepted", dsn, migrations="shop", expect="baseline") + \
            environment("alone", dsn, migrations="shop")

    def both_ways(self, in_one):
        self.use(in_one)
        running = self.daemon(self.watched(), service={
            "interval": "100ms" if SECONDS < 30 else "1s", "max_checks_per_server": "4"})
        self.assertStatus(program("accept", "accepted", "--force", "-c", running.file), 0)
        until("the baseline", lambda: running.environment("accepted")["schema"]["status"]
              == "in_sync")
        before = {name: running.checks(name) for name in ("beside", "accepted", "alone")}
        self.project.run(self.old, "upgrade", "head")
        for name, count in before.items():
            with self.subTest(name, in_one=in_one):
                self.assertGreater(running.checks(name), count + 2)
                self.assert_quiet(running, name)
        running.stop()

    def assert_quiet(self, running, name):
        """In sync within two checks, and never anything else than on its way."""
        found = running.after_checks(name, 1)
        self.assertEqual((found["state"], found["revision"]["recorded"]),
                         ("in_sync", [self.ids[-1]]), found["hint"])
        changes = running.json("/history?limit=1000&environment=" + name)["changes"]
        self.assertLessEqual({row["state"] for row in changes},
                             {"unknown", "revision_mismatch", "migrating", "in_sync"})
        self.assertNotIn("catalog", {row["event"] for row in changes}, changes)

    def test_in_one_transaction(self):
        self.both_ways(in_one=True)

    def test_in_many_transactions(self):
        self.both_ways(in_one=False)


if __name__ == "__main__":
    unittest.main()
