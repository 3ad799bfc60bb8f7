"""What etc/ and action.yml have for the CI of others, run as GitHub and GitLab would: their steps
are taken out of the files and run with the program, on migrations that are fine and that are not,
with a real Alembic and PostgreSQL.  What the program prints for both, and as SARIF, is held
against the published schemas and the rules of who reads it."""
import json
import os
import re
import subprocess
import unittest
import urllib.parse

import jsonschema
import npm
import yaml
from harness import PASSWORD, PROGRAM, directory, only_long, program, write
from podman import TOP
from test_build import BuildTest, add_revisions, project

# What GitLab reads of a Code Quality report, and nothing else: its documents ask for each of these.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["check_name", "description", "fingerprint", "location", "severity"],
        "properties": {
            "check_name": {"type": "string", "pattern": "^[a-z_]+$"},
            "description": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16,}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "lines"],
                "properties": {
                    # Of the checkout, and without ./ before it.
                    "path": {"type": "string", "pattern": "^(?!/|[.]{1,2}/)."},
                    "lines": {"type": "object", "required": ["begin"], "properties": {
                        "begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}
FUNCTIONS = "def upgrade():\n    op.execute('SELECT 1')\n\n\ndef downgrade():\n" \
    "    op.execute('SELECT 2')\n"
HEAD = "from alembic import op\nrevision = %r\ndown_revision = %r\n"
GOOD = {"a.py": HEAD % ("a", None) + FUNCTIONS, "b.py": HEAD % ("b", "a") + FUNCTIONS}
DROPS = {"drop.py": HEAD % ("a", None) + FUNCTIONS.replace("SELECT 1", "DROP TABLE x")}
ODD = "ä %2C,a:b.py"
# A directory for each code: its files, and how it is read.
CASES = {
    "sound": (GOOD, []),
    "no_revision_id": ({ODD: "revision = None\n" + FUNCTIONS}, []),
    "empty_file": ({ODD: ""}, []),
    "unreadable_value": ({"a.py": "import x\nrevision = x.y\ndown_revision = None\n"}, []),
    "missing_parent": ({ODD: HEAD % ("a", "x%\ny,:") + FUNCTIONS}, []),
    "duplicate_revision": ({"a.py": HEAD % ("a", None) + FUNCTIONS,
                            ODD: HEAD % ("a", None) + FUNCTIONS}, []),
    "cycle": ({"a.py": HEAD % ("a", "b") + FUNCTIONS, ODD: HEAD % ("b", "a") + FUNCTIONS}, []),
    "several_bases": ({"a.py": HEAD % ("a", None) + FUNCTIONS,
                       ODD: HEAD % ("b", None) + FUNCTIONS}, []),
    "several_heads": (dict(GOOD, **{ODD: HEAD % ("c", "a") + FUNCTIONS}), []),
    "revision_too_long": ({ODD: HEAD % ("a" * 40, None) + FUNCTIONS}, []),
    "self_reference": ({ODD: HEAD % ("a", "a") + FUNCTIONS}, []),
    "syntax": ({ODD: "revision = 'a\n"}, []),
    "invalid_name": ({ODD: HEAD % ("a-b", None) + FUNCTIONS}, []),
    "destructive_operation": ({"sub dir/" + ODD: DROPS["drop.py"]}, ["--recursive"]),
    "unbounded_data_operation": ({ODD: HEAD % ("a", None) + FUNCTIONS.replace(
        "SELECT 1", "DELETE FROM x")}, []),
    "missing_upgrade": ({ODD: HEAD % ("a", None)}, []),
    "empty_upgrade": ({ODD: HEAD % ("a", None) + "def upgrade():\n    pass\n"}, []),
    "missing_downgrade": ({ODD: HEAD % ("a", None) + FUNCTIONS.split("\n\n")[0]}, []),
    "empty_downgrade": ({ODD: HEAD % ("a", None) + FUNCTIONS.split("def down")[0] +
                         "def downgrade():\n    pass\n"}, []),
    "behind": (GOOD, ["--recorded", "a"]),
    "unknown_revision": (GOOD, ["--recorded", "x,y"]),
}


def tree(files, where=None):
    """A directory with these files."""
    where = where or directory("checkout")
    os.chmod(where, 0o755)
    for name, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(where, name)), exist_ok=True)
        write(os.path.join(where, name), text)
    return where


def unescaped(text):
    """As actions/toolkit says that a runner takes escapes back."""
    for escape, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"),
                              ("%25", "%")):
        text = text.replace(escape, character)
    return text


