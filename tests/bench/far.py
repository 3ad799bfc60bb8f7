"""The same things from a distance: what a round trip of 20 ms costs each."""
import harness
from daemons import Watching
from databases import password_file, server
from distance import Distance
from harness import PASSWORD, environment
from measure import command, median_of
from report import Table

DISTANCES = (0.0, 0.02)


def dump(database, port):
    return [server().program("pg_dump"), "-s", "-h", "127.0.0.1", "-p", str(port), "-U",
            "watcher", "-d", database]


def counted(far, runs, arguments):
    """Wall seconds, turns and KB of a command."""
    far.passed()
    cost = median_of(runs, lambda: command(arguments, env={"PGPASSWORD": PASSWORD}))
    turns, size, _ = far.passed()
    return cost.wall, turns / runs, size / runs / 1024


def check(binary, database, far):
    """The same of a check in which nothing has changed, connecting included."""
    daemon = Watching(binary, environment("env", server().over_tcp(database, far.port),
                                          password_file=password_file()))
    daemon.check_now("env")
    harness._pause.wait(0.3)
    far.passed()
    daemon.check_now("env")
    harness._pause.wait(0.3)
    turns, size, _ = far.passed()
    wall = daemon.metric("pgdriftd_last_check_duration_seconds", environment="env")
    daemon.stop()
    return wall, turns, size / 1024


def size(options, tables, seconds):
    s = server()
    name = s.reference(tables)
    s.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher;"
          "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO watcher", name)
    far = Distance(s.port, seconds)
    runs = min(3, options.runs(tables))
    dumped = counted(far, runs, dump(name, far.port))
    read = [counted(far, runs, [b, "snapshot", "-o", "/dev/null",
                                s.over_tcp(name, far.port)]) for b in options.binaries]
    checked = [check(b, name, far) for b in options.binaries]
    far.close()
    table = Table("%d tables, %.0f ms away" % (tables, seconds * 1000),
                  ["pg_dump -s"] + options.names)
    for i, what in enumerate(("s", "turns, connecting included", "KB")):
        table.row("one read: " + what, [dumped[i]] + [r[i] for r in read])
        table.row("a check, nothing changed: " + what, [""] + [c[i] for c in checked])


def section(options):
    for tables in [t for t in options.tables if t <= 1000]:
        for seconds in DISTANCES:
            size(options, tables, seconds)
