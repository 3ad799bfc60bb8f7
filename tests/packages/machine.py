"""A clean system of Debian below a directory, and the same booted by systemd-nspawn.

Nothing of it is seen by the machine that it runs on: its network is its own loopback, and
it has no other name there than its directory.
"""
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

PATIENCE = float(os.environ.get("PGDRIFTD_TEST_PATIENCE", "60"))


class Failed(Exception):
    """A command that did not do what was asked; its output is the text."""


# What run() waits for, in whichever thread.
running = set()
running_lock = threading.Lock()


def run(*command, status=0, env=None, cwd=None, timeout=1800):
    """The output of both kinds; another status than that is an error (None: any)."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=env, cwd=cwd, text=True,
                          errors="replace", start_new_session=True) as process:
        with running_lock:
            running.add(process)
        try:
            said = process.communicate(timeout=timeout)[0]
        except BaseException:
            end_group(process)
            raise
        finally:
            with running_lock:
                running.discard(process)
    if status is not None and process.returncode != status:
        raise Failed("%s ended with %d:\n%s" % (" ".join(command), process.returncode,
                                                said[-6000:]))
    return said


def end_group(process):
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        pass


def end_running():
    """What other threads wait for is ended, and fails there."""
    with running_lock:
        for process in running:
            end_group(process)


def until(what, probe, seconds=None):
    """Call probe() until it gives something true, and return that."""
    deadline = time.monotonic() + (seconds or PATIENCE)
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed("waited in vain for " + what)
        time.sleep(0.1)


class NotBegun(Exception):
    """systemd-nspawn that ended before there was a process in it; the text is what it said."""


UBUNTU = ("noble",)
UBUNTU_MIRROR = "http://archive.ubuntu.com/ubuntu"


def sources_of(release):
    """(URI, suite) of a release, as this machine's own apt has them; another one of
    Debian's is taken from where this one is."""
    if release in UBUNTU:
        return [(UBUNTU_MIRROR, release + more) for more in ("", "-updates", "-security")]
    lines = run("apt-get", "indextargets", "--format",
                "$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(SUITE)|$(COMPONENT)|$(RELEASE)",
                "Created-By: Packages").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("Debian|")]
    own = [(r[2], r[5]) for r in rows if r[4] == "main" and r[1].startswith(release)]
    if own:
        return sorted(set(own), key=lambda r: (r[1] != release, r[1]))
    plain = [r[2] for r in rows if r[4] == "main" and r[1] == r[5] and "-" not in r[1]]
    return [(uri, release) for uri in plain[:1]]


