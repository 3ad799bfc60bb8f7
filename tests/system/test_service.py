"""What a service manager says and hears, and a server that only replays."""
import functools
import os
import signal
import socket
import subprocess
import unittest

from harness import (PROGRAM, Copy, Daemon, Postgres, directory, environ, environment,
                     program, started, until)
from shop import Shop


class Manager(Shop):
    """Plays the service manager."""

    def setUp(self):
        super().setUp()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.path = os.path.join(directory("notify"), "socket")
        self.socket.bind(self.path)
        self.socket.settimeout(0.05)
        self.heard = []

    def hears(self, *words):
        """Wait for a message that holds these words."""
        def listen():
            try:
                self.heard.append(self.socket.recv(8192).decode())
            except socket.timeout:
                pass
            return [m for m in self.heard if all(w in m for w in words)]
        try:
            return until("a message with " + " ".join(words), listen)[-1]
        except AssertionError as e:
            raise AssertionError("%s, but %r" % (e, self.heard)) from None

    def test_ready_reload_stop(self):
        self.running = self.daemon(self.pair(self.at()), env={
            "NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "600000"})
        self.hears("READY=1")
        self.hears("STATUS=", "in_sync")
        self.hears("WATCHDOG=1")
        self.heard = []
        self.running.process.send_signal(signal.SIGHUP)
        message = self.hears("RELOADING=1")
        self.assertIn("MONOTONIC_USEC=", message)
        self.hears("READY=1")
        self.running.stop()
        self.hears("STOPPING=1")

    def test_a_dead_database_does_not_keep_it_from_being_ready(self):
        self.running = self.daemon(environment("env", "host=127.0.0.1 port=1 dbname=x",
                                               migrations="shop") + self.migrations(),
                                   env={"NOTIFY_SOCKET": self.path})
        self.hears("READY=1")

    def test_nothing_to_watch_is_said(self):
        """As where a package was installed, and nobody has configured anything yet."""
        self.running = self.daemon("", env={"NOTIFY_SOCKET": self.path})
        self.hears("READY=1")
        self.hears("STATUS=nothing is watched")
        self.assertIn("no environment is configured", self.running.log())


class Activation(Shop):
    def test_a_socket_that_is_handed_over(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.running = Handed(listener, self.migrations() + environment(
                "env", self.server.dsn(self.dev), migrations="shop"))
        self.addCleanup(self.running.stop)
        self.running.wait_state("env", "in_sync")


class Handed(Daemon):
    """Listens on what it is given as descriptor 3, wherever the file says."""

    def __init__(self, listener, config):
        self.listener = listener
        super().__init__(config)

    def start(self, ready=True, env=None):
        self.port = self.listener.getsockname()[1]
        # A plain sh knows descriptors of one digit.
        script = 'exec 3<&%d; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"' % self.listener.fileno()
        with open(self.log_file, "ab") as log:
            self.process = started(subprocess.Popen(
                ["bash", "-c", script, "bash", PROGRAM, "serve", "-c", self.file],
                pass_fds=[self.listener.fileno()], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=environ(env)))
        until("/readyz", lambda: self.listening() and self.get("/readyz").status == 200)
        return self


@functools.lru_cache(maxsize=None)
def primary():
    """A server for standbys: each copies it whole, and the shared one only grows."""
    return Postgres()


class Standby(Shop):
    which_server = staticmethod(primary)

    def test_in_recovery(self):
        replica = Replica(self.server)
        self.addCleanup(replica.stop)
        self.running = self.daemon(self.pair(self.dev, replica.dsn(self.dev)))
        found = self.running.wait_state("env", "in_sync")
        self.assertIs(found["server"]["in_recovery"], True)
        found = until("the comparison", lambda: self.with_schema("in_sync"))
        server = until("replay", lambda: (
            lambda s: s if s["replay_lag_bytes"] == 0 else None)(
                self.running.environment("env")["server"]))
        self.assertEqual(server["replay_lag_seconds"], 0)
        dev = self.running.environment("dev")["server"]
        self.assertIsNone(dev["replay_lag_bytes"])
        self.assertIsNone(dev["replay_lag_seconds"])


class Lag(Shop):
    """A standby whose replay is paused while its primary goes on."""

    which_server = staticmethod(primary)

    def setUp(self):
        super().setUp()
        self.primary = self.at()
        self.replica = Replica(self.server)
        self.addCleanup(self.replica.stop)
        self.replica.catch_up()

    def fall_behind(self, sql):
        self.replica.sql("SELECT pg_wal_replay_pause()")
        until("the pause", lambda: self.replica.sql(
            "SELECT pg_get_wal_replay_pause_state()").strip() == "paused")
        self.server.sql(sql, self.primary)
        self.replica.receive()

    def resume(self):
        self.replica.sql("SELECT pg_wal_replay_resume()")

    def watched(self, **keys):
        """The standby as `env`, its primary as `primary`, and dev."""
        return self.pair(self.primary, self.replica.dsn(self.primary), **keys) + \
            environment("primary", self.server.dsn(self.primary), migrations="shop",
                        expect="none")

    def lagging(self):
        self.running.wait_state("env", "unconfirmed")
        # The primary's reading may come before one of the standby that knows of the pause.
        found = until("a reading since the pause", lambda: (
            lambda f: f if "`SELECT pg_wal_replay_resume()`" in f["hint"] else None)(
                self.running.environment("env")))
        self.assertEqual((found["state"], found["confirmed"]), ("unconfirmed", False))
        self.assertIn("behind its primary, environment:primary", found["hint"])
        self.assertGreater(found["server"]["replay_lag_bytes"], 0)
        return found

    def test_what_its_primary_got(self):
        self.running = self.daemon(self.watched(expect="environment:primary"))
        self.running.wait_state("env", "in_sync")
        self.fall_behind("ALTER TABLE step0 ADD late int")
        found = self.lagging()
        self.assertEqual(found["schema"]["findings"], 1)
        self.resume()
        found = self.running.wait_state("env", "in_sync")
        self.assertEqual(found["schema"]["status"], "in_sync")

    def test_what_its_primary_has_not_written_yet(self):
        """What is committed asynchronously is seen on the primary before it is in its log."""
        config = self.config(self.watched(expect="environment:primary"))
        writer = int(self.server.sql(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"))
        os.kill(writer, signal.SIGSTOP)
        self.addCleanup(os.kill, writer, signal.SIGCONT)
        self.server.sql("SET synchronous_commit = off; ALTER TABLE step0 ADD late int",
                        self.primary)
        found, = program("check", "-c", config, "--format", "json",
                         "env").json()["environments"]
        self.assertEqual(found["state"], "unconfirmed")
        self.assertIn("behind its primary, environment:primary", found["hint"])

    def test_at_the_end_of_a_segment(self):
        """Nothing is behind that holds no record, so what differs is judged."""
        self.server.sql("ALTER TABLE step0 ADD late int", self.primary)
        self.server.sql("SELECT pg_switch_wal()")
        self.replica.catch_up()
        config = self.config(self.watched())

        def caught_up():
            document = program("check", "-c", config, "--format", "json").json()
            found, = [e for e in document["environments"] if e["name"] == "env"]
            return found if found["server"]["replay_lag_bytes"] == 0 else None
        self.assertEqual(until("all of it", caught_up)["state"], "drifted")

    def test_a_revision_that_its_primary_records(self):
        self.server.sql("UPDATE alembic_version SET version_num = '%s'" % self.ids[-2],
                        self.primary)
        self.replica.catch_up()
        self.fall_behind("UPDATE alembic_version SET version_num = '%s'" % self.ids[-1])
        self.running = self.daemon(self.watched(expect="none"))
        found = self.lagging()
        self.assertEqual(found["revision"]["status"], "behind")
        self.assertNotIn("alembic upgrade", found["hint"])
        self.resume()
        self.running.wait_state("env", "in_sync")

    def test_another_reference(self):
        """What differs still when it has caught up is found as ever."""
        self.fall_behind("ALTER TABLE step0 ADD late int")
        self.running = self.daemon(self.watched(expect="environment:dev"))
        until("the primary", lambda: self.running.environment("primary")["check"][
            "last_success_at"])
        self.running.wait_state("env", "in_sync")
        self.server.sql("ALTER TABLE step0 ADD more int", self.primary)
        self.resume()
        found = until("both", lambda: (
            lambda f: f if f["schema"]["findings"] == 2 and f["state"] == "drifted"
            else None)(self.running.environment("env")))
        self.assertNotIn("replay", found["hint"])

    def test_one_check_without_its_primary(self):
        self.fall_behind("ALTER TABLE step0 ADD late int")
        self.server.sql("ALTER TABLE step0 ADD here int", self.dev)
        self.addCleanup(self.server.sql, "ALTER TABLE step0 DROP here", self.dev)
        self.running = self.daemon(self.pair(self.primary,
                                             self.replica.dsn(self.primary)))
        found = self.running.wait_state("env", "drifted")
        self.assertIn("behind what it has received", found["hint"])
        self.assertGreater(found["server"]["replay_lag_bytes"], 0)


class Replica(Copy):
    """A hot standby of another server."""

    options = ["-R"]

    def __init__(self, primary):
        super().__init__(primary)
        self.primary = primary

    def reach(self, function):
        """Wait until it is where its primary is now."""
        here = self.primary.sql("SELECT pg_current_wal_flush_lsn()").strip()
        until(function, lambda: self.sql(
            "SELECT %s() >= '%s'" % (function, here)).strip() == "t")

    def catch_up(self):
        self.reach("pg_last_wal_replay_lsn")

    def receive(self):
        self.reach("pg_last_wal_receive_lsn")


if __name__ == "__main__":
    unittest.main()
