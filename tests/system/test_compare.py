"""diff, between pairs of small databases: what counts as the same, and what is said of
what does not.
"""
import os

from harness import (WATCHER, SystemTest, directory, environment, program, section, write)


class Compare(SystemTest):
    def compared(self, expected, actual, *switches):
        result = program("diff", self.server.dsn(self.database(expected)),
                         self.server.dsn(self.database(actual)), "--format", "json",
                         *switches)
        document = result.json()
        self.assertStatus(result, 1 if document["findings"] else 0)
        return document["findings"]


class Values(Compare):
    def test_storage_parameters_by_value(self):
        tables = "CREATE TABLE t%d (a int, b text) WITH (%s);"
        views = "CREATE VIEW v%d WITH (%s) AS SELECT 1 AS x;"
        same = [
            (tables, "autovacuum_enabled=false", "autovacuum_enabled='F'"),
            (tables, "autovacuum_vacuum_scale_factor=.1",
             "autovacuum_vacuum_scale_factor=0.10"),
            (tables, "fillfactor='070'", "fillfactor=56"),
            (tables, "toast.autovacuum_enabled=0", "toast.autovacuum_enabled=no"),
            (tables, "fillfactor=90, autovacuum_enabled=on",
             "autovacuum_enabled, fillfactor=90"),
            (tables, "autovacuum_vacuum_cost_delay=5",
             "autovacuum_vacuum_cost_delay='5.0'"),
            (views, "security_barrier", "security_barrier=1"),
            (views, "security_invoker=yes", "security_invoker='TRUE'"),
        ]

        def made(column, extra):
            return extra + "".join(row[0] % (i, row[column]) for i, row in enumerate(same))
        self.assertEqual(self.compared(
            made(1, "CREATE TABLE x (a int, b int[]); CREATE INDEX i ON x (a)"
                 " WITH (deduplicate_items=off); CREATE INDEX g ON x USING gin (b)"
                 " WITH (fastupdate=off); ALTER TABLE x ALTER a SET (n_distinct=-.5);"),
            made(2, "CREATE TABLE x (a int, b int[]); CREATE INDEX i ON x (a)"
                 " WITH (deduplicate_items=0); CREATE INDEX g ON x USING gin (b)"
                 " WITH (fastupdate='No'); ALTER TABLE x ALTER a SET"
                 " (n_distinct='-0.50');")), [])

    def test_storage_parameters_that_differ(self):
        for one, other in (("fillfactor=70", "fillfactor=77"),
                           ("fillfactor='070'", "fillfactor=70"),
                           ("autovacuum_enabled=on", "autovacuum_enabled=off"),
                           ("autovacuum_vacuum_scale_factor=0.1",
                            "autovacuum_vacuum_scale_factor=0.01"),
                           ("fillfactor=100", None)):
            with self.subTest(one):
                found = self.compared(*("CREATE TABLE t (a int)" +
                                        (" WITH (%s)" % o if o else "")
                                        for o in (one, other)))
                self.assertEqual([(f["name"], f["property"]) for f in found],
                                 [("public.t", "options")])

    def test_arguments_of_a_trigger_can_be_read(self):
        function = ("CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE"
                    " plpgsql AS 'BEGIN RETURN NEW; END'; ")
        for arguments, text in (("'a, b'", "'a, b'"), ("'', 'x'", "'', 'x'"),
                                ("'it''s', 'caf\u00e9'", "'it''s', 'caf\u00e9'"),
                                (r"E'\\000'", r"E'\\000'"), ("7, 0.5", "'7', '0.5'"),
                                ("E'a\\nb', '00'", "'a\nb', '00'")):
            with self.subTest(arguments):
                found = self.compared(*(function + "CREATE TRIGGER tr BEFORE INSERT ON t"
                                        " FOR EACH ROW EXECUTE FUNCTION f(%s)" % a
                                        for a in ("'-'", arguments)))
                self.assertEqual([(f["property"], f["found"]) for f in found],
                                 [("arguments", text)])


