"""What a role, a database or a connection string sets decides how a server prints, and
how it plans; it never decides what is found."""
import os
import unittest

from harness import SystemTest, directory, fixture, program

# Each as far from the default as it goes.
WILD = {
    "DateStyle": "'German, DMY'", "IntervalStyle": "iso_8601", "TimeZone": "'Asia/Tokyo'",
    "extra_float_digits": "-15", "bytea_output": "escape", "xmlbinary": "hex",
    "xmloption": "document", "quote_all_identifiers": "on",
    "standard_conforming_strings": "off", "escape_string_warning": "off",
    "backslash_quote": "on", "array_nulls": "off", "transform_null_equals": "on",
    "search_path": "odd, public, pg_catalog", "client_encoding": "LATIN1",
    "lc_messages": "'POSIX'", "lc_monetary": "'POSIX'", "lc_numeric": "'POSIX'",
    "lc_time": "'POSIX'", "default_text_search_config": "'pg_catalog.german'",
    "row_security": "off", "check_function_bodies": "off",
    "client_min_messages": "debug1", "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on", "default_transaction_deferrable": "on",
    "statement_timeout": "'2s'", "lock_timeout": "'2s'", "work_mem": "64",
    "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
    "enable_hashagg": "off", "enable_sort": "off", "enable_material": "off",
    "enable_partition_pruning": "off", "constraint_exclusion": "on",
    "from_collapse_limit": "1", "join_collapse_limit": "1", "geqo_threshold": "2",
    "plan_cache_mode": "force_generic_plan", "jit": "on", "jit_above_cost": "0",
    "parallel_setup_cost": "0", "parallel_tuple_cost": "0",
    "max_parallel_workers_per_gather": "4", "session_replication_role": "replica",
}


class Wild(SystemTest):

    def setUp(self):
        super().setUp()
        self.name = self.database(fixture("oddities.sql"))
        # A subscription's name is its database's alone.
        self.server.sql("DROP SUBSCRIPTION odd_sub", self.name)
        self.role = "wild_" + self.name
        self.server.sql("CREATE ROLE %s LOGIN; CREATE ROLE %s_as; GRANT %s_as TO %s" %
                        ((self.role,) * 4))
        self.addCleanup(self.server.sql, "DROP ROLE %s; DROP ROLE %s_as" %
                        (self.role, self.role))
        self.before = os.path.join(directory("settings"), "before")
        self.snapshot(self.server.dsn(self.name), self.before)

    def snapshot(self, dsn, path):
        self.assertStatus(program("snapshot", dsn, "-o", path), 0)

    def assert_same(self, dsn):
        result = program("diff", self.before, dsn, "--all", "--format", "json", "--ignore",
                         "database_setting:*")
        self.assertStatus(result, 0)
        self.assertEqual(result.json()["findings"], [])

    def set_all(self, whose):
        self.server.sql("".join("ALTER %s SET %s = %s;" % (whose, name, value)
                                for name, value in WILD.items()), self.name)

    def test_of_the_role(self):
        self.set_all("ROLE " + self.role)
        self.assert_same(self.server.dsn(self.name, self.role))
        self.server.sql("ALTER ROLE %s SET role = %s_as" % (self.role, self.role))
        self.assert_same(self.server.dsn(self.name, self.role))

    def test_of_the_database(self):
        self.set_all("DATABASE " + self.name)
        self.assert_same(self.server.dsn(self.name))
        self.assert_same(self.server.dsn(self.name, "postgres"))

    def test_of_the_connection_string(self):
        options = " ".join("-c %s=%s" % (name, value.strip("'").replace(" ", ""))
                           for name, value in WILD.items()
                           if name not in ("session_replication_role", "lc_messages"))
        self.assert_same(self.server.dsn(self.name) + " options='%s'" % options)


class Bytes(SystemTest):
    """Without an encoding, names and bodies are bytes."""

    SQL = """
DO $$ BEGIN
  EXECUTE format('CREATE TABLE %%I (a int, %%I int)', E'caf\\x%(table)s', E'\\x%(column)s');
  EXECUTE format('CREATE FUNCTION f() RETURNS text LANGUAGE sql AS %%L',
                 E'SELECT ''\\x%(body)s''');
  EXECUTE format('COMMENT ON FUNCTION f() IS %%L', E'\\xc3\\x%(comment)s');
END $$"""
    SAME = {"table": "e9", "column": "ff", "body": "fe", "comment": "28"}

    def make(self, **other):
        self.server.made += 1
        name = "t%d" % self.server.made
        self.server.sql("CREATE DATABASE %s TEMPLATE template0 ENCODING SQL_ASCII"
                        " LOCALE 'C'" % name)
        self.server.sql(self.SQL % dict(self.SAME, **other), name)
        return self.server.dsn(name)

    def findings(self, expected, found):
        document = program("diff", expected, found, "--format", "json").json()
        return sorted((f["kind"], f["change"], f.get("property", ""))
                      for f in document["findings"])

    def test_each_byte_counts(self):
        one = self.make()
        path = os.path.join(directory("bytes"), "one")
        self.assertStatus(program("snapshot", one, "-o", path), 0)
        for expected in one, path:
            with self.subTest(expected):
                self.assertEqual(self.findings(expected, self.make()), [])
                self.assertEqual(self.findings(expected, self.make(body="fd")),
                                 [("function", "changed", "body")])
                self.assertEqual(self.findings(expected, self.make(comment="29")),
                                 [("comment", "changed", "comment")])
                self.assertEqual(self.findings(expected, self.make(column="fc")),
                                 [("column", "missing", ""),
                                  ("column", "unexpected", "")])
                self.assertEqual(self.findings(expected, self.make(table="e8")),
                                 [("table", "missing", ""),
                                  ("table", "unexpected", "")])

    def test_text_that_is_valid(self):
        """harness reads what is printed as UTF-8."""
        result = program("diff", self.make(), self.make(table="e8", body="fd"))
        self.assertStatus(result, 1)
        self.assertIn("caf", result.out)
        path = os.path.join(directory("bytes"), "two")
        self.assertStatus(program("snapshot", self.make(), "-o", path), 0)
        with open(path, encoding="utf-8") as f:
            self.assertIn('"name":"caf\\\\xe9"', f.read())


if __name__ == "__main__":
    unittest.main()
