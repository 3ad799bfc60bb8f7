"""Nothing stands in the way of the loop: neither what it writes to, nor who asks it."""
import base64
import fcntl
import functools
import os
import re
import shutil
import socket
import subprocess
import threading

import harness
from harness import (PASSWORD, PROGRAM, SystemTest, environ, environment, only_plain,
                     program, started, until)
from shop import Shop

F_SETPIPE_SZ = 1031

UNREACHABLE = "host=127.0.0.1 port=1 dbname=none"


class Piped(harness.Daemon):
    """Its standard error is a small pipe, which is read from when listen() is called."""

    def start(self, ready=True, env=None):
        self.text = ""
        self.reader, writer = os.pipe()
        fcntl.fcntl(writer, F_SETPIPE_SZ, 4096)
        with open(writer, "wb") as log:
            self.process = started(subprocess.Popen(
                [PROGRAM, "serve", "-c", self.file], stdin=subprocess.DEVNULL, stderr=log,
                cwd=self.directory, env=environ(env)))
        until("the daemon to listen", self.listening)
        return self

    def listen(self):
        def run():
            with open(self.reader, encoding="utf-8", errors="replace") as f:
                for line in f:
                    self.text += line
        threading.Thread(target=run, daemon=True).start()

    def log(self):
        return self.text


class Full(Piped):
    """Its standard error takes nothing."""

    def start(self, ready=True, env=None):
        self.text = ""
        with open("/dev/full", "wb") as log:
            self.process = started(subprocess.Popen(
                [PROGRAM, "serve", "-c", self.file], stdin=subprocess.DEVNULL, stderr=log,
                cwd=self.directory, env=environ(env)))
        until("the daemon to listen", self.listening)
        return self


class Log(SystemTest):
    def test_nobody_reads_it(self):
        wrong = "".join(environment("e%d" % i, UNREACHABLE, interval=1000 * "no")
                        for i in range(30))
        daemon = Piped(environment("one", UNREACHABLE))
        self.addCleanup(daemon.stop)
        daemon.configure(wrong)

        def lost():
            # A process of before stood in write() and heard no signal.
            daemon.process.send_signal(harness.signal.SIGHUP)
            self.assertEqual(daemon.get("/healthz").status, 200)
            return daemon.metric("pgdriftd_log_lines_lost_total")

        until("lines to be lost", lost)
        daemon.listen()
        until("the gap to be said", lambda: re.search(
            r'level=warn msg="(\d+) lines? w\w+ lost here: .*" lost=\1\n', daemon.log()))
        daemon.configure(environment("one", UNREACHABLE))
        daemon.process.send_signal(harness.signal.SIGHUP)
        until("the reload", lambda: daemon.metric(
            "pgdriftd_config_last_reload_successful") == 1)
        until("all gaps to be said", lambda: sum(map(int, re.findall(
            r" lost=(\d+)\n", daemon.log()))) == daemon.metric(
                "pgdriftd_log_lines_lost_total"))
        for line in daemon.log().splitlines():
            harness.logfmt(line)

    def test_it_ends_although_nobody_reads(self):
        daemon = Piped("".join(environment("e%d" % i, UNREACHABLE) for i in range(60)))
        until("more than the pipe holds to be said",
              lambda: daemon.get("/readyz").status == 200)
        daemon.stop()

    def test_a_full_disk(self):
        daemon = Full(environment("one", UNREACHABLE))
        self.addCleanup(daemon.stop)
        until("lines to be counted",
              lambda: daemon.metric("pgdriftd_log_lines_lost_total"))


def basic(name, password):
    pair = base64.b64encode(("%s:%s" % (name, password)).encode()).decode()
    return {"Authorization": "Basic " + pair}


