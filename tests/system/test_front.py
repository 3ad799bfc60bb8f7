"""What clients come to: addresses, Unix sockets, certificates and users, and all of it
exchanged by SIGHUP while requests are under way."""
import base64
import grp
import http.client
import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import threading
import unittest

from harness import (PROGRAM, Daemon, SystemTest, TlsDaemon, call, directory, environ,
                     environment, free_port, program, section, started, until, write)
from test_proxy import NGINX, ask

ONE = environment("prod", "host=127.0.0.1 port=1 dbname=none", head=["a"])


class Authority:
    """An authority with openssl, and what it has signed."""

    def __init__(self):
        self.dir = directory("authority")
        self.make("ca", "/CN=authority", ["-addext", "basicConstraints=critical,CA:TRUE"])

    def at(self, name):
        return os.path.join(self.dir, name)

    def make(self, name, subject, more):
        call(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", subject,
              "-keyout", self.at(name + ".key"), "-out", self.at(name + ".crt"), *more])

    def sign(self, name, subject="/CN=localhost", extension="subjectAltName=IP:127.0.0.1",
             days="2"):
        request, extensions = self.at(name + ".csr"), write(self.at(name + ".ext"), extension)
        call(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
              "-nodes", "-subj", subject, "-keyout", self.at(name + ".key"), "-out", request])
        call(["openssl", "x509", "-req", "-in", request, "-days", days, "-CA",
              self.at("ca.crt"), "-CAkey", self.at("ca.key"), "-CAcreateserial", "-extfile",
              extensions, "-out", self.at(name + ".crt")])
        return self.pair(name)

    def pair(self, name):
        return {"cert_file": self.at(name + ".crt"), "key_file": self.at(name + ".key")}

    def context(self, client=None):
        context = ssl.create_default_context(cafile=self.at("ca.crt"))
        if client:
            context.load_cert_chain(self.at(client + ".crt"), self.at(client + ".key"))
        return context


def hashed(where, name, password):
    """A users file."""
    digest = call(["openssl", "passwd", "-6", "-salt", "abcdefgh", password]).strip()
    return write(os.path.join(where, "users." + name), "%s:%s\n" % (name, digest), 0o600)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


def answer(connection, path="/status", user=None, method="GET"):
    """Status and body."""
    headers = {} if user is None else {
        "Authorization": "Basic " + base64.b64encode(user.encode()).decode()}
    try:
        connection.request(method, path, headers=headers)
        got = connection.getresponse()
        return got.status, got.read()
    finally:
        connection.close()


class Front(SystemTest):
    """A daemon that watches nothing that is there."""

    def setUp(self):
        self.where = directory("front")
        os.chmod(self.where, 0o755)
        self.path = os.path.join(self.where, "http.sock")

    def serve(self, ready=True, env=None, **http_keys):
        self.running = Daemon(ONE, ready=ready, env=env, http_keys=http_keys)
        self.addCleanup(self.running.stop)
        return self.running

    def head(self, listen=None, **keys):
        """Other keys of http from the next reload on."""
        service = self.running.head.split("http {")[0]
        if listen is None:
            listen = ["127.0.0.1:%d" % self.running.port]
        self.running.head = service + section("http", listen=listen, **keys)

    def reload(self, listen=None, **keys):
        self.head(listen, **keys)
        log = self.running.reload(ONE)
        self.assertIn("configuration is loaded", log)
        return log

    def plain(self, host="127.0.0.1", port=None):
        return http.client.HTTPConnection(host, port or self.running.port, timeout=10)

    def tls(self, authority, client=None):
        return http.client.HTTPSConnection("127.0.0.1", self.running.port, timeout=10,
                                           context=authority.context(client))


