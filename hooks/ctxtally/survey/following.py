"""Follows the log of an agent: prints its turns as they come, and rings when use is high."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from ctxtally.adapters import clock
from ctxtally.adapters.agent_logs.opening import Log
from ctxtally.conversation.course import steps
from ctxtally.conversation.threshold import crossed, still_fired
from ctxtally.conversation.verdict import health
from ctxtally.model.turn import AgentLog
from ctxtally.render.conversation import line, summary
from ctxtally.survey.conversation import limited, settings

if TYPE_CHECKING:
    from ctxtally.model.basics import Basics
    from ctxtally.model.say import Say

# Often enough for somebody who watches; a turn of an agent takes seconds.
_SECONDS = 1.0
_BELL = "\a"


class _Follower:
    """`told` turns are printed, and so many events of the last of them."""

    def __init__(self, path: str, limit: int | None, configured: Basics) -> None:
        self.log = Log(path)
        self._limit = limit
        self._configured = configured
        self._told = self._events = 0
        self._fired = False

    def new(self, *, bell: bool) -> list[str]:
        """Return a line for each turn that came, and for what is told late of the last one."""
        self.log.read()
        found = self.whole()
        criteria = self._configured.conversation
        all_steps = steps(found.turns[max(0, self._told - 1) :], criteria)
        lines = []
        late, fresh = (all_steps[:1], all_steps[1:]) if self._told else ((), all_steps)
        if late and len(late[0].turn.events) > self._events:
            lines.append(line(late[0]))
        for step in fresh:
            share, high = step.turn.share, criteria.high
            rings = crossed(share, high, fired=self._fired)
            self._fired = still_fired(share, high, fired=self._fired)
            lines.append(f"{line(step)}{_BELL if rings and bell else ''}")
        self._told = len(found.turns)
        self._events = len(found.turns[-1].events) if found.turns else 0
        return lines

    def whole(self) -> AgentLog:
        found = AgentLog(path=self.log.path, form=self.log.form, turns=tuple(self.log.turns))
        return limited(found, self._configured, self._limit) if found.turns else found


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
        say(summary(health(follower.whole(), configured.conversation)))
        raise
