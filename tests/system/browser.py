"""What a person has of the daemon's pages: a browser, its keys, and what it complains of.

    class TestPage(BrowserTest):
        def test_title(self):
            page = self.page(daemon.url)
            page.open("/")
            self.assertIn("pgdriftd", page.title())

A class of tests has one browser, a test as many pages as it asks for, each with a profile of
its own.  As a test ends, each page must have kept quiet (no message of the console, no
exception, no failed request, nothing that the Content-Security-Policy forbade) and have
asked nobody but the daemon; what a test provokes it takes out by page.expect().
"""
import base64
import json
import os
import re
import urllib.parse

import axe
from devtools import DevTools, Refused
from harness import SystemTest, directory, until

DESK = (1440, 900)
PHONE = (390, 844)
SCHEMES = ("light", "dark")

ALT, CTRL, META, SHIFT = 1, 2, 4, 8
# The keys that have no character, or more than one: name, code of the key, text.
KEYS = {
    "Tab": ("Tab", 9, ""), "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""),
    "Backspace": ("Backspace", 8, ""), "Delete": ("Delete", 46, ""),
    "Home": ("Home", 36, ""), "End": ("End", 35, ""), "PageUp": ("PageUp", 33, ""),
    "PageDown": ("PageDown", 34, ""), "ArrowLeft": ("ArrowLeft", 37, ""),
    "ArrowUp": ("ArrowUp", 38, ""), "ArrowRight": ("ArrowRight", 39, ""),
    "ArrowDown": ("ArrowDown", 40, ""), " ": ("Space", 32, " "),
}


def key_of(key):
    """What the protocol wants to know of a key: one of KEYS, or a character."""
    code, number, text = KEYS.get(key) or ("", ord(key.upper()), key)
    return {"key": key, "code": code, "windowsVirtualKeyCode": number, "text": text}


