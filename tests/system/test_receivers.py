"""Notifications: what receivers are told, also by one that is killed, and to those that
hang, refuse, redirect and answer garbage."""
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import unittest

from harness import (directory, environment, free_port, program, section, started, until,
                     write)
from receiver import PATH, SECRET, TOKEN, Receivers, answering, endless, hanging, saying


class Told(Receivers):
    def test_once_for_each_change(self):
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops), http_keys={
            "external_url": "https://ops.example.org/drift"})
        self.running.wait_state("prod", "in_sync")
        self.drift()
        self.states(ops, [("prod", "problem", "drifted")])
        part, message = ops.parts[0], ops.messages[0]
        self.assertEqual(message.path, PATH)
        self.assertEqual(message.method, "POST")
        self.assertEqual(message.headers["content-type"], "application/json")
        self.assertEqual(message.document["id"], message.id)
        self.assertEqual(message.document["schema_version"], 1)
        self.assertEqual(message.document["receiver"], "ops")
        self.assertEqual(part["severity"], "additive")
        self.assertEqual(part["findings"], 1)
        self.assertEqual(part["text"], "prod: schema has drifted (1 difference; first: "
                         "table public.b is unexpected)")
        self.assertEqual(part["url"], "https://ops.example.org/drift/environments/prod")
        self.running.after_checks("prod", 2)
        self.drift(back=True)
        self.states(ops, [("prod", "problem", "drifted"), ("prod", "resolved", "in_sync")])
        self.assertEqual(ops.parts[1]["previous_state"], "drifted")
        until("the count", lambda: self.result("ops") == 2)
        self.assertEqual(self.running.metric("pgdriftd_receiver_up", receiver="ops"), 1)

    def test_reference_of_others(self):
        """dev is compared with nothing: it is a problem only while it cannot be read."""
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops))
        self.running.wait_state("prod", "in_sync")
        self.running.after_checks("dev", 2)
        self.assertEqual(ops.parts, [])
        self.away()
        self.states(ops, [("dev", "problem", "unknown")])
        self.away(False)
        self.states(ops, [("dev", "problem", "unknown"), ("dev", "resolved", "unknown")])
        self.assertEqual(ops.parts[1]["text"], "dev: check succeeds again")
        self.assertEqual(len(self.lines("check succeeds again")), 1)

    def test_nothing_twice_over_a_restart(self):
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops))
        self.drift()
        self.states(ops, [("prod", "problem", "drifted")])
        self.running.stop()
        self.running.start()
        self.running.after_checks("prod", 2)
        self.running.kill()
        self.running.start()
        self.running.after_checks("prod", 2)
        self.assertEqual(len(ops.parts), 1)
        # What ended while nobody watched is told by who watches again.
        self.running.stop()
        self.drift(back=True)
        self.running.start()
        self.states(ops, [("prod", "problem", "drifted"), ("prod", "resolved", "in_sync")])

    def test_over_before_it_is_renewed(self):
        """Alerts are told again all the time, but not what is over since the process before
        told it."""
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops, kind="alertmanager"))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the alert", lambda: ops.messages)
        self.running.stop()
        before = len(ops.messages)
        self.drift(back=True)
        self.running.start()
        until("its end", lambda: len(ops.messages) > before)
        alert, = ops.messages[before].document
        self.assertIn("is in sync", alert["annotations"]["summary"])
        self.running.after_checks("prod", 2)
        self.assertEqual(len(ops.messages), before + 1)

    def test_beside_a_template_that_is_out_of_reach(self):
        """Whoever is new is told what stands all the same."""
        ops, late = self.receiver(), self.receiver()
        config = self.pair() + self.told_to(ops) + environment(
            "far", "host=127.0.0.1 port=%d dbname=a" % free_port(), discover="databases",
            discover_match=["*"], expect="environment:dev")
        self.running = self.daemon(config)
        self.running.wait_state("prod", "in_sync")
        self.drift()
        self.states(ops, [("prod", "problem", "drifted")])
        self.running.reload(config + self.told_to(late, "late"))
        self.states(late, [("prod", "problem", "drifted")])
        self.assertEqual(len(ops.parts), 1)

    def test_routes(self):
        shop, other, unknown, graves, all_of = [self.receiver() for _ in range(5)]
        self.running = self.daemon(
            self.pair(labels={"team": "shop"}) +
            self.told_to(shop, "shop", labels={"team": "sh*"}, send_resolved=False) +
            self.told_to(other, "other", labels={"team": "other"}) +
            self.told_to(unknown, "unknown", states=["unknown"]) +
            self.told_to(graves, "graves", severity="breaking") +
            self.told_to(all_of, "all", environments=["*"]))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        self.states(shop, [("prod", "problem", "drifted")])
        self.states(all_of, [("prod", "problem", "drifted")])
        # Now that is breaking.
        self.server.sql("DROP TABLE a", self.prod)
        self.states(graves, [("prod", "problem", "drifted")])
        self.server.sql("DROP TABLE b; CREATE TABLE a (x int)", self.prod)
        self.states(all_of, [("prod", "problem", "drifted"), ("prod", "resolved", "in_sync")])
        self.states(graves, [("prod", "problem", "drifted"), ("prod", "resolved", "in_sync")])
        self.drift()
        self.states(shop, [("prod", "problem", "drifted")] * 2)
        self.assertEqual((other.messages, unknown.messages), ([], []))

    def test_many_in_one_message(self):
        databases = [self.database("CREATE TABLE a (x int)") for _ in range(12)]
        ops, chat = self.receiver(), self.receiver()
        self.running = self.daemon(
            environment("dev", self.server.dsn(self.dev)) +
            "".join(environment("t%02d" % i, self.server.dsn(d), expect="environment:dev")
                    for i, d in enumerate(databases)) +
            self.told_to(ops, batch_wait="3s") +
            self.told_to(chat, "chat", kind="slack", batch_wait="3s"))
        self.running.wait_state("t11", "in_sync")
        self.drift_all(databases)
        until("all to be told", lambda: len(ops.parts) >= 12)
        self.assertEqual(len(ops.parts), 12)
        self.assertLessEqual(len(ops.messages), 3)
        until("the chat", lambda: chat.messages)
        self.assertRegex(chat.messages[0].document["text"], "environments have a problem")

    def test_names_that_call(self):
        """Whoever may make a table calls nobody by its name, and leads nowhere."""
        chat = self.receiver()
        self.running = self.daemon(
            self.pair() + self.told_to(chat, "chat", kind="slack"),
            http_keys={"external_url": "https://ops.example.org"})
        self.running.wait_state("prod", "in_sync")
        self.server.sql('CREATE TABLE "@channel <!here> https://evil.example" (x int)',
                        self.prod)
        until("the message", lambda: chat.messages)
        body = chat.messages[0].document
        lines = body["attachments"][0]["text"]
        for text in (body["text"], body["attachments"][0]["fallback"], lines):
            self.assertIn("evil.example", text)
            self.assertNotIn("@channel", text)
            self.assertNotIn("<!", text)
            self.assertNotIn("https://evil", text)
        # What it says itself still leads to the page.
        self.assertIn("<https://ops.example.org/environments/prod|prod>: schema has drifted",
                      lines)

    def test_kinds_of_secrets(self):
        ops = self.receiver()
        folder = directory("credentials")
        write(os.path.join(folder, "ops.url"), ops.url(PATH) + "\n")
        write(os.path.join(folder, "ops.token"), "Bearer %s\n" % TOKEN)
        config = self.pair() + self.told_to(
            None, url_file="ops.url", authorization_file="ops.token")
        self.running = self.daemon(config, env={"CREDENTIALS_DIRECTORY": folder})
        self.drift()
        self.states(ops, [("prod", "problem", "drifted")])
        self.assertEqual(ops.messages[0].headers["authorization"], "Bearer " + TOKEN)
        # Read again at each message.
        another = self.receiver()
        write(os.path.join(folder, "ops.url"), another.url(PATH))
        self.drift(back=True)
        self.states(another, [("prod", "resolved", "in_sync")])
        os.unlink(os.path.join(folder, "ops.url"))
        self.drift()
        until("the reason", lambda: self.lines("authorization_file or ca_file"))
        write(os.path.join(folder, "ops.url"), another.url(PATH))
        until("the message", lambda: len(another.parts) == 2)

    def test_secrets_are_not_shown(self):
        ops = self.receiver()
        file = self.config(section("service", environments="none"), self.told_to(ops))
        for arguments in (["show"], ["show", "--format", "json"]):
            result = program("config", *arguments, "-c", file)
            self.assertStatus(result, 0)
            self.assertIn("<secret>", result.out)
            self.assertNotIn(SECRET, result.out)
        result = program("notify", "ops", "-c", file)
        self.assertStatus(result, 0)
        self.assertEqual(result.out, "ops: delivered (HTTP 200)\n")
        self.assertEqual(ops.parts[0]["status"], "test")
        result = program("notify", "osp", "-c", file)
        self.assertStatus(result, 2)
        self.assertIn('did you mean "ops"?', result.err)
        ops.usual = answering("404 Not Found")
        result = program("notify", "ops", "-c", file)
        self.assertStatus(result, 2)
        self.assertIn("not delivered: it answers HTTP 404", result.err)
        ops.close()
        result = program("notify", "ops", "-c", file)
        self.assertStatus(result, 2)
        self.assertIn("it cannot be connected to", result.err)


