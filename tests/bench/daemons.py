"""Daemons of the programs that are measured, and what is asked of them."""
import http.client
import re
import time

import harness
from harness import Daemon, until


class Watching(Daemon):
    """`serve` of a given program.  Its own CPU is taken around what is measured, so that
    asking it does not count."""

    def __init__(self, binary, config, interval="1h", **keys):
        before, harness.PROGRAM = harness.PROGRAM, binary
        try:
            super().__init__(config, service={"interval": interval, "log_level": "warn"},
                             **keys)
        finally:
            harness.PROGRAM = before

    @property
    def pid(self):
        return self.process.pid

    def raw(self, path, headers=None, method="GET"):
        """An answer's status and bytes as they come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def counts(self):
        """How many checks each environment has had."""
        return [float(v) for v in re.findall(
            rb"^pgdriftd_checks_total\{[^}]*\} (\S+)", self.raw("/metrics")[1], re.M)]

    def fetched(self, name):
        """The largest value of a metric over all environments; None where there is none."""
        values = re.findall(rb"^%s\{[^}]*\} (\S+)" % name.encode(),
                            self.raw("/metrics")[1], re.M)
        return max(map(float, values)) if values else None

    def check_now(self, name):
        """Ask for a check, and wait until it has been made."""
        before = self.checks(name)
        status, body = self.raw("/check/" + name, method="POST")
        if status != 202:
            raise AssertionError("POST /check/%s: %d %r" % (name, status, body))
        until("a check of " + name, lambda: self.checks(name) > before)


def rounds(daemon, count, each, seconds):
    """Wait until all of `count` environments have had `each` checks.  A page of thousands
    is costly, so it is not asked for often."""
    deadline = time.monotonic() + seconds
    while True:
        counts = daemon.counts()
        if len(counts) == count and min(counts) >= each:
            return counts
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain for %d checks of each" % each)
        harness._pause.wait(max(0.2, count / 500))
