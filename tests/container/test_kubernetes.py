"""The manifests of etc/kubernetes: Kubernetes takes them, what they name is there, the
container may do nothing it need not, and pgdriftd takes the configuration.

Kubernetes is not here.  Its schemas, and that of the Prometheus operator's definitions, say what
a value may be (its form, its range, a choice), and let pass what they do not know; types made
of the same know each key that there is."""
import copy
import glob
import json
import os
import re
import subprocess
import unittest

import typed
import yaml
from harness import directory, program, write
from podman import CONTAINERFILE, TOP

TYPES = ("kubernetes-models", "@kubernetes-models/apimachinery", "@kubernetes-models/base",
         "@kubernetes-models/prometheus-operator")
SCHEMAS = TYPES + ("@kubernetes-models/validate", "ajv", "ajv-formats")
# What these packages load besides, for formats that no manifest here has.
UNUSED = {"ajv-formats-draft2019/formats/index.js": "{}", "is-cidr/index.js": "() => 0",
          "ajv-i18n/localize/en/index.js": "() => 0"}
# Group of the API: the package, and how its schemas are called.
GROUPS = {
    "": ("kubernetes-models", "IoK8sApiCore"),
    "apps": ("kubernetes-models", "IoK8sApiApps"),
    "networking.k8s.io": ("kubernetes-models", "IoK8sApiNetworking"),
    "monitoring.coreos.com": (
        "@kubernetes-models/prometheus-operator",
        "ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoring"),
}
VALIDATE = """
import { readFileSync } from "node:fs";
const said = [];
for (const [file, document] of JSON.parse(readFileSync(0, "utf8"))) {
  const { validate } = await import(file);
  said.push(validate(document) ? "" : JSON.stringify(validate.errors));
}
console.log(JSON.stringify(said));
"""


def manifests():
    """By kind, as JSON has them."""
    found = {}
    for file in sorted(glob.glob(os.path.join(TOP, "etc/kubernetes/*.yaml"))):
        with open(file, encoding="utf-8") as f:
            for document in yaml.safe_load_all(f):
                found[document["kind"]] = document
    return json.loads(json.dumps(found))


def with_password():
    """The ServiceMonitor with what it has commented out."""
    with open(os.path.join(TOP, "etc/kubernetes/servicemonitor.yaml"), encoding="utf-8") as f:
        return yaml.safe_load(re.sub(r"(?m)^( +)# (?=basicAuth:|  (username|password): )", r"\1",
                                     f.read()))


def rules():
    """The alerts, as docs/containers.md has them go into a manifest."""
    with open(os.path.join(TOP, "etc/prometheus/alerts.yml"), encoding="utf-8") as f:
        return {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
                "metadata": {"name": "pgdriftd"}, "spec": yaml.safe_load(f)}


def of_types(documents):
    """What the compiler says of each."""
    head, literals = [], []
    for i, document in enumerate(documents):
        home, _ = GROUPS[document["apiVersion"].rpartition("/")[0]]
        head.append('import { I%s as T%d } from "%s/%s/%s";' % (
            document["kind"], i, home, document["apiVersion"], document["kind"]))
        literals.append(("T%d" % i, document))
    return typed.complaints(TYPES, "\n".join(head), literals)


def of_schemas(documents):
    """What their schemas say of each."""
    where = typed.modules(SCHEMAS)
    for name, value in UNUSED.items():
        place = os.path.join(where, "node_modules", name)
        os.makedirs(os.path.dirname(place))
        write(place, "module.exports = %s;\n" % value)
    given = []
    for document in documents:
        group, _, version = document["apiVersion"].rpartition("/")
        home, name = GROUPS[group]
        given.append(("./node_modules/%s/_schemas/%s%s%s.js" % (
            home, name, version.capitalize(), document["kind"]), document))
    write(os.path.join(where, "validate.mjs"), VALIDATE)
    done = subprocess.run(
        ["node", "--preserve-symlinks", "--preserve-symlinks-main", "validate.mjs"],
        input=json.dumps(given), stdout=subprocess.PIPE, text=True, cwd=where, check=True)
    return json.loads(done.stdout)


def complaints(documents):
    return [a + b for a, b in zip(of_types(documents), of_schemas(documents))]


