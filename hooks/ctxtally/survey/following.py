"""Follows the log of an agent: prints its turns as they come, and rings when use is high."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from ctxtally.adapters import clock
from ctxtally.adapters.agent_logs.opening import Log
from ctxtally.conversation.course import steps
from ctxtally.conversation.threshold import crossed, still_fired
from ctxtally.conversation.verdict import health
from ctxtally.errors import UserError
from ctxtally.model.turn import AgentLog
from ctxtally.render.conversation import line, summary
from ctxtally.survey.conversation import limited, settings
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.basics import Basics
    from ctxtally.model.health import Step
    from ctxtally.model.say import Say
    from ctxtally.model.turn import Turn

# Often enough for somebody who watches; a turn of an agent takes seconds.
_SECONDS = 1.0
_BELL = "\a"


class _Follower:
    """Remembers how many turns were told, the last of them, and the remarks."""

    def __init__(self, path: str, limit: int | None, configured: Basics) -> None:
        self.log = Log(path)
        self._limit = limit
        self._configured = configured
        self._told = 0
        self._last: Turn | None = None
        self._remarks: tuple[str, ...] = ()
        self._fired = False

    def new(self, *, bell: bool) -> list[str]:
        """Return a line for each turn that came, and for what is told late of the last one."""
        self.log.read()
        found = self._limited(
            AgentLog(path=self.log.path, form=self.log.form, turns=tuple(self.log.turns))
        )
        lines = [f"note: {printable(one)}" for one in found.remarks if one not in self._remarks]
        self._remarks = found.remarks
        if self._is_another(found.turns):
            self._told, self._last = 0, None
        all_steps = steps(found.turns[max(0, self._told - 1) :], self._configured.conversation)
        late, fresh = (all_steps[:1], all_steps[1:]) if self._last else ((), all_steps)
        lines += [line(one) for one in late if _said(one.turn) != _said(self._last)]
        lines += [self._line(step, bell=bell) for step in fresh]
        self._told = len(found.turns)
        self._last = found.turns[-1] if found.turns else None
        return lines

    def ended(self) -> AgentLog:
        """Return the log as it is now, judged as one that grows no more."""
        return self._limited(self.log.whole())

    def _line(self, step: Step, *, bell: bool) -> str:
        share, high = step.turn.share, self._configured.conversation.high
        rings = crossed(share, high, fired=self._fired)
        self._fired = still_fired(share, high, fired=self._fired)
        return f"{line(step)}{_BELL if rings and bell else ''}"

    def _is_another(self, turns: Sequence[Turn]) -> bool:
        """Say whether these are the turns of another conversation than those that were told.

        A transcript may begin with what a subagent did.
        """
        if self._last is None:
            return False
        return len(turns) < self._told or turns[self._told - 1].line != self._last.line

    def _limited(self, log: AgentLog) -> AgentLog:
        return limited(log, self._configured, self._limit) if log.turns else log


def _said(turn: Turn | None) -> object:
    return turn and (turn.used, turn.events)


def follow(path: str, limit: int | None, say: Say, *, bell: bool) -> NoReturn:
    """Print turns until somebody interrupts, then the verdict so far."""
    configured = settings()
    follower = _Follower(path, limit, configured)
    try:
        while True:
            for told in follower.new(bell=bell):
                say(told)
            clock.wait(_SECONDS)
    except KeyboardInterrupt:
        try:
            say(summary(health(follower.ended(), configured.conversation)))
        except UserError as unknown:
            say.note(f"{unknown}; {unknown.help}")
        raise
