"""Whatever a server, or what stands in between, does to a message of a check: the check
says what it would have said, or it fails.  It never says anything else, and never hangs."""
import os
import random
import struct

from harness import LONG, PASSWORD, directory, lengthy, program, timeless, write
from shop import Shop

from faults.messages import COMPLETE, COPY_DATA, DATA_ROW, SETTING, Wire, error, message

# libpq drops a result of its own where another answer begins in its middle.
OF_LIBPQ = "leak:PQmakeEmptyPGresult\n"

# What is sent in the place of a message; None: the connection ends.
FAULTS = {
    "cut before it": lambda m: None,
    "left out": lambda m: b"",
    "twice": lambda m: m + m,
    "an error instead": lambda m: error(b"XX000", b"injected"),
    "an error before it": lambda m: error(b"XX000", b"injected") + m,
    "another kind": lambda m: b"?" + m[1:],
    "a length of two": lambda m: m[:1] + struct.pack("!I", 2) + m[5:],
    "a length of 1 GiB": lambda m: m[:1] + struct.pack("!I", 1 << 30) + m[5:],
    "COPY out": lambda m: message(b"H", b"\0\0\1\0\0") + m,
    "COPY in": lambda m: message(b"G", b"\0\0\1\0\0") + m,
    "COPY both": lambda m: message(b"W", b"\0\0\1\0\0") + m,
    "an empty query": lambda m: message(b"I") + m,
    "a suspended portal": lambda m: message(b"s") + m,
    "no row description": lambda m: message(b"n") + m,
    "a row of nothing": lambda m: message(DATA_ROW, b"\0\0") + m,
    "a row of 9,999 columns": lambda m: message(DATA_ROW, b"\x27\x0f" + b"\xff" * 39996) + m,
    "another end": lambda m: message(COMPLETE, b"SELECT 1\0") + m,
    "another row description": lambda m: message(
        b"T", b"\0\2" + 2 * (b"x\0" + struct.pack("!IhIhih", 0, 0, 25, -1, -1, 0))) + m,
    "ready": lambda m: message(b"Z", b"I") + m,
    "ready in a failed transaction": lambda m: message(b"Z", b"E") + m,
    "nothing but zeros": lambda m: b"\0" * len(m),
}
# A row that still looks like one.
OF_COPY = {
    "a row without its end": lambda m: message(COPY_DATA, m[5:-2]),
    "two rows in one": lambda m: message(COPY_DATA, 2 * m[5:]),
    "two values": lambda m: message(COPY_DATA, m[5:-1] + b"\tx\n"),
}


def settings(n):
    return b"".join(message(b"S", b"s%d\0on\0" % i) for i in range(n))


