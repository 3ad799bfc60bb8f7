"""A check that is asked for: by POST, by `wait`, by a signal."""
import http.server
import signal
import threading
import time
import unittest

from harness import program, until
from shop import Shop


class Now(Shop):
    """Nothing is checked by itself for an hour."""

    def watch_slowly(self, target="head", **keys):
        self.database = self.at(target)
        self.running = self.daemon(self.pair(self.database), service={"interval": "1h"},
                                   **keys)
        return self.running

    def post(self, path, **headers):
        return self.running.get(path, method="POST", headers={
            k.replace("_", "-"): v for k, v in headers.items()})

    def test_wait_after_a_deploy(self):
        """What was found before it is no answer."""
        self.watch_slowly(self.ids[3])
        self.assertEqual(self.running.environment("env")["state"], "revision_mismatch")
        self.project.upgrade(self.database)
        result = program("wait", "env", "--for", "in_sync", "--url", self.running.url)
        self.assertStatus(result, 0)
        self.assertEqual(self.running.environment("env")["state"], "in_sync")
        # The other way round: it was fine before.
        self.server.sql("DROP TABLE step1", self.database)
        self.assertStatus(program("wait", "env", "--for", "in_sync", "--stale", "--url",
                                  self.running.url), 0)
        # Later where a check takes longer than that.
        for timeout in ("1s", "5s", "25s"):
            result = program("wait", "env", "--for", "in_sync", "--timeout", timeout,
                             "--url", self.running.url)
            self.assertStatus(result, 1)
            if "no check of env" not in result.err:
                break
        self.assertIn("env is drifted", result.err)

    def test_post(self):
        self.watch_slowly()
        before = self.running.environment("env")["check"]["started_at"]
        answer = self.post("/check/env")
        self.assertEqual(answer.status, 202)
        document = answer.json()
        self.assertEqual(document["environment"], "env")
        self.assertGreater(document["began_at"], before)
        until("the check", lambda: self.running.environment("env")["check"]["started_at"]
              >= document["began_at"])
        self.assertEqual(self.post("/check/env", Origin=self.running.url).status, 202)
        self.assertEqual(self.post("/check/enw").status, 404)
        self.assertIn('\\"env\\"', self.post("/check/enw").text)
        self.assertEqual(self.post("/check/env?x=1").status, 202)
        self.assertEqual(self.running.metric("pgdriftd_http_requests_total",
                                             handler="check", code="202"), 3)

    def test_who_may_not(self):
        self.watch_slowly()
        checks = self.running.checks("env")
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Sec_Fetch_Site": "cross-site"}, {"Host": "evil.example"},
                        {"X_Forwarded_For": "10.0.0.1"}, {"Forwarded": "for=10.0.0.1"}):
            with self.subTest(headers):
                answer = self.post("/check/env", **headers)
                self.assertEqual(answer.status, 403)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        for method in ("GET", "HEAD", "PUT"):
            answer = self.running.get("/check/env", method=method)
            self.assertEqual(answer.status, 405)
            self.assertEqual(answer.headers["Allow"], "POST")
        self.assertEqual(self.running.checks("env"), checks)

    def test_not_too_often(self):
        self.watch_slowly()
        begun = time.monotonic()
        answers = [self.post("/check/env") for _ in range(30)]
        elapsed = time.monotonic() - begun
        codes = [a.status for a in answers]
        self.assertIn(429, codes)
        self.assertEqual(answers[codes.index(429)].headers["Retry-After"], "1")
        # Ten at once, and then one a second.
        self.assertLessEqual(codes.count(202), 10 + elapsed + 1)
        # Others are not held up by that, and `wait` tries again.
        self.assertEqual(self.post("/check/dev").status, 202)
        self.assertStatus(program("wait", "env", "--url", self.running.url), 0)

    def test_where_it_may_not_be_asked(self):
        """The next regular check has to do."""
        self.database = self.at()
        self.running = self.daemon(self.pair(self.database))
        running = self.running

        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer = running.get(self.path, method=self.command,
                                     headers={"X-Forwarded-For": "10.0.0.1"})
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
            do_POST = do_GET

            def log_message(self, *_):
                pass
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
            thread = threading.Thread(target=proxy.serve_forever)
            thread.start()
            try:
                result = program("wait", "env", "--url",
                                 "http://127.0.0.1:%d" % proxy.server_address[1])
            finally:
                proxy.shutdown()
                thread.join()
        self.assertStatus(result, 0)
        self.assertEqual(result.err.count("no check could be asked for"), 1)

    def test_signal(self):
        self.watch_slowly()
        self.server.sql("DROP TABLE step1", self.database)
        before = {n: self.running.checks(n) for n in ("dev", "env")}
        self.running.process.send_signal(signal.SIGUSR2)
        self.running.wait_state("env", "drifted")
        until("a check of dev", lambda: self.running.checks("dev") > before["dev"])

    def test_many_at_once(self):
        """Asked for while one is under way: one more follows, not one for each."""
        self.watch_slowly()
        before = self.running.checks("env")
        threads = [threading.Thread(target=self.post, args=("/check/env",))
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertStatus(program("wait", "env", "--url", self.running.url), 0)
        self.assertLessEqual(self.running.checks("env") - before, 10)


if __name__ == "__main__":
    unittest.main()