class Whitespace(Compare):
    FUNCTION = ("CREATE FUNCTION f() RETURNS int LANGUAGE %s AS $body$%s$body$;"
                "CREATE VIEW v AS SELECT '%s'::text AS x;")

    def test_white_space_of_a_body(self):
        """What is said of it, and whether it is one when white space does not count."""
        body = "BEGIN\n  RETURN length('a b'); -- c\nEND"
        only = "differs in white space only"
        for other, note, loose in (
                (body.replace("\n", "\r\n"), only + " (CRLF line ends)", 0),
                (body.replace("  R", "\tR"), only + " (indentation)", 0),
                (body.replace(";", " ;  "), only, 0),
                ("\n\n" + body + "\n", only + " (empty lines)", 0),
                (body.replace("a b", "a  b"), only, 1),
                (body.replace("a b", "ab"), only, 1),
                (body.replace("-- c\nEND", "-- cEND\nEND"), None, 1)):
            with self.subTest(other):
                found = self.compared(*(self.FUNCTION % ("plpgsql", b, "x")
                                        for b in (body, other)))
                self.assertEqual([(f["property"], f.get("note")) for f in found],
                                 [("body", note)])
                self.assertEqual(len(self.compared(
                    *(self.FUNCTION % ("plpgsql", b, "x") for b in (body, other)),
                    "--no-body-whitespace")), loose)

    def test_white_space_in_a_definition(self):
        found = self.compared(self.FUNCTION % ("sql", "SELECT 1", "a b"),
                              self.FUNCTION % ("sql", "SELECT  1", "a  b"),
                              "--no-body-whitespace")
        self.assertEqual([(f["name"], f["note"]) for f in found],
                         [("public.v", "differs in white space only")])

    def test_the_key(self):
        expected, actual = (self.database(self.FUNCTION % ("sql", body, "x"))
                            for body in ("SELECT 1", "SELECT  1\r\n"))
        config = self.config(
            environment("dev", self.server.dsn(expected)),
            environment("strict", self.server.dsn(actual), expect="environment:dev"),
            environment("loose", self.server.dsn(actual), expect="environment:dev",
                        body_whitespace=False))
        for name, status in ("strict", 1), ("loose", 0):
            self.assertStatus(program("diff", "-c", config, "env:dev", "env:" + name),
                              status)
        text = program("diff", "-c", config, "env:dev", "env:strict").out
        self.assertIn("    note: differs in white space only\n", text)


class Unseen(SystemTest):
    """What a terminal would obey, or nobody sees, is seen wherever people look."""

    ROWS = [("E'ab2c1f16b0b3\\n'", "ab2c1f16b0b3\\n"), ("E'a\\x1b[2Jb'", "a\\x1b[2Jb"),
            ("E'a\\u202eb'", "a\\u202eb"), ("E'a\\u0085b'", "a\\u0085b"),
            ("E'a\\u200bb'", "a\\u200bb"), ("E'a\\tb'", "a\\tb"), ("NULL", "NULL"),
            ("''", "''")]

    def setUp(self):
        super().setUp()
        versions = os.path.join(directory("migrations"), "versions")
        os.mkdir(versions)
        write(os.path.join(versions, "a.py"), "revision = 'ab2c1f16b0b3'\n"
              "down_revision = None\n\n\ndef upgrade():\n    pass\n")
        self.migrations = section("migrations", "m", path=versions)

    def test_rows_of_the_version_table(self):
        names = []
        for i, (row, _) in enumerate(self.ROWS):
            names.append(environment("e%d" % i, self.server.dsn(self.database(
                "CREATE TABLE alembic_version (version_num text);"
                "INSERT INTO alembic_version VALUES (%s); CREATE TABLE t (a int);"
                "GRANT SELECT ON alembic_version TO PUBLIC" % row)), migrations="m"))
        config = self.migrations + "".join(names)
        text = program("check", "-c", self.config(config)).out
        daemon = self.daemon(config)
        page = daemon.get("/").text
        log = daemon.log()
        for i, (_, shown) in enumerate(self.ROWS):
            with self.subTest(shown):
                name = "e%d" % i
                row, hint = next((a, b) for a, b in zip(text.split("\n"),
                                                        text.split("\n")[1:])
                                 if a.startswith(name + " "))
                self.assertIn("  %s  " % shown, row)
                self.assertIn(shown, hint)
                self.assertIn("<code>%s</code>" % shown.replace("'", "&#39;"), page)
                self.assertIn(shown, daemon.environment(name)["hint"])
        for unseen in "\x1b\u202e\u0085\u200b\t":
            for where in text, page, log:
                self.assertNotIn(unseen, where)

    def test_names_and_values(self):
        expected, actual = self.database(), self.database(
            "CREATE SCHEMA s; CREATE TABLE s.\"\x1b[2J\u202e\" (a int);"
            "COMMENT ON TABLE s.\"\x1b[2J\u202e\" IS E'x\\n\\x07y\\u2066\\ttab\\r\\nz';")
        text = program("diff", self.server.dsn(expected), self.server.dsn(actual),
                       "--ignore", "!*:*").out
        self.assertIn("schema s", text)
        self.server.sql("CREATE SCHEMA s; CREATE TABLE s.\"\x1b[2J\u202e\" (a int)",
                        expected)
        text = program("diff", self.server.dsn(expected), self.server.dsn(actual)).out
        self.assertIn('comment on table s."\\x1b[2J\\u202e"', text)
        self.assertIn("\\x07y\\u2066\ttab\\r\n", text)
        for unseen in "\x1b\u202e\x07\u2066\r":
            self.assertNotIn(unseen, text)


