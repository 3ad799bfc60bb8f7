"""What a thing costs: CPU of a process, of a command, of a server's backends; memory.

CPU rather than wall time is what repeats on a machine that does other things besides.
The server's is the growth of the postmaster's own figure for its ended children, so that
no setting of the server is needed: a backend counts once it has ended.  It comes in ticks
of 10 ms, so short things are done often enough.
"""
import json
import os
import re
import resource
import statistics
import subprocess
import time

from harness import PYTHON, directory, environ, until

TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    """Seconds of CPU of a process, its ended threads as well."""
    return time.clock_gettime((~pid << 3) | 2)


def _stat(pid):
    with open("/proc/%d/stat" % pid, encoding="utf-8") as f:
        return f.read().rpartition(")")[2].split()


def children(pid):
    """Processes that a process has started, by /proc."""
    found = []
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task), encoding="utf-8") as f:
            found += [int(word) for word in f.read().split()]
    return found


def _is_backend(pid):
    """True for a session, also one that is ending: then its command line is gone, and it is
    not yet counted."""
    try:
        with open("/proc/%d/cmdline" % pid, encoding="utf-8", errors="replace") as f:
            return re.match("$|postgres: (watcher|postgres) ", f.read())
    except OSError:
        return False


class ServerCpu:
    """Seconds of CPU of a server's sessions; those that are still open count
    with what they have used so far."""

    def __init__(self, server):
        with open(os.path.join(server.data, "postmaster.pid"), encoding="utf-8") as f:
            self.pid = int(f.readline())

    def ended(self):
        stat = _stat(self.pid)
        return (int(stat[13]) + int(stat[14])) / TICKS

    def now(self):
        total = self.ended()
        for pid in children(self.pid):
            if _is_backend(pid):
                try:
                    total += cpu(pid)
                except OSError:
                    pass  # has ended, and counts the next time
        return total

    def settled(self, keeps=False):
        """The same once nobody is connected any more, where sessions are not kept."""
        if not keeps:
            until("sessions to end", lambda: not any(
                _is_backend(pid) for pid in children(self.pid)))
        return self.now()


class Cost:
    """What one run of a command took."""

    def __init__(self, wall, own, peak, server, status, out):
        self.wall, self.cpu, self.peak, self.server = wall, own, peak, server
        self.status, self.out = status, out


# A process begins with the peak of whoever started it, so a small one comes between.
LAUNCHER = """
import json, os, sys
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, u = os.wait4(pid, 0)
with open(sys.argv[1], "w") as f:
    json.dump([u.ru_utime + u.ru_stime, u.ru_maxrss], f)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


def command(arguments, server=None, env=None, passes=(0,)):
    """Run a command to its end; peak is the MB of its largest process (8 at least)."""
    figures = os.path.join(directory("command"), "figures")
    before = server.settled() if server else 0
    begun = time.monotonic()
    done = subprocess.run(
        [PYTHON, "-I", "-S", "-B", "-c", LAUNCHER, figures, *arguments], env=environ(env),
        cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False, text=True, errors="replace")
    wall = time.monotonic() - begun
    if done.returncode not in passes:
        raise AssertionError("%s: exit status %d\n%s" % (
            " ".join(arguments), done.returncode, done.stdout[-2000:]))
    with open(figures, encoding="utf-8") as f:
        own, peak = json.load(f)
    spent = server.settled() - before if server else 0
    return Cost(wall, own, peak / 1024, spent, done.returncode, done.stdout)


def median_of(runs, run):
    """The cost of which each figure is the median of some runs; the server's CPU is their
    mean, since its ticks are coarse."""
    costs = [run() for _ in range(runs)]
    middle = {k: statistics.median(getattr(c, k) for c in costs)
              for k in ("wall", "cpu", "peak")}
    return Cost(middle["wall"], middle["cpu"], middle["peak"],
                statistics.mean(c.server for c in costs), costs[-1].status, costs[-1].out)


def resident(pid):
    """MB in memory now: all, and without what is mapped from files."""
    with open("/proc/%d/status" % pid, encoding="utf-8") as f:
        found = dict(re.findall(r"^(\w+):\s+(\d+) kB", f.read(), re.M))
    return int(found["VmRSS"]) / 1024, int(found["RssAnon"]) / 1024


def limit_files():
    """As many descriptors as are allowed, for what is started from here."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
