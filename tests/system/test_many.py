"""Many environments of one server: it never bears more checks than it is to bear, each has
its turn, and then they are spread."""
import os
import select
import signal
from collections import Counter

from harness import (PASSWORD, Proxy, SystemTest, directory, environment, long, until,
                     write)

MANY = long(100, 300)
HOURS = 24


class Counting(Proxy):
    """Knows how many connections were open at the same time: what was closed before the
    next one was opened had arrived before it."""

    def __init__(self, host, port):
        self.clients = []
        self.most = self.opened = 0
        super().__init__(host, port)

    def keep(self, *sockets):
        super().keep(*sockets)
        poll = select.poll()
        for client in self.clients:
            if client.fileno() >= 0:
                poll.register(client, select.POLLRDHUP)
        closed = {fd for fd, _ in poll.poll(0)}
        self.clients = [c for c in self.clients
                        if c.fileno() >= 0 and c.fileno() not in closed] + [sockets[0]]
        self.most = max(self.most, len(self.clients))
        self.opened += 1


class Many(SystemTest):
    def setUp(self):
        super().setUp()
        self.proxy = Counting("127.0.0.1", self.server.port)
        self.addCleanup(self.proxy.close)
        self.shared = self.stamped("a1")
        self.password = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)

    def environments(self, n, host="127.0.0.1", name="e"):
        dsn = self.server.dsn(self.shared, host=host, port=self.proxy.port)
        return "".join(environment("%s%03d" % (name, i), dsn, head=["a1"],
                                   password_file=self.password) for i in range(n))

    def test_the_server_bears_two(self):
        running = self.daemon(self.environments(MANY), ready=False, service={
            "interval": "%dh" % HOURS})
        until("all of them", lambda: running.get("/readyz").status == 200, 120)
        self.assertEqual(self.proxy.most, 2)
        self.assertEqual(self.proxy.opened, MANY)
        checks = [e["check"] for e in running.json("/status")["environments"]]
        self.assertEqual({c["consecutive_failures"] for c in checks}, {0})
        # Who waited longest is said to have waited; nobody waits any more.
        late = [c["lateness_seconds"] for c in checks]
        self.assertGreater(late[MANY // 2], late[2])
        self.assertGreater(late[-1], late[MANY // 2])
        # They ended together, and are not due together.
        due = Counter(c["next_at"][:13] for c in checks)
        self.assertGreaterEqual(len(due), HOURS)
        self.assertLessEqual(max(due.values()), MANY // HOURS + 1)

    def test_by_several_names(self):
        running = self.daemon(
            self.environments(6) + self.environments(6, "localhost", "f"),
            service={"interval": "1h", "max_checks_per_server": 1})
        # Until it was read by both.
        self.assertLessEqual(self.proxy.most, 2)
        self.proxy.most, opened = 0, self.proxy.opened
        running.process.send_signal(signal.SIGUSR2)
        until("all of them", lambda: self.proxy.opened == opened + 12)
        self.assertEqual(self.proxy.most, 1)

    def test_unchanged_checks_write_nothing(self):
        """Besides the sign of life, once in a minute."""
        dsn = self.server.dsn(self.shared)
        running = self.daemon("".join(
            environment("e%d" % i, dsn, head=["a1"], expect=expect)
            for i, expect in enumerate(("baseline", "environment:e0"))),
            service={"interval": "100ms"})
        running.after_checks("e1", 2)
        state = os.path.join(running.directory, "state")

        def written():
            return {name: os.stat(os.path.join(state, name)).st_mtime_ns
                    for name in os.listdir(state)}
        for _ in range(2):  # in one of them there is no such sign
            before = written()
            running.after_checks("e1", 10)
            after = written()
            if after == before:
                break
        self.assertEqual(after, before)