class Counted(SystemTest):
    def test_objects_of_equal_fingerprints(self):
        """The same number, compared or not, and whatever is compared."""
        dsn, other = (self.server.dsn(self.database(
            "CREATE TABLE alembic_version (version_num text PRIMARY KEY);"
            "CREATE SCHEMA s; CREATE TABLE s.t (a int CHECK (a > 0)); CREATE TABLE t (a int);"
            "COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO PUBLIC;"
            "GRANT SELECT ON alembic_version TO PUBLIC")) for _ in range(2))
        daemon = self.daemon(
            environment("dev", dsn) + environment("same", other, expect="environment:dev") +
            environment("narrow", other, expect="environment:dev", schemas=["s"],
                        comments=False) +
            environment("wide", other, expect="environment:dev", grants=True, owners=True))
        schemas = {n: daemon.after_checks(n)["schema"]
                   for n in ("dev", "same", "narrow", "wide")}
        for key in "fingerprint", "objects":
            self.assertEqual(len({s[key] for s in schemas.values()}), 1, schemas)
        for kind, count in (("table", 2), ("column", 2), ("comment", 2)):
            for name in schemas:
                self.assertEqual(daemon.metric("pgdriftd_schema_objects", environment=name,
                                               kind=kind), count, (name, kind))


class Text(SystemTest):
    def test_hundreds(self):
        """Two lines for a table that is missing, and what belongs to one table together."""
        tables = "".join("CREATE TABLE t%d (a int PRIMARY KEY, b text);"
                         "CREATE INDEX ON t%d (b);" % (i, i) for i in range(150))
        functions = "".join("CREATE FUNCTION f%d() RETURNS int LANGUAGE sql AS 'SELECT 1%s';"
                            % (i, "\n" * 60 + "+ 2") for i in range(20))
        expected = self.database(tables + functions + "CREATE TABLE u (a int, b text);"
                                 "CREATE INDEX u_b ON u (b)")
        actual = self.database("CREATE TABLE u (a bigint, c text);"
                               "CREATE TABLE x (a int) WITH (fillfactor = 50)")
        found = [self.server.dsn(d) for d in (expected, actual)]
        text = program("diff", *found).out
        summary = ("150 tables missing, 1 unexpected\n1 column missing, 1 unexpected, 1"
                   " changed (type)\n1 index missing\n20 functions missing\n")
        total = "175 findings: 172 missing, 2 unexpected, 1 changed; 0 ignored\n"
        self.assertTrue(text.startswith(summary + "\n"), text[:500])
        self.assertTrue(text.endswith("\n" + total), text[-500:])
        self.assertEqual(program("diff", "--summary", *found).out, summary + total)
        self.assertIn("missing    table public.t7 (breaking)\n"
                      "    expected: columns: a integer not null, b text\n"
                      "missing    table public.t70", text)
        self.assertIn("    found:\n      columns: a integer\n      options: fillfactor=50\n",
                      text)
        for usual in "permanent", "heap", "row_security", "owner", "volatil":
            self.assertNotIn(usual, text)
        self.assertEqual([line.split(" (")[0] for line in text.split("\n\n")[2].split("\n")
                          if not line.startswith(" ")],
                         ["changed    column public.u.a: type",
                          "missing    column public.u.b", "unexpected column public.u.c",
                          "missing    index public.u_b"])
        self.assertLess(text.count("\n"), 600)

    def test_the_owner_where_owners_are_compared(self):
        found = [self.server.dsn(self.database(d)) for d in ("CREATE TABLE t ()", None)]
        for switch, text in (("--no-comments", "    expected: no columns\n"),
                             ("--owners", "      no columns\n      owner: postgres\n")):
            self.assertIn(text, program("diff", *found, switch).out)


