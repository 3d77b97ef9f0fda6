"""A conversation to be driven: its phases, their prompts, and what each is expected to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.health import Health, Judged, Verdict
    from ctxtally.model.turn import Turn

End = Literal["ended", "failed", "timed-out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """`expect` are rules that must hold for all turns up to the end of the phase."""

    name: str
    prompts: tuple[str, ...]
    expect: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`timeout_seconds` is for one turn; `digest` tells one scenario from another."""

    name: str
    digest: str
    timeout_seconds: float
    phases: tuple[Phase, ...]

    @property
    def prompts(self) -> tuple[tuple[Phase, str], ...]:
        return tuple((phase, prompt) for phase in self.phases for prompt in phase.prompts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """One prompt that was given to the agent, and the turns that its log then told."""

    number: int
    phase: str
    end: End
    exit: int | None
    seconds: float
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseResult:
    """The verdict on a phase, `given` of its `prompts` so far."""

    name: str
    verdict: Verdict
    given: int
    prompts: int
    turns: int
    rules: tuple[Judged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A whole run: what was given, the phases, and the health of the conversation."""

    scenario: str
    driven: tuple[Driven, ...]
    phases: tuple[PhaseResult, ...]
    health: Health
