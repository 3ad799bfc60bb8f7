"""The first page of many environments: bytes, our CPU, and what a browser has to do.

The script's time is that of the main thread, as the browser counts it."""
import http.client

import fleet
from browser import Page
from daemons import Watching, rounds
from devtools import DevTools
from measure import cpu
from report import Table

RUNS = 5
TIMES = 50
GOALS = {"KB": 300, "paint": 1000, "script": 100}

ROWS = [
    ("KB", "KB"), ("KB, gzip", "KB gzip"), ("our CPU of an answer, ms", "cpu"),
    ("our CPU of a 304, ms", "cpu 304"), ("elements", "elements"),
    ("first paint, ms after it was asked for", "paint"),
    ("script until it is loaded, ms", "script"),
    ("script of a renewal without a change, ms", "same"),
    ("script of a renewal that changes each row, ms", "changed"),
]


def spent(daemon, headers):
    """CPU in ms of one of many requests over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=60)
    before = cpu(daemon.pid)
    for _ in range(TIMES):
        connection.request("GET", "/", headers=headers)
        connection.getresponse().read()
    connection.close()
    return (cpu(daemon.pid) - before) * 1000 / TIMES


def scripted(page):
    """How long scripts have run, in ms."""
    metrics = page.command("Performance.getMetrics")["metrics"]
    return 1000 * next(m["value"] for m in metrics if m["name"] == "ScriptDuration")


# The server's page has not changed; to the script it is another in each row.
ALTER = """for (const e of document.querySelectorAll('[data-environment]')) {
    e.dataset.state = 'another'; e.querySelector('a').firstChild.nodeValue = 'another' }"""


def renewed(page, before="null"):
    """Script's time of one renewal, which is parsed though nothing is new."""
    page.evaluate(before)
    begun = scripted(page)
    page.evaluate("performance.clearResourceTimings(), dispatchEvent(new Event('online')), 0")
    page.wait("performance.getEntriesByType('resource').some("
              "e => e.initiatorType === 'fetch' && e.responseEnd)")
    page.evaluate("new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)))")
    return scripted(page) - begun


def looked_at(devtools, daemon):
    """The figures of one look."""
    page = Page(devtools, daemon.url)
    page.command("Performance.enable")
    page.open("/")
    found = {"script": scripted(page)}
    found["paint"] = page.wait("performance.getEntriesByName('first-contentful-paint')"
                               ".map(e => e.startTime)[0]")
    found["elements"] = page.count("*")
    found["changed"] = renewed(page, ALTER + ";null")
    found["same"] = renewed(page)
    page.close()
    return found


def median(values):
    return sorted(values)[len(values) // 2]


def served(binary, config, count, runs):
    daemon = Watching(binary, config, "1d", ready=False)
    rounds(daemon, count, 1, 900)
    whole, packed = daemon.get("/"), daemon.get("/", {"Accept-Encoding": "gzip"})
    etag = whole.headers["ETag"]
    found = {"KB": len(whole.raw) / 1024, "KB gzip": len(packed.raw) / 1024,
             "cpu": spent(daemon, {}), "cpu 304": spent(daemon, {"If-None-Match": etag})}
    devtools = DevTools()
    looks = [looked_at(devtools, daemon) for _ in range(runs)]
    devtools.stop()
    daemon.stop()
    return {**found, **{key: median([look[key] for look in looks]) for key in looks[0]}}


def section(options):
    count = options.environments[0]
    config = fleet.of_one_schema(options, count)
    found = [served(binary, config, count, 1 if options.quick else RUNS)
             for binary in options.binaries]
    table = Table("The first page, %d environments" % count, options.names)
    for what, key in ROWS:
        table.row(what, [f[key] for f in found], GOALS.get(key) if count <= 1000 else None)
