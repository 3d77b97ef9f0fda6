"""Reads the logs of agents and judges them; knows the limit where a log does not tell it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ctxtally.adapters import shipped
from ctxtally.adapters.agent_logs import opening
from ctxtally.adapters.git import place
from ctxtally.context.windows import parse_windows, window_of
from ctxtally.conversation.verdict import health
from ctxtally.errors import GitError, UserError
from ctxtally.model.basics import Basics
from ctxtally.model.record import replace
from ctxtally.survey.basics import basics
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.criteria import Criteria
    from ctxtally.model.health import Health
    from ctxtally.model.turn import AgentLog, Turn

_WINDOWS = "models.toml"


def settings() -> Basics:
    """Return what is configured where the command runs; outside of a repository nothing is."""
    try:
        found = place()
    except GitError:
        return Basics()
    return basics(found)


def checked(path: str, configured: Basics, limit: int | None, criteria: Criteria) -> Health:
    """Read a whole log and judge it; `limit` goes before what the log says."""
    return health(limited(opening.read(path), configured, limit), criteria)


def limited(log: AgentLog, configured: Basics, limit: int | None) -> AgentLog:
    """Return the log with a limit for every turn, and a remark where the log does not tell it."""
    if limit is not None:
        turns = tuple(replace(turn, limit=limit) for turn in log.turns)
        return replace(log, turns=turns)
    if all(turn.limit for turn in log.turns):
        return log
    if any(turn.limit for turn in log.turns):
        return replace(log, turns=tuple(_spread(log.turns)))
    found, remark = _known(log, configured)
    turns = tuple(replace(turn, limit=found) for turn in log.turns)
    return replace(log, turns=turns, remarks=(*log.remarks, remark))


def _spread(turns: Sequence[Turn]) -> list[Turn]:
    """Give a turn without a limit that of the turn before; the first ones, the first there is."""
    latest = next(turn.limit for turn in turns if turn.limit)
    found = []
    for turn in turns:
        latest = turn.limit or latest
        found.append(replace(turn, limit=latest))
    return found


def _known(log: AgentLog, configured: Basics) -> tuple[int, str]:
    """Return the limit that the log does not tell, and where it was taken from."""
    told = "the log tells no limit: taken is"
    if configured.window.limit:
        return configured.window.limit, f"{told} {configured.window.limit:,}, as configured"
    windows = parse_windows(shipped.read("budgets", _WINDOWS), f"budgets/{_WINDOWS}")
    models = dict.fromkeys(turn.model for turn in reversed(log.turns) if turn.model)
    for name in chain(models, [log.form]):
        window = window_of(name, windows)
        if window is None:
            continue
        most = max(turn.used for turn in log.turns)
        if most <= window.tokens:
            return window.tokens, f"{told} {window.tokens:,}, the window of {name}"
        # A prompt that was answered fitted: it was the extended window.
        larger = min((one.tokens for one in windows if one.tokens >= most), default=most)
        return larger, f"{told} {larger:,}, for {most:,} were used at once"
    raise UserError(
        f"{printable(log.path)} tells no limit, so nothing can be judged by it",
        help="give --limit, such as --limit 200000",
    )
