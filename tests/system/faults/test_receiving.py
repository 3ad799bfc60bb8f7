"""Receivers that want patience, never end or are somebody else; what nobody may read of
theirs; and what becomes of what waits when a store, a name or the clock changes."""
import contextlib
import datetime
import email.utils
import os
import shutil
import sqlite3
import subprocess
import sysconfig
import time
import unittest

from harness import (SECRETS, directory, environment, free_port, only_plain, program,
                     section, until, write)
from receiver import (PATH, SECRET, TOKEN, Receivers, answering, endless, endless_head,
                      hanging)

FAKETIME = "/usr/lib/%s/faketime/libfaketimeMT.so.1" % sysconfig.get_config_var("MULTIARCH")
LOGIN = "s3cret-login-of-a-receiver"
SECRETS.append(LOGIN)


def dated(connection, receiver):
    """Busy until a time of day."""
    at = email.utils.formatdate(time.time() + 10, usegmt=True)
    answering("503 Busy", "Retry-After: %s\r\n" % at)(connection, receiver)


class Answers(Receivers):
    def start(self, ops, **keys):
        self.running = self.daemon(self.pair() + self.told_to(ops, **keys))
        self.running.wait_state("prod", "in_sync")
        self.drift()

    def held(self, first):
        """A pause is twice the one before, unless that was asked for."""
        ops = self.receiver(first, answering("503 No"))
        self.start(ops)
        until("the third try", lambda: len(ops.messages) == 3)
        asked, usual = [b.at - a.at for a, b in zip(ops.messages, ops.messages[1:])]
        self.assertGreater(asked, usual)

    def test_retry_after_is_held(self):
        self.held(answering("429 Slow", "Retry-After: 9\r\n"))

    def test_retry_after_that_is_a_date(self):
        self.held(dated)

    def test_usual_pauses(self):
        """What the two above are held against."""
        ops = self.receiver(answering("429 Slow"), answering("503 No"))
        self.start(ops)
        until("the third try", lambda: len(ops.messages) == 3)
        first, second = [b.at - a.at for a, b in zip(ops.messages, ops.messages[1:])]
        self.assertGreater(second, first)

    def test_never_ends(self):
        """It is cut by its length: nobody has the patience that its timeout has."""
        for answer in (endless, endless_head):
            with self.subTest(answer.__name__):
                ops = self.receiver(usual=answer)
                self.start(ops, timeout="10m")
                until("the end of it", lambda: ops.cut)
                until("the message", lambda: self.result("ops") == 1)
                self.assertEqual((len(ops.messages), ops.cut), (1, 1))
                self.running.stop()
                self.drift(back=True)


class Certificates(Receivers):
    def setUp(self):
        super().setUp()
        self.folder = directory("certificates")
        self.ca = self.certificate("ca", "-addext", "basicConstraints=critical,CA:TRUE")

    def certificate(self, name, *more):
        """Certificate and key."""
        paths = [os.path.join(self.folder, name + end) for end in (".pem", ".key")]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name,
             "-out", paths[0], "-keyout", paths[1], *more], check=True, capture_output=True)
        return paths

    def issued(self, name, names):
        return self.certificate(name, "-CA", self.ca[0], "-CAkey", self.ca[1], "-addext",
                                "basicConstraints=critical,CA:FALSE", "-addext",
                                "subjectAltName=" + names)

    def test_of_another_host(self):
        """Its issuer is trusted, but it is for somebody else."""
        other = self.issued("other", "DNS:other.example,IP:127.0.0.2")
        own = self.issued("own", "IP:127.0.0.1")
        ops = self.receiver(tls=other)
        self.running = self.daemon(self.pair() + self.told_to(
            ops, ca_file=self.ca[0], timeout="1m"))
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the reason", lambda: self.lines("its certificate is not trusted"))
        self.assertGreaterEqual(ops.accepted, 1)
        self.assertEqual(ops.messages, [])
        ops.tls = own
        self.states(ops, [("prod", "problem", "drifted")])


