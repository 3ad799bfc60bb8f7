"""What a service manager says and hears, and a server that only replays."""
import os
import signal
import socket
import subprocess
import unittest

from harness import (PROGRAM, Daemon, Postgres, as_postgres, call, directory, environ,
                     environment, free_port, started, until)
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
        script = 'exec 3<&%d; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"' % self.listener.fileno()
        with open(self.log_file, "ab") as log:
            self.process = started(subprocess.Popen(
                ["sh", "-c", script, "sh", PROGRAM, "serve", "-c", self.file],
                pass_fds=[self.listener.fileno()], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=environ(env)))
        until("/readyz", lambda: self.listening() and self.get("/readyz").status == 200)
        return self


class Standby(Shop):
    def test_in_recovery(self):
        replica = Replica(self.server)
        self.addCleanup(replica.stop)
        self.running = self.daemon(self.pair(self.dev, replica.dsn(self.dev)))
        found = self.running.wait_state("env", "in_sync")
        self.assertIs(found["server"]["in_recovery"], True)
        found = until("the comparison", lambda: self.with_schema("in_sync"))


class Replica(Postgres):
    """A hot standby of another server."""

    # Other tests may have made some there.
    settings = {"allow_in_place_tablespaces": "on"}

    def __init__(self, primary):
        self.primary = primary
        self.directory = directory("replica", for_postgres=True)
        self.data = os.path.join(self.directory, "data")
        self.made = 0
        self.port = free_port()
        call(as_postgres(self.program("pg_basebackup"), "-h", primary.directory, "-p",
                         str(primary.port), "-U", "postgres", "-D", self.data, "-R",
                         "-X", "stream", "--checkpoint=fast", "--no-sync"))
        self.start()


if __name__ == "__main__":
    unittest.main()