@harness.alone
class Passwords(SystemTest):
    # "right", of a high cost.
    HASH = "$2b$12$abcdefghijklmnopqrstuu3ZNTWactmkRXVB8K.1w4IlxX.O8lI12"

    def test_guesses_hold_nobody(self):
        """They spend time of a processor, of which others would leave them too little."""
        where = harness.directory("users")
        users = harness.write(os.path.join(where, "users"), "ann:%s\n" % self.HASH)
        daemon = self.daemon(
            environment("one", self.server.dsn(self.database())),
            http_keys={"users_file": users})
        good = basic("ann", "right")
        self.assertEqual(daemon.get("/status", good).status, 200)
        answers, over = [], threading.Event()

        def guess(who):
            n = 0
            while not over.is_set():
                n += 1
                answers.append(daemon.get("/status", basic("ann", "%d-%d" % (who, n)),
                                          timeout=60).status)

        threads = [threading.Thread(target=guess, args=(i,)) for i in range(4)]
        for t in threads:
            t.start()
        try:
            begun = len(answers)
            until("guesses to be refused", lambda: 429 in answers[begun:])
            for _ in range(20):
                # Neither waits for a hash, nor is refused.
                self.assertEqual(daemon.get("/healthz").status, 200)
                self.assertEqual(daemon.get("/status", good).status, 200)
        finally:
            over.set()
            for t in threads:
                t.join()
        self.assertIn(401, answers)
        self.assertEqual(set(answers), {401, 429})
        failed = [v for (name, _), v in harness.samples(
            daemon.get("/metrics", good).text).items()
            if name == "pgdriftd_check_failures_total"]
        self.assertEqual(sum(failed), 0)


class Logins(SystemTest):
    # A server chooses how often a password is hashed: of this, for half an hour.
    VERIFIER = "SCRAM-SHA-256$2147483647:c2FsdA==$%s:%s" % (("A" * 43 + "=",) * 2)

    def test_iterations_hold_nobody(self):
        """Each of more servers than there are threads asks for as many as there can be."""
        many = 3
        # Given a verifier, CREATE ROLE would look at once whether it is of "".
        self.server.sql("CREATE ROLE costly LOGIN; SET allow_system_table_mods = on;"
                        "UPDATE pg_authid SET rolpassword = '%s' WHERE rolname = 'costly'"
                        % self.VERIFIER)
        database = self.stamped("a1", text="CREATE TABLE t (id integer)")
        config = ""
        for i in range(many):
            proxy = harness.Proxy("127.0.0.1", self.server.port)
            self.addCleanup(proxy.close)
            config += environment("costly%d" % i, self.server.dsn(
                database, user="costly", host="127.0.0.1", port=proxy.port) +
                " password=x", connect_timeout="2s", interval="20s")
        config += environment("free", self.server.dsn(database, host="127.0.0.1") +
                              " password=" + PASSWORD, head=["a1"])
        daemon = self.daemon(config, ready=False)
        def error(i):
            return daemon.environment("costly%d" % i)["check"]["error"] or ""
        for i in range(many):
            until("the time that a login may take", lambda: "takes longer" in error(i))
        daemon.wait_state("free", "in_sync")
        checked = daemon.environment("free")["check"]["last_at"]
        until("the other one to be checked", lambda: daemon.environment("free")["check"][
            "last_at"] > checked)
        self.assertEqual(daemon.environment("free")["state"], "in_sync")
        daemon.get("/check/costly0", method="POST")
        until("the next check", lambda: "still being calculated" in error(0))


class Metrics(SystemTest):
    def test_clients_that_do_not_read_share_one_page(self):
        daemon = self.daemon("".join(environment("e%d" % i, UNREACHABLE)
                                     for i in range(200)))

        def resident():
            return daemon.metric("process_resident_memory_bytes")

        clients = []
        size = len(daemon.get("/metrics").raw)
        before = resident()
        for _ in range(60):
            client = socket.socket()
            self.addCleanup(client.close)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", daemon.port))
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n")
            clients.append(client)
        for _ in range(20):
            self.assertEqual(daemon.get("/healthz").status, 200)
        # Each has one of few, not one of its own.
        if not harness.is_sanitized():
            self.assertLess(resident() - before, 30 * size)


