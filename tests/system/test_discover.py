"""Templates: environments that come and go with the databases of a server."""
import os
import signal
import urllib.parse
from collections import Counter

from harness import (PASSWORD, WATCHER, Postgres, SystemTest, alone, directory,
                     environment, is_sanitized, long, program, section, until, write)
from test_many import Counting
from test_service import Replica

TENANTS = long(60, 500)
VARIANTS = ("CREATE TABLE orders (id integer PRIMARY KEY, total numeric NOT NULL);"
            "CREATE INDEX orders_total ON orders (total);"
            "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
            "INSERT INTO alembic_version VALUES ('a1');"
            "GRANT SELECT ON alembic_version TO public;")
CHANGES = ("", "ALTER TABLE orders ADD note text;", "DROP INDEX orders_total;")


class Server(Postgres):
    """Whose databases are those of one test at a time."""

    settings = {"max_connections": 50}

    def __init__(self):
        super().__init__()
        for i, change in enumerate(CHANGES):
            self.sql("CREATE DATABASE variant%d TEMPLATE template0" % i)
            self.sql(VARIANTS + change, "variant%d" % i)
            self.sql("ALTER DATABASE variant%d ALLOW_CONNECTIONS false" % i)
        self.sql("CREATE DATABASE ref TEMPLATE variant0")

    def tenants(self, names, variant=0):
        self.sql("".join("CREATE DATABASE %s TEMPLATE variant%d;\n" % (
            quoted(name), variant) for name in names))

    def drop(self, name):
        self.sql("DROP DATABASE %s WITH (FORCE)" % quoted(name))

    def drop_all(self):
        drops = self.sql("SELECT format('DROP DATABASE %I WITH (FORCE);', datname) FROM "
                         "pg_database WHERE datname !~ '^(postgres|ref|variant|template)'")
        self.sql(drops)


def quoted(name):
    return '"%s"' % name.replace('"', '""')


class Discovering(SystemTest):
    server_of_all = None

    @classmethod
    def setUpClass(cls):
        cls.server_of_all = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server_of_all.stop()

    def which_server(self):
        return self.server_of_all

    def setUp(self):
        super().setUp()
        self.addCleanup(self.server.drop_all)

    def template(self, name="tenants", **keys):
        return environment(name, keys.pop("dsn", self.server.dsn("postgres")), **{
            "head": ["a1"], "discover": "databases", "discover_match": ["tenant_*"],
            "discover_interval": "200ms", "expect": "environment:ref", **keys})

    def both(self, **keys):
        return self.ref() + self.template(**keys)

    def ref(self):
        return environment("ref", self.server.dsn("ref"), head=["a1"])

    def start(self, config=None, **keys):
        self.running = self.daemon(config or self.both(), **keys)
        return self.running

    def names(self):
        return [e["name"] for e in self.running.json("/status")["environments"]]

    def discovery(self):
        return self.running.json("/status")["discovery"][0]

    def until_names(self, *names):
        until("environments " + " ".join(names), lambda: self.names() == list(names))

    def failed(self):
        found = self.discovery()
        return found if found["status"] == "error" else None


