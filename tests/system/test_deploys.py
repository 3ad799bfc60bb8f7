"""Deploys as they go on: real Alembic, and what is between two of its transactions."""
import contextlib
import json
import os
import subprocess
import unittest

from catalog import STATEMENTS
from harness import WATCHER, Alembic, call, until, write
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

    def begin_check(self, name="env"):
        """A check is made now; what gives what it says, once it has ended."""
        asked = self.running.get("/check/" + name, method="POST")
        self.assertEqual(asked.status, 202)

        def ended():
            found = self.running.environment(name)
            return found if (found["check"]["started_at"] or "") >= asked.json()[
                "began_at"] else None
        return lambda: until("the check", ended)

    def check(self, name="env"):
        """What a check says that is made now."""
        return self.begin_check(name)()

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

    def test_an_index_that_fails(self):
        """While it is built it is no finding; what is left of it is one."""
        database = self.at(self.ids[3])
        self.dev = self.at(self.ids[3])
        running = self.daemon(self.pair(database, self.server.dsn(database, "postgres")),
                              service={"interval": "1h"})
        self.running = running
        until("the comparison", lambda: self.with_schema("in_sync"))
        writer = self.write_slowly(database)
        builder = subprocess.Popen(self.server.psql_command(database) + [
            "-c", "CREATE INDEX CONCURRENTLY half_idx ON step2 (name)"],
            stderr=subprocess.DEVNULL)
        self.addCleanup(builder.wait)
        self.addCleanup(builder.kill)
        self.until_building(database)
        found = self.check()
        self.assertEqual((found["state"], found["schema"]["status"]),
                         ("migrating", "in_sync"))
        self.assertRegex(found["hint"], r"waits for .* of psql, pid \d+.* since \d{4}-")
        self.server.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index",
                        database)
        self.assertNotEqual(builder.wait(), 0)
        writer.run("ROLLBACK")
        found = self.check()
        self.assertEqual((found["state"], found["schema"]["status"]),
                         ("revision_mismatch", "drifted"))
        item, = found["schema"]["items"]
        self.assertEqual((item["name"], item["change"]), ("public.half_idx", "unexpected"))
        self.assertIn("INVALID", item["note"])

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
        # Who may see when their transactions began.
        self.running = self.daemon(self.pair(
            database, self.server.dsn(database, user="postgres"), migrating_max="3s"))
        # None is as old as that when it is seen.
        one.run("BEGIN; ALTER TABLE step1 ADD later text")
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

    # ---- What comes while a check is on its way ----

    def check_held(self, database, came):
        """What a check says that came() comes into: it has asked whether anything was
        written, and waits for a catalog that the next of its statements reads."""
        gate = self.server.session(database)
        try:
            gate.run("BEGIN; LOCK TABLE pg_policy IN ACCESS EXCLUSIVE MODE")
            found = self.begin_check()
            until("the check to wait", lambda: self.server.sql(
                "SELECT query FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks"
                " WHERE relation = 'pg_policy'::regclass AND NOT granted)", database))
            came()
            gate.run("ROLLBACK")
        finally:
            gate.close()
        return found()

    def test_who_comes_into_a_check(self):
        """Whose lock is seen is known as well: by its name, and what it is about."""
        database = self.at(self.ids[3])
        # Nothing is left out of a check where somebody locks anything.
        loud, idle = self.session(database), self.session(database)
        loud.run("BEGIN; LOCK TABLE step2 IN SHARE UPDATE EXCLUSIVE MODE")
        idle.run("SELECT 1")
        for kept in (False, True):
            self.running = self.daemon(self.pair(
                database, self.server.dsn(database, "postgres"), expect="none",
                keep_connection=kept, lock_timeout="20s"), service={"interval": "1h"})
            for _ in range(3):
                self.assertEqual(self.check()["state"], "revision_mismatch")
            for session in (None, idle):
                with self.subTest(kept=kept, new=not session):
                    self.come_into(database, session or self.session(database))
            self.running.stop()

    def come_into(self, database, session):
        def comes(text):
            found = self.check_held(database, lambda: session.run("BEGIN; " + text))
            session.run("ROLLBACK")
            return found

        by_hand = comes("LOCK TABLE step1 IN ACCESS EXCLUSIVE MODE")
        migrates = comes("SET LOCAL application_name = 'deploy-6';"
                         " ALTER TABLE step1 ADD later text")
        self.assertEqual((by_hand["state"], migrates["state"]),
                         ("revision_mismatch", "migrating"))
        self.assertRegex(migrates["hint"], r"since \d{4}-.*deploy-6, pid \d+")


