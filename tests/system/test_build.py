"""`pgdriftd build`: catalogs by running migrations, with real projects of Alembic's."""
import glob
import os
import signal
import subprocess
import unittest

import harness
from harness import SystemTest, directory, environ, program, until, write

# What has to be quoted in a URL, in an ini and in a keyword string.
PASSWORD = "s3cret of@the/builder:%41'"
harness.SECRETS.append(PASSWORD)
harness.SECRETS.append("s3cret%20of%40the")

TABLES = {
    "aaaa00000001": (None, 'op.create_table("users", sa.Column("id", sa.Integer,'
                           ' primary_key=True), sa.Column("name", sa.Text))'),
    "aaaa00000002": ("aaaa00000001", 'op.add_column("users", sa.Column("email",'
                                     ' sa.String(200), nullable=False))'),
}

REVISION = '''"""made by a test"""
from alembic import op
import sqlalchemy as sa

revision = %r
down_revision = %r
branch_labels = None
depends_on = None


def upgrade():
    %s


def downgrade():
    pass
'''

# What runs in the place of alembic, and tells how it was called.
RECORDER = '''#!/bin/sh
tr '\\0' '\\n' </proc/$$/cmdline >%(file)s.argv
env >%(file)s.env
pwd >%(file)s.pwd
exec /usr/bin/alembic "$@"
'''


def add_revisions(path, revisions):
    for revision, (down, body) in revisions.items():
        write(os.path.join(path, revision + "_made.py"), REVISION % (revision, down, body))


def project(template="generic", revisions=None):
    """What `alembic init` makes, with revisions; its directory."""
    path = directory("project")
    os.chmod(path, 0o755)
    subprocess.run(["alembic", "init", "-t", template, "migrations"], cwd=path, check=True,
                   stdout=subprocess.DEVNULL,
                   env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    add_revisions(os.path.join(path, "migrations/versions"), revisions or TABLES)
    return path


def edit(path, *pairs):
    with open(path) as f:
        text = f.read()
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new)
    write(path, text)


class BuildTest(SystemTest):
    def setUp(self):
        super().setUp()
        if self.server.sql("SELECT 1 FROM pg_roles WHERE rolname = 'builder'"):
            return
        self.server.sql("CREATE ROLE builder LOGIN CREATEDB PASSWORD '%s'"
                        % PASSWORD.replace("'", "''"))

    def scratch(self):
        return "host=127.0.0.1 port=%d dbname=postgres user=builder password='%s'" % (
            self.server.port, PASSWORD.replace("'", "\\'"))

    def build(self, path, *options, status=0, out=None, **keys):
        self.out = out or directory("snapshots")
        done = program("build", path, "--scratch", self.scratch(), "-o", self.out, *options,
                       **keys)
        self.assertStatus(done, status)
        return done

    def databases(self):
        return self.server.sql("SELECT datname FROM pg_database"
                               " WHERE datname LIKE 'pgdriftd_build%'").split()

    def file(self, name):
        return os.path.join(self.out, name + ".json")

    def same(self, name, text):
        """The snapshot is what these statements make."""
        database = self.database(text)
        done = program("diff", self.file(name), self.server.dsn(database, "postgres"))
        self.assertStatus(done, 0)
        self.assertNotIn("not compared", done.out + done.err)


USERS = "CREATE TABLE users (id serial PRIMARY KEY, name text);"
EMAIL = USERS + "ALTER TABLE users ADD email varchar(200) NOT NULL;"