class Databases(Discovering):
    def test_labels(self):
        """Those of the template, with the name of each; one that comes has its own."""
        self.server.tenants(["tenant_a"])
        self.start(self.both(labels={"team": "shop", "of": "<{name}>"}),
                   service={"metric_labels": ["of"]})
        self.until_names("ref", "tenants/tenant_a")
        self.server.tenants(["tenant_b"])
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b")
        self.assertEqual(
            [e["labels"] for e in self.running.json("/status")["environments"]],
            [{}] + [{"team": "shop", "of": "<tenant_%s>" % x} for x in "ab"])
        self.assertEqual([e["name"] for e in self.running.json(
            "/status?label=of=*_b*")["environments"]], ["tenants/tenant_b"])
        self.assertIsNotNone(self.running.metric(
            "pgdriftd_up", environment="tenants/tenant_b", of="<tenant_b>"))
        self.assertEqual([g["count"] for g in self.running.json(
            "/status?group=label:team")["groups"]], [2, 1])
        # What it stands for takes over another label at once.
        self.running.reload(self.both(labels={"team": "bank"}))
        until("the label", lambda: [e["labels"] for e in self.running.json(
            "/status")["environments"]] == [{}, {"team": "bank"}, {"team": "bank"}])

    def test_come_and_go(self):
        self.server.tenants(["tenant_a", "tenant_b", "other"])
        running = self.start()
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b")
        running.wait_state("tenants%2Ftenant_a", "in_sync")
        found = self.discovery()
        self.assertEqual((found["name"], found["status"], found["environments"],
                          found["error"]), ("tenants", "ok", 2, None))
        reloaded = running.metric("pgdriftd_config_last_reload_success_timestamp_seconds")
        since = running.environment("ref")["since"]
        checks = running.checks("ref")
        self.server.tenants(["tenant_c"], 1)
        self.server.drop("tenant_a")
        self.until_names("ref", "tenants/tenant_b", "tenants/tenant_c")
        running.wait_state("tenants%2Ftenant_c", "drifted")
        running.wait_state("tenants%2Ftenant_b", "in_sync")
        # It is no reload, and who stays goes on as before.
        self.assertEqual(running.metric(
            "pgdriftd_config_last_reload_success_timestamp_seconds"), reloaded)
        self.assertNotIn("configuration", running.log())
        self.assertEqual(running.environment("ref")["since"], since)
        self.assertGreaterEqual(running.checks("ref"), checks)
        # What has gone leaves no metrics, and its history.
        metrics = running.metrics()
        self.assertNotIn("tenants/tenant_a", {
            dict(labels).get("environment") for _, labels in metrics})
        self.assertEqual(running.metric("pgdriftd_discovery_up", discover="tenants"), 1)
        self.assertEqual(
            running.metric("pgdriftd_discovered_environments", discover="tenants"), 2)
        self.assertTrue(running.metric(
            "pgdriftd_discovery_last_success_timestamp_seconds", discover="tenants"))
        history = running.json("/history?environment=tenants/tenant_a")["changes"]
        self.assertIn("in_sync", [c["state"] for c in history])
        lines = [r for r in running.log_records() if r.get("discover") == "tenants"]
        self.assertEqual([r.get("came") for r in lines if "came" in r][0],
                         "tenants/tenant_a, tenants/tenant_b")
        self.assertEqual([r["gone"] for r in lines if "gone" in r], ["tenants/tenant_a"])
        self.assertIn("tenants/tenant_c", [r.get("came") for r in lines])

    def test_new_ones_are_checked_at_once_and_others_are_not(self):
        self.server.tenants(["tenant_a"])
        running = self.start(service={"interval": "1h"})
        self.until_names("ref", "tenants/tenant_a")
        until("both", lambda: running.checks("tenants/tenant_a") == 1)
        before = running.environment("tenants%2Ftenant_a")["check"]
        self.server.tenants(["tenant_b"])
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b")
        running.wait_state("tenants%2Ftenant_b", "in_sync")
        self.assertEqual(running.environment("tenants%2Ftenant_a")["check"], before)
        self.assertEqual(running.checks("tenants/tenant_a"), 1)

    def test_renamed_is_gone_and_new(self):
        self.server.tenants(["tenant_a"])
        self.start()
        self.until_names("ref", "tenants/tenant_a")
        until("the name", lambda: "ALTER" in self.server.sql(
            "ALTER DATABASE tenant_a RENAME TO tenant_z; SELECT 'ALTER'"))
        self.until_names("ref", "tenants/tenant_z")

    def test_limit_keeps_the_list(self):
        self.server.tenants(["tenant_a", "tenant_b"])
        running = self.start(self.both(discover_limit=2))
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b")
        self.server.tenants(["tenant_c"])
        found = until("the error", self.failed)
        self.assertIn("3 databases match discover_match, more than discover_limit = 2",
                      found["error"])
        self.assertEqual(found["environments"], 2)
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b")
        whole = running.json("/status")
        self.assertEqual(whole["state"], "unknown")
        self.assertEqual(running.json("/status?environment=ref")["state"], "in_sync")
        said = program("status", "--url", running.url)
        self.assertStatus(said, 2)
        self.assertIn("tenants: 2 discovered, error: 3 databases", said.out)
        self.assertIn("3 databases match", running.get("/").text)
        self.assertEqual(running.metric("pgdriftd_discovery_up", discover="tenants"), 0)
        # Once, however often it is asked.
        self.assertEqual(running.log().count("3 databases match"), 1)
        self.server.drop("tenant_b")
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_c")
        self.assertEqual(self.discovery()["status"], "ok")

    def test_patterns_take_back(self):
        self.server.tenants(["tenant_a", "tenant_tmp1", "tenant_tmp2"])
        self.start(self.both(discover_match=["tenant_*", "!tenant_tmp*", "tenant_tmp2"]))
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_tmp2")

    def test_none_of_these(self):
        """Templates of CREATE DATABASE, what takes no connections, what is built in."""
        built = "pgdriftd_build_0123456789abcdef"
        self.server.tenants(["tenant_a", "tenant_no", "tenant_t", built])
        self.server.sql("ALTER DATABASE tenant_no ALLOW_CONNECTIONS false;"
                        "ALTER DATABASE tenant_t IS_TEMPLATE true")
        self.addCleanup(self.server.sql, "ALTER DATABASE tenant_t IS_TEMPLATE false")
        self.start(self.both(discover_match=["tenant_*", "pgdriftd_*"]))
        self.until_names("ref", "tenants/tenant_a")

    def test_one_that_may_not_be_connected_to(self):
        self.server.tenants(["tenant_a"])
        self.server.sql("REVOKE CONNECT ON DATABASE tenant_a FROM public")
        self.start()
        self.until_names("ref", "tenants/tenant_a")
        found = self.running.wait_state("tenants%2Ftenant_a", "unknown")
        until("the error", lambda: "permission denied" in str(
            self.running.environment("tenants%2Ftenant_a")["check"]["error"]))
        self.assertEqual(found["name"], "tenants/tenant_a")
        self.assertEqual(self.discovery()["status"], "ok")

    def test_empty_list_is_a_fact(self):
        self.server.tenants(["tenant_a"])
        self.start()
        self.until_names("ref", "tenants/tenant_a")
        self.server.drop("tenant_a")
        self.until_names("ref")
        self.assertEqual(self.discovery()["status"], "ok")
        self.assertEqual(self.discovery()["environments"], 0)

    def test_odd_names(self):
        odd = ["tenant_ ", "tenant_'", 'tenant_"', "tenant_/..", "tenant_%2F", "tenant_\\",
               "tenant_ü", "tenant_\n", "tenant_a=b", "tenant_?&#", "tenant_%"]
        self.server.tenants(odd)
        self.server.tenants(["host=tenant_"], 1)
        running = self.start(self.both(discover_match=["tenant_*", "host=*"],
                                       ignore=["schema:{name}", "table:{name}_x.t"]))
        until("all", lambda: len(self.names()) == len(odd) + 2)
        self.assertEqual(len(set(self.names())), len(odd) + 2)
        self.assertIn("tenants/tenant_%2F..", self.names())
        self.assertIn("tenants/tenant_%252F", self.names())
        self.assertIn("tenants/tenant_%C3%BC", self.names())
        self.assertIn("tenants/tenant_%0A", self.names())
        for name in self.names():
            # Each is the database of its name, and no other.
            where = urllib.parse.quote(name, safe="")
            state = "drifted" if "host" in name else "in_sync"
            self.assertEqual(running.wait_state(where, state)["name"], name)
            self.assertEqual(running.get("/status/%s/diff" % where).status,
                             409 if name == "ref" else 200)
        self.assertIn("/environments/tenants%2Ftenant_%250A", running.get("/").text)
        # They are what was kept as well.
        before = self.names()
        running.stop()
        running.start()
        self.assertEqual(self.names(), before)

    def test_uri(self):
        self.server.tenants(["tenant_a", "tenant_&b"])
        uri = "postgresql://%s@/postgres?host=%s&port=%d" % (
            WATCHER, urllib.parse.quote(self.server.directory, safe=""), self.server.port)
        self.start(self.both(dsn=uri, discover_match="*ten*"))
        self.until_names("ref", "tenants/tenant_%26b", "tenants/tenant_a")
        self.running.wait_state("tenants%2Ftenant_%2526b", "in_sync")

    def test_version_table_and_ignored_by_name(self):
        self.server.tenants(["tenant_a"])
        self.server.sql("CREATE SCHEMA tenant_a; CREATE TABLE tenant_a.version (version_num "
                        "varchar(32)); INSERT INTO tenant_a.version VALUES ('a1');"
                        "GRANT USAGE ON SCHEMA tenant_a TO public;"
                        "GRANT SELECT ON tenant_a.version TO public", "tenant_a")
        self.start(self.both(version_table="{name}.version",
                             ignore=["schema:{name}"]))
        found = self.running.wait_state("tenants%2Ftenant_a", "in_sync")
        self.assertEqual(found["revision"]["recorded"], ["a1"])
        self.assertEqual(found["schema"]["status"], "in_sync")

    def test_reload_meanwhile(self):
        self.server.tenants(["tenant_a", "tenant_b"])
        running = self.start(self.both(discover_interval="1h"))
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b")
        since = running.wait_state("tenants%2Ftenant_a", "in_sync")["since"]
        running.reload(self.both(discover_interval="1h") +
                       environment("more", self.server.dsn("ref"), head=["a1"]))
        self.assertEqual(self.names(), [
            "ref", "tenants/tenant_a", "tenants/tenant_b", "more"])
        self.assertEqual(running.environment("tenants%2Ftenant_a")["since"], since)
        # What was narrowed stands for less at once; what is asked anew, for more soon.
        self.server.tenants(["tenant_c"])
        running.reload(self.both(discover_interval="1h", discover_match="tenant_b"))
        self.assertEqual(self.names(), ["ref", "tenants/tenant_b"])
        running.reload(self.both(discover_interval="1h"))
        self.until_names("ref", "tenants/tenant_a", "tenants/tenant_b", "tenants/tenant_c")
        running.reload(self.ref())
        self.assertEqual(self.names(), ["ref"])
        self.assertEqual(running.json("/status")["discovery"], [])

    def test_another_name_of_the_template(self):
        self.server.tenants(["tenant_a"], 1)
        running = self.start()
        self.until_names("ref", "tenants/tenant_a")
        since = running.wait_state("tenants%2Ftenant_a", "drifted")["since"]
        running.stop()
        running.configure(self.ref() + self.template("customers", was="tenants"))
        running.start()
        self.assertEqual(self.names(), ["ref", "customers/tenant_a"])
        self.assertEqual(running.wait_state("customers%2Ftenant_a", "drifted")["since"],
                         since)

    def test_reference_that_is_found(self):
        self.server.tenants(["tenant_a"], 1)
        self.server.tenants(["tenant_ref", "tenant_z"])
        running = self.start(self.template(expect="environment:tenants/tenant_ref"))
        running.wait_state("tenants%2Ftenant_a", "drifted")
        running.wait_state("tenants%2Ftenant_z", "in_sync")
        self.assertIsNone(running.environment("tenants%2Ftenant_ref")["schema"]["reference"])
        self.server.drop("tenant_ref")
        until("that it is gone", lambda: "tenants/tenant_ref is not there" in str(
            running.environment("tenants%2Ftenant_z")))
        self.server.tenants(["tenant_ref"])
        running.wait_state("tenants%2Ftenant_z", "in_sync")

    def test_commands(self):
        self.server.tenants(["tenant_a"])
        self.server.tenants(["tenant_b"], 1)
        file = self.config(section("service", state_dir=""), self.both())
        whole = program("check", "-c", file, "--format", "json")
        self.assertStatus(whole, 1)
        self.assertEqual([e["name"] for e in whole.json()["environments"]],
                         ["ref", "tenants/tenant_a", "tenants/tenant_b"])
        self.assertEqual(whole.json()["discovery"][0]["environments"], 2)
        of_all = program("check", "-c", file, "tenants", "--format", "json")
        self.assertEqual([e["name"] for e in of_all.json()["environments"]],
                         ["tenants/tenant_a", "tenants/tenant_b"])
        self.assertStatus(program("check", "-c", file, "tenants/tenant_a"), 0)
        self.assertStatus(program("check", "-c", file, "tenants/tenant_b"), 1)
        self.assertStatus(program("check", "-c", file, "tenants/tenant_c"), 2)
        self.assertStatus(program("check", "-c", file, "tenants/"), 64)
        self.assertStatus(program("check", "-c", file, "tenant/tenant_a"), 64)
        nagios = program("check", "-c", file, "tenants/tenant_b", "--format", "nagios")
        self.assertStatus(nagios, 2)
        self.assertIn("tenants/tenant_b drifted", nagios.out)
        self.assertStatus(program("diff", "-c", file, "env:ref", "env:tenants/tenant_a"), 0)
        self.assertStatus(program("diff", "-c", file, "env:ref", "env:tenants/tenant_b"), 1)
        self.assertIn("orders", program("snapshot", "-c", file, "env:tenants/tenant_a").out)
        self.assertStatus(program("snapshot", "-c", file, "env:tenants/nobody"), 2)

    def test_check_of_a_server_that_is_away(self):
        file = self.config(section("service", state_dir=""), self.both(
            dsn=self.server.dsn("nowhere")))
        for names in ((), ("tenants",)):
            said = program("check", "-c", file, *names)
            self.assertStatus(said, 2)
            self.assertIn("tenants: which environments there are cannot be told", said.err)
        self.assertStatus(program("check", "-c", file, "ref"), 0)

    def test_accept_and_wait(self):
        self.server.tenants(["tenant_a"])
        config = self.template(expect="baseline")
        running = self.start(config)
        self.until_names("tenants/tenant_a")
        self.assertStatus(program("accept", "-c", running.file, "tenants/tenant_a"), 0)
        self.assertStatus(program("wait", "tenants/tenant_a", "--for", "in_sync", "--timeout",
                                  "20s", "--url", running.url), 0)
        self.server.sql("CREATE TABLE more ()", "tenant_a")
        running.wait_state("tenants%2Ftenant_a", "drifted")

    def test_all_are_asked_by_a_signal(self):
        running = self.start(self.both(discover_interval="1h"))
        self.until_names("ref")
        self.server.tenants(["tenant_a"])
        running.process.send_signal(signal.SIGUSR2)
        self.until_names("ref", "tenants/tenant_a")

    def test_wrong_configuration(self):
        for config, message in (
                (self.both(discover_match=[]), "discover needs discover_match"),
                (environment("a", "dbname=a", discover_match="b"),
                 "discover_match is for a template"),
                (self.both() + environment("a", "dbname=a", expect="environment:tenants"),
                 "is a template: name one of its environments"),
                (self.both() + environment("a", "dbname=a", expect="environment:tenants/%zz"),
                 "there is no environment"),
                (environment("ref", "dbname=a", expect="environment:tenants/tenant_a") +
                 self.template(), "in a circle"),
                (self.both(discover="tables"), "not one of: databases, schemas"),
                (self.both(dsn="nothing"), "not a connection string")):
            said = program("config", "check", "-c", self.config(config))
            self.assertStatus(said, 78)
            self.assertIn(message, said.err)


