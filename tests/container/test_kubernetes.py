"""The manifests of etc/kubernetes: Kubernetes takes them, what they name is there, the
container may do nothing it need not, and pgdriftd takes the configuration."""
import copy
import glob
import json
import os
import re
import subprocess
import unittest

import npm
import yaml
from harness import directory, program, write
from podman import CONTAINERFILE, TOP

TYPES = ("kubernetes-models", "@kubernetes-models/apimachinery", "@kubernetes-models/base",
         "@kubernetes-models/prometheus-operator")


def manifests():
    """By kind."""
    found = {}
    for file in sorted(glob.glob(os.path.join(TOP, "etc/kubernetes/*.yaml"))):
        with open(file, encoding="utf-8") as f:
            for document in yaml.safe_load_all(f):
                found[document["kind"]] = document
    return found


def type_of(manifest):
    """Module and name of the type."""
    group, kind = manifest["apiVersion"], manifest["kind"]
    home = "@kubernetes-models/prometheus-operator" if "coreos" in group else \
        "kubernetes-models"
    return "%s/%s/%s" % (home, group, kind), "I" + kind


def complaints(documents):
    """What the compiler says of them as literals of their types: that a key is unknown or
    missing, or a value of another type."""
    where = directory("types")
    for name in TYPES:
        npm.package(name)
    os.symlink(os.path.join(npm.home(), "node_modules"), os.path.join(where, "node_modules"))
    lines = []
    for i, document in enumerate(documents):
        module, name = type_of(document)
        lines.append('import { %s as T%d } from "%s";' % (name, i, module))
        lines.append("export const v%d: T%d = %s;" % (i, i, json.dumps(document)))
    file = write(os.path.join(where, "all.ts"), "\n".join(lines))
    done = subprocess.run(
        ["node", os.path.join(npm.package("typescript"), "lib/tsc.js"), "--noEmit", "--strict",
         "--skipLibCheck", "--target", "es2020", "--module", "commonjs",
         "--moduleResolution", "node", "--preserveSymlinks", file],
        stdout=subprocess.PIPE, text=True, cwd=where, check=False)
    return done.stdout


class Manifests(unittest.TestCase):
    def setUp(self):
        self.all = manifests()
        self.set = self.all["StatefulSet"]["spec"]
        self.pod = self.set["template"]["spec"]
        self.main, = self.pod["containers"]

    def test_kubernetes_takes_them(self):
        self.assertEqual(complaints(self.all.values()), "")
        # And would refuse these.
        for change in (lambda s: s["template"]["spec"]["containers"][0].update(imagee="x"),
                       lambda s: s.pop("selector"), lambda s: s.update(replicas="1"),
                       lambda s: s["template"]["spec"]["securityContext"].update(run=1)):
            wrong = copy.deepcopy(self.all["StatefulSet"])
            change(wrong["spec"])
            self.assertIn("error TS", complaints([wrong]))

    def test_one_writer(self):
        self.assertEqual(self.set["replicas"], 1)
        claim, = self.set["volumeClaimTemplates"]
        self.assertEqual(claim["spec"]["accessModes"], ["ReadWriteOnce"])
        mounts = {m["name"]: m["mountPath"] for m in self.main["volumeMounts"]}
        self.assertEqual(mounts[claim["metadata"]["name"]], "/var/lib/pgdriftd")

    def test_no_more_than_it_needs(self):
        """What the standard `restricted` for pods asks for, and more."""
        pod = self.pod["securityContext"]
        self.assertTrue(pod["runAsNonRoot"])
        self.assertEqual(pod["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertFalse(self.pod["automountServiceAccountToken"])
        self.assertFalse(self.all["ServiceAccount"]["automountServiceAccountToken"])
        for container in self.pod["initContainers"] + [self.main]:
            own = container["securityContext"]
            self.assertEqual(own["capabilities"], {"drop": ["ALL"]})
            self.assertTrue(own["readOnlyRootFilesystem"])
            self.assertFalse(own["allowPrivilegeEscalation"])
            self.assertIn("memory", container["resources"]["limits"])
        for mount in self.main["volumeMounts"]:
            self.assertEqual(mount.get("readOnly", False), mount["name"] != "state")

    def test_they_fit_together(self):
        with open(CONTAINERFILE, encoding="utf-8") as f:
            image = f.read()
        uid = int(re.search(r"^USER (\d+):\1$", image, re.M).group(1))
        pod = self.pod["securityContext"]
        self.assertEqual({pod["runAsUser"], pod["runAsGroup"], pod["fsGroup"]}, {uid})
        port = int(re.search(r"^EXPOSE (\d+)/tcp$", image, re.M).group(1))
        ports = {p["name"]: p["containerPort"] for p in self.main["ports"]}
        self.assertEqual(ports, {"http": port})
        service = self.all["Service"]["spec"]
        labels = self.set["template"]["metadata"]["labels"].items()
        for selector in (self.set["selector"]["matchLabels"], service["selector"],
                         self.all["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]):
            self.assertLessEqual(selector.items(), labels)
        self.assertEqual(self.all["ServiceMonitor"]["spec"]["selector"]["matchLabels"],
                         self.all["Service"]["metadata"]["labels"])
        self.assertEqual([(p["port"], p["targetPort"]) for p in service["ports"]],
                         [(port, "http")])
        for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
            self.assertEqual(self.main[probe]["httpGet"], {"path": path, "port": "http"})
        self.assertEqual(self.pod["serviceAccountName"],
                         self.all["ServiceAccount"]["metadata"]["name"])
        volumes = {v["name"]: v for v in self.pod["volumes"]}
        self.assertEqual(volumes["config"]["configMap"]["name"],
                         self.all["ConfigMap"]["metadata"]["name"])
        self.assertEqual(volumes["secrets"]["secret"]["secretName"],
                         self.all["Secret"]["metadata"]["name"])
        self.assertEqual({m["name"] for m in self.main["volumeMounts"]},
                         set(volumes) | {"state"})

    def test_the_configuration(self):
        """It is taken, and each password that it names is in the Secret."""
        where = directory("kubernetes")
        secrets = self.all["Secret"]["stringData"]
        for name, text in secrets.items():
            write(os.path.join(where, name), text)
        migrations = directory("migrations")
        write(os.path.join(migrations, "a.py"), "revision = 'a'\ndown_revision = None\n"
              "def upgrade(): pass\ndef downgrade(): pass\n")
        text, = self.all["ConfigMap"]["data"].values()
        self.assertEqual(set(re.findall(r'password_file = "(.*?)"', text)), set(secrets))
        file = write(os.path.join(where, "pgdriftd.conf"),
                     text.replace("/srv/migrations", migrations))
        variables = {v["name"]: v["value"] for v in self.main["env"]}
        mounts = {m["name"]: m["mountPath"] for m in self.main["volumeMounts"]}
        self.assertEqual(variables["CREDENTIALS_DIRECTORY"], mounts["secrets"])
        done = program("config", "check", "-c", file, env=dict(
            variables, CREDENTIALS_DIRECTORY=where))
        self.assertEqual((done.status, done.err), (0, ""), repr(done))


if __name__ == "__main__":
    unittest.main()
