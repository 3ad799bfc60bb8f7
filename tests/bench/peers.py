"""A first read and comparison of two live databases, beside what else there is.

The databases are equal and made in another order.  Each tool is a new process and connects
anew; what a recorded revision alone costs (`alembic current`, which sees no drift) is of
one database.
"""
import os
import re
import shutil
import subprocess
import sys

import harness
from databases import HERE, server
from harness import directory
from measure import ServerCpu, command, median_of
from report import Peers, Table

# Of what it takes for pg_dump -s of both, and diff; and our own at 10,000 tables.
SERVER_CPU = {50: 0.6, 1000: 0.5, 10000: 0.4}
WALL = {1000: 0.25}
DIFF = {10000: (1.6, 110)}
SNAPSHOT = {10000: (1.0, 90)}
# What others take minutes for, they are not asked for more of.
MOST = 1000
SLOW = "not run: takes minutes"


def dump_and_diff(left, right):
    s = server()
    one = "%s -s -h %s -p %d -U watcher -d %%s >%%s" % (
        s.program("pg_dump"), s.directory, s.port)
    if "--restrict-key" in harness.call([s.program("pg_dump"), "--help"]):
        # Without it, releases since August 2025 say something else each time.
        one = one.replace(" -s ", " -s --restrict-key=same ")
    place = directory("dumps")
    a, b = os.path.join(place, "a"), os.path.join(place, "b")
    return ["sh", "-c", "%s && %s && diff %s %s >/dev/null; [ $? -lt 2 ]" % (
        one % (left, a), one % (right, b), a, b)]


def check_postgres(left, right):
    s = server()
    return ["check_postgres", "--action=same_schema", "--dbhost=" + s.directory,
            "--dbport=%d" % s.port, "--dbuser=postgres", "--dbname=%s,%s" % (left, right)]


def alembic(tables, database, *words):
    """A project whose models are the tables of the schema."""
    place = directory("models")
    harness.call([sys.executable, os.path.join(HERE, "models"), str(tables), place])
    url = "postgresql://watcher@/%s?host=%s&port=%d" % (
        database, server().directory, server().port)
    return ["alembic", "-c", os.path.join(place, "alembic.ini"), "-x", "url=" + url, *words]


def version_of(program):
    out = subprocess.run([program, "--version"], capture_output=True, text=True, cwd="/",
                         check=False).stdout
    return tuple(int(n) for n in re.findall(r"\d+", out)[:2])


def missing(program):
    return "not here: ./scripts/deps bench" if shutil.which(program) is None else None


def tools(tables, left, right):
    """Of each tool: what it is called, its command or why there is none, and what statuses
    are an answer."""
    slow = SLOW if tables > MOST else None
    yield ("check_postgres same_schema", missing("check_postgres") or slow or
           check_postgres(left, right), (0, 1, 2))
    absent = missing("alembic")
    yield ("alembic current (one, sees no drift)",
           absent or alembic(tables, left, "current"), (0,))
    if absent or version_of("alembic") >= (1, 9):
        yield ("alembic check (one)", absent or slow or
               alembic(tables, left, "-x", "models=yes", "check"), (0, 255))
    else:
        yield ("alembic check (one): %d.%d has none, so what it calls" %
               version_of("alembic"),
               slow or alembic(tables, left, "-x", "models=compare", "current"), (0,))


def size(options, watched, tables):
    s = server()
    left, right = s.reference(tables), s.equal(tables)
    for name in (left, right):
        s.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO watcher;"
              "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO watcher", name)
    runs = options.runs(tables)

    def cost(arguments, passes=(0,)):
        return median_of(runs, lambda: command(arguments, watched, passes=passes))
    peers = Peers("Two equal databases of %d tables, read and compared" % tables)
    base = cost(dump_and_diff(left, right))
    peers.row("pg_dump -s of both, and diff", base)
    for what, arguments, passes in tools(tables, left, right):
        peers.row(what, arguments if isinstance(arguments, str) else
                  median_of(min(runs, 3), lambda a=arguments, p=passes: command(
                      a, watched, passes=p)))
    ours, single = [], []
    out = os.path.join(directory("snapshot"), "s")
    for name, binary in zip(options.names, options.binaries):
        ours.append(cost([binary, "diff", s.dsn(left), s.dsn(right)]))
        single.append(cost([binary, "snapshot", "-o", out, s.dsn(left)]))
        peers.row("pgdriftd diff" + ("" if len(options.names) == 1 else ", " + name),
                  ours[-1])
    goals(options, tables, base, ours, single)


def goals(options, tables, base, ours, single):
    table = Table("A first read of %d tables" % tables, options.names)
    table.row("`diff`: wall, of `pg_dump -s` of both and diff",
              [c.wall / base.wall for c in ours], WALL.get(tables))
    table.row("server CPU, of the same", [c.server / base.server for c in ours],
              SERVER_CPU.get(tables))
    for what, costs, most in (("diff", ours, DIFF), ("snapshot", single, SNAPSHOT)):
        seconds, peak = most.get(tables, (None, None))
        table.row("`%s`: our CPU, s" % what, [c.cpu for c in costs], seconds)
        table.row("`%s`: peak, MB" % what, [c.peak for c in costs], peak)


def section(options):
    watched = ServerCpu(server())
    for tables in options.tables:
        size(options, watched, tables)
