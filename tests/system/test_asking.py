"""Commands that ask a daemon: what they say where it cannot be asked, or refuses who asks."""
import os
import unittest

from harness import directory, free_port, program, until, write
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


if __name__ == "__main__":
    unittest.main()
