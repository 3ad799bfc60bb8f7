"""Whoever does what a hint says gets on: each situation is followed to `in_sync` with the
real Alembic, or to the remedy that only people can give, and from there on.

A command that fails, a step that leads nowhere, and one that removes what an ignore rule
covers, fail the test.
"""
import os
import re
import shlex
import subprocess
import unittest

from harness import (WATCHER, Alembic, SystemTest, directory, environment, lengthy,
                     often_the_same, postgres, program, section, write)

A, B, C = "aaaa1111", "bbbb2222", "cccc3333"
LONG = "dddd4444_add_the_table_for_backup_verification_runs"
UP = {A: "CREATE TABLE a (id integer PRIMARY KEY)", B: "ALTER TABLE a ADD note text",
      C: "CREATE TABLE b (id integer PRIMARY KEY)",
      LONG: "CREATE TABLE d (id integer PRIMARY KEY)"}
TABLE = ("CREATE TABLE %s (version_num varchar(32) NOT NULL PRIMARY KEY);"
         "GRANT SELECT ON %s TO " + WATCHER)
MAKO = '''from alembic import op
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
def upgrade():
    ${upgrades if upgrades else "pass"}
def downgrade():
    ${downgrades if downgrades else "pass"}
'''
SQL = re.compile(r"(GRANT|ALTER TABLE|UPDATE|DELETE FROM|CREATE TABLE) ")
STEPS = 6


def revision(ident, down, body="pass", extra=""):
    return ("from alembic import op\nrevision = %r\ndown_revision = %r\n%s\n\n\n"
            "def upgrade():\n    %s\n\n\ndef downgrade():\n    pass\n"
            % (ident, down, extra, body))


def execute(ident):
    return "op.execute(%r)" % UP[ident]


class World:
    """A database, the directory of its migrations, and how both are configured."""

    def __init__(self, server, spec, dev):
        self.server, self.spec = server, spec
        self.project = Alembic(server)
        write(os.path.join(self.project.path, "script.py.mako"), MAKO)
        self.archive, self.next = directory("archive"), directory("next")
        self.role = spec.get("role", WATCHER)
        self.keys = {"migrations": "app", "expect": "environment:dev", **spec.get("keys", {})}
        self.keys = {k: v for k, v in self.keys.items() if v is not None}
        self.blocks = {"app": {"path": self.project.versions, **spec.get("block", {})}}
        self.dev = dev
        for ident, down in spec.get("line", [(A, None), (B, A), (C, B)]):
            self.file(ident + "_made.py", revision(ident, down, execute(ident)))
        for name, text in spec.get("files", {}).items():
            self.file(name, text)
        for name in spec.get("without", []):
            self.remove(name)
        self.database = server.database(self.made())
        if "prepare" in spec:
            spec["prepare"](self)

    def made(self):
        """The schema up to `at`, as the migrations make it, with the rows and changes."""
        spec, at = self.spec, self.spec.get("at", C)
        order = [A, B, C, LONG]
        text = [UP[i] for i in order[:order.index(at) + 1]] if at else []
        if spec.get("table", True):
            width = 64 if at == LONG else 32
            text.append(TABLE.replace("32", str(width)) % (("alembic_version",) * 2))
            rows = spec.get("rows", [at] if at else [])
            text += ["INSERT INTO alembic_version VALUES ('%s')" % r for r in rows]
        return ";".join(text) + ";" + spec.get("change", "")

    # What people do.

    def sql(self, text):
        self.server.sql(text, self.database)

    def file(self, name, text):
        write(os.path.join(self.project.versions, name), text)

    def remove(self, name):
        os.unlink(os.path.join(self.project.versions, name))

    # What the program says and what comes of it.

    def config(self):
        parts = [section("service", state_dir="")]
        parts += [section("migrations", name, **keys) for name, keys in self.blocks.items()]
        parts.append(environment("dev", self.server.dsn(self.dev, user="postgres"),
                                 migrations="app"))
        dsn = self.keys.get("dsn") or "host=%s port=%d dbname=%s user='%s'" % (
            self.server.directory, self.server.port, self.database, self.role)
        parts.append(environment("env", dsn,
                                 **{k: v for k, v in self.keys.items() if k != "dsn"}))
        return write(os.path.join(directory("follow"), "pgdriftd.conf"), "".join(parts))

    def look(self):
        """State and hint of a check now."""
        self.file_of_config = self.config()
        done = program("check", "-c", self.file_of_config, "env", "--format", "json")
        found = [e for e in done.json()["environments"] if e["name"] == "env"][0]
        return found["state"], found["hint"]

    def kept(self):
        """The tables that an ignore rule covers and that are there."""
        names = [r.split("public.")[1] for r in self.keys.get("ignore", []) if ":" in r]
        there = self.server.sql("SELECT relname FROM pg_class WHERE relkind = 'r'",
                                self.database).split()
        return set(names) & set(there)

    def run(self, command):
        """One command of a hint; true if it is one that can be run."""
        words = shlex.split(command) if not SQL.match(command) else []
        if SQL.match(command):
            self.sql(command)
        elif command.startswith("version_table = "):
            self.keys["version_table"] = shlex.split(command)[2]
        elif words[:1] == ["alembic"]:
            schema = self.keys.get("version_table", "").rpartition(".")[0]
            self.project.run(self.database, *words[1:], schema=schema or None)
        elif words[:2] == ["pgdriftd", "diff"]:
            done = program(*words[1:], "-c", self.file_of_config)
            if done.status not in (0, 1):
                raise AssertionError("%s: %r" % (command, done))
            if "--generate-ignore" in words and "elsewhere" in self.spec:
                rules = [line for line in done.out.splitlines() if not line.startswith("#")]
                self.keys["ignore"] = self.keys.get("ignore", []) + rules
            return "--generate-ignore" in words and "elsewhere" in self.spec
        else:
            return False
        return True


