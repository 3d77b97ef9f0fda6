"""The curves of conversations as SVG: use over turns, the limit, the high line, marked events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.conversation import comparison
from ctxtally.render.svg import ALARM, CURVES, WIDTH, below, curve, dot, drawing, guide, x, y

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.health import Comparison, Health, Step


def svg(healths: Sequence[Health], comparisons: Sequence[Comparison] = ()) -> str:
    """Return a drawing that needs nothing else; each point says its turn where it is pointed at."""
    shares = [turn.share for health in healths for turn in health.turns]
    top = max([1.0, *shares]) * 1.05
    longest = max((len(health.turns) for health in healths), default=1)
    high = healths[0].high if healths else 0.8
    parts = [
        *guide(1.0 / top, "limit 100%", ALARM),
        *guide(high / top, f"{high:.0%}"),
        *guide(0.0, "0%"),
    ]
    for at, health in enumerate(healths):
        parts += _curve(health, longest, top, CURVES[at % len(CURVES)])
    parts += below("1", "turn", f"{longest:,}")
    title = "; ".join(f"{one.path}: {one.verdict}" for one in healths)
    return drawing(title, parts, map(comparison, comparisons))


def _curve(health: Health, longest: int, top: float, colour: str) -> Iterator[str]:
    places = [(x(at, longest), y(one.turn.share / top)) for at, one in enumerate(health.steps)]
    yield curve(places, colour)
    for step, place in zip(health.steps, places, strict=True):
        over = step.turn.share > 1 or step.turn.has("over-limit", "critical")
        marked = over or step.compressed
        # Thousands of points that say nothing would only make the drawing heavy.
        if not marked and len(health.steps) > WIDTH:
            continue
        fill = ALARM if over else "#ffffff" if marked else colour
        yield dot(place, 4 if marked else 2, fill, colour, _told(step))


def _told(step: Step) -> str:
    turn = step.turn
    head = f"turn {turn.number:,}: {turn.used:,} tokens ({turn.share:.1%})"
    return "; ".join([head, *step.warnings])
