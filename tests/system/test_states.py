"""Every state and axis of the contract, reached for real."""
import json
import os
import subprocess
import unittest

from harness import (WATCHER, Alembic, SystemTest, directory, environment, lengthy,
                     program, section, until, write)
from shop import Shop


@lengthy
class States(Shop):
    def test_in_sync(self):
        found = self.watch(self.at(), "in_sync")
        self.assertEqual(found["check"]["status"], "ok")
        self.assertIsNone(found["check"]["error"])
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertEqual(found["revision"]["recorded"], [self.ids[4]])
        self.assertEqual(found["revision"]["expected"], [self.ids[4]])
        self.assertEqual(found["revision"]["pending"], [])
        found = until("the comparison", lambda: self.with_schema("in_sync"))
        self.assertEqual(found["schema"]["findings"], 0)
        self.assertGreater(found["schema"]["objects"], 5)
        self.assertTrue(found["confirmed"])

    def test_drifted(self):
        found = self.watch(self.at(change="ALTER TABLE step1 ADD hotfix text"), "drifted")
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertEqual(found["schema"]["status"], "drifted")
        self.assertEqual(found["schema"]["findings"], 1)
        item = found["schema"]["items"][0]
        self.assertEqual((item["kind"], item["name"], item["change"], item["expected"]),
                         ("column", "public.step1.hotfix", "unexpected", None))
        self.assertEqual(self.running.json("/status")["state"], "drifted")

    def test_unstamped_without_table(self):
        found = self.watch(self.at(change="DROP TABLE alembic_version"), "unstamped")
        found = until("the comparison", lambda: self.with_schema("in_sync"))
        self.assertEqual(found["revision"]["status"], "unstamped")
        self.assertEqual(found["revision"]["recorded"], [])
        self.assertEqual(found["revision"]["expected"], [self.ids[4]])
        self.assertIsNone(found["revision"]["behind"])
        self.assertEqual(found["schema"]["findings"], 0)
        self.assertIn("public.alembic_version", found["hint"])
        self.assertIn("alembic stamp " + self.ids[4], found["hint"])

    def test_unstamped_with_empty_table(self):
        found = self.watch(self.at(change="DELETE FROM alembic_version"), "unstamped")
        self.assertEqual(found["revision"]["status"], "unstamped")
        found = until("the comparison", lambda: self.with_schema("in_sync"))
        self.assertIn("alembic stamp " + self.ids[4], found["hint"])

    def test_unstamped_with_differences_is_not_to_be_stamped(self):
        found = self.watch(self.at(change="DROP TABLE alembic_version; DROP TABLE step3;"
                                   " ALTER TABLE step4 ADD late date"), "unstamped")
        found = until("the comparison", lambda: self.with_schema("drifted"))
        self.assertEqual(found["state"], "unstamped")
        self.assertEqual(found["schema"]["findings"], 2)
        self.assertNotIn("alembic stamp", found["hint"])
        self.assertIn("2", found["hint"])
        self.assertIn(found["schema"]["items"][0]["name"], found["hint"])

    def test_unstamped_and_not_compared_is_not_to_be_stamped(self):
        found = self.watch(self.at(change="DROP TABLE alembic_version"), "unstamped",
                           expect="none")
        self.assertEqual(found["schema"]["status"], "not_checked")
        self.assertNotIn("alembic stamp", found["hint"])

    def test_behind(self):
        found = self.watch(self.at(self.ids[2]), "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "behind")
        self.assertEqual(found["revision"]["behind"], 2)
        self.assertEqual(found["revision"]["pending"], self.ids[3:])
        self.assertIn("alembic upgrade head", found["hint"])
        # What a pending migration explains is listed, and is no drift.
        found = until("the comparison", lambda: self.with_schema("other_revision"))
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertEqual([(i["name"], i["change"]) for i in found["schema"]["items"]],
                         [("public.step3", "missing"), ("public.step4", "missing")])

    def test_ahead(self):
        found = self.watch(self.at(), "revision_mismatch", head=[self.ids[2]])
        self.assertEqual(found["revision"]["status"], "ahead")
        self.assertEqual(found["revision"]["expected"], [self.ids[2]])

    def test_head_of_another_environment(self):
        found = self.watch(self.at(self.ids[3]), "revision_mismatch",
                           head=["environment:dev"])
        self.assertEqual(found["revision"]["expected"], [self.ids[4]])
        self.assertEqual(found["revision"]["behind"], 1)

    def test_unknown_revision(self):
        database = self.at(change="UPDATE alembic_version SET version_num = 'deadbeef0000'")
        found = self.watch(database, "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "unknown_revision")
        self.assertIn("deadbeef0000", found["hint"])
        until("the comparison", lambda: self.with_schema("in_sync"))

    def test_unknown_revision_that_is_abbreviated(self):
        database = self.at(change="UPDATE alembic_version SET version_num = 'ab2c1f'")
        found = self.watch(database, "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "unknown_revision")
        self.assertIn(self.ids[4], found["hint"])

    def test_a_row_that_another_one_implies(self):
        database = self.at(change="INSERT INTO alembic_version VALUES ('%s')" % self.ids[1])
        found = self.watch(database, "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "diverged")
        self.assertEqual(found["revision"]["recorded"], sorted([self.ids[1], self.ids[4]]))

    def test_empty_database(self):
        found = self.watch(self.database(), "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "empty_database")
        self.assertIn("alembic upgrade head", found["hint"])

    def test_empty_database_whatever_the_version_table_says(self):
        found = self.watch(self.stamped(self.ids[4]), "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "empty_database")

    def test_empty_database_that_may_be(self):
        self.running = self.daemon(self.pair(self.database(), expect="none",
                                             allow_empty=True))
        found = self.running.wait_state("env", "in_sync")
        self.assertEqual(found["revision"]["status"], "empty_database")

    def test_version_table_elsewhere(self):
        database = self.database("CREATE SCHEMA meta")
        self.project.run(database, "upgrade", self.ids[3], schema="meta")
        self.server.sql("GRANT USAGE ON SCHEMA meta TO %s;"
                        "GRANT SELECT ON meta.alembic_version TO %s" % (WATCHER, WATCHER),
                        database)
        found = self.watch(database, "revision_mismatch", expect="none",
                           version_table="meta.alembic_version")
        self.assertEqual(found["revision"]["recorded"], [self.ids[3]])
        self.assertEqual(found["revision"]["behind"], 1)

    def test_migrating(self):
        database = self.at(self.ids[2])
        # A second project, whose last step waits until it is let go.
        project = Alembic(self.server)
        for i, revision in enumerate(self.ids):
            project.revision(revision, self.ids[i - 1] if i else None,
                             "SELECT pg_advisory_xact_lock(4711)" if i == 4 else
                             "CREATE TABLE step%d (id integer PRIMARY KEY, name text)" % i)
        found = self.watch(database, "revision_mismatch", expect="none")
        gate = self.session(database)
        gate.run("SELECT pg_advisory_lock(4711)")
        url = "url=postgresql://postgres@/%s?host=%s&port=%d" % (
            database, self.server.directory, self.server.port)
        upgrade = subprocess.Popen(["alembic", "-c", project.ini, "-x", url, "upgrade",
                                    "head"], cwd="/", stderr=subprocess.DEVNULL,
                                   env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
        self.addCleanup(upgrade.wait)
        self.addCleanup(gate.close)
        until("Alembic to stand in its last step", lambda: self.server.sql(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
            database).strip() == "1")
        # Nothing of it is committed, so what is recorded is what was.
        found = self.running.wait_state("env", "migrating")
        self.assertEqual(found["check"]["status"], "ok")
        self.assertEqual(found["revision"]["recorded"], [self.ids[2]])
        gate.run("SELECT pg_advisory_unlock(4711)")
        self.assertEqual(upgrade.wait(), 0)
        found = self.running.wait_state("env", "in_sync")
        self.assertEqual(found["revision"]["recorded"], [self.ids[4]])

    def test_between_transactions(self):
        """A session that locks as DDL does, where something is pending, is a migration."""
        database = self.at(self.ids[3])
        migration = self.session(database)
        migration.run("SET application_name = 'deploy-8'; BEGIN;"
                      " ALTER TABLE step1 ADD later text")
        found = self.watch(database, "migrating", expect="none", migrating_max="10s")
        self.assertRegex(found["hint"], r"since \d{4}-.*deploy-8, pid \d+")
        self.assertNotIn("upgrade", found["hint"])
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertRegex(found["hint"], "looks like a migration.*deploy-8.*migrating_max")
        migration.run("ROLLBACK")
        until("the end", lambda: "deploy-8" not in self.running.environment("env")["hint"])

    def test_a_migration_that_waits(self):
        database = self.at(self.ids[3])
        reader = self.session(database)
        reader.run("SET application_name = 'report'; BEGIN; SELECT count(*) FROM step1")
        waiter = subprocess.Popen(
            ["psql", "-X", "-q", "-h", self.server.directory, "-p", str(self.server.port),
             "-U", "postgres", "-d", database, "-c", "ALTER TABLE step1 ADD later text"],
            stdout=subprocess.DEVNULL, env=dict(os.environ, PGAPPNAME="deploy-9"))
        self.addCleanup(waiter.wait)
        self.addCleanup(reader.close)
        found = self.watch(database, "migrating", dsn=self.by_superuser(database),
                           expect="none")
        self.assertRegex(found["hint"], r"deploy-9, pid \d+\).*waits for public\.step1,"
                         r" which report, pid \d+, holds since \d{4}-")
        reader.run("ROLLBACK")
        self.assertEqual(waiter.wait(), 0)
        self.running.wait_state("env", "revision_mismatch")

    def test_what_is_no_migration(self):
        """A temporary table beside a look at the version table; a table locked by hand;
        and DDL where nothing is pending."""
        at_head, behind = self.at(), self.at(self.ids[3])
        looks, locks, changes = (self.session(d) for d in (at_head, behind, at_head))
        looks.run("BEGIN; SELECT * FROM alembic_version;"
                  " CREATE TEMP TABLE mine (id int PRIMARY KEY, t text)")
        locks.run("BEGIN; LOCK TABLE step1 IN ACCESS EXCLUSIVE MODE")
        changes.run("BEGIN; ALTER TABLE step2 ADD later text")
        self.watch(at_head, "in_sync", expect="none")
        self.assertIsNone(self.running.environment("env")["server"]["migrating_since"])
        self.running.stop()
        self.watch(behind, "revision_mismatch", dsn=self.by_superuser(behind),
                   expect="none")

    def by_superuser(self, database):
        """Who may see what other sessions do."""
        return "host=%s port=%d dbname=%s user=postgres" % (
            self.server.directory, self.server.port, database)

    def test_a_migration_that_hangs(self):
        """It excuses nothing any more, and is named."""
        database = self.at(change="ALTER TABLE step1 ADD hotfix text")
        migration = self.session(database)
        migration.run("SET application_name = 'deploy-7'; BEGIN;"
                      " UPDATE alembic_version SET version_num = version_num")
        found = self.watch(database, "migrating", migrating_max="10s")
        self.assertIn("pid ", found["hint"])
        found = self.running.wait_state("env", "drifted")
        self.assertRegex(found["hint"], r"has held public\.alembic_version since \d{4}-"
                         r".*pid \d+.*migrating_max.*hotfix")
        self.assertIsNotNone(found["server"]["migrating_since"])
        self.assertGreater(self.running.metric(
            "pgdriftd_migrating_since_timestamp_seconds", environment="env"), 1.7e9)
        migration.run("ROLLBACK")
        until("the end", lambda: "has held" not in self.running.environment("env")["hint"])
        self.assertIsNone(self.running.metric(
            "pgdriftd_migrating_since_timestamp_seconds", environment="env"))

    def test_a_migration_that_hangs_and_changed_tables(self):
        """What it has locked cannot be read, which is no finding and not green."""
        database = self.at()
        migration = self.session(database)
        migration.run("BEGIN; ALTER TABLE step1 ADD hotfix text;"
                      " UPDATE alembic_version SET version_num = 'feedfeedfeed'")
        found = self.watch(database, "migrating", migrating_max="10s", lock_timeout="100ms")
        until("more than an excuse", lambda: self.running.environment("env")["state"]
              not in ("migrating", "drifted"))
        migration.run("ROLLBACK")
        self.running.wait_state("env", "in_sync")

    def test_a_migration_that_hangs_for_one_check(self):
        """A single check goes by the time of the transaction."""
        database = self.at(change="ALTER TABLE step1 ADD hotfix text")
        migration = self.session(database)
        migration.run("BEGIN; UPDATE alembic_version SET version_num = version_num")
        dsn = "host=%s port=%d dbname=%s user=postgres" % (
            self.server.directory, self.server.port, database)
        running = self.daemon(self.pair(database, dsn=dsn, migrating_max="2s"))
        running.stop()
        until("3 s", lambda: self.server.sql(
            "SELECT max(clock_timestamp() - xact_start) > interval '3 s'"
            " FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_xid IS NOT NULL", database).strip() == "t")
        self.assertStatus(program("check", "-c", running.file, "env"), 1)

    def test_migrating_at_the_first_check(self):
        database = self.at()
        migration = self.session(database)
        migration.run("BEGIN; CREATE TABLE step5 (a int);"
                      " UPDATE alembic_version SET version_num = 'feedfeedfeed'")
        self.watch(database, "migrating")
        migration.run("ROLLBACK")
        self.running.wait_state("env", "in_sync")

    def test_a_locked_version_table_is_no_finding(self):
        database = self.at()
        holder = self.session(database)
        holder.run("BEGIN; LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        self.running = self.daemon(self.pair(database, expect="none", lock_timeout="100ms"))
        found = self.running.after_checks("env", 2)
        self.assertIn(found["state"], ("migrating", "unknown"))
        self.assertNotIn(found["revision"]["status"], ("unstamped", "empty_database"))
        holder.run("ROLLBACK")
        self.running.wait_state("env", "in_sync")

    def test_unconfirmed(self):
        database = self.at()
        self.running = self.daemon(self.pair(database, confirm=3, interval="1s"))
        self.running.wait_state("env", "in_sync")
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.server.sql("CREATE TABLE extra (id integer)", database)
        found = self.running.wait_state("env", "unconfirmed")
        self.assertFalse(found["confirmed"])
        found = self.running.wait_state("env", "drifted")
        self.assertTrue(found["confirmed"])
        # What is gone is gone at once.
        self.server.sql("DROP TABLE extra", database)
        self.running.wait_state("env", "in_sync")
        states = [r.get("state") for r in self.running.log_records()
                  if r.get("environment") == "env" and "state" in r]
        self.assertEqual([s for s in states if s in ("unconfirmed", "drifted")][-1],
                         "drifted")

    def test_three_axes_side_by_side(self):
        """Behind, and also changed by hand: the first state that applies wins."""
        database = self.at(self.ids[3], "DROP TABLE alembic_version; DROP TABLE step0")
        found = self.watch(database, "unstamped")
        found = until("the comparison", lambda: self.with_schema("drifted"))
        self.assertEqual(found["revision"]["status"], "unstamped")
        self.assertEqual(found["state"], "unstamped")
        self.assertEqual(self.running.json("/status")["state"], "unstamped")


class Branches(SystemTest):
    """Graphs that are no line."""

    def setUp(self):
        super().setUp()
        self.project = Alembic(self.server)

    def judged(self, database, state, **keys):
        self.running = self.daemon(
            section("migrations", "m", tool="alembic", path=self.project.ini) +
            environment("env", self.server.dsn(database), migrations="m", **keys))
        return self.running.wait_state("env", state)

    def test_diverged(self):
        self.project.revision("aaaa00000001", None, "CREATE TABLE a (id integer)")
        self.project.revision("bbbb00000002", "aaaa00000001")
        self.project.revision("cccc00000003", "aaaa00000001")
        database = self.database()
        self.project.upgrade(database, "cccc00000003")
        found = self.judged(database, "revision_mismatch", head=["bbbb00000002"])
        self.assertEqual(found["revision"]["status"], "diverged")

    def test_several_heads_are_all_expected(self):
        self.project.revision("aaaa00000001", None, "CREATE TABLE a (id integer)")
        self.project.revision("bbbb00000002", "aaaa00000001")
        self.project.revision("cccc00000003", "aaaa00000001")
        database = self.database()
        self.project.upgrade(database, "heads")
        found = self.judged(database, "in_sync")
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertEqual(found["revision"]["recorded"], ["bbbb00000002", "cccc00000003"])
        self.assertIn("alembic merge heads", found["hint"])
        self.assertEqual(self.running.metric("pgdriftd_migrations_problems", migrations="m",
                                             code="several_heads"), 1)

    def test_depends_on_counts_as_applied(self):
        self.project.revision("aaaa00000001", None, "CREATE TABLE a (id integer)")
        self.project.revision("bbbb00000002", None)
        self.project.revision("aaaa00000003", "aaaa00000001", depends_on="bbbb00000002")
        database = self.database()
        self.project.upgrade(database, "heads")
        found = self.judged(database, "in_sync")
        self.assertEqual(found["revision"]["recorded"], ["aaaa00000003"])

    def test_archived(self):
        """Known to a directory of former migrations, but no part of the head."""
        self.project.revision("ab2c1f16b0b3", None)
        archive = directory("archive")
        path = write(archive + "/old.py",
                     "revision = 'f0f0f0f0f0f0'\ndown_revision = None\n")
        database = self.stamped("f0f0f0f0f0f0", text="CREATE TABLE t ()")
        self.running = self.daemon(
            section("migrations", "m", path=self.project.versions, archives=[archive]) +
            environment("env", self.server.dsn(database), migrations="m"))
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "unknown_revision")
        self.assertIn("archived, in " + path, found["hint"])
        self.assertEqual(self.running.json("/migrations/m")["heads"], ["ab2c1f16b0b3"])
        os.unlink(path)
        until("the hint to follow", lambda: "archived" not in
              self.running.environment("env")["hint"])

    def test_a_cycle_hangs_nothing(self):
        self.project.revision("aaaa00000001", "bbbb00000002")
        self.project.revision("bbbb00000002", "aaaa00000001")
        found = self.judged(self.stamped("aaaa00000001", text="CREATE TABLE t (a int)"),
                            "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "unknown_head")
        self.assertIn("cycle", json.dumps(self.running.json("/migrations/m")))

    def test_no_files_at_all(self):
        found = self.judged(self.stamped("aaaa00000001", text="CREATE TABLE t (a int)"),
                            "revision_mismatch")
        self.assertIn(found["revision"]["status"], ("unknown_head", "unknown_revision"))

    def test_a_new_revision_is_seen(self):
        """A deployment brings files: the head moves without a reload."""
        self.project.revision("aaaa00000001", None, "CREATE TABLE a (id integer)")
        database = self.database()
        self.project.upgrade(database)
        self.judged(database, "in_sync")
        self.project.revision("bbbb00000002", "aaaa00000001")
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual(found["revision"]["pending"], ["bbbb00000002"])
        self.project.upgrade(database)
        self.running.wait_state("env", "in_sync")


class Expectations(Shop):
    """Where an expected catalog may come from."""

    def snapshot(self, database, name="s.snapshot"):
        path = os.path.join(directory("snapshots"), name)
        self.assertStatus(program("snapshot", self.server.dsn(database), "-o", path), 0)
        return path

    def test_a_snapshot(self):
        path = self.snapshot(self.dev)
        database = self.at()
        self.settled(database, "in_sync", expect="snapshot:" + path)
        self.server.sql("DROP TABLE step2", database)
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(found["schema"]["items"][0]["name"], "public.step2")

    def test_a_snapshot_of_another_revision(self):
        path = self.snapshot(self.at(self.ids[3]))
        found = self.settled(self.at(), "other_revision", expect="snapshot:" + path)
        self.assertNotEqual(found["state"], "drifted")
        self.assertEqual(found["schema"]["findings"], 1)

    def test_snapshots_by_recorded_revision(self):
        where = directory("snapshots")
        for i in (3, 4):
            path = os.path.join(where, self.ids[i] + ".snapshot")
            self.assertStatus(program("snapshot", self.server.dsn(self.at(self.ids[i])),
                                      "-o", path), 0)
        found = self.settled(self.at(self.ids[3]), "in_sync", expect="snapshots:" + where)
        self.assertEqual(found["revision"]["status"], "behind")
        self.assertEqual(found["state"], "revision_mismatch")

    def test_a_snapshot_of_another_format_is_never_drift(self):
        path = self.snapshot(self.dev)
        with open(path) as f:
            text = f.read()
        changed = text.replace('{"pgdriftd_snapshot": 1,', '{"pgdriftd_snapshot": 999,')
        self.assertNotEqual(changed, text)
        write(path, changed)
        found = self.settled(self.at(), "not_comparable", expect="snapshot:" + path)
        self.assertNotEqual(found["state"], "drifted")
        self.assertFalse(found["schema"]["findings"])
        self.assertIn("format", json.dumps(found))

    def test_an_accepted_baseline(self):
        database = self.at()
        self.running = self.daemon(self.pair(database, expect="baseline"))
        found = self.running.after_checks("env")
        self.assertNotIn(found["schema"]["status"], ("in_sync", "drifted"))
        self.assertStatus(program("accept", "-c", self.running.file, "env"), 0)
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.server.sql("CREATE TABLE extra (id integer)", database)
        self.running.wait_state("env", "drifted")
        self.assertStatus(program("accept", "-c", self.running.file, "env"), 0)
        self.running.wait_state("env", "in_sync")

    def test_the_reference_moves(self):
        reference, database = self.at(), self.at()
        self.running = self.daemon(
            self.migrations() +
            environment("dev", self.server.dsn(reference), migrations="shop",
                        expect="none") +
            environment("env", self.server.dsn(database), migrations="shop",
                        expect="environment:dev"))
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.server.sql("CREATE INDEX name_idx ON step1 (name)", reference)
        found = self.running.wait_state("env", "drifted")
        self.assertEqual([(i["kind"], i["name"], i["change"])
                          for i in found["schema"]["items"]],
                         [("index", "public.name_idx", "missing")])

    def test_an_unreachable_reference_is_no_finding(self):
        database = self.at()
        config = self.pair(database).replace(self.server.dsn(self.dev),
                                             "host=127.0.0.1 port=1 dbname=x user=x")
        self.running = self.daemon(config)
        found = self.running.after_checks("env")
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertNotIn(found["schema"]["status"], ("drifted", "in_sync"))
        self.assertEqual(self.running.environment("dev")["state"], "unknown")


class Switches(Shop):
    """What is compared, and what is not, per environment."""

    def test_ignored(self):
        database = self.at(change="CREATE TABLE cache_1 (id integer PRIMARY KEY);"
                           "CREATE INDEX ON cache_1 (id); CREATE TABLE noise (a int)")
        rules = write(os.path.join(directory("rules"), "env.ignore"),
                      "# made by a library\ntable:public.noise\n")
        found = self.settled(database, "in_sync", ignore=["table:public.cache_*"],
                             ignore_file=rules)
        self.assertEqual(found["state"], "in_sync")
        self.assertEqual(found["schema"]["ignored"], 2)
        self.assertEqual(self.running.metric("pgdriftd_drift_ignored_objects",
                                             environment="env"), 2)

    def test_an_expired_rule_hides_nothing(self):
        database = self.at(change="CREATE TABLE noise (a int)")
        found = self.watch(database, "drifted", ignore=[
            "table:public.noise until=2020-01-01 reason=\"for a while\""])
        self.assertEqual(found["schema"]["findings"], 1)
        self.assertIn("noise", self.running.log())

    def test_schemas(self):
        database = self.at(change="CREATE SCHEMA tool CREATE TABLE t (a int);"
                           "CREATE SCHEMA app2 CREATE TABLE t (a int)")
        found = self.watch(database, "drifted", schemas=["public", "app*"])
        names = {i["name"] for i in found["schema"]["items"]}
        self.assertIn("app2", names)
        self.assertFalse([n for n in names if n.startswith("tool")])

    def test_comments_can_be_left_out(self):
        database = self.at(change="COMMENT ON TABLE step0 IS 'hello'")
        self.settled(database, "in_sync", comments=False)

    def test_roles_can_have_other_names(self):
        self.server.sql("CREATE ROLE app_here")
        database = self.at(change="ALTER TABLE step0 OWNER TO app_here")
        self.settled(database, "in_sync", owners=True, roles=["app_here=postgres"])

    def test_grants_can_be_taken_in(self):
        database = self.at(change="GRANT INSERT ON step0 TO " + WATCHER)
        found = self.watch(database, "drifted", grants=True)
        self.assertEqual({i["kind"] for i in found["schema"]["items"]}, {"grant"})


if __name__ == "__main__":
    unittest.main()
