"""Which database it is: by what it says of itself, not by how it is reached."""
import os
import unittest

from harness import (PASSWORD, WATCHER, Postgres, Proxy, directory, environment,
                     program, timeless, until, write)
from shop import Shop
from test_service import Replica

HOTFIX = "ALTER TABLE step1 ADD hotfix text"


class Watched(Shop):
    """prod, held against dev, with a store or without one."""

    keys = {}

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
        # Of one of these roles there is something to say, and nothing else.
        self.assertEqual([r["msg"] for r in self.said()[lines:]],
                         ["role may do more than a check needs"], self.running.log())

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


class Another(Watched):
    """It is led to another database: told once, and what is known begins anew."""

    def led_to(self, database, before, state="drifted"):
        """Wait until it is that one."""
        oid = self.server.sql("SELECT oid FROM pg_database WHERE datname = '%s'" %
                              database).strip()
        until("the other one", lambda: self.running.environment("prod")["server"][
            "database_oid"] == oid)
        self.assertEqual(len(self.databases()), before + 1, self.running.log())
        return self.running.wait_state("prod", state)

    def check_there_and_back(self, store, lead):
        """`lead`: makes the environment be what it is given."""
        one, two = self.at(change=HOTFIX), self.at(change=HOTFIX)
        lead(one)
        before = self.running.wait_state("prod", "drifted")
        began = self.drift_start()
        lead(two)
        self.led_to(two, 0)
        self.assertGreater(self.drift_start(), began)
        lead(one)
        back = self.led_to(one, 1)
        self.assertEqual(self.drift_start(), began)
        self.assertEqual(back["since"], before["since"])
        self.running.after_checks("prod", 2)
        self.assertEqual(len(self.databases()), 2)
        if not store:
            return
        rows = self.running.json("/history?environment=prod")["changes"]
        # The initial one, and what each of them was found to be.
        self.assertEqual([r["event"] for r in rows if r["state"] == "drifted"],
                         ["state", "database", "state", "database", "state"])
        self.assertIn("which it was before", rows[1]["detail"])

    def by_reload(self, store):
        def lead(database):
            if hasattr(self, "running"):
                self.running.reload(self.prod(self.server.dsn(database)))
            else:
                self.begin(database, store)
        return lead

    def test_by_a_reload(self):
        self.check_there_and_back(True, self.by_reload(True))

    def test_by_a_reload_without_a_store(self):
        self.check_there_and_back(False, self.by_reload(False))

    def test_by_a_restart(self):
        """With another dsn each time, so that the store has to know."""
        def lead(database):
            if not hasattr(self, "running"):
                self.begin(database)
                return
            self.running.stop()
            self.running.configure(self.prod(self.server.dsn(database)))
            self.running.start()
        self.check_there_and_back(True, lead)

    def test_by_a_service_file(self):
        """libpq reads it at each connect: nobody reloads."""
        path = directory("service") + "/pg_service.conf"

        def lead(database):
            # A connect never comes while half of it is there.
            text = "[prod]\nhost=%s\nport=%d\ndbname=%s\nuser=%s\n" % (
                self.server.directory, self.server.port, database, WATCHER)
            os.replace(write(path + ".new", text), path)
            if not hasattr(self, "running"):
                self.running = self.daemon(self.prod("service=prod"),
                                           env={"PGSERVICEFILE": path})
        self.check_there_and_back(True, lead)

    def test_by_its_address(self):
        """A name that leads to another server, as DNS or a pooler does."""
        two = Postgres()
        self.addCleanup(two.stop)
        name = self.at(change=HOTFIX)
        two.sql("CREATE DATABASE " + name)
        two.sql("CREATE TABLE lonely (id integer)", name)
        proxy = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(proxy.close)
        self.begin(name, dsn=self.server.dsn(name, host="127.0.0.1", port=proxy.port) +
                   " password=" + PASSWORD)
        before = self.running.wait_state("prod", "drifted")
        began = self.drift_start()
        proxy.target = ("127.0.0.1", two.port)
        other = self.running.wait_state("prod", "unstamped")
        self.assertNotEqual(other["server"]["system_identifier"],
                            before["server"]["system_identifier"])
        self.assertEqual(len(self.databases()), 1)
        proxy.target = ("127.0.0.1", self.server.port)
        self.running.wait_state("prod", "drifted")
        self.assertEqual(self.drift_start(), began)
        self.assertEqual(len(self.databases()), 2)

    def test_by_several_hosts(self):
        """The first of them is away: to a copy by replication it stays what it is, to a
        server of its own it is another one."""
        primary = Postgres()
        self.addCleanup(primary.stop)
        for server in (primary, self.server):
            server.sql("CREATE DATABASE of_several_hosts")
        primary.sql("CREATE TABLE lonely (id integer)", "of_several_hosts")
        standby = Replica(primary)
        self.addCleanup(standby.stop)
        standby.catch_up()
        servers = (primary, standby, self.server)
        self.running = self.daemon(environment(
            "prod", "host=%s port=%s dbname=of_several_hosts user=postgres" % (
                ",".join(s.directory for s in servers),
                ",".join(str(s.port) for s in servers)), head=["a"]))
        before = self.running.wait_state("prod", "unstamped")
        self.assertFalse(before["server"]["in_recovery"])
        primary.stop()
        until("the standby",
              lambda: self.running.environment("prod")["server"]["in_recovery"])
        found = self.running.after_checks("prod")
        # A check that was under way when it stopped has failed.
        self.assertEqual((found["state"], found["standing_since"]),
                         (before["state"], before["standing_since"]))
        self.assertEqual(self.databases(), [])
        standby.stop()
        self.running.wait_state("prod", "revision_mismatch")
        self.running.after_checks("prod", 2)
        self.assertEqual(len(self.databases()), 1)

    def test_dropped_and_made_again(self):
        one = self.at(change=HOTFIX)
        self.begin(one)
        self.running.wait_state("prod", "drifted")
        began = self.drift_start()
        two = self.at(change=HOTFIX)
        self.server.sql("ALTER DATABASE %s RENAME TO %s_old" % (one, one))
        self.server.sql("ALTER DATABASE %s RENAME TO %s" % (two, one))
        self.led_to(one, 0)
        self.assertGreater(self.drift_start(), began)

    def test_what_changed_while_a_release_was_pending(self):
        """What it was itself first seen with is known of it again as well."""
        one, two = self.at(self.ids[3]), self.at(self.ids[3])
        self.begin(one)
        self.running.wait_state("prod", "revision_mismatch")
        self.server.sql("DROP TABLE step1", one)
        until("drift", lambda: self.schema()["status"] == "drifted")
        before = self.schema()
        self.reload(self.server.dsn(two))
        self.assertEqual(self.schema()["status"], "other_revision")
        self.running.stop()
        self.running.start()
        self.reload(self.server.dsn(one))
        after = self.schema()
        for key in ("status", "compared_with", "drift_since", "items"):
            self.assertEqual(after[key], before[key])

    def schema(self):
        return timeless(self.running.environment("prod")["schema"])


