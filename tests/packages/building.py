"""Cases of making packages: they are made, lintian is content, and twice is the same."""
import glob
import hashlib
import os
import re
import subprocess
import tempfile

from machine import Failed, run

TREE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
OLDER = "0.0.1"


def without_cache(**changes):
    """A compiler that remembers would give the same bytes for that reason alone."""
    return dict(os.environ, CCACHE_DISABLE="1", **changes)


def package(out, *options, env=None):
    run(os.path.join(TREE, "scripts/package"), *options, out, env=env)


def digests(directory):
    """The SHA-256 of what has to be the same; .buildinfo and .changes say when it was."""
    found = {}
    for path in glob.glob(os.path.join(directory, "*")):
        if path.endswith((".tar.xz", ".dsc", ".deb")):
            with open(path, "rb") as f:
                found[os.path.basename(path)] = hashlib.sha256(f.read()).hexdigest()
    return found


class Building:
    """What was built, in directories below `above`."""

    def __init__(self, above, long):
        self.long = long
        self.above = above
        self.out = os.path.join(above, "out")

    def only(self, pattern, where=None):
        found = [p for p in glob.glob(os.path.join(where or self.out, pattern))
                 if "dbgsym" not in p]
        if len(found) != 1:
            raise Failed("%s: %r" % (pattern, found))
        return found[0]

    def packages(self):
        """With the unit tests in a long run alone: each run of scripts/test has them."""
        package(self.out, *([] if self.long else ["--no-check"]), env=without_cache())
        for pattern in ("pgdriftd-*.tar.xz", "*.orig.tar.xz", "*.debian.tar.xz", "*.dsc",
                        "pgdriftd_*.deb", "*.changes"):
            self.only(pattern)

    def lintian(self):
        said = run("lintian", "-i", "-I", "--fail-on", "error,warning", "--allow-root",
                   self.only("*.changes"), status=None)
        bad = [line for line in said.splitlines() if re.match("[EW]: ", line)]
        if bad:
            raise Failed(said)

    def same_again(self):
        """Another directory, time, mask, locale and time zone."""
        again = os.path.join(tempfile.mkdtemp(prefix="another-place-",
                                              dir=self.above), "out")
        temp = os.path.join(self.above, "temporary-of-another-length")
        os.mkdir(temp)
        before = os.umask(0o077)
        try:
            package(again, "--no-check", env=without_cache(
                TMPDIR=temp, TZ="Asia/Kathmandu", LC_ALL="tr_TR.UTF-8", HOME=temp))
        finally:
            os.umask(before)
        first, second = digests(self.out), digests(again)
        if len(first) < 5 or first != second:
            raise Failed("\n".join("%s: %s, then %s" % (n, first.get(n), second.get(n))
                                   for n in sorted(set(first) | set(second))
                                   if first.get(n) != second.get(n)) or "too few: %r" % first)

    def links(self):
        """What the installed documents link to is installed."""
        where = os.path.join(self.above, "unpacked")
        run("dpkg-deb", "-x", self.only("pgdriftd_*.deb"), where)
        docs = os.path.join(where, "usr/share/doc/pgdriftd")
        pages = glob.glob(docs + "/*.md") + glob.glob(docs + "/docs/*.md")
        if len(pages) < 5:
            raise Failed("only %r" % pages)
        lost = []
        for page in pages:
            with open(page, encoding="utf-8") as f:
                links = re.findall(r"\]\(([^)#:]+)[)#]", f.read())
            lost += ["%s: %s" % (os.path.basename(page), link) for link in links
                     if not os.path.exists(os.path.join(os.path.dirname(page), link))]
        if lost:
            raise Failed("\n".join(lost))

    def hardened(self):
        """Every mark of hardening that the linker leaves is there."""
        said = run("readelf", "-W", "-h", "-l", "-d", os.path.join(
            self.above, "unpacked/usr/bin/pgdriftd"))
        for mark in ("DYN (Position-Independent", "GNU_RELRO", "BIND_NOW"):
            if mark not in said:
                raise Failed("%s is missing" % mark)
        if re.search(r"GNU_STACK.*RWE", said):
            raise Failed("the stack is executable")

    def older(self):
        """The same files as an older version, which costs a moment; to build one of the
        same sources is of a long run."""
        out, files = os.path.join(self.above, "older"), os.path.join(self.above, "files")
        os.mkdir(out)
        run("dpkg-deb", "-R", self.only("pgdriftd_*.deb"), files)
        control = os.path.join(files, "DEBIAN/control")
        with open(control, encoding="utf-8") as f:
            text = re.sub(r"(?m)^Version: .*$", "Version: %s-1" % OLDER, f.read())
        with open(control, "w", encoding="utf-8") as f:
            f.write(text)
        run("dpkg-deb", "--root-owner-group", "-b", files,
            os.path.join(out, "pgdriftd_%s-1_all.deb" % OLDER))

    def older_built(self):
        out = os.path.join(self.above, "older-built")
        package(out, "--no-check", "--version", OLDER)
        where = os.path.join(out, "files")
        run("dpkg-deb", "-x", self.only("pgdriftd_%s-1_*.deb" % OLDER, out), where)
        said = run(os.path.join(where, "usr/bin/pgdriftd"), "--version")
        if OLDER not in said:
            raise Failed(said)

    def release_refuses(self):
        """A release of what is not ready is refused, and says why; nothing is tagged."""
        done = subprocess.run([os.path.join(TREE, "scripts/release"), "--dry-run", "9.9.9"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, cwd=TREE)
        if done.returncode != 1:
            raise Failed("it ended with %d: %s" % (done.returncode, done.stdout))
        for word in ("NEWS", "debian/changelog"):
            if word not in done.stdout:
                raise Failed("it does not speak of %s: %s" % (word, done.stdout))

    def release(self):
        """In a copy that is ready for it: the tag, the tarball and its checksum."""
        tree = os.path.join(self.above, "released")
        run("git", "clone", "-q", TREE, tree)
        git = ["git", "-C", tree, "-c", "user.name=test", "-c", "user.email=test@invalid"]
        self.heading(os.path.join(tree, "NEWS"), "pgdriftd 9.9.9")
        self.heading(os.path.join(tree, "debian/changelog"),
                     "pgdriftd (9.9.9-1) unstable; urgency=medium")
        run(*git, "commit", "-qam", "a release")
        release = [os.path.join(tree, "scripts/release")]
        env = dict(os.environ, GIT_COMMITTER_NAME="test", GIT_COMMITTER_EMAIL="test@invalid")
        run(*release, "--really", "9.9.9", env=env, cwd=tree)
        run("sha256sum", "--check", "pgdriftd-9.9.9.tar.xz.sha256",
            cwd=os.path.join(tree, "release"))
        if run(*git, "describe", "--exact-match").strip() != "v9.9.9":
            raise Failed("another tag")
        said = run(*release, "9.9.9", status=1, env=env, cwd=tree)
        if "tag v9.9.9 is there already" not in said:
            raise Failed(said)

    @staticmethod
    def heading(path, line):
        with open(path, encoding="utf-8") as f:
            rest = f.read().split("\n", 1)[1]
        with open(path, "w", encoding="utf-8") as f:
            f.write(line + "\n" + rest)
