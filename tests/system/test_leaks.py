"""Many checks: nothing leaks, nothing grows.

With a sanitizer build the report at the exit is the judge.  PGDRIFTD_TEST_CHECKS sets
how many checks there are (200).
"""
import os
import unittest

from harness import PASSWORD, PROGRAM, Proxy, directory, environment, until, write
from shop import Shop

CHECKS = int(os.environ.get("PGDRIFTD_TEST_CHECKS", "200"))


class Leaks(Shop):
    def test_many_checks(self):
        drifting = self.at()
        broken = Proxy("127.0.0.1", self.server.port)
        self.addCleanup(broken.close)
        password = write(os.path.join(directory("secret"), "pw"), PASSWORD, 0o600)
        config = self.pair(self.at())
        for i in range(4):
            config += environment("same%d" % i, self.server.dsn(self.dev),
                                  migrations="shop", expect="environment:dev",
                                  keep_connection=i % 2 == 1)
        config += environment("drifting", self.server.dsn(drifting), migrations="shop",
                              expect="environment:dev", keep_connection=True)
        config += environment("broken", self.server.dsn(
            self.dev, host="127.0.0.1", port=broken.port), migrations="shop",
            password_file=password, connect_timeout="300ms", interval="100ms",
            keep_connection=True)
        config += environment("denied", self.server.dsn(self.dev, "postgres", "127.0.0.1"),
                              migrations="shop")
        self.running = self.daemon(config, service={"interval": "100ms"})
        self.steps = 0

        def more():
            self.steps += 1
            change = "CREATE TABLE extra (a int, b text)" if self.steps % 2 else \
                "DROP TABLE extra"
            self.server.sql(change, drifting)
            broken.mode = ("pass", "silent", "refuse")[self.steps % 3]
            broken.cut()
            for path in ("/status", "/status/drifting", "/metrics", "/", "/history"):
                self.running.get(path)
            if self.steps % 10 == 0:
                self.running.reload(config + environment(
                    "more%d" % self.steps, self.server.dsn(self.dev),
                    keep_connection=self.steps % 20 == 0))
            return self.total()
        until("half of the checks", lambda: more() >= CHECKS / 2, 600)
        memory, files = self.memory(), self.files()
        until("all of the checks", lambda: more() >= CHECKS, 600)
        self.assertLess(self.files(), files + 12)
        if b"__asan" not in program_bytes():
            self.assertLess(self.memory() - memory, 8 << 20)
        self.running.stop()

    def total(self):
        return sum(v for (name, _), v in self.running.metrics().items()
                   if name == "pgdriftd_checks_total")

    def memory(self):
        return self.running.metric("process_resident_memory_bytes")

    def files(self):
        return self.running.metric("process_open_fds")


def program_bytes():
    with open(PROGRAM, "rb") as f:
        return f.read()


if __name__ == "__main__":
    unittest.main()