class Away(SystemTest):
    """A server of its own, which is stopped."""

    @classmethod
    def setUpClass(cls):
        cls.own = Server()

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def template(self, **keys):
        return environment("tenants", self.own.dsn("postgres"), **{
            "discover": "databases", "discover_match": "tenant_*",
            "discover_interval": "200ms", "allow_empty": True, "expect": "baseline", **keys})

    def names(self):
        return [e["name"] for e in self.running.json("/status")["environments"]]

    def test_what_was_known_stays(self):
        self.own.tenants(["tenant_a", "tenant_b"])
        running = self.running = self.daemon(self.template())
        until("both", lambda: len(self.names()) == 2)
        until("a check", lambda: running.checks("tenants/tenant_b"))
        last = running.json("/status")["discovery"][0]["last_success_at"]
        self.own.stop("fast")
        self.addCleanup(self.own.start)
        until("the error",
              lambda: running.json("/status")["discovery"][0]["status"] == "error")
        self.assertEqual(self.names(), ["tenants/tenant_a", "tenants/tenant_b"])
        running.stop()
        running.start(ready=False)
        until("/readyz", lambda: running.get("/readyz").status == 200)
        found = running.json("/status")
        self.assertEqual(self.names(), ["tenants/tenant_a", "tenants/tenant_b"])
        self.assertEqual(found["state"], "unknown")
        for e in found["environments"]:
            self.assertEqual(e["state"], "unknown")
            self.assertTrue(e["check"]["error"])
        self.assertEqual(found["discovery"][0]["status"], "error")
        self.assertGreaterEqual(found["discovery"][0]["last_success_at"], last)

    def test_a_standby_that_lags(self):
        """What its primary has said is not taken back by one that has not got it yet."""
        self.own.tenants(["tenant_a"])
        self.addCleanup(self.own.drop_all)
        replica = Replica(self.own)
        self.addCleanup(replica.stop)
        replica.catch_up()
        replica.sql("SELECT pg_wal_replay_pause()")
        until("the pause", lambda: replica.sql(
            "SELECT pg_get_wal_replay_pause_state()").strip() == "paused")
        self.own.tenants(["tenant_b"])
        running = self.running = self.daemon(environment(
            "tenants", "host=%s,%s port=%d,%d dbname=postgres user=%s" % (
                self.own.directory, replica.directory, self.own.port, replica.port, WATCHER),
            discover="databases", discover_match="tenant_*", discover_interval="200ms",
            allow_empty=True, expect="baseline"))
        both = ["tenants/tenant_a", "tenants/tenant_b"]
        until("both", lambda: self.names() == both)
        replica.receive()
        self.own.stop("immediate")
        self.addCleanup(self.own.start)

        def listed():
            return running.json("/status")["discovery"][0]["last_success_at"]
        before = listed()
        until("a list of the standby", lambda: listed() > before)
        self.assertEqual(self.names(), both)
        # Now it is who knows.
        replica.sql("SELECT pg_wal_replay_resume()")
        replica.sql("SELECT pg_promote()")
        replica.sql("DROP DATABASE tenant_a")
        until("that it is gone", lambda: self.names() == ["tenants/tenant_b"])

    def test_another_server(self):
        self.own.tenants(["tenant_x"])
        self.addCleanup(self.own.drop, "tenant_x")
        other = Server()
        self.addCleanup(other.stop)
        other.tenants(["tenant_other"])
        running = self.running = self.daemon(self.template())
        until("it", lambda: "tenants/tenant_x" in self.names())
        before = self.names()
        # Under the same address another one answers.
        self.own.stop("fast")
        self.addCleanup(self.own.start)
        other.stop("fast")
        other.port, other.directory, port = self.own.port, self.own.directory, other.port
        other.start()
        until("the error", lambda: "another server answers" in str(
            running.json("/status")["discovery"][0]["error"]))
        self.assertEqual(self.names(), before)
        # Who reads that and loads the configuration again means it.
        running.reload()
        until("the other", lambda: self.names() == ["tenants/tenant_other"])
        other.stop("fast")


