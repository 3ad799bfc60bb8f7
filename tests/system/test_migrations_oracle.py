"""Random migrations directories and version-table rows: what Alembic itself says of them
is what `pgdriftd migrations` has to say.

A run prints its seed; PGDRIFTD_TEST_SEED repeats one, PGDRIFTD_TEST_DIRECTORIES says how
many directories there are (60).
"""
import os
import random
import unittest
import warnings

from harness import directory, often_the_same, program, write

try:
    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory
    from alembic.script.revision import RevisionError
except ImportError:
    ScriptDirectory = None

SEED = int(os.environ.get("PGDRIFTD_TEST_SEED") or random.randrange(10 ** 9))
DIRECTORIES = int(os.environ.get("PGDRIFTD_TEST_DIRECTORIES", "60"))

# What Alembic stops at.  The others are a matter of taste.
FATAL = {"no_revision_id", "empty_file", "unreadable_value", "missing_parent", "cycle",
         "self_reference", "syntax", "unreadable_file", "invalid_name"}


class Plan:
    """One directory before it is written."""

    def __init__(self, rnd):
        self.rnd = rnd
        self.nodes = []  # [id, down, depends_on, labels]
        shape = rnd.choice([(1, 0, 0), (0.8, 0.2, 0), (0.5, 0.4, 0.3), (0.2, 0.4, 0.5)])
        for i in range(rnd.choice([0, 1, 2, 5, 8, 12, 20, 30])):
            self.nodes.append(self.node(*shape))

    def word(self):
        return "".join(self.rnd.choice("0123456789abcdef")
                       for _ in range(self.rnd.choice([1, 2, 4, 12])))

    def new_id(self):
        while True:
            word = self.word()
            if word not in [n[0] for n in self.nodes]:
                return word

    def some(self, most):
        ids = [n[0] for n in self.nodes]
        return self.rnd.sample(ids, min(len(ids), self.rnd.randint(0, most)))

    def node(self, straight, merging, depending):
        if self.rnd.random() < straight:
            down = [self.nodes[-1][0]] if self.nodes else []
        else:
            down = self.some(3 if self.rnd.random() < merging else 1)
        labels = ["label%d" % len(self.nodes)] if self.rnd.random() < 0.15 else []
        depends = self.some(1 if self.rnd.random() < 0.8 else 3)
        if self.rnd.random() >= depending:
            depends = []
        for n in self.nodes:
            if n[0] in depends and n[3] and self.rnd.random() < 0.5:
                depends[depends.index(n[0])] = n[3][0]
        return [self.new_id(), down, depends, labels]

    def damage(self):
        """Spoil one thing, most of the times for Alembic as well."""
        if not self.nodes:
            return
        one, other = self.rnd.choice(self.nodes), self.rnd.choice(self.nodes)
        self.rnd.choice([
            lambda: one[1].append("gone"),
            lambda: one[2].append("gone"),
            lambda: one[1].append(one[0]),
            lambda: one[2].append(one[0]),
            lambda: one[1].append(other[0]),
            lambda: one[2].append(other[0]),
            lambda: self.nodes.append([one[0], list(other[1]), [], []]),
            lambda: self.nodes.append([self.new_id() + "-x", [one[0]], [], []]),
            lambda: one[3].extend(["twice"] * 2),
            lambda: one[3].append(other[0]),
            lambda: self.nodes.remove(one),
        ])()

    def text(self, values, nothing=("None", "()", "[]")):
        """A value in one of the styles that people have."""
        quote = self.rnd.choice(["'%s'", '"%s"', "u'%s'", "'''%s'''", "('%s')"])
        items = [quote % v for v in values]
        if not values:
            return self.rnd.choice(nothing)
        if len(values) == 1 and self.rnd.random() < 0.7:
            return items[0]
        between = self.rnd.choice([", ", ",\n    ", ",  # and, \"more\"\n  "])
        if self.rnd.random() < 0.3:
            return "[%s]" % between.join(items)
        return "(%s,)" % between.join(items)

    def source(self, node):
        name, down, depends, labels = node
        quoted = '"%s"' % name
        lines = ["revision%s = %s" % (self.rnd.choice(["", ": str"]), quoted),
                 "down_revision%s = %s" % (self.rnd.choice(
                     ["", ": 'str | None'", ": None"]),
                    self.text(down, ("None", "()", "[]", "(None,)")))]
        if down == [] and self.rnd.random() < 0.2:
            lines = ["REV = %s" % quoted, "revision, down_revision = REV, None"]
        if labels or depends or self.rnd.random() < 0.5:
            lines += ["branch_labels = " + self.text(labels),
                      "depends_on = " + self.text(depends)]
        end = self.rnd.choice(["\n", "\n", "\r\n"])
        return end.join(['"""Words', "", "Revision ID: wrong", "Revises: wrong", '"""',
                         *lines, "", "def upgrade():", "    revision = 'local'", ""])

    def write(self):
        where = directory("oracle")
        os.mkdir(where + "/versions")
        write(where + "/env.py", "")
        for i, node in enumerate(self.nodes):
            with open("%s/versions/%03d_%s.py" % (where, self.rnd.randrange(1000), i),
                      "wb") as f:
                f.write(self.source(node).encode())
        return where


