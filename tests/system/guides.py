"""The blocks of a guide (docs/*.md), and a machine of its own on which they are done.

HACKING.md has the conventions.  A machine is a directory, a PostgreSQL and a service
manager: paths and ports of the text lead there, and what is said is told with the names of
the text again.
"""
import ast
import configparser
import json
import os
import re
import shlex
import subprocess

import yaml

from harness import (FIXTURES, PATIENCE, PROGRAM, check_output, directory, environ,
                     free_port, until, write)
from servicemanager import ServiceManager

FENCE = re.compile(r"^( *)(`{3,})([a-z]*)$")
DIRECTIVE = re.compile(r"<!-- test: ?(.*?)-->", re.S)
# The last name in backquotes of a line that ends in a colon says which file comes.
NAMED = re.compile(r"`([~/.\w-]*[/.][/.\w-]*[\w-])`[^`]*:$")
RUN = {"sh", "console", "sql"}
DATA = {"conf", "yaml", "json", "ini", "python", "text", "toml", "mako"}
WORDS = {"not run", "file", "append", "exit", "database", "until", "inside", "run", "write",
 "as"}


# For those who write a guide: what each command shows is printed.
SHOW = bool(os.environ.get("PGDRIFTD_TEST_SHOW"))


class GuideError(AssertionError):
    pass


class Block:
    """One fenced block with what is said of it before."""

    def __init__(self, guide, line, language, text, said):
        self.guide, self.line, self.language, self.text = guide, line, language, text
        self.said = said  # {word: value}

    def where(self, line=0):
        return "%s:%d" % (self.guide, self.line + line)

    def fail(self, why, line=0):
        raise GuideError("%s: %s" % (self.where(line), why))


def directives(text, where):
    """{word: value} of one comment; `run`, `write` and `not run` take all of it."""
    first, _, rest = text.partition("\n")
    if re.match(r"(run|write [^;]*)$", first.strip()):
        word, _, value = first.strip().partition(" ")
        return {word: (value, rest)}
    found = {}
    reason = text.startswith("not run")
    for part in [" ".join(text.split())] if reason else first.split(";") + rest.split(";"):
        if not part.strip():
            continue
        word = next((w for w in sorted(WORDS, key=len, reverse=True)
                     if re.match(w + r"\b", part.strip())), None)
        if not word:
            raise GuideError("%s: no such directive: %s" % (where, part.strip()))
        found[word] = part.strip()[len(word):].strip(": ")
    return found


def blocks(guide, text):
    """All of a guide in order; invisible ones (`run`, `write`) are blocks as well."""
    found, said, before = [], {}, ""
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        fence = FENCE.match(lines[i])
        if fence:
            end = i + 1
            while lines[end].strip() != fence.group(2):
                end += 1
            indent = len(fence.group(1))
            body = "".join(line[indent:] + "\n" for line in lines[i + 1:end])
            named = NAMED.search(before)
            if named and "file" not in said and "append" not in said and \
                    fence.group(3) not in RUN - {"sql"}:
                said["file"] = named.group(1)
            found.append(Block(guide, i + 1, said.pop("as", fence.group(3)), body, said))
            said, before, i = {}, "", end
        elif lines[i].lstrip().startswith("<!-- test:"):
            end = i
            while "-->" not in lines[end]:
                end += 1
            comment = DIRECTIVE.search("\n".join(lines[i:end + 1]))
            one = directives(comment.group(1), "%s:%d" % (guide, i + 1))
            for word in ("run", "write"):
                if word in one:
                    value, body = one.pop(word)
                    found.append(Block(guide, i + 1, "sh" if word == "run" else "text",
                                       body, {"file": value} if word == "write" else {}))
            said.update(one)
            i = end
        elif lines[i].strip():
            before = lines[i].strip()
        i += 1
    if said:
        raise GuideError("%s: a directive without a block: %s" % (guide, said))
    return found


# --------------------------------------------------------------------- what is expected

NOISE = [
    (re.compile(r"\x1b\[[0-9;]*[mK]"), ""),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?"),
     "TIME"),
    (re.compile(r"\b(\d+(ms|s|m|h|d) ago|now)$", re.M), "AGO"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s)\b"), "SECONDS"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r" $", re.M), ""),
]


def quiet(text):
    for pattern, instead in NOISE:
        text = pattern.sub(instead, text)
    return text.strip("\n")


def expectation(text):
    """A pattern of what a block shows: … is anything, alone in a line any lines."""
    def line(one):
        return ".*?".join(map(re.escape, one.split("…")))
    parts = []
    for one in quiet(text).split("\n"):
        parts.append("(?:.*\n)*?" if one.strip() == "…" else line(one) + "\n")
    return re.compile("".join(parts) + r"\Z")


def is_as(expected, found):
    return expectation(expected).match(quiet(found) + "\n") is not None


