"""axe-core, which finds what keeps people out of a page: a package of npm."""
import functools
import os

import npm

# Each violation as "rule: why: which element"; what it cannot decide is none.
RUN = """axe.run(document, {
    preload: false, resultTypes: ['violations'],
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}
}).then(r => r.violations.flatMap(v => v.nodes.map(
    n => v.id + ': ' + n.failureSummary + ': ' + n.html)))"""


@functools.lru_cache(maxsize=None)
def source():
    """Its text."""
    with open(os.path.join(npm.package("axe-core"), "axe.min.js"), encoding="utf-8") as f:
        return f.read()
