"""Between the program and a server, message by message.

Sources: PostgreSQL's documentation, "Message Formats" of the frontend/backend protocol.
"""
import socket
import struct
import threading

DATA_ROW, COMPLETE, READY, SETTING = b"D", b"C", b"Z", b"S"
COPY_DATA = b"d"


def message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


def error(sqlstate, text):
    return message(b"E", b"SERROR\0VERROR\0C%s\0M%s\0\0" % (sqlstate, text))


class Wire:
    """Passes on what the client says, and of the server's messages what `meddle(number,
    message)` makes of each (numbers from 0 in a connection): bytes, or None to hang up.
    Without TLS only."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.meddle = lambda number, whole: whole
        self.seen = []  # kinds of message, of the connection that was opened last
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            seen = self.seen = []
            threading.Thread(target=self.forward, args=(client, server), daemon=True).start()
            threading.Thread(target=self.answers, args=(server, client, seen, self.meddle),
                             daemon=True).start()

    @staticmethod
    def hang_up(*sockets):
        for s in sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def forward(self, client, server):
        try:
            while True:
                data = client.recv(65536)
                if not data:
                    break
                server.sendall(data)
        except OSError:
            pass
        self.hang_up(server, client)
        client.close()

    def answers(self, server, client, seen, meddle):
        try:
            with server.makefile("rb") as stream:
                for whole in iter(lambda: self.one(stream), None):
                    seen.append(whole[:1])
                    instead = meddle(len(seen) - 1, whole)
                    if instead is None:
                        break
                    client.sendall(instead)
        except OSError:
            pass
        self.hang_up(client, server)
        server.close()

    @staticmethod
    def one(stream):
        head = stream.read(5)
        if len(head) < 5:
            return None
        return head + stream.read(struct.unpack("!I", head[1:])[0] - 4)
