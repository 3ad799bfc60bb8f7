"""What the script of the pages does with a page that changes; the server is a test's."""
import datetime
import json
import time
import urllib.parse

from browser import CTRL, BrowserTest
from harness import often_the_same, until
from site_of_pages import Site

REGION = "document.querySelector('[aria-live]').textContent"
NOTICE = "document.querySelector('[role=status]').innerText"


def rows(*environments, more=""):
    """A table of (name, state), as the first page has it."""
    return "<table>%s</table>" % "\n".join(
        '<tbody id="env-%s" data-environment="%s" data-state="%s"><tr><td>%s</td><td>%s'
        "%s</td></tr></tbody>" % (name, name, state, name, state, more)
        for name, state in environments)


class ScriptTest(BrowserTest):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)

    def show(self, body, path="/", hasten=1):
        self.site.pages[urllib.parse.urlsplit(path).path] = body
        return self.page(self.site.url).hasten(hasten).open(path)

    def renew(self, page, body=None, path="/"):
        """Have it look again now, and wait until it has."""
        if body is not None:
            self.site.pages[path] = body
        before = len(self.site.asked)
        page.evaluate("dispatchEvent(new Event('online')), null")
        until("it to be asked for", lambda: len(self.site.asked) > before)
        page.wait("document.querySelector('main').dataset.made === '%s'" % self.site.made)


