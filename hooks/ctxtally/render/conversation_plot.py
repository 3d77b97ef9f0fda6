"""The curve of a conversation's tokens, drawn with characters that every terminal has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.health import Health
    from ctxtally.model.turn import Turn

_WIDTH, _HEIGHT = 60, 10
# What a point is drawn as, the worst first.
_MARKS = (("over-limit", "X"), ("critical", "X"), ("compressed", "v"))


def plot(health: Health) -> str:
    """Return use in percent of the limit over the turns; each column shows its highest turn."""
    turns = health.turns
    columns = [_highest(group) for group in _grouped(turns)]
    compressed = set(health.figures.compressions) if health.figures else set()
    top = max(1.0, *(turn.share for turn in turns))
    step = top / _HEIGHT
    lines = []
    high = _row(health.high, step)
    limit = _row(1.0, step)
    for row in range(_HEIGHT, -1, -1):
        fill = "=" if row == limit else "-" if row == high else " "
        cells = "".join(
            _mark(turn, compressed) if _row(turn.share, step) == row else fill for turn in columns
        )
        label = "100%" if row == limit else f"{health.high:.0%}" if row == high else ""
        lines.append(f"  {label:>5} |{cells}".rstrip())
    numbers = f"{columns[0].number:,}".ljust(max(1, len(columns) - len(f"{turns[-1].number:,}")))
    lines.append(f"        +{'-' * len(columns)}")
    last = f"{turns[-1].number:,}" if len(columns) > 1 else ""
    lines.append(f"         {numbers}{last}")
    return "\n".join(lines)


def _row(share: float, step: float) -> int:
    # 0.8 / 0.1 is a little less than 8.
    return int(share / step + 1e-9)


def _grouped(turns: Sequence[Turn]) -> list[Sequence[Turn]]:
    width = -(-len(turns) // _WIDTH)
    return [turns[at : at + width] for at in range(0, len(turns), width)]


def _highest(group: Sequence[Turn]) -> Turn:
    return max(group, key=lambda turn: (turn.has("over-limit", "critical"), turn.share))


def _mark(turn: Turn, compressed: set[int]) -> str:
    for kind, mark in _MARKS:
        if any(one.kind == kind for one in turn.events):
            return mark
    return "v" if turn.number in compressed else "X" if turn.share > 1 else "*"
