"""Files of expected catalogs come, go and are damaged: nothing is green meanwhile, what
was found stands, and nobody else is concerned."""
import os
import shutil
import unittest

from harness import directory, environment, program, until
from shop import Shop


class Files(Shop):
    def save(self, where, name, database):
        path = os.path.join(where, name)
        self.assertStatus(program("snapshot", self.server.dsn(database), "-o", path), 0)
        return path

    def of(self, expect, database):
        """`env`, held against files, beside one that needs none."""
        return self.migrations() + environment(
            "other", self.server.dsn(self.dev), migrations="shop") + environment(
            "env", self.server.dsn(database), migrations="shop", expect=expect)

    def assertNotGreen(self, reason, schema="not_checked"):
        found = self.running.wait_state("env", "unknown")
        self.assertEqual(found["schema"]["status"], schema)
        self.assertIn(reason, found["schema"]["reason"])
        self.assertIn(reason, found["hint"])
        metrics = self.running.metrics()
        for name, key, word in (("state", "state", "in_sync"),
                                ("schema_status", "status", "in_sync")):
            self.assertEqual(metrics["pgdriftd_" + name, frozenset(
                {("environment", "env"), (key, word)})], 0)
        page = self.running.get("/").text
        row = page[page.index(">env<"):]
        self.assertIn("unknown", row)
        self.assertNotIn("matches", row)
        self.assertStatus(program("check", "-c", self.running.file, "env"), 2)
        self.assertStatus(program("check", "-c", self.running.file, "other"), 0)
        self.assertEqual(self.running.environment("other")["state"], "in_sync")
        return found

    def test_a_directory_goes_and_comes(self):
        where, database = directory("snapshots"), self.at()
        self.save(where, "head.json", database)
        self.running = self.daemon(self.of("snapshots:" + where, database))
        self.running.wait_state("env", "in_sync")
        os.rename(where, where + ".away")
        self.assertNotGreen("No such file or directory")
        os.rename(where + ".away", where)
        self.running.wait_state("env", "in_sync")
        path = os.path.join(where, "head.json")
        os.truncate(path, 500)
        self.assertNotGreen("head.json")
        self.save(where, "head.json", database)
        self.running.wait_state("env", "in_sync")

    def test_what_was_found_stands(self):
        where, database = directory("snapshots"), self.at()
        self.save(where, "head.json", database)
        self.running = self.daemon(self.of("snapshots:" + where, database))
        self.running.wait_state("env", "in_sync")
        self.server.sql("DROP TABLE step1", database)
        self.running.wait_state("env", "drifted")
        shutil.rmtree(where)
        found = until("the reason", lambda: [
            e for e in [self.running.environment("env")] if e["schema"]["reason"]])[0]
        self.assertEqual((found["state"], found["schema"]["status"]), ("unknown", "drifted"))
        self.assertEqual(found["schema"]["items"][0]["name"], "public.step1")
        self.assertEqual(self.running.metric("pgdriftd_drift_objects", environment="env",
                                             kind="table", change="missing"), 1)

    def test_a_file_that_is_not_there_at_the_start(self):
        for kind in ("snapshot", "snapshots"):
            where, database = directory("snapshots"), self.at()
            path = os.path.join(where, "later")
            self.running = self.daemon(self.of("%s:%s" % (kind, path), database))
            found = self.assertNotGreen("No such file or directory")
            self.assertEqual(found["revision"]["status"], "at_head")
            self.assertIn("cannot be read: No such file or directory; until it can, "
                          'environment \\"env\\" is unknown', self.running.log())
            result = program("config", "check", "-c", self.running.file)
            self.assertStatus(result, 0)
            self.assertIn("cannot be read: No such file or directory", result.err)
            if kind == "snapshots":
                os.mkdir(path)
                self.save(path, "head.json", database)
            else:
                self.save(where, "later", database)
            self.running.wait_state("env", "in_sync")
            self.assertEqual(program("config", "check", "-c", self.running.file).err, "")

    def test_two_files_of_one_revision(self):
        where, database = directory("snapshots"), self.at()
        good = self.save(where, "a.json", database)
        shutil.copy(good, os.path.join(where, "copy.json"))
        self.running = self.daemon(self.of("snapshots:" + where, database))
        self.running.wait_state("env", "in_sync")
        wrong = self.save(where, "b.json", self.at(change="ALTER TABLE step1 ADD x text"))
        found = self.assertNotGreen("a.json and ", "not_comparable")
        self.assertIn("b.json are of one revision and differ", found["hint"])
        os.unlink(wrong)
        self.running.wait_state("env", "in_sync")

    def test_a_reload_without_a_file(self):
        database = self.at()
        self.running = self.daemon(self.of("none", database))
        self.running.wait_state("env", "in_sync")
        said = self.running.reload(self.of("snapshot:/nowhere.json", database))
        self.assertIn("configuration is loaded", said)
        self.running.wait_state("env", "unknown")


