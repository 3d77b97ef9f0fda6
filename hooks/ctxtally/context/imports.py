"""Finds the imports in a text, by the grammar of a profile, and where each of them leads."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import dirname
from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass
from ctxtally.text.inline import HIDDEN
from ctxtally.text.markdown import outside_backticks, prose
from ctxtally.text.paths import Refused, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxtally.context.resolve import Lookup
    from ctxtally.model.imports import Imports

Fate = Literal[
    "file",
    "missing",  # meant as an import, and nothing is there
    "outside",  # it leaves the repository, or is no path of one
    "words",  # most likely no import at all: a package, a person, an alias
]

# Endings by which a single name is taken for a file: `@notes.md`, but not `@example.com`.
_DOCUMENTS = (".md", ".mdc", ".mdx", ".markdown", ".txt", ".rst", ".json", ".yaml", ".yml", ".toml")
_EXTENSION = re.compile(r"\w\.[A-Za-z][A-Za-z0-9]{0,9}$")
# What somebody may have written right after a path without meaning it as a part of it.
_AFTERTHOUGHTS = ".,;:!?)]}'\"*_>"

# The top levels of Unix systems (FHS 3.0, macOS). Any other absolute path may be an alias by which
# a bundler knows the source folder: `@/components/button`.
_SYSTEM = re.compile(
    "/+(?:Applications|Library|Network|Users|Volumes|bin|boot|dev|etc|home|media|mnt|net|opt"
    "|private|proc|root|run|sbin|srv|sys|tmp|usr|var)(?=/|$)"
)
_ELSEWHERE = re.compile(
    r"~/|[$%]\{?\w+[}%]?[/\\]|[A-Za-z]:[\\/]|[A-Za-z][A-Za-z0-9+.-]*:/|(?:.*\\)?\.\.\\"
)

# Linux PATH_MAX: what is longer names no file.
_MAX_PATH = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An import as written: its path, and `text[start:end]` with the marks around it."""

    path: str
    line: int
    start: int
    end: int


def mentions(text: str, grammar: Imports) -> Iterator[Mention]:
    """Yield what reads as an import in a text with LF line ends, in its order."""
    begin, hint = _beginning(grammar), _hint(grammar)
    if hint.search(text) is None:
        return
    masked = _MASKS[grammar.text](text)
    # A path ends where a text node does; without nodes it runs on through what is hidden.
    paths = masked if grammar.text == "markdown" else text
    line, seen = 1, 0
    mark = begin.search(masked)
    while mark is not None:
        after = mark.end()
        path, end = _path(paths, after, grammar)
        if 0 < len(path) <= _MAX_PATH:
            line += text.count("\n", seen, after)
            seen = after
            yield Mention(path=path, line=line, start=after - len(grammar.prefix), end=end)
        mark = begin.search(masked, max(end, after))


def fate(mention: Mention, source: str, grammar: Imports, lookup: Lookup) -> tuple[Fate, str]:
    """Return what becomes of an import in the file `source`, and the path of the file."""
    base = dirname(source) if grammar.relative_to == "file" else ""
    target = normalised(mention.path, base)
    if isinstance(target, Refused):
        return ("outside" if _is_elsewhere(mention.path, target, lookup) else "words"), ""
    place = lookup.place(target)
    if not place.reason:
        return "file", place.path
    if place.reason not in ("untracked", "directory", "submodule", "empty", "links"):
        return "outside", ""
    return ("missing" if _is_meant(mention.path, target, lookup) else "words"), ""


def _path(text: str, at: int, grammar: Imports) -> tuple[str, int]:
    """Return the path that begins at `at`, as a path, and where the import ends."""
    if grammar.suffix:
        close = text.find(grammar.suffix, at, at + _MAX_PATH)
        if close < 0 or "\n" in text[at:close]:
            return "", at
        path, end = text[at:close].strip(), close + len(grammar.suffix)
    else:
        run = _run(grammar).match(text, at)
        path, end = (run[0], run.end()) if run else ("", at)
    if grammar.fragment:
        path = path.partition("#")[0]
    return path.replace("\\ ", " ") if grammar.escapes else path, end


def _is_elsewhere(path: str, refused: Refused, lookup: Lookup) -> bool:
    if refused.reason == "absolute":
        top = path.lstrip("/").partition("/")[0]
        return _SYSTEM.match(path) is not None and not lookup.is_directory(top)
    return refused.reason in ("outside", "git") or _ELSEWHERE.match(path) is not None


def _is_meant(path: str, target: str, lookup: Lookup) -> bool:
    """Tell a path from a package such as `@scope/name`, a person, or a word of code."""
    if path.startswith(("./", "../")):
        return True
    if not lookup.place(target.rstrip(_AFTERTHOUGHTS)).reason:
        return True
    if not _EXTENSION.search(path):
        return False
    directory, _, name = path.rpartition("/")
    if not directory:
        return name.endswith(_DOCUMENTS)
    # `@scope/readme.md` names a file of a package, unless there is such a directory.
    return "/" in directory or lookup.is_directory(dirname(target))


@lru_cache(maxsize=32)
def _beginning(grammar: Imports) -> re.Pattern[str]:
    before = "" if grammar.after == "any" else _BEFORE[grammar.text]
    first = f"(?=[A-Za-z{re.escape(grammar.first)}])" if grammar.first else ""
    return re.compile(before + re.escape(grammar.prefix) + first)


@lru_cache(maxsize=32)
def _hint(grammar: Imports) -> re.Pattern[str]:
    """Return what every text with an import holds: no text node begins within a word."""
    before = "" if grammar.after == "any" else "(?<![A-Za-z0-9])"
    return re.compile(before + re.escape(grammar.prefix))


@lru_cache(maxsize=32)
def _run(grammar: Imports) -> re.Pattern[str]:
    """Return what a path without a closing mark runs over, or the start of a much longer run.

    Where its characters are listed, the last one is a letter or digit: a full stop after it ends a
    sentence.
    """
    if grammar.chars:
        inside = f"[A-Za-z0-9{re.escape(grammar.chars)}]"
        return re.compile(rf"{inside}{{0,{_MAX_PATH}}}(?<=[A-Za-z0-9])")
    escaped = r"\\ |" if grammar.escapes else ""
    return re.compile(rf"(?:{escaped}[^\s{HIDDEN}]){{1,{_MAX_PATH + 1}}}")


# What may stand before an import: white space or the edge of a text node; in raw text white space.
_BEFORE = {
    "markdown": rf"(?<![^\s{HIDDEN}])",
    "raw": r"(?<![^ \t\r\n])",
    "all": r"(?<![^ \t\r\n])",
}
_MASKS: dict[str, Callable[[str], str]] = {
    "markdown": prose,
    "raw": outside_backticks,
    "all": str,
}
