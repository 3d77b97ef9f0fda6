"""Repeated passages as JSON with stable keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document, finding, path

if TYPE_CHECKING:
    from ctxtally.model.redundancy import Passage, Redundancy, RepeatedSet, Span
    from ctxtally.render.json import Json


def redundancy(found: Redundancy) -> str:
    return document(
        "redundancy",
        {
            "subject": found.subject,
            "counter": found.counter,
            "passages": [_passage(one) for one in found.passages],
            "apart": [_passage(one) for one in found.apart],
            "sets": [{"name": path(one.name), **_totals(one)} for one in found.sets],
            "files": [
                {"path": path(one.path), "tokens": one.tokens, "redundant": one.redundant}
                for one in found.whole.files
            ],
            "findings": [finding(one) for one in found.findings],
            "totals": _totals(found.whole),
            "remarks": list(found.remarks),
        },
    )


def _totals(one: RepeatedSet) -> dict[str, Json]:
    return {
        "files": len(one.files),
        "tokens": one.tokens,
        "redundant": one.redundant,
        "allowed": one.allowed,
        "ratio": round(one.ratio, 6),
    }


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
