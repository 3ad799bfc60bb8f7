"""A check that fails: it is named, it clears nothing, and it disturbs nobody."""
import os
import signal
import socket
import time
import unittest

from harness import (PASSWORD, WATCHER, WRONG_PASSWORD, PgBouncer, Postgres, Proxy,
                     alone, directory, environment, until, write)
from shop import Shop


class Failing(Shop):
    def proxy(self):
        proxy = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(proxy.close)
        return proxy

    def password_file(self, password=PASSWORD):
        return write(os.path.join(directory("secret"), "pw"), password + "\n", 0o600)

    def through(self, proxy, database, **keys):
        """`env` over TCP, through something."""
        return self.pair(database, self.server.dsn(database, host="127.0.0.1",
                                                   port=proxy.port),
                         **{"password_file": self.password_file(), **keys})

    def fails(self, status, reason, config, seconds=None):
        self.running = self.daemon(config)
        found = self.running.wait_state("env", "unknown", seconds)
        self.assertEqual(found["check"]["status"], status)
        self.assertTrue(found["check"]["error"])
        self.assertGreaterEqual(found["check"]["consecutive_failures"], 1)
        self.assertIsNone(found["check"]["last_success_at"])
        self.assertEqual(found["revision"]["status"], "not_checked")
        self.assertEqual(found["schema"]["status"], "not_checked")
        self.assertGreaterEqual(self.running.metric(
            "pgdriftd_check_failures_total", environment="env", reason=reason) or 0, 1)
        self.assertEqual(self.running.metric("pgdriftd_up", environment="env"), 0)
        # Nobody else suffers, and the service is well.
        self.running.wait_state("dev", "in_sync")
        self.assertEqual(self.running.get("/healthz").status, 200)
        self.assertEqual(self.running.get("/readyz").status, 200)
        return found


