"""What stops Alembic, in its own words: each directory that Alembic refuses is refused by
`pgdriftd migrations` with the same reason, and what it loads is not said to stop it."""
import os
import unittest
import warnings

from harness import directory, program, write

try:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
except ImportError:
    ScriptDirectory = None

FILE = "revision = %r\ndown_revision = %r\n%s\n"


def revision(name, down, more=""):
    return FILE % (name, down, more)


# What is added to two sound revisions a000 <- b000.
CASES = {
    "nothing": {},
    "another": {"c.py": revision("c000", "b000")},
    "two heads": {"c.py": revision("c000", "a000")},
    "missing parent": {"c.py": revision("c000", "lost")},
    "missing dependency": {"c.py": revision("c000", "b000", "depends_on = 'lost'")},
    "a label as parent": {"b.py": revision("b000", "a000", "branch_labels = 'side'"),
                          "c.py": revision("c000", "side")},
    "itself": {"c.py": revision("c000", "c000")},
    "itself beside another": {"c.py": revision("c000", ("b000", "c000"))},
    "depends on itself": {"c.py": revision("c000", "b000", "depends_on = 'c000'")},
    "cycle": {"c.py": revision("c000", "d000"), "d.py": revision("d000", "c000")},
    "cycle of dependencies": {"c.py": revision("c000", None, "depends_on = 'd000'"),
                              "d.py": revision("d000", None, "depends_on = 'c000'")},
    "no id": {"z.py": "X = 1\n"},
    "docstring only": {"z.py": '"""Revision ID: c000"""\n'},
    "empty": {"z.py": ""},
    "empty, of a hexadecimal name": {"cafe.py": ""},
    "helper": {"helper.py": "def f():\n    pass\n"},
    "hexadecimal name": {"cafe.py": "down_revision = 'b000'\n"},
    "syntax": {"c.py": "def (\n"},
    "bracket": {"c.py": "revision = 'c000'\ndown_revision = ('b000'\n"},
    "conflict": {"c.py": "<<<<<<< a\nrevision = 'c000'\n=======\nrevision = 'd000'\n"
                         ">>>>>>> b\ndown_revision = 'b000'\n"},
    "conflict in the docstring": {"c.py": '"""x\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n"""\n'
                                          + revision("c000", "b000")},
    "conflict over its end": {"c.py": '"""x\n<<<<<<< a\n"""\n=======\n"""\n>>>>>>> b\n'
                                      + revision("c000", "b000")},
    "conflict with longer markers": {"c.py": "<<<<<<<<<< a\n==========\n>>>>>>>>>> b\n"
                                             + revision("c000", "b000")},
    "heading": {"c.py": '"""\nTitle\n=======\n"""\n' + revision("c000", "b000")},
    "template of Jinja": {"c.py": "{% if x %}\n" + revision("c000", "b000")},
    "template of Mako": {"c.py": "% if x:\n" + revision("c000", "b000")},
    "template of ERB": {"c.py": "<% x %>\n" + revision("c000", "b000")},
    "id is None": {"c.py": revision(None, "b000")},
    "id is a number": {"c.py": revision(5, "b000")},
    "no parent given": {"c.py": "revision = 'c000'\n"},
    "parent is a number": {"c.py": revision("c000", 5)},
    "parent and None": {"c.py": revision("c000", ("b000", None))},
    "dependency is a number": {"c.py": revision("c000", "b000", "depends_on = 5")},
    "hyphen": {"c.py": revision("c-000", "b000")},
    "label twice": {"c.py": revision("c000", "b000", "branch_labels = 'b000'")},
    "too long": {"c.py": revision("c" * 33, "b000")},
}


@unittest.skipIf(ScriptDirectory is None, "Alembic is not here")
class Stops(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")
        self.addCleanup(warnings.resetwarnings)

    def make(self, files):
        where = directory("stops")
        os.mkdir(where + "/versions")
        write(where + "/env.py", "")
        for name, text in {"a.py": revision("a000", None),
                           "b.py": revision("b000", "a000"), **files}.items():
            write("%s/versions/%s" % (where, name), text)
        return where

    def alembic(self, where):
        """What Alembic raises, as "TYPE: TEXT", or "" where it loads the directory."""
        config = Config()
        config.set_main_option("script_location", where)
        try:
            ScriptDirectory.from_config(config).get_heads()
        except Exception as e:  # whatever it is
            return "%s: %s" % (type(e).__name__, e)
        return ""

    def stops(self, where):
        result = program("migrations", where, "--format", "json")
        self.assertIn(result.status, (0, 1), result.err)
        return [p["stops"] for p in result.json()["problems"] if p["stops"]]

    def same(self, where):
        said, ours = self.alembic(where), self.stops(where)
        self.assertEqual(bool(said), bool(ours), (said, ours))
        # One of several is what Alembic comes to first.
        if said:
            self.assertTrue(any(s.rstrip(")") in said for s in ours), (said, ours))

    def test_words(self):
        for name, files in CASES.items():
            with self.subTest(name):
                self.same(self.make(files))

    def test_no_files(self):
        """Releases from 1.10 on pass over a directory of such a name."""
        for name in ("link.py", "directory.py", "loop.py"):
            with self.subTest(name):
                where = self.make({})
                path = "%s/versions/%s" % (where, name)
                if name == "directory.py":
                    os.mkdir(path)
                else:
                    os.symlink("loop.py" if name == "loop.py" else "nowhere", path)
                self.same(where)

    def test_duplicate(self):
        """Alembic loads it with a warning, and refuses to upgrade."""
        for files in ({"c.py": revision("b000", "a000")},
                      {"b2.py": revision("b000", "a000"), "c.py": revision("c000", "b000")}):
            where = self.make(files)
            self.assertEqual(self.alembic(where), "")
            config = Config()
            config.set_main_option("script_location", where)
            with self.assertRaisesRegex(Exception, "Multiple head revisions"):
                ScriptDirectory.from_config(config).get_revisions("head")
            self.assertRegex(self.stops(where)[0], "Multiple head revisions")


if __name__ == "__main__":
    unittest.main()
