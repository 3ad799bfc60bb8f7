"""Podman with a storage of its own, which goes away with the run.

It runs what it is given by runc: crun refuses a machine whose control groups are of both
versions.  Steps of a build are run in a chroot, which needs least of the machine."""
import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CONTAINERFILE = os.path.join(TOP, "etc/container/Containerfile")
# No more than the machine may give.
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"]


@functools.lru_cache(maxsize=None)
def storage():
    path = tempfile.mkdtemp(prefix="pgdriftd-container.", dir="/var/tmp")
    atexit.register(forget, path)
    return path


def forget(path):
    """End what is left, and give back the place."""
    podman("rm", "--all", "--force", "--time", "0", check=False)
    subprocess.run(["umount", os.path.join(path, "root/vfs")], stderr=subprocess.DEVNULL,
                   check=False)
    shutil.rmtree(path, ignore_errors=True)


class Done:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr


def podman(*arguments, check=True, stdin=None, timeout=300):
    home = storage()
    done = subprocess.run(
        ["podman", "--root", home + "/root", "--runroot", home + "/run", "--storage-driver",
         "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime",
         "runc", *map(str, arguments)],
        stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=TOP, timeout=timeout,
        # Without systemd there is nobody to ask for a check every 30 seconds.
        env=dict(os.environ, DISABLE_HC_SYSTEMD="true", TMPDIR=home))
    if check and done.returncode:
        raise AssertionError("podman %s: %d\n%s%s" % (
            " ".join(map(str, arguments)), done.returncode, done.stdout, done.stderr))
    return Done(done)


def build(tag, *arguments, timeout=300):
    """Build by the Containerfile; the name of the image."""
    podman("build", "--isolation", "chroot", "--network", "host", "--format", "docker",
           "--layers=false", "-f", CONTAINERFILE, "-t", tag, *arguments, TOP,
           timeout=timeout)
    return tag


@functools.lru_cache(maxsize=None)
def why_none_runs():
    """Why no container runs on this machine, or ''.  It is one of the machine's own programs
    that is tried, so that nothing of ours has a part in it."""
    if podman("info", "--format", "{{.Host.Security.Rootless}}", check=False).out == "true\n":
        return "podman has not the rights of root here"
    top = os.path.join(storage(), "tried")
    os.makedirs(os.path.join(top, "usr"))
    volumes = ["-v", "/usr:/usr:ro"]
    for name in ("bin", "lib", "lib64"):
        path = "/" + name
        if os.path.islink(path):
            os.symlink("usr/" + name, top + path)
        elif os.path.isdir(path):
            volumes += ["-v", "%s:%s:ro" % (path, path)]
    done = podman("run", "--rm", "--network", "none", *LIMITS, *volumes, "--rootfs", top, "true",
                  check=False)
    return "podman runs nothing here: " + done.err.strip() if done.status else ""


def inspect(kind, name):
    return json.loads(podman(kind, "inspect", name).out)[0]


class Container:
    """One that runs as docs/containers.md says: read-only, without any privilege."""

    made = 0

    def __init__(self, image, *options, command=(), network="none"):
        Container.made += 1
        self.name = "c%d" % Container.made
        podman("run", "--detach", "--name", self.name, "--network", network, "--read-only",
               "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt",
               "no-new-privileges", *LIMITS, *options, image, *command)

    def state(self):
        return inspect("container", self.name)["State"]

    def run(self, *command, check=False):
        """A program within."""
        return podman("exec", self.name, *command, check=check)

    def get(self, path):
        """The document that the daemon answers on the address of its default; None: none."""
        done = subprocess.run(
            ["nsenter", "-t", str(self.state()["Pid"]), "-n", "curl", "-s",
             "http://127.0.0.1:10432" + path], stdout=subprocess.PIPE, check=False)
        return json.loads(done.stdout) if done.stdout else None

    def log(self):
        """What it has said on standard error, and on standard output."""
        done = podman("logs", self.name)
        return done.err, done.out

    def stop(self, seconds=20):
        podman("stop", "--time", seconds, self.name)
        return self.state()["ExitCode"]

    def remove(self):
        podman("rm", "--force", "--time", "0", self.name, check=False)
