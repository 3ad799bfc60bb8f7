"""Commands that ask a daemon: what they say where it cannot be asked, or refuses who asks."""
import os
import pwd
import subprocess
import unittest

from harness import (PATIENCE, PROGRAM, Result, directory, environ, free_port, program, until,
                     write)
from test_front import Authority, Front, hashed

COMMANDS = (("status",), ("wait", "prod", "--for", "unknown", "--timeout", "60s"),
            ("log", "prod"))


class Asking(Front):
    def setUp(self):
        super().setUp()
        self.authority = Authority()
        self.serve()
        self.server = self.authority.sign("server")
        self.at = "127.0.0.1:%d" % self.running.port
        self.ca = ["--cacert", self.authority.at("ca.crt")]

    def assertSays(self, words, *arguments, commands=COMMANDS):
        """Each command, with status 2, and at once: else the test would last minutes."""
        for command in commands:
            with self.subTest((command[0], arguments)):
                result = program(*command, *arguments)
                self.assertStatus(result, 2)
                self.assertEqual(result.out, "")
                self.assertIn(words, result.err)

    def of(self, name):
        return ["--cert", self.authority.at(name + ".crt"),
                "--key", self.authority.at(name + ".key")]

    def failures(self):
        """How many logins have failed so far."""
        return self.running.log().count("login failed")

    def test_where_it_is(self):
        once = COMMANDS[:1] + COMMANDS[2:]
        self.assertSays("is it http://%s?" % self.at,
                        "--url", "https://" + self.at, commands=once)
        self.reload(**self.server)
        self.assertSays("it has closed the connection: is it https://%s?" % self.at,
                        "--url", "http://" + self.at, commands=once)
        self.assertSays("Couldn't connect to server: Connection refused",
                        "--url", "http://127.0.0.1:%d" % free_port(), commands=once)
        self.assertSays("Couldn't connect to server: No such file or directory",
                        "--url", "unix:" + self.path, commands=once)
        self.assertSays("--url takes http://HOST:PORT, https://HOST:PORT or unix:PATH",
                        "--url", "ftp://" + self.at)

    def test_its_certificate(self):
        url = "https://" + self.at
        other = Authority()
        self.reload(**self.server)
        self.assertSays("say --cacert FILE", "--url", url)
        self.assertSays("is it of an authority in %s, valid now, and" % other.at("ca.crt"),
                        "--url", url, "--cacert", other.at("ca.crt"))
        self.assertSays("for the name in the URL?",
                        "--url", url.replace("127.0.0.1", "localhost"), *self.ca)
        self.assertSays("--cacert /nonexistent: No such file", "--url", url,
                        "--cacert", "/nonexistent")
        self.reload(**self.authority.sign("old", days="-1"))
        self.assertSays("valid now", "--url", url, *self.ca)

    def test_the_certificate_of_who_asks(self):
        url = "https://" + self.at
        self.authority.sign("client", "/CN=client", "extendedKeyUsage=clientAuth")
        self.authority.make("stranger", "/CN=stranger", [])
        self.reload(client_ca_file=self.authority.at("ca.crt"), **self.server)
        self.assertSays("say --cert FILE and --key FILE", "--url", url, *self.ca)
        self.assertSays("its log says why", "--url", url, *self.ca,
                        *self.of("stranger"))
        self.assertSays("--cert /nonexistent: No such file", "--url", url, *self.ca,
                        "--cert", "/nonexistent")
        crt, other = self.authority.at("client.crt"), self.authority.at("stranger.key")
        self.assertSays("--cert %s with --key %s: " % (crt, other), "--url", url, *self.ca,
                        "--cert", crt, "--key", other)
        # One file may hold both.
        both = os.path.join(directory("both"), "both.pem")
        with open(crt, encoding="ascii") as a, open(
                self.authority.at("client.key"), encoding="ascii") as b:
            write(both, a.read() + b.read(), 0o600)
        self.assertStatus(program("wait", "prod", "--for", "unknown", "--url", url, *self.ca,
                                  "--cert", both), 0)

    def test_a_password(self):
        url, password = "http://" + self.at, os.path.join(self.where, "password")
        self.reload(users_file=hashed(self.where, "reader", "let me in"))
        self.assertSays("HTTP 401: a user and a password are asked for: say --user and "
                        "--password-file", "--url", url)
        who = ["--user", "reader", "--password-file", write(password, "wrong\n", 0o600)]
        self.assertSays("--user or its password is none of users_file", "--url", url, *who)
        until("the lines", lambda: self.failures() >= 3)
        # One that is refused is not asked again and again.
        self.assertLess(self.failures(), 10)
        write(password, "let me in\n", 0o600)
        for command in COMMANDS[1:]:
            self.assertStatus(program(*command, "--url", url, *who), 0)


def as_nobody(*arguments, env=None):
    """As a user who may read no more than all may.  Who is not root is one, of files that
    nobody may read."""
    who = {"user": pwd.getpwnam("nobody").pw_uid, "group": pwd.getpwnam("nobody").pw_gid,
           "extra_groups": []} if os.geteuid() == 0 else {}
    return Result(subprocess.run(
        [PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd="/", env=environ(env), timeout=PATIENCE * 4,
        **who))


class Others(Front):
    """Who asks may read the configuration, but not the key of the daemon."""

    def setUp(self):
        super().setUp()
        self.authority, self.credentials = Authority(), directory("credentials")
        self.serve(env={"CREDENTIALS_DIRECTORY": self.credentials})
        os.chmod(self.running.directory, 0o755)
        os.chmod(self.authority.dir, 0o755)
        os.chmod(self.authority.at("ca.crt"), 0o644)
        self.ask = ["-c", self.running.file, "--cacert", self.authority.at("ca.crt")]

    def assertAnswered(self):
        self.assertIn("prod", self.asked("status", 2).out)
        self.asked("wait", 0, "prod", "--for", "unknown", "--timeout", "60s")
        self.asked("log", 0, "prod")

    def asked(self, command, status, *arguments):
        result = as_nobody(command, *self.ask, *arguments)
        self.assertStatus(result, status)
        self.assertNotIn("cannot be read", result.err)
        return result

    def test_a_key_of_another(self):
        keys = self.authority.sign("server")
        self.reload(users_file=hashed(self.where, "reader", "x"), **keys)
        password = write(os.path.join(self.where, "password"), "x\n")
        self.ask += ["--user", "reader", "--password-file", password]
        for file in (keys["key_file"], os.path.join(self.where, "users.reader")):
            os.chmod(file, 0)
        self.assertAnswered()
        self.assertIn("prod", as_nobody("config", "names", "-c", self.running.file,
                                        "environments").out)
        refused = as_nobody("config", "check", "-c", self.running.file)
        self.assertStatus(refused, 78)
        self.assertIn("key_file: \"%s\" cannot be read: Permission denied; if the service "
                      "can, ask as root: `sudo pgdriftd config check`" % keys["key_file"],
                      refused.err)

    def test_a_credential(self):
        keys = self.authority.sign("server")
        for name, path in keys.items():
            with open(path, encoding="ascii") as f:
                write(os.path.join(self.credentials, name), f.read(), 0o400)
        self.reload(cert_file="cert_file", key_file="key_file")
        self.assertAnswered()
        refused = as_nobody("config", "check", "-c", self.running.file)
        self.assertStatus(refused, 78)
        self.assertIn(
            "/key_file\" cannot be read: No such file or directory; if it is a credential of "
            "the service: `sudo env CREDENTIALS_DIRECTORY=/run/credentials/pgdriftd.service "
            "pgdriftd config check`", refused.err)


if __name__ == "__main__":
    unittest.main()
