"""What stands below the table of what was spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted, told
from ctxtally.text.shown import cut, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.usage.spending import Sums

_MOST_MODELS = 5
_MOST_AGENTS = 10
_VAGUE = "a total and no buckets"
_UNKNOWN = "no number that can be taken"


def unmatched(asked: str, agents: set[str]) -> Iterator[str]:
    """Yield which agents there are where the one that was asked for is none of them."""
    if asked and asked not in agents:
        names = sorted(agents - {""})
        more = f" and {len(names) - _MOST_AGENTS} more" if len(names) > _MOST_AGENTS else ""
        listed = ", ".join(map(shown, names[:_MOST_AGENTS])) or "no agent"
        yield f"the log has nothing of the agent {shown(asked)}, but of {listed}{more}"


def remarks(sums: Sums) -> Iterator[str]:
    """Yield what a reader of the sums has to know."""
    whole = sums.totals.total
    for method, tokens in sorted(sums.by_method.items()):
        if method != "reported" and tokens:
            how = {"tokenizer": "counted by a tokenizer", "estimate": "estimated"}
            yield f"{tokens / whole:.1%} of the tokens are {how.get(method, 'of unknown origin')}"
    if sums.totals.unpriced:
        names = sorted(_model(*one) for one in sums.unpriced_models)
        more = f" and {len(names) - _MOST_MODELS} more" if len(names) > _MOST_MODELS else ""
        yield (
            f"unpriced: {counted(sums.totals.unpriced, 'tokens')} "
            f"({sums.totals.unpriced / whole:.1%}), of {', '.join(names[:_MOST_MODELS])}{more}"
        )
    if sums.vague:
        yield told(sums.vague, "records", f"tells {_VAGUE}", f"tell {_VAGUE}")
    if sums.unknown:
        yield told(sums.unknown, "records", f"tells {_UNKNOWN}", f"tell {_UNKNOWN}")
    if sums.undated:
        yield told(sums.undated, "records", "has no time", "have no time")
    if sums.open:
        share = f"({sums.open / sums.totals.records:.1%})"
        yield told(
            sums.open,
            "responses",
            f"{share} was never told to have ended: its output is at least what is shown",
            f"{share} were never told to have ended: their output is at least what is shown",
        )
    if sums.searches:
        many = "1 web search" if sums.searches == 1 else f"{sums.searches:,} web searches"
        yield f"not in the cost, for it is priced apart: {many}"


def _model(name: str, asked: str) -> str:
    told = shown(name) if name else "no model"
    return f"{told} ({cut(asked)})" if asked else told