def hand(pattern, *actions):
    """A remedy that is no command, for a hint that says it."""
    return (pattern, actions)


def sql(text):
    return lambda w: w.sql(text)


def put(name, text):
    return lambda w: w.file(name, text)


def take(name):
    return lambda w: w.remove(name)


def keys(**changes):
    def change(w):
        w.keys.update(changes)
        w.keys = {k: v for k, v in w.keys.items() if v is not None}
    return change


def broken(name, text, *repair, says, **spec):
    """A file that stops Alembic, and how it is mended."""
    return {"files": {name: text}, "hand": [hand(says, *(repair or (take(name),)))],
            "first": says, "never": r"`alembic (upgrade|merge|stamp)", **spec}


def rewrite_ini(name, section_name):
    """The project gets an ini of that name, with that section only."""
    def change(w):
        os.unlink(w.project.ini)
        w.project.ini = write(os.path.join(w.project.path, name),
                              "[%s]\nscript_location = %%(here)s\n" % section_name)
        w.blocks["app"]["path"] = w.project.ini
        if section_name != "alembic":
            w.blocks["app"]["section"] = section_name
    return change


def wrong_row(row, says, **spec):
    return {"rows": [row], "first": says, "never_at_all": "stamp|deploy", **spec}


D = "dddd4444"
ELSEWHERE = "CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO %s;" % WATCHER + \
    TABLE % (("app.alembic_version",) * 2) + ";"
# The reference has no schema app or meta, but its version table where the default is.
PUBLIC = {"keys": {"schemas": ["public"]}}
DROP_DOCS = {C + "_made.py": revision(C, B, execute(C) + "\n    op.drop_table('docs')")}
DOCS = {"change": "CREATE TABLE docs (id integer)",
        "keys": {"ignore": ["table:public.docs"]}}
