"""What a real Prometheus makes of a real daemon with the rules that are shipped, and what
a real Alertmanager tells of it.  Only durations are shorter than shipped.
"""
import datetime
import json
import os
import time
import unittest

from harness import alone, until
from prometheus import Watched


@alone
class Alerting(Watched):
    def test_breaking_drift_pages(self):
        alert = self.told("/page", "firing", "SchemaDriftDetected", environment="staging")
        self.assertEqual(alert["labels"], {
            "alertname": "SchemaDriftDetected", "severity": "critical", "job": "pgdriftd",
            "instance": "127.0.0.1:%d" % self.running.port, "environment": "staging",
            "tier": "staging"})
        self.assertIn("(findings: 1)", alert["annotations"]["description"])
        # The other one is additive: Prometheus knows, and who is paged is not told twice.
        known = until("both", lambda: {
            s["severity"] for s, value in self.prometheus.query(
                'ALERTS{alertname="SchemaDriftDetected",alertstate="firing"}')} ==
            {"critical", "warning"})
        self.assertTrue(known)
        self.assertEqual(self.receiver.alerts("/ticket", "firing", environment="staging",
                                              alertname="SchemaDriftDetected"), [])

    def test_revision_mismatch_is_a_ticket(self):
        alert = self.told("/ticket", "firing", "SchemaRevisionMismatch", environment="qa")
        self.assertIn("Migrations wait to be run in qa (2 of them)",
                      alert["annotations"]["description"])
        self.assertEqual(self.receiver.alerts("/page", "firing", environment="qa"), [])

    def test_unstamped_until_it_is_stamped(self):
        alert = self.told("/page", "firing", "SchemaDatabaseUnstamped", environment="prod")
        self.assertEqual(alert["labels"]["severity"], "critical")
        self.assertEqual(alert["annotations"], {
            "summary": "The database of prod is not stamped",
            "description":
                "prod has tables, but records no revision: the next migration would start"
                " from nothing and fail, or never run. The hint of its page says which"
                " revision its schema is of; run `alembic stamp` with that, and let the"
                " role of pgdriftd read the version table.",
            "dashboard_url": "https://ops.example.org/drift/environments/prod",
            "runbook": "alerting.md#schemadatabaseunstamped"})
        # The link leads there: a proxy would have taken off the path, or not.
        page = self.running.get("/drift/environments/prod")
        self.assertEqual(page.status, 200)
        database = self.databases["prod"]
        self.project.run(database, "stamp", "head")
        # It is there now, and may not be read: that is another thing than unstamped.
        self.told("/ticket", "firing", "SchemaCheckFailing", environment="prod")
        self.server.sql("GRANT SELECT ON alembic_version TO watcher", database)
        self.told("/page", "resolved", "SchemaDatabaseUnstamped", environment="prod")
        self.told("/ticket", "resolved", "SchemaCheckFailing", environment="prod")
        self.assertEqual(self.running.environment("prod")["state"], "in_sync")

    def test_state_directory_full(self):
        if not self.is_small:
            self.skipTest("nothing can be mounted here")
        filler = os.path.join(self.state, "filler")
        with self.assertRaises(OSError), open(filler, "wb", buffering=0) as f:
            while True:
                f.write(b"x" * 4096)
        # Something has to be written down.
        self.server.sql("CREATE TABLE by_hand_too (a int)", self.databases["staging"])
        alert = self.told("/ticket", "firing", "SchemaMonitorStoreDown")
        self.assertEqual(alert["annotations"]["dashboard_url"],
                         "https://ops.example.org/drift/")
        os.unlink(filler)
        self.told("/ticket", "resolved", "SchemaMonitorStoreDown")

    def wait_a_round(self):
        """Until Alertmanager has told all that it knew before: between the begin and the end
        of an alert of another group it waits for as long as in any group."""
        labels = {"alertname": "Another", "severity": "critical", "instance": "another"}
        self.alertmanager.tell(labels=labels)
        self.told("/page", "firing", "Another")
        self.alertmanager.tell(labels=labels, endsAt=datetime.datetime.now(
            datetime.timezone.utc).isoformat())
        self.told("/page", "resolved", "Another")

    def test_z_daemon_down(self):
        """It begins anew in between, which nobody is to notice; and while it is away, nobody is
        told that the drift has ended."""
        self.told("/page", "firing", "SchemaDriftDetected", environment="staging")
        stopped = time.monotonic()
        self.running.stop()
        self.running.start()
        is_short = time.monotonic() - stopped < 1.5  # SchemaMonitorDown waits for 2 s
        self.running.wait_state("staging", "drifted")
        if is_short:
            self.assertEqual(self.receiver.alerts("/page", "firing",
                                                  alertname="SchemaMonitorDown"), [])
        self.assertEqual(self.receiver.alerts("/page", "resolved", environment="staging"),
                         [])
        self.running.stop()
        alert = self.told("/page", "firing", "SchemaMonitorDown")
        self.assertEqual(alert["labels"]["instance"],
                         "127.0.0.1:%d" % self.running.port)
        # Alertmanager knows no more of it, and what it would tell of that it has told.
        until("its end", lambda: "SchemaDriftDetected" not in {
            a["labels"]["alertname"] for a in json.loads(
                self.alertmanager.get("/api/v2/alerts"))})
        self.wait_a_round()
        self.assertEqual(self.receiver.alerts("/page", "resolved", environment="staging"),
                         [])
        self.running.start()
        self.told("/page", "resolved", "SchemaMonitorDown")


if __name__ == "__main__":
    unittest.main()
