"""The state directory: locked, moved, removed, and used by another daemon."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import unittest

from harness import PROGRAM, until
from shop import Shop


class Store(Shop):
    def begin(self):
        self.database_name = self.at()
        self.running = self.daemon(self.pair(self.database_name))
        self.running.wait_state("env", "in_sync")
        self.state = os.path.join(self.running.directory, "state")
        self.path = os.path.join(self.state, "pgdriftd.db")

    def drift(self):
        self.server.sql("CREATE TABLE by_hand (a int)", self.database_name)
        self.running.wait_state("env", "drifted")

    def rows(self):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return [r[0] for r in db.execute(
                "SELECT state FROM change WHERE environment = 'env' ORDER BY id")]

    def logged(self, text):
        return until(text, lambda: text in self.running.log())

    def test_locked(self):
        """What happens meanwhile is answered from memory, and is stored after that."""
        self.begin()
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            self.drift()
            self.assertNotIn("drifted", self.rows())
            self.assertEqual(
                [c["state"] for c in self.running.json("/history?environment=env")[
                    "changes"]][:1], ["drifted"])
            other.execute("ROLLBACK")
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        before, since = self.rows(), self.running.environment("env")["since"]
        self.running.kill()
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.running.environment("env")["since"], since)
        self.assertEqual(self.rows(), before)

    def moved(self, away):
        self.begin()
        before = self.rows()
        away()
        self.logged("was moved, removed or replaced")
        self.assertEqual(self.rows(), before)
        self.drift()
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        self.assertEqual(self.rows()[:len(before)], before)
        self.assertIn("with all that was known", self.running.log())

    def test_moved(self):
        self.moved(lambda: os.rename(self.state, self.state + ".away"))

    def test_removed(self):
        self.moved(lambda: shutil.rmtree(self.state))

    def test_file_removed(self):
        self.moved(lambda: os.unlink(self.path))

    def test_two(self):
        self.begin()
        result = subprocess.run([PROGRAM, "serve", "-c", self.running.file],
                                capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("another pgdriftd is running with the state directory", result.stderr)
        self.running.kill()
        self.running.start()


if __name__ == "__main__":
    unittest.main()
