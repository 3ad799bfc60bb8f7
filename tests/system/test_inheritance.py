"""Children of tables: what history made local, merged or inherited is no difference."""
import json
import unittest

from harness import SystemTest, program

PARENT = "CREATE TABLE par (a int NOT NULL, b text DEFAULT 'x', CONSTRAINT pos CHECK (a > 0));"

# Two ways to one schema.
SAME = {
    "LIKE and INHERIT": (
        PARENT + "CREATE TABLE chi (c int) INHERITS (par)",
        PARENT + "CREATE TABLE chi (LIKE par INCLUDING ALL, c int); ALTER TABLE chi INHERIT par"),
    "a column of the child's first": (
        PARENT + "CREATE TABLE chi (c int) INHERITS (par)",
        PARENT + "CREATE TABLE chi (b text DEFAULT 'x', a int NOT NULL, c int) INHERITS (par)"),
    "the child's check first": (
        PARENT + "CREATE TABLE chi (c int) INHERITS (par)",
        "CREATE TABLE par (a int NOT NULL, b text DEFAULT 'x');"
        "CREATE TABLE chi (c int) INHERITS (par);"
        "ALTER TABLE chi ADD CONSTRAINT pos CHECK (a > 0);"
        "ALTER TABLE par ADD CONSTRAINT pos CHECK (a > 0)"),
    "three levels": (
        PARENT + "CREATE TABLE chi (c int) INHERITS (par); CREATE TABLE gra () INHERITS (chi)",
        PARENT + "CREATE TABLE chi (c int) INHERITS (par);"
        "CREATE TABLE gra (LIKE chi INCLUDING ALL); ALTER TABLE gra INHERIT chi"),
    "the middle one merged": (
        PARENT + "CREATE TABLE chi (c int) INHERITS (par); CREATE TABLE gra () INHERITS (chi)",
        PARENT + "CREATE TABLE chi (LIKE par INCLUDING ALL, c int);"
        "CREATE TABLE gra () INHERITS (chi); ALTER TABLE chi INHERIT par"),
    "two parents": (
        PARENT + "CREATE TABLE other (a int NOT NULL, CONSTRAINT pos CHECK (a > 0));"
        "CREATE TABLE chi () INHERITS (par, other)",
        PARENT + "CREATE TABLE other (a int NOT NULL, CONSTRAINT pos CHECK (a > 0));"
        "CREATE TABLE chi (LIKE par INCLUDING ALL);"
        "ALTER TABLE chi INHERIT par; ALTER TABLE chi INHERIT other"),
    "a partition attached": (
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE p (a int PRIMARY KEY, b int"
        " REFERENCES u, CHECK (b > 0)) PARTITION BY RANGE (a); CREATE INDEX ON p (b);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)",
        "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE p (a int PRIMARY KEY, b int"
        " REFERENCES u, CHECK (b > 0)) PARTITION BY RANGE (a); CREATE INDEX ON p (b);"
        "CREATE TABLE p1 (LIKE p INCLUDING ALL, FOREIGN KEY (b) REFERENCES u);"
        "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (9)"),
}

MERGED = SAME["LIKE and INHERIT"][1] + ";"

# What is done to the child that was merged, and what is found of it.
DIFFERENT = [
    ("ALTER TABLE chi ADD CONSTRAINT own CHECK (c < 9)",
     ("public.chi.own", "unexpected")),
    ("ALTER TABLE chi NO INHERIT par; ALTER TABLE chi DROP CONSTRAINT pos",
     ("public.chi", "changed")),
    ("ALTER TABLE par DROP CONSTRAINT pos", ("public.par.pos", "missing")),
    ("ALTER TABLE chi ALTER b SET DEFAULT 'y'", ("public.chi.b", "changed")),
    ("ALTER TABLE chi DROP CONSTRAINT IF EXISTS own", None),
]


class Children(SystemTest):
    def made(self, script):
        return self.server.dsn(self.database(script), "postgres")

    def findings(self, expected, actual):
        result = program("diff", expected, actual, "--format", "json")
        return [(f["name"], f["change"]) for f in result.json()["findings"]]

    def test_history_is_no_difference(self):
        for name, (a, b) in SAME.items():
            with self.subTest(name):
                a, b = self.made(a), self.made(b)
                self.assertEqual(self.findings(a, b), [])
                self.assertEqual(self.findings(b, a), [])

    def test_a_copy_of_each_is_the_same(self):
        for name, ways in SAME.items():
            for way in ways:
                with self.subTest(name):
                    database = self.database(way)
                    copied = self.server.copy(database)
                    self.assertEqual(self.findings(self.server.dsn(database, "postgres"),
                                                   self.server.dsn(copied, "postgres")), [])

    def test_what_is_the_childs_own_is_found(self):
        plain = self.made(SAME["LIKE and INHERIT"][0])
        for statement, wanted in DIFFERENT:
            with self.subTest(statement):
                found = self.findings(plain, self.made(MERGED + statement))
                self.assertEqual(found[:1], [wanted] if wanted else [], json.dumps(found))


if __name__ == "__main__":
    unittest.main()
