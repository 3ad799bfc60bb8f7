"""What a path leads to: a FIFO that nobody writes to, a device, nothing."""

import os
import subprocess
import tempfile
import unittest

from harness import PROGRAM, environ, environment
from shop import Shop


def run(*args, stdin=subprocess.DEVNULL, shell=None, env=None):
    return subprocess.run(shell or [PROGRAM, *args], stdin=stdin, env=env, capture_output=True,
                          text=True, timeout=20, check=False)


class Files(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = scratch.name
        self.fifo = self.path("fifo")
        os.mkfifo(self.fifo)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def refused(self, conf, *words):
        """`config check` and `serve` refuse it alike, in no time."""
        for command in (["config", "check"], ["serve"]):
            result = run("-c", conf, *command)
            self.assertEqual(result.returncode, 78, result.stderr)
            for word in words:
                self.assertIn(word, result.stderr)

    def test_main_file(self):
        self.refused(self.fifo, "it is a FIFO")
        self.refused("/dev/zero", "it is a device")
        self.refused(self.dir, "it is a directory")
        os.symlink("loop", self.path("loop"))
        self.refused(self.path("loop"), "symbolic links")

    def test_large(self):
        conf = self.write("pgdriftd.conf", "# ")
        os.truncate(conf, 1 << 40)
        self.refused(conf, "it is larger than 4 MiB")

    def test_in_conf_d(self):
        conf = self.write("pgdriftd.conf", "service { environments = none }\n")
        os.mkdir(self.path("conf.d"))
        os.rename(self.fifo, self.path("conf.d/x.conf"))
        self.refused(conf, "conf.d/x.conf", "it is a FIFO")

    def test_of_http(self):
        for key in ("users_file", "cert_file"):
            other = 'key_file = "fifo"\n' if key == "cert_file" else ""
            conf = self.write("pgdriftd.conf", 'service { environments = none\nstate_dir = "" }\n'
                              f'http {{\nlisten = "127.0.0.1:0"\n{key} = "fifo"\n{other}}}\n')
            self.refused(conf, "fifo", "it is a FIFO")

    def test_of_libpq(self):
        """Files that libpq opens itself; what it does not wait for is not refused."""
        dsn = "host=127.0.0.1 port=1 user=u dbname=d "
        with_services = {"PGSERVICE": "x", "PGSERVICEFILE": self.fifo}
        for text, variables, word in (
                (dsn + "sslrootcert=" + self.fifo, {}, "it is a FIFO"),
                (dsn, with_services, "it is a FIFO"),
                ("pasword=x", with_services, "invalid connection option"),
                (dsn + "passfile=" + self.fifo, {}, "Connection refused"),
                (dsn + "passfile=/dev/null", {}, "Connection refused"),
                (dsn, {"PGSERVICEFILE": "/dev/null"}, "Connection refused")):
            result = run("snapshot", text, env=environ(variables))
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(word, result.stderr)

    def test_pipes_of_commands(self):
        """A snapshot that somebody pipes is read, by any of its names."""
        snapshot = self.write("a.json", '{"pgdriftd_snapshot": 1}')
        direct = run("diff", snapshot, snapshot)
        piped = run(shell=["bash", "-c",
                           f"'{PROGRAM}' diff <(cat {snapshot}) <(cat {snapshot})"])
        self.assertEqual(direct.returncode, piped.returncode)
        self.assertNotIn("FIFO", piped.stderr)
        for name in ("-", "/dev/stdin"):
            with open(snapshot, encoding="utf-8") as f:
                result = run("diff", name, snapshot, stdin=f)
            self.assertEqual(direct.returncode, result.returncode, result.stderr)

    def test_addresses(self):
        """What one refuses, the other does."""
        for address in ("999.1.1.1:80", "h:80", "127.0.0.1:65536", "127.0.0.1", "[::g]:1"):
            conf = self.write("pgdriftd.conf", "service { environments = none }\n"
                              'http { listen = "%s" }\n' % address)
            self.refused(conf, '"%s"' % address)


class Reload(Shop):
    def test_nothing_left(self):
        """A file that an editor has emptied, and a directory that lost its files."""
        one = environment("a", self.server.dsn(self.dev), head=[self.ids[-1]])
        self.running = self.daemon(one)
        self.running.wait_state("a", "in_sync")
        self.running.reload("")
        self.assertIn("no environment is configured any more", self.running.log())
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 0)
        self.running.wait_state("a", "in_sync")
        self.running.reload("service { environments = none }\n")
        self.assertEqual(self.running.json("/status")["environments"], [])

    def test_no_http(self):
        config = self.config(environment("a", self.server.dsn(self.dev),
                                         head=[self.ids[-1]]))
        process = subprocess.Popen(
            [PROGRAM, "-c", config, "serve", "--log-format", "logfmt"],
            env=environ({"PGDRIFTD_LISTEN": ""}), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.assertTrue(any("in_sync" in line for line in process.stderr))
        process.terminate()
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)
        # A command that asks the daemon says what is missing.
        result = subprocess.run([PROGRAM, "-c", config, "status"], capture_output=True,
                                env=environ({"PGDRIFTD_LISTEN": ""}), text=True,
                                timeout=20, check=False)
        self.assertIn("--url", result.stderr)


if __name__ == "__main__":
    unittest.main()
