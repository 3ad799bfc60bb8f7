"""SIGHUP: a good configuration is taken as a whole, a bad one not at all."""
import os
import unittest

from harness import directory, environment, program, section, until, write
from shop import Shop


class Reload(Shop):
    def one(self, name, **keys):
        return environment(name, self.server.dsn(self.dev), **{"migrations": "shop", **keys})

    def names(self):
        return [e["name"] for e in self.running.json("/status")["environments"]]

    def test_good(self):
        self.running = self.daemon(self.migrations() + self.one("a") + self.one("b"))
        before = self.running.wait_state("a", "in_sync")
        checks = self.running.checks("a")
        self.running.reload(self.migrations() + self.one("a") + self.one("c"))
        self.running.wait_state("c", "in_sync")
        self.assertEqual(self.names(), ["a", "c"])
        self.assertEqual(self.running.get("/status/b").status, 404)
        # What did not change goes on as it was.
        after = self.running.environment("a")
        self.assertEqual(after["since"], before["since"])
        self.assertGreaterEqual(self.running.checks("a"), checks)
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 1)
        names = {dict(labels).get("environment") for _, labels in self.running.metrics()}
        self.assertNotIn("b", names)

    def test_good_that_changes_an_environment(self):
        self.running = self.daemon(self.migrations() + self.one("a"))
        self.running.wait_state("a", "in_sync")
        self.running.reload(self.migrations() + self.one("a", head=[self.ids[1]]))
        found = self.running.wait_state("a", "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "ahead")

    def check_of(self, name, before):
        """Long before its interval is over."""
        until("a check of " + name, lambda: self.running.checks(name) > before)

    def test_what_it_changed_is_checked_at_once(self):
        quiet = dict(interval="1h", migrations="shop")

        def config(of_blocks="", **keys):
            return (self.migrations() + of_blocks + self.one("ref", **quiet) +
                    self.one("a", **quiet, **keys.get("a", {})) +
                    self.one("b", interval="1h", migrations="other",
                             expect="environment:ref") +
                    self.one("c", **quiet))
        other = section("migrations", "other", path=self.project.versions)
        self.running = self.daemon(config(other))
        checks = {n: self.running.checks(n) for n in self.names()}
        self.running.reload(config(other, a={"confirm": 2}))
        self.check_of("a", checks["a"])
        # Its migrations are others.
        self.running.reload(config(
            section("migrations", "other", path=self.project.versions, recursive=True),
            a={"confirm": 2}))
        self.check_of("b", checks["b"])
        # What it is compared with is another one.
        checks["b"] = self.running.checks("b")
        self.running.reload(self.running_config().replace(
            'environment "ref" {', 'environment "ref" {\n  confirm = 2'))
        self.check_of("b", checks["b"])
        self.assertEqual(self.running.checks("c"), checks["c"])

    def running_config(self):
        with open(self.running.file, encoding="utf-8") as f:
            return f.read()[len(self.running.head):]

    def test_ignore_file_that_changed(self):
        rules = write(directory("rules") + "/env.ignore", "# none\n")
        changed = self.at(change="CREATE TABLE extra ()")
        config = self.pair(changed, ignore_file=rules)
        self.running = self.daemon(config)
        self.running.wait_state("env", "drifted")
        write(rules, "table:public.extra\n")
        self.running.reload(config)
        self.running.wait_state("env", "in_sync")
        # A wrong one is refused, and names its line; the rules of before stay.
        write(rules, "table:public.extra\ntabel:public.more\n")
        log = self.running.reload(config)
        self.assertIn("env.ignore:2", log)
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 0)
        self.assertEqual(self.running.after_checks("env")["state"], "in_sync")

    def test_files_of_http(self):
        """Users that cannot be taken refuse the whole of it, and the metric says so."""
        users = write(directory("http") + "/users", "a:$6$abcdefgh$x\n")
        self.running = self.daemon(self.migrations() + self.one("a"),
                                   http_keys={"users_file": users}, ready=False)
        for text in ("a:plain\n", "a:$apr1$abcdefgh$WTJrsyWqGiuhQs35b8VqA1\n", ""):
            write(users, text)
            log = self.running.reload(self.migrations() + self.one("a") + self.one("b"))
            self.assertIn("configuration is refused", log)
            self.assertIn("/users:1: " if text else "no user in it", log)
            self.assertNotIn("configuration is loaded", log)
            self.assertStatus(program("config", "check", "-c", self.running.file), 78)
        write(users, "a:$6$abcdefgh$y\n")
        self.assertIn("configuration is loaded", self.running.reload())

    def test_bad_dsn(self):
        self.running = self.daemon(self.migrations() + self.one("a"))
        self.running.wait_state("a", "in_sync")
        broken = self.migrations() + self.one("a") + environment(
            "b", "host=x pasword=s3cret-of-the-watcher", migrations="shop")
        log = self.running.reload(broken)
        line = (self.running.head + broken).split('environment "b"')[0].count("\n") + 1
        self.assertIn("pgdriftd.conf:%d" % line, log)
        self.assertEqual(self.names(), ["a"])
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 0)

    def test_bad(self):
        self.running = self.daemon(self.migrations() + self.one("a"))
        before = self.running.wait_state("a", "in_sync")
        broken = self.migrations() + self.one("a") + 'environment "b" {\n  shemas = {}\n}\n'
        log = self.running.reload(broken)
        line = (self.running.head + broken).split("shemas")[0].count("\n") + 1
        self.assertIn("pgdriftd.conf:%d" % line, log)
        self.assertIn("schemas", log)
        self.assertEqual(self.names(), ["a"])
        self.assertEqual(self.running.environment("a")["since"], before["since"])
        self.running.after_checks("a")
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 0)
        # Mended, it is taken.
        self.running.reload(self.migrations() + self.one("a") + self.one("b"))
        self.running.wait_state("b", "in_sync")
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 1)

    def test_bad_as_a_whole(self):
        """What parses may still be wrong: an environment that expects a missing one."""
        self.running = self.daemon(self.migrations() + self.one("a"))
        self.running.wait_state("a", "in_sync")
        self.running.reload(self.migrations() + self.one("b", expect="environment:none"))
        self.assertEqual(self.names(), ["a"])
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 0)

    def drift_start(self, name):
        return self.running.metric("pgdriftd_drift_start_timestamp_seconds",
                                   environment=name)

    def test_another_database_behind_a_name(self):
        """What stands under the name of the database is replaced: no reload."""
        ref, one, two = (self.at(change=c) for c in (
            "", "CREATE TABLE extra ()", "CREATE TABLE extra ()"))
        self.running = self.daemon(
            self.migrations() + environment("ref", self.server.dsn(ref), migrations="shop") +
            environment("a", self.server.dsn(one), migrations="shop",
                        expect="environment:ref"))
        before = self.running.wait_state("a", "drifted")
        began = self.drift_start("a")
        self.server.sql("ALTER DATABASE %s RENAME TO %s_old" % (one, one))
        self.running.wait_state("a", "unknown")
        self.server.sql("ALTER DATABASE %s RENAME TO %s" % (two, one))
        after = self.running.wait_state("a", "drifted")
        self.assertNotEqual(after["server"]["database_oid"], before["server"]["database_oid"])
        started = self.drift_start("a")
        self.assertGreater(started, began)
        said = [r for r in self.running.log_records()
                if "is now another database" in r.get("msg", "")]
        self.assertEqual([r["environment"] for r in said], ["a"])
        # The same by another address or name is the same.
        self.server.sql("ALTER DATABASE %s RENAME TO %s_new" % (one, one))
        self.running.wait_state("a", "unknown")
        self.server.sql("ALTER DATABASE %s_new RENAME TO %s" % (one, one))
        self.running.wait_state("a", "drifted")
        self.assertEqual(self.drift_start("a"), started)

    def test_many_in_a_row(self):
        self.running = self.daemon(self.migrations() + self.one("a"))
        self.running.wait_state("a", "in_sync")
        for i in range(10):
            extra = "".join(self.one("x%d" % k) for k in range(i % 4))
            self.running.reload(self.migrations() + self.one("a") + extra)
        self.running.wait_state("a", "in_sync")
        self.assertEqual(self.names(), ["a", "x0"])


