"""The image: what is in it, and how it runs beside a real PostgreSQL.

Its root is made of the program under test by etc/container/rootfs, as in the Containerfile,
whose last stage makes the image of it.  A long run builds all of the Containerfile."""
import json
import os
import stat
import subprocess
import unittest

import podman
from harness import (PASSWORD, PROGRAM, directory, environment, free_port, logfmt, only_long,
                     section, until, write)
from podman import TOP, Container, build, inspect
from shop import Shop

UID = 10432
MOST_BYTES = 40 << 20
BINARY = "/usr/bin/pgdriftd"
# The program under test is configured for another place than /usr.
PLACES = ["-e", "PGDRIFTD_CONFIG=/etc/pgdriftd/pgdriftd.conf", "-e",
          "PGDRIFTD_STATE_DIR=/var/lib/pgdriftd"]
SOCKET = "/run/postgresql"


def files_of(top):
    """Path and status of all that is below."""
    for where, folders, files in os.walk(top):
        for name in folders + files:
            path = os.path.join(where, name)
            yield path[len(top):], os.lstat(path)


class Image(Shop):
    """What all images have to be; of the program under test here."""

    places = PLACES

    @classmethod
    def setUpClass(cls):
        if os.geteuid():
            raise unittest.SkipTest("only root makes an image")
        why = podman.why_none_runs()
        if why:
            raise unittest.SkipTest(why)
        super().setUpClass()
        cls.build()

    @classmethod
    def build(cls):
        context = directory("context")
        cls.top = os.path.join(context, "rootfs")
        subprocess.run([os.path.join(TOP, "etc/container/rootfs"), cls.top, PROGRAM],
                       check=True)
        cls.image = build("localhost/pgdriftd:test", "--build-context", "build=" + context)

    def setUp(self):
        super().setUp()
        self.etc = directory("etc")
        self.state = directory("state")
        os.chmod(self.etc, 0o755)
        os.chown(self.state, UID, UID)
        self.first = self.database_at_head()

    def database_at_head(self):
        database = self.at()
        self.server.sql("GRANT SELECT ON alembic_version TO watcher", database)
        return database

    def configure(self, text, name="pgdriftd.conf"):
        write(os.path.join(self.etc, name), text)

    def site(self, database=None, **service):
        """dev, and env beside it, over the socket that is mounted."""
        dsn = "host=%s port=%d user=watcher dbname=" % (SOCKET, self.server.port)
        return section("service", interval="300ms", jitter="0%", **service) + section(
            "migrations", "shop", path="/srv/versions") + environment(
                "dev", dsn + self.dev, migrations="shop", expect="none") + environment(
                    "env", dsn + (database or self.first), migrations="shop",
                    expect="environment:dev")

    def start(self, *options, command=(), **keys):
        container = Container(
            self.image, *self.places, "-v", self.etc + ":/etc/pgdriftd:ro", "-v",
            self.state + ":/var/lib/pgdriftd", "-v", self.project.versions +
            ":/srv/versions:ro", "-v", self.server.directory + ":%s:ro" % SOCKET, *options,
            command=command, **keys)
        self.addCleanup(container.remove)
        return container

    def until_state(self, container, state):
        """The status of `env` once it is in that state, as a program within is told."""
        def found():
            done = container.run(BINARY, "status", "--format", "json", "--environment", "env")
            if done.out:
                one = json.loads(done.out)["environments"][0]
                return one if one["state"] == state else None
            if container.state()["Status"] != "running":
                raise AssertionError("it ended\n%s%s" % container.log())
            return None
        return until("env to be " + state, found)

    def test_what_it_says_of_itself(self):
        image = inspect("image", self.image)
        config = image["Config"]
        self.assertEqual(config["User"], "%d:%d" % (UID, UID))
        self.assertEqual((config["Entrypoint"], config["Cmd"]), ([BINARY], ["serve"]))
        self.assertEqual(config["StopSignal"], "SIGTERM")
        self.assertEqual(list(config["ExposedPorts"]), ["10432/tcp"])
        self.assertEqual(list(config["Volumes"]), ["/var/lib/pgdriftd"])
        self.assertEqual(image["Healthcheck"]["Test"], ["CMD", BINARY, "status", "--healthz"])

    def test_what_is_in_it(self):
        top = podman.podman("image", "mount", self.image).out.strip()
        executable, size = [], 0
        for path, status in files_of(top):
            with self.subTest(path):
                mode = status.st_mode
                owner = UID if path == "/var/lib/pgdriftd" else 0
                self.assertEqual((status.st_uid, status.st_gid), (owner, owner))
                self.assertFalse(mode & (stat.S_ISUID | stat.S_ISGID))
                if path != "/tmp" and not stat.S_ISLNK(mode):
                    self.assertFalse(mode & 0o022, oct(mode))
            if stat.S_ISREG(status.st_mode):
                size += status.st_size
                if mode & 0o111 and "/lib" not in path:
                    executable.append(path)
        self.assertEqual(executable, [BINARY])
        self.assertLess(size, MOST_BYTES)
        print("     the image is %.1f MB" % (size / 1e6))
        self.assertEqual(stat.S_IMODE(os.lstat(top + "/var/lib/pgdriftd").st_mode), 0o700)
        # Scanners and licences: each package whose files are there.
        packages = os.listdir(top + "/var/lib/dpkg/status.d")
        for package in ("libc6", "libpq5", "ca-certificates"):
            self.assertIn(package, packages)
        for package in packages:
            self.assertTrue(os.path.exists(
                "%s/usr/share/doc/%s/copyright" % (top, package)), package)
        podman.podman("image", "unmount", self.image)

    def test_a_life(self):
        """It starts, watches, is well whatever it finds, ends in time, and knows it all in
        the next container."""
        self.configure(self.site())
        one = self.start()
        self.until_state(one, "in_sync")
        self.assertEqual(podman.podman("healthcheck", "run", one.name).status, 0)
        with open("/proc/%d/status" % one.state()["Pid"], encoding="utf-8") as f:
            status = dict(line.rstrip().split(":\t", 1) for line in f)
        self.assertEqual(status["Uid"].split(), [str(UID)] * 4)
        self.assertEqual(int(status["CapEff"], 16) | int(status["CapBnd"], 16), 0)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))

        self.server.sql("DROP TABLE step2", self.first)
        self.until_state(one, "drifted")
        self.assertEqual(podman.podman("healthcheck", "run", one.name).status, 0)
        self.assertNotEqual(one.run("sh", "-c", "true").status, 0)

        self.assertEqual(one.stop(15), 0)
        err, out = one.log()
        self.assertEqual(out, "")
        said = [logfmt(line) for line in err.splitlines()]
        self.assertIn("drifted", [line.get("state") for line in said])

        self.server.sql("CREATE TABLE step2 (id int)", self.first)
        run = directory("run")
        os.chown(run, UID, UID)
        two = self.start("-e", "PGDRIFTD_LOG_FORMAT=json", "-v", run + ":/run/pgdriftd", "-e",
                         "PGDRIFTD_LISTEN=*:10432,unix:/run/pgdriftd/http.sock")
        done = until("the history of before", lambda: self.drift_of_before(two))
        self.assertEqual(done["environment"], "env")
        self.assertEqual(two.run(BINARY, "status", "--healthz", "--url",
                                 "unix:/run/pgdriftd/http.sock").status, 0)
        self.assertEqual(two.stop(), 0)
        for line in two.log()[0].splitlines():
            self.assertIn("msg", json.loads(line))

    def drift_of_before(self, container):
        answer = container.get("/history?environment=env") or {}
        return next((e for e in answer.get("changes", []) if e["state"] == "drifted"), None)

    def test_nothing_is_written_outside_of_the_volume(self):
        """Its root is read-only, and it has no /tmp to write to: nothing it does needs one."""
        self.configure(self.site())
        one = self.start()
        self.until_state(one, "in_sync")
        self.assertEqual(one.stop(), 0)
        self.assertIn("pgdriftd.db", os.listdir(self.state))
        for name in os.listdir(self.state):
            self.assertEqual(os.lstat(os.path.join(self.state, name)).st_uid, UID)

    def test_over_the_network_with_a_password(self):
        """As in a cluster: TCP, a name to look up, and a password and a volume that its group
        alone gives it."""
        secret = write(os.path.join(directory("secret"), "env.pw"), PASSWORD + "\n", 0o440)
        os.chown(secret, 0, UID)
        os.chown(self.state, 0, UID)
        os.chmod(self.state, 0o2775)
        self.configure(section("service", interval="300ms") + section(
            "migrations", "shop", path="/srv/versions") + environment(
                "env", self.server.dsn(self.first, host="localhost"), migrations="shop",
                password_file="/run/secrets/env.pw"))
        port = free_port()
        one = self.start("-v", secret + ":/run/secrets/env.pw:ro", "-e",
                         "PGDRIFTD_LISTEN=127.0.0.1:%d" % port, network="host")
        self.assertEqual(self.until_state(one, "in_sync")["name"], "env")
        self.assertEqual(podman.podman("healthcheck", "run", one.name).status, 0)
        self.assertEqual(one.stop(), 0)
        self.assertNotIn(PASSWORD, "".join(one.log()))

    def test_a_configuration_that_is_mounted_anew(self):
        """As a ConfigMap is: the directory has links, and one of them is exchanged."""
        def publish(version, text):
            os.mkdir(os.path.join(self.etc, version))
            write(os.path.join(self.etc, version, "pgdriftd.conf"), text)
            os.symlink(version, os.path.join(self.etc, "..new"))
            os.rename(os.path.join(self.etc, "..new"), os.path.join(self.etc, "..data"))
        publish("..1", self.site())
        os.symlink("..data/pgdriftd.conf", os.path.join(self.etc, "pgdriftd.conf"))
        one = self.start()
        self.until_state(one, "in_sync")
        second = self.database_at_head()
        self.server.sql("DROP TABLE step3", second)
        publish("..2", self.site(second))
        podman.podman("kill", "--signal", "HUP", one.name)
        self.until_state(one, "drifted")
        publish("..3", "nonsense {")
        podman.podman("kill", "--signal", "HUP", one.name)
        until("the refusal", lambda: "configuration is refused" in one.log()[0])
        self.assertEqual(podman.podman("healthcheck", "run", one.name).status, 0)
        self.assertEqual(one.stop(), 0)

    def test_a_configuration_that_is_wrong(self):
        self.configure("environment \"env\" { dns = \"x\" }\n")
        one = self.start()
        until("its end", lambda: one.state()["Status"] == "exited")
        self.assertEqual(one.state()["ExitCode"], 78)
        self.assertIn("/etc/pgdriftd/pgdriftd.conf:1", one.log()[0])

    def test_a_node_without_ipv6(self):
        """Whose kernel knows no such sockets."""
        with open("/usr/share/containers/seccomp.json", encoding="utf-8") as f:
            profile = json.load(f)
        for rule in profile["syscalls"]:
            rule["names"] = [n for n in rule["names"] if n != "socket"]
        profile["syscalls"] += [
            {"names": ["socket"], "action": "SCMP_ACT_ALLOW",
             "args": [{"index": 0, "value": 10, "op": "SCMP_CMP_NE"}]},
            {"names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 97,
             "args": [{"index": 0, "value": 10, "op": "SCMP_CMP_EQ"}]}]
        self.configure(self.site())
        file = write(os.path.join(directory("seccomp"), "profile.json"), json.dumps(profile))
        one = self.start("--security-opt", "seccomp=" + file)
        self.until_state(one, "in_sync")
        self.assertEqual(podman.podman("healthcheck", "run", one.name).status, 0)


