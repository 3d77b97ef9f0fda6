"""Drives a conversation: gives an agent the prompts of a scenario and watches its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import clock, driven_state, driving, ledger
from ctxtally.adapters.agent_logs.opening import Log
from ctxtally.adapters.append import LogError
from ctxtally.conversation.phases import result, turns_of
from ctxtally.model.record import dataclass
from ctxtally.model.scenario import Driven
from ctxtally.model.turn import AgentLog
from ctxtally.survey.conversation import limited
from ctxtally.usage.events import turn_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.basics import Basics
    from ctxtally.model.scenario import RunResult, Scenario

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
        # What is in the log already belongs to other conversations, or was counted.
        self._log.read()
        self._seen = len(self._log.turns)

    def rest(self) -> Iterator[Driven]:
        """Give each prompt that was not given yet; remember each before it is yielded."""
        prompts = self._drive.scenario.prompts
        for number, (phase, prompt) in enumerate(prompts, start=1):
            if number <= len(self.driven):
                continue
            one = self._give(number, phase.name, prompt)
            self.driven.append(one)
            driven_state.write(self._state, self.session, self.driven)
            self._record(one)
            yield one

    def result(self) -> RunResult:
        """Return the verdict on what was driven so far."""
        drive = self._drive
        log = AgentLog(path=drive.log, form=self._log.form, turns=turns_of(self.driven))
        if log.turns:
            log = limited(log, drive.configured, drive.limit)
        return result(drive.scenario, self.driven, log, drive.configured.conversation)

    def _give(self, number: int, phase: str, prompt: str) -> Driven:
        drive = self._drive
        ended = driving.run(
            _command(drive.command, None if drive.stdin else prompt),
            prompt if drive.stdin else None,
            drive.scenario.timeout_seconds,
        )
        self._log.read()
        waited = 0.0
        while len(self._log.turns) == self._seen and ended.status == 0 and waited < _LATE_SECONDS:
            clock.wait(_STEP_SECONDS)
            waited += _STEP_SECONDS
            self._log.read()
        turns = tuple(self._log.turns[self._seen :])
        self._seen += len(turns)
        if not turns:
            self.notes.append(f"turn {number} left nothing in the log")
        return Driven(
            number=number,
            phase=phase,
            end="timed-out" if ended.status is None else "failed" if ended.status else "ended",
            exit=ended.status,
            seconds=round(ended.seconds, 3),
            turns=turns,
        )

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
