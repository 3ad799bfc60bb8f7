"""The command line: what it prints, where, and how it ends."""
import contextlib
import http.server
import json
import os
import re
import subprocess
import threading
import unittest

from harness import (PROGRAM, PASSWORD, WATCHER, directory, environ, environment, program,
                     section, until, write)
from shop import Shop

COMMANDS = ["serve", "check", "diff", "snapshot", "migrations", "status", "wait", "accept",
            "locate", "notify", "config"]


class Usage(unittest.TestCase):
    def ends(self, status, *arguments):
        result = program(*arguments)
        self.assertEqual(result.status, status, repr(result))
        return result

    def test_help(self):
        result = self.ends(0, "--help")
        self.assertEqual(result.err, "")
        for command in COMMANDS:
            self.assertIn(command, result.out)
        for command in COMMANDS:
            result = self.ends(0, command, "--help")
            self.assertRegex(result.out, r"Usage: pgdriftd \[?" + command)
            self.assertEqual(result.err, "")

    def test_help_is_alike(self):
        """80 columns, what it is for, its usage, and where there is more."""
        listed = re.findall(r"^  ([a-z]+) ", self.ends(0, "--help").out, re.M)
        self.assertLessEqual(set(COMMANDS), set(listed))
        for command in ["", *listed]:
            with self.subTest(command):
                out = self.ends(0, *command.split(), "--help").out
                self.assertEqual([], [s for s in out.splitlines() if len(s) > 80])
                self.assertRegex(out, r"\A[A-Za-z].*[.]?\n(.+\n)*\nUsage: pgdriftd ")
                self.assertIn("\nExit status: ", out)
                self.assertRegex(out, r"\nManual: pgdriftd\(1\), .*\n\Z")

    def test_version(self):
        self.assertRegex(self.ends(0, "--version").out, r"^pgdriftd \d+\.\d+")

    def test_wrong_usage(self):
        for arguments in (["nonsense"], ["chekc"], ["--nonsense"], ["check", "--nonsense"],
                          ["diff"], ["diff", "one"], ["diff", "a", "b", "c"], ["snapshot"],
                          ["migrations"], ["wait"], ["wait", "x", "--for", "nonsense"],
                          ["accept"], ["notify"], ["config"], ["config", "nonsense"],
                          ["check", "--format", "xml"], ["-c"], ["diff", "a=b", "c=d",
                                                                "--color", "sometimes"],
                          ["diff", "a=b", "c=d", "--partitions", "nonsense"]):
            with self.subTest(arguments):
                result = self.ends(64, *arguments)
                self.assertEqual(result.out, "")
                self.assertIn("pgdriftd", result.err)

    def test_near_command(self):
        self.assertIn("check", self.ends(64, "chekc").err)

    def test_output_that_nobody_takes(self):
        """A full disk is no success."""
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "--help"], stdout=full, env=environ(),
                                  stderr=subprocess.PIPE)
        self.assertNotEqual(done.returncode, 0)


