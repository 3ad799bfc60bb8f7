"""The pages, as people have them in a browser."""
from browser import DESK, BrowserTest
from harness import Daemon, environment, often_the_same, postgres, section, until
from shop import Shop


@often_the_same
class TestFirstPage(BrowserTest, Shop):
    """dev in sync, prod unstamped, staging drifted, qa behind, and gone, which nobody
    reaches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = postgres()

        def at(target, change=""):
            database = server.database()
            cls.project.upgrade(database, target)
            server.sql(change, database)
            return database
        others = {
            "prod": server.dsn(at("head", "DROP TABLE alembic_version")),
            "staging": server.dsn(at("head", "ALTER TABLE step1 ALTER name TYPE"
                                     " varchar(99); DROP TABLE step2;"
                                     "CREATE TABLE \"<i>Odd</i>\u202e\" (a int)")),
            "qa": server.dsn(at(cls.ids[2])),
            "gone": "postgresql://u@127.0.0.1:1/x",
        }
        config = section("migrations", "shop", tool="alembic", path=cls.project.ini)
        config += environment("dev", server.dsn(cls.dev), migrations="shop", expect="none")
        for name, dsn in others.items():
            config += environment(name, dsn, migrations="shop", expect="environment:dev")
        cls.running = Daemon(config, service={"interval": "1h"})
        cls.addClassCleanup(cls.running.stop)
        for name, state in (("dev", "in_sync"), ("prod", "unstamped"),
                            ("staging", "drifted"), ("qa", "revision_mismatch")):
            cls.running.wait_state(name, state)
        until("all to be settled", lambda: cls.running.environment("qa")["schema"]["status"]
              == "other_revision")

    def test_renders(self):
        """All are there, with their states; what came from elsewhere is text."""
        page = self.page(self.running.url).open("/")
        self.assertIn("pgdriftd", page.title())
        said = page.text()
        for name in ("dev", "prod", "staging", "qa", "gone"):
            self.assertIn(name, said)
        self.assertIn("revision mismatch", said)
        self.assertIn("<i>Odd</i>", said)
        self.assertIn("step2", said)
        self.shoot(page, "first")

    def test_asks_nobody_else(self):
        """One origin is all there is, and one answers all of it."""
        page = self.page(self.running.url).open("/")
        self.assertIn(self.running.url + "/", page.requests)
        self.assertEqual([url for url in page.requests if not page.is_own(url)], [])

    def test_is_for_everybody(self):
        page = self.page(self.running.url).open("/")
        self.assertAccessible(page)

    def test_groups(self):
        page = self.page(self.running.url).open("/?group=fingerprint")
        self.assertIn("environment", page.text("main"))
        self.assertAccessible(page)

    def test_works_without_script(self):
        """All is said, lists open, and it loads itself again."""
        page = self.page(self.running.url).without_script().open("/")
        self.assertIn("staging", page.text("main"))
        before = page.evaluate("document.querySelector('details').open")
        page.click("summary")
        page.wait("document.querySelector('details').open !== %s" % str(before).lower())
        self.assertEqual(page.count("meta[http-equiv=refresh]"), 1)

    def test_keyboard_reaches_each_link(self):
        """Tab alone comes by all that can be followed or opened."""
        page = self.page(self.running.url).viewport(*DESK).open("/")
        goals = page.evaluate(
            "[...document.querySelectorAll('a[href], summary, input, select, button')]"
            ".filter(e => e.tabIndex >= 0 && e.checkVisibility()).length")
        reached = set()
        for _ in range(goals):
            page.press("Tab")
            reached.add(page.evaluate(
                "[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        self.assertEqual(len(reached), goals)

    def test_keyboard_opens_a_list(self):
        page = self.page(self.running.url).open("/")
        before = page.evaluate("document.querySelector('details').open")
        page.evaluate("document.querySelector('summary').focus()")
        page.press("Enter")
        page.wait("document.querySelector('details').open === %s" % str(not before).lower())