def commands_of(block):
    """[(line, command, what it prints)] of a console block."""
    found = []
    for i, line in enumerate(block.text.split("\n")[:-1], 1):
        if line.startswith("$ "):
            found.append([i, line[2:], ""])
        elif line.startswith("> ") and found and not found[-1][2]:
            found[-1][1] += "\n" + line[2:]
        elif not found:
            block.fail("what is printed has no command (`$ …`) before it", i)
        else:
            found[-1][2] += line + "\n"
    return found


# -------------------------------------------------------------------------- the machine

class Machine:
    """Paths below /etc, /srv, /var and /opt of the text are below `root`; 5432 is the
    private server, whatever its host is called, 10432 the daemon, and 5433 and 6432 what a
    guide starts beside them."""

    PATHS = re.compile(r"(?<![\w./~$}{-])/(etc|srv|var|opt)(?=/|\b)(?!/ssl/)")
    SOCKETS = re.compile(r"(?<![\w./])(/var)?/run/postgresql\b")

    def __init__(self, server):
        self.server = server
        self.root = directory("guide")
        self.port = free_port()
        self.others = {name: free_port() for name in ("5433", "6432")}
        self.home = os.path.join(self.root, "home")
        for name in ("home", "etc/pgdriftd/conf.d", "var/lib/pgdriftd", "srv", "state"):
            os.makedirs(os.path.join(self.root, name))
        os.chmod(os.path.join(self.root, "etc/pgdriftd"), 0o755)
        self.config = os.path.join(self.root, "etc/pgdriftd/pgdriftd.conf")
        self.manager = ServiceManager(self)
        self.status = 0

    def close(self):
        self.manager.close()

    def here(self, text):
        """Names of the text as those of this machine."""
        text = self.SOCKETS.sub(self.server.directory, text)
        text = self.PATHS.sub(self.root + r"/\1", text)
        text = re.sub(r"\b10432\b", str(self.port), text)
        for name, port in self.others.items():
            text = re.sub(r"\b%s\b" % name, str(port), text)
        return re.sub(r"\b5432\b", str(self.server.port), text)

    def there(self, text):
        """The reverse, of what is said."""
        text = text.replace(self.server.directory, "/var/run/postgresql")
        text = text.replace(self.home, "~").replace(self.root, "")
        text = re.sub(r"\b%d\b" % self.port, "10432", text)
        for name, port in self.others.items():
            text = re.sub(r"\b%d\b" % port, name, text)
        return re.sub(r"\b%d\b" % self.server.port, "5432", text)

    def path(self, name):
        if name.startswith("~/"):
            return os.path.join(self.home, name[2:])
        return os.path.join(self.cwd(), self.here(name))

    def cwd(self):
        try:
            with open(os.path.join(self.root, "state/cwd"), encoding="utf-8") as f:
                return f.read().strip()
        except OSError:
            return self.home

    def environ(self):
        """For commands and the daemon.  What the configuration says goes before."""
        said = ""
        for where, _, files in os.walk(os.path.dirname(self.config)):
            for name in files:
                with open(os.path.join(where, name), encoding="utf-8", errors="replace") as f:
                    said += f.read()
        extra = {"PGDRIFTD_CONFIG": self.config}
        if not re.search(r"\blisten\b", said):
            extra["PGDRIFTD_LISTEN"] = "127.0.0.1:%d" % self.port
        if not re.search(r"\bstate_dir\b", said):
            extra["PGDRIFTD_STATE_DIR"] = os.path.join(self.root, "var/lib/pgdriftd")
        extra.update({
            "HOME": self.home, "PGPORT": str(self.server.port),
            "PGHOSTADDR": "127.0.0.1", "PGSSLMODE": "prefer",
            "GUIDE_ROOT": self.root, "GUIDE_MANAGER": self.manager.address,
            "GUIDE_SOCKETS": self.server.directory,
            "PYTHONDONTWRITEBYTECODE": "1", "PAGER": "cat",
            "PATH": ":".join([os.path.join(FIXTURES, "guides/bin"),
                              os.path.dirname(os.path.abspath(PROGRAM)), "/usr/local/bin",
                              "/usr/bin", "/bin", "/usr/sbin", "/sbin"])})
        return environ(extra)

    def shell(self, text, strict):
        """Run in bash as the block before left its directory and variables: status, and
        what it prints on both ways."""
        state = os.path.join(self.root, "state")
        script = ('cd "$(cat %(s)s/cwd 2>/dev/null || echo %(h)s)"\n'
                  "[ ! -e %(s)s/vars ] || . %(s)s/vars\n"
                  "trap 'guide=$?; pwd >%(s)s/cwd; export -p >%(s)s/vars; exit $guide' EXIT\n"
                  "%(e)s\n" % {"s": shlex.quote(state), "h": shlex.quote(self.home),
                               "e": "set -e" if strict else "(exit %d)" % self.status}
                  ) + self.here(text)
        done = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", cwd=self.home, env=self.environ(),
                              timeout=PATIENCE * 8)
        check_output(done.stdout, text)
        self.status = done.returncode
        return done.returncode, self.there(done.stdout)

    # What is done with a block, by its language.

    def do(self, block):
        said, language = block.said, block.language
        if "not run" in said:
            return
        if language not in RUN | DATA:
            block.fail("a block in no known language: `%s`" % language)
        if "append" in said or "file" in said:
            self.put(block)
        if language not in RUN or not ("append" in said or "file" in said):
            getattr(self, "do_" + language)(block)

    def put(self, block):
        path = self.path(block.said.get("append") or block.said["file"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        text = self.here(block.text)
        if "append" in block.said:
            with open(path, encoding="utf-8") as f:
                text = f.read() + text
        write(path, text)

    def do_sh(self, block):
        status, out = self.shell(block.text, strict=True)
        if status != int(block.said.get("exit", 0)):
            block.fail("exit status %d\n%s" % (status, out))

    def do_console(self, block):
        commands = commands_of(block)
        for i, (line, command, expected) in enumerate(commands):
            last = i + 1 == len(commands)
            wanted = int(block.said.get("exit", 0)) if last else 0
            if not last and commands[i + 1][1] == "echo $?":
                wanted = None
            self.one(block, line, command, (expected, wanted))

    def one(self, block, line, command, wanted):
        def good():
            found[:] = self.shell(command, strict=False)
            if SHOW:
                print("%s\n$ %s\n%s" % (block.where(line), command, found[1]), flush=True)
            return is_as(wanted[0], found[1]) and wanted[1] in (None, found[0])

        found = []
        try:
            until("that", good, None if "until" in block.said else 1e-9)
        except AssertionError:
            block.fail("$ %s\nshows (exit status %d)\n%s\ninstead of (%s)\n%s" % (
                command, *found, wanted[1], wanted[0]), line)

    def do_sql(self, block):
        done = subprocess.run(
            [self.server.program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-h",
             self.server.directory, "-p", str(self.server.port), "-U", "postgres", "-d",
             block.said.get("database", "postgres")], input=self.here(block.text),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
        if done.returncode:
            block.fail("psql ends with %d\n%s" % (done.returncode, done.stdout))

    def do_conf(self, block):
        """One that is written belongs to the configuration if it lies there."""
        named = block.said.get("append") or block.said.get("file")
        if named:
            if not self.path(named).startswith(os.path.dirname(self.config)):
                return
            config = self.config
        else:
            config = write(os.path.join(self.home, "fragment.conf"),
                           self.here(whole(block)))
        done = subprocess.run([PROGRAM, "config", "check", "-c", config], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=self.home, env=self.environ())
        check_output(done.stdout, block.where())
        if done.returncode:
            block.fail("config check ends with %d\n%s" % (done.returncode,
                                                          self.there(done.stdout)))

    def do_yaml(self, block):
        self.parse(block, lambda text: list(yaml.safe_load_all(text)))

    def do_json(self, block):
        text = block.text if block.text.lstrip()[:1] in "{[" else "{" + block.text + "}"
        self.parse(block, json.loads, text)

    def do_python(self, block):
        self.parse(block, ast.parse)

    def do_ini(self, block):
        self.parse(block, configparser.RawConfigParser(strict=False).read_string)

    def do_toml(self, block):
        if "file" not in block.said:
            block.fail("TOML that nothing reads")

    do_mako = do_toml

    def do_text(self, block):
        pass

    @staticmethod
    def parse(block, parser, text=None):
        try:
            parser(block.text if text is None else text)
        except Exception as e:  # of whichever parser
            block.fail("cannot be parsed: %s" % e)


KEY = re.compile(r"^\s*[a-z_]+ *=", re.M)


def whole(block):
    """A configuration of what may be a part of one: keys alone are of an environment, or
    of the block that `inside` names; what is referred to is added."""
    text = block.text
    first = next((l for l in text.split("\n") if l.strip() and l.strip()[0] != "#"), "")
    kind = block.said.get("inside", "environment" if KEY.match(first) else "")
    if kind:
        head = {"environment": 'environment "this" {\n', "migrations": 'migrations "this" {\n'
                }.get(kind, kind + " {\n")
        if kind == "environment" and not re.search(r"\bdsn\b", text):
            head += 'dsn = "dbname=this"\n'
        if kind == "migrations" and not re.search(r"\b(path|paths)\b", text):
            head += 'path = "/srv/shop"\n'
        text = head + text + "}\n"
    for name in set(re.findall(r'"environment:([^"/{}]+)"', text)):
        if not re.search(r'environment "%s"' % re.escape(name), text):
            text += 'environment "%s" { dsn = "dbname=%s" }\n' % (name, name)
    for name in set(re.findall(r'\bmigrations = "([^"]+)"', text)):
        if not re.search(r'migrations "%s"' % re.escape(name), text):
            text += 'migrations "%s" { path = "/srv/%s" }\n' % (name, name)
    if not re.search(r'environment "', text):
        text += 'environment "some" { dsn = "dbname=some" }\n'
    return text
