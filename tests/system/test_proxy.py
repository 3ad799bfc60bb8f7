"""Behind a real nginx, which takes the prefix of external_url off or leaves it: every link
of every page leads somewhere, and nothing that a proxy says of itself is believed."""
import base64
import glob
import html.parser
import json
import os
import re
import shutil
import subprocess
import unittest
import urllib.error
import urllib.parse
import urllib.request

from harness import (Daemon, call, directory, environment, free_port, program, started, until,
                     write)
from shop import Shop

NGINX = shutil.which("nginx") or next(iter(glob.glob("/usr/sbin/nginx")), None)
USER = {"Authorization": "Basic " + base64.b64encode(b"reader:let me in").decode()}
# What is said of the client and of the address, by nginx to the daemon: all of it lies.
LIES = """proxy_set_header X-Forwarded-Prefix /evil; proxy_set_header X-Forwarded-Host evil;
proxy_set_header X-Forwarded-Proto gopher; proxy_set_header X-Forwarded-For 127.0.0.1;
proxy_set_header X-Real-IP 127.0.0.1; proxy_set_header Forwarded "for=127.0.0.1;host=evil";
"""
CONFIG = """daemon off; worker_processes 1; pid %(d)s/pid; error_log %(d)s/error;
events { worker_connections 64; }
http { access_log off;
client_body_temp_path %(d)s/b; proxy_temp_path %(d)s/p; fastcgi_temp_path %(d)s/f;
uwsgi_temp_path %(d)s/u; scgi_temp_path %(d)s/s;
proxy_http_version 1.1; """ + LIES + """
server { listen 127.0.0.1:%(kept)d; location /drift { proxy_pass http://127.0.0.1:%(to)d; }
location / { return 410; } }
server { listen 127.0.0.1:%(off)d; location /drift/ { proxy_pass http://127.0.0.1:%(to)d/; }
location / { return 410; } } }
"""


