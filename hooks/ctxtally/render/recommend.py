"""Recommendations as text, JSON and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document, path
from ctxtally.render.markdown import code, table
from ctxtally.text.figures import counted, marked
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from ctxtally.model.saving import Recommended, Saving

_NONE = "Nothing to recommend"


def text(found: Recommended) -> str:
    """Return a numbered list: what is saved and when, what to do, and the command."""
    if not found.savings:
        return f"{_NONE} in the {found.subject}."
    lines = [f"What would save tokens in the {found.subject} ({found.counter})", ""]
    for number, one in enumerate(found.savings, 1):
        tokens = marked(counted(one.tokens, "tokens"), exact=found.exact)
        head = f"{number}. {printable(_place(one))}: {tokens} {_when(one)}"
        lines += [head, f"   {printable(one.does)}", f"   $ {one.command}"]
    start = sum(one.at_start for one in found.savings)
    every = sum(one.tokens for one in found.savings)
    total = marked(counted(every, "tokens"), exact=found.exact)
    lines += ["", f"{total} in all, {_tokens(start, found)} of them at every session start"]
    return "\n".join([*lines, *(f"note: {printable(one)}" for one in found.remarks)])


def json(found: Recommended) -> str:
    return document(
        "recommend",
        {
            "subject": found.subject,
            "counter": found.counter,
            "recommendations": [
                {
                    "tokens_at_start": one.at_start,
                    "tokens": one.tokens,
                    "rule": one.rule,
                    "path": path(one.path),
                    "line": one.line,
                    "does": path(one.does),
                    "command": path(one.command),
                    "readers": [path(reader) for reader in one.readers],
                }
                for one in found.savings
            ],
            "totals": {
                "tokens_at_start": sum(one.at_start for one in found.savings),
                "tokens": sum(one.tokens for one in found.savings),
            },
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
                _tokens(one.at_start, found),
                _tokens(one.tokens, found),
                code(_place(one)),
                code(one.does),
                code(one.command),
            ]
            for one in found.savings
        ]
        header = ("at start", "when read", "file", "what to do", "command")
        blocks.append(table(header, 2, rows))
    return "\n\n".join([*blocks, *(f"Note: {code(one)}" for one in found.remarks)])


def _place(one: Saving) -> str:
    return one.path if one.line is None else f"{one.path}:{one.line}"


def _tokens(number: int, found: Recommended) -> str:
    return marked(f"{number:,}", exact=found.exact)


def _when(one: Saving) -> str:
    if not one.readers:
        return "whenever it is read"
    return f"at every session start ({', '.join(map(printable, one.readers))})"
