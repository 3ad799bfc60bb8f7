"""Labels of environments, and what is asked for by them."""
from harness import SystemTest, environment, program, until

SHOP = {"team": "shop", "stage": "prod"}
ODD = {"team": 'b\u00e4nk "a" \\ <b>&', "stage": "test"}


class Labels(SystemTest):
    def setUp(self):
        super().setUp()
        here, behind = (self.stamped(r, text="CREATE TABLE t (a int)") for r in ("a1", "a0"))
        self.parts = [("one", here, SHOP), ("two", behind, ODD), ("three", here, None),
                      ("four", behind, {"team": "shop"})]

    def config(self, *parts, **labels):
        """Others for those that are named."""
        return "".join(environment(name, self.server.dsn(database), head=["a1"], **(
            {"labels": labels.get(name, own)} if labels.get(name, own) else {}))
            for name, database, own in self.parts)

    def start(self, **service):
        self.running = self.daemon(self.config(), service=service)
        return self.running

    def labels(self):
        return {e["name"]: e["labels"]
                for e in self.running.json("/status")["environments"]}

    def sample(self, **labels):
        return self.running.metric("pgdriftd_up", **labels)

    def names(self, query):
        return [e["name"] for e in self.running.json("/status?" + query)["environments"]]

    def test_status_metrics_and_reload(self):
        running = self.start(metric_labels=["stage", "team"], interval="1h")
        self.assertEqual(self.labels(), {
            "one": SHOP, "two": ODD, "three": {}, "four": {"team": "shop"}})
        self.assertEqual(running.environment("two")["labels"], ODD)
        # One that it does not have is empty, and all that says a label says it as it is.
        self.assertEqual(self.sample(environment="one", stage="prod", team="shop"), 1)
        self.assertEqual(self.sample(environment="three", stage="", team=""), 1)
        self.assertEqual(self.sample(environment="two", stage="test",
                                     team=ODD["team"].replace("\\", "\\\\").replace(
                                         '"', '\\"')), 1)
        self.assertEqual(running.metric("pgdriftd_state", environment="one", stage="prod",
                                        team="shop", state="in_sync"), 1)
        checks = {name: running.metric("pgdriftd_checks_total", environment=name,
                                       stage=stage, team="shop")
                  for name, stage in (("one", "prod"), ("four", ""))}
        # Another value, one more and one less: taken over, and nobody is checked for it.
        running.reload(self.config(one={"team": "bank", "stage": "prod"}, two=None,
                                   three={"owner": "x"}))
        until("the labels", lambda: self.labels() == {
            "one": {"team": "bank", "stage": "prod"}, "two": {}, "three": {"owner": "x"},
            "four": {"team": "shop"}})
        self.assertEqual(self.sample(environment="one", stage="prod", team="bank"), 1)
        self.assertIsNone(self.sample(environment="one", stage="prod", team="shop"))
        self.assertEqual(running.metric("pgdriftd_checks_total", environment="one",
                                        stage="prod", team="bank"), checks["one"])
        self.assertEqual(running.metric("pgdriftd_checks_total", environment="four",
                                        stage="", team="shop"), checks["four"])
        # What cannot be is refused, and what was stands.
        before = self.labels()
        said = running.reload(self.config(one={"environment": "x"}))
        self.assertIn("environment", said)
        self.assertEqual(self.labels(), before)
        self.assertEqual(running.metric("pgdriftd_config_last_reload_successful"), 0)

    def test_filters_of_the_command(self):
        """What /status takes, `status` has as options; they say nothing else of the exit
        status than which environments it is of."""
        running = self.start()
        running.wait_state("two", "revision_mismatch")
        running.wait_state("four", "revision_mismatch")
        port = str(self.server.port)
        for options, names in (
                (["--label", "team=shop"], ["one", "four"]),
                (["--label", "team=b*"], ["two"]),
                (["--label", "team="], ["three"]),
                (["--label=team=shop", "--label=team="], ["one", "three", "four"]),
                (["--label", "team=shop", "--label", "stage=prod"], ["one"]),
                (["--q", 'B\u00e4NK "A" \\ <b>&'], ["two"]),
                (["--q", "SHOP", "--state", "in_sync"], ["one"]),
                (["--state", "in_sync,revision_mismatch", "--environment", "t*"],
                 ["two", "three"]),
                (["--server", "[::1]:" + port], []),
                (["--state", "drifted"], [])):
            result = program("status", *options, "--format", "json", "--url", running.url)
            found = [e["name"] for e in result.json()["environments"]]
            self.assertEqual(found, names, options)
            states = {e["state"] for e in result.json()["environments"]}
            self.assertStatus(result, 2 if not names else int(states != {"in_sync"}))
        text = program("status", "--label", "team=shop", "--url", running.url).out
        self.assertIn("\none ", text)
        self.assertNotIn("\ntwo ", text)
        for options, words in ((["--state", "drfted"], 'did you mean "drifted"?'),
                               (["--label", "tema=x"], 'did you mean "team"?'),
                               (["--label", "team"], "NAME=VALUE"),
                               (["--migrations", "none"], 'no migrations "none"'),
                               (["--q", ""], "q is empty"),
                               (["--environment", "noe"], 'did you mean "one"?')):
            result = program("status", *options, "--url", running.url)
            self.assertStatus(result, 2)
            self.assertIn(words, result.err)

    def test_groups(self):
        running = self.start()
        running.wait_state("two", "revision_mismatch")
        running.wait_state("four", "revision_mismatch")
        document = running.json("/status?group=label:team")
        self.assertEqual((document["label"], document["state"], document["undecided"]),
                         ("team", "revision_mismatch", 0))
        self.assertEqual(document["groups"], [
            {"value": ODD["team"], "count": 1, "state": "revision_mismatch",
             "environments": ["two"], "states": {"revision_mismatch": 1},
             "revisions": ["a0"]},
            {"value": "shop", "count": 2, "state": "revision_mismatch",
             "environments": ["one", "four"],
             "states": {"revision_mismatch": 1, "in_sync": 1}, "revisions": ["a1", "a0"]},
            {"value": None, "count": 1, "state": "in_sync", "environments": ["three"],
             "states": {"in_sync": 1}, "revisions": ["a1"]}])
        self.assertEqual([g["value"] for g in running.json(
            "/status?group=label:stage&state=in_sync")["groups"]], ["prod", None])
        result = program("status", "--group=label:team", "--url", running.url)
        self.assertStatus(result, 1)
        self.assertEqual(result.out.splitlines()[1:], [
            "team=shop  one, four (2); 1 revision_mismatch, 1 in_sync; at a1; a0",
            "without team  three (1); 1 in_sync; at a1"])
        self.assertStatus(program("status", "--group=label:stage", "--state", "in_sync",
                                  "--url", running.url), 0)
        result = program("status", "--group=label:tema", "--url", running.url)
        self.assertStatus(result, 2)
        self.assertIn('did you mean "team"?', result.err)
        page = running.get("/?group=label:team")
        self.assertEqual(page.status, 200)
        self.assertNotIn("<b>&", page.text)
