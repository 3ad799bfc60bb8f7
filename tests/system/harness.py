"""What the system tests share: a private PostgreSQL, the program, and things between.

Everything runs on loopback and below one temporary directory, and ends with the run.
Nothing waits for a fixed time: until() looks again until a deadline.
"""
import atexit
import contextlib
import functools
import glob
import gzip
import http.client
import io
import itertools
import json
import os
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

try:
    from alembic.config import main as alembic_main
except ImportError:  # it is of another interpreter, or not there
    alembic_main = None

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "fixtures")
PROGRAM = os.environ.get("PGDRIFTD") or os.path.join(HERE, "../../build/pgdriftd")
PYTHON = "/usr/bin/python3"

# Roles of the private server.  What must never leave the program is easy to find.
PASSWORD = "s3cret-of-the-watcher"
WRONG_PASSWORD = "s3cret-but-wrong"
SECRETS = [PASSWORD, WRONG_PASSWORD]
WATCHER = "watcher"

# Status of a program that a sanitizer ended, so that it is never taken for a finding.
SANITIZER_STATUS = 99
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=%d" % SANITIZER_STATUS,
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=%d" % SANITIZER_STATUS,
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1:exitcode=%d" % SANITIZER_STATUS,
}
PATIENCE = float(os.environ.get("PGDRIFTD_TEST_PATIENCE", "30"))

# A long run (scripts/test --long, tests/system/run --long) takes minutes over what is only
# sampled in each change's.
LONG = bool(os.environ.get("PGDRIFTD_TEST_LONG"))


def long(ordinary, in_long_run):
    """How many, or for how many seconds: by the kind of run."""
    return in_long_run if LONG else ordinary


def only_long(case):
    """Mark a test or a class of tests that an ordinary run leaves out."""
    case.only_long = True
    return case


def only_plain(case):
    """Mark a test or a class of tests that preloads a library, before which a sanitizer
    would have to be loaded; a build without one runs it."""
    case.only_plain = True
    return case


def often_the_same(case):
    """Mark a class of many tests that lead through the same code with other data: an
    ordinary run has it without sanitizers alone, a long one with them as well."""
    case.often_the_same = True
    return case


def alone(case):
    """Mark a class of tests that measures what others beside it would spoil."""
    case.alone = True
    return case


def lengthy(case):
    """Mark a class of tests that takes the better part of a minute: it is begun before
    the others, so that nobody waits for it at the end."""
    case.lengthy = True
    return case


@functools.lru_cache(maxsize=None)
def is_sanitized():
    with open(PROGRAM, "rb") as f:
        text = f.read()
    return b"__asan" in text or b"__tsan" in text


_pause = threading.Event()
_started = set()


def _end_all():
    for process in _started:
        if process.poll() is None:
            process.kill()
            process.wait()


atexit.register(_end_all)


def started(process):
    """Note a process that runs beside the tests, so that it never outlives them."""
    _started.add(process)
    return process


def until(what, probe, seconds=None):
    """Call probe() until it gives something true, and return that."""
    deadline = time.monotonic() + (seconds or PATIENCE)
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain for " + what)
        _pause.wait(0.03)


# Below those that the kernel gives to connections (ip_local_port_range), or a client would
# take one between its choice and its use.  Each process has a slice of them of its own, or
# two would take the same one.
PORTS = range(10000, 32000)
SLICE = 100


@functools.lru_cache(maxsize=None)
def ports():
    """A slice that no other process has: it is whose that has bound its name, until it ends."""
    slices = [PORTS[i:i + SLICE] for i in range(0, len(PORTS), SLICE)]
    for slice_ in slices:
        holder = socket.socket(socket.AF_UNIX)
        try:
            holder.bind("\0pgdriftd-system-ports-%d" % slice_[0])
        except OSError:
            holder.close()
            continue
        atexit.register(holder.close)
        return itertools.cycle(slice_)
    raise AssertionError("all ports are given to other runs of the tests")


def free_port():
    for port in ports():
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def spacious(path, needed):
    """True if that is memory that holds so many bytes, and programs may be run there."""
    try:
        with open("/proc/meminfo") as f:
            left = dict(line.split()[:2] for line in f)["MemAvailable:"]
        there = os.statvfs(path)
    except (OSError, KeyError):
        return False
    return os.access(path, os.W_OK) and not there.f_flag & os.ST_NOEXEC and \
        min(int(left) * 1024, there.f_bavail * there.f_frsize) >= needed


