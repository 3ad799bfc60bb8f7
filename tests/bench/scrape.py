"""What is served: series and bytes, CPU of one answer, beside nginx for the same bytes.

Checks are made only when they are asked for, so that "nothing has changed" is true.  A page
is rendered once in a while at most, so scrapes are as far apart as it takes for a new one.
"""
import glob
import http.client
import os
import re
import shutil
import signal
import subprocess
import time

import fleet
from daemons import Watching, rounds
from harness import directory, free_port, started, until, write
from measure import children, cpu
from report import Table

PACKED = {"Accept-Encoding": "gzip"}
TIMES = 200

SERIES = {"series": 55}
GOALS = {"MB": {1000: 4}, "same": {1000: 5}, "changed": {1000: 40}}


def one(daemon, headers=None):
    """CPU in ms and bytes of one scrape."""
    before = cpu(daemon.pid)
    size = len(daemon.raw("/metrics", headers)[1])
    return (cpu(daemon.pid) - before) * 1000, size


def apart(size):
    """Long enough for a page of that size to be rendered again."""
    time.sleep(1.2 + size / 4e6)


def series(daemon, count):
    """How many there are for one environment, and the most frequent family."""
    text = daemon.raw("/metrics")[1].decode()
    last = re.findall(r'^(\w+)\{[^}]*environment="e%d"' % (count - 1), text, re.M)
    most = max(set(last), key=last.count)
    return len(last), "%s: %d" % (most, last.count(most))


def all_again(daemon, headers, seconds):
    """What one scrape takes after each environment was checked once more.  Nothing is asked
    for meanwhile, or it would already have been made for that."""
    goal = min(daemon.counts()) + 1
    while True:
        daemon.process.send_signal(signal.SIGUSR2)
        time.sleep(seconds)
        spent = one(daemon, headers)[0]
        made = daemon.counts()
        if min(made) >= goal:
            return spent
        seconds, goal = seconds * 2, max(made) + 1


def scraped(binary, config, count):
    begun = time.monotonic()
    daemon = Watching(binary, config, "1d", ready=False)
    rounds(daemon, count, 1, 900)
    # A round takes as long as the server needs, and some more.
    a_round = 1.5 * (time.monotonic() - begun) + 1
    found = {}
    found["series"], found["most"] = series(daemon, count)
    for key, headers in (("", None), (" gzip", PACKED)):
        size = len(daemon.raw("/metrics", headers)[1])
        found["MB" + key] = size / 1e6
        apart(found["MB"] * 1e6)
        one(daemon, headers)
        apart(found["MB"] * 1e6)
        found["same" + key] = one(daemon, headers)[0]
        found["changed" + key] = all_again(daemon, headers, a_round)
    for path in ("/status", "/metrics"):
        found[path] = daemon.raw(path)[1]
        found[path + " ms"] = repeated(daemon.port, path, lambda: cpu(daemon.pid))
    daemon.stop()
    return found


def repeated(port, path, spent):
    """CPU in ms of one of many requests over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun, count, before = time.monotonic(), 0, None
    while count < TIMES and time.monotonic() < begun + 20:
        connection.request("GET", path)
        connection.getresponse().read()
        before = spent() if before is None else before
        count += 1
    total = spent() - before
    connection.close()
    return total * 1000 / max(1, count - 1)


class Nginx:
    """One worker that sends files."""

    program = shutil.which("nginx") or next(iter(glob.glob("/usr/sbin/nginx")), None)

    def __init__(self, files):
        place = directory("nginx")
        os.chmod(place, 0o755)
        for path, body in files.items():
            with open(os.path.join(place, path.lstrip("/")), "wb") as f:
                f.write(body)
        self.port = free_port()
        config = write(os.path.join(place, "conf"), """daemon off; worker_processes 1;
pid %(d)s/pid; error_log %(d)s/error;
events { worker_connections 64; }
http { access_log off; default_type text/plain; sendfile on; keepalive_requests 100000;
client_body_temp_path %(d)s/b; proxy_temp_path %(d)s/p; fastcgi_temp_path %(d)s/f;
uwsgi_temp_path %(d)s/u; scgi_temp_path %(d)s/s;
server { listen 127.0.0.1:%(port)d; root %(d)s; } }
""" % {"d": place, "port": self.port})
        self.process = started(subprocess.Popen(
            [self.program, "-p", place, "-c", config], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.worker = until("nginx to start",
                            lambda: next(iter(children(self.process.pid)), None))

    def ms(self, path):
        until("nginx to answer", lambda: self.answers(path))
        return repeated(self.port, path, lambda: cpu(self.worker))

    def answers(self, path):
        try:
            return repeated(self.port, path, time.monotonic) >= 0
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


def size(options, count):
    config = fleet.of_one_schema(options, count)
    found = [scraped(binary, config, count) for binary in options.binaries]
    table = Table("One scrape of %d environments" % count, options.names)

    def row(what, key, goal=None):
        table.row(what, [f[key] for f in found], goal)
    row("series of one environment in sync", "series", SERIES["series"])
    row("most of them", "most")
    row("MB", "MB", GOALS["MB"].get(count))
    row("MB, gzip", "MB gzip")
    for key, words in (("", ""), (" gzip", ", gzip")):
        row("nothing changed: CPU, ms" + words, "same" + key, GOALS["same"].get(count))
        row("everything changed: CPU, ms" + words, "changed" + key,
            GOALS["changed"].get(count))
    beside_nginx(options, count, found)


def beside_nginx(options, count, found):
    if not Nginx.program:
        print("\nnginx is not here: nothing to hold the answers against.")
        return
    table = Table("The same bytes again and again, %d environments: CPU of an answer, ms" %
                  count, ["nginx for `%s`'s" % options.names[-1]] + options.names)
    nginx = Nginx({path: found[-1][path] for path in ("/status", "/metrics")})
    for path in ("/status", "/metrics"):
        table.row("`%s`, %.2f MB" % (path, len(found[-1][path]) / 1e6),
                  [nginx.ms(path)] + [f[path + " ms"] for f in found])
    nginx.stop()


def section(options):
    for count in options.environments[:1]:
        size(options, count)
