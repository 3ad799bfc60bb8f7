"""Deploys as they go on: real Alembic, and what is between two of its transactions."""
import os
import subprocess
import unittest

from harness import Alembic, until, write
from shop import Shop

GATE = 4711  # an advisory lock that a step waits for
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


class Deploys(Shop):
    """Nothing is checked by itself for an hour."""

    def steps(self, **held):
        """The project, a transaction for each step, with other statements in some."""
        project = Alembic(self.server)
        write(os.path.join(project.path, "env.py"), project.ENV.replace(
            "connection=connection,",
            "connection=connection, transaction_per_migration=True,"))
        for i, revision in enumerate(self.ids):
            project.revision(revision, self.ids[i - 1] if i else None, held.get(
                "step%d" % i,
                "CREATE TABLE step%d (id integer PRIMARY KEY, name text)" % i))
        return project

    def begin(self, database, project):
        """Let it run until it stands at the gate; the session that opens that."""
        gate = self.session(database)
        gate.run("SELECT pg_advisory_lock(%d)" % GATE)
        url = "url=postgresql://postgres@/%s?host=%s&port=%d" % (
            database, self.server.directory, self.server.port)
        upgrade = subprocess.Popen(["alembic", "-c", project.ini, "-x", url, "upgrade",
                                    "head"], cwd="/", stderr=subprocess.DEVNULL,
                                   env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        self.addCleanup(upgrade.wait)
        self.addCleanup(gate.run, "SELECT pg_advisory_unlock_all()")
        until("Alembic to stand at the gate", lambda: self.server.sql(
            HELD, database).strip() == "1")
        return gate, upgrade

    def check(self, name="env"):
        """What a check says that is made now."""
        asked = self.running.get("/check/" + name, method="POST")
        self.assertEqual(asked.status, 202)

        def ended():
            found = self.running.environment(name)
            return found if (found["check"]["started_at"] or "") >= asked.json()[
                "began_at"] else None
        return until("the check", ended)

    def watch_slowly(self, database, **keys):
        self.running = self.daemon(self.pair(database, **keys),
                                   service={"interval": "1h"})
        return self.running.environment("env")

    def test_between_two_transactions(self):
        """Only that the revision moves says that it is not over."""
        database = self.at(self.ids[1])
        found = self.watch_slowly(database, expect="none")
        self.assertIn("run `alembic upgrade head`", found["hint"])
        gate, upgrade = self.begin(database, self.steps(
            step4="SELECT pg_advisory_xact_lock(%d)" % GATE))
        found = self.check()
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertEqual(found["revision"]["recorded"], [self.ids[3]])
        self.assertRegex(found["hint"], r"^1 revision behind head %s: the revision has moved"
                         r" from %s to %s, seen at \d{4}-\S+Z, and a migration may still be"
                         r" running, so wait for the next check" % (
                             self.ids[4], self.ids[1], self.ids[3]))
        self.assertNotIn("upgrade", found["hint"])
        self.assertIn("pending: " + self.ids[4], found["hint"])
        gate.run("SELECT pg_advisory_unlock(%d)" % GATE)
        self.assertEqual(upgrade.wait(), 0)
        self.assertEqual(self.check()["state"], "in_sync")

    def test_a_move_is_over_after_an_interval(self):
        """Then nothing says any more that it goes on."""
        database = self.at(self.ids[1])
        self.watch(database, "revision_mismatch", expect="none")
        self.project.run(database, "upgrade", self.ids[3])
        until("the move", lambda: self.running.environment("env")["revision"]["recorded"]
              == [self.ids[3]])
        until("an interval", lambda: "run `alembic upgrade head`" in
              self.running.environment("env")["hint"])

    def test_a_first_upgrade(self):
        """Of an empty database: from no revision to the first ones."""
        database = self.database(
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO watcher")
        self.watch_slowly(database, expect="none")
        gate, upgrade = self.begin(database, self.steps(
            step2="SELECT pg_advisory_xact_lock(%d)" % GATE))
        found = self.check()
        self.assertIn("has moved from none to " + self.ids[1], found["hint"])
        self.assertNotIn("upgrade", found["hint"])
        gate.run("SELECT pg_advisory_unlock(%d)" % GATE)
        self.assertEqual(upgrade.wait(), 0)

    def test_what_was_seen_to_run(self):
        """A session that held a lock as DDL does, and has let it go."""
        database = self.at(self.ids[3])
        self.watch_slowly(database, expect="none")
        migration = self.session(database)
        migration.run("BEGIN; ALTER TABLE step1 ADD later text")
        self.assertEqual(self.check()["state"], "migrating")
        migration.run("COMMIT")
        found = self.check()
        self.assertRegex(found["hint"], r"a migration was running at \d{4}-\S+Z, and may go on")
        self.assertNotIn("upgrade", found["hint"])


if __name__ == "__main__":
    unittest.main()
