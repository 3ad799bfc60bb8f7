"""Cases of making packages: they are made, lintian is content, and twice is the same."""
import glob
import hashlib
import os
import re

from machine import Failed, run

TREE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
OLDER = "0.0.1"
VERSION = "9.9.9"
# What dpkg knows as configuration, as it was in the first package.  It asks whoever has
# edited a file of which a new package brings another one.
CONFFILES = {
    "/etc/pgdriftd/pgdriftd.conf":
        "cb17cc8b4ffa3c817780775d1eb129dbccc8d349fc6b6797928727c6bf3fe96a",
    "/etc/default/pgdriftd":
        "d0fe465505088888b6bb4835c22706433833c692fc7ce365caab9363dfc83604",
}
# The earlier first, and what Debian calls it.
VERSIONS = (("0.2.0-dev.202611301200+g123abc", "0.2.0~dev.202611301200+g123abc"),
            ("0.2.0-rc1", "0.2.0~rc1"), ("0.2.0", "0.2.0"),
            ("0.2.0-3-g123abc", "0.2.0+3.g123abc"), ("0.2.1", "0.2.1"))
# What makes a release of a tree that is ready for it unready: file, PATTERN, TEXT in its place,
# what is said.
REFUSALS = (
    ("NEWS", r"\Apgdriftd .*", "pgdriftd 9.9.10 (unreleased)", "NEWS begins with"),
    ("debian/changelog", r"\) unstable;", ") UNRELEASED;", "debian/changelog begins with"),
    ("debian/changelog", r"(?m)^ -- .*<.*>", " -- somebody <a@b.invalid>", "debian/changelog:"),
    ("debian/control", r"(?m)^Maintainer: .*", "Maintainer: b <a@b.invalid>", "debian/control:"),
    ("action.yml", r"uses: \S+/pgdriftd@", "uses: OWNER/pgdriftd@", "action.yml:"),
    ("action.yml", r"pgdriftd@v\S+", "pgdriftd@v1", "names pgdriftd@v1, not"),
    ("docs/ci.md", r"(?s)\A(.*?pgdriftd@v)[\w.-]*\w", r"\g<1>9.9.9-rc1", "docs/ci.md:"),
)


def without_cache(**changes):
    """A compiler that remembers would give the same bytes for that reason alone."""
    return dict(os.environ, CCACHE_DISABLE="1", **changes)


def copy_sources(tree):
    """What is known to git, as it lies here; of an unpacked tarball all of it."""
    # Also where the tree is of another account than whose run it is.
    which = "git -c safe.directory='*' ls-files -z --cached --others --exclude-standard"
    if not os.path.exists(os.path.join(TREE, ".git")):
        which = "find . -mindepth 1 -maxdepth 1 ! -name build ! -name 'build-*' -print0"
    os.mkdir(tree)
    run("sh", "-euc", "cd \"$1\"; %s >\"$2.files\"; "
        "test -s \"$2.files\" || { echo it names no file; exit 1; }; "
        "tar -cf - --null --ignore-failed-read --warning=no-failed-read -T \"$2.files\" | "
        "tar -xf - -C \"$2\"" % which, "sh", TREE, tree)


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def digests(directory):
    """Of what has to be the same; .buildinfo and .changes say when it was."""
    return {os.path.basename(path): digest(path)
            for path in glob.glob(os.path.join(directory, "*"))
            if path.endswith((".tar.xz", ".dsc", ".deb"))}


def change(path, pattern, new):
    with open(path, encoding="utf-8") as f:
        text, found = re.subn(pattern, new, f.read())
    if not found:
        raise Failed("%s: no %s" % (path, pattern))
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


