"""What an upgrade() does, held against what it does: each body is run by Alembic on a real
database, and what has gone from it then is what `pgdriftd migrations` said before."""
import os
import shutil
import unittest

from harness import (Alembic, SystemTest, environment, postgres, program, section, until,
                     write)
from shop import Shop

HEAD = '''"""made by a test"""
from alembic import op
import sqlalchemy as sa

revision = %r
down_revision = %r
branch_labels = None
depends_on = None

'''

SCHEMA = """
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id integer PRIMARY KEY, note text, total numeric);
CREATE TABLE users (id integer PRIMARY KEY, name text, mail text);
CREATE TABLE invoices (id integer PRIMARY KEY, note text);
CREATE TABLE "Odd Name" (id integer PRIMARY KEY);
CREATE VIEW names AS SELECT name FROM users;
INSERT INTO users VALUES (1, 'a', 'b'), (2, 'c', 'd');
INSERT INTO invoices VALUES (1, 'x'), (2, 'y');
"""

# Body of the file behind its head, and what is lost: tables, columns, views, and tables of
# which rows have gone.
BODIES = {
    "nothing": ('''
def upgrade():
    op.create_table("more", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("users", sa.Column("age", sa.Integer))
    op.create_index("users_name", "users", ["name"])
def downgrade():
    op.drop_table("users")
''', set()),
    "drop_table": ('''
def upgrade():
    op.drop_table("orders", schema="shop")
    op.drop_table("Odd Name")
''', {"shop.orders", "public.Odd Name"}),
    "batch": ('''
def upgrade():
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.add_column(sa.Column("more", sa.Text))
''', {"public.invoices.note"}),
    "loop": ('''
TABLES = ["users", "invoices"]
def upgrade():
    op.execute("DROP VIEW names")
    for name in reversed(TABLES):
        op.drop_table(name)
''', {"public.users", "public.invoices", "public.names"}),
    "helper": ('''
def _drop(table, columns, schema=None):
    for column in columns:
        op.drop_column(table, column, schema=schema)
def upgrade():
    _drop("orders", ["note", "total"], schema="shop")
''', {"shop.orders.note", "shop.orders.total"}),
    "text": ('''
SQL = """
-- DROP TABLE users;
DROP TABLE IF EXISTS invoices CASCADE; /* DROP TABLE users */
ALTER TABLE shop.orders DROP COLUMN note, ADD COLUMN more text;
COMMENT ON TABLE users IS 'DROP TABLE users';
"""
def upgrade():
    conn = op.get_bind()
    conn.execute(sa.text(SQL))
''', {"public.invoices", "shop.orders.note"}),
    "block": ('''
def upgrade():
    op.execute("""
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_class WHERE relname = 'invoices') THEN
        DROP TABLE invoices;
      END IF;
    END $$
    """)
''', {"public.invoices"}),
    "rows": ('''
def upgrade():
    op.execute("TRUNCATE invoices")
    op.get_bind().execute(sa.text("DELETE FROM users WHERE id = :id").bindparams(id=1))
''', {"public.invoices rows", "public.users rows"}),
    "core": ('''
users = sa.table("users", sa.column("id"))
def upgrade():
    op.execute(users.delete().where(users.c.id == 1))
    t = sa.Table("invoices", sa.MetaData())
    t.drop(op.get_bind())
''', {"public.users rows", "public.invoices"}),
    "condition": ('''
def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("users")
        return
    op.drop_column("invoices", "note")
''', {"public.invoices.note"}),
    "made": ('''
def upgrade():
    op.create_table("tmp", sa.Column("id", sa.Integer))
    op.execute("INSERT INTO tmp SELECT id FROM users")
    op.execute("DELETE FROM tmp WHERE id > 1")
    op.drop_table("tmp")
''', set()),
    "again": ('''
def upgrade():
    op.execute("DROP VIEW names")
    op.execute("CREATE VIEW names AS SELECT name, mail FROM users")
    op.drop_table("invoices")
    op.create_table("invoices", sa.Column("id", sa.Integer), sa.Column("note", sa.Text))
''', {"public.invoices rows"}),
    "imports": ('''
from alembic import op as o
from alembic.op import drop_column as drop
def upgrade():
    o.drop_table("invoices")
    drop(table_name="users", column_name="mail")
''', {"public.invoices", "public.users.mail"}),
    "schema": ('''
def upgrade():
    op.execute("DROP SCHEMA shop CASCADE")
''', {"shop.orders"}),
}

