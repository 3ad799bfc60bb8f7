"""What a check of a database costs in which nothing has changed, or one column is new.

The server's CPU is held against one `pg_dump -s` of the same database, and, where
something has changed, against a first read; connecting is measured alone and taken off.
"""
import collections
import contextlib
import os

import psycopg2

import harness
from daemons import Watching
from databases import password_file, server
from distance import Distance
from harness import PASSWORD, directory, environment, until
from measure import ServerCpu, command, cpu, median_of
from report import Table

# What is promised, by the number of tables.
OURS_MS = {50: 1, 1000: 1, 10000: 1.5}
OF_A_DUMP = {50: 0.1, 1000: 0.03, 10000: 0.03}
MEANWHILE = {", nobody writes": contextlib.nullcontext,
             ", others write": lambda: server().written_to()}


def connecting(watched, database, times=40):
    """Server CPU of a connection that asks for nothing, over the socket."""
    before = watched.settled()
    for _ in range(times):
        psycopg2.connect(server().dsn(database)).close()
    return (watched.settled() - before) / times


def turns_of_connecting(database):
    """Turns of the same over TCP."""
    far = Distance(server().port)
    psycopg2.connect(server().over_tcp(database, far.port), password=PASSWORD).close()
    harness._pause.wait(0.3)
    far.close()
    return far.passed()[0]


def dump(watched, database, runs):
    s = server()
    return median_of(runs, lambda: command(
        [s.program("pg_dump"), "-s", "-h", s.directory, "-p", str(s.port), "-U", "watcher",
         "-d", database], watched))


def over_a_while(binary, watched, tables, checks, **keys):
    """Our CPU and the server's for one check, of some that follow each other, of a database
    that is held against another one."""
    s = server()
    config = environment("reference", s.dsn(s.reference(tables)), interval="1d") + \
        environment("env", s.dsn(s.equal(tables)), expect="environment:reference", **keys)
    daemon = Watching(binary, config, "100ms")
    daemon.wait_state("env", "in_sync")
    daemon.after_checks("env")
    before, ours, theirs = daemon.checks("env"), cpu(daemon.pid), watched.now()
    until("%d checks" % checks, lambda: server_checks(daemon, before, checks), 300)
    ours, theirs = cpu(daemon.pid) - ours, watched.now() - theirs
    count = daemon.checks("env") - before
    daemon.stop()
    return ours / count, theirs / count


def kept(binary, watched, tables, checks):
    """The same where the connection is kept; None of a program that cannot."""
    if "keep_connection" not in command([binary, "config", "sample"]).out:
        return None, None
    return over_a_while(binary, watched, tables, checks, keep_connection=True)


def server_checks(daemon, before, checks):
    """Asked seldom, since being asked is not free either."""
    harness._pause.wait(2)
    return daemon.checks("env") >= before + checks


def turns(binary, database):
    """Turns of a check in which nothing has changed, over TCP, once it has learned from
    some what to ask for."""
    far = Distance(server().port)
    daemon = Watching(binary, environment("env", server().over_tcp(database, far.port),
                                          password_file=password_file()))
    for _ in range(3):
        daemon.check_now("env")
    harness._pause.wait(0.3)
    far.passed()
    daemon.check_now("env")
    harness._pause.wait(0.3)
    passed = far.passed()[0]
    daemon.stop()
    far.close()
    return passed


def first_read(binary, watched, database, runs):
    out = os.path.join(directory("snapshot"), "s")
    return median_of(runs, lambda: command(
        [binary, "snapshot", "-o", out, server().dsn(database)], watched))


def one_column(binary, watched, name, table, runs):
    """Our CPU and the server's for a check after one column more."""
    daemon = Watching(binary, environment("env", server().dsn(name)))
    daemon.check_now("env")
    ours = theirs = 0
    for i in range(runs):
        server().sql("ALTER TABLE %s ADD COLUMN new_%d integer" % (table, i), name)
        before, spent = watched.settled(), cpu(daemon.pid)
        daemon.check_now("env")
        theirs += watched.settled() - before
        ours += cpu(daemon.pid) - spent
    daemon.stop()
    server().sql("".join("ALTER TABLE %s DROP COLUMN new_%d;" % (table, i)
                         for i in range(runs)), name)
    return ours / runs, theirs / runs


def size(options, watched, tables):
    s = server()
    name = s.reference(tables)
    changed = s.copied("changed_%d" % tables, name)
    s.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher", name)
    table = s.sql("SELECT relname FROM pg_class WHERE relname LIKE 'account%' AND "
                  "relkind = 'r' ORDER BY 1 LIMIT 1", name).strip()
    runs = options.runs(tables)
    base = dump(watched, name, runs)
    connect = connecting(watched, name)
    alone = turns_of_connecting(name)
    found = collections.defaultdict(list)
    for binary in options.binaries:
        # What is cheap while nobody writes at all, need not be on a server that is used.
        for words, meanwhile in MEANWHILE.items():
            with meanwhile():
                ours, theirs = over_a_while(binary, watched, tables,
                                            options.checks(tables))
                found["turns" + words].append(turns(binary, name) - alone)
            found["ours" + words].append(ours * 1000)
            found["theirs" + words].append((theirs - connect) / base.server)
        with server().written_to():
            ours, theirs = kept(binary, watched, tables, options.checks(tables))
        found["ours kept"].append(ours and ours * 1000)
        found["theirs kept"].append(theirs and theirs / base.server)
        first = first_read(binary, watched, name, runs)
        ours, theirs = one_column(binary, watched, changed, table, runs)
        found["change"].append((theirs - connect) / (first.server - connect))
        found["ours change"].append(ours * 1000)
    table = Table("A check of %d tables" % tables, options.names,
                  "`pg_dump -s`: %.0f ms of server CPU; connecting: %.1f ms, not counted "
                  "below." % (base.server * 1000, connect * 1000))
    for words in MEANWHILE:
        table.row("nothing changed%s: our CPU, ms" % words, found["ours" + words],
                  OURS_MS.get(tables))
        table.row("server CPU, of `pg_dump -s`", found["theirs" + words],
                  OF_A_DUMP.get(tables))
        table.row("turns after connecting", found["turns" + words], 1)
    table.row("connection kept, others write: our CPU, ms", found["ours kept"],
              OURS_MS.get(tables))
    table.row("server CPU, of `pg_dump -s`", found["theirs kept"], OF_A_DUMP.get(tables))
    table.row("one column added: server CPU, of a first read", found["change"], 0.25)
    table.row("our CPU, ms", found["ours change"])


def section(options):
    watched = ServerCpu(server())
    for tables in options.tables:
        size(options, watched, tables)
