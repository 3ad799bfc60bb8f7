"""The first page of many environments: what is chosen, by whatever means, is what is seen."""
import html
import re
import time
import urllib.parse

from browser import DESK, PHONE, BrowserTest
from harness import Daemon, SystemTest, environment, often_the_same, postgres, section, until
from shop import Shop

# Without a script there is no other way than to load itself again.
KNOWN = ["meta-refresh"]
MOST_BYTES = 300 * 1000
ROW = 28  # pixels that a line takes at most
PATHS = "/", "/?group=fingerprint", "/?group=label:team"


def rows(text):
    """The names of the environments that a page shows, in order."""
    return [urllib.parse.unquote(name) for name in re.findall(r'<tr [^>]*id="env-([^"]*)"', text)]


def links(text, words):
    """Where links of these words lead."""
    found = re.findall(r'<a([^>]*)>((?:(?!</a>).)*)</a>', text)
    return [html.unescape(re.search('href="([^"]*)"', attributes).group(1)).lstrip(".")
            for attributes, inner in found
            if html.unescape(re.sub("<[^>]*>", "", inner)).strip() == words]


class Many(Shop):
    """`count` environments of a few databases: of each tenth one is behind, of each
    twentieth one has drifted, and each fiftieth is not reached."""

    count = 60
    reached = 300  # of more the others are not

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = postgres()

        def at(target, change=""):
            database = server.database()
            cls.project.upgrade(database, target)
            server.sql(change, database)
            return server.dsn(database)
        fine, behind = at("head"), at(cls.ids[2])
        odd = at("head", "".join("ALTER TABLE step%d ADD odd int;" % i for i in range(3)))
        config = section("migrations", "shop", tool="alembic", path=cls.project.ini)
        config += environment("dev", server.dsn(cls.dev), migrations="shop", expect="none")
        for i in range(1, cls.count):
            dsn = "postgresql://u@127.0.0.1:1/x" if i % 50 == 0 or i > cls.reached else \
                odd if i % 20 == 0 else behind if i % 10 == 0 else fine
            labels = {"team": ("shop", "bank", "air \u00e9")[i % 3]} if i % 4 else {"stage": "prod"}
            config += environment("%s-%04d" % ("eu" if i % 2 else "us", i), dsn,
                                  migrations="shop", expect="environment:dev",
                                  **({"labels": labels} if i % 5 else {}))
        cls.running = Daemon(config, ready=False, service={
            "interval": "1h", "max_checks_per_server": 8, "max_concurrent_checks": 8})
        cls.addClassCleanup(cls.running.stop)
        until("all to be checked", lambda: cls.running.get("/readyz").status == 200, 120)
        until("all to be settled", lambda: not [
            e for e in cls.running.json("/status?state=unknown")["environments"]
            if e["check"]["status"] == "ok"])

    def page_text(self, path="/"):
        answer = self.running.get(path)
        self.assertEqual(answer.status, 200, path)
        return answer.text

    def wanted(self, query):
        """What /status lists of it, the worst first, else as it is configured."""
        document = self.running.json("/status?" + query)
        order = ["unknown", "unstamped", "drifted", "revision_mismatch", "unconfirmed",
                 "migrating", "in_sync"]
        return [e["name"] for e in sorted(document["environments"],
                                          key=lambda e: order.index(e["state"]))]