# More than a check takes, or can take in its time.
FLOODS = {
    "rows": lambda m: m * ((300 << 20) // len(m)),
    "one row": lambda m: message(DATA_ROW, b"\0\1" + struct.pack("!I", 300 << 20) +
                                 b"x" * (300 << 20)),
    "settings": lambda m: settings(2 << 20),
}
# More than MORE, before the answer goes on or ends.
MORE = 2 << 20
ENDLESS = {
    "one row": lambda m: m[:1] + struct.pack("!I", 1 << 30) + b"x" * (2 * MORE),
    "notices": lambda m: 2000 * message(
        b"N", b"SNOTICE\0VNOTICE\0C00000\0M" + b"x" * 2000 + b"\0\0") + m,
    "settings": lambda m: 2000 * message(
        b"S", b"application_name\0" + b"x" * 2000 + b"\0") + m,
    "notifications": lambda m: 2000 * message(
        b"A", b"\0\0\0\1channel\0" + b"x" * 2000 + b"\0") + m,
}
# The same in a login.
IN_LOGIN = {
    "one notice": lambda m: b"N" + struct.pack("!I", 1 << 30) + b"x" * MORE,
    **{name: ENDLESS[name] for name in ("notices", "settings", "notifications")},
}
# What a server may say at any time.
HARMLESS = {
    "a notice": lambda m: message(b"N", b"SNOTICE\0VNOTICE\0C00000\0Minjected\0\0") + m,
    "a setting": lambda m: message(b"S", b"application_name\0injected\0") + m,
    "a notification": lambda m: message(b"A", b"\0\0\0\1channel\0\0") + m,
}


def columns_of(description):
    """The names that a RowDescription gives."""
    names, rest = [], description[7:]
    while rest:
        name, _, rest = rest.partition(b"\0")
        names.append(name.decode())
        rest = rest[18:]
    return names


def with_value(row, column, value):
    """A DataRow with another value in a column; None is NULL."""
    values, rest = [], row[7:]
    while rest:
        size = struct.unpack("!i", rest[:4])[0]
        end = 4 + max(size, 0)
        values.append(rest[:end])
        rest = rest[end:]
    values[column] = struct.pack("!i", -1) if value is None else (
        struct.pack("!i", len(value)) + value)
    return message(DATA_ROW, row[5:7] + b"".join(values))


@lengthy
class Messages(Shop):
    def setUp(self):
        super().setUp()
        self.wire = Wire(self.server.port)
        self.addCleanup(self.wire.close)
        database = self.at(change="CREATE TABLE by_hand (id int);"
                                  "ALTER TABLE by_hand ENABLE ROW LEVEL SECURITY")
        password = write(os.path.join(directory("secret"), "pw"), PASSWORD + "\n", 0o600)
        dsn = self.server.dsn(database, host="127.0.0.1", port=self.wire.port) + \
            " sslmode=disable gssencmode=disable"
        self.conf, self.hasty, self.narrow = (self.config(self.pair(
            database, dsn, password_file=password, check_timeout=timeout,
            connect_timeout=timeout, max_catalog_size=most))
            for timeout, most in (("20s", "256MiB"), ("1s", "256MiB"), ("20s", str(MORE))))
        self.env = {"LSAN_OPTIONS": "print_suppressions=0:suppressions=" + write(
            os.path.join(directory("leaks"), "of_libpq"), OF_LIBPQ)}
        self.wire.meddle = lambda number, whole: whole
        self.right = self.check()
        self.assertEqual(self.right[0], 1)
        self.kinds = list(self.wire.seen)

    def check(self, conf=None):
        """Exit status, state, and what was found; `hint` is what was said of it."""
        result = program("check", "-c", conf or self.conf, "--format", "json", "env",
                         env=self.env)
        found = next(e for e in result.json()["environments"] if e["name"] == "env")
        self.hint = found["hint"]
        schema = timeless({"items": None, **found["schema"]},
                          ("first_seen_at", "last_seen_at"))
        return result.status, found["state"], {
            k: schema.get(k) for k in ("status", "fingerprint", "objects", "items")}

    def with_fault(self, number, fault, conf=None):
        self.wire.meddle = lambda n, whole: fault(whole) if n == number else whole
        return self.check(conf)

    def cases(self, faults, count):
        """Pairs of a number of a message and a fault: in a long run each fault in each, else
        each at least once, and `count` by chance."""
        numbers, names = range(len(self.kinds)), sorted(faults)
        if LONG:
            return [(n, f) for n in numbers for f in names]
        chance = random.Random(os.environ.get("PGDRIFTD_TEST_SEED"))
        return [(chance.choice(numbers), f) for f in names] + [
            (chance.choice(numbers), chance.choice(names)) for _ in range(count)]

    def test_faults(self):
        failed = 0
        for number, name in self.cases(FAULTS, 10):
            with self.subTest(message=number, kind=self.kinds[number], fault=name):
                got = self.with_fault(number, FAULTS[name], self.hasty)
                if got != self.right:
                    failed += 1
                    self.assertEqual(got[:2], (2, "unknown"))
        self.assertGreater(failed, 15)

    def test_rows(self):
        """Each row of an answer is one object or a part of one: without it, or with
        another, there would be a change that nobody made."""
        numbers = [n for n, kind in enumerate(self.kinds) if kind == DATA_ROW]
        copied = [n for n, kind in enumerate(self.kinds) if kind == COPY_DATA]
        self.assertTrue(copied)
        cases = [(number, name, FAULTS[name])
                 for number in copied + (numbers if LONG else numbers[::6])
                 for name in ("left out", "twice")]
        cases += [(number, name, of_copy) for number in copied
                  for name, of_copy in sorted(OF_COPY.items())]
        for number, name, fault in cases:
            with self.subTest(message=number, fault=name):
                self.assertEqual(self.with_fault(number, fault)[:2], (2, "unknown"))

    def test_values(self):
        """What a statement of the kinds table cannot give is no fact; what it can is one of
        an object that is named in full."""
        rows, names = [], []

        def note(number, whole):
            if whole[:1] == b"T":
                names[:] = columns_of(whole)
            elif whole[:1] == DATA_ROW and {"name", "oid"} & set(names):
                rows.append((number, list(names)))
            return whole

        self.wire.meddle = note
        self.assertEqual(self.check(), self.right)
        cases = [(number, column, name, value) for number, given in rows
                 for column, name in enumerate(given) for value in (None, b"?")]
        if not LONG:
            cases = random.Random(os.environ.get("PGDRIFTD_TEST_SEED")).sample(cases, 12)
        for number, column, name, value in cases:
            with self.subTest(message=number, column=name, value=value):
                status, state, schema = got = self.with_fault(
                    number, lambda row: with_value(row, column, value))
                if got == self.right or got[:2] == (2, "unknown"):
                    continue
                self.assertEqual(status, 1, got)
                for item in schema["items"]:
                    self.assertTrue(item["name"], item)
                    if item["kind"] in ("table", "column", "index", "sequence", "constraint"):
                        self.assertIn(".", item["name"], item)

    def asked_once(self):
        """What is asked besides the kinds table, and of that what has one row, by the name
        of a column that nothing else has: numbers of the row, and the columns."""
        marks = {"user_tables", "probe", "reads_new", "wal_position", "is_template"}
        found, names = {}, []

        def note(number, whole):
            if whole[:1] == b"T":
                names[:] = columns_of(whole)
            elif whole[:1] == DATA_ROW and marks & set(names):
                found.setdefault(*marks & set(names), (number, list(names)))
            return whole

        self.wire.meddle = note
        self.assertEqual(self.check(), self.right)
        self.assertEqual(set(found), marks)
        return found

    def test_one_row(self):
        """Neither none of it nor two, although the count says so, is a fact; nor is a value
        that it cannot have."""
        asked = self.asked_once()
        for mark, (number, _) in asked.items():
            for rows in (0, 2):
                with self.subTest(statement=mark, rows=rows):
                    self.wire.meddle = lambda n, whole: (
                        whole * rows if n == number else
                        message(COMPLETE, b"SELECT %d\0" % rows) if n == number + 1 else whole)
                    self.assertEqual(self.check()[:2], (2, "unknown"))
        cases = [(number, column, name, value) for number, names in asked.values()
                 for column, name in enumerate(names) for value in (None, b"", b"?")
                 if (name, value) != ("encoding", b"?")]  # which has a name, whatever it is
        if not LONG:
            cases = random.Random(os.environ.get("PGDRIFTD_TEST_SEED")).sample(cases, 4)
        for number, column, name, value in cases:
            with self.subTest(message=number, column=name, value=value):
                got = self.with_fault(number, lambda row: with_value(row, column, value))
                if got != self.right:
                    self.assertEqual(got[:2], (2, "unknown"))

    def test_floods(self):
        number = self.kinds.index(DATA_ROW, self.kinds.index(DATA_ROW) + 1)
        for name, flood in FLOODS.items():
            with self.subTest(flood=name):
                self.assertEqual(self.with_fault(number, flood, self.hasty)[:2],
                                 (2, "unknown"))

    def test_a_flood_that_takes_the_time_of_others(self):
        """It ends long before the deadline, and before what could be read is."""
        for kind in DATA_ROW, COPY_DATA:
            with self.subTest(message=kind):
                self.with_fault(self.kinds.index(kind), lambda m: settings(200000))
                self.assertIn("with a flood of settings", self.hint)

    def test_more_than_a_check_takes(self):
        """It ends there, and says so, whatever the answer is made of."""
        for kind in DATA_ROW, COPY_DATA:
            for name, flood in ENDLESS.items():
                with self.subTest(message=kind, flood=name):
                    self.with_fault(self.kinds.index(kind), flood, self.narrow)
                    self.assertIn("the server sent more than 2MiB", self.hint)

    def test_more_than_a_login_takes(self):
        login = self.kinds.index(SETTING)
        for name, flood in IN_LOGIN.items():
            with self.subTest(flood=name):
                self.assertEqual(self.with_fault(login, flood)[:2], (2, "unknown"))
                self.assertIn("the server sent more than 128KiB in the login", self.hint)

    def test_harmless(self):
        login = self.kinds.index(SETTING)  # before it, libpq takes nothing else
        for number, name in self.cases(HARMLESS, 5):
            number = max(number, login)
            with self.subTest(message=number, kind=self.kinds[number], what=name):
                self.assertEqual(self.with_fault(number, HARMLESS[name]), self.right)
