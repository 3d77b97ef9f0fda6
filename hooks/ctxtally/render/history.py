"""The history of a file or a load set as text: a sparkline, the largest changes, the trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted, marked, signed
from ctxtally.text.shown import cut
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.history import Ahead, History, Limit, Pace, Point, Step

# As wide as the plot of a conversation.
_WIDTH = 60
_BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"
# For terminals that cannot draw the blocks.
_PLAIN_BARS = "_.-:=+*#"
_MOST_JUMPS = 5
_HEADER = ("change", "tokens", "commit", "date", "subject")


def text(history: History, *, blocks: bool) -> str:
    """Return everything for people; `blocks` says whether the terminal can draw them."""
    parts = [_head(history)]
    if history.steps:
        parts.append(_curve(history, _BARS if blocks else _PLAIN_BARS))
    found = jumps(history.points)
    if found:
        rows = [_row(one, exact=history.exact) for one in found]
        parts.append(f"Largest changes\n\n{table(_HEADER, rows)}")
    parts.append(
        "\n".join([*_ahead(history), *(f"note: {printable(one)}" for one in history.remarks)])
    )
    return "\n\n".join(parts)


def label(history: History) -> str:
    """Return what the history is of, safe to print."""
    what = printable(history.what)
    return f"{history.agent} in {what}, always loaded" if history.agent else what


def jumps(points: Sequence[Point]) -> list[Point]:
    """Return the commits that changed most, the largest change first."""
    found = [one for one in points if one.change]
    return sorted(found, key=lambda one: (-abs(one.change or 0), -one.seconds, one.commit))[
        :_MOST_JUMPS
    ]


def _head(history: History) -> str:
    since = f" since {printable(history.since)}" if history.since else ""
    counter = f"{history.counter}, {'exact' if history.exact else history.method}"
    return (
        f"{label(history)}: {counted(len(history.points), 'commits')} changed it{since} "
        f"({counter}; subject: {printable(history.subject)})"
    )


def _curve(history: History, bars: str) -> str:
    steps, exact = history.steps, history.exact
    lowest = min(steps, key=lambda one: one.tokens)
    highest = max(steps, key=lambda one: one.tokens)
    now = history.reason if history.tokens is None else marked(f"{history.tokens:,}", exact=exact)
    return (
        f"  {sparkline([one.tokens for one in steps], bars)}\n"
        f"  first {_at(steps[0], exact=exact)}, lowest {_at(lowest, exact=exact)}, "
        f"highest {_at(highest, exact=exact)}, now {now}"
    )


def sparkline(values: Sequence[int], bars: str = _BARS) -> str:
    """Return one mark a value, from nothing to the highest; of many that share one, the highest.

    >>> sparkline([0, 50, 100], "_-#")
    '_-#'
    """
    width = -(-len(values) // _WIDTH)
    shown = [max(values[at : at + width]) for at in range(0, len(values), width)]
    top = max(1, *shown)
    return "".join(bars[min(len(bars) - 1, one * len(bars) // top)] for one in shown)


def _at(step: Step, *, exact: bool) -> str:
    return f"{marked(f'{step.tokens:,}', exact=exact)} ({step.date[:10]})"


def _row(point: Point, *, exact: bool) -> tuple[str, ...]:
    tokens = point.reason if point.tokens is None else f"{point.tokens:,}"
    return (
        marked(signed(point.change or 0), exact=exact).rjust(len("change")),
        tokens if point.tokens is None else marked(tokens, exact=exact),
        point.commit[:10],
        point.date[:10],
        cut(point.subject),
    )


def _ahead(history: History) -> Iterator[str]:
    found, limit = history.pace, history.limit
    yield f"trend: {_pace(history, found)}"
    if limit is None:
        yield "limit: no budget in tokens is about it"
        return
    yield f"limit: {limit.tokens:,} tokens ({printable(limit.name)}); {_left(history, limit)}"


def _pace(history: History, found: Pace | None) -> str:
    if found is None:
        return "too few changes to tell, at least five are needed"
    told = (
        f"[{_rate(found.low)} to {_rate(found.high)} with 95% certainty, from "
        f"{counted(len(history.steps), 'changes')} in {counted(history.commits, 'commits')}]"
    )
    if not found.sure:
        return f"no trend {told}"
    return f"{_rate(found.slope)} tokens a commit {told}"


def _rate(number: float) -> str:
    """Return a change that may be far below one a commit."""
    return f"{number:+,.1f}" if abs(number) >= 1 else f"{round(number, 2) or 0:+.2f}"


def _left(history: History, limit: Limit) -> str:
    if history.tokens is None:
        return f"now {history.reason}"
    if history.tokens > limit.tokens:
        return f"{history.tokens - limit.tokens:,} over it now"
    room = f"{limit.tokens - history.tokens:,} left"
    return f"{room}, {_when(history.ahead)}" if history.ahead else room


def _when(ahead: Ahead) -> str:
    return (
        f"over it in about {counted(ahead.commits, 'commits')} "
        f"[{ahead.soonest:,} to {ahead.latest:,}] if it goes on so"
    )
