"""What a usage log alone recommends, by the rules of the monitor that ours is compatible with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.saving import Saving
from ctxtally.text.commands import ours
from ctxtally.text.figures import counted
from ctxtally.text.shown import shown
from ctxtally.usage.targets import TOKENS_OF_MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.analysis import Analysis, Group, Stock

# williamzujkowski/williamzujkowski.github.io, scripts/utilities/token-usage-monitor.py (75fcd51),
# the rules of its --recommend.
MANIFEST = 5_000
CONTEXT = 10_000
DOCS = 20
AVERAGE = 3_000
OPERATION = 10_000
_DOWN = "down to that limit"


def advice(
    found: Analysis, repeated: float | None = None, stock: Stock | None = None, smaller: str = ""
) -> Iterator[Saving]:
    """Yield one saving for each rule that the log breaks.

    `repeated` is the share of what agents load that is said twice. `smaller` is the command that
    writes a smaller form of the manifest in stock, where one saves something.
    """
    bounds = _bounds(found)
    now = stock.manifest if stock else None
    yield from _manifest(found.group("category", "manifest"), now, smaller, bounds)
    yield from _context(found.group("category", "context"), repeated or 0.0)
    yield from _docs(found.group("category", "docs"), bounds)
    yield from _average(found.operations, bounds)
    yield from _operation(found.operations, bounds)


def _manifest(
    manifest: Group, now: int | None, smaller: str, period: list[str]
) -> Iterator[Saving]:
    """Hold what was read against the manifest as it is now: what it lost cannot be saved again."""
    known = manifest.operations - manifest.unknown
    average = round(manifest.average or 0)
    shrunk = now is not None and now < average
    each = now if now is not None and shrunk else average
    heavy = each > TOKENS_OF_MANIFEST
    beyond = (known * each if shrunk else manifest.tokens) - MANIFEST
    if manifest.tokens <= MANIFEST or not (heavy or beyond > 0):
        return
    basis = f"at the target of {TOKENS_OF_MANIFEST:,}" if heavy else _DOWN
    less = "read a smaller manifest: without its registry" if heavy else "read it less often"
    yield Saving(
        tokens=each - TOKENS_OF_MANIFEST if heavy else beyond,
        path="",
        rule="usage-manifest",
        impact=f"manifest operations took {_amount(manifest)}, more than {MANIFEST:,}",
        does=f"{less}, or only the part that is needed",
        command=(smaller or ours("catalog"))
        if heavy
        else ours("analyze", "--by", "operation", *period),
        priority="high",
        times=known if heavy else 1,
        basis=f"{basis}, from {each:,} now" if shrunk else basis,
    )


def _context(context: Group, repeated: float) -> Iterator[Saving]:
    if context.tokens > CONTEXT:
        twice = round(context.tokens * repeated)
        yield Saving(
            tokens=twice or context.tokens - CONTEXT,
            path="",
            rule="usage-context",
            impact=f"loading context took {_amount(context)}, more than {CONTEXT:,}",
            does="load only what the task needs, and delete what is said twice",
            command=ours("redundancy"),
            times=1,
            basis=f"{repeated:.1%} is said twice" if twice else _DOWN,
        )


def _docs(docs: Group, period: list[str]) -> Iterator[Saving]:
    if docs.operations > DOCS:
        known = docs.operations - docs.unknown
        yield Saving(
            # Down, so that never more is saved than was used.
            tokens=docs.tokens // known if known else 0,
            path="",
            rule="usage-docs",
            impact=f"documentation was read {docs.operations:,} times, more than {DOCS}",
            does="keep what is read again and again in one short file",
            command=ours("analyze", "--by", "operation", *period),
            times=known - DOCS if known > DOCS else None,
            basis="the times beyond that limit" + (" that tell tokens" if docs.unknown else ""),
        )


def _average(named: Sequence[Group], period: list[str]) -> Iterator[Saving]:
    # A response of a model has no name: it takes its whole context with it each time.
    tokens = sum(one.tokens for one in named)
    known = sum(one.operations - one.unknown for one in named)
    average = tokens / known if known else 0
    if average > AVERAGE:
        yield Saving(
            tokens=round(average) - AVERAGE,
            path="",
            rule="usage-average",
            impact=f"an operation takes {average:,.0f} tokens on average, more than {AVERAGE:,}",
            does="split large operations, and load files on demand",
            command=ours("analyze", "--by", "operation", *period),
            times=known,
            basis=_DOWN,
        )


def _operation(named: Sequence[Group], period: list[str]) -> Iterator[Saving]:
    if named and named[0].tokens > OPERATION:
        top = named[0]
        yield Saving(
            tokens=top.tokens - OPERATION,
            path="",
            rule="usage-operation",
            impact=f"{shown(top.name)} took {_amount(top)}, more than {OPERATION:,}",
            does="begin with it: nothing else takes as much",
            command=ours("analyze", "--by", "session", *period),
            priority="high",
            times=1,
            basis=_DOWN,
        )


def _amount(one: Group) -> str:
    return f"{counted(one.tokens, 'tokens')} in {counted(one.operations, 'operations')}"


def _bounds(found: Analysis) -> list[str]:
    """Return the arguments that choose the same period."""
    bounds = (("--since", found.period.since), ("--until", found.period.until))
    return [word for name, day in bounds if day for word in (name, day)]
