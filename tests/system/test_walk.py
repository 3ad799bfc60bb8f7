"""A random walk through what happens to two databases and their daemon in months, in
seconds: whatever is published was true at a moment since the checks before, and after
a while of quiet it is the truth.  Of prod there are three environments: one held against
dev, one the same that is to be confirmed twice, one held against snapshots.

PGDRIFTD_TEST_WALK sets for how many seconds (15, in a long run 600),
PGDRIFTD_TEST_SEED where it begins.
"""
import datetime
import os
import random
import threading
import time
import unittest

from harness import directory, environment, lengthy, long, program, until
from shop import Shop

SECONDS = float(os.environ.get("PGDRIFTD_TEST_WALK", long(15, 600)))
SEED = int(os.environ.get("PGDRIFTD_TEST_SEED", "1"))

# Changes by hand: what they are of, how they are made and taken back.
BY_HAND = {
    "public.by_hand": ("CREATE TABLE by_hand (id integer)", "DROP TABLE by_hand"),
    "public.also": ("CREATE TABLE also (id integer PRIMARY KEY)", "DROP TABLE also"),
    "public.step0.extra": ("ALTER TABLE step0 ADD extra text",
                           "ALTER TABLE step0 DROP extra"),
    "public.step0.name": ("ALTER TABLE step0 ALTER name SET NOT NULL",
                          "ALTER TABLE step0 ALTER name DROP NOT NULL"),
}
# They say that nothing is known for certain, which is never wrong for a moment.
RESERVED = ("unknown", "unconfirmed", "migrating")
ENVIRONMENTS = ("dev", "prod", "twice", "files")


class Side:
    """What one database is, as far as the walk has led it."""

    def __init__(self, revision=0, stamped=False, by_hand=()):
        self.revision, self.stamped = revision, stamped  # how many were applied
        self.by_hand = frozenset(by_hand)

    def objects(self):
        return {"public.step%d" % i for i in range(self.revision)} | self.by_hand

    def __repr__(self):
        return "r%d%s%s" % (self.revision, "" if self.stamped else " unstamped",
                            "".join(" +" + name for name in sorted(self.by_hand)))


class Moment:
    """What both were from `begin` to `end`, and what is true of it."""

    def __init__(self, dev, prod, head):
        self.dev, self.prod, self.head = dev, prod, head
        self.begin, self.end = time.time(), None

    def revision(self, side):
        if not side.revision:
            return "empty_database"
        if not side.stamped:
            return "unstamped"
        return "at_head" if side.revision == self.head else "behind"

    def differences(self):
        return self.dev.objects() ^ self.prod.objects()

    def unfit(self):
        """dev says nothing of prod."""
        if not self.dev.revision:
            return bool(self.prod.revision)
        return self.prod.stamped and not self.dev.stamped

    def held_against_files(self):
        """What is right of prod beside a snapshot of each revision."""
        status = self.revision(self.prod)
        if status in ("unstamped", "empty_database"):
            # The snapshot of the head, if none is of what is there.
            return {"unstamped" if self.prod.revision else "revision_mismatch"}, None
        if status != "at_head":
            return {"revision_mismatch"}, self.prod.by_hand
        return {"drifted" if self.prod.by_hand else "in_sync"}, self.prod.by_hand

    def agrees_with_files(self, found):
        states, names = self.held_against_files()
        return found["state"] in states and \
            found["revision"]["status"] == self.revision(self.prod) and \
            (names is None or found["schema"]["status"] not in ("in_sync", "drifted") or
             {i["name"] for i in found["schema"].get("items", [])} == names)

    def prod_states(self):
        """The states that are right, and whether the differences are all drift."""
        status = self.revision(self.prod)
        if self.differences() and self.unfit():
            return {"unknown"}, False
        if status == "unstamped":
            return {"unstamped"}, True
        if status != "at_head":
            return {"revision_mismatch"}, False
        if self.dev.stamped and self.dev.revision != self.head:
            # Against what dev was once seen with there, if it was.
            return {"revision_mismatch", "drifted", "in_sync"}, False
        return {"drifted" if self.differences() else "in_sync"}, True

    def agrees_with_prod(self, found):
        states, drift = self.prod_states()
        if found["state"] not in states or \
                found["revision"]["status"] != self.revision(self.prod):
            return False
        if found["state"] == "unknown":
            return True  # what was found before stays visible
        names = {i["name"] for i in found["schema"].get("items", [])}
        if found["schema"]["status"] == "drifted" and not drift:
            # By hand only: no revision explains it, and none is taken for it.
            return names <= set(BY_HAND)
        return not drift or names == self.differences()

    def agrees_with_twice(self, found):
        """A drift that stands goes before a revision that was seen but once."""
        without = "unstamped" if self.revision(self.prod) == "unstamped" else \
            "revision_mismatch"
        return self.agrees_with_prod(found) or found["state"] == "drifted" and \
            self.revision(self.prod) != "at_head" and \
            self.agrees_with_prod({**found, "state": without})

    def agrees_with_dev(self, found):
        status = self.revision(self.dev)
        state = {"at_head": "in_sync", "unstamped": "unstamped"}.get(
            status, "revision_mismatch")
        return found["state"] == state and found["revision"]["status"] == status

    def __repr__(self):
        return "dev %r, prod %r: %s" % (self.dev, self.prod, self.prod_states()[0])


