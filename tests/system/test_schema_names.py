"""schema_names: a schema is compared with one of another name, with all that names it."""
from harness import SystemTest, environment, fixture, program, until

# A name that has to be quoted, and looks like two.
QUOTED = 'Tenant "B" x.y'


def tenant(schema):
    """A schema with nearly every kind of object, which name each other."""
    return fixture("tenant.sql").replace("{s}", schema).replace("{t}", schema)


# One change of schema tenant_b each, and what is found: kind, name, property.
CHANGES = [
    ("ALTER TABLE tenant_b.orders ADD x int",
     ("column", "tenant_b.orders.x", None)),
    ("ALTER TABLE tenant_b.log ALTER id SET DEFAULT nextval('tenant_a.numbers')",
     ("column", "tenant_b.log.id", "default")),
    ("ALTER TABLE tenant_b.orders ALTER kept SET DEFAULT 'tenant_a.log'::regclass",
     ("column", "tenant_b.orders.kept", "default")),
    ("ALTER TABLE tenant_b.orders DROP CONSTRAINT orders_customer_fkey, ADD CONSTRAINT"
     " orders_customer_fkey FOREIGN KEY (customer) REFERENCES tenant_a.customers ON DELETE"
     " CASCADE", ("constraint", "tenant_b.orders.orders_customer_fkey",
                  "referenced_table")),
    ("DROP INDEX tenant_b.by_good; CREATE INDEX by_good ON tenant_b.orders"
     " (tenant_a.good('ok', 'ok'), m tenant_b.cls) WHERE m <> 'sad'::tenant_b.mood",
     ("index", "tenant_b.by_good", "keys")),
    ("DROP TRIGGER noted ON tenant_b.orders; CREATE TRIGGER noted AFTER INSERT ON"
     " tenant_b.orders FOR EACH ROW WHEN (tenant_b.good(NEW.m)) EXECUTE FUNCTION"
     " tenant_a.noted('tenant_b.log', 'tenant_a')",
     ("trigger", "tenant_b.orders.noted", "function")),
    ("CREATE OR REPLACE FUNCTION tenant_b.noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
     "  INSERT INTO tenant_a.log SELECT NEW.id; RETURN NEW; END $$",
     ("function", "tenant_b.noted()", "body")),
    ("ALTER FUNCTION tenant_b.rows(int) SET search_path = tenant_a, public",
     ("function", "tenant_b.rows(integer)", "config")),
    ("CREATE OR REPLACE VIEW tenant_b.named AS SELECT b.tenant_a, b.x FROM"
     " tenant_b.base b WHERE b.tenant_a <> 'x'", ("view", "tenant_b.named", "definition")),
    ("CREATE OR REPLACE RULE kept AS ON UPDATE TO tenant_b.customers DO ALSO"
     " INSERT INTO tenant_a.log VALUES (new.id)", ("rule", "tenant_b.customers.kept",
                                                   "definition")),
    ("ALTER POLICY mine ON tenant_b.orders WITH CHECK (tenant_a.good('ok'))",
     ("policy", "tenant_b.orders.mine", "with_check")),
    ("DROP PROCEDURE tenant_b.tidy", ("procedure", "tenant_b.tidy(tenant_b.mood)", None)),
    ("COMMENT ON TABLE tenant_b.orders IS 'x'", ("comment", "tenant_b.orders", "comment")),
    ("COMMENT ON SCHEMA tenant_b IS 'x'", ("comment", "tenant_b", "comment")),
    ("REVOKE SELECT ON tenant_b.orders FROM m_reader", ("grant", "tenant_b.orders", None)),
    ("ALTER TEXT SEARCH CONFIGURATION tenant_b.cfg ALTER MAPPING FOR asciiword WITH"
     " tenant_a.dict", ("text_search_configuration", "tenant_b.cfg", "mappings")),
]


