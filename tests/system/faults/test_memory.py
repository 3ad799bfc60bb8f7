"""Memory runs out at any point: the program ends and says so, or what it says is right.

A library that fails its Nth allocation is loaded before the program.  An ordinary run tries
some; a long one each of them.  PGDRIFTD_TEST_SEED sets where the sample begins.
"""
import functools
import http.client
import os
import random
import resource
import signal
import subprocess
import unittest

from harness import (HERE, PROGRAM, call, directory, environ, environment, long, only_plain,
                     program, root, until, write)
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


@only_plain
class Limit(unittest.TestCase):
    """A real limit: whatever it is, a configuration is read whole or refused for memory."""
    # Those that an ordinary run has are the first.
    BLOCKS = {
        "one": "",
        "blocks": "".join('environment "e%d" { dsn = "host=h" head = { "a" } }\n' % i
                          for i in range(300)),
        "list": 'environment "e" { dsn = "host=h" schemas = { %s } }\n'
                % ", ".join(["a"] * 20000),
        "text": 'environment "e" { dsn = "host=h" password_command = "%s" }\n' % ("x" * 500000),
        "unknown": "".join('environment "e%d" { dsn = "host=h" hed%d = "a" }\n' % (i, i)
                           for i in range(40)),
    }

    def check(self, path, limit):
        def confine():
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        done = subprocess.run([PROGRAM, "config", "check", "-c", path], capture_output=True,
                              stdin=subprocess.DEVNULL, env=environ(), text=True,
                              timeout=60, check=False, preexec_fn=confine)
        return done.returncode, done.stdout + done.stderr

    def least(self, right, enough):
        """The least limit that is `right`, to 256 KiB."""
        low, high = 1 << 20, enough
        while high - low > 1 << 18:
            middle = (low + high) // 2
            low, high = (low, middle) if right(middle) else (middle, high)
        return high

    def test_of_the_address_space(self):
        for name in list(self.BLOCKS)[:long(2, None)]:
            blocks = self.BLOCKS[name]
            path = write(os.path.join(directory("limit"), "pgdriftd.conf"), blocks)
            whole = self.check(path, 1 << 28)
            self.assertIn(whole[0], (0, 78), whole)
            enough = self.least(lambda n: self.check(path, n) == whole, 1 << 28)
            # Below that the dynamic linker, or what libraries do at their start, fails.
            begun = self.least(lambda n: "out of memory" in self.check(path, n)[1] or
                               self.check(path, n) == whole, enough)
            self.assertGreater(enough, begun, name)
            step = max((enough - begun) // long(12, 2000), 4096)
            for limit in range(begun + (1 << 18), enough + 2 * step, step):
                status, said = self.check(path, limit)
                if (status, said) == whole:
                    continue
                self.assertIn(status, (78, -signal.SIGABRT), (name, limit, said))
                self.assertIn("out of memory", said, (name, limit))


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
        # libpq waits for ever where it cannot note the end of a query: a check later is
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
