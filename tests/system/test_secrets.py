"""No password gets out, however it came in and whatever goes wrong with it.

program() and Daemon look at all that is printed, answered and logged.
"""
import os
import re
import unittest

from harness import (PASSWORD, WATCHER, WRONG_PASSWORD, directory, environment, lengthy,
                     program, section, until, write)
from shop import Shop

# Parts of a password, as they stand where a connection string is cut in the wrong place.
PARTS = ["geheim1", "geheim2"]
PATHS = ["/", "/status", "/status/env", "/status/env/diff", "/status/env/diff?format=text",
         "/history", "/migrations", "/metrics", "/version", "/readyz", "/status/nobody"]


@lengthy
class Ways(Shop):
    """Each way to give a password, with the right and with a wrong one."""

    def tcp(self, more=""):
        return "host=127.0.0.1 port=%d dbname=%s user=%s %s" % (
            self.server.port, self.dev, WATCHER, more)

    def uri(self, password, query=""):
        return "postgresql://%s%s@127.0.0.1:%d/%s%s" % (
            WATCHER, ":" + password if password else "", self.server.port, self.dev, query)

    def ways(self, password):
        """Name, dsn, keys, variables."""
        where = directory("ways")
        service = write(where + "/service", "[env]\npassword=%s\n" % password, 0o600)
        passfile = write(where + "/pass", "*:*:*:*:%s\n" % password, 0o600)
        alone = write(where + "/pw", password + "\n", 0o600)
        return [
            ("keyword", self.tcp("password=" + password), {}, {}),
            ("uri", self.uri(password), {}, {}),
            ("query", self.uri(None, "?password=" + password), {}, {}),
            ("service", self.tcp("service=env"), {}, {"PGSERVICEFILE": service}),
            ("variable", self.tcp(), {}, {"PGPASSWORD": password}),
            ("passfile", self.tcp("passfile=" + passfile), {}, {}),
            ("file", self.tcp(), {"password_file": alone}, {}),
            ("command", self.tcp(), {"password_command": "echo " + password}, {}),
            ("sslpassword", self.tcp("sslpassword=%s password=%s" % (password, password)),
             {}, {}),
        ]

    def test_right_and_wrong(self):
        for password, status in ((PASSWORD, 0), (WRONG_PASSWORD, 2)):
            for name, dsn, keys, variables in self.ways(password):
                with self.subTest(name, status=status):
                    path = self.config(self.migrations(), environment(
                        "env", dsn, migrations="shop", **keys))
                    for arguments in (["check"], ["check", "--format", "json"],
                                      ["diff", "env:env", "env:env"],
                                      ["snapshot", "env:env"]):
                        self.assertStatus(program(*arguments, "-c", path, env=variables),
                                          status)
                    for arguments in (["check"], ["show"], ["show", "--format", "json"]):
                        self.assertStatus(program("config", *arguments, "-c", path,
                                                  env=variables), 0)
                    program("check", "--format", "nagios", "-c", path, env=variables)

    def test_a_command_that_fails(self):
        path = self.config(self.migrations(), environment(
            "env", self.tcp(), migrations="shop",
            password_command="echo %s; exit 3" % PASSWORD))
        result = program("check", "-c", path)
        self.assertStatus(result, 2)
        self.assertIn("exit status 3", result.out)

    def test_daemon(self):
        for log_format in ("logfmt", "json"):
            for name, dsn, keys, variables in self.ways(WRONG_PASSWORD):
                with self.subTest(name, log_format=log_format):
                    running = self.daemon(
                        self.migrations() + environment("env", dsn, migrations="shop",
                                                        **keys),
                        service={"log_format": log_format, "log_level": "debug"},
                        env=variables)
                    self.assertEqual(running.wait_state("env", "unknown")["check"]["reason"],
                                     "auth")
                    for path in PATHS:
                        running.get(path)
                    running.stop()


class Mistakes(Shop):
    def says_nothing(self, text):
        for part in PARTS:
            self.assertNotIn(part, text)

    def test_strings(self):
        """What people write for a connection string, with the password in its wrong
        place: refused before anything is looked up, and not repeated."""
        for dsn in ("postgresql://u:geheim1@geheim2@127.0.0.1:1/d",
                    "postgresql://u:geheim1/geheim2@127.0.0.1:1/d",
                    "postgresql://u:5432/geheim1@127.0.0.1:1/d",
                    "postgresql://u:geheim1%geheim2@127.0.0.1:1/d",
                    "postgresql://u@127.0.0.1:1/d?pasword=geheim1",
                    "postgresql://u@127.0.0.1:1/d?password=geheim1&geheim2",
                    "postgresql+psycopg2://u:geheim1@127.0.0.1:1/d",
                    "POSTGRESQL://u:geheim1@127.0.0.1:1/d",
                    "host=127.0.0.1 port=geheim1 dbname=d",
                    "host=127.0.0.1 port=1 password=geheim1 geheim2 dbname=d",
                    "host=127.0.0.1 port=1 password='geheim1 geheim2 dbname=d",
                    "host=127.0.0.1 port=1 pasword=geheim1"):
            with self.subTest(dsn):
                result = program("diff", dsn, dsn)
                self.assertStatus(result, 2)
                self.assertIn("not a connection string", result.err)
                self.says_nothing(result.err)
                path = self.config(environment("env", dsn, expect="baseline"))
                for arguments in (["config", "check"], ["config", "show"], ["check"],
                                  ["serve"]):
                    result = program(*arguments, "-c", path)
                    self.assertStatus(result, 78)
                    self.assertIn("pgdriftd.conf:1", result.err)
                    self.says_nothing(result.out + result.err)


