"""Clients that send anything: each answer is one to a request that was sent, and whoever asks
properly beside them is answered.

PGDRIFTD_TEST_SEED sets what they send.
"""
import os
import random
import re
import socket
import struct
import time
import unittest

from harness import SystemTest, environment, long

SECONDS = long(1.5, 600)
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
            at = chance.randrange(len(data))
            what = chance.randrange(3)
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
                cut = chance.randrange(len(data))
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
        while time.monotonic() < end:
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
        self.assertGreater(answers, 20)
        self.assertEqual(self.running.get("/healthz").status, 200)


if __name__ == "__main__":
    unittest.main()
