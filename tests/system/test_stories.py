"""Stories of operators' lives, told by the real daemon, judged by the shipped rules: the
right alert fires, once, and no other.

What /metrics says in each chapter is recorded; promtool then lets the chapters last for
minutes and hours.
"""
import datetime
import os
import re
import subprocess
import threading
import time
import unittest

from harness import HERE, directory, environment, lengthy, until, write
from shop import Shop

RULES = os.path.join(HERE, "../../etc/prometheus/alerts.yml")
SAMPLES = 4  # recorded of each chapter, and repeated
QUIET = {}


class Chapter:
    """`minutes` of a story, with what /metrics said in it."""

    def __init__(self, minutes, recorded, before):
        self.minutes = minutes
        self.recorded = recorded  # [(time, samples)]
        self.began, self.ended = before, recorded[-1][0]


class Story:
    """Chapters, as the series of a test of promtool."""

    def __init__(self):
        self.chapters = []
        self.began = time.time()

    def add(self, running, minutes):
        """Record the daemon as it is now."""
        recorded = []
        before = self.chapters[-1].ended if self.chapters else self.began
        for _ in range(SAMPLES):
            recorded.append((time.time(), running.metrics()))
            checks = running.checks("prod")
            until("one check more", lambda: running.checks("prod") > checks)
        self.chapters.append(Chapter(minutes, recorded, before))

    def minutes(self):
        return sum(c.minutes for c in self.chapters)

    def time_of(self, value, at, minute):
        """When that was, as the story has it: seconds."""
        if value > at:
            return minute * 60 + value - at
        begin = 0
        for chapter in self.chapters:
            if value <= chapter.ended:
                break
            begin += chapter.minutes
        return begin * 60

    def value(self, name, value, chapter, minute, at):
        if not name.endswith("_timestamp_seconds"):
            return value
        if name.startswith("pgdriftd_last_") and value > chapter.began:
            return minute * 60  # checks go on
        return self.time_of(value, at, minute)

    def series(self):
        """{series: its values, a minute each}"""
        out, minute = {}, 0
        for chapter in self.chapters:
            for i in range(chapter.minutes):
                at, samples = chapter.recorded[i % len(chapter.recorded)]
                for (name, labels), value in samples.items():
                    key = "%s{%s}" % (name, ",".join(
                        '%s="%s"' % label for label in sorted(
                            [*labels, ("instance", "here"), ("job", "pgdriftd")])))
                    values = out.setdefault(key, [])
                    values += ["stale"] * (minute - len(values))
                    values.append("%r" % self.value(name, value, chapter, minute, at))
                minute += 1
        for values in out.values():
            values += ["stale"] * (minute - len(values))
        out['up{instance="here",job="pgdriftd"}'] = ["1"] * minute
        return out

    def judge(self, firing):
        """What promtool says against `firing`: {alert: [(first minute, last)]}."""
        lines = ["rule_files: [%s]" % os.path.abspath(RULES), "evaluation_interval: 1m",
                 "tests:", "- interval: 1m", "  input_series:"]
        for series, values in self.series().items():
            lines.append("  - series: '%s'\n    values: '%s'" % (series, " ".join(values)))
        lines.append("  promql_expr_test:")
        for minute in range(self.minutes()):
            lines.append("  - expr: count by (alertname) (ALERTS{alertstate='firing'})\n"
                         "    eval_time: %dm\n    exp_samples:" % minute)
            for alert, spans in firing.items():
                if any(a <= minute <= b for a, b in spans):
                    lines.append("    - labels: '{alertname=\"%s\"}'\n      value: 1" % alert)
        path = write(os.path.join(directory("story"), "test.yml"), "\n".join(lines) + "\n")
        done = subprocess.run(["promtool", "test", "rules", path], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, re.sub(r'\s*expr: .*time: (\w+),\s*exp:(.*)\s*got:(.*)',
                                       r"\n\1: expected\2, got\3", done.stdout)


@lengthy
class Stories(Shop):
    def setUp(self):
        super().setUp()
        self.story = Story()

    def tell(self, prod, **keys):
        """The daemon that watches dev and prod."""
        self.prod = prod
        self.reference = self.at()
        self.running = self.daemon(self.config(**keys), service={"interval": "200ms"})
        return self.running

    def config(self, dsn=None, **keys):
        return self.migrations() + environment(
            "dev", self.server.dsn(self.reference), migrations="shop",
        ) + environment("prod", dsn or self.server.dsn(self.prod), **{
            "migrations": "shop", "expect": "environment:dev", **keys})

    def chapter(self, minutes, what, probe):
        """Wait until the daemon says so, and record it."""
        until(what, lambda: probe(self.running.environment("prod")))
        self.story.add(self.running, minutes)

    def state(self, minutes, state):
        self.chapter(minutes, state, lambda found: found["state"] == state)

    def ends(self, **firing):
        status, text = self.story.judge(firing)
        self.assertEqual(status, 0, text)

    def test_drift_with_flapping(self):
        """Job tables come and go beside a difference that stays."""
        self.tell(self.at(), confirm=2)
        self.state(10, "in_sync")
        self.server.sql("ALTER TABLE step1 ADD hotfix text", self.prod)
        over = threading.Event()

        def work():
            session = self.server.session(self.prod)
            session.run("CREATE TABLE job_0 (id integer)")
            i = 0
            # More and more slowly: what takes longer than that to be read never stands.
            while not over.wait(0.2 + i / 50):
                session.run("CREATE TABLE job_%d (id integer); DROP TABLE job_%d" % (
                    i + 1, i))
                i += 1
            session.run("DROP TABLE job_%d" % i)
            session.close()
        thread = threading.Thread(target=work)
        thread.start()
        try:
            self.state(60, "drifted")
        finally:
            over.set()
            thread.join()
        self.state(20, "drifted")
        self.server.sql("ALTER TABLE step1 DROP hotfix", self.prod)
        self.state(10, "in_sync")
        self.ends(SchemaDriftDetected=[(20, 89)])

    def test_one_more_difference(self):
        """Drift of weeks, and another that is not confirmed yet."""
        self.tell(self.at(change="ALTER TABLE step1 ADD hotfix text"), confirm=3)
        self.state(30, "drifted")
        self.server.sql("CREATE TABLE another (id integer)", self.prod)
        self.chapter(30, "the other", lambda f: f["schema"]["findings"] == 2)
        self.ends(SchemaDriftDetected=[(10, 59)])

    def test_a_mistyped_dsn(self):
        """Mended after some minutes: what was drifted has been so all the time."""
        self.tell(self.at(change="ALTER TABLE step1 ADD hotfix text"))
        self.state(30, "drifted")
        self.running.reload(self.config(self.server.dsn(self.prod + "x")))
        self.state(5, "unknown")
        self.running.reload(self.config())
        self.state(30, "drifted")
        self.ends(SchemaDriftDetected=[(10, 64)])

    def test_a_reference_that_is_reset(self):
        """Nothing is wrong with prod; that it is not compared is told if it lasts."""
        self.tell(self.at())
        self.state(10, "in_sync")
        self.server.sql("SET client_min_messages = error; DROP SCHEMA public CASCADE;"
                        "CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO public",
                        self.reference)
        self.state(60, "unknown")
        self.project.upgrade(self.reference)
        self.state(20, "in_sync")
        self.ends(SchemaDatabaseEmpty=[(15, 69)], SchemaNotCompared=[(40, 69)])

    def test_a_stuck_migration(self):
        self.tell(self.at(self.ids[3]))
        self.chapter(10, "behind", lambda f: f["revision"]["status"] == "behind")
        session = self.session(self.prod)
        session.run("BEGIN; UPDATE alembic_version SET version_num = '%s';"
                    "LOCK TABLE alembic_version" % self.ids[4])
        self.state(60, "migrating")
        session.run("COMMIT")
        self.chapter(10, "at head", lambda f: f["revision"]["status"] == "at_head")
        self.ends(SchemaMigrationHangs=[(46, 69)])

    def test_a_deploy(self):
        """dev first, prod a quarter of an hour later: nobody is called."""
        self.tell(self.at(self.ids[3]))
        self.project.run(self.reference, "downgrade", self.ids[3])
        self.chapter(10, "r4", lambda f: f["schema"]["status"] == "in_sync")
        self.project.upgrade(self.reference)
        self.chapter(15, "a release", lambda f: f["revision"]["status"] == "behind")
        self.project.upgrade(self.prod)
        self.state(60, "in_sync")
        self.ends(**QUIET)

    def test_a_loss_while_a_release_is_pending(self):
        """dev is one revision ahead, and somebody drops a table of prod."""
        self.tell(self.at(self.ids[3]))
        self.project.run(self.reference, "downgrade", self.ids[3])
        self.chapter(4, "r4", lambda f: f["schema"]["status"] == "in_sync")
        self.project.upgrade(self.reference)
        self.chapter(10, "a release", lambda f: f["revision"]["status"] == "behind")
        self.server.sql("DROP TABLE step1", self.prod)
        self.chapter(15, "the loss", lambda f: f["schema"]["status"] == "drifted")
        self.ends(SchemaDriftDetected=[(24, 28)])

    def test_a_rule_that_expires(self):
        """Told a week before; what it hid is drift on the day."""
        day = datetime.date.today() + datetime.timedelta(days=3)
        rule = "table:public.extra until=%s" % day
        self.tell(self.at(change="CREATE TABLE extra (id integer)"), ignore=[rule])
        self.state(120, "in_sync")
        self.assertEqual(self.running.environment("prod")["schema"]["expiring_rules"], [rule])
        self.assertEqual(self.running.log().count("is about to expire"), 1)
        self.ends(SchemaIgnoreRuleExpires=[(60, 119)])


if __name__ == "__main__":
    unittest.main()
