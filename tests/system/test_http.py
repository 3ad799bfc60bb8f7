"""The HTTP interface, as programs see it."""
import base64
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import unittest

from harness import (HERE, Daemon, TlsDaemon, call, directory, environment, postgres,
                     samples, section, until, write)
from shop import Shop

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
STATES = ["in_sync", "migrating", "unconfirmed", "revision_mismatch", "drifted",
          "unstamped", "unknown"]
REVISIONS = ["at_head", "behind", "ahead", "diverged", "unknown_revision", "unstamped",
             "empty_database", "unknown_head", "not_checked"]
SCHEMAS = ["in_sync", "drifted", "other_revision", "not_comparable", "not_checked"]


class Served(Shop):
    """One daemon for all: dev in sync, prod unstamped, staging drifted, qa behind, and
    gone, which nobody reaches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = postgres()

        def at(target, change=""):
            database = server.database()
            cls.project.upgrade(database, target)
            server.sql(change, database)
            return database
        others = {
            "prod": server.dsn(at("head", "DROP TABLE alembic_version")),
            "staging": server.dsn(at("head", "ALTER TABLE step1 ALTER name TYPE"
                                     " varchar(99); DROP TABLE step2;"
                                     "CREATE TABLE \"Odd \"\"one\"\"\" (a int)")),
            "qa": server.dsn(at(cls.ids[2])),
            "gone": "postgresql://u:s3cret-of-the-watcher@127.0.0.1:1/x",
        }
        config = section("migrations", "shop", tool="alembic", path=cls.project.ini)
        config += environment("dev", server.dsn(cls.dev), migrations="shop", expect="none")
        for name, dsn in others.items():
            config += environment(name, dsn, migrations="shop", expect="environment:dev")
        cls.running = Daemon(config, service={"interval": "1h"},
                             http_keys={"idle_timeout": "1s"})
        cls.addClassCleanup(cls.running.stop)
        cls.running.wait_state("prod", "unstamped")
        cls.running.wait_state("staging", "drifted")
        until("qa to be compared", lambda: cls.running.environment("qa")["schema"]["status"]
              == "other_revision")

    def get(self, path, headers=None, method="GET"):
        return self.running.get(path, headers, method)


class Status(Served):
    def test_document(self):
        document = self.running.json("/status")
        self.assertEqual(document["schema_version"], 1)
        self.assertRegex(document["generated_at"], TIME)
        self.assertEqual(document["state"], "unknown")
        self.assertEqual(document["summary"], {
            "environments": 5, "in_sync": 1, "migrating": 0, "unconfirmed": 0,
            "revision_mismatch": 1, "drifted": 1, "unstamped": 1, "unknown": 1})
        self.assertEqual(sorted(e["name"] for e in document["environments"]),
                         ["dev", "gone", "prod", "qa", "staging"])
        for e in document["environments"]:
            self.check_environment(e)
            self.assertNotIn("items", e["schema"])

    def check_environment(self, e):
        self.assertLessEqual({"name", "state", "since", "confirmed", "hint", "check",
                              "server", "revision", "schema", "links"}, set(e))
        self.assertIn(e["state"], STATES)
        self.assertRegex(e["since"], TIME)
        self.assertIs(type(e["confirmed"]), bool)
        self.assertTrue(e["hint"])
        check = e["check"]
        self.assertLessEqual({"status", "last_at", "last_success_at", "duration_seconds",
                              "next_at", "consecutive_failures", "error"}, set(check))
        self.assertIn(check["status"], ("ok", "unreachable", "error", "not_checked"))
        self.assertRegex(check["last_at"], TIME)
        self.assertRegex(check["next_at"], TIME)
        self.assertIsInstance(check["duration_seconds"], (int, float))
        self.assertIs(type(check["consecutive_failures"]), int)
        self.assertLessEqual({"tool", "status", "recorded", "expected", "behind",
                              "pending"}, set(e["revision"]))
        self.assertEqual(e["revision"]["tool"], "alembic")
        self.assertIn(e["revision"]["status"], REVISIONS)
        self.assertLessEqual({"status", "reference", "fingerprint", "objects", "findings",
                              "ignored", "by_kind"}, set(e["schema"]))
        self.assertIn(e["schema"]["status"], SCHEMAS)
        self.assertEqual(e["links"], {"self": "/status/" + e["name"],
                                      "diff": "/status/%s/diff" % e["name"],
                                      "changes": "/status/%s/changes" % e["name"]})
        if check["status"] == "ok":
            self.assertLessEqual({"version", "in_recovery"}, set(e["server"]))
            self.assertRegex(e["server"]["version"], r"^\d+\.\d+")
            self.assertIs(e["server"]["in_recovery"], False)
            system, = self.server.sql("SELECT system_identifier FROM"
                                      " pg_control_system()").split()
            self.assertEqual(e["server"]["system_identifier"], system)
            database = e["server"]["database"]
            oid, = self.server.sql("SELECT oid FROM pg_database WHERE datname = '%s'"
                                   % database).split()
            self.assertEqual(e["server"]["database_oid"], oid)
            self.assertRegex(e["server"]["address"], r":\d+$")
            self.assertEqual(self.running.metric(
                "pgdriftd_server_info", environment=e["name"], version=e["server"]["version"],
                system_identifier=system, database_oid=oid), 1)
            self.assertIsNone(check["error"])

    def test_details(self):
        e = self.running.environment("staging")
        self.assertEqual(e["schema"]["reference"], "environment:dev")
        self.assertEqual(e["schema"]["findings"], 3)
        self.assertEqual(e["schema"]["by_kind"]["table"]["missing"], 1)
        self.assertEqual(e["schema"]["by_kind"]["table"]["unexpected"], 1)
        self.assertEqual(e["schema"]["by_kind"]["column"]["changed"], 1)
        items = {(i["kind"], i["name"], i["change"]): i for i in e["schema"]["items"]}
        self.assertEqual(sorted(items), [
            ("column", "public.step1.name", "changed"),
            ("table", 'public."Odd ""one"""', "unexpected"),
            ("table", "public.step2", "missing")])
        changed = items["column", "public.step1.name", "changed"]
        self.assertEqual((changed["property"], changed["expected"], changed["found"]),
                         ("type", "text", "character varying(99)"))
        self.assertEqual(changed["severity"], "breaking")
        self.assertIsNone(items["table", "public.step2", "missing"]["found"])

    def test_unreachable(self):
        e = self.running.environment("gone")
        self.assertEqual(e["check"]["status"], "unreachable")
        self.assertEqual(e["revision"]["status"], "not_checked")
        self.assertIsNone(e["check"]["last_success_at"])

    def test_filters(self):
        def names(query):
            return sorted(e["name"] for e in
                          self.running.json("/status?" + query)["environments"])
        self.assertEqual(names("environment=dev"), ["dev"])
        self.assertEqual(names("environment=dev&environment=qa"), ["dev", "qa"])
        self.assertEqual(names("state=drifted"), ["staging"])
        self.assertEqual(names("state=drifted,unstamped"), ["prod", "staging"])
        self.assertEqual(names("state=migrating"), [])
        self.assertEqual(self.running.json("/status?environment=dev")["state"], "in_sync")

    def test_bad_filter(self):
        self.problem(self.get("/status?state=drfited"), 400)

    def test_unknown_environment(self):
        document = self.problem(self.get("/status/stagin"), 404)
        self.assertIn("staging", document["detail"])
        self.problem(self.get("/status/stagin/diff"), 404)
        self.problem(self.get("/migrations/shp"), 404)
        self.problem(self.get("/nothing/here"), 404)

    def problem(self, response, status):
        self.assertEqual(response.status, status, repr(response))
        self.assertEqual(response.headers.get_content_type(), "application/problem+json")
        document = response.json()
        self.assertEqual(document["status"], status)
        self.assertLessEqual({"type", "title", "status", "detail"}, set(document))
        return document

    def test_fail_on(self):
        self.assertEqual(self.get("/status/staging?fail_on=drifted,unstamped").status, 503)
        self.assertEqual(self.get("/status/staging?fail_on=unstamped").status, 200)
        self.assertEqual(self.get("/status/prod?fail_on=drifted,unstamped").status, 503)
        self.assertEqual(self.get("/status/dev?fail_on=drifted,unstamped").status, 200)
        self.problem(self.get("/status/dev?fail_on=nonsense"), 400)

    def test_other_methods(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            response = self.get("/status", method=method)
            self.problem(response, 405)
            self.assertEqual({m.strip() for m in response.headers["Allow"].split(",")},
                             {"GET", "HEAD"})

    def test_diff(self):
        document = self.running.json("/status/staging/diff")
        self.assertEqual(document["schema_version"], 1)
        self.assertEqual(document["status"], "drifted")
        self.assertEqual(document["summary"], {"missing": 1, "unexpected": 1, "changed": 1,
                                               "ignored": 0})
        self.assertEqual(len(document["findings"]), 3)
        response = self.get("/status/staging/diff?format=text")
        self.assertEqual(response.headers.get_content_type(), "text/plain")
        for word in ("public.step1.name", "character varying(99)", "public.step2"):
            self.assertIn(word, response.text)
        self.problem(self.get("/status/staging/diff?format=xml"), 400)

    def test_history(self):
        document = self.running.json("/history")
        self.assertEqual(document["schema_version"], 1)
        entries = next(v for v in document.values() if isinstance(v, list))
        # Who was never reached has not changed; the daemon itself is none.
        self.assertEqual({e["environment"] for e in entries} - {"gone", None},
                         {"dev", "prod", "staging", "qa"})
        times = [str(e) for e in (x.get("time", x.get("at")) for x in entries)]
        self.assertEqual(times, sorted(times, reverse=True))
        document = self.running.json("/history?environment=staging&limit=1")
        entries = next(v for v in document.values() if isinstance(v, list))
        self.assertEqual([e["environment"] for e in entries], ["staging"])
        document = self.running.json("/history?since=2099-01-01T00:00:00Z")
        self.assertEqual(next(v for v in document.values() if isinstance(v, list)), [])
        self.problem(self.get("/history?since=yesterday"), 400)
        self.problem(self.get("/history?limit=-1"), 400)

    def test_migrations(self):
        document = self.running.json("/migrations")
        self.assertEqual(document["schema_version"], 1)
        self.assertIn("shop", json.dumps(document))
        document = self.running.json("/migrations/shop")
        text = json.dumps(document)
        for revision in self.ids:
            self.assertIn(revision, text)
        # Who stands where.
        for name in ("dev", "staging", "qa"):
            self.assertIn('"%s"' % name, text)

    def test_version(self):
        document = self.running.json("/version")
        self.assertEqual(document["schema_version"], 1)
        self.assertTrue(document["version"])

    def test_small_ones(self):
        self.assertEqual(self.get("/healthz").status, 200)
        self.assertEqual(self.get("/readyz").status, 200)

    def test_page(self):
        response = self.get("/")
        self.assertEqual(response.headers.get_content_type(), "text/html")
        for name in ("dev", "prod", "staging", "qa", "gone"):
            self.assertIn(name, response.text)
        self.assertNotIn("<one", response.text)
        # Nothing is fetched from elsewhere.
        self.assertNotRegex(response.text, r"(src|href|url\()\s*=?\s*[\"'(]?(https?:)?//")


class Transport(Served):
    PATHS = ["/", "/status", "/status/staging", "/status/staging/diff", "/history",
             "/migrations", "/migrations/shop", "/metrics", "/version"]

    def test_headers(self):
        for path in self.PATHS:
            with self.subTest(path):
                response = self.get(path)
                self.assertEqual(response.status, 200)
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("no-cache", response.headers["Cache-Control"])
                self.assertEqual(int(response.headers["Content-Length"]),
                                 len(response.raw))
                if path not in ("/", "/metrics"):
                    self.assertEqual(response.headers.get_content_type(),
                                     "application/json")

    def test_head(self):
        for path in self.PATHS + ["/healthz", "/nothing"]:
            with self.subTest(path):
                response = self.get(path, method="HEAD")
                self.assertEqual(response.raw, b"")
                self.assertEqual(response.status, self.get(path).status)
                self.assertEqual(response.headers["Content-Type"],
                                 self.get(path).headers["Content-Type"])

    def test_etag(self):
        for path in ("/status", "/status/staging", "/status/staging/diff", "/migrations", "/"):
            with self.subTest(path):
                first = self.get(path)
                tag = first.headers["ETag"]
                self.assertTrue(tag)
                again = self.get(path, {"If-None-Match": tag})
                self.assertEqual(again.status, 304)
                self.assertEqual(again.raw, b"")
                self.assertEqual(again.headers["ETag"], tag)
                self.assertEqual(self.get(path, {"If-None-Match": '"x", ' + tag}).status,
                                 304)
                self.assertEqual(self.get(path, {"If-None-Match": '"other"'}).status, 200)
                self.assertEqual(self.get(path, {"If-None-Match": "*"}).status, 304)

    def test_etag_follows_the_filter(self):
        self.assertNotEqual(self.get("/status").headers["ETag"],
                            self.get("/status?environment=dev").headers["ETag"])

    def test_gzip(self):
        for path in ("/status", "/metrics", "/"):
            with self.subTest(path):
                plain = self.get(path)
                self.assertIsNone(plain.headers["Content-Encoding"])
                packed = self.get(path, {"Accept-Encoding": "deflate, gzip;q=0.5"})
                self.assertEqual(packed.headers["Content-Encoding"], "gzip")
                self.assertIn("accept-encoding", packed.headers["Vary"].lower())
                self.assertLess(len(packed.raw), len(plain.raw))
                if path == "/":
                    self.assertEqual(packed.text, plain.text)
                refused = self.get(path, {"Accept-Encoding": "gzip;q=0"})
                self.assertIsNone(refused.headers["Content-Encoding"])

    def test_keep_alive(self):
        # Between two of them may be more than the second that all others are given.
        running = self.daemon(environment("none", "host=127.0.0.1 port=1 dbname=none"),
                              http_keys={"idle_timeout": "30s"})
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        for _ in range(50):
            connection.request("GET", "/status")
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            answer.read()
        connection.close()

    def test_slow_clients_stop_nobody(self):
        sockets = [socket.create_connection(("127.0.0.1", self.running.port))
                   for _ in range(20)]
        for s in sockets:
            s.sendall(b"GET /status HTTP/1.1\r\nHost: x\r\n")
        self.assertEqual(self.get("/healthz").status, 200)
        for s in sockets:
            s.close()

    def test_nonsense_on_the_wire(self):
        for text in (b"\x00\x01\x02\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
                     b"GET /status/%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"GET /status?state=%00 HTTP/1.1\r\nHost: x\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.running.port), 10) as s:
                try:
                    s.sendall(text)
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(65536):
                        pass
                except OSError:
                    pass
            self.assertEqual(self.get("/healthz").status, 200)

    def test_names_in_pages_are_escaped(self):
        # An unknown path comes back in the answer: as text.
        response = self.get("/status/%3Cscript%3E")
        self.assertEqual(response.status, 404)
        self.assertNotEqual(response.headers.get_content_type(), "text/html")


