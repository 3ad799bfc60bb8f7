"""`pgdriftd status --healthz` and `--readyz`: what the health check of a container asks."""
import socket
import subprocess
import unittest

from harness import (PROGRAM, TlsDaemon, call, directory, environ, environment, free_port,
                     program, section, started, until, write)
from shop import Shop
from test_front import ONE, Authority, Front


class Health(Shop):
    def setUp(self):
        super().setUp()
        self.database = self.at()

    def assertHealthz(self, status, *arguments, env=None, probe="--healthz"):
        """Nothing but 0 and 1: whoever runs health checks knows no others.  What it says
        on standard error."""
        result = program("status", probe, *arguments, env=env)
        self.assertStatus(result, status)
        self.assertEqual(result.out, "" if status else "ok\n")
        if status:
            self.assertNotEqual(result.err, "")
        return result.err

    def test_neither_drift_nor_a_dead_database_fails_it(self):
        running = self.daemon(self.pair(self.database) + environment(
            "dead", "host=127.0.0.1 port=1 dbname=x"))
        running.wait_state("env", "in_sync")
        self.server.sql("DROP TABLE step2", self.database)
        running.wait_state("env", "drifted")
        running.wait_state("dead", "unknown")
        self.assertStatus(program("status", "--url", running.url), 2)
        for probe in ("--healthz", "--readyz"):
            self.assertHealthz(0, "--url", running.url, probe=probe)
            self.assertHealthz(0, "-c", running.file, probe=probe)

    def test_a_file_that_would_be_refused(self):
        """The daemon runs by what it has read before; what is wrong is said all the same."""
        running = self.daemon(self.pair(self.database))
        write(running.file, "nonsense {")
        listen = {"PGDRIFTD_LISTEN": " *:%d, [::1]:1" % running.port}
        self.assertIn(running.file + ":1", self.assertHealthz(0, "-c", running.file, env=listen))
        self.assertHealthz(0, "-c", running.file + ".none", env=listen)
        self.assertHealthz(0, "-c", running.file, env={"PGDRIFTD_LISTEN":
                                                       ":%d" % running.port})
        said = self.assertHealthz(1, "-c", running.file, env={
            "PGDRIFTD_LISTEN": "0.0.0.0:%d" % free_port()})
        self.assertIn("127.0.0.1", said)

    def test_tls_and_users(self):
        """Nobody signed the certificate for this address, and no password is at hand."""
        where = directory("tls")
        key, cert = where + "/key.pem", where + "/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=drift.example.org", "-keyout", key, "-out", cert],
                       check=True, stderr=subprocess.DEVNULL)
        digest = call(["openssl", "passwd", "-6", "-salt", "abcdefgh", "let me in"]).strip()
        running = TlsDaemon(cert, self.pair(self.database), http_keys={
            "cert_file": cert, "key_file": key,
            "users_file": write(where + "/users", "reader:" + digest)})
        self.addCleanup(running.stop)
        self.assertHealthz(0, "-c", running.file)
        write(running.file, "nonsense {")
        self.assertHealthz(0, "-c", running.file, env={
            "PGDRIFTD_LISTEN": "127.0.0.1:%d" % running.port})
        # One that is named is held against its certificate.
        self.assertHealthz(1, "--url", "https://127.0.0.1:%d" % running.port,
                           "--cacert", cert)

    def test_what_is_not_well(self):
        self.assertHealthz(1, "--url", "http://127.0.0.1:%d" % free_port())
        self.assertHealthz(1, "--url", "http://127.0.0.1:%d" % free_port(),
                           probe="--readyz")
        with socket.create_server(("127.0.0.1", 0)) as server:
            command = ["status", "--healthz", "--url",
                       "http://127.0.0.1:%d" % server.getsockname()[1]]
            for answer in (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
                           b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"ok\n"):
                with self.subTest(answer):
                    self.answered(server, command, answer)

    def test_no_password_is_told(self):
        """Whoever answers has shown nothing that proves who it is."""
        password = write(directory("secret") + "/password", "let me in\n", 0o600)
        with socket.create_server(("127.0.0.1", 0)) as server:
            at = "127.0.0.1:%d" % server.getsockname()[1]
            config = self.config(section("http", listen=[at]), ONE)
            who = ["--user", "reader", "--password-file", password]
            for more in (["--url", "http://" + at, *who], ["-c", config, *who],
                         ["--url", "http://reader:secret@" + at]):
                asked = self.answered(server, ["status", "--healthz", *more],
                                      b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0)
                self.assertIn(b"GET /healthz", asked)
                self.assertNotIn(b"authorization", asked.lower())

    def test_who_is_to_be_known_is_asked_by_tls_alone(self):
        authority = Authority()
        keys = authority.sign("server")
        running = self.daemon(ONE, ready=False)
        config = self.config(section("http", listen=["127.0.0.1:%d" % running.port],
                                     **keys), ONE)
        self.assertHealthz(0, "-c", config)
        self.assertHealthz(1, "-c", config, "--cacert", authority.at("ca.crt"))

    def answered(self, server, command, answer, status=1):
        process = started(subprocess.Popen([PROGRAM, *command], env=environ(),
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        client, _ = server.accept()
        asked = client.recv(65536)
        client.sendall(answer)
        client.close()
        out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, out), (status, b"" if status else b"ok\n"), err)
        return asked

    def test_not_ready(self):
        """A server that accepts and says nothing: tried, but not to the end."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            running = self.daemon(environment(
                "slow", "host=127.0.0.1 port=%d dbname=x" % server.getsockname()[1],
                connect_timeout="20s"), ready=False)
            self.assertHealthz(0, "--url", running.url)
            self.assertIn("503", self.assertHealthz(1, "--url", running.url,
                                                    probe="--readyz"))
        until("the first try to fail", lambda: program(
            "status", "--readyz", "--url", running.url).status == 0)


class OtherFronts(Front):
    def status(self, *arguments, env=None):
        return program("status", "--healthz", *arguments, env=env).status

    def test_a_socket(self):
        self.serve()
        url = "unix:" + self.path
        self.reload([url])
        self.assertEqual(self.status("-c", self.running.file), 0)
        self.assertEqual(self.status("--url", url), 0)
        self.assertEqual(self.status("-c", self.where + "/none", env={"PGDRIFTD_LISTEN": url}), 0)
        self.assertEqual(self.status("-c", self.where + "/none",
                                     env={"PGDRIFTD_LISTEN": "unix:here"}), 1)
        self.assertEqual(self.status("--url", url + ".none"), 1)

    def test_all_of_ipv6(self):
        """And nothing of IPv4."""
        self.serve()
        self.reload(["[::]:%d" % self.running.port])
        self.assertEqual(self.status("-c", self.running.file), 0)
        self.assertEqual(self.status("-c", self.where + "/none", env={
            "PGDRIFTD_LISTEN": "[::]:%d" % self.running.port}), 0)

    def test_clients_with_certificates(self):
        """Without one nobody gets further than the handshake."""
        authority = Authority()
        keys = dict(authority.sign("server"), client_ca_file=authority.at("ca.crt"))
        authority.sign("client", "/CN=probe", "extendedKeyUsage=clientAuth")
        self.running = TlsDaemon(authority.at("server.crt"), ONE, http_keys=keys)
        self.addCleanup(self.running.stop)
        self.assertEqual(self.status("-c", self.running.file), 1)
        self.assertEqual(self.status("-c", self.running.file, "--cert", authority.at(
            "client.crt"), "--key", authority.at("client.key")), 0)


if __name__ == "__main__":
    unittest.main()
