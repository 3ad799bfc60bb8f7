"""A role that may do more than a check needs is told once, and changes no verdict."""
from harness import PASSWORD, WATCHER, SystemTest, environment, program, section

from faults.test_version_table import VersionTable

TOLD = "role may do more than a check needs"
# What a role is made with, in a database of the role `owner`, and what is said of it.
# `{}` is the role.
ROLES = {
    "plain": ("", None),
    "super_role": ("ALTER ROLE {} SUPERUSER", "super_role is a superuser, "),
    "writer": ("GRANT pg_write_server_files TO {}",
               "writer is a member of pg_write_server_files, "),
    # One SET ROLE away is near enough.
    "runner": ("CREATE ROLE between; GRANT pg_execute_server_program TO between;"
               "ALTER ROLE {} NOINHERIT; GRANT between TO {}",
               "runner is a member of pg_execute_server_program, "),
    "near_super": ("GRANT super_role TO {}", "near_super is a member of "),
    "of_table": ("ALTER TABLE t OWNER TO {}", "of_table owns what is watched, "),
    "of_schema": ("CREATE SCHEMA s AUTHORIZATION {}", "of_schema owns what is watched, "),
    "of_function": ("ALTER FUNCTION f() OWNER TO {}", "of_function owns what is watched, "),
    "of_database": ("GRANT owner TO {}",
                    "of_database has the rights of owner, owner of what is watched, "),
    # It holds rights of objects, and a role that owns things elsewhere.
    "grantee": ("CREATE ROLE elsewhere; GRANT elsewhere TO {}; GRANT ALL ON t TO {};"
                "GRANT CREATE ON SCHEMA public TO {}; GRANT pg_monitor TO {};"
                "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT SELECT ON TABLES TO public",
                None),
}


class Roles(SystemTest):
    def setUp(self):
        super().setUp()
        self.name = self.stamped("r1", text="CREATE TABLE t (id int); CREATE FUNCTION f()"
                                            " RETURNS int LANGUAGE sql AS 'SELECT 1'")
        self.versions = section("migrations", "one", path=VersionTable.project())

    def watched(self, *roles):
        return self.versions + "".join(environment(
            r, self.server.dsn(self.name, user=r), migrations="one", expect="none")
            for r in roles)

    def test_each(self):
        made = [*ROLES, "owner", "between", "elsewhere"]
        self.addCleanup(self.server.sql, "; ".join(
            "REASSIGN OWNED BY %s TO postgres; DROP OWNED BY %s" % (r, r) for r in made)
            + "; DROP ROLE " + ", ".join(made), self.name)
        self.server.sql("CREATE ROLE owner; ALTER DATABASE %s OWNER TO owner;" % self.name
                        + "".join("CREATE ROLE %s LOGIN PASSWORD '%s';" % (r, PASSWORD)
                                  for r in ROLES), self.name)
        for role, (sql, _) in ROLES.items():
            self.server.sql("GRANT SELECT ON alembic_version TO %s; %s" % (
                role, sql.replace("{}", role)), self.name)
        config = self.config(self.watched(*ROLES))
        result = program("check", "-c", config, "--format", "json")
        self.assertStatus(result, 0)
        found = {e["name"]: e["server"]["role_notice"]
                 for e in result.json()["environments"]}
        for role, (_, text) in ROLES.items():
            with self.subTest(role):
                if text is None:
                    self.assertIsNone(found[role])
                    continue
                self.assertTrue(found[role].startswith(text), found[role])
                self.assertIn("`GRANT CONNECT ON DATABASE %s TO pgdriftd` and `GRANT SELECT"
                              " ON public.alembic_version TO pgdriftd`" % self.name,
                              found[role])
        shown = program("check", "-c", config, "plain", "writer")
        self.assertStatus(shown, 0)
        self.assertEqual([line.split(":")[0] for line in shown.out.splitlines()
                          if ": notice: " in line], ["writer"])

    def told(self, running):
        return [r for r in running.log_records() if r["msg"] == TOLD]

    def test_once(self):
        self.addCleanup(self.server.sql,
                        "REVOKE pg_read_server_files FROM " + WATCHER)
        running = self.daemon(self.watched(WATCHER))
        running.wait_state(WATCHER, "in_sync")
        self.assertEqual(self.told(running), [])
        self.server.sql("GRANT pg_read_server_files TO " + WATCHER)
        running.after_checks(WATCHER, 3)
        self.assertEqual([(r["environment"], r["level"]) for r in self.told(running)],
                         [(WATCHER, "warn")])
        found = running.environment(WATCHER)
        self.assertIn("pg_read_server_files", found["server"]["role_notice"])
        self.assertEqual(found["state"], "in_sync")
        self.assertNotIn("pg_read_server_files", found["hint"])
        self.server.sql("REVOKE pg_read_server_files FROM " + WATCHER)
        running.after_checks(WATCHER, 2)
        self.assertIsNone(running.environment(WATCHER)["server"]["role_notice"])
        self.assertEqual(len(self.told(running)), 1)
