"""A server in trouble is not made worse: what hangs in it is counted as it sees it."""
import os
import re
import signal
import socket
import time
import unittest

from harness import (PASSWORD, PATIENCE, WATCHER, Postgres, Proxy, SystemTest,
                     alone, as_postgres, call, directory, environment, only_long, program,
                     until, write)


def children(pid):
    """The processes that it has started, as a title each."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % entry) as f:
                parent = int(f.read().rsplit(")", 1)[1].split()[1])
            with open("/proc/%s/cmdline" % entry, "rb") as f:
                title = f.read().replace(b"\0", b" ").decode().strip()
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid:
            found.append(title)
    return found


class Hanging(SystemTest):
    """A server of its own; locked() makes logins to a database of it hang."""

    @classmethod
    def setUpClass(cls):
        cls.own = Postgres()
        cls.addClassCleanup(cls.own.stop)

    which_server = classmethod(lambda cls: cls.own)

    def setUp(self):
        super().setUp()
        self.holders = []
        self.addCleanup(self.release)

    def made(self):
        return self.stamped("a1", text="CREATE TABLE t (id integer)")

    def backends(self):
        """Of the watcher, those in their start as well."""
        with open(os.path.join(self.server.data, "postmaster.pid")) as f:
            postmaster = int(f.readline())
        return [t for t in children(postmaster) if ": %s " % WATCHER in t]

    def starting(self):
        return [t for t in self.backends() if re.search("startup|authentication", t)]

    def lock(self, database, catalog="pg_attribute"):
        holder = self.server.session(database)
        holder.run("BEGIN; LOCK TABLE pg_catalog.%s" % catalog)
        self.holders.append(holder)

    def release(self):
        while self.holders:
            holder = self.holders.pop()
            holder.begin("ROLLBACK")
            holder.close()

    def unanswered(self, name):
        found = self.running.environment(name)
        return found if found["state"] == "unknown" and self.running.metric(
            "pgdriftd_server_unanswered", environment=name) == 1 else None

    def environments(self, count, database, first=0, **keys):
        return "".join(environment("e%d" % i, self.server.dsn(database), **{
            "allow_empty": True, "connect_timeout": "300ms", **keys})
            for i in range(first, first + count))

    def watch(self, config, **service):
        self.running = self.daemon(config, service={"interval": "200ms", **service})

    def most_backends(self, enough, which=None):
        most = 0

        def look():
            nonlocal most
            most = max(most, len((which or self.backends)()))
            return enough()
        until("enough looks", look)
        return most


# To one server at the same time, where a login takes long and is answered.
LOGINS = 4


@alone
class Logins(Hanging):
    def test_no_more_than_were_under_way(self):
        """It begins to hang while many that watch it are connecting all the time."""
        many = 6
        database = self.made()
        other = self.database()
        # Another server, which goes on being checked.
        reference = Postgres()
        self.addCleanup(reference.stop)
        config = self.environments(many, database, head=["a1"]) + environment(
            "other", reference.dsn(reference.database()), allow_empty=True)
        self.watch(config, interval="100ms")
        for i in range(many):
            self.running.wait_state("e%d" % i, "in_sync")
        self.lock(database)
        self.lock(other)
        self.assertLessEqual(self.most_backends(
            lambda: all(self.unanswered("e%d" % i) for i in range(many)),
            self.starting), LOGINS)
        left = len(self.starting())
        self.assertIn(left, range(1, LOGINS + 1))
        goal = self.running.checks("other") + 8
        self.assertEqual(self.most_backends(
            lambda: self.running.checks("other") >= goal, self.starting), left)
        found = self.running.environment("e0")
        self.assertEqual(found["check"]["status"], "unreachable")
        self.assertIn("does not answer", found["hint"])
        self.assertIn("system catalog", found["hint"])
        self.assertNotIn("host and port", found["hint"])
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertGreaterEqual(self.running.metric(
            "pgdriftd_check_failures_total", environment="e0", reason="timeout"), 1)
        self.assertEqual(self.running.metric(
            "pgdriftd_server_unanswered", environment="other"), 0)
        # Neither a reload nor an environment that is new opens another one.
        self.running.reload(config + self.environments(2, other, many))
        until("a new environment", lambda: self.unanswered("e%d" % (many + 1)))
        self.assertEqual(len(self.starting()), left)
        # Longer and longer, but well again at once.
        until("back-off", lambda: self.running.environment("e0")["check"][
            "consecutive_failures"] >= 4)
        self.release()
        begun = time.monotonic()
        for i in range(many):
            self.running.wait_state("e%d" % i, "in_sync")
        self.assertLess(time.monotonic() - begun, PATIENCE / 6)
        self.assertEqual(self.running.metric(
            "pgdriftd_server_unanswered", environment="e0"), 0)
        until("no login to hang", lambda: not self.starting())

    def test_one_connection_for_all_that_watch_a_server(self):
        """It hangs already: nobody follows the first."""
        database = self.made()
        self.lock(database)
        self.running = self.daemon(
            self.environments(4, database), ready=False, service={"interval": "200ms"})
        self.assertEqual(self.most_backends(
            lambda: all(self.unanswered("e%d" % i) for i in range(4))), 1)

    def test_a_reload_while_it_connects(self):
        """What is broken off while it is not answered counts as well."""
        database = self.made()
        self.lock(database)
        config = self.environments(1, database, head=["a1"], connect_timeout="20s")
        self.running = self.daemon(config, ready=False)
        until("a backend in its start", self.backends)
        self.running.reload(config.replace('"20s"', '"400ms"'))
        until("a verdict", lambda: self.unanswered("e0"))
        self.assertEqual(len(self.backends()), 1)
        self.release()
        self.running.wait_state("e0", "in_sync")

    def test_hosts_of_a_list(self):
        """The others of a list are tried; what hangs is not, by whatever name."""
        database = self.made()
        second = Postgres()
        self.addCleanup(second.stop)
        second.sql("CREATE DATABASE " + database)
        second.sql("CREATE TABLE t (id integer);"
                   "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);"
                   "INSERT INTO alembic_version VALUES ('a1');"
                   "GRANT SELECT ON alembic_version TO " + WATCHER, database)
        self.lock(database)
        both = self.server.dsn(database, host="%s,%s" % (
            self.server.directory, second.directory)).replace(
                "port=%d" % self.server.port,
                "port=%d,%d" % (self.server.port, second.port))
        self.watch(environment("list", both, head=["a1"], connect_timeout="300ms") +
                   self.environments(1, database, head=["a1"]))
        self.running.wait_state("list", "in_sync")
        until("the other", lambda: self.unanswered("e0"))
        self.assertEqual(len(self.backends()), 1)
        self.release()
        self.running.wait_state("e0", "in_sync")

    def test_commands(self):
        """One for a command, however many environments it asks for."""
        database = self.made()
        self.lock(database)
        result = program("check", "-c", self.config(self.environments(5, database)),
                         "--format", "json")
        self.assertEqual(result.status, 2, repr(result))
        self.assertEqual(len(self.backends()), 1)

    @only_long
    def test_both_sides_of_a_diff(self):
        dsn = self.server.dsn(self.made())
        self.lock(dsn.split("dbname=")[1].split()[0])
        result = program("diff", dsn, dsn)
        self.assertEqual(result.status, 2, repr(result))
        self.assertEqual(len(self.backends()), 1)


class Statements(Hanging):
    def test_what_hangs_after_the_login_is_cancelled(self):
        """No time limit of the server's is set yet when this is parsed."""
        database = self.made()
        self.watch(self.environments(3, database, head=["a1"], check_timeout="500ms"))
        self.running.wait_state("e0", "in_sync")
        self.lock(database, "pg_proc")
        for i in range(3):
            self.running.wait_state("e%d" % i, "unknown")
        goal = self.running.checks("e0") + 4
        self.assertLessEqual(self.most_backends(
            lambda: self.running.checks("e0") >= goal), 4)
        self.release()
        self.running.wait_state("e0", "in_sync")


