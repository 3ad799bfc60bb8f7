"""Thousands of environments: memory, CPU at rest, time to ready, lateness.

All are of 50 tables.  Those of one schema share some databases (which the daemon knows
nothing about: it connects to each environment) and expect a reference; those of different
schemas have a database each.  The interval grows with their number, so that the server has
as much to do with each fleet, and CPU at rest is that of the checks of one round, for the
number of them that an interval of 60 s makes in a minute.
"""
import time

from daemons import Watching, rounds
from databases import server
from harness import environment, until
from measure import cpu, resident
from report import Table

DATABASES = 20
# Seconds between two checks of the whole fleet: about 17 a second.
PACE = 0.06

OF_ONE = {1000: 40}
OF_MANY = {1000: 80}
AT_REST = {1000: 2}


def tables_of(options):
    return 10 if options.quick else 50


def of_one_schema(options, count):
    """A configuration of `count` environments that all expect the first."""
    s, tables = server(), tables_of(options)
    reference = s.reference(tables)
    names = [s.copied("same_%d_%d" % (tables, i), reference) for i in range(DATABASES)]
    return environment("e0", s.dsn(reference)) + "".join(
        environment("e%d" % i, s.dsn(names[i % DATABASES]), expect="environment:e0")
        for i in range(1, count))


def of_many_schemas(options, count):
    """A configuration of `count` environments, no two of which are the same."""
    s, tables = server(), tables_of(options)
    reference = s.reference(tables)
    change = ("CREATE TABLE own_%d (id integer PRIMARY KEY, note text DEFAULT 'of %d');"
              "COMMENT ON TABLE own_%d IS 'only in database %d'")
    names = [s.copied("own_%d_%d" % (tables, i), reference, change % (i, i, i, i))
             for i in range(count)]
    return "".join(environment("e%d" % i, s.dsn(name)) for i, name in enumerate(names))


def watched(binary, config, count):
    """What it takes to watch them: figures by name."""
    interval = max(1.0, count * PACE)
    begun = time.monotonic()
    daemon = Watching(binary, config, "%dms" % (interval * 1000), ready=False)
    until("/readyz", lambda: daemon.raw("/readyz")[0] == 200)
    found = {"ready": time.monotonic() - begun, "first": cpu(daemon.pid) * 1000 / count}
    rounds(daemon, count, 1, 600)
    before, spent = sum(daemon.counts()), cpu(daemon.pid)
    # Two rounds would be exact; in one some are checked twice and others not.
    time.sleep(interval)
    spent = cpu(daemon.pid) - spent
    made = sum(daemon.counts()) - before
    found["rest"] = spent / made * count / 60 * 100
    found["made"] = made
    rounds(daemon, count, 2, interval * 3 + 600)
    found["resident"], found["anonymous"] = resident(daemon.pid)
    found["late"] = daemon.fetched("pgdriftd_check_lateness_seconds")
    daemon.stop()
    return found


ROWS = [
    ("resident memory after all were read twice, MB", "resident"),
    ("of it the program's own, not mapped from files, MB", "anonymous"),
    ("CPU at rest, interval 60 s, % of a core", "rest"),
    ("seconds until ready", "ready"),
    ("our CPU until ready, ms an environment", "first"),
    ("lateness of the latest check, s", "late"),
]


def size(options, title, config, goals):
    count = config.count('environment "')
    found = [watched(binary, config, count) for binary in options.binaries]
    table = Table("%d environments, %s" % (count, title), options.names,
                  "Interval %d s; CPU at rest is scaled from %s checks." % (
                      max(1.0, count * PACE),
                      ", ".join("%d" % f["made"] for f in found)))
    for what, key in ROWS:
        table.row(what, [f[key] for f in found], goals.get(key, {}).get(count))


def section(options):
    for count in options.environments:
        size(options, "one schema", of_one_schema(options, count),
             {"resident": OF_ONE, "rest": AT_REST})
    # A database each takes 10 MB of disk.
    count = min(1000, *options.environments) if options.environments else 1000
    size(options, "as many schemas", of_many_schemas(options, count), {"resident": OF_MANY})
