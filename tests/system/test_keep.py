"""Sessions that are kept between checks: they are used, and when they are no good any more
nobody hears of it."""
import os
import unittest

from harness import (PASSWORD, WATCHER, PgBouncer, Postgres, Proxy, SystemTest, directory,
                     environment, until, write)

TABLES = "CREATE TABLE t (id integer PRIMARY KEY, name text)"
ROTATED = PASSWORD + "-rotated"


class Keep(SystemTest):
    """Checks are made when they are asked for, so that what is between two of them is."""

    def watch(self, dsn, **keys):
        self.running = self.daemon(self.watched(dsn, **keys), service={
            "interval": "1h", "keep_connection": True})
        self.check()

    @staticmethod
    def watched(dsn, name="env", **keys):
        return environment(name, dsn, **{"head": ["a1"], **keys})

    def check(self, times=1):
        """Each of them ends well."""
        for _ in range(times):
            before = self.running.checks("env")
            self.assertEqual(self.running.get("/check/env", method="POST").status, 202)
            until("a check", lambda n=before: self.running.checks("env") > n)
        found = self.running.environment("env")
        self.assertEqual(found["state"], "in_sync", found)
        self.assertFalse([name for name, _ in self.running.metrics()
                          if name == "pgdriftd_check_failures_total"])
        return found

    def tables(self):
        """That were found in the last check."""
        return self.running.metric("pgdriftd_schema_objects", environment="env",
                                   kind="table")

    def backends(self, database):
        """Sessions of the program there, as the server sees them."""
        return self.server.sql(
            "SELECT pid, state, xact_start IS NULL FROM pg_stat_activity"
            " WHERE usename = '%s' AND datname = '%s'" % (WATCHER, database)).splitlines()

    def kept(self, database):
        """The number of the one that is there between two checks; in no transaction."""
        def idle():
            found = [row.split("|") for row in self.backends(database)]
            return len(found) == 1 and found[0][1:] == ["idle", "t"] and found[0][0]
        return until("a kept session", idle)

    def end(self, pid):
        self.server.sql("SELECT pg_terminate_backend(%s)" % pid)
        until("the end of it", lambda: not self.server.sql(
            "SELECT FROM pg_stat_activity WHERE pid = %s" % pid))

    def password_file(self, password=PASSWORD):
        return write(os.path.join(directory("secret"), "pw"), password, 0o600)

    def through(self, pool, database):
        return {"dsn": self.server.dsn(database, host="127.0.0.1", port=pool.port),
                "password_file": self.password_file()}


class Kept(Keep):
    def test_is_used_by_all_checks(self):
        database = self.stamped("a1", text=TABLES)
        self.watch(self.server.dsn(database))
        first = self.kept(database)
        for i in range(3):
            self.server.sql("CREATE TABLE more%d (a integer)" % i, database)
            self.check()
            self.server.sql("SELECT txid_current()")
            self.check(2)
        self.assertEqual(self.kept(database), first)
        self.assertEqual(self.tables(), 4)

    def test_that_was_ended_is_no_failure(self):
        database = self.stamped("a1", text=TABLES)
        self.watch(self.server.dsn(database))
        for _ in range(2):
            pid = self.kept(database)
            self.end(pid)
            self.check()
            self.assertNotEqual(self.kept(database), pid)

    def test_of_a_server_that_was_started_anew(self):
        self.server = server = Postgres()
        self.addCleanup(server.stop)
        database = self.stamped("a1", text=TABLES)
        self.watch(server.dsn(database))
        self.kept(database)
        server.stop("fast")
        server.start()
        server.sql("CREATE TABLE more (a integer)", database)
        self.check()
        self.assertEqual(self.tables(), 2)
        self.kept(database)

    def test_over_a_way_that_was_cut(self):
        database = self.stamped("a1", text=TABLES)
        way = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(way.close)
        self.watch(**self.through(way, database))
        self.check()
        way.cut()
        self.check()

    def test_a_new_password(self):
        self.server.sql("CREATE ROLE rotated LOGIN PASSWORD '%s'" % PASSWORD)
        database = self.stamped("a1", text=TABLES)
        self.server.sql("GRANT SELECT ON alembic_version TO rotated", database)
        file = self.password_file()
        self.watch(self.server.dsn(database, "rotated", "127.0.0.1"), password_file=file)
        self.server.sql("ALTER ROLE rotated PASSWORD '%s'" % ROTATED)
        self.check()
        write(file, ROTATED)
        self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE usename = 'rotated'")
        self.check()

    def test_a_reload_closes_what_leads_elsewhere(self):
        one, two = (self.stamped("a1", text=TABLES) for _ in range(2))
        self.watch(self.server.dsn(one))
        pid = self.kept(one)
        self.running.reload(self.watched(self.server.dsn(one), comments=False))
        self.check()
        self.assertEqual(self.kept(one), pid)
        self.running.reload(self.watched(self.server.dsn(two)))
        until("the other one", lambda: self.backends(two) and not self.backends(one))
        self.running.reload(self.watched(self.server.dsn(two), keep_connection=False))
        until("none", lambda: not self.backends(two))
        self.check()
        until("none", lambda: not self.backends(two))
        self.running.reload(self.watched(self.server.dsn(one)))
        self.kept(one)
        self.running.reload(self.watched(self.server.dsn(two), "other"))
        until("that alone", lambda: self.backends(two) and not self.backends(one))
        self.running.stop()
        until("none", lambda: not self.backends(two))


class Pooled(Keep):
    def through_pgbouncer(self, mode):
        pool = PgBouncer(self.server, mode)
        self.addCleanup(pool.close)
        database = self.stamped("a1", text=TABLES)
        self.watch(**self.through(pool, database))
        for i in range(2):
            self.server.sql("CREATE TABLE more%d (a integer)" % i, database)
            self.check()
            self.server.sql("SELECT txid_current()")
            self.check(2)
        self.end(self.kept(database))
        self.check(2)
        self.assertEqual(self.tables(), 3)

    def test_by_transaction(self):
        self.through_pgbouncer("transaction")

    def test_by_session(self):
        self.through_pgbouncer("session")


if __name__ == "__main__":
    unittest.main()
