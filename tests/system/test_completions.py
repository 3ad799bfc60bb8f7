"""What bash, zsh and fish complete: each command, option and word, and names that bite."""
import contextlib
import filecmp
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import unittest

from harness import PROGRAM, directory, environ, environment, section, until, write

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
COMPLETIONS = os.path.join(ROOT, "etc/completions")
NAMES = ["prod", "stage", "of.a-kind_2"]
# No configuration may have such a name; whoever prints one all the same harms nobody.
BITING = {"two": "two words", "it": "it's", "in": 'in "quotes"', "\\$": "$(touch bitten)",
          "sem": "semi;touch bitten", "bac": "back\\slash", "\\`": "`touch bitten`",
          "of:a:": "of:a:colon", "a=": "a=b", "\\*": "*"}
STATES = {"in_sync", "drifted", "unstamped", "revision_mismatch", "unconfirmed",
          "migrating", "unknown"}


def tables():
    """The options of each command, from the tables that getopt_long() is given."""
    room = os.path.join(ROOT, "src/daemon")
    row = re.compile(r'\{\s*"([a-z-]+)", (?:no|required|optional)_argument')
    shared = row.findall(open(room + "/client.h", encoding="utf-8").read().replace("\\\n", ""))
    found = {}
    for name in sorted(os.listdir(room)):
        command = re.fullmatch(r"cmd_([a-z]+)\.c", name)
        if command:
            text = open(os.path.join(room, name), encoding="utf-8").read()
            found[command.group(1)] = set(row.findall(text)) | set(
                shared if "CLIENT_OPTIONS" in text else [])
    return found


class Shell:
    """One that a person would sit at: keys go in, and what stands on its line comes out.
    A line may have all that can be completed put in, or what TAB makes of it."""

    def __init__(self, home, *argv, env=None):
        self.dump = os.path.join(home, "line")
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(home)
            os.execvpe(argv[0], argv, dict(env, HOME=home, TERM="dumb", INPUTRC="/dev/null",
                                           DUMP=self.dump, LC_ALL="C.UTF-8"))
        self.seen = b""
        until("the prompt of " + argv[0], lambda: b"READY" in self.read())

    def read(self):
        while select.select([self.fd], [], [], 0.01)[0]:
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError:
                raise AssertionError(self.seen.decode(errors="replace"))
        return self.seen

    def keys(self, text):
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.dump)
        os.write(self.fd, b"\x15" + text.encode() + b"\x18b")

        def whole():
            self.read()
            with contextlib.suppress(FileNotFoundError):
                with open(self.dump, encoding="utf-8") as f:
                    text = f.read()
                return text if text.endswith("\n.") else None
            return None
        return until("the line", whole).removesuffix("\n.")

    def all(self, line):
        """What the last word may become."""
        made = self.keys(line + "\x18i")
        kept = shlex.split(line.rsplit(" ", 1)[0]) if " " in line else []
        words = shlex.split(made)
        return words[len(kept):]

    def tab(self, line):
        return self.keys(line + "\t")

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class Completion:
    """Holds for each shell."""

    def setUp(self):
        self.home = directory("completions")
        bin_ = os.path.join(self.home, "bin")
        os.mkdir(bin_)
        os.symlink(os.path.abspath(PROGRAM), os.path.join(bin_, "pgdriftd"))
        config = write(self.home + "/pgdriftd.conf", "\n".join(
            [section("migrations", "shop", path=self.home)] +
            [environment(name, "host=127.0.0.1 port=1 dbname=x") for name in NAMES]))
        write(self.home + "/other.conf", environment("elsewhere", "host=x"))
        self.env = environ({"PGDRIFTD_CONFIG": config,
                            "PATH": bin_ + ":/usr/bin:/bin"})
        self.addCleanup(self.assertUnbitten)

    def assertUnbitten(self):
        self.assertNotIn("bitten", os.listdir(self.home))

    def test_commands(self):
        self.assertEqual(set(tables()), {w for w in self.all("pgdriftd ")
                                         if not w.startswith("-")})
        self.assertEqual(["config"], self.all("pgdriftd conf"))

    def test_options(self):
        """Of each command all that its table has, and those of all commands."""
        for command, options in tables().items():
            with self.subTest(command):
                # What takes a value behind a = may be written with it.
                words = {w.rstrip("=") for w in self.all("pgdriftd %s --" % command)}
                wanted = {"--" + o for o in options} | {"--config", "--help", "--version"}
                if command == "config":
                    wanted |= {"--format"}
                self.assertEqual(wanted, words)

    def test_words(self):
        for line, words in (
                ("check --format ", {"text", "json", "nagios"}),
                ("migrations x --format ", {"text", "json", "github", "gitlab", "sarif"}),
                ("status --color ", {"auto", "always", "never"}),
                ("diff a b --partitions ", {"parent", "count", "compare"}),
                ("serve --log-level ", {"debug", "info", "warn", "error"}),
                ("diff a b --ignore-preset ",
                 {"timescaledb", "pg_partman", "postgis_topology",
                  "postgis_tiger_geocoder", "pg_cron", "pg_repack", "supabase"}),
                ("wait prod --for ", STATES),
                ("status --state ", STATES),
                ("status --migrations ", {"shop"}),
                ("config ", {"check", "show", "sample", "names"})):
            with self.subTest(line):
                self.assertEqual(words, set(self.all("pgdriftd " + line)))

    def test_environments(self):
        for line in ("check ", "check prod ", "wait ", "accept ", "log ",
                     "status --environment ", "accept prod --from "):
            with self.subTest(line):
                self.assertEqual(set(NAMES), set(self.all("pgdriftd " + line)))

    def test_environments_of_another_configuration(self):
        self.assertEqual(["elsewhere"], self.all("pgdriftd -c other.conf check "))
        self.assertEqual(["elsewhere"], self.all("pgdriftd check --config=other.conf "))

    def test_sources(self):
        for command in ("diff", "snapshot", "locate"):
            with self.subTest(command):
                self.assertEqual({"env:prod"}, set(self.all("pgdriftd %s env:pro" % command)))
                self.assertEqual(["other.conf"], self.all("pgdriftd %s oth" % command))

    def test_files(self):
        os.mkdir(self.home + "/otherwise")
        for line in ("-c other.", "diff a b --ignore-file other.", "migrations other."):
            with self.subTest(line):
                self.assertEqual(["other.conf"], self.all("pgdriftd " + line))
        self.assertEqual("otherwise", self.all("pgdriftd build x -o oth")[0].rstrip("/"))

    def test_a_broken_configuration(self):
        write(self.home + "/other.conf", "nonsense {")
        self.assertEqual([], [w for w in self.all("pgdriftd -c other.conf check e")
                              if w != "e"])


