"""Catalogs as JSON: the same facts as the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document, finding, path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.model.audit import Audit, AuditedEntry
    from ctxtally.model.catalog import Unit
    from ctxtally.model.form import Form
    from ctxtally.model.mend import Mend
    from ctxtally.render.json import Json

_UNITS: tuple[Unit, ...] = ("tokens", "bytes", "lines")


def catalog(audit: Audit, **more: Json) -> str:
    """Return the document; `more` are the keys that only some runs have."""
    facts: Mapping[str, Json] = {
        "subject": audit.subject,
        "counter": audit.counter,
        "catalogs": [path(one) for one in audit.catalogs],
        "entries": [_entry(one) for one in audit.entries],
        "forms": [form(one) for one in audit.forms],
        "findings": [finding(one) for one in audit.findings],
        "totals": {
            "catalogs": len(audit.catalogs),
            "entries": len(audit.entries),
            "errors": audit.errors,
            "warnings": audit.warnings,
        },
        "remarks": list(audit.remarks),
    }
    return document("catalog", {**facts, **more})


def written(forms: Sequence[Form], diff: str) -> str:
    """Return what was moved out of which manifest."""
    return document("catalog-written", {"forms": [form(one) for one in forms], "diff": path(diff)})


def change(one: Mend) -> dict[str, Json]:
    return {
        "path": path(one.path),
        "line": one.line,
        "name": path(one.name),
        "before": one.before,
        "after": one.after,
    }


def form(one: Form) -> dict[str, Json]:
    return {
        "path": path(one.path),
        "name": one.name,
        "does": path(one.does),
        "before": one.before,
        "after": one.after,
        "saved": one.saved,
        "moved_to": path(one.moved_to) or None,
        "moved": one.moved,
    }


def _entry(one: AuditedEntry) -> dict[str, Json]:
    return {
        "catalog": path(one.catalog),
        "line": one.entry.line,
        "role": one.entry.role,
        "name": path(one.entry.qualified),
        "path": path(one.path),
        "state": one.state,
        "stated": {unit: one.stated(unit) for unit in _UNITS},
        "measured": {unit: one.measured.get(unit) for unit in _UNITS},
    }
