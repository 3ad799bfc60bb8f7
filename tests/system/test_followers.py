"""What happens to a reference is not the fault of those that are held against it."""
import os
import unittest

from harness import directory, environment, program, until
from shop import Shop


EMPTY = ("DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
         "GRANT USAGE ON SCHEMA public TO PUBLIC")


class Followers(Shop):
    def pair_of(self, ref_keys=None, **keys):
        """`ref` and `env`, both at the head."""
        self.ref, self.env = self.at(), self.at()
        self.running = self.daemon(self.migrations() + environment(
            "ref", self.server.dsn(self.ref), **{"migrations": "shop", **(ref_keys or {})}
        ) + environment("env", self.server.dsn(self.env), **{
            "migrations": "shop", "expect": "environment:ref", **keys}))

    def schema(self):
        return self.running.environment("env")["schema"]

    def states(self):
        changes = self.running.json("/history?environment=env")["changes"]
        return [c["state"] for c in changes if c["event"] == "state"]

    def lines(self, state):
        return [r for r in self.running.log_records()
                if r.get("environment") == "env" and r.get("state") == state]

    def test_a_reset_at_night(self):
        """dev is dropped, made anew, and restored step by step."""
        self.pair_of({"interval": "1s"})
        self.running.wait_state("env", "in_sync")
        parts = [self.server.dump(self.env, "--section=" + s).decode() for s in ("pre-data", "data", "post-data")]
        self.server.sql("DROP DATABASE %s WITH (FORCE)" % self.ref)
        self.running.wait_state("ref", "unknown")
        found = self.running.after_checks("env")
        self.assertEqual(found["state"], "in_sync")
        self.assertRegex(found["hint"], r"; as read at 20\S+Z, environment:ref "
                         r"(is unreachable|cannot be read) since 20\S+Z")
        self.assertIn("environment:ref", found["schema"]["reference_note"])
        self.assertTrue(found["schema"]["reference_read_at"])
        self.server.sql("CREATE DATABASE %s TEMPLATE template0" % self.ref)
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["schema"]["status"], "not_comparable")
        self.assertEqual(found["schema"]["reason"], "environment:ref has no tables")
        line = self.lines("unknown")[-1]
        self.assertIn("environment:ref has no tables", str(line))
        self.server.sql(parts[0], self.ref)
        found = until("the tables", lambda: [
            e for e in [self.running.environment("env")]
            if "not stamped" in str(e["schema"]["reason"])])[0]
        self.assertEqual(found["state"], "unknown")
        # The revision is there before the indexes are.
        self.server.sql(parts[1], self.ref)
        found = self.running.wait_state("env", "in_sync")
        self.assertIn("environment:ref as it was at", found["schema"]["compared_with"])
        self.assertEqual(self.running.after_checks("env", 2)["state"], "in_sync")
        # What is changed in the meantime is seen.
        self.server.sql("ALTER TABLE step1 ADD hotfix text", self.env)
        self.running.wait_state("env", "drifted")
        self.server.sql("ALTER TABLE step1 DROP hotfix", self.env)
        self.running.wait_state("env", "in_sync")
        self.server.sql(parts[2], self.ref)
        until("the reference", lambda: self.schema()["compared_with"] is None)
        self.assertEqual(self.running.after_checks("env")["state"], "in_sync")
        self.assertEqual([s for s in self.states() if s == "drifted"], ["drifted"])

    def test_a_reset_of_one_without_revision(self):
        """Neither has a version table, and only the catalogs are compared."""
        self.ref, self.env = (self.at(change="DROP TABLE alembic_version") for _ in "ab")
        self.running = self.daemon(environment("ref", self.server.dsn(self.ref),
                                               interval="1s") + environment("env", self.server.dsn(self.env),
                                               expect="environment:ref"))
        self.running.wait_state("env", "in_sync")
        parts = [self.server.dump(self.env, "--section=" + s).decode() for s in ("pre-data", "post-data")]
        self.server.sql(EMPTY, self.ref)
        self.running.wait_state("env", "unknown")
        self.server.sql(parts[0], self.ref)
        found = self.running.wait_state("env", "in_sync")
        self.assertIn("environment:ref as it was at 20", found["schema"]["compared_with"])
        self.assertIn("environment:ref was set back, and is not yet what it was",
                      found["hint"])
        self.server.sql(parts[1], self.ref)
        until("the reference", lambda: self.schema()["compared_with"] is None)
        self.assertEqual(self.running.after_checks("env")["state"], "in_sync")
        self.assertNotIn("drifted", self.states())

    def test_a_reset_by_its_migrations(self):
        self.pair_of()
        self.running.wait_state("env", "in_sync")
        self.server.sql(EMPTY, self.ref)
        self.running.wait_state("env", "unknown")
        for revision in self.ids:
            self.project.upgrade(self.ref, revision)
            until("the reference", lambda: self.running.environment("ref")["revision"]
                  ["recorded"] == [revision])
            self.running.after_checks("env")
        self.running.wait_state("env", "in_sync")
        self.assertNotIn("drifted", self.states())
        self.assertNotIn("revision_mismatch", self.states())

    def test_a_reference_that_has_itself_drifted(self):
        path = os.path.join(directory("snapshots"), "ref.json")
        self.assertStatus(program("snapshot", self.server.dsn(self.at()), "-o", path), 0)
        self.pair_of({"expect": "snapshot:" + path})
        self.running.wait_state("env", "in_sync")
        self.server.sql("ALTER TABLE step1 ADD hotfix text", self.ref)
        found = self.running.wait_state("env", "drifted")
        found = until("the note", lambda: [
            e for e in [self.running.environment("env")]
            if e["schema"]["reference_note"]])[0]
        self.assertIn("; environment:ref has itself drifted (1 difference from snapshot:"
                      + path + ")", found["hint"])

    def test_a_reference_that_is_migrating(self):
        self.pair_of()
        self.running.wait_state("env", "in_sync")
        session = self.session(self.ref)
        session.run("BEGIN; LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        self.running.wait_state("ref", "migrating")
        found = self.running.after_checks("env")
        self.assertEqual(found["state"], "in_sync")
        self.assertIn("; environment:ref is itself migrating", found["hint"])
        session.run("ROLLBACK")
        self.running.wait_state("ref", "in_sync")
        self.assertIsNone(self.running.after_checks("env")["schema"]["reference_note"])

    # ---- The head comes from an environment

    def agree(self, state, code):
        """Every way to ask says that state."""
        found = self.running.wait_state("env", state)
        self.assertEqual(self.running.get("/status/env?fail_on=" + state).status, 503)
        summary = self.running.json("/status?environment=env")["summary"]
        self.assertEqual(summary[state], 1)
        self.assertStatus(program("check", "-c", self.running.file, "env"), code)
        self.assertEqual(self.running.metric("pgdriftd_state", environment="env",
                                             state=state), 1)
        return found

    def test_a_head_that_is_never_reached(self):
        for keys in ({"expect": "none"}, {"expect": "snapshot:"}):
            env = self.at()
            if keys["expect"] != "none":
                path = os.path.join(directory("snapshots"), "env.json")
                self.assertStatus(program(
                    "snapshot", self.server.dsn(env), "-o", path), 0)
                keys["expect"] += path
            self.running = self.daemon(self.migrations() + environment(
                "ref", "host=127.0.0.1 port=1 dbname=none") + environment(
                "env", self.server.dsn(env), head=["environment:ref"], **keys))
            found = self.agree("unknown", 2)
            self.assertEqual(found["revision"]["status"], "not_checked")
            self.assertIn("environment:ref", found["hint"])

    def test_a_head_that_records_nothing(self):
        self.pair_of({"migrations": "shop"}, head=["environment:ref"], expect="none")
        self.running.wait_state("env", "in_sync")
        self.server.sql("DELETE FROM alembic_version", self.ref)
        found = self.agree("revision_mismatch", 1)
        self.assertEqual(found["revision"]["status"], "unknown_head")
        self.assertIn("environment:ref records no revision", found["hint"])
        self.server.sql(EMPTY, self.ref)
        self.running.after_checks("ref")
        found = self.agree("revision_mismatch", 1)
        self.assertIn("environment:ref records no revision", found["hint"])
        self.project.upgrade(self.ref)
        self.running.wait_state("env", "in_sync")


if __name__ == "__main__":
    unittest.main()
