"""Repeated passages as JSON with stable keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document, finding, outcome, path, repeated
from ctxtally.render.redundancy import larger

if TYPE_CHECKING:
    from ctxtally.model.redundancy import Passage, Redundancy, Span
    from ctxtally.render.json import Json


def redundancy(found: Redundancy, *, least: int = 0) -> str:
    """Return everything that is known; `least` leaves out passages of fewer tokens."""
    return document(
        "redundancy",
        {
            "subject": found.subject,
            "counter": found.counter,
            "passages": [_passage(one) for one in larger(found.passages, least)],
            "apart": [_passage(one) for one in larger(found.apart, least)],
            "sets": [{"name": path(one.name), **repeated(one)} for one in found.sets],
            "files": [
                {"path": path(one.path), "tokens": one.tokens, "redundant": one.redundant}
                for one in found.whole.files
            ],
            "budgets": [outcome(one) for one in found.outcomes],
            "findings": [finding(one) for one in found.findings],
            "totals": repeated(found.whole),
            "base": {"name": found.base, **repeated(found.before)} if found.before else None,
            "remarks": list(found.remarks),
        },
    )


def _passage(one: Passage) -> dict[str, Json]:
    return {
        "kind": one.kind,
        "similarity": round(one.similarity, 4),
        "tokens": one.tokens,
        "saved": one.saved,
        "first": _span(one.first),
        "again": _span(one.again),
        "before": list(one.before),
        "after": list(one.after),
        "opposed": list(one.opposed),
        "allowed": path(one.allowed) or None,
    }


def _span(span: Span) -> dict[str, Json]:
    return {
        "path": path(span.path),
        "first_line": span.first_line,
        "last_line": span.last_line,
        "heading": path(span.heading),
    }