class Reasons(Failing):
    def test_nobody_listens(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self.fails("unreachable", "connect", self.pair(
            "x", "host=127.0.0.1 port=%d dbname=x user=x" % port))

    def test_no_such_socket(self):
        self.fails("unreachable", "connect", self.pair(
            "x", "host=%s dbname=x user=x" % directory("nobody")))

    def test_no_such_host(self):
        self.fails("unreachable", "connect", self.pair(
            "x", "host=nowhere.invalid dbname=x user=x"))

    def test_no_such_database(self):
        self.running = self.daemon(self.pair("x", self.server.dsn("no_such_database")))
        found = self.running.wait_state("env", "unknown")
        self.assertIn(found["check"]["status"], ("unreachable", "error"))
        self.assertIn("no_such_database", str(found["check"]["error"]))

    def test_wrong_password(self):
        proxy = self.proxy()
        self.fails("error", "auth", self.through(
            proxy, self.dev, password_file=self.password_file(WRONG_PASSWORD)))

    def test_wrong_password_in_the_dsn(self):
        self.fails("error", "auth", self.pair(
            self.dev, "postgresql://%s:%s@127.0.0.1:%d/%s" % (
                WATCHER, WRONG_PASSWORD, self.server.port, self.dev)))

    def test_no_password(self):
        self.fails("error", "auth", self.pair(
            self.dev, self.server.dsn(self.dev, host="127.0.0.1")))

    def test_password_file_is_missing(self):
        self.running = self.daemon(self.pair(
            self.dev, self.server.dsn(self.dev, host="127.0.0.1"),
            password_file=os.path.join(directory("secret"), "none")))
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["check"]["status"], "error")

    def test_no_right_to_read_the_version_table(self):
        database = self.at(change="REVOKE SELECT ON alembic_version FROM " + WATCHER)
        found = self.fails("error", "permission", self.pair(database))
        self.assertIn("alembic_version", found["hint"] + str(found["check"]["error"]))

    def test_no_right_to_use_its_schema(self):
        database = self.database("CREATE SCHEMA meta")
        self.project.run(database, "upgrade", "head", schema="meta")
        self.server.sql("GRANT SELECT ON meta.alembic_version TO " + WATCHER, database)
        self.fails("error", "permission", self.pair(
            database, version_table="meta.alembic_version"))

    def test_accepts_and_never_answers(self):
        proxy = self.proxy()
        proxy.mode = "silent"
        self.fails("unreachable", "timeout", self.through(proxy, self.dev,
                                                          connect_timeout="500ms"))

    def test_connects_and_then_never_answers(self):
        proxy = self.proxy()
        # Three answers make a login.
        proxy.silent_after = 4
        self.fails("error", "timeout", self.through(
            proxy, self.dev, connect_timeout="20s", check_timeout="1s"))

    def test_silent_in_the_middle_of_a_check(self):
        proxy = self.proxy()
        proxy.delay = 0.05
        self.running = self.daemon(self.through(proxy, self.at(), check_timeout="4s"))
        self.running.wait_state("env", "in_sync")
        proxy.mode = "silent"
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["revision"]["status"], "at_head")

    def test_cut_in_the_middle_of_a_check(self):
        proxy = self.proxy()
        database = self.at()
        self.running = self.daemon(self.through(proxy, database))
        self.running.wait_state("env", "in_sync")
        before = self.running.checks("env")
        # It is logged in, has asked, and waits.
        proxy.silent_after = 4
        until("a check under way", lambda: proxy.withheld and self.server.sql(
            "SELECT query FROM pg_stat_activity WHERE datname = '%s'" % database).strip())
        # Of the one that is cut: the next one waits as well, for half a minute.
        proxy.cut()
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["check"]["status"], "unreachable")
        self.assertEqual(found["check"]["consecutive_failures"], 1)
        proxy.mode, proxy.silent_after = "refuse", None
        proxy.cut()
        found = self.running.after_checks("env")
        self.assertEqual(found["check"]["status"], "unreachable")
        self.assertGreaterEqual(self.running.checks("env"), before)
        proxy.mode = "pass"
        self.running.wait_state("env", "in_sync")


class Confirmed(Failing):
    def test_a_failed_check_clears_no_finding(self):
        proxy = self.proxy()
        database = self.at(change="ALTER TABLE step1 ADD hotfix text; DROP TABLE step3")
        self.running = self.daemon(self.through(proxy, database))
        before = self.running.wait_state("env", "drifted")
        started = self.running.metric("pgdriftd_drift_start_timestamp_seconds",
                                      environment="env")
        proxy.mode = "refuse"
        proxy.cut()
        found = self.running.wait_state("env", "unknown")
        found = self.running.after_checks("env", 2)
        self.assertEqual(found["check"]["status"], "unreachable")
        self.assertGreaterEqual(found["check"]["consecutive_failures"], 2)
        self.assertIsNotNone(found["check"]["last_success_at"])
        for key in ("status", "recorded", "expected"):
            self.assertEqual(found["revision"][key], before["revision"][key])
        for key in ("status", "findings", "items", "fingerprint"):
            self.assertEqual(found["schema"][key], before["schema"][key])
        self.assertEqual(self.running.metric(
            "pgdriftd_drift_objects", environment="env", kind="column",
            change="unexpected"), 1)
        self.assertEqual(self.running.metric("pgdriftd_schema_status", environment="env",
                                             status="drifted"), 1)
        self.assertEqual(self.running.metric("pgdriftd_drift_start_timestamp_seconds",
                                             environment="env"), started)
        proxy.mode = "pass"
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(found["check"]["consecutive_failures"], 0)
        self.assertIsNone(found["check"]["error"])

    def test_a_failed_check_makes_no_finding(self):
        """In sync, then unreadable: nothing may look like an empty catalog."""
        database = self.at()
        self.running = self.daemon(self.pair(database))
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.server.sql("REVOKE SELECT ON alembic_version FROM " + WATCHER, database)
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertEqual(found["schema"]["status"], "in_sync")
        self.server.sql("GRANT SELECT ON alembic_version TO " + WATCHER, database)
        self.running.wait_state("env", "in_sync")
        states = {r["state"] for r in self.running.log_records()
                  if r.get("environment") == "env" and "state" in r}
        self.assertLessEqual(states, {"in_sync", "unknown"})

    def test_server_killed_and_brought_back(self):
        server = Postgres()
        self.addCleanup(server.stop)
        database = server.database()
        self.project.server, shared = server, self.project.server
        try:
            self.project.upgrade(database)
        finally:
            self.project.server = shared
        self.running = self.daemon(self.migrations() + environment(
            "env", server.dsn(database), migrations="shop"))
        self.running.wait_state("env", "in_sync")
        server.stop()
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["check"]["status"], "unreachable")
        self.assertEqual(found["revision"]["status"], "at_head")
        server.start()
        found = self.running.wait_state("env", "in_sync", 60)
        self.assertEqual(found["check"]["consecutive_failures"], 0)

    def test_backends_killed(self):
        """pg_terminate_backend while checks go on: never a finding."""
        database = self.at()
        self.running = self.daemon(self.pair(database))
        self.running.wait_state("env", "in_sync")
        goal = self.running.checks("env") + 4

        def kill():
            self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE usename = '%s'" % WATCHER)
            return self.running.checks("env") >= goal
        until("checks between kills", kill)
        self.running.wait_state("env", "in_sync")
        states = {r["state"] for r in self.running.log_records()
                  if r.get("environment") == "env" and "state" in r}
        self.assertLessEqual(states, {"in_sync", "unknown"})


