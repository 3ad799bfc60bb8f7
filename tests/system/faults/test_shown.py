"""Names and messages that a terminal would obey, or that look like others: nothing of that
comes through, wherever it is printed; and a device that is written to stays one."""
import os
import re
import unittest

from harness import directory, environment, program
from shop import Shop

# A colour, C1 controls, a turned direction, no width, a bell, a delete, a filler.
NASTY = "\x1b[31m\u009b32m\u0085\u202e\u2066\u200b\ufeff\x07\x7f\u3164"
SEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069"
                  "\ufeff\u3164]")
ASCII = re.compile("[\x00-\x1f\x7f]")
SCHEMA = """
CREATE TABLE "t{0}" ("c{0}" integer DEFAULT 1, CONSTRAINT "k{0}" CHECK ("c{0}" > 0));
COMMENT ON TABLE "t{0}" IS 'said {0}';
CREATE FUNCTION "f{0}"() RETURNS text LANGUAGE sql AS 'SELECT ''{0}''::text';
""".format(NASTY)


class Shown(Shop):
    def assertPlain(self, text, what):
        found = SEEN.search(text)
        if found:
            at = found.start()
            self.fail("%s: %r" % (what, text[max(0, at - 60):at + 20]))

    def setUp(self):
        super().setUp()
        self.nasty = self.at(change=SCHEMA)
        self.conf = self.config(self.pair(self.nasty))

    def test_commands(self):
        dsn, dev = self.server.dsn(self.nasty), self.server.dsn(self.dev)
        saved = os.path.join(directory("saved"), "a.json")
        self.assertStatus(program("snapshot", "-o", saved, dsn), 0)
        for arguments in (
                ["check", "-c", self.conf], ["check", "-c", self.conf, "--format", "json"],
                ["check", "-c", self.conf, "--format", "nagios"], ["diff", dev, dsn],
                ["diff", dsn, dev], ["diff", dev, dsn, "--format", "json"],
                ["diff", dev, saved], ["locate", dev, os.path.dirname(saved)],
                ["check", "-c", self.config(environment(
                    "env", self.server.dsn("none" + NASTY.replace(" ", "")),
                    head=["a"]))],
                ["snapshot", "host=%s port=%d dbname=none%s user=u" % (
                    self.server.directory, self.server.port, NASTY)]):
            with self.subTest(arguments):
                result = program(*arguments)
                self.assertNotEqual(result.status, 0)
                self.assertPlain(result.out, "standard output")
                self.assertPlain(result.err, "standard error")

    def test_daemon(self):
        # A configuration holds no control of ASCII anyway.
        self.running = self.daemon(self.pair(self.nasty) + environment(
            "none", self.server.dsn("none" + ASCII.sub("", NASTY)), head=["a"]),
            service={"log_format": "json"})
        self.running.wait_state("env", "drifted")
        self.running.after_checks("none")
        for path in ("/", "/status", "/status/env", "/status/none", "/metrics",
                     "/status/env/diff?format=json", "/status/env/diff?format=text",
                     "/history", "/?environment=env"):
            self.assertPlain(self.running.get(path).text, path)
        result = program("status", "--url", self.running.url)
        self.assertPlain(result.out, "status")
        self.running.stop()
        self.assertPlain(self.running.log(), "the log")


class Output(Shop):
    def test_output_is_a_device(self):
        dsn = self.server.dsn(self.dev)
        result = program("snapshot", "-o", "/dev/full", dsn)
        self.assertStatus(result, 2)
        self.assertIn("cannot write /dev/full: No space left on device", result.err)
        self.assertFalse(os.path.isfile("/dev/full"))
        self.assertStatus(program("snapshot", "-o", "/dev/null", dsn), 0)
        self.assertFalse(os.path.isfile("/dev/null"))
        result = program("snapshot", "-o", "/dev/stdout", dsn)
        self.assertStatus(result, 0)
        self.assertEqual(result.out, program("snapshot", dsn).out)


if __name__ == "__main__":
    unittest.main()
