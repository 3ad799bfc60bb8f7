"""The dashboard for Grafana: its form, by the types that Grafana publishes, and that each of its
queries returns from a real Prometheus what the daemon says.  Grafana itself is not here.
"""
import calendar
import copy
import json
import os
import re
import time
import unittest

import grafana
from harness import until
from prometheus import Watched, shipped

# What Grafana puts in their place where all are chosen, as they are at first; of a choice of
# several, their alternation.
VARIABLES = {"$job": ".*", "$environment": ".*", "$__rate_interval": "10s"}
STATES = ["in_sync", "migrating", "unconfirmed", "revision_mismatch", "drifted", "unstamped",
          "unknown"]
SEVERITIES = ("breaking", "additive", "cosmetic")


def replaced(expression, **chosen):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, chosen.get(name[1:], value))
    return expression


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def first(dashboard, kind):
    return next(p for p in dashboard["panels"] if p["type"] == kind)


def in_panel(kind, *path, **change):
    """A change of what that path leads to in the first panel of a kind."""
    def mutate(dashboard):
        at = first(dashboard, kind)
        for step in path:
            at = at[step]
        at.update(change)
    return mutate


# What Grafana would not take, or not heed.
WRONG = {
    "an unknown key": lambda d: d.update(titel="x"),
    "a version that is no number": lambda d: d.update(schemaVersion="38"),
    "an unknown key of a variable": lambda d: d["templating"]["list"][1].update(querry="x"),
    "a kind of variable": lambda d: d["templating"]["list"][1].update(type="querry"),
    "when a variable is read": lambda d: d["templating"]["list"][1].update(refresh=9),
    "a text for a truth": lambda d: d["annotations"]["list"][1].update(
        useValueForTime="false"),
    "what it needs has no name": lambda d: d["__requires"][0].pop("id"),
    "an unknown key of a row": in_panel("row", colapsed=True),
    "an unknown key of a panel": in_panel("stat", titel="x"),
    "a place without a width": lambda d: first(d, "stat")["gridPos"].pop("w"),
    "an unknown option": in_panel("stat", "options", colourMode="value"),
    "an option's value": in_panel("stat", "options", colorMode="valu"),
    "a text for a list": in_panel("stat", "options", "reduceOptions", calcs="lastNotNull"),
    "a mode of thresholds": in_panel("stat", "fieldConfig", "defaults", "thresholds",
                                     mode="abs"),
    "an unknown key of a query": in_panel("stat", "targets", 0, exp="x"),
    "a query without a text": lambda d: first(d, "stat")["targets"][0].pop("expr"),
    "a form of a query": in_panel("table", "targets", 0, format="tabel"),
    "an unknown order": in_panel("table", "options", "sortBy", 0, descending=True),
    "what is set for a column": in_panel("table", "fieldConfig", "overrides", 0, "properties",
                                         1, id="custom.celOptions"),
    "an unknown key of a line": in_panel("timeseries", "fieldConfig", "defaults", "custom",
                                         drawStile="line"),
    "how lines are drawn": in_panel("timeseries", "fieldConfig", "defaults", "custom",
                                    drawStyle="lines"),
    "an unknown key of a legend": in_panel("timeseries", "options", "legend", placment="right"),
    "which values are shown": in_panel("state-timeline", "options", showValue="no"),
}


