"""A Prometheus with the rules that are shipped, an Alertmanager with the routes that are,
and whom that tells: all of them real, and faster than shipped.
"""
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import unittest
import urllib.parse
import urllib.request

from harness import (HERE, PATIENCE, Daemon, directory, environment, free_port, section, started,
                     until, write)
from shop import Shop

ETC = os.path.join(HERE, "../../etc")
PROGRAMS = {name: shutil.which(name) or shutil.which(package) for name, package in
            (("prometheus", "prometheus"), ("alertmanager", "prometheus-alertmanager"))}

# Minutes of the rules are so many times as short.
FASTER = 60
UNITS = {"ms": 1, "s": 1000, "m": 60000, "h": 3600000, "d": 86400000}


def shipped(name):
    with open(os.path.join(ETC, name), encoding="utf-8") as f:
        return f.read()


def sooner(text):
    """Durations alone are others: `for`, those of Alertmanager's routes, and ranges."""
    def shorter(match):
        return "%s%dms" % (match.group(1),
                           max(int(match.group(2)) * UNITS[match.group(3)] // FASTER, 10))
    return re.sub(r"(\bfor: |_wait: |_interval: |\[)(\d+)(ms|s|m|h|d)\b", shorter, text)


class Receiver:
    """What a webhook is told: (path, alert) each, in their order."""

    def __init__(self):
        told = self.told = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told.extend((self.path, alert) for alert in body["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def alerts(self, path, status, **labels):
        """Those that it was told of at that path."""
        return [a for p, a in list(self.told) if p == path and a["status"] == status and
                all(a["labels"].get(k) == v for k, v in labels.items())]

    def wait(self, path, status, **labels):
        """The first of them."""
        what = "%s %s %r" % (path, status, labels)
        try:
            return until(what, lambda: self.alerts(path, status, **labels),
                         3 * PATIENCE)[0]
        except AssertionError as e:
            raise AssertionError("%s\n%s" % (e, json.dumps(self.told, indent=1))) from None

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Program:
    """One of the two, until it is closed."""

    def __init__(self, name, *arguments):
        self.directory = directory(name)
        self.port = free_port()
        self.log = os.path.join(self.directory, "log")
        with open(self.log, "wb") as log:
            self.process = started(subprocess.Popen(
                [PROGRAMS[name], *arguments,
                 "--web.listen-address=127.0.0.1:%d" % self.port],
                cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        until(name, self.is_ready)

    def get(self, path, **parameters):
        url = "http://127.0.0.1:%d%s?%s" % (self.port, path,
                                            urllib.parse.urlencode(parameters))
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read()

    def is_ready(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8") as f:
                raise AssertionError(f.read())
        try:
            return self.get("/-/ready")
        except OSError:
            return None

    def close(self):
        self.process.terminate()
        self.process.wait()


class Alertmanager(Program):
    def __init__(self, receiver):
        file = write(os.path.join(directory("routes"), "alertmanager.yml"), sooner(
            shipped("prometheus/alertmanager.yml")).replace(
                "localhost:9099", "127.0.0.1:%d" % receiver.port))
        super().__init__("alertmanager", "--config.file=" + file, "--storage.path=data",
                         "--cluster.listen-address=")

    def tell(self, **alert):
        """One of somebody else than Prometheus."""
        request = urllib.request.Request(
            "http://127.0.0.1:%d/api/v2/alerts" % self.port, json.dumps([alert]).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()


class Prometheus(Program):
    """Scrapes the daemon at `port`, as scrape.yml says; and Alertmanager, which is no pgdriftd, by a
    job of its own and by that of the daemon."""

    def __init__(self, port, alertmanager):
        where = directory("rules")
        write(os.path.join(where, "alerts.yml"), sooner(shipped("prometheus/alerts.yml")))
        file = write(os.path.join(where, "prometheus.yml"), """
global: {scrape_interval: 250ms, evaluation_interval: 250ms, scrape_timeout: 250ms}
rule_files: [alerts.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:%d"]}]}]}
""" % alertmanager.port + shipped("prometheus/scrape.yml").replace(
            "localhost:10432", "127.0.0.1:%d" % port).replace(
                "scrape_interval: 30s", "scrape_interval: 250ms") + """
  - job_name: others
    static_configs:
      - targets: ["127.0.0.1:%d"]
      - targets: ["127.0.0.1:%d"]
        labels: {job: pgdriftd}
""" % (alertmanager.port, alertmanager.port))
        super().__init__("prometheus", "--config.file=" + file,
                         "--storage.tsdb.path=data", "--log.level=warn",
                         "--rules.alert.resend-delay=1s")

    def query(self, expression):
        """[(labels, value)] of now; an error fails the test."""
        answer = json.loads(self.get("/api/v1/query", query=expression))
        if answer["status"] != "success" or answer.get("warnings"):
            raise AssertionError("%s: %r" % (expression, answer))
        result = answer["data"]["result"]
        if answer["data"]["resultType"] == "scalar":
            return [({}, float(result[1]))]
        return [(s["metric"], float(s["value"][1])) for s in result]


class Watched(Shop):
    """dev, which is the reference; prod, whose version table is gone; staging, of which a
    column is another; qa, which is behind; and gone, which nobody reaches."""

    service = {}  # keys besides

    @classmethod
    def setUpClass(cls):
        missing = [name for name, path in PROGRAMS.items() if not path]
        if missing:  # where scripts/deps has installed them, a failure
            kind = AssertionError if os.environ.get("CI") else unittest.SkipTest
            raise kind("not here: " + ", ".join(missing))
        super().setUpClass()
        cls.databases = {"prod": ("head", "DROP TABLE alembic_version"),
                         "staging": ("head", "ALTER TABLE step1 ALTER name TYPE int"
                                     " USING 1; CREATE TABLE by_hand (a int)"),
                         "qa": (cls.ids[2], "SELECT 1")}
        config = section("migrations", "shop", tool="alembic", path=cls.project.ini)
        config += environment("dev", cls.server.dsn(cls.dev), migrations="shop",
                              expect="none", labels={"tier": "development"})
        for name, (target, change) in cls.databases.items():
            database = cls.server.database()
            cls.project.upgrade(database, target)
            cls.server.sql(change, database)
            cls.databases[name] = database
            config += environment(name, cls.server.dsn(database), migrations="shop",
                                  expect="environment:dev", labels={"tier": name})
        config += environment("gone", "host=127.0.0.1 port=1 dbname=x user=watcher",
                              migrations="shop", expect="environment:dev")
        cls.state = directory("small")
        cls.is_small = not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", cls.state],
            stderr=subprocess.DEVNULL, check=False).returncode
        if cls.is_small:
            cls.addClassCleanup(subprocess.run, ["umount", "-l", cls.state], check=True)
        cls.running = Daemon(config, service={**cls.service, "metric_labels": ["tier"],
                                              "state_dir": cls.state},
                             http_keys={"external_url": "https://ops.example.org/drift"})
        cls.addClassCleanup(cls.running.stop)
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.close)
        cls.alertmanager = Alertmanager(cls.receiver)
        cls.addClassCleanup(cls.alertmanager.close)
        cls.prometheus = Prometheus(cls.running.port, cls.alertmanager)
        cls.addClassCleanup(cls.prometheus.close)

    def told(self, path, status, alertname, **labels):
        return self.receiver.wait(path, status, alertname=alertname, **labels)