@functools.lru_cache(maxsize=None)
def root():
    """The temporary directory of this run; goes away with it.  Each of some hundred
    databases is hundreds of files, which are made sooner in memory than on a disk."""
    path = tempfile.mkdtemp(prefix="pgdriftd-system.",
                            dir="/dev/shm" if spacious("/dev/shm", 16 << 30) else "/tmp")
    os.chmod(path, 0o711)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def directory(name, for_postgres=False):
    """A new directory below root()."""
    path = tempfile.mkdtemp(prefix=name + ".", dir=root())
    if for_postgres and os.geteuid() == 0:
        os.chown(path, pwd.getpwnam("postgres").pw_uid, -1)
        os.chmod(path, 0o711)
    return path


def write(path, text, mode=0o644):
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)
    return path


def as_postgres(*command):
    """PostgreSQL and PgBouncer refuse to run as root, and what writes their files may not;
    clients may be anybody."""
    if os.geteuid() == 0:
        return ["runuser", "-u", "postgres", "--", *command]
    return list(command)


def call(command, **keys):
    """Run to the end; the exit status has to be 0."""
    done = subprocess.run(command, stdin=keys.pop("stdin", subprocess.DEVNULL),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                          text=True, **keys)
    if done.returncode:
        raise AssertionError("%s: exit status %d\n%s%s" % (
            " ".join(map(str, command)), done.returncode, done.stdout, done.stderr))
    return done.stdout


@functools.lru_cache(maxsize=None)
def server_programs():
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not found:
        return call(["pg_config", "--bindir"]).strip()
    return os.path.dirname(max(found, key=lambda p: float(p.split("/")[4])))


# ------------------------------------------------------------------------ PostgreSQL

