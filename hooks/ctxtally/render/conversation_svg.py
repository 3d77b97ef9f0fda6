"""The curves of conversations as SVG: use over turns, the limit, the high line, marked events."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from ctxtally.render.conversation import comparison
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.health import Comparison, Health, Step

_WIDTH, _HEIGHT = 720, 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 40, 16, 40
# So many characters of this size stand beside each other, give or take some.
_LINE_HEIGHT, _COLUMNS = 16, 96
# Distinct also for those who see no red or green (Okabe and Ito, 2008).
_CURVES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_STYLE = 'role="img" font-family="sans-serif" font-size="12"'
_ALARM, _LINE = "#d55e00", "#888888"


def svg(healths: Sequence[Health], comparisons: Sequence[Comparison] = ()) -> str:
    """Return a drawing that needs nothing else; each point says its turn where it is pointed at."""
    below = [told for one in comparisons for told in wrap(comparison(one), _COLUMNS)]
    height = _HEIGHT + _LINE_HEIGHT * len(below)
    shares = [turn.share for health in healths for turn in health.turns]
    top = max([1.0, *shares]) * 1.05
    longest = max((len(health.turns) for health in healths), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {_STYLE}>',
        f"<title>{_escaped('; '.join(f'{one.path}: {one.verdict}' for one in healths))}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *_guide(1.0, top, "limit", _ALARM),
        *_guide(healths[0].high if healths else 0.8, top, "", _LINE),
        *_guide(0.0, top, "", _LINE),
    ]
    for health, colour in zip(healths, _cycled(len(healths)), strict=True):
        parts += _curve(health, longest, top, colour)
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle:g}" y="{_HEIGHT - 10}" text-anchor="middle">turn</text>')
    first_y = _HEIGHT - _BOTTOM + 16
    parts.append(f'<text x="{_LEFT}" y="{first_y}" text-anchor="middle">1</text>')
    parts.append(
        f'<text x="{_WIDTH - _RIGHT}" y="{first_y}" text-anchor="middle">{longest:,}</text>'
    )
    parts += [
        f'<text x="{_LEFT}" y="{_HEIGHT + _LINE_HEIGHT * at + 8}">{_escaped(told)}</text>'
        for at, told in enumerate(below)
    ]
    return "\n".join([*parts, "</svg>"])


def _guide(share: float, top: float, name: str, colour: str) -> Iterator[str]:
    y = _y(share, top)
    yield (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" '
        'stroke-dasharray="4 3"/>'
    )
    label = f"{name} {share:.0%}".strip()
    yield f'<text x="{_LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'


def _curve(health: Health, longest: int, top: float, colour: str) -> Iterator[str]:
    places = [(_x(at, longest), _y(one.turn.share, top)) for at, one in enumerate(health.steps)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>'
    for step, (x, y) in zip(health.steps, places, strict=True):
        over = step.turn.share > 1 or step.turn.has("over-limit", "critical")
        marked = over or step.compressed
        # Thousands of points that say nothing would only make the drawing heavy.
        if not marked and len(health.steps) > _WIDTH:
            continue
        fill = _ALARM if over else "#ffffff" if marked else colour
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{4 if marked else 2}" fill="{fill}" '
            f'stroke="{colour}"><title>{_escaped(_told(step))}</title></circle>'
        )


def _told(step: Step) -> str:
    turn = step.turn
    head = f"turn {turn.number:,}: {turn.used:,} tokens ({turn.share:.1%})"
    return "; ".join([head, *step.warnings])


def _x(at: int, longest: int) -> float:
    return _LEFT + at * (_WIDTH - _LEFT - _RIGHT) / max(longest - 1, 1)


def _y(share: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - share / top * (_HEIGHT - _TOP - _BOTTOM)


def _cycled(many: int) -> list[str]:
    return [_CURVES[at % len(_CURVES)] for at in range(many)]


def _escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(printable(text))