class AnotherVersionTable(Watched):
    """Its rows are not where the database has moved to."""

    def check_moves(self, take):
        prod = self.at()
        self.server.sql("CREATE TABLE other_version AS SELECT '%s'::varchar(32) AS version_num;"
                        "GRANT SELECT ON other_version TO %s" % (self.ids[1], WATCHER), prod)
        self.begin(prod, expect="baseline")
        self.assertStatus(program("accept", "prod", "-c", self.running.file), 0)
        self.running.wait_state("prod", "in_sync")
        for table, found in (("other_version", "behind"), ("alembic_version", "at_head")):
            take(self.prod(self.server.dsn(prod), version_table="public." + table))
            until(found, lambda: self.running.environment("prod")["revision"]["status"] ==
                  found)
        rows = self.running.json("/history?environment=prod")["changes"]
        self.assertEqual([r["detail"] for r in rows if r["event"] == "revision"], [])
        # No migration made it, so no baseline follows.
        self.assertEqual(len([r for r in rows if r["event"] == "accepted"]), 1)
        self.assertEqual(self.said("recorded revision has changed"), [])
        # What moves in the table that is read now does.
        self.server.sql("UPDATE alembic_version SET version_num = '%s'" % self.ids[3], prod)
        until("the move", lambda: self.said("recorded revision has changed"))

    def test_by_a_reload(self):
        self.check_moves(lambda config: self.running.reload(config))

    def test_by_a_restart(self):
        def take(config):
            self.running.stop()
            self.running.configure(config)
            self.running.start()
        self.check_moves(take)