class Sessions(Shop):
    """Which work of others is taken for a migration, in a database that is behind."""

    def setUp(self):
        super().setUp()
        self.database_name = self.at(self.ids[3], """
            INSERT INTO step1 SELECT i, 'x' FROM generate_series(1, 100) i;
            CREATE MATERIALIZED VIEW seen AS SELECT * FROM step1;
            CREATE UNIQUE INDEX seen_id ON seen (id);
            ALTER TABLE step1 ADD CONSTRAINT named CHECK (name > '') NOT VALID;
            CREATE TABLE parts (id integer) PARTITION BY LIST (id);
            CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1)""")

    def held(self, text, waits=1):
        """Another session with `text`, which waits for what others hold."""
        process = subprocess.Popen(
            self.server.psql_command(self.database_name) + ["-c", text],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        until("%s to wait" % text, lambda: int(self.server.sql(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND"
            " pid IN (SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database())", self.database_name)) >= waits)
        return process

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        info = json.loads(call([STATEMENTS, "150000"]))["info"]
        cls.info = info.replace("$1", "'public'").replace("$2", "'alembic_version'")

    def seen(self, *users):
        """What is found of a migration, by roles that see more or less."""
        return [self.server.sql(
            "SELECT CASE WHEN NOT migrating THEN 'none' WHEN migrating_perhaps"
            " THEN 'perhaps' ELSE 'sure' END FROM (%s) q" % self.info,
            self.database_name, user).strip() for user in users or ("postgres", WATCHER)]

    PERHAPS = ["perhaps", "perhaps"]
    NONE = ["none", "none"]

    @contextlib.contextmanager
    def held_by(self, text):
        """A transaction that has done this, and goes back."""
        session = self.server.session(self.database_name)
        try:
            session.run("BEGIN; " + text)
            yield session
            session.run("ROLLBACK")
        finally:
            session.close()

    def seen_beside(self, holder, text, *users):
        """What is said while `text` waits for what `holder` has done."""
        with self.held_by(holder):
            waits = self.held(text)
            found = self.seen(*users)
        self.assertEqual(waits.wait(30), 0)
        return found

    def test_an_index_that_is_built(self):
        for what, expected in (
                ("CREATE INDEX CONCURRENTLY a ON step1 (name)", self.PERHAPS),
                ("REINDEX INDEX CONCURRENTLY step1_pkey", self.NONE),
                ("CREATE INDEX b ON step1 (name)", self.PERHAPS)):
            with self.subTest(what):
                self.assertEqual(self.seen_beside(
                    "UPDATE step1 SET name = 'y' WHERE id = 1", what), expected)

    def test_what_waits_for_old_transactions(self):
        """For who may see its text."""
        self.assertEqual(self.seen_beside(
            "SELECT * FROM parts", "ALTER TABLE parts DETACH PARTITION part1 CONCURRENTLY",
            "postgres"), ["perhaps"])

    def test_maintenance(self):
        """Which waits for a table that somebody writes."""
        for what in ("VACUUM FULL step1", "CLUSTER step1 USING step1_pkey",
                     "REINDEX TABLE step1", "VACUUM step1", "ANALYZE step1"):
            with self.subTest(what):
                self.assertEqual(self.seen_beside(
                    "LOCK TABLE step1 IN SHARE UPDATE EXCLUSIVE MODE;"
                    "UPDATE step1 SET name = 'z' WHERE id = 1", what, "postgres"), ["none"])

    def test_a_refresh(self):
        for what in ("REFRESH MATERIALIZED VIEW seen",
                     "REFRESH MATERIALIZED VIEW CONCURRENTLY seen"):
            with self.subTest(what):
                with self.held_by(what):
                    self.assertEqual(self.seen(), self.NONE)

    def test_work_beside_it(self):
        """pg_dump reads all tables, applications write theirs."""
        for what in ("LOCK TABLE step1, alembic_version IN ACCESS SHARE MODE",
                     "UPDATE step1 SET name = 'y'", "ANALYZE step1",
                     "REINDEX INDEX step1_pkey",
                     "SELECT * FROM alembic_version; CREATE TEMP TABLE own (id integer);"
                     " INSERT INTO own VALUES (1)"):
            with self.subTest(what):
                with self.held_by(what):
                    self.assertEqual(self.seen(), self.NONE)

    def test_a_step_that_takes_no_strong_lock(self):
        """In the transaction that has read the version table, as Alembic does."""
        for what in ("ALTER TABLE step1 VALIDATE CONSTRAINT named",
                     "UPDATE step1 SET name = 'y'"):
            with self.subTest(what):
                with self.held_by("SELECT * FROM alembic_version; " + what):
                    self.assertEqual(self.seen(), self.PERHAPS)

    def test_replication(self):
        """Who applies what another server has migrated waits for a row here."""
        source = self.at(self.ids[3])
        self.server.sql("CREATE PUBLICATION p FOR TABLE alembic_version", source)
        self.server.sql("SELECT pg_create_logical_replication_slot('deploys', 'pgoutput')",
                        source)
        self.server.sql("CREATE SUBSCRIPTION s CONNECTION 'host=%s port=%d dbname=%s"
                        " user=postgres' PUBLICATION p WITH (create_slot = false,"
                        " slot_name = deploys, copy_data = false)" % (
                            self.server.directory, self.server.port, source),
                        self.database_name)
        self.addCleanup(self.server.sql, "ALTER SUBSCRIPTION s DISABLE;"
                        "ALTER SUBSCRIPTION s SET (slot_name = NONE);"
                        "DROP SUBSCRIPTION s", self.database_name)
        with self.held_by("SELECT * FROM alembic_version FOR UPDATE"):
            self.server.sql("ALTER TABLE alembic_version REPLICA IDENTITY FULL;"
                            "UPDATE alembic_version SET version_num = version_num", source)
            until("the worker to wait", lambda: self.server.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND backend_type LIKE 'logical replication%'").strip() == "1")
            self.assertEqual(self.seen(), self.NONE)


if __name__ == "__main__":
    unittest.main()
