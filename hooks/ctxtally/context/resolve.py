"""Finds what a path or a symlink names by looking it up among the tracked paths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Literal

from ctxtally.model.tree import SYMLINK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.model.tree import Entry

# Nothing real needs more: the longest chain seen is CRUSH.md -> CLAUDE.md -> AGENTS.md.
MAX_LINKS = 5

# A drive, a URL, a home directory or a variable: no place of a repository.
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|[~/$%]")

# Linux PATH_MAX: what is longer names no file, and looking at its parts would take long.
MAX_PATH = 4_096

Problem = Literal[
    "",
    "outside",  # it leaves the repository
    "missing",  # no tracked file has this path; it may be a directory
    "loop",  # more than MAX_LINKS links
    "unreadable",  # the link itself cannot be read
    "special",  # neither a regular file nor a link: a submodule
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a path leads: a regular file at `path`, or the `problem` that was met there."""

    path: str
    problem: Problem = ""


def normalised(base: str, target: str) -> str | None:
    """Return `target` as seen from the directory `base`, `None` where it leaves the repository.

    >>> normalised("docs", "../a.md"), normalised("docs", "../../a.md"), normalised("", "/etc/x")
    ('a.md', None, None)
    """
    if not 0 < len(target) <= MAX_PATH or "\0" in target or "\\" in target:
        return None
    if _FOREIGN.match(target):
        return None
    path = normpath(join(base, target))
    inside = path not in ("..", ".git") and not path.startswith(("../", ".git/"))
    return path if inside else None


def find_file(
    path: str, entries: Mapping[str, Entry], links: Callable[[Entry], str | None]
) -> Place:
    """Follow `path`, and links on the way, to a regular file; every step must be tracked."""
    for _ in range(MAX_LINKS + 1):
        link = _link_on(path, entries)
        if link is None:
            return _final(path, entries)
        text = links(entries[link])
        if text is None:
            return Place(path=link, problem="unreadable")
        target = normalised(dirname(link), text)
        if target is None:
            return Place(path=link, problem="outside")
        path = normpath(target + path[len(link) :])
    return Place(path=path, problem="loop")


def _final(path: str, entries: Mapping[str, Entry]) -> Place:
    entry = entries.get(path)
    if entry is None:
        return Place(path=path, problem="missing")
    return Place(path=path) if entry.is_file else Place(path=path, problem="special")


def _link_on(path: str, entries: Mapping[str, Entry]) -> str | None:
    """Return the shortest part of `path` that is a symlink: links above come first."""
    end = path.find("/")
    while end >= 0:
        if _is_link(path[:end], entries):
            return path[:end]
        end = path.find("/", end + 1)
    return path if _is_link(path, entries) else None


def _is_link(path: str, entries: Mapping[str, Entry]) -> bool:
    entry = entries.get(path)
    return entry is not None and entry.mode == SYMLINK