def annotations(text):
    """What a runner would make of the commands in a log, whoever has stopped them."""
    found, stopped = [], None
    for line in text.split("\n"):
        m = re.match(r"\s*::([a-z-]+)(?: ([^:]*))?::(.*)$", line)
        if stopped:
            stopped = None if line.strip() == "::%s::" % stopped else stopped
        elif m and m.group(1) == "stop-commands":
            stopped = m.group(3)
        elif m and m.group(1) in ("error", "warning", "notice"):
            keys = dict(p.split("=", 1) for p in (m.group(2) or "").split(",") if p)
            found.append((m.group(1), {k: unescaped(v) for k, v in keys.items()},
                          unescaped(m.group(3))))
        elif (m and m.group(1) not in ("group", "endgroup")) or (
                not m and line.lstrip().startswith("::")):
            raise AssertionError("a command that nobody meant: " + line)
    return found


def schema(package, path):
    with open(os.path.join(npm.package(package), path), encoding="utf-8") as f:
        return json.load(f)


def example(key):
    """The YAML of docs/ci.md that has this key: its text, and what it says."""
    with open(os.path.join(TOP, "docs/ci.md"), encoding="utf-8") as f:
        texts = re.findall(r"^```yaml\n(.*?)^```$", f.read(), re.M | re.S)
    (text, document), = ((t, d) for t, d in ((t, yaml.safe_load(t)) for t in texts) if key in d)
    return text, document


def without(document, key):
    return {k: v for k, v in document.items() if k != key}