class Hidden(Receivers):
    def told_badly(self, name, answer, **keys):
        """One that answers with all it was told."""
        ops = self.receiver(usual=answer)
        keys.setdefault("url", ops.url(PATH + "?key=" + SECRET))
        return ops, self.told_to(None, name, **keys)

    def test_nowhere(self):
        """Whatever goes wrong: not in the log, nor in what is answered or shown."""
        folder = directory("credentials")
        echo = answering("404 " + SECRET, "Location: /%s\r\nX-Token: %s\r\n" % (
            SECRET, TOKEN), (SECRET + TOKEN).encode())
        leads = answering("302 " + SECRET, "Location: http://%s.example/%s\r\n" % (
            SECRET, TOKEN))
        write(os.path.join(folder, "token"), "Bearer %s\n" % TOKEN)
        write(os.path.join(folder, "two"), "Bearer %s\nBearer %s\n" % (TOKEN, SECRET))
        write(os.path.join(folder, "wrong"), "gopher://%s/\n" % SECRET)
        gone = "http://127.0.0.1:%d%s" % (free_port(), PATH)
        login = "http://user:%s@127.0.0.1:%d/%s" % (LOGIN, free_port(), SECRET)
        write(os.path.join(folder, "gone"), gone)
        blocks = [
            self.told_badly("echo", echo, authorization_file="token")[1],
            self.told_badly("leads", leads)[1],
            self.told_badly("hangs", hanging, authorization_file="token", timeout="2s")[1],
            self.told_badly("two", echo, authorization_file="two")[1],
            self.told_to(None, "wrong", url_file="wrong"),
            self.told_to(None, "gone", url_file="gone"),
            self.told_to(None, "login", url=login),
            self.told_to(None, "unknown", url="https://%s.invalid/" % SECRET.lower()),
        ]
        config = self.pair() + "".join(blocks)
        self.running = self.daemon(config, env={"CREDENTIALS_DIRECTORY": folder},
                                   service={"log_level": "debug"})
        self.running.wait_state("prod", "in_sync")
        self.drift()

        def failed():
            found = self.running.json("/status")["receivers"]
            return len(found) == len(blocks) and all(r["last_error"] for r in found)
        until("all to fail", failed)
        shown = {path: self.running.get(path).text for path in (
            "/status", "/status/prod", "/metrics", "/history", "/", "/version")}
        shown["log"] = self.running.log()
        for arguments in (["show"], ["show", "--format", "json"], ["check"]):
            result = program("config", *arguments, "-c", self.running.file,
                             env={"CREDENTIALS_DIRECTORY": folder})
            shown[" ".join(arguments)] = result.out + result.err
        self.running.stop()
        shown["the whole log"] = self.running.log()
        for what, text in shown.items():
            for secret in (SECRET, SECRET.lower(), TOKEN, LOGIN, "?key=", "/services/"):
                self.assertNotIn(secret, text, what)
        for name in ("echo", "leads", "hangs", "two", "wrong", "gone", "login", "unknown"):
            self.assertIn("receiver %s: " % name, shown["the whole log"])


class Waiting(Receivers):
    """Something waits, as its receiver is away."""

    def start(self, config=None, **keys):
        self.ops = self.receiver(usual=answering("503 Away"))
        self.running = self.daemon((config or self.pair()) + self.told_to(self.ops), **keys)
        until("prod", lambda: self.running.json("/status")["summary"]["in_sync"] == 1)
        self.drift()
        until("a try", lambda: self.lines("it answers HTTP 503"))

    def back(self, name, tried="prod"):
        """It takes what comes: once, and so the end."""
        self.ops.usual = answering("200 OK")
        until("the message", lambda: self.result("ops") == 1)
        self.assertEqual(len({m.id for m in self.ops.messages}), 1)
        self.assertLessEqual({p["environment"] for p in self.ops.parts}, {name, tried})
        self.running.after_checks(name, 2)
        told = len(self.ops.messages)
        self.drift(back=True)
        until("the end", lambda: self.result("ops") == 2)
        end, = self.ops.messages[-1].parts
        self.assertEqual((end["environment"], end["status"]), (name, "resolved"))
        self.assertEqual(len(self.ops.messages), told + 1)
        self.assertEqual([self.result("ops", r) for r in ("expired", "refused", "dropped")],
                         [0, 0, 0])