class Renamed(Watched):
    """`was`: another name, and the same history."""

    def called(self, name, database, **keys):
        return self.prod(self.server.dsn(database), **keys).replace(
            'environment "prod"', 'environment "%s"' % name)

    def history(self, name):
        answer = self.running.get("/history?environment=" + name)
        self.assertEqual(answer.status, 200, answer)
        return answer.json()["changes"]

    def check_renamed(self, take):
        """`take`: makes the daemon go by that configuration."""
        prod = self.at(change=HOTFIX)
        self.begin(prod)
        before = self.running.wait_state("prod", "drifted")
        began = self.drift_start()
        told = self.history("prod")
        for _ in range(2):
            take(self.called("shop", prod, was="prod"))
            after = self.running.wait_state("shop", "drifted")
            self.assertEqual(after["since"], before["since"])
            self.assertEqual(self.running.metric("pgdriftd_drift_start_timestamp_seconds",
                                                 environment="shop"), began)
            self.assertEqual(self.running.get("/status/prod").status, 404)
            rows = self.history("shop")
            self.assertEqual([r["event"] for r in rows[:-len(told)]], ["renamed"])
            self.assertEqual(rows[0]["detail"], "was prod")
            self.assertEqual([dict(r, environment="prod") for r in rows[1:]], told)
            self.assertEqual(self.history("prod"), rows)
        self.assertEqual(self.told().count("has another name"), 1)

    def told(self):
        return [r["msg"] for r in self.running.log_records()
                if r.get("environment") == "shop"]

    def test_by_a_reload(self):
        self.check_renamed(lambda config: self.running.reload(config))
        self.assertEqual(self.told(), ["has another name"])

    def test_by_a_restart(self):
        def take(config):
            self.running.stop()
            self.running.configure(config)
            self.running.start()
        self.check_renamed(take)

    def test_without_a_store(self):
        prod = self.at(change=HOTFIX)
        self.begin(prod, store=False)
        before = self.running.wait_state("prod", "drifted")
        began = self.drift_start()
        self.running.reload(self.called("shop", prod, was="prod"))
        after = self.running.environment("shop")
        self.assertEqual((after["state"], after["since"]), ("drifted", before["since"]))
        self.assertEqual(self.running.metric("pgdriftd_drift_start_timestamp_seconds",
                                             environment="shop"), began)

    def test_one_that_is_not_watched_any_more(self):
        prod = self.at()
        self.begin(prod)
        self.running.wait_state("prod", "in_sync")
        rows = self.history("prod")
        self.running.reload(self.called("shop", prod))
        self.running.wait_state("shop", "in_sync")
        self.assertEqual(self.history("prod"), rows)
        self.assertEqual(self.running.get("/history?environment=prdo").status, 404)

    def test_baselines(self):
        """They are there under the new name, before and after the daemon knows of it."""
        prod = self.at()
        self.begin(prod, expect="baseline")
        self.running.wait_state("prod", "unknown")
        for name in ("prod", "prod"):
            self.assertStatus(program("accept", name, "-c", self.running.file), 0)
        self.running.configure(self.called("shop", prod, was="prod"))
        dry = program("accept", "shop", "--undo", "--dry-run", "-c", self.running.file)
        self.assertStatus(dry, 0)
        self.running.reload()
        found = self.running.wait_state("shop", "in_sync")
        self.assertIsNotNone(found["schema"]["baseline"])
        self.assertStatus(program("accept", "shop", "--from", "prod", "-c",
                                  self.running.file), 0)
        self.assertStatus(program("accept", "shop", "--undo", "-c", self.running.file), 0)

    def test_a_name_that_is_there(self):
        prod = self.at()
        self.begin(prod)
        log = self.running.reload(self.prod(self.server.dsn(prod), was="dev"))
        self.assertIn("configuration is refused", log)
        self.assertRegex(log, r"pgdriftd.conf:\d+: was = ..dev")


if __name__ == "__main__":
    unittest.main()
