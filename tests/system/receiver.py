"""Receivers of notifications that behave as they are told to, also badly."""
import json
import socket
import ssl
import threading
import time

from harness import SECRETS, SystemTest, environment, free_port, section, until


class Message:
    """A request as it came."""

    def __init__(self, head, body):
        self.at = time.monotonic()
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path = lines[0].split()[:2]
        self.headers = {k.lower(): v for k, v in
                        (line.split(": ", 1) for line in lines[1:] if ": " in line)}
        self.body = body

    @property
    def document(self):
        return json.loads(self.body)

    @property
    def parts(self):
        return self.document["notifications"]

    @property
    def id(self):
        return self.headers["idempotency-key"]


def answering(status, head="", body=b"ok"):
    text = "HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n" % (
        status, head, len(body))

    def answer(connection, _):
        connection.sendall(text.encode() + body)
    return answer


def saying(data):
    """Bytes, whatever they are, and the end."""
    def answer(connection, _):
        connection.sendall(data)
    return answer


def hanging(connection, receiver):
    receiver.ended.wait(60)
    connection.close()


def endless(connection, receiver):
    """It took the message, and never ends saying so."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    flood(connection, receiver)


def endless_head(connection, receiver):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    flood(connection, receiver)


def flood(connection, receiver):
    try:
        while not receiver.ended.wait(0.01):
            connection.sendall(b"x" * 4096)
    except OSError:
        receiver.cut += 1


OK = answering("200 OK")


class Receiver:
    """An HTTP server on a port of its own: `plan` has the answers that come first, then
    `usual` is the answer.  As a proxy has it, what is larger than `limit` bytes is not
    read: its length is answered with 413."""

    def __init__(self, *plan, usual=OK, tls=None, port=None, limit=None):
        self.plan, self.usual, self.tls = list(plan), usual, tls
        self.limit, self.refused = limit, []
        self.messages, self.accepted = [], 0
        self.cut = 0  # connections that were ended while it had more to say
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.port = port or free_port()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return "%s://%s:%d%s" % ("https" if self.tls else "http", host, self.port, path)

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*self.tls)
                connection = context.wrap_socket(connection, server_side=True)
            message = self.read(connection)
            if message is None:
                return
            with self.lock:
                self.messages.append(message)
                answer = self.plan.pop(0) if self.plan else self.usual
            answer(connection, self)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def read(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                raise ValueError("no request")
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        message = Message(head, body)
        length = int(message.headers["content-length"])
        if self.limit and length > self.limit:
            self.refuse(connection, length)
            return None
        while len(message.body) < length:
            more = connection.recv(65536)
            if not more:
                raise ValueError("half a request")
            message.body += more
        return message

    def refuse(self, connection, length):
        self.refused.append(length)
        answering("413 Content Too Large")(connection, self)
        # What is still on its way would else break the connection before it is read.
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    @property
    def parts(self):
        """All that was told, in its order."""
        with self.lock:
            return [p for m in self.messages for p in m.parts]

    def close(self):
        self.ended.set()
        # Wakes up who waits in accept().
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()


SECRET = "T0P-S3CRET-OF-A-WEBHOOK"
TOKEN = "s3cret-token-of-a-receiver"
SECRETS.extend([SECRET, TOKEN])
PATH = "/services/" + SECRET


class Receivers(SystemTest):
    def setUp(self):
        super().setUp()
        self.dev = self.database("CREATE TABLE a (x int)")
        self.prod = self.database("CREATE TABLE a (x int)")

    def receiver(self, *plan, **keys):
        receiver = Receiver(*plan, **keys)
        self.addCleanup(receiver.close)
        return receiver

    def pair(self, labels=None, **keys):
        more = {"labels": labels} if labels else {}
        return (environment("dev", self.server.dsn(self.dev)) +
                environment("prod", self.server.dsn(self.prod), expect="environment:dev",
                            **more, **keys))

    def told_to(self, receiver, name="ops", **keys):
        keys.setdefault("batch_wait", "50ms")
        # A handshake, or an answer, may take long where much else is going on.
        keys.setdefault("timeout", "20s")
        if receiver is not None:
            keys.setdefault("url", receiver.url(PATH))
        return section("receiver", name, **keys)

    def drift(self, back=False):
        self.server.sql("DROP TABLE b" if back else "CREATE TABLE b (x int)", self.prod)

    def drift_all(self, databases):
        """All of them as good as at once."""
        self.server.sql("".join("\\connect %s\nCREATE TABLE b (x int);\n" % d
                                for d in databases))

    def away(self, is_away=True):
        """Nobody gets into dev."""
        self.server.sql("ALTER DATABASE %s ALLOW_CONNECTIONS %s" % (
            self.dev, "false" if is_away else "true"))
        if is_away:
            self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE datname = '%s'" % self.dev)

    def looked(self):
        """Wait until all that stands was looked at, half a second after the start: by then
        nothing is told again that was refused before."""
        at = time.monotonic() + 0.6
        until("the look to be due", lambda: time.monotonic() > at)
        # The loop has turned since.
        for _ in range(2):
            self.assertEqual(self.running.get("/healthz").status, 200)

    def states(self, receiver, what):
        """Wait until this was told, and nothing else."""
        def told():
            return [(p["environment"], p["status"], p["state"]) for p in receiver.parts]
        try:
            until("what is told", lambda: len(told()) >= len(what))
        except AssertionError:
            pass
        self.assertEqual(told(), what, self.running.log())

    def result(self, name, result="delivered"):
        return int(self.running.metric(
            "pgdriftd_notifications_total", receiver=name, result=result))

    def lines(self, words):
        return [r for r in self.running.log_records() if words in r["msg"]]
