"""What migrations make of an empty database is what a database at their revision should
be: it is built for the head and for what is recorded, kept, and built again only where
the files are others."""
import os
import signal
import unittest

from harness import Alembic, Postgres, Proxy, SystemTest, environment, line_of_revisions, program, \
    section, until, write

ENV = '''
from alembic import context
from sqlalchemy import create_engine, pool

url = context.get_x_argument(as_dictionary=True).get("url") or \\
    context.config.get_main_option("sqlalchemy.url")
engine = create_engine(url, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
'''

INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = postgresql://nowhere/x\n"


def readable(project):
    """A project that whoever builds may read."""
    write(os.path.join(project.path, "env.py"), ENV)
    write(project.ini, INI)
    os.chmod(project.path, 0o755)
    os.chmod(project.versions, 0o755)
    return project


class Built(SystemTest):
    def setUp(self):
        super().setUp()
        self.project = readable(line_of_revisions(self.server))
        self.ids = self.project.ids

    def at(self, target="head", change="", project=None):
        database = self.database()
        (project or self.project).upgrade(database, target)
        if change:
            self.server.sql(change, database)
        return database

    def block(self, name="shop", project=None, **keys):
        if os.geteuid() == 0:
            keys.setdefault("build_user", "postgres")
        return section("migrations", name, **{
            "tool": "alembic", "path": (project or self.project).ini,
            "scratch_dsn": self.server.dsn("postgres", user="postgres"),
            "scratch_shared": True, **keys})

    def watched(self, name, database, **keys):
        return environment(name, self.server.dsn(database), **{
            "migrations": "shop", "expect": "migrations", **keys})

    def way(self):
        """To the scratch server, and how it is called by that."""
        way = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(way.close)
        self.server.sql("DROP ROLE IF EXISTS by_tcp;"
                        "CREATE ROLE by_tcp LOGIN SUPERUSER PASSWORD 'by_tcp'")
        return way, ("host=127.0.0.1 port=%d dbname=postgres user=by_tcp password=by_tcp"
                     % way.port)

    def built(self, result="built"):
        return int(self.running.metric("pgdriftd_builds_total", migrations="shop",
                                       result=result) or 0)

    def problems(self):
        return [p for p in self.running.json("/migrations/shop")["problems"]
                if p["code"] == "build_failed"]

    def with_schema(self, name, status):
        def reached():
            found = self.running.environment(name)
            return found if found["schema"]["status"] == status else None
        # Alembic starts anew for each revision that is built.
        return until("%s to be %s" % (name, status), reached, 120)

    def reason_of(self, name, text):
        found = self.running.environment(name)
        return found if text in (found["schema"]["reason"] or "") else None

    def leftovers(self):
        return self.server.sql(
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgdriftd_build%'").strip()


class Recorded(Built):
    def test_each_is_held_against_its_own_revision(self):
        behind, changed = self.at(self.ids[1]), self.at(
            self.ids[2], "ALTER TABLE step1 ADD by_hand text")
        self.running = self.daemon(self.block() + self.watched("prod", self.at()) +
                                   self.watched("behind", behind) +
                                   self.watched("changed", changed))
        self.running.wait_state("prod", "in_sync")
        found = self.with_schema("behind", "in_sync")
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertEqual(found["revision"]["behind"], 3)
        self.assertEqual(found["schema"]["reference"], "migrations:shop")
        found = self.with_schema("changed", "drifted")
        self.assertEqual([i["name"] for i in found["schema"]["items"]],
                         ["public.step1.by_hand"])
        # It moves on to the head, which is there already.
        self.project.upgrade(behind)
        self.running.wait_state("behind", "in_sync")
        self.assertEqual(self.built(), 3)
        self.assertEqual(self.leftovers(), "0")

    def test_nothing_is_built_twice(self):
        database = self.at(self.ids[1])
        config = self.block() + self.watched("env", database)
        self.running = self.daemon(config)
        self.with_schema("env", "in_sync")
        until("the head", lambda: self.built() == 2)
        self.running.stop()
        self.running.start()
        found = self.with_schema("env", "in_sync")
        self.assertEqual(self.built(), 0)
        self.server.sql("CREATE TABLE by_hand ()", database)
        found = self.with_schema("env", "drifted")
        self.assertEqual(found["schema"]["findings"], 1)
        self.assertEqual(self.built(), 0)
        # Another head is built, and what comes before it is not.
        self.project.revision("f00d00000001", self.ids[-1], "CREATE TABLE more ()")
        until("the new head", lambda: self.built() == 1)
        self.server.sql("DROP TABLE by_hand", database)
        self.with_schema("env", "in_sync")
        # What was applied becomes another migration.
        self.project.revision(self.ids[1], self.ids[0], "CREATE TABLE step1 (id integer)")
        self.with_schema("env", "drifted")

    def test_one_check(self):
        config = self.block() + self.watched("env", self.at()) + self.watched(
            "changed", self.at(self.ids[0], "CREATE TABLE by_hand ()"))
        path = os.path.join(self.project.path, "pgdriftd.conf")
        write(path, section("service", state_dir="") + config)
        self.assertStatus(program("check", "-c", path, "env"), 0)
        result = program("check", "-c", path, "--format", "json", "changed")
        self.assertStatus(result, 1)
        self.assertEqual(result.json()["environments"][0]["schema"]["findings"], 1)
        self.assertEqual(self.leftovers(), "0")


class Failing(Built):
    def test_a_migration_that_fails(self):
        broken = self.project.revision("f00d00000001", self.ids[-1], "CREATE TABLE more (")
        database = self.at(self.ids[-1])
        self.server.sql("UPDATE alembic_version SET version_num = 'f00d00000001'", database)
        self.running = self.daemon(self.block() + self.watched("env", database) +
                                   self.watched("other", self.at(self.ids[-1])))
        found = self.with_schema("env", "not_comparable")
        self.assertEqual(found["state"], "unknown")
        for part in ("f00d00000001", "syntax error"):
            self.assertIn(part, found["schema"]["reason"])
            self.assertIn(part, found["hint"])
        self.with_schema("other", "in_sync")
        problem = until("the problem", self.problems)[0]
        self.assertEqual(problem["revision"], "f00d00000001")
        self.assertIn("CREATE TABLE more (", problem["detail"])
        self.assertEqual(self.running.metric(
            "pgdriftd_migrations_problems", migrations="shop", code="build_failed"), 1)
        self.assertEqual(self.built("failed"), 1)
        write(broken, Alembic.REVISION % (
            "f00d00000001", self.ids[-1], None, "CREATE TABLE more ()", "SELECT 1"))
        found = self.with_schema("env", "drifted")
        self.assertEqual(found["schema"]["items"][0]["name"], "public.more")
        self.server.sql("CREATE TABLE more ()", database)
        self.running.wait_state("env", "in_sync")
        self.assertEqual(self.problems(), [])

    def test_no_scratch_server(self):
        self.running = self.daemon(
            self.block(scratch_dsn="host=/nowhere") + self.watched("env", self.at()))
        found = until("the reason", lambda: [
            e for e in [self.running.environment("env")]
            if "/nowhere" in (e["schema"]["reason"] or "")])[0]
        self.assertEqual((found["state"], found["schema"]["status"]),
                         ("unknown", "not_checked"))
        self.assertEqual(self.problems(), [])
        self.running.reload(self.block() + self.watched("env", self.at()))
        self.running.wait_state("env", "in_sync")

    def test_the_watched_server_is_none(self):
        # A daemon that ended while it built has left its database behind.
        before = self.leftovers()
        self.running = self.daemon(
            self.block(scratch_shared=False) + self.watched("env", self.at()))
        until("the reason", lambda: "scratch_shared" in (
            self.running.environment("env")["schema"]["reason"] or ""))
        self.assertEqual(self.leftovers(), before)

    def test_a_watched_server_that_cannot_be_read(self):
        """What a server was is kept, and what was never read may be anything."""
        other = Postgres()
        self.addCleanup(other.stop)
        here = other.database()
        self.project.server = other
        self.project.upgrade(here)
        far = self.database()
        config = self.block(scratch_shared=False) + environment(
            "far", self.server.dsn(far)) + environment(
                "here", other.dsn(here), migrations="shop", expect="migrations")
        before = self.leftovers()
        self.running = self.daemon(config)
        until("the reason", lambda: self.reason_of("here", "system identifier"))
        self.running.stop()
        self.server.sql("DROP DATABASE " + far)
        self.running.start()
        until("the reason", lambda: self.reason_of("here", "system identifier"))
        self.running.stop()
        self.running = self.daemon(config)
        until("the reason", lambda: self.reason_of("here", "environment far"))
        self.assertEqual((self.leftovers(), self.built()), (before, 0))

    def test_killed_while_it_builds(self):
        self.project.revision("f00d00000001", self.ids[-1], "SELECT pg_sleep(1000)")
        database = self.at(self.ids[-1])
        config = self.block() + self.watched("env", database)
        self.running = self.daemon(config)
        self.with_schema("env", "in_sync")
        until("the build", lambda: self.asleep() == "1")
        until("the one before to be dropped", lambda: self.leftovers() == "1")
        self.running.kill()
        self.project.revision("f00d00000001", self.ids[-1], "CREATE TABLE more ()")
        self.running.start()
        until("the head", lambda: self.built() == 1)
        until("nothing to be left", lambda: self.leftovers() == "0")

    def building(self, **keys):
        """A daemon in the middle of a build that would not end."""
        self.project.revision("f00d00000001", self.ids[-1], "SELECT pg_sleep(1000)")
        self.running = self.daemon(
            self.block(**keys) + self.watched("env", self.at(self.ids[-1])))
        until("the build", lambda: self.asleep() == "1")

    def asleep(self):
        return self.server.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1000)%' "
            "AND pid <> pg_backend_pid()").strip()

    def test_stopped_while_it_builds(self):
        self.building()
        until("the one before to be dropped", lambda: self.leftovers() == "1")
        self.running.stop()
        self.assertEqual((self.leftovers(), self.asleep()), ("0", "0"))
        self.assertNotIn("is left on the scratch server", self.running.log())

    def test_stopped_while_nobody_answers(self):
        """It is not waited for longer than a few seconds, and dropped by the next one."""
        way, dsn = self.way()
        self.building(scratch_dsn=dsn)
        way.mode = "silent"
        self.running.stop()
        self.assertEqual(self.leftovers(), "1")
        way.mode = "pass"
        self.project.revision("f00d00000001", self.ids[-1], "CREATE TABLE more ()")
        self.running.start()
        until("nothing to be left", lambda: self.leftovers() == "0")

    def test_the_head_moves_meanwhile(self):
        self.project.revision("f00d00000001", self.ids[-1], "SELECT pg_sleep(1000)")
        database = self.at(self.ids[-1])
        self.running = self.daemon(self.block() + self.watched("env", database))
        self.with_schema("env", "in_sync")
        until("the build", lambda: self.asleep() == "1")
        self.project.revision("f00d00000001", self.ids[-1], "CREATE TABLE more ()")
        until("the head", lambda: self.built() == 2)
        self.project.upgrade(database)
        self.running.wait_state("env", "in_sync")
        until("nothing to be left", lambda: self.leftovers() == "0")


