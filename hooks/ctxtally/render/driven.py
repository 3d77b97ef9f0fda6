"""A driven conversation as text and as JSON: its turns as they end, its phases, its health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render import conversation
from ctxtally.render.conversation_json import facts
from ctxtally.render.json import document, path
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from ctxtally.model.scenario import Driven, PhaseResult, RunResult


def progress(one: Driven, many: int) -> str:
    """Return one line for a prompt that was given."""
    head = f"turn {one.number:,} of {many:,} ({printable(one.phase)})"
    if one.end == "timed-out":
        end = f"timed out after {one.seconds:.0f} s"
    else:
        end = f"exit {one.exit} after {one.seconds:.1f} s"
    if not one.turns:
        return f"{head}: {end}; nothing in the log"
    last = one.turns[-1]
    share = f" of {last.limit:,} ({last.share:.1%})" if last.limit else ""
    return f"{head}: {last.used:,} tokens{share}; {end}"


def text(found: RunResult, *, colour: bool = False) -> str:
    """Return the phases, then the health of the whole conversation."""
    rows = [
        (
            printable(one.name),
            one.verdict,
            f"{one.given} of {one.prompts}",
            one.turns,
            _broken(one),
        )
        for one in found.phases
    ]
    header = ("phase", "verdict", "prompts", "turns", "not as expected")
    phases = f"{printable(found.scenario)}\n\n{table(header, rows)}"
    return f"\n{phases}\n\n{conversation.text([found.health], colour=colour)}"


def json(found: RunResult) -> str:
    """Return what `check` tells of the log, and the phases and prompts beside it."""
    return document(
        "conversation",
        {
            **facts([found.health]),
            "scenario": path(found.scenario),
            "phases": [
                {
                    "name": path(one.name),
                    "verdict": one.verdict,
                    "given": one.given,
                    "prompts": one.prompts,
                    "turns": one.turns,
                    "broken": [rule.rule for rule in one.rules if rule.outcome == "broken"],
                }
                for one in found.phases
            ],
            "driven": [
                {
                    "number": one.number,
                    "phase": path(one.phase),
                    "end": one.end,
                    "exit": one.exit,
                    "seconds": one.seconds,
                    "turns": len(one.turns),
                }
                for one in found.driven
            ],
        },
    )


def _broken(one: PhaseResult) -> str:
    return "; ".join(
        f"{rule.rule}: {printable(rule.message)}" for rule in one.rules if rule.outcome == "broken"
    )