@often_the_same
class TestExchange(ScriptTest):
    """What is another is exchanged, and the rest is as the person has it."""

    def test_text_and_attributes(self):
        page = self.show('<p id="a" class="x" title="t">one <b>two</b></p>')
        page.evaluate_there("window.kept = document.querySelector('#a'), null")
        self.renew(page, '<p id="a" class="y" lang="en">one <b>three</b> four</p>')
        self.assertEqual(page.text("#a"), "one three four")
        self.assertEqual(page.evaluate_there(
            "kept === document.querySelector('#a') && kept.className === 'y' &&"
            " kept.lang === 'en' && !kept.hasAttribute('title')"), True)

    def orders(self):
        names = "abcdefgh"
        yield from (names, names[::-1], names[1:] + "a", "h" + names[:-1], "bdfh", "",
                    "xayb", "hgabcdef", "acbdfegh", names)

    def test_each_order(self):
        """Rows come, go and change places; those that stay are the same ones."""
        page = self.show(rows(*((n, "drifted") for n in "abcdefgh")))
        shown = "abcdefgh"
        for order in self.orders():
            for e in shown:
                page.evaluate_there(
                    "document.querySelector('#env-%s').mark = '%s', null" % (e, e))
            self.renew(page, rows(*((n, "drifted") for n in order)))
            with self.subTest(order=order):
                self.assertEqual(page.evaluate_there(
                    "[...document.querySelectorAll('tbody')].map("
                    "e => [e.id.slice(4), e.mark || '']).flat().join()"), ",".join(
                        "%s,%s" % (e, e if e in shown else "") for e in order))
            shown = order

    def test_moves_between_parents(self):
        page = self.show('<ul id="u"><li id="x"><input name="i"></li></ul><ol id="o"></ol>')
        page.click("[name=i]").type("typed")
        self.renew(page, '<ul id="u"></ul><ol id="o"><li id="x"><input name="i"></li></ol>')
        self.assertEqual(page.evaluate("document.querySelector('#o input').value"), "typed")
        self.assertEqual(page.focused(), "i")

    def test_an_id_that_is_there_twice(self):
        """A mistake of the server's breaks nothing."""
        page = self.show('<p id="a">1</p><p id="b">2</p>')
        for _ in range(3):
            self.renew(page, '<p id="b">3</p><p id="a">4</p><p id="a">5</p><p>6</p>')
            self.assertEqual(page.text("main").split()[-4:], ["3", "4", "5", "6"])
            self.renew(page, '<p id="a">5</p><p id="a">7</p>')
            self.assertEqual(page.text("main").split()[-2:], ["5", "7"])

    def test_markup_stays_text(self):
        page = self.show('<p id="a">one</p>')
        self.renew(page, '<p id="a">&lt;img src=x onerror=alert(1)&gt;</p>')
        self.assertEqual(page.text("#a"), "<img src=x onerror=alert(1)>")
        self.assertEqual(page.count("img"), 0)

    def test_what_was_opened_and_closed(self):
        def lists(count, *opened):
            return "".join(
                '<details id="%s"%s><summary>%s</summary><p>%d</p></details>' % (
                    d, " open" if d in opened else "", d, count) for d in "abcd")
        page = self.show(lists(1, "a", "c"))
        page.click("#a summary").click("#b summary")
        page.wait("!document.querySelector('#a').open && document.querySelector('#b').open")

        def opened():
            return page.evaluate("[...document.querySelectorAll('details')]"
                                 ".filter(d => d.open).map(d => d.id).join('')")
        self.renew(page, lists(2, "a", "c"))
        self.assertEqual(opened(), "bc")
        self.renew(page, lists(3, "a", "d"))  # c and d were left as the server had them
        self.assertEqual(opened(), "bd")
        self.assertEqual(page.text("#b p"), "3")

    def test_typed_chosen_focused(self):
        def form(count):
            return ('<p>%d</p><form><input name="i" value="v%d"><input type="checkbox"'
                    ' name="c"><select name="s"><option>1<option>2</select></form>' % (
                        count, count))
        page = self.show(form(1))
        page.click("[name=c]").click("[name=i]").press("End").type("typed")
        page.evaluate("document.querySelector('[name=i]').setSelectionRange(1, 3), null")
        page.evaluate("document.querySelector('select').value = '2', null")
        self.renew(page, form(2))
        self.assertEqual(page.evaluate(
            "(([i, c], s) => [i.value, i.selectionStart, i.selectionEnd, c.checked,"
            " s.value, document.activeElement === i])(document.querySelectorAll('input'),"
            " document.querySelector('select'))"),
            ["v1typed", 1, 3, True, "2", True])
        self.assertEqual(page.text("main p"), "2")

    def test_selected_text(self):
        def body(order, count):
            return rows(*((n, "drifted") for n in order), more=" %d" % count)
        page = self.show(body("abc", 1))
        page.evaluate("getSelection().setBaseAndExtent("
                      "document.querySelector('#env-b td').firstChild, 0,"
                      "document.querySelector('#env-b td:last-child').firstChild, 4), null")
        self.assertEqual(page.evaluate("getSelection().toString()"), "b\tdrif")
        for order, count in (("abc", 2), ("bac", 3), ("acb", 4), ("cb", 5)):
            self.renew(page, body(order, count))
            self.assertEqual(page.evaluate("getSelection().toString()"), "b\tdrif")

    def test_scrolled(self):
        def body(count):
            return "".join('<p id="p%d">%d: %d</p>' % (i, i, count) for i in range(200))
        page = self.show(body(1))
        page.evaluate("scrollTo(0, 3000), null")
        page.wait("scrollY === 3000")
        self.renew(page, body(2))
        self.assertEqual(page.evaluate("scrollY"), 3000)
        self.assertEqual(page.text("#p199"), "199: 2")

    def test_title_and_icon(self):
        page = self.show("<p>1</p>")
        self.site.title = "drifted"
        self.site.frame = self.site.frame.replace("icon-insync", "icon-drifted")
        self.renew(page, "<p>2</p>")
        self.assertEqual(page.title(), "drifted")
        self.assertIn("icon-drifted", page.evaluate(
            "document.querySelector('link[rel=icon]').href"))

    def test_other_files_load_it_whole(self):
        page = self.show("<p>1</p>")
        page.evaluate_there("window.kept = true, null")
        before = page.loads
        self.site.version = "2"
        self.site.pages["/"] = "<p>2</p>"
        page.evaluate("dispatchEvent(new Event('online')), null")
        page.after_load(before)
        self.assertEqual(page.text("main p"), "2")
        self.assertEqual(page.evaluate_there("typeof kept"), "undefined")
        self.renew(page)
        self.assertEqual(page.loads, before + 1)