class Signals(SystemTest):
    def test_most_mean_nothing(self):
        daemon = self.daemon(environment("one", UNREACHABLE), ready=False)
        for name in ("SIGALRM", "SIGVTALRM", "SIGPROF", "SIGPIPE", "SIGXFSZ", "SIGIO",
                     "SIGPWR", "SIGRTMIN", "SIGRTMAX"):
            daemon.process.send_signal(getattr(harness.signal, name))
            self.assertEqual(daemon.get("/healthz").status, 200, name)

    def test_usr1_says_how_all_is(self):
        daemon = self.daemon(environment("one", UNREACHABLE) +
                             environment("two", UNREACHABLE))
        daemon.process.send_signal(harness.signal.SIGUSR1)
        until("a summary", lambda: "2 environments, 2 unknown" in daemon.log() and
              "two is unknown" in daemon.log())

    def test_before_anything_runs(self):
        """None of them ends a daemon that starts."""
        config = self.config(
            harness.section("http", listen=["127.0.0.1:%d" % harness.free_port()]),
            environment("one", UNREACHABLE))
        process = started(subprocess.Popen(
            [PROGRAM, "serve", "--state-dir", "", "-c", config], stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environ()))
        self.addCleanup(process.kill)
        status = "/proc/%d/status" % process.pid

        def begun():  # others may have been ignored before, as a shell's are behind an &
            with open(status, encoding="ascii") as f:
                ignored = int(re.search(r"SigIgn:\s*(\w+)", f.read()).group(1), 16)
            return ignored >> (harness.signal.SIGALRM - 1) & 1

        until("the start", begun)
        for name in ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM"):
            process.send_signal(getattr(harness.signal, name))
        process.send_signal(harness.signal.SIGTERM)
        self.assertIn(process.wait(harness.PATIENCE), (0, -harness.signal.SIGTERM))


class Reloads(SystemTest):
    def test_one_is_pending_at_most(self):
        daemon = self.daemon("".join(environment("e%d" % i, UNREACHABLE)
                                     for i in range(100)), ready=False)
        before = daemon.log().count("onfiguration")
        for i in range(1000):
            daemon.process.send_signal(harness.signal.SIGHUP)
            if i % 100 == 0:
                self.assertEqual(daemon.get("/healthz").status, 200)
        # The last that was asked for comes, by what the file says then.
        daemon.configure(environment("last", UNREACHABLE))
        daemon.process.send_signal(harness.signal.SIGHUP)
        until("the last reload", lambda: len(daemon.json("/status")["environments"]) == 1)
        self.assertLess(daemon.log().count("onfiguration") - before, 500)

    def test_what_needs_a_restart_is_what_does_not_run(self):
        one = environment("one", UNREACHABLE)
        daemon = self.daemon(one, ready=False)
        head = daemon.head
        self.assertEqual(daemon.json("/version")["restart_needed"], [])
        daemon.head = head.replace(
            "http {", "http {\n  max_connections = 7\n")
        self.assertIn("max_connections", daemon.reload(one))
        # It is the same file as before, and still not what runs.
        self.assertIn("http.max_connections is not what runs", daemon.reload())
        self.assertEqual(daemon.json("/version")["restart_needed"],
                         ["http.max_connections"])
        daemon.head = head
        self.assertNotIn("max_connections", daemon.reload(one))
        self.assertEqual(daemon.json("/version")["restart_needed"], [])


