"""Documents held against types that are published on npm, by the compiler of TypeScript, as
literals: no key may be unknown or missing, and no value of another type."""
import json
import os
import re
import subprocess

import npm
from harness import directory, write


def modules(packages):
    """A directory where programs find these packages, and no other."""
    where = directory("modules")
    for name in packages:
        place = os.path.join(where, "node_modules", name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(npm.package(name), place)
    return where


def complaints(packages, head, literals):
    """Of each (type, document): what the compiler says of it, "" where it is one of that type.
    `head` are the lines that say what types there are."""
    where = modules(packages)
    lines = head.splitlines()
    begin = len(lines) + 1
    lines += ["export const v%d: %s = %s;" % (i, name, json.dumps(document))
              for i, (name, document) in enumerate(literals)]
    write(os.path.join(where, "all.ts"), "\n".join(lines) + "\n")
    done = subprocess.run(
        ["node", os.path.join(npm.package("typescript"), "lib/tsc.js"), "--noEmit", "--strict",
         "--skipLibCheck", "--target", "es2020", "--module", "commonjs",
         "--moduleResolution", "node", "--preserveSymlinks", "all.ts"],
        stdout=subprocess.PIPE, text=True, cwd=where, check=False)
    found = [""] * len(literals)
    at = None
    for line in done.stdout.splitlines():
        m = re.match(r"all\.ts\((\d+),\d+\): error TS\d+: ", line)
        if m:
            at = int(m.group(1)) - begin
        if at is None or not 0 <= at < len(found):
            raise AssertionError("the types themselves: " + done.stdout)
        found[at] += line + "\n"
    if bool(done.returncode) != any(found):
        raise AssertionError("the compiler ended with %d" % done.returncode)
    return found
