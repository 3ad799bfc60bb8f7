"""Cases in a booted system: the life of the package there, from install to purge."""
import contextlib
import json
import os
import re
import shutil
import sqlite3
import time

from building import OLDER, TREE
from machine import Failed, until

URL = "http://127.0.0.1:10432"
CONFIG = "/etc/pgdriftd/pgdriftd.conf"
SECRETS = "/etc/pgdriftd/credentials"
SOCKET = "/run/pgdriftd/http.sock"
STORE = "/var/lib/pgdriftd/pgdriftd.db"
FORMER_STORE = "tests/packages/store-12.sql"
DROP_IN = "/etc/systemd/system/pgdriftd.service.d/test.conf"
# What `systemd-analyze security` may say at most; 10.0 is no sandbox at all.
EXPOSURE = 1.5

# What a machine writes while it runs, whatever is installed.
NOT_OF_PACKAGES = ("/proc", "/sys", "/dev", "/run", "/tmp", "/packages", "/srv", "/root",
                   "/var/log", "/var/tmp", "/var/cache", "/var/lib/apt", "/var/lib/dpkg",
                   "/var/lib/postgresql", "/var/lib/systemd/timers", "/var/lib/dbus",
                   "/var/lib/systemd/random-seed", "/etc/.pwd.lock",
                   "/etc/ld.so.cache")

TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer")


def prepare(root):
    """What a server of PostgreSQL has, before any package of ours.  What Debian does there once
    a day it does not do: it would leave files that are not of a package."""
    root.sh("systemctl mask %s" % " ".join(TIMERS))
    root.sh("apt-get -q update && apt-get -q -y install --no-install-recommends "
            "postgresql curl && useradd member && useradd stranger", timeout=600)


def furnish(root, newer, older):
    """The packages, and what they depend on in apt's cache: there is no network later."""
    root.take(newer, older, os.path.join(TREE, "debian/tests/installed"))
    root.sh("apt-get -q -y install --no-install-recommends --download-only /packages/%s" %
            os.path.basename(newer), timeout=600)


def install(machine, name):
    return machine.sh("apt-get -q -y install --no-install-recommends "
                      "/packages/%s" % name)