def misfits(found):
    """What one of them names and another does not have."""
    wrong = []

    def hold(what, name, there):
        if name not in there:
            wrong.append("%s: %r is not in %r" % (what, name, there))
    with open(CONTAINERFILE, encoding="utf-8") as f:
        image = f.read()
    uid = int(re.search(r"^USER (\d+):\1$", image, re.M).group(1))
    port = int(re.search(r"^EXPOSE (\d+)/tcp$", image, re.M).group(1))
    stateful, service = found["StatefulSet"]["spec"], found["Service"]
    pod = stateful["template"]["spec"]
    main, = pod["containers"]
    for key in ("runAsUser", "runAsGroup", "fsGroup"):
        hold(key, pod["securityContext"][key], [uid])
    labels = list(stateful["template"]["metadata"]["labels"].items())
    policy = found["NetworkPolicy"]["spec"]
    for kind, selector, there in (
            ("StatefulSet", stateful["selector"]["matchLabels"], labels),
            ("Service", service["spec"]["selector"], labels),
            ("NetworkPolicy", policy["podSelector"]["matchLabels"], labels),
            ("ServiceMonitor", found["ServiceMonitor"]["spec"]["selector"]["matchLabels"],
             list(service["metadata"]["labels"].items()))):
        for label in selector.items():
            hold(kind + ": selector", label, there)
    ports = {p["name"]: p["containerPort"] for p in main["ports"]}
    hold("port of the container", ports.get("http"), [port])
    for one in service["spec"]["ports"]:
        hold("Service: targetPort", one["targetPort"], list(ports))
        hold("Service: port", one["port"], [port])
    for endpoint in found["ServiceMonitor"]["spec"]["endpoints"]:
        hold("ServiceMonitor: port", endpoint["port"], [
            p["name"] for p in service["spec"]["ports"]])
        hold("ServiceMonitor: path", endpoint["path"], ["/metrics"])
        for step in endpoint["relabelings"]:
            hold("ServiceMonitor: " + step["targetLabel"], step["replacement"], [
                "${1}:%d" % one["port"] for one in service["spec"]["ports"]])
    for rule in policy["ingress"]:
        for one in rule["ports"]:
            hold("NetworkPolicy: port", one["port"], list(ports.values()))
    for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        hold(probe, main[probe]["httpGet"]["path"], [path])
        hold(probe, main[probe]["httpGet"]["port"], list(ports))
    hold("serviceName", stateful["serviceName"], [service["metadata"]["name"]])
    hold("serviceAccountName", pod["serviceAccountName"], [
        found["ServiceAccount"]["metadata"]["name"]])
    volumes = {v["name"]: v for v in pod["volumes"]}
    volumes.update((c["metadata"]["name"], {}) for c in stateful["volumeClaimTemplates"])
    mounted = [m["name"] for c in pod["initContainers"] + [main] for m in c["volumeMounts"]]
    for name in mounted:
        hold("volumeMounts", name, list(volumes))
    for name, volume in volumes.items():
        hold("volumes", name, mounted)
        if "configMap" in volume:
            hold("configMap", volume["configMap"]["name"], [
                found["ConfigMap"]["metadata"]["name"]])
        if "secret" in volume:
            hold("secret", volume["secret"]["secretName"], [
                found["Secret"]["metadata"]["name"]])
    return wrong


def container(found):
    return found["StatefulSet"]["spec"]["template"]["spec"]["containers"][0]


def pod_of(found):
    return found["StatefulSet"]["spec"]["template"]["spec"]