@alone
class Undisturbed(Failing):
    def test_one_that_never_answers_delays_nobody(self):
        proxy = self.proxy()
        proxy.mode = "silent"
        self.running = self.daemon(
            self.through(proxy, self.dev, connect_timeout="30s"), ready=False)
        before = self.running.checks("dev")
        until("checks of the other", lambda: self.running.checks("dev") >= before + 3)
        for _ in range(20):
            begun = time.monotonic()
            self.assertEqual(self.running.get("/healthz").status, 200)
            self.assertLess(time.monotonic() - begun, 1.0)
        found = self.running.environment("env")
        self.assertEqual(found["state"], "unknown")
        # Not every environment was tried: not ready yet, but well.
        self.assertEqual(self.running.get("/readyz").status, 503)

    def test_ends_at_once_while_a_check_hangs(self):
        proxy = self.proxy()
        proxy.mode = "silent"
        self.running = self.daemon(
            self.through(proxy, self.dev, connect_timeout="60s"), ready=False)
        until("a check under way", lambda: proxy.open)
        begun = time.monotonic()
        self.running.stop()
        self.assertLess(time.monotonic() - begun, 10.0)

    def test_sigint_ends_it_too(self):
        self.running = self.daemon(self.pair(self.at()))
        self.running.stop(signal.SIGINT)

    def test_it_waits_for_no_lock_and_makes_nobody_wait(self):
        """An ALTER that holds a table for long: the daemon gives up, and a later
        statement on that table never queues behind the daemon."""
        database = self.at(change="CREATE VIEW v AS SELECT name FROM step1")
        holder = self.session(database)
        holder.run("BEGIN; ALTER TABLE step1 ADD late text")
        self.running = self.daemon(self.pair(database, lock_timeout="50ms"), ready=False)
        # It tries again for a while before it says that it cannot.
        found = until("a verdict", lambda: self.tried("env"), 90)
        self.assertIn(found["state"], ("migrating", "unknown"))
        self.assertEqual(found["schema"]["status"], "not_checked")
        holder.run("ROLLBACK")
        found = self.running.wait_state("env", "drifted")
        self.assertEqual([i["name"] for i in found["schema"]["items"]], ["public.v"])
        self.server.sql("SET lock_timeout = '2s'; ALTER TABLE step1 ALTER name SET NOT NULL",
                        database)

    def tried(self, name):
        found = self.running.environment(name)
        return found if found["check"]["last_at"] else None

    def test_it_writes_nothing(self):
        database = self.at()
        self.running = self.daemon(self.pair(database))
        until("the comparison", lambda: self.with_schema("in_sync"))
        temporary = "SELECT temp_files FROM pg_stat_database WHERE datname = '%s'" % database
        before = self.server.sql(temporary, database)
        self.running.after_checks("env", 2)
        locks = self.server.sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a"
                                " USING (pid) WHERE usename = '%s' AND mode LIKE '%%Exclusive%%'"
                                " AND locktype <> 'virtualxid'" % WATCHER)
        self.assertEqual(locks.strip(), "0")
        self.assertEqual(self.server.sql(temporary, database), before)

    def test_few_connections(self):
        """max_concurrent_checks holds, and no connection is left open by many."""
        config = self.migrations() + "".join(
            environment("e%02d" % i, self.server.dsn(self.dev), migrations="shop")
            for i in range(20))
        self.running = self.daemon(config, service={"max_concurrent_checks": 2,
                                                    "interval": "100ms"})
        most = 0

        def look():
            nonlocal most
            most = max(most, int(self.server.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'"
                " AND state <> 'idle'" % WATCHER)))
            return self.running.checks("e19") >= 8
        until("some rounds", look)
        self.assertLessEqual(most, 2)
        # Where places are few, each has its turn.
        counts = [self.running.checks("e%02d" % i) for i in range(20)]
        self.assertLessEqual(max(counts), 2 * min(counts), counts)


