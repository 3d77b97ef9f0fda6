"""The health of conversations as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render import conversation as text
from ctxtally.render.markdown import code, findings, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.health import Comparison, Health, Judged, Step


def markdown(healths: Sequence[Health], comparisons: Sequence[Comparison] = ()) -> str:
    blocks = [block for health in healths for block in _one(health)]
    blocks += [code(text.comparison(one)) for one in comparisons]
    return "\n\n".join(blocks)


def _one(health: Health) -> list[str]:
    blocks = [f"# Conversation {code(health.path)}: {health.verdict}", code(text.summary(health))]
    blocks.append(table(("outcome", "rule", "what"), 0, [_rule(one) for one in health.rules]))
    if health.steps:
        shown = health.steps[-text.MOST_TURNS :]
        header = ("turn", "tokens", "limit", "use", "change", "what")
        blocks.append(table(header, 4, [_row(step) for step in shown]))
    broken = text.found(health)
    if broken:
        blocks.append(findings(broken))
    return [*blocks, *(f"Note: {code(one)}" for one in health.remarks)]


def _rule(one: Judged) -> Sequence[str]:
    return (one.outcome, code(one.rule), code(one.message))


def _row(step: Step) -> Sequence[str]:
    number, used, limit, share, change, told = text.row(step)
    figures = ("-" if one is None else f"{one:,}" for one in (number, used, limit))
    return (*figures, str(share), str(change), str(told))