class Postgres:
    """One private server: trust on its Unix socket, passwords over TCP."""

    settings = {}

    def __init__(self):
        self.directory = directory("postgres", for_postgres=True)
        self.data = os.path.join(self.directory, "data")
        self.port = free_port()
        self.made = 0
        call(as_postgres(self.program("initdb"), "-D", self.data, "-U", "postgres", "-A",
                         "trust", "--no-sync", "--no-locale", "-E", "UTF8"))
        hba = ("local all all trust\nlocal replication all trust\n"
               "host all all 127.0.0.1/32 scram-sha-256\n")
        call(as_postgres("sh", "-c", 'printf %s "$1" >"$2"', "sh", hba,
                         os.path.join(self.data, "pg_hba.conf")))
        self.start()
        self.sql("CREATE ROLE %s LOGIN PASSWORD '%s'" % (WATCHER, PASSWORD))

    def program(self, name):
        return os.path.join(server_programs(), name)

    def start(self):
        options = {"port": self.port, "listen_addresses": "127.0.0.1",
                   "unix_socket_directories": self.directory, "fsync": "off",
                   "shared_buffers": "64MB", "max_wal_size": "256MB",
                   "min_wal_size": "32MB", "wal_level": "logical",
                   "autovacuum": "off", "max_prepared_transactions": 5,
                   **self.settings}
        call(as_postgres(self.program("pg_ctl"), "-s", "-w", "-D", self.data, "-l",
                         os.path.join(self.directory, "log"), "-o",
                         " ".join("-c %s=%s" % o for o in options.items()), "start"))
        atexit.register(self.stop)

    def stop(self, mode="immediate"):
        subprocess.run(as_postgres(self.program("pg_ctl"), "-s", "-w", "-D", self.data,
                                   "-m", mode, "stop"), cwd="/",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def psql_command(self, database, user="postgres"):
        return [self.program("psql"), "-qXAt", "-v", "ON_ERROR_STOP=1", "-h",
                self.directory, "-p", str(self.port), "-U", user, "-d", database]

    def sql(self, text, database="postgres", user="postgres"):
        """Run statements, each in a transaction of its own; what psql prints."""
        return call(self.psql_command(database, user), stdin=None, input=text)

    def session(self, database, user="postgres"):
        return Session(self.psql_command(database, user))

    def database(self, text=None, template="template0"):
        """A new database, filled by `text`; its name."""
        self.made += 1
        name = "t%d" % self.made
        self.sql("CREATE DATABASE %s TEMPLATE %s" % (name, template))
        if text:
            self.sql(text, name)
        return name

    def forget_databases(self):
        """Drop what was made; what cannot be dropped (a subscription is there) stays."""
        drops = self.sql("SELECT format('DROP DATABASE %I WITH (FORCE);', datname) "
                         "FROM pg_database WHERE datname ~ '^t[0-9]+$'")
        subprocess.run(self.psql_command("postgres") + ["-v", "ON_ERROR_STOP=0"], cwd="/",
                       input=drops.encode(), stderr=subprocess.DEVNULL, check=True)

    def dump(self, database, *options):
        """What pg_dump makes of it, as bytes: text would lose its carriage returns."""
        return subprocess.run(
            [self.program("pg_dump"), *options, "-h", self.directory, "-p",
             str(self.port), "-U", "postgres", database],
            cwd="/", check=True, stdout=subprocess.PIPE).stdout

    def copy(self, database):
        """A new database that is what pg_dump and psql make of this one."""
        name = self.database()
        subprocess.run(self.psql_command(name), cwd="/", check=True,
                       input=self.dump(database, "--schema-only"),
                       stdout=subprocess.DEVNULL)
        return name

    def dsn(self, database, user=WATCHER, host=None, port=None):
        return "host=%s port=%d dbname=%s user=%s" % (
            host or self.directory, port or self.port, database, user)


class Copy(Postgres):
    """A copy of all files of a running server: a server of its own, with the same system
    identifier."""

    options = []

    def __init__(self, original):
        self.directory = directory("copy", for_postgres=True)
        self.data = os.path.join(self.directory, "data")
        self.port = free_port()
        self.made = 0
        call(as_postgres(self.program("pg_basebackup"), "-h", original.directory, "-p",
                         str(original.port), "-U", "postgres", "-D", self.data, "-X",
                         "stream", "--checkpoint=fast", "--no-sync", *self.options))
        self.start()


class Session:
    """An open psql, to hold a transaction or a lock."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd="/",
                                        stdout=subprocess.PIPE, text=True)

    def run(self, text):
        """Returns when the server has done it."""
        self.process.stdin.write(text + ";\n\\echo done\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.strip() == "done":
                return "".join(lines)
            lines.append(line)
        raise AssertionError("the session ended: %s\n%s" % (text, "".join(lines)))

    def begin(self, text):
        """Returns at once, as the statement may have to wait."""
        self.process.stdin.write(text + ";\n")
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@functools.lru_cache(maxsize=None)
def postgres():
    """The server that all tests share; one that is stopped is a Postgres() of a test."""
    return Postgres()


def forget_databases():
    """Nobody needs any more what was made on the server that all tests share."""
    if postgres.cache_info().currsize:
        postgres().forget_databases()


def fixture(name):
    with open(os.path.join(FIXTURES, name), encoding="utf-8") as f:
        return f.read()


# -------------------------------------------------------------------------- Alembic

_alembic_runs = threading.Lock()


def alembic(*arguments):
    """What the command prints.  Its start takes longer than most of what it does, so it
    runs in this process, one at a time, where it can be had."""
    if not alembic_main or not _alembic_runs.acquire(blocking=False):
        return call(["alembic", *arguments],
                    env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            alembic_main(list(arguments), "alembic")
    except (Exception, SystemExit) as e:  # of a migration, or of Alembic
        raise AssertionError("alembic %s: %r\n%s" % (
            " ".join(arguments), e, said.getvalue())) from e
    finally:
        _alembic_runs.release()
    return said.getvalue()


class Alembic:
    """A project of Alembic's, whose revisions are SQL."""

    ENV = '''
from alembic import context
from sqlalchemy import create_engine, pool

options = context.get_x_argument(as_dictionary=True)
engine = create_engine(options["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection,
                      version_table_schema=options.get("schema"))
    with context.begin_transaction():
        context.run_migrations()
'''
    REVISION = '''"""made by a test"""
from alembic import op

revision = %r
down_revision = %r
branch_labels = None
depends_on = %r


def upgrade():
    op.execute(%r)


def downgrade():
    op.execute(%r)
'''

    def __init__(self, server):
        self.server = server
        self.path = directory("alembic")
        self.versions = os.path.join(self.path, "versions")
        os.mkdir(self.versions)
        self.ini = write(os.path.join(self.path, "alembic.ini"),
                         "[alembic]\nscript_location = %(here)s\n")
        write(os.path.join(self.path, "env.py"), self.ENV)

    def revision(self, revision, down, up="SELECT 1", back="SELECT 1", depends_on=None):
        return write(os.path.join(self.versions, revision + "_made.py"),
                     self.REVISION % (revision, down, depends_on, up, back))

    def run(self, database, *command, schema=None):
        url = "url=postgresql://postgres@/%s?host=%s&port=%d" % (
            database, self.server.directory, self.server.port)
        extra = ["-x", "schema=" + schema] if schema else []
        return alembic("-c", self.ini, "-x", url, *extra, *command)

    def upgrade(self, database, target="head"):
        self.run(database, "upgrade", target)
        self.server.sql("GRANT SELECT ON alembic_version TO " + WATCHER, database)


def line_of_revisions(server, count=5):
    """A project with `count` revisions in a row, each of which makes a table."""
    project = Alembic(server)
    ids = ["ca4653c80b38", "797c75afebae", "4d1f0b6c92e7", "e9428b9dd556",
           "ab2c1f16b0b3"][:count]
    for i, revision in enumerate(ids):
        project.revision(revision, ids[i - 1] if i else None,
                         "CREATE TABLE step%d (id integer PRIMARY KEY, name text)" % i,
                         "DROP TABLE step%d" % i)
    project.ids = ids
    return project


# ------------------------------------------------------------------------ the program

def check_output(text, what):
    """No report of a sanitizer, no secret."""
    if re.search(r"Sanitizer|runtime error:|Assertion .* failed", text):
        raise AssertionError("%s:\n%s" % (what, text))
    for secret in SECRETS:
        if secret in text:
            raise AssertionError("%s says a secret:\n%s" % (what, text))


def environ(extra=None):
    """What the program runs in: nothing of the caller's PG… or PGDRIFTD_…."""
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("PG") and k not in ("NO_COLOR", "NOTIFY_SOCKET")}
    return {**kept, **SANITIZERS, "TZ": "UTC", "LC_ALL": "C.UTF-8", **(extra or {})}