@often_the_same
class TestAsking(ScriptTest):
    """When it asks, and what it says of the answers."""

    def test_asks_by_itself(self):
        """Every 15 s; here a hundred times as often."""
        page = self.show("<p>1</p>", hasten=100)
        self.site.pages["/"] = "<p>2</p>"
        page.wait("document.querySelector('main p').innerText === '2'")

    def test_each_15_seconds(self):
        page = self.show("<p>1</p>")
        began = page.evaluate("performance.now()")
        page.wait("performance.getEntriesByType('resource')"
                  ".some(e => e.initiatorType === 'fetch')")
        asked = page.evaluate("performance.getEntriesByType('resource')"
                              ".find(e => e.initiatorType === 'fetch').startTime")
        self.assertGreater(asked, 14900)
        self.assertLess(began, asked)

    def test_nothing_is_sent_of_what_is_known(self):
        page = self.show("<p>1</p>")
        self.renew(page)
        self.renew(page)
        self.assertEqual([status for _, status in self.site.asked][-1], 304)
        self.assertEqual(page.text("main p"), "1")

    def hide(self, page, hidden):
        page.evaluate_there("Object.defineProperty(document, 'hidden', {configurable: true,"
                            " get: () => %s}), null" % str(hidden).lower())
        page.evaluate("document.dispatchEvent(new Event('visibilitychange')), null")

    def test_asks_only_while_it_is_seen(self):
        self.site.pages["/"] = "<p>1</p>"
        page = self.page(self.site.url).hasten(100).before(
            "const real = fetch; fetch = (...a) => { window.asked = (window.asked || 0) + 1;"
            " return real(...a) }").open("/")
        until("it to ask", lambda: page.evaluate_there("window.asked"))
        self.hide(page, True)
        before = page.evaluate_there("window.asked")
        page.evaluate("new Promise(r => setTimeout(r, 1000))")
        self.assertEqual(page.evaluate_there("window.asked"), before)
        self.site.pages["/"] = "<p>2</p>"
        self.hide(page, False)
        page.wait("document.querySelector('main p').innerText === '2'")

    def test_no_answer(self):
        page = self.show("<p>1</p>", hasten=20)
        self.assertEqual(page.evaluate(NOTICE), "")
        page.expect("ERR_EMPTY_RESPONSE")
        self.site.status = None
        said = page.wait(NOTICE)
        self.assertRegex(said, r"^No answer since \d\d:\d\d:\d\d UTC, shown as of"
                               r" \d\d:\d\d:\d\d UTC$")
        self.assertIn(("status", ""), page.tree())
        before = len(self.site.asked)
        until("it to be tried again", lambda: len(self.site.asked) > before + 3)
        self.assertEqual(page.evaluate(NOTICE), said)
        self.assertEqual(page.axe(), [])
        self.site.pages["/"] = "<p>2</p>"
        self.site.status = 200
        page.wait(NOTICE + " === ''")
        page.wait(REGION + " === 'The server answers again'")
        self.assertEqual(page.text("main p"), "2")

    def test_cable(self):
        page = self.show("<p>1</p>", hasten=20)
        page.expect("ERR_INTERNET_DISCONNECTED")
        page.offline()
        page.wait(NOTICE + ".startsWith('No answer since')")
        page.offline(False)
        page.wait(NOTICE + " === ''")

    def test_other_answers(self):
        page = self.show("<p>1</p>", hasten=20)
        for status in (401, 403, 404, 500, 503):
            page.expect("%d" % status)
            self.site.status = status
            page.wait(NOTICE + ".startsWith('The server answers %d since ')" % status)
        self.assertEqual(page.text("main p"), "1")
        self.site.status = 200
        page.wait(NOTICE + " === ''")

    def test_something_else_answers(self):
        page = self.show("<p>1</p>", hasten=20)
        self.site.frame = "<!DOCTYPE html><title>%(title)s</title><form>log in</form>"
        page.wait(NOTICE + ".startsWith('Something else answers since ')")
        self.assertEqual(page.text("main p"), "1")

    def test_tries_less_often(self):
        """After 1, 2, 4, 8 and 15 s: at a hundredth, six tries take 300 ms at least."""
        page = self.show("<p>1</p>", hasten=100)
        page.expect("503")
        self.site.status = 503
        page.wait("performance.getEntriesByType('resource')"
                  ".filter(e => e.initiatorType === 'fetch').length > 7")
        times = page.evaluate("performance.getEntriesByType('resource')"
                              ".filter(e => e.initiatorType === 'fetch')"
                              ".map(e => e.startTime)")
        self.assertGreater(times[7] - times[2], 280)

    def test_leaving_says_nothing(self):
        page = self.show("<p>1</p>")
        page.evaluate_there("dispatchEvent(new Event('online')),"
                            "dispatchEvent(new Event('pagehide')), null")
        page.evaluate("new Promise(r => setTimeout(r, 100))")
        self.assertEqual(page.evaluate(NOTICE), "")


