"""Many databases of one schema as the few variants that they are."""
import os

from harness import SystemTest, directory, environment, program, until, write

TABLE = "CREATE TABLE t (id int PRIMARY KEY, note text)"
# What sets a variant apart from TABLE, and how it is said.
VARIANTS = {
    "": [],
    "; ALTER TABLE t ADD x int": [("unexpected", "column", "public.t.x", None)],
    "; ALTER TABLE t ALTER note TYPE varchar(9); CREATE INDEX i ON t (note)":
        [("changed", "column", "public.t.note", "type"),
         ("unexpected", "index", "public.i", None)],
}
SIZES = 6, 4, 2


def apart(group):
    return [(f["change"], f["kind"], f["name"], f.get("property"))
            for f in group["differs"]["findings"]]


class Groups(SystemTest):
    def made(self):
        """Twelve environments in three variants, and one that cannot be read."""
        databases = [self.database(TABLE + more) for more, n in zip(VARIANTS, SIZES)
                     for _ in range(n)]
        names = ["tenant_%02d" % i for i in range(1, 13)]
        expected = write(os.path.join(directory("expected"), "t.json"), program(
            "snapshot", self.server.dsn(databases[0])).out)
        daemon = self.daemon("".join(
            environment(n, self.server.dsn(d), expect="snapshot:" + expected)
            for n, d in zip(names, databases)) +
            environment("away", self.server.dsn("nowhere")))
        return daemon, names, databases

    def test_variants(self):
        daemon, names, databases = self.made()
        document = daemon.json("/status?group=fingerprint")
        groups = document["groups"]
        self.assertEqual([g["count"] for g in groups], [*SIZES, 1])
        self.assertEqual([g["environments"] for g in groups],
                         [names[:6], names[6:10], names[10:], ["away"]])
        self.assertEqual([bool(g["fingerprint"]) for g in groups], [True] * 3 + [False])
        self.assertEqual(groups[0]["fingerprint"],
                         daemon.environment(names[0])["schema"]["fingerprint"])
        self.assertEqual(groups[0]["differs"], None)
        for group, expected in zip(groups[1:], list(VARIANTS.values())[1:]):
            self.assertEqual(sorted(apart(group)), sorted(expected))
        self.assertEqual(groups[2]["differs"]["summary"]["changed"], 1)
        self.assertEqual(groups[0]["states"], {"in_sync": 6})
        self.assertEqual(groups[3]["states"], {"unknown": 1})
        self.assertEqual((document["schema_version"], document["pending"],
                          document["summary"]["environments"], document["state"]),
                         (1, 0, 13, "unknown"))

        # One that changes moves.  Of five and five those that are configured first come
        # first.
        self.server.sql("ALTER TABLE t ADD x int", databases[0])
        until("it to move", lambda: [g["environments"][:2] for g in daemon.json(
            "/status?group=fingerprint")["groups"]][:2] == [[names[0], names[6]], names[1:3]])
        self.server.sql("ALTER TABLE t ADD x int", databases[1])
        until("it to move", lambda: daemon.json("/status?group=fingerprint")["groups"][0]
              ["environments"] == [names[0], names[1], *names[6:10]])
        groups = daemon.json("/status?group=fingerprint")["groups"]
        self.assertEqual(apart(groups[1]), [("missing", "column", "public.t.x", None)])

        # A variant that nobody has any more is gone.
        for d in databases[10:]:
            self.server.sql("DROP INDEX i; ALTER TABLE t ALTER note TYPE text", d)
        until("two to be left", lambda: len(daemon.json(
            "/status?group=fingerprint")["groups"]) == 3)

    def test_filters_and_refusals(self):
        daemon, names, _ = self.made()
        path = "/status?group=fingerprint"
        groups = daemon.json(path + "&environment=tenant_11&environment=tenant_07")["groups"]
        self.assertEqual([g["environments"] for g in groups], [["tenant_07"], ["tenant_11"]])
        self.assertEqual(len(apart(groups[1])), 3)
        self.assertEqual(len(daemon.json(path + "&state=unknown")["groups"]), 1)
        self.assertEqual([g["count"] for g in daemon.json(
            path + "&state=drifted&environment=tenant_01&environment=tenant_12")["groups"]],
                         [1])
        self.assertEqual(daemon.json(path + "&state=migrating")["groups"], [])
        for wrong, status in (("/status?group=state", 400), (path + "&limit=2", 400),
                              (path + "&environment=x", 404), ("/?group=state", 400)):
            self.assertEqual(daemon.get(wrong).status, status, wrong)
        answer = daemon.get(path)
        self.assertTrue(answer.headers.get("ETag"))

    def test_for_people(self):
        daemon, names, databases = self.made()
        result = program("status", "--group", "--url", daemon.url)
        self.assertStatus(result, 2)
        lines = result.out.splitlines()
        self.assertIn("tenant_01 … tenant_06 (6); 6 in_sync", lines[0])
        self.assertIn("tenant_07 … tenant_10 (4)", lines[1])
        self.assertEqual(lines[2:4], [
            "  unlike the largest: 0 missing, 1 unexpected, 0 changed",
            "    unexpected column public.t.x"])
        self.assertIn("tenant_11, tenant_12 (2)", lines[4])
        self.assertTrue(lines[-1].startswith("not read      away (1)"))
        document = program("status", "--group", "--format", "json", "--url",
                           daemon.url).json()
        self.assertEqual(len(document["groups"]), 4)
        page = daemon.get("/?group=fingerprint").text
        for text in ("tenant_01 … tenant_06", "1 difference from the largest",
                     "public.t.x", "not read", "/environments/tenant_03"):
            self.assertIn(text, page)
        self.assertNotIn("<script>", page)
        self.assertIn("/?group=fingerprint", daemon.get("/").text)

    def test_large_catalogs(self):
        """They are compared in a thread, and the answer says so until they are."""
        many = ("DO $$ BEGIN FOR i IN 1..%d LOOP EXECUTE format('CREATE TABLE m%%s"
                " (a int, b text, c date)', i); END LOOP; END $$;") % 700
        databases = [self.database(many + more) for more in ("", "CREATE TABLE more (a int)")]
        daemon = self.daemon("".join(
            environment("e%d" % i, self.server.dsn(d)) for i, d in enumerate(databases)))
        first = daemon.json("/status?group=fingerprint")
        self.assertEqual((first["pending"], first["groups"][1]["pending"],
                          first["groups"][1]["differs"]), (1, True, None))
        until("the comparison", lambda: not daemon.json(
            "/status?group=fingerprint")["pending"])
        groups = daemon.json("/status?group=fingerprint")["groups"]
        self.assertEqual(apart(groups[1]), [("unexpected", "table", "public.more", None)])
        # Who waits for it has it in one answer.
        self.server.sql("CREATE TABLE another (a int)", databases[0])
        until("the change", lambda: groups[0]["fingerprint"] !=
              daemon.environment("e0")["schema"]["fingerprint"])
        result = program("status", "--group", "--url", daemon.url)
        self.assertIn("missing table public.another", result.out)
