"""Names, comments and revisions that would turn a line, hide, draw over others, end a table or
be markup: whoever reads a page, a terminal or a log sees what is there, and a program gets
what is there."""
import html.parser
import os
import re

from browser import BrowserTest
from harness import (Daemon, directory, environment, postgres, program, section, until,
                     write)
from shop import Shop

# What stands in a name, and what has to be seen of it in a text (None: as it is).
NAMES = {
    "turned": ("\u202egnp", "\\u202e"),
    "isolated": ("\u2066a\u2069", "\\u2066a\\u2069"),
    "directed": ("\u200e\u200f\u061c", "\\u200e\\u200f\\u061c"),
    "narrow": ("\u200b\u200c\u200d\u2060\ufeff", "\\u200b\\u200c\\u200d\\u2060\\ufeff"),
    "coloured": ("\x1b[31m\x07", "\\x1b[31m\\x07"),
    "coloured by C1": ("\u009b31m\u0085", "\\u009b31m\\u0085"),
    "deleted": ("\x7f\x08", "\\x7f\\x08"),
    "of lines": ("a\nb\r\tc", "a\\nb\\r\\tc"),
    "tagged": ("\U000e0041\U000e007f", "\\U000e0041\\U000e007f"),
    "in a heap": ("z" + "\u0301" * 12, "z\u0301\u0301\u0301\u0301\\u0301"),
    "blank": ("a\u00a0b\u2003c\u2800", "a\\u00a0b\\u2003c\\u2800"),
    "private": ("\ue000\U000f0000", "\\ue000\\U000f0000"),
    "filled": ("\u3164\u115f\ufe0f", "\\u3164\\u115f\\ufe0f"),
    "a script": ("<script>x=1</script>", None),
    "an image": ("<img src=y onerror=x=1>", None),
    "an attribute": ("\" onfocus=\"x=1\" autofocus ' y='", None),
    "an entity": ("&lt;b&gt;&#x202e;", None),
    "an end": ("</code></li></table></main>", None),
    "a comment": ("<!-- ", None),
    "a path": ("../../status?x=%2F%00#y", None),
    "a format": ("%s%n${x}{0}\\x1b", None),
    "Markdown": ("`code` **b** [a](javascript:x)", None),
    "wide": ("日本" * 8, None),
    "long": ("n" * 58, None),
}
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u115f\u2000-\u200f\u2028-\u202f"
                    "\u205f-\u206f\u2800\u3164\ue000-\uf8ff\ufe00-\ufe0f\ufeff"
                    "\U000e0000-\U0010ffff]|\u0301{5}")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


def identifier(text):
    return '"%s"' % text.replace('"', '""')


def literal(text):
    return "'%s'" % text.replace("'", "''")


def schema():
    """A table for each, and what may be called by it within one."""
    lines = []
    for i, (text, _) in enumerate(NAMES.values()):
        table = identifier("t%d %s" % (i, text))
        lines.append("CREATE TABLE %s (%s integer DEFAULT 1, CONSTRAINT %s CHECK (true));" % (
            table, identifier("c" + text), identifier("k" + text)))
        lines.append("COMMENT ON TABLE %s IS %s;" % (table, literal("said " + text)))
        lines.append("ALTER TABLE step1 ADD %s text DEFAULT %s;" % (
            identifier("s%d %s" % (i, text)), literal(text)))
    return "\n".join(lines)


