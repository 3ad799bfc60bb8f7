"""Partitions: which of them belong to the design, and which come and go."""
import json
import unittest

from harness import SystemTest, program

HASH = "CREATE TABLE h (id int) PARTITION BY HASH (id);" + "".join(
    "CREATE TABLE h_%d PARTITION OF h FOR VALUES WITH (MODULUS 3, REMAINDER %d);" % (i, i)
    for i in range(3))
LIST = ("CREATE TABLE l (r text) PARTITION BY LIST (r);"
        "CREATE TABLE l_eu PARTITION OF l FOR VALUES IN ('eu');"
        "CREATE TABLE l_us PARTITION OF l FOR VALUES IN ('us');")
RANGE = ("CREATE TABLE r (d date, k text) PARTITION BY RANGE (d);"
         "CREATE TABLE r_1 PARTITION OF r FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');"
         "CREATE TABLE r_2 PARTITION OF r FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');"
         "CREATE TABLE r_rest PARTITION OF r DEFAULT;")
BELOW = ("CREATE TABLE m (d date, k text) PARTITION BY RANGE (d);"
         "CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')"
         " PARTITION BY LIST (k);"
         "CREATE TABLE m_1_a PARTITION OF m_1 FOR VALUES IN ('a');"
         "CREATE TABLE m_1_rest PARTITION OF m_1 DEFAULT;")
NEW_BELOW = ("CREATE TABLE m_2 PARTITION OF m FOR VALUES FROM ('2020-02-01') TO ('2020-03-01')"
             " PARTITION BY LIST (k);"
             "CREATE TABLE m_2_a PARTITION OF m_2 FOR VALUES IN ('a');")

KEYS = ("CREATE TABLE u (id int PRIMARY KEY);"
        "CREATE TABLE k (id int PRIMARY KEY, v int REFERENCES u, CHECK (v > 0))"
        " PARTITION BY RANGE (id); CREATE INDEX ON k (v);"
        "CREATE TABLE k_1 PARTITION OF k FOR VALUES FROM (0) TO (9);"
        "CREATE TABLE k_2 PARTITION OF k FOR VALUES FROM (9) TO (19);")

# What is done to all of them, and what is found: name, change, property, severity.
CHANGES = [
    ("DROP TABLE h_1", [("public.h_1", "missing", None, "breaking")]),
    ("DROP TABLE h_0, h_1, h_2",
     [("public.h_%d" % i, "missing", None, "breaking") for i in range(3)]),
    ("DROP TABLE l_us", [("public.l_us", "missing", None, "breaking")]),
    ("DROP TABLE r_rest", [("public.r_rest", "missing", None, "breaking")]),
    ("CREATE TABLE l_rest PARTITION OF l DEFAULT",
     [("public.l_rest", "unexpected", None, "additive")]),
    ("CREATE TABLE l_as PARTITION OF l FOR VALUES IN ('as')",
     [("public.l_as", "unexpected", None, "additive")]),
    ("DROP TABLE r_1", []),
    ("CREATE TABLE r_3 PARTITION OF r FOR VALUES FROM ('2020-03-01') TO ('2020-04-01')", []),
    ("DROP TABLE r_1, r_2, r_rest", [("public.r", "changed", "partitions", "breaking"),
                                     ("public.r_rest", "missing", None, "breaking")]),
    ("DROP TABLE r", [("public.r", "missing", None, "breaking")]),
    ("DROP TABLE h", [("public.h", "missing", None, "breaking")]),
    # Below: the immediate parent's strategy counts
    ("DROP TABLE m_1_rest", [("public.m_1_rest", "missing", None, "breaking")]),
    (NEW_BELOW, []),
    (NEW_BELOW + "DROP TABLE m_1", []),
    ("DROP TABLE m_1", [("public.m", "changed", "partitions", "breaking")]),
    # It is a table then
    ("ALTER TABLE r DETACH PARTITION r_1",
     [("public.r_1", "changed", "partition_bound", "breaking")]),
    ("ALTER TABLE l DETACH PARTITION l_us",
     [("public.l_us", "changed", "partition_bound", "breaking")]),
    # What it had of its parent it has of its own
    ("ALTER TABLE k DETACH PARTITION k_1",
     [("public.k_1", "changed", "partition_bound", "breaking")]),
    ("ALTER TABLE k DETACH PARTITION k_1; CREATE INDEX mine ON k_1 (id, v)",
     [("public.k_1", "changed", "partition_bound", "breaking"),
      ("public.mine", "unexpected", None, "additive")]),
    ("CREATE INDEX twice ON k_1 (v)", [("public.twice", "unexpected", None, "additive")]),
]


def daily(day, *changes):
    """A day's partition as a manager makes it from its template."""
    name = "ev_%02d" % day
    return ("CREATE TABLE {0} PARTITION OF ev FOR VALUES FROM ('2026-01-{1:02}')"
            " TO ('2026-01-{2:02}');"
            "ALTER TABLE {0} ADD PRIMARY KEY (id);"
            "CREATE UNIQUE INDEX ON {0} (ref);"
            "ALTER TABLE {0} SET (autovacuum_vacuum_scale_factor = 0.01);"
            "ALTER TABLE {0} REPLICA IDENTITY USING INDEX {0}_pkey;"
            .format(name, day, day + 1) + "".join(c.format(name) + ";" for c in changes))


