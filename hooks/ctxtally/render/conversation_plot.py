"""The curve of a conversation's tokens, drawn with characters that every terminal has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.health import Health, Step

_WIDTH, _HEIGHT = 60, 10
# What a point is drawn as, the worst first.
_MARKS = (("over-limit", "X"), ("critical", "X"), ("compressed", "v"))


def plot(health: Health) -> str:
    """Return use in percent of the limit over the turns; each column shows its highest turn."""
    turns = health.turns
    columns = [_highest(group) for group in _grouped(health.steps)]
    top = max(1.0, *(turn.share for turn in turns))
    height = top / _HEIGHT
    lines = []
    high = _row(health.high, height)
    limit = _row(1.0, height)
    for row in range(_HEIGHT, -1, -1):
        fill = "=" if row == limit else "-" if row == high else " "
        cells = "".join(
            _mark(one) if _row(one.turn.share, height) == row else fill for one in columns
        )
        label = "100%" if row == limit else f"{health.high:.0%}" if row == high else ""
        lines.append(f"  {label:>5} |{cells}".rstrip())
    numbers = f"{columns[0].turn.number:,}".ljust(
        max(1, len(columns) - len(f"{turns[-1].number:,}"))
    )
    lines.append(f"        +{'-' * len(columns)}")
    last = f"{turns[-1].number:,}" if len(columns) > 1 else ""
    lines.append(f"         {numbers}{last}")
    return "\n".join(lines)


def _row(share: float, height: float) -> int:
    # 0.8 / 0.1 is a little less than 8.
    return int(share / height + 1e-9)


def _grouped(steps: Sequence[Step]) -> list[Sequence[Step]]:
    width = -(-len(steps) // _WIDTH)
    return [steps[at : at + width] for at in range(0, len(steps), width)]


def _highest(group: Sequence[Step]) -> Step:
    return max(group, key=lambda one: (one.turn.has("over-limit", "critical"), one.turn.share))


def _mark(step: Step) -> str:
    for kind, mark in _MARKS:
        if any(one.kind == kind for one in step.turn.events):
            return mark
    return "v" if step.compressed else "X" if step.turn.share > 1 else "*"
