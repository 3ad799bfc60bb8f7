"""The dashboard for Grafana: its form, and that each of its queries returns from a real
Prometheus what the daemon says.  Grafana itself is not here.
"""
import calendar
import json
import re
import time
import unittest

from harness import until
from prometheus import Watched, shipped

# What Grafana puts in their place.
VARIABLES = {"$job": "pgdriftd", "$environment": ".*", "$__rate_interval": "10s"}


def replaced(expression):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class DashboardForm(unittest.TestCase):
    def setUp(self):
        self.dashboard = json.loads(shipped("grafana/pgdriftd.json"))
        self.panels = self.dashboard["panels"]

    def test_can_be_imported(self):
        """It names no data source of its own, and has a name that stays."""
        self.assertEqual(self.dashboard["uid"], "pgdriftd-schemas")
        self.assertIsNone(self.dashboard["id"])
        self.assertIn("pgdriftd", self.dashboard["tags"])
        names = [v["name"] for v in self.dashboard["templating"]["list"]]
        self.assertEqual(names, ["datasource", "job", "environment"])
        uids = set(re.findall(r'"type": "prometheus",\s*"uid": "([^"]*)"',
                              shipped("grafana/pgdriftd.json")))
        self.assertEqual(uids, {"${datasource}"})
        used = {p["type"] for p in self.panels} - {"row"}
        self.assertEqual({r["id"] for r in self.dashboard["__requires"]
                          if r["type"] == "panel"}, used)

    def test_panels_lie_side_by_side(self):
        ids = [p["id"] for p in self.panels]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in self.panels:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                     for y in range(at["y"], at["y"] + at["h"])}
            self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells

    def test_each_says_what_it_is(self):
        for panel in self.panels:
            if panel["type"] != "row":
                self.assertTrue(panel["description"], panel["title"])
                self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                self.assertTrue(panel["targets"], panel["title"])


class DashboardValues(Watched):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.panels = {p["title"]: p for p in
                      json.loads(shipped("grafana/pgdriftd.json"))["panels"]
                      if p["type"] != "row"}
        for name, state in (("prod", "unstamped"), ("staging", "drifted"),
                            ("qa", "revision_mismatch"), ("gone", "unknown")):
            cls.running.wait_state(name, state)
        until("a scrape of that", lambda: cls.prometheus.query(
            'pgdriftd_state{environment="qa",state="revision_mismatch"} == 1') and
            cls.prometheus.query('pgdriftd_findings{environment="staging"} == 1'))

    def results(self, title):
        """Of each target of the panel."""
        return [self.prometheus.query(replaced(t["expr"]))
                for t in self.panels[title]["targets"]]

    def by_environment(self, result):
        return {labels["environment"]: value for labels, value in result}

    def test_no_query_is_empty(self):
        for title, panel in self.panels.items():
            for target in panel["targets"]:
                until("%s: %s" % (title, target["expr"]),
                      lambda e=replaced(target["expr"]): self.prometheus.query(e))

    def test_states(self):
        summary = self.running.json("/status")["summary"]
        for state in ("in_sync", "migrating", "unconfirmed", "revision_mismatch", "drifted",
                      "unstamped", "unknown"):
            [[(_, value)]] = self.results(state.replace("_", " "))
            self.assertEqual(value, summary[state], state)

    def test_table(self):
        """Its columns, in the order of its targets, beside what /status/NAME says."""
        states, *columns = self.results("States")
        columns = [self.by_environment(c) for c in columns]
        found = {labels["environment"]: labels["state"] for labels, _ in states}
        self.assertEqual(set(found), {"dev", "prod", "staging", "qa", "gone"})
        for name, state in found.items():
            said = self.running.environment(name)
            self.assertEqual(state, said["state"])
            for severity, column in zip(("breaking", "additive", "cosmetic"), columns):
                if name not in column:
                    self.assertIn(said["schema"]["status"], ("not_checked",), name)
                    continue
                self.assertEqual(column[name], sum(
                    i["severity"] == severity for i in said["schema"]["items"]), name)
            self.assertEqual(columns[3].get(name), said["revision"]["behind"], name)
            self.assertEqual(name in columns[4], said["state"] == "drifted", name)
            self.assertEqual(name in columns[5],
                             said["check"]["last_success_at"] is not None, name)
        self.assertEqual((columns[0]["staging"], columns[1]["staging"]), (1, 1))
        self.assertAlmostEqual(columns[5]["dev"] / 1000, time.time(), delta=60)

    def test_revisions(self):
        [rows] = self.results("Revisions")
        said = {(n, role, revision) for n in ("dev", "prod", "staging", "qa", "gone")
                for role in ("recorded", "expected")
                for revision in self.running.environment(n)["revision"][role]}
        self.assertEqual({(labels["environment"], labels["role"], labels["revision"])
                          for labels, _ in rows}, said)

    def test_checks_and_process(self):
        until("failures of gone alone", lambda: {
            (labels["environment"], labels["reason"])
            for labels, value in self.results("Failures by reason")[0] if value > 0} ==
            {("gone", "connect")})
        [since] = self.results("Drift since")
        drift = self.by_environment(since)
        self.assertEqual(set(drift), {"staging"})
        self.assertAlmostEqual(
            drift["staging"],
            time.time() - seconds(self.running.environment("staging")["since"]), delta=10)
        [timeline] = self.results("States over time")
        numbers = ["in_sync", "migrating", "unconfirmed", "revision_mismatch", "drifted",
                   "unstamped", "unknown"]
        self.assertEqual({n: numbers[int(v)] for n, v in
                          self.by_environment(timeline).items()},
                         {n: self.running.environment(n)["state"] for n in
                          ("dev", "prod", "staging", "qa", "gone")})
        [[(build, _)]] = self.results("Versions")
        self.assertEqual(build["version"], self.running.json("/version")["version"])
        [[(_, memory)]] = self.results("Memory")
        self.assertGreater(memory, 1 << 20)
        self.assertEqual(self.results("Configuration")[0][0][1], 1)
        self.assertEqual(self.results("State directory")[0][0][1], 1)


if __name__ == "__main__":
    unittest.main()
