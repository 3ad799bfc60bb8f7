"""What systemd is to the daemon, for a guide: `systemctl` and `journalctl` of
fixtures/guides/bin ask it to start, reload and stop the real program."""
import configparser
import json
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import threading

from harness import PATIENCE, PROGRAM, check_output, directory, started

UNIT = "pgdriftd"
VERBS = {"start", "stop", "restart", "reload", "reload-or-restart", "status", "is-active",
         "enable", "disable", "daemon-reload"}


class Refused(Exception):
    pass


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class ServiceManager:
    """One service, Type=notify as its unit says."""

    def __init__(self, machine):
        self.machine = machine
        self.process = None
        self.directory = directory("manager")
        self.address = os.path.join(self.directory, "asked")
        self.log = os.path.join(self.directory, "log")
        manager = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                words = json.loads(self.rfile.readline())
                try:
                    answer = [0, manager.asked(words) or ""]
                except Refused as e:
                    answer = [1, "%s\n" % e]
                self.wfile.write(json.dumps(answer).encode())

        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(os.path.join(self.directory, "notify"))
        self.notified.settimeout(0.1)
        self.server = _Server(self.address, Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.stop()
        self.server.shutdown()
        self.server.server_close()
        self.notified.close()

    def asked(self, words):
        if words[0] == "journalctl":
            return self.journalctl(words[1:])
        options = [w for w in words[1:] if w.startswith("-")]
        plain = [w for w in words[1:] if not w.startswith("-")]
        if not plain or plain[0] not in VERBS or set(options) - {"--now", "-q", "--quiet"}:
            raise Refused("systemctl: not understood: " + " ".join(words[1:]))
        verb, units = plain[0], plain[1:]
        if verb == "daemon-reload":
            return None
        if [u.removesuffix(".service") for u in units] != [UNIT]:
            raise Refused("Unit %s could not be found." % " ".join(units))
        if verb in ("enable", "disable"):
            if "--now" in options:
                (self.start if verb == "enable" else self.stop)()
            return None
        return getattr(self, verb.replace("-", "_"))()

    def journalctl(self, words):
        if "-u" not in words or words[words.index("-u") + 1] != UNIT:
            raise Refused("journalctl: which unit?")
        with open(self.log, encoding="utf-8", errors="replace") as f:
            lines = f.readlines()
        for i, word in enumerate(words):
            if word in ("-n", "--lines"):
                lines = lines[-int(words[i + 1]):]
        return "".join(lines)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def is_active(self):
        if not self.running():
            raise Refused("inactive")
        return "active\n"

    def status(self):
        return "pgdriftd.service - active: " + self.is_active()

    def credentials(self):
        """What drop-ins say: (environment, the directory of credentials)."""
        found, env = os.path.join(self.directory, "credentials"), {}
        shutil.rmtree(found, ignore_errors=True)
        os.mkdir(found)
        there = os.path.join(self.machine.root, "etc/systemd/system/pgdriftd.service.d")
        for name in sorted(os.listdir(there)) if os.path.isdir(there) else []:
            with open(os.path.join(there, name), encoding="utf-8") as f:
                for line in f:
                    key, _, value = line.strip().partition("=")
                    if key == "LoadCredential":
                        title, _, path = value.partition(":")
                        shutil.copy(path, os.path.join(found, title))
                    elif key == "Environment":
                        one, _, text = value.strip('"').partition("=")
                        env[one] = text
        return {**env, "CREDENTIALS_DIRECTORY": found}

    def environ(self):
        return {**self.machine.environ(), **self.credentials(),
                "NOTIFY_SOCKET": os.path.join(self.directory, "notify")}

    def start(self):
        if self.running():
            return
        with open(self.log, "ab") as log:
            self.process = started(subprocess.Popen(
                [PROGRAM, "serve"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd="/", env=self.environ()))
        self.until_ready()

    def until_ready(self):
        for _ in range(int(PATIENCE * 10)):
            try:
                if b"READY=1" in self.notified.recv(4096):
                    return
            except socket.timeout:
                pass
            if not self.running():
                break
        raise Refused("Job for pgdriftd.service failed.\n" + self.journalctl(["-u", UNIT]))

    def reload(self):
        """As ExecReload= of the unit has it."""
        if not self.running():
            raise Refused("pgdriftd.service is not active, cannot reload.")
        while True:
            try:
                self.notified.setblocking(False)
                self.notified.recv(4096)
            except BlockingIOError:
                break
        self.notified.settimeout(0.1)
        self.process.send_signal(signal.SIGHUP)
        self.until_ready()
        done = subprocess.run([PROGRAM, "config", "check"], env=self.environ(), cwd="/",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Refused("Job for pgdriftd.service failed.\n" + done.stdout)

    def stop(self):
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE)
        said = self.journalctl(["-u", UNIT])
        check_output(said, "the log")
        if status:
            raise AssertionError("pgdriftd ended with %d\n%s" % (status, said))

    def restart(self):
        self.stop()
        self.start()

    def reload_or_restart(self):
        (self.reload if self.running() else self.start)()