FOUND = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'v') AND nspname IN ('public', 'shop') AND relname <> 'alembic_version'
UNION ALL
SELECT n.nspname || '.' || c.relname || '.' || attname
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname IN ('public', 'shop') AND attnum > 0 AND NOT attisdropped
"""


def lines(text):
    return set(text.split("\n")) - {""}


@unittest.skipUnless(shutil.which("alembic"), "needs Alembic")
class Upgrades(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.server = postgres()

    def has(self, database):
        return lines(self.server.sql(FOUND, database))

    def rows(self, database, found):
        """How many rows each table has that can be counted."""
        return {t: int(self.server.sql("SELECT count(*) FROM %s" % t, database))
                for t in ("public.users", "public.invoices") if t in found}

    def lost(self, project, database):
        """What has gone when Alembic has run the second revision."""
        before = self.has(database)
        rows = self.rows(database, before)
        project.run(database, "upgrade", "head")
        after = self.has(database)
        gone = before - after
        gone -= {part for part in gone if part.rpartition(".")[0] in gone}
        now = self.rows(database, after)
        return gone | {t + " rows" for t in rows if t in now and now[t] < rows[t]}

    @staticmethod
    def said(operation):
        schema = operation["schema"] or "public"
        name = schema + "." + operation.get("table", operation["name"])
        if operation["operation"] == "drop_column":
            return name + "." + operation["name"]
        if operation["operation"] in ("truncate", "delete"):
            return name + " rows"
        return name

    def told(self, project):
        """What `pgdriftd migrations` counts as lost, where the names of views and schemas
        are what they are."""
        document = program("migrations", project.versions, "--recorded", "r1",
                           "--format", "json").json()
        return document["judgement"]["hint"], [
            o for n in document["nodes"] if n["revision"] == "r2" for o in n["operations"]]

    def test_what_is_lost_was_said(self):
        for name, (body, lost) in BODIES.items():
            with self.subTest(name):
                project = Alembic(self.server)
                project.revision("r1", None, SCHEMA)
                write(os.path.join(project.versions, "r2.py"), HEAD % ("r2", "r1") + body)
                database = self.server.database()
                project.upgrade(database, "r1")
                hint, operations = self.told(project)
                self.assertEqual(self.lost(project, database), lost)
                said = {self.said(o) for o in operations}
                if name == "schema":
                    self.assertEqual([o["name"] for o in operations], ["shop"])
                elif name == "again":
                    self.assertIn("public.invoices", said)
                elif name != "made":
                    self.assertEqual(said, lost)
                if lost:
                    self.assertRegex(hint, "pending: the pending r2 (drops|truncates|deletes)")
                    self.assertLess(hint.index("the pending r2"), hint.index("alembic upgrade"))
                else:
                    self.assertEqual(hint, "1 migration is pending: run `alembic upgrade head`")

    def test_strict(self):
        project = Alembic(self.server)
        project.revision("r1", None, "SELECT 1", "SELECT 2")
        self.assertEqual(program("migrations", project.versions, "--strict").status, 0)
        project.revision("r2", "r1", "DROP TABLE a", "SELECT 2")
        self.assertEqual(program("migrations", project.versions).status, 0)
        result = program("migrations", project.versions, "--strict")
        self.assertEqual(result.status, 1)
        self.assertIn("destructive_operation: r2: upgrade() drops 1 table (table a)",
                      result.out)
        self.assertEqual(program("migrations", project.versions, "--strict", "--allow",
                                 "destructive_operation").status, 0)


class Losses(Shop):
    def test_an_ignored_table_is_never_sent_to_be_dropped(self):
        """The hint does not name the command that would drop it; taken out, it does."""
        database = self.at(self.ids[3], "CREATE TABLE docs (id integer)")
        drop = os.path.join(self.project.versions, "f00_drop.py")
        self.addCleanup(lambda: os.path.exists(drop) and os.unlink(drop))
        write(drop, HEAD % ("f00", self.ids[4]) + '''
def upgrade():
    op.drop_table("docs")
''')
        config = self.migrations() + environment(
            "env", self.server.dsn(database), migrations="shop", ignore=["table:public.docs"])
        self.running = self.daemon(config)
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertIn("the pending f00 drops table public.docs, which the rule "
                      "`table:public.docs` ignores as managed elsewhere", found["hint"])
        self.assertNotIn("alembic upgrade", found["hint"])
        self.assertEqual(
            [(d["revision"], d["operation"], d["name"], d["ignored_by"])
             for d in found["revision"]["destructive"]],
            [("f00", "drop_table", "docs", "table:public.docs")])
        os.unlink(drop)
        found = until("the hint", lambda: self.hint_with("alembic upgrade head"))
        self.assertEqual(found["revision"]["destructive"], [])
        self.project.upgrade(database)
        self.running.wait_state("env", "in_sync")
        self.assertEqual(self.server.sql("SELECT count(*) FROM docs", database).strip(), "0")

    def hint_with(self, text, without=""):
        found = self.running.environment("env")
        return found if text in found["hint"] and (
            not without or without not in found["hint"]) else None


@unittest.skipUnless(shutil.which("alembic"), "needs Alembic")
class Memory(SystemTest):
    """Revisions that are put in below, or changed, after they were applied."""

    def setUp(self):
        super().setUp()
        self.server = postgres()
        self.project = Alembic(self.server)
        for i in (1, 2, 3):
            self.project.revision("r%d" % i, "r%d" % (i - 1) if i > 1 else None,
                                  "CREATE TABLE t%d (id integer)" % i, "DROP TABLE t%d" % i)
        self.database = self.server.database()
        self.project.upgrade(self.database)
        self.daemon_ = self.daemon(
            section("migrations", "shop", path=self.project.versions) +
            environment("env", self.server.dsn(self.database), migrations="shop"))
        self.daemon_.wait_state("env", "in_sync")

    def notices(self):
        return [(n["code"], n["revision"]) for n in
                self.daemon_.json("/migrations/shop")["notices"]]

    def insert(self):
        self.project.revision("new", "r1", "CREATE TABLE never (id integer)", "SELECT 1")
        self.project.revision("r2", "new", "CREATE TABLE t2 (id integer)", "DROP TABLE t2")

    def hint(self):
        return self.daemon_.environment("env")["hint"]

    def test_inserted_below(self):
        self.assertEqual(self.notices(), [])
        self.insert()
        until("the hint", lambda: "new was put in below" in self.hint())
        found = self.daemon_.environment("env")
        self.assertEqual(found["revision"]["status"], "at_head")
        self.assertEqual(found["revision"]["inserted_below"], ["new"])
        self.assertEqual(self.notices(), [("inserted_below", "new")])
        # Alembic agrees: it has nothing to run, and the table is not there.
        self.project.run(self.database, "upgrade", "head")
        self.assertEqual(self.server.sql(
            "SELECT count(*) FROM pg_class WHERE relname = 'never'", self.database).strip(), "0")
        # It is said once, and known after a restart.
        self.daemon_.after_checks("env", 2)
        self.assertEqual(self.daemon_.log().count("inserted_below"), 1)
        self.daemon_.stop()
        self.daemon_.start()
        until("the hint", lambda: "new was put in below" in self.hint())
        # Taken back and run again, all of it has run.
        self.project.run(self.database, "downgrade", "r1")
        until("the downgrade", lambda: self.daemon_.environment("env")["revision"]["behind"])
        self.project.run(self.database, "upgrade", "head")
        until("the hint", lambda: "put in below" not in self.hint())
        self.assertEqual(self.notices(), [])

    def test_inserted_while_nobody_looked(self):
        self.daemon_.stop()
        self.insert()
        self.daemon_.start()
        until("the hint", lambda: "new was put in below" in self.hint())

    def test_changed_after_applied(self):
        path = os.path.join(self.project.versions, "r2_made.py")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        write(path, text.replace("\n\n", "\n# a comment\n\n").replace("'", '"'))
        self.daemon_.after_checks("env", 2)
        self.assertEqual(self.notices(), [])
        write(path, text.replace("t2 (id", "t2 (other text, id"))
        until("the notice", lambda: self.notices() == [("changed_after_applied", "r2")])
        self.daemon_.stop()
        self.daemon_.start()
        until("the notice", lambda: self.notices() == [("changed_after_applied", "r2")])
        self.assertEqual(self.daemon_.environment("env")["state"], "in_sync")
        write(path, text)
        until("no notice", lambda: self.notices() == [])

    def test_an_ordinary_upgrade_is_no_news(self):
        self.project.revision("r4", "r3", "CREATE TABLE t4 (id integer)", "SELECT 1")
        self.daemon_.wait_state("env", "revision_mismatch")
        self.project.run(self.database, "upgrade", "head")
        self.daemon_.wait_state("env", "in_sync")
        self.daemon_.after_checks("env", 1)
        self.assertNotIn("put in below", self.hint())
        self.assertEqual(self.notices(), [])


if __name__ == "__main__":
    unittest.main()
