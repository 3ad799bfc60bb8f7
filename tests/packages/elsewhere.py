"""The same sources in another release: built with what that has, installed and used."""
import glob
import os
import re

from building import TREE, VERSION
from machine import Failed, run, until

# Of an RPM package; where units go is the matter of the system that it is made on.
RPM_HOLDS = ("/usr/bin/pgdriftd", "/etc/pgdriftd/pgdriftd.conf", "/etc/pgdriftd/conf.d",
             "/etc/default/pgdriftd", "/usr/lib/sysusers.d/pgdriftd.conf",
             "/usr/lib/systemd/system/pgdriftd.service", "/usr/share/doc/pgdriftd/README.md")


def build(root, building):
    """Binary packages of the source package, with the unit tests; installed."""
    root.take(building.only("*.dsc"), building.only("*.orig.tar.xz"),
              building.only("*.debian.tar.xz"), os.path.join(TREE, "debian/tests/installed"))
    said = root.sh("""
        apt-get -q update
        apt-get -q -y install --no-install-recommends build-essential fakeroot lintian
        cd /packages
        apt-get -q -y build-dep --no-install-recommends ./*.dsc
        dpkg-source -x *.dsc source
        cd source
        DEB_BUILD_OPTIONS="parallel=$(nproc)" dpkg-buildpackage -us -uc
        apt-get -q -y install --no-install-recommends postgresql curl
        apt-get -q -y install --no-install-recommends /packages/pgdriftd_*.deb
        """)
    # Of a line of a file; other programs warn as well.
    warned = re.findall(r"(?m)^\S+:\d+:(?:\d+:)? warning: .*$", said)
    if warned:
        raise Failed("the compiler warns:\n" + "\n".join(warned))
    if not re.search(r"(?m)^# PASS: +[1-9]", said):
        raise Failed("no unit test was run")


def furnish_autopkgtest(root, building):
    """The program, the source package and what the binary one depends on: a system that is
    booted has no network."""
    root.take(building.only("*.dsc"), building.only("*.orig.tar.xz"),
              building.only("*.debian.tar.xz"), building.only("pgdriftd_*.deb"))
    root.sh("""
        apt-get -q -y install --no-install-recommends autopkgtest dpkg-dev
        apt-get -q -y install --no-install-recommends --download-only /packages/pgdriftd_*.deb
        """)


def autopkgtest(machine):
    """debian/tests by Debian's own program, on the system that it is run in."""
    until("PostgreSQL", lambda: machine.succeeds("pg_isready -q"))
    said = machine.sh("autopkgtest --no-built-binaries /packages/*.deb /packages/*.dsc "
                      "-- null 2>&1")
    if not re.search(r"(?m)^installed +PASS$", said) or "in sync again" not in said:
        raise Failed(said)


def lintian(root):
    """By Debian's rules, as the source package is for Debian's `unstable`."""
    said = root.sh("cd /packages; lintian --profile debian -i -I --fail-on error,warning "
                   "--allow-root pgdriftd_*.changes", status=None)
    if re.search(r"(?m)^[EW]: ", said):
        raise Failed(said)


def use(machine):
    until("PostgreSQL", lambda: machine.succeeds("pg_isready -q"))
    until("the service", lambda: machine.succeeds("systemctl is-active pgdriftd"))
    said = machine.sh("sh /packages/installed")
    if "in sync again" not in said:
        raise Failed(said)
    machine.sh("apt-get -q -y purge pgdriftd; test ! -e /etc/pgdriftd; "
               "test ! -e /var/lib/pgdriftd")


def rpm(building):
    """An RPM package of the tarball, as far as Debian's rpmbuild makes one."""
    top = os.path.join(building.above, "rpm")
    run("rpmbuild", "-ta", "--nodeps", "--define", "_topdir " + top,
        building.only("pgdriftd-*.tar.xz"))
    package, = [p for p in glob.glob(top + "/RPMS/*/*.rpm") if "debug" not in p]
    if run("rpm", "-qp", "--qf", "%{VERSION}", package) != VERSION:
        raise Failed("another version")
    holds = run("rpm", "-qlp", package).split()
    lacks = [path for path in RPM_HOLDS if path not in holds]
    if lacks:
        raise Failed("%r lacks %r" % (holds, lacks))
    if run("rpm", "-qcp", package).split() != sorted(p for p in RPM_HOLDS if p in (
            "/etc/pgdriftd/pgdriftd.conf", "/etc/default/pgdriftd")):
        raise Failed("other files are configuration")