class Lost(Built):
    def test_it_is_located(self):
        exact, near = self.at(self.ids[2]), self.at(
            self.ids[2], "ALTER TABLE step0 ADD a text; ALTER TABLE step1 DROP name")
        for database in (exact, near):
            self.server.sql("DROP TABLE alembic_version", database)
        self.running = self.daemon(
            self.block(build_all=True) + self.watched("exact", exact) +
            self.watched("near", near))
        found = self.with_schema("exact", "in_sync")
        self.assertEqual(found["state"], "unstamped")
        self.assertIn("alembic stamp " + self.ids[2], found["hint"])
        found = self.with_schema("near", "drifted")
        self.assertEqual(found["state"], "unstamped")
        self.assertEqual(found["schema"]["findings"], 2)
        self.assertIn("2 differences from the nearest revision, " + self.ids[2],
                      found["hint"])
        self.assertNotIn("stamp", found["hint"])
        self.assertEqual(self.built(), 5)

    def test_it_is_located_by_the_names_of_others(self):
        database = self.at(self.ids[2], "ALTER SCHEMA public RENAME TO tenant;"
                           "COMMENT ON SCHEMA tenant IS NULL")
        self.running = self.daemon(self.block(build_all=True) + self.watched(
            "tenant", database, schemas="tenant", schema_names="tenant=public",
            version_table="tenant.alembic_version"))
        found = self.with_schema("tenant", "in_sync")
        self.assertEqual(found["revision"]["recorded"], [self.ids[2]])
        self.server.sql("DROP TABLE tenant.alembic_version", database)
        found = self.running.wait_state("tenant", "unstamped", 120)
        self.assertEqual(found["schema"]["status"], "in_sync")
        self.assertIn("alembic stamp " + self.ids[2], found["hint"])

    def test_a_part_of_all_is_no_measure(self):
        """Nothing is told of it while what is like it cannot be had."""
        lost = self.at(self.ids[2])
        self.server.sql("DROP TABLE alembic_version", lost)
        way, dsn = self.way()
        config = self.block(build_all=True, scratch_dsn=dsn) + self.watched("lost", lost)
        self.running = self.daemon(config)
        self.with_schema("lost", "in_sync")
        self.running.stop()
        way.mode = "refuse"
        way.cut()
        self.project.revision(
            self.ids[2], self.ids[1], "CREATE TABLE step2 (id int PRIMARY KEY, name text)")
        self.running.start()
        found = until("the reason", lambda: self.reason_of("lost", "scratch server"))
        self.assertIsNone(found["schema"]["findings"])
        self.running.after_checks("lost", 2)
        self.assertNotIn("drifted", self.running.log())
        way.mode = "pass"
        self.running.reload(config)
        self.with_schema("lost", "in_sync")

    def test_one_id_of_two_migrations(self):
        """Two checkouts that have different migrations under one id."""
        other = readable(line_of_revisions(self.server))
        other.revision(self.ids[4], self.ids[3], "CREATE TABLE step4 (id bigint)")
        self.running = self.daemon(
            self.block() + self.watched("ours", self.at()) +
            self.watched("theirs", self.at(project=other)))
        self.running.wait_state("ours", "in_sync")
        found = self.running.wait_state("theirs", "drifted")
        self.assertEqual(found["revision"]["status"], "at_head")


if __name__ == "__main__":
    unittest.main()
