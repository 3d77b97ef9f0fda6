"""Refresh the session file, read it, and say whether it is stale."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ctxtally.adapters import clock, git, ledger, session_file, session_state, shipped
from ctxtally.adapters import progress as history
from ctxtally.adapters.append import LogError
from ctxtally.adapters.files import Locked
from ctxtally.adapters.session_file import SHOWN, HandoffError
from ctxtally.errors import UserError
from ctxtally.handoff import blocks, templates
from ctxtally.handoff.sections import sections
from ctxtally.handoff.sizes import MOST_TOKENS, fitted
from ctxtally.handoff.staleness import Distance, Written, staleness
from ctxtally.survey import session
from ctxtally.survey.standing import standing
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable
from ctxtally.tokens.counters import counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.session_file import SessionFile
    from ctxtally.adapters.session_state import State
    from ctxtally.handoff.sizes import Fitted, Size
    from ctxtally.handoff.templates import Template
    from ctxtally.model.event import Event
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.session import Conversation, Facts, RecordedTests

Reason = Literal["commit", "merge", "rewrite", "manual", "session-start", "threshold", "compaction"]

# A commit never waits longer for somebody else's refresh.
LOCK_SECONDS = 0.5
_TEMPLATE = f"handoff_templates/{session_file.NAME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """`written` says whether the file changed; `notes` are told in a line each."""

    tokens: int
    written: bool
    notes: tuple[str, ...] = ()


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
            state = replace(state, start=head.commit, heard=())
        if tests is not None:
            state = replace(state, tests=replace(tests, commit=head.commit))
        state = session.heard(state, conversation, head)
        stands, log = standing(place)
        progress = session.progress(head, differing, state, os.environ)
        facts = session.facts(place, progress, state, stands)
        result, body = _write(place, file, facts, state)
        session_state.keep(place, _settled(state, facts, body, result))
        result = replace(result, notes=tuple(one for one in result.notes if one not in state.told))
    if result.written:
        event: Event = {"tokens": result.tokens, "counted": "tokenizer", "tokenizer": counter().id}
        log_event(place, log, event | {"trigger": reason}, moment)
    return result


def begin(place: Place) -> None:
    """Count the commits of the session from HEAD on; the file stays until it is refreshed."""
    with _alone(place):
        head, _ = history.head(place)
        state = session_state.load(place)
        session_state.keep(place, replace(state, start=head.commit, heard=()))


def found(place: Place) -> Found:
    """Return the file as it is, and whether it still tells what is so."""
    file = session_file.read(place)
    state = session_state.load(place)
    head, _ = history.head(place)
    if file.text is None:
        return Found(
            text="", tokens=None, stale="not UTF-8" if file.is_strange else "not written yet"
        )
    written = None
    if state.commit and blocks.is_whole(file.text) == blocks.checksum(state.block):
        written = Written(commit=state.commit, branch=state.branch)
    apart = history.distance(state.commit, head.commit) if written and head.commit else None
    return Found(
        text=file.text,
        tokens=counter().count(file.text),
        stale=staleness(
            written,
            Written(commit=head.commit, branch=head.branch),
            Distance(ahead=apart[0], behind=apart[1]) if apart else None,
        ),
    )


def log_event(place: Place, log: Ledger | None, facts: Event, moment: float) -> None:
    """Write an event of a handoff; a log that cannot be written is no reason to fail."""
    event: Event = {"kind": "handoff", "source": "hook", "operation": "refresh"}
    try:
        ledger.append(log or ledger.locate(place, None), [event | facts], moment)
    except LogError:
        return


def log_failure(message: str) -> None:
    """Write down why a hook did not refresh, where there is a repository to write it in."""
    try:
        log_event(git.place(), None, {"error": message, "exit": 0}, clock.seconds())
    except UserError:
        return


def _followed(state: State, rewritten: Mapping[str, str]) -> State:
    """Return the state with commits that were rewritten replaced by what became of them."""
    tests = state.tests
    if tests is not None:
        tests = replace(tests, commit=rewritten.get(tests.commit, tests.commit))
    return replace(state, start=rewritten.get(state.start, state.start), tests=tests)


def _settled(state: State, facts: Facts, body: tuple[str, ...], result: Refreshed) -> State:
    """Return what to remember of a refresh."""
    progress = facts.progress
    return replace(
        state,
        start=progress.start if progress.origin == "session start" else state.start,
        commit=progress.head.commit,
        branch=progress.head.branch,
        block=body,
        told=result.notes,
    )


def _write(
    place: Place, file: SessionFile, facts: Facts, state: State
) -> tuple[Refreshed, tuple[str, ...]]:
    """Write the file where it would change; return what became of it, and its block."""
    template, notes = _template(place)
    base = _base(place, file, facts, template)
    made: dict[str, tuple[list[str], blocks.Page]] = {}

    def make(size: Size) -> str:
        body = templates.filled(template, sections(facts, size))
        text, page = blocks.woven(base, body, state.block)
        made[text] = body, page
        return text

    result = fitted(make, counter().count)
    body, page = made[result.text]
    notes += list(_remarks(file, page, result))
    if not session_file.is_unchanged(file):
        raise HandoffError(f"{SHOWN} is being edited", help="run it again")
    written = session_file.write(place, file, result.text)
    if not file.is_strange:
        session_file.backup(place, facts.progress.head, result.text.encode("utf-8"))
    return Refreshed(tokens=result.tokens, written=written, notes=tuple(notes)), tuple(body)


def _base(place: Place, file: SessionFile, facts: Facts, template: Template) -> str:
    """Return the text that the block goes into: of the file, else its last copy, else a new one."""
    if file.text is not None:
        return file.text
    if not file.is_strange:
        kept = session_file.restored(place, facts.progress.head)
        if kept is not None:
            return kept
    empty = "".join(f"{line}\n" for line in blocks.block_lines([]))
    if file.is_strange:
        return empty
    return "\n".join(part for part in (template.before, empty, template.behind) if part)


def _remarks(file: SessionFile, page: blocks.Page, result: Fitted) -> Iterator[str]:
    if file.is_strange:
        yield (
            f"{SHOWN} is not UTF-8, or too large, and stays as it is; "
            f"the generated part is in {session_file.AUTO} beside it"
        )
    if page.stray:
        yield (
            f"{SHOWN}: {counted(len(page.stray), 'lines')} inside the generated block moved to "
            f"`{blocks.NOTES}`"
        )
    elif page.mended:
        yield f"{SHOWN}: broken markers were mended; all text of people was kept"
    if not result.fits:
        yield (
            f"{SHOWN} has {counted(result.tokens, 'tokens')}, and agents cut what is beyond "
            f"{MOST_TOKENS:,}: what people wrote in it is never cut here"
        )


def _template(place: Place) -> tuple[Template, list[str]]:
    """Return the template of the repository, else the one that ships, and what is wrong with it."""
    own = templates.parse(shipped.read("handoff_templates", session_file.NAME).decode("utf-8"))
    try:
        text = session_file.template(place)
        if text is None:
            return own, []
        found = templates.parse(text)
    except HandoffError as error:
        return own, [f"{error}; the template that ships is used"]
    except templates.TemplateError as error:
        return own, [f"{_TEMPLATE} cannot be used: {error}; the template that ships is used"]
    return found, [
        f"{_TEMPLATE}: `{printable(name)}` is no placeholder and stays as it is"
        for name in found.unknown
    ]


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
