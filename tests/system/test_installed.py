"""What `make install` leaves: every link of a document, and every file or page that a manual
page or a unit names, is there."""
import os
import re
import subprocess
import unittest

from harness import PROGRAM, directory, environ

BUILD = os.path.dirname(os.path.realpath(PROGRAM))


@unittest.skipUnless(os.path.exists(BUILD + "/Makefile"), "not the program of a build")
class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = directory("installed")
        done = subprocess.run(["make", "-s", "-C", BUILD, "install", "DESTDIR=" + cls.root],
                              env=environ(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        assert not done.returncode, done.stdout
        cls.files = [os.path.join(d, f) for d, _, files in os.walk(cls.root) for f in files]

    def named(self, pattern):
        found = [f for f in self.files if re.search(pattern, f)]
        self.assertTrue(found, pattern)
        return found

    def read(self, path):
        with open(path, encoding="utf-8") as f:
            return f.read()

    def test_links_of_documents(self):
        self.named(r"/README\.md$")
        for path in self.named(r"\.md$"):
            text = re.sub(r"^```.*?^```|`[^`\n]*`", "", self.read(path),
                          flags=re.M | re.S)
            for link in re.findall(r"\]\(([^)\s#]+)", text):
                if not re.match(r"[a-z]+:", link):
                    with self.subTest(path[len(self.root):] + ": " + link):
                        self.assertTrue(os.path.exists(
                            os.path.join(os.path.dirname(path), link)))

    def test_manual_pages(self):
        pages = self.named(r"/man/man\d/pgdriftd[^/]*\.\d$")
        self.assertEqual({"pgdriftd.1", "pgdriftd.8", "pgdriftd.conf.5", "pgdriftd-http.7"},
                         {os.path.basename(p) for p in pages})
        docdir = os.path.dirname(self.named(r"/README\.md$")[0])[len(self.root):]
        for path in pages:
            text = self.read(path).replace("\\-", "-")
            for of in re.findall(r"^\.so (\S+)", text, re.M):
                self.assertTrue(os.path.exists(
                    os.path.join(os.path.dirname(path), "..", of)))
            self.assertIsNone(re.search(r"@[A-Za-z]+@|\$\{(prefix|\w+dir)\}", text))
            for name in re.findall(re.escape(docdir) + r"[\w./-]*", text):
                with self.subTest(os.path.basename(path) + ": " + name):
                    self.assertTrue(os.path.exists(self.root + name.rstrip(".")))

    def test_pages_that_others_name(self):
        pages = {os.path.basename(p) for p in self.named(r"/man/man\d/")}
        named = 0
        for path in self.files:
            if not re.search(r"\.(service|socket|md|conf|catalog|bash|fish)$", path):
                continue
            for name, number in re.findall(r"\b(pgdriftd[\w.-]*)\((\d)\)", self.read(path)):
                named += 1
                with self.subTest(path[len(self.root):]):
                    self.assertIn("%s.%s" % (name, number), pages)
        self.assertGreater(named, 0)

    def test_completions(self):
        for pattern in (r"/bash-completion/completions/pgdriftd\.bash$",
                        r"/zsh/.*/_pgdriftd$", r"/fish/vendor_completions\.d/pgdriftd\.fish$"):
            self.named(pattern)
