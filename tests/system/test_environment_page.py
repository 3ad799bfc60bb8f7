"""The page of one environment, as people have it in a browser."""
from browser import DESK, PHONE, BrowserTest
from harness import Daemon, environment, often_the_same, postgres, section, until
from shop import Shop

# Without a script there is no other way than to load itself again.
KNOWN = ["meta-refresh"]
RULE = 'table:public.kept* until=2099-12-31 reason="kept for the auditors"'


def long_view(number, word):
    """A view of many lines, of which one holds the word."""
    columns = ["%d AS column_%02d" % (i, i) for i in range(60)]
    columns[30] = "'%s'::text AS column_30" % word
    return "CREATE VIEW long_%d AS SELECT %s;" % (number, ", ".join(columns))


@often_the_same
class TestEnvironmentPage(BrowserTest, Shop):
    """env, which differs from ref, and whose catalog changed twice while it was watched."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server = postgres()

        def at(change):
            database = server.database()
            cls.project.upgrade(database, "head")
            server.sql(change, database)
            return database
        views = long_view(1, "one") + long_view(2, "before")
        ref = at(views + "CREATE TABLE lacking (a integer);")
        cls.env = at(views + "CREATE TABLE lacking (a integer); CREATE TABLE kept_1 ()")
        config = section("migrations", "shop", tool="alembic", path=cls.project.ini)
        config += environment("ref", server.dsn(ref), migrations="shop", expect="none")
        config += environment("twin", server.dsn(ref), migrations="shop", expect="none")
        config += environment("env", server.dsn(cls.env), migrations="shop",
                              expect="environment:ref",
                              ignore=[RULE, "view:public.nobody"])
        cls.running = Daemon(config, service={"interval": "200ms"})
        cls.addClassCleanup(cls.running.stop)
        cls.next_second(cls.running.wait_state("env", "in_sync")["check"]["last_at"])
        cls.change("DROP VIEW long_1; " + long_view(1, "onf") + "DROP TABLE lacking", 1)
        cls.change("DROP VIEW long_2; " + long_view(2, "after"), 2)
        cls.running.wait_state("env", "drifted")

    @classmethod
    def change(cls, text, count):
        """Change it, and wait until that is in the time line, and a second is over."""
        def changes():
            return cls.running.json("/status/env/changes")["changes"]
        cls.server.sql(text, cls.env)
        until("change %d" % count, lambda: len(changes()) == count)
        cls.next_second(changes()[0]["to"])

    @classmethod
    def next_second(cls, at):
        until("the next second", lambda: cls.running.json("/status")["generated_at"] > at)

    def open(self, rest="", **keys):
        return self.page(self.running.url).open("/environments/env" + rest)

    def test_says_what_is_needed(self):
        page = self.open()
        self.assertEqual(page.title(), "env · pgdriftd")
        said = page.text("main")
        self.assertIn("drifted", page.text(".top"))
        self.assertIn("3 findings", said)
        self.assertIn("environment:ref", page.text("#axes"))
        self.assertIn(self.ids[4], page.text("#axes"))
        ignored = page.text("#ignored")
        for words in ("public.kept_1", "table:public.kept*", "kept for the auditors",
                      "2099-12-31", "view:public.nobody"):
            self.assertIn(words, ignored)
        self.assertIn("Nobody", page.text("#kin"))
        self.shoot(page, "environment")

    def test_a_character_is_seen(self):
        """Two long views that differ in one, and what is far from that is left out."""
        page = self.open("?kind=view")
        self.assertEqual(page.count("#findings .sides"), 2)
        marked = page.evaluate("[...document.querySelectorAll('#findings li')].map(li =>"
                               " [...li.querySelectorAll('del, ins')].map(e =>"
                               " e.tagName + e.textContent))")
        self.assertIn(["DELe", "INSf"], marked)
        self.assertIn(["DELbefore", "INSafter"], marked)
        self.assertRegex(page.text("#findings"), r"… \d\d unchanged lines …")
        self.assertNotIn("column_02", page.text("#findings"))

    def test_a_change(self):
        """All of the newest one, by its link."""
        page = self.open()
        before = page.count("#points")
        self.assertEqual(before, 0)
        page.click("#story a[href*='from=']")
        page.wait("!!document.querySelector('#points del')")
        self.assertIn("1 difference: 0 gone, 0 added, 1 changed", page.text("#points"))
        self.assertEqual(page.text("#points del"), "before")

    def choose(self, page, name, place):
        """By keys, in the column of radio buttons that has the focus."""
        self.assertEqual(page.focused(), name)
        for _ in range(10):
            page.press("ArrowDown")
            chosen = page.evaluate("[...document.querySelectorAll('input[name=%s]')]"
                                   ".findIndex(e => e.checked)" % name)
            if chosen == place:
                return
        self.fail("place %d of %s cannot be chosen" % (place, name))

    def tab_to(self, page, name):
        for _ in range(100):
            page.press("Tab")
            if page.focused() == name:
                return
        self.fail(name + " is not reached")

    def test_any_two_points(self):
        """Both changes together, by keys alone."""
        page = self.open()
        self.assertEqual(page.count("#story input[name=from]"), 3)
        self.tab_to(page, "from")
        self.choose(page, "from", 2)
        page.press("Tab")
        if page.focused() != "to":
            page.evaluate("document.querySelector('input[name=to]').focus()")
        self.choose(page, "to", 0)
        before = page.loads
        page.press("Enter")
        page.after_load(before)
        said = page.text("#points")
        self.assertIn("3 differences: 1 gone, 0 added, 2 changed", said)
        self.assertIn("public.lacking", said)
        self.assertEqual(page.count("#story input:checked"), 2)
        self.assertAccessible(page, known=KNOWN)

    def test_is_for_everybody(self):
        page = self.open()
        self.assertAccessible(page, known=KNOWN)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        self.assertEqual(len(ids), len(set(ids)))

    def test_in_a_hand(self):
        """What is the same on both sides is there once."""
        page = self.open("?kind=view").viewport(*PHONE)
        self.assertEqual(page.text("#findings").count("column_29"), 2)
        page.viewport(*DESK)
        self.assertEqual(page.text("#findings").count("column_29"), 4)

    def test_works_without_script(self):
        page = self.page(self.running.url).without_script().open("/environments/env")
        self.assertIn("public.lacking", page.text("#findings"))
        before = page.loads
        page.click("#story a[href*='from=']")
        page.after_load(before)
        self.assertIn("1 difference", page.text("#points"))

    def test_keyboard_reaches_each_link(self):
        page = self.open().viewport(*DESK)
        places = ("(list => list.map(e => [...document.querySelectorAll('*')].indexOf(e)))"
                  "(%s)")
        goals = set(page.evaluate(places % "[...document.querySelectorAll('main a[href], main"
                                  " button, main summary')]"))
        reached = set()
        for _ in range(len(goals) + 30):
            page.press("Tab")
            reached.update(page.evaluate(places % "[document.activeElement]"))
        self.assertEqual(goals - reached, set())

    def test_who_has_the_same(self):
        page = self.page(self.running.url).open("/environments/twin")
        self.assertIn("ref", page.text("#kin"))