class Bad(Receivers):
    """Each of them, and beside it one that is told as if nothing was."""

    def start(self, bad, **keys):
        self.good = self.receiver()
        self.running = self.daemon(
            self.pair() + self.told_to(bad, "bad", **keys) +
            self.told_to(self.good, "good"))
        self.running.wait_state("prod", "in_sync")
        self.looked()
        self.drift()
        self.states(self.good, [("prod", "problem", "drifted")])

    def retried(self, bad, words):
        """It is tried again after that, with the same id, and then all is well."""
        until("the reason", lambda: self.lines(words))
        until("the message", lambda: self.result("bad"))
        self.assertEqual(self.result("bad"), 1)
        self.assertEqual(len(self.lines("messages are delivered again")), 1)
        self.assertEqual(len({m.id for m in bad.messages}), 1)
        self.assertEqual(len({m.body for m in bad.messages}), 1)
        self.assertEqual(self.running.get("/healthz").status, 200)
        self.assertEqual(len(self.good.parts), 1)

    def test_hangs(self):
        bad = self.receiver(hanging)
        self.start(bad, timeout="1s")
        self.retried(bad, "it did not answer in time")

    def test_closes(self):
        bad = self.receiver(saying(b""))
        self.start(bad)
        self.retried(bad, "it closed the connection")

    def test_closes_in_the_middle(self):
        bad = self.receiver(saying(b"HTT"))
        self.start(bad)
        self.retried(bad, "a message cannot be delivered")

    def test_answers_garbage(self):
        bad = self.receiver(saying(b"\x00\xff\x13" * 1000 + b"\r\n\r\n"))
        self.start(bad)
        self.retried(bad, "what it answers is no HTTP")

    def test_fails_for_a_while(self):
        bad = self.receiver(answering("500 Oh"), answering("503 No"))
        self.start(bad)
        self.retried(bad, "it answers HTTP 500")
        self.assertEqual(len(bad.messages), 3)

    def test_wants_patience(self):
        bad = self.receiver(answering("429 Slow", "Retry-After: 4\r\n"))
        self.start(bad)
        self.retried(bad, "too many messages")

    def test_never_ends(self):
        bad = self.receiver(usual=endless)
        self.start(bad)
        until("the message", lambda: self.result("bad"))
        self.assertEqual(len(bad.messages), 1)

    def test_refuses(self):
        bad = self.receiver(usual=answering("404 Not Found"))
        self.start(bad)
        until("the refusal", lambda: self.result("bad", "refused"))
        self.assertEqual(len(bad.messages), 1)
        line = self.lines("is not told: it answers HTTP 404")[0]
        self.assertEqual((line["level"], line["receiver"]), ("error", "bad"))
        self.assertEqual([self.running.metric("pgdriftd_receiver_up", receiver=name)
                          for name in ("bad", "good")], [0, 1])

        def facts():
            found = self.running.json("/status")["receivers"]
            return found if found[1]["last_delivery_at"] else None
        bad_facts, good_facts = until("what is said of them", facts)
        self.assertEqual(bad_facts, {
            "name": "bad", "kind": "json", "up": False, "waiting": 0,
            "last_delivery_at": None, "last_error": "it answers HTTP 404"})
        self.assertEqual([good_facts[k] for k in ("up", "waiting", "last_error")],
                         [True, 0, None])
        # Nobody was told of the problem, so nobody is of its end.
        self.drift(back=True)
        until("its end", lambda: len(self.good.parts) == 2)
        self.assertEqual(len(bad.messages), 1)

    def test_refuses_once(self):
        bad = self.receiver(answering("404 Not Found"))
        self.start(bad)
        until("the refusal", lambda: self.result("bad", "refused"))
        up = lambda: self.running.metric("pgdriftd_receiver_up", receiver="bad")
        self.assertEqual(up(), 0)
        # As it takes something else, it is told what still stands.
        self.away()
        until("what stands", lambda: self.result("bad") == 2)
        self.assertEqual(sorted(p["environment"] for p in bad.parts[-2:]), ["dev", "prod"])
        self.assertEqual(up(), 1)

    def test_is_away_for_too_long(self):
        bad = self.receiver(answering("503 No"))
        self.start(bad, retry_for="1s")
        until("what stands", lambda: self.result("bad"))
        self.assertEqual(self.result("bad", "expired"), 1)
        self.assertEqual([p["state"] for p in bad.parts], ["drifted", "drifted"])
        self.assertEqual(len({m.id for m in bad.messages}), 2)

    def test_redirects(self):
        elsewhere = self.receiver()
        bad = self.receiver(usual=answering(
            "307 Elsewhere", "Location: %s\r\n" % elsewhere.url("/")))
        self.start(bad)
        until("the refusal", lambda: self.result("bad", "refused"))
        self.assertEqual(len(self.lines("a redirect, which is not followed")), 1)
        self.assertEqual((len(bad.messages), elsewhere.accepted), (1, 0))

    def test_has_a_wrong_certificate(self):
        folder = directory("certificate")
        pem = [os.path.join(folder, "key"), os.path.join(folder, "cert")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", pem[0], "-out", pem[1]], check=True, capture_output=True)
        bad = self.receiver(tls=(pem[1], pem[0]))
        self.start(bad)
        until("the reason", lambda: self.lines("its certificate is not trusted"))
        self.assertEqual(bad.messages, [])
        self.running.reload(
            self.pair() + self.told_to(bad, "bad", ca_file=pem[1]) +
            self.told_to(self.good, "good"))
        until("the message", lambda: self.result("bad"))
        self.assertEqual(len(bad.parts), 1)

    def test_has_no_address(self):
        self.start(None, url="http://no-such-host.invalid/" + SECRET)
        until("the reason", lambda: self.lines("a message cannot be delivered"))
        self.assertEqual(self.running.get("/healthz").status, 200)


class Large(Receivers):
    def start(self, ops, kind="json"):
        self.names = ["t%02d" % i for i in range(12)]
        databases = [self.database("CREATE TABLE a (x int)") for _ in self.names]
        self.running = self.daemon(
            environment("dev", self.server.dsn(self.dev)) +
            "".join(environment(n, self.server.dsn(d), expect="environment:dev")
                    for n, d in zip(self.names, databases)) +
            self.told_to(ops, kind=kind, batch_wait="3s"))
        for name in self.names:
            self.running.wait_state(name, "in_sync")
        self.drift_all(databases)

    def test_in_slices(self):
        """Behind a proxy that takes some kilobytes: nothing is lost, or told twice."""
        ops = self.receiver(limit=2500)
        self.start(ops)
        until("all to be told", lambda: self.result("ops") == len(self.names))
        self.assertEqual(sorted(p["environment"] for p in ops.parts), self.names)
        self.assertGreaterEqual(len(ops.refused), 1)
        self.assertEqual(self.result("ops", "refused"), 0)
        self.assertEqual(self.lines("not told"), [])
        self.assertEqual(self.running.metric("pgdriftd_receiver_up", receiver="ops"), 1)

    def test_one_by_one_too_large(self):
        ops = self.receiver(limit=100)
        self.start(ops)
        until("the refusals", lambda: self.result("ops", "refused") >= 2)
        lines = self.lines("not told: it answers HTTP 413, that the message is too large")
        self.assertGreaterEqual(len(lines), 2)
        for line in lines:
            self.assertEqual((line["level"], line["receiver"]), ("error", "ops"))
        self.assertEqual(ops.messages, [])
        self.assertEqual(self.running.metric("pgdriftd_receiver_up", receiver="ops"), 0)
        # What it takes again is told.
        ops.limit = None
        until("the others", lambda: self.result("ops") >= 1)


class Kept(Receivers):
    def test_over_a_kill(self):
        port = free_port()
        self.running = self.daemon(
            self.pair() + self.told_to(None, url="http://127.0.0.1:%d/" % port))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the reason", lambda: self.lines("it cannot be connected to"))
        self.running.kill()
        ops = self.receiver(port=port)
        self.running.start()
        self.states(ops, [("prod", "problem", "drifted")])
        self.running.after_checks("prod", 2)
        self.assertEqual(len(ops.parts), 1)

    def test_killed_while_it_is_on_its_way(self):
        ops = self.receiver(hanging)
        self.running = self.daemon(self.pair() + self.told_to(ops, timeout="1m"))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the message", lambda: ops.messages)
        self.running.kill()
        self.running.start()
        until("the message", lambda: self.result("ops"))
        # Whether the first arrived nobody can tell; who cares knows it by its id.
        self.assertEqual(len(ops.messages), 2)
        self.assertEqual(len({m.id for m in ops.messages}), 1)

    def test_what_ended_unsaid(self):
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops, batch_wait="1h"))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        self.running.wait_state("prod", "drifted")
        until("the queue", lambda: self.running.metric(
            "pgdriftd_notifications_queued", receiver="ops") == 1)
        self.drift(back=True)
        until("its end", lambda: self.result("ops", "superseded") == 1)
        self.assertEqual(self.running.metric(
            "pgdriftd_notifications_queued", receiver="ops"), 0)
        self.assertEqual(ops.messages, [])

    def test_without_a_state_directory(self):
        ops = self.receiver()
        self.running = self.daemon(
            self.pair() + self.told_to(ops, batch_wait="1h"), service={"state_dir": ""})
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the queue", lambda: self.running.metric(
            "pgdriftd_notifications_queued", receiver="ops") == 1)
        # Nobody keeps it: it is told before the end.
        self.running.stop()
        self.assertEqual(len(ops.parts), 1)
        self.assertEqual(self.lines("not told"), [])

    def test_nobody_keeps_it(self):
        """Without a state directory, and not taken at the end either: that is said."""
        away = self.receiver(usual=answering("503 No", "Retry-After: 3600\r\n"))
        slow = self.receiver(usual=hanging)
        self.running = self.daemon(
            self.pair() + self.told_to(away, "away") +
            self.told_to(slow, "slow", timeout="1m"), service={"state_dir": ""})
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the tries", lambda: away.messages and slow.messages)
        until("the reason", lambda: self.lines("it answers HTTP 503"))
        self.running.stop()
        self.assertEqual([len(away.messages), len(slow.messages)], [2, 1])
        lines = self.lines("1 change is not told: pgdriftd ends, and there is no state_dir")
        self.assertEqual(sorted((r["level"], r["receiver"]) for r in lines),
                         [("error", "away"), ("error", "slow")])

    def test_store_that_is_locked(self):
        """It is told all the same, and that it was is stored later."""
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops))
        self.running.wait_state("prod", "in_sync")
        path = os.path.join(self.running.directory, "state", "pgdriftd.db")
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            self.drift()
            self.states(ops, [("prod", "problem", "drifted")])
            other.execute("ROLLBACK")

        def stored():
            with contextlib.closing(sqlite3.connect(path)) as db:
                return db.execute("SELECT place FROM notice WHERE receiver = 'ops' AND "
                                  "environment = 'prod'").fetchall() == [(0,)]
        until("the row", stored)
        self.running.kill()
        self.running.start()
        self.running.after_checks("prod", 2)
        self.assertEqual(len(ops.parts), 1)

    def test_over_reloads(self):
        ops, late = self.receiver(hanging), self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops, timeout="3s"))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the message", lambda: ops.messages)
        # One is on its way; another receiver comes to know what stands.
        self.running.reload(self.pair() + self.told_to(ops, timeout="3s", max_queue=5) +
                            self.told_to(late, "late"))
        self.states(late, [("prod", "problem", "drifted")])
        until("the message", lambda: self.result("ops"))
        self.assertEqual(len({m.id for m in ops.messages}), 1)
        # It is not told that it is over, as it is gone; and comes back knowing nothing.
        self.running.reload(self.pair() + self.told_to(late, "late"))
        self.drift(back=True)
        self.states(late, [("prod", "problem", "drifted"), ("prod", "resolved", "in_sync")])
        self.running.reload(self.pair() + self.told_to(ops) + self.told_to(late, "late"))
        self.running.after_checks("prod", 2)
        self.assertEqual(len({m.id for m in ops.messages}), 1)

    def test_environment_that_is_gone(self):
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops))
        self.drift()
        self.states(ops, [("prod", "problem", "drifted")])
        self.running.reload(environment("dev", self.server.dsn(self.dev)) +
                            self.told_to(ops))
        self.states(ops, [("prod", "problem", "drifted"), ("prod", "resolved", None)])

    def test_renamed_environment(self):
        ops = self.receiver()
        self.running = self.daemon(self.pair() + self.told_to(ops))
        self.drift()
        self.states(ops, [("prod", "problem", "drifted")])
        self.running.reload(
            environment("dev", self.server.dsn(self.dev)) +
            environment("live", self.server.dsn(self.prod), expect="environment:dev",
                        was="prod") + self.told_to(ops))
        self.running.wait_state("live", "drifted")
        self.running.after_checks("live", 2)
        self.drift(back=True)
        self.states(ops, [("prod", "problem", "drifted"), ("live", "resolved", "in_sync")])


