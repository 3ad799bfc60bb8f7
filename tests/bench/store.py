"""What the store takes: after many checks in which nothing has changed, and for what has.

Of an environment one row moves with its checks, however many there are, so the figure of
interest is what is added between a tenth of them and all.
"""
import os

import harness
from daemons import Watching
from databases import server
from harness import environment, until
from report import Table

# The scheduler makes some hundreds of these in a second.
INTERVAL = "100ms"
CHANGES = 50


def taken(daemon):
    """kB of the database and its log."""
    state = os.path.join(daemon.directory, "state")
    return sum(os.path.getsize(os.path.join(state, name)) for name in os.listdir(state)
               if name.startswith("pgdriftd.db")) / 1000


def made(daemon):
    return sum(daemon.counts())


def until_made(daemon, count):
    def enough():
        harness._pause.wait(0.5)
        return made(daemon) >= count
    until("%d checks" % count, enough)


def unchanged(options, count, checks):
    """Sizes in kB after the first checks, a tenth and all, and how many that were."""
    s = server()
    reference = s.reference(10)
    names = [s.copied("kept_%d" % i, reference) for i in range(20)]
    config = "".join(environment("e%d" % i, s.dsn(names[i % len(names)]),
                                 keep_connection=True) for i in range(count))
    columns = []
    for binary in options.binaries:
        daemon = Watching(binary, config, INTERVAL)
        sizes = []
        for part in (count, checks // 10, checks):
            until_made(daemon, part)
            sizes.append(taken(daemon))
        columns.append((sizes, made(daemon)))
        daemon.stop()
    table = Table("%d environments of 10 tables, nothing changes" % count, options.names,
                  "%s checks." % ", ".join("%d" % m for _, m in columns))
    for i, what in enumerate(("each was read, kB", "after a tenth of the checks, kB",
                              "after all, kB")):
        table.row(what, [sizes[i] for sizes, _ in columns])
    table.row("added by a million checks, kB", [
        (sizes[2] - sizes[1]) / (m - checks // 10) * 1e6 for sizes, m in columns], 1000)


def changed(options, tables):
    """kB that one change of a column takes, of a database with so many tables."""
    s = server()
    database = s.copied("changed_%d" % tables, s.reference(tables))
    columns = []
    for binary in options.binaries:
        daemon = Watching(binary, environment("env", s.dsn(database)), "1h")
        before = taken(daemon)
        for i in range(CHANGES):
            s.sql("CREATE TABLE of_change_%d_%d (a int)" % (len(columns), i), database)
            daemon.check_now("env")
        daemon.stop()
        columns.append((taken(daemon) - before) / CHANGES)
    Table("a database of %d tables, %d changes" % (tables, CHANGES), options.names).row(
        "added by each, kB", columns)


def section(options):
    unchanged(options, 10 if options.quick else 100, 500 if options.quick else 100000)
    for tables in options.tables:
        if tables <= 1000:
            changed(options, tables)
