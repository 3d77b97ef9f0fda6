"""Writes down which commits were made, so that the work before one can be told as its own."""

from __future__ import annotations

from contextlib import suppress

from ctxtally.adapters import progress as history
from ctxtally.adapters.append import LogError, body, line, write_lines
from ctxtally.model.record import dataclass
from ctxtally.usage.events import commit_event

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.progress import Head
    from ctxtally.survey.standing import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How HEAD came to be where it is: `known` is where the last hook saw it.

    `committed` says that the hook of a commit runs, `rewritten` what became of others.
    """

    head: Head
    known: str | None
    committed: bool
    rewritten: Mapping[str, str]


def note(log: Log, move: Move, moment: float) -> None:
    """Log a commit that is new, and commits that were rewritten; a log that cannot be is left."""
    head = move.head
    where = {"branch": head.branch, "worktree": head.worktree}
    events = [commit_event(new, instead=old, **where) for old, new in move.rewritten.items()]
    if move.committed and head.commit and head.commit != move.known:
        others = tuple(one for one in history.left() if one != head.branch)
        events.append(commit_event(head.commit, switched_from=others, **where))
    if events:
        with suppress(LogError):
            write_lines(*log, [line(body(event), moment) for event in events])