class System:
    """The booted system, and what is remembered from case to case."""

    def __init__(self, machine):
        self.machine = machine
        self.sh = machine.sh
        names = os.listdir(machine.root.at("/packages"))
        self.older, = [n for n in names if n.startswith("pgdriftd_%s-" % OLDER)]
        self.newer, = [n for n in names if n.endswith(".deb") and n != self.older]
        self.files = self.every_file()

    # ---- What is asked ----

    def every_file(self):
        prunes = " -o ".join("-path " + path for path in NOT_OF_PACKAGES)
        return set(self.sh(r"find / -xdev \( %s \) -prune -o -print" % prunes).splitlines())

    def shows(self, what, unit="pgdriftd.service"):
        return self.sh("systemctl show -P %s %s" % (what, unit)).strip()

    def is_active(self):
        return self.shows("ActiveState") == "active"

    def socket_is(self, state):
        return self.shows("ActiveState", "pgdriftd.socket") == state

    def journal(self, *options):
        """All that it was told before."""
        return self.sh("journalctl --sync; journalctl -q --no-pager -u pgdriftd " +
                       " ".join(options))

    def records(self):
        return [json.loads(line) for line in self.journal("-o json").splitlines()]

    def get(self, path):
        return self.sh("curl -sS %s%s" % (URL, path))

    def status(self, name):
        found = [e for e in json.loads(self.get("/status"))["environments"]
                 if e["name"] == name]
        return found[0] if found else None

    def metric(self, name):
        """Its value, or None."""
        found = re.search(r"^%s (\S+)$" % re.escape(name), self.get("/metrics"), re.M)
        return float(found[1]) if found else None

    def version(self):
        return self.sh("dpkg-query -W -f '${Version}' pgdriftd")

    def restart(self):
        self.sh("systemctl daemon-reload; systemctl reset-failed pgdriftd")
        self.must("it does not start", self.machine.succeeds("systemctl restart pgdriftd"))

    def must(self, what, holds):
        if not holds:
            raise Failed("%s\n%s\n%s" % (
                what, self.sh("systemctl status --no-pager -n 0 pgdriftd", status=None),
                self.sh("journalctl --sync; journalctl -q --no-pager -n 20", status=None)))

    # ---- The cases, in order ----

    def install(self):
        """It starts as it is installed, and says that nothing is watched."""
        install(self.machine, self.older)
        self.must("it is not active", self.is_active())
        self.must("it is not enabled", self.shows("UnitFileState") == "enabled")
        self.must("the socket was started", self.socket_is("inactive"))
        self.must("it does not say that nothing is watched",
                  "no environment is configured" in self.journal())
        self.must("its state does not say so either",
                  "nothing is watched" in self.shows("StatusText"))
        self.must("another version", self.version() == OLDER + "-1")

    def account(self):
        """A fixed account that nobody logs in as owns the state, and reaches it."""
        self.must("no such account", self.sh(
            "getent passwd pgdriftd | cut -d: -f7").strip().endswith("/nologin"))
        owner = self.sh("stat -L -c '%U %a' /var/lib/pgdriftd").strip()
        self.must("the state is of " + owner, owner == "pgdriftd 700")
        self.must("another account runs it", self.sh(
            "stat -c %%U /proc/%s" % self.shows("MainPID")).strip() == "pgdriftd")
        self.sh("runuser -u pgdriftd -- ls /var/lib/pgdriftd/")

    def edited(self):
        """The test of the package itself: one edit, in sync, a drift, in sync again."""
        until("PostgreSQL", lambda: self.machine.succeeds("pg_isready -q"))
        said = self.sh("sh /packages/installed")
        self.must(said, "in sync again" in said)

    def answers(self):
        self.must("it is not active", self.is_active())
        until("what its state is", lambda: "2 environments" in self.shows("StatusText"))
        self.must("no status", self.status("prod")["state"] == "in_sync")
        self.must("no metrics", self.metric('pgdriftd_up{environment="prod"}') == 1)

    def journal_line(self):
        found = [r for r in self.records() if r.get("PGDRIFTD_ENVIRONMENT") == "prod"
                 and r.get("PGDRIFTD_STATE") == "drifted"]
        self.must("no record of the drift", found)
        self.must("its message is %r" % found[0]["MESSAGE"],
                  "prod" in found[0]["MESSAGE"] and "by_hand" in found[0]["MESSAGE"])
        self.must("no message id", len(found[0].get("MESSAGE_ID", "")) == 32)
        self.must("the catalog does not explain it",
                  "Schema of prod has drifted" in self.journal("-x"))

    def reload(self):
        self.sh("sed -i 's/interval = \"2s\"/interval = \"3s\"/' " + CONFIG)
        self.sh("systemctl reload pgdriftd")
        until("the new interval", lambda: self.metric(
            'pgdriftd_check_interval_seconds{environment="prod"}') == 3)

    def reload_refused(self):
        """What is wrong is said, and what was in force stays so."""
        self.sh("echo 'environment \"more\" { dns = \"dbname=x\" }' "
                ">/etc/pgdriftd/conf.d/more.conf")
        said = self.sh("systemctl reload pgdriftd", status=1)
        self.must("it ended: " + said, self.is_active())
        self.must("the line is not named", "more.conf:1" in self.journal())
        until("the refusal in its metrics", lambda: self.metric(
            "pgdriftd_config_last_reload_successful") == 0)
        self.must("another state", self.status("prod")["state"] == "in_sync")
        self.sh("rm /etc/pgdriftd/conf.d/more.conf; systemctl reload pgdriftd")
        until("the acceptance", lambda: self.metric(
            "pgdriftd_config_last_reload_successful") == 1)

    def credential(self):
        """A password that root alone can read, by LoadCredential; over a reload as well."""
        self.sh("""
            cd /tmp
            runuser -u postgres -- psql -q -d shop_prod -c "CREATE ROLE by_password LOGIN
                PASSWORD 'of-the-credential'; GRANT SELECT ON alembic_version TO by_password"
            install -d -m 700 /etc/pgdriftd/credentials
            echo of-the-credential >/etc/pgdriftd/credentials/prod.pw
            chmod 600 /etc/pgdriftd/credentials/prod.pw
            mkdir -p $(dirname {0})
            printf '[Service]\\nLoadCredential=prod.pw:%s\\n' \\
                /etc/pgdriftd/credentials/prod.pw >{0}
            cat >/etc/pgdriftd/conf.d/tcp.conf <<'END'
environment "tcp" {{
    dsn = "host=127.0.0.1 dbname=shop_prod user=by_password"
    password_file = "prod.pw"
    migrations = "shop"
}}
END""".format(DROP_IN))
        self.restart()
        until("a check by password", lambda: (self.status("tcp") or {}).get("state") == "in_sync")
        self.sh("systemctl reload pgdriftd")
        self.sh("rm /etc/pgdriftd/conf.d/tcp.conf " + DROP_IN)
        self.restart()

    def defaults(self):
        """/etc/default/pgdriftd goes over the configuration."""
        self.sh("echo PGDRIFTD_LISTEN=127.0.0.1:10444 >>/etc/default/pgdriftd")
        self.restart()
        self.sh("curl -sfS http://127.0.0.1:10444/healthz")
        self.sh("sed -i '$d' /etc/default/pgdriftd")
        self.restart()

    def serial(self):
        """That of the certificate that is served; openssl says it as the file's is said."""
        return self.sh("openssl s_client -connect localhost:10432 </dev/null 2>/dev/null | "
                       "openssl x509 -noout -serial").strip()

    def certificate(self):
        """A new one in the directory of root's; its serial number."""
        return self.sh("""
            umask 077; cd %s
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \\
                -subj /CN=localhost -addext subjectAltName=DNS:localhost \\
                -keyout tls.key -out tls.pem 2>/dev/null
            openssl x509 -noout -serial -in tls.pem""" % SECRETS).strip()

    def asks(self, user):
        """The status of an answer by TLS, to a user of the file."""
        return self.sh("curl -s -o /dev/null -w '%%{http_code}' --cacert %s/tls.pem -u %s:%s "
                       "https://localhost:10432/status" % (SECRETS, user, user)).strip()

    def user(self, name):
        self.sh("umask 077; printf '%%s:%%s\\n' %s \"$(openssl passwd -6 %s)\" >%s/users" % (
            name, name, SECRETS))

    def with_tls(self, drop_in, *paths):
        self.sh("install -d -m 700 " + SECRETS)
        first = self.certificate()
        self.user("alice")
        self.sh("mkdir -p $(dirname {0}); cat >{0} <<'END'\n[Service]\n{1}\nEND\n"
                "cat >/etc/pgdriftd/conf.d/tls.conf <<'END'\nhttp {{ cert_file = \"{2}\"\n"
                "key_file = \"{3}\"\nusers_file = \"{4}\" }}\nEND".format(
                    DROP_IN, drop_in, *paths))
        self.restart()
        self.must("it is not that of the file", self.serial() == first)
        self.must("a user is refused", self.asks("alice") == "200")
        self.must("anybody is let in", self.asks("bob") == "401")
        self.must("others can read it", self.sh(
            "find %s /run/pgdriftd -type f -perm /077" % SECRETS) == "")
        return first

    def without_tls(self):
        self.sh("rm -f /etc/pgdriftd/conf.d/tls.conf /run/pgdriftd/* " + DROP_IN)
        self.restart()

    def tls_credentials(self):
        """Certificate, key and users of root's alone, by LoadCredential.  systemd hands over
        copies of when it started the service: what was renewed is taken by a restart."""
        first = self.with_tls("\n".join(
            "LoadCredential={0}:{1}/{0}".format(name, SECRETS)
            for name in ("tls.pem", "tls.key", "users")), "tls.pem", "tls.key", "users")
        second = self.certificate()
        self.user("bob")
        self.sh("systemctl reload pgdriftd")
        self.must("the former is not served", self.serial() == first)
        self.restart()
        self.must("the new one is not served", self.serial() == second)
        self.must("the new user is refused", self.asks("bob") == "200")
        self.must("the former user is let in", self.asks("alice") == "401")
        self.without_tls()

    def tls_reload(self):
        """The same files of root's alone, as docs/packages.md has them taken by a reload."""
        with open(os.path.join(TREE, "docs/packages.md"), encoding="utf-8") as f:
            block = re.search(r"```ini\n\[Service\]\n(ExecStartPre=.*?)```", f.read(), re.S)
        first = self.with_tls(block[1], *("/run/pgdriftd/" + name
                                          for name in ("tls.pem", "tls.key", "users")))
        process = self.shows("MainPID")
        second = self.certificate()
        self.user("bob")
        self.must("it is the same", first != second)
        self.sh("systemctl reload pgdriftd")
        until("the new certificate", lambda: self.serial() == second)
        self.must("the new user is refused", self.asks("bob") == "200")
        self.must("the former user is let in", self.asks("alice") == "401")
        self.must("it was started again", self.shows("MainPID") == process)
        self.without_tls()

    def unix_socket(self):
        """Who is in the group is answered, nobody else."""
        status = "runuser -u %s -- pgdriftd status --url unix:" + SOCKET
        self.sh("usermod -aG pgdriftd member; cat >/etc/pgdriftd/conf.d/unix.conf <<'END'\n"
                "http { listen = \"unix:%s\" }\nEND" % SOCKET)
        self.restart()
        kind = self.sh("stat -c '%A %U:%G' " + SOCKET).strip()
        self.must(kind, kind == "srw-rw---- pgdriftd:pgdriftd")
        self.must("the port is open", not self.machine.succeeds("curl -s %s/healthz" % URL))
        until("an answer to a member", lambda: self.machine.succeeds(status % "member"))
        said = self.sh(status % "stranger" + " 2>&1", status=None)
        self.must("a stranger: " + said, SOCKET + ": " in said and "prod" not in said)
        self.must("a stranger may connect", not self.machine.succeeds(
            "runuser -u stranger -- test -w " + SOCKET))
        self.sh("runuser -u member -- curl -sfS --unix-socket %s http://localhost/healthz" %
                SOCKET)
        # What a daemon that was killed left there is no hindrance.
        self.comes_again("a start after a crash", lambda pid: self.sh("kill -9 " + pid),
                         status % "member" + " --healthz")
        self.sh("sed -i 's/ }/ socket_mode = \"0666\" }/' /etc/pgdriftd/conf.d/unix.conf; "
                "systemctl reload pgdriftd")
        until("an answer to everybody", lambda: self.machine.succeeds(status % "stranger"))
        self.sh("rm /etc/pgdriftd/conf.d/unix.conf; gpasswd -d member pgdriftd")
        self.restart()
        self.must("the socket is left", not self.machine.succeeds("test -e " + SOCKET))

    def socket(self):
        """As docs/packages.md has it enabled: no restart refuses anybody, nor cuts off whom the
        former process has let in."""
        self.sh("systemctl stop pgdriftd; systemctl enable --now pgdriftd.socket; "
                "systemctl start pgdriftd")
        self.must("it is not enabled",
                  self.shows("UnitFileState", "pgdriftd.socket") == "enabled")
        self.sh("""
            cd /tmp; rm -f end said
            (while [ ! -e end ]; do
                curl -s -m 30 -o /dev/null %s/healthz && echo answered >>said ||
                    echo "not answered: $?" >>said
            done) &
            for i in 1 2 3; do
                systemctl reset-failed pgdriftd
                systemctl restart pgdriftd
            done
            touch end; wait""" % URL)
        said = self.sh("sort -u /tmp/said; rm /tmp/said /tmp/end").strip()
        self.must(said, said == "answered")
        until("a check", lambda: (self.status("prod") or {}).get("state") == "in_sync")
        self.sh("systemctl stop pgdriftd; systemctl disable --now pgdriftd.socket")

    def socket_first(self):
        """By the socket alone, the first who connects has it started."""
        self.sh("systemctl stop pgdriftd; systemctl start pgdriftd.socket")
        self.must("it is active already", not self.is_active())
        self.sh("curl -sfS %s/healthz" % URL)
        self.must("it is not active", self.is_active())
        self.restart()
        self.sh("curl -sfS %s/healthz" % URL)
        self.sh("systemctl stop pgdriftd.socket pgdriftd; systemctl start pgdriftd")

    def comes_again(self, what, action, asked="curl -sf %s/readyz" % URL):
        pid, restarts = self.shows("MainPID"), int(self.shows("NRestarts"))
        self.must("it does not run", pid != "0")
        action(pid)
        until(what, lambda: int(self.shows("NRestarts")) > restarts
              and self.shows("MainPID") != pid and self.is_active())
        until("its answer", lambda: self.machine.succeeds(asked))

    def crash(self):
        self.comes_again("a start after a crash", lambda pid: self.sh("kill -9 " + pid))

    def watchdog(self):
        """One that hangs is ended, and started again.  It is not to be ended for the load that
        packages are built with meanwhile."""
        self.sh("mkdir -p $(dirname {0}); printf '[Service]\\nWatchdogSec=5\\n"
                "TimeoutAbortSec=2\\n' >{0}".format(DROP_IN))
        self.restart()
        began = self.shows("ActiveEnterTimestampMonotonic")
        until("the watchdog to be fed for longer than it waits",
              lambda: int(self.shows("WatchdogTimestampMonotonic")) > int(began) + 12000000)
        self.must("a daemon that is well was ended",
                  self.shows("ActiveEnterTimestampMonotonic") == began)
        self.comes_again("a start after it hung", lambda pid: self.sh("kill -STOP " + pid))
        self.must("it was not the watchdog", "Watchdog timeout" in self.journal())
        self.sh("rm " + DROP_IN)
        self.restart()

    def sandbox(self):
        said = self.sh("systemd-analyze security --no-pager pgdriftd.service")
        figure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)[1])
        self.must("exposure %s\n%s" % (figure, said), figure <= EXPOSURE)
        self.must("something was forbidden that it needs", not re.search(
            "Operation not permitted|Permission denied", self.journal()))

    def put_former_store(self):
        """What a program of the format before left for the same databases an hour ago."""
        self.sh("systemctl stop pgdriftd; rm -f %s-wal %s-shm" % (STORE, STORE))
        system, dev, prod = self.sh("""
            cd /; runuser -u postgres -- psql -XAt <<'END'
            SELECT system_identifier FROM pg_control_system();
            SELECT oid FROM pg_database WHERE datname LIKE 'shop%' ORDER BY datname""").split()
        with open(os.path.join(TREE, FORMER_STORE), encoding="utf-8") as f:
            text = f.read()
        for word, known in (("@SYSTEM@", system), ("@DEV@", dev), ("@PROD@", prod)):
            text = text.replace(word, known)
        times = r"(?<![0-9A-Fa-f])1796063\d{6}(?![0-9A-Fa-f])"
        last = max(int(t) for t in re.findall(times, text))
        later = int((time.time() - 3600) * 1000) - last
        text = re.sub(times, lambda t: str(int(t[0]) + later), text)
        made = os.path.join(self.machine.root.above, "former.db")
        with contextlib.closing(sqlite3.connect(made)) as db:
            db.executescript(text)
        # Over the file, which keeps its owner and mode.
        shutil.copyfile(made, self.machine.root.at(STORE))

    def upgrade(self):
        """From what a really older version left.  No question, though the configuration was
        edited; history and baselines stay, and a copy of the store as it was.  A socket that
        is enabled listens on."""
        self.sh("""cat >/etc/pgdriftd/conf.d/kept.conf <<'END'
environment "kept" {
    dsn = "host=/var/run/postgresql dbname=shop_prod"
    migrations = "shop"
    expect = "baseline"
}
END""")
        edited = self.sh("sha256sum %s /etc/pgdriftd/conf.d/kept.conf /etc/default/pgdriftd" %
                         CONFIG)
        self.put_former_store()
        self.sh("systemctl enable --now pgdriftd.socket")
        listens = self.shows("ActiveEnterTimestampMonotonic", "pgdriftd.socket")
        install(self.machine, self.newer)
        self.must("it is not active", self.is_active())
        self.must("the socket did not listen on", self.socket_is("active") and self.shows(
            "ActiveEnterTimestampMonotonic", "pgdriftd.socket") == listens)
        self.must("the configuration is another", self.sh(
            "sha256sum %s /etc/pgdriftd/conf.d/kept.conf /etc/default/pgdriftd" % CONFIG) ==
            edited)
        self.must("the same version", self.version() != OLDER + "-1")
        self.must("dpkg left something", not self.sh(
            "find /etc/pgdriftd -name '*.dpkg-*'").strip())
        until("its first check", lambda: self.machine.succeeds("curl -sf %s/readyz" % URL))
        for name in ("prod", "kept"):
            self.must("another state of " + name, self.status(name)["state"] == "in_sync")
        self.must("no copy of the store", self.machine.succeeds("test -s %s.v12" % STORE))
        story = [e for e in json.loads(self.get("/history?environment=prod&limit=100"))["changes"]
                 if e["state"] == "drifted"]
        self.must("the history is gone", story)
        self.must("another baseline", self.status("kept")["schema"]["baseline"]["reason"] ==
                  "as the older program saw it")

    def remove(self):
        self.must("the socket does not listen", self.socket_is("active"))
        self.sh("apt-get -q -y remove pgdriftd")
        self.must("it runs on", not self.is_active())
        self.must("the socket listens on", self.socket_is("inactive"))
        self.must("the port is open", not self.machine.succeeds("curl -s %s/healthz" % URL))
        self.sh("test ! -e /usr/bin/pgdriftd; test -s %s; "
                "test -n \"$(ls /var/lib/pgdriftd/)\"" % CONFIG)

    def install_again(self):
        """What was enabled before is there again, the socket as well."""
        install(self.machine, self.newer)
        self.must("it is not active", self.is_active())
        self.must("the socket does not listen", self.socket_is("active"))
        self.sh("curl -sfS %s/healthz" % URL)

    def purge(self):
        """Nothing stays but the account, which files elsewhere may belong to."""
        # As those that docs/packages.md has made of what root alone can read.
        self.sh("echo secret >/run/pgdriftd/tls.key")
        self.sh("apt-get -q -y purge --autoremove pgdriftd")
        left = {path for path in self.every_file() - self.files
                if not re.match(r"/etc/(passwd|group|shadow|gshadow)-$", path)
                and path != "/etc/default/.placeholder"}
        left.update(self.sh("find /run -maxdepth 1 -name '*pgdriftd*'").split())
        self.must("left behind: %s" % sorted(left), not left)
        self.sh("getent passwd pgdriftd")


# In this order; what each needs beyond the booted system.
CASES = [(name, needs) for name, needs in (
    ("install", []),
    ("account", ["install"]),
    ("edited", ["install"]),
    ("answers", ["edited"]),
    ("journal_line", ["edited"]),
    ("reload", ["edited"]),
    ("reload_refused", ["edited"]),
    ("credential", ["edited"]),
    ("defaults", ["edited"]),
    ("tls_credentials", ["edited"]),
    ("tls_reload", ["edited"]),
    ("unix_socket", ["edited"]),
    ("socket", ["edited"]),
    ("socket_first", ["edited"]),
    ("crash", ["edited"]),
    ("watchdog", ["edited"]),
    ("sandbox", ["edited"]),
    ("upgrade", ["edited"]),
    ("remove", ["upgrade"]),
    ("install_again", ["remove"]),
    ("purge", ["remove"]),
)]
