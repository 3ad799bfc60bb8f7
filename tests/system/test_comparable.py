"""Two readings in which nothing could differ are not in sync: nothing was compared."""
import os
import unittest

from harness import Copy, Postgres, SystemTest, directory, environment, program


TENANTS = ("CREATE SCHEMA tenant_a CREATE TABLE t (a int);"
           "CREATE SCHEMA tenant_b CREATE TABLE t (a int, b int)")


class Comparable(SystemTest):
    def diff(self, expected, found, *switches):
        result = program("diff", expected, found, "--format", "json", *switches)
        return result.status, result.json()

    def checked(self, *environments, name="b"):
        """The schema axis of one of these, from a one-shot check of it."""
        result = program("check", "-c", self.config(*environments), name, "--format", "json")
        found = [e for e in result.json()["environments"] if e["name"] == name]
        return result.status, found[0]

    def two(self):
        return [self.server.dsn(self.database(text)) for text in (
            "CREATE TABLE t (a int)", "CREATE TABLE t (a bigint)")]

    # Schemas
    def test_no_schema_of_that_name(self):
        a, b = self.two()
        for schemas in "pubilc", "Public", "pub", "pubilc,publik*":
            with self.subTest(schemas):
                status, document = self.diff(a, b, "--schemas", schemas)
                self.assertEqual((status, document["status"], document["findings"]),
                                 (2, "not_comparable", []))
                self.assertEqual(document["unused_schemas"], schemas.split(","))
                for pattern in schemas.split(","):
                    self.assertIn('"%s"' % pattern, document["reason"])
        self.assertIn("pubilc", program("diff", a, b, "--schemas", "pubilc").out)

    def test_one_of_two_patterns(self):
        a, b = self.two()
        status, document = self.diff(a, b, "--schemas", "public,billing")
        self.assertEqual((status, document["status"]), (1, "drifted"))
        self.assertEqual(document["unused_schemas"], ["billing"])
        self.assertIn('"billing"', document["reason"])
        status, document = self.diff(a, b, "--schemas", "pub*")
        self.assertEqual(status, 1)
        self.assertNotIn("unused_schemas", document)

    def test_two_names_in_one_string(self):
        a, b = self.two()
        status, found = self.checked(
            environment("a", a), environment("b", b, expect="environment:a",
                                             schemas=["public, app"]))
        self.assertEqual((status, found["state"], found["schema"]["status"]),
                         (2, "unknown", "not_comparable"))
        self.assertIn('write "public", "app"', found["schema"]["reason"])
        self.assertEqual(found["schema"]["findings"], 0)

    def test_a_schema_on_one_side(self):
        a, b = self.two()
        c = self.server.dsn(self.database("CREATE SCHEMA app CREATE TABLE t (a int)"))
        for expected, actual, change in (a, c, "unexpected"), (c, b, "missing"):
            status, document = self.diff(expected, actual, "--schemas", "app")
            self.assertEqual(status, 1)
            self.assertEqual([f["change"] for f in document["findings"]], [change])

    def test_tenants_of_two_databases(self):
        """Each environment is of its own schema: they have none in common."""
        a, b = (self.server.dsn(self.database(TENANTS)) for _ in "ab")
        ta = environment("a", a, schemas=["tenant_a"])
        status, found = self.checked(ta, environment(
            "b", b, schemas=["tenant_b"], expect="environment:a"))
        self.assertEqual((status, found["schema"]["status"]), (2, "not_comparable"))
        for pattern in "tenant_a", "tenant_b":
            self.assertIn(pattern, found["schema"]["reason"])
        status, found = self.checked(ta, environment(
            "b", b, schemas=["tenant_*"], expect="environment:a"))
        self.assertEqual((status, found["schema"]["status"]), (0, "in_sync"))

    def test_tenants_of_one_database(self):
        dsn = self.server.dsn(self.database(TENANTS))
        status, found = self.checked(
            environment("a", dsn, schemas=["tenant_a"]),
            environment("b", dsn, schemas=["tenant_b"], expect="environment:a"))
        self.assertEqual((status, found["schema"]["status"]), (2, "not_comparable"))

    # One database
    def test_itself(self):
        name = self.database("CREATE TABLE t (a int)")
        dsn, other = self.server.dsn(name), self.server.dsn(name, "postgres")
        uri = "postgresql://postgres@/%s?host=%s&port=%d" % (
            name, self.server.directory, self.server.port)
        for expected, actual in (uri, other), (other, uri):
            status, document = self.diff(expected, actual)
            self.assertEqual((status, document["status"]), (2, "not_comparable"))
            self.assertIn("the same database", document["reason"])
        # Who names it twice by one name means it, and who asks what a role may see.
        self.assertEqual(self.diff(dsn, dsn)[0], 0)
        self.assertEqual(self.diff(dsn, other)[0], 0)
        status, found = self.checked(environment("a", uri), environment(
            "b", other, expect="environment:a"))
        self.assertEqual((status, found["schema"]["status"]), (2, "not_comparable"))
        self.assertIn("the same database", found["schema"]["reason"])
        status, found = self.checked(environment("a", dsn), environment(
            "b", other, expect="environment:a"))
        self.assertEqual((status, found["schema"]["status"]), (0, "in_sync"))

    def test_another_database_of_the_server(self):
        a, b = (self.server.dsn(self.database("CREATE TABLE t (a int)")) for _ in "ab")
        self.assertEqual(self.diff(a, b)[0], 0)
        status, found = self.checked(environment("a", a), environment(
            "b", b, expect="environment:a"))
        self.assertEqual((status, found["schema"]["status"]), (0, "in_sync"))

    def test_its_own_snapshot(self):
        """A catalog that was kept is another one than the database's of today."""
        dsn = self.server.dsn(self.database("CREATE TABLE t (a int)"))
        path = os.path.join(directory("snapshot"), "file")
        self.assertStatus(program("snapshot", dsn, "-o", path), 0)
        self.assertEqual(self.diff(path, dsn)[0], 0)
        self.assertEqual(self.diff(path, path)[0], 0)

    def test_a_copy_of_the_files(self):
        """Another server, though it has the same system identifier."""
        server = Postgres()
        self.addCleanup(server.stop)
        name = server.database("CREATE TABLE t (a int)")
        copy = Copy(server)
        self.addCleanup(copy.stop)
        expected, actual = server.dsn(name), copy.dsn(name)
        self.assertEqual(self.diff(expected, actual)[0], 0)
        copy.sql("ALTER TABLE t ADD b int", name)
        self.assertEqual(self.diff(expected, actual)[0], 1)

    def test_a_restart_changes_nothing(self):
        """The server is started anew between two checks: it is the same database."""
        server = Postgres()
        self.addCleanup(server.stop)
        name = server.database("CREATE TABLE t (a int)")
        dsn = server.dsn(name, "postgres")
        daemon = self.daemon(environment("a", dsn) + environment(
            "b", dsn, expect="environment:a"))
        daemon.after_checks("b")
        server.stop("fast")
        server.start()
        for _ in range(5):
            found = daemon.after_checks("b")
            self.assertEqual((found["state"], found["schema"]["status"]),
                             ("unknown", "not_comparable"))


if __name__ == "__main__":
    unittest.main()
