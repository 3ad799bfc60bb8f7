"""What an expected catalog is worth: of which revision it is, and whether it is one."""
import os
import unittest

from harness import directory, environment, program, until, write
from shop import Shop


class Relation(Shop):
    def reference(self, target, database, **keys):
        """`env`, held against an environment `ref` at revision `target`."""
        self.ref = self.at(target)
        self.running = self.daemon(self.migrations() + environment(
            "ref", self.server.dsn(self.ref), migrations="shop", allow_empty=True,
        ) + environment("env", self.server.dsn(database), migrations="shop",
                        expect="environment:ref", **keys))

    def relation(self, status, relation):
        return until("relation %s" % relation, lambda: [
            e for e in [self.running.environment("env")]
            if e["schema"]["status"] == status and e["schema"]["relation"] == relation])[0]

    def test_an_older_reference(self):
        self.reference(self.ids[2], self.at(change="DROP TABLE step1"))
        found = self.relation("other_revision", "reference_behind")
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertIn("older", found["hint"])
        self.assertStatus(program("check", "-c", self.running.file, "env"), 1)
        self.assertEqual(self.running.get("/status/env?fail_on=revision_mismatch").status, 503)
        # Once it has caught up, all is told.
        self.project.upgrade(self.ref)
        found = self.running.wait_state("env", "drifted")
        self.assertIsNone(found["schema"]["relation"])
        self.assertIn("public.step1", str(found["schema"]["items"]))

    def test_a_later_reference(self):
        self.reference("head", self.at(self.ids[2]))
        found = self.relation("other_revision", "reference_ahead")
        self.assertEqual(found["revision"]["status"], "behind")
        self.assertIn("may belong to its later revision " + self.ids[4], found["hint"])

    def test_a_snapshot_that_a_release_has_passed(self):
        where = directory("snapshots") + "/expected.json"
        old = self.at(self.ids[3])
        self.assertStatus(program("snapshot", self.server.dsn(old), "-o", where), 0)
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.at()), migrations="shop",
            expect="snapshot:" + where))
        found = self.relation("other_revision", "reference_behind")
        self.assertEqual(found["state"], "revision_mismatch")
        self.assertIn("`pgdriftd snapshot`", found["hint"])
        os.unlink(where)
        found = self.running.after_checks("env")
        self.assertEqual(found["schema"]["status"], "other_revision")
        self.assertIn("No such file", found["schema"]["reason"])

    def test_nothing_is_green_without_its_snapshot(self):
        where = directory("snapshots") + "/expected.json"
        database = self.at()
        self.assertStatus(program("snapshot", self.server.dsn(database), "-o", where), 0)
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(database), migrations="shop",
            expect="snapshot:" + where))
        self.running.wait_state("env", "in_sync")
        with open(where) as f:
            good = f.read()
        for text in (None, "{}", good[:-10]):
            if text is None:
                os.unlink(where)
            else:
                write(where, text)
            found = self.running.wait_state("env", "unknown")
            self.assertIn(found["schema"]["status"], ("not_checked", "not_comparable"))
            self.assertIn(program("check", "-c", self.running.file).status, (2, 78))
            write(where, good)
            self.running.wait_state("env", "in_sync")

    def test_a_reference_that_moves_on(self):
        """Its catalog at the revision of before is known, and goes on to be expected."""
        database = self.at(self.ids[2])
        self.reference(self.ids[2], database)
        self.running.wait_state("env", "revision_mismatch")
        until("the comparison", lambda: self.running.environment("env")["schema"]["status"]
              == "in_sync")
        self.project.upgrade(self.ref)
        until("the reference", lambda: self.running.environment("ref")["state"] == "in_sync")
        self.assertEqual(self.running.after_checks("env")["schema"]["status"], "in_sync")
        self.server.sql("ALTER TABLE step1 ADD hotfix text", database)
        found = until("the drift", lambda: [
            e for e in [self.running.environment("env")]
            if e["schema"]["status"] == "drifted"])[0]
        self.assertEqual(found["schema"]["findings"], 1)

    def test_a_reference_that_is_set_back(self):
        self.reference("head", self.at())
        self.running.wait_state("env", "in_sync")
        self.server.sql("DROP TABLE alembic_version; DROP TABLE step2", self.ref)
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["schema"]["status"], "not_comparable")
        self.assertIn("environment:ref is itself not stamped", found["hint"])
        self.server.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public", self.ref)
        until("the empty reference", lambda: "environment:ref has no tables"
              in self.running.environment("env")["hint"])
        self.assertEqual(self.running.environment("env")["state"], "unknown")