def tenant(schema, tables=1, change=""):
    """A schema with tables that name each other, and a version table."""
    return ("CREATE SCHEMA {s}; GRANT USAGE ON SCHEMA {s} TO public;"
            "CREATE TABLE {s}.alembic_version (version_num varchar(32) PRIMARY KEY);"
            "INSERT INTO {s}.alembic_version VALUES ('a1');"
            "GRANT SELECT ON {s}.alembic_version TO public;" + "".join(
                "CREATE TABLE {s}.t%d (id integer PRIMARY KEY, name text NOT NULL DEFAULT '',"
                " a integer CHECK (a > 0), b timestamp, c text REFERENCES"
                " {s}.alembic_version);CREATE INDEX ON {s}.t%d (name);" % (i, i)
                for i in range(tables)) +
            "CREATE VIEW {s}.v AS SELECT id, name FROM {s}.t0;" + change).format(s=schema)


class Schemas(Discovering):
    """One schema for each tenant, each held against a template of another name."""

    def setUp(self):
        super().setUp()
        self.shared = self.server.database()
        self.server.sql(tenant("tenant_template") + tenant("tenant_a") +
                        tenant("tenant_b", change="ALTER TABLE {s}.t0 ADD more text;") +
                        "CREATE TABLE public.other ()", self.shared)

    def of_schemas(self, **keys):
        return environment("tenants", self.server.dsn(self.shared), **{
            "discover": "schemas", "discover_match": "tenant_*", "head": ["a1"],
            "discover_interval": "200ms", "version_table": "{name}.alembic_version",
            "schema_names": "{name}=tenant_template",
            "expect": "environment:tenants/tenant_template", **keys})

    def test_come_and_go(self):
        running = self.start(self.of_schemas())
        self.until_names(*("tenants/tenant_" + n for n in ("a", "b", "template")))
        running.wait_state("tenants%2Ftenant_a", "in_sync")
        running.wait_state("tenants%2Ftenant_template", "in_sync")
        found = running.wait_state("tenants%2Ftenant_b", "drifted")
        self.assertEqual([i["name"] for i in found["schema"]["items"]], ["tenant_b.t0.more"])
        self.assertEqual(found["revision"]["recorded"], ["a1"])
        # Of others nothing is read.
        self.assertEqual(found["schema"]["by_kind"], {"column": {"unexpected": 1}})
        objects = running.environment("tenants%2Ftenant_a")["schema"]["objects"]
        self.assertEqual(objects, running.environment(
            "tenants%2Ftenant_template")["schema"]["objects"])
        self.server.sql(tenant("tenant_c") + "DROP SCHEMA tenant_b CASCADE", self.shared)
        self.until_names(*("tenants/tenant_" + n for n in ("a", "c", "template")))
        running.wait_state("tenants%2Ftenant_c", "in_sync")
        self.server.sql("UPDATE tenant_c.alembic_version SET version_num = 'b2';"
                        "DROP VIEW tenant_a.v", self.shared)
        running.wait_state("tenants%2Ftenant_c", "revision_mismatch")
        running.wait_state("tenants%2Ftenant_a", "drifted")
        self.assertNotIn("catalog has changed", "".join(
            line for line in running.log().splitlines() if "tenants/tenant_c" in line))

    def test_against_another_database(self):
        template = self.server.database(tenant("tenant_template"))
        running = self.start(environment(
            "golden", self.server.dsn(template), head=["a1"], schemas="tenant_template",
            version_table="tenant_template.alembic_version") + self.of_schemas(
                expect="environment:golden", discover_match=["tenant_*", "!*template"]))
        self.until_names("golden", "tenants/tenant_a", "tenants/tenant_b")
        running.wait_state("tenants%2Ftenant_a", "in_sync")
        running.wait_state("tenants%2Ftenant_b", "drifted")

    def test_what_is_in_no_schema(self):
        """It is of nobody, wherever it names the template, unless it names a tenant."""
        own = "CREATE TYPE {s}.pair AS (a int); CREATE CAST ({s}.pair AS text) WITH INOUT;"
        self.server.sql(
            "CREATE EXTENSION citext SCHEMA tenant_template;"
            "CREATE PUBLICATION p FOR TABLE tenant_template.t0;" +
            "".join(own.format(s="tenant_" + n) for n in ("template", "a", "b")), self.shared)
        golden = self.server.database(tenant("tenant_template") + own.format(
            s="tenant_template"))
        running = self.start(environment(
            "golden", self.server.dsn(golden), head=["a1"], schemas="tenant_template",
            version_table="tenant_template.alembic_version") + self.of_schemas() +
            self.of_schemas(expect="environment:golden", ignore=["extension:citext"],
                            ).replace('"tenants"', '"elsewhere"', 1))
        for template in "tenants", "elsewhere":
            running.wait_state(template + "%2Ftenant_a", "in_sync")
            running.wait_state(template + "%2Ftenant_b", "drifted")
        self.server.sql("DROP CAST (tenant_a.pair AS text)", self.shared)
        for template in "tenants", "elsewhere":
            found = running.wait_state(template + "%2Ftenant_a", "drifted")
            self.assertEqual([(i["kind"], i["name"]) for i in found["schema"]["items"]],
                             [("cast", "(tenant_a.pair AS text)")])
            found = running.environment(template + "%2Ftenant_b")
            self.assertEqual([i["name"] for i in found["schema"]["items"]],
                             ["tenant_b.t0.more"])

    def test_what_is_gone_is_not_empty(self):
        """A list is older than a check: what it names may be gone."""
        running = self.start(self.of_schemas(discover_interval="1h"))
        self.until_names(*("tenants/tenant_" + n for n in ("a", "b", "template")))
        running.wait_state("tenants%2Ftenant_a", "in_sync")
        self.server.sql("DROP SCHEMA tenant_a CASCADE", self.shared)
        running.get("/check/tenants%2Ftenant_a", method="POST")
        self.until_names("tenants/tenant_b", "tenants/tenant_template")
        changes = running.json("/history?environment=tenants/tenant_a")["changes"]
        self.assertEqual({c["state"] for c in changes} - {"in_sync"}, set())
        file = self.config(section("service", state_dir=""), self.of_schemas())
        said = program("check", "-c", file, "tenants/tenant_typo")
        self.assertStatus(said, 2)
        self.assertIn("schema tenant_typo is not there", said.out)

    def test_odd_names(self):
        self.server.sql(tenant('"tenant_ \'""/;--"') + tenant('"tenant_.x"'), self.shared)
        running = self.start(self.of_schemas())
        until("all", lambda: len(self.names()) == 5)
        for name in self.names():
            state = "drifted" if name.endswith("_b") else "in_sync"
            running.wait_state(urllib.parse.quote(name, safe=""), state)
        self.server.sql('CREATE SCHEMA "tenant_*"', self.shared)
        found = until("the error", self.failed)
        self.assertIn("a schema with * in its name", found["error"])
        self.assertEqual(len(self.names()), 5)

    def test_commands(self):
        file = self.config(section("service", state_dir=""), self.of_schemas())
        self.assertStatus(program("check", "-c", file), 1)
        self.assertStatus(program("check", "-c", file, "tenants/tenant_a"), 0)
        snapshot = program("snapshot", "-c", file, "env:tenants/tenant_a").out
        self.assertIn("tenant_a", snapshot)
        self.assertNotIn("tenant_b", snapshot)
        self.assertStatus(program("diff", "-c", file, "env:tenants/tenant_template",
                                  "env:tenants/tenant_a"), 0)
        self.assertStatus(program("diff", "-c", file, "env:tenants/tenant_template",
                                  "env:tenants/tenant_b"), 1)
        for command in (("log", "tenants/tenant_a"), ("snapshot", "env:tenants/tenant_a@1d")):
            result = program(*command, "-c", file)
            self.assertStatus(result, 2)
            self.assertIn("service.state_dir is empty", result.err)

    def test_what_one_had(self):
        """Also where no daemon says that there is one of that name."""
        running = self.start(self.of_schemas())
        running.wait_state("tenants%2Ftenant_a", "in_sync")
        running.wait_state("tenants%2Ftenant_b", "drifted")
        running.stop()
        conf = ("-c", running.file)
        self.assertIn("tenant_a", program("snapshot", "env:tenants/tenant_a@0s", *conf).out)
        self.assertStatus(program("diff", "env:tenants/tenant_template@0s",
                                  "env:tenants/tenant_b@0s", *conf), 1)
        self.assertEqual(program("log", "tenants/tenant_a", *conf).out, "no change is known\n")
        self.assertStatus(program("log", "tenants/nobody", *conf, "--limit", "201"), 64)

    def test_groups(self):
        """Schemas that differ in their names alone are one variant."""
        self.server.sql(tenant("tenant_c"), self.shared)
        running = self.start(self.of_schemas())
        a, b, c, template = ("tenants/tenant_" + n for n in ("a", "b", "c", "template"))

        def groups():
            document = running.json("/status?group=fingerprint")
            return document["pending"] == document["undecided"] == 0 and document["groups"]
        found = until("two groups", lambda: len(groups() or "") == 2 and groups())
        self.assertEqual([g["environments"] for g in found], [[a, c, template], [b]])
        self.assertEqual(found[0]["fingerprint"], running.environment(
            "tenants%2Ftenant_template")["schema"]["fingerprint"])
        self.assertEqual([(f["change"], f["name"]) for f in found[1]["differs"]["findings"]],
                         [("unexpected", "tenant_b.t0.more")])
        self.server.sql("ALTER TABLE tenant_c.t0 ADD more text", self.shared)
        until("it to move", lambda: [g["environments"] for g in groups() or ()] ==
              [[a, template], [b, c]])
        self.assertIn("tenants/tenant_b, tenants/tenant_c (2)", program(
            "status", "--group", "--url", running.url).out)

    def test_any_two_by_hand(self):
        """Each by the names of its own, whichever is EXPECTED."""
        self.server.sql(tenant("tenant_c"), self.shared)
        file = self.config(section("service", state_dir=""), self.of_schemas())
        a, b, c, template = ("env:tenants/tenant_" + n for n in ("a", "b", "c", "template"))

        def names(*sources):
            result = program("diff", "-c", file, "--format", "json", *sources)
            self.assertIn(result.status, (0, 1), result.err)
            return [(f["change"], f["name"]) for f in result.json()["findings"]]
        self.assertEqual(names(a, c), [])
        self.assertEqual(names(a, b), [("unexpected", "tenant_b.t0.more")])
        self.assertEqual(names(b, a), [("missing", "tenant_a.t0.more")])
        self.assertEqual(names(b, template), [("missing", "tenant_template.t0.more")])
        # What was written of one is of that one.
        where = directory("kept")
        kept = {n: os.path.join(where, n[-1] + ".json") for n in (a, b, template)}
        for source, path in kept.items():
            self.assertStatus(program("snapshot", "-c", file, source, "-o", path), 0)
        for source in kept:
            self.assertEqual(names(kept[source], source), [])
            self.assertEqual(names(source, kept[source]), [])
        self.assertEqual(names(kept[template], a), [])
        self.assertEqual(names(a, kept[template]), [])
        self.assertEqual(names(b, kept[template]), [("missing", "tenant_template.t0.more")])


