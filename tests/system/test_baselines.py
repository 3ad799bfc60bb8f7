"""Accepted baselines: what `accept` says and refuses, and whose they are."""
import contextlib
import os
import pwd
import sqlite3
import subprocess
import unittest

from harness import SystemTest, directory, environment, program, section, until, write

TABLE = "CREATE TABLE orders (id integer PRIMARY KEY)"


def versions(*ids):
    where = directory("versions")
    os.chmod(where, 0o755)
    for i, revision in enumerate(ids):
        write("%s/%s.py" % (where, revision), "revision = %r\ndown_revision = %r\n" % (
            revision, ids[i - 1] if i else None))
    return section("migrations", "shop", path=where)


class Accept(SystemTest):
    def setUp(self):
        super().setUp()
        self.state = directory("state")

    def conf(self, database, extra="", **keys):
        return self.config(section("service", state_dir=self.state), extra,
                           environment("env", self.server.dsn(database),
                                       **{"expect": "baseline", **keys}))

    def accept(self, file, *options, status=0, name="env", **keys):
        result = program("accept", "-c", file, name, *options, **keys)
        self.assertStatus(result, status)
        return result

    def check(self, file, status):
        self.assertStatus(program("check", "-c", file), status)

    def test_it_says_what_it_accepts(self):
        database = self.stamped("a", text=TABLE)
        file = self.conf(database)
        first = self.accept(file, "--reason", "the first", "--format", "json").json()
        self.assertIsNone(first["replaced"])
        self.assertEqual(first["revision"], ["a"])
        self.assertEqual(first["reason"], "the first")
        self.assertEqual(first["by"], pwd.getpwuid(os.getuid()).pw_name)
        self.server.sql("".join("CREATE TABLE t%02d (id integer);" % i for i in range(12)) +
                        "DROP TABLE orders", database)
        dry = self.accept(file, "--dry-run")
        self.assertIn("env: would accept", dry.out)
        self.assertIn(first["accepted_at"], dry.out)
        self.assertIn("the first", dry.out)
        self.assertIn("13 differences from that: 1 missing, 12 unexpected, 0 changed; "
                      "1 breaking, 12 additive, 0 cosmetic\n  table public.orders",
                      dry.out)
        self.assertIn("and 3 more", dry.out)
        self.check(file, 1)
        second = self.accept(file, "--format", "json").json()
        self.assertEqual(second["replaced"]["accepted_at"], first["accepted_at"])
        self.assertEqual(second["replaced"]["fingerprint"], first["fingerprint"])
        self.assertEqual(second["changes"]["summary"]["missing"], 1)
        self.assertEqual(len(second["changes"]["findings"]), 10)
        self.assertEqual(second["changes"]["findings"][0]["name"], "public.orders")
        self.check(file, 0)

    def test_undo(self):
        database = self.database(TABLE)
        file = self.conf(database)
        self.assertIn("nothing to undo", self.accept(file, "--undo", status=2).err)
        self.assertEqual(os.listdir(self.state), [])
        reasons = ["r%d" % i for i in range(5)]
        for reason in reasons:
            self.server.sql("CREATE TABLE %s (id integer)" % reason, database)
            self.accept(file, "--reason", reason)
        self.assertIn("would go back", self.accept(file, "--undo", "--dry-run").out)
        self.check(file, 0)
        for reason in ("r3", "r2", "r1"):
            done = self.accept(file, "--undo")
            self.assertRegex(done.out, "env: back to the baseline of .*: %s\n" % reason)
            self.check(file, 1)
        self.assertIn("nothing to undo", self.accept(file, "--undo", status=2).err)

    def test_what_asks_for_force(self):
        graph = versions("a", "b")
        empty, unstamped = self.database(), self.stamped(text=TABLE)
        behind, unknown = self.stamped("a", text=TABLE), self.stamped("x", text=TABLE)
        for database, said in ((empty, "no tables"), (unstamped, "records no revision"),
                               (behind, "behind its head, recorded: a"),
                               (unknown, "recorded: x")):
            with self.subTest(said):
                file = self.conf(database, graph, migrations="shop")
                refused = self.accept(file, status=2)
                self.assertIn(said, refused.err)
                self.assertIn("--force", refused.err)
                self.assertEqual(os.listdir(self.state), [])
        self.accept(file, "--force")
        self.accept(self.conf(self.stamped("b", text=TABLE), graph, migrations="shop"))

    def test_a_running_migration_asks_for_force(self):
        database = self.stamped("b", text=TABLE)
        file = self.conf(database, versions("a", "b"), migrations="shop")
        session = self.session(database)
        session.run("BEGIN; LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        self.assertIn("a migration is running", self.accept(file, status=2).err)
        self.assertEqual(os.listdir(self.state), [])

    def test_what_is_refused_in_any_case(self):
        file = self.config(section("service", state_dir=self.state),
                           environment("env", self.server.dsn(self.database(TABLE))),
                           environment("gone", "host=127.0.0.1 port=1 dbname=x",
                                       expect="baseline"))
        self.assertIn('expect = "baseline"', self.accept(file, "--force", status=2).err)
        self.accept(file, "--force", status=2, name="gone")
        self.assertEqual(os.listdir(self.state), [])

    def test_from_another_name(self):
        database = self.database(TABLE)
        file = self.conf(database)
        self.accept(file)
        renamed = self.config(section("service", state_dir=self.state), environment(
            "new", "host=127.0.0.1 port=1 dbname=x", expect="baseline"))
        self.accept(renamed, "--from", "nobody", name="new", status=2)
        self.accept(renamed, "--from", "env", name="new")
        file = self.config(section("service", state_dir=self.state), environment(
            "new", self.server.dsn(database), expect="baseline"))
        self.check(file, 0)

    def test_another_database(self):
        one, other = self.database(TABLE), self.database(TABLE)
        self.accept(self.conf(one))
        file = self.conf(other)
        result = program("check", "-c", file, "--format", "json")
        self.assertStatus(result, 2)
        schema = result.json()["environments"][0]["schema"]
        self.assertEqual(schema["status"], "not_comparable")
        self.assertIn("another database (system identifier ", schema["reason"])
        self.assertIn("pgdriftd accept env", schema["reason"])
        self.accept(file)
        self.check(file, 0)
        self.check(self.conf(one), 2)

    def test_a_drift_of_one_database_is_not_kept_for_another(self):
        one, other = self.database(TABLE), self.database(TABLE)
        config = environment("env", self.server.dsn(one), expect="baseline")
        running = self.daemon(config)
        self.accept(running.file)
        running.wait_state("env", "in_sync")
        self.server.sql("CREATE TABLE extra (id integer)", one)
        running.wait_state("env", "drifted")
        running.reload(environment("env", self.server.dsn(other), expect="baseline"))
        found = running.wait_state("env", "unknown")
        found = until("the other", lambda: (
            lambda e: e if e["schema"]["status"] == "not_comparable" else None)(
                running.environment("env")))
        self.assertFalse(found["schema"]["findings"])

    def test_an_event(self):
        database = self.database(TABLE)
        running = self.daemon(environment("env", self.server.dsn(database),
                                          expect="baseline"))
        running.after_checks("env")
        self.accept(running.file, "--reason", "as released")
        running.wait_state("env", "in_sync")
        events = [c for c in running.json("/history")["changes"]
                  if c["event"] == "accepted"]
        self.assertEqual(len(events), 1)
        self.assertEqual(events[0]["environment"], "env")
        self.assertIn("as released", events[0]["detail"])
        self.assertIn("accepted by " + pwd.getpwuid(os.getuid()).pw_name,
                      events[0]["detail"])
        self.assertEqual(running.log().count("baseline is another one"), 1)
        baseline = running.environment("env")["schema"]["baseline"]
        self.assertEqual(baseline["reason"], "as released")
        self.assertEqual(baseline["by"], pwd.getpwuid(os.getuid()).pw_name)
        self.assertEqual(baseline["revision"], [])
        self.assertRegex(baseline["accepted_at"], r"^20\d\d-")

    @unittest.skipIf(os.geteuid() != 0, "root only is told by sudo")
    def test_by_whom(self):
        file = self.conf(self.database(TABLE))
        done = self.accept(file, "--format", "json", env={"SUDO_USER": "alice",
                                                          "USER": "bob"})
        self.assertEqual(done.json()["by"], "alice (as root)")

    def test_looking_creates_nothing(self):
        database = self.database(TABLE)
        self.state = os.path.join(directory("parent"), "state")
        file = self.conf(database)
        self.check(file, 2)
        self.accept(file, "--dry-run")
        program("diff", "-c", file, "env:env", "env:env")
        self.assertFalse(os.path.exists(self.state))
        self.accept(file)
        self.assertEqual(os.listdir(self.state), ["pgdriftd.db"])
        self.check(file, 0)
        self.accept(file, "--dry-run")
        self.assertEqual(os.listdir(self.state), ["pgdriftd.db"])

    def test_a_store_that_cannot_be_read_is_said(self):
        write(os.path.join(self.state, "pgdriftd.db"), "something else " * 100)
        file = self.conf(self.database(TABLE))
        result = program("check", "-c", file, "--format", "json")
        self.assertStatus(result, 2)
        reason = result.json()["environments"][0]["schema"]["reason"]
        self.assertIn("pgdriftd.db", reason)
        self.assertNotIn("configured", reason)
        # Once, whatever is asked of it.
        self.assertEqual(result.err.count("pgdriftd.db"), 1, result.err)
        self.accept(file, status=2)
        running = self.daemon(environment("env", self.server.dsn(self.database(TABLE)),
                                          expect="baseline"),
                              service={"state_dir": self.state})
        reason = running.after_checks("env")["schema"]["reason"]
        self.assertIn("pgdriftd.db", reason)
        self.assertNotIn("configured", reason)
        lines = [r["msg"] for r in running.log_records()
                 if "pgdriftd.db" in r.get("error", "") and "environment" not in r]
        self.assertEqual(lines, ["no history is kept"])

    def test_a_damaged_baseline_can_be_replaced(self):
        database = self.database(TABLE)
        file = self.conf(database)
        self.accept(file, "--reason", "sound")
        self.server.sql("CREATE TABLE more ()", database)
        self.accept(file)
        path = os.path.join(self.state, "pgdriftd.db")
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute("UPDATE catalog SET packed = x'00' WHERE key ="
                       " (SELECT key FROM baseline WHERE reason IS NULL)")
            db.commit()
        self.check(file, 2)
        self.server.sql("DROP TABLE more", database)
        self.assertIn("cannot be read", self.accept(file, "--dry-run").out)
        self.assertIn("sound", self.accept(file, "--undo").out)
        self.check(file, 0)

    @unittest.skipIf(os.geteuid() != 0, "root gives files away")
    def test_files_belong_to_the_owner_of_the_directory(self):
        owner = pwd.getpwnam("postgres")
        os.chown(self.state, owner.pw_uid, owner.pw_gid)
        file = self.conf(self.database(TABLE))
        self.accept(file)
        path = os.path.join(self.state, "pgdriftd.db")
        self.assertEqual(os.stat(path).st_uid, owner.pw_uid)
        self.assertEqual(os.stat(path).st_gid, owner.pw_gid)
        # One who died leaves its log; what root reads of that is no lock either.
        done = subprocess.run(
            ["runuser", "-u", "postgres", "--", "python3", "-c",
             "import os, sqlite3\n"
             "d = sqlite3.connect(%r)\n"
             "d.execute('UPDATE baseline SET reason = 1')\n"
             "d.commit()\n"
             "os._exit(0)\n" % path], check=False, cwd="/")
        self.assertEqual(done.returncode, 0)
        self.check(file, 0)
        self.accept(file)
        for name in os.listdir(self.state):
            self.assertEqual(os.stat(os.path.join(self.state, name)).st_uid,
                             owner.pw_uid, name)


def moved(revision, sql):
    """A migration, as Alembic commits it."""
    return "BEGIN; %s; UPDATE alembic_version SET version_num = '%s'; COMMIT" % (sql, revision)


class Follows(SystemTest):
    def setUp(self):
        super().setUp()
        self.base = self.stamped("a", text=TABLE)

    def conf(self, graph=("a", "b", "c"), **keys):
        return (versions(*graph) if graph else "") + environment(
            "env", self.server.dsn(self.base), head=[graph[-1] if graph else "c"],
            expect="baseline", **{**({"migrations": "shop"} if graph else {}), **keys})

    def begin(self, **keys):
        running = self.daemon(self.conf(**keys))
        self.assertStatus(program("accept", "-c", running.file, "env", "--force"), 0)
        self.schema(running, "in_sync")
        return running

    def schema(self, running, status, revision=None):
        def reached():
            found = running.environment("env")
            if found["schema"]["status"] == status and (
                    not revision or found["revision"]["recorded"] == [revision]):
                return found
            return None
        return until("schema " + status, reached)

    def accepted(self, running):
        return [c["detail"] for c in running.json("/history")["changes"]
                if c["event"] == "accepted"]

    def test_a_migration(self):
        running = self.begin()
        self.server.sql(moved("b", "CREATE TABLE extra (id integer)"), self.base)
        baseline = self.schema(running, "in_sync", "b")["schema"]["baseline"]
        self.assertEqual(baseline["revision"], ["b"])
        self.assertEqual(baseline["by"], "pgdriftd")
        self.assertIn("from a to b", baseline["reason"])
        self.assertEqual(len(self.accepted(running)), 2)
        self.assertIn("moved with its revision from a to b", self.accepted(running)[0])
        self.assertEqual(running.log().count("baseline is another one"), 2)
        # And one that touches no catalog, after which a change by hand is drift.
        self.server.sql("UPDATE alembic_version SET version_num = 'c'", self.base)
        found = self.schema(running, "in_sync", "c")
        self.assertEqual(found["schema"]["baseline"]["revision"], ["c"])
        self.server.sql("DROP TABLE extra", self.base)
        self.schema(running, "drifted")
        self.assertNotIn("not_comparable", running.log())
        # What was replaced is kept.
        self.assertStatus(program("accept", "-c", running.file, "env", "--undo"), 0)
        self.assertEqual(
            until("the one before", lambda: (
                lambda b: b if b["revision"] == ["b"] else None)(
                    running.environment("env")["schema"]["baseline"]))["by"], "pgdriftd")

    def test_drift_does_not_follow(self):
        running = self.begin()
        self.server.sql("CREATE TABLE by_hand (id integer)", self.base)
        self.schema(running, "drifted")
        self.server.sql(moved("b", "CREATE TABLE extra (id integer)"), self.base)
        found = self.schema(running, "other_revision", "b")
        self.assertEqual(found["schema"]["baseline"]["revision"], ["a"])
        self.assertEqual(len(self.accepted(running)), 1)

    def test_drift_is_told_what_to_do(self):
        running = self.begin(graph=("a", "b"))
        self.server.sql("CREATE TABLE by_hand (id integer)", self.base)
        self.schema(running, "drifted")
        self.server.sql(moved("b", "CREATE TABLE extra (id integer)"), self.base)
        found = self.schema(running, "other_revision", "b")
        self.assertIn("pgdriftd accept --dry-run env", found["hint"])

    def test_only_forward(self):
        self.server.sql(moved("b", "SELECT 1"), self.base)
        running = self.begin()
        self.server.sql(moved("a", "CREATE TABLE extra (id integer)"), self.base)
        self.schema(running, "other_revision", "a")
        self.assertEqual(len(self.accepted(running)), 1)

    def test_without_a_graph(self):
        running = self.begin(graph=())
        self.server.sql(moved("x", "CREATE TABLE extra (id integer)"), self.base)
        found = self.schema(running, "in_sync", "x")
        self.assertEqual(found["schema"]["baseline"]["revision"], ["x"])

    def test_not_where_it_is_off(self):
        running = self.begin(baseline_follows_revision=False)
        self.server.sql(moved("b", "CREATE TABLE extra (id integer)"), self.base)
        self.schema(running, "other_revision", "b")

    def test_what_was_undone_is_not_followed(self):
        """What was in sync with one baseline says nothing of another."""
        running = self.begin()
        self.server.sql("CREATE TABLE by_hand (id integer)", self.base)
        self.schema(running, "drifted")
        self.assertStatus(program("accept", "-c", running.file, "env", "--force"), 0)
        self.schema(running, "in_sync")
        running.stop()
        self.assertStatus(program("accept", "-c", running.file, "env", "--undo"), 0)
        self.server.sql(moved("b", "CREATE TABLE extra (id integer)"), self.base)
        running.start()
        found = self.schema(running, "other_revision", "b")
        self.assertEqual(found["schema"]["findings"], 2)
        self.assertEqual(found["schema"]["baseline"]["revision"], ["a"])

    def test_drift_says_that_no_migration_made_it(self):
        running = self.begin(graph=("a",))
        self.server.sql("CREATE TABLE by_hand (id integer)", self.base)
        self.assertIn("changed outside migrations",
                      running.wait_state("env", "drifted")["hint"])

    def test_what_does_not_follow(self):
        for to, text, status in (
                ("zzz", "CREATE TABLE extra (id integer)", "drifted"),
                ("b", "DROP TABLE orders", "other_revision")):
            with self.subTest(to):
                self.base = self.stamped("a", text=TABLE)
                running = self.begin()
                self.server.sql(moved(to, text), self.base)
                self.schema(running, status, to)
                self.assertEqual(len(self.accepted(running)), 1)

    def test_what_was_accepted_meanwhile_is_told(self):
        running = self.begin()
        running.stop()
        said = running.log().count("baseline is another one")
        running.start()
        running.stop()
        self.assertEqual(running.log().count("baseline is another one"), said)
        self.assertStatus(program("accept", "-c", running.file, "env", "--force",
                                  "--reason", "while it was away"), 0)
        running.start()
        self.assertEqual(running.log().count("baseline is another one"), said + 1)
        self.assertIn("while it was away", running.log())
        self.assertEqual(len(self.accepted(running)), 2)

    def test_a_migration_of_several_checks(self):
        running = self.begin()
        session = self.session(self.base)
        session.run("BEGIN; UPDATE alembic_version SET version_num = 'b'; "
                    "CREATE TABLE extra (id integer); "
                    "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        running.wait_state("env", "migrating")
        running.after_checks("env", 2)
        session.run("COMMIT")
        found = self.schema(running, "in_sync", "b")
        self.assertEqual(found["schema"]["baseline"]["revision"], ["b"])

    def test_over_a_restart(self):
        for by_hand, status in (("SELECT 1", "in_sync"),
                                ("CREATE TABLE by_hand (id integer)", "other_revision")):
            with self.subTest(status):
                self.base = self.stamped("a", text=TABLE)
                running = self.begin()
                self.server.sql(by_hand, self.base)
                if status != "in_sync":
                    self.schema(running, "drifted")
                running.stop()
                self.server.sql(moved("b", "CREATE TABLE extra (id integer)"), self.base)
                checked = program("check", "-c", running.file, "--format", "json").json()
                self.assertEqual(checked["environments"][0]["schema"]["status"], status)
                running.start()
                self.schema(running, status, "b")


if __name__ == "__main__":
    unittest.main()
