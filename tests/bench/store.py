"""What the store takes: after many checks in which nothing has changed, and for what has.

Of an environment one row moves with its checks, however many there are, so the figure of
interest is what is added between a tenth of them and all.
"""
import contextlib
import os
import sqlite3

import harness
from daemons import Watching
from databases import server
from harness import environment, until
from report import Table

# The scheduler makes some hundreds of these in a second.
INTERVAL = "100ms"
CHANGES = 50


def taken(daemon):
    """kB of the pages that are used, whether they are in the log yet or not."""
    path = os.path.join(daemon.directory, "state", "pgdriftd.db")
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % path, uri=True)) as store:
        size, pages, free = (store.execute("PRAGMA " + what).fetchone()[0]
                             for what in ("page_size", "page_count", "freelist_count"))
    return size * (pages - free) / 1000


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
        daemon = Watching(binary, environment("env", s.dsn(database)), INTERVAL)
        before = taken(daemon)
        for i in range(CHANGES):
            s.sql("CREATE TABLE of_change_%d_%d (a int)" % (len(columns), i), database)
            daemon.after_checks("env")
        columns.append((taken(daemon) - before) / CHANGES)
        daemon.stop()
    Table("a database of %d tables, %d changes" % (tables, CHANGES), options.names).row(
        "added by each, kB", columns)


def section(options):
    unchanged(options, 10 if options.quick else 100, 500 if options.quick else 100000)
    for tables in options.tables:
        if tables <= 1000:
            changed(options, tables)
