"""Descriptors are few, and clients want them all: checks go on."""
import socket
import subprocess

import harness
from harness import PROGRAM, environ, started, until
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
