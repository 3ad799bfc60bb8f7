"""A server whose pages a test changes at will, for the script of the real ones."""
import hashlib
import http.server
import os
import threading
from email.utils import formatdate
import time

from harness import HERE

WEB = os.path.join(HERE, "../../src/web")
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
          "connect-src 'self'; base-uri 'none'; form-action 'self'")
FRAME = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>%(title)s</title>
<link rel="icon" href="web/icon-insync.svg">
<link rel="stylesheet" href="web/pgdriftd.css?v=%(version)s">
<script defer src="web/pgdriftd.js?v=%(version)s"></script></head>
<body>
<header id="header"><a href="./">pgdriftd</a></header>
<main id="main" data-made="%(made)s"><h1>made by a test</h1>
%(body)s
</main>
<footer id="footer"><a href="status">Status</a></footer>
</body>
</html>
"""
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Site:
    """`pages` has the middle of each page by its path; a callable is given the query.
    `status` other than 200 is answered to whoever asks for a page; None: no answer."""

    def __init__(self):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.answer(self)

            def log_message(self, *_):
                pass

            def date_time_string(self, timestamp=None):
                return formatdate(time.time() + site.ahead, usegmt=True)

        self.pages = {}
        self.status = 200
        self.version = "1"
        self.title = "made"
        self.frame = FRAME
        self.ahead = 0      # of the true time, in seconds
        self.asked = []     # (path, status) of each page
        self.made = None    # the mark of the page that was answered last
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request):
        path, _, query = request.path.partition("?")
        if path.startswith("/web/"):
            with open(os.path.join(WEB, os.path.basename(path)), "rb") as f:
                self.send(request, 200, f.read(), TYPES[os.path.splitext(path)[1]])
            return
        self.answer_page(request, path, query)

    def answer_page(self, request, path, query):
        status = self.status
        body = self.pages.get(path, "")
        body = body(query) if callable(body) else body
        parts = {"title": self.title, "version": self.version, "body": body, "made": ""}
        self.made = hashlib.sha256((self.frame % parts).encode()).hexdigest()[:16]
        text = self.frame % {**parts, "made": self.made}
        etag = '"%s"' % self.made
        if status == 200 and request.headers.get("If-None-Match") == etag:
            status = 304
        self.asked.append((request.path, status))
        if status is None:
            request.close_connection = True
            return
        self.send(request, status, text.encode() if status != 304 else b"", "text/html",
                  etag)

    @staticmethod
    def send(request, status, body, kind, etag=None):
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Security-Policy", POLICY)
        request.send_header("Cache-Control", "no-cache")
        if etag:
            request.send_header("ETag", etag)
        if status != 304:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