class VersionTables(Shop):
    """Each side's own version table is no finding, wherever it is."""

    def with_table(self, name):
        """A database at the head whose version table has that name."""
        database = self.at()
        schema, _, table = name.rpartition(".")
        if schema:
            self.server.sql("CREATE SCHEMA %s; GRANT USAGE ON SCHEMA %s TO PUBLIC;"
                            "ALTER TABLE alembic_version SET SCHEMA %s" % (
                                schema, schema, schema), database)
        if table != "alembic_version":
            self.server.sql("ALTER TABLE alembic_version RENAME TO " + table, database)
        return database

    def test_on_either_side(self):
        places = ["alembic_version", "release", "public.release_two"]
        databases = [self.at()] + [self.with_table(p.split(".")[-1]) for p in places[1:]]
        keys = [{"version_table": p if "." in p else "public." + p} for p in places]
        where = directory("snapshots")
        for a in range(len(places)):
            for b in range(len(places)):
                if a == b:
                    continue
                config = self.config(self.migrations(), environment(
                    "a", self.server.dsn(databases[a]), migrations="shop", **keys[a]
                ), environment("b", self.server.dsn(databases[b]), migrations="shop",
                               expect="environment:a", **keys[b]))
                self.assertStatus(program("check", "-c", config, "b"), 0)
                self.assertStatus(program("diff", "-c", config, "env:a", "env:b"), 0)
                path = os.path.join(where, "a%d%d.json" % (a, b))
                self.assertStatus(program("snapshot", "-c", config, "env:a", "-o", path), 0)
                self.assertStatus(program("diff", "-c", config, path, "env:b"), 0)
                self.assertStatus(program("diff", "-c", config, "env:b", path), 0)

    def test_in_a_schema_of_its_own(self):
        other = self.with_table("app.alembic_version")
        config = self.config(self.migrations(), environment(
            "a", self.server.dsn(self.dev), migrations="shop", schemas=["public"],
        ), environment("b", self.server.dsn(other), migrations="shop", schemas=["public"],
                       version_table="app.alembic_version", expect="environment:a"))
        self.assertStatus(program("check", "-c", config, "b"), 0)
        self.assertStatus(program("diff", "-c", config, "env:a", "env:b"), 0)
        self.assertStatus(program("diff", "-c", config, "env:b", "env:a"), 0)

    def test_of_the_other_side_with_the_name_of_a_table(self):
        """What is a version table there is left out; a table that is not one, is not."""
        other = self.with_table("release")
        self.server.sql("CREATE TABLE alembic_versions (a integer)", other)
        config = self.config(self.migrations(), environment(
            "a", self.server.dsn(self.dev), migrations="shop",
        ), environment("b", self.server.dsn(other), migrations="shop",
                       version_table="public.release", expect="environment:a"))
        result = program("check", "-c", config, "b", "--format", "json")
        self.assertStatus(result, 1)
        found = [e for e in result.json()["environments"] if e["name"] == "b"][0]
        self.assertEqual([i["name"] for i in found["schema"]["items"]],
                         ["public.alembic_versions"])


if __name__ == "__main__":
    unittest.main()
