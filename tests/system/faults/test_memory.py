"""Memory runs out at any point: the program ends and says so, or what it says is right.

A library that fails its Nth allocation is loaded before the program.  An ordinary run tries
some; a long one each of them.  PGDRIFTD_TEST_SEED sets where the sample begins.
"""
import functools
import http.client
import os
import random
import signal
import subprocess
import unittest

from harness import (HERE, PROGRAM, call, directory, environ, environment, long, only_plain,
                     program, root, until)
from shop import Shop

SEED = int(os.environ.get("PGDRIFTD_TEST_SEED", "1"))
# What a library says that does not hand on a failed allocation; all end by abort().
LAST_WORDS = ("pgdriftd: out of memory", "nss_database.c")


@functools.lru_cache(maxsize=None)
def library():
    path = os.path.join(root(), "failing.so")
    call(["cc", "-O2", "-shared", "-fPIC", "-o", path,
          os.path.join(HERE, "faults", "failing.c")])
    return path


def run(*arguments, **variables):
    """Run the program to its end, with PGDRIFTD_TEST_FAIL_…."""
    return subprocess.run(
        [PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd="/", timeout=60, check=False,
        env=environ({"LD_PRELOAD": library(), **variables}))


@only_plain
class Memory(Shop):
    def setUp(self):
        super().setUp()
        self.count_file = os.path.join(directory("count"), "count")

    def count(self):
        with open(self.count_file, encoding="ascii") as f:
            return int(f.read())

    def loading(self, config):
        """How many allocations a configuration takes: libConfuse looks at none of its own."""
        run("config", "check", "-c", config, PGDRIFTD_TEST_FAIL_COUNT=self.count_file)
        return self.count()

    def points(self, first, last, n):
        """Those to fail: each, or a sample that is spread over all of them."""
        if n >= last - first:
            return range(first, last)
        step = (last - first) / n
        start = random.Random(SEED).random()
        return [first + int((i + start) * step) for i in range(n)]

    def assertEnded(self, status, err, at):
        """It did not get over it: then it has said so."""
        self.assertEqual(status, -signal.SIGABRT, "allocation %d:\n%s" % (at, err))
        self.assertTrue(any(w in err for w in LAST_WORDS), "allocation %d:\n%s" % (at, err))


class Check(Memory):
    def test_a_single_check(self):
        path = os.path.join(directory("expected"), "dev.json")
        self.assertStatus(program("snapshot", "-o", path, self.server.dsn(self.dev)), 0)
        config = self.config(self.migrations(), environment(
            "env", self.server.dsn(self.at(change="DROP TABLE step4")), migrations="shop",
            expect="snapshot:" + path))
        check = ("check", "-c", config, "env")
        whole = run(*check, PGDRIFTD_TEST_FAIL_COUNT=self.count_file)
        self.assertEqual(whole.returncode, 1, whole)
        self.assertIn("drifted (", whole.stdout)
        last, said = self.count(), set()
        first = self.loading(config)
        for at in self.points(first, last, long(16, last)):
            # One that fails alone, and one from which on all do.
            done = run(*check, PGDRIFTD_TEST_FAIL_AT=str(at),
                       **({"PGDRIFTD_TEST_FAIL_ALL": "1"} if at % 2 else {}))
            said.add(done.returncode)
            if done.returncode == 1:
                self.assertIn("drifted (", done.stdout, at)
            elif done.returncode == 2:
                self.assertRegex(done.stdout + done.stderr, "unknown|memory", at)
            elif done.returncode == 78:
                self.assertIn("memory", done.stderr, at)
            else:
                self.assertEnded(done.returncode, done.stderr, at)
        self.assertIn(-signal.SIGABRT, said)


class Serve(Memory):
    def begin(self, **variables):
        """Start it; as far as it gets."""
        self.before = len(self.running.log())
        try:
            self.running.start(ready=False, env={"LD_PRELOAD": library(), **variables})
        except (AssertionError, OSError):
            pass
        return self.running.process

    def ask(self, process, at=None):
        """Until it has said all, or has ended."""
        def asked():
            try:
                return process.poll() is not None or (
                    self.running.environment("env")["state"] == "drifted" and
                    all(self.running.get(path).status == 200
                        for path in ("/", "/metrics", "/status", "/history")))
            except (OSError, http.client.HTTPException):
                return False
        try:
            until("the daemon to answer, or to end", asked)
        except AssertionError as e:
            raise AssertionError("allocation %s: %s\n%s" % (
                at, e, self.running.log()[self.before:])) from None

    def end(self, process):
        """Its exit status and what it has logged."""
        process.terminate()
        status = process.wait(60)
        self.running.process = None
        return status, self.running.log()[self.before:]

    def test_a_daemon_that_is_asked(self):
        path = os.path.join(directory("expected"), "dev.json")
        self.assertStatus(program("snapshot", "-o", path, self.server.dsn(self.dev)), 0)
        # libpq waits for ever where it cannot note the end of a pipeline: a check later is
        # soon enough.
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.at(change="DROP TABLE step4")), migrations="shop",
            expect="snapshot:" + path, check_timeout="5s"))
        self.running.stop()
        process = self.begin(PGDRIFTD_TEST_FAIL_COUNT=self.count_file)
        self.ask(process)
        status, log = self.end(process)
        self.assertEqual(status, 0, log)
        last, ended = self.count(), 0
        for at in self.points(self.loading(self.running.file), last, long(10, last)):
            process = self.begin(PGDRIFTD_TEST_FAIL_AT=str(at),
                                 **({"PGDRIFTD_TEST_FAIL_ALL": "1"} if at % 2 else {}))
            self.ask(process, at)
            status, log = self.end(process)
            if status < 0:
                self.assertEnded(status, log, at)
                ended += 1
            elif status:
                self.assertIn("memory", log, at)
        self.assertGreater(ended, 0)


if __name__ == "__main__":
    unittest.main()
