"""Replay the last verdict of the gate where nothing that it depends on has changed.

This runs at every commit before anything else is imported, so this module and all that it imports
do without the parts of the standard library that cost as much as the interpreter's start: argparse,
json, dataclasses, typing, subprocess, pathlib, re.

A verdict is kept under a key made of everything it depends on: this installation, the arguments,
the day (waivers end), colour, the references of pre-commit, what git lists of the index for the
gate's pathspecs (or the commit that is judged instead), the difference from HEAD where there are
findings, and configuration files that git does not track. A file that is torn, foreign or of
another key is as good as none.
"""

from __future__ import annotations

import os
import sys

from ctxtally.adapters import loose, plumbing
from ctxtally.adapters.append import LogError, line, write_lines
from ctxtally.adapters.clock import day, seconds
from ctxtally.adapters.digest import digest
from ctxtally.adapters.listings import listing
from ctxtally.adapters.sealed import seal, unseal
from ctxtally.adapters.version import fingerprint
from ctxtally.errors import GitError

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from ctxtally.adapters.git import Place

GATE = "budget"
# pre-commit names what is pushed in one of these (pre_commit/commands/run.py 4.7.0).
PUSHED = ("PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH")


class Verdict:
    """What the gate said, and what has to be asked of git to know whether it still holds.

    `revision` is the commit that was judged, empty for the index; `pathspecs` what was listed of
    the index; `based` says that the difference from HEAD matters. `ledger` is the log inside the
    work tree, relative to the top, that git has to ignore, empty for our own.
    """

    __slots__ = (
        "based",
        "err",
        "event",
        "ledger",
        "log",
        "out",
        "pathspecs",
        "revision",
        "shown",
        "status",
    )

    def __init__(  # noqa: PLR0913 - a record; a dataclass would double the cost of a replay
        self,
        *,
        revision: str,
        pathspecs: Sequence[str],
        based: bool,
        log: str,
        shown: str,
        ledger: str,
        event: str,
        status: int,
        out: str,
        err: str,
    ) -> None:
        self.revision = revision
        self.pathspecs = tuple(pathspecs)
        self.based = based
        self.log = log
        self.shown = shown
        self.ledger = ledger
        self.event = event
        self.status = status
        self.out = out
        self.err = err

    def packed(self) -> bytes:
        """Return the verdict as bytes."""
        parts = [self.revision, "1" if self.based else "", self.log, self.shown, self.ledger]
        parts += [self.event, str(self.status), self.out, self.err, *self.pathspecs]
        return b"".join(b"%d:" % len(part) + part for part in map(_encoded, parts))


def unpacked(data: bytes) -> Verdict:
    """Return the verdict that `packed` made; raises ValueError for anything else."""
    parts: list[str] = []
    at = 0
    while at < len(data):
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        parts.append(data[colon + 1 : end].decode("utf-8", "surrogateescape"))
        at = end
    revision, based, log, shown, ledger, event, status, out, err, *pathspecs = parts
    return Verdict(
        revision=revision,
        pathspecs=pathspecs,
        based=bool(based),
        log=log,
        shown=shown,
        ledger=ledger,
        event=event,
        status=int(status),
        out=out,
        err=err,
    )


def replay(argv: list[str]) -> int | None:
    """Print the last verdict for these arguments again and return its status, if it still holds.

    `None` sends the caller the ordinary way, which also tells what is wrong.
    """
    if argv[:1] != [GATE]:
        return None
    try:
        _, git_dir, common_dir, top, _ = plumbing.place()
        key, body = unseal(_path(git_dir, argv))
        verdict = unpacked(body)
        if key != state(verdict, argv, Moment(git_dir, top)):
            return None
        if verdict.ledger and not _is_ignored(verdict, git_dir, common_dir):
            return None
    except (OSError, ValueError, GitError):
        return None
    write(verdict.out, sys.stdout)
    write(verdict.err, sys.stderr)
    try:
        write_lines(verdict.log, verdict.shown, [line(verdict.event, seconds())])
    except LogError as error:
        write(f"note: {error}\n", sys.stderr)
    return verdict.status


