"""History that takes more than it may, while the daemon runs: the oldest goes, and what is
left is whole."""
import contextlib
import os
import sqlite3
import unittest

from harness import SystemTest, environment, only_long, until

TABLES = "CREATE TABLE t (id integer PRIMARY KEY, name text)"
MIB = 1 << 20
# A sign of life, after which it is looked at, and slices of what is deleted.
PATIENCE = 150


@only_long
class Size(SystemTest):
    def store(self, statement, *values):
        path = os.path.join(self.running.directory, "state", "pgdriftd.db")
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as db, db:
            return db.execute(statement, values).fetchall()

    def fill(self, n):
        """Intervals of a day each, long ago, of catalogs of 20 kB."""
        for i in range(n):
            self.store("INSERT INTO catalog (key, packed) VALUES (?, randomblob(20000))",
                       "old%d" % i)
        self.store(
            "INSERT INTO interval (id, environment, from_ms, to_ms, key, content, revision,"
            " database) SELECT -rowid, 'env', 1700000000000 - 86400000 * rowid,"
            " 1700000000000 - 86400000 * rowid + 1000, key, key, '[]', '' FROM catalog"
            " WHERE key LIKE 'old%'")

    def old(self):
        return [at for at, in self.store(
            "SELECT from_ms FROM interval WHERE key LIKE 'old%' ORDER BY from_ms")]

    def test_the_oldest_goes_while_it_runs(self):
        database = self.stamped("a1", text=TABLES)
        self.running = self.daemon(
            environment("env", self.server.dsn(database), head=["a1"]),
            service={"history_keep": "3650d", "history_max_size": "1MiB"})
        self.running.wait_state("env", "in_sync")
        self.fill(200)
        before = self.old()
        self.assertGreater(self.store("SELECT sum(length(packed)) FROM catalog")[0][0], 3 * MIB)
        # What is added makes it look.
        self.server.sql("ALTER TABLE t ADD more text", database)
        self.running.after_checks("env", 2)
        until("less", lambda: len(self.old()) < len(before) and self.store(
            "SELECT sum(length(packed)) FROM catalog")[0][0] < MIB, PATIENCE)
        left = self.old()
        # The newest of them stay, as many as there is room for.
        self.assertGreater(len(left), 10)
        self.assertEqual(left, before[-len(left):])
        # No more than they need is there, and no less.
        self.assertEqual(self.store(
            "SELECT count(*) FROM catalog WHERE key LIKE 'old%' AND NOT EXISTS"
            " (SELECT 1 FROM interval i WHERE i.key = catalog.key)")[0][0], 0)
        self.assertEqual(self.store(
            "SELECT count(*) FROM interval i WHERE NOT EXISTS"
            " (SELECT 1 FROM catalog c WHERE c.key = i.key)")[0][0], 0)
        # What is there now, and what changed to it, was not touched.
        self.assertEqual(len(self.store("SELECT 1 FROM interval WHERE key NOT LIKE 'old%'")), 2)
        self.running.stop()
        self.assertEqual(self.store("PRAGMA integrity_check"), [("ok",)])
        self.running.start()
        self.running.wait_state("env", "in_sync")


if __name__ == "__main__":
    unittest.main()