class Credentials(Failing):
    def test_password_file_is_read_again(self):
        role = "rotating"
        self.server.sql("CREATE ROLE %s LOGIN PASSWORD 'one-s3cret'" % role)
        self.server.sql("GRANT SELECT ON alembic_version TO " + role, self.dev)
        where = directory("credentials")
        path = write(os.path.join(where, "env.pw"), "one-s3cret\n", 0o600)
        self.running = self.daemon(
            self.migrations() + environment(
                "env", self.server.dsn(self.dev, role, "127.0.0.1"), migrations="shop",
                password_file="env.pw"), env={"CREDENTIALS_DIRECTORY": where})
        self.running.wait_state("env", "in_sync")
        self.server.sql("ALTER ROLE %s PASSWORD 'two-s3cret';"
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE usename = '%s'" % (role, role))
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["check"]["status"], "error")
        write(path, "two-s3cret", 0o600)
        self.running.wait_state("env", "in_sync")
        self.assertNotIn("s3cret", self.running.log())

    def test_long_password(self):
        """Tokens are long; nothing may cut them."""
        token = "s3cret" + "0123456789abcdef" * 60
        self.server.sql("CREATE ROLE token LOGIN PASSWORD '%s'" % token)
        self.server.sql("GRANT SELECT ON alembic_version TO token", self.dev)
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.dev, "token", "127.0.0.1"), migrations="shop",
            password_file=self.password_file(token)))
        self.running.wait_state("env", "in_sync")

    def test_password_command(self):
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.dev, host="127.0.0.1"), migrations="shop",
            password_command="cat " + self.password_file()))
        self.running.wait_state("env", "in_sync")

    def test_password_command_that_fails(self):
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.dev, host="127.0.0.1"), migrations="shop",
            password_command="echo %s >&2; exit 3" % PASSWORD))
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["check"]["status"], "error")

    def test_password_command_that_hangs(self):
        self.running = self.daemon(self.pair(
            self.dev, self.server.dsn(self.dev, host="127.0.0.1"), connect_timeout="1s",
            password_command="read x < %s" % self.fifo()), ready=False)
        self.running.wait_state("dev", "in_sync")
        found = until("its end", lambda: self.failed("env"))
        self.assertEqual(found["state"], "unknown")

    def fifo(self):
        path = os.path.join(directory("fifo"), "never")
        os.mkfifo(path)
        return path

    def failed(self, name):
        found = self.running.environment(name)
        return found if found["check"]["consecutive_failures"] else None

    def test_service_file_and_passfile(self):
        where = directory("libpq")
        service = write(os.path.join(where, "services"),
                        "[shop_env]\nhost=127.0.0.1\nport=%d\ndbname=%s\nuser=%s\n" % (
                            self.server.port, self.dev, WATCHER))
        passfile = write(os.path.join(where, "pgpass"), "*:*:*:%s:%s\n" % (
            WATCHER, PASSWORD), 0o600)
        self.running = self.daemon(
            self.migrations() + environment("env", "service=shop_env", migrations="shop"),
            env={"PGSERVICEFILE": service, "PGPASSFILE": passfile})
        self.running.wait_state("env", "in_sync")