@often_the_same
class TestSaid(ScriptTest):
    """What readers of screens are told."""

    def test_few_changes(self):
        page = self.show(rows(("dev", "in sync"), ("prod", "in sync"), ("qa", "unknown")))
        self.renew(page, rows(("prod", "drifted"), ("dev", "in sync"), ("new", "unknown")))
        self.assertEqual(page.evaluate(REGION), "prod is drifted now")
        self.renew(page, rows(("prod", "in sync"), ("dev", "revision mismatch")))
        self.assertEqual(page.evaluate(REGION),
                         "prod is in sync now, dev is revision mismatch now")

    def test_many_changes(self):
        many = ["e%d" % i for i in range(30)]
        page = self.show(rows(*((n, "in sync") for n in many)))
        self.renew(page, rows(*((n, "drifted" if i % 2 else "unknown")
                                for i, n in enumerate(many[:20]))))
        self.assertEqual(page.evaluate(REGION), "20 environments have changed, now"
                                                " 10 unknown, 10 drifted")

    def test_nothing(self):
        page = self.show(rows(("dev", "in sync")))
        self.renew(page, rows(("dev", "in sync"), more=" of another minute"))
        self.assertEqual(page.evaluate(REGION), "")


@often_the_same
class TestAges(ScriptTest):
    @staticmethod
    def age(page):
        return page.evaluate("document.querySelector('time').textContent")

    @staticmethod
    def ago(seconds, now=None):
        """A <time> of so long ago."""
        when = datetime.datetime.fromtimestamp((now or time.time()) - seconds,
                                               datetime.timezone.utc)
        return '<time class="age" datetime="%s">as sent</time>' % when.isoformat()

    def test_counts_on(self):
        page = self.show(self.ago(10.5))
        self.assertIn(self.age(page), ("10 s", "11 s", "12 s"))
        before = self.age(page)
        page.wait("document.querySelector('time').textContent !== %s" % json.dumps(before))

    def test_units(self):
        """The words are those of page_span(), as its own test has them."""
        now = 1800000000
        cases = ((0, "0 s"), (-5, "0 s"), (59.999, "59 s"), (119, "119 s"), (120, "2 min"),
                 (7199, "119 min"), (7200, "2 h"), (172799, "47 h"), (172800, "2 d"),
                 (8640000, "100 d"))
        self.site.pages["/"] = "".join(self.ago(s, now) for s, _ in cases)
        page = self.page(self.site.url).before("Date.now = () => %d" % (now * 1000))
        page.open("/")
        self.assertEqual(page.evaluate(
            "[...document.querySelectorAll('time')].map(t => t.textContent)"),
            [text for _, text in cases])

    def test_by_the_clock_of_the_server(self):
        page = self.show(self.ago(10))
        self.site.ahead = 3600
        self.renew(page)
        page.wait("document.querySelector('time').textContent === '60 min'")

    def test_what_is_selected_stands(self):
        page = self.show(self.ago(10) + '<p id="other">%s</p>' % self.ago(10))
        page.evaluate("getSelection().selectAllChildren(document.querySelector('time')),"
                      "null")
        before = self.age(page)
        page.wait("document.querySelector('#other').innerText !== '%s'" % before)
        self.assertEqual(self.age(page), before)


@often_the_same
class TestForm(ScriptTest):
    """A form that is answered without being sent."""

    def setUp(self):
        super().setUp()
        self.site.pages["/"] = self.body

    @staticmethod
    def body(query):
        wanted = dict(urllib.parse.parse_qsl(query))
        search, state = wanted.get("name", ""), wanted.get("state", "")
        options = "".join('<option value="%s"%s>%s</option>' % (
            s, " selected" if s == state else "", s or "all") for s in ("", "drifted", "ok"))
        shown = [(n, s) for n, s in (("dev", "ok"), ("prod", "drifted"), ("qa", "ok"))
                 if search in n and state in ("", s)]
        return ('<form data-live action="./" id="f"><label>name <input type="search"'
                ' name="name" value="%s"></label><label>state <select name="state">%s'
                "</select></label><button>show</button></form>%s" % (
                    search, options, rows(*shown)))

    @staticmethod
    def shown(page):
        return page.evaluate("[...document.querySelectorAll('tbody')]"
                             ".map(e => e.dataset.environment).join()")

    def test_types_and_goes_back(self):
        page = self.page(self.site.url).open("/")
        page.click("[name=name]").type("prod")
        page.wait("location.search === '?name=prod'")
        page.wait("document.querySelectorAll('tbody').length === 1")
        self.assertEqual(self.shown(page), "prod")
        page.wait(REGION + " === '1 environment shown'")
        self.assertEqual(page.evaluate("document.activeElement.value"), "prod")
        page.go_back()
        page.wait("document.querySelectorAll('tbody').length === 3")
        self.assertEqual(page.evaluate("document.querySelector('[name=name]').value"), "")
        self.assertEqual(page.loads, 1)

    def test_chooses(self):
        page = self.page(self.site.url).open("/")
        page.evaluate("document.querySelector('select').focus()")
        page.press("ArrowDown")
        page.wait("location.search === '?state=drifted'")
        page.wait("document.querySelectorAll('tbody').length === 1")
        page.press("ArrowDown")
        page.wait("location.search === '?state=ok'")
        page.wait("document.querySelectorAll('tbody').length === 2")
        self.assertEqual(page.evaluate("document.activeElement.name"), "state")
        page.go_back()
        page.wait("document.querySelector('tbody').dataset.environment === 'prod'")
        self.assertEqual(page.evaluate("document.querySelector('select').value"), "drifted")

    def test_enter(self):
        page = self.page(self.site.url).open("/")
        page.click("[name=name]").type("qa").press("Enter")
        page.wait("location.search === '?name=qa'")
        page.wait("document.querySelectorAll('tbody').length === 1")
        self.assertEqual(page.loads, 1)

    def test_without_script(self):
        page = self.page(self.site.url).without_script().open("/")
        page.click("[name=name]").type("qa").press("Enter").after_load(1)
        self.assertEqual(self.shown(page), "qa")

    def test_no_answer_to_it(self):
        """The address is what was wanted, and what is shown is said to be old."""
        page = self.page(self.site.url).hasten(5).open("/")
        page.expect("503")
        self.site.status = 503
        page.click("[name=name]").type("qa")
        page.wait(NOTICE + ".startsWith('The server answers 503 since')")
        self.site.status = 200
        page.wait("document.querySelectorAll('tbody').length === 1")
        page.wait(NOTICE + " === ''")