class SortedScript(ScriptDirectory and Script or object):
    """Alembic 1.8 takes the files as they come, later releases by name."""

    @classmethod
    def _list_py_dir(cls, scriptdir, path):
        return sorted(os.listdir(path))


@unittest.skipIf(ScriptDirectory is None, "Alembic is not here")
@often_the_same
class Oracle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("PGDRIFTD_TEST_SEED=%d" % SEED)
        cls.listing = Script.__dict__["_list_py_dir"]
        Script._list_py_dir = SortedScript.__dict__["_list_py_dir"]
        warnings.simplefilter("ignore")

    @classmethod
    def tearDownClass(cls):
        Script._list_py_dir = cls.listing
        warnings.resetwarnings()

    def read(self, where, *more):
        result = program("migrations", where, "--format", "json", *more)
        self.assertIn(result.status, (0, 1), result.err)
        return result.json()

    def load(self, where):
        """Alembic's map, or None where it refuses the directory."""
        config = Config()
        config.set_main_option("script_location", where)
        revisions = ScriptDirectory.from_config(config).revision_map
        try:
            revisions._revision_map
        except (RevisionError, KeyError, AssertionError):
            return None
        return revisions

    def nodes(self, revisions):
        """By id: the map holds branch labels, too."""
        return {key: r for key, r in revisions._revision_map.items()
                if r and r.revision == key}

    def compare_nodes(self, document, revisions):
        self.assertEqual({n["revision"]: n["down"] for n in document["nodes"]},
                         {name: sorted(r._versioned_down_revisions)
                          for name, r in self.nodes(revisions).items()})

    def compare_graph(self, document, revisions):
        nodes = self.nodes(revisions).values()
        self.assertEqual(document["bases"], sorted(r.revision for r in nodes if r.is_base))
        self.assertEqual(document["heads"], sorted(r.revision for r in nodes if r.is_head))
        self.assertEqual(document["effective_heads"],
                         sorted(r.revision for r in nodes if r._is_real_head))
        self.assertEqual(document["branch_points"],
                         sorted(r.revision for r in nodes if r.is_branch_point))
        self.assertEqual(document["merge_points"],
                         sorted(r.revision for r in nodes if r.is_merge_point))

    def pending(self, revisions, rows):
        """What `upgrade heads` would run; None where it refuses."""
        try:
            found = revisions.iterate_revisions("heads", rows, implicit_base=True)
            return [r.revision for r in found][::-1]
        except RevisionError:
            return None

    def compare_rows(self, where, revisions, rows):
        judged = self.read(where, "--recorded", ",".join(rows))["judgement"]
        pending = self.pending(revisions, tuple(rows))
        nodes = self.nodes(revisions)
        if pending is None:
            self.assertEqual(judged["status"], "diverged")
            self.assertTrue(judged["redundant"])
            return
        self.assertEqual(judged["redundant"], [])
        self.assertEqual(sorted(judged["pending"]), sorted(pending))
        # Several dependencies of one revision are a set in Alembic: any order is its.
        if all(len(r._resolved_dependencies) < 2 for r in nodes.values()):
            self.assertEqual(judged["pending"], pending)
        for i, name in enumerate(judged["pending"]):
            after = set(judged["pending"][i:])
            self.assertFalse(after & set(nodes[name]._all_down_revisions))
        expected = "behind" if pending else "at_head"
        self.assertEqual(judged["status"], expected if rows else "unstamped")

    def some_rows(self, rnd, revisions):
        names = sorted(self.nodes(revisions))
        yield []
        yield sorted(revisions._real_heads)
        for _ in range(4):
            yield rnd.sample(names, min(len(names), rnd.randint(1, 3)))

    def compare(self, where, rnd):
        document = self.read(where)
        found = {p["code"] for p in document["problems"]}
        revisions = self.load(where)
        if revisions is None:
            # Of two files with one id it refuses either for what is wrong in it.
            self.assertTrue(found & (FATAL | {"duplicate_revision"}))
            return
        # A cycle that hangs on a merge point is one that Alembic does not see.
        if "cycle" in found:
            return
        self.assertFalse(found & FATAL)
        duplicate = len(self.nodes(revisions)) < document["files"]
        self.assertEqual("duplicate_revision" in found, duplicate)
        self.compare_nodes(document, revisions)
        # A file that another one replaced still leaves traces in Alembic's graph.
        if not duplicate and document["files"]:
            self.compare_graph(document, revisions)
            for rows in self.some_rows(rnd, revisions):
                self.compare_rows(where, revisions, rows)

    def run_plans(self, damages):
        for i in range(DIRECTORIES):
            rnd = random.Random("%d.%d.%d" % (SEED, damages, i))
            plan = Plan(rnd)
            for _ in range(damages):
                plan.damage()
            where = plan.write()
            with self.subTest(seed=SEED, number=i, where=where):
                self.compare(where, rnd)

    def test_sound_directories(self):
        self.run_plans(0)

    def test_damaged_directories(self):
        self.run_plans(1)

    def test_badly_damaged_directories(self):
        self.run_plans(3)


if __name__ == "__main__":
    unittest.main()
