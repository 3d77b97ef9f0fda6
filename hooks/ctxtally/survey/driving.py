"""Drives a conversation: gives an agent the prompts of a scenario and watches its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import clock, driven_state, driving, ledger
from ctxtally.adapters.agent_logs.opening import Log
from ctxtally.adapters.append import LogError
from ctxtally.conversation.phases import result, turns_of
from ctxtally.errors import UserError
from ctxtally.model.record import dataclass, replace
from ctxtally.model.scenario import Driven
from ctxtally.model.turn import AgentLog
from ctxtally.survey.conversation import limited
from ctxtally.usage.events import turn_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.basics import Basics
    from ctxtally.model.scenario import RunResult, Scenario
    from ctxtally.model.turn import Turn

# Some agents write their log a moment after they have answered.
_LATE_SECONDS, _STEP_SECONDS = 2.0, 0.1
_PLACEHOLDER = "{prompt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """How to drive: `stdin` gives the prompt to standard input, else it is an argument."""

    place: Place
    configured: Basics
    scenario: Scenario
    command: Sequence[str]
    log: str
    stdin: bool
    limit: int | None


class Driver:
    """`driven` is what was given so far, of the prompts of the scenario in their order."""

    def __init__(self, drive: Drive, *, resume: bool) -> None:
        self.notes: list[str] = []
        self._drive = drive
        self._state = driven_state.path(drive.place, drive.scenario.digest)
        self.session, self.driven = (
            driven_state.read(self._state) if resume else (clock.new_id(clock.seconds()), [])
        )
        self._log = Log(drive.log)
        self._log.read()  # one that cannot be read is no reason to forget the run before
        # Where in the log the turns of each prompt begin that was given here: what is in it
        # already belongs to other conversations, or was counted.
        self._starts: list[int] = []
        self._before = len(self.driven)
        self._first: Turn | None = None

    def rest(self) -> Iterator[Driven]:
        """Give each prompt that was not given yet; remember each before it is yielded."""
        self._remember()  # from here on there is nothing of a run before to be resumed
        prompts = self._drive.scenario.prompts
        for number, (phase, prompt) in enumerate(prompts, start=1):
            if number <= len(self.driven):
                continue
            self._give(number, phase.name, prompt)
            self._remember()
            one = self.driven[-1]
            try:
                turns = self._whole().turns
                one = replace(one, turns=turns[len(turns) - len(one.turns) :])
            finally:  # also where nobody tells a limit: the turn has been
                self._record(one)
            yield one

    def result(self) -> RunResult:
        """Return the verdict on what was driven so far."""
        drive = self._drive
        self._share_out(ended=True)
        given = self.driven[self._before :]
        self.notes += [
            f"turn {one.number} left nothing in the log" for one in given if not one.turns
        ]
        log = self._whole()
        if given and not log.turns:
            try:
                self._log.whole()
            except UserError as unknown:
                self.notes.append(f"{unknown}; {unknown.help}")
        return result(drive.scenario, self.driven, log, drive.configured.conversation)

    def _remember(self) -> None:
        driven_state.write(self._state, self.session, self.driven)

    def _whole(self) -> AgentLog:
        """Return the turns so far with their limits; UserError where nobody tells these."""
        drive = self._drive
        log = AgentLog(path=drive.log, form=self._log.form, turns=turns_of(self.driven))
        return limited(log, drive.configured, drive.limit) if log.turns else log

    def _share_out(self, *, ended: bool = False) -> int:
        """Read the log and give each prompt its turns anew, for a log may tell late of a turn.

        Return how many turns there are.
        """
        self._log.read()
        reader, _ = self._log.ended()
        turns = [] if reader is None else reader.ended if ended else reader.turns
        if self._first and turns and self._first.line != turns[0].line:
            # What came so far was of a subagent: of its own conversation there was nothing yet.
            self._starts = [0] * len(self._starts)
        self._first = turns[0] if turns else None
        for at, start in enumerate(self._starts[: len(self.driven) - self._before]):
            until = (*self._starts, len(turns))[at + 1]
            driven = self.driven[self._before + at]
            self.driven[self._before + at] = replace(driven, turns=tuple(turns[start:until]))
        return len(turns)

    def _give(self, number: int, phase: str, prompt: str) -> None:
        drive = self._drive
        self._starts.append(self._share_out())
        ended = driving.run(
            _command(drive.command, None if drive.stdin else prompt),
            prompt if drive.stdin else None,
            drive.scenario.timeout_seconds,
        )
        one = Driven(
            number=number,
            phase=phase,
            end="timed-out" if ended.status is None else "failed" if ended.status else "ended",
            exit=ended.status,
            seconds=round(ended.seconds, 3),
            turns=(),
        )
        self.driven.append(one)
        self._share_out()
        waited = 0.0
        while not self.driven[-1].turns and ended.status == 0 and waited < _LATE_SECONDS:
            clock.wait(_STEP_SECONDS)
            waited += _STEP_SECONDS
            self._share_out()

    def _record(self, one: Driven) -> None:
        """Add the turn to the usage log; one that cannot be written changes nothing."""
        last = one.turns[-1] if one.turns else None
        event = turn_event(
            self._drive.scenario.name,
            phase=one.phase,
            session=self.session,
            turn=one.number,
            status=one.exit,
            used=last.used if last else None,
            limit=last.limit if last else None,
        )
        try:
            found = ledger.locate(self._drive.place, self._drive.configured.ledger)
            ledger.append(found, [event], clock.seconds())
        except LogError as error:
            if str(error) not in self.notes:
                self.notes.append(str(error))


def _command(command: Sequence[str], prompt: str | None) -> list[str]:
    """Return the command with the prompt in place of `{prompt}`, else as the last argument."""
    if prompt is None:
        return list(command)
    if any(_PLACEHOLDER in word for word in command):
        return [word.replace(_PLACEHOLDER, prompt) for word in command]
    return [*command, prompt]
