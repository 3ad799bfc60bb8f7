"""Each refusal of a login has a reason and a hint of its own: TLS, databases, people."""
import json
import os
import subprocess
import unittest

from harness import (PASSWORD, PATIENCE, PROGRAM, WATCHER, Postgres, SystemTest,
                     as_postgres, call, directory, environ, environment, postgres,
                     program, started, until, write)

SOON = ["-days", "2"]


class Authority:
    """Certificates by openssl, below one directory that PostgreSQL may read."""

    def __init__(self):
        self.path = directory("certificates", for_postgres=True)
        for name in ("ours", "other"):
            self.openssl("req", "-x509", *self.new(name), "-subj", "/CN=" + name, *SOON)
        for name, dates in (("valid", SOON), ("expired", ["-days", "-1"])):
            self.openssl("req", *self.new(name, ".csr"), "-subj", "/CN=db.example.test")
            self.openssl("x509", "-req", "-in", name + ".csr", "-CA", "ours.crt",
                         "-CAkey", "ours.key", "-CAcreateserial", "-out", name + ".crt",
                         *dates)

    def new(self, name, kind=".crt"):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", name + ".key", "-out", name + kind]

    def openssl(self, *arguments):
        call(as_postgres("sh", "-c", 'cd "$1" && shift && umask 077 && exec "$@"', "sh",
                         self.path, "openssl", *arguments))

    def show(self, name):
        """Let it be what the server takes up at its next start or reload."""
        for kind in (".crt", ".key"):
            call(as_postgres("cp", self.at(name + kind), self.at("shown" + kind)))

    def at(self, name):
        return os.path.join(self.path, name)


class Encrypted(Postgres):
    def __init__(self, authority):
        self.settings = {"ssl": "on", "ssl_ca_file": authority.at("ours.crt"),
                         "ssl_cert_file": authority.at("shown.crt"),
                         "ssl_key_file": authority.at("shown.key")}
        super().__init__()