class Markup(html.parser.HTMLParser):
    """Each element and attribute, and where one is not closed by its own end."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.wrong = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("</%s> at %s" % (tag, self.getpos()))

    def handle_comment(self, data):
        self.wrong.append("a comment")


class Named(BrowserTest, Shop):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = postgres()
        cls.odd = server.database()
        cls.project.upgrade(cls.odd)
        server.sql(schema(), cls.odd)
        # Revisions that nobody knows, of several rows.
        cls.lost = server.database()
        cls.project.upgrade(cls.lost)
        server.sql("ALTER TABLE alembic_version ALTER version_num TYPE text; DELETE FROM "
                   "alembic_version; INSERT INTO alembic_version VALUES " + ", ".join(
                       "(%s)" % literal(text) for text, _ in NAMES.values()), cls.lost)
        cls.files = cls.migrations_of_names()
        cls.conf = cls.config_of()
        cls.running = Daemon(cls.conf, service={"log_format": "json"})
        cls.addClassCleanup(cls.running.stop)
        cls.running.wait_state("odd", "drifted")
        cls.running.wait_state("lost", "revision_mismatch")
        until("none to be tried", lambda: cls.running.environment("none")["check"][
            "consecutive_failures"])
        until("the graph", lambda: cls.running.get("/migrations/names").status == 200)

    @classmethod
    def migrations_of_names(cls):
        """One revision for each: its message, label, and the name of its file."""
        where, down = directory("names"), None
        for i, (text, _) in enumerate(NAMES.values()):
            file = "%d_%s.py" % (i, re.sub("[/\0]", "", text))
            write(os.path.join(where, file), "%r\n\nrevision = %r\ndown_revision = %r\n"
                  "branch_labels = (%r,)\ndef upgrade():\n    pass\n" % (
                      "Message " + text, "r%d" % i, down, "l" + text))
            down = "r%d" % i
        write(os.path.join(where, "zz\u202e<b>.py"), "revision = 'un" + "\u202e<i>'\n"
              "down_revision = 'no\u200b<b>'\n")
        return where

    @classmethod
    def config_of(cls):
        server = postgres()
        odd_text = "".join(t for t, _ in NAMES.values() if not re.search(
            "[\x00-\x1f\x7f]", t)).replace("$", "")
        return section("migrations", "shop", tool="alembic", path=cls.project.versions) + \
            section("migrations", "names", tool="alembic", path=cls.files) + \
            environment("dev", server.dsn(cls.dev), migrations="shop", expect="none") + \
            environment("odd", server.dsn(cls.odd), migrations="shop",
                        expect="environment:dev").replace(
                "}\n", '  labels { team = %s }\n}\n' % (
                    '"%s"' % odd_text.replace("\\", "\\\\").replace('"', '\\"'))) + \
            environment("lost", server.dsn(cls.lost), migrations="shop", expect="none") + \
            environment("none", server.dsn("none\u202e<i>"), head=["a"])

    def assertSeen(self, text, what):
        found = UNSEEN.search(text)
        if found:
            at = found.start()
            self.fail("%s: %r" % (what, text[max(0, at - 60):at + 20]))

    def assertSound(self, text, what):
        """Every element is one of ours, and ends where it should."""
        markup = Markup(text)
        self.assertEqual((markup.wrong, [t for t in markup.open if t not in ("html",)]),
                         ([], []), what)
        self.assertNotIn("img", markup.tags)
        self.assertLessEqual(markup.tags.count("script"), 1)
        self.assertEqual([a for a in markup.attributes if a[0].startswith("on") or
                          a[0] in ("style", "autofocus") or
                          (a[1] or "").startswith("javascript:")], [])

    PATHS = ("/", "/?group=fingerprint", "/?environment=odd", "/status", "/status/odd",
             "/status/lost", "/status/none", "/status/odd/diff", "/history", "/migrations",
             "/status/odd/diff?format=text", "/status/odd/changes?format=text",
             "/migrations/names", "/migrations/shop", "/environments/odd",
             "/environments/lost", "/environments/none", "/migrations/names?format=svg",
             "/migrations/names?format=dot", "/migrations/shop?format=svg",
             "/status/%3Cimg%20src=y%20onerror=x=1%3E%E2%80%AE")

    def test_what_is_served(self):
        pages = 0
        for path in self.PATHS:
            for accept in ("text/html", "*/*"):
                answer = self.running.get(path, {"Accept": accept})
                self.assertIn(answer.status, (200, 404, 409), path)
                self.assertSeen(answer.text, path)
                if "html" in answer.headers["Content-Type"]:
                    pages += 1
                    self.assertSound(answer.text, path)
        self.assertGreater(pages, 5)

    def test_nothing_is_lost(self):
        """A person sees each, a program gets each."""
        text = self.running.get("/status/odd/diff?format=text").text
        names = [f["name"] for f in self.running.json("/status/odd/diff")["findings"]]
        for i, (what, (name, seen)) in enumerate(NAMES.items()):
            with self.subTest(what):
                whole = "t%d %s" % (i, name)
                # As long as a name may be.
                whole = whole.encode()[:63].decode(errors="ignore")
                self.assertIn("public." + identifier(whole), names)
                shown = "t%d %s" % (i, (seen or name.replace('"', '""'))[:40])
                self.assertTrue(shown in text, shown)

    def test_what_commands_say(self):
        server = self.server
        conf = write(os.path.join(directory("conf"), "pgdriftd.conf"),
                     section("service", state_dir="") + self.conf)
        for arguments in (
                ["status", "--url", self.running.url], ["check", "-c", conf],
                ["check", "-c", conf, "--format", "nagios"],
                ["check", "-c", conf, "--format", "json"],
                ["diff", server.dsn(self.dev), server.dsn(self.odd)],
                ["diff", server.dsn(self.odd), server.dsn(self.dev)],
                ["migrations", self.files], ["migrations", self.files, "--format", "json"],
                ["migrations", self.files, "--recorded", "r\u202e<b>,\x1b[31m"],
                ["log", "odd", "-c", self.running.file],
                ["accept", "odd", "--dry-run", "-c", self.running.file],
                ["wait", "\u202ex", "--for", "in_sync", "--url", self.running.url,
                 "--timeout", "1s"],
                ["diff", "env:\u202e\x1b[31m", "/no\u200bwhere\u009b", "-c", conf],
                ["config", "check", "-c", "/no/\u202e\x1b[31m"], ["\u202e\x1b[31m"]):
            with self.subTest(arguments):
                said = program(*arguments)
                self.assertSeen(said.out, "standard output")
                self.assertSeen(said.err, "standard error")
                self.assertTrue(said.out + said.err)

    def test_what_is_logged(self):
        text = self.running.log()
        self.assertIn("odd", text)
        self.assertSeen(text, "the log")

    def test_in_a_browser(self):
        """Nothing of it is an element, runs, or asks for anything."""
        for path in ("/", "/?group=fingerprint", "/environments/odd", "/environments/lost",
                     "/migrations/names"):
            page = self.page(self.running.url)
            page.expect(".*404.*")
            page.open(path)
            self.assertEqual(page.count("img, iframe, object, [onerror], [onfocus]"), 0)
            self.assertEqual(page.evaluate_there("typeof x"), "undefined")
            self.assertSeen(page.text(), path)
            self.assertEqual([u for u in page.requests if not page.is_own(u)], [])


if __name__ == "__main__":
    import unittest
    unittest.main()
