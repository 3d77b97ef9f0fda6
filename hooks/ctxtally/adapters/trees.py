"""The subjects that can be measured: the index, the work tree, a revision."""

from __future__ import annotations

import os
import stat
from functools import cached_property

from ctxtally.adapters.blobs import blob_id, is_empty
from ctxtally.adapters.git import commit_id
from ctxtally.adapters.listings import listing, may_hold_intentions
from ctxtally.adapters.objects import Objects
from ctxtally.adapters.pathspecs import at_or_below, is_listed, pathspecs
from ctxtally.adapters.plumbing import chunks, output
from ctxtally.errors import GitError
from ctxtally.model.record import replace
from ctxtally.model.tree import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, Entry

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.tree import Base

# So many pathspecs cost git about as much as a look at 1,000 files.
_FEW = 20


class Index(Objects):
    """What the commit in progress would hold; git finds the right index file by itself.

    `asked` is what was asked last, and `told` what git answered to it. `intended` are the paths
    that were left out of an answer because they are only intended to be added. A conflict of a
    merge is refused, but for the file `disputed`.
    """

    subject = "index"

    def __init__(self, *, disputed: str = "") -> None:
        super().__init__()
        self._disputed = disputed
        self.asked: tuple[str, ...] = ()
        self.told = b""
        self.intended: set[str] = set()

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> dict[str, Entry]:
        self.asked = tuple(pathspecs(specs, paths))
        self.told = listing(self.asked)
        entries: dict[str, Entry] = {}
        unmerged: set[str] = set()
        for record in self.told.split(b"\0")[:-1]:
            facts, _, name = record.partition(b"\t")
            mode, oid, stage = facts.decode("ascii").split(" ")
            path = _path(name)
            entries[path] = Entry(path=path, mode=mode, oid=oid)
            if stage != "0" and path != self._disputed:
                unmerged.add(path)
        if unmerged:
            raise GitError(
                f"unmerged: {', '.join(sorted(unmerged))}",
                help="resolve the conflict and `git add` the result, then run again",
            )
        intended = _intended(entries.values())
        self.intended |= intended
        return {path: entry for path, entry in entries.items() if path not in intended}

    def find(self, paths: Iterable[str]) -> dict[str, Entry]:
        return self.listed([], paths)


class Revision(Objects):
    """The tree of one commit."""

    def __init__(self, revision: str) -> None:
        super().__init__()
        commit = commit_id(revision)
        if commit is None:
            raise GitError(
                f"no commit is named {revision!r} here",
                help="give a branch, tag or commit id that `git rev-parse` knows",
            )
        self.commit = commit
        self.name = revision
        self.subject = f"revision {commit[:10]}"
        if not commit.startswith(revision):
            self.subject += f" ({revision})"

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> dict[str, Entry]:
        found = {path: entry for path, entry in self._all.items() if is_listed(path, specs)}
        return found | self.find(paths)

    def holds(self, path: str) -> bool:
        """Say whether there is something at a path, be it a directory."""
        return path in self._all or path in self._directories

    def find(self, paths: Iterable[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for some in chunks(paths):
            found |= self._ask(some)
        return found

    @cached_property
    def _all(self) -> dict[str, Entry]:
        return self._ask([])

    @cached_property
    def _directories(self) -> set[str]:
        found: set[str] = set()
        for path in self._all:
            above = path.rpartition("/")[0]
            while above and above not in found:
                found.add(above)
                above = above.rpartition("/")[0]
        return found

    def _ask(self, paths: Sequence[str]) -> dict[str, Entry]:
        out = output(
            *("--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", self.commit, "--"),
            *paths,
        )
        entries = {}
        for record in out.split(b"\0")[:-1]:
            facts, _, name = record.partition(b"\t")
            mode, _, oid = facts.decode("ascii").split(" ")
            entries[_path(name)] = Entry(path=_path(name), mode=mode, oid=oid)
        return entries


class WorkTree:
    """The files as they lie on the disk, tracked or not, without those that git ignores.

    Blob ids, those of the raw bytes, are only known where the content was read. A path that is
    neither a regular file nor a link (a FIFO, a device) is never opened and has no content.
    """

    subject = "work tree"
    torn = False
    since: Base | None = None

    def __init__(self, place: Place) -> None:
        self._top = os.fsencode(place.top)
        self._hash = place.object_format
        self._behind_links: dict[str, bool] = {}

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> dict[str, Entry]:
        found = {path: entry for path, entry in self._all.items() if is_listed(path, specs)}
        return found | self.find(paths)

    def find(self, paths: Iterable[str]) -> dict[str, Entry]:
        return at_or_below(self._all, paths)

    def sizes(self, entries: Iterable[Entry]) -> dict[str, int | None]:
        return {entry.path: self._size(entry.path) for entry in entries}

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        for entry in entries:
            content = self._content(entry)
            if content is not None:
                yield replace(entry, oid=blob_id(content, self._hash)), content

    @cached_property
    def _all(self) -> dict[str, Entry]:
        out = output(
            *("ls-files", "-z", "--full-name", "--cached", "--others", "--exclude-standard"),
            *("--deduplicate", "--", ":(top)"),
        )
        entries = {}
        for name in out.split(b"\0")[:-1]:
            path = _path(name.removesuffix(b"/"))  # an untracked repository ends with a slash
            mode = self._mode(path)
            if mode is not None:
                entries[path] = Entry(path=path, mode=mode, oid="")
        return entries

    def _on_disk(self, path: str) -> bytes:
        return os.path.join(self._top, os.fsencode(path))

    def _size(self, path: str) -> int | None:
        try:
            return os.lstat(self._on_disk(path)).st_size
        except OSError:
            return None

    def _leads_out(self, folder: str) -> bool:
        """Say whether a link is among the folders of a path: what is behind it is not ours."""
        known = self._behind_links.get(folder)
        if known is None:
            parent = folder.rpartition("/")[0]
            known = bool(folder) and (
                os.path.islink(self._on_disk(folder)) or self._leads_out(parent)
            )
            self._behind_links[folder] = known
        return known

    def _mode(self, path: str) -> str | None:
        if self._leads_out(path.rpartition("/")[0]):
            return None
        try:
            mode = os.lstat(self._on_disk(path)).st_mode
        except OSError:  # deleted, or below a folder that is now a file
            return None
        if stat.S_ISLNK(mode):
            return SYMLINK
        if stat.S_ISDIR(mode):
            return SUBMODULE
        return EXECUTABLE if mode & stat.S_IXUSR else REGULAR

    def _content(self, entry: Entry) -> bytes | None:
        where = self._on_disk(entry.path)
        try:
            if entry.mode == SYMLINK:
                return os.readlink(where)
            if not stat.S_ISREG(os.lstat(where).st_mode):
                return None
            with open(where, "rb") as file:
                return file.read()
        except OSError:
            return None


def _intended(entries: Iterable[Entry]) -> set[str]:
    """Return what `git add --intent-to-add` named: it is in the index, not in the commit."""
    empty = [f":(top,literal){entry.path}" for entry in entries if is_empty(entry.oid)]
    if not empty or not may_hold_intentions():
        return set()
    # Git looks at the files that are named, or at all of them, which is quicker for many names.
    named = empty if len(empty) <= _FEW else []
    out = output("diff-files", "--diff-filter=A", "--name-only", "-z", "--", *named)
    return set(map(_path, out.split(b"\0")[:-1]))


def _path(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