class Nginx:
    def __init__(self, to):
        where = directory("nginx")
        os.chmod(where, 0o755)
        self.kept, self.off = free_port(), free_port()
        config = write(os.path.join(where, "conf"), CONFIG % {
            "d": where, "kept": self.kept, "off": self.off, "to": to})
        self.process = started(subprocess.Popen(
            [NGINX, "-p", where, "-c", config], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        until("nginx to listen", self.listening)

    def listening(self):
        try:
            return ask("http://127.0.0.1:%d/" % self.off).status == 410
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(url, headers=None, method="GET", follow=True):
    """The answer, whatever its status; `body` as it came, `url` where it came from."""
    # Kept from the environment, which may know of a proxy of its own.
    handlers = [urllib.request.ProxyHandler({})] + ([] if follow else [NoRedirect])
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    try:
        answer = urllib.request.build_opener(*handlers).open(request, timeout=10)
    except urllib.error.HTTPError as e:
        answer = e
    with answer:
        answer.body = answer.read()
    return answer


class Links(html.parser.HTMLParser):
    """All that a page makes a browser load, or leads to."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for key, value in attrs
                       if key in ("href", "src", "action", "formaction", "xlink:href")]


def crawl(start, inside):
    """Every address that can be reached from there, with how it was answered."""
    found, waiting = {}, [start]
    while waiting:
        url = waiting.pop().split("#")[0]
        if url in found:
            continue
        if not url.startswith(inside):
            found[url] = "outside"
            continue
        answer = ask(url, USER)
        found[url] = answer.status
        if answer.headers.get_content_type() in ("text/html", "image/svg+xml"):
            waiting += [urllib.parse.urljoin(answer.geturl(), link)
                        for link in Links(answer.body.decode()).found]
        link = re.match("<(.*)>; rel=\"next\"$", answer.headers.get("Link") or "")
        if link:
            waiting.append(urllib.parse.urljoin(answer.geturl(), link[1]))
    return found


@unittest.skipUnless(NGINX, "nginx is not here")
class Behind(Shop):
    """One daemon, one nginx: `kept` leaves the prefix as it is, `off` takes it off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        digest = call(["openssl", "passwd", "-6", "-salt", "abcdefgh", "let me in"]).strip()
        users = write(directory("users") + "/users", "reader:%s\n" % digest)
        tenants = ["tenant_1", "tenant %2F?#/+<b>\"'"]
        for name in tenants:
            cls.server.sql('CREATE DATABASE "%s"' % name.replace('"', '""'))
            cls.addClassCleanup(cls.server.sql, 'DROP DATABASE "%s" WITH (FORCE)' %
                                name.replace('"', '""'))
        odd = cls.server.database()
        cls.project.upgrade(odd)
        cls.server.sql("ALTER TABLE step1 ADD odd integer", odd)
        cls.running = cls.of_class(
            cls.config_of(cls, odd), {"users_file": users,
                                      "external_url": "http://drift.example/drift/"})
        cls.nginx = Nginx(cls.running.port)
        cls.addClassCleanup(cls.nginx.stop)
        cls.bases = ["http://127.0.0.1:%d/drift" % p for p in (cls.nginx.kept,
                                                               cls.nginx.off)]
        until("the tenants to be found", lambda: len(cls.environments(cls)) == 4)
        until("all of them to be checked", lambda: all(
            e["state"] != "unknown" for e in cls.environments(cls)))

    @classmethod
    def of_class(cls, config, http_keys):
        running = Daemon(config, ready=False, http_keys=http_keys)
        cls.addClassCleanup(running.stop)
        return running

    def config_of(self, odd):
        return self.migrations(self) + environment(
            "dev", self.server.dsn(self.dev), migrations="shop", expect="none",
        ) + environment(
            "odd.1_-", self.server.dsn(odd), migrations="shop",
            expect="environment:dev",
        ) + environment(
            "tenants", self.server.dsn("postgres"), head=["a"], allow_empty=True,
            discover="databases", discover_match=["tenant*"], discover_interval="1s")

    def environments(self):
        return self.running.get("/status", USER).json().get("environments") or []

    def test_every_link_of_every_page(self):
        for base in self.bases:
            found = crawl(base + "/", base + "/")
            bad = {url: status for url, status in found.items() if status != 200}
            self.assertEqual(bad, {})
            self.assertGreater(len(found), 8)
            # Each environment's, also those whose names a proxy takes apart.
            for e in self.environments():
                name = urllib.parse.quote(e["name"], "")
                self.assertTrue([url for url in found if name in url], e["name"])

    def test_documents(self):
        for base in self.bases:
            self.assertEqual(ask(base + "/status").status, 401)
            self.assertEqual(ask(base + "/healthz").body, b"ok\n")
            for e in self.environments():
                for link in e["links"].values():
                    direct = self.running.get(link, USER)
                    self.assertIn(direct.status, (200, 409))
                    answer = ask(base + link, USER)
                    self.assertEqual(answer.status, direct.status, link)
            self.assertEqual(ask(base + "/status/dev/", USER).status, 200)
            answer = ask(base + "/status/dve", USER)
            self.assertEqual(answer.status, 404)
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
            self.assertIn(b'did you mean \\"dev\\"?', answer.body)
            answer = ask(base + "/status/dve", {**USER, "Accept": "text/html"})
            self.assertEqual(answer.status, 404)
            self.assertIn(b'href="/drift/status/dev"', answer.body)
            self.assertIn(b'href="/drift/">All environments', answer.body)
            answer = ask(base + "/statsu", USER)
            self.assertEqual(answer.status, 404)
            self.assertIn(b"did you mean /drift/status?", answer.body)

    def test_paging(self):
        for base in self.bases:
            names, url = [], base + "/status?limit=1"
            while url:
                answer = ask(url, USER)
                self.assertEqual(answer.status, 200)
                names += [e["name"] for e in json.loads(answer.body)["environments"]]
                link = re.match("<(.*)>; rel=\"next\"$", answer.headers.get("Link") or "")
                url = link and urllib.parse.urljoin(url, link[1])
            self.assertEqual(len(set(names)), 4)

    def test_first_page_has_a_slash(self):
        for base in self.bases:
            answer = ask(base, USER, follow=False)
            self.assertIn(answer.status, (301, 308))
            self.assertEqual(urllib.parse.urljoin(base, answer.headers["Location"]),
                             base + "/")
            self.assertEqual(ask(base, USER).status, 200)
        answer = ask(self.bases[0] + "?q=a%20b", USER, follow=False)
        self.assertEqual(answer.headers["Location"], "/drift/?q=a%20b")

    def test_encodings_and_validators(self):
        for base in self.bases:
            for path in ("/", "/status"):
                plain = ask(base + path, USER)
                packed = ask(base + path, {**USER, "Accept-Encoding": "gzip"})
                self.assertEqual(packed.headers["Content-Encoding"], "gzip")
                self.assertLess(len(packed.body), len(plain.body))
            known = ask(base + "/version", USER).headers["ETag"]
            answer = ask(base + "/version", {**USER, "If-None-Match": known})
            self.assertEqual(answer.status, 304)
            self.assertEqual(answer.headers["ETag"], known)

    def test_files_of_pages(self):
        for base in self.bases:
            page = ask(base + "/", USER)
            files = [urllib.parse.urljoin(page.geturl(), link)
                     for link in Links(page.body.decode()).found if "web/" in link]
            self.assertEqual({f.split("?")[0].rpartition(".")[2] for f in files},
                             {"css", "js", "svg"})
            for f in files:
                self.assertTrue(f.startswith(base + "/web/"), f)
                self.assertIn("immutable", ask(f, USER).headers["Cache-Control"])

    def test_a_check_of_its_own_page_alone(self):
        own = {**USER, "Origin": "http://drift.example", "Sec-Fetch-Site": "same-origin"}
        for base in self.bases:
            name = urllib.parse.quote(self.environments()[-1]["name"], "")
            for path in ("/check/dev", "/check/" + name):
                answer = ask(base + path, own, "POST")
                self.assertIn(answer.status, (202, 429), answer.body)
            self.assertEqual(ask(base + "/check/dev", {
                **own, "Origin": "http://evil"}, "POST").status, 403)
            self.assertEqual(ask(base + "/check/dev", method="POST").status, 401)


@unittest.skipUnless(NGINX, "nginx is not here")
class Unsaid(Shop):
    """What is not configured is not guessed of what a proxy says."""

    def test_without_external_url(self):
        self.running = self.daemon(self.pair(self.dev))
        nginx = Nginx(self.running.port)
        self.addCleanup(nginx.stop)
        # Taken off by the proxy: relative links do without a word of it.
        base = "http://127.0.0.1:%d/drift/" % nginx.off
        found = crawl(base, base)
        self.assertEqual({u: s for u, s in found.items() if s != 200}, {})
        self.assertEqual(ask("http://127.0.0.1:%d/drift/" % nginx.kept).status, 404)
        answer = ask(base + "check/dev", method="POST")
        self.assertEqual(answer.status, 403)
        self.assertIn(b"this came through a proxy", answer.body)
        self.assertNotIn(b"evil", ask(base + "status?limit=1").body)

    def test_reload(self):
        self.running = self.daemon(self.pair(self.dev))
        self.assertEqual(self.running.get("/d/status").status, 404)
        head = self.running.head
        for url, path in (("https://h.example/d", "/d/status"),
                          ("https://h.example/e/f", "/e/f/status")):
            self.running.head = head.replace("http {", 'http {\n external_url = "%s"' % url)
            self.running.reload(self.pair(self.dev))
            self.assertEqual(self.running.get(path).json()["external_url"], url)
        self.assertEqual(self.running.get("/d/status").status, 404)
        # A bad one is refused, by its line, and the one before stays.
        self.running.head = head.replace("http {", 'http {\n external_url = "h/d"')
        self.running.configure(self.pair(self.dev))
        said = program("config", "check", "-c", self.running.file)
        self.assertStatus(said, 78)
        self.assertRegex(said.err, r"pgdriftd\.conf:\d+: external_url: it is no URL such as")
        self.assertEqual(self.running.get("/e/f/status").status, 200)


if __name__ == "__main__":
    unittest.main()