def keep(git_dir: str, argv: list[str], key: str, verdict: Verdict) -> None:
    """Keep a verdict for the next run with these arguments."""
    seal(_path(git_dir, argv), key, verdict.packed())


class Moment:
    """What was so when a verdict was found: read once, before anything was judged by it."""

    __slots__ = ("day", "git_dir", "lying", "top")

    def __init__(self, git_dir: str, top: str) -> None:
        self.git_dir = git_dir
        self.top = top
        self.day = day(seconds())
        self.lying = loose.read(top)


def state(
    verdict: Verdict, argv: list[str], moment: Moment | Place, listed: bytes | None = None
) -> str:
    """Return the key under which a verdict holds; GitError where git does not answer.

    `listed` is what git lists for the verdict's pathspecs, where the caller has it already.
    """
    parts = [fingerprint(), _encoded("\0".join(argv)), moment.day.encode("ascii")]
    parts += [_encoded(moment.git_dir), _encoded(moment.top)]
    parts.append(b"%d%d" % (is_terminal(sys.stdout), bool(os.environ.get("NO_COLOR"))))
    parts += [_encoded(os.environ.get(name, "")) for name in PUSHED]
    if verdict.revision:
        judged = plumbing.output("rev-parse", "--verify", "--end-of-options", verdict.revision)
        parent = judged.decode("ascii").strip() + "^"
        # A shallow clone may learn of a parent later: then the growth is another.
        _, before, _ = plumbing.answer("rev-parse", "--quiet", "--verify", parent)
        return digest(*parts, judged, before)
    if listed is None:
        listed = listing(verdict.pathspecs)
    parts.append(listed)
    tracked = {record.partition(b"\t")[2] for record in listed.split(b"\0")}
    parts += loose.parts(moment.lying, tracked)
    if verdict.based:
        parts.append(since_head(verdict.pathspecs, moment.git_dir))
    return digest(*parts)


def since_head(pathspecs: Sequence[str], git_dir: str) -> bytes:
    """Return how the index differs from HEAD in these pathspecs; GitError where there is no HEAD.

    Where it does, HEAD as a whole is part of it, for what it imports may be nothing that the index
    asks for, and so is what is being merged into it.
    """
    changed = b"".join(
        plumbing.output(
            "diff-index", "--cached", "--raw", "-z", "--no-renames", "HEAD", "--", *some
        )
        for some in plumbing.chunks(pathspecs)
    )
    if not changed:
        return b""
    from ctxtally.adapters.merging import brought_in

    merged = " ".join(brought_in(git_dir))
    return changed + plumbing.output("rev-parse", "HEAD^{tree}") + _encoded(merged)


def _path(git_dir: str, argv: list[str]) -> str:
    """Return where the verdict for these arguments is kept, those of pushes apart."""
    pushed = any(os.environ.get(name) for name in PUSHED)
    name = digest(_encoded("\0".join(argv)), b"push" if pushed else b"")
    return os.path.join(git_dir, "ctxtally", f"verdict-{name[:8]}")


def _is_ignored(verdict: Verdict, git_dir: str, common_dir: str) -> bool:
    """Ask the work tree that the log lies in: for a linked one it is the main one."""
    top = verdict.log[: -len(verdict.ledger) - 1]
    status, _, _ = plumbing.answer(
        *("check-ignore", "--quiet", "--no-index", "--", f":(top){verdict.ledger}"),
        main=None if git_dir == common_dir else (common_dir, top),
    )
    return status == 0


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether somebody looks at what is printed; a closed stream is `None`."""
    return stream is not None and stream.isatty()


def write(text: str, stream: TextIO | None) -> None:
    """Print text, whatever the terminal's encoding; what cannot be printed is let go."""
    if not text or stream is None:
        return
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    try:
        stream.write(text)
        stream.flush()
    except OSError:  # nobody reads on, or the disk is full: the status still tells
        silence(stream)


def silence(stream: TextIO) -> None:
    """Let what is still buffered for a stream that cannot be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
