"""A file of SQL, or a dump, is what a database should be: it is loaded on a scratch
server, kept, and loaded again where it is another."""
import itertools
import os
import threading
import unittest

from harness import SystemTest, directory, environment, line_of_revisions, program, \
    section, until, write


class Loaded(SystemTest):
    def setUp(self):
        super().setUp()
        self.file = os.path.join(directory("ddl", for_postgres=True), "structure.sql")

    def service(self, **keys):
        if os.geteuid() == 0:
            keys.setdefault("build_user", "postgres")
        return {"scratch_dsn": self.server.dsn("postgres", user="postgres"),
                "scratch_shared": True, **keys}

    def watch(self, database, service=None, config="", **keys):
        return self.daemon(config + self.watched(database, **keys),
                           service=self.service(**(service or {})))

    def watched(self, database, **keys):
        return environment("env", self.server.dsn(database), **{
            "expect": "ddl:" + self.file, **keys})

    def with_schema(self, status):
        def reached():
            found = self.running.environment("env")
            return found if found["schema"]["status"] == status else None
        return until("env to be " + status, reached)

    def reason(self, text):
        def reached():
            found = self.running.environment("env")
            return found if text in (found["schema"]["reason"] or "") else None
        return until("the reason to say " + text, reached)

    def count(self, result):
        return self.running.metric("pgdriftd_builds_total", ddl=self.file, result=result)

    def leftovers(self):
        return self.server.sql(
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'pgdriftd_build%'").strip()


class OfSql(Loaded):
    def test_it_is_loaded_again_where_it_is_another(self):
        write(self.file, "CREATE TABLE orders (id integer PRIMARY KEY);\n")
        database = self.database("CREATE TABLE orders (id integer PRIMARY KEY)")
        self.running = self.watch(database)
        found = self.running.wait_state("env", "in_sync")
        self.assertEqual(found["schema"]["reference"], "ddl:" + self.file)
        self.server.sql("CREATE TABLE by_hand ()", database)
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(found["schema"]["items"][0]["name"], "public.by_hand")
        write(self.file, "CREATE TABLE orders (id integer PRIMARY KEY);\n"
                         "CREATE TABLE by_hand ();\n")
        self.running.wait_state("env", "in_sync")
        until("nothing to be left", lambda: self.leftovers() == "0")
        self.assertEqual([self.count(r) for r in ("built", "failed", "unavailable")],
                         [2, 0, 0])
        self.assertGreater(self.running.metric("pgdriftd_build_duration_seconds",
                                               ddl=self.file), 0)

    def test_it_is_kept(self):
        write(self.file, "CREATE TABLE orders ();\n")
        self.running = self.watch(self.database("CREATE TABLE orders ()"))
        self.running.wait_state("env", "in_sync")
        self.running.stop()
        self.running.start()
        self.running.wait_state("env", "in_sync")
        self.assertEqual(self.running.log().count("is built"), 1)

    def test_what_includes_others(self):
        """Nobody would see one of them change: neither at once, nor later."""
        write(os.path.join(os.path.dirname(self.file), "more.sql"), "CREATE TABLE a ();\n")
        write(self.file, "\\ir more.sql\n")
        self.running = self.watch(self.database("CREATE TABLE a ()"))
        found = self.reason("\\ir: nobody would see")
        self.assertEqual(found["state"], "unknown")
        self.assertIn("structure.sql:1: ", found["schema"]["reason"])
        write(self.file, "CREATE TABLE a ();\n")
        self.running.wait_state("env", "in_sync")

    def test_half_a_file_is_none(self):
        text = "CREATE TABLE a ();\nCREATE TABLE b ();\n"
        write(self.file, text)
        self.running = self.watch(self.database(text))
        self.running.wait_state("env", "in_sync")
        before = self.running.log().count("is built")
        # The way of who writes it for longer than a check takes; none of it ever rests.
        ended = threading.Event()

        def write_on():
            lengths = itertools.cycle(range(1, len(text), 3))
            while not ended.wait(0.1):
                write(self.file, text[:next(lengths)])
            write(self.file, text)
        writer = threading.Thread(target=write_on)
        writer.start()
        try:
            for _ in range(10):
                self.assertEqual(self.running.after_checks("env")["state"], "in_sync")
        finally:
            ended.set()
            writer.join()
        self.running.after_checks("env", 3)
        self.assertEqual(self.running.environment("env")["state"], "in_sync")
        self.assertEqual(self.running.log().count("is built"), before)
        self.assertNotIn("drifted", self.running.log())

    def test_one_that_fails(self):
        write(self.file, "CREATE TABLE a ();\nCREATE TABLE b (x nowhere);\n")
        self.running = self.watch(self.database("CREATE TABLE a ()"))
        found = self.with_schema("not_comparable")
        self.assertEqual(found["state"], "unknown")
        for part in ("structure.sql", 'type "nowhere" does not exist'):
            self.assertIn(part, found["schema"]["reason"])
        self.assertEqual(self.running.log().count("cannot be built"), 1)
        self.assertEqual(self.count("failed"), 1)
        write(self.file, "CREATE TABLE a ();\n")
        self.running.wait_state("env", "in_sync")
        until("nothing to be left", lambda: self.leftovers() == "0")

    def test_one_that_is_not_there(self):
        self.running = self.watch(self.database("CREATE TABLE a ()"))
        found = self.reason("No such file")
        self.assertEqual((found["state"], found["schema"]["status"]),
                         ("unknown", "not_checked"))
        write(self.file, "CREATE TABLE a ();\n")
        self.running.wait_state("env", "in_sync")

    def test_no_scratch_server(self):
        write(self.file, "CREATE TABLE a ();\n")
        self.running = self.watch(self.database("CREATE TABLE a ()"),
                                  service={"scratch_dsn": "host=/nowhere"})
        found = self.reason("/nowhere")
        self.assertEqual(found["state"], "unknown")
        self.assertEqual(self.count("unavailable"), 1)

    def test_it_has_to_be_said_where(self):
        write(self.file, "CREATE TABLE a ();\n")
        path = write(os.path.join(os.path.dirname(self.file), "pgdriftd.conf"),
                     self.watched(self.database()))
        done = program("config", "check", "-c", path)
        self.assertStatus(done, 78)
        for part in (path + ":", "structure.sql", "add to it: scratch_dsn"):
            self.assertIn(part, done.err)

    def test_one_check(self):
        write(self.file, "CREATE TABLE a ();\n")
        database = self.database("CREATE TABLE a ()")
        path = write(os.path.join(os.path.dirname(self.file), "pgdriftd.conf"),
                     section("service", state_dir="", **self.service()) +
                     self.watched(database))
        self.assertStatus(program("check", "-c", path), 0)
        self.server.sql("CREATE TABLE b ()", database)
        done = program("check", "-c", path, "--format", "json")
        self.assertStatus(done, 1)
        found = done.json()["environments"][0]["schema"]
        self.assertEqual((found["findings"], found["reference"]), (1, "ddl:" + self.file))
        self.assertEqual(self.leftovers(), "0")


class OfDump(Loaded):
    """Its rows of the version table say which revision it is of."""

    def setUp(self):
        super().setUp()
        self.project = line_of_revisions(self.server)
        self.ids = self.project.ids
        self.block = section("migrations", "shop", tool="alembic",
                             path=self.project.versions)

    def at(self, target="head"):
        database = self.database()
        self.project.upgrade(database, target)
        return database

    def dump(self, database, *options):
        with open(self.file, "wb") as f:
            f.write(self.server.dump(database, *options))
        os.chmod(self.file, 0o644)

    def test_of_both_kinds(self):
        head = self.at()
        for options in ("--no-owner", "--no-privileges"), ("-Fc",):
            self.dump(head, *options)
            self.running = self.watch(head, config=self.block, migrations="shop")
            self.running.wait_state("env", "in_sync")
            self.running.stop()

    def test_its_revision(self):
        self.dump(self.at(), "-Fc")
        behind = self.at(self.ids[2])
        self.running = self.watch(behind, config=self.block, migrations="shop")
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual(found["schema"]["status"], "other_revision")
        self.project.upgrade(behind)
        self.running.wait_state("env", "in_sync")


if __name__ == "__main__":
    unittest.main()
