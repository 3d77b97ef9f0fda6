"""The facts of a session file, brought together from git, from counts and from what was told."""

from __future__ import annotations

import os

from ctxtally.adapters import progress as history
from ctxtally.adapters import session_file
from ctxtally.adapters.session_state import Heard
from ctxtally.adapters.usage_tail import operations
from ctxtally.model.progress import Change
from ctxtally.model.record import replace
from ctxtally.model.session import Facts

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.progress import Differs
    from ctxtally.adapters.session_state import State
    from ctxtally.model.progress import Head, Progress
    from ctxtally.model.session import Conversation, RecordedTests, Standing

# A conversation that said nothing while HEAD moved so often is over.
_LASTS_MOVES = 20
# Agents side by side in one work tree are few.
_MOST_HEARD = 4


def progress(
    head: Head, differing: Sequence[Differs], state: State, environment: Mapping[str, str]
) -> Progress:
    """Return what git knows of the session, and what is not committed, as far as it shows."""
    return history.progress(head, state.start or None, _uncommitted(head, differing, environment))


def facts(place: Place, found: Progress, state: State, standing: Standing | str, log: str) -> Facts:
    """Return everything that the generated block is made from."""
    conversations = [one.conversation for one in state.heard]
    usage = os.path.join(place.top, session_file.FOLDER, session_file.USAGE)
    if os.path.lexists(usage):
        from ctxtally.adapters.token_usage import conversation

        logged = conversation(usage)
        if logged is not None:
            conversations.append(logged)
    return Facts(
        progress=found,
        conversations=tuple(conversations),
        tests=_tests(state.tests, found.head),
        operations=operations(log),
        standing=standing,
    )


def heard(state: State, conversation: Conversation | None, head: Head) -> State:
    """Return the state with what conversations said last, the newest first, each once."""
    moves = state.moves + (state.commit != head.commit)
    fresh = [] if conversation is None else [Heard(conversation=conversation, moves=moves)]
    names = {one.conversation.session for one in fresh}
    old = [
        one
        for one in state.heard
        if one.conversation.session not in names and moves - one.moves <= _LASTS_MOVES
    ]
    return replace(state, moves=moves, heard=tuple([*fresh, *old][:_MOST_HEARD]))


def _uncommitted(
    head: Head, differing: Sequence[Differs], environment: Mapping[str, str]
) -> tuple[Change, ...] | None:
    if not environment.get("PRE_COMMIT"):  # which prek sets too
        return history.changed(head, differing)
    from ctxtally.adapters import stash

    hidden = stash.hidden(environment, os.getppid())
    if hidden is not None:
        return _summed([*history.changed(head, differing), *hidden])
    # Where something unstaged shows, nothing was hidden.
    return history.changed(head, differing) if any(one.unstaged for one in differing) else None


def _summed(changes: Iterable[Change]) -> tuple[Change, ...]:
    total: dict[str, Change] = {}
    for one in changes:
        known = total.get(one.path)
        if known is None:
            total[one.path] = one
            continue
        total[one.path] = Change(
            path=one.path,
            added=_add(known.added, one.added),
            deleted=_add(known.deleted, one.deleted),
        )
    return tuple(total.values())


def _add(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _tests(recorded: RecordedTests | None, head: Head) -> RecordedTests | None:
    if recorded is None or not recorded.commit or not head.commit:
        return recorded
    if recorded.commit == head.commit:
        return replace(recorded, ago=0)
    apart = history.distance(recorded.commit, head.commit)
    return replace(recorded, ago=apart[0]) if apart and not apart[1] else recorded
