"""What the daemon before has read, and is as it was, is not read again."""
import hashlib
import os
import shutil
import unittest

from harness import Postgres, SystemTest, environment, until

TABLES = "CREATE TABLE t (id integer PRIMARY KEY, name text)"
QUERY = "idle to running"


class ReadAgain(SystemTest):
    """Checks are made at the start, and when they are asked for."""

    def watch(self, database, server=None, **keys):
        self.running = self.daemon(environment(
            "env", (server or self.server).dsn(database), **{"head": ["a1"], **keys}),
            service={"interval": "1h", "log_level": "debug"})
        return self.checked()

    def checked(self):
        """After the first check."""
        until("a check", lambda: self.running.checks("env") > 0)
        return self.running.environment("env")

    def again(self):
        """The status after the first check of another daemon, and how often that has
        asked something."""
        before = self.running.log().count(QUERY)
        self.running.start()
        found = self.checked()
        return found, self.running.log().count(QUERY) - before

    def assertTablesAndTrips(self, tables, whole):
        """After a start: so many tables are there; all was read, or it was seen at one look
        that all is as it was."""
        found, trips = self.again()
        self.assertEqual(found["check"]["status"], "ok", found)
        self.assertEqual(float(self.running.metric(
            "pgdriftd_schema_objects", environment="env", kind="table")), tables)
        if whole:
            self.assertGreater(trips, 2)
        else:
            self.assertEqual(trips, 1)
        return found

    def test_what_is_as_it_was(self):
        database = self.stamped("a1", text=TABLES)
        self.watch(database)
        self.assertGreater(self.running.log().count(QUERY), 2)
        for stop in (self.running.stop, self.running.kill):
            stop()
            self.assertTablesAndTrips(1, whole=False)

    def test_what_has_changed_meanwhile(self):
        database = self.stamped("a1", text=TABLES)
        before = self.watch(database)["schema"]["fingerprint"]
        self.running.stop()
        # A value of a row that is there, so that it is not read in part.
        self.server.sql("ALTER TABLE t ALTER name TYPE varchar(9)", database)
        found = self.assertTablesAndTrips(1, whole=True)
        self.assertNotEqual(found["schema"]["fingerprint"], before)
        self.running.stop()
        self.server.sql("CREATE TABLE more (id integer)", database)
        self.assertTablesAndTrips(2, whole=True)
        self.running.stop()
        self.assertTablesAndTrips(2, whole=False)

    def test_only_the_revision_has_moved(self):
        database = self.stamped("a0", text=TABLES)
        self.watch(database)
        self.running.stop()
        self.server.sql("UPDATE alembic_version SET version_num = 'a1'", database)
        found, _ = self.again()
        self.assertEqual(found["revision"]["recorded"], ["a1"])
        self.assertEqual(found["state"], "in_sync", found)

    def test_a_server_that_was_started_anew(self):
        server = Postgres()
        self.addCleanup(server.stop)
        database = server.database(
            TABLES + ";CREATE TABLE alembic_version (version_num text);"
            "INSERT INTO alembic_version VALUES ('a1');"
            "GRANT SELECT ON alembic_version TO PUBLIC")
        self.watch(database, server)
        self.running.stop()
        server.stop("fast")
        server.start()
        self.assertTablesAndTrips(1, whole=True)

    def test_another_program(self):
        self.watch(self.stamped("a1", text=TABLES))
        self.running.stop()
        # As one of another version would have asked; sealed as it would have been.
        for number, reading in self.running.store(
                "SELECT id, reading FROM interval WHERE reading IS NOT NULL"):
            text = reading.partition(" ")[2].replace('"program":"', '"program":"0')
            self.running.store("UPDATE interval SET reading = ? WHERE id = ?", "%s %s" % (
                hashlib.sha256(text.encode()).hexdigest(), text), number)
        self.assertTablesAndTrips(1, whole=True)

    def test_a_catalog_that_is_damaged(self):
        self.watch(self.stamped("a1", text=TABLES))
        self.running.stop()
        self.running.store("UPDATE catalog SET packed = substr(packed, 1, 40)")
        self.assertTablesAndTrips(1, whole=True)

    def test_a_store_that_was_put_back(self):
        """It is of another database than the one that is there now."""
        database = self.stamped("a1", text=TABLES)
        self.watch(database)
        self.running.stop()
        state = os.path.join(self.running.directory, "state")
        shutil.copytree(state, state + ".old")
        self.server.sql("CREATE TABLE more (id integer); DROP TABLE t", database)
        after = self.assertTablesAndTrips(1, whole=True)["schema"]["fingerprint"]
        self.running.stop()
        shutil.rmtree(state)
        os.rename(state + ".old", state)
        found = self.assertTablesAndTrips(1, whole=True)
        self.assertEqual(found["schema"]["fingerprint"], after)

    def test_another_role(self):
        database = self.stamped("a1", text=TABLES)
        self.watch(database)
        self.running.stop()
        self.running.configure(environment(
            "env", self.server.dsn(database, user="postgres"), head=["a1"]))
        self.assertTablesAndTrips(1, whole=True)


if __name__ == "__main__":
    unittest.main()
