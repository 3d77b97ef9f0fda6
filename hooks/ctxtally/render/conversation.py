"""The health of conversations as text: the verdict, the curve, the turns, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.finding import Finding
from ctxtally.render.conversation_plot import plot
from ctxtally.render.text import findings
from ctxtally.text.figures import counted, signed
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.model.health import Comparison, Health, Step

# More turns do not fit a screen; the plot and the rules tell of all of them.
MOST_TURNS = 60
_HEADER = ("turn", "tokens", "limit", "use", "change", "")


def text(
    healths: Sequence[Health], comparisons: Sequence[Comparison] = (), *, colour: bool = False
) -> str:
    """Return every log, then what the comparison says."""
    blocks = [_one(health, colour=colour) for health in healths]
    blocks += [comparison(one) for one in comparisons]
    return "\n\n".join(blocks)


def summary(health: Health) -> str:
    """Return one line: the verdict and the figures that matter most."""
    head = f"{printable(health.path)}: {health.verdict}, {counted(len(health.turns), 'turns')}"
    found = health.figures
    if found is None:
        return f"{head}; no usage recorded{f' ({health.form})' if health.form else ''}"
    peak = max(turn.share for turn in health.turns)
    return (
        f"{head}, peak {found.peak:,} tokens ({peak:.1%}) in turn {found.peak_turn}, "
        f"{found.over_high:.0%} of the turns at or above {health.high:.0%}, "
        f"{counted(len(found.compressions), 'compressions')} ({health.form})"
    )


def found(health: Health) -> list[Finding]:
    """Return the rules that are broken, each with the first line of the log that shows it."""
    return [
        Finding(
            rule=one.rule,
            level="error",
            path=health.path,
            line=one.lines[0] if one.lines else None,
            message=f"{one.message}{_turns(one.turns)}",
            help=one.help,
        )
        for one in health.broken
    ]


def row(step: Step) -> tuple[int, int, int | None, str, str, str]:
    """Return the cells of one turn."""
    turn = step.turn
    change = "" if step.change is None else direction(step)
    told = "; ".join(step.warnings)
    return (turn.number, turn.used, turn.limit, f"{turn.share:.1%}", change, told)


def line(step: Step) -> str:
    """Return one turn as a line by itself."""
    number, used, limit, *rest = row(step)
    told = "  ".join(str(one) for one in rest if one)
    return f"turn {number:,}: {used:,} of {limit or 0:,}  {told}"


def direction(step: Step) -> str:
    if step.direction == "STABLE":
        return "STABLE: no change"
    return f"{step.direction}: {signed(step.change or 0)} tokens"


def comparison(one: Comparison) -> str:
    """Return what holding two conversations against each other says, in a line."""
    way = "turn by turn" if one.paired else "mean against mean"
    head = f"{printable(one.other)} against {printable(one.one)}"
    if one.mean is None or one.other_mean is None or one.saved is None:
        which = one.one if one.mean is None else one.other
        return f"{head}: nothing to compare, for {printable(which)} has no turns"
    head = f"{head}: {one.other_mean:.1%} of the limit a turn instead of {one.mean:.1%}"
    if one.low is None or one.high is None:
        return f"{head}; too few turns to tell whether that is better"
    verdicts = {
        "better": "better",
        "worse": "worse",
        "no-difference": "no difference that these turns can show",
    }
    return (
        f"{head}: {verdicts[one.verdict]}; it saves {one.saved * 100:.1f} points "
        f"[{one.low * 100:.1f} to {one.high * 100:.1f} with 95% certainty, {way}]"
    )


def _one(health: Health, *, colour: bool) -> str:
    blocks = [summary(health)]
    if health.steps:
        blocks += [plot(health), _table(health.steps)]
    broken = found(health)
    if broken:
        blocks.append(findings(broken, colour=colour))
    elif health.verdict == "not-enough-turns":
        blocks.append(f"no verdict: {health.rules[-1].message}")
    tail = [f"note: {printable(one)}" for one in health.remarks]
    return "\n\n".join([*blocks, "\n".join(tail)]) if tail else "\n\n".join(blocks)


def _table(steps: Sequence[Step]) -> str:
    shown = steps[-MOST_TURNS:]
    left = len(steps) - len(shown)
    rows = table(_HEADER, [row(step) for step in shown])
    return f"  {left:,} turns before these are not listed here\n{rows}" if left else rows


def _turns(numbers: Iterable[int]) -> str:
    """Return turn numbers, neighbours as a range."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    if not ranges:
        return ""
    told = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_RANGES]]
    more = ", ..." if len(ranges) > _RANGES else ""
    word = "turn" if ranges[0][0] == ranges[-1][1] else "turns"
    return f" ({word} {', '.join(told)}{more})"


_RANGES = 8
