"""Since when each finding has been there, and when a check saw it last."""
import unittest

from harness import Postgres, SystemTest, environment, program, until

TABLES = "CREATE TABLE t (id integer PRIMARY KEY, name text)"


class Seen(SystemTest):
    def item(self):
        """The only finding."""
        items = self.running.environment("env")["schema"]["items"]
        self.assertEqual(len(items), 1, items)
        return items[0]

    def moved(self, item):
        """Once it was seen after that."""
        def later():
            now = self.item()
            return now["last_seen_at"] > item["last_seen_at"] and now
        return until("a later look", later)

    def test_first_and_last_seen(self):
        database, expected = self.database(TABLES), self.database(TABLES)
        self.server.sql("ALTER TABLE t ADD by_hand integer", database)
        config = environment("expected", self.server.dsn(expected)) + environment(
            "env", self.server.dsn(database), expect="environment:expected")
        self.running = self.daemon(config)
        self.running.wait_state("env", "drifted")
        first = self.item()
        self.assertLessEqual(first["first_seen_at"], first["last_seen_at"])
        later = self.moved(first)
        self.assertEqual(later["first_seen_at"], first["first_seen_at"])
        diff = self.running.get("/status/env/diff")
        self.assertEqual(diff.json()["findings"][0]["first_seen_at"], first["first_seen_at"])
        # Who asks for findings that stand gets them once.
        later = self.moved(later)
        self.assertEqual(self.running.get(
            "/status/env/diff", {"If-None-Match": diff.headers["ETag"]}).status, 304)
        # Over a restart, and in a check by itself.
        self.running.stop()
        checked = program("check", "-c", self.running.file, "--format", "json", "env")
        items = checked.json()["environments"][0]["schema"]["items"]
        self.assertEqual(items[0]["first_seen_at"], first["first_seen_at"])
        self.assertGreaterEqual(items[0]["last_seen_at"], later["last_seen_at"])
        self.running.start()
        again = self.moved(later)
        self.assertEqual(again["first_seen_at"], first["first_seen_at"])
        # What goes and comes back begins anew.
        self.server.sql("ALTER TABLE t DROP by_hand", database)
        self.running.wait_state("env", "in_sync")
        self.server.sql("ALTER TABLE t ADD by_hand integer", database)
        self.running.wait_state("env", "drifted")
        self.assertGreater(self.item()["first_seen_at"], first["first_seen_at"])

    def test_a_failed_check_sees_nothing(self):
        server = Postgres()
        self.addCleanup(server.stop)
        expected = server.database(TABLES)
        database = server.database(TABLES + ";CREATE TABLE more (id integer)")
        self.running = self.daemon(
            environment("expected", server.dsn(expected)) + environment(
                "env", server.dsn(database), expect="environment:expected"))
        self.running.wait_state("env", "drifted")
        server.stop("fast")
        self.running.wait_state("env", "unknown")
        seen = self.item()
        self.running.after_checks("env", 2)
        self.assertEqual(self.item(), seen)
        server.start()
        self.running.wait_state("env", "drifted")
        self.assertEqual(self.moved(seen)["first_seen_at"], seen["first_seen_at"])


if __name__ == "__main__":
    unittest.main()