@alone
class Many(Discovering):
    def test_tenants_in_three_variants(self):
        names = ["tenant_%03d" % i for i in range(TENANTS)]
        for v in range(len(CHANGES)):
            self.server.tenants(names[v::len(CHANGES)], v)
        proxy = Counting("127.0.0.1", self.server.port)
        self.addCleanup(proxy.close)
        password = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        dsn = self.server.dsn("postgres", host="127.0.0.1", port=proxy.port)
        running = self.start(self.both(dsn=dsn, password_file=password), ready=False,
                             service={"interval": long("30s", "10m")})
        until("all of them", lambda: running.get("/readyz").status == 200 and
              len(self.names()) == TENANTS + 1, 600)
        states = Counter(e["state"] for e in running.json("/status")["environments"])
        drifted = sum(len(names[v::len(CHANGES)]) for v in (1, 2))
        self.assertEqual(states, {"in_sync": TENANTS - drifted + 1, "drifted": drifted})
        self.server.drop(names[0])
        self.server.tenants(["tenant_new"], 1)
        until("the new one", lambda: "tenants/tenant_new" in self.names()
              and running.environment("tenants%2Ftenant_new")["state"] == "drifted", 60)
        self.assertNotIn("tenants/" + names[0], self.names())
        self.assertEqual(running.metric("pgdriftd_discovered_environments",
                                        discover="tenants"), TENANTS)
        self.assertLessEqual(proxy.most, 2)
        with open("/proc/%d/status" % running.process.pid) as f:
            memory = int(next(line for line in f if line.startswith("VmRSS")).split()[1])
        print("     %d tenants in three variants: VmRSS %.1f MB, at most %d connections" % (
            TENANTS, memory / 1024, proxy.most))
        if not is_sanitized():
            self.assertLess(memory, (60 + TENANTS * 0.1) * 1024)

    def test_schemas_of_one_database(self):
        shared = self.server.database()
        names = ["tenant_%03d" % i for i in range(long(20, 200))]
        for i in range(0, len(names), 20):
            self.server.sql("".join(tenant(name, 10) for name in names[i:i + 20]), shared)
        self.server.sql("VACUUM ANALYZE", shared)
        golden = self.server.database(tenant("tenant_template", 10))
        running = self.start(environment(
            "golden", self.server.dsn(golden), head=["a1"], schemas="tenant_template",
            version_table="tenant_template.alembic_version") + environment(
            "tenants", self.server.dsn(shared), discover="schemas", discover_match="tenant_*",
            head=["a1"], version_table="{name}.alembic_version",
            schema_names="{name}=tenant_template", expect="environment:golden",
            discover_interval="200ms"), ready=False, service={"interval": long("20s", "10m")})

        def all_in_sync():
            found = running.json("/status")["environments"]
            return len(found) == len(names) + 1 and {e["state"] for e in found} == {"in_sync"}
        until("all of them", all_in_sync, 600)
        first, daemon = self.server_seconds(), self.seconds(running.process.pid)
        self.server.sql("ALTER TABLE tenant_007.t3 ADD more text", shared)
        self.assertEqual(running.get("/check/tenants%2Ftenant_007", method="POST").status, 202)
        running.wait_state("tenants%2Ftenant_007", "drifted", 60)
        print("     %d schemas of 10 tables: VmRSS %.1f MB, the first round %.1f s of the "
              "server's processors and %.1f s of the daemon's" % (
                  len(names), self.memory(), first, daemon))

    def memory(self):
        with open("/proc/%d/status" % self.running.process.pid) as f:
            return int(next(line for line in f if line.startswith("VmRSS")).split()[1]) / 1024

    def seconds(self, pid, children=False):
        """Of processors, by this process, or by those that it has waited for."""
        with open("/proc/%d/stat" % pid) as f:
            fields = f.read().rpartition(")")[2].split()
        ticks = fields[13:15] if children else fields[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def server_seconds(self):
        with open(os.path.join(self.server.data, "postmaster.pid")) as f:
            return self.seconds(int(f.readline()), children=True)
