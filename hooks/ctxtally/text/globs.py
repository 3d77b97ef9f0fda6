"""The one glob dialect of the product: anchored at the top level, `/` between names.

`*`, `?` and `[a-z]` match within one name, names that begin with a dot included; `**/` matches any
number of directories, none too; a final `**` or `/` matches everything below; `{a,b}` is either.
Matching takes at most (pattern length x path length) steps, whatever the pattern.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    # What a name has to be or to match; `None` stands for `**`.
    _Name: TypeAlias = str | re.Pattern[str] | None

# Claude Code 2.1.217 stops at this many patterns per rule and then uses the text as it stands.
MAX_ALTERNATIVES = 1_000

# Of these only fnmatch makes anything but themselves.
_WILD = frozenset("*?[")
# No name of a path holds it.
_NO_NAME = "/"
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")


def matches(path: str, pattern: str) -> bool:
    """Say whether the whole of `path` matches `pattern`.

    >>> matches("CLAUDE.md", "**/CLAUDE.md"), matches("docs/a/b.md", "docs/*.md")
    (True, False)
    """
    names = path.split("/")
    return any(_walk(names, steps) for steps in _compiled(pattern))


def selected(path: str, patterns: Iterable[str]) -> bool:
    """Say whether `path` is selected by patterns of which `!pattern` takes away; the last one wins.

    >>> selected("docs/old/a.md", ["docs/**/*.md", "!docs/old/**"])
    False
    """
    chosen = False
    for pattern in patterns:
        negated = pattern.startswith("!")
        if chosen is negated and matches(path, pattern[negated:]):
            chosen = not negated
    return chosen


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> tuple[tuple[_Name, ...], ...]:
    """Return one sequence of name patterns per alternative."""
    return tuple(_steps(one) for one in alternatives(pattern))


def alternatives(pattern: str) -> list[str]:
    """Return the patterns without braces that `pattern` stands for, itself where it has none."""
    found = [pattern]
    for one in found:
        braces = _BRACES.search(one)
        if braces is None:
            continue
        choices = braces[1].split(",")
        if len(found) + len(choices) > MAX_ALTERNATIVES:
            return [pattern]
        found += [one[: braces.start()] + choice + one[braces.end() :] for choice in choices]
    return [one for one in found if _BRACES.search(one) is None]


def _steps(pattern: str) -> tuple[_Name, ...]:
    pattern = pattern.removeprefix("./").removeprefix("/")
    if pattern.endswith("/"):
        pattern += "**"
    steps: list[_Name] = []
    for name in pattern.split("/"):
        if name != "**":
            steps.append(name if _WILD.isdisjoint(name) else re.compile(translate(name)))
        elif not steps or steps[-1] is not None:
            steps.append(None)
    return tuple(steps)


def _walk(names: Sequence[str], steps: Sequence[_Name]) -> bool:
    # The usual two-pointer wildcard match: only the latest `**` ever needs to take one name more.
    at = step = 0
    retry_at, retry_step = 0, -1
    while at < len(names):
        want = steps[step] if step < len(steps) else _NO_NAME
        if want is None:
            retry_at, retry_step = at, step
            step += 1
            if step == len(steps):
                return True
        elif want == names[at] if isinstance(want, str) else want.match(names[at]):
            at += 1
            step += 1
        elif retry_step >= 0:
            retry_at += 1
            at, step = retry_at, retry_step + 1
        else:
            return False
    # `docs/**` does not match `docs` itself: a final `**` wants at least one name.
    return step == len(steps)