class Check(Shop):
    def setUp(self):
        super().setUp()
        self.staging = self.at(change="DROP TABLE step3")
        self.file = self.config(
            section("service", state_dir=directory("state")),
            self.pair(self.at()),
            environment("staging", self.server.dsn(self.staging), migrations="shop",
                        expect="environment:dev"),
            environment("gone", "postgresql://u:%s@127.0.0.1:1/x" % PASSWORD,
                        migrations="shop"))

    def test_nothing_to_check(self):
        for arguments, status in (([], 2), (["--format", "json"], 2),
                                  (["--format", "nagios"], 3)):
            for names, text in (([], ""), ([], environment(
                    "off", self.server.dsn(self.dev), head=["x"], enabled=False)),
                                (["off"], environment(
                    "off", self.server.dsn(self.dev), head=["x"], enabled=False))):
                with self.subTest(arguments=arguments, names=names):
                    result = program("check", "-c", self.config(text), *names, *arguments)
                    self.assertStatus(result, status)
                    self.assertIn("enabled", result.err)

    def test_head_that_could_not_be_read(self):
        """The catalog is in sync, but what is said of the revision is nothing."""
        path = self.config(
            self.migrations(),
            environment("dev", self.server.dsn(self.dev), migrations="shop"),
            environment("gone", self.server.dsn("no_such"), migrations="shop"),
            environment("env", self.server.dsn(self.at()), expect="environment:dev",
                        head=["environment:gone"]))
        self.assertStatus(program("check", "-c", path, "env"), 2)

    def check(self, status, *arguments):
        result = program("check", "-c", self.file, *arguments)
        self.assertStatus(result, status)
        return result

    def test_statuses(self):
        self.check(0, "dev", "env")
        self.check(1, "dev", "staging")
        self.check(2, "gone")
        self.check(2)
        self.check(2, "gone", "staging")

    def test_only_the_named(self):
        result = self.check(0, "env")
        self.assertIn("env", result.out)
        self.assertNotIn("staging", result.out)
        self.assertNotIn("gone", result.out)

    def test_unknown_name(self):
        result = program("check", "-c", self.file, "stagin")
        self.assertIn(result.status, (2, 64))
        self.assertIn("staging", result.err)

    def test_text(self):
        result = self.check(1, "staging")
        self.assertIn("drifted", result.out)
        self.assertIn("public.step3", result.out)

    def test_json(self):
        result = self.check(1, "staging", "env", "--format", "json")
        document = result.json()
        self.assertEqual(document["schema_version"], 1)
        self.assertEqual(document["state"], "drifted")
        found = {e["name"]: e for e in document["environments"]}
        self.assertEqual(sorted(found), ["env", "staging"])
        self.assertEqual(found["staging"]["schema"]["items"][0]["name"], "public.step3")
        self.assertEqual(found["env"]["schema"]["items"], [])
        self.assertEqual(found["env"]["state"], "in_sync")

    def test_json_of_a_failure(self):
        document = self.check(2, "gone", "--format", "json").json()
        self.assertEqual(document["environments"][0]["check"]["status"], "unreachable")

    def test_nagios(self):
        self.assertRegex(program("check", "-c", self.file, "env", "--format", "nagios").out,
                         r"OK\b")
        result = program("check", "-c", self.file, "staging", "--format", "nagios")
        self.assertRegex(result.out, r"(WARNING|CRITICAL)\b")
        self.assertNotEqual(result.status, 0)
        result = program("check", "-c", self.file, "gone", "--format", "nagios")
        self.assertRegex(result.out, r"UNKNOWN\b.*findings=U$")
        self.assertStatus(result, 3)

    def test_nagios_says_one_line(self):
        """And a status that is what it says, whatever is wrong."""
        bad = write(os.path.join(directory("bad"), "bad.conf"), "environment {")
        for arguments, status, text in (
                (["-c", self.file, "env"], 0, r"OK - all in sync \| environments=1 findings=0"),
                (["-c", self.file, "env", "staging"], 2, r"CRITICAL - staging drifted"
                 r" \(1 difference\): .* \| environments=2 findings=1"),
                (["-c", self.file, "env", "gone"], 3, "UNKNOWN - gone unknown: "),
                (["-c", self.file, "gone", "staging"], 2, "CRITICAL - .*gone unknown"),
                (["-c", bad], 3, "UNKNOWN - .*bad.conf:1"),
                (["-c", bad + "x"], 3, "UNKNOWN - .*No such file"),
                (["-c", self.file, "nobody"], 3, "UNKNOWN - "),
                (["-c", self.file, "--nothing"], 3, "UNKNOWN - wrong options"),
                (["-c", self.file, "--color", "red"], 3, "UNKNOWN - wrong options"),
                (["-c", self.file, "--color"], 3, "UNKNOWN - wrong options")):
            with self.subTest(arguments):
                result = program("check", "--format", "nagios", *arguments)
                self.assert_one_line(result, status, text)
        result = program("check", "--nothing", "--format", "nagios", "-c", self.file)
        self.assert_one_line(result, 3, "UNKNOWN - wrong options")
        self.assertIn("--nothing", result.err)
        self.assertStatus(program("check", "--nothing", "-c", self.file), 64)

    def assert_one_line(self, result, status, text):
        self.assertStatus(result, status)
        self.assertRegex(result.out, "^PGDRIFTD " + text)
        self.assertEqual(result.out.count("\n"), 1, result.out)

    def test_no_configuration(self):
        self.assertStatus(program("check", "-c", directory("none") + "/none.conf"), 78)

    def test_nothing_is_left(self):
        """A one-shot check leaves no connection behind."""
        self.check(0, "env")
        # Its process takes a moment to end.
        until("nobody", lambda: self.server.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'" % WATCHER) == "0\n")


class Snapshot(Shop):
    def test_round_trip(self):
        where = directory("snapshot")
        path = os.path.join(where, "dev.snapshot")
        dsn = self.server.dsn(self.dev)
        result = program("snapshot", dsn, "-o", path)
        self.assertStatus(result, 0)
        self.assertEqual(result.out, "")
        result = program("snapshot", dsn)
        self.assertStatus(result, 0)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(result.out, f.read())
        again = os.path.join(where, "again.snapshot")
        self.assertStatus(program("snapshot", path, "-o", again), 0)
        with open(path, "rb") as a, open(again, "rb") as b:
            self.assertEqual(a.read(), b.read())
        self.assertStatus(program("diff", path, dsn), 0)
        self.assertStatus(program("diff", dsn, path), 0)
        self.assertEqual(sorted(os.listdir(where)), ["again.snapshot", "dev.snapshot"])

    def test_same_bytes_for_the_same_catalog(self):
        twin = self.server.copy(self.dev)
        self.server.sql("INSERT INTO alembic_version VALUES ('%s')" % self.ids[4], twin)
        first = program("snapshot", self.server.dsn(self.dev))
        self.assertStatus(first, 0)
        self.assertEqual(first.out, program("snapshot", self.server.dsn(twin)).out)

    def test_unreachable(self):
        path = os.path.join(directory("snapshot"), "x.snapshot")
        result = program("snapshot", "host=127.0.0.1 port=1 dbname=x", "-o", path)
        self.assertStatus(result, 2)
        self.assertFalse(os.path.exists(path))
        self.assertTrue(result.err)

    def test_a_failure_keeps_the_old_file(self):
        path = write(os.path.join(directory("snapshot"), "x.snapshot"), "old\n")
        self.assertStatus(program("snapshot", "host=127.0.0.1 port=1 dbname=x", "-o", path),
                          2)
        with open(path) as f:
            self.assertEqual(f.read(), "old\n")

    def test_nowhere_to_write(self):
        result = program("snapshot", self.server.dsn(self.dev), "-o",
                         directory("none") + "/none/x.snapshot")
        self.assertStatus(result, 2)
        self.assertIn("x.snapshot", result.err)

    def test_damaged_files(self):
        where = directory("snapshot")
        path = os.path.join(where, "dev.snapshot")
        self.assertStatus(program("snapshot", self.server.dsn(self.dev), "-o", path), 0)
        with open(path) as f:
            text = f.read()
        damaged = {"cut": text[:len(text) // 2], "empty": "", "noise": "\x01" + text,
                   "line": "\n".join(text.splitlines()[:-3]) + "\n"}
        for name, content in damaged.items():
            with self.subTest(name):
                broken = write(os.path.join(where, name + ".snapshot"), content)
                result = program("diff", broken, path)
                self.assertStatus(result, 2)
                self.assertIn(name + ".snapshot", result.err)

    def test_directory_and_missing_file(self):
        self.assertStatus(program("diff", "/tmp", "/tmp"), 2)
        self.assertStatus(program("diff", "/no/such.snapshot", "/no/such.snapshot"), 2)


class Config(Shop):
    def test_check(self):
        self.assertStatus(program("config", "check", "-c", self.config(
            self.pair(self.dev))), 0)
        self.assertStatus(program("config", "check", "-c", self.config("nonsense {}")), 78)

    def test_show_hides_secrets(self):
        path = self.config(
            self.migrations(),
            environment("a", "host=h dbname=d user=u password=%s" % PASSWORD),
            environment("b", "host=h dbname=d password='%s and more'" % PASSWORD),
            environment("c", "postgresql://u:%s@h:5432/d?sslmode=require" % PASSWORD),
            environment("d", "postgresql://h/d?user=u&password=%s" % PASSWORD),
            environment("e", "host=h dbname=d sslpassword=%s" % PASSWORD),
            environment("f", "dbname=d", password_command="echo " + PASSWORD))
        result = program("config", "show", "-c", path)
        self.assertStatus(result, 0)
        self.assertGreaterEqual(result.out.count("<secret>"), 6)
        for word in ("sslmode=require", "dbname=d", "host=h"):
            self.assertIn(word, result.out)

    def test_show_can_be_read_again(self):
        path = self.config(self.pair(self.dev, schemas=["public", "app*"],
                                     ignore=["table:public.x"]))
        shown = program("config", "show", "-c", path).out
        again = self.config(shown)
        result = program("config", "show", "-c", again)
        self.assertStatus(result, 0)

        def body(text):
            return [line for line in text.splitlines() if not line.startswith("#")]
        self.assertEqual(body(result.out), body(shown))


class Migrations(Shop):
    def judged(self, status, recorded, *more):
        result = program("migrations", self.project.versions, "--recorded", recorded,
                         "--format", "json", *more)
        self.assertStatus(result, status)
        return result.json()["judgement"]

    def test_sound(self):
        for path in (self.project.versions, self.project.ini):
            result = program("migrations", path, "--format", "json")
            self.assertStatus(result, 0)
            document = result.json()
            self.assertLessEqual({"schema_version", "tool", "path", "files", "revisions",
                                  "bases", "heads", "branch_points", "merge_points",
                                  "nodes", "problems"}, set(document))
            self.assertEqual((document["files"], document["revisions"]), (5, 5))
            self.assertEqual(document["bases"], [self.ids[0]])
            self.assertEqual(document["heads"], [self.ids[4]])
            self.assertEqual(document["problems"], [])

    def test_recorded(self):
        self.assertEqual(self.judged(0, self.ids[4])["status"], "at_head")
        found = self.judged(1, self.ids[2])
        self.assertEqual((found["status"], found["behind"], found["pending"]),
                         ("behind", 2, self.ids[3:]))
        self.assertEqual(self.judged(1, "")["status"], "unstamped")
        found = self.judged(1, "deadbeef")
        self.assertEqual((found["status"], found["unknown"]),
                         ("unknown_revision", ["deadbeef"]))
        found = self.judged(1, ",".join((self.ids[4], self.ids[0])))
        self.assertEqual((found["status"], found["redundant"]), ("diverged", [self.ids[0]]))

    def test_problems(self):
        where = directory("migrations")
        write(where + "/a.py", "revision = 'a'\ndown_revision = 'gone'\n")
        result = program("migrations", where, "--format", "json")
        self.assertStatus(result, 1)
        self.assertEqual([p["code"] for p in result.json()["problems"]],
                         ["missing_parent"])

    def test_formats_of_builds(self):
        where = directory("migrations")
        write(where + "/a,b.py", "revision = 'a'\ndown_revision = 'gone'\n\n\n"
              "def upgrade():\n    op.create_table('a')\n\n\n"
              "def downgrade():\n    op.drop_table('a')\n")
        result = program("migrations", where, "--format", "github")
        self.assertStatus(result, 1)
        self.assertRegex(result.out, r"^::error file=.*/a%2Cb\.py,line=2,"
                                     r"title=missing_parent::down_revision is gone, .*\n$")
        result = program("migrations", where, "--format=sarif", "--recorded", "a")
        self.assertStatus(result, 1)
        run, = result.json()["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual([rules[found["ruleIndex"]] for found in run["results"]],
                         ["missing_parent"])
        place = run["results"][0]["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "file://%s/a%%2Cb.py" % where)
        self.assertEqual(place["region"], {"startLine": 2})

    def test_allowed_problems(self):
        where = directory("migrations")
        write(where + "/a.py", "revision = 'a'\ndown_revision = 'gone'\n")
        for form in ("text", "json", "github", "sarif"):
            with self.subTest(format=form):
                self.assertStatus(program("migrations", where, "--allow", "missing_parent",
                                          "--recorded", "a", "--format", form), 0)
        self.assertStatus(program("migrations", where, "--allow", "cycle"), 1)
        result = program("migrations", where, "--allow", "missing_parents")
        self.assertStatus(result, 64)
        self.assertIn("did you mean missing_parent?", result.err)

    def test_unreadable(self):
        self.assertStatus(program("migrations", directory("none") + "/none"), 2)

    def test_the_programs_of_files_are_not_run(self):
        where = directory("migrations")
        mark = where + "/mark"
        write(where + "/a.py", "import os\nrevision = 'a'\ndown_revision = None\n"
              "open(%r, 'w').close()\n" % mark)
        self.assertStatus(program("migrations", where), 0)
        self.assertFalse(os.path.exists(mark))


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def answering():
    """Another service, which gives its `body` to whatever is asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.url = "http://127.0.0.1:%d" % server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Client(Shop):
    def setUp(self):
        super().setUp()
        self.database = self.at()
        self.running = self.daemon(self.pair(self.database))
        self.running.wait_state("env", "in_sync")

    def ask(self, status, *arguments):
        result = program(*arguments, "--url", self.running.url)
        self.assertStatus(result, status)
        return result

    def test_status(self):
        result = self.ask(0, "status")
        for word in ("dev", "env", "in_sync"):
            self.assertIn(word, result.out)
        self.server.sql("DROP TABLE step2", self.database)
        self.running.wait_state("env", "drifted")
        result = self.ask(1, "status")
        self.assertIn("drifted", result.out)
        self.assertEqual(self.ask(1, "status", "--format", "json").json()["state"],
                         "drifted")

    def test_status_decides_as_check_does(self):
        """A baseline that nobody accepted yet: nothing was compared with it."""
        text = self.migrations() + environment(
            "env", self.server.dsn(self.dev), migrations="shop", expect="baseline")
        running = self.daemon(text)
        running.wait_state("env", "unknown")
        self.assertStatus(program("status", "--url", running.url), 2)
        self.assertStatus(program("check", "-c", running.file), 2)
        self.assertStatus(program("accept", "-c", running.file, "env"), 0)
        until("the baseline", lambda: running.environment("env")["schema"]["status"]
              == "in_sync")
        self.assertStatus(program("status", "--url", running.url), 0)
        self.assertStatus(program("check", "-c", running.file), 0)

    def test_status_of_the_configured_address(self):
        self.assertStatus(program("status", "-c", self.running.file), 0)

    def test_status_without_a_daemon(self):
        result = program("status", "--url", "http://127.0.0.1:1")
        self.assertStatus(result, 2)
        self.assertIn("127.0.0.1", result.err)

    def in_vain(self, least, *arguments):
        """What `wait` says as what it waits for does not come; for longer where an answer
        takes longer than that."""
        for timeout in (least, "3s", "20s"):
            result = program("wait", *arguments, "--timeout", timeout)
            if result.status == 1:
                break
        self.assertStatus(result, 1)
        return result

    def test_wait(self):
        self.ask(0, "wait", "env", "--for", "in_sync", "--timeout", "30s")
        self.in_vain("300ms", "env", "--for", "drifted", "--url", self.running.url)
        self.ask(2, "wait", "nobody", "--for", "drifted", "--timeout", "5s")

    def test_wait_until_it_comes(self):
        results = []
        waiting = threading.Thread(target=lambda: results.append(
            program("wait", "env", "--for", "unstamped", "--timeout", "30s", "--url",
                    self.running.url)))
        waiting.start()
        self.server.sql("DROP TABLE alembic_version", self.database)
        waiting.join()
        self.assertStatus(results[0], 0)

    def test_wait_without_a_daemon(self):
        self.assertIn(program("wait", "env", "--for", "in_sync", "--timeout", "300ms",
                              "--url", "http://127.0.0.1:1").status, (1, 2))

    def test_wait_as_json(self):
        document = self.ask(0, "wait", "env", "--format", "json", "--timeout", "30s").json()
        self.assertEqual((document["name"], document["state"]), ("env", "in_sync"))

    def test_status_without_any_environment(self):
        running = self.daemon(self.migrations())
        self.assertStatus(program("status", "--url", running.url), 2)

    def test_what_is_no_answer_of_a_daemon(self):
        """Whatever is not whole and of this contract decides nothing."""
        good = self.running.json("/status")
        one = self.running.json("/status/env")
        lists = dict(good, environments=good["environments"][:1])
        unknown = dict(good, environments=[dict(e, state="fine")
                                           for e in good["environments"]])
        bodies = ["{}", "[]", "", "null", "true", '"in_sync"', '{"status":"ok"}',
                  '{"schema_version":1}', json.dumps(good)[:-1], json.dumps(good) + "}",
                  json.dumps(good) + "\0", json.dumps(good) + json.dumps(good),
                  json.dumps(dict(good, schema_version=2)),
                  json.dumps(dict(good, schema_version="1")),
                  json.dumps(dict(good, environments={})), json.dumps(lists),
                  json.dumps(unknown), json.dumps(dict(good, state="fine")),
                  json.dumps(dict(one, schema_version=2)), json.dumps(one)[:-1],
                  json.dumps(dict(one, name="dev")), json.dumps(one) + "garbage"]
        with answering() as other:
            for other.body in bodies:
                with self.subTest(other.body[:200]):
                    for command in (["status"], ["wait", "env", "--timeout", "0s"]):
                        result = program(*command, "--url", other.url)
                        self.assertStatus(result, 2)
            other.body = json.dumps(good) + "\n \r\n"
            self.assertStatus(program("status", "--url", other.url), 0)
            other.body = json.dumps(one)
            self.assertStatus(program("wait", "env", "--stale", "--url", other.url), 0)
            # What it was before the call is not what it is.
            result = self.in_vain("0s", "env", "--url", other.url)
            self.assertIn("no check of env that began after this call has ended; before, "
                          "it was %s" % one["state"], result.err)

    def test_who_asks(self):
        """A password that neither `ps` nor a history of commands shows."""
        where = directory("users")
        digest = subprocess.run(["openssl", "passwd", "-6", "-salt", "abcdefgh", "let me in"],
                                stdout=subprocess.PIPE, text=True, check=True).stdout
        running = self.daemon(self.pair(self.database), ready=False, http_keys={
            "users_file": write(where + "/users", "reader:" + digest)})
        good = write(where + "/good", "let me in\n")
        bad = write(where + "/bad", "let me out\n")
        write(where + "/.netrc", "machine 127.0.0.1 login reader password \"let me in\"\n")
        who = ["--user", "reader", "--password-file"]
        self.assertStatus(program("wait", "env", "--url", running.url, *who, good), 0)
        for status, arguments, home in (
                (0, [*who, good], "/"), (2, [*who, bad], "/"), (2, [], "/"), (0, [], where),
                (64, ["--password-file", good], "/"), (2, [*who, where + "/none"], "/")):
            with self.subTest(arguments):
                self.assertStatus(program("status", "--url", running.url, *arguments,
                                          env={"HOME": home}), status)

    def test_near_options(self):
        for arguments, said in (
                (["status", "--fromat", "json"], '"--fromat"; did you mean "--format"?'),
                (["wait", "env", "--timout=3s"], '"--timout"; did you mean "--timeout"?'),
                (["diff", "--owner-s", "a", "b"], '"--owner-s"; did you mean "--owners"?'),
                (["check", "--colour", "never"], '"--colour"; did you mean "--color"?'),
                (["migrations", "--recrusive", "x"], 'did you mean "--recursive"?'),
                (["serve", "--listn", "x"], 'did you mean "--listen"?'),
                (["snapshot", "--zzz"], 'no option "--zzz"\n'),
                (["accept", "env", "-x"], 'no option "-x"'),
                (["status", "--url"], "--url wants a value")):
            with self.subTest(arguments):
                result = program(*arguments)
                self.assertStatus(result, 64)
                self.assertIn(said, result.err)
                self.assertEqual(result.err.count("\n"), 2, result.err)

    def test_accept_as_json(self):
        file = self.config(section("service", state_dir=directory("state")),
                           self.migrations(), environment(
                               "env", self.server.dsn(self.database), expect="baseline"))
        result = program("accept", "-c", file, "env", "--format", "json")
        self.assertStatus(result, 0)
        self.assertEqual(result.json()["environment"], "env")
        self.assertGreater(result.json()["objects"], 0)

    def test_accept_of_nobody(self):
        self.assertStatus(program("accept", "-c", self.running.file, "nobody"), 2)

    def test_accept_of_what_cannot_be_read(self):
        file = self.config(section("service", state_dir=directory("state")),
                           environment("gone", "host=127.0.0.1 port=1 dbname=x"))
        self.assertStatus(program("accept", "-c", file, "gone"), 2)


class Documents(unittest.TestCase):
    def test_json_is_utf8_whatever_the_locale(self):
        where = directory("migrations")
        write(where + "/a.py", "revision = 'ä'\ndown_revision = None\n")
        result = program("migrations", where, "--format", "json", env={"LC_ALL": "C"})
        self.assertEqual(json.loads(result.out.encode("utf-8", "surrogateescape"))["heads"],
                         ["ä"])


if __name__ == "__main__":
    unittest.main()
