"""What a trusted environment has at a revision is written as a snapshot of it, once, and
is what others are held against; another catalog of that revision is a finding."""
import json
import os
import stat
import unittest

from harness import directory, environment, until
from shop import Shop


class Capture(Shop):
    def setUp(self):
        super().setUp()
        self.where = directory("captured")

    def trusted(self, database, name="staging", **keys):
        return environment(name, self.server.dsn(database), **{
            "migrations": "shop", "capture": "snapshots:" + self.where, **keys})

    def file(self, revision):
        return os.path.join(self.where, revision + ".json")

    def written(self, revision):
        return until("the snapshot of " + revision,
                     lambda: os.path.exists(self.file(revision)) and self.file(revision))

    def problems(self):
        return [p for p in self.running.json("/migrations/shop")["problems"]
                if p["code"] == "two_catalogs"]

    def count(self):
        return self.running.metric("pgdriftd_migrations_problems", migrations="shop",
                                   code="two_catalogs")

    def test_others_are_held_against_it(self):
        staging, prod = self.at(self.ids[3]), self.at(self.ids[2])
        self.running = self.daemon(
            self.migrations() + self.trusted(staging) + environment(
                "prod", self.server.dsn(prod), migrations="shop",
                expect="snapshots:" + self.where))
        path = self.written(self.ids[3])
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o644)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["revision"], [self.ids[3]])
        self.project.upgrade(prod, self.ids[3])
        until("prod to be compared", lambda: self.running.environment("prod")["schema"][
            "status"] == "in_sync")
        # Each revision that it comes to, and nothing is written twice.
        before = os.stat(path)
        self.project.upgrade(staging)
        self.written(self.ids[4])
        self.running.after_checks("staging", 3)
        self.assertEqual(os.stat(path).st_mtime_ns, before.st_mtime_ns)
        self.assertEqual(sorted(os.listdir(self.where)),
                         sorted(i + ".json" for i in self.ids[3:]))
        self.assertEqual((self.problems(), self.count()), ([], 0))

    def test_two_catalogs(self):
        staging = self.at(self.ids[3])
        self.running = self.daemon(self.migrations() + self.trusted(staging))
        path = self.written(self.ids[3])
        before = os.stat(path)
        self.server.sql("CREATE TABLE by_hand ()", staging)
        problem = until("the problem", self.problems)[0]
        self.assertEqual((problem["revision"], problem["file"]), (self.ids[3], path))
        for part in ("staging", "1 difference", "public.by_hand"):
            self.assertIn(part, problem["detail"])
        self.assertEqual(self.count(), 1)
        self.running.after_checks("staging", 3)
        self.assertEqual(os.stat(path).st_mtime_ns, before.st_mtime_ns)
        self.assertEqual(self.running.log().count("two catalogs"), 1)
        self.running.reload(self.migrations(allow=["two_catalogs:" + self.ids[3]]) +
                            self.trusted(staging))
        until("it to be allowed", lambda: self.count() == 0)
        self.running.reload(self.migrations() + self.trusted(staging))
        until("it to count", lambda: self.count() == 1)
        os.unlink(path)
        until("no problem", lambda: not self.problems())
        self.written(self.ids[3])

    def test_what_has_drifted_is_not_captured(self):
        staging = self.at(change="CREATE TABLE by_hand ()")
        self.running = self.daemon(
            self.migrations() + environment("dev", self.server.dsn(self.dev),
                                            migrations="shop") +
            self.trusted(staging, expect="environment:dev"))
        self.running.wait_state("staging", "drifted")
        self.running.after_checks("staging", 3)
        self.assertEqual(os.listdir(self.where), [])
        self.server.sql("DROP TABLE by_hand", staging)
        self.written(self.ids[4])

    def test_a_directory_that_comes_later(self):
        os.rmdir(self.where)
        self.running = self.daemon(self.migrations() + self.trusted(self.at()))
        until("the message", lambda: "staging cannot be captured" in self.running.log())
        self.running.after_checks("staging", 3)
        self.assertEqual(self.running.log().count("cannot be captured"), 1)
        os.mkdir(self.where)
        until("another try", lambda: os.path.exists(self.file(self.ids[4])), 60)


if __name__ == "__main__":
    unittest.main()
