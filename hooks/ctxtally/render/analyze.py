"""An analysis of the usage log as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable
from ctxtally.usage.course import FEWEST_TO_JUDGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.analysis import Analysis, Analyzed, Course, Group, Sessions, Target, Unusual

TOP = 10
# More are in the JSON.
_MOST_LINES = 25
_NOT_SAID = "not said how counted"


def text(found: Analyzed) -> str:
    """Return the lines of the monitor, and below them what it only promised."""
    blocks = [
        f"=== TOKEN USAGE ANALYSIS ===\n{head(found)}",
        "\n".join(totals(found.usage)),
        *(_table(found, dimension) for dimension in found.dimensions),
        _top(found.usage),
        "\n".join(trend(found.usage.course)),
        _targets(found),
        "\n".join(f"note: {printable(one)}" for one in found.remarks),
    ]
    return "\n\n".join(block for block in blocks if block)


def head(found: Analyzed) -> str:
    """Return which records these are."""
    usage, period = found.usage, found.usage.period
    since, until = period.since or usage.first, period.until or usage.last
    days = f", {since} to {until} (UTC), {counted(usage.active, 'days')} with usage"
    return f"{printable(found.log)}{days if since and until else ''}"


def totals(usage: Analysis) -> list[str]:
    """Return what all records add up to, a line each."""
    whole = usage.whole
    lines = [
        f"Total operations: {whole.operations:,}",
        f"Total tokens: {whole.tokens:,}{_ways(whole)}",
        f"Average per operation: {_average(whole.average)}",
    ]
    if whole.unknown:
        lines.append(f"Operations that tell no tokens: {whole.unknown:,}")
    if usage.sessions.count:
        lines.append(f"Sessions: {_sessions(usage.sessions)}")
    if usage.buckets.total:
        lines += _buckets(usage)
    if whole.operations > whole.unpriced:
        lines.append(f"Cost: {whole.cost_usd:,.2f} USD{_unpriced(whole)}")
    return lines


def _ways(group: Group) -> str:
    """Return the shares of how tokens are known: those of different ways are different things."""
    ways = sorted(group.counted.items(), key=lambda item: (-item[1], item[0]))
    if not group.tokens:
        return ""
    if len(ways) == 1:
        return f" ({ways[0][0] or _NOT_SAID})"
    shares = (f"{_share(tokens / group.tokens)} {name or _NOT_SAID}" for name, tokens in ways)
    return f" ({', '.join(shares)})"


def _unpriced(group: Group) -> str:
    if not group.unpriced:
        return ""
    return f", without {counted(group.unpriced, 'operations')} of no known price"


def _buckets(usage: Analysis) -> Iterator[str]:
    one = usage.buckets
    written = one.cache_write_5m + one.cache_write_1h
    cached = f"read from a cache: {one.cache_read:,}, written to one: {written:,}"
    yield f"Input: {one.input:,}, {cached}, output: {one.output:,}"
    if one.prompt:
        yield f"Cache efficiency: {_share(one.cache_read / one.prompt)} of the input"


def _table(found: Analyzed, dimension: str) -> str:
    groups = found.usage.by[dimension]
    if not groups:
        return ""
    shown = groups[-_MOST_LINES:] if dimension == "day" else groups[:_MOST_LINES]
    lines = [f"  {_group(one, found.usage.whole.tokens)}" for one in shown]
    rest = len(groups) - len(shown)
    if rest:
        lines.append(f"  and {rest:,} more, in --format json")
    return "\n".join([f"By {dimension}:", *lines])


def _group(one: Group, whole: int) -> str:
    share = f", {_share(one.tokens / whole)}" if whole else ""
    ways = _ways(one) if len(one.counted) > 1 else ""
    average = f", average {_average(one.average)}"
    ops = f"({one.operations:,} ops)"
    if one.average is None:
        return f"{printable(one.name)}: unknown tokens {ops}"
    unknown = f", without {one.unknown:,} of unknown tokens" if one.unknown else ""
    return f"{printable(one.name)}: {one.tokens:,} tokens {ops}{share}{average}{unknown}{ways}"


def _top(usage: Analysis) -> str:
    top = usage.operations[:TOP]
    lines = [f"  {number}. {_group(one, usage.whole.tokens)}" for number, one in enumerate(top, 1)]
    return "\n".join(["Top operations:", *lines]) if lines else ""


def trend(course: Course) -> list[str]:
    """Return the course over the days, with what stands behind it."""
    behind = f"{counted(course.days, 'complete days')} with usage"
    if course.slope is None:
        return [f"Trend: too few days to tell ({behind})"]
    bounds = f"95% between {course.low:+,.0f} and {course.high:+,.0f}"
    told = f"{course.direction}; {course.slope:+,.0f} tokens a day, {bounds}"
    lines = [f"Trend: {told} ({behind})", *map(_unusual, course.unusual)]
    if not course.judged:
        lines.append(f"Unusual days: told from {FEWEST_TO_JUDGE} days on")
    elif not course.unusual:
        lines.append("Unusual days: none")
    return lines


def _unusual(one: Unusual) -> str:
    off = f"{one.score:+.1f} robust deviations off the median"
    return f"Unusual day: {one.day}, {one.tokens:,} tokens, {off}"


def _targets(found: Analyzed) -> str:
    head = f"Targets ({printable(found.subject)}, {printable(found.counter)}):"
    return "\n".join([head, *(f"  {_target(one)}" for one in found.targets)])


def _target(one: Target) -> str:
    wanted = f"wanted {'above' if one.above else 'below'} {figure(one, one.wanted)}"
    if one.actual is None:
        return f"{one.name}: not measured, {printable(one.because)}; {wanted}"
    because = printable(one.because)
    return f"{one.name}: {figure(one, one.actual)}, {wanted}: {verdict(one)} ({because})"


def verdict(one: Target) -> str:
    if one.met is None:
        return "not measured"
    return "met" if one.met else "missed"


def figure(one: Target, value: float) -> str:
    """Return a figure in the unit of the target."""
    return f"{value:,.0f}" if one.unit == "tokens" else _share(value)


def _share(share: float) -> str:
    return f"{share:.1%}"


def _sessions(found: Sessions) -> str:
    if found.unknown == found.count:
        return f"{found.count:,}, of unknown tokens"
    told = f"{found.count:,}, {_average(found.average)} tokens on average"
    return f"{told}, without {found.unknown:,} of unknown tokens" if found.unknown else told


def _average(average: float | None) -> str:
    return "-" if average is None else f"{average:,.0f}"