class Result:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return "exit status %d\n%s%s" % (self.status, self.out, self.err)


def program(*arguments, env=None, cwd="/", stdin=""):
    """Run the program to its end."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="surrogateescape", cwd=cwd, env=environ(env),
                          timeout=PATIENCE * 4)
    what = "pgdriftd " + " ".join(map(str, arguments))
    check_output(done.stdout, what)
    check_output(done.stderr, what)
    if done.returncode < 0 or done.returncode == SANITIZER_STATUS:
        raise AssertionError("%s: ended by %d\n%s" % (what, done.returncode, done.stderr))
    return Result(done)


def quoted(value):
    """A value as the configuration file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "{ %s }" % ", ".join(map(quoted, value)) if value else "{}"
    if isinstance(value, int):
        return str(value)
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')


def section(block, title=None, **keys):
    """A dict is a block within it."""
    name = block if title is None else "%s %s" % (block, quoted(title))
    return "%s {\n%s}\n" % (name, "".join(
        section(k, **v) if isinstance(v, dict) else "  %s = %s\n" % (k, quoted(v))
        for k, v in keys.items()))


def environment(name, dsn, **keys):
    return section("environment", name, **{"dsn": dsn, **keys})


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.raw = status, headers, body
        self.body = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" \
            else body

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.text)

    def __repr__(self):
        return "%d %s" % (self.status, self.body[:2000])


def timeless(schema, times=("last_seen_at",)):
    """What is found, whenever a check saw it last."""
    return {**schema, "items": schema["items"] and [
        {k: v for k, v in item.items() if k not in times} for item in schema["items"]]}