class Formats(unittest.TestCase):
    """What `pgdriftd migrations` prints for others, for each code there is."""

    def refused(self, validator, document, at, changes):
        """It says no to each of these in place of what at() leads to."""
        self.assertTrue(validator.is_valid(document))
        for change in changes:
            wrong = json.loads(json.dumps(document))
            place, key = at(wrong)
            place[key] = change(place[key])
            self.assertFalse(validator.is_valid(wrong), place[key])

    def each(self):
        for code, (files, options) in CASES.items():
            with self.subTest(code):
                where = tree(files)
                plain = program("migrations", ".", *options, "--format", "json", cwd=where)
                document = plain.json()
                found = document["problems"] + document["notices"]
                judged = document.get("judgement", {}).get("status")
                codes = {p["code"] for p in found} | ({judged} if judged else set())
                self.assertTrue(code in codes or not codes and code == "sound", codes)
                yield where, options, found, judged

    def test_sarif(self):
        validator = jsonschema.Draft4Validator(
            schema("@microsoft/jest-sarif", "lib/schemas/sarif-2.1.0-rtm.5.json"))
        for where, options, found, judged in self.each():
            document = program("migrations", ".", *options, "--format", "sarif",
                               cwd=where).json()
            self.assertEqual([e.message for e in validator.iter_errors(document)], [])
            run, = document["runs"]
            rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
            self.assertEqual(len(run["results"]),
                             len(found) + (judged not in (None, "at_head")))
            known = [r["partialFingerprints"]["primaryLocationLineHash"]
                     for r in run["results"] if "partialFingerprints" in r]
            self.assertEqual(len(set(known)), len(found))
            for result in run["results"]:
                self.result(result, rules, run, where)
        document = program("migrations", ".", "--format", "sarif", cwd=tree(
            CASES["missing_parent"][0])).json()
        self.refused(validator, document, lambda d: (d["runs"], 0), (
            lambda r: dict(r, tool={}), lambda r: dict(r, toool={}), lambda r: without(r, "tool"),
            lambda r: dict(r, columnKind="bytes"), lambda r: dict(r, results={})))
        self.refused(validator, document, lambda d: (d["runs"][0]["results"], 0), (
            lambda r: without(r, "message"), lambda r: dict(r, level="fatal"),
            lambda r: dict(r, ruleIndex="0"), lambda r: dict(r, ruleid="x"),
            lambda r: dict(r, message={"txt": "x"}), lambda r: dict(r, message="x")))
        self.refused(validator, document, lambda d: (d["runs"][0]["results"][0]["locations"][0][
            "physicalLocation"], "region"), (
                lambda r: dict(r, startLine=0), lambda r: dict(r, startLine="1"),
                lambda r: dict(r, line=1)))
        self.refused(validator, document, lambda d: (d, "version"), (lambda v: "2.0.0",))

    def result(self, result, rules, run, where):
        """What GitHub's code scanning asks for besides."""
        rule = rules[result["ruleId"]]
        self.assertIs(run["tool"]["driver"]["rules"][result["ruleIndex"]], rule)
        for key in ("shortDescription", "fullDescription", "help"):
            self.assertTrue(0 < len(rule[key]["text"]) <= 1024)
        self.assertIn(rule["defaultConfiguration"]["level"], ("note", "warning", "error"))
        self.assertIn(result["level"], ("note", "warning", "error"))
        self.assertTrue(result["message"]["text"])
        place, = (p["physicalLocation"] for p in result["locations"])
        self.assertGreaterEqual(place["region"]["startLine"], 1)
        artifact = place["artifactLocation"]
        self.assertRegex(artifact["uri"], r"^(?!/)([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$")
        self.assertIn(artifact["uriBaseId"], run["originalUriBaseIds"])
        self.assertTrue(os.path.exists(os.path.join(where, urllib.parse.unquote(
            artifact["uri"]))), artifact)

    def test_github(self):
        for where, options, found, judged in self.each():
            said = annotations(program("migrations", ".", *options, "--format", "github",
                                       cwd=where).out)
            self.assertEqual(len(said), len(found) + bool(judged))
            for problem, (level, keys, text) in zip(found, said):
                self.assertEqual(keys["title"], problem["code"])
                self.assertEqual(keys.get("line"), str(problem["line"]) if problem.get(
                    "line") else None)
                self.assertTrue(text.startswith(problem["detail"] + "; "), text)
                self.assertTrue(os.path.exists(os.path.join(where, keys["file"])), keys)

    def test_gitlab(self):
        validator = jsonschema.Draft7Validator(CODE_QUALITY)
        for where, options, found, judged in self.each():
            issues = program("migrations", ".", *options, "--format", "gitlab",
                             cwd=where).json()
            self.assertEqual(len(issues), len(found) + (judged not in (None, "at_head")))
            self.assertEqual(len({i["fingerprint"] for i in issues}), len(issues))
            self.assertEqual([e.message for e in validator.iter_errors(issues)], [])
            for issue in issues:
                self.assertTrue(os.path.exists(os.path.join(
                    where, issue["location"]["path"])), issue)
        issues = program("migrations", ".", "--format", "gitlab", cwd=tree(
            CASES["missing_parent"][0])).json()
        self.refused(validator, issues, lambda d: (d, 0), (
            lambda i: without(i, "fingerprint"), lambda i: dict(i, severity="error"),
            lambda i: dict(i, fingerprint=1), lambda i: dict(i, line=1),
            lambda i: dict(i, location={"path": "a.py"}), lambda i: [i]))
        self.refused(validator, issues, lambda d: (d[0], "location"), (
            lambda p: dict(p, path="./a.py"), lambda p: dict(p, path="/a.py"),
            lambda p: dict(p, lines={"begin": 0}), lambda p: dict(p, lines={"begin": "1"}),
            lambda p: dict(p, lines=1)))


