"""`wait` against servers that do not answer, refuse, or have a clock of their own."""
import email.utils
import http.server
import json
import socket
import threading
import time
import unittest

from harness import PATIENCE, alone, program

HOUR = 3600


def rfc3339(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Answers(http.server.BaseHTTPRequestHandler):
    """Refuses checks; the one check that it tells of began five seconds after that, by a
    clock that is an hour late."""

    def do_POST(self):
        self.server.paths.append(self.path)
        self.answer(403, {"schema_version": 1, "detail": "not for you"})

    def do_GET(self):
        self.server.paths.append(self.path)
        self.answer(200, {
            "schema_version": 1, "name": self.server.name, "state": "in_sync",
            "check": {"started_at": rfc3339(self.server.now() + self.server.began)}})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response_only(status)
        self.send_header("Date", email.utils.formatdate(self.server.now(), usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@alone
class Wait(unittest.TestCase):
    def serve(self, name, began=5):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        server.name, server.began, server.paths = name, began, []
        server.now = lambda: time.time() - HOUR
        threading.Thread(target=server.serve_forever, args=(0.02,),
                         daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def wait(self, server, name, *options):
        return program("wait", name, "--url",
                       "http://127.0.0.1:%d" % server.server_address[1], *options)

    def test_the_clock_is_that_of_the_daemon(self):
        result = self.wait(self.serve("env"), "env")
        self.assertEqual(result.status, 0, result)
        self.assertIn("not for you", result.err)

    def test_a_check_from_before_is_none(self):
        result = self.wait(self.serve("env", began=-5), "env", "--timeout", "500ms")
        self.assertEqual(result.status, 1, result)

    def test_names_stay_in_their_place(self):
        for name, sent in (("../status/x", "..%2Fstatus%2Fx"), ("..", "%2E%2E"),
                           (".", "%2E"), ("a?b#c%d", "a%3Fb%23c%25d"),
                           ("a b\n", "a%20b%0A")):
            with self.subTest(name):
                server = self.serve(name)
                self.assertEqual(self.wait(server, name).status, 0)
                self.assertEqual(server.paths, ["/check/" + sent, "/status/" + sent])

    def test_the_timeout_holds_for_each_phase(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = "http://127.0.0.1:%d" % silent.getsockname()[1]
            begun = time.monotonic()
            result = program("wait", "env", "--url", url, "--timeout", "1s")
            took = time.monotonic() - begun
        self.assertEqual(result.status, 2, result)
        self.assertGreater(took, 0.9)
        # Ten seconds are what one answer may take otherwise.
        self.assertLess(took, 1 + PATIENCE / 10)


class Shown(unittest.TestCase):
    """What was typed or comes from a server is shown without what a terminal obeys, and
    without passwords."""

    def test_passwords(self):
        for arguments in (("snapshot", "pw:sec ret@host/db"), ("diff", "u:sec ret@h", "x"),
                          ("locate", "u:sec ret@h/db", "/tmp"),
                          ("status", "postgresql://u:secret@h/db"),
                          ("migrations", "u:secret@h/db"),
                          ("wait", "--format", "u:secret@h", "env"),
                          ("config", "check", "-c", "u:secret@h/db"),
                          ("accept", "env", "--from", "u:secret@h/db", "-c", "u:secret@h"),
                          ("u:secret@host/db",), ("snapshot", "u:secret@h", "x")):
            with self.subTest(arguments):
                result = program(*arguments)
                self.assertNotEqual(result.status, 0)
                self.assertNotIn("sec", result.err.replace("<secret>", ""))

    def test_escapes(self):
        for word in ("\x1b[31mred", "a\u0085b\u009b31m", "\u202eabc", "a\u200bb", "\x7f"):
            for arguments in (("snapshot", "/none/" + word), ("status", word), (word,),
                              ("config", "check", "-c", "/none/" + word)):
                with self.subTest(arguments):
                    result = program(*arguments)
                    self.assertNotEqual(result.status, 0)
                    self.assertNotRegex(result.out + result.err,
                                        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e]")


if __name__ == "__main__":
    unittest.main()