@unittest.skipUnless(shutil.which("prometheus-alertmanager"), "there is no Alertmanager")
class Alerts(Receivers):
    """A real Alertmanager."""

    def setUp(self):
        super().setUp()
        self.folder = directory("alertmanager")
        self.port = free_port()
        write(os.path.join(self.folder, "config.yml"),
              "route:\n  receiver: none\nreceivers:\n- name: none\n")
        self.manager = started(subprocess.Popen(
            ["prometheus-alertmanager",
             "--config.file=" + os.path.join(self.folder, "config.yml"),
             "--storage.path=" + self.folder, "--cluster.listen-address=",
             "--web.listen-address=127.0.0.1:%d" % self.port],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.addCleanup(self.end)
        until("Alertmanager", lambda: self.ask() is not None)

    def end(self):
        self.manager.kill()
        self.manager.wait()

    def ask(self):
        """Alerts that are active, by state."""
        import urllib.request
        url = "http://127.0.0.1:%d/api/v2/alerts?active=true" % self.port
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return {a["labels"]["state"]: a for a in json.load(answer)}
        except OSError:
            return None

    def test_firing_then_resolved(self):
        self.running = self.daemon(
            self.pair(labels={"team": "shop"}) +
            self.told_to(None, kind="alertmanager",
                         url="http://127.0.0.1:%d/" % self.port),
            service={"metric_labels": "team"},
            http_keys={"external_url": "https://ops.example.org"})
        self.running.wait_state("prod", "in_sync")
        self.drift()
        alert = until("the alert", lambda: self.ask().get("drifted"))
        self.assertEqual(alert["labels"], {
            "alertname": "PgdriftdState", "environment": "prod", "severity": "warning",
            "state": "drifted", "team": "shop"})
        self.assertIn("schema has drifted", alert["annotations"]["summary"])
        self.assertEqual(alert["generatorURL"],
                         "https://ops.example.org/environments/prod")
        # After a restart it is told that it still stands.
        ends = alert["endsAt"]
        self.running.stop()
        self.running.start()
        until("it to be renewed", lambda: self.ask()["drifted"]["endsAt"] > ends)
        self.assertEqual(self.ask()["drifted"]["startsAt"], alert["startsAt"])
        self.assertEqual(self.ask()["drifted"]["fingerprint"], alert["fingerprint"])
        self.drift(back=True)
        until("its end", lambda: self.ask() == {})

    def test_another_state(self):
        self.running = self.daemon(
            self.pair() + self.told_to(None, kind="alertmanager",
                                       url="http://127.0.0.1:%d" % self.port))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the alert", lambda: self.ask().get("drifted"))
        self.server.sql("REVOKE CONNECT ON DATABASE %s FROM PUBLIC" % self.prod)
        until("the other alert", lambda: list(self.ask()) == ["unknown"])
        self.assertEqual(self.ask()["unknown"]["labels"]["severity"], "warning")


if __name__ == "__main__":
    unittest.main()
