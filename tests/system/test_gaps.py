"""What is said of the time in which nobody watched: the daemon was stopped, was killed, or
could not read."""
import unittest

from shop import Shop

HOUR_MS = 3600 * 1000


class Gaps(Shop):
    def life(self):
        """[(event, detail)] of the daemon, oldest first."""
        return [(c["event"], c["detail"]) for c in reversed(
            self.running.json("/history")["changes"]) if c["environment"] is None]

    def test_a_daemon_that_is_killed_is_told_by_the_next(self):
        self.running = self.daemon(self.pair(self.at()))
        self.running.after_checks("env")
        self.running.kill()
        self.running.store("UPDATE alive SET at_ms = at_ms - ?", HOUR_MS)
        self.running.start()
        life = self.life()
        self.assertEqual([event for event, _ in life], ["started", "gap", "started"])
        self.assertRegex(life[1][1], r"^for 1h(\d+m)?(\d+s)?, from 2\S+Z to 2\S+Z: the daemon "
                         "before was killed or died after its last sign of life$")
        lines = [r for r in self.running.log_records() if r["msg"] == "nobody watched"]
        self.assertEqual([(r["event"], r["detail"]) for r in lines], life[1:2])
        # Once; and one that was stopped tells by two rows.
        self.running.stop()
        self.running.start()
        self.assertEqual([event for event, _ in self.life()],
                         ["started", "gap", "started", "stopped", "started"])
        self.running.stop()
        self.running.store("UPDATE alive SET at_ms = at_ms - ?", HOUR_MS)
        self.running.start()
        self.assertRegex(self.life()[-1][1],
                         "^nobody watched for 1h.*, since it was stopped at 2")

    def test_a_clock_that_was_put_back(self):
        self.running = self.daemon(self.pair(self.at()))
        self.running.after_checks("env")
        self.running.kill()
        self.running.store("UPDATE alive SET at_ms = at_ms + ?", HOUR_MS)
        self.running.start()
        event, detail = self.life()[-2]
        self.assertEqual(event, "gap")
        self.assertIn("nobody knows for how long", detail)


if __name__ == "__main__":
    unittest.main()
