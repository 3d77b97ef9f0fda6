"""The history of a file or a load set as SVG: tokens over commits, and the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.history import label
from ctxtally.render.svg import ALARM, CURVES, WIDTH, below, curve, dot, drawing, guide, x, y
from ctxtally.text.shown import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.history import History


def svg(history: History) -> str:
    """Return a drawing that needs nothing else; each point says its commit where pointed at."""
    limit = history.limit
    highest = max((step.tokens for step in history.steps), default=0)
    top = max(highest, limit.tokens if limit else 0, 1) * 1.05
    parts = [*guide(0.0, "0"), *guide(highest / top, f"{highest:,}")]
    if limit:
        parts += guide(limit.tokens / top, f"{limit.tokens:,}", ALARM)
    parts += _curve(history, top)
    first, last = (
        (history.steps[0].date[:10], history.steps[-1].date[:10]) if history.steps else ("", "")
    )
    parts += below(first, "commits", last)
    return drawing(f"{label(history)}: tokens over commits", parts)


def _curve(history: History, top: float) -> Iterator[str]:
    """Yield a staircase: between two steps nothing changed."""
    colour = CURVES[0]
    first = history.steps[0].at if history.steps else 0
    many = history.commits - first
    places = [(x(one.at - first, many), y(one.tokens / top)) for one in history.steps]
    stairs = []
    for before, place in zip([None, *places], places, strict=False):
        if before is not None:
            stairs.append((place[0], before[1]))
        stairs.append(place)
    if places:
        stairs.append((x(many - 1, many), places[-1][1]))
    yield curve(stairs, colour)
    subjects = {point.commit: point.subject for point in history.points}
    if len(places) > WIDTH:  # thousands of points would only make the drawing heavy
        return
    for step, place in zip(history.steps, places, strict=True):
        over = history.limit is not None and step.tokens > history.limit.tokens
        told = f"{step.commit[:10]} of {step.date[:10]}: {step.tokens:,} tokens"
        subject = subjects.get(step.commit)
        told = f"{told}; {cut(subject)}" if subject else told
        yield dot(place, 3, ALARM if over else colour, colour, told)
