"""Changes of expressions, each of which has to be seen between servers of two majors.

A row is a statement with what it says before and after, as «before|after»; the kind and
name of what it makes; and the property that differs.  Many of the statements are printed
in other words by some of the versions.  Where only a cast or a bracket differs, the
property is in brackets: it cannot be told whether they are the server's own.
"""
import re

BASE = """
CREATE SCHEMA w; SET search_path = w;
CREATE TABLE t (id int PRIMARY KEY, a text, b text, n numeric, f float8, ts timestamptz,
  d date, iv interval, j jsonb, ar int[], bo bool, v varchar(9), x xml, r int4range);
CREATE TABLE u (id int, t_id int, a text, b text);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION g(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""


def column(name, what, prop):
    return "ALTER TABLE t ADD %s %s" % (name, what), "column", "w.t." + name, prop


def check(name, what, prop="expression"):
    return ("ALTER TABLE t ADD CONSTRAINT %s CHECK (%s)" % (name, what), "constraint",
            "w.t." + name, prop)


def index(name, what, prop="keys"):
    return "CREATE INDEX %s ON t %s" % (name, what), "index", "w." + name, prop


def view(name, what, prop="definition"):
    return "CREATE VIEW %s AS SELECT %s" % (name, what), "view", "w." + name, prop


def policy(name, what, prop="using"):
    return "CREATE POLICY %s ON t %s" % (name, what), "policy", "w.t." + name, prop


def trigger(name, what, prop="when"):
    return ("CREATE TRIGGER %s BEFORE UPDATE ON t FOR EACH ROW WHEN (%s) EXECUTE FUNCTION"
            " touch()" % (name, what), "trigger", "w.t." + name, prop)


def rule(name, what, prop="definition"):
    return ("CREATE RULE %s AS ON UPDATE TO u %s" % (name, what), "rule", "w.u." + name,
            prop)


ROWS = [
    # literals
    column("d01", "bool DEFAULT «false|true»", "default"),
    column("d02", "text DEFAULT «'free'|'paid'»", "default"),
    column("d03", "int DEFAULT «1|2»", "default"),
    column("d04", "int DEFAULT «-1|1»", "default"),
    column("d05", "numeric DEFAULT «1.5|1.50»", "default"),
    column("d06", "text DEFAULT «'a b'|'a  b'»", "default"),
    column("d07", "text DEFAULT «'it''s'|'its'»", "default"),
    column("d08", "timestamp DEFAULT (now() AT TIME ZONE «'UTC'|'CET'»)", "default"),
    column("d09", "int DEFAULT extract(«year|month» FROM now())", "default"),
    column("d10", "text DEFAULT trim(«'x'|'y'»)", "default"),
    column("d11", "interval DEFAULT «'1 day'|'2 days'»", "default"),
    column("d12", "jsonb DEFAULT «'{}'|'[]'»", "default"),
    column("d13", "int[] DEFAULT «'{1,2}'|'{2,1}'»", "default"),
    column("d14", "text DEFAULT «'A'|'a'»", "default"),
    column("d15", "text DEFAULT «current_user|session_user»", "default"),
    column("d16", "text DEFAULT («NULL::text || 'a'|'a'»)", "default"),
    column("d17", "timestamptz DEFAULT «now()|clock_timestamp()»", "default"),
    column("g01", "int GENERATED ALWAYS AS (id «+|-» 1) STORED", "generated"),
    column("g02", "text GENERATED ALWAYS AS («a || b|b || a») STORED", "generated"),
    column("g03", "text GENERATED ALWAYS AS (substring(a from «2|3» for 4)) STORED",
           "generated"),
    column("g04", "int GENERATED ALWAYS AS (extract(year FROM d)::int «+ 1|+ 2») STORED",
           "generated"),
    check("c01", "n «>|>=» 0"),
    check("c02", "a IN ('a', «'b'|'c'»)"),
    check("c03", "«a|b» <> ''"),
    check("c04", "n > 0 «AND|OR» f > 0"),
    check("c05", "a «~|~*» 'x'"),
    check("c06", "a «LIKE|NOT LIKE» 'x%'"),
    check("c07", "a SIMILAR TO «'x%'|'y%'»"),
    check("c08", "position(«'x' in a|a in 'x'») = 0"),
    check("c09", "extract(year FROM ts AT TIME ZONE 'UTC') < «2100|2200»"),
    check("c10", "«lower|upper»(a) = b"),
    check("c11", "«f|g»(id) > 0"),
    check("c12", "a IS «NULL|NOT NULL»"),
    check("c13", "n BETWEEN 1 AND «9|99»"),
    check("c14", "trim(«leading|trailing» 'x' from a) <> ''"),
    check("c15", "overlay(a placing 'x' from «1|2») <> b"),
    check("c16", "«coalesce|nullif»(a, b) <> ''"),
    check("c17", "(d, d) OVERLAPS (d, «d|d + 1»)"),
    check("c18", "xmlexists(«'//a'|'//b'» passing x)"),
    check("c19", "a «COLLATE \"C\" |»< 'z'"),
    check("c20", "j «?|@>» «'a'|'{}'»"),
    check("c21", "a IS DISTINCT FROM «b|a»"),
    check("c22", "NOT «bo|(NOT bo)»"),
    check("c23", "v IN ('a', «'b'|'c'»)"),
    check("c24", "CASE WHEN bo THEN n > 0 ELSE n «<|=» 0 END"),
    check("c25", "id = ANY (ARRAY[1, «2|3»])"),
    check("c26", "ar[«1|2»] = 1"),
    index("i01", "(«lower|upper»(a))"),
    index("i02", "(id) WHERE a = «'x'|'y'»", "predicate"),
    index("i03", "(id) WHERE n «>|<» 0", "predicate"),
    index("i04", "((j ->> «'a'|'b'»))"),
    index("i05", "(trim(a), id«| DESC»)"),
    index("i06", "((n «+|*» 1))"),
    index("i07", "(date_part(«'year'|'month'», d))"),
    index("i08", "(lower(a)«| COLLATE \"C\"»)"),
    index("i09", "(id) WHERE extract(«dow|doy» FROM d) = 1", "predicate"),
    view("v01", "a FROM t WHERE b = «'x'|'y'»"),
    view("v02", "«a|b» AS c FROM t"),
    view("v03", "t.id FROM t «LEFT |»JOIN u ON u.t_id = t.id"),
    view("v04", "t.id FROM t JOIN u ON u.«t_id|id» = t.id"),
    view("v05", "«t|u».a FROM t, u"),
    view("v06", "id FROM t WHERE EXISTS (SELECT true FROM u WHERE u.«id|t_id» = t.id)"),
    view("v07", "a, count(*) AS c FROM t GROUP BY a HAVING count(*) > «1|2»"),
    view("v08", "«max|min»(id) AS m FROM t"),
    view("v09", "id FROM t ORDER BY id«| DESC»"),
    view("v10", "id FROM t LIMIT «1|2»"),
    view("v11", "id FROM t UNION «ALL |»SELECT id FROM u"),
    view("v12", "id FROM «t|u»"),
    view("v13", "«DISTINCT |»a FROM t"),
    view("v14", "extract(«epoch|year» FROM ts) AS e, ts AT TIME ZONE 'UTC' AS z FROM t"),
    view("v15", "row_number() OVER (PARTITION BY «a|b» ORDER BY id) AS r FROM t"),
    view("v16", "CASE a WHEN 'x' THEN «1|2» END AS c FROM t"),
    view("v17", "(SELECT max(u.id) FROM u WHERE u.a = «t.a|t.b») AS m FROM t"),
    view("v18", "id, a AS «x|y» FROM t", "definition"),
    view("v19", "sum(n) FILTER (WHERE a = «'x'|'y'») AS s FROM t"),
    view("v20", "x.id FROM t x JOIN t y ON x.id = y.id WHERE «x|y».a = 'q'"),
    view("v21", "q.a FROM (SELECT a FROM t WHERE id > «0|1») q"),
    view("v22", "(SELECT «true|false») AS q FROM u"),
    view("v23", "*, «1|2» AS one FROM u"),
    view("v24", "id FROM t WHERE id IN (SELECT «t_id|id» FROM u)"),
    view("v25", "xmlserialize(«content|document» x AS text) AS s FROM t"),
    ("CREATE MATERIALIZED VIEW mv AS SELECT a FROM t WHERE id «>|<» 0 WITH NO DATA",
     "materialized_view", "w.mv", "definition"),
    policy("p01", "USING (a = «current_user|session_user»)"),
    policy("p02", "USING (id «=|<>» 1)"),
    policy("p03", "WITH CHECK (n > «0|1»)", "with_check"),
    policy("p04", "USING (EXISTS (SELECT 1 FROM u WHERE u.t_id = t.id AND u.a = «'x'|'y'»))"),
    policy("p05", "USING (current_setting(«'a.b'|'a.c'») = trim(a))"),
    trigger("t01", "OLD.a «IS DISTINCT FROM|=» NEW.a"),
    trigger("t02", "trim(NEW.a) <> «''|'x'»"),
    trigger("t03", "«OLD|NEW».id > 0"),
    rule("r01", "DO ALSO UPDATE t SET a = «NEW.a|OLD.a» WHERE id = NEW.id"),
    rule("r02", "WHERE NEW.id > «1|2» DO INSTEAD NOTHING"),
    rule("r03", "DO ALSO INSERT INTO t (id, a) VALUES (NEW.id, trim(«NEW.a|'x'»))"),
    rule("r04", "DO ALSO DELETE FROM t WHERE «id|f» = NEW.id"),
    ("CREATE DOMAIN o1 AS text CONSTRAINT k CHECK (trim(VALUE) <> «''|'x'»)", "constraint",
     "w.o1.k", "expression"),
    ("CREATE DOMAIN o2 AS int DEFAULT «1|2»", "domain", "w.o2", "default"),
    ("CREATE TABLE k1 (d date) PARTITION BY RANGE (extract(«year|month» FROM d))", "table",
     "w.k1", "partition_key"),
    ("CREATE TABLE k2 (a text) PARTITION BY LIST («lower|upper»(a))", "table", "w.k2",
     "partition_key"),
    ("CREATE TABLE k3 (a int) PARTITION BY RANGE (a); CREATE TABLE k4 PARTITION OF k3"
     " FOR VALUES FROM (1) TO («10|20»)", "table", "w.k4", "partition_bound"),
    ("CREATE TABLE k5 (r int4range, n int, CONSTRAINT k EXCLUDE USING gist (r WITH &&)"
     " WHERE (n > «0|1»))", "constraint", "w.k5.k", "exclusion"),
    ("CREATE FUNCTION z1(a int, b text DEFAULT trim(«'x'|'y'»)) RETURNS int LANGUAGE sql"
     " AS 'SELECT 1'", "function", "w.z1(integer, text)", "arguments"),
    # casts and brackets
    column("e01", "text DEFAULT now()::«date|time»::text", "(default)"),
    check("e02", "n::«int|bigint» > 0", "(expression)"),
    check("e04", "«(id + 1) * 2|id + (1 * 2)» > 0", "(expression)"),
    check("e05", "(«a::varchar(3)|a::varchar(4)»)::text <> ''", "(expression)"),
    index("e06", "((n::«int|bigint»))", "(keys)"),
    view("e07", "id::«int|bigint»::text AS i FROM t", "(definition)"),
    view("e08", "'a'::«text|varchar» AS c FROM t", "(definition)"),
    policy("e09", "USING (f::«int|bigint» = 1)", "(using)"),
    trigger("e10", "NEW.n::«int|bigint» > 0", "(when)"),
]
ROWS_14 = [
    ("CREATE STATISTICS s1 ON («lower|upper»(a)), trim(b) FROM t", "statistics", "w.s1",
     "expressions"),
    ("CREATE FUNCTION z2(i int) RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT a FROM"
     " t WHERE id = i AND b = «'x'|'y'»; END", "function", "w.z2(integer)", "sql_body"),
    ("CREATE FUNCTION z3(i int) RETURNS int LANGUAGE sql RETURN i «+|-» extract(year FROM"
     " now())::int", "function", "w.z3(integer)", "sql_body"),
    ("CREATE PROCEDURE z4(i int) LANGUAGE sql BEGIN ATOMIC UPDATE t SET a = «'x'|'y'»"
     " WHERE id = i; END", "procedure", "w.z4(integer)", "sql_body"),
    ("CREATE FUNCTION z5(i int) RETURNS int LANGUAGE sql RETURN i::«int|bigint»", "function",
     "w.z5(integer)", "(sql_body)"),
    view("v26", "normalize(a, «NFC|NFKC») AS n FROM t"),
    view("v27", "a IS «NFC |NFKD »NORMALIZED AS n FROM t"),
]


def level(major):
    """The rows that a server of that version knows, as a version."""
    return 14 if major >= 14 else 12


def rows(level):
    return ROWS + (ROWS_14 if level >= 14 else [])


def script(level, after):
    """What makes all of it on a server of `level`, before or after the changes."""
    text = ";\n".join(row[0] for row in rows(level))
    return BASE + re.sub("«([^|»]*(?:\\|\\|[^|»]*)*)\\|(.*?)»",
                         lambda m: m.group(2 if after else 1), text) + ";\n"


def changed(level):
    """What is a finding, and what cannot be told: kind, name, "changed", property."""
    told, untold = set(), set()
    for _, kind, name, prop in rows(level):
        (untold if prop[0] == "(" else told).add((kind, name, "changed", prop.strip("()")))
    return told, untold
