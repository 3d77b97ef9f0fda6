"""Recommendations as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.analyze_json import period
from ctxtally.render.json import document, path
from ctxtally.render.markdown import code, table
from ctxtally.text.figures import counted, marked
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.promise import Promise
    from ctxtally.model.saving import Recommended, Saving

_NONE = "Nothing to recommend"


def text(found: Recommended) -> str:
    """Return a numbered list: what is saved and when, what to do, and the command."""
    if found.savings:
        head = f"What would save tokens in the {found.subject} ({found.counter})"
        lines = ["=== OPTIMIZATION RECOMMENDATIONS ===", head, ""]
        for number, one in enumerate(found.savings, 1):
            lines += [f"{number}. {_head(one, found)}", f"   {printable(one.does)}"]
            lines += [f"   {line}" for line in _estimate(one, found)]
            lines.append(f"   $ {one.command}")
        lines += ["", *_totals(found)]
    else:
        lines = [f"{_NONE} in the {found.subject}."]
    if found.promises:
        lines += ["", "Recommended before:", *(f"  {_promise(one)}" for one in found.promises)]
    return "\n".join([*lines, *(f"note: {printable(one)}" for one in found.remarks)])


def _head(one: Saving, found: Recommended) -> str:
    if one.impact:
        return f"[{one.priority}] {printable(one.impact)}"
    tokens = marked(counted(one.tokens, "tokens"), exact=found.exact)
    return f"[{one.priority}] {printable(_place(one))}: {tokens} {_when(one)}"


def _estimate(one: Saving, found: Recommended) -> Iterator[str]:
    """Yield what it would have saved, where the log says so."""
    if one.estimate is None:
        return
    logged = bool(one.impact)
    every = _tokens(one.estimate, found, logged=logged)
    each = _tokens(one.tokens, found, logged=logged)
    yield f"estimated saving: {every} tokens, {one.times or 0:,} x {each} ({one.basis})"


def _totals(found: Recommended) -> Iterator[str]:
    every, start = _sums(found)
    if every:
        total = marked(counted(every, "tokens"), exact=found.exact)
        yield f"{total} in all, {_tokens(start, found)} of them at every session start"
    if found.usage:
        whole = found.usage.whole
        told = f"{counted(whole.operations, 'operations')}, {counted(whole.tokens, 'tokens')}"
        yield f"usage log: {printable(found.log)}, {told}{_days(found)}"


def _sums(found: Recommended) -> tuple[int, int]:
    """Return the tokens that the files would have fewer, and those of them at a session start."""
    files = [one for one in found.savings if not one.impact]
    return sum(one.tokens for one in files), sum(one.at_start for one in files)


def _days(found: Recommended) -> str:
    usage = found.usage
    if usage is None or not usage.first:
        return ""
    return f", {usage.first} to {usage.last}"


def _promise(one: Promise) -> str:
    head = f"{printable(one.path)}: {counted(one.tokens, 'tokens')} less, on {one.day}; "
    if one.came < 0:
        return f"{head}it has grown by {counted(-one.came, 'tokens')}"
    if one.done and not one.now:
        return f"{head}the file is gone, {counted(one.before, 'tokens')} came"
    if one.done and not one.came:
        return f"{head}none came, and it is recommended no more"
    came = counted(one.came, "tokens") if one.came else "none"
    return f"{head}{came} came" + ("" if one.done else " so far")


def json(found: Recommended) -> str:
    every, start = _sums(found)
    return document(
        "recommend",
        {
            "subject": found.subject,
            "counter": found.counter,
            "recommendations": [
                {
                    "source": "usage" if one.impact else "tree",
                    "priority": one.priority,
                    "impact": path(one.impact) or None,
                    "tokens_at_start": one.at_start,
                    "tokens": one.tokens,
                    "times": one.times,
                    "estimate": one.estimate,
                    "basis": one.basis or None,
                    "rule": one.rule,
                    "path": path(one.path),
                    "line": one.line,
                    "does": path(one.does),
                    "command": path(one.command),
                    "readers": [path(reader) for reader in one.readers],
                }
                for one in found.savings
            ],
            "totals": {"tokens_at_start": start, "tokens": every},
            "usage": {
                "log": path(found.log),
                "operations": found.usage.whole.operations,
                "tokens": found.usage.whole.tokens,
                **period(found.usage),
            }
            if found.usage
            else None,
            "promises": [
                {
                    "path": path(one.path),
                    "day": one.day,
                    "tokens": one.tokens,
                    "before": one.before,
                    "now": one.now,
                    "came": one.came,
                    "done": one.done or None,
                }
                for one in found.promises
            ],
            "remarks": [path(one) for one in found.remarks],
        },
    )


def markdown(found: Recommended) -> str:
    blocks = ["# What would save tokens", f"Subject: {code(found.subject)}; {code(found.counter)}."]
    if not found.savings:
        blocks.append(f"{_NONE}.")
    else:
        rows = [
            [
                *_figures(one, found),
                one.priority,
                code(one.impact or _place(one)),
                code(one.does),
                code(one.command),
            ]
            for one in found.savings
        ]
        header = ("at start", "when read", "estimated", "priority", "file", "what to do", "command")
        blocks.append(table(header, 3, rows))
    blocks += [f"Recommended before: {code(_promise(one))}" for one in found.promises]
    return "\n\n".join([*blocks, *(f"Note: {code(one)}" for one in found.remarks)])


def _figures(one: Saving, found: Recommended) -> tuple[str, str, str]:
    estimate = one.estimate
    told = "-" if estimate is None else _tokens(estimate, found, logged=bool(one.impact))
    if one.impact:
        return "-", "-", told
    return _tokens(one.at_start, found), _tokens(one.tokens, found), told


def _place(one: Saving) -> str:
    return one.path if one.line is None else f"{one.path}:{one.line}"


def _tokens(number: int, found: Recommended, *, logged: bool = False) -> str:
    """Return tokens that were counted here, or else as a log tells them."""
    return marked(f"{number:,}", exact=found.exact or logged)


def _when(one: Saving) -> str:
    if not one.readers:
        return "whenever it is read"
    return f"at every session start ({', '.join(map(printable, one.readers))})"
