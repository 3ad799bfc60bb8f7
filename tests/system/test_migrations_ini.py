"""Random alembic.ini files: the directories that Alembic finds with one are those that
`pgdriftd migrations` reads, and what it refuses is refused.

A run prints its seed; PGDRIFTD_TEST_SEED repeats one.
"""
import configparser
import os
import random
import unittest

from harness import directory, program, write

try:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError
except ImportError:
    ScriptDirectory = None

SEED = int(os.environ.get("PGDRIFTD_TEST_SEED") or random.randrange(10 ** 9))
FILES = 150
DIRECTORIES = ["a", "b", "c d", "e/versions", "versions", "per%cent"]


class Plan:
    """The text of one file."""

    def __init__(self, rnd):
        self.rnd = rnd

    def path(self):
        name = self.rnd.choice(["a", "b", "e", "c d", "e/versions", "gone", "per%%cent"])
        return self.rnd.choice(["%s", "%%(here)s/%s", "./%s", "%%(here)s/e/../%s"]) % name

    def value(self, key):
        if key == "script_location":
            return self.rnd.choice(["e", "%(here)s", "%(HERE)s/e", ".", "%(base)s/e",
                                    "%(loop)s", "%(missing)s", "50%", "%(here)d", "%%e"])
        if key == "version_locations":
            paths = [self.path() for _ in range(self.rnd.randint(1, 3))]
            return self.rnd.choice([" ", ", ", ",", ":", ";"]).join(paths)
        if key == "version_path_separator":
            return self.rnd.choice(["os", "space", ":", ";", "OS", "; # why"])
        if key == "base":
            return self.rnd.choice(["%(here)s", "%(here)s/e/.."])
        if key == "loop":
            return self.rnd.choice(["%(loop)s", "%(base)s"])
        return self.rnd.choice(["true", "plain", "a = b : c", "[x]", "tail ; # no comment"])

    def option(self, key):
        key = self.rnd.choice([str, str, str.upper, str.title])(key)
        between = self.rnd.choice([" = ", "=", ": ", " :", "\t=\t"])
        lines = [self.rnd.choice(["", "", "", "  "]) + key + between + self.value(key.lower())]
        if self.rnd.random() < 0.15:
            lines[-1] += self.rnd.choice(["  ", "\t"])
        if self.rnd.random() < 0.1:
            lines += self.rnd.choice([["   # a comment"], ["", "    "], [""]])
        return lines

    def section(self, name, keys):
        lines = [self.rnd.choice(["[%s]", "[%s]", "[%s]  ", "[%s] ; why", " [%s]"]) % name]
        for key in keys:
            # Without a script_location, only code could tell Alembic where it is.
            needed = name == "alembic" and key == "script_location"
            if needed or self.rnd.random() < 0.5:
                lines += self.option(key)
            if self.rnd.random() < 0.1:
                lines += [self.rnd.choice(["", "# comment = 1", "; comment", "  # more"])]
        return lines

    def damage(self, lines):
        return self.rnd.choice([
            ["key = v"] + lines, lines + ["[alembic]"], lines + ["alone"], lines + ["= v"],
            lines + ["[]"], lines + ["[other]", "k = 1", "K = 2"],
            [line.replace("[alembic]", "[Alembic]") for line in lines]])

    def text(self):
        keys = ["script_location", "version_locations", "version_path_separator", "base",
                "loop", "other"]
        sections = [self.section("alembic", keys), self.section("loggers", ["keys"])]
        if self.rnd.random() < 0.5:
            sections.append(self.section("DEFAULT", keys))
        self.rnd.shuffle(sections)
        lines = [line for section in sections for line in section]
        if self.rnd.random() < 0.15:
            lines = self.damage(lines)
        return self.rnd.choice(["\n", "\n", "\r\n"]).join(lines + [""])


@unittest.skipIf(ScriptDirectory is None, "Alembic is not here")
class Ini(unittest.TestCase):
    def project(self):
        where = directory("ini")
        for number, name in enumerate(DIRECTORIES):
            os.makedirs(os.path.join(where, name), exist_ok=True)
            write("%s/%s/%d.py" % (where, name, number),
                  "revision = 'r%d'\ndown_revision = None\n" % number)
        return where

    def alembic(self, where):
        """The files that Alembic would load; None where it refuses.

        It wants the script_location to be there, even where we do not need it, and takes
        what holds a colon for a Python package: LookupError then.
        """
        try:
            config = Config(where + "/alembic.ini")
            config.config_file_name = os.path.abspath(config.config_file_name)
            places = ScriptDirectory.from_config(config)._version_locations
        except (ImportError, AttributeError, TypeError):
            raise LookupError from None
        except (configparser.Error, CommandError, ValueError) as e:
            if str(e).startswith(("Path doesn't exist", "No 'script_location'")):
                raise LookupError from None
            return None
        return sorted({os.path.realpath(os.path.join(place, name)) for place in places
                       if os.path.isdir(place) for name in os.listdir(place)
                       if name.endswith(".py")})

    def ours(self, where):
        result = program("migrations", where + "/alembic.ini", "--format", "json")
        if result.status == 2:
            return None
        return sorted(os.path.realpath(n["file"]) for n in result.json()["nodes"])

    def test_random_files(self):
        print("PGDRIFTD_TEST_SEED=%d" % SEED)
        where, before = self.project(), os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(where)
        agreed = 0
        for number in range(FILES):
            text = Plan(random.Random("%d.%d" % (SEED, number))).text()
            with open(where + "/alembic.ini", "w", newline="") as f:
                f.write(text)
            try:
                theirs = self.alembic(where)
            except LookupError:
                continue
            with self.subTest(seed=SEED, number=number, text=text):
                # No directory at all is nothing to Alembic, and a mistake to us.
                self.assertEqual(self.ours(where) or [], theirs or [])
                agreed += bool(theirs)
        self.assertGreater(agreed, FILES // 20)


if __name__ == "__main__":
    unittest.main()