class Catalog(Shop):
    """Passwords that are a part of the schema."""

    SQL = """
CREATE FOREIGN DATA WRAPPER w OPTIONS (password 'geheim1%(n)d', debug 'shown');
CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'shown', password 'geheim1%(n)d',
  pwd 'geheim1%(n)d', "passWord" 'geheim1%(n)d', api_key 'geheim1%(n)d',
  secret_access_key 'geheim1%(n)d', token 'geheim1%(n)d',
  connstr 'host=x password = geheim1%(n)d', url 'https://u:geheim1%(n)d@h/d');
CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS ("user" 'shown', password 'geheim1%(n)d',
  anything 'geheim2%(n)d');
CREATE FOREIGN TABLE ft (a int OPTIONS (column_name 'shown', password 'geheim1%(n)d',
  key 'shown')) SERVER s OPTIONS (table_name 'shown', password 'geheim1%(n)d');
CREATE SUBSCRIPTION sub%(n)d%(own)s CONNECTION 'host=x password=geheim1%(n)d'
  PUBLICATION p WITH (connect = false, slot_name = NONE);
"""

    def make(self, n):
        name = self.database()
        self.server.sql(self.SQL % {"n": n, "own": name}, name)
        self.addCleanup(self.server.sql, "DROP SUBSCRIPTION sub%d%s" % (n, name), name)
        return name

    def test_values_stay_on_the_server(self):
        one, two, none = self.make(1), self.make(2), self.database()
        for user in ("postgres", WATCHER):
            one_dsn, two_dsn, none_dsn = (self.server.dsn(d, user) for d in
                                          (one, two, none))
            for arguments in (["snapshot", one_dsn],
                              ["diff", one_dsn, two_dsn, "--all"],
                              ["diff", one_dsn, none_dsn, "--all", "--format", "json"],
                              ["diff", none_dsn, one_dsn, "--all"]):
                with self.subTest(arguments):
                    result = program(*arguments)
                    # Nor a hash, be it of a secret and a key.
                    self.assertNotRegex(result.out + result.err, "geheim|<secret [^>]")
                    self.assertIn("shown" if "--all" not in arguments or
                                  none_dsn in arguments else "sub2", result.out)

    def options(self, expected, found, *switches):
        """What differs in options, and the reason that not all was compared."""
        document = program("diff", expected, found, "--format", "json", "--ignore",
                           "subscription:*", *switches).json()
        for f in document["findings"]:
            self.assertEqual((f["change"], f["expected"]), ("changed", f["found"]))
            self.assertIn("<secret>", f["found"])
        return ({(f["kind"], f["name"], f["property"]) for f in document["findings"]},
                document.get("reason"))

    def test_another_value_is_found(self):
        one, two = self.make(1), self.make(2)
        one_dsn, two_dsn = (self.server.dsn(d, "postgres") for d in (one, two))
        everywhere = {("foreign_data_wrapper", "w", "options"),
                      ("foreign_server", "s", "options"),
                      ("foreign_table", "public.ft", "foreign_options"),
                      ("column", "public.ft.a", "foreign_options")}
        mapping = {("user_mapping", "s.public", "options")}
        self.assertEqual(self.options(one_dsn, two_dsn), (everywhere, None))
        self.assertEqual(self.options(one_dsn, two_dsn, "--all"),
                         (everywhere | mapping, None))
        self.assertEqual(self.options(one_dsn, one_dsn, "--all"), (set(), None))
        self.server.sql("ALTER SERVER s OPTIONS (SET url 'https://u:geheim15@h/d')", one)
        self.assertEqual(self.options(one_dsn, two_dsn, "--ignore", "*:*", "--ignore",
                                      "!foreign_server:s"),
                         ({("foreign_server", "s", "options")}, None))

    def test_a_file_tells_which_there_are(self):
        one, two = self.make(1), self.make(2)
        one_dsn, two_dsn = (self.server.dsn(d, "postgres") for d in (one, two))
        path = os.path.join(directory("file"), "one")
        self.assertStatus(program("snapshot", one_dsn, "-o", path), 0)
        self.assertEqual(self.options(path, two_dsn, "--all"), (
            set(), "5 values that only one side was read with were not compared"))
        self.server.sql("ALTER SERVER s OPTIONS (DROP token)", two)
        found = program("diff", path, two_dsn, "--ignore", "subscription:*")
        self.assertStatus(found, 1)
        self.assertIn("token <secret>", found.out)

    def test_who_may_not_see_a_mapping(self):
        one = self.make(1)
        own, weak = self.server.dsn(one, "postgres"), self.server.dsn(one, WATCHER)
        reason = "permission: 1 value that a role may not see was not compared"
        for expected, found in (own, weak), (weak, own):
            self.assertEqual(self.options(expected, found, "--all"), (set(), reason))
        self.assertEqual(self.options(weak, own), (set(), None))
        self.assertEqual(self.options(weak, weak, "--all"), (set(), reason))
        self.assertIn("<permission>", program("snapshot", weak).out)
        self.assertNotIn("<permission>", program("snapshot", own).out)

    def test_dashboard(self):
        database = self.make(3)
        running = self.daemon(
            environment("dev", self.server.dsn(self.dev, "postgres"), head=["x"]) +
            environment("env", self.server.dsn(database, "postgres"),
                        expect="environment:dev"))
        running.wait_state("env", "drifted")
        for path in PATHS:
            self.assertNotIn("geheim", running.get(path).text)
        self.assertNotIn("geheim", running.log())


if __name__ == "__main__":
    unittest.main()
