"""The daemon is killed in the middle of its work, again and again: its store opens, and what
was said before is in it, once.

PGDRIFTD_TEST_SEED sets where the random waits begin.
"""
import http.client
import os
import random
import threading
import time
import unittest

from harness import environment, long
from shop import Shop

KILLS = long(6, 200)
SEED = int(os.environ.get("PGDRIFTD_TEST_SEED", "1"))
# In a long run not so often that they count as flapping, which is told once.
PAUSE = long(0.5, 3)
NAMES = ["a", "b", "c", "d"]


class Kills(Shop):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.stop = threading.Event()
        self.threads, self.errors = [], []
        self.kills = 0
        self.heard = set()  # (environment, state, since)

    def beside(self, work):
        """Run work() again and again, until the end."""
        def loop():
            while not self.stop.is_set():
                kills = self.kills
                try:
                    work()
                except OSError:
                    self.stop.wait(0.01)
                except http.client.IncompleteRead as e:
                    # Half an answer is one that a kill has cut off.
                    if self.kills == kills:
                        self.errors.append(e)
                        return
                except Exception as e:  # pylint: disable=broad-except
                    self.errors.append(e)
                    return
        thread = threading.Thread(target=loop)
        thread.start()
        self.threads.append(thread)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        self.assertEqual(self.errors, [])

    def toggle(self, session, chance):

        def step():
            session.run("ALTER TABLE step1 ADD by_hand text")
            self.stop.wait(chance.uniform(0, PAUSE))
            session.run("ALTER TABLE step1 DROP by_hand")
            self.stop.wait(chance.uniform(0, PAUSE))
        self.beside(step)

    def listen(self):
        for e in self.running.json("/status")["environments"]:
            # What comes and goes is told once.
            if not e["flapping"]:
                self.heard.add((e["name"], e["state"], e["since"]))
        self.running.get("/history")
        self.running.get("/metrics")

    def check_store(self):
        """Of one that does not run: sound, and each change follows from the one before."""
        self.assertEqual(self.running.store("PRAGMA integrity_check"), [("ok",)])
        rows = self.running.store(
            "SELECT environment, state, previous_state, at_ms FROM change"
            " WHERE event IS NULL ORDER BY id")
        last, written = {}, set()
        for name, state, previous, at_ms in rows:
            self.assertNotEqual(state, previous, rows)
            if name in last:
                self.assertEqual(previous, last[name], rows)
            last[name] = state
            written.add((name, state, time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                    time.gmtime(at_ms / 1000))))
        self.check_intervals()
        lost = {h for h in self.heard if h[1] != "unknown"} - written
        self.assertEqual(lost, set(), rows)
        return len(rows)

    def check_intervals(self):
        """What each was seen with: without a gap between two that are the same, or a catalog
        that is not there."""
        rows = self.running.store(
            "SELECT i.environment, from_ms, to_ms, content, revision, c.key FROM interval i"
            " LEFT JOIN catalog c ON c.key = i.key ORDER BY i.environment, from_ms, i.id")
        before = {}
        for name, begin, end, *what in rows:
            self.assertLessEqual(begin, end, rows)
            self.assertIsNotNone(what[-1], rows)
            if name in before:
                self.assertLessEqual(before[name][0], begin, rows)
                self.assertNotEqual(before[name][1], what[:-1], rows)
            before[name] = (end, what[:-1])

    def test_nothing_is_lost_or_said_twice(self):
        standing = self.at(change="DROP TABLE step4")
        databases = [self.at() for _ in NAMES]
        self.running = self.daemon(
            self.pair(standing) + "".join(
                environment(name, self.server.dsn(database), migrations="shop",
                            expect="environment:dev")
                for name, database in zip(NAMES, databases)),
            service={"interval": "100ms"})
        since = self.running.wait_state("env", "drifted")["since"]
        sessions = [self.session(database) for database in databases]
        self.addCleanup(self.end)
        for i, session in enumerate(sessions):
            self.toggle(session, random.Random(SEED + i))
        self.beside(self.listen)
        for _ in range(KILLS):
            self.stop.wait(self.random.uniform(0, 0.4))
            self.kills += 1
            self.running.kill()
            self.check_store()
            self.running.start(ready=False)
            self.assertEqual(self.running.wait_state("env", "drifted")["since"], since)
        self.end()
        for name in NAMES:
            self.running.wait_state(name, "in_sync")
        self.assertEqual(self.running.wait_state("env", "drifted")["since"], since)
        self.running.stop()
        # More than what each was at first: the kills came between changes.
        self.assertGreater(self.check_store(), len(NAMES) + 1)


if __name__ == "__main__":
    unittest.main()
