"""An analysis of the usage log as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.analyze import TOP, figure, head, totals, trend, verdict
from ctxtally.render.markdown import code, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.analysis import Analyzed, Group


def markdown(found: Analyzed) -> str:
    usage = found.usage
    blocks = ["# Token usage analysis", code(head(found)), _list(totals(usage))]
    for dimension in found.dimensions:
        blocks += [f"## By {dimension}", _groups(usage.by[dimension])]
    if usage.operations:
        blocks += ["## Top operations", _groups(usage.operations[:TOP])]
    blocks += ["## Trend", _list(trend(usage.course)), "## Targets", _targets(found)]
    return "\n\n".join([*blocks, *(f"Note: {code(one)}" for one in found.remarks)])


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _groups(groups: Iterable[Group]) -> str:
    rows = [
        [
            "-" if one.average is None else f"{one.tokens:,}",
            f"{one.operations:,}",
            "-" if one.average is None else f"{one.average:,.0f}",
            code(one.name),
            ", ".join(f"{code(name or 'unknown')} {one.counted[name]:,}" for name in one.counted),
        ]
        for one in groups
    ]
    return table(("tokens", "operations", "average", "name", "counted"), 3, rows)


def _targets(found: Analyzed) -> str:
    rows = [
        [
            "-" if one.actual is None else figure(one, one.actual),
            f"{'above' if one.above else 'below'} {figure(one, one.wanted)}",
            one.name,
            verdict(one),
            code(one.because),
        ]
        for one in found.targets
    ]
    return table(("measured", "wanted", "target", "verdict", "because"), 2, rows)
