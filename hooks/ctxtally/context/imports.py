"""Finds the imports in a text, by the grammar of a profile, and where each of them leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname
from typing import TYPE_CHECKING, Literal

from ctxtally.context.resolve import MAX_PATH, find_file, normalised
from ctxtally.text.inline import HIDDEN
from ctxtally.text.markdown import outside_backticks, prose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.model.profile import Imports
    from ctxtally.model.tree import Entry

Fate = Literal[
    "file",
    "missing",  # meant as an import, and nothing is there
    "outside",  # it leaves the repository, or is no path of one
    "words",  # most likely no import at all: a package, a person, an alias
]

# Endings by which a single name is taken for a file: `@notes.md`, but not `@example.com`.
_DOCUMENTS = (".md", ".mdc", ".mdx", ".markdown", ".txt", ".rst", ".json", ".yaml", ".yml", ".toml")
_EXTENSION = re.compile(r"\w\.[A-Za-z][A-Za-z0-9]{0,9}$")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|~/|[$%]\{?\w+[}%]?/|[A-Za-z]:\\|\.\.[/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An import as written: its path, and `text[start:end]` with the marks around it."""

    path: str
    line: int
    start: int
    end: int


def mentions(text: str, grammar: Imports) -> tuple[Mention, ...]:
    """Return what reads as an import in a text with LF line ends, in its order."""
    begin = _beginning(grammar)
    if begin.search(text) is None:
        return ()
    masked = _MASKS[grammar.text](text)
    # A path ends where a text node does; without nodes it runs on through what is hidden.
    paths = masked if grammar.text == "markdown" else text
    found: list[Mention] = []
    line, seen = 1, 0
    for mark in begin.finditer(masked):
        after = mark.end()
        path, end = _path(paths, after, grammar)
        if not path or len(path) > MAX_PATH:
            continue
        line += text.count("\n", seen, after)
        seen = after
        start = after - len(grammar.prefix)
        found.append(Mention(path=path, line=line, start=start, end=end))
    return tuple(found)


def fate(
    mention: Mention,
    source: str,
    grammar: Imports,
    entries: Mapping[str, Entry],
    links: Callable[[Entry], str | None],
) -> tuple[Fate, str]:
    """Return what becomes of an import in the file `source`, and the path of the file."""
    base = dirname(source) if grammar.relative_to == "file" else ""
    target = normalised(base, mention.path)
    if target is None:
        return ("outside" if _is_foreign(mention.path, entries) else "words"), ""
    place = find_file(target, entries, links)
    if not place.problem:
        return "file", place.path
    if place.problem == "outside":
        return "outside", ""
    return ("missing" if _is_meant(mention.path, target, entries) else "words"), ""


def _path(text: str, at: int, grammar: Imports) -> tuple[str, int]:
    """Return the path that begins at `at`, as a path, and where the import ends."""
    if grammar.suffix:
        stop = text.find("\n", at)
        close = text.find(grammar.suffix, at, len(text) if stop < 0 else stop)
        if close < 0:
            return "", at
        path, end = text[at:close].strip(), close + len(grammar.suffix)
    else:
        run = _RUNS[grammar.escapes].match(text, at)
        path, end = (run[0], run.end()) if run else ("", at)
    if grammar.fragment:
        path = path.partition("#")[0]
    return path.replace("\\ ", " ") if grammar.escapes else path, end


def _is_foreign(path: str, entries: Mapping[str, Entry]) -> bool:
    if not path.startswith("/"):
        return _FOREIGN.match(path) is not None or "\\" in path or ".git/" in path
    # `@/components/x` is how bundlers write the source folder; `@/etc/passwd` is a place.
    top = path.strip("/").partition("/")[0]
    return bool(top) and not _has_directory(top, entries)


def _is_meant(path: str, target: str, entries: Mapping[str, Entry]) -> bool:
    """Tell a path from a package such as `@scope/name`, a person, or a word of code."""
    if path.startswith(("./", "../")):
        return True
    if not _EXTENSION.search(path):
        return False
    parts = path.split("/")
    if len(parts) == 1:
        return path.endswith(_DOCUMENTS)
    # `@scope/readme.md` names a file of a package, unless there is such a directory.
    scope_and_name = 2
    return len(parts) > scope_and_name or _has_directory(dirname(target), entries)


def _has_directory(name: str, entries: Mapping[str, Entry]) -> bool:
    """Say whether some directory of the tree ends in `name`."""
    return any(path.startswith(f"{name}/") or f"/{name}/" in path for path in entries)


@lru_cache(maxsize=32)
def _beginning(grammar: Imports) -> re.Pattern[str]:
    before = "" if grammar.after == "any" else rf"(?<![^\s{HIDDEN}])"
    if grammar.after == "space" and grammar.text != "markdown":
        before = r"(?<![^ \t\r\n])"
    first = f"(?=[A-Za-z{re.escape(grammar.first)}])" if grammar.first else ""
    return re.compile(before + re.escape(grammar.prefix) + first)


_MASKS: dict[str, Callable[[str], str]] = {
    "markdown": prose,
    "raw": outside_backticks,
    "all": str,
}
_RUNS = {
    True: re.compile(rf"(?:\\ |[^\s{HIDDEN}])+"),
    False: re.compile(rf"[^\s{HIDDEN}]+"),
}
