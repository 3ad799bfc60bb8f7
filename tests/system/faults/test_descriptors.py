"""Descriptors are few, and clients want them all: checks go on."""
import os
import re
import resource
import signal
import socket
import subprocess
import time
import unittest

import harness
from harness import (PASSWORD, PROGRAM, SystemTest, alone, directory, environ, environment,
                     program, section, started, until, write)
from shop import Shop

LIMIT = 128


class Limited(harness.Daemon):
    def start(self, ready=True, env=None):
        with open(self.log_file, "ab") as log:
            self.process = started(subprocess.Popen(
                ["prlimit", "--nofile=%d:%d" % (LIMIT, LIMIT), PROGRAM, "serve", "-c",
                 self.file], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.directory, env=environ(env)))
        until("the daemon to listen", self.listening)
        return self


class Descriptors(Shop):
    def test_clients_never_get_the_last_ones(self):
        self.running = Limited(self.pair(self.at()))
        self.addCleanup(self.running.stop)
        self.running.wait_state("env", "in_sync")
        self.assertIn("max_connections = ", self.running.log())
        clients = [socket.create_connection(("127.0.0.1", self.running.port))
                   for _ in range(2 * LIMIT)]
        for client in clients:
            self.addCleanup(client.close)
        # Whoever asks now waits; what is checked meanwhile is told afterwards.
        self.server.sql("CREATE TABLE by_hand ()", self.dev)
        until("a change to be seen", lambda: "drifted" in self.running.log())
        for client in clients:
            client.close()
        self.running.wait_state("env", "drifted")
        self.assertFalse(self.running.metric(
            "pgdriftd_check_failures_total", environment="env", reason="internal"))


@alone
class Exhausted(SystemTest):
    """There is not one more to be had, for a while."""

    def setUp(self):
        super().setUp()
        database = self.stamped("a1", text="CREATE TABLE t (id integer)")
        self.versions = directory("versions")
        write(os.path.join(self.versions, "a1.py"),
              "revision = 'a1'\ndown_revision = None\n"
              "def upgrade(): pass\ndef downgrade(): pass\n")
        self.snapshot = os.path.join(directory("expected"), "a1.json")
        self.assertStatus(program("snapshot", self.server.dsn(database), "-o",
                                  self.snapshot), 0)
        secret = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        here = self.server.dsn(database, host="127.0.0.1")
        keys = {"migrations": "shop", "expect": "snapshot:" + self.snapshot}
        self.names = ["file", "command", "name", "socket"]
        self.running = self.daemon(
            section("migrations", "shop", path=self.versions) +
            environment("file", here, password_file=secret, **keys) +
            environment("command", here, password_command="cat " + secret, **keys) +
            environment("name", self.server.dsn(database, host="localhost") +
                        " password=" + PASSWORD, **keys) +
            environment("socket", self.server.dsn(database), **keys),
            service={"interval": "200ms"})
        for name in self.names:
            self.running.wait_state(name, "in_sync")

    def take_all(self):
        """No number below the limit is free any more; what there was."""
        pid = self.running.process.pid
        used = set(map(int, os.listdir("/proc/%d/fd" % pid)))
        was = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (
            min(n for n in range(len(used) + 1) if n not in used), was[1]))
        return was

    def cpu(self):
        with open("/proc/%d/stat" % self.running.process.pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_a_reason_of_its_own(self):
        was = self.take_all()
        os.utime(self.snapshot)
        os.utime(os.path.join(self.versions, "a1.py"))

        def failed():
            # What was in use may be free by now.
            self.take_all()
            return all(re.search("state is unknown.*environment=%s " % name,
                                 self.running.log()) for name in self.names)
        until("a verdict of each", failed)
        self.take_all()
        with socket.create_connection(("127.0.0.1", self.running.port)) as client:
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            until("a word of clients", lambda: "clients of HTTP have to wait" in
                  self.running.log())
            # Whoever waits for an answer costs nothing meanwhile.
            begun, before = time.monotonic(), self.cpu()
            self.running.process.send_signal(signal.SIGHUP)
            until("a refusal, and a while", lambda: "cannot be read: Too many open files"
                  in self.running.log() and time.monotonic() > begun + 1)
            self.assertLess(self.cpu() - before, 0.2 * (time.monotonic() - begun))
            resource.prlimit(self.running.process.pid, resource.RLIMIT_NOFILE, was)
            self.assertIn(b" 200 ", client.recv(4096).splitlines()[0])
        told = [r for r in self.running.log_records()
                if r["level"] in ("warn", "error")]
        self.assertGreaterEqual(len(told), len(self.names) + 2)
        for record in told:
            self.assertIn("as many open files as it may", str(record))
            self.assertNotRegex(str(record), "permission|host and port|user and password")
        for name in self.names:
            self.running.wait_state(name, "in_sync")
            self.assertGreaterEqual(self.running.metric(
                "pgdriftd_check_failures_total", environment=name, reason="internal"), 1)
        self.assertEqual(self.running.json("/migrations/shop")["problems"], [])


if __name__ == "__main__":
    unittest.main()
