"""The revision graph: as a page, as a picture to embed, for Graphviz and for programs."""
import os
import re
import xml.etree.ElementTree as xml

from browser import BrowserTest, DESK
from harness import (Daemon, SystemTest, directory, environment, often_the_same, postgres,
                     section, until, write)
from shop import Shop

# Without a script there is no other way than to load itself again.
KNOWN = ["meta-refresh"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SVG = "{http://www.w3.org/2000/svg}"

FILE = '''"""%s

Create Date: 2024-05-01 12:30:00
"""
revision = %r
down_revision = %r


def upgrade():
    op.drop_table("t")


def downgrade():
    op.create_table("t")
'''


def versions(revisions):
    """A directory of files: (id, what it comes after, message)."""
    path = directory("versions")
    for i, (revision, down, message) in enumerate(revisions):
        write(os.path.join(path, "r%05d.py" % i), FILE % (message, revision, down))
    return path


def line(count):
    return [("%012x" % i, "%012x" % (i - 1) if i else None, "step %d" % i)
            for i in range(count)]


def block(path):
    return section("migrations", "app", tool="alembic", path=path)


class Graphs(SystemTest):
    """What a daemon answers of such files; nothing of a database is needed for that."""

    def serve(self, revisions, environments=""):
        self.running = self.daemon(block(versions(revisions)) + environments,
                                   service={"interval": "1h"})
        until("the files to be read", lambda: self.json().get("nodes"))
        return self.running

    def get(self, query="", accept=None):
        return self.running.get("/migrations/app" + query,
                                headers={"Accept": accept} if accept else None)

    def json(self):
        return self.running.json("/migrations/app")


class TestFormats(Graphs, Shop):

    def test_by_accept(self):
        """A browser has a page, everybody else what programs read."""
        self.serve(line(3))
        for path in ("/migrations", "/migrations/app"):
            for accept, kind in (
                    (None, "application/json"), ("*/*", "application/json"),
                    ("application/json", "application/json"), (BROWSER, "text/html"),
                    ("text/html;q=0.4, application/json;q=0.5", "application/json"),
                    ("text/html;q=0.5, application/json;q=0.4", "text/html")):
                # Twice: what is kept for one is nothing for the other.
                for _ in range(2):
                    answer = self.running.get(
                        path, headers={"Accept": accept} if accept else None)
                    self.assertEqual(answer.headers.get_content_type(), kind, accept)
                    self.assertIn("Accept", answer.headers["Vary"].split(", "))
                again = self.running.get(path, headers={
                    "If-None-Match": answer.headers["ETag"],
                    **({"Accept": accept} if accept else {})})
                self.assertEqual(again.status, 304)

    def test_by_format(self):
        self.serve(line(3))
        for word, kind in (("json", "application/json"), ("html", "text/html"),
                           ("svg", "image/svg+xml"), ("dot", "text/vnd.graphviz")):
            for accept in (None, BROWSER):
                answer = self.get("?format=" + word, accept)
                self.assertEqual((answer.status, answer.headers.get_content_type()),
                                 (200, kind))
        self.assertEqual(self.get("?format=pdf").status, 400)

    def test_document(self):
        """Of each revision what it is for, when it was made, and what it destroys."""
        self.serve(line(2))
        node = self.json()["nodes"][1]
        self.assertEqual((node["message"], node["created"]),
                         ("step 1", "2024-05-01 12:30:00"))
        operation, = node["operations"]
        self.assertIs(operation["destroys"], True)

    def test_picture(self):
        """It is whole by itself, and says who stands where."""
        self.running = self.daemon(
            self.migrations() + environment(
                "late", self.server.dsn(self.at(self.ids[2])), migrations="shop"),
            service={"interval": "1h"})
        self.running.wait_state("late", "revision_mismatch")
        answer = self.running.get("/migrations/shop?format=svg")
        root = xml.fromstring(answer.text)
        self.assertEqual(root.tag, SVG + "svg")
        nodes = [g for g in root.iter(SVG + "g") if "node" in g.get("class").split()]
        self.assertEqual(len(nodes), 5)
        standing = "".join(nodes[2].itertext())
        self.assertIn(self.ids[2], standing)
        self.assertIn("late: revision mismatch", standing)
        self.assertEqual([n.get("class").split().count("pending") for n in nodes],
                         [1, 1, 0, 0, 0])
        self.assertNotIn("script", answer.text)
        self.assertRegex(answer.headers["Content-Security-Policy"],
                         r"^default-src 'none'; style-src 'sha256-[\w+/]{43}='$")
        dot = self.running.get("/migrations/shop?format=dot").text
        self.assertIn('"e:late" -> "r:%s"' % self.ids[2], dot)

    def test_hostile_names(self):
        """Whatever revisions are called and say, XML stays XML and text is text."""
        evil = ['"><script>alert(1)</script>', "a&amp;b", "]]>", "x' onload='y",
                "\u202egpj", "</svg>"]
        self.serve(
            [(name, evil[i - 1] if i else None, "</title><script>" + name.replace('"', ""))
             for i, name in enumerate(evil)],
            environment("env", "postgresql://u@127.0.0.1:1/x", migrations="app"))
        for query in ("?format=svg", "?format=svg&fold=0&open=%3Cx%3E"):
            root = xml.fromstring(self.get(query).text)
            self.assertEqual({e.tag for e in root.iter() if "script" in e.tag}, set())
        page = self.get("?revision=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", BROWSER).text
        self.assertEqual(len(re.findall("<script", page)), 1)  # its own
        self.assertNotIn("\u202e", page)
        self.assertIn("&lt;script&gt;alert(1)", page)
        dot = self.get("?format=dot").text
        self.assertNotIn("\u202e", dot)
        for row in dot.splitlines():
            self.assertEqual(len(re.findall(r'(?<!\\)(?:\\\\)*"', row)) % 2, 0, row)

    def test_very_long(self):
        """5,000 revisions are read at a glance, and each can still be reached."""
        self.serve(line(5000))
        page = self.get(accept=BROWSER).text
        self.assertEqual(page.count('<tr id="r-'), 3)
        self.assertIn("4998 revisions", page)
        self.assertLess(len(page), 100000)
        whole = self.get("?fold=0", BROWSER).text
        self.assertIn("Rows 1 to 200 of 5000", whole)
        self.assertEqual(whole.count('<tr id="r-'), 200)
        last = self.get("?fold=0&page=25", BROWSER).text
        self.assertIn('<tr id="r-%012x">' % 0, last)
        found = self.get("?revision=%012x" % 2500, BROWSER).text
        self.assertIn('<tr id="r-%012x">' % 2500, found)
        self.assertIn("step 2500", found)
        self.assertEqual(len(self.json()["nodes"]), 5000)
        xml.fromstring(self.get("?format=svg").text)
        root = xml.fromstring(self.get("?format=svg&fold=0").text)
        self.assertEqual(len(root.findall(".//%sa" % SVG)), 0)
        self.assertIn("r:%012x" % 2500, self.get("?format=dot&fold=0").text)

    def test_problems(self):
        """What can be drawn is; the rest is listed, with the file and what to do."""
        path = versions([("a", None, ""), ("b", "a", ""), ("b", "a", ""), ("c", "lost", ""),
                         ("x", "y", ""), ("y", "x", "")])
        write(os.path.join(path, "noid.py"), "import os\n")
        self.running = self.daemon(block(path))
        until("the files to be read", lambda: self.json().get("nodes"))
        page = self.get(accept=BROWSER).text
        codes = {p["code"] for p in self.json()["problems"]}
        self.assertLessEqual({"cycle", "duplicate_revision", "missing_parent",
                              "no_revision_id"}, codes)
        for problem in self.json()["problems"]:
            self.assertIn(problem["file"], page)
        for revision in ("a", "b", "c", "x", "y", "lost"):
            self.assertIn('<tr id="r-%s">' % revision, page)

    def test_nothing_to_read(self):
        self.running = self.daemon(block("/nowhere/at/all"))
        until("the look at it", lambda: self.json().get("error"))
        page = self.get(accept=BROWSER)
        self.assertEqual(page.status, 200)
        self.assertIn("They cannot be read", page.text)
        self.assertEqual(self.get("?format=svg").status, 409)
        self.assertIn("cannot be read", self.running.get(
            "/migrations", headers={"Accept": BROWSER}).text)


@often_the_same
class TestGraphPage(BrowserTest, Shop):
    """A graph with a stretch, a branch, a merge and problems; many stand at one revision."""

    MANY = 12

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        revisions = line(40) + [
            ("left", "%012x" % 39, "one way"), ("right", "%012x" % 39, "the other way"),
            ("merge", ("left", "right"), "both"), ("lone", "lost", "of a lost file")]
        server = postgres()

        def stamped(revision):
            return server.dsn(server.database(
                "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
                "GRANT SELECT ON alembic_version TO watcher;"
                "INSERT INTO alembic_version VALUES ('%s')" % revision))
        config = block(versions(revisions))
        old = stamped("%012x" % 20)
        for i in range(cls.MANY):
            config += environment("tenant%d" % i, old, migrations="app")
        config += environment("dev", stamped("merge"), migrations="app")
        cls.running = Daemon(config, service={"interval": "1h"})
        cls.addClassCleanup(cls.running.stop)
        cls.running.wait_state("dev", "revision_mismatch")  # the lone one is a head, too
        for i in range(cls.MANY):
            cls.running.wait_state("tenant%d" % i, "revision_mismatch")

    def open(self, path="/migrations/app"):
        return self.page(self.running.url).viewport(*DESK).open(path)

    def test_renders(self):
        page = self.open()
        said = page.text("#graph")
        for words in ("merge", "left", "one way", "18 revisions", "12 environments", "dev",
                      "missing parent", "pending in 12"):
            self.assertIn(words, said)
        self.assertIn("missing parent", page.text("#problems"))
        self.shoot(page, "graph")

    def test_is_for_everybody(self):
        for path in ("/migrations", "/migrations/app",
                     "/migrations/app?revision=%012x" % 20):
            self.assertAccessible(self.open(path), known=KNOWN)

    def test_is_told_to_readers_of_screens(self):
        tree = self.open().tree()
        self.assertIn(("region", "Picture of the graph"), tree)
        self.assertIn(("region", "Revisions in order"), tree)
        self.assertIn(("rowheader", "merge"), tree)
        self.assertTrue([name for role, name in tree
                         if name.startswith("revision left") and role == "link"])

    def test_keyboard_reaches_each_link(self):
        """Of the picture as well, and where the focus is can be seen."""
        page = self.open()
        goals = page.count(":is(a[href], summary, [tabindex='0'])"
                           ":not(details:not([open]) > :not(summary) *)")
        reached, unseen = set(), []
        for _ in range(goals):
            page.press("Tab")
            at, outline, name = page.evaluate(
                "(e => [[...document.querySelectorAll('*')].indexOf(e),"
                " getComputedStyle(e).outlineStyle, e.outerHTML.slice(0, 80)])"
                "(document.activeElement)")
            reached.add(at)
            unseen += [name] if outline == "none" else []
        self.assertEqual(len(reached), goals)
        self.assertEqual(unseen, [])

    def test_opens_a_stretch_and_a_revision(self):
        """Each is a link, from the picture: no script is needed."""
        page = self.open().without_script()
        page.open("/migrations/app")
        self.assertNotIn("%012x" % 30, page.text("#graph"))
        before = page.loads
        page.click("#graph .stretch a text")
        page.after_load(before)
        self.assertIn("%012x" % 30, page.text("#graph"))
        before = page.loads
        page.click("#graph a[href*='revision=%012x'] text" % 30)
        page.after_load(before)
        self.assertIn("step 30", page.text("#revision"))
        self.assertIn("destructive", page.text("#revision"))
        self.assertEqual(page.count("#pending-in a"), self.MANY)

    def test_picture_alone(self):
        """As a document of its own, and as an image of another page."""
        page = self.open("/migrations/app?format=svg")
        self.assertEqual(page.evaluate("document.documentElement.tagName"), "svg")
        self.assertNotEqual(page.evaluate(
            "getComputedStyle(document.querySelector('.graph .ground')).fill"),
            "rgb(0, 0, 0)")

    def test_list(self):
        page = self.open("/migrations")
        before = page.loads
        self.assertIn("4", page.text("main table"))
        page.click("td.name a")
        page.after_load(before)
        self.assertIn("Migrations app", page.title())
