"""What the documents tell people to do is done, and what they are said to see is seen:
a test for each of docs/*.md that has blocks, and of README.md."""
import glob
import os
import shutil
import unittest

from guides import GuideError, Machine, blocks, is_as, whole
from harness import HERE, Postgres, SystemTest, often_the_same

TOP = os.path.realpath(os.path.join(HERE, "../.."))

# Blocks that nothing runs, by guide: (shown as text, not run for a reason that is said).
# A number here may shrink; where it has to grow, say why in the change that does it.
UNTRIED = {
    "README.md": (4, 0),
    "docs/alerting.md": (0, 3),  # neither Prometheus nor Alertmanager is a service there
    "docs/containers.md": (0, 3),  # it needs podman as root, and a cluster
    "docs/ignore.md": (1, 0),  # the grammar
    "docs/packages.md": (0, 4),  # that is done in a system of its own, by tests/packages/run
    "docs/role.md": (0, 1),  # a role of Amazon's
    "docs/sizing.md": (3, 0),
    "docs/sleeping.md": (0, 1),  # a deploy
    "docs/troubleshooting.md": (1, 0),
    "docs/upgrade.md": (0, 1),  # a second cluster
}

# README.md is read by people who see its source: so what its blocks are stands here, by
# their first lines.
README = {
    "./scripts/demo": "text",
    "NAME     STATE              REVISION      EXPECTED      SCHEMA              SINCE"
    "                 CHECKED": "text",
    "./scripts/test": "text",
    "./scripts/deps build": "text",
    "CREATE ROLE pgdriftd LOGIN PASSWORD '…';": "sql",  # in the database `app`
    'migrations "shop" { path = "/srv/shop/alembic.ini" }': "conf",
}
README_BEFORE = """CREATE DATABASE app;
\\c app
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
"""


def guides():
    """[path below the top] of what has blocks."""
    found = [os.path.relpath(path, TOP) for path in glob.glob(os.path.join(TOP, "docs/*.md"))]
    return [name for name in sorted(found) + ["README.md"] if blocks_of(name)]