@often_the_same
class TestKeys(ScriptTest):
    SEARCH = '<form><label>find <input type="search" name="q"></label></form>'

    def test_slash_leads_to_the_search(self):
        page = self.show(self.SEARCH)
        page.press("/")
        self.assertEqual(page.focused(), "q")
        page.type("a/b")
        self.assertEqual(page.evaluate("document.activeElement.value"), "a/b")

    def test_with_others_it_is_the_browsers(self):
        page = self.show(self.SEARCH)
        page.press("/", held=CTRL)
        self.assertNotEqual(page.focused(), "q")

    def test_it_can_be_switched_off(self):
        page = self.show(self.SEARCH)
        self.renew(page, self.SEARCH + "<p>2</p>")
        page.click(".key label")
        page.press("/")
        self.assertNotEqual(page.focused(), "q")
        page.open("/").press("/")
        self.assertNotEqual(page.focused(), "q")
        self.assertEqual(page.axe(), [])
        page.click(".key label")
        page.evaluate("document.activeElement.blur()")
        page.press("/")
        self.assertEqual(page.focused(), "q")

    def test_nothing_to_search(self):
        page = self.show("<p>1</p>").press("/")
        self.assertEqual(page.count(".key"), 0)


@often_the_same
class TestCopying(ScriptTest):
    BODY = '<p>run <code id="c" data-copy>alembic upgrade head</code> now</p>'

    def allow(self, page):
        page.devtools.command("Browser.grantPermissions", browserContextId=page.context,
                              permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        page.command("Emulation.setFocusEmulationEnabled", enabled=True)

    def test_copies(self):
        page = self.show(self.BODY)
        self.allow(page)
        self.assertEqual(page.text("main p"), "run alembic upgrade headCopy now")
        page.click("button.copy")
        page.wait(REGION + " === 'Copied'")
        self.assertEqual(page.evaluate_there("navigator.clipboard.readText()"),
                         "alembic upgrade head")
        self.assertEqual(page.axe(), [])

    def test_where_the_clipboard_is_not_to_be_had(self):
        """As of a page that came unencrypted from another machine."""
        page = self.show(self.BODY)
        page.evaluate_there("Object.defineProperty(navigator, 'clipboard',"
                            " {value: undefined}), null")
        page.click("button.copy")
        page.wait(REGION)
        self.assertEqual(page.evaluate("getSelection().toString()"), "alembic upgrade head")

    def test_stays_one_and_goes_with_it(self):
        page = self.show(self.BODY)
        self.renew(page, self.BODY.replace("head", "base"))
        self.assertEqual(page.count("button.copy"), 1)
        self.assertEqual(page.evaluate("document.querySelector('button.copy').title"),
                         "alembic upgrade base")
        self.renew(page, "<p>nothing to run</p>")
        self.assertEqual(page.count("button.copy"), 0)

    def test_without_script(self):
        self.site.pages["/"] = self.BODY
        page = self.page(self.site.url).without_script().open("/")
        self.assertEqual(page.count("button"), 0)