class Going(Hanging):
    """It takes no logins, and says so."""

    def refused(self, text, hint):
        found = until(text, lambda: [e for e in [self.running.environment("env")]
                                     if text in str(e["check"]["error"])])[0]
        self.assertEqual([found["state"]] + [found["check"][key] for key in (
            "status", "reason", "sqlstate")], ["unknown", "unreachable", "connect", "57P03"])
        self.assertIn(hint, found["hint"])
        self.assertNotIn("host and port", found["hint"])
        self.assertEqual(found["revision"]["status"], "at_head")

    def test_it_stops_and_comes_back_as_a_standby(self):
        server = Postgres()
        self.addCleanup(server.stop)
        database = server.database(
            "CREATE TABLE t (id integer);"
            "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);"
            "INSERT INTO alembic_version VALUES ('a1');"
            "GRANT SELECT ON alembic_version TO " + WATCHER)
        self.watch(environment("env", server.dsn(database), head=["a1"]))
        self.running.wait_state("env", "in_sync")
        says_so = int(server.sql("SHOW server_version_num")) >= 140000
        # A smart shutdown waits for whoever is there.
        last = server.session(database)
        last.run("SELECT 1")
        call(as_postgres(server.program("pg_ctl"), "-s", "-W", "-D", server.data, "-m",
                         "smart", "stop"))
        self.refused("is shutting down", "starting, stopping or recovering")
        last.close()
        until("nobody to listen", lambda: "check that the server runs" in
              self.running.environment("env")["hint"])
        server.stop("fast")
        standby = os.path.join(server.data, "standby.signal")
        call(as_postgres("touch", standby))
        server.settings = {"hot_standby": "off"}
        server.start()
        self.refused(*(("is not accepting connections", "a standby that takes no")
                       if says_so else ("is starting up", "starting, stopping")))
        server.stop("fast")
        os.unlink(standby)
        server.settings = {}
        server.start()
        self.running.wait_state("env", "in_sync")


