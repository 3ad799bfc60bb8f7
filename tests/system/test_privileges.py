"""Privileges as a role sees them that may only connect."""
import unittest

from harness import SystemTest, program

EXTENSIONS = ("CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hstore;"
              "CREATE EXTENSION pgcrypto; CREATE EXTENSION postgres_fdw;")
ROLES = """DO $$ DECLARE r text; BEGIN
  FOREACH r IN ARRAY ARRAY['p_one', 'p_two'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE 'CREATE ROLE ' || r || ' SUPERUSER'; END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'p_app') THEN
    CREATE ROLE p_app; END IF; END $$"""


class PrivilegesTest(SystemTest):

    def setUp(self):
        super().setUp()
        self.server.sql(ROLES)

    def grants(self, expected, found):
        """What --grants finds between two databases: (name, change, expected, found)."""
        result = program("diff", "--grants", "--format", "json", self.server.dsn(expected),
                         self.server.dsn(found))
        self.assertIn(result.status, (0, 1), result)
        return [(f["name"], f["change"], f["severity"], f["expected"], f["found"])
                for f in result.json()["findings"] if f["kind"] == "grant"]

    def two(self, text):
        return (self.database("SET ROLE p_one; " + text),
                self.database("SET ROLE p_two; " + text))

    def test_what_an_extension_grants_is_no_finding_whoever_owns_it(self):
        one, two = self.two(EXTENSIONS)
        self.assertEqual(self.grants(one, two), [])
        self.server.sql("REASSIGN OWNED BY p_one TO p_two", one)
        self.assertEqual(self.grants(one, two), [])

    def test_what_was_granted_on_a_member_is_one_and_in_a_copy_none(self):
        one, two = self.two(EXTENSIONS)
        self.server.sql(
            "REVOKE SELECT ON pg_stat_statements FROM PUBLIC; GRANT EXECUTE ON FUNCTION"
            " pg_stat_statements_reset TO p_app; REVOKE USAGE ON TYPE hstore FROM PUBLIC;"
            " GRANT USAGE ON LANGUAGE plpgsql TO p_app", two)
        found = self.grants(one, two)
        self.assertEqual([f for f in found if "reset" not in f[0]], [
            ("public.hstore", "missing", "breaking", "PUBLIC: USAGE", None),
            ("public.pg_stat_statements", "missing", "breaking", "PUBLIC: SELECT", None),
            ("plpgsql", "unexpected", "additive", None, "p_app: USAGE")])
        self.assertEqual([f[1:] for f in found if "reset" in f[0]],
                         [("unexpected", "additive", None, "p_app: EXECUTE")])
        self.assertEqual(len(self.grants(two, one)), 4)
        self.assertEqual(self.grants(two, self.server.copy(two)), [])

    def test_a_missing_extension_takes_its_privileges_along(self):
        one = self.database("CREATE EXTENSION hstore; REVOKE USAGE ON TYPE hstore FROM PUBLIC;"
                            "GRANT EXECUTE ON FUNCTION akeys(hstore) TO p_app")
        two = self.database()
        self.assertEqual(self.grants(one, two), [])
        self.assertEqual(self.grants(two, one), [])

    def test_privileges_that_were_given_and_taken_again_are_none(self):
        text = ("CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS"
                " 'SELECT 1'; CREATE TYPE e AS ENUM (); CREATE SEQUENCE q;")
        one, two = self.two(text)
        for what in ("TABLE t", "FUNCTION f()", "TYPE e", "SEQUENCE q", "SCHEMA public"):
            self.server.sql("GRANT ALL ON %s TO p_app; REVOKE ALL ON %s FROM p_app" % (
                what, what), two)
        self.assertEqual(self.grants(one, two), [])
        self.assertEqual(self.grants(two, self.server.copy(two)), [])

    def test_all_but_one_is_told_as_the_one(self):
        one, two = self.two("CREATE TABLE t (a int); GRANT ALL ON t TO p_app")
        self.server.sql("REVOKE INSERT ON t FROM p_app", two)
        result = program("diff", "--grants", self.server.dsn(one), self.server.dsn(two))
        self.assertIn("missing:  p_app: INSERT\n", result.out)
        self.assertNotIn("unexpected:", result.out)


if __name__ == "__main__":
    unittest.main()