class DashboardForm(unittest.TestCase):
    def setUp(self):
        self.dashboard = json.loads(shipped("grafana/pgdriftd.json"))
        self.panels = self.dashboard["panels"]

    def test_grafana_takes_it(self):
        """And would not take one with any of these faults."""
        parts = list(grafana.parts(self.dashboard))
        for change in WRONG.values():
            wrong = copy.deepcopy(self.dashboard)
            change(wrong)
            changed = [p for p, was in zip(grafana.parts(wrong), grafana.parts(
                self.dashboard)) if p != was]
            self.assertEqual(len(changed), 1)
            parts += changed
        found = grafana.complaints(parts)
        self.assertEqual("".join(found[:-len(WRONG)]), "")
        self.assertEqual([w for w, said in zip(WRONG, found[-len(WRONG):]) if not said], [])

    def test_columns_are_of_queries(self):
        """What is renamed, ordered and coloured is what the queries make."""
        for panel in self.panels:
            for step in panel.get("transformations", []):
                if step["id"] != "organize":
                    continue
                letters = {t["refId"] for t in panel["targets"]}
                names = step["options"]["renameByName"]
                for name in (*names, *step["options"]["excludeByName"],
                             *step["options"]["indexByName"]):
                    if name.startswith("Value #"):
                        self.assertIn(name[-1], letters, panel["title"])
                for override in panel["fieldConfig"]["overrides"]:
                    wanted = override["matcher"]["options"].split("|")
                    self.assertLessEqual(set(wanted), set(names.values()), panel["title"])
        for url in re.findall(r'"url": "(.*)"', shipped("grafana/pgdriftd.json")):
            self.assertTrue(url.startswith("/d/%s?" % self.dashboard["uid"]), url)
            for name in re.findall(r"var-([a-z]+)=", url):
                self.assertIn(name, [v["name"] for v in self.dashboard["templating"]["list"]])

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
    """Each panel beside what /status, /metrics or the kernel say.  A scrape is younger or older
    than an answer, so both are asked until they are of the same time."""

    service = {"interval": "2s"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = json.loads(shipped("grafana/pgdriftd.json"))
        cls.panels = {p["title"]: p for p in cls.dashboard["panels"] if p["type"] != "row"}
        for name, state in (("prod", "unstamped"), ("staging", "drifted"),
                            ("qa", "revision_mismatch"), ("gone", "unknown")):
            cls.running.wait_state(name, state)

    def results(self, title, **chosen):
        """Of each target of the panel."""
        return [self.prometheus.query(replaced(t["expr"], **chosen))
                for t in self.panels[title]["targets"]]

    def said(self):
        """What the daemon says of each environment."""
        names = [e["name"] for e in self.running.json("/status")["environments"]]
        self.assertEqual(sorted(names), ["dev", "gone", "prod", "qa", "staging"])
        return {name: self.running.environment(name) for name in names}

    def of_each(self, value):
        """Of each environment of which value() says something, by name."""
        said = {(name,): value(e) for name, e in self.said().items()}
        return {name: v for name, v in said.items() if v is not None}

    def findings(self, severity):
        return self.of_each(lambda e: None if e["schema"]["findings"] is None else sum(
            i["severity"] == severity for i in e["schema"]["items"]))

    def told(self, metric, *labels):
        """What /metrics has of it, by these labels."""
        return {tuple(dict(found)[n] for n in labels): value
                for (name, found), value in self.running.metrics().items() if name == metric}

    def same(self, title, expected, *labels, seen=lambda value: value):
        """Until each target's series, known by these labels, have the values, as they are seen,
        that expected() has of them: a dict for each target."""
        last = None

        def probe():
            nonlocal last
            last = expected(), [{
                tuple(found.get(name, "") for name in labels): seen(value)
                for found, value in target} for target in self.results(title)]
            return last[0] == last[1]
        try:
            until(title, probe)
        except AssertionError:
            self.fail("%s: %r is said, %r is shown" % (title, *last))

    def test_states(self):
        for state in STATES:
            self.same(state.replace("_", " "), lambda s=state: [
                {(): self.running.json("/status")["summary"][s]}])
        self.same("Findings that break", lambda: [{(): sum(
            self.findings("breaking").values())}])

    def test_table(self):
        def time_of(part, key):
            return self.of_each(lambda e: e[part][key] and seconds(e[part][key]))

        def expected():
            """In the order of its targets; a state is a label, and all else a value."""
            columns = [self.findings(s) for s in SEVERITIES] + [
                self.of_each(lambda e: e["revision"]["behind"]),
                time_of("schema", "drift_since"), time_of("check", "last_success_at")]
            return [{(n, e["state"]): 1 for n, e in self.said().items()}] + [
                {(*name, ""): value for name, value in column.items()} for column in columns]
        # Times are in milliseconds, and nothing else is as large.
        self.same("States", expected, "environment", "state",
                  seen=lambda value: value // 1000 if value > 1e9 else value)
        _, breaking, additive, _, behind, since, success = expected()
        self.assertEqual((breaking[("staging", "")], additive[("staging", "")],
                          behind[("qa", "")]), (1, 1, 2))
        self.assertEqual(({n for n, _ in since}, ("gone", "") in success), ({"staging"}, False))

    def test_over_time(self):
        self.same("States over time", lambda: [self.of_each(
            lambda e: STATES.index(e["state"]))], "environment")
        self.same("Findings over time", lambda: [{
            (*name, s): value for s in SEVERITIES for name, value in self.findings(s).items()}],
            "environment", "severity")
        self.same("Revisions behind", lambda: [self.of_each(
            lambda e: e["revision"]["behind"])], "environment")
        said = {}

        def expected():
            said.update(self.of_each(lambda e: e["schema"]["drift_since"] and seconds(
                e["schema"]["drift_since"])))
            return [said]

        def began(ago):
            """As /status says it, which has whole seconds; and it is a while since asked."""
            at = time.time() - ago
            return next((s for s in said.values() if abs(at - s) < 2), at)
        self.same("Drift since", expected, "environment", seen=began)

    def test_revisions(self):
        self.same("Revisions", lambda: [{
            (name, role, revision): 1 for name, e in self.said().items()
            for role in ("recorded", "expected") for revision in e["revision"][role]}],
            "environment", "role", "revision")

    def test_checks(self):
        self.same("Duration of checks", lambda: [self.of_each(
            lambda e: e["check"]["duration_seconds"])], "environment")
        self.same("Lateness of checks", lambda: [self.of_each(
            lambda e: e["check"]["lateness_seconds"])], "environment")
        self.same("Failures by reason", lambda: [{
            (name, e["check"]["reason"]): True for name, e in self.said().items()
            if e["check"]["reason"]}], "environment", "reason", seen=lambda value: value > 0)

    def test_process(self):
        self.running.get("/nowhere")
        self.same("HTTP requests", lambda: [dict.fromkeys(self.told(
            "pgdriftd_http_requests_total", "handler", "code"), True)], "handler", "code",
                  seen=lambda value: value >= 0)
        # Four scrapes a second, of which some may come late, and few are there at first.
        until("the rate of scrapes", lambda: [
            v for found, v in self.results("HTTP requests")[0]
            if found["handler"] == "metrics" and 1 < v < 10])
        with open("/proc/%d/status" % self.running.process.pid, encoding="utf-8") as f:
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", f.read()).group(1)) * 1024
        for job in (VARIABLES["$job"], "pgdriftd"):
            self.assertEqual([len(self.results(t, job=job)[0]) for t in ("Memory", "CPU")], [1, 1])
        [[(_, memory)]] = self.results("Memory")
        self.assertAlmostEqual(memory / resident, 1, delta=0.3)
        [[(_, processors)]] = self.results("CPU")
        self.assertTrue(0 < processors < os.cpu_count(), processors)
        names = ("version", "libpq_version")
        self.same("Versions", lambda: [self.told("pgdriftd_build_info", *names)], *names)
        [[(build, _)]] = self.results("Versions")
        self.assertEqual(build["version"], self.running.json("/version")["version"])
        self.same("State directory", lambda: [self.told("pgdriftd_store_up")])

    def test_configuration(self):
        with open(self.running.file, encoding="utf-8") as f:
            good = f.read()
        self.same("Configuration", lambda: [{(): 1}])
        try:
            with open(self.running.file, "a", encoding="utf-8") as f:
                f.write("nonsense {")
            self.running.reload()
            self.same("Configuration", lambda: [{(): 0}])
        finally:
            with open(self.running.file, "w", encoding="utf-8") as f:
                f.write(good)
            self.running.reload()
        self.same("Configuration", lambda: [{(): 1}])

    def test_each_panel_is_compared(self):
        with open(__file__, encoding="utf-8") as f:
            compared = set(re.findall(r'self\.same\(\s*"([^"]+)"', f.read()))
        compared |= {s.replace("_", " ") for s in STATES} | {"Memory", "CPU"}
        self.assertEqual(set(self.panels), compared)

    def test_what_variables_offer(self):
        offered = {}
        for variable in self.dashboard["templating"]["list"][1:]:
            selector, label = re.fullmatch(r"label_values\((.*), ([a-z]+)\)",
                                           variable["query"]["query"]).groups()
            offered[label] = json.loads(self.prometheus.get(
                "/api/v1/label/%s/values" % label, **{"match[]": replaced(selector)}))["data"]
        self.assertEqual(offered, {"job": ["pgdriftd"], "environment": sorted(self.said())})

    def test_what_is_chosen(self):
        """Each panel shows that, and no more; what is of no environment goes by the job."""
        for title, panel in self.panels.items():
            self.assertEqual(sum(map(len, self.results(title, job="other"))), 0, title)
            of_some = ["environment=" in t["expr"] for t in panel["targets"]]
            if not any(of_some):
                self.assertRegex(panel["targets"][0]["expr"], r"process_|_http_|_build_info|"
                                 r"_store_up|_config_last_reload_successful")
                continue
            self.assertTrue(all(of_some), title)
            self.assertEqual(sum(map(len, self.results(title, environment="none"))), 0, title)
            for found in self.results(title, environment="(staging|qa)"):
                self.assertLessEqual({f.get("environment", "qa") for f, _ in found},
                                     {"staging", "qa"}, title)
        self.assertEqual([self.results("drifted", environment=e)[0][0][1] for e in (
            "staging", "qa", "(staging|qa)")], [1, 0, 1])

    def test_z_changes_are_marked(self):
        """By the name and the state that /status has then."""
        mark = self.dashboard["annotations"]["list"][1]
        self.assertEqual((mark["titleFormat"], mark["textFormat"]),
                         ("{{environment}}", "is {{state}}"))
        database = self.databases["qa"]
        self.addCleanup(self.running.wait_state, "qa", "revision_mismatch")
        self.addCleanup(self.project.run, database, "downgrade", self.ids[2])
        self.project.run(database, "upgrade", "head")
        self.running.wait_state("qa", "in_sync")
        until("its mark", lambda: ("qa", "in_sync") in {
            (found["environment"], found["state"])
            for found, value in self.prometheus.query(replaced(mark["expr"])) if value > 0})


if __name__ == "__main__":
    unittest.main()