class Projects(BuildTest):
    def test_as_alembic_makes_it(self):
        """The template as it is, where the ini says driver://user:pass@localhost/dbname."""
        path = project()
        with open(os.path.join(path, "alembic.ini")) as f:
            ini = f.read()
        for given in (path + "/alembic.ini", path, path + "/migrations",
                      path + "/migrations/versions"):
            done = self.build(given)
            self.assertRegex(done.out, r"^aaaa00000002: built, \d+ objects: %s$"
                             % self.file("aaaa00000002"))
            self.same("aaaa00000002", EMAIL)
        self.assertEqual(os.listdir(self.out), ["aaaa00000002.json"])
        self.assertEqual(self.databases(), [])
        with open(os.path.join(path, "alembic.ini")) as f:
            self.assertEqual(f.read(), ini)
        self.assertEqual([d for d, _, _ in os.walk(path) if "__pycache__" in d], [])
        self.build(path, "--revision", "aaaa00000001")
        self.same("aaaa00000001", USERS)

    def test_async(self):
        path = project("async")
        edit(os.path.join(path, "alembic.ini"), (
            "driver://user:pass@localhost/dbname",
            "postgresql+asyncpg://app:other%%40@db.example/app"))
        self.build(path)
        self.same("aaaa00000002", EMAIL)

    def test_an_ini_of_another_name(self):
        """Its section, and what stands beside it."""
        path = project()
        os.rename(os.path.join(path, "alembic.ini"), os.path.join(path, "db.ini"))
        edit(os.path.join(path, "db.ini"), ("[alembic]", "[one]\nscript_location = none\n"
                                                         "[alembic]"),
             ("script_location = migrations", "script_location = %(here)s/migrations"))
        self.build(path + "/db.ini", "--section", "alembic")
        self.same("aaaa00000002", EMAIL)

    def test_from_the_environment(self):
        """What reads DATABASE_URL is given it, whatever it was."""
        path = project()
        edit(os.path.join(path, "migrations/env.py"),
             ("config = context.config", "import os\nconfig = context.config\n"
              "config.set_main_option('sqlalchemy.url',"
              " os.environ['DATABASE_URL'].replace('%', '%%'))"))
        self.build(path, env={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
        self.same("aaaa00000002", EMAIL)

    def test_by_an_argument(self):
        """-x, which everybody on the machine can see: without the password, which comes
        another way."""
        path = project()
        edit(os.path.join(path, "migrations/env.py"),
             ("config = context.config", "import os\nconfig = context.config\n"
              "config.set_main_option('sqlalchemy.url',"
              " context.get_x_argument(as_dictionary=True)['db'])"))
        record = os.path.join(directory("record"), "called")
        tool = write(os.path.join(path, "tool"), RECORDER % {"file": record}, 0o755)
        self.build(path, "--command", "A={url} B='x y' %s -c {ini} -x db={url:psycopg2}"
                   " upgrade {revision}" % tool, env={"PGDATABASE": "other"})
        self.same("aaaa00000002", EMAIL)
        with open(record + ".argv") as f:
            argv = f.read()
        with open(record + ".env") as f:
            env = dict(line.split("=", 1) for line in f.read().splitlines() if "=" in line)
        with open(record + ".pwd") as f:
            self.assertEqual(f.read().strip(), os.path.realpath(path))
        self.assertNotIn("s3cret", argv)
        self.assertIn("db=postgresql+psycopg2://builder@127.0.0.1:", argv)
        self.assertIn("s3cret%20of%40the%2Fbuilder%3A%2541%27@", env["A"])
        self.assertEqual(env["B"], "x y")
        self.assertEqual(env["PGPASSWORD"], PASSWORD)
        self.assertEqual(env["PGDRIFTD_REVISION"], "aaaa00000002")
        self.assertRegex(env["PGDATABASE"], "^pgdriftd_build_[0-9a-f]{16}$")
        self.assertIn("dbname='%s'" % env["PGDATABASE"], env["PGDRIFTD_SCRATCH_DSN"])
        self.assertEqual(env["A"], env["PGDRIFTD_SCRATCH_URL"])

    def test_who_says_nothing_is_asked(self):
        """An env.py that goes wherever it likes is not run by the usual command."""
        path = project()
        write(os.path.join(path, "migrations/env.py"), "from app import run\nrun()\n")
        done = self.build(path, status=2)
        self.assertIn("nobody knows which database it would change", done.err)
        self.assertEqual(self.databases(), [])

    def test_elsewhere(self):
        """One that has changed another database is found out."""
        path = project()
        other = self.database()
        done = self.build(path, "--command", "alembic -c %s upgrade {revision}" % write(
            os.path.join(path, "other.ini"), "[alembic]\nscript_location = migrations\n"
            "sqlalchemy.url = postgresql://postgres@/%s?host=%s&port=%d\n"
            "[loggers]\nkeys = root\n[handlers]\nkeys =\n[formatters]\nkeys =\n"
            "[logger_root]\nhandlers =\n" % (other, self.server.directory,
                                             self.server.port)), status=2)
        self.assertIn("has nothing instead of aaaa00000002", done.err)

    def test_what_is_of_others(self):
        """Nothing that leads to servers that are watched, or lets in there, is handed on."""
        record = os.path.join(directory("record"), "called")
        path = project()
        tool = write(os.path.join(path, "tool"), RECORDER % {"file": record}, 0o755)
        self.build(path, "--command", tool + " -c {ini} upgrade {revision}",
                   env={"PGPASSWORD": "s3cret-but-wrong", "PGSSLKEY": "/etc/prod.key",
                        "PGPASSFILE": "/etc/prod", "PGSYSCONFDIR": "/etc/prod"})
        with open(record + ".env") as f:
            text = f.read()
        self.assertNotIn("s3cret-but-wrong", text)
        self.assertNotIn("/etc/prod", text)

    def test_no_program(self):
        done = self.build(project(), env={"PATH": "/nowhere"}, status=2)
        self.assertIn("there is no program alembic in PATH (/nowhere)", done.err)

    def test_its_own_environment(self):
        """The project's .venv comes before PATH."""
        path = project()
        os.makedirs(os.path.join(path, ".venv/bin"))
        os.symlink("/usr/bin/alembic", os.path.join(path, ".venv/bin/alembic"))
        self.build(path, env={"PATH": "/nowhere"})
        self.same("aaaa00000002", EMAIL)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
    def test_as_somebody_else(self):
        path = project()
        record = os.path.join(directory("record", for_postgres=True), "called")
        tool = write(os.path.join(path, "tool"), RECORDER % {"file": record}, 0o755)
        self.build(path, "--user", "postgres", "--command",
                   tool + " -c {ini} upgrade {revision}")
        self.same("aaaa00000002", EMAIL)
        with open(record + ".env") as f:
            self.assertIn("\nUSER=postgres\n", "\n" + f.read())
        self.assertNotEqual(os.stat(record + ".argv").st_uid, 0)


class Branches(BuildTest):
    REVISIONS = {
        "a": (None, 'op.execute("CREATE TABLE a (i int)")'),
        "b": ("a", 'op.execute("CREATE TABLE b (i int)")'),
        "c": ("a", 'op.execute("CREATE TABLE c (i int)")'),
        "d": (("b", "c"), 'op.execute("CREATE TABLE d (i int)")'),
        "e": ("d", 'op.execute("ALTER TABLE a ADD e int")'),
    }

    def test_all(self):
        """Each revision by itself, though one database is built on."""
        self.build(project(revisions=self.REVISIONS), "--all")
        self.assertEqual(sorted(os.listdir(self.out)), [r + ".json" for r in "abcde"])
        table = "CREATE TABLE %s (i int);"
        for revision, tables in (("a", "a"), ("b", "ab"), ("c", "ac"), ("d", "abcd")):
            self.same(revision, "".join(table % t for t in tables))
        self.same("e", "".join(table % t for t in "abcd") + "ALTER TABLE a ADD e int")
        self.assertEqual(self.databases(), [])

    def test_two_rows(self):
        """What a database has that records both."""
        path = project(revisions={r: self.REVISIONS[r] for r in "abc"})
        done = self.build(path, "--revision", "c,b", "--format", "json")
        self.assertEqual(done.json()["builds"][0]["revision"], ["b", "c"])
        self.same("b+c", "".join("CREATE TABLE %s (i int);" % t for t in "abc"))
        self.build(path)
        self.same("b+c", "".join("CREATE TABLE %s (i int);" % t for t in "abc"))
        done = self.build(path, "--revision", "a,b", status=2)
        self.assertIn("revision a comes before another one", done.err)
        done = self.build(path, "--revision", "x", status=2)
        self.assertIn("no revision x", done.err)


class Failures(BuildTest):
    def test_a_migration_fails(self):
        """Which, with what it said, but for the password; those before it are built."""
        revisions = dict(TABLES, bad=(
            "aaaa00000002", 'import os, sys; print("with", op.get_bind().engine.url'
            '.render_as_string(False), os.environ["PGPASSWORD"]);'
            ' op.execute("ALTER TABLE nowhere ADD x int")'),
            after=("bad", "pass"))
        path = project(revisions=revisions)
        done = self.build(path, status=1)
        self.assertIn("after: failed\n", done.out)
        self.assertIn('relation "nowhere" does not exist', done.err)
        self.assertRegex(done.err, "revision bad cannot be built: alembic.*: exit status 1:"
                         ' .*relation "nowhere" does not exist\\n')
        self.assertIn("with postgresql://builder:<secret>@127.0.0.1:", done.err)
        self.assertIn("bad_made.py", done.err)
        self.assertEqual(os.listdir(self.out), [])
        done = self.build(path, "--all", "--format", "json", status=1)
        self.assertEqual([b["status"] for b in done.json()["builds"]],
                         ["built", "built", "failed", "failed"])
        self.assertEqual(done.json()["builds"][2]["failed_revision"], "bad")
        self.assertEqual(self.databases(), [])

    def test_one_that_hangs(self):
        path = project(revisions={"slow": (None, 'op.execute("SELECT pg_sleep(1000)")')})
        done = self.build(path, "--timeout", "3s", status=1)
        self.assertIn("revision slow cannot be built", done.err)
        self.assertIn("not done in time", done.err)
        self.assertEqual(self.databases(), [])

    def hanging(self, path):
        """A build whose database is there, and what runs in it."""
        out = directory("snapshots")
        process = subprocess.Popen(
            [harness.PROGRAM, "build", path, "--scratch", self.scratch(), "-o", out],
            cwd="/", env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)

        def sleeps():
            return self.server.sql("SELECT datname FROM pg_stat_activity WHERE query ="
                                   " 'SELECT pg_sleep(1000)' AND state = 'active'").split()
        return process, until("a migration that sleeps", sleeps)[0]

    def test_left_behind(self):
        """Of a program that was killed all goes; of one that runs nothing."""
        path = project(revisions={"slow": (None, 'op.execute("SELECT pg_sleep(1000)")')})
        good = project()
        self.server.sql("CREATE DATABASE pgdriftd_build_of_mine")
        self.addCleanup(self.server.sql, "DROP DATABASE pgdriftd_build_of_mine")
        first, one = self.hanging(path)
        self.assertRegex(one, "^pgdriftd_build_[0-9a-f]{16}$")
        self.build(good)
        self.assertIn(one, self.databases())
        self.assertIsNone(first.poll())
        first.kill()
        first.wait()
        until("the lock is gone", lambda: not self.server.sql(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"))
        self.assertIn(one, self.databases())
        self.build(good)
        self.assertEqual(self.databases(), ["pgdriftd_build_of_mine"])
        self.assertEqual(glob.glob("/tmp/pgdriftd-build-%d-*" % first.pid), [])

    def test_interrupted(self):
        path = project(revisions={"slow": (None, 'op.execute("SELECT pg_sleep(1000)")')})
        process, _ = self.hanging(path)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(harness.PATIENCE), 2)
        self.assertEqual(self.databases(), [])

    def test_no_server(self):
        path = project()
        done = program("build", path, "--scratch", "host=127.0.0.1 port=1", "-o",
                       directory("snapshots"))
        self.assertStatus(done, 2)
        self.assertIn("scratch server: ", done.err)
        done = program("build", path, "--scratch", self.server.dsn("postgres"), "-o",
                       directory("snapshots"))
        self.assertStatus(done, 2)
        self.assertIn("permission denied to create database", done.err)


class Directories(BuildTest):
    def test_two_catalogs(self):
        """What is there is not written over unless that is said."""
        path, out = project(), directory("snapshots")
        self.build(path, out=out)
        os.rename(self.file("aaaa00000002"), self.file("any name"))
        done = self.build(path, out=out)
        self.assertRegex(done.out, "^aaaa00000002: unchanged, ")
        edit(os.path.join(path, "migrations/versions/aaaa00000002_made.py"),
             ("sa.String(200)", "sa.String(20)"))
        done = self.build(path, out=out, status=2)
        self.assertIn("the same revision, two catalogs", done.err)
        self.same("any name", EMAIL)
        self.build(path, "--force", out=out)
        self.same("any name", EMAIL.replace("200", "20"))
        self.assertEqual(os.listdir(out), ["any name.json"])

    def test_expected(self):
        """The directory is what snapshots:DIR reads."""
        path, out = project(), directory("snapshots")
        self.build(path, "--all", out=out)
        database = self.stamped("aaaa00000001", text=USERS)
        daemon = self.daemon(
            harness.section("migrations", "app", path=path)
            + harness.environment("db", self.server.dsn(database), migrations="app",
                                  expect="snapshots:" + out))
        state = daemon.wait_state("db", "revision_mismatch")
        self.assertEqual(state["schema"]["status"], "in_sync")

    def test_usage(self):
        for arguments, said in (((), "takes one PATH"),
                                (("x",), "wants -o DIR"),
                                (("x", "-o", "y"), "wants --scratch DSN"),
                                (("x", "--timeout", "soon"), "soon is no duration")):
            done = program("build", *arguments)
            self.assertStatus(done, 64)
            self.assertIn(said, done.err)
        done = self.build("/nowhere", status=2)
        self.assertIn("there is no such file", done.err)
        done = program("build", "/tmp", "--scratch", "nonsense " + PASSWORD, "-o", "/tmp/x")
        self.assertStatus(done, 2)


class Files(BuildTest):
    """ddl:FILE."""
    SQL = USERS + "CREATE VIEW v AS SELECT name FROM users;"

    def test_sql(self):
        database = self.database(self.SQL)
        file = os.path.join(directory("ddl"), "structure.sql")
        with open(file, "wb") as f:
            f.write(self.server.dump(database, "--schema-only", "--no-owner",
                                     "--no-privileges"))
        os.chmod(file, 0o644)
        self.build("ddl:" + file)
        self.same("structure.sql", self.SQL)
        write(file, self.SQL + "CREATE TABLE alembic_version (version_num varchar(32) NOT"
              " NULL CONSTRAINT alembic_version_pkc PRIMARY KEY);"
              "INSERT INTO alembic_version VALUES ('abc');")
        self.build("ddl:" + file)
        self.same("abc", self.SQL)

    def test_dumps(self):
        """Owners and privileges of roles that are not there do no harm."""
        database = self.database(self.SQL + "CREATE ROLE of_the_app; ALTER TABLE users"
                                 " OWNER TO of_the_app; GRANT SELECT ON v TO of_the_app;")
        self.addCleanup(self.server.sql, "DROP OWNED BY of_the_app CASCADE; DROP ROLE of_the_app",
                        database)
        for form in ("-Fc", "-Ft"):
            file = os.path.join(directory("ddl"), "app.dump")
            with open(file, "wb") as f:
                f.write(self.server.dump(database, form))
            self.build("ddl:" + file)
            self.same("app.dump", self.SQL)

    def test_an_empty_one(self):
        """Where there is nothing afterwards, it was loaded elsewhere, or not at all."""
        other = self.database()
        self.server.sql("GRANT CREATE ON DATABASE %s TO builder" % other)
        self.addCleanup(self.server.sql, "DROP DATABASE %s" % other)
        file = write(os.path.join(directory("ddl"), "s.sql"), "CREATE SCHEMA s;")
        done = self.build("ddl:" + file, "--command", "psql -X -q -v ON_ERROR_STOP=1 -d"
                          " %s -f {file}" % other, status=2)
        self.assertEqual(self.server.sql("SELECT 1 FROM pg_namespace WHERE nspname = 's'",
                                         other).strip(), "1")
        self.assertIn("there is nothing in the database that was to be built", done.err)
        done = self.build("ddl:" + write(file, "-- none\n"), status=2)
        self.assertIn("there is nothing in the database", done.err)
        self.assertEqual(os.listdir(self.out), [])
        self.build("ddl:" + write(file, "CREATE SCHEMA s;"))

    def test_a_role_is_missing(self):
        file = write(os.path.join(directory("ddl"), "s.sql"),
                     self.SQL + "ALTER TABLE users OWNER TO nobody_here;")
        done = self.build("ddl:" + file, status=2)
        self.assertIn('role "nobody_here" does not exist', done.err)
        self.assertIn("--no-owner", done.err)
        self.assertEqual(os.listdir(self.out), [])
        done = self.build("ddl:/nowhere", status=2)
        self.assertEqual(self.databases(), [])
