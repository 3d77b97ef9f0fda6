"""The commits of a history with what each changed, and blobs of it, read with GitPython.

Nothing is ever checked out. Importing GitPython costs more than all the rest of a hook, so only
what nobody waits for in a commit comes here.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters.plumbing import environment, output, refusal
from ctxtally.adapters.process import which
from ctxtally.errors import GitError
from ctxtally.model.history import GONE, Change, Commit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    from git.cmd import Git

_CHUNK = 1 << 16
# What is read again is mostly what was read last: the files that a commit left as they were.
_KEPT_BYTES = 32 << 20
PIPE = -1  # of `subprocess`, which only GitPython needs here
_PROGRAM = "GIT_PYTHON_GIT_EXECUTABLE"
# Grammars of pathspecs that a user may have exported; GitPython hands the environment on.
_PLAIN = dict.fromkeys(
    (
        "GIT_LITERAL_PATHSPECS",
        "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
    ),
    "0",
)
_SETTINGS = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showRoot=true")
# Names are followed here, not by git: its `--follow` loses the file at merges.
_RAW = ("--raw", "-z", "--no-abbrev", f"-O{os.devnull}", "--no-ext-diff", "--no-textconv")
_LOG = (
    *("log", "--reverse", "--date-order", "--full-history", "--sparse", "--no-follow"),
    *("--diff-merges=first-parent", "--no-renames", "--encoding=UTF-8", "--no-show-signature"),
    *("--no-color", *_RAW, "--format=%x01%H %P%x00%ct%x00%cI%x00%s"),
)
# With more files than this on both sides git takes minutes to compare each with each.
_MOST_RENAMES = "-l1000"
_REASON = re.compile(r"stderr: '(.*)'", re.DOTALL)


class Past:
    """The history up to one commit."""

    def __init__(self, head: str) -> None:
        self.head = head
        self.git = _python_git()

    def commits(self, paths: Iterable[str] = ()) -> Iterator[Commit]:
        """Yield every commit after its parents; the changes are those of `paths`, or all."""
        named = [f":(top,literal){path}" for path in paths]
        with _Stream(self.git, [*_LOG, self.head, "--", *named]) as stream:
            yield from _commits(_fields(stream.read))

    def children(self) -> dict[str, int]:
        """Return how many children each commit has."""
        many: dict[str, int] = {}
        for line in output("rev-list", "--parents", self.head, "--").decode("ascii").splitlines():
            for parent in line.split(" ")[1:]:
                many[parent] = many.get(parent, 0) + 1
        return many

    def source(self, commit: str, path: str) -> str | None:
        """Return the path that a commit renamed to `path`, `None` where it did not."""
        arguments = ["diff-tree", "-r", "-M", "--diff-filter=R", _MOST_RENAMES, *_RAW, commit]
        with _Stream(self.git, [*arguments, "--"]) as stream:
            fields = _fields(stream.read)
            next(fields, None)  # the id of the commit
            for _, before, after in zip(fields, fields, fields, strict=False):
                if _name(after) == path:
                    return _name(before)
        return None


class _Stream:
    """What a command prints, while it runs."""

    def __init__(self, git: Git, arguments: list[str]) -> None:
        self._verb = arguments[0]
        self._running = _started(git, arguments)

    def __enter__(self) -> IO[bytes]:
        stdout: IO[bytes] = self._running.stdout
        return stdout

    def __exit__(self, kind: object, *_: object) -> None:
        from git.exc import GitCommandError

        if kind is not None:  # nobody reads on, so git must not wait for that
            self._running.__del__()  # how GitPython ends a process
            return
        try:
            self._running.wait()
        except GitCommandError as error:
            told = _REASON.search(str(error))
            reason = (told[1] if told else str(error)).encode("utf-8", "replace")
            raise refusal(self._verb, reason) from error


class Objects:
    """Blobs by id, asked one by one of a git that runs on; the last ones read are kept."""

    def __init__(self, past: Past) -> None:
        self._git = past.git
        self._running: dict[str, Git.AutoInterrupt] = {}
        self._sizes: dict[str, int | None] = {}
        self._kept: dict[str, bytes] = {}
        self._room = _KEPT_BYTES

    def __enter__(self) -> Objects:  # noqa: PYI034 - `Self` is not in Python 3.10
        return self

    def __exit__(self, *_: object) -> None:
        for how in list(self._running):
            self._end(how)

    def size(self, oid: str) -> int | None:
        """Return the bytes of a blob, `None` where it is not here."""
        if oid not in self._sizes:
            self._sizes[oid] = self._ask("--batch-check", oid)
        return self._sizes[oid]

    def content(self, oid: str) -> bytes | None:
        """Return a blob, `None` where it is not here; ask for its size first."""
        if oid in self._kept:
            return self._kept[oid]
        size = self._ask("--batch", oid)
        if size is None:
            return None
        raw: bytes = self._running["--batch"].stdout.read(size + 1)[:-1]
        self._kept[oid] = raw
        self._room -= size
        while self._room < 0:
            self._room += len(self._kept.pop(next(iter(self._kept))))
        return raw

    def _ask(self, how: str, oid: str) -> int | None:
        if how not in self._running:
            self._running[how] = _started(self._git, ["cat-file", how], istream=PIPE)
        running = self._running[how]
        try:
            running.stdin.write(f"{oid}\n".encode("ascii"))
            running.stdin.flush()
        except BrokenPipeError:
            answer = b""
        else:
            answer = running.stdout.readline()
        if not answer:  # in a partial clone git gives up at what it would have to fetch
            self._end(how)
        size = answer.split(b" ")[-1].strip()
        return int(size) if size.isdigit() else None

    def _end(self, how: str) -> None:
        """End a git that runs on, as GitPython does it."""
        self._running.pop(how).__del__()


def is_shallow() -> bool:
    """Say whether commits before the oldest ones are not here."""
    return output("rev-parse", "--is-shallow-repository").strip() == b"true"


def moment(text: str) -> int:
    """Return the seconds since 1970 of a time as git understands it: `2026-01-31`, `3 weeks ago`.

    What git cannot read it takes for now, so a result of now means that.
    """
    told = output("rev-parse", f"--since={text}").decode("ascii", "replace")
    digits = told.strip().rpartition("=")[2]
    return int(digits) if digits.isdecimal() else 0


def _program() -> str:
    program = which("git")
    if program is None:
        raise GitError("git is not on PATH", help="install git 2.31 or later, or mend PATH")
    return program


def _python_git() -> Git:
    """Return GitPython's way to run git, told which git that is.

    Its import runs the first `git` that the system finds, in the current folder too on Windows.
    """
    before = os.environ.get(_PROGRAM)
    os.environ[_PROGRAM] = _program()
    try:
        from git.cmd import Git
    finally:
        if before is None:
            del os.environ[_PROGRAM]
        else:
            os.environ[_PROGRAM] = before
    return Git()


def _started(git: Git, arguments: list[str], istream: int | None = None) -> Git.AutoInterrupt:
    return git.execute(
        [_program(), *_SETTINGS, *arguments],
        istream=istream,
        as_process=True,
        env=environment() | _PLAIN,
    )


def _fields(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield what stands between NUL bytes."""
    rest = b""
    while chunk := read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _commits(fields: Iterator[bytes]) -> Iterator[Commit]:
    """Parse by position: a subject may hold whatever our own marks are."""
    head = next(fields, None)
    while head is not None:
        seconds, date, subject = (next(fields, b"") for _ in range(3))
        changes = []
        following = next(fields, None)
        while following is not None and following.lstrip(b"\n").startswith(b":"):
            before, mode, _, oid, _ = following.lstrip(b"\n:").decode("ascii").split(" ")
            path = _name(next(fields, b""))
            changes.append(Change(path=path, mode=mode, oid=oid, added=before == GONE))
            following = next(fields, None)
        commit, *parents = head.lstrip(b"\x01").decode("ascii").split()
        yield Commit(
            id=commit,
            parents=tuple(parents),
            seconds=int(seconds) if seconds.isdigit() else 0,
            date=date.decode("ascii", "replace"),
            subject=subject.decode("utf-8", "replace"),
            changes=tuple(changes),
        )
        head = following


def _name(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
