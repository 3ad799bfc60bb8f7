"""A page of the real daemon that stands open while things happen."""
from browser import BrowserTest
from harness import environment, often_the_same
from shop import Shop

SAID = "document.querySelector('[aria-live]').textContent"
NOTICE = "document.querySelector('[role=status]').innerText"


@often_the_same
class TestLive(BrowserTest, Shop):
    def setUp(self):
        super().setUp()
        self.drifted, self.calm = self.at(change="DROP TABLE step2"), self.at()
        self.running = self.daemon(self.pair(self.drifted) + environment(
            "calm", self.server.dsn(self.calm), migrations="shop", expect="environment:dev"))
        self.running.wait_state("env", "drifted")
        self.running.wait_state("calm", "in_sync")

    def open(self):
        """Renewed each half second instead of each 15."""
        return self.page(self.running.url).hasten(30).open("/")

    def change(self):
        self.server.sql("CREATE TABLE added ()", self.calm)

    def is_shown(self, name, state):
        return "document.querySelector('[data-environment=%s]').dataset.state === '%s'" % (
            name, state)

    def test_what_was_done_stays(self):
        """Another environment drifts; the list that was opened or closed stays so, the text that was
        selected stays so, and so does where the keyboard is."""
        page = self.open()
        before = page.evaluate("document.querySelector('#env-env details').open")
        page.click("#env-env summary")
        page.wait("document.querySelector('#env-env details').open !== %s" % str(
            before).lower())
        page.evaluate("getSelection().selectAllChildren("
                      "document.querySelector('#env-env .badge')), null")
        selected = page.evaluate("getSelection().toString()")
        self.assertIn("drifted", selected)
        page.evaluate("document.querySelector('#env-calm a').focus()")
        self.change()
        page.wait(self.is_shown("calm", "drifted"))
        page.wait(SAID + " === 'calm is drifted now'")
        self.assertEqual(page.evaluate("getSelection().toString()"), selected)
        self.assertNotEqual(before, page.evaluate(
            "document.querySelector('#env-env details').open"))
        self.assertEqual(page.focused(), "calm")
        self.assertIn("added", page.evaluate(
            "document.querySelector('#env-calm').textContent"))
        self.assertEqual(page.loads, 1)

    def test_what_is_typed_stays(self):
        """The list is that of what is typed, the page goes on being renewed, and Back leads
        to all of it."""
        page = self.open().press("/")
        page.type("cal")
        page.wait("location.search === '?q=cal'")
        page.wait("document.querySelectorAll('[data-environment]').length === 1")
        self.change()
        page.wait(self.is_shown("calm", "drifted"))
        page.wait(SAID + " === 'calm is drifted now'")
        self.assertEqual(page.evaluate(
            "[document.activeElement.type, document.activeElement.value]"), ["search", "cal"])
        page.go_back()
        page.wait("document.querySelectorAll('[data-environment]').length === 3")
        self.assertEqual(page.evaluate("document.querySelector('[type=search]').value"), "")
        self.assertEqual(page.loads, 1)

    def test_the_daemon_ends_and_begins(self):
        page = self.open()
        page.expect("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
        # It answers before the first check, and whatever it shows then is true.
        self.running.kill()
        page.wait(NOTICE + ".startsWith('No answer since ')")
        self.assertIn("env", page.text("main"))
        self.change()
        self.running.start()
        page.wait(NOTICE + " === ''")
        page.wait(self.is_shown("calm", "drifted"))
        self.assertEqual(page.loads, 1)

    def test_nothing_is_printed_again_for_nothing(self):
        """What has not changed is answered by 304; then nothing moves in the page."""
        self.running.stop()
        self.running.head = self.running.head.replace('"300ms"', '"1h"')
        self.running.configure(self.pair(self.drifted))
        self.running.start()
        self.running.wait_state("env", "drifted")
        page = self.open()
        page.wait("performance.getEntriesByType('resource')"
                  ".filter(e => e.initiatorType === 'fetch').length > 2")
        page.evaluate_there(
            "window.changes = 0; new MutationObserver(list => { changes += list.filter("
            "m => !m.target.closest?.('time')).length })"
            ".observe(document.body, {subtree: true, childList: true, attributes: true});"
            "null")
        page.wait("performance.getEntriesByType('resource')"
                  ".filter(e => e.initiatorType === 'fetch').length > 5")
        self.assertEqual(page.evaluate_there("changes"), 0)
        self.assertIn(304, page.evaluate("performance.getEntriesByType('resource')"
                                         ".map(e => e.responseStatus)"))
