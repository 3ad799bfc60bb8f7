"""A directory of migrations that is being written, cannot be read, or is not there."""
import os
import shutil
import subprocess
import unittest

from harness import (PROGRAM, Alembic, SystemTest, call, directory, environ, environment,
                     postgres, program, section, until, write)

NEXT = ("revision = 'c0ffee'\ndown_revision = 'ab2c1f16b0b3'\n\n\n"
        "def upgrade():\n    op.add_column('step0', 'x')\n\n\n"
        "def downgrade():\n    op.drop_column('step0', 'x')\n")


class Directories(SystemTest):
    """One database at the head of two revisions, and a daemon that reads their files."""

    @classmethod
    def setUpClass(cls):
        cls.server = postgres()
        cls.project = Alembic(cls.server)
        cls.project.revision("ca4653c80b38", None, "CREATE TABLE step0 (id int)", "SELECT 1")
        cls.project.revision("ab2c1f16b0b3", "ca4653c80b38", "CREATE TABLE step1 (id int)",
                             "SELECT 1")

    def setUp(self):
        super().setUp()
        self.base = self.database()
        self.project.upgrade(self.base)
        self.where = os.path.join(directory("checkout"), "versions")
        shutil.copytree(self.project.versions, self.where)

    def config(self):
        return section("migrations", "shop", path=self.where) + environment(
            "env", self.server.dsn(self.base), migrations="shop")

    def watch(self, state):
        self.running = self.daemon(self.config())
        return self.running.wait_state("env", state)

    def test_half_written(self):
        """What a checkout leaves for a moment is judged by nobody."""
        self.watch("in_sync")
        new = os.path.join(self.where, "c0ffee_next.py")
        # By a process that does nothing else, or what it leaves may be there for longer than it
        # takes to be believed.
        call(["sh", "-c", 'for text; do printf %s "$text" >"$0"; sleep 0.2; done', new] +
             [NEXT[:end] for end in (0, 10, 30, 60, len(NEXT))])
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual((found["revision"]["status"], found["revision"]["pending"]),
                         ("behind", ["c0ffee"]))
        states = [c["state"] for c in self.running.json("/history?environment=env")["changes"]]
        self.assertEqual(states, ["revision_mismatch", "in_sync"])
        for (name, _), value in self.running.metrics().items():
            self.assertFalse(name == "pgdriftd_migrations_problems" and value)

    def test_a_head_that_cannot_be_read(self):
        new = os.path.join(self.where, "c0ffee_next.py")
        for make in (lambda: os.symlink("nowhere", new), lambda: os.mkfifo(new),
                     lambda: os.mkdir(new)):
            make()
            with self.subTest(os.stat(new, follow_symlinks=False)):
                self.running = self.daemon(self.config())
                found = self.running.wait_state("env", "revision_mismatch")
                self.assertEqual(found["revision"]["status"], "unknown_head")
                self.assertIn("c0ffee_next.py", found["hint"])
                self.assertStatus(program("migrations", self.where, "--recorded",
                                          "ab2c1f16b0b3"), 1)
            if os.path.isdir(new):
                os.rmdir(new)
            else:
                os.unlink(new)

    @unittest.skipUnless(os.geteuid() == 0, "only root may become another account")
    def test_a_head_of_another_account(self):
        new = write(os.path.join(self.where, "c0ffee_next.py"), NEXT)
        os.chmod(new, 0o600)
        home = directory("program")
        # The program may be where only root can go.
        shutil.copy(os.path.realpath(PROGRAM), home + "/pgdriftd")
        for place in home, os.path.dirname(self.where):
            os.chmod(place, 0o755)
        done = subprocess.run(
            [home + "/pgdriftd", "migrations", self.where, "--recorded", "ab2c1f16b0b3",
             "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd="/", env=environ(), user="nobody", group="nogroup")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn('"unknown_head"', done.stdout)
        self.assertIn("c0ffee_next.py", done.stdout)
        self.assertIn("Permission denied", done.stdout)

    def test_a_directory_that_comes_later(self):
        """One that is missing stops nothing else, and is read when it is there."""
        away = self.where + ".away"
        os.rename(self.where, away)
        other = self.database()
        self.project.upgrade(other)
        self.running = self.daemon(self.config() + section(
            "migrations", "sound", path=self.project.versions) + environment(
                "other", self.server.dsn(other), migrations="sound"))
        self.running.wait_state("other", "in_sync")
        found = self.running.wait_state("env", "revision_mismatch")
        self.assertEqual(found["revision"]["status"], "unknown_head")
        self.assertIn(self.where, found["hint"])
        problems = [dict(labels) for name, labels in self.running.metrics()
                    if name == "pgdriftd_migrations_problems"]
        self.assertIn("shop", [p["migrations"] for p in problems])
        os.rename(away, self.where)
        self.running.wait_state("env", "in_sync")
        until("no problem", lambda: self.running.metric(
            "pgdriftd_migrations_problems", migrations="shop", code="unreadable_file") in
              (0, None))


if __name__ == "__main__":
    unittest.main()
