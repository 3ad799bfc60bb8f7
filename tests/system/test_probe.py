"""What makes a check read the catalog again."""
import shutil
import unittest

from harness import Postgres, SystemTest, as_postgres, call, environment, until


class Storage(SystemTest):
    def test_a_server_that_its_storage_puts_back(self):
        """It gives the same transaction ids to other statements than before."""
        server = Postgres()
        self.addCleanup(server.stop)
        database = server.database("CREATE TABLE t (id integer)")
        expected = server.database("CREATE TABLE t (id integer, was text)")
        server.stop("fast")
        copy = server.data + ".copy"
        call(as_postgres("cp", "-a", server.data, copy))
        server.start()
        server.sql("ALTER TABLE t ADD was text", database)
        attribute = "SELECT xmin FROM pg_attribute WHERE attrelid = 't'::regclass" \
            " AND attnum = 2"
        before = server.sql(attribute, database)
        running = self.daemon(
            environment("expected", server.dsn(expected)) +
            environment("env", server.dsn(database), expect="environment:expected"))
        running.wait_state("env", "in_sync")
        server.stop("fast")
        shutil.rmtree(server.data)
        call(as_postgres("mv", copy, server.data))
        server.start()
        server.sql("ALTER TABLE t ADD isn text", database)
        self.assertEqual(server.sql(attribute, database), before)
        found = running.wait_state("env", "drifted")
        self.assertIn("public.t.isn", str(found["schema"]["items"]))

    def test_an_index_that_becomes_valid(self):
        """Nothing but a flag of it changes."""
        database = self.database("CREATE TABLE t (id integer)")
        expected = self.database("CREATE TABLE t (id integer); CREATE INDEX t_id ON t (id)")
        running = self.daemon(
            environment("expected", self.server.dsn(expected)) +
            environment("env", self.server.dsn(database), expect="environment:expected"))
        running.wait_state("env", "drifted")
        reader = self.session(database)
        reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t")
        builder = self.session(database)
        builder.begin("CREATE INDEX CONCURRENTLY t_id ON t (id)")
        until("the index that is not valid yet", lambda: self.server.sql(
            "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('t_id')"
            " AND NOT indisvalid", database) == "1\n")
        running.after_checks("env")
        reader.run("COMMIT")
        running.wait_state("env", "in_sync")

    def test_a_check_of_what_has_not_changed_is_one_round_trip(self):
        database = self.database(
            "CREATE TABLE t (id integer);"
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO watcher;"
            "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
            "INSERT INTO alembic_version VALUES ('a1')")
        running = self.daemon(environment(
            "env", self.server.dsn(database), head=["a1"], interval="1h"),
            service={"log_level": "debug"})
        running.wait_state("env", "in_sync")

        def round_trips():
            """Of one more check: how often something was asked."""
            before, checks = running.log().count("idle to running"), running.checks("env")
            self.assertEqual(running.get("/check/env", method="POST").status, 202)
            until("a check", lambda: running.checks("env") > checks)
            return running.log().count("idle to running") - before

        def is_one():
            """Where the server has written something of its own after a check that found
            nothing written, the next one takes two."""
            until("one round trip", lambda: round_trips() == 1)

        is_one()
        is_one()
        # What was guessed of the version table is wrong.
        self.server.sql("DROP TABLE alembic_version;"
                        "CREATE TABLE alembic_version (version_num text);"
                        "INSERT INTO alembic_version VALUES ('a1')", database)
        self.assertGreater(round_trips(), 1)
        is_one()
        self.server.sql("TRUNCATE alembic_version;"
                        "INSERT INTO alembic_version VALUES ('a2')", database)
        self.assertGreater(round_trips(), 1)
        running.wait_state("env", "revision_mismatch")
        is_one()


if __name__ == "__main__":
    unittest.main()