class Located(Shop):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.snapshots = directory("snapshots")
        database = cls.server.database()
        for revision in cls.ids:
            cls.project.upgrade(database, revision)
            result = program("snapshot", cls.server.dsn(database), "-o",
                             "%s/%s.json" % (cls.snapshots, revision))
            assert result.status == 0, result

    def found(self, database, where=None):
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(database), migrations="shop",
            expect="snapshots:" + (where or self.snapshots)))
        return until("the comparison", lambda: [
            e for e in [self.running.environment("env")]
            if e["schema"]["status"] in ("in_sync", "drifted")])[0]

    def test_equal(self):
        found = self.found(self.at(self.ids[2], "DROP TABLE alembic_version"))
        self.assertEqual(found["schema"]["status"], "in_sync")
        self.assertIn("the schema matches revision %s: run `alembic stamp %s`" % (
            self.ids[2], self.ids[2]), found["hint"])

    def test_nearest(self):
        found = self.found(self.at(
            self.ids[2], "DELETE FROM alembic_version; ALTER TABLE step1 ADD hotfix text"))
        self.assertEqual(found["schema"]["status"], "drifted")
        self.assertIn("1 difference from the nearest revision, " + self.ids[2],
                      found["hint"])
        self.assertNotIn("alembic stamp", found["hint"])

    def test_unknown(self):
        found = self.found(self.at(
            self.ids[3], "UPDATE alembic_version SET version_num = 'of-another-branch'"))
        self.assertEqual(found["revision"]["status"], "unknown_revision")
        self.assertEqual(found["schema"]["status"], "in_sync")
        self.assertIn(self.ids[3], found["hint"])

    def test_alike(self):
        """Two revisions with one schema: which of them ran cannot be seen."""
        where = directory("snapshots")
        with open("%s/%s.json" % (self.snapshots, self.ids[1])) as f:
            text = f.read()
        for revision in self.ids[1], self.ids[2]:
            write("%s/%s.json" % (where, revision),
                  text.replace('"%s"' % self.ids[1], '"%s"' % revision))
        found = self.found(self.at(self.ids[1], "DROP TABLE alembic_version"), where)
        self.assertNotIn("alembic stamp", found["hint"])
        for revision in self.ids[1], self.ids[2]:
            self.assertIn(revision, found["hint"])

    def test_unwatched(self):
        """Where no revision is watched, being like any snapshot at all is not good."""
        self.running = self.daemon(environment(
            "env", self.server.dsn(self.at(self.ids[1], "DROP TABLE alembic_version")),
            expect="snapshots:" + self.snapshots))
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["schema"]["status"], "not_checked")
        self.assertIn("no revision is recorded", found["hint"])

    def test_none(self):
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.at(change="DROP TABLE alembic_version")),
            migrations="shop", expect="snapshots:" + directory("empty")))
        found = self.running.wait_state("env", "unknown")
        self.assertIn("holds no snapshot of a revision", found["hint"])

    def test_what_else_lies_there(self):
        """It is told once, in the log; the hint says what helps."""
        path = directory("stray")
        for name, text in (("README", "one for each revision"), ("old.json~", "{ half"),
                           ("r0.json", '{"pgdriftd_snapshot": 1, "revision": ["r0"],')):
            write(os.path.join(path, name), text)
        self.running = self.daemon(self.migrations() + environment(
            "env", self.server.dsn(self.at(self.ids[1])), migrations="shop",
            expect="snapshots:" + path))
        found = self.running.wait_state("env", "unknown")
        self.assertRegex(found["hint"], "holds no snapshot of revision %s: `pgdriftd snapshot"
                         " SOURCE -o '?%s/%s.json'?` writes one" % (
                             self.ids[1], path, self.ids[1]))
        for name in ("README", "old.json~", "r0.json"):
            self.assertNotIn(name, found["hint"])
        self.running.after_checks("env", 2)
        self.running.reload()
        for name in ("README", "old.json~", "r0.json"):
            self.assertEqual(self.running.log().count(path + "/" + name), 1, name)
        write(os.path.join(path, self.ids[1] + ".json"), "{ half")
        until("the damaged one", lambda: "what may be one: %s/%s.json" % (
            path, self.ids[1]) in self.running.environment("env")["hint"])

    def locate(self, status, source, *arguments):
        result = program("locate", source, self.snapshots, *arguments)
        self.assertStatus(result, status)
        return result

    def test_command(self):
        for i, revision in enumerate(self.ids):
            database = self.at(revision, "DROP TABLE alembic_version")
            said = self.locate(0, self.server.dsn(database)).out
            self.assertIn("it is revision %s (%s/%s.json)" % (
                revision, self.snapshots, revision), said)
        changed = self.at(self.ids[1], "ALTER TABLE step1 ADD hotfix text")
        said = self.locate(1, self.server.dsn(changed)).out
        self.assertIn("the nearest is revision " + self.ids[1], said)
        document = self.locate(1, self.server.dsn(changed), "--format", "json").json()
        self.assertEqual((document["equal"], document["revision"], document["findings"]),
                         (False, [self.ids[1]], 1))
        self.assertEqual(document["diff"]["findings"][0]["name"], "public.step1.hotfix")

    def test_command_with_settings(self):
        database = self.at(self.ids[1], "CREATE TABLE elsewhere ()")
        config = self.config(self.migrations(), environment(
            "env", self.server.dsn(database), ignore=["table:public.elsewhere"]))
        result = program("locate", "env:env", self.snapshots, "-c", config)
        self.assertStatus(result, 0)

    def test_command_that_fails(self):
        self.locate(2, "host=127.0.0.1 port=1 dbname=x")
        self.assertStatus(program("locate", "/nowhere.json", self.snapshots), 2)
        self.assertStatus(program("locate", self.server.dsn(self.dev), "/nowhere"), 2)
        self.assertStatus(program("locate", self.server.dsn(self.dev),
                                  directory("empty")), 2)
        self.assertStatus(program("locate", self.server.dsn(self.dev)), 64)


if __name__ == "__main__":
    unittest.main()
