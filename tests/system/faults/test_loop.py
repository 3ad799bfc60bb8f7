"""Nothing stands in the way of the loop: neither what it writes to, nor who asks it."""
import fcntl
import os
import re
import subprocess
import threading

import harness
from harness import PROGRAM, SystemTest, environ, environment, started, until

F_SETPIPE_SZ = 1031

UNREACHABLE = "host=127.0.0.1 port=1 dbname=none"


class Piped(harness.Daemon):
    """Its standard error is a small pipe, which is read from when listen() is called."""

    def start(self, ready=True, env=None):
        self.text = ""
        self.reader, writer = os.pipe()
        fcntl.fcntl(writer, F_SETPIPE_SZ, 4096)
        with open(writer, "wb") as log:
            self.process = started(subprocess.Popen(
                [PROGRAM, "serve", "-c", self.file], stdin=subprocess.DEVNULL, stderr=log,
                cwd=self.directory, env=environ(env)))
        until("the daemon to listen", self.listening)
        return self

    def listen(self):
        def run():
            with open(self.reader, encoding="utf-8", errors="replace") as f:
                for line in f:
                    self.text += line
        threading.Thread(target=run, daemon=True).start()

    def log(self):
        return self.text


class Full(Piped):
    """Its standard error takes nothing."""

    def start(self, ready=True, env=None):
        self.text = ""
        with open("/dev/full", "wb") as log:
            self.process = started(subprocess.Popen(
                [PROGRAM, "serve", "-c", self.file], stdin=subprocess.DEVNULL, stderr=log,
                cwd=self.directory, env=environ(env)))
        until("the daemon to listen", self.listening)
        return self


class Log(SystemTest):
    def test_nobody_reads_it(self):
        wrong = "".join(environment("e%d" % i, UNREACHABLE, interval="no")
                        for i in range(300))
        daemon = Piped(environment("one", UNREACHABLE))
        self.addCleanup(daemon.stop)
        daemon.configure(wrong)

        def lost():
            # A process of before stood in write() and heard no signal.
            daemon.process.send_signal(harness.signal.SIGHUP)
            self.assertEqual(daemon.get("/healthz").status, 200)
            return daemon.metric("pgdriftd_log_lines_lost_total")

        until("lines to be lost", lost)
        daemon.listen()
        until("the gap to be said", lambda: re.search(
            r'level=warn msg="(\d+) lines? w\w+ lost here: .*" lost=\1\n', daemon.log()))
        daemon.configure(environment("one", UNREACHABLE))
        daemon.process.send_signal(harness.signal.SIGHUP)
        until("the reload", lambda: daemon.metric(
            "pgdriftd_config_last_reload_successful") == 1)
        until("all gaps to be said", lambda: sum(map(int, re.findall(
            r" lost=(\d+)\n", daemon.log()))) == daemon.metric(
                "pgdriftd_log_lines_lost_total"))
        for line in daemon.log().splitlines():
            harness.logfmt(line)

    def test_it_ends_although_nobody_reads(self):
        daemon = Piped("".join(environment("e%d" % i, UNREACHABLE) for i in range(60)))
        until("more than the pipe holds to be said",
              lambda: daemon.get("/readyz").status == 200)
        daemon.stop()

    def test_a_full_disk(self):
        daemon = Full(environment("one", UNREACHABLE))
        self.addCleanup(daemon.stop)
        until("lines to be counted",
              lambda: daemon.metric("pgdriftd_log_lines_lost_total"))


if __name__ == "__main__":
    harness.unittest.main()
