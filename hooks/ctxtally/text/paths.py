"""Paths that a tracked text names, resolved by looking them up and never by opening anything."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Literal, Protocol

from ctxtally.model.record import dataclass, field
from ctxtally.model.tree import SYMLINK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.tree import Entry

Reason = Literal[
    "empty",
    "nul",  # a NUL character
    "unnameable",  # longer than any file system allows, or no Unicode text
    "absolute",
    "home",  # begins with ~
    "variable",  # begins with $
    "url",
    "drive",  # C:
    "backslash",
    "git",  # inside .git
    "outside",  # leads out of the repository
    "untracked",
    "directory",
    "submodule",
    "links",  # a chain of links that is too long or never ends
]

# As deep as the deepest import chain that an agent documents (Gemini CLI, 5).
MAX_LINKS = 5
# PATH_MAX of Linux in bytes, the largest of the common ones.
LONGEST = 4_096

_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*://|(?:file|data|mailto|javascript):)", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:", re.IGNORECASE)
_PATTERN = re.compile(r"[*?]|\[[^\]]+\]|\{[^{}]+\}|<[^<>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The regular file at `path`, or the `reason` why there is none and where it was met."""

    path: str
    reason: Reason | Literal[""] = ""


class Lookup(Protocol):
    """What the subject tracks, asked by path relative to its top level."""

    def entry(self, path: str) -> Entry | None:
        """Return the entry at exactly this path."""

    def is_directory(self, path: str) -> bool:
        """Say whether any tracked path lies below this one; the top level is `.`."""

    def link_text(self, path: str) -> str | None:
        """Return what the link at this path holds, `None` where it cannot be read."""


def normalised(written: str, base: str = "") -> str | Refused:
    """Return the path that `written` means, seen from the directory `base`, `.` for the top.

    >>> normalised("../a.md", "docs/x"), normalised("../a.md", "docs")
    ('docs/a.md', 'a.md')
    >>> normalised("../../etc/passwd", "docs").reason
    'outside'
    """
    reason = _refusal(written)
    if reason is not None:
        return Refused(reason=reason)
    path = posixpath.normpath(posixpath.join(base, written))
    if path == ".." or path.startswith("../"):
        return Refused(reason="outside")
    # Git itself refuses to track such a name in any spelling of case (core.protectHFS/NTFS).
    if ".git" in path.lower().split("/"):
        return Refused(reason="git")
    return path


def place(path: str, lookup: Lookup) -> Place:
    """Follow a normalised path, and links on the way, to a tracked regular file.

    Every link on the way must be tracked itself, and so must what it leads to.
    """
    for _ in range(MAX_LINKS + 1):
        entry = lookup.entry(path)
        # Nothing above a tracked file can be a link.
        link = None if entry is not None and entry.is_file else _link_on(path, lookup)
        if link is None:
            return _final(path, lookup)
        target = normalised(lookup.link_text(link) or "", posixpath.dirname(link))
        if isinstance(target, Refused):
            return Place(path=link, reason=target.reason)
        path = posixpath.normpath(target + path[len(link) :])
    return Place(path=path, reason="links")


def _final(path: str, lookup: Lookup) -> Place:
    entry = lookup.entry(path)
    if entry is None:
        return Place(path=path, reason="directory" if lookup.is_directory(path) else "untracked")
    return Place(path=path) if entry.is_file else Place(path=path, reason="submodule")


def _link_on(path: str, lookup: Lookup) -> str | None:
    """Return the shortest part of `path` that is a symlink: links above come first."""
    end = path.find("/")
    while end >= 0:
        if _is_link(path[:end], lookup):
            return path[:end]
        end = path.find("/", end + 1)
    return path if _is_link(path, lookup) else None


def _is_link(path: str, lookup: Lookup) -> bool:
    entry = lookup.entry(path)
    return entry is not None and entry.mode == SYMLINK


def is_pattern(written: str) -> bool:
    """Say whether a path that names no file stands for many: `*.md`, `{a,b}.md`, `<name>.md`."""
    return _PATTERN.search(written) is not None


def _encodes(written: str) -> bool:
    try:
        written.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _refusal(written: str) -> Reason | None:
    if not written.strip():
        return "empty"
    if "\0" in written or len(written) > LONGEST or not _encodes(written):
        return "nul" if "\0" in written else "unnameable"
    if written[0] in _FIRST:
        return _FIRST[written[0]]
    if _URL.match(written):
        return "url"
    if _DRIVE.match(written):
        return "drive"
    return "backslash" if "\\" in written else None


_FIRST: dict[str, Reason] = {"/": "absolute", "~": "home", "$": "variable", "\\": "backslash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A `Lookup` over entries that were asked for beforehand; `links` holds texts by path."""

    entries: Mapping[str, Entry]
    links: Mapping[str, str] = field(default_factory=dict)
    directories: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        found = {"."} if self.entries else set()
        for path in self.entries:
            parent = posixpath.dirname(path)
            while parent and parent not in found:
                found.add(parent)
                parent = posixpath.dirname(parent)
        object.__setattr__(self, "directories", frozenset(found))

    def entry(self, path: str) -> Entry | None:
        return self.entries.get(path)

    def is_directory(self, path: str) -> bool:
        return path in self.directories

    def link_text(self, path: str) -> str | None:
        return self.links.get(path)
