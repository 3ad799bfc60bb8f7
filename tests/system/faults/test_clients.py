"""Clients that send anything: each answer is one to a request that was sent, and whoever asks
properly beside them is answered.

PGDRIFTD_TEST_SEED sets what they send.
"""
import base64
import os
import random
import re
import socket
import ssl
import struct
import subprocess
import time
import unittest

import harness
from harness import PATIENCE, SystemTest, TlsDaemon, environment, long, until

SECONDS = long(1.5, 600)
ANSWERS = 20  # more than these have to come, or nothing is shown
SEED = int(os.environ.get("PGDRIFTD_TEST_SEED", "1"))
HEAD = re.compile(rb"^HTTP/1\.[01] [2-5]\d\d .*?\r\n\r\n", re.M | re.S)
WHOLE = [
    b"GET /status HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /history?limit=5 HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /check/none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"GET /metrics HTTP/1.0\r\nAuthorization: Basic YTpi\r\n\r\n",
]
PIECES = [b"\0", b"\r", b"\n", b"\r\n", b" ", b":", b"\t", b"Content-Length: 7\r\n", b"%00",
          b"Content-Length : 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n",
          b"GET ", b"HTTP/1.1", b"\xff", b"A" * 5000, b"?a=", b"\r\n\r\n"]


class Anything(SystemTest):
    def mutated(self, chance):
        data = bytearray(b"".join(chance.choices(WHOLE, k=chance.randint(1, 3))))
        for _ in range(chance.randint(0, 3)):
            at = chance.randrange(len(data)) if data else 0
            what = chance.randrange(3) if data else 0
            if what == 0:
                data[at:at] = chance.choice(PIECES)
            elif what == 1:
                del data[at:at + chance.randint(1, 20)]
            else:
                data[at] = chance.randrange(256)
        return bytes(data)

    def send(self, data, chance):
        """What comes back, until nothing more does for a while; some leave before that."""
        got = b""
        with socket.create_connection(("127.0.0.1", self.running.port), 20) as s:
            try:
                cut = chance.randint(0, len(data))
                s.sendall(data[:cut])
                s.sendall(data[cut:])
                if chance.random() < 0.2:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                 struct.pack("ii", 1, 0))
                    return b""
                s.settimeout(0.03)
                for piece in iter(lambda: s.recv(65536), b""):
                    got += piece
            except OSError:
                pass
        return got

    def test_each_answer_is_to_a_request(self):
        self.running = self.daemon(environment(
            "none", self.server.dsn("none"), head=["a"]), http_keys={"idle_timeout": "2s"})
        chance, end = random.Random(SEED), time.monotonic() + SECONDS
        answers = 0
        # Where much else is going on, few come before nobody listens any more.
        while (now := time.monotonic()) < end or (
                answers <= ANSWERS and now < end + PATIENCE):
            data = self.mutated(chance)
            got = self.send(data, chance)
            heads = HEAD.findall(got)
            answers += len(heads)
            self.assertRegex(got, rb"^(HTTP/1\.[01] [1-5]\d\d |$)", data)
            closed = [i for i, head in enumerate(heads) if b"Connection: close" in head]
            # Nothing comes after that (libmicrohttpd writes the head of a refusal of its
            # own twice).
            if closed:
                self.assertLessEqual(len(set(heads[closed[0]:])), 1, (data, got))
                self.assertLessEqual(len(heads) - closed[0], 2, (data, got))
            if chance.random() < 0.05:
                self.assertEqual(self.running.get("/healthz").status, 200)
        self.assertGreater(answers, ANSWERS)
        self.assertEqual(self.running.get("/healthz").status, 200)


class PutOff(SystemTest):
    """A request whose password is being checked waits, over TLS."""

    # "right", of a cost that takes a fraction of a second.
    HASH = "$2b$10$abcdefghijklmnopqrstuu1VS0P7v3ZJmd2gzBFIzgfN7OOl6Rl52"

    def setUp(self):
        where = harness.directory("tls")
        self.cert, self.key = os.path.join(where, "cert.pem"), os.path.join(where, "key.pem")
        self.new_certificate()
        users = harness.write(os.path.join(where, "users"), "ann:%s\n" % self.HASH)
        self.running = TlsDaemon(
            self.cert, environment("one", "host=127.0.0.1 port=1 dbname=none"),
            http_keys={"cert_file": self.cert, "key_file": self.key, "users_file": users})
        self.addCleanup(self.running.stop)

    def new_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-keyout", self.key, "-out", self.cert],
                       check=True, stderr=subprocess.DEVNULL)

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.running.port), 60)
        client = context.wrap_socket(plain)
        self.addCleanup(client.close)
        return client

    def ask(self, client, target="/status", password=None, close=False):
        pair = base64.b64encode(("ann:%s" % password).encode()).decode()
        lines = ["GET %s HTTP/1.1" % target, "Host: t"]
        lines += ["Authorization: Basic " + pair] if password else []
        lines += ["Connection: close"] if close else []
        client.sendall("\r\n".join(lines + ["", ""]).encode())

    def answers(self, client):
        """The statuses of all that comes, to the end."""
        got = b"".join(iter(lambda: client.recv(65536), b""))
        return [int(head.split()[1]) for head in HEAD.findall(got)]

    def test_answers_come_in_order(self):
        clients = [self.connect() for _ in range(3)]
        for i, client in enumerate(clients):
            self.ask(client, password="wrong %d" % i)
            self.ask(client, password="right")
            self.ask(client, "/healthz", close=True)
        for client in clients:
            self.assertEqual(self.answers(client), [401, 200, 200])

    def test_another_certificate_meanwhile(self):
        waiting = [self.connect() for _ in range(3)]
        shown = waiting[0].getpeercert(True)
        for i, client in enumerate(waiting):
            self.ask(client, password="wrong %d" % i)
        self.new_certificate()
        self.running.process.send_signal(harness.signal.SIGHUP)
        until("the other certificate",
              lambda: self.connect().getpeercert(True) != shown)
        for client in waiting:
            self.assertEqual(self.answers(client), [401])
        fresh = self.connect()
        self.ask(fresh, password="right", close=True)
        self.assertEqual(self.answers(fresh), [200])

    def test_the_end_meanwhile(self):
        for i in range(3):
            self.ask(self.connect(), password="wrong %d" % i)
        self.running.stop()


if __name__ == "__main__":
    unittest.main()