def blocks_of(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as f:
        found = blocks(name, f.read())
    if name == "README.md":
        for block in found:
            first = block.text.split("\n", 1)[0]
            if first not in README:
                block.fail("say in tests/system/test_guides.py what this is", 1)
            block.language = README[first]
            block.said = {"database": "app"}
    return found


class ReaderTest(unittest.TestCase):
    """What is read of a guide, and when something is as it is shown."""

    def only(self, text):
        found = blocks("x.md", text)
        self.assertEqual(len(found), 1)
        return found[0]

    def test_a_block_knows_its_line_and_what_was_said(self):
        block = self.only("Text.\n\n<!-- test: exit 1; database shop -->\n```sh\nfalse\n```\n")
        self.assertEqual((block.where(), block.language, block.text),
                         ("x.md:4", "sh", "false\n"))
        self.assertEqual(block.said, {"exit": "1", "database": "shop"})

    def test_the_sentence_above_names_the_file(self):
        block = self.only("That of `x` goes into `/etc/pgdriftd/a.conf`:\n\n```conf\n```\n")
        self.assertEqual(block.said, {"file": "/etc/pgdriftd/a.conf"})
        block = self.only("That is how `a` looks:\n\n```conf\n```\n")
        self.assertEqual(block.said, {})

    def test_a_reason_is_one_text(self):
        block = self.only("<!-- test: not run: only there; and\n file x -->\n```sql\n```\n")
        self.assertEqual(block.said, {"not run": "only there; and file x"})

    def test_what_is_invisible_is_run_and_written(self):
        found = blocks("x.md", "<!-- test: run\ntrue; false\n-->\n"
                               "<!-- test: write /srv/a b\ntext\n-->\n")
        self.assertEqual([(b.language, b.text, b.said) for b in found], [
            ("sh", "true; false\n", {}), ("text", "text\n", {"file": "/srv/a b"})])

    def test_mistakes_are_refused(self):
        for text in ("<!-- test: exits 1 -->\n```sh\n```\n", "<!-- test: exit 1 -->\n"):
            with self.subTest(text), self.assertRaises(GuideError):
                blocks("x.md", text)

    def test_as_shown(self):
        for expected, found, good in (
                ("a  b\n", "a b\n", True), ("a\n", "a\nb\n", False), ("a\n", "", False),
                ("", "a\n", False), ("a …c\n", "a bbb c\n", True), ("a…c\n", "a\nc\n", False),
                ("a\n…\nc\n", "a\nb\nb\nc\n", True), ("a\n…\nc\n", "a\nc\n", True),
                ("a\n…\nc\n", "a\nb\n", False), ("a.c\n", "abc\n", False),
                ("2026-11-20T10:40:27Z  1s ago\n", "2027-01-01T00:00:00.5Z  now\n", True)):
            with self.subTest(expected=expected, found=found):
                self.assertEqual(is_as(expected, found), good)

    def test_a_part_of_a_configuration_becomes_one(self):
        block = self.only('```conf\nignore = { "table:x" }\nexpect = "environment:a"\n```\n')
        self.assertRegex(whole(block), r'(?s)environment "this".*table:x.*environment "a"')


class Guide(SystemTest):
    """Each with a server of its own, so that it may make the roles and databases it says."""

    which_server = staticmethod(Postgres)

    def setUp(self):
        super().setUp()
        self.addCleanup(shutil.rmtree, self.server.directory, ignore_errors=True)
        self.addCleanup(self.server.stop)
        self.machine = Machine(self.server)
        self.addCleanup(shutil.rmtree, self.machine.root, ignore_errors=True)
        self.addCleanup(self.machine.close)

    def follow(self, name):
        found = blocks_of(name)
        counts = (sum(b.language == "text" and not {"file", "append"} & b.said.keys() for b in found),
                  sum("not run" in b.said for b in found))
        self.assertEqual(counts, UNTRIED.get(name, (0, 0)),
                         "%s: how many blocks are text, and how many not run" % name)
        if name == "README.md":
            self.server.sql(README_BEFORE)
        for block in found:
            self.machine.do(block)


@often_the_same
class RunnerTest(Guide):
    def test_what_is_wrong_fails_and_says_where(self):
        for text, line in (
                ("```sh\ntrue\nfalse\n```\n", 1), ("```console\n$ echo a\nb\n```\n", 2),
                ("```console\n$ true\n$ false\n```\n", 3), ("```sql\nSELECT x\n```\n", 1),
                ('```conf\nnone = "x"\n```\n', 1), ("```json\n{\n```\n", 1),
                ("```yaml\na: b: c\n```\n", 1), ("```\n```\n", 1),
                ("```sh\nsystemctl start another\n```\n", 1),
                ("```sh\nsystemctl restrat pgdriftd\n```\n", 1),
                ("```sh\napt install none-of-this-name\n```\n", 1)):
            with self.subTest(text), self.assertRaisesRegex(GuideError, "^x.md:%d: " % line):
                for block in blocks("x.md", text):
                    self.machine.do(block)

    def test_blocks_go_on_where_the_one_before_ended(self):
        for block in blocks("x.md", "```sh\ncd /srv\nexport A=1\n```\n"
                            "```console\n$ pwd\n/srv\n$ echo $A\n1\n$ false\n$ echo $?\n1\n```\n"):
            self.machine.do(block)


def _class_of(name):
    """A class a guide, so that they run side by side."""
    word = os.path.splitext(os.path.basename(name))[0].lower().replace("-", "_")
    return often_the_same(type("GuideTest_" + word, (Guide,), {
        "__module__": __name__, "test_" + word: lambda self: self.follow(name)}))


for _guide in map(_class_of, guides()):
    globals()[_guide.__name__] = _guide
del _guide  # that it is not found twice


if __name__ == "__main__":
    unittest.main()