class Page:
    """One page in a profile of its own.  `origin` is where its paths lead, and the only
    address that it may ask.  Scripts of a test run in a world of their own, in which the
    policy of the page does not hold."""

    def __init__(self, devtools, origin):
        self.devtools = devtools
        self.origin = origin
        self.requests = []    # every URL that was asked for, in order
        self.complaints = []  # all that a person would see in the console, and more
        self.loads = 0        # how often a document was loaded whole
        self.urls = {}
        self.expected = []
        self.context = devtools.command("Target.createBrowserContext")["browserContextId"]
        self.target = devtools.command("Target.createTarget", url="about:blank",
                                       browserContextId=self.context)["targetId"]
        self.session = devtools.command("Target.attachToTarget", targetId=self.target,
                                        flatten=True)["sessionId"]
        devtools.listen(self.session, self._event)
        for domain in ("Page", "Runtime", "Network", "Log", "Audits", "Accessibility"):
            self.command(domain + ".enable")
        self.viewport(*DESK)

    def command(self, method, **parameters):
        return self.devtools.command(method, self.session, **parameters)

    def close(self):
        self.devtools.command("Target.disposeBrowserContext", browserContextId=self.context)

    # ---- what the browser tells

    def _event(self, method, event):
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler:
            handler(event)

    def _complain(self, *words):
        self.complaints.append(" ".join(str(w) for w in words if w))

    def _Runtime_consoleAPICalled(self, event):
        said = [a.get("value", a.get("description", a["type"])) for a in event["args"]]
        self._complain("console." + event["type"], *said)

    def _Runtime_exceptionThrown(self, event):
        details = event["exceptionDetails"]
        self._complain("exception:", details["text"],
                       details.get("exception", {}).get("description"), details.get("url"))

    def _Log_entryAdded(self, event):
        entry = event["entry"]
        self._complain("%s (%s):" % (entry["level"], entry["source"]), entry["text"],
                       entry.get("url"))

    def _Audits_issueAdded(self, event):
        issue = event["issue"]
        if issue["code"] != "GenericIssue":  # advice on forms
            self._complain("issue", issue["code"],
                           json.dumps(issue["details"], sort_keys=True))

    def _Network_requestWillBeSent(self, event):
        self.urls[event["requestId"]] = event["request"]["url"]
        self.requests.append(event["request"]["url"])

    def _Network_loadingFailed(self, event):
        # What a page had asked for as it was left says nothing about it.
        if not event.get("canceled"):
            self._complain("failed request:", self.urls.get(event["requestId"]),
                           event["errorText"], event.get("blockedReason"))

    def _Network_responseReceived(self, event):
        if event["response"]["status"] >= 400:
            self._complain("answer %d:" % event["response"]["status"],
                           event["response"]["url"])

    def _Page_loadEventFired(self, _):
        self.loads += 1

    def expect(self, pattern):
        """Complaints that the expression finds are what the test provokes."""
        self.expected.append(re.compile(pattern))

    def unexpected(self):
        """What was complained of, and whoever was asked besides the daemon."""
        self.title()  # what was under way before that has been read by then
        elsewhere = ["asked elsewhere: " + url for url in self.requests
                     if not self.is_own(url)]
        return elsewhere + [c for c in self.complaints
                            if not any(e.search(c) for e in self.expected)]

    def is_own(self, url):
        """True of the daemon's addresses, and of those that are no request."""
        parts = urllib.parse.urlsplit(url)
        return parts.scheme in ("about", "data", "blob") or \
            "%s://%s" % (parts.scheme, parts.netloc) == self.origin

    # ---- what a person does

    def open(self, path="/"):
        """Go there, and wait until it is loaded with all that belongs to it."""
        before = self.loads
        went = self.command("Page.navigate", url=urllib.parse.urljoin(self.origin, path))
        if "errorText" in went:
            raise AssertionError("%s: %s" % (path, went["errorText"]))
        return self.after_load(before)

    def after_load(self, before):
        """Wait for a document that is loaded after so many."""
        until("the page to be loaded", lambda: self._pumped() and self.loads > before)
        return self

    def go_back(self):
        history = self.command("Page.getNavigationHistory")
        at = history["entries"][history["currentIndex"] - 1]
        self.command("Page.navigateToHistoryEntry", entryId=at["id"])
        self.wait("location.href === %s" % json.dumps(at["url"]))

    def _pumped(self):
        while self.devtools.read(0):
            pass
        return True

    def viewport(self, width, height, **more):
        self.command("Emulation.setDeviceMetricsOverride", **{
            "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": width < 600, **more})
        return self

    def scheme(self, scheme):
        """What the person prefers: "light" or "dark"."""
        self.command("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}])
        return self

    def offline(self, offline=True):
        """As if the cable were pulled; False: as if it were put in again."""
        self.command("Network.emulateNetworkConditions", offline=offline, latency=0,
                     downloadThroughput=-1, uploadThroughput=-1)
        return self

    def before(self, script):
        """Have that run in the next pages, before any of theirs."""
        self.command("Page.addScriptToEvaluateOnNewDocument", source=script)
        return self

    def hasten(self, times):
        """Have the timers of the next pages run so many times as fast."""
        return self.before("""{
            const real = window.setTimeout;
            window.setTimeout = (f, ms, ...rest) => real(f, ms / %d, ...rest);
        }""" % times)

    def without_script(self):
        """As for those who have switched scripts off, from the next page on."""
        self.command("Emulation.setScriptExecutionDisabled", value=True)
        return self

    def press(self, *keys, held=0):
        """Press and release each, by its name in KEYS or as a character."""
        for key in keys:
            about = dict(key_of(key), modifiers=held)
            text = about.pop("text")
            self.command("Input.dispatchKeyEvent", type="keyDown", **about,
                         **({"text": text} if text and not held & ~SHIFT else {}))
            self.command("Input.dispatchKeyEvent", type="keyUp", **about)
        return self

    def type(self, text):
        return self.press(*text)

    def click(self, selector):
        """Click into its middle, once it is there and seen."""
        place = self.wait(
            "(e => { if (!e) return null; e.scrollIntoView({block: 'nearest'});"
            " const r = e.getBoundingClientRect(); return r.width && r.height ?"
            " {x: r.x + r.width / 2, y: r.y + r.height / 2} : null })"
            "(document.querySelector(%s))" % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", type=kind, button="left",
                         clickCount=1, **place)
        return self

    # ---- what there is to see

    def evaluate(self, expression, world=None):
        """Its value, as JSON; a promise is waited for."""
        return self._evaluate(expression, contextId=world or self._world())

    def evaluate_there(self, expression):
        """The same where the page's own script runs, under its policy."""
        return self._evaluate(expression, allowUnsafeEvalBlockedByCSP=False)

    def _evaluate(self, expression, **where):
        result = self.command("Runtime.evaluate", expression=expression,
                              returnByValue=True, awaitPromise=True, **where)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise AssertionError("%s\n%s" % (expression[:2000], details.get(
                "exception", {}).get("description") or details["text"]))
        return result["result"].get("value")

    def _world(self):
        """The tests' own world in the document that is there now."""
        frame = self.command("Page.getFrameTree")["frameTree"]["frame"]["id"]
        return self.command("Page.createIsolatedWorld", frameId=frame,
                            worldName="tests")["executionContextId"]

    def wait(self, expression, seconds=None):
        """The first value of it that is true, of whichever document is there by then."""
        def probe():
            try:
                return self.evaluate(expression)
            except Refused:  # one document goes, the next one comes
                return None
        try:
            return until(expression, probe, seconds)
        except AssertionError as e:
            raise AssertionError("%s\n%s\n%s" % (
                e, "\n".join(self.complaints), self.text())) from None

    def title(self):
        return self.evaluate("document.title")

    def text(self, selector="body"):
        """What is read of it: without what is hidden."""
        return self.evaluate("document.querySelector(%s).innerText" % json.dumps(selector))

    def count(self, selector):
        return self.evaluate("document.querySelectorAll(%s).length" % json.dumps(selector))

    def focused(self):
        """The text, or the name, of what has the focus."""
        return self.evaluate(
            "(e => (e.innerText || e.name || e.id || e.tagName).trim())"
            "(document.activeElement)")

    def screenshot(self, file, whole=True):
        """A PNG of the page, or of what fits."""
        shot = self.command("Page.captureScreenshot", format="png",
                            captureBeyondViewport=whole)
        with open(file, "wb") as f:
            f.write(base64.b64decode(shot["data"]))
        return file

    def tree(self):
        """What a reader of screens is told, as (role, name) in order."""
        nodes = self.command("Accessibility.getFullAXTree")["nodes"]
        return [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes
                if not n.get("ignored")]

    def axe(self):
        """What axe-core finds against WCAG 2.2, levels A and AA, a line each."""
        world = self._world()
        if not self.evaluate("'axe' in globalThis", world):
            self.evaluate(axe.source() + "\n;null", world)
        return self.evaluate(axe.RUN, world)


class BrowserTest(SystemTest):
    """Tests that look at pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.devtools = DevTools()
        cls.addClassCleanup(cls.devtools.stop)

    def page(self, origin):
        """A page of the daemon at that URL; it must have kept quiet as the test ends."""
        page = Page(self.devtools, origin)
        self.addCleanup(self._finish, page)
        return page

    def _finish(self, page):
        unexpected = page.unexpected()
        page.close()
        self.assertEqual(unexpected, [])

    def assertAccessible(self, page, sizes=(DESK, PHONE), known=()):
        """Whatever scheme is preferred, and on a desk as well as in a hand, axe-core finds
        nothing but by the rules that are `known` to be broken, and nothing stands out of the
        page."""
        for size in sizes:
            for scheme in SCHEMES:
                page.viewport(*size).scheme(scheme)
                with self.subTest(size=size, scheme=scheme):
                    self.assertEqual([found for found in page.axe()
                                      if found.partition(":")[0] not in known], [])
                    self.assertLessEqual(
                        page.evaluate("document.documentElement.scrollWidth"), size[0])

    def shoot(self, page, name):
        """Pictures for a person to look at, in $PGDRIFTD_TEST_PICTURES."""
        folder = os.environ.get("PGDRIFTD_TEST_PICTURES") or directory("pictures")
        for size in (DESK, PHONE):
            for scheme in SCHEMES:
                page.viewport(*size).scheme(scheme).screenshot(
                    os.path.join(folder, "%s-%d-%s.png" % (name, size[0], scheme)))