class Daemon:
    """`pgdriftd serve` with a configuration of its own, ready to be asked."""

    def __init__(self, config, service=None, ready=True, env=None, http_keys=None):
        self.directory = directory("daemon")
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.file = os.path.join(self.directory, "pgdriftd.conf")
        self.head = section("service", **{
            "interval": "300ms", "jitter": "0%", "log_format": "logfmt",
            "state_dir": os.path.join(self.directory, "state"), **(service or {})
        }) + section("http", listen=["127.0.0.1:%d" % self.port], **(http_keys or {}))
        os.mkdir(os.path.join(self.directory, "state"))
        self.configure(config)
        self.log_file = os.path.join(self.directory, "log")
        self.process = None
        self.start(ready, env)

    def configure(self, config):
        write(self.file, self.head + config)

    def start(self, ready=True, env=None):
        with open(self.log_file, "ab") as log:
            self.process = started(subprocess.Popen(
                [PROGRAM, "serve", "-c", self.file], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=self.directory, env=environ(env)))
        try:
            until("the daemon to listen", self.listening)
            if ready:
                until("/readyz", lambda: self.get("/readyz").status == 200)
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise
        return self

    def listening(self):
        if self.process.poll() is not None:
            raise AssertionError("the daemon ended with %d\n%s" % (
                self.process.returncode, self.log()))
        try:
            return self.get("/healthz").status
        except OSError:
            return None

    def stop(self, sig=signal.SIGTERM):
        """End it, and look at how it ended; once."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(sig)
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("the daemon does not end\n" + self.log()) from None
        check_output(self.log(), "the log")
        if status != 0:
            raise AssertionError("exit status %d\n%s" % (status, self.log()))

    def kill(self):
        """As the machine would that loses its power."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def store(self, statement, *values):
        """Rows of the store of one that does not run, or what changes them."""
        path = os.path.join(self.directory, "state", "pgdriftd.db")
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            return database.execute(statement, values).fetchall()

    def reload(self, config=None):
        """SIGHUP, and wait until it has been taken or refused; the new lines."""
        before = len(self.log())
        if config is not None:
            self.configure(config)
        self.process.send_signal(signal.SIGHUP)
        until("the reload", lambda: re.search("configuration is (loaded|refused)",
                                              self.log()[before:]))
        return self.log()[before:]

    def written(self):
        """True once what it has said is in its log: the thread that writes has no more."""
        pid = self.process.pid if self.process else 0
        for task in glob.glob("/proc/%d/task/*/stat" % pid):
            try:
                with open(task, encoding="utf-8") as f:
                    stat = f.read()
            except OSError:
                continue  # has ended
            if int(stat.split()[0]) != pid and stat.rpartition(")")[2].split()[0] in "RD":
                return False
        return True

    def log(self):
        # Other threads may be busy as well: no test is to fail for those.
        with contextlib.suppress(AssertionError):
            until("the log to be written", self.written, 1)
        with open(self.log_file, encoding="utf-8", errors="replace") as f:
            return f.read()

    def log_records(self):
        return [logfmt(line) for line in self.log().splitlines()]

    def get(self, path, headers=None, method="GET", timeout=10):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            response = Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        check_output(response.body.decode("utf-8"), path)
        return response

    def json(self, path):
        response = self.get(path)
        if response.status != 200:
            raise AssertionError("%s: %r" % (path, response))
        return response.json()

    def environment(self, name):
        """The environment's part of /status/NAME."""
        document = self.json("/status/" + name)
        found = document.get("environments")
        return found[0] if found else document

    def metrics(self):
        return samples(self.get("/metrics").text)

    def metric(self, name, **labels):
        """The value of one sample, None if it is absent."""
        return self.metrics().get((name, frozenset(labels.items())))

    def checks(self, name):
        return int(self.metric("pgdriftd_checks_total", environment=name) or 0)

    def after_checks(self, name, count=1):
        """Wait until `count` checks more have been begun and ended."""
        # One may be under way, so the first of them says nothing.
        goal = self.checks(name) + count + 1
        until("%d checks of %s" % (count, name), lambda: self.checks(name) >= goal)
        return self.environment(name)

    def wait_state(self, name, state, seconds=None):
        def reached():
            found = self.environment(name)
            return found if found["state"] == state else None
        try:
            return until("%s to be %s" % (name, state), reached, seconds)
        except AssertionError as e:
            raise AssertionError("%s\n%s\n%s" % (
                e, json.dumps(self.environment(name), indent=1), self.log())) from None


LOGFMT = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)=("(?:[^"\\]|\\.)*"|[^" ]*)(?: |$)')


class TlsDaemon(Daemon):
    """Its port is asked for nothing but whether it is open."""

    def __init__(self, cert, config, **keys):
        self.cert = cert
        super().__init__(config, ready=False, **keys)

    def listening(self):
        if self.process.poll() is not None:
            return super().listening()
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False


