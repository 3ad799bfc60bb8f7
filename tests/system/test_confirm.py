"""What stands and what comes and goes, as the log, /status and /metrics tell it."""
import unittest

from shop import Shop


class Confirmation(Shop):
    """One pair of databases, of which `env` is checked often."""

    def check_with(self, database, sql):
        self.server.sql(sql, database)
        return self.running.after_checks("env", 1)

    def told(self, name):
        return [r["msg"] for r in self.running.log_records()
                if r.get("environment") == name and "state" in r]

    def test_drift_that_stands_and_job_tables(self):
        database = self.at(self.ids[-1], "ALTER TABLE step0 ADD by_hand int")
        # No table is seen in so many checks, though in more than one.
        self.running = self.daemon(self.pair(database, confirm=20, interval="400ms"))
        self.running.wait_state("env", "drifted")
        for i in range(100, 125):
            found = self.check_with(
                database, "DROP TABLE IF EXISTS job_%d; CREATE TABLE job_%d (id int)" % (i, i + 1))
            self.assertEqual((found["state"], found["confirmed"]), ("drifted", True))
            self.assertEqual(found["schema"]["status"], "drifted")
            state = self.running.metric("pgdriftd_state", environment="env",
                                        state="unconfirmed")
            self.assertEqual(float(state), 0)
        self.assertTrue(found["flapping"])
        self.assertEqual(
            float(self.running.metric("pgdriftd_flapping", environment="env")), 1)
        self.assertIn("`table:public.job_*` in `ignore`", found["hint"])
        told = self.told("env")
        self.assertEqual(told.count("schema has drifted"), 1, told)
        self.assertEqual(told.count("findings come and go"), 1, told)
        self.assertEqual(told.count("findings have changed"), 0, told)
        # What is confirmed stays so over a restart.
        self.running.stop()
        self.running.start()
        found = self.running.after_checks("env", 1)
        self.assertEqual((found["state"], found["confirmed"]), ("drifted", True))
        # So is what is known to come and go.
        self.assertTrue(found["flapping"])
        for i in range(125, 131):
            self.check_with(database, "DROP TABLE job_%d; CREATE TABLE job_%d (id int)" % (
                i, i + 1))
        told = self.told("env")
        self.assertEqual(told.count("findings come and go"), 1, told)
        self.assertEqual(told.count("schema has drifted"), 2, told)
        self.assertEqual(told.count("findings have changed"), 0, told)


if __name__ == "__main__":
    unittest.main()
