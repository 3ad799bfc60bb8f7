"""An extension in another schema is one finding, and hides nothing."""
import json
import unittest

from harness import SystemTest, program

# All that can name a member, by its bare name.
USES = """
    SET search_path = public, extensions;
    CREATE DOMAIN email AS citext CHECK (VALUE ~ '@'::citext);
    CREATE TYPE pair AS (a citext, b hstore);
    CREATE TABLE t (id uuid DEFAULT uuid_generate_v4() PRIMARY KEY, n citext NOT NULL,
        m citext[], h hstore DEFAULT ''::hstore, e email, s text,
        k text GENERATED ALWAYS AS (h -> 'k') STORED,
        CHECK (n = 'a'), EXCLUDE USING gist (s gist_trgm_ops WITH %));
    CREATE INDEX t_s ON t USING gin (s gin_trgm_ops);
    CREATE INDEX t_h ON t USING gin (h) WHERE n <> 'x';
    CREATE VIEW v AS SELECT n, h -> 'a' AS a, similarity(s, 'x') AS close FROM t WHERE n = 'b';
    CREATE MATERIALIZED VIEW w AS SELECT DISTINCT n FROM t;
    CREATE POLICY p ON t USING (n = 'a'::citext AND s % 'x');
    CREATE FUNCTION f(c citext, d hstore DEFAULT NULL) RETURNS SETOF citext LANGUAGE sql
        AS 'select c';
    CREATE FUNCTION g(c citext) RETURNS citext LANGUAGE sql RETURN lower(c::text)::citext;
    COMMENT ON FUNCTION f(citext, hstore) IS 'f';
    CREATE AGGREGATE agg(citext) (SFUNC = f2, STYPE = citext);
    CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.n = 'a') EXECUTE FUNCTION tr();
    CREATE OPERATOR === (LEFTARG = citext, RIGHTARG = hstore, FUNCTION = op);
    CREATE CAST (citext AS json) WITH INOUT;
    CREATE TABLE ev (at date, u text, n citext) PARTITION BY RANGE (at);
""".replace("CREATE AGGREGATE", """
    CREATE FUNCTION f2(citext, citext) RETURNS citext LANGUAGE sql AS 'select $1';
    CREATE FUNCTION op(citext, hstore) RETURNS bool LANGUAGE sql AS 'select true';
    CREATE AGGREGATE""")


def installed(moved, rest):
    return "CREATE SCHEMA extensions;" + "".join(
        "CREATE EXTENSION \"%s\" SCHEMA %s;" % (name, schema) for name, schema in [
            ("citext", moved), ("hstore", moved), ("pg_trgm", moved), ("uuid-ossp", rest)])


def day(number):
    return ("CREATE TABLE ev_{0} PARTITION OF ev FOR VALUES FROM ('2026-01-0{0}') TO"
            " ('2026-01-0{1}'); CREATE INDEX ev_{0}_u ON ev_{0} USING gin (u gin_trgm_ops)"
            " WHERE n <> 'x';".format(number, number + 1))


MOVED = {("citext", "changed"), ("hstore", "changed"), ("pg_trgm", "changed")}

BESIDE = [
    ("ALTER TABLE t ALTER m TYPE text[]", ("public.t.m", "changed")),
    ("ALTER TABLE t ALTER h SET DEFAULT 'a=>1'::hstore", ("public.t.h", "changed")),
    ("DROP FUNCTION g(citext)", ("public.g(extensions.citext)", "missing")),
    ("CREATE FUNCTION g(hstore) RETURNS int LANGUAGE sql AS 'select 1'",
     ("public.g(public.hstore)", "unexpected")),
    ("ALTER POLICY p ON t USING (n = 'b'::citext AND s % 'x')", ("public.t.p", "changed")),
    ("DROP INDEX t_s; CREATE INDEX t_s ON t USING gist (s gist_trgm_ops)",
     ("public.t_s", "changed")),
]


class Moved(SystemTest):
    def findings(self, expected, actual, *switches):
        sides = [self.server.dsn(d, "postgres") for d in (expected, actual)]
        found = program("diff", *sides, "--format", "json", *switches).json()["findings"]
        return {(f["name"], f["change"]) for f in found}, json.dumps(found, indent=1)

    def test_one_finding_each(self):
        there = self.database(installed("extensions", "public") + USES + day(1) + day(2))
        here = self.database(installed("public", "public") + USES + day(3) + day(4))
        self.assertEqual(*self.same(there, here))
        self.assertEqual(*self.same(here, there))
        copied = self.server.copy(here)
        self.assertEqual(self.findings(here, copied)[0], set())
        self.assertEqual(*self.same(there, copied))

    def same(self, expected, actual):
        found, said = self.findings(expected, actual)
        return found, MOVED, said

    def test_what_changed_beside_it_is_found(self):
        there = self.database(installed("extensions", "public") + USES)
        for statement, wanted in BESIDE:
            with self.subTest(statement):
                here = self.database(installed("public", "public") + USES + statement)
                found, said = self.findings(there, here)
                self.assertEqual(found, MOVED | {wanted}, said)

    def test_a_name_of_the_users_is_no_member(self):
        there = self.database(installed("extensions", "public") +
                              "CREATE TABLE x (a float DEFAULT extensions.similarity('a', 'b'))")
        here = self.database(installed("public", "public") +
                             "CREATE FUNCTION public.similarity(a text, b text, c int DEFAULT 0)"
                             " RETURNS float LANGUAGE sql AS 'select 1';"
                             "CREATE TABLE x (a float DEFAULT public.similarity('a', 'b', 1))")
        found, said = self.findings(there, here)
        self.assertEqual(found - MOVED, {
            ("public.x.a", "changed"),
            ("public.similarity(text, text, integer)", "unexpected")}, said)


if __name__ == "__main__":
    unittest.main()
