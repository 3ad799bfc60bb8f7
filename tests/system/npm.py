"""Packages of npm that tests go by: fetched once, held against their checksums and kept
outside the tree, below $PGDRIFTD_NPM; where one cannot be had, the tests that need it fail.
Nothing of a package is run as it is fetched, and what it depends on is not fetched with it."""
import base64
import functools
import hashlib
import os
import subprocess
import tarfile
import tempfile

# Name: version, SHA-512.
PACKAGES = {
    "axe-core": (
        "4.14.1", "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe"
        "37OgudVGtQ=="),
    # The form of an action.yml, as GitHub's editor knows it.
    "@action-validator/core": (
        "0.6.0", "tPglwCr8Mm8SWzwnVewwFmqRx91F0WvMsM0BRAqH4CLalyGndm53Xvp+UcUSzswpk1wkjIDYI7Ry"
        "EhWMLyPkig=="),
    # GitLab's own schema of a .gitlab-ci.yml.
    "gitlab-ci-local": (
        "4.55.0", "1FXb4t3nCM2fAqwAqhGOD28upNNsxEM8zVl8XWUs8JWqpTqYPx7O3wvvSEjpize9f4GXjCxRb/tJ"
        "d3FmTIbXIA=="),
    # The schema of SARIF 2.1.0.
    "@microsoft/jest-sarif": (
        "1.0.0-beta.0", "A1fOhPd6Ic5iDk4F9YPw1qNB4XF+7+IviR7xl8r2F6QzQkx5cpY9LsGk2rExiFIEcBbjpV"
        "nSmwWGBukASkiQ9A=="),
    # What Kubernetes and the Prometheus operator take, as types, and who checks them.
    "kubernetes-models": (
        "5.1.0", "ym4Kiyr8BzGIWj4f853ytVYES1B8C1BdONRP5zodItPD1o//OEKuTwC5nFV3ZJtFGeMqOFbIYkpu"
        "nSVXSlHS8g=="),
    "@kubernetes-models/apimachinery": (
        "3.0.2", "6Vbzr/tinxPBGGdfYjXiV9WPj8PEhyiqGJiWhXrsihK7h6glPj4HKUxZ0YwYXH/5uucm/NVef/xY"
        "3vZ4Crj1Fg=="),
    "@kubernetes-models/base": (
        "6.0.1", "pXKCFeSoL6RsMxoPDwaJ5JtijVjeuNCacgtYS9dImF7qFdzdc9lcQbem6y6Ug7/K6/bFOWdTu3qI"
        "X88IK81o0A=="),
    "@kubernetes-models/prometheus-operator": (
        "6.0.0", "ySNW4T6U6Vn86bmcJ/emmAYJ/UrzpNvzxWexWJSALwgiO4FqCgL6WoqFsOReSiMhw/LlF+MljQvo"
        "iwD3RnaGmg=="),
    # The schemas of the same, compiled, and what these go by.
    "@kubernetes-models/validate": (
        "5.0.2", "EzfxB8mu2VPlFYSwsMlZdgTeeqJGI2R58irUrZJWHxJqOqOhnau/oS9KNCZKXjdC2vFubU6v81m2"
        "CrIoU+/pxQ=="),
    "ajv": (
        "8.17.1", "B/gBuNg5SiMTrPkC+A2+cW0RszwxYmn6VYxB/inlBStS5nx6xHIt/ehKRhIMhqusl7a8LjQoZnjC"
        "s5vhwxOQ1g=="),
    "ajv-formats": (
        "3.0.1", "8iUql50EUR+uUcdRQ3HDqa6EVyo3docL8g5WJ3FNcWmu62IbkGUue/pEyLBW8VGKKucTPgqeks4f"
        "IU1DA4yowQ=="),
    # What a dashboard of Grafana is, its panels and its queries, as types: the last version that
    # has all three.
    "@grafana/schema": (
        "10.4.19", "4kH+Ryiy529fBDZe97qnGrtpmESYaNX8/ef8WsvsUbP1ZheopUkd18r/+VTc18tX7ujOpuThXCdO"
        "BDsptj3qJw=="),
    "typescript": (
        "5.4.5", "vcI4UpRgg81oIRUFwR0WSIHKt11nJ7SAVlYNIu+QpqeyXP+gpQJy/Z4+F0aGxSE4MqwjyXvW/Tzg"
        "kLAx2AGHwQ=="),
}
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


@functools.lru_cache(maxsize=None)
def home():
    """Where they are kept: its node_modules is as npm would lay it out."""
    if os.geteuid() == 0:
        cache = "/var/cache"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get("PGDRIFTD_NPM") or os.path.join(cache, "pgdriftd-npm")


def fetch(name, version, checksum, place):
    """Have npm download the package, and unpack it as `place`."""
    os.makedirs(os.path.dirname(place), exist_ok=True)
    environment = dict(os.environ)
    if os.access(AUTHORITIES, os.R_OK):  # Node trusts its own list otherwise
        environment.setdefault("NODE_EXTRA_CA_CERTS", AUTHORITIES)
    with tempfile.TemporaryDirectory(prefix="new.", dir=home()) as new:
        done = subprocess.run(["npm", "pack", "--silent", "%s@%s" % (name, version)], cwd=new,
                              env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise AssertionError("npm cannot fetch %s: %s%s" % (name, done.stdout, done.stderr))
        package = os.path.join(new, done.stdout.split()[-1])
        with open(package, "rb") as f:
            found = base64.b64encode(hashlib.sha512(f.read()).digest()).decode()
        if found != checksum:
            raise AssertionError("%s %s is not what it was: %s" % (name, version, found))
        with tarfile.open(package) as archive:
            archive.extractall(os.path.join(new, "all"))
        top, = os.listdir(os.path.join(new, "all"))
        os.rename(os.path.join(new, "all", top), place)


def package(name):
    """The directory of a package."""
    version, checksum = PACKAGES[name]
    place = os.path.join(home(), "node_modules", name)
    mark = os.path.join(place, "." + version)
    if not os.path.exists(mark):
        subprocess.run(["rm", "-rf", place], check=True)
        fetch(name, version, checksum, place)
        with open(mark, "w", encoding="utf-8"):
            pass
    return place
