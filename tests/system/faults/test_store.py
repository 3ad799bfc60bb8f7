"""The state directory: locked, moved, removed, damaged, full, used by another daemon, and
found by one whose clock is wrong."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sysconfig
import time
import unittest

from harness import PROGRAM, directory, only_plain, until, write
from shop import Shop

FAKETIME = "/usr/lib/%s/faketime/libfaketimeMT.so.1" % sysconfig.get_config_var("MULTIARCH")


class StateDirectory(Shop):
    def begin(self, **keys):
        self.database_name = self.at()
        self.running = self.daemon(self.pair(self.database_name), **keys)
        self.running.wait_state("env", "in_sync")
        self.state = os.path.join(self.running.directory, "state")
        self.path = os.path.join(self.state, "pgdriftd.db")

    def drift(self):
        self.server.sql("CREATE TABLE by_hand (a int)", self.database_name)
        self.running.wait_state("env", "drifted")

    def rows(self):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return [r[0] for r in db.execute(
                "SELECT state FROM change WHERE environment = 'env' AND event IS NULL "
                "ORDER BY id")]

    def times(self):
        found = self.running.environment("env")
        return [found["since"], found["schema"]["drift_since"], found["standing_since"]]

    def logged(self, text):
        return until(text, lambda: text in self.running.log())


class Store(StateDirectory):
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

    def test_locked_at_the_end(self):
        """What cannot be stored any more is said, though a lock is no failure for a moment."""
        self.begin()
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            self.drift()
            self.running.stop()
        self.assertRegex(self.running.log(), "changes are lost, which could not be stored.*locked")

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


class Damage(StateDirectory):
    """What is damaged is left alone and said; all that memory has is in the next file."""

    def begin(self):
        super().begin()
        self.drift()
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        # All of it in the file, and nothing of it in the daemon's cache.
        with contextlib.closing(sqlite3.connect(self.path)) as db, db:
            db.execute("UPDATE alive SET stopped = 0")
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def overwrite(self):
        with open(self.path, "r+b") as f:
            f.seek(4096)
            f.write(b"\xa5" * (os.path.getsize(self.path) - 4096))

    def truncate(self):
        os.truncate(self.path, 4096)

    def empty(self):
        os.truncate(self.path, 0)

    def change(self):
        """It is another each time: what comes and goes is told otherwise."""
        self.server.sql("DROP TABLE by_hand", self.database_name)
        self.running.wait_state("env", "in_sync")
        self.server.sql("CREATE TABLE by_hand_too (a int)", self.database_name)
        self.running.wait_state("env", "drifted")

    def is_up(self):
        return self.running.metric("pgdriftd_store_up")

    def anew(self):
        """As it is found by the next daemon, in a file of its own."""
        until("the store", lambda: self.is_up() == 1)
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        since = self.running.environment("env")["since"]
        self.running.kill()
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.running.environment("env")["since"], since)

    def running_with(self, harm):
        self.begin()
        harm()
        self.change()
        until("the failure", lambda: self.is_up() == 0)
        self.assertIn("is damaged", self.running.log())
        os.rename(self.path, self.path + ".damaged")
        self.anew()

    def test_overwritten(self):
        self.running_with(self.overwrite)

    def test_truncated(self):
        self.running_with(self.truncate)

    def test_emptied(self):
        """An empty file is as good as a new one."""
        self.begin()
        self.empty()
        self.change()
        self.anew()

    def test_put_back(self):
        """The file as it was before, in its place."""
        self.begin()
        shutil.copy(self.path, self.path + ".saved")
        self.overwrite()
        self.change()
        until("the failure", lambda: self.is_up() == 0)
        os.rename(self.path + ".saved", self.path)
        until("the store", lambda: self.is_up() == 1)
        until("the rows", lambda: self.rows() == [
            "in_sync", "drifted", "in_sync", "drifted"])

    def started_with(self, harm):
        self.begin()
        self.running.stop()
        harm()
        damaged = os.path.getsize(self.path)
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.is_up(), 0)
        self.assertIn("is damaged", self.running.log())
        self.change()
        self.assertEqual(os.path.getsize(self.path), damaged)
        os.rename(self.path, self.path + ".damaged")
        self.anew()

    def test_overwritten_before(self):
        self.started_with(self.overwrite)

    def test_truncated_before(self):
        self.started_with(self.truncate)

    def test_emptied_before(self):
        self.begin()
        self.running.stop()
        self.empty()
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.anew()


class Cut(StateDirectory):
    """What is in use is cut, with much of the store in its log only."""

    def cut(self, suffix, log):
        """Nobody else looks at the files before it says so."""
        self.begin()
        self.assertGreater(os.path.getsize(self.path + "-wal"), os.path.getsize(self.path))
        os.truncate(self.path + suffix, 0)
        self.drift()
        self.logged(log)
        until("the store", lambda: self.running.metric("pgdriftd_store_up") == 1)
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        times = self.times()
        self.running.kill()
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.times(), times)
        return self.rows()

    def test_index(self):
        """Whoever looks at what is not there any more is sent SIGBUS."""
        self.assertEqual(self.cut("-shm", ""), ["in_sync", "drifted"])

    def test_log(self):
        """It had all of the history."""
        self.assertEqual(self.cut("-wal", "was cut while it was in use"), ["drifted"])


class Disk(StateDirectory):
    """A disk that is full, or takes nothing, for a while."""

    def begin_on(self, state):
        self.database_name = self.at()
        self.state, self.path = state, os.path.join(state, "pgdriftd.db")
        self.running = self.daemon(self.pair(self.database_name),
                                   service={"state_dir": state})
        self.running.wait_state("env", "in_sync")

    def begin_on_small(self):
        state = directory("small")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", state],
                          stderr=subprocess.DEVNULL, check=False).returncode:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", state], check=True)
        self.begin_on(state)

    def wait_up(self, value):
        until("pgdriftd_store_up %d" % value,
              lambda: self.running.metric("pgdriftd_store_up") == value)

    def stored_late(self):
        """The change is there with its time, which a restart keeps."""
        self.wait_up(1)
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        change = self.running.json("/history?environment=env&limit=1")["changes"][0]
        since = self.running.environment("env")["since"]
        self.assertEqual((change["state"], change["at"]), ("drifted", since))
        self.running.kill()
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.running.environment("env")["since"], since)

    def test_full(self):
        self.begin_on_small()
        filler = os.path.join(self.state, "filler")
        with self.assertRaises(OSError), open(filler, "wb", buffering=0) as f:
            while True:
                f.write(b"x" * 4096)
        self.drift()
        self.wait_up(0)
        self.assertIn("database or disk is full", self.running.log())
        self.assertEqual(self.rows()[-1:], ["in_sync"])
        os.unlink(filler)
        self.stored_late()

    def test_read_only(self):
        self.begin_on_small()
        self.running.stop()
        subprocess.run(["mount", "-o", "remount,ro", self.state], check=True)
        self.running.start()
        self.drift()
        self.wait_up(0)
        subprocess.run(["mount", "-o", "remount,rw", self.state], check=True)
        self.stored_late()


class Clock(StateDirectory):
    """Started before anybody knew what time it is."""

    def begin(self, **env):
        if not os.path.exists(FAKETIME):
            self.skipTest("libfaketime is not installed")
        super().begin(**env)

    def fake(self, **how):
        return {"LD_PRELOAD": FAKETIME, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1", **how}

    @only_plain
    def test_set_right(self):
        """In 1970 when it was started: all that was so since then is no older than it is."""
        clock = os.path.join(directory("clock"), "rc")
        write(clock, "-20000d")
        self.begin(env=self.fake(FAKETIME_TIMESTAMP_FILE=clock, FAKETIME_NO_CACHE="1"))
        self.drift()
        self.assertLess(self.running.environment("env")["since"], "1980")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
        write(clock, "+0")
        self.logged("the clock was put forward")
        times = until("the times", lambda: min(self.times()) > now and self.times())
        self.assertGreater(self.running.metric(
            "pgdriftd_drift_start_timestamp_seconds", environment="env"), time.time() - 60)
        until("the rows", lambda: all(
            c["at"] > now for c in self.running.json("/history")["changes"]))
        self.running.kill()
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.times(), times)

    @only_plain
    def test_years_ahead(self):
        self.begin()
        self.drift()
        until("the row", lambda: self.rows()[-1:] == ["drifted"])
        before, since = self.rows(), self.running.environment("env")["since"]
        self.running.stop()
        self.running.start(env=self.fake(FAKETIME="+730d"))
        self.running.wait_state("env", "drifted")
        self.logged("ahead of the last sign of life")
        self.assertEqual(self.running.environment("env")["since"], since)
        self.running.stop()
        self.assertEqual(self.rows(), before)
        self.running.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.running.environment("env")["since"], since)
        self.assertEqual(self.rows(), before)


if __name__ == "__main__":
    unittest.main()
