"""A database that is empty and was not, is the worst there is; one that is new is not."""
import unittest

from shop import Shop

# No check sees half of it.
EMPTY = ("BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
         " GRANT USAGE ON SCHEMA public TO PUBLIC; COMMIT")
NO_TABLES = "BEGIN; %s COMMIT" % "".join("DROP TABLE step%d; " % i for i in range(5))


class Emptied(Shop):
    def assertEmptied(self, rows=()):
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "empty_database")
        self.assertEqual(found["revision"]["recorded"], list(rows))
        self.assertRegex(found["hint"], r"^the database is empty; it had \d\d objects at "
                         r"20\S+Z(, though \S+ records \S+)?: restore what was lost, or, if")
        line = [r for r in self.running.log_records() if r.get("environment") == "env"][-1]
        self.assertEqual((line["level"], line["msg"]), ("error", "database is empty"))
        self.assertEqual(self.running.get("/status/env?fail_on=revision_mismatch").status,
                         503)
        return found

    def restart(self):
        self.running.stop()
        self.running.start()
        self.running.after_checks("env")

    def test_whatever_may_be_empty(self):
        for keys in ({}, {"allow_empty": True}):
            for expect in ("environment:dev", "none"):
                database = self.at()
                self.watch(database, "in_sync", expect=expect, **keys)
                self.server.sql(EMPTY, database)
                found = self.assertEmptied()
                self.restart()
                self.assertEqual(self.assertEmptied()["hint"], found["hint"])
                self.project.upgrade(database)
                self.running.wait_state("env", "in_sync")

    def test_while_nobody_watches(self):
        database = self.at()
        self.watch(database, "in_sync", allow_empty=True)
        self.running.stop()
        self.server.sql(EMPTY, database)
        self.running.start()
        self.assertEmptied()

    def test_its_row_is_left(self):
        database = self.at()
        self.watch(database, "in_sync", allow_empty=True)
        self.server.sql(NO_TABLES, database)
        found = self.assertEmptied([self.ids[-1]])
        self.assertIn("DELETE FROM public.alembic_version", found["hint"])

    def test_a_row_of_before_the_first_check(self):
        database = self.at()
        self.server.sql(NO_TABLES, database)
        found = self.watch(database, "revision_mismatch", allow_empty=True)
        self.assertIn("no tables, though public.alembic_version records", found["hint"])
        line = [r for r in self.running.log_records() if r.get("environment") == "env"][-1]
        self.assertEqual((line["level"], line["msg"]), ("error", "database is empty"))

    def test_a_new_one(self):
        found = self.watch(self.database(), "in_sync", allow_empty=True)
        self.assertIn("`allow_empty` permits", found["hint"])
        self.running = self.daemon(self.pair(self.database()))
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertIn("no tables: run `alembic upgrade head`", found["hint"])
        line = [r for r in self.running.log_records() if r.get("environment") == "env"][-1]
        self.assertEqual(line["level"], "warn")


if __name__ == "__main__":
    unittest.main()
