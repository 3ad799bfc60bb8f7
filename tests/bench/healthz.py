"""How long /healthz takes while large databases are read for the first time.

What it takes of an idle daemon in the same run stands beside it: so much is the machine's.
"""
import http.client
import threading
import time

from daemons import Watching
from databases import server
from harness import environment, until
from report import Table

DATABASES = 4
GOALS = {0.5: None, 0.99: 20, 1.0: 50}


class Asking:
    """Asks again and again over one connection, and notes how long each answer took."""

    def __init__(self, port):
        self.port, self.over, self.times = port, False, []
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.over:
            begun = time.monotonic()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            self.times.append((time.monotonic() - begun) * 1000)
            time.sleep(0.002)
        connection.close()

    def stop(self):
        self.over = True
        self.thread.join()
        return sorted(self.times)


def at(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def asked(binary, config, seconds):
    """Times while reading, and then while idle."""
    daemon = Watching(binary, config, ready=False)
    asking = Asking(daemon.port)
    until("/readyz", lambda: daemon.raw("/readyz")[0] == 200)
    reading = asking.stop()
    asking = Asking(daemon.port)
    time.sleep(seconds)
    idle = asking.stop()
    daemon.stop()
    return reading, idle


def section(options):
    names = [server().reference(options.large), server().equal(options.large)]
    config = "".join(environment("e%d" % i, server().dsn(names[i % len(names)]))
                     for i in range(DATABASES))
    found = [asked(b, config, 1 if options.quick else 5) for b in options.binaries]
    table = Table("`/healthz` while %d databases of %d tables are read, ms" % (
        DATABASES, options.large), ["idle"] + options.names,
        "%s requests." % ", ".join("%d" % len(reading) for reading, _ in found))
    for share, goal in GOALS.items():
        table.row("max" if share == 1 else "p%.0f" % (share * 100),
                  [at(found[-1][1], share)] + [at(f[0], share) for f in found], goal)
