"""Comparisons with a vendor's counts, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.text.figures import counted
from ctxtally.text.table import table
from ctxtally.text.terminal import printable
from ctxtally.tokens.agreement import totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.agreement import Agreement, Comparison, Totals
    from ctxtally.model.count import Count
    from ctxtally.model.sending import Sending
    from ctxtally.render.json import Json
    from ctxtally.text.table import Cell


def plan(sending: Sending) -> str:
    """Return exactly what would leave the machine, and where it would go."""
    files = table(["bytes", "path"], [[size, printable(path)] for path, size in sending.files])
    amount = f"{counted(len(sending.files), 'files')}, {counted(sending.bytes, 'bytes')}"
    text = (
        f"to be sent to {sending.url} with the key in {sending.key_variable}\n\n{files}\n\n"
        f"{amount}, each file as one message to {sending.model}"
    )
    if sending.frame:
        text += f", and the message `{sending.frame}` to learn what a message costs by itself"
    return text


def text(comparison: Comparison) -> str:
    """Return the table and what follows from it."""
    head = f"{comparison.vendor}, {comparison.model}: its counts and ours (subject: "
    blocks = [f"{head}{comparison.subject})"]
    found = totals(comparison.rows)
    if found:
        blocks.append(_table(comparison.rows))
    blocks.append("\n".join(_tail(comparison, found)))
    return "\n\n".join(blocks)


def json(comparison: Comparison) -> str:
    """Return the same facts under stable keys."""
    found = totals(comparison.rows)
    return document(
        "verify",
        {
            "subject": comparison.subject,
            "source": comparison.vendor,
            "endpoint": comparison.url,
            "model": comparison.model,
            "frame": comparison.frame,
            "sent": comparison.sent,
            "known": comparison.known,
            "agreement": [_row(one) for one in comparison.rows],
            "totals": {
                "files": len(comparison.rows),
                "mean_error_percent": round(found.mean_percent, 2) if found else None,
                "bias_percent": round(found.bias_percent, 2) if found else None,
                "worst_error_percent": round(found.worst.error_percent, 2) if found else None,
                "in_band": found.in_band if found else 0,
            },
        },
    )


def _table(rows: tuple[Agreement, ...]) -> str:
    errors = [f"{row.error_percent:+.1f}%" for row in rows]
    width = max(map(len, errors))  # figures, though they are text to the table
    cells: list[list[Cell]] = [
        [printable(row.path), row.api, _count(row.ours), error.rjust(width), _band(row)]
        for row, error in zip(rows, errors, strict=True)
    ]
    return table(["path", "api", "ours", "error".rjust(width), "in band"], cells)


def _count(count: Count) -> Cell:
    if count.method == "exact":
        return count.tokens
    return f"~{count.tokens:,} [{count.low:,}-{count.high:,}]"


def _band(row: Agreement) -> str:
    return "yes" if row.in_band else "no"


def _tail(comparison: Comparison, found: Totals | None) -> Iterator[str]:
    if found:
        yield (
            f"mean error {found.mean_percent:.1f}% (bias {found.bias_percent:+.1f}%), "
            f"worst {found.worst.error_percent:+.1f}% ({printable(found.worst.path)}), "
            f"{found.in_band:,} of {counted(found.files, 'files')} in the band"
        )
    yield f"ours: {comparison.basis}"
    if comparison.frame is not None:
        yield (
            f"api: without the {counted(comparison.frame, 'tokens')} that a message costs by itself"
        )
    if comparison.sent:
        known = f"; {comparison.known:,} known from earlier runs" if comparison.known else ""
        amount = f"{counted(comparison.sent, 'files')}, {counted(comparison.sent_bytes, 'bytes')}"
        yield f"sent: {amount} to {comparison.url}{known}"
    elif found:
        yield "sent: nothing; all counts are known from earlier runs"
    else:
        yield "sent: nothing; there is nothing to compare"


def _row(row: Agreement) -> dict[str, Json]:
    return {
        # A name that is not UTF-8 holds surrogates, which no JSON reader has to take.
        "path": row.path.encode("utf-8", "backslashreplace").decode("utf-8"),
        "api": row.api,
        "estimate": row.ours.tokens,
        "low": row.ours.low,
        "high": row.ours.high,
        "error_percent": round(row.error_percent, 2),
        "in_band": row.in_band,
        "method": row.method,
        "model": row.model,
        "counter": row.ours.counter,
    }