class Meanwhile(Waiting):
    def moved(self, away):
        self.start()
        state = os.path.join(self.running.directory, "state")
        away(state)
        until("that it is seen", lambda: "was moved, removed or replaced" in
              self.running.log())

        def stored():
            with contextlib.closing(sqlite3.connect(os.path.join(state, "pgdriftd.db"))) as db:
                return db.execute("SELECT count(*) FROM notice").fetchone()[0]
        until("the row", stored)
        self.running.kill()
        self.running.start()
        self.back("prod")

    def test_store_is_moved(self):
        self.moved(lambda state: os.rename(state, state + ".away"))

    def test_store_is_removed(self):
        self.moved(shutil.rmtree)

    def renamed(self, by_restart):
        self.start()
        config = (environment("dev", self.server.dsn(self.dev)) +
                  environment("live", self.server.dsn(self.prod), was="prod",
                              expect="environment:dev") + self.told_to(self.ops))
        if by_restart:
            self.running.stop()
            self.running.configure(config)
            self.running.start()
        else:
            self.running.reload(config)
        self.running.wait_state("live", "drifted")
        self.back("live")

    def test_environment_is_renamed(self):
        self.renamed(False)

    def test_environment_is_renamed_by_a_restart(self):
        self.renamed(True)

    def template(self, name, **keys):
        return environment("dev", self.server.dsn(self.dev)) + environment(
            name, self.server.dsn("postgres"), discover="databases",
            discover_match=[self.prod], discover_interval="200ms",
            expect="environment:dev", **keys)

    def test_template_is_renamed(self):
        self.start(self.template("tenants"))
        self.running.reload(self.template("customers", was="tenants") +
                            self.told_to(self.ops))
        name = "customers/" + self.prod
        until("it by that name", lambda: name in [
            e["name"] for e in self.running.json("/status")["environments"]
            if e["state"] == "drifted"])
        self.back(name, "tenants/" + self.prod)


@only_plain
@unittest.skipUnless(os.path.exists(FAKETIME), "there is no libfaketime")
class Clock(Waiting):
    def setUp(self):
        super().setUp()
        self.clock = os.path.join(directory("clock"), "rc")
        self.faked = {"LD_PRELOAD": FAKETIME, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                      "NO_FAKE_STAT": "1", "FAKETIME_TIMESTAMP_FILE": self.clock,
                      "FAKETIME_NO_CACHE": "1"}

    def set(self, by):
        def seen():
            return self.running.log().count("the clock was put")
        before = seen()
        write(self.clock, by)
        until("that it is seen", lambda: seen() > before)

    def stepped(self, *steps):
        write(self.clock, steps[0])
        self.start(env=self.faked)
        for step in steps[1:]:
            self.set(step)
            before = len(self.ops.messages)
            until("another try", lambda: len(self.ops.messages) > before)
        self.back("prod")

    def test_put_forward(self):
        self.stepped("+0", "+3d")

    def test_put_back(self):
        self.stepped("+3d", "+0")

    def test_put_forward_and_back(self):
        self.stepped("+0", "+40d", "+0")

    def test_no_alert_of_the_future(self):
        """What began by a clock that was days ahead, and is told by one that is right: as
        it is told to end five minutes later, it begins no later than that."""
        write(self.clock, "+3d")
        ops = self.receiver()
        self.running = self.daemon(
            self.pair() + self.told_to(ops, kind="alertmanager"), env=self.faked)
        self.running.wait_state("prod", "in_sync")
        self.drift()
        until("the alert", lambda: self.result("ops"))
        self.running.kill()
        before = len(ops.messages)
        self.running.start()
        until("it to be renewed", lambda: len(ops.messages) > before)
        for message in ops.messages:
            alert, = message.document
            starts, ends = [datetime.datetime.fromisoformat(
                alert[key].replace("Z", "+00:00")) for key in ("startsAt", "endsAt")]
            self.assertGreaterEqual(ends - starts, datetime.timedelta(minutes=5))


if __name__ == "__main__":
    unittest.main()