@alone
class Between(Failing):
    def test_through_pgbouncer(self):
        """Transaction pooling over one server connection, for two environments."""
        pool = PgBouncer(self.server)
        self.addCleanup(pool.close)
        database = self.at()
        other = self.at(change="ALTER TABLE step1 ADD hotfix text")
        config = self.through(pool, database) + environment(
            "other", self.server.dsn(other, host="127.0.0.1", port=pool.port),
            migrations="shop", expect="environment:dev",
            password_file=self.password_file())
        self.running = self.daemon(config)
        until("the comparison", lambda: self.with_schema("in_sync"))
        self.running.wait_state("other", "drifted")
        self.server.sql("DROP TABLE step2", database)
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(found["schema"]["items"][0]["name"], "public.step2")
        self.running.after_checks("env", 2)
        self.assertEqual(self.running.metric("pgdriftd_check_failures_total",
                                             environment="env", reason="query") or 0, 0)

    def test_far_away(self):
        """A check is a few round trips: 40 ms there and 40 back stay below 3 s."""
        proxy = self.proxy()
        self.running = self.daemon(self.through(proxy, self.at()))
        until("the comparison", lambda: self.with_schema("in_sync"))
        proxy.delay = 0.04
        self.server.sql("SELECT 1")
        self.running.after_checks("env", 1)
        found = self.running.environment("env")
        self.assertEqual(found["state"], "in_sync")
        self.assertLess(found["check"]["duration_seconds"], 3.0)

    def test_settings_of_a_role_change_nothing(self):
        """ALTER DATABASE … SET decides how a server prints; not for us."""
        database = self.at(change="""
            ALTER TABLE step0 ADD made timestamptz DEFAULT '2020-01-01 00:00:00+00',
                ADD CHECK (made > '2020-01-01 00:00:00+00'), ADD span interval DEFAULT
                '1 day 02:00:00', ADD raw bytea DEFAULT '\\xff', ADD f float8 DEFAULT 0.1;
            CREATE VIEW v AS SELECT name FROM step1""")
        twin = self.server.copy(database)
        self.server.sql("INSERT INTO alembic_version VALUES ('%s');" % self.ids[4] + "".join(
            "ALTER DATABASE %s SET %s;" % (twin, s) for s in (
                "search_path = public, pg_catalog", "TimeZone = 'Asia/Tokyo'",
                "DateStyle = 'German'", "IntervalStyle = 'iso_8601'",
                "bytea_output = 'escape'", "extra_float_digits = -5",
                "quote_all_identifiers = on", "standard_conforming_strings = off",
                "default_transaction_isolation = 'serializable'", "lock_timeout = '1ms'",
                "client_encoding = 'LATIN1'")), twin)
        self.running = self.daemon(
            self.migrations() +
            environment("dev", self.server.dsn(database), migrations="shop") +
            environment("env", self.server.dsn(twin), migrations="shop",
                        expect="environment:dev"))
        until("the comparison", lambda: self.with_schema("in_sync"))


