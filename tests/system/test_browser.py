"""That the tests in a browser would notice: a page that does everything wrong."""
import http.server
import threading

from browser import BrowserTest, Page
from harness import often_the_same, until

POLICY = ("default-src 'none'; script-src 'self'; img-src *; style-src 'self';"
          " connect-src 'self'")
PAGES = {
    "/": ("text/html", """<!DOCTYPE html><html><head><title>wrong</title>
<script src="wrong.js"></script></head><body><p style="color:red">styled</p>
<img src="http://localhost:%d/pixel.gif"><input><a href="/two">two</a></body></html>"""),
    "/wrong.js": ("text/javascript", "console.log('said', 1); setTimeout(() => {"
                  " fetch('/nowhere'); throw new Error('thrown') });"),
    "/two": ("text/html", "<!DOCTYPE html><html lang=en><head><title>two</title></head>"
             "<body><main><h1>two</h1><label>name <input id=name></label>"
             "<button>go</button></main></body></html>"),
    "/pixel.gif": ("image/gif", ""),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, text = PAGES.get(self.path, ("text/plain", None))
        self.send_response(404 if text is None else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        text = (text or "").replace("%d", str(self.server.server_port))
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@often_the_same
class TestBrowser(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.url = "http://127.0.0.1:%d" % server.server_port

    def wrong(self):
        page = Page(self.devtools, self.url)
        self.addCleanup(page.close)
        return page

    def test_each_complaint_is_heard(self):
        page = self.wrong().open("/")
        heard = [
            "console.log said 1", "Error: thrown", "404", "Content Security Policy",
            "asked elsewhere: http://localhost:",
        ]
        for words in heard:
            until(words, lambda: any(words in c for c in page.unexpected()))

    def test_what_is_expected_is_none(self):
        page = self.page(self.url)
        page.expect("^console.error known$")
        page.open("/two")
        page.evaluate("console.error('known'), null")
        until("the message", lambda: page.title() and page.complaints)
        self.assertIn("console.error known", page.complaints)

    def test_axe_finds_what_is_wrong(self):
        rules = {found.partition(":")[0] for found in self.wrong().open("/").axe()}
        self.assertLessEqual({"html-has-lang", "image-alt", "label"}, rules)

    def test_typing(self):
        page = self.page(self.url).open("/two")
        page.click("#name").type("A b/ä")
        self.assertEqual(page.evaluate("document.querySelector('#name').value"), "A b/ä")
        page.press("Tab")
        self.assertEqual(page.focused(), "go")
        self.assertIn(("textbox", "name"), page.tree())

    def test_back(self):
        page = self.wrong().open("/two").open("/")
        page.go_back()
        self.assertEqual(page.title(), "two")

    def test_without_script(self):
        page = self.wrong().without_script().open("/")
        self.assertFalse([c for c in page.unexpected() if "said" in c])
