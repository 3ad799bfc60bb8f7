"""A project of five revisions, a reference at its head, and what is beside it."""
from harness import SystemTest, environment, line_of_revisions, section, until


class Shop(SystemTest):
    """A project of five revisions, and dev at its head."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.which_server()
        cls.project = line_of_revisions(cls.server)
        cls.ids = cls.project.ids
        cls.dev = cls.server.database()
        cls.project.upgrade(cls.dev)

    def at(self, target="head", change=""):
        """A database that Alembic has migrated up to there, then changed by hand."""
        database = self.database()
        self.project.upgrade(database, target)
        if change:
            self.server.sql(change, database)
        return database

    def migrations(self, **keys):
        return section("migrations", "shop", tool="alembic", **{
            "path": self.project.versions, **keys})

    def pair(self, database, dsn=None, **keys):
        """dev as the reference of `env`."""
        return self.migrations() + environment(
            "dev", self.server.dsn(self.dev), migrations="shop", expect="none",
        ) + environment("env", dsn or self.server.dsn(database), **{
            "migrations": "shop", "expect": "environment:dev", **keys})

    def watch(self, database, state, **keys):
        """The status of `env` once it has come to that state."""
        self.running = self.daemon(self.pair(database, **keys))
        return self.running.wait_state("env", state)

    def settled(self, database, schema, **keys):
        """The status of `env` once its schema axis has that status."""
        self.running = self.daemon(self.pair(database, **keys))
        return until("schema " + schema, lambda: self.with_schema(schema))

    def with_schema(self, status):
        found = self.running.environment("env")
        return found if found["schema"]["status"] == status else None
