"""Which database it is: by what it says of itself, not by how it is reached."""
import unittest

from harness import PASSWORD, WATCHER, Proxy, environment, until
from shop import Shop

HOTFIX = "ALTER TABLE step1 ADD hotfix text"


class Watched(Shop):
    """prod, held against dev, with a store or without one."""

    def begin(self, database, store=True, dsn=None, **keys):
        self.keys = keys
        self.running = self.daemon(self.prod(dsn or self.server.dsn(database)),
                                   service={} if store else {"state_dir": ""})
        return self.running

    def prod(self, dsn, **keys):
        return self.migrations() + environment(
            "dev", self.server.dsn(self.dev), migrations="shop") + environment(
                "prod", dsn, **{"migrations": "shop", "expect": "environment:dev",
                                **self.keys, **keys})

    def reload(self, dsn, **keys):
        """And wait until it has been checked."""
        checks = self.running.checks("prod")
        log = self.running.reload(self.prod(dsn, **keys))
        self.assertIn("configuration is loaded", log)
        self.running.after_checks("prod")
        self.assertGreater(self.running.checks("prod"), checks)
        return self.running.environment("prod")

    def drift_start(self):
        return self.running.metric("pgdriftd_drift_start_timestamp_seconds",
                                   environment="prod")

    def said(self, words=""):
        return [r for r in self.running.log_records()
                if r.get("environment") == "prod" and words in r.get("msg", "")]

    def databases(self):
        """What was told of another database."""
        return self.said("is now another database")


class Reload(Watched):
    def check_same(self, store):
        prod = self.at(change=HOTFIX)
        self.begin(prod, store, confirm=2)
        before = self.running.wait_state("prod", "drifted")
        began, lines = self.drift_start(), len(self.said())
        password = " password=" + PASSWORD
        for dsn in (
                self.server.dsn(prod, host="localhost") + password,
                self.server.dsn(prod, host="db.example") + " hostaddr=127.0.0.1" + password,
                self.server.dsn(prod, user="postgres"),
                self.server.dsn(prod) + " sslmode=disable connect_timeout=3",
                "host=127.0.0.2,127.0.0.1 port=1,%d dbname=%s user=%s" % (
                    self.server.port, prod, WATCHER) + password):
            found = self.reload(dsn)
            self.assertEqual(found["check"]["status"], "ok", found["check"]["error"])
            for key in ("state", "since", "confirmed"):
                self.assertEqual(found[key], before[key])
            self.assertEqual(found["server"]["database_oid"],
                             before["server"]["database_oid"])
            self.assertEqual(self.drift_start(), began)
        self.assertEqual(len(self.said()), lines, self.running.log())

    def test_same_database(self):
        self.check_same(True)

    def test_same_database_without_a_store(self):
        self.check_same(False)

    def check_mistyped(self, store):
        prod = self.at(change=HOTFIX)
        self.begin(prod, store, confirm=2)
        self.running.wait_state("prod", "drifted")
        began, lines = self.drift_start(), len(self.said())
        for wrong in (self.server.dsn(prod + "x"), self.server.dsn(prod, port=1)):
            found = self.reload(wrong)
            self.assertEqual(found["state"], "unknown")
            self.assertEqual(found["schema"]["status"], "drifted")
            self.assertEqual(self.drift_start(), began)
        found = self.reload(self.server.dsn(prod))
        self.assertEqual((found["state"], found["confirmed"]), ("drifted", True))
        self.assertEqual(self.drift_start(), began)
        self.assertEqual(self.databases(), [])
        # It has been so all the time, whatever became of the checks.
        self.assertEqual([r.get("state") for r in self.said()[lines:]],
                         ["unknown", "drifted"])

    def test_mistyped(self):
        self.check_mistyped(True)

    def test_mistyped_without_a_store(self):
        self.check_mistyped(False)

    def test_it_says_nothing_false_until_it_was_read(self):
        """A server that does not answer: what is known stands, and no check is told."""
        prod = self.at(change=HOTFIX)
        self.begin(prod)
        before = self.running.wait_state("prod", "drifted")
        lines = len(self.said())
        proxy = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(proxy.close)
        proxy.mode = "silent"
        self.running.reload(self.prod(self.server.dsn(prod, host="127.0.0.1", port=proxy.port),
                                      connect_timeout="60s", check_timeout="60s"))
        until("a connection", lambda: proxy.open)
        found = self.running.environment("prod")
        self.assertEqual((found["state"], found["since"]), ("drifted", before["since"]))
        self.assertEqual(self.running.get("/readyz").status, 200)
        self.assertEqual(len(self.said()), lines, self.running.log())
        self.reload(self.server.dsn(prod))
        self.assertEqual(len(self.said()), lines, self.running.log())

    def test_whatever_else_is_changed(self):
        """Its state goes on under another interval, reference, confirmation."""
        prod = self.at(change=HOTFIX)
        self.begin(prod)
        self.running.wait_state("prod", "drifted")
        began, lines = self.drift_start(), len(self.said())
        for keys in (dict(interval="200ms"), dict(confirm=5), dict(comments=False),
                     dict(password_command="echo x")):
            found = self.reload(self.server.dsn(prod), **keys)
            self.assertEqual(found["state"], "drifted")
            self.assertEqual(self.drift_start(), began)
        self.assertEqual(len(self.said()), lines, self.running.log())
        # What an ignore rule hides is no drift any more, and that is told.
        found = self.reload(self.server.dsn(prod), ignore=["column:public.step1.hotfix"])
        self.assertEqual(found["state"], "in_sync")
        self.assertEqual(self.drift_start(), None)
        self.assertEqual(len(self.said()), lines + 1)


if __name__ == "__main__":
    unittest.main()
