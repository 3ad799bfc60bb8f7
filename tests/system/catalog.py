"""The statements that read a catalog, run one by one: in a transaction of one's own,
where what it did can be seen and is then undone."""
import json
import os
import re
import subprocess

from changes import CHANGES
from effects import BASE, EFFECTS
from harness import PROGRAM, Session, call

STATEMENTS = os.path.join(os.path.dirname(PROGRAM), "tests/statements")
FINDINGS = os.path.join(os.path.dirname(PROGRAM), "tests/findings")


class Catalog:
    """A session that reads a catalog with the program's statements."""

    def __init__(self, server, database, user="postgres"):
        self.session = server.session(database, user)
        self.version = int(self.session.run("SHOW server_version_num"))
        self.statements = json.loads(call([STATEMENTS, str(self.version)]))
        self.prepared = {}

    def close(self):
        self.session.close()

    def rows(self, statements):
        """The rows of each statement, or of statement and oids, as dictionaries."""
        text = self.session.run(";\n".join(
            self.execute(*([s] if isinstance(s, str) else s)) for s in statements))
        return [json.loads(line) for line in text.splitlines()]

    def execute(self, statement, oids=None):
        """To plan one takes longer than to run it: each is prepared once."""
        name, prepare = self.prepared.get(statement), ""
        if not name:
            name = self.prepared[statement] = "s%d" % len(self.prepared)
            prepare = "PREPARE %s AS SELECT coalesce('[' || string_agg(" \
                "to_json(q)::text, ',') || ']', '[]') FROM (%s) q;\n" % (name, statement)
        return prepare + "EXECUTE " + name + (
            "" if oids is None else "('{%s}')" % ",".join(oids))

    def read(self):
        """All of it, as tests/findings takes it."""
        kinds = self.statements["kinds"]
        found = [{"kind": kind["kind"], "rows": rows, "details": []}
                 for kind, rows in zip(kinds, self.rows(k["reads"] for k in kinds))]
        waiting = [(kind, one, [row["oid"] for row in one["rows"] if row.get("deparse")])
                   for kind, one in zip(kinds, found)]
        waiting = [w for w in waiting if w[2]]
        details = self.rows((kind["details"], oids) for kind, _, oids in waiting)
        for (_, one, _), rows in zip(waiting, details):
            one["details"] = rows
        return {"version": self.version, "kinds": found}

    def probe(self):
        (row,), = self.rows([self.statements["probe"]])
        return row["probe"]

    def look(self):
        """Catalog and probe, in a transaction that is open already."""
        self.session.run(self.statements["setup"])
        return self.read(), self.probe()

    def look_again(self):
        """The probe alone, in a transaction of its own."""
        return self.one_look(self.statements["probe"])["probe"]

    def look_later(self, first):
        """The same as a later look of the reading that began with one_look()."""
        return self.one_look(self.statements["probe_unless"].replace("$1", "''").replace(
            "$2", "'%s'" % first["horizon"]))["probe"]

    def one_look(self, statement=None):
        self.session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.session.run(self.statements["setup"])
        (row,), = self.rows([statement or self.statements["probe"]])
        self.session.run("COMMIT")
        return row