class Interactive(Completion):
    def setUp(self):
        super().setUp()
        self.shell = self.start()
        self.addCleanup(self.shell.end)

    def all(self, line):
        return self.shell.all(line)

    def bite(self):
        os.remove(self.home + "/bin/pgdriftd")
        write(self.home + "/names", "".join(n + "\n" for n in BITING.values()))
        write(self.home + "/bin/pgdriftd", "#!/bin/sh\ncat \"$HOME/names\"\n", 0o755)

    def test_tab(self):
        self.assertEqual("pgdriftd check --format nagios",
                         self.shell.tab("pgdriftd check --format n").rstrip())
        self.assertEqual("pgdriftd check --format=nagios",
                         self.shell.tab("pgdriftd check --format=n").rstrip())
        self.assertEqual("pgdriftd snapshot env:stage",
                         self.shell.tab("pgdriftd snapshot env:s").rstrip(" s"))

    def test_names_that_bite(self):
        """A name stays one word, whatever is in it."""
        self.bite()
        for typed, name in BITING.items():
            with self.subTest(name):
                line = self.shell.tab("pgdriftd check " + typed)
                self.assertEqual(["pgdriftd", "check", name], shlex.split(line))
        self.assertEqual(["pgdriftd", "diff", "env:$(touch bitten)"],
                         shlex.split(self.shell.tab("pgdriftd diff env:\\$")))


class Bash(Interactive, unittest.TestCase):
    def start(self):
        os.makedirs(self.home + "/user/completions")
        os.symlink(COMPLETIONS + "/pgdriftd.bash", self.home + "/user/completions/pgdriftd")
        rc = write(self.home + "/bashrc", r"""
. /usr/share/bash-completion/bash_completion
bind '"\C-xi": insert-completions'
bind -x '"\C-xb": printf "%s\n." "$READLINE_LINE" >"$DUMP"'
PS1='READY '
""")
        return Shell(self.home, "bash", "--noprofile", "--rcfile", rc, "-i", env=dict(
            self.env, BASH_COMPLETION_USER_DIR=self.home + "/user"))

    def test_within_quotes(self):
        self.bite()
        self.assertEqual(["pgdriftd", "check", "two words"],
                         shlex.split(self.shell.tab("pgdriftd check 'two")))


class Zsh(Interactive, unittest.TestCase):
    def start(self):
        write(self.home + "/.zshrc", r"""
fpath=(%s $fpath)
autoload -Uz compinit && compinit -u -D
zle -C all complete-word _generic
zstyle ':completion:all:*' completer _all_matches _complete
zstyle ':completion:all:*' insert yes
zstyle ':completion:*' verbose no
bindkey -e
bindkey '^Xi' all
dump-line() { print -rn -- "$BUFFER"$'\n.' >$DUMP }
zle -N dump-line
bindkey '^Xb' dump-line
PS1='READY '
""" % COMPLETIONS)
        return Shell(self.home, "zsh", "-d", "-i",
                     env=dict(self.env, ZDOTDIR=self.home))


class Fish(Completion, unittest.TestCase):
    """It is asked itself; what it puts into a line it quotes."""

    def all(self, line):
        done = subprocess.run(
            ["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
             COMPLETIONS + "/pgdriftd.fish", line],
            env=dict(self.env, HOME=self.home, LC_ALL="C.UTF-8"), cwd=self.home,
            capture_output=True, text=True, check=True)
        self.assertEqual("", done.stderr)
        short = not line.endswith("--")
        return [w for w in (s.split("\t")[0] for s in done.stdout.splitlines())
                if short or w.startswith("--")]


class Written(unittest.TestCase):
    def test_of_this_program(self):
        """They are what `make documents` writes."""
        made = directory("completions")
        subprocess.run([ROOT + "/scripts/completions", PROGRAM, made], check=True,
                       env=environ())
        for name in ("pgdriftd.bash", "_pgdriftd", "pgdriftd.fish"):
            with self.subTest(name):
                self.assertTrue(filecmp.cmp(os.path.join(made, name),
                                            os.path.join(COMPLETIONS, name), shallow=False))