class Sockets(Front):
    def test_all_of_it(self):
        self.serve()
        self.reload(["unix:" + self.path], socket_mode="0600")
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertEqual(answer(UnixConnection(self.path), "/healthz"), (200, b"ok\n"))
        with self.assertRaises(OSError):
            answer(self.plain())
        url = "unix:" + self.path
        until("a check", lambda: json.loads(answer(UnixConnection(self.path))[1])[
            "environments"][0]["check"]["last_at"])
        self.assertStatus(program("status", "--url", url), 2)
        self.assertIn("prod", program("status", "--url", url).out)
        self.assertStatus(program("wait", "prod", "--for", "unknown", "--url", url), 0)
        self.assertStatus(program("log", "prod", "--url", url), 0)
        # By the configuration alone.
        self.assertIn("prod", program("status", "-c", self.running.file).out)
        self.assertEqual(answer(UnixConnection(self.path), "/check/prod",
                                method="POST")[0], 202)
        self.assertStatus(program("status", "--url", "unix:here"), 64)
        self.assertEqual(answer(UnixConnection(self.path), "/status/prod/")[0], 200)
        self.reload(["unix:" + self.path], socket_mode="0666")
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o666)
        # One that was taken away is made anew.
        os.unlink(self.path)
        self.reload(["unix:" + self.path])
        self.assertEqual(answer(UnixConnection(self.path), "/healthz")[0], 200)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o660)
        self.running.stop()
        self.assertFalse(os.path.exists(self.path))

    def start(self):
        """By the configuration as it is now, without a port that could be asked."""
        with open(self.running.log_file, "ab") as log:
            process = started(subprocess.Popen(
                [PROGRAM, "serve", "-c", self.running.file], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, cwd=self.running.directory, env=environ()))
        return process

    def reached(self):
        try:
            return answer(UnixConnection(self.path), "/healthz")[0] == 200
        except OSError:
            return False

    def test_what_a_dead_one_left(self):
        self.serve()
        self.reload(["unix:" + self.path])
        self.running.process.kill()
        self.running.process.wait()
        self.assertTrue(os.path.exists(self.path))
        self.running.process = self.start()
        until("the socket", self.reached)
        # A second daemon is refused, and takes nothing away.
        other = self.config(section("service", state_dir=directory("state")),
                            section("http", listen=["unix:" + self.path]), ONE)
        result = program("serve", "-c", other)
        self.assertStatus(result, 1)
        self.assertIn("unix:%s: another process listens there" % self.path, result.err)
        self.assertTrue(self.reached())

    def test_refused_at_start(self):
        long = os.path.join(self.where, "x" * 100)
        os.symlink("/tmp/nowhere-at-all", self.path)
        for path, status, words in (
                (long, 78, "at most 107 bytes long"),
                (self.path, 78, "something else than a socket"),
                ("/nonexistent/http.sock", 78, "/nonexistent: No such file")):
            config = self.config(section("service", state_dir=directory("state")),
                                 section("http", listen=["unix:" + path]), ONE)
            result = program("serve", "-c", config)
            self.assertStatus(result, status)
            self.assertIn(words, result.err)
        self.assertTrue(os.path.islink(self.path))

    def test_group(self):
        self.serve()
        self.head(["unix:" + self.path], socket_group="no-such-group")
        self.assertIn("there is no group \\\"no-such-group\\\"", self.running.reload(ONE))
        if os.geteuid() == 0:
            group = grp.getgrnam("daemon")
            self.reload(["unix:" + self.path], socket_group="daemon")
            self.assertEqual(os.stat(self.path).st_gid, group.gr_gid)
            # As it would be at the next start.
            self.reload(["unix:" + self.path])
            self.assertEqual(os.stat(self.path).st_gid, os.getegid())

    def test_a_refused_reload_lets_nobody_in(self):
        self.serve()
        listen = ["unix:" + self.path]
        self.reload(listen, socket_mode="0600")
        with socket.create_server(("127.0.0.1", 0)) as other:
            self.head(listen + ["127.0.0.1:%d" % other.getsockname()[1]],
                      socket_mode="0666")
            self.assertIn("configuration is refused", self.running.reload(ONE))
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        # What is wrong with something else.
        self.head(listen, socket_mode="0666")
        self.assertIn("configuration is refused", self.running.reload(
            environment("prod", "host=127.0.0.1", expect="environment:none")))
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)

    def test_a_reload_comes_too_late(self):
        """Nothing that an end has closed is opened again."""
        for _ in range(5):
            if self.reload_late():
                return
        self.fail("it has ended each time before it was told")

    def reload_late(self):
        """True if it came before all of it had ended."""
        self.serve()
        self.reload(["unix:" + self.path])
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.path)
            client.sendall(b"GET /healthz HTTP/1.1\r\n")
            process = self.running.process
            process.terminate()
            until("the end", lambda: not os.path.exists(self.path))
            came = process.poll() is None
            process.send_signal(signal.SIGHUP)
            self.assertEqual(process.wait(30), 0)
        self.running.process = None
        self.assertEqual(self.running.log().count("configuration is loaded"), 1)
        return came

    def test_handed_over(self):
        """As systemd does with ListenStream=/run/….sock: the file is not ours."""
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(self.path)
        listener.listen()
        config = self.config(section("service", state_dir=directory("state")), ONE)
        log = open(os.path.join(self.where, "log"), "a+b")
        self.addCleanup(log.close)
        # A plain sh knows descriptors of one digit.
        script = 'exec 3<&%d; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"' % listener.fileno()
        process = started(subprocess.Popen(
            ["bash", "-c", script, "bash", PROGRAM, "serve", "-c", config],
            pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, env=environ()))
        until("the socket", self.reached)
        self.assertEqual(answer(UnixConnection(self.path), "/version")[0], 200)
        process.send_signal(signal.SIGHUP)
        until("the reload", lambda: log.seek(0) == 0 and
              b"configuration is loaded" in log.read())
        self.assertTrue(self.reached())
        process.terminate()
        self.assertEqual(process.wait(30), 0)
        self.assertTrue(os.path.exists(self.path))

    @unittest.skipUnless(NGINX, "nginx is not here")
    def test_behind_nginx(self):
        self.serve()
        self.reload(["unix:" + self.path], socket_mode="0666")
        port = free_port()
        config = write(os.path.join(self.where, "nginx.conf"), """
daemon off; worker_processes 1; pid %(d)s/pid; error_log %(d)s/error;
events { worker_connections 64; }
http { access_log off; client_body_temp_path %(d)s/b; proxy_temp_path %(d)s/p;
fastcgi_temp_path %(d)s/f; uwsgi_temp_path %(d)s/u; scgi_temp_path %(d)s/s;
server { listen 127.0.0.1:%(port)d; location / { proxy_pass http://unix:%(s)s; }
location /check { proxy_pass http://unix:%(s)s; proxy_set_header X-Forwarded-For $remote_addr; }
location /silent/ { proxy_pass http://unix:%(s)s:/; } } }
""" % {"d": self.where, "port": port, "s": self.path})
        nginx = started(subprocess.Popen(
            [NGINX, "-p", self.where, "-c", config], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.addCleanup(nginx.wait)
        self.addCleanup(nginx.terminate)
        base = "http://127.0.0.1:%d" % port

        def listens():
            try:
                return ask(base + "/healthz").status
            except OSError:
                return None
        self.assertEqual(until("nginx", listens), 200)
        self.assertIn(b'"prod"', ask(base + "/status").body)
        # What comes through a proxy says so, and is nobody of this machine.
        self.assertEqual(ask(base + "/check/prod", method="POST").status, 403)
        # One that says nothing is taken for this machine.
        self.assertEqual(ask(base + "/silent/check/prod", method="POST").status, 202)


class Load:
    """Clients that ask again and again, each on a connection that it keeps as long as it
    is told to."""

    def __init__(self, connect, clients=4):
        self.connect, self.stopped = connect, threading.Event()
        self.answers, self.failures = 0, []
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = self.connect()
        while not self.stopped.is_set():
            try:
                connection.request("GET", "/status")
                got = connection.getresponse()
                got.read()
            except (OSError, http.client.HTTPException) as e:
                self.failures.append(repr(e))
                return
            self.answers += 1
            if got.status != 200:
                self.failures.append(got.status)
            if got.will_close:
                connection.close()
                connection = self.connect()
        connection.close()

    def end(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


class Reload(Front):
    def test_addresses(self):
        """What was listened on for this machine alone is for all, on the same port."""
        self.serve()
        port = self.running.port
        kept = self.plain()
        kept.request("GET", "/healthz")
        kept.getresponse().read()
        self.reload(["*:%d" % port, "unix:" + self.path])
        self.assertEqual(answer(self.plain("::1"), "/healthz")[0], 200)
        self.assertEqual(answer(self.plain(), "/healthz")[0], 200)
        self.assertEqual(answer(UnixConnection(self.path), "/healthz")[0], 200)
        # One that was open is answered, and told that it ends.
        kept.request("GET", "/healthz")
        got = kept.getresponse()
        self.assertEqual((got.status, got.headers["Connection"].lower()), (200, "close"))
        kept.close()
        self.assertEqual(self.running.json("/version").get("restart_needed") or [], [])
        self.reload(["127.0.0.1:%d" % port])
        with self.assertRaises(OSError):
            answer(self.plain("::1"), "/healthz")
        self.assertEqual(answer(self.plain(), "/healthz")[0], 200)
        self.assertFalse(os.path.exists(self.path))

    def test_an_address_that_is_taken(self):
        self.serve()
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = "127.0.0.1:%d" % other.getsockname()[1]
            self.head(["127.0.0.1:%d" % self.running.port, "unix:" + self.path, taken])
            log = self.running.reload(ONE)
            self.assertIn("configuration is refused", log)
            self.assertIn("cannot listen on %s: Address already in use" % taken, log)
        self.assertFalse(os.path.exists(self.path))
        self.assertEqual(answer(self.plain(), "/healthz")[0], 200)
        self.assertEqual(self.running.metric("pgdriftd_config_last_reload_successful"), 0)

    def test_a_refused_one_changes_nothing(self):
        """Whichever part of it is wrong, of the others none is taken."""
        authority = Authority()
        good, one = authority.sign("good"), authority.sign("one")
        users = hashed(self.where, "new", "new password")
        self.serve(ready=False, users_file=hashed(self.where, "old", "old password"))
        here = ["127.0.0.1:%d" % self.running.port]
        kept = self.plain()
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = "127.0.0.1:%d" % other.getsockname()[1]
            for listen, keys, words in (
                    (here + [taken], {}, "cannot listen on " + taken),
                    (here + ["unix:/nonexistent/s"], {}, "unix:/nonexistent/s"),
                    (here, {"key_file": one["key_file"]}, one["key_file"]),
                    (here, {"cert_file": "/nonexistent/crt"}, "/nonexistent/crt"),
                    (here, {"users_file": "/nonexistent/users"}, "/nonexistent/users")):
                with self.subTest(words):
                    self.head([listen[0], "unix:" + self.path] + listen[1:],
                              **{"users_file": users, **good, **keys})
                    log = self.running.reload(ONE)
                    self.assertIn("configuration is refused", log)
                    self.assertIn(words, log)
                    self.assertFalse(os.path.exists(self.path))
                    self.assertEqual(answer(self.plain(), user="new:new password")[0], 401)
                    self.assertIn(b"pgdriftd_config_last_reload_successful 0\n", answer(
                        self.plain(), "/metrics", user="old:old password")[1])
                    kept.request("GET", "/healthz")
                    got = kept.getresponse()
                    self.assertEqual((got.read(), got.will_close), (b"ok\n", False))
        kept.close()

    def test_what_stays_is_not_disturbed(self):
        """A socket, while certificates are exchanged; and an address beside one that comes."""
        authority = Authority()
        self.serve()
        listen = ["127.0.0.1:%d" % self.running.port, "unix:" + self.path]
        self.reload(listen, **authority.sign("one"))
        kept = [UnixConnection(self.path), self.tls(authority)]
        for keys, open_still in (({}, 2), ({"listen": listen + ["[::1]:%d" % free_port()]}, 2),
                                 (authority.sign("two"), 1)):
            for connection in kept:
                connection.request("GET", "/healthz")
                self.assertEqual(connection.getresponse().read(), b"ok\n")
            now = {"listen": listen, **authority.pair("one"), **keys}
            self.reload(**now)
            for i, connection in enumerate(kept):
                connection.request("GET", "/healthz")
                got = connection.getresponse()
                self.assertEqual((got.read(), got.will_close), (b"ok\n", i >= open_still))
        for connection in kept:
            connection.close()

    def test_tls_comes_and_goes(self):
        authority = Authority()
        self.serve()
        self.reload(**authority.sign("one"))
        self.assertEqual(answer(self.tls(authority), "/healthz")[0], 200)
        shown = self.shown(authority)
        # Another path.
        self.reload(**authority.sign("two"))
        self.assertNotEqual(self.shown(authority), shown)
        shown = self.shown(authority)
        # What does not fit is named, and the pair of before stays.
        self.head(cert_file=authority.at("one.crt"), key_file=authority.at("two.key"))
        log = self.running.reload(ONE)
        self.assertIn("configuration is refused", log)
        self.assertIn(authority.at("one.crt"), log)
        self.assertIn(authority.at("two.key"), log)
        self.assertEqual(self.shown(authority), shown)
        self.assertIn(b"pgdriftd_config_last_reload_successful 0",
                      answer(self.tls(authority), "/metrics")[1])
        self.reload()
        self.assertEqual(answer(self.plain(), "/healthz")[0], 200)

    def shown(self, authority):
        connection = self.tls(authority)
        connection.connect()
        try:
            return connection.sock.getpeercert(True)
        finally:
            connection.close()

    def test_an_expired_certificate_is_warned_of(self):
        authority = Authority()
        self.serve()
        self.reload(**authority.sign("old", days="-1"))
        self.assertRegex(self.running.log(), r"cert_file \S+old.crt: it has expired at 20")
        result = program("config", "check", "-c", self.running.file)
        self.assertStatus(result, 0)
        self.assertIn("it has expired at", result.err)

    def test_under_load(self):
        """Whatever is exchanged, no request fails."""
        authority = Authority()
        self.serve()
        pairs = [authority.sign("one"), authority.sign("two")]
        self.reload(**pairs[0])
        load = Load(lambda: self.tls(authority))
        try:
            for i in range(1, 7):
                before = load.answers
                until("more answers", lambda: load.failures or load.answers > before + 20)
                listen = ["127.0.0.1:%d" % self.running.port]
                self.reload(listen + ["unix:" + self.path] * (i % 3 == 1), **pairs[i % 2])
        finally:
            load.end()
        self.assertEqual(load.failures, [])
        self.assertGreater(load.answers, 120)

    def test_credentials(self):
        """A relative name is one of the service manager's credentials, if it is there."""
        credentials = directory("credentials")
        self.serve()
        users = write(os.path.join(credentials, "users"), "a:$6$abcdefgh$x\n")
        beside = write(os.path.join(self.running.directory, "users"), "nonsense\n")
        self.running.stop()
        self.head(users_file="users")
        self.running.configure(ONE)
        self.assertStatus(program("config", "check", "-c", self.running.file), 78)
        self.assertStatus(program("config", "check", "-c", self.running.file,
                                  env={"CREDENTIALS_DIRECTORY": credentials}), 0)
        os.unlink(users)
        result = program("config", "check", "-c", self.running.file,
                         env={"CREDENTIALS_DIRECTORY": credentials})
        self.assertStatus(result, 78)
        self.assertIn(beside, result.err)


class Credentials(Front):
    """Certificate, key, users and authorities as LoadCredential= brings them, by names
    alone."""

    NAMES = {"cert_file": "http.crt", "key_file": "http.key", "users_file": "http.users",
             "client_ca_file": "ca.crt"}

    def setUp(self):
        super().setUp()
        self.authority, self.credentials = Authority(), directory("credentials")
        self.authority.sign("client", "/CN=client", "extendedKeyUsage=clientAuth")
        os.chmod(self.credentials, 0o500)

    def put(self, pair, user, password):
        """As systemd does: read-only files, in a directory that is."""
        content = [pair["cert_file"], pair["key_file"], hashed(self.where, user, password),
                   self.authority.at("ca.crt")]
        os.chmod(self.credentials, 0o700)
        for name, source in zip(self.NAMES.values(), content):
            new = os.path.join(self.credentials, name + ".new")
            with open(source, encoding="ascii") as f:
                write(new, f.read(), 0o400)
            os.rename(new, os.path.join(self.credentials, name))
        os.chmod(self.credentials, 0o500)

    def asked(self, user):
        return answer(self.tls(self.authority, "client"), user=user)[0]

    def shown(self):
        connection = self.tls(self.authority, "client")
        connection.connect()
        try:
            return ssl.DER_cert_to_PEM_cert(connection.sock.getpeercert(True))
        finally:
            connection.close()

    def assertShown(self, name):
        with open(self.authority.at(name + ".crt"), encoding="ascii") as f:
            self.assertEqual(self.shown().split(), f.read().split())

    def test_renewed_by_a_reload(self):
        one, two = self.authority.sign("one"), self.authority.sign("two")
        self.put(one, "reader", "let me in")
        # What has the same name beside the configuration is not meant.
        self.running = TlsDaemon(
            "", ONE, http_keys=self.NAMES,
            env={"CREDENTIALS_DIRECTORY": self.credentials})
        self.addCleanup(self.running.stop)
        write(os.path.join(self.running.directory, "http.crt"), "nonsense\n")
        self.assertShown("one")
        self.assertEqual(self.asked("reader:let me in"), 200)
        self.put(two, "reader", "another")
        # What is renewed counts from the reload on.
        self.assertShown("one")
        self.assertEqual(self.asked("reader:let me in"), 200)
        self.reload(**self.NAMES)
        self.assertShown("two")
        self.assertEqual(self.asked("reader:let me in"), 401)
        self.assertEqual(self.asked("reader:another"), 200)
        # Half a pair is none.
        self.put({**one, "cert_file": two["cert_file"]}, "reader", "third")
        log = self.running.reload(ONE)
        self.assertIn("configuration is refused", log)
        self.assertIn(os.path.join(self.credentials, "http.key"), log)
        self.assertShown("two")
        self.assertEqual(self.asked("reader:another"), 200)
        self.assertNotIn("can read it", self.running.log())


class Clients(Front):
    """Certificates of clients."""

    def setUp(self):
        super().setUp()
        self.authority = Authority()
        self.authority.sign("prometheus", "/O=ops/CN=prometheus",
                            "extendedKeyUsage=clientAuth\n"
                            "subjectAltName=DNS:prometheus.example.org")
        self.authority.sign("server", extension="extendedKeyUsage=serverAuth\n"
                            "subjectAltName=IP:127.0.0.1")
        self.authority.make("stranger", "/CN=stranger", [])
        self.keys = {"cert_file": self.authority.at("server.crt"),
                     "key_file": self.authority.at("server.key"),
                     "client_ca_file": self.authority.at("ca.crt")}
        self.serve()

    def refused(self, client):
        before = len(self.running.log())
        with self.assertRaises(OSError):
            answer(self.tls(self.authority, client))
        return until("the line", lambda: re.findall("login failed.*",
                                                    self.running.log()[before:]))[0]

    def test_required(self):
        self.reload(**self.keys)
        self.assertEqual(answer(self.tls(self.authority, "prometheus"))[0], 200)
        self.assertIn("no certificate", self.refused(None))
        line = self.refused("stranger")
        self.assertIn("certificate of an unknown authority", line)
        self.assertIn("CN=stranger", line)
        self.assertIn("client=127.0.0.1", line)
        self.assertIn("certificate that is not for clients", self.refused("server"))
        # Who has shown one may have something done, also through a proxy of theirs.
        self.assertEqual(answer(self.tls(self.authority, "prometheus"), "/check/prod",
                                method="POST")[0], 202)
        metrics = answer(self.tls(self.authority, "prometheus"), "/metrics")[1]
        self.assertIn(b"pgdriftd_http_login_failures_total 3\n", metrics)

    def test_names(self):
        for names, status in ((["prometheus"], 200), (["PROMETHEUS.example.org"], 200),
                              (["ops", "prometheus.example"], None)):
            self.reload(client_names=names, **self.keys)
            if status:
                self.assertEqual(answer(self.tls(self.authority, "prometheus"))[0], status)
            else:
                self.assertIn("certificate of none of client_names",
                              self.refused("prometheus"))

    def test_names_that_only_look_alike(self):
        """The bytes of an address, and what stands before a NUL."""
        nul = b"\x82\x0aabcd\0x.org"
        cases = (("address", "IP:97.98.99.100", False),
                 ("nul", "DER:30:%02x:%s" % (len(nul), nul.hex(":")), False),
                 ("long", "DNS:%s,DNS:abcd" % ("a" * 600), True),
                 ("mail", "IP:97.98.99.101,email:abcd", True))
        for name, alternative, _ in cases:
            self.authority.sign(name, "/CN=" + name, "extendedKeyUsage=clientAuth\n"
                                "subjectAltName=" + alternative)
        self.reload(client_names=["abcd"], **self.keys)
        for name, _, is_named in cases:
            with self.subTest(name):
                if is_named:
                    self.assertEqual(answer(self.tls(self.authority, name))[0], 200)
                else:
                    self.assertIn("certificate of none of client_names",
                                  self.refused(name))

    def test_with_users(self):
        users = hashed(self.where, "reader", "let me in")
        self.reload(users_file=users, **self.keys)
        self.assertEqual(answer(self.tls(self.authority, "prometheus"))[0], 401)
        self.assertEqual(answer(self.tls(self.authority, "prometheus"),
                                user="reader:let me in")[0], 200)
        before = len(self.running.log())
        self.assertEqual(answer(self.tls(self.authority, "prometheus"),
                                user="reader:wrong")[0], 401)
        line = until("the line", lambda: re.findall("login failed.*",
                                                    self.running.log()[before:]))[0]
        self.assertIn("user=reader", line)
        self.assertIn("CN=prometheus", line)

    def test_commands(self):
        self.reload(**self.keys)
        url = "https://127.0.0.1:%d" % self.running.port
        who = ["--cert", self.authority.at("prometheus.crt"), "--key",
               self.authority.at("prometheus.key")]
        ca = ["--cacert", self.authority.at("ca.crt")]
        self.assertIn("prod", program("status", "--url", url, *ca, *who).out)
        self.assertStatus(program("wait", "prod", "--for", "unknown", "--url", url, *ca,
                                  *who), 0)
        self.assertStatus(program("log", "prod", "--url", url, *ca, *who), 0)
        result = program("status", "--url", url, *ca)
        self.assertStatus(result, 2)
        self.assertEqual(result.out, "")
        self.assertStatus(program("status", "--url", url, *ca, "--key", "x"), 64)

    def test_not_without_tls(self):
        for keys, words in (
                ({"client_ca_file": self.keys["client_ca_file"]}, "no cert_file"),
                ({"client_names": ["a"]}, "no client_ca_file"),
                ({**self.keys, "client_ca_file": self.keys["key_file"]},
                 "client_ca_file " + self.keys["key_file"])):
            self.head(**keys)
            log = self.running.reload(ONE)
            self.assertIn("configuration is refused", log)
            self.assertIn(words, log)


class Logins(Front):
    def setUp(self):
        super().setUp()
        users = hashed(self.where, "reader", "let me in")
        self.running = Daemon(ONE, ready=False, http_keys={"users_file": users})
        self.addCleanup(self.running.stop)

    def lines(self):
        return [r for r in self.running.log_records() if r.get("msg") == "login failed"]

    def test_each_is_told(self):
        self.assertEqual(answer(self.plain())[0], 401)
        self.assertEqual(answer(self.plain(), user="reader:let me in")[0], 200)
        self.assertEqual(self.lines(), [])
        odd = "no\x1b[31mbody" + "x" * 200
        for user in ("reader:s3cret-guess", odd + ":s3cret-guess", "reader:s3cret-guess"):
            self.assertEqual(answer(self.plain(), user=user)[0], 401)
        connection = self.plain()
        connection.request("GET", "/status", headers={"Authorization": "Bearer x"})
        self.assertEqual(connection.getresponse().status, 401)
        connection.close()
        found = until("four lines", lambda: (
            lambda l: l if len(l) >= 4 else None)(self.lines()))
        self.assertEqual([r["reason"] for r in found], [
            "wrong password", "unknown user", "wrong password",
            "credentials that cannot be read"])
        self.assertEqual({r["client"] for r in found}, {"127.0.0.1"})
        self.assertEqual({r["level"] for r in found}, {"warn"})
        self.assertEqual(found[0]["user"], "reader")
        self.assertIn("\\x1b", found[1]["user"])
        self.assertLess(len(found[1]["user"]), 100)
        self.assertNotIn("s3cret", self.running.log())
        self.assertNotIn("let me in", self.running.log())
        self.assertIn(b"pgdriftd_http_login_failures_total 4\n", answer(
            self.plain(), "/metrics", user="reader:let me in")[1])

    def test_a_flood_is_told_in_part(self):
        for _ in range(200):
            connection = self.plain()
            connection.request("GET", "/status", headers={"Authorization": "Bearer x"})
            self.assertEqual(connection.getresponse().status, 401)
            connection.close()
        metrics = answer(self.plain(), "/metrics", user="reader:let me in")[1]
        self.assertIn(b"pgdriftd_http_login_failures_total 200\n", metrics)
        self.running.process.terminate()
        self.running.process.wait()
        self.running.process = None
        told = len(self.lines())
        self.assertLess(told, 20)
        rest, = [r for r in self.running.log_records()
                 if r.get("msg") == "more logins failed"]
        self.assertEqual(int(rest["logins"]), 200 - told)


class Cautions(Front):
    def test_in_the_log_and_by_check(self):
        self.serve()
        self.assertNotIn("http: ", self.running.log())
        log = self.reload(["0.0.0.0:%d" % self.running.port])
        words = "whoever reaches 0.0.0.0:%d reads names" % self.running.port
        until("the warning", lambda: words in self.running.log())
        result = program("config", "check", "-c", self.running.file)
        self.assertStatus(result, 0)
        self.assertIn(words, result.err)
        self.assertIn("(warning)", result.err)
        before = len(self.running.log())
        self.reload(["0.0.0.0:%d" % self.running.port], allow=["open"])
        self.assertNotIn(words, self.running.log()[before:])
        self.assertEqual(program("config", "check", "-c", self.running.file).err, "")


def asks_us(pid):
    """Whether the library looks up what it answers by: not where it was linked with
    -Bsymbolic-functions."""
    with open("/proc/%d/maps" % pid, encoding="ascii") as maps:
        library, = {line.split()[-1] for line in maps if "libmicrohttpd" in line}
    return "MHD_queue_response" in call(["readelf", "-rW", library])


class Refusals(Front):
    """What the library refuses, by TLS as well."""

    def test_over_tls(self):
        authority = Authority()
        self.serve()
        if not asks_us(self.running.process.pid):
            self.skipTest("the library answers by itself")
        self.reload(**authority.sign("one"))
        for request, status in (
                (b"GET / FTP/1.1\r\nHost: x\r\n\r\n", 400),
                (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505),
                (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
                (b"GET / HTTP/1.1\r\n\r\n", 400),
                (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
                (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40000 + b"\r\n\r\n", 431)):
            connection = self.tls(authority)
            connection.connect()
            connection.sock.sendall(request)
            got = b"".join(iter(lambda: connection.sock.recv(65536), b""))
            connection.close()
            head, _, body = got.rpartition(b"\r\n\r\n")
            self.assertIn(b"application/problem+json", head, request[:60])
            self.assertEqual(json.loads(body)["status"], status)


if __name__ == "__main__":
    unittest.main()