class Start(Shop):
    def refused(self, text, *words):
        path = write(directory("config") + "/pgdriftd.conf", text)
        result = program("serve", "-c", path)
        self.assertStatus(result, 78)
        self.assertEqual(result.out, "")
        for word in words:
            self.assertIn(word, result.err)
        self.assertStatus(program("config", "check", "-c", path), 78)
        return result

    def test_unknown_key(self):
        self.refused('service { intervall = "5s" }\n', "pgdriftd.conf:1", "interval")

    def test_unknown_key_in_an_environment(self):
        self.refused('environment "a" {\n  dsn = "dbname=x"\n  expects = "none"\n}\n',
                     "pgdriftd.conf:3", "expect")

    def test_bad_value(self):
        self.refused('service {\n  interval = "often"\n}\n', "pgdriftd.conf:2", "often")

    def test_bad_dsn(self):
        self.refused('\nenvironment "a" { dsn = "postgresql://u:pw@s3cret-but-wrong@h/d"'
                     ' expect = "baseline" }\n', "pgdriftd.conf:2", "%40")

    def test_no_such_reference(self):
        self.refused('environment "prod" { dsn = "dbname=x" expect = "environment:dve" }\n'
                     'environment "dev" { dsn = "dbname=x" }\n', "dve", "dev")

    def test_no_such_migrations(self):
        self.refused('environment "prod" { dsn = "dbname=x" migrations = "shop" }\n', "shop")

    def test_no_such_file(self):
        result = program("serve", "-c", directory("config") + "/none.conf")
        self.assertStatus(result, 78)
        self.assertIn("none.conf", result.err)

    def test_secrets_of_a_bad_file_stay_inside(self):
        self.refused('environment "a" {\n  dsn = "dbname=x password=s3cret-of-the-watcher"\n'
                     '  conect_timeout = "1s"\n}\n', "connect_timeout")

    def test_conf_d(self):
        where = directory("config")
        path = write(where + "/pgdriftd.conf", self.migrations())
        os.mkdir(where + "/conf.d")
        for name in ("20-b", "10-a"):
            write(where + "/conf.d/%s.conf" % name,
                  environment(name[3:], self.server.dsn(self.dev), migrations="shop"))
        write(where + "/conf.d/ignored.txt", "no configuration")
        result = program("config", "show", "-c", path)
        self.assertStatus(result, 0)
        self.assertLess(result.out.index('environment "a"'),
                        result.out.index('environment "b"'))
        self.assertStatus(program("check", "-c", path), 0)

    def test_variables(self):
        path = write(directory("config") + "/pgdriftd.conf",
                     self.migrations() +
                     'environment "a" { dsn = "${SHOP_DSN}" migrations = "${M:-shop}" }\n')
        self.assertStatus(program("check", "-c", path,
                                  env={"SHOP_DSN": self.server.dsn(self.dev)}), 0)

    def test_environment_over_file(self):
        path = write(directory("config") + "/pgdriftd.conf",
                     section("service", interval="60s") + self.migrations())
        result = program("config", "show", "-c", path, env={"PGDRIFTD_INTERVAL": "7s"})
        self.assertIn("7s", result.out)
        self.assertNotIn("60s", result.out)

    def test_port_in_use(self):
        first = self.daemon(self.migrations())
        where = directory("config")
        path = write(where + "/pgdriftd.conf", section("service", state_dir=where) + section(
            "http", listen=["127.0.0.1:%d" % first.port]))
        result = program("serve", "-c", path)
        self.assertNotEqual(result.status, 0)
        self.assertIn("127.0.0.1:%d" % first.port, result.err)


if __name__ == "__main__":
    unittest.main()
