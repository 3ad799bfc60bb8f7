"""axe-core, which finds what keeps people out of a page.  It is an npm package, fetched once,
held against its checksum and kept outside the tree, below $PGDRIFTD_AXE; where it cannot be
had, the tests that need it fail."""
import base64
import functools
import hashlib
import os
import subprocess
import tarfile
import tempfile

VERSION = "4.14.1"
SHA512 = ("FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37"
          "OgudVGtQ==")
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"

# Each violation as "rule: why: which element"; what it cannot decide is none.
RUN = """axe.run(document, {
    preload: false, resultTypes: ['violations'],
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}
}).then(r => r.violations.flatMap(v => v.nodes.map(
    n => v.id + ': ' + n.failureSummary + ': ' + n.html)))"""


def home():
    """Where it is kept."""
    if os.geteuid() == 0:
        cache = "/var/cache"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get("PGDRIFTD_AXE") or os.path.join(cache, "pgdriftd-axe")


def fetch(file):
    """Have npm download the package, and take the script out of it."""
    os.makedirs(os.path.dirname(file), exist_ok=True)
    environment = dict(os.environ)
    if os.access(AUTHORITIES, os.R_OK):  # Node trusts its own list otherwise
        environment.setdefault("NODE_EXTRA_CA_CERTS", AUTHORITIES)
    with tempfile.TemporaryDirectory(prefix="new.", dir=os.path.dirname(file)) as new:
        done = subprocess.run(["npm", "pack", "--silent", "axe-core@" + VERSION], cwd=new,
                              env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise AssertionError("npm cannot fetch axe-core: %s%s" % (done.stdout, done.stderr))
        package = os.path.join(new, done.stdout.split()[-1])
        with open(package, "rb") as f:
            found = base64.b64encode(hashlib.sha512(f.read()).digest()).decode()
        if found != SHA512:
            raise AssertionError("axe-core %s is not what it was: %s" % (VERSION, found))
        with tarfile.open(package) as archive:
            script = archive.extractfile("package/axe.min.js").read()
        with open(os.path.join(new, "script"), "wb") as f:
            f.write(script)
        os.replace(f.name, file)


@functools.lru_cache(maxsize=None)
def source():
    """Its text."""
    file = os.path.join(home(), VERSION, "axe.min.js")
    if not os.path.exists(file):
        fetch(file)
    with open(file, encoding="utf-8") as f:
        return f.read()
