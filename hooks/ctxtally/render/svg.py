"""What our drawings in SVG share: the sheet, its axes, escaping."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH, HEIGHT = 720, 320
LEFT, TOP, RIGHT, BOTTOM = 56, 40, 16, 40
# Distinct also for those who see no red or green (Okabe and Ito, 2008).
CURVES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
ALARM, LINE = "#d55e00", "#888888"
# So many characters of this size stand beside each other, give or take some.
_LINE_HEIGHT, _COLUMNS = 16, 96
_STYLE = 'role="img" font-family="sans-serif" font-size="12"'


def drawing(title: str, parts: Iterable[str], told: Iterable[str] = ()) -> str:
    """Return a drawing that needs nothing else, with what is `told` in lines below it."""
    lines = [line for one in told for line in wrap(one, _COLUMNS)]
    height = HEIGHT + _LINE_HEIGHT * len(lines)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {_STYLE}>',
        f"<title>{escaped(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    foot = [
        f'<text x="{LEFT}" y="{HEIGHT + _LINE_HEIGHT * at + 8}">{escaped(line)}</text>'
        for at, line in enumerate(lines)
    ]
    return "\n".join([*head, *parts, *foot, "</svg>"])


def guide(share: float, label: str, colour: str = LINE) -> Iterator[str]:
    """Yield a level line at a share of the height, and what it stands for."""
    level = y(share)
    yield (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level:.1f}" y2="{level:.1f}" '
        f'stroke="{colour}" stroke-dasharray="4 3"/>'
    )
    yield f'<text x="{LEFT - 4}" y="{level + 4:.1f}" text-anchor="end">{escaped(label)}</text>'


def below(first: str, name: str, last: str) -> Iterator[str]:
    """Yield what stands below the drawing: both ends of its axis, and what it counts."""
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle:g}" y="{HEIGHT - 10}" text-anchor="middle">{escaped(name)}</text>'
    for place, text in ((LEFT, first), (WIDTH - RIGHT, last)):
        yield (
            f'<text x="{place}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
            f"{escaped(text)}</text>"
        )


def curve(points: Iterable[tuple[float, float]], colour: str) -> str:
    """Return a line through places on the sheet."""
    places = " ".join(f"{across:.1f},{level:.1f}" for across, level in points)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{places}"/>'


def dot(place: tuple[float, float], radius: int, fill: str, colour: str, told: str) -> str:
    """Return a mark that says something where it is pointed at."""
    across, level = place
    return (
        f'<circle cx="{across:.1f}" cy="{level:.1f}" r="{radius}" fill="{fill}" '
        f'stroke="{colour}"><title>{escaped(told)}</title></circle>'
    )


def x(at: float, longest: int) -> float:
    """Return where a place on the axis is, the first being 0."""
    return LEFT + at * (WIDTH - LEFT - RIGHT) / max(longest - 1, 1)


def y(share: float) -> float:
    """Return where a share of the height is."""
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(printable(text))