class Refused(SystemTest):
    """One server for all; cases that need the same of it are asked by one command."""

    @classmethod
    def setUpClass(cls):
        cls.authority = Authority()
        cls.authority.show("valid")
        cls.own = Encrypted(cls.authority)
        cls.addClassCleanup(cls.own.stop)
        cls.secret = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        hba = ("local all all trust\nhostssl certain all 127.0.0.1/32 scram-sha-256 "
               "clientcert=verify-ca\nhost all all 127.0.0.1/32 scram-sha-256\n")
        call(as_postgres("sh", "-c", 'printf %s "$1" >"$2"', "sh", hba,
                         os.path.join(cls.own.data, "pg_hba.conf")))
        cls.own.sql("SELECT pg_reload_conf()")

    which_server = classmethod(lambda cls: cls.own)

    def ask(self, cases):
        """Each case: name, more of the dsn; what hint and reason have to say."""
        config = self.config(*(environment(
            name, self.server.dsn("postgres", host="127.0.0.1") + " " + more,
            password_file=self.secret, allow_empty=True) for name, more, *_ in cases))
        result = program("check", "-c", config, "--format", "json")
        found = {e["name"]: e for e in result.json()["environments"]}
        for name, _, *words in cases:
            with self.subTest(name):
                self.says(found[name], words)
        return result

    def says(self, found, words):
        self.assertEqual(found["state"], "unknown", found)
        said = "%s\n%s" % (found["hint"], found["check"]["error"])
        for word in words:
            self.assertIn(word, said)
        self.assertNotIn("host and port", said)

    def test_tls(self):
        ours = "hostaddr=127.0.0.1 sslrootcert=" + self.authority.at("ours.crt")
        key = write(os.path.join(directory("key"), "key"), "")
        with open(self.authority.at("valid.key")) as f:
            write(key, f.read(), 0o644)
        shown = " sslcert=%s sslkey=%%s" % self.authority.at("valid.crt")
        self.ask([
            ("issuer", "sslmode=verify-ca sslrootcert=" + self.authority.at("other.crt"),
             "sslrootcert", "certificate verify failed", "who signed it"),
            ("no-file", "sslmode=verify-ca sslrootcert=/nowhere/root.crt", "sslrootcert"),
            ("name", "sslmode=verify-full host=else.example.test " + ours,
             "another host name", "sslmode", "hostaddr"),
            ("demanded", "sslmode=require dbname=certain", "client certificate",
             "sslcert"),
            ("open-key", "sslmode=require" + shown % key, "sslkey", "0600"),
            ("no-key", "sslmode=require" + shown % "/nowhere/key", "sslkey"),
            ("unbound", "sslmode=disable channel_binding=require", "channel_binding",
             "sslmode"),
            ("old", "sslmode=require ssl_max_protocol_version=TLSv1 "
             "ssl_min_protocol_version=TLSv1", "ssl_min_protocol_version"),
            ("absent", "dbname=absent", "no database of that name", "dbname"),
        ])
        well = self.config(environment("well", self.server.dsn("postgres") + (
            " sslmode=verify-full host=db.example.test " + ours),
            password_file=self.secret, allow_empty=True))
        found = program("check", "-c", well, "--format", "json").json()["environments"][0]
        self.assertEqual(found["check"]["status"], "ok", found)

    def test_expired(self):
        self.authority.show("expired")
        self.addCleanup(self.server.sql, "SELECT pg_reload_conf()")
        self.addCleanup(self.authority.show, "valid")
        self.server.sql("SELECT pg_reload_conf()")
        self.ask([("expired", "sslmode=verify-ca sslrootcert=" + self.authority.at(
            "ours.crt"), "certificate verify failed", "its end", "sslmode")])

    def test_a_server_without_tls(self):
        plain = postgres()
        config = self.config(environment("plain", plain.dsn(
            "postgres", host="127.0.0.1") + " sslmode=require",
            password_file=self.secret, allow_empty=True))
        result = program("check", "-c", config, "--format", "json")
        self.says(result.json()["environments"][0], ["no TLS", "sslmode"])

    def test_a_database_that_takes_nobody(self):
        closed = self.database()
        self.server.sql("ALTER DATABASE %s ALLOW_CONNECTIONS false" % closed)
        self.ask([("closed", "dbname=" + closed, "ALLOW_CONNECTIONS")])


class Ended(SystemTest):
    """A check waits for a lock, and somebody or a limit ends it."""

    def setUp(self):
        super().setUp()
        self.name = self.database()
        self.holder = self.session(self.name)
        self.holder.run("BEGIN; LOCK TABLE pg_catalog.pg_policy")

    def check(self, **keys):
        config = self.config(environment("env", self.server.dsn(self.name), **{
            "allow_empty": True, "lock_timeout": "20s", "check_timeout": "20s", **keys}))
        return [PROGRAM, "check", "-c", config, "--format", "json"]

    def ended_by(self, function):
        checking = started(subprocess.Popen(
            self.check(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            env=environ()))
        until("somebody to end", lambda: self.server.sql(
            "SELECT %s(pid) FROM pg_stat_activity WHERE usename = '%s' AND datname = '%s' "
            "AND wait_event_type = 'Lock'" % (function, WATCHER, self.name)).strip())
        out, _ = checking.communicate(timeout=PATIENCE)
        return self.failed(out)

    def failed(self, out):
        found = json.loads(out)["environments"][0]
        self.assertEqual(found["state"], "unknown")
        said = "%s\n%s" % (found["hint"], found["check"]["error"])
        self.assertNotIn("host and port", said)
        return said

    def test_by_an_administrator(self):
        self.assertIn("an administrator ended the session",
                      self.ended_by("pg_terminate_backend"))

    def test_by_a_person(self):
        said = self.ended_by("pg_cancel_backend")
        self.assertIn("somebody cancelled the statement", said)
        self.assertNotIn("statement_timeout", said)

    def test_by_a_limit(self):
        done = subprocess.run(self.check(statement_timeout="200ms"), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=environ(), timeout=PATIENCE)
        said = self.failed(done.stdout)
        self.assertIn("longer than `statement_timeout`", said)
        self.assertIn("(200ms)", said)


if __name__ == "__main__":
    unittest.main()