class Interrupted(Hanging):
    """A check stands in the middle of a statement, as it waits for a lock."""

    def setUp(self):
        super().setUp()
        self.proxy = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(self.proxy.close)
        database = self.made()
        secret = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        self.watch(environment("env", self.server.dsn(
            database, host="127.0.0.1", port=self.proxy.port), head=["a1"],
            password_file=secret, connect_timeout="3s", check_timeout="3s"))
        self.running.wait_state("env", "in_sync")
        self.lock(database, "pg_proc")

    def waiting(self):
        return self.server.sql(
            "SELECT pid FROM pg_stat_activity WHERE usename = '%s'"
            " AND wait_event_type = 'Lock'" % WATCHER).split()

    def late(self):
        found = until("a check to be late", lambda: [
            e for e in [self.running.environment("env")]
            if e["check"]["error"] == "no complete answer within 3s"])[0]
        self.assertEqual([found["state"]] + [found["check"][key] for key in (
            "status", "reason")], ["unknown", "error", "timeout"])
        self.assertIn("the server stopped answering in the middle of a check: look there "
                      "for a lock", found["hint"])

    def stopped(self):
        """The backend, unless it has just given up."""
        for pid in map(int, self.waiting()):
            try:
                os.kill(pid, signal.SIGSTOP)
                return pid
            except ProcessLookupError:
                pass
        return None

    def test_its_backend_is_stopped(self):
        pid = until("a statement", self.stopped)
        try:
            self.late()
            self.release()
            self.running.wait_state("env", "in_sync")
            goal = self.running.checks("env") + 4
            # It, the one that is asked, and one that is going.
            self.assertLessEqual(self.most_backends(
                lambda: self.running.checks("env") >= goal), 3)
        finally:
            os.kill(pid, signal.SIGCONT)
        until("it to notice", lambda: not os.path.exists("/proc/%d" % pid))

    def test_the_network_drops(self):
        """Nothing arrives any more, in either direction, and nobody is told."""
        until("a statement", self.waiting)
        self.proxy.mode = "silent"
        self.late()
        self.release()
        until("no answer", lambda: "does not answer" in
              self.running.environment("env")["hint"])
        left = len(self.backends())
        self.assertLessEqual(left, 2)
        goal = self.running.checks("env") + 3
        self.assertEqual(self.most_backends(
            lambda: self.running.checks("env") >= goal), left)
        self.proxy.mode = "pass"
        self.proxy.cut()
        self.running.wait_state("env", "in_sync")


@alone
class Stopped(SystemTest):
    LIMIT = 3  # seconds; a check in which nothing stands still takes a fraction

    def test_what_nobody_could_look_at_is_not_late(self):
        """The process stands still while a check waits for its answer."""
        proxy = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(proxy.close)
        database = self.stamped("a1", text="CREATE TABLE t (id integer)")
        secret = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        running = self.daemon(environment(
            "env", self.server.dsn(database, host="127.0.0.1", port=proxy.port),
            head=["a1"], password_file=secret, connect_timeout="%ds" % self.LIMIT,
            check_timeout="%ds" % self.LIMIT), service={"interval": "100ms"})
        before = running.wait_state("env", "in_sync")
        proxy.delay = 0.02
        caught = 0
        for _ in range(10):
            # Not the end of the one before, which is one turn.
            turns = proxy.turns + 2
            until("a check under way", lambda: proxy.open and proxy.turns > turns)
            running.process.send_signal(signal.SIGSTOP)
            # Deadlines are of this clock too: whatever began before has missed its own.
            deadline = time.monotonic() + self.LIMIT
            until("the deadline to pass", lambda: time.monotonic() > deadline + 0.6)
            # Else it was at its end.
            caught += bool(proxy.open)
            running.process.send_signal(signal.SIGCONT)
            running.after_checks("env", 2)
            if caught == 2:
                break
        self.assertEqual(caught, 2)
        found = running.environment("env")
        self.assertEqual((found["state"], found["since"]),
                         ("in_sync", before["since"]))
        # A reason that never occurred has no series.
        self.assertIsNone(running.metric("pgdriftd_check_failures_total",
                                         environment="env", reason="timeout"))

    @only_long
    def test_the_first_answer_after_it(self):
        """A process that did not run is as well as it was before."""
        running = self.daemon(environment("env", self.server.dsn(self.database()),
                                          allow_empty=True))
        for _ in range(2):
            running.process.send_signal(signal.SIGSTOP)
            deadline = time.monotonic() + 11
            with socket.create_connection(("127.0.0.1", running.port)) as client:
                client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                until("the loop's limit to pass", lambda: time.monotonic() > deadline)
                running.process.send_signal(signal.SIGCONT)
                self.assertIn(b" 200 ", client.recv(4096).splitlines()[0])


if __name__ == "__main__":
    unittest.main()