class Findings:
    """What differs from the catalog that came first."""

    def __init__(self, first):
        self.process = subprocess.Popen([FINDINGS], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.of(first)

    def of(self, catalog):
        self.process.stdin.write(json.dumps(catalog) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["findings"]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def word(finding):
    """A finding in the words of changes.py."""
    return finding["kind"] + " " + {"unexpected": "+", "missing": "-"}.get(
        finding["change"], finding.get("property", ""))


def known(change, version):
    """Whether a server of that version knows the statement."""
    least, last = change[0] if isinstance(change[0], tuple) else (change[0], 99)
    return least <= version // 10000 <= last


def changes(catalog):
    """Each change made, looked at and undone: statement, what is expected and what is
    found of it, and what is wrong with the probe."""
    session = catalog.session
    session.run("SET client_min_messages = error")
    session.run("BEGIN")
    first, probe = catalog.look()
    session.run("ROLLBACK")
    findings = Findings(first)
    try:
        for change in CHANGES:
            if not known(change, catalog.version):
                continue
            _, statement, *expected = change
            session.run("BEGIN")
            session.run(statement)
            catalog_then, moved = catalog.look()
            session.run("ROLLBACK")
            wrong = "it stayed" if expected and moved == probe else None
            if catalog.look_again() != probe:
                wrong = "it did not come back"
            yield statement, expected, findings.of(catalog_then), wrong
        session.run("BEGIN")
        yield "ROLLBACK", [], findings.of(catalog.look()[0]), None
        session.run("ROLLBACK")
    finally:
        findings.close()


def flags(catalog, index):
    """Each flag of an index set as where it is written in place, so that the row's xmin
    stays: a transaction's own does when it writes the row again.  Those of which the
    probe of the last version that does so, 13, sees nothing."""
    session = catalog.session
    probe = json.loads(call([STATEMENTS, str(min(catalog.version, 130000))]))["probe"]
    session.run("BEGIN; " + catalog.statements["setup"])

    def turned(flag):
        xmin = session.run("UPDATE pg_catalog.pg_index SET {0} = NOT {0} WHERE indexrelid ="
                           " '{1}'::regclass RETURNING xmin".format(flag, index))
        return xmin, catalog.rows([probe])[0][0]["probe"]

    before = turned("indisvalid")
    for flag in "indisvalid", "indisready", "indislive":
        after = turned(flag)
        if after[0] != before[0] or after[1] == before[1]:
            yield flag
        before = after
    session.run("ROLLBACK")


# ---------------------------------------------------------------------- effects.py

ROLES = """DO $$ DECLARE r text; BEGIN
  FOREACH r IN ARRAY ARRAY['e_one', 'e_two', 'e_three'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE 'CREATE ROLE ' || r; END IF;
  END LOOP; END $$;
SET allow_in_place_tablespaces = on;
SELECT 'CREATE TABLESPACE e_space LOCATION ' || quote_literal('')
  WHERE NOT EXISTS (SELECT FROM pg_tablespace WHERE spcname = 'e_space') \\gexec
"""


class Trial(Session):
    """A session in which statements may fail, and say why."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd="/",
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True)

    def outcome(self, statement):
        """Whether it works, and what it gives; ends the transaction."""
        text = self.run("\\set ON_ERROR_STOP 0\n" + statement + ";\n\\echo :ERROR\n"
                        "\\set ON_ERROR_STOP 1\nROLLBACK")
        *rows, failed = text.split()
        return failed == "false", rows


def trial(server, database):
    catalog = Catalog(server, database)
    catalog.close()
    catalog.session = Trial(server.psql_command(database))
    return catalog


def read(catalog):
    """The catalog as it is now, with nothing of the session's changed by reading."""
    session = catalog.session
    session.run("SAVEPOINT reading; " + catalog.statements["setup"])
    found = catalog.read()
    session.run("ROLLBACK TO reading")
    return found


def look(catalog, statement, *before, found=None):
    """The catalog (or `found`) once that is done, and what then becomes of the statement."""
    session = catalog.session
    session.run("BEGIN; SET LOCAL client_min_messages = error")
    for text in before:
        session.run(text or "SELECT")
    return found or read(catalog), session.outcome(statement)


def shown(catalog, effect, words, seen):
    """One effect: the findings, and the statement's outcome before and after.  Many begin
    with the same, whose catalog is in `seen`."""
    _, _, _, base, change, statement = effect
    there = base % words if "%(" in base else base
    before, expected = look(catalog, statement, there, found=seen.get(there))
    seen[there] = before
    after, found = look(catalog, statement, there, change)
    findings = Findings(before)
    try:
        return findings.of(after), expected, found
    finally:
        findings.close()


def wrong_with(effect, findings, expected, found):
    """What does not hold of an effect, or None."""
    _, what, severity, *_ = effect
    told = {f["severity"] for f in findings if word(f) == what}
    if told != {severity}:
        return "it is found as " + json.dumps(findings)
    if not expected[0]:
        return "it does not work where all is as expected: %s" % expected[1]
    if (expected == found) == (severity == "breaking"):
        return "%s before, %s then" % (expected[1], found[1])
    return None


def effects(server):
    """Each effect that the server knows, and what is wrong with it."""
    server.sql(ROLES)
    database = server.database(BASE)
    words = {"host": server.directory, "port": server.port}
    catalog = trial(server, database)
    seen = {}
    there = set(server.sql("SELECT name FROM pg_available_extensions").split())
    for effect in EFFECTS:
        wanted = set(re.findall(r"CREATE EXTENSION (\w+)", " ".join(effect[3:5])))
        if not known(effect, catalog.version) or wanted - there:
            continue
        try:
            wrong = wrong_with(effect, *shown(catalog, effect, words, seen))
        except (AssertionError, OSError) as e:
            wrong = str(e)
            catalog.session.process.kill()
            catalog.close()
            catalog = trial(server, database)
        yield effect, wrong
    catalog.close()