class Building:
    """What was built, in directories below `above`; `check`: with the unit tests, which
    each run of scripts/test has besides."""

    def __init__(self, above, check):
        self.check = [] if check else ["--no-check"]
        self.above = above
        self.out = os.path.join(above, "out")
        self.tree = os.path.join(above, "tree")
        self.files = os.path.join(above, "files")

    def only(self, pattern, where=None):
        found = [p for p in glob.glob(os.path.join(where or self.out, pattern))
                 if "dbgsym" not in p]
        if len(found) != 1:
            raise Failed("%s: %r" % (pattern, found))
        return found[0]

    def git(self, *arguments):
        return run("git", "-C", self.tree, "-c", "user.name=test",
                   "-c", "user.email=test@example.org", *arguments)

    def release_script(self, *options, **more):
        return run(os.path.join(self.tree, "scripts/release"), *options, VERSION,
                   cwd=self.tree, env=without_cache(
                       GIT_COMMITTER_NAME="test", GIT_COMMITTER_EMAIL="test@example.org"),
                   **more)

    # ---- The cases, in order ----

    def versions(self):
        """An earlier version is one for Debian's tools as well."""
        names = [run(os.path.join(TREE, "scripts/package"), "--debian-version", v).strip()
                 for v, _ in VERSIONS]
        if names != [debian for _, debian in VERSIONS]:
            raise Failed(repr(names))
        for earlier, later in zip(names, names[1:]):
            run("dpkg", "--compare-versions", earlier, "lt", later)

    def ready(self):
        """A copy of the tree that could be released."""
        copy_sources(self.tree)
        change(os.path.join(self.tree, "NEWS"), r"\A.*", "pgdriftd " + VERSION)
        change(os.path.join(self.tree, "debian/changelog"), r"\A.*",
               "pgdriftd (%s-1) unstable; urgency=medium" % VERSION)
        run("git", "init", "-q", self.tree)
        self.git("add", "--all", "--force")
        said = self.release_script("--dry-run", status=None)
        for file in set(re.findall(r"(?m)^release: (\S+):\d+ holds a placeholder", said)):
            change(os.path.join(self.tree, file), r"@[\w.-]+\.invalid\b|\bOWNER(?=/pgdriftd)",
                   lambda m: "@example.org" if m[0][0] == "@" else "example")
        for file in set(re.findall(r"(?m)^release: (\S+):\d+ names pgdriftd@", said)):
            change(os.path.join(self.tree, file), r"pgdriftd@v[\w.-]*\w", "pgdriftd@v" + VERSION)
        self.git("commit", "-qam", "a release")

    def release_refuses(self):
        """What is not ready is said, each for itself; nothing is tagged."""
        for file, pattern, text, said_of_it in REFUSALS:
            change(os.path.join(self.tree, file), pattern, text)
            said = self.release_script("--dry-run", status=1).splitlines()
            if len(said) != 2 or "not committed" not in said[0] or said_of_it not in said[1]:
                raise Failed("%s: %s" % (file, "\n".join(said)))
            self.git("checkout", "-q", "--", file)
        if self.git("tag"):
            raise Failed("there is a tag")

    def release(self):
        """The tag, the tarball and its checksum."""
        self.release_script("--really")
        run("sha256sum", "--check", "pgdriftd-%s.tar.xz.sha256" % VERSION,
            cwd=os.path.join(self.tree, "release"))
        if self.git("describe", "--exact-match").strip() != "v" + VERSION:
            raise Failed("another tag")
        said = self.release_script(status=1)
        if "tag v%s is there already" % VERSION not in said:
            raise Failed(said)

    def packages(self):
        """Of the tarball that was released, and it is among them."""
        run(os.path.join(TREE, "scripts/package"), *self.check, "--from",
            self.only("*.tar.xz", os.path.join(self.tree, "release")), self.out,
            env=without_cache())
        for pattern in ("pgdriftd-*.tar.xz", "*.orig.tar.xz", "*.debian.tar.xz", "*.dsc",
                        "pgdriftd_*.deb", "*.changes"):
            self.only(pattern)
        run("dpkg-deb", "-R", self.only("pgdriftd_*.deb"), self.files)

    def again(self):
        """Made once more of the tag, in another directory, with another mask, locale and time
        zone; its place.  It takes long, and other cases may be run meanwhile."""
        place = os.path.join(self.above, "another-place")
        temp = os.path.join(place, "temporary-of-another-length")
        out = os.path.join(place, "out")
        os.makedirs(temp)
        run("git", "clone", "-q", self.tree, os.path.join(place, "tree"))
        run("sh", "-c", "umask 077; exec \"$@\"", "sh",
            os.path.join(place, "tree/scripts/package"), "--no-check", out,
            env=without_cache(TMPDIR=temp, TZ="Asia/Kathmandu", LC_ALL="tr_TR.UTF-8", HOME=temp))
        return out

    def same_again(self, again):
        first, second = digests(self.out), digests(again)
        if len(first) < 5 or first != second:
            raise Failed("\n".join("%s: %s, then %s" % (n, first.get(n), second.get(n))
                                   for n in sorted(set(first) | set(second))
                                   if first.get(n) != second.get(n)) or "too few: %r" % first)

    def lintian(self):
        said = run("lintian", "-i", "-I", "--fail-on", "error,warning", "--allow-root",
                   self.only("*.changes"), status=None)
        bad = [line for line in said.splitlines() if re.match("[EW]: ", line)]
        if bad:
            raise Failed(said)

    def links(self):
        """What the installed documents link to is installed."""
        docs = os.path.join(self.files, "usr/share/doc/pgdriftd")
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
            self.files, "usr/bin/pgdriftd"))
        for mark in ("DYN (Position-Independent", "GNU_RELRO", "BIND_NOW"):
            if mark not in said:
                raise Failed("%s is missing" % mark)
        if re.search(r"GNU_STACK.*RWE", said):
            raise Failed("the stack is executable")

    def conffiles(self):
        """Nobody is ever asked about a file that was edited."""
        with open(os.path.join(self.files, "DEBIAN/conffiles"), encoding="utf-8") as f:
            names = f.read().split()
        found = {name: digest(self.files + name) for name in names}
        if found != CONFFILES:
            raise Failed("%r: whoever has edited one would be asked at an upgrade; what is "
                         "new belongs into the documentation" % found)

    def older(self):
        """The same files as an older version, which costs a moment."""
        out = os.path.join(self.above, "older")
        os.mkdir(out)
        change(os.path.join(self.files, "DEBIAN/control"), r"(?m)^Version: .*$",
               "Version: %s-1" % OLDER)
        run("dpkg-deb", "--root-owner-group", "-b", self.files,
            os.path.join(out, "pgdriftd_%s-1_all.deb" % OLDER))