class Checkout(BuildTest):
    """A checkout of somebody's, with the program in the path."""

    def setUp(self):
        super().setUp()
        self.where = tree({})
        self.bin = directory("bin")
        os.chmod(self.bin, 0o755)
        os.symlink(PROGRAM, os.path.join(self.bin, "pgdriftd"))

    def variables(self, **more):
        return dict({"HOME": self.where, "PATH": self.bin + ":/usr/bin:/bin:/usr/sbin:/sbin",
                     "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}, **more)

    def shell(self, script, variables):
        file = write(os.path.join(directory("step"), "step.sh"), script)
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", file], cwd=self.where,
            env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)


# What must never be run, wherever it is put.
HOSTILE = ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned; "',
           "a\ntouch pwned\n", "-x", "--format=json", "*", "${{ github.token }}", "%0A::error::x",
           "\n::add-mask::x", "END\ntouch pwned"]


class Action(Checkout):
    with open(os.path.join(TOP, "action.yml"), encoding="utf-8") as f:
        text = f.read()
    action = yaml.safe_load(text)

    def use(self, where=TOP, **inputs):
        """As `uses:` with these inputs; exit status, log, outputs, summary."""
        given = {name: inputs.get(name.replace("-", "_"), i.get("default", ""))
                 for name, i in self.action["inputs"].items()}
        step, = self.action["runs"]["steps"]
        files = {name: write(os.path.join(directory("runner"), name), "") for name in (
            "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        variables = self.variables(GITHUB_ACTION_PATH=where, GITHUB_WORKSPACE=self.where,
                                   RUNNER_TEMP=directory("temp"), **files)
        for name, value in step["env"].items():
            variables[name] = given[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}",
                                                 value).group(1)]
        done = self.shell(step["run"], variables)
        outputs, summary = (open(f, encoding="utf-8").read() for f in files.values())
        outputs = dict(line.split("=", 1) for line in outputs.splitlines())
        if done.returncode != 64:
            self.assertEqual(set(outputs), set(self.action["outputs"]), done.stdout)
        return done.returncode, done.stdout, outputs, summary

    def validated(self, text, kind="Action"):
        script = ("const fs = require('fs'), v = require(process.argv[1]);"
                  "console.log(JSON.stringify(v.validate%s(fs.readFileSync(0, 'utf8'))))" % kind)
        done = subprocess.run(
            ["node", "-e", script, npm.package("@action-validator/core")], input=text,
            stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout)["errors"]

    def test_its_form(self):
        self.assertEqual(self.validated(self.text), [])
        self.assertNotEqual(self.validated(self.text.replace("required:", "requried:")), [])
        self.assertNotEqual(self.validated(self.text.replace("shell: bash", "")), [])
        step, = self.action["runs"]["steps"]
        self.assertNotIn("${{", step["run"])
        self.assertEqual(len(step["env"]), len(self.action["inputs"]))
        for output, value in self.action["outputs"].items():
            self.assertEqual(value["value"], "${{ steps.pgdriftd.outputs.%s }}" % output)

    def test_where_it_is_used(self):
        """By a tag that there is: of the version that NEWS begins with."""
        with open(os.path.join(TOP, "NEWS"), encoding="utf-8") as f:
            version = f.readline().split()[1]
        for name in ("action.yml", "docs/ci.md", "docs/containers.md"):
            with open(os.path.join(TOP, name), encoding="utf-8") as f:
                used = re.findall(r"uses: \S+/pgdriftd@(\S+)", f.read())
            self.assertEqual(used, ["v" + version], name)

    def test_sound(self):
        tree({"m/" + name: text for name, text in GOOD.items()}, self.where)
        status, log, outputs, summary = self.use(path="m")
        self.assertEqual((status, annotations(log)), (0, []), log)
        self.assertEqual(outputs, {"result": "sound", "problems": "0", "notices": "0",
                                   "drift": ""})
        self.assertIn("migrations", summary)

    def test_problems(self):
        tree({"a b/" + ODD: HEAD % ("a", "gone") + FUNCTIONS}, self.where)
        status, log, outputs, summary = self.use(path="a b", sarif="out put.sarif")
        (level, keys, text), = annotations(log)
        self.assertEqual((status, level, keys["file"], keys["line"]),
                         (1, "error", "a b/" + ODD, "3"))
        self.assertEqual((outputs["result"], outputs["problems"]), ("problems", "1"))
        self.assertIn("gone", summary)
        with open(os.path.join(self.where, "out put.sarif"), encoding="utf-8") as f:
            result, = json.load(f)["runs"][0]["results"]
        self.assertEqual(result["ruleId"], "missing_parent")

    def test_strict_and_what_is_allowed(self):
        tree(DROPS, self.where)
        status, log, outputs, _ = self.use(path=".")
        self.assertEqual((status, outputs["result"], outputs["notices"]), (0, "sound", "1"))
        self.assertEqual(self.use(path=".", strict="true")[0], 1)
        self.assertEqual(self.use(path=".", strict="true", allow=(
            "cycle\ndestructive_operation:a reason=\"it is empty\"\n"))[0], 0)
        self.assertEqual(self.use(path=".", strict="yes")[0], 64)
        self.assertEqual(self.use(path=".", recorded="a")[2]["result"], "sound")
        self.assertEqual(self.use(path=".", recorded="x")[2]["result"], "problems")

    def test_what_cannot_be_decided(self):
        status, log, outputs, _ = self.use(path="none", sarif="x.sarif")
        (level, _, text), = annotations(log)
        self.assertEqual((status, level, outputs["result"]), (2, "error", "undecided"))
        self.assertIn("none", text)
        self.assertFalse(os.path.exists(os.path.join(self.where, "x.sarif")))
        self.assertEqual(self.use()[0], 64)
        self.assertEqual(self.use(path=".", actual="x")[0], 64)
        self.assertEqual(self.use(path=".", program="/none")[0], 64)

    def test_what_is_only_said(self):
        """A warning on standard error, by each of the runs, is one annotation and no error."""
        talking = write(os.path.join(self.bin, "talking"), "#!/bin/sh\necho 'odd: 100%%' >&2\n"
                        "exec %s \"$@\"\n" % PROGRAM)
        os.chmod(talking, 0o755)
        tree(GOOD, self.where)
        said = ("warning", {"title": "pgdriftd migrations"}, "odd: 100%")
        status, log, outputs, _ = self.use(path=".", sarif="x.sarif", program=talking)
        self.assertEqual((status, outputs["result"]), (0, "sound"), log)
        self.assertEqual(annotations(log), [said], log)
        tree({"c.py": HEAD % ("c", "a") + FUNCTIONS}, self.where)
        status, log, outputs, _ = self.use(path=".", sarif="x.sarif", program=talking)
        self.assertEqual((status, outputs["problems"]), (1, "1"), log)
        self.assertEqual([a for a in annotations(log) if "line" not in a[1]], [said], log)

    def test_what_ends_without_a_word(self):
        dying = write(os.path.join(self.bin, "dying"), "#!/bin/sh\n"
                      "case $* in *sarif*) exit 70 ;; esac\nexec %s \"$@\"\n" % PROGRAM)
        os.chmod(dying, 0o755)
        tree(GOOD, self.where)
        status, log, outputs, _ = self.use(path=".", sarif="x.sarif", program=dying)
        (level, _, text), = annotations(log)
        self.assertEqual((status, level, outputs["result"]), (2, "error", "undecided"), log)
        self.assertIn("70", text)

    def test_hostile_inputs(self):
        tree(GOOD, self.where)
        nowhere = "host=127.0.0.1 port=1 dbname=x"
        for text in HOSTILE:
            # What stands on one command line together, and what else it takes to get there.
            for names, more in ((("path",), {}), (("section", "allow", "recorded"), {}),
                                (("strict",), {}), (("sarif",), {}), (("program",), {}),
                                (("user", "snapshots"), {"scratch_dsn": nowhere}),
                                (("scratch_dsn", "expected", "actual"), {})):
                with self.subTest(names=names, text=text):
                    status, log, _, _ = self.use(**{"path": ".", **more, **dict.fromkeys(
                        names, text)})
                    annotations(log)  # none that nobody meant
                    self.assertIn(status, (0, 1, 2, 64))
                    self.assertFalse(os.path.exists(os.path.join(self.where, "pwned")))

    def test_hostile_files(self):
        """Of a pull request: their names are shown, and are no commands or markup."""
        names = ["::error file=x::y.py", "$(touch pwned).py", "```\n# x.py", "::add-mask::x.py"]
        tree({name: "" for name in names}, self.where)
        status, log, outputs, summary = self.use(path=".", strict="true")
        self.assertEqual((status, outputs["problems"]), (1, str(len(names))))
        self.assertEqual({keys["title"] for _, keys, _ in annotations(log)}, {"empty_file"})
        self.assertFalse(os.path.exists(os.path.join(self.where, "pwned")))
        for line in summary.splitlines():
            self.assertRegex(line, r"^(|### pgdriftd: [a-z ]+|    .*)$")

    def made(self, broken=False):
        """A project of Alembic's, whose catalogs can be built."""
        self.where = project()
        add_revisions(os.path.join(self.where, "migrations/versions"), {
            "broken": ("aaaa00000002", "op.execute('nonsense')")} if broken else {})
        os.chmod(self.where, 0o755)
        return dict(path="alembic.ini", scratch_dsn=self.scratch(), user="nobody",
                    snapshots="snap shots")

    def test_build_and_compare(self):
        inputs = self.made()
        status, log, outputs, summary = self.use(**inputs)
        self.assertEqual((status, outputs["result"]), (0, "sound"), log)
        name, = os.listdir(os.path.join(self.where, "snap shots"))
        self.assertIn(name, log)
        self.assertNotIn(PASSWORD, log + summary)
        database = self.database("CREATE TABLE other (id int)")
        pair = dict(path="alembic.ini", expected="snap shots/" + name)
        status, log, outputs, summary = self.use(
            actual=self.server.dsn(database, "postgres"), **pair)
        self.assertEqual((status, outputs["drift"]), (1, "differs"), log)
        self.assertEqual(annotations(log)[-1][1]["title"], "the catalogs differ")
        self.assertIn("public.other", summary)
        status, log, outputs, _ = self.use(actual="snap shots/" + name, **pair)
        self.assertEqual((status, outputs["drift"]), (0, "same"), log)
        status, log, outputs, _ = self.use(actual="host=127.0.0.1 port=1", **pair)
        self.assertEqual((status, outputs["result"]), (2, "undecided"), log)
        self.assertEqual([keys for level, keys, _ in annotations(log) if level == "error"],
                         [{"title": "pgdriftd diff"}], log)

    def test_a_migration_that_fails(self):
        status, log, outputs, _ = self.use(**self.made(broken=True))
        self.assertEqual((status, outputs["result"]), (1, "problems"), log)
        (level, keys, text), = [a for a in annotations(log) if a[0] != "notice"]
        self.assertEqual((level, keys["title"]), ("error", "pgdriftd build"), log)
        self.assertIn("nonsense", text)

    def test_the_workflow_of_the_documents(self):
        """What is taken along is there, also where the migrations have a problem."""
        text, workflow = example("jobs")
        self.assertEqual(self.validated(text, "Workflow"), [])
        steps = workflow["jobs"]["migrations"]["steps"]
        used = {step["uses"].split("@")[0]: step for step in steps if "uses" in step}
        given = {key: str(value).lower() if isinstance(value, bool) else value
                 for key, value in used["OWNER/pgdriftd"]["with"].items()}
        self.assertLessEqual(set(given), set(self.action["inputs"]))
        self.assertIn("password=scratch-secret", given["scratch-dsn"])
        for broken, want in ((False, (0, "sound")), (True, (1, "problems"))):
            inputs = dict(self.made(broken), allow="empty_downgrade", **{
                key: value for key, value in given.items() if key in ("path", "strict", "sarif")})
            inputs["snapshots"] = given["snapshots"]
            status, log, outputs, _ = self.use(**inputs)
            self.assertEqual((status, outputs["result"]), want, log)
            upload = used["github/codeql-action/upload-sarif"]
            self.assertEqual(upload["if"], "always()")
            with open(os.path.join(self.where, upload["with"]["sarif_file"]),
                      encoding="utf-8") as f:
                self.assertEqual(json.load(f)["version"], "2.1.0")
            expected = os.path.join(self.where, used["actions/upload-artifact"]["with"]["path"])
            self.assertEqual(len(os.listdir(expected)), 0 if broken else 1)

    @only_long
    def test_it_builds_the_program(self):
        """Where there is none: out of its own source, as a runner has it."""
        source = os.path.join(directory("action"), "source")
        subprocess.run(["git", "clone", "-q", TOP, source], check=True)
        os.unlink(os.path.join(self.bin, "pgdriftd"))
        tree(GOOD, self.where)
        status, log, outputs, _ = self.use(source, path=".")
        self.assertEqual((status, outputs["result"]), (0, "sound"), log)