EVENTS = ("CREATE TABLE ev (id bigint NOT NULL, at timestamptz NOT NULL, ref uuid,"
          " x int DEFAULT 0) PARTITION BY RANGE (at); CREATE INDEX ON ev (at);"
          "CREATE TABLE ev_default PARTITION OF ev DEFAULT;")

ODD = [
    ("DROP INDEX {0}_ref_idx", "lacks index ev_01_ref_idx: CREATE UNIQUE INDEX"),
    ("ALTER TABLE {0} DROP CONSTRAINT {0}_pkey", "lacks constraint"),
    ("CREATE INDEX odd ON {0} (x)", "index odd: CREATE INDEX odd"),
    ("ALTER TABLE {0} RESET (autovacuum_vacuum_scale_factor)", "options: (not set), not "),
    ("ALTER TABLE {0} SET (fillfactor = 50)", "options: "),
    ("ALTER TABLE {0} ALTER x SET DEFAULT 1", "column x default: 1, not 0"),
    ("ALTER TABLE {0} SET UNLOGGED", "persistence: unlogged, not permanent"),
    ("ALTER TABLE {0} REPLICA IDENTITY FULL", "replica_identity: full, not index"),
]


class Partitions(SystemTest):
    def findings(self, expected, actual, *switches):
        sides = [self.server.dsn(d, "postgres") for d in (expected, actual)]
        return program("diff", *sides, "--format", "json", *switches).json()["findings"]

    def test_design(self):
        schema = HASH + LIST + RANGE + BELOW + KEYS
        expected = self.database(schema)
        for statement, wanted in CHANGES:
            with self.subTest(statement):
                found = self.findings(expected, self.database(schema + statement))
                self.assertEqual(
                    sorted((f["name"], f["change"], f.get("property"), f["severity"])
                           for f in found), sorted(wanted, key=str),
                    json.dumps(found, indent=1))

    def test_a_copy_is_the_same(self):
        database = self.database(HASH + LIST + RANGE + BELOW + EVENTS + daily(1) + daily(2))
        self.assertEqual(self.findings(database, self.server.copy(database)), [])

    def test_templates(self):
        """The sides have no partition in common."""
        expected = self.database(EVENTS + "".join(map(daily, range(1, 5))))
        actual = self.database(EVENTS + "".join(map(daily, range(11, 15))))
        self.assertEqual(self.findings(expected, actual), [])
        self.assertEqual(self.findings(actual, expected), [])
        for change, said in ODD:
            with self.subTest(change):
                odd = self.database(EVENTS + "".join(map(daily, (11, 12, 14))) +
                                    daily(13, change))
                found = self.findings(expected, odd)
                self.assertEqual([f["name"] for f in found], ["public.ev_13"])
                self.assertIn(said, found[0]["found"])

    def test_templates_that_only_one_side_has_seen(self):
        bare = self.database(EVENTS)
        many = EVENTS + "".join(map(daily, range(11, 15)))
        self.assertEqual(self.findings(bare, self.database(many)), [])
        found = self.findings(bare, self.database(many + daily(15, ODD[0][0])))
        self.assertEqual([f["name"] for f in found], ["public.ev_15"])
        few = self.database(EVENTS + daily(1) + daily(2))
        changed = self.database(EVENTS + "".join(
            daily(d, "CREATE INDEX ON {0} (x)") for d in (11, 12)))
        self.assertEqual([f["name"] for f in self.findings(few, changed)],
                         ["public.ev_11", "public.ev_12"])

    def test_partman(self):
        """What the manager itself makes, of its own template."""
        name = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_partman'"
        if self.server.sql(name).strip() == "0":
            self.skipTest("pg_partman is not here")
        text = ("CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman;"
                "CREATE TABLE ev (id bigint NOT NULL, at timestamptz NOT NULL)"
                " PARTITION BY RANGE (at); CREATE TABLE tpl (LIKE ev);"
                "ALTER TABLE tpl ADD PRIMARY KEY (id);"
                "SELECT partman.create_parent(p_parent_table := 'public.ev',"
                " p_control := 'at', %s p_interval := '1 day',"
                " p_template_table := 'public.tpl', p_start_partition := '%s');")
        kind = "" if "5." in self.server.sql(
            "SELECT default_version FROM pg_available_extensions"
            " WHERE name = 'pg_partman'") else "p_type := 'native',"
        sides = [self.database(text % (kind, day)) for day in ("2026-01-01", "2026-03-01")]
        self.assertEqual(self.findings(*sides), [])

    def test_a_name_that_only_some_servers_quote(self):
        for name in ("normalize", "json_table", "system_user", "merge_action"):
            with self.subTest(name):
                events = EVENTS.replace(" ev ", ' "%s" ' % name)
                days = [daily(d).replace("OF ev ", 'OF "%s" ' % name) for d in (1, 2, 3)]
                expected = self.database(events + days[0] + days[1])
                actual = self.database(events + "".join(days) +
                                       "ALTER TABLE ev_03 ADD CHECK (x IS NOT NULL)")
                found = self.findings(expected, actual)
                self.assertEqual([f["name"] for f in found], ["public.ev_03"])
                self.assertIn("deviates", found[0]["found"])

    def test_count(self):
        expected = self.database(HASH + RANGE)
        fewer = self.database(HASH + RANGE + "DROP TABLE h_1, r_1")
        self.assertEqual(
            sorted((f["name"], f["property"], f["severity"])
                   for f in self.findings(expected, fewer, "--partitions", "count")),
            [("public.h", "partitions", "breaking"), ("public.r", "partitions", "additive")])


if __name__ == "__main__":
    unittest.main()
