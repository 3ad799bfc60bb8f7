"""A headless Chromium, spoken to by its DevTools protocol over a pair of pipes.

With --remote-debugging-pipe it reads commands from descriptor 3 and writes answers and
events to 4, each a JSON text that a NUL ends: no port, and no library.  One thread does all:
whoever waits reads what comes.
"""
import fcntl
import json
import os
import pwd
import select
import shutil
import subprocess
import time

from harness import PATIENCE, directory, started

# What it would do besides showing pages, most of it by asking its maker's servers.
QUIET = [
    "--headless", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-domain-reliability", "--disable-breakpad",
    "--disable-client-side-phishing-detection", "--metrics-recording-only", "--no-pings",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--password-store=basic", "--use-mock-keychain", "--mute-audio", "--hide-scrollbars",
    "--disable-gpu", "--force-color-profile=srgb",
    # Pages that nobody looks at are tested as well as the one in front.
    "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
]
# All that it is shown was made by the daemon of a test, so it does without its sandbox, which
# wants what a container seldom gives.  It is never root, though.
COMMAND = ["--no-sandbox", "--remote-debugging-pipe"]


class Refused(Exception):
    """A command was answered by an error: most often, the page it was of has gone."""


def _high(descriptor):
    """The same at a number that is none of 0 to 9."""
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return copy


class DevTools:
    """The browser process.  `command` sends and waits for the answer; events go to the
    listener of their session as they are read."""

    def __init__(self):
        self.listeners = {}
        self.rest = b""
        self.last = 0
        self.answers = {}
        self.home = directory("chromium", for_postgres=True)
        self.process = None
        self._start()

    def _start(self):
        program = shutil.which("chromium")
        if not program:
            raise AssertionError("chromium is not installed (scripts/deps test)")
        theirs_in, self.out = map(_high, os.pipe())
        self.into, theirs_out = map(_high, os.pipe())
        person = {}
        if os.geteuid() == 0:
            postgres = pwd.getpwnam("postgres")
            person = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
        with open(os.path.join(directory("chromium-log"), "log"), "wb") as log:
            self.log_file = log.name
            self.process = started(subprocess.Popen(
                ["bash", "-c", 'exec "$@" 3<&%d 4>&%d' % (theirs_in, theirs_out), "bash",
                 program, *COMMAND, *QUIET, "--user-data-dir=" + self.home, "about:blank"],
                pass_fds=(theirs_in, theirs_out), cwd="/", stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, **person,
                env={"HOME": self.home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
                     "TZ": "UTC"}))
        os.close(theirs_in)
        os.close(theirs_out)

    def stop(self):
        """End it, politely first: its children go with it."""
        try:
            self.command("Browser.close")
            self.process.wait(PATIENCE)
        except (AssertionError, Refused, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.into)

    def log(self):
        """What it said, but for its search for a desktop."""
        with open(self.log_file, encoding="utf-8", errors="replace") as f:
            return "".join(line for line in f if "dbus" not in line)

    def listen(self, session, listener):
        """Have listener(method, parameters) called for each event of that session."""
        self.listeners[session] = listener

    def command(self, method, session=None, **parameters):
        """The result; Refused if it is an error."""
        self.last += 1
        number = self.last
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        deadline = time.monotonic() + PATIENCE
        self._write(json.dumps(message).encode() + b"\0", deadline)
        while number not in self.answers:
            if not self.read(deadline - time.monotonic()):
                raise AssertionError("chromium does not answer %s\n%s" % (method, self.log()))
        answer = self.answers.pop(number)
        if "error" in answer:
            raise Refused("%s: %s" % (method, answer["error"].get("message")))
        return answer["result"]

    def _write(self, data, deadline):
        while data:
            try:
                data = data[os.write(self.out, data):]
            except BrokenPipeError:
                raise AssertionError("chromium has ended\n" + self.log()) from None
            if time.monotonic() > deadline:
                raise AssertionError("chromium reads nothing any more\n" + self.log())

    def read(self, seconds):
        """Take what comes within that time; False if nothing came."""
        if seconds < 0 or not select.select([self.into], [], [], seconds)[0]:
            return False
        data = os.read(self.into, 1 << 20)
        if not data:
            raise AssertionError("chromium has ended\n" + self.log())
        *messages, self.rest = (self.rest + data).split(b"\0")
        for message in messages:
            self._take(json.loads(message))
        return True

    def _take(self, message):
        if "id" in message:
            self.answers[message["id"]] = message
            return
        listener = self.listeners.get(message.get("sessionId"))
        if listener:
            listener(message["method"], message["params"])
