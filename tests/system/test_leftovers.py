"""What maintenance leaves behind is told as what it is."""
import unittest

from harness import SystemTest, program

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX t_a ON t (a);"
TWICE = "INSERT INTO t VALUES (1, 7), (2, 7);"
FAILS = "\\set ON_ERROR_STOP 0\n"


class Leftovers(SystemTest):
    def note(self, expected, actual, kind="index"):
        """What is said of the only finding, in JSON and as text."""
        sides = [self.server.dsn(d, "postgres") for d in (expected, actual)]
        found = [f for f in program("diff", *sides, "--format", "json").json()["findings"]
                 if f["kind"] == kind]
        self.assertEqual(len(found), 1, found)
        self.assertIn("    note: " + found[0]["note"] + "\n", program("diff", *sides).out)
        return found[0]["name"], found[0]["change"], found[0]["note"]

    def test_reindex_that_gave_up(self):
        expected, actual = self.database(TABLE), self.database(TABLE)
        writer = self.session(actual)
        writer.run("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE")
        self.server.sql(FAILS + "SET lock_timeout = '200ms';"
                        "REINDEX INDEX CONCURRENTLY t_a;", actual)
        name, change, note = self.note(expected, actual)
        self.assertEqual((name, change), ("public.t_a_ccnew", "unexpected"))
        self.assertIn("INVALID", note)
        self.assertIn("left it behind; if none is running: "
                      "`DROP INDEX CONCURRENTLY public.t_a_ccnew`", note)
        writer.run("ROLLBACK")
        self.server.sql("DROP INDEX CONCURRENTLY public.t_a_ccnew", actual)
        self.assertStatus(program("diff", self.server.dsn(expected),
                                  self.server.dsn(actual)), 0)

    def test_create_index_that_failed(self):
        """As unexpected, as what was expected, and where the reference has it."""
        make = "CREATE UNIQUE INDEX CONCURRENTLY t_u ON t (a);"
        plain, sound = self.database(TABLE), self.database(TABLE + make)
        broken = self.database(TABLE + TWICE)
        self.server.sql(FAILS + make, broken)
        self.assertRegex(self.note(plain, broken)[2],
                         "^INVALID.*REINDEX INDEX CONCURRENTLY public.t_u` or `DROP INDEX")
        name, change, note = self.note(sound, broken)
        self.assertEqual((name, change), ("public.t_u", "changed"))
        self.assertRegex(note, "^INVALID.*`REINDEX INDEX CONCURRENTLY public.t_u`$")
        self.assertRegex(self.note(broken, plain)[2], "^where it is expected, it is INVALID")
        self.assertRegex(self.note(broken, sound)[2], "^where it is expected, it is INVALID")
        self.server.sql("DELETE FROM t; REINDEX INDEX CONCURRENTLY public.t_u", broken)
        self.assertStatus(program("diff", self.server.dsn(sound), self.server.dsn(broken)), 0)

    def test_one_that_is_being_made(self):
        expected, actual = self.database(TABLE), self.database(TABLE)
        writer, maker = self.session(actual), self.session(actual)
        writer.run("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE")
        maker.begin("CREATE INDEX CONCURRENTLY t_new ON t (a, id)")
        watch = self.session(actual)
        while watch.run("SELECT count(*) FROM pg_index WHERE NOT indisvalid").strip() == "0":
            pass
        self.assertIn("unless it is being built right now", self.note(expected, actual)[2])
        writer.run("ROLLBACK")
        maker.run("SELECT 1")

    def test_an_index_that_waits_for_partitions(self):
        table = ("CREATE TABLE p (a int) PARTITION BY LIST (a);"
                 "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);")
        expected = self.database(table)
        actual = self.database(table + "CREATE INDEX p_a ON ONLY p (a)")
        name, _, note = self.note(expected, actual)
        self.assertEqual(name, "public.p_a")
        self.assertIn("INVALID until each partition has an index attached", note)
        sound = self.database(table + "CREATE INDEX p_a ON p (a)")
        self.assertEqual(self.note(sound, actual)[1], "changed")

    def test_pg_repack(self):
        leftovers = """
            CREATE SCHEMA repack;
            CREATE FUNCTION repack.repack_trigger() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RETURN NULL; END';
            %s
            CREATE TYPE repack.pk_18334 AS (id int);
            CREATE TABLE repack.log_18334 (id bigserial PRIMARY KEY, pk repack.pk_18334);
            CREATE TRIGGER repack_trigger AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION
            repack.repack_trigger('INSERT INTO repack.log_18334');
        """
        expected = self.database(TABLE)
        actual = self.database(TABLE + leftovers % "")
        self.assertIn("pg_repack is running, or left it behind",
                      self.note(expected, actual, "trigger")[2])
        sides = [self.server.dsn(d, "postgres") for d in (expected, actual)]
        self.assertStatus(program("diff", *sides, "--ignore-preset", "pg_repack"), 0)
        self.server.sql("CREATE TABLE log_1 (a int)", actual)
        self.assertStatus(program("diff", *sides, "--ignore-preset", "pg_repack"), 1)


if __name__ == "__main__":
    unittest.main()