class Catalogs(SystemTest):
    """Large catalogs are put together beside each other, and beside the loop."""

    # Few, and yet more than a megabyte.
    TABLES = """DO $$ BEGIN FOR i IN 1..150 LOOP EXECUTE format(
        'CREATE TABLE t%s (id int PRIMARY KEY, a text DEFAULT %L, b text DEFAULT %L)',
        i, repeat('x', 9000), repeat('y', 9000)); END LOOP; END $$"""

    def test_threads_work_side_by_side(self):
        ref, *databases = [self.database(self.TABLES + more) for more in (
            "", "", "; ALTER TABLE t7 ADD h int")]
        config = environment("ref", self.server.dsn(ref)) + "".join(
            environment("e%d" % i, self.server.dsn(databases[i % 2]), expect="environment:ref")
            for i in range(4))
        daemon = self.daemon(config, service={"workers": 3}, ready=False)
        daemon.head = daemon.head.replace("workers = 3", "workers = 1")
        daemon.reload(config)  # while they are read
        for i in range(4):
            daemon.wait_state("e%d" % i, "drifted" if i % 2 else "in_sync")
        daemon.head = daemon.head.replace("workers = 1", "workers = 4")
        daemon.reload(config.replace("dsn = \"", "dsn = \"connect_timeout=9 "))
        self.assertEqual(daemon.json("/version")["restart_needed"], [])
        daemon.stop()  # in the middle of it


@functools.lru_cache(maxsize=None)
def holding():
    path = os.path.join(harness.root(), "held.so")
    harness.call(["cc", "-O2", "-shared", "-fPIC", "-o", path,
                  os.path.join(harness.HERE, "faults", "held.c")])
    return path


@only_plain
class Disk(Shop):
    """A file system that does not answer holds the verdicts on what it has, no more."""

    def test_it_hangs(self):
        where = harness.directory("held")
        path = harness.write(os.path.join(where, "gate"), "")
        gate = self.enterContext(open(path, encoding="ascii"))
        fcntl.flock(gate, fcntl.LOCK_EX)
        versions = os.path.join(where, "disk", "versions")
        shutil.copytree(self.project.versions, versions)
        snapshot = os.path.join(where, "disk", "dev.json")
        self.assertStatus(program("snapshot", "-o", snapshot, self.server.dsn(self.dev)), 0)
        database = self.at(self.ids[-2])
        one = environment("free", self.server.dsn(self.dev), head=[self.ids[-1]])
        held = self.migrations(path=versions) + environment(
            "held", self.server.dsn(database), migrations="shop",
            expect="snapshot:" + snapshot)
        daemon = self.daemon(one + held, ready=False, env={
            "LD_PRELOAD": holding(), "PGDRIFTD_TEST_GATE": path,
            "PGDRIFTD_TEST_HELD": os.path.join(where, "disk")})
        daemon.wait_state("free", "in_sync")
        self.assertEqual(daemon.environment("held")["check"]["status"], "not_checked")
        self.assertIn("for the first time", daemon.json("/migrations/shop")["error"])
        fcntl.flock(gate, fcntl.LOCK_UN)
        daemon.wait_state("held", "revision_mismatch")
        # And again, while it looks whether something has changed, and at a reload.
        fcntl.flock(gate, fcntl.LOCK_EX)
        self.project.upgrade(database, "head")
        daemon.wait_state("free", "in_sync")
        checked = daemon.environment("free")["check"]["last_at"]
        until("the others to be checked", lambda: daemon.environment("free")["check"][
            "last_at"] > checked)
        self.assertEqual(daemon.get("/healthz").status, 200)
        self.assertEqual(daemon.environment("held")["state"], "revision_mismatch")
        daemon.reload(one + held.replace("migrations \"shop\" {",
                                         "migrations \"shop\" {\n  recursive = true\n"))
        self.assertEqual(daemon.metric("pgdriftd_config_last_reload_successful"), 1)
        self.assertEqual(daemon.environment("held")["state"], "revision_mismatch")
        fcntl.flock(gate, fcntl.LOCK_UN)
        daemon.wait_state("held", "in_sync")


if __name__ == "__main__":
    harness.unittest.main()