class Restart(Failing):
    def test_history_and_since_survive(self):
        database = self.at(change="DROP TABLE step4")
        self.running = self.daemon(self.pair(database))
        before = self.running.wait_state("env", "drifted")
        history = self.running.json("/history?environment=env")
        self.running.stop()
        self.running.start()
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(found["since"], before["since"])
        self.assertEqual(found["schema"]["fingerprint"], before["schema"]["fingerprint"])
        after = self.running.json("/history?environment=env")
        self.assertGreaterEqual(len(str(after)), len(str(history)))
        self.assertIn(before["since"], str(after))


class Memory(Shop):
    """What was known before a restart stands, although the database is gone."""

    def restarted(self, change, state, **keys):
        """What the daemon says before and after it was started anew without the
        database."""
        database = self.at(change=change)
        self.running = self.daemon(self.pair(database, **keys))
        before = self.running.wait_state("env", state)
        self.running.stop()
        self.server.sql('ALTER DATABASE "%s" ALLOW_CONNECTIONS false' % database)
        self.addCleanup(self.server.sql,
                        'ALTER DATABASE "%s" ALLOW_CONNECTIONS true' % database)
        self.running.start()
        until("a check that fails", lambda: self.running.environment("env")["check"][
            "error"])
        return database, before, self.running.environment("env")

    def test_a_drift(self):
        database, before, after = self.restarted("ALTER TABLE step1 ADD hotfix text",
                                                 "drifted")
        self.assertEqual(after["state"], "unknown")
        for axis, keys in (("revision", ("status", "recorded", "expected", "pending")),
                           ("schema", ("status", "items", "fingerprint", "objects",
                                       "drift_since", "by_kind"))):
            for key in keys:
                self.assertEqual(after[axis][key], before[axis][key], key)
        self.assertIsNotNone(after["check"]["last_success_at"])
        metric = self.running.metric
        self.assertEqual(metric("pgdriftd_schema_status", environment="env",
                                status="drifted"), 1)
        self.assertIsNotNone(metric("pgdriftd_drift_start_timestamp_seconds",
                                    environment="env"))
        changes = self.running.json("/history?environment=env")["changes"]
        self.assertEqual([(c["state"], c["previous_state"]) for c in changes[:1]],
                         [("unknown", "drifted")])
        self.server.sql('ALTER DATABASE "%s" ALLOW_CONNECTIONS true' % database)
        again = self.running.wait_state("env", "drifted", 60)
        self.assertEqual(again["schema"]["drift_since"], before["schema"]["drift_since"])

    def test_what_had_tables_is_not_new(self):
        """`allow_empty` is for a database that never had any, over a restart as well."""
        database = self.at(change="DROP TABLE alembic_version")
        self.running = self.daemon(self.pair(database, allow_empty=True))
        self.running.wait_state("env", "unstamped")
        self.server.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public", database)
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "empty_database")
        self.running.stop()
        self.running.start()
        self.assertEqual(self.running.after_checks("env")["state"], "revision_mismatch")
        new = self.daemon(self.pair(self.database(), allow_empty=True))
        self.assertEqual(new.wait_state("env", "in_sync")["revision"]["status"],
                         "empty_database")

    def test_no_stamp(self):
        _, before, after = self.restarted("DROP TABLE alembic_version", "unstamped")
        self.assertEqual(after["revision"]["status"], "unstamped")
        self.assertEqual(after["schema"]["status"], "in_sync")

    def test_in_sync(self):
        _, before, after = self.restarted("", "in_sync")
        self.assertEqual((after["state"], after["revision"]["status"],
                          after["schema"]["status"]), ("unknown", "at_head", "in_sync"))

if __name__ == "__main__":
    unittest.main()