class Metrics(Served):
    NAMES = """pgdriftd_up pgdriftd_state pgdriftd_revision_status pgdriftd_schema_status
        pgdriftd_drift_objects pgdriftd_drift_ignored_objects
        pgdriftd_drift_start_timestamp_seconds pgdriftd_revision_info
        pgdriftd_revisions_behind pgdriftd_schema_fingerprint_info pgdriftd_schema_objects
        pgdriftd_server_info
        pgdriftd_checks_total pgdriftd_check_failures_total
        pgdriftd_last_check_timestamp_seconds pgdriftd_last_success_timestamp_seconds
        pgdriftd_last_check_duration_seconds pgdriftd_check_interval_seconds
        pgdriftd_migrations_problems pgdriftd_http_requests_total
        pgdriftd_log_lines_lost_total
        pgdriftd_config_last_reload_successful
        pgdriftd_config_last_reload_success_timestamp_seconds pgdriftd_build_info
        process_cpu_seconds_total process_resident_memory_bytes
        process_virtual_memory_bytes process_open_fds process_max_fds
        process_start_time_seconds""".split()

    def test_names(self):
        names = {name for name, _ in self.running.metrics()}
        self.assertEqual(set(self.NAMES) - names - {"pgdriftd_migrations_problems"}, set())

    def test_build(self):
        labels = [dict(l) for name, l in self.running.metrics()
                  if name == "pgdriftd_build_info"]
        self.assertEqual(len(labels), 1)
        self.assertRegex(labels[0]["libpq_version"], r"^\d+\.\d+$")
        version = self.running.json("/version")
        self.assertEqual(version["version"], labels[0]["version"])
        self.assertEqual(version["libpq_version"], labels[0]["libpq_version"])

    def test_promtool_likes_it(self):
        if not shutil.which("promtool"):
            self.skipTest("promtool is not here")
        done = subprocess.run(["promtool", "check", "metrics"], text=True,
                              input=self.get("/metrics").text, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_text_format(self):
        response = self.get("/metrics")
        self.assertEqual(response.headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")

    def test_openmetrics(self):
        response = self.get("/metrics", {"Accept": "application/openmetrics-text;"
                                         "version=1.0.0,text/plain;version=0.0.4;q=0.5"})
        self.assertEqual(response.headers.get_content_type(),
                         "application/openmetrics-text")
        self.assertIn("version=1.0.0", response.headers["Content-Type"])
        text = response.text
        self.assertTrue(text.endswith("# EOF\n"))
        self.assertEqual(text.count("# EOF"), 1)
        types, family = {}, None
        for line in text.splitlines():
            words = line.split(" ")
            if words[:2] == ["#", "TYPE"]:
                family = words[2]
                self.assertNotIn(family, types)
                types[family] = words[3]
                self.assertFalse(family.endswith("_total"), line)
            elif words[0] != "#":
                name = re.match(r"[a-zA-Z0-9_:]+", line).group(0)
                suffix = name[len(family):]
                self.assertEqual(name[:len(family)], family)
                allowed = {"counter": ("_total", "_created"), "info": ("_info",)}
                self.assertIn(suffix, allowed.get(types[family], ("",)), line)
        self.assertEqual(types["pgdriftd_checks"], "counter")

    def test_plain_where_openmetrics_is_worth_less(self):
        response = self.get("/metrics", {"Accept": "application/openmetrics-text;q=0.1,"
                                         "text/plain;q=0.9"})
        self.assertEqual(response.headers.get_content_type(), "text/plain")

    def test_values(self):
        metric = self.running.metric
        for name, state in (("dev", "in_sync"), ("prod", "unstamped"),
                            ("staging", "drifted"), ("qa", "revision_mismatch"),
                            ("gone", "unknown")):
            values = {s: metric("pgdriftd_state", environment=name, state=s)
                      for s in STATES}
            self.assertEqual(values, {s: float(s == state) for s in STATES})
        for name, status in (("dev", "at_head"), ("prod", "unstamped"), ("qa", "behind"),
                             ("gone", "not_checked")):
            values = {s: metric("pgdriftd_revision_status", environment=name, status=s)
                      for s in REVISIONS}
            self.assertEqual(values, {s: float(s == status) for s in REVISIONS})
        for name, status in (("prod", "in_sync"), ("staging", "drifted"),
                             ("qa", "other_revision")):
            values = {s: metric("pgdriftd_schema_status", environment=name, status=s)
                      for s in SCHEMAS}
            self.assertEqual(values, {s: float(s == status) for s in SCHEMAS})
        self.assertEqual(metric("pgdriftd_up", environment="dev"), 1)
        self.assertEqual(metric("pgdriftd_up", environment="gone"), 0)
        self.assertEqual(metric("pgdriftd_revisions_behind", environment="qa"), 2)
        self.assertEqual(metric("pgdriftd_drift_objects", environment="staging",
                                kind="table", change="missing"), 1)
        self.assertEqual(metric("pgdriftd_drift_objects", environment="staging",
                                kind="table", change="changed"), 0)
        # A kind that never differed has no series.
        self.assertIsNone(metric("pgdriftd_drift_objects", environment="staging",
                                 kind="index", change="missing"))
        self.assertEqual(metric("pgdriftd_revision_info", environment="qa",
                                role="recorded", revision=self.ids[2]), 1)
        self.assertEqual(metric("pgdriftd_revision_info", environment="prod",
                                role="expected", revision=self.ids[4]), 1)
        self.assertIsNone(metric("pgdriftd_drift_start_timestamp_seconds",
                                 environment="dev"))
        self.assertGreater(metric("pgdriftd_drift_start_timestamp_seconds",
                                  environment="staging"), 1.7e9)
        self.assertEqual(metric("pgdriftd_check_interval_seconds", environment="dev"), 3600)
        self.assertGreaterEqual(metric("pgdriftd_check_failures_total", environment="gone",
                                       reason="connect"), 1)
        self.assertEqual(metric("pgdriftd_check_failures_total", environment="dev",
                                reason="connect") or 0, 0)

    def test_labels_say_little(self):
        """No table, no SQL, no error text, no user, host or DSN."""
        text = self.get("/metrics").text
        for word in ("step1", "Odd", "watcher", "127.0.0.1", "dbname", "refused"):
            self.assertNotIn(word, text)

    def test_a_scrape_asks_no_database(self):
        before = self.running.checks("dev")
        for _ in range(20):
            self.get("/metrics")
        self.assertEqual(self.running.checks("dev"), before)

    def test_requests_are_counted(self):
        def count():
            return sum(v for (name, labels), v in self.running.metrics().items()
                       if name == "pgdriftd_http_requests_total"
                       and ("code", "404") in labels)
        before = count()
        self.get("/nothing")
        self.assertEqual(count(), before + 1)


class Series(Shop):
    def test_an_environment_in_sync_has_few(self):
        """What never differed, and never happened, has no series of its own."""
        ddl = call([os.path.join(HERE, "../bench/schema"), "50", "--revision",
                    self.ids[-1]])
        ddl += "; GRANT SELECT ON alembic_version TO watcher"
        before, after = self.database(ddl), self.database(ddl)
        keys = {"migrations": "shop"}
        self.running = self.daemon(
            section("migrations", "shop", tool="alembic", path=self.project.ini)
            + environment("ref", self.server.dsn(before), expect="none", **keys)
            + environment("env", self.server.dsn(after), expect="environment:ref", **keys))
        self.running.wait_state("env", "in_sync")
        found = samples(self.running.get("/metrics").text)
        mine = [name for name, labels in found if ("environment", "env") in labels]
        self.assertIn("pgdriftd_findings", mine)
        self.assertLessEqual(len(mine), 60, sorted(mine))


class Findings(Shop):
    def test_max_findings(self):
        database = self.at(change="".join("CREATE TABLE x%02d (a int);" % i
                                          for i in range(12)))
        self.running = self.daemon(self.pair(database), service={"max_findings": 5})
        found = self.running.wait_state("env", "drifted")
        self.assertEqual(len(found["schema"]["items"]), 5)
        self.assertEqual(found["schema"]["findings"], 12)
        document = self.running.json("/status/env/diff")
        self.assertEqual(document["summary"]["unexpected"], 12)

    def test_text_of_a_database_is_made_valid(self):
        """A SQL_ASCII database may hold any bytes; what goes out is UTF-8."""
        name = "bytes"
        self.server.sql("CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII'")
        self.server.sql("SET client_min_messages = error; DO $$ BEGIN"
                        " EXECUTE format('CREATE TABLE %I (a int)', 't' || chr(255)"
                        " || chr(10) || '<b>&'); END $$", name)
        self.running = self.daemon(self.pair(name))
        found = self.running.after_checks("env")
        if found["check"]["status"] == "ok":
            found = self.running.wait_state("env", "unstamped")
        page = self.running.get("/").text
        self.assertNotIn("<b>", page)
        self.running.get("/status/env/diff?format=text").text.encode("utf-8")


class Secured(Shop):
    """TLS, and users with a password."""

    def test_tls_and_users(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not here")
        where = directory("tls")
        key, self.cert = where + "/key.pem", where + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", self.cert], check=True,
                       stderr=subprocess.DEVNULL)
        digest = call(["openssl", "passwd", "-6", "-salt", "abcdefgh", "let me in"]).strip()
        users = write(where + "/users", "# who may read\nreader:%s\n" % digest)
        self.running = TlsDaemon(
            self.cert, self.migrations() + environment(
                "env", self.server.dsn(self.dev), migrations="shop"),
            http_keys={"cert_file": self.cert, "key_file": key, "users_file": users})
        self.addCleanup(self.running.stop)
        until("the first check", lambda: self.status("reader:let me in") == 200 and
              b"in_sync" in self.body)
        self.assertEqual(self.status("reader:wrong"), 401)
        self.assertEqual(self.status("nobody:let me in"), 401)
        self.assertEqual(self.status(None), 401)
        self.assertIn("Basic", self.headers["WWW-Authenticate"])
        self.assertNotIn(b"in_sync", self.body)
        self.assertEqual(self.status("reader:let me in"), 200)

    def status(self, user):
        headers = {} if user is None else {
            "Authorization": "Basic " + base64.b64encode(user.encode()).decode()}
        self.headers, self.body = None, b""
        context = ssl.create_default_context(cafile=self.cert)
        connection = http.client.HTTPSConnection("127.0.0.1", self.running.port, timeout=10,
                                                 context=context)
        try:
            connection.request("GET", "/status", headers=headers)
            answer = connection.getresponse()
            self.headers, self.body = answer.headers, answer.read()
        finally:
            connection.close()
        return answer.status


if __name__ == "__main__":
    unittest.main()