def logfmt(line):
    """The fields of a line in order; a line that is not logfmt fails the test."""
    fields, at = {}, 0
    while at < len(line):
        m = LOGFMT.match(line, at)
        if not m:
            raise AssertionError("not logfmt: " + line)
        value = m.group(2)
        fields[m.group(1)] = json.loads(value) if value[:1] == '"' else value
        at = m.end()
    return fields


SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


def samples(text):
    """A page of metrics as {(name, labels): value}."""
    found = {}
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        m = SAMPLE.match(line)
        if not m:
            raise AssertionError("not a sample: " + line)
        key = m.group(1), frozenset(LABEL.findall(m.group(2) or ""))
        if key in found:
            raise AssertionError("twice: " + line)
        found[key] = float(m.group(3))
    return found


# ------------------------------------------------------------------- things in between

class Proxy:
    """A TCP proxy that can break: `mode` is pass, silent (takes what comes and never
    answers) or refuse (hangs up at once)."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.mode = "pass"
        self.delay = 0.0
        self.silent_after = None  # pieces from the server, of each connection
        # How often a client spoke after the server had: the round trips waited for.
        self.turns = self.bytes = 0
        self.withheld = 0  # pieces from the server that no client got
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.open = set()  # of the connections that neither side has ended
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.mode == "refuse":
                client.close()
                continue
            if self.mode == "silent":
                self.keep(client)
                continue
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            self.keep(client, server)
            last = {"speaker": server, "answers": 0}
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(a, b, last, a is client),
                                 daemon=True).start()

    def keep(self, *sockets):
        with self.lock:
            self.open.update(sockets)

    def pump(self, source, sink, last, is_client):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                self.bytes += len(data)
                self.turns += is_client and last["speaker"] is not source
                last["speaker"] = source
                last["answers"] += not is_client
                if self.mode == "silent" or (self.silent_after is not None and
                                             last["answers"] > self.silent_after):
                    self.withheld += not is_client
                    continue
                if self.delay:
                    _pause.wait(self.delay)
                sink.sendall(data)
        except OSError:
            pass
        with self.lock:
            self.open.difference_update((source, sink))
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Hang up on everybody, now."""
        with self.lock:
            sockets, self.open = self.open, set()
        for s in sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    def close(self):
        self.listener.close()
        self.cut()


class PgBouncer:
    """Pooling (by transaction, or as `mode` says) with one server connection a database, and nothing that its
    defaults would refuse let through."""

    def __init__(self, server, mode="transaction"):
        self.directory = directory("pgbouncer", for_postgres=True)
        self.port = free_port()
        users = os.path.join(self.directory, "users")
        write(users, '"%s" "%s"\n' % (WATCHER, PASSWORD))
        config = os.path.join(self.directory, "pgbouncer.ini")
        write(config, """[databases]
* = host=%s port=%d
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = %s
default_pool_size = 1
max_client_conn = 50
server_reset_query =
logfile = %s/log
""" % (server.directory, server.port, self.port, users, mode, self.directory))
        self.process = started(subprocess.Popen(
            as_postgres(shutil.which("pgbouncer") or "/usr/sbin/pgbouncer", "-q", config),
            cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL))
        until("PgBouncer to listen", self.listening)

    def listening(self):
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False

    def close(self):
        self.process.terminate()
        self.process.wait()


# -------------------------------------------------------------------------- test cases

class SystemTest(unittest.TestCase):
    """A test with the shared server, or another one; what it starts ends with it."""

    maxDiff = None
    which_server = staticmethod(postgres)

    def setUp(self):
        self.server = self.which_server()

    def daemon(self, config, **keys):
        daemon = Daemon(config, **keys)
        self.addCleanup(daemon.stop)
        return daemon

    def database(self, text=None):
        return self.server.database(text)

    def stamped(self, *revisions, text=""):
        """A database with a version table that the watching role may read."""
        rows = "".join("INSERT INTO alembic_version VALUES ('%s');" % r for r in revisions)
        return self.database(
            text + ";CREATE TABLE alembic_version (version_num varchar(32) NOT NULL"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY);" + rows +
            "GRANT SELECT ON alembic_version TO " + WATCHER)

    def session(self, database, user="postgres"):
        session = self.server.session(database, user)
        self.addCleanup(session.close)
        return session

    def config(self, *parts):
        """A configuration file for one-shot commands; its path."""
        return write(os.path.join(directory("config"), "pgdriftd.conf"), "".join(parts))

    def assertStatus(self, result, status):
        self.assertEqual(result.status, status, repr(result))
