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

    def url(self, database):
        return "url=postgresql://postgres@/%s?host=%s&port=%d" % (
            database, self.server.directory, self.server.port)

    def start(self, database, project):
        upgrade = subprocess.Popen(
            ["alembic", "-c", project.ini, "-x", self.url(database), "upgrade", "head"],
            cwd="/", stderr=subprocess.DEVNULL,
            env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        self.addCleanup(upgrade.wait)
        return upgrade

    def begin(self, database, project):
        """Let it run until it stands at the gate; the session that opens that."""
        gate = self.session(database)
        gate.run("SELECT pg_advisory_lock(%d)" % GATE)
        upgrade = self.start(database, project)
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

    # ---- What one has done by halves ----

    HALF = '''"made by a test"
from alembic import op
revision = %r
down_revision = %r
def upgrade():
    op.execute("ALTER TABLE step1 ADD half text")
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY half_idx ON step2 (name)")
    op.execute("CREATE TABLE step4 (id integer PRIMARY KEY, name text)")
'''

    def in_halves(self):
        """The project, whose last step commits in its middle."""
        project = self.steps()
        write(os.path.join(project.versions, self.ids[4] + "_made.py"),
              self.HALF % (self.ids[4], self.ids[3]))
        return project

    def write_slowly(self, database):
        """A transaction that an index is not built beside."""
        writer = self.session(database)
        writer.run("BEGIN; INSERT INTO step2 VALUES (1, 'x')")
        return writer

    def until_building(self, database):
        until("the index to be built", lambda: self.server.sql(
            "SELECT count(*) FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'"
            " AND datname = current_database()", database).strip() == "1")

    def test_a_half(self):
        """Committed, and neither drift nor an event; afterwards all is well."""
        project = self.in_halves()
        self.dev = self.database()
        project.upgrade(self.dev)
        database = self.at(self.ids[3])
        before = self.watch_slowly(database)
        self.assertEqual(before["schema"]["status"], "other_revision")
        writer = self.write_slowly(database)
        upgrade = self.start(database, project)
        self.addCleanup(writer.run, "ROLLBACK")
        self.until_building(database)
        for _ in range(3):
            found = self.check()
            self.assertEqual(found["state"], "migrating", found["hint"])
            self.assertEqual(found["schema"]["status"], "other_revision")
            self.assertEqual(found["schema"]["findings"], before["schema"]["findings"])
        self.assertEqual(self.running.metric("pgdriftd_schema_status", environment="env",
                                             status="drifted"), 0)
        writer.run("COMMIT")
        self.assertEqual(upgrade.wait(), 0)
        self.assertEqual(self.check()["state"], "in_sync")
        self.assertNotIn("drifted", self.running.log())
        self.assertNotIn("catalog", {row.get("event") for row in self.running.json(
            "/history?environment=env")["changes"]})

    def test_a_half_of_a_reference(self):
        """Those that are held against it are not held against that."""
        project = self.in_halves()
        self.dev = self.at(self.ids[3])
        database = self.at(self.ids[3])
        self.running = self.daemon(self.pair(database), service={"interval": "1h"})
        until("the comparison", lambda: self.with_schema("in_sync"))
        writer = self.write_slowly(self.dev)
        upgrade = self.start(self.dev, project)
        self.addCleanup(writer.run, "ROLLBACK")
        self.until_building(self.dev)
        self.assertEqual(self.check("dev")["state"], "migrating")
        found = self.check()
        self.assertEqual(found["schema"]["status"], "in_sync", found["hint"])
        self.assertIn("environment:dev is itself migrating", found["hint"])
        writer.run("COMMIT")
        self.assertEqual(upgrade.wait(), 0)
        self.assertEqual(self.check("dev")["state"], "in_sync")
        self.assertEqual(self.check()["schema"]["status"], "in_sync")
        self.assertNotIn("drifted", self.running.log())

    def test_what_a_later_step_has_locked(self):
        """It cannot be read, which is no failure."""
        database = self.at(self.ids[1])
        self.watch_slowly(database, expect="none")
        gate, upgrade = self.begin(database, self.steps(
            step4="ALTER TABLE step1 ADD CHECK (id > 0);"
            "SELECT pg_advisory_xact_lock(%d)" % GATE))
        for _ in range(8):
            found = self.check()
            self.assertEqual((found["state"], found["check"]["error"]), ("migrating", None))
        gate.run("SELECT pg_advisory_unlock(%d)" % GATE)
        self.assertEqual(upgrade.wait(), 0)
        self.assertEqual(self.check()["state"], "in_sync")

    # ---- What does not end ----

    def test_drift_beside_one_that_hangs(self):
        """What was found stands; what comes is told when nothing excuses it any more."""
        database = self.at(self.ids[3])
        self.dev = self.at(self.ids[3])
        self.server.sql("ALTER TABLE step0 ADD before text", database)
        self.running = self.daemon(self.pair(database, migrating_max="3s"))
        until("drift", lambda: self.with_schema("drifted"))
        migration = self.session(database)
        migration.run("BEGIN; ALTER TABLE step1 ADD later text")
        found = self.running.wait_state("env", "migrating")
        self.server.sql("ALTER TABLE step2 ADD beside text", database)
        found = self.running.after_checks("env")
        if found["state"] == "migrating":
            self.assertEqual((found["schema"]["status"], found["schema"]["findings"]),
                             ("drifted", 1))
        found = until("the other", lambda: self.found(2))
        self.assertRegex(found["hint"], "looks like a migration .*migrating_max")
        self.assertNotIn("upgrade head`", found["hint"])
        self.assertIsNotNone(found["server"]["migrating_since"])
        migration.run("ROLLBACK")
        until("its end", lambda: not self.running.environment("env")["server"][
            "migrating_since"])
        self.assertEqual(self.running.environment("env")["schema"]["findings"], 2)

    def found(self, count):
        found = self.running.environment("env")
        return found if found["schema"]["findings"] == count else None

    def test_one_after_the_other(self):
        """Each is young, and nothing comes of it: as good as one that hangs."""
        database = self.at(self.ids[3])
        self.dev = self.at(self.ids[3])
        self.server.sql("ALTER TABLE step0 ADD hotfix text", database)
        one, other = self.session(database), self.session(database)
        one.run("BEGIN; ALTER TABLE step1 ADD later text")
        # Who may see when their transactions began.
        self.running = self.daemon(self.pair(
            database, self.server.dsn(database, user="postgres"), migrating_max="3s"))
        self.running.wait_state("env", "migrating")

        def excused():
            other.run("BEGIN; ALTER TABLE step2 ADD later text")
            one.run("ROLLBACK; BEGIN; ALTER TABLE step1 ADD later text")
            other.run("ROLLBACK")
            found = self.running.environment("env")
            return found if found["state"] != "migrating" else None
        found = until("the end of it", excused)
        self.assertEqual(found["schema"]["status"], "drifted")
        self.assertRegex(found["hint"], r"one after the other since \d{4}-\S+ without a"
                         r" further revision, the last since .*migrating_max")
        one.run("ROLLBACK")
        until("nobody", lambda: not self.running.environment("env")["server"][
            "migrating_since"])

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
