"""Refresh the session file, read it, and say whether it is stale."""

from __future__ import annotations

import os
from contextlib import contextmanager

from ctxtally.adapters import clock, git, session_file, session_state
from ctxtally.adapters import progress as history
from ctxtally.adapters.append import LogError, body, line, write_lines
from ctxtally.adapters.files import Locked
from ctxtally.adapters.session_file import SHOWN, HandoffError
from ctxtally.errors import UserError
from ctxtally.handoff import blocks
from ctxtally.model.record import dataclass, replace
from ctxtally.survey import commits, session
from ctxtally.survey.page import write
from ctxtally.survey.standing import own_log, standing
from ctxtally.text.redaction import redacted
from ctxtally.tokens.counters import counter

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.session_state import State
    from ctxtally.model.event import Event
    from ctxtally.model.progress import Head
    from ctxtally.model.session import Conversation, Facts, RecordedTests, Standing
    from ctxtally.survey.page import Refreshed
    from ctxtally.survey.standing import Log

    Reason = Literal[
        "commit", "merge", "rewrite", "manual", "session-start", "threshold", "compaction"
    ]

# A commit never waits longer for somebody else's refresh.
LOCK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The file as it lies there; `tokens` is `None` where there is none, `stale` in a few words."""

    text: str
    tokens: int | None
    stale: str


def refresh(  # noqa: PLR0913 - keywords, and all but the first have a default
    place: Place,
    *,
    reason: Reason = "manual",
    conversation: Conversation | None = None,
    tests: RecordedTests | None = None,
    rewritten: Mapping[str, str] | None = None,
    now: float | None = None,
) -> Refreshed:
    """Bring the generated block up to date; people's text around it stays as it is, byte for byte.

    `conversation` and `tests` are remembered for later refreshes; `rewritten` maps commits to what
    became of them. Raises HandoffError where the file must not or cannot be written, and where
    another process is at it.
    """
    moment = clock.seconds() if now is None else now
    with _alone(place):
        file = session_file.read(place)
        state = session_state.load(place)
        head, differing = history.head(place)
        if reason == "rewrite":  # git cleans up behind the hook that ends a rebase
            head = replace(head, rebasing=False)
        state = _followed(state, rewritten or {})
        if reason == "session-start":
            kept = state.heard if conversation else ()
            state = replace(state, start=head.commit, heard=kept)
        state = session.heard(_tested(state, tests, head), conversation, head)
        stands, log = _stands(place)
        moved = _move(head, state, reason, rewritten or {})
        commits.note(log, moved, moment)
        progress = session.progress(head, differing, state, os.environ)
        facts = session.facts(place, progress, state, stands, log[0])
        result, block = write(place, file, facts, state)
        session_state.keep(place, _settled(state, facts, block, result))
        result = replace(result, notes=tuple(one for one in result.notes if one not in state.told))
    if result.written:
        event: Event = {"tokens": result.tokens, "counted": "tokenizer", "tokenizer": counter().id}
        log_event(log, event | {"trigger": reason}, moment)
    return result


def _tested(state: State, tests: RecordedTests | None, head: Head) -> State:
    if tests is None:
        return state
    return replace(state, tests=replace(tests, command=redacted(tests.command), commit=head.commit))


def begin(place: Place) -> None:
    """Count the commits of the session from HEAD on; the file stays until it is refreshed."""
    with _alone(place):
        head, _ = history.head(place)
        state = session_state.load(place)
        session_state.keep(place, replace(state, start=head.commit, heard=()))


def found(place: Place) -> Found:
    """Return the file as it is, and whether it still tells what is so."""
    from ctxtally.handoff.staleness import Distance, Written, staleness

    file = session_file.look(place)
    state = session_state.load(place)
    head, _ = history.head(place)
    if file.text is None:
        return Found(
            text="", tokens=None, stale="not UTF-8" if file.is_strange else "not written yet"
        )
    written = None
    if state.block and blocks.is_whole(file.text) == blocks.checksum(state.block):
        written = Written(commit=state.commit, branch=state.branch)
    apart = None
    if state.commit and head.commit:
        apart = history.distance(state.commit, head.commit)
    return Found(
        text=file.text,
        tokens=counter().count(file.text),
        stale=staleness(
            written,
            Written(commit=head.commit, branch=head.branch),
            Distance(ahead=apart[0], behind=apart[1]) if apart else None,
        ),
    )


def log_event(log: Log, facts: Event, moment: float) -> None:
    """Write an event of a handoff; a log that cannot be written is no reason to fail."""
    event: Event = {"kind": "handoff", "source": "hook", "operation": "refresh"}
    try:
        write_lines(*log, [line(body(event | facts), moment)])
    except LogError:
        return


def note_commits(place: Place, reason: Reason, rewritten: Mapping[str, str]) -> None:
    """Write down what was committed where the session file cannot be refreshed."""
    moved = _move(history.head(place)[0], session_state.load(place), reason, rewritten)
    commits.note(own_log(place), moved, clock.seconds())


def log_failure(message: str) -> None:
    """Write down why a hook did not refresh, where there is a repository to write it in."""
    try:
        log_event(own_log(git.place()), {"error": message}, clock.seconds())
    except UserError:
        return


def _move(head: Head, before: State, reason: Reason, rewritten: Mapping[str, str]) -> commits.Move:
    committed = reason == "commit"
    return commits.Move(head=head, known=before.commit, committed=committed, rewritten=rewritten)


def _stands(place: Place) -> tuple[Standing | str, Log]:
    """Return how the context files stand, or why nobody can know, which is no reason to fail."""
    try:
        return standing(place)
    except UserError as error:
        return str(error), own_log(place)


def _followed(state: State, rewritten: Mapping[str, str]) -> State:
    """Return the state with commits that were rewritten replaced by what became of them."""
    tests = state.tests
    if tests is not None:
        tests = replace(tests, commit=rewritten.get(tests.commit, tests.commit))
    return replace(state, start=rewritten.get(state.start, state.start), tests=tests)


def _settled(state: State, facts: Facts, block: tuple[str, ...], result: Refreshed) -> State:
    """Return what to remember of a refresh."""
    progress = facts.progress
    return replace(
        state,
        start=progress.start if progress.origin == "session start" else state.start,
        commit=progress.head.commit,
        branch=progress.head.branch,
        block=block,
        told=result.notes,
    )


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Hold the lock; where the git directory cannot be written there is none to hold."""
    lock = Locked(os.path.join(place.git_dir, "ctxtally", "handoff.lock"), LOCK_SECONDS)
    try:
        lock.__enter__()
    except (BlockingIOError, TimeoutError) as error:
        raise HandoffError(
            f"{SHOWN} is being written by another process", help="run it again"
        ) from error
    except OSError:
        yield
        return
    try:
        yield
    finally:
        lock.__exit__()