class SchemaNames(SystemTest):
    NAMES = "tenant_b=tenant_a"

    def compared(self, expected, found, *switches, names=NAMES):
        result = program("diff", self.server.dsn(expected), self.server.dsn(found),
                         "--schema-names", names, "--grants", "--column-order", "--format",
                         "json", *switches)
        document = result.json()
        self.assertStatus(result, 1 if document["findings"] else 0)
        return [(f["kind"], f["name"], f.get("property")) for f in document["findings"]]

    def both(self):
        return self.database(tenant("tenant_a") + tenant("tenant_b"))

    def test_the_same_by_another_name(self):
        template, both = self.database(tenant("tenant_a")), self.both()
        quoted = self.database(tenant('"%s"' % QUOTED.replace('"', '""')))
        self.assertEqual(self.compared(template, both), [])
        self.assertEqual(self.compared(both, both), [])
        self.assertEqual(self.compared(both, both, "--all"), [])
        self.assertEqual(self.compared(template, quoted, names=QUOTED + "=tenant_a"), [])
        self.assertEqual(self.compared(quoted, both, "--schemas", "tenant_b",
                                       names="tenant_b=" + QUOTED), [])
        self.assertEqual(self.compared(
            both, both, names="tenant_b=tenant_a,tenant_a=tenant_b"), [])
        # The template itself is none of those that are compared with it.
        self.server.sql("CREATE TABLE tenant_a.more (a int)", both)
        self.assertEqual(self.compared(template, both), [])
        self.assertEqual(self.compared(both, both), [("table", "tenant_b.more", None)])

    def test_one_change_is_one_finding(self):
        template, both = self.database(tenant("tenant_a")), self.both()
        for statement, *expected in CHANGES:
            with self.subTest(statement):
                changed = self.server.database(statement, template=both)
                for other in template, changed:
                    self.assertEqual(self.compared(
                        other, changed, "--schemas", "tenant_b"), expected)

    def test_what_is_found_has_the_names_of_the_database(self):
        both = self.both()
        self.server.sql("DROP VIEW tenant_b.named; ALTER TABLE tenant_b.log ALTER id"
                        " SET DEFAULT nextval('tenant_a.numbers')", both)
        dsn = self.server.dsn(both)
        found = program("diff", dsn, dsn, "--schema-names", self.NAMES, "--format",
                        "json").json()["findings"]
        self.assertEqual([(f["name"], f["expected"], f["found"]) for f in found][0],
                         ("tenant_b.log.id", "nextval('tenant_b.numbers'::regclass)",
                          "nextval('tenant_a.numbers'::regclass)"))
        self.assertEqual([f["name"] for f in found], ["tenant_b.log.id", "tenant_b.named"])
        self.assertNotIn("tenant_a", found[1]["expected"].replace("b.tenant_a", ""))
        rules = program("diff", dsn, dsn, "--schema-names", self.NAMES,
                        "--generate-ignore").out.split("\n")
        switches = [s for r in rules if r for s in ("--ignore", r)]
        self.assertEqual(self.compared(both, both, *switches), [])

    def test_names_that_are_none(self):
        both = self.both()
        dsn = self.server.dsn(both)
        for names, status, reason in (
                ("tenant_b", 64, '"tenant_b" is not written HERE=THERE'),
                ("a=c,b=c", 64, 'two cannot be compared with one "c"'),
                ("a=a", 64, '"a=a" is one name'),
                ("a=b", 2, "none of the schemas that schema_names gives is there: a=b")):
            with self.subTest(names):
                result = program("diff", dsn, dsn, "--schema-names", names)
                self.assertStatus(result, status)
                self.assertIn(reason, result.out + result.err)


# What is in no schema: of the template, and of whoever comes first.
SHARED = """
CREATE EXTENSION citext SCHEMA {s};
CREATE FUNCTION {s}.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER on_ddl ON ddl_command_end EXECUTE FUNCTION {s}.on_ddl();
CREATE FUNCTION {s}.handle() RETURNS language_handler LANGUAGE c AS 'plpgsql', 'plpgsql_call_handler';
CREATE LANGUAGE tongue HANDLER {s}.handle;
CREATE FUNCTION {s}.number(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (text AS int) WITH FUNCTION {s}.number(text);
CREATE PUBLICATION shared FOR TABLE {s}.orders;
CREATE TABLE public.common (m {s}.mood);
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = {s}, public', current_database());
END $$;
"""
# Of each tenant, but in no schema.
OWN = """
CREATE TRANSFORM FOR {s}.pair LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE PUBLICATION only_{s} FOR TABLE {s}.orders, {s}.log;
COMMENT ON PUBLICATION only_{s} IS 'of {s}';
"""