@only_long
class WholeImage(Image):
    """All of the Containerfile, on a Debian that is made here."""

    places = []

    @classmethod
    def build(cls):
        super().build()
        base = os.path.join(directory("base"), "debian")
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", base], check=True,
                       stdout=subprocess.DEVNULL)
        archive = base + ".tar"
        subprocess.run(["tar", "-C", base, "-cf", archive, "."], check=True)
        podman.podman("import", archive, "localhost/debian:bookworm")
        cls.options = ["--build-arg", "BASE=localhost/debian:bookworm", "--build-arg",
                       "VERSION=1.2.3"]
        cls.image = build("localhost/pgdriftd:whole", *cls.options, timeout=3600)

    def test_it_is_what_the_other_is(self):
        top = podman.podman("image", "mount", self.image).out.strip()
        both = [sorted(path for path, _ in files_of(t)) for t in (top, self.top)]
        podman.podman("image", "unmount", self.image)
        self.assertEqual(*both)
        self.configure(self.site())
        one = self.start()
        self.until_state(one, "in_sync")
        self.assertEqual(one.get("/version")["version"], "1.2.3")

    def test_the_tools(self):
        """Another image of the same file: what jobs of CI run in."""
        image = build("localhost/pgdriftd:tools", *self.options, "--target", "tools",
                      timeout=3600)
        done = podman.podman("run", "--rm", *podman.LIMITS, "--network", "none", "-v",
                             self.project.versions + ":/v:ro", image, "bash", "-c",
                             "pgdriftd migrations /v && alembic --version && psql --version")
        self.assertRegex(done.out, r"5 revisions, 1 head.*\nalembic [0-9.]+\npsql \(PostgreSQL\)")


if __name__ == "__main__":
    unittest.main()