FOREIGN = directory("foreign")
write(os.path.join(FOREIGN, "zzzz9999.py"), revision("zzzz9999", None))
TWO_HEADS = {"files": {D + ".py": revision(D, B)}}

SITUATIONS = {
    # ---- Behind, ahead, diverged
    "in sync": {},
    "one behind": {"at": B, "first": "alembic upgrade head"},
    "two behind": {"at": A, "first": "alembic upgrade head"},
    "behind, in a section of its own": {
        "at": B, "prepare": rewrite_ini("alembic.ini", "schema_one"),
        "first": "alembic -n schema_one upgrade head"},
    "no row, and an ini of another name": {
        "rows": [], "prepare": rewrite_ini("prod.ini", "alembic"),
        "first": "alembic -c .*/prod.ini'? stamp " + C},
    "behind, and nothing is compared": {"at": A, "keys": {"expect": None}},
    "behind a pinned head": {"at": A, "keys": {"head": [B], "expect": None},
                             "first": "alembic upgrade " + B},
    "a pinned head with a blank": {
        "line": [(A, None)], "at": A, "keys": {"head": ["bb b"], "expect": None},
        "files": {"b.py": revision("bb b", A), "c.py": revision("cc c", "bb b")},
        "first": "alembic upgrade 'bb b'"},
    "behind, but the schema is there": {"rows": [A], "first": "alembic stamp " + C},
    "behind, and the schema is that of the middle": {
        "at": B, "rows": [A], "dev": B, "first": "alembic stamp " + B},
    "behind, and changed at its own revision": {
        "at": B, "dev": B, "change": "ALTER TABLE a ADD hotfix text",
        "hand": [hand("resolved", sql("ALTER TABLE a DROP hotfix"))],
        "never": "alembic (upgrade|stamp)"},
    "ahead of a pinned head": {
        "keys": {"head": [B]}, "hand": [hand("set `head`", keys(head=[C]))]},
    "two heads, both recorded": {**TWO_HEADS, "rows": [C, D], "merge": True},
    "two heads, one recorded": {**TWO_HEADS, "rows": [C], "merge": True},
    "two heads, behind both": {**TWO_HEADS, "at": A, "merge": True},
    "two bases": {"files": {D + ".py": revision(D, None)}, "rows": [C], "merge": True},
    "diverged from a pinned head": {
        **TWO_HEADS, "at": B, "rows": [D], "keys": {"head": [C], "expect": None},
        "hand": [hand("correct `head`", keys(head=None))], "merge": True},
    "a dependency that is pending": {
        "files": {D + ".py": revision(D, C, extra="depends_on = 'eeee5555'"),
                  "e.py": revision("eeee5555", None)},
        "never_at_all": "merge heads"},
    "a redundant row": {"rows": [A, C], "first": "DELETE FROM"},
    "two redundant rows": {"rows": [A, B, C], "first": "DELETE FROM"},
    # ---- No row
    "no version table": {"table": False, "first": "alembic stamp " + C,
                         "second": "GRANT SELECT ON public.alembic_version TO " + WATCHER},
    "no row": {"rows": [], "first": "alembic stamp " + C, "never_at_all": "GRANT"},
    "no version table, in the middle": {
        "at": B, "dev": B, "table": False, "first": "alembic stamp " + B},
    "no version table, and a role with a name that has to be quoted": {
        "table": False, "role": "Mon Itor", "first": 'TO "Mon Itor"'},
    "no version table, and default privileges": {
        "table": False, "never_at_all": "GRANT",
        "change": "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO " + WATCHER},
    "no version table, and the owner watches": {
        "table": False, "role": "postgres", "never_at_all": "GRANT"},
    "no version table, and a change": {
        "table": False, "change": "ALTER TABLE a ADD hotfix text", "never": "alembic stamp",
        "hand": [hand("resolved first", sql("ALTER TABLE a DROP hotfix"))]},
    "no row, and nothing is compared": {
        "rows": [], "keys": {"expect": None}, "never": "alembic stamp",
        "hand": [hand("set `expect`", keys(expect="environment:dev"))]},
    "no tables": {"at": None, "table": False, "first": "alembic upgrade head"},
    "no tables but the version table": {"at": None, "first": "alembic upgrade head"},
    "no tables, though a row": {"at": None, "rows": [C], "first": "DELETE FROM"},
    "no tables, and two heads": {**TWO_HEADS, "at": None, "table": False, "merge": True},
    "no tables, as may be": {"at": None, "table": False, "keys": {"allow_empty": True},
                             "even_in_sync": True},
    # ---- The version table elsewhere
    "a version table in another schema": {
        "table": False, "change": ELSEWHERE +
        "INSERT INTO app.alembic_version VALUES ('%s')" % C,
        "first": "version_table = ", "never_at_all": "alembic stamp", **PUBLIC},
    "a version table in another schema, behind": {
        "at": B, "table": False, "change": ELSEWHERE +
        "INSERT INTO app.alembic_version VALUES ('%s')" % B, "first": "version_table = ", **PUBLIC},
    "a version table in another schema beside an empty one": {
        "rows": [], "change": ELSEWHERE +
        "INSERT INTO app.alembic_version VALUES ('%s')" % C, "first": "version_table = ",
        **PUBLIC},
    "a version table in another schema, without a row": {
        "table": False, "change": ELSEWHERE, "first": "version_table = ", **PUBLIC},
    "a version table in another schema, which may not be read": {
        "table": False, "change": ELSEWHERE + "REVOKE ALL ON app.alembic_version FROM %s;"
        "INSERT INTO app.alembic_version VALUES ('%s')" % (WATCHER, C),
        "first": "version_table = ", "second": "GRANT SELECT ON app.alembic_version",
        **PUBLIC},
    "a misspelt version table": {
        "keys": {"version_table": "public.alembic_versions"}, "first": "version_table = "},
    "the version table of another project": {
        "table": False, "block_air": FOREIGN, "first": "alembic stamp " + C,
        "change": TABLE % (("alembic_version_air",) * 2) +
        ";INSERT INTO alembic_version_air VALUES ('zzzz9999')",
        "keys": {"ignore": ["table:public.alembic_version_air"]}},
    "a version table in a schema that is not there": {
        "table": False, "keys": {"version_table": "meta.alembic_version"},
        "never": "alembic stamp",
        "hand": [hand("correct `version_table`", keys(version_table=None))]},
    # ---- Rows
    "a row padded by its column": wrong_row(C, "ALTER TABLE", change="ALTER TABLE "
                                            "alembic_version ALTER version_num TYPE char(32)"),
    "a row with a newline": wrong_row(C + "\n", r"UPDATE .*\\n"),
    "a row with a mark that nobody sees": wrong_row(C + "\u200b", r"UPDATE .*\\u200b"),
    "a row in upper case": wrong_row(C.upper(), "UPDATE"),
    "a row with .py": wrong_row(C + ".py", "UPDATE"),
    "a row that is a file's name": wrong_row(C + "_made.py", "UPDATE"),
    "a row that is a file's name but for .py": wrong_row(C + "_made", "UPDATE"),
    "a row in quotes": wrong_row("''%s''" % C, "UPDATE"),
    "an abbreviated row": wrong_row(C[:5], "UPDATE"),
    "an empty row beside the right one": {"rows": ["", C], "first": "DELETE FROM"},
    "a NULL row beside the right one": {
        "first": "DELETE FROM.*IS NULL", "change": "ALTER TABLE alembic_version "
        "DROP CONSTRAINT alembic_version_pkey, ALTER version_num DROP NOT NULL;"
        "INSERT INTO alembic_version VALUES (NULL)"},
    "a wrong row beside the right one": {"rows": [C, C.upper()], "first": "DELETE FROM"},
    "an abbreviated row, behind": wrong_row(B[:6], "UPDATE", at=B),
    # ---- Unknown revisions
    "newer code": {"rows": [D], "first": "deploy", "never": r"^[^;]*alembic stamp",
                   "deploy": True, "hand": [hand("deploy", put(D + ".py", revision(D, C)))]},
    "newer code, and nothing is compared": {
        "rows": [D], "keys": {"expect": None},
        "hand": [hand("deploy", put(D + ".py", revision(D, C)))]},
    "newer code that another block has": {
        "rows": [D], "next": {D + ".py": revision(D, C)}, "first": "next-release",
        "never": "alembic stamp",
        "hand": [hand("deploy that release", put(D + ".py", revision(D, C)))]},
    "a revision of the archive": {
        "rows": ["0000old0"], "first": "alembic stamp --purge " + C,
        "archived": {"old.py": revision("0000old0", None)}},
    "the row of another project": {
        "rows": [C, "zzzz9999"], "block_air": FOREIGN, "first": "air",
        "never_at_all": "--purge", "hand": [hand("version table of its own", sql(
            "DELETE FROM alembic_version WHERE version_num = 'zzzz9999'"))]},
    # ---- Width
    "an id that is too long": {
        "line": [(A, None), (B, A), (C, B), (LONG, C)], "dev": LONG,
        "first": "ALTER TABLE", "second": "alembic upgrade head"},
    "an id that is too long, and no table": {
        "line": [(A, None), (B, A), (C, B), (LONG, C)], "dev": LONG, "at": LONG,
        "table": False, "first": "CREATE TABLE", "second": "alembic stamp"},
    "an id that is too long, and no tables": {
        "line": [(A, None), (B, A), (C, B), (LONG, C)], "dev": LONG, "at": None,
        "table": False, "first": "CREATE TABLE", "second": "alembic upgrade head"},
    "a long id that fits": {
        "line": [(A, None), (B, A), (C, B), (LONG, C)], "dev": LONG,
        "never_at_all": "ALTER TABLE", "change":
        "ALTER TABLE alembic_version ALTER version_num TYPE varchar(64)"},
    "a long id that is recorded": {
        "line": [(A, None), (B, A), (C, B), (LONG, C)], "dev": LONG, "at": LONG,
        "never_at_all": "characters"},
    "a column that holds just these ids": {
        "at": B, "change": "ALTER TABLE alembic_version ALTER version_num TYPE char(8)"},
    # ---- What stops Alembic
    "an id twice": broken("copy.py", revision(B, A), says="duplicate_revision"),
    "an id twice, behind": broken("copy.py", revision(C, B), says="duplicate_revision", at=B),
    "a parent that is not there": broken(D + ".py", revision(D, "lost0000"),
                                         take(D + ".py"), says="missing_parent"),
    "a parent that is a file's name": broken(
        D + ".py", revision(D, C + "_made"), put(D + ".py", revision(D, C)),
        says="write %s there" % C),
    "a parent that is not there, and no row": broken(
        D + ".py", revision(D, "lost0000"), says="missing_parent", rows=[]),
    "a dependency that is not there": broken(
        D + ".py", revision(D, C, extra="depends_on = 'lost0000'"), says="missing_parent"),
    "an empty file": broken("0003_todo.py", "", says="empty_file"),
    "an empty file, behind": broken("0003_todo.py", "", says="empty_file", at=A),
    "an empty file, and no tables": broken("0003_todo.py", "", says="empty_file", at=None),
    "a file without an id": broken("helper.py", "x = 1\n", says="no_revision_id"),
    "a file that is no Python": broken(
        D + ".py", revision(D, C) + "def f(:\n  [\n", put(D + ".py", revision(D, C)),
        says="syntax"),
    "a revision that is its own parent": broken(
        D + ".py", revision(D, D), put(D + ".py", revision(D, C)), says="self_reference"),
    "a cycle": broken(
        D + ".py", revision(D, "eeee5555"), take(D + ".py"), take("e.py"), says="cycle",
        more={"e.py": revision("eeee5555", D)}),
    "an id that Alembic refuses": broken("x.py", revision("a@b", C), says="invalid_name"),
    # ---- What a pending revision destroys
    "a pending revision drops an ignored table": {
        "at": B, "files": DROP_DOCS, **DOCS, "never": "alembic upgrade",
        "hand": [hand("docs", put(C + "_made.py", revision(C, B, execute(C))))]},
    "a pending revision drops an ignored table, and nothing is stamped": {
        "at": B, "dev": B, "rows": [], "files": DROP_DOCS, **DOCS,
        "never": "alembic upgrade",
        "hand": [hand("docs", put(C + "_made.py", revision(C, B, execute(C))))]},
    "a pending revision drops an ignored table, but the schema is there": {
        "rows": [B], "files": DROP_DOCS, **DOCS, "first": "alembic stamp " + C,
        "never": "alembic upgrade"},
    "a first revision drops what an empty database never had": {
        "at": None, "table": False, "never": "drops", "first": "alembic upgrade head",
        "files": {A + "_made.py": revision(A, None, execute(A) + (
            "\n    op.execute('DROP TABLE IF EXISTS legacy')"))}},
    "a pending revision drops a column": {
        "at": B, "files": {C + "_made.py": revision(
            C, B, execute(C) + "\n    op.execute('ALTER TABLE b ADD x text')"),
            D + ".py": revision(D, C, "op.drop_column('a', 'note')")},
        "change_dev": "ALTER TABLE b ADD x text; ALTER TABLE a DROP note",
        "first": "drops", "second": "alembic upgrade head"},
    "a pending revision truncates": {
        "at": B, "first": "a",
        "files": {C + "_made.py": revision(
            C, B, execute(C) + "\n    op.execute('TRUNCATE a')")},
        "second": "alembic upgrade head"},
    # ---- Changes, and tables of others
    "a change": {"change": "ALTER TABLE a ADD hotfix text",
                 "hand": [hand("unexpected", sql("ALTER TABLE a DROP hotfix"))]},
    "a table of others": {"change": "CREATE TABLE docs (id integer)", "elsewhere": True,
                          "first": "--generate-ignore"},
    # ---- What keeps a check from being made
    "no right to read the rows": {
        "change": "REVOKE ALL ON alembic_version FROM " + WATCHER,
        "first": "GRANT SELECT ON public.alembic_version TO " + WATCHER},
    "no right to see the schema": {
        "table": False,
        "keys": {"version_table": "meta.alembic_version", **PUBLIC["keys"]},
        "change": "CREATE SCHEMA meta; CREATE TABLE meta.alembic_version (version_num "
        "varchar(32) PRIMARY KEY); INSERT INTO meta.alembic_version VALUES ('%s')" % C,
        "first": "GRANT USAGE ON SCHEMA meta", "second": "GRANT SELECT"},
    "no right to connect": {
        "prepare": lambda w: w.sql("REVOKE CONNECT ON DATABASE %s FROM public" % w.database),
        "hand": [hand("GRANT CONNECT", lambda w: w.sql(
            "GRANT CONNECT ON DATABASE %s TO %s" % (w.database, WATCHER)))]},
    "no such database": {
        "keys": {"dsn": "host=@HOST@ port=@PORT@ dbname=prd_typo user=" + WATCHER},
        "never_at_all": "check (that|host)",
        "hand": [hand("correct `dbname`", keys(dsn=None))]},
    "no such service": {
        "keys": {"dsn": "service=no_such_service"}, "never_at_all": "check (that|host)",
        "hand": [hand("pg_service.conf", keys(dsn=None))]},
}