@lengthy
class Walk(Shop):
    def begin(self, seed):
        self.random = random.Random(seed)
        self.databases = {"dev": self.at(), "prod": self.at()}
        self.apart = {}  # prod's name while its environment is led elsewhere
        self.moments = [self.moment(Side(self.head, True), Side(self.head, True))]
        self.steps, self.lock = [], threading.Lock()
        self.interval = "300ms"
        self.keeps = seed % 2 == 1
        self.files = self.files_of_each_revision()
        self.running = self.daemon(self.config())
        self.quiet()

    @property
    def head(self):
        return len(self.ids)

    def moment(self, dev, prod):
        return Moment(dev, prod, self.head)

    def config(self):
        return self.migrations() + environment(
            "dev", self.server.dsn(self.databases["dev"]), migrations="shop",
            interval=self.interval, keep_connection=self.keeps,
        ) + "".join(environment(name, self.server.dsn(self.databases["prod"]),
                                migrations="shop", interval=self.interval,
                                keep_connection=self.keeps, **keys)
                    for name, keys in (
                        ("prod", {"expect": "environment:dev"}),
                        ("twice", {"expect": "environment:dev", "confirm": 2}),
                        ("files", {"expect": "snapshots:" + self.files})))

    def files_of_each_revision(self):
        where = directory("snapshots")
        for revision in self.ids:
            self.assertStatus(program("snapshot", self.server.dsn(self.at(revision)), "-o",
                                      os.path.join(where, revision + ".json")), 0)
        return where

    # ---- What happens

    def side(self, name):
        return getattr(self.moments[-1], name)

    def become(self, **sides):
        """Another moment begins, beside the present one, which is ended once that is so."""
        now = self.moments[-1]
        with self.lock:
            self.moments.append(self.moment(sides.get("dev", now.dev),
                                            sides.get("prod", now.prod)))

    def run_sql(self, sql, *names):
        """In each of them at once, as far as that goes."""
        sessions = [self.server.session(self.databases[n]) for n in names]
        for session in sessions:
            session.run("SET client_min_messages = error; BEGIN; " + sql)
        for session in sessions:
            session.process.stdin.write("COMMIT;\n\\echo done\n")
        for session in sessions:
            session.process.stdin.flush()
        for session in sessions:
            while session.process.stdout.readline().strip() != "done":
                pass
        for session in sessions:
            session.close()

    def change(self, sql, names, make):
        """Both moments hold while it is done."""
        before = self.moments[-1]
        self.become(**{n: make(self.side(n)) for n in names})
        self.run_sql(sql, *names)
        before.end = time.time()

    def sides(self):
        return self.random.choice([("dev",), ("prod",), ("dev", "prod"), ("dev", "prod")])

    def by_hand(self):
        names = self.sides()
        what = self.random.choice(sorted(BY_HAND))
        have = [what in self.side(n).by_hand for n in names]
        if len(set(have)) > 1 or not all(self.side(n).revision for n in names):
            return
        self.change(BY_HAND[what][have[0]], names, lambda s: Side(
            s.revision, s.stamped, s.by_hand ^ {what}))

    def migrate(self):
        names = [n for n in self.sides() if self.can_migrate(self.side(n))]
        if len({self.side(n).revision for n in names}) != 1:
            return
        at = self.side(names[0]).revision
        self.change("CREATE TABLE step%d (id integer PRIMARY KEY, name text);"
                    "UPDATE alembic_version SET version_num = '%s'" % (at, self.ids[at]),
                    names, lambda s: Side(s.revision + 1, True, s.by_hand))

    def can_migrate(self, side):
        return side.stamped and 0 < side.revision < self.head

    def go_back(self):
        """A downgrade, or a backup of before."""
        names = [n for n in self.sides() if self.side(n).stamped
                 and self.side(n).revision > 2]
        if len({self.side(n).revision for n in names}) != 1:
            return
        at = self.side(names[0]).revision - 1
        self.change("DROP TABLE step%d; UPDATE alembic_version SET version_num = '%s'" % (
            at, self.ids[at - 1]), names, lambda s: Side(at, True, s.by_hand))

    def stamp(self):
        name = self.random.choice(["dev", "prod"])
        side = self.side(name)
        if not side.revision:
            return
        self.change("DELETE FROM alembic_version" if side.stamped else
                    "INSERT INTO alembic_version VALUES ('%s')" % self.ids[side.revision - 1],
                    [name], lambda s: Side(s.revision, not s.stamped, s.by_hand))

    def reset(self):
        """The nightly reset of dev: dropped, and made again later on."""
        if self.side("dev").revision:
            self.change("DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
                        "GRANT USAGE ON SCHEMA public TO public", ["dev"],
                        lambda s: Side())
        else:
            self.restore("dev")

    def restore(self, name):
        before = self.moments[-1]
        # In steps, of which each is a moment of its own: Alembic commits once.
        self.become(**{name: Side(self.head, True)})
        self.project.upgrade(self.databases[name])
        before.end = time.time()

    def catch_up(self):
        """With Alembic itself."""
        name = self.random.choice(["dev", "prod"])
        if self.can_migrate(self.side(name)):
            before = self.moments[-1]
            self.become(**{name: Side(self.head, True, self.side(name).by_hand)})
            self.project.run(self.databases[name], "upgrade", "head")
            before.end = time.time()

    def close_for_a_while(self):
        name = self.databases[self.random.choice(["dev", "prod"])]
        self.server.sql("ALTER DATABASE %s ALLOW_CONNECTIONS false; SELECT"
                        " pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                        " '%s'" % (name, name))
        self.rest(0.6)
        self.server.sql("ALTER DATABASE %s ALLOW_CONNECTIONS true" % name)

    def lead_elsewhere(self):
        """The environment prod is another database from now on."""
        self.databases["other"] = self.databases.get("other") or self.at()
        other = self.apart.get("side") or Side(self.head, True)
        self.apart["side"] = self.side("prod")
        d = self.databases
        d["prod"], d["other"] = d["other"], d["prod"]
        before = self.moments[-1]
        self.become(prod=other)
        self.running.reload(self.config())
        before.end = time.time()

    def restart_server(self):
        self.server.stop("fast")
        self.rest(0.6)
        self.server.start()

    def check_once(self):
        """By hand, beside the daemon."""
        now = self.moments[-1]
        done = program("check", "-c", self.running.file, "--format", "json")
        for found in done.json()["environments"]:
            if found["state"] not in RESERVED and \
                    not getattr(now, "agrees_with_" + found["name"])(found):
                raise AssertionError("check says %r\nwhile %r" % (found, now))

    def reload(self):
        self.interval = self.random.choice(["150ms", "300ms", "700ms"])
        self.running.reload(self.config())

    def restart(self):
        self.stop_listening()
        if self.random.random() < 0.5:
            self.running.stop()
        else:
            self.running.kill()
        self.running.start()
        self.listen()

    STEPS = [by_hand] * 6 + [migrate] * 4 + [catch_up] * 2 + [
        go_back, go_back, stamp, reset, reset, close_for_a_while, lead_elsewhere, reload,
        restart, restart_server] + [check_once] * 2

    def rest(self, most):
        self.over.wait(self.random.uniform(0, most))

    # ---- What is said of it

    def listen(self):
        self.over = threading.Event()
        self.listener = threading.Thread(target=self.hear)
        self.listener.start()

    def stop_listening(self):
        self.over.set()
        self.listener.join()

    def hear(self):
        last, self.began = None, {n: [0] for n in ENVIRONMENTS}
        while not self.over.is_set():
            try:
                found = {n: self.running.environment(n) for n in ENVIRONMENTS}
            except OSError:
                continue
            self.note_checks(found)
            said = [(f["state"], f["revision"]["status"], f["schema"]["status"],
                     f["schema"].get("items")) for f in found.values()]
            if said != last:
                self.judge(found)
            last = said
            self.over.wait(0.01)

    def judge(self, found):
        for name, f in found.items():
            if f["state"] in RESERVED:
                continue
            # What follows dev may still stand by the reading of before, until it is
            # read again itself.
            since = min(self.began[name][-1], self.began["dev"][0])
            with self.lock:
                moments = [m for m in self.moments if m.end is None or m.end >= since]
            if not any(getattr(m, "agrees_with_" + name)(f) for m in moments):
                self.untrue.append("%s is said to be %s (%s, schema %s, %s)\nhint: %s\n"
                    "while\n  %s" % (name, f["state"], f["revision"]["status"],
                    f["schema"]["status"],
                    [i["name"] for i in f["schema"].get("items", [])], f["hint"],
                    "\n  ".join(map(repr, moments))))

    def note_checks(self, found):
        """When the last two checks began that said anything: what failed says nothing."""
        for name, f in found.items():
            if f["check"]["status"] != "ok" or f["state"] == "migrating":
                continue
            began = datetime.datetime.fromisoformat(
                f["check"]["started_at"].replace("Z", "+00:00")).timestamp()
            if self.began[name][-1] != began:
                self.began[name] = self.began[name][-1:] + [began]

    def quiet(self):
        """Nothing happens: what is said comes to be what is so."""
        now, found = self.moments[-1], {}

        def true():
            found.update({n: self.running.environment(n) for n in ENVIRONMENTS})
            return all(getattr(now, "agrees_with_" + n)(f) for n, f in found.items())
        try:
            until("the truth", true, 20)
        except AssertionError:
            raise AssertionError("after quiet it is said %r\nwhile %r" % (
                [f for n, f in found.items()
                 if not getattr(now, "agrees_with_" + n)(f)], now)) from None
        self.calm()

    def calm(self):
        """Nothing more is told of it."""
        self.check_all(2)  # what is to be confirmed is
        told = self.told()
        self.check_all(2)
        now = self.told()
        if now != told:
            raise AssertionError("told while nothing happened: %r" % now[:len(now) - len(told)])

    def check_all(self, count):
        for name in ENVIRONMENTS:
            self.running.after_checks(name, count)

    def told(self):
        return [row for row in self.running.json("/history")["changes"]
                if row["event"] not in ("flapping", "steady")]

    def walk(self, seed, seconds):
        self.untrue = []
        self.begin(seed)
        self.listen()
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end and not self.untrue:
                step = self.random.choice(self.STEPS)
                self.steps.append((step.__name__, repr(self.moments[-1])))
                step(self)
                self.rest(0.8)
                if self.random.random() < 0.15:
                    self.quiet()
            self.quiet()
        except AssertionError as e:
            self.untrue.append(str(e))
        finally:
            self.stop_listening()
        self.assertEqual(self.untrue, [], "seed %d, after\n%s" % (
            seed, "\n".join("%s: %s" % s for s in self.steps[-8:])))

    def test_what_is_published_was_true(self):
        for seed in range(SEED, SEED + 3):
            with self.subTest(seed=seed):
                self.walk(seed, SECONDS / 3)


if __name__ == "__main__":
    unittest.main()