class InNoSchema(SystemTest):
    """What is in no schema is of no tenant, unless it names one."""

    def compared(self, expected, found, *switches):
        found = program("diff", expected, found, "--schema-names", "tenant_b=tenant_a",
                        "--all", "--format", "json", *switches).json()["findings"]
        return sorted((f["kind"], f["name"], f.get("property") or "") for f in found)

    def test_what_is_one_row_of_one_database(self):
        both = self.database(tenant("tenant_a") + tenant("tenant_b") +
                             SHARED.replace("{s}", "tenant_a") +
                             "".join(OWN.replace("{s}", t) for t in ("tenant_a", "tenant_b")))
        dsn = self.server.dsn(both)
        other = dsn + " application_name=another"
        in_template = [("function", "tenant_b.handle()", ""),
                       ("function", "tenant_b.number(text)", ""),
                       ("function", "tenant_b.on_ddl()", "")]
        for expected in dsn, other:
            for switches in (), ("--schemas", "tenant_b"), ("--schemas", "tenant_b,public"):
                with self.subTest(expected=expected, switches=switches):
                    self.assertEqual(self.compared(expected, dsn, *switches), in_template)
        # What is the template's, or the tenant's, is compared, in a schema or not.
        self.server.sql("DROP TRANSFORM FOR tenant_b.pair LANGUAGE sql;"
                        "DROP CAST (tenant_a.pair AS text);"
                        "CREATE CAST (tenant_b.pair AS int) WITH INOUT", both)
        self.assertEqual(self.compared(dsn, dsn), [
            ("cast", "(tenant_b.pair AS integer)", ""),
            ("cast", "(tenant_b.pair AS text)", "")] + in_template + [
            ("transform", "(tenant_b.pair, sql)", "")])

    def test_of_other_tenants_of_another_database(self):
        template = self.database(tenant("tenant_a") + SHARED.replace("{s}", "tenant_a"))
        many = self.database("".join(tenant(t) + OWN.replace("{s}", t)
                                     for t in ("tenant_b", "tenant_c")) +
                             SHARED.replace("{s}", "tenant_b") +
                             "ALTER PUBLICATION shared ADD TABLE tenant_c.orders")
        # Of the tenant itself nobody expected them.
        own = [("publication", "only_tenant_b", ""),
               ("transform", "(tenant_b.pair, sql)", "")]
        template, many = self.server.dsn(template), self.server.dsn(many)
        self.assertEqual(self.compared(template, many, "--schemas", "tenant_b"), own)


class Tenants(SystemTest):
    def test_tenants_of_one_database(self):
        """Each with its version table; a change of one is found in that one alone."""
        tenants = ["tenant_%s" % c for c in "bcd"]
        database = self.database("".join(map(tenant, ["tenant_a", *tenants])))
        dsn = self.server.dsn(database)
        daemon = self.daemon(
            environment("template", dsn, schemas=["tenant_a"],
                        version_table="tenant_a.alembic_version") +
            "".join(environment(t, dsn, schemas=[t], schema_names=[t + "=tenant_a"],
                                version_table=t + ".alembic_version",
                                expect="environment:template") for t in tenants))

        def schema(name):
            return daemon.environment(name)["schema"]

        def names(name):
            return [f["name"] for f in daemon.json("/status/%s/diff" % name)["findings"]]
        for t in tenants:
            until(t, lambda t=t: schema(t)["status"] == "in_sync")
        self.server.sql("ALTER TABLE tenant_c.orders ADD x int;"
                        "ALTER TABLE tenant_d.alembic_version ADD x int", database)
        until("what changed", lambda: schema("tenant_c")["status"] == "drifted")
        self.assertEqual(names("tenant_c"), ["tenant_c.orders.x"])
        daemon.after_checks("tenant_d")
        daemon.after_checks("tenant_b")
        self.assertEqual([schema(t)["status"] for t in ("tenant_b", "tenant_d")],
                         ["in_sync"] * 2)
        self.server.sql("ALTER TABLE tenant_a.orders ADD x int", database)
        until("the template", lambda: schema("tenant_c")["status"] == "in_sync" and
              schema("tenant_b")["status"] == schema("tenant_d")["status"] == "drifted")
        self.assertEqual(names("tenant_b"), ["tenant_b.orders.x"])
