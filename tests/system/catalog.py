"""The statements that read a catalog, run one by one: in a transaction of one's own,
where what it did can be seen and is then undone."""
import json
import os
import subprocess

from changes import CHANGES
from harness import PROGRAM, call

STATEMENTS = os.path.join(os.path.dirname(PROGRAM), "tests/statements")
FINDINGS = os.path.join(os.path.dirname(PROGRAM), "tests/findings")


class Catalog:
    """A session that reads a catalog with the program's statements."""

    def __init__(self, server, database, user="postgres"):
        self.session = server.session(database, user)
        self.version = int(self.session.run("SHOW server_version_num"))
        self.statements = json.loads(call([STATEMENTS, str(self.version)]))

    def close(self):
        self.session.close()

    def rows(self, statements):
        """The rows of each statement, as dictionaries."""
        text = self.session.run(";\n".join(
            "SELECT coalesce('[' || string_agg(to_json(q)::text, ',') || ']', '[]')"
            " FROM (%s) q" % s for s in statements))
        return [json.loads(line) for line in text.splitlines()]

    def read(self):
        """All of it, as tests/findings takes it."""
        kinds = self.statements["kinds"]
        found = [{"kind": kind["kind"], "rows": rows, "details": []}
                 for kind, rows in zip(kinds, self.rows(k["reads"] for k in kinds))]
        waiting = [(kind, one, [row["oid"] for row in one["rows"] if row.get("deparse")])
                   for kind, one in zip(kinds, found)]
        waiting = [w for w in waiting if w[2]]
        details = self.rows(kind["details"].replace("$1", "'{%s}'" % ",".join(oids))
                            for kind, _, oids in waiting)
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
        self.session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self.session.run(self.statements["setup"])
        probe = self.probe()
        self.session.run("COMMIT")
        return probe


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