# A kind and a change of it that Kubernetes would refuse, or, worse, take and not heed.
REFUSED = (
    ("StatefulSet", lambda d: container(d).update(imagee="x")),
    ("StatefulSet", lambda d: pod_of(d)["securityContext"].update(runAsNonroot=True)),
    ("StatefulSet", lambda d: d["StatefulSet"]["spec"].pop("selector")),
    ("StatefulSet", lambda d: d["StatefulSet"]["spec"].update(replicas="1")),
    ("StatefulSet", lambda d: container(d)["ports"][0].update(containerPort="http")),
    ("StatefulSet", lambda d: container(d)["resources"]["limits"].update(memory="1 Gib")),
    ("StatefulSet", lambda d: pod_of(d)["volumes"][1]["secret"].update(defaultMode=0.5)),
    ("StatefulSet", lambda d: pod_of(d)["volumes"][0].update(configmap={"name": "x"})),
    ("ConfigMap", lambda d: d["ConfigMap"]["data"].update(x=1)),
    ("Secret", lambda d: d["Secret"].update(stringdata={})),
    ("Service", lambda d: d["Service"]["spec"]["ports"][0].update(targetport="http")),
    ("ServiceAccount", lambda d: d["ServiceAccount"].update(
        automountServiceAccountToken="false")),
    ("NetworkPolicy", lambda d: d["NetworkPolicy"]["spec"]["ingress"][0].update(form=[])),
    ("NetworkPolicy", lambda d: d["NetworkPolicy"]["spec"].update(policyTypes="Ingress")),
    ("ServiceMonitor", lambda d: d["ServiceMonitor"]["spec"]["endpoints"][0].update(
        honorLabel=True)),
    ("ServiceMonitor", lambda d: d["ServiceMonitor"]["spec"]["endpoints"][0].update(
        interval="30 s")),
    ("ServiceMonitor", lambda d: d["ServiceMonitor"]["spec"]["endpoints"][0].update(
        scheme="ftp")),
    ("ServiceMonitor", lambda d: d["ServiceMonitor"]["spec"]["endpoints"][0]["relabelings"][
        0].update(sourceLabels="__address__")),
)
# Changes that each of them would take by itself.
ASTRAY = (
    lambda d: d["StatefulSet"]["spec"]["selector"]["matchLabels"].update(x="y"),
    lambda d: d["Service"]["spec"]["selector"].update({"app.kubernetes.io/name": "other"}),
    lambda d: d["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"].update(x="y"),
    lambda d: d["ServiceMonitor"]["spec"]["selector"]["matchLabels"].update(x="y"),
    lambda d: d["ServiceMonitor"]["spec"]["endpoints"][0].update(port="metrics"),
    lambda d: d["Service"]["spec"]["ports"][0].update(targetPort="web"),
    lambda d: d["NetworkPolicy"]["spec"]["ingress"][0]["ports"][0].update(port=8080),
    lambda d: d["StatefulSet"]["spec"].update(serviceName="other"),
    lambda d: pod_of(d).update(serviceAccountName="other"),
    lambda d: container(d)["volumeMounts"][0].update(name="unknown"),
    lambda d: pod_of(d)["volumes"].append({"name": "unused", "emptyDir": {}}),
    lambda d: pod_of(d)["volumes"][0]["configMap"].update(name="other"),
    lambda d: pod_of(d)["volumes"][1]["secret"].update(secretName="other"),
    lambda d: container(d)["readinessProbe"]["httpGet"].update(path="/healthz"),
    lambda d: container(d)["livenessProbe"]["httpGet"].update(port="web"),
    lambda d: pod_of(d)["securityContext"].update(fsGroup=1000),
)


class Manifests(unittest.TestCase):
    def setUp(self):
        self.all = manifests()
        self.set = self.all["StatefulSet"]["spec"]
        self.pod = self.set["template"]["spec"]
        self.main, = self.pod["containers"]

    def test_kubernetes_takes_them(self):
        """And would not take them with any of these faults."""
        documents = [*self.all.values(), with_password()]
        good = len(documents)
        self.assertEqual(set(documents[-1]["spec"]["endpoints"][0]["basicAuth"]),
                         {"username", "password"})
        for kind, change in REFUSED:
            wrong = copy.deepcopy(self.all)
            change(wrong)
            documents.append(wrong[kind])
        wrong = with_password()
        wrong["spec"]["endpoints"][0]["basicAuth"]["user"] = {}
        documents.append(wrong)
        found = complaints(documents)
        self.assertEqual(found[:good], [""] * good)
        self.assertEqual([i for i, said in enumerate(found[good:]) if not said], [])

    def test_the_rules(self):
        """By the types alone: their schemas want a package for patterns in linear time."""
        wrong = rules()
        wrong["spec"]["groups"][0]["rules"][0]["fore"] = "5m"
        good, bad = of_types([rules(), wrong])
        self.assertEqual((good, bad != ""), ("", True))

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
        self.assertEqual(misfits(self.all), [])
        for number, change in enumerate(ASTRAY):
            wrong = copy.deepcopy(self.all)
            change(wrong)
            self.assertEqual(len(misfits(wrong)) > 0, True, number)

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