def ubuntu_keys(above, mirror):
    """The keys of Ubuntu's archive.  Debian 13 has them as a package, which Debian's own
    keys vouch for; it is unpacked below `above`."""
    place = os.path.join(above, "keys")
    for name in ("lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(place, name))
    with open(os.path.join(place, "sources"), "w", encoding="utf-8") as f:
        f.write("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
                "%s trixie main\n" % mirror)
    apt = ["apt-get", "-q", "-y", "-o", "APT::Sandbox::User=root"]
    for key, value in (("Etc::SourceList", "sources"), ("Etc::SourceParts", "none"),
                       ("State::Lists", "lists"), ("Cache", "cache")):
        apt += ["-o", "Dir::%s=%s" % (key, os.path.join(place, value))]
    run(*apt, "update")
    run(*apt, "download", "ubuntu-keyring", cwd=place)
    package, = glob.glob(os.path.join(place, "*.deb"))
    run("dpkg-deb", "-x", package, place)
    return os.path.join(place, "usr/share/keyrings/ubuntu-archive-keyring.gpg")


class Root:
    """The directory; fill() makes the system, end() takes it away."""

    def __init__(self, release):
        self.above = tempfile.mkdtemp(prefix="pgdriftd-packages-")
        self.path = os.path.join(self.above, "root")
        self.release = release
        self.name = "pgdriftd-" + os.path.basename(self.above)[-8:].replace("_", "x")

    def fill(self):
        sources = sources_of(self.release)
        ubuntu = self.release in UBUNTU
        components = "main universe" if ubuntu else "main"
        options = ["--variant=minbase", "--include=systemd,systemd-sysv,dbus,ca-certificates",
                   "--components=" + components.replace(" ", ",")]
        if ubuntu:
            options.append("--keyring=" + ubuntu_keys(self.above, sources_of("trixie")[0][0]))
        # Nothing of it has to outlive a loss of power.
        self.write("/etc/dpkg/dpkg.cfg.d/unsafe", "force-unsafe-io\n")
        where = [uri for uri, _ in sources[:1]]
        if ubuntu:  # that of each since 7.10, where debootstrap is older than the release
            where.append("/usr/share/debootstrap/scripts/gutsy")
        run("debootstrap", *options, self.release, self.path, *where)
        if sources:
            self.write("/etc/apt/sources.list", "".join(
                "deb %s %s %s\n" % (*row, components) for row in sources))
        shutil.copyfile("/etc/resolv.conf", self.at("/etc/resolv.conf"))

    def copy(self):
        """One more that is as this one is now."""
        other = Root(self.release)
        run("cp", "-a", self.path, other.path)
        return other

    def at(self, path):
        return self.path + path

    def write(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.at(path), mode)

    def take(self, *files):
        """Copy files into /packages."""
        os.makedirs(self.at("/packages"), exist_ok=True)
        for file in files:
            shutil.copy(file, self.at("/packages"))

    def sh(self, script, **options):
        """Run a script in it, not booted, with this machine's network."""
        return run("systemd-nspawn", "-q", "-D", self.path, "-M", self.name, "--pipe",
                   "--register=no", "--keep-unit", "--resolv-conf=off", "--timezone=off", "env",
                   "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "sh", "-euc",
                   script, **options)

    def end(self):
        run("rm", "-rf", "--one-file-system", self.above,
            "/run/systemd/nspawn/propagate/" + self.name)


class Machine:
    """A root that is booted.  sh() runs scripts in it, end() powers it off."""

    def __init__(self, root):
        self.root = root
        self.log_file = os.path.join(root.above, "console")
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(
                ["systemd-nspawn", "-q", "-D", root.path, "-M", root.name, "-b",
                 "--register=no", "--keep-unit", "--private-network", "--resolv-conf=off",
                 "--timezone=off"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.init = None
        try:
            self.init = until("its first process", self.first_process)
            until("the end of its start", self.has_started, PATIENCE * 3)
        except (Failed, NotBegun) as e:
            self.end()
            with open(self.log_file, encoding="utf-8", errors="replace") as log:
                raise type(e)("%s: %s" % (e, log.read()[-3000:])) from None
        except BaseException:
            self.end()
            raise

    def first_process(self):
        """nspawn has one child, and that is process 1 in there."""
        if self.process.poll() is not None:
            raise NotBegun("systemd-nspawn ended with %d" % self.process.returncode)
        pid = self.process.pid
        try:
            with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
                children = f.read().split()
        except OSError:
            return None
        for child in children:
            try:
                with open("/proc/%s/status" % child, encoding="ascii") as f:
                    if any(line.startswith("NSpid:") and line.split()[-1] == "1" for line in f):
                        return int(child)
            except OSError:  # it has ended
                continue
        return None

    def has_started(self):
        if self.process.poll() is not None:
            raise Failed("systemd-nspawn ended with %d" % self.process.returncode)
        said = self.sh("systemctl is-system-running 2>&1", status=None).strip()
        return said.splitlines()[-1:] in (["running"], ["degraded"])

    def sh(self, script, status=0, timeout=300):
        return run("nsenter", "-t", str(self.init), "-m", "-u", "-i", "-n", "-p", "-C",
                   "-r", "-w", "env", "-i",
                   "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                   "HOME=/root", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8",
                   "sh", "-euc", script, status=status, timeout=timeout)

    def succeeds(self, script):
        try:
            self.sh(script)
            return True
        except Failed:
            return False

    def end(self):
        if self.process.poll() is not None:
            return
        if self.init:
            self.sh("systemctl poweroff --no-block", status=None)
            try:
                self.process.wait(30)
                return
            except subprocess.TimeoutExpired:
                pass
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def why_no_machine():
    """Why none can be booted here, or ''."""
    if os.geteuid() != 0:
        return "only root may make a clean system"
    for program in ("debootstrap", "systemd-nspawn", "nsenter"):
        if not shutil.which(program):
            return program + " is not installed (scripts/deps packages)"
    try:
        run("unshare", "--mount", "--pid", "--fork", "true")
    except Failed:
        return "no namespaces of one's own may be made here"
    return ""