@often_the_same
class TestChoice(Many, SystemTest):
    QUERIES = ("", "state=drifted", "state=drifted,unknown", "state=drifted&state=in_sync",
               "q=eu", "q=EU-00&q=1", "migrations=shop", "label=team=shop",
               "label=team=", "label=team=shop&label=team=bank", "environment=us-*",
               "q=eu&state=in_sync&label=team=air*")

    def test_filters(self):
        for query in self.QUERIES:
            with self.subTest(query):
                names = self.wanted(query)
                self.assertEqual(rows(self.page_text("/?" + query)), names)
                self.assertLess(0, len(names))
        server = self.running.environment("eu-0001")["server"]["address"]
        query = "server=" + urllib.parse.quote(server)
        self.assertEqual(rows(self.page_text("/?" + query)), self.wanted(query))

    def test_fields_left_empty_say_nothing(self):
        empty = "q=&label=&server=&migrations=&group="
        self.assertEqual(rows(self.page_text("/?" + empty)), self.wanted(""))
        self.assertEqual(rows(self.page_text("/?state=drifted&" + empty)),
                         self.wanted("state=drifted"))

    def test_what_is_wrong_is_refused(self):
        for query, words in (("lable=team=shop", "label"), ("state=drfted", "drifted"),
                             ("label=tema=x", "team"), ("limit=0", "1 to 1000"),
                             ("limit=x", "1 to 1000"), ("page=-1", "from 1"),
                             ("group=label:tema", "team"), ("migrations=x", "x")):
            answer = self.running.get("/?" + query)
            self.assertEqual(answer.status, 400, query)
            self.assertIn(words, answer.text)

    def test_each_filter_can_be_taken_away(self):
        text = self.page_text("/?q=eu&state=drifted&state=in_sync&label=team=shop")
        for words, query in (("Without with eu \u00d7",
                              "state=drifted&state=in_sync&label=team%3Dshop"),
                             ("Without state drifted \u00d7",
                              "q=eu&state=in_sync&label=team%3Dshop"),
                             ("Without label team=shop \u00d7",
                              "q=eu&state=drifted&state=in_sync")):
            self.assertEqual(links(text, words), ["/?" + query])
            self.assertEqual(rows(self.page_text("/?" + query)), self.wanted(query))
        self.assertEqual(links(text, "Show all"), ["/"])
        self.assertNotIn('id="active"', self.page_text("/"))

    def test_nothing_is_left(self):
        text = self.page_text("/?q=eu&state=migrating")
        self.assertEqual(rows(text), [])
        self.assertIn("No environment is what is asked for.", text)
        self.assertEqual(links(text, "Show all"), ["/", "/"])

    def test_totals_lead_to_what_they_count(self):
        """Of what else is chosen, whatever state is."""
        text = self.page_text("/?q=eu&state=in_sync")
        for state, words in (("unknown", "unknown"), ("in_sync", "in sync")):
            names = self.wanted("q=eu&state=" + state)
            if names:
                found = links(text, "%s %d %s" % (
                    {"unknown": "?", "in_sync": "\u2713"}[state], len(names), words))
                self.assertEqual(found, ["/?q=eu&state=" + state])

    def test_pages(self):
        """Each environment is on one of them, the worst on the first."""
        names, path, seen = self.wanted(""), "/?limit=7", []
        while path:
            text = self.page_text(path)
            part = rows(text)
            self.assertIn("%d\u2013%d of %d" % (
                len(seen) + 1, len(seen) + len(part), len(names)), text)
            seen += part
            path = (links(text, "Next") or [None])[0]
        self.assertEqual(seen, names)
        last = "/?limit=7&page=%d" % -(-len(names) // 7)
        self.assertEqual(rows(self.page_text(last)), names[len(names) // 7 * 7:])
        # There were more when that was linked.
        self.assertEqual(rows(self.page_text("/?limit=7&page=900")),
                         rows(self.page_text(last)))
        text = self.page_text("/?limit=7&page=3&q=eu")
        self.assertEqual(links(text, "Previous")[0], "/?q=eu&limit=7&page=2")
        self.assertEqual(links(text, "First")[0], "/?q=eu&limit=7")
        self.assertNotIn('class="pager"', self.page_text("/"))

    def test_groups(self):
        text = self.page_text("/?group=label:team&q=eu")
        names = self.wanted("q=eu&label=team=shop")
        found = links(text, "shop")
        self.assertEqual(found, ["/?q=eu&label=team%3Dshop"])
        self.assertEqual(rows(self.page_text(found[0])), names)
        found = links(text, "without")
        self.assertEqual(rows(self.page_text(found[0])), self.wanted("q=eu&label=team="))
        groups = self.running.json("/status?group=label:team&q=eu")["groups"]
        shown = re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]*)</a></th>', text)
        self.assertEqual(shown, [g["value"] or "without" for g in groups])
        text = self.page_text("/?group=label:team&limit=2")
        self.assertEqual(len(re.findall('<th scope="row"', text)), 2)
        self.assertEqual(links(text, "Next")[0], "/?group=label%3Ateam&limit=2&page=2")
        self.assertEqual(len(self.running.json("/status?group=fingerprint")["groups"]),
                         len(re.findall('<th scope="row"', self.page_text(
                             "/?group=fingerprint"))))


class TestThousand(BrowserTest, Many):
    """One page of many holds a part of them, and is soon there."""

    count = 1000

    def test_sizes(self):
        for path in PATHS:
            with self.subTest(path):
                self.assertLess(len(self.page_text(path).encode()), MOST_BYTES)
        text = self.page_text("/")
        self.assertEqual(rows(text), self.wanted("")[:200])
        self.assertIn("1\u2013200 of 1,000", text)
        self.assertLess(len(self.page_text("/?state=drifted,revision_mismatch,unknown")
                            .encode()), MOST_BYTES)

    def test_is_for_everybody(self):
        page = self.page(self.running.url).open("/?state=unknown,drifted,in_sync&limit=30"
                                                "&page=24")
        self.assertAccessible(page, known=KNOWN)
        self.shoot(page, "thousand")
        page.open("/?group=label:team")
        self.assertAccessible(page, known=KNOWN)
        self.shoot(page, "by-label")

    def test_lines_are_low(self):
        """Two hundred lines at the height of one line each, in the width of a desk."""
        page = self.page(self.running.url).viewport(*DESK).open("/?state=in_sync")
        heights = page.evaluate("[...document.querySelectorAll('#environments tbody tr')]"
                                ".map(r => r.getBoundingClientRect().height)")
        self.assertEqual(len(heights), 200)
        self.assertLessEqual(max(heights), ROW)
        page.open("/")
        heights = page.evaluate("[...document.querySelectorAll('#environments tbody tr')]"
                                ".filter(r => !r.querySelector('[open]'))"
                                ".map(r => r.getBoundingClientRect().height)")
        self.assertLessEqual(max(heights), ROW)
        page.open("/?state=in_sync").viewport(*PHONE)
        heights = page.evaluate("[...document.querySelectorAll('#environments tbody tr')]"
                                ".filter(r => !r.querySelector('[open]'))"
                                ".map(r => r.getBoundingClientRect().height)")
        self.assertLessEqual(sum(heights) / len(heights), 3 * ROW)

    def test_by_form_and_back(self):
        """The form alone, without a script; then back to where it was asked for."""
        page = self.page(self.running.url).without_script().open("/")
        before = page.loads
        page.click("#q").type("eu-00").click("#state-in_sync").press("Enter")
        page.after_load(before)
        page.wait("location.search.includes('q=eu-00')")
        names = self.wanted("q=eu-00&state=in_sync")
        self.assertEqual(self.shown(page), names[:200])
        self.assertEqual(page.evaluate("document.querySelector('#q').value"), "eu-00")
        page.go_back()
        self.assertEqual(self.shown(page), self.wanted("")[:200])

    def test_by_keys_alone(self):
        page = self.page(self.running.url).without_script().open("/")
        for _ in range(100):
            page.press("Tab")
            if page.evaluate("document.activeElement.id") == "q":
                break
        before = page.loads
        page.type("us-001").press("Enter").after_load(before)
        page.wait("location.search.includes('q=us-001')")
        self.assertEqual(self.shown(page), self.wanted("q=us-001"))
        for _ in range(100):
            page.press("Tab")
            if page.evaluate("document.activeElement.closest('#active') != null"):
                break
        before = page.loads
        page.press("Enter").after_load(before)
        self.assertEqual(self.shown(page), self.wanted("")[:200])
        page.evaluate("document.querySelector('#environments summary').focus()")
        was = page.evaluate("document.querySelector('#environments details').open")
        page.press("Enter")
        page.wait("document.querySelector('#environments details').open !== %s" %
                  str(was).lower())

    def test_lists_of_the_form(self):
        """Groups and labels are chosen from what there is."""
        page = self.page(self.running.url).without_script().open("/?state=in_sync")
        offered = page.evaluate("[...document.querySelectorAll('#labels option')]"
                                ".map(o => o.value)")
        self.assertEqual(offered, ["stage=prod", "team=air \u00e9", "team=bank", "team=shop"])
        page.evaluate("document.querySelector('#group').value = 'label:team';"
                      "document.querySelector('#of-label').value = 'team=air \u00e9'")
        before = page.loads
        page.click("#filter button").after_load(before)
        self.assertEqual(page.evaluate(
            "[...document.querySelectorAll('th[scope=row]')].map(t => t.innerText)"),
            ["air \u00e9"])
        self.assertEqual(page.evaluate("document.querySelector('#of-label').value"),
                         "team=air \u00e9")
        self.assertEqual(page.evaluate("document.querySelector('#group').value"),
                         "label:team")

    def test_half_of_a_label(self):
        """A field with a list is asked for once it is filled in; what there is not is said
        in the server's words, and the server is not taken for one that is down."""
        page = self.page(self.running.url).open("/?q=eu")
        before = self.shown(page)
        page.click("#of-label").type("tea")
        page.expect("400")
        page.press("Enter")
        page.wait("document.querySelector('.notice').textContent === "
                  "'label=\"tea\" is not written NAME=VALUE'")
        self.assertEqual(page.evaluate("location.search"), "?q=eu&label=tea")
        self.assertEqual(self.shown(page), before)
        page.click("#of-label").type("m=bank")
        self.assertEqual(page.evaluate("location.search"), "?q=eu&label=tea")
        page.press("Enter")
        page.wait("document.querySelector('.notice').textContent === ''")
        self.assertEqual(page.evaluate("location.search"), "?q=eu&label=team%3Dbank")

    def shown(self, page):
        return page.evaluate("[...document.querySelectorAll('#environments tbody tr')]"
                             ".map(r => decodeURIComponent(r.id.slice(4)))")

    def test_the_loop_is_soon_free(self):
        """However many pages are made, others are answered meanwhile."""
        slowest = 0
        for i in range(20):
            self.page_text("/?q=eu&limit=%d" % (180 + i))
            begin = time.monotonic()
            self.running.get("/healthz")
            slowest = max(slowest, time.monotonic() - begin)
        self.assertLess(slowest, 0.5)