class Gitlab(Checkout):
    with open(os.path.join(TOP, "etc/gitlab/pgdriftd.gitlab-ci.yml"), encoding="utf-8") as f:
        pipeline = yaml.safe_load(f)

    def takes(self, name, given):
        """Whether a pipeline with these variables has the job: by the first of its rules that is
        true.  A job without any is in none of a merge request."""
        def is_true(term):
            name, _, value = term.partition(" == ")
            self.assertRegex(term, r'^\$[A-Z_]+( == "[a-z_]+")?$')
            return given.get(name[1:], "") == value[1:-1] if value else given.get(name[1:])
        job = self.pipeline[name]
        if "rules" not in job:
            return given["CI_PIPELINE_SOURCE"] != "merge_request_event"
        for rule in job["rules"]:
            self.assertLessEqual(set(rule), {"if", "when"})
            if all(map(is_true, rule["if"].split(" && ") if "if" in rule else [])):
                self.assertIn(rule.get("when"), (None, "on_success", "never"))
                return rule.get("when") != "never"
        return False

    def job(self, name, **variables):
        """Run a job as a runner does; status and log.  None: its rules leave it out."""
        job = self.pipeline[name]
        given = self.variables(**dict(self.pipeline["variables"], **{
            "PGDRIFTD_CI_" + key: value for key, value in variables.items()}))
        if not self.takes(name, dict(given, CI_PIPELINE_SOURCE="push")):
            return None
        done = self.shell("\n".join(job["script"]), given)
        return done.returncode, done.stdout

    def report(self):
        with open(os.path.join(self.where, "gl-code-quality-report.json"),
                  encoding="utf-8") as f:
            return json.load(f)

    def test_its_form(self):
        validator = jsonschema.Draft7Validator(
            schema("gitlab-ci-local", "src/schema/schema.json"))
        self.assertEqual([e.message for e in validator.iter_errors(self.pipeline)], [])
        job = self.pipeline["pgdriftd-migrations"]
        self.assertFalse(validator.is_valid(dict(self.pipeline, x=dict(job, artefacts={}))))
        self.assertFalse(validator.is_valid(dict(self.pipeline, x={"script": 1})))

    def test_one_pipeline(self):
        """Each job is in one pipeline of a commit, with all others: in that of the merge request,
        where there is one, so that what is found is shown there."""
        push, request = ({"CI_PIPELINE_SOURCE": s} for s in ("push", "merge_request_event"))
        build = {"PGDRIFTD_CI_SCRATCH": "x"}
        diff = {"PGDRIFTD_CI_EXPECTED": "x", "PGDRIFTD_CI_ACTUAL": "y"}
        for variables, jobs in (({}, "migrations"), (build, "migrations build"),
                                (diff, "migrations diff"),
                                ({"PGDRIFTD_CI_EXPECTED": "x"}, "migrations"),
                                ({**build, **diff}, "migrations build diff")):
            wanted = ["pgdriftd-" + job for job in jobs.split()]
            opened = {"CI_OPEN_MERGE_REQUESTS": "group/shop!1"}
            for event, expected in ((push, wanted), ({**push, **opened}, []),
                                    ({**request, **opened}, wanted),
                                    ({"CI_PIPELINE_SOURCE": "schedule"}, wanted),
                                    ({"CI_PIPELINE_SOURCE": "schedule", **opened}, wanted)):
                given = {**self.pipeline["variables"], **variables, **event}
                with self.subTest(variables=variables, event=event):
                    self.assertEqual([name for name in self.pipeline if name != "variables" and
                                      self.takes(name, given)], expected)

    def test_migrations(self):
        tree(GOOD, self.where)
        self.assertEqual(self.job("pgdriftd-migrations", PATH=".")[0], 0)
        self.assertEqual(self.report(), [])
        tree(DROPS, self.where)
        self.assertEqual(self.job("pgdriftd-migrations", PATH="drop.py")[0], 2)
        tree({"d/" + ODD: DROPS["drop.py"]}, self.where)
        self.assertEqual(self.job("pgdriftd-migrations", PATH="d")[0], 0)
        issue, = self.report()
        self.assertEqual((issue["check_name"], issue["location"]["path"]),
                         ("destructive_operation", "d/" + ODD))
        self.assertEqual(self.job("pgdriftd-migrations", PATH="d", STRICT="true")[0], 1)
        self.assertEqual(self.job("pgdriftd-migrations", PATH="d", STRICT="true",
                                  ALLOW="cycle\ndestructive_operation:a")[0], 0)
        self.assertEqual(self.job("pgdriftd-migrations", PATH="d", RECORDED="x")[0], 1)
        self.assertEqual(self.job("pgdriftd-migrations", PATH="none")[0], 2)
        self.assertFalse(os.path.exists(self.where + "/gl-code-quality-report.json"))

    def test_hostile_variables(self):
        tree(GOOD, self.where)
        for text in HOSTILE:
            for name in ("PATH", "SECTION", "ALLOW", "RECORDED", "STRICT"):
                with self.subTest(name=name, text=text):
                    self.job("pgdriftd-migrations", **{"PATH": ".", name: text})
                    self.assertFalse(os.path.exists(os.path.join(self.where, "pwned")))

    def test_build_and_diff(self):
        self.where = project()
        self.assertIsNone(self.job("pgdriftd-build", PATH="alembic.ini"))
        self.assertIsNone(self.job("pgdriftd-diff", EXPECTED="x"))
        status, log = self.job("pgdriftd-build", PATH="alembic.ini", SCRATCH=self.scratch())
        self.assertEqual(status, 0, log)
        self.assertNotIn(PASSWORD, log)
        name, = os.listdir(os.path.join(self.where, "pgdriftd-snapshots"))
        snapshot = "pgdriftd-snapshots/" + name
        self.assertEqual(self.job("pgdriftd-diff", EXPECTED=snapshot, ACTUAL=snapshot)[0], 0)
        database = self.database("CREATE TABLE other (id int)")
        status, log = self.job("pgdriftd-diff", EXPECTED=snapshot,
                               ACTUAL=self.server.dsn(database, "postgres"))
        self.assertEqual(status, 1, log)
        self.assertIn("public.other", log)

    def test_the_pipeline_of_the_documents(self):
        _, including = example("include")
        included, = including.pop("include")
        self.assertTrue(os.path.exists(os.path.join(TOP, "etc/gitlab", included["file"])))
        given = including.pop("variables")
        self.assertLessEqual(set(given), set(self.pipeline["variables"]))
        whole = dict(self.pipeline, variables=dict(self.pipeline["variables"], **given))
        for name, more in including.items():
            whole[name] = dict(self.pipeline[name], **more)
        validator = jsonschema.Draft7Validator(
            schema("gitlab-ci-local", "src/schema/schema.json"))
        self.assertEqual([e.message for e in validator.iter_errors(whole)], [])
        service, = whole["pgdriftd-build"]["services"]
        self.assertIn("host=%s " % service["alias"], given["PGDRIFTD_CI_SCRATCH"])
        self.where = project()
        given = {key[len("PGDRIFTD_CI_"):]: value for key, value in given.items()}
        given.update(SCRATCH=self.scratch())
        status, log = self.job("pgdriftd-migrations", **given)  # strict: empty downgrades
        self.assertEqual((status, len(self.report()) > 0), (1, True), log)
        status, log = self.job("pgdriftd-build", **given)
        self.assertEqual(status, 0, log)


if __name__ == "__main__":
    unittest.main()
