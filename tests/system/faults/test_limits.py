"""What a database has of any size, and a server that sends without end, take neither the
memory of the daemon nor the time of others."""
from harness import timeless
from shop import Shop

MIB = 1 << 20
BIG = """DO $do$ BEGIN
EXECUTE 'CREATE OR REPLACE FUNCTION public.big() RETURNS int LANGUAGE plpgsql AS '
  || quote_literal('BEGIN RETURN 1; END --' || repeat('x', {size}) || '{end}');
EXECUTE 'COMMENT ON FUNCTION public.big() IS ' || quote_literal(repeat('é', {size}));
EXECUTE 'CREATE OR REPLACE VIEW public.wide AS SELECT ' || quote_literal(repeat('v', {size}))
  || ' AS a';
END $do$"""
MANY = """DO $do$ BEGIN FOR i IN 1..4 LOOP
EXECUTE format('CREATE FUNCTION public.many%s() RETURNS int LANGUAGE plpgsql AS %L', i,
  'BEGIN RETURN 1; END --' || repeat('x', 1000000)); END LOOP; END $do$"""


class Limits(Shop):
    def rss(self):
        with open(f"/proc/{self.running.process.pid}/statm", encoding="ascii") as f:
            return int(f.read().split()[1]) * 4096

    def test_large_texts_are_compared_by_their_digest(self):
        big = BIG.format(size=8 * MIB, end="a")
        database = self.at(change=big)
        self.server.sql(big, self.dev)
        self.addCleanup(self.server.sql, "DROP FUNCTION public.big(); DROP VIEW public.wide",
                        self.dev)
        self.watch(database, "in_sync", interval="100ms")
        self.assertLess(self.rss(), 100 * MIB)
        self.server.sql(BIG.format(size=8 * MIB, end="b"), database)
        found = self.running.wait_state("env", "drifted")
        (item,) = found["schema"]["items"]
        self.assertEqual((item["kind"], item["property"]), ("function", "body"))
        self.assertRegex(item["found"], "^<text of 8388631 bytes, SHA-256 [0-9a-f]{64}, "
                                        "that begins:> BEGIN RETURN 1; END --xxx")

    def test_a_catalog_over_the_limit_is_unknown(self):
        database = self.at(change="CREATE TABLE by_hand (id int)")
        self.watch(database, "drifted", interval="100ms", max_catalog_size="2MiB")
        before = self.running.environment("env")["schema"]
        self.server.sql(MANY, database)
        found = self.running.wait_state("env", "unknown")
        self.assertIn("raise `max_catalog_size`", found["hint"])
        self.assertIn("the server sent more than 2MiB", found["hint"])
        self.assertEqual(timeless(found["schema"])["items"], timeless(before)["items"])
        self.assertEqual(self.running.get("/healthz").status, 200)
        self.server.sql("DROP FUNCTION public.many1, public.many2, public.many3, public.many4",
                        database)
        self.running.wait_state("env", "drifted")
