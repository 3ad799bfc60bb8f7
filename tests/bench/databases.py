"""The bench's private PostgreSQL and the databases in it."""
import contextlib
import functools
import os
import sys
import threading

from harness import PASSWORD, Postgres, call, directory, write

HERE = os.path.dirname(os.path.abspath(__file__))


class Server(Postgres):
    """Room for the locks of a dump of 10,000 tables; else as it comes."""

    settings = {"shared_buffers": "256MB", "max_locks_per_transaction": 512,
                "max_connections": 200, "wal_level": "replica", "max_wal_senders": 0}

    def filled(self, name, tables, *options):
        """Database `name` with a schema of so many tables; made once."""
        if name not in self.sql("SELECT datname FROM pg_database").split():
            self.sql("CREATE DATABASE %s TEMPLATE template0" % name)
            self.sql(call([sys.executable, os.path.join(HERE, "schema"), str(tables),
                           *options]), name)
            self.sql("GRANT SELECT ON alembic_version TO watcher; ANALYZE", name)
        return name

    def reference(self, tables):
        return self.filled("bench_%d" % tables, tables)

    def equal(self, tables):
        """The same schema, made in another order: no OID agrees."""
        return self.filled("equal_%d" % tables, tables, "--shuffle", "7")

    def copied(self, name, original, text=None):
        """A copy of a database, and what is done there once."""
        if name not in self.sql("SELECT datname FROM pg_database").split():
            self.sql("CREATE DATABASE %s TEMPLATE %s" % (name, original))
            if text:
                self.sql(text, name)
        return name

    @contextlib.contextmanager
    def written_to(self):
        """Somebody writes, in another database, some times a second: no schema changes.
        As a role of its own, whose CPU is not counted while it is connected."""
        if "writer" not in self.sql("SELECT rolname FROM pg_roles").split():
            self.sql("CREATE ROLE writer LOGIN")
        session, over = self.session("postgres", "writer"), threading.Event()

        def write_on():
            while not over.wait(0.02):
                session.run("SELECT pg_catalog.txid_current()")
        thread = threading.Thread(target=write_on)
        session.run("SELECT 1")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            session.close()

    def over_tcp(self, database, port=None):
        """A DSN over TCP, where a password is asked for, or through something between."""
        return self.dsn(database, host="127.0.0.1", port=port)


@functools.lru_cache(maxsize=None)
def server():
    return Server()


@functools.lru_cache(maxsize=None)
def password_file():
    return write(os.path.join(directory("secret"), "pw"), PASSWORD, 0o600)