@lengthy
@often_the_same
class HintFollower(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.server = postgres()
        cls.server.sql('CREATE ROLE "Mon Itor" LOGIN')
        cls.references = {}

    def reference(self, at, change=""):
        """A database at that revision, made once."""
        if (at, change) not in self.references:
            spec = {"at": at, "change": change}
            made = World.made(type("Spec", (), {"spec": spec})())
            self.references[at, change] = self.server.database(made)
        return self.references[at, change]

    def world(self, spec):
        spec = dict(spec)
        spec["files"] = {**spec.get("files", {}), **spec.get("more", {})}
        for key, value in spec.get("keys", {}).items():
            if key == "dsn":
                value = value.replace("@HOST@", self.server.directory).replace(
                    "@PORT@", str(self.server.port))
                spec["keys"] = {**spec["keys"], key: value}
        w = World(self.server, spec, self.reference(spec.get("dev", C),
                                                    spec.get("change_dev", "")))
        if spec.get("block_air"):
            w.blocks["air"] = {"path": spec["block_air"]}
        if "next" in spec:
            for name in os.listdir(w.project.versions):
                with open(os.path.join(w.project.versions, name), encoding="utf-8") as f:
                    write(os.path.join(w.next, name), f.read())
            for name, text in spec["next"].items():
                write(os.path.join(w.next, name), text)
            w.blocks["next-release"] = {"path": w.next}
        if "archived" in spec:
            for name, text in spec["archived"].items():
                write(os.path.join(w.archive, name), text)
            w.blocks["app"]["archives"] = [w.archive]
        return w

    def check_first(self, spec, hint):
        """What the very first hint has to say, in which order, and what it must not."""
        place = -1
        for word in ("first", "second"):
            if word in spec:
                found = re.search(spec[word], hint[place + 1:])
                self.assertTrue(found, "%s not in: %s" % (spec[word], hint))
                place += 1 + found.start()
        if "never" in spec:
            self.assertIsNone(re.search(spec["never"], hint), hint)

    def by_hand(self, spec, hint):
        if "upgrade environment:dev" in hint:
            return [lambda w: setattr(w, "dev", self.reference(C))]
        for pattern, actions in spec.get("hand", []):
            if re.search(pattern, hint):
                return actions
        return ()

    def step(self, w, spec, hint):
        """Do what the hint says; false if it says nothing that can be done."""
        done = False
        actions = self.by_hand(spec, hint)
        for action in actions:
            action(w)
        commands = [] if actions else re.findall("`([^`]+)`", hint)
        for command in commands:
            if command.endswith(" merge heads") and not spec.get("merge"):
                continue
            kept = w.kept()
            done |= w.run(command)
            self.assertEqual(kept - w.kept(), set(), "%s removed what is ignored" % command)
        return done or bool(actions)

    def follow(self, spec):
        w = self.world(spec)
        said = []
        state, hint = w.look()
        self.check_first(spec, hint)
        for _ in range(STEPS):
            if "never_at_all" in spec:
                self.assertIsNone(re.search(spec["never_at_all"], hint), hint)
            again = self.by_hand(spec, hint) or \
                (spec.get("merge") and "merge heads" in hint) or \
                (spec.get("even_in_sync") and "alembic upgrade" in hint)
            if state == "in_sync" and not again:
                return said
            self.assertNotIn((state, hint), said, "the same again: %s" % said)
            said.append((state, hint))
            self.assertTrue(self.step(w, spec, hint), "nothing to do: %s" % said)
            state, hint = w.look()
        raise AssertionError("no end: %s" % said)

    def test_enough_situations(self):
        self.assertGreaterEqual(len(SITUATIONS), 60)


def follower(spec):
    return lambda self: self.follow(spec)


for _name, _spec in SITUATIONS.items():
    setattr(HintFollower, "test_" + re.sub(r"\W+", "_", _name), follower(_spec))


if __name__ == "__main__":
    unittest.main()
