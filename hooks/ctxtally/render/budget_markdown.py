"""The gate as Markdown, for a comment on a pull request or the summary of a job."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ctxtally.model.outcome import WORST_FIRST
from ctxtally.render import text
from ctxtally.render.markdown import code, finding, table
from ctxtally.text.figures import counted, marked, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.model.finding import Finding
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.survey import Survey

# A comment that begins with this line is ours, and is the one to write anew.
MARKER = "<!-- ctxtally budget -->"
# A comment on GitHub has at most 65,536 characters; what is longer is refused.
MOST_CHARACTERS = 65_536
# The findings come first when room is short: the table keeps to a third of it.
_MOST_OF_TABLE = MOST_CHARACTERS // 3
_MOST_ROWS = 50
_ROOM_FOR_REST = 100
_HEADER = ("left", "limit", "now", "change", "base", "unit", "state", "budget", "subject")


def gate(survey: Survey) -> str:
    """Return a table of the budgets, the worst first, and every finding that fits."""
    errors, warnings = counted(survey.errors, "errors"), counted(survey.warnings, "warnings")
    head = [MARKER, f"## Context budgets: {errors}, {warnings}", code(text.summary(survey))]
    if survey.outcomes:
        head.append(_budgets(survey.outcomes))
    if survey.findings:
        head.append("### Findings")
        taken = sum(len(one) + 2 for one in head) + _ROOM_FOR_REST
        head.append(_findings(survey.findings, MOST_CHARACTERS - taken))
    return "\n\n".join(head)


def _budgets(outcomes: Sequence[Outcome]) -> str:
    ordered = sorted(outcomes, key=_weight)
    rows = []
    room = _MOST_OF_TABLE
    for outcome in ordered[:_MOST_ROWS]:
        row = _row(outcome)
        room -= sum(len(cell) + 3 for cell in row)
        if room < 0:
            break
        rows.append(row)
    told = table(_HEADER, 5, rows)
    rest = len(outcomes) - len(rows)
    return f"{told}\n\nand {rest:,} more: `ctxtally report`" if rest else told


def _row(one: Outcome) -> list[str]:
    limit = _limit(one)
    return [
        "-" if limit is None else f"{_left(one, limit):,}",
        _figure(limit),
        marked(f"{one.actual:,}", exact=one.exact),
        "-" if one.before is None else signed(one.actual - one.before),
        _figure(one.before),
        one.unit,
        one.state,
        code(one.budget.name),
        code(one.subject),
    ]


def _weight(one: Outcome) -> tuple[int, bool, float]:
    """Return the key that puts first what is worst, and of like ones what has the least left."""
    limit = _limit(one)
    share = 1.0 if limit is None else _left(one, limit) / max(limit, 1)
    return WORST_FIRST.index(one.state), one.budget.level != "error", share


def _limit(one: Outcome) -> int | None:
    return one.min if one.state == "under" else text.limit(one)


def _left(one: Outcome, limit: int) -> int:
    return one.actual - limit if one.state == "under" else limit - one.actual


def _figure(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _findings(found: Iterable[Finding], room: int) -> str:
    """Return as many findings as have room, each way out once for neighbours that share it."""
    lines: list[str] = []
    left = 0
    for help_line, group in groupby(found, key=lambda one: one.help):
        way_out = [f"  - {code(help_line)}"] if help_line else []
        before = len(lines)
        for one in group:
            item = finding(one)
            needed = len(item) + 1 + sum(len(line) + 1 for line in way_out)
            if left or needed > room:
                left += 1
                continue
            lines.append(item)
            room -= len(item) + 1
        if len(lines) > before:
            lines += way_out
            room -= sum(len(line) + 1 for line in way_out)
    if left:
        lines.append(f"\nand {counted(left, 'findings')} more: `ctxtally budget`")
    return "\n".join(lines)