class Database(SystemTest):
    """The database itself: what of it is compared, and when."""

    MADE = "CREATE TABLE t (a int)"

    def setUp(self):
        super().setUp()
        self.expected = self.database(self.MADE)

    def other(self, options="", then=None):
        """A database that is the same but for what is said."""
        name = self.database(None)
        self.server.sql("DROP DATABASE %s" % name)
        self.server.sql("CREATE DATABASE %s TEMPLATE template0 %s" % (name, options))
        self.server.sql(self.MADE, name)
        if then:
            self.server.sql(then.replace("@", name), name)
        return name

    def found(self, actual, *switches):
        result = program("diff", self.server.dsn(self.expected), self.server.dsn(actual),
                         "--format", "json", *switches)
        document = result.json()
        self.assertStatus(result, 1 if document["findings"] else 0)
        self.assertEqual({(f["kind"], f["name"]) for f in document["findings"]} -
                         {("database", "itself")}, set())
        return {f["property"]: (f["expected"], f["found"]) for f in document["findings"]}

    def test_locale(self):
        actual = self.other("LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.utf8'")
        said = {"lc_collate": ("C", "C.UTF-8"), "lc_ctype": ("C", "C.UTF-8")}
        self.assertEqual(self.found(actual), {})
        for switch in "--all", "--locale":
            self.assertEqual(self.found(actual, switch), said)
        self.assertEqual(self.found(actual, "--all", "--ignore", "database:itself@lc_ctype"),
                         {"lc_collate": said["lc_collate"]})
        text = program("diff", self.server.dsn(self.expected), self.server.dsn(actual),
                       "--locale").out
        self.assertIn("changed    database itself: lc_collate (breaking)", text)

    def test_encoding_is_always_compared(self):
        actual = self.other("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
        for switches in (), ("--schemas", "public"):
            self.assertEqual(self.found(actual, *switches),
                             {"encoding": ("UTF8", "SQL_ASCII")})

    def test_one_locale_of_two_names(self):
        self.expected = self.other("LC_COLLATE 'C.UTF-8' LC_CTYPE 'C'")
        actual = self.other("LC_COLLATE 'C.utf8' LC_CTYPE 'POSIX'")
        self.assertEqual(self.found(actual, "--all"), {})

    def test_privileges(self):
        actual = self.other(then="REVOKE CONNECT ON DATABASE @ FROM PUBLIC;"
                            "GRANT CONNECT ON DATABASE @ TO " + WATCHER)
        self.assertEqual(self.found(actual), {})
        self.assertEqual(self.found(actual, "--grants"), {"privileges": (
            "PUBLIC: CONNECT, TEMPORARY", "PUBLIC: TEMPORARY; %s: CONNECT" % WATCHER)})
        same = self.other(then="GRANT CONNECT ON DATABASE @ TO PUBLIC")
        self.assertEqual(self.found(same, "--grants"), {})

    def test_limit_of_connections(self):
        actual = self.other("CONNECTION LIMIT 5")
        self.assertEqual(self.found(actual), {})
        self.assertEqual(self.found(actual, "--all"), {"connection_limit": (None, "5")})

    def test_a_collation_version_that_does_not_fit(self):
        """Of the found side alone, whatever the expected one is like."""
        if int(self.server.sql("SHOW server_version_num")) < 150000:
            self.skipTest("no version is recorded before 15")
        icu = "LOCALE_PROVIDER icu ICU_LOCALE 'en'"
        stale = "UPDATE pg_database SET datcollversion = '1' WHERE datname = '@'"
        fine, actual = self.other(icu), self.other(icu, stale)
        self.assertEqual(set(self.found(fine, "--locale")), {"locale_provider"})
        for self.expected in fine, self.other(icu, stale):
            self.assertEqual(self.found(actual), {})
            self.assertEqual(self.found(fine, "--locale"), {})
            (expected, found), = self.found(actual, "--locale").values()
            self.assertIsNone(expected)
            self.assertRegex(found, "^recorded 1, now [0-9.]+$")

    def test_the_daemon_compares_it_on_request(self):
        actual = self.other("LC_COLLATE 'C.UTF-8'")
        daemon = self.daemon(
            environment("dev", self.server.dsn(self.expected)) +
            environment("off", self.server.dsn(actual), expect="environment:dev") +
            environment("on", self.server.dsn(actual), expect="environment:dev",
                        locale=True))
        daemon.wait_state("off", "in_sync")
        found = daemon.wait_state("on", "drifted")
        self.assertIn("database itself: lc_collate is C.UTF-8 instead of C", found["hint"])
        self.assertEqual(daemon.environment("off")["state"], "in_sync")
