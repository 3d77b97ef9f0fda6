"""Catalogs as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render import catalog as text
from ctxtally.render.markdown import code, findings, table
from ctxtally.text.figures import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.audit import Audit, AuditedEntry
    from ctxtally.model.form import Form


def catalog(audit: Audit) -> str:
    """Return everything about the catalogs of a subject."""
    blocks = [f"# Catalogs\n\n{code(text.summary(audit))}"]
    for path in audit.catalogs:
        blocks.append(f"## {code(path)}\n\n" + "\n".join(text.told(audit, path)))
        rows = [_row(one, exact=audit.exact) for one in text.modules(audit, path)]
        if rows:
            blocks.append(table(text.HEADER, 3, rows))
    if audit.forms:
        blocks.append(f"## Smaller forms\n\n{_forms(audit.forms, exact=audit.exact)}")
    if audit.findings:
        blocks.append(f"## Findings\n\n{findings(audit.findings)}")
    blocks += [f"Note: {code(one)}" for one in audit.remarks]
    return "\n\n".join(blocks)


def _row(one: AuditedEntry, *, exact: bool) -> list[str]:
    unit = text.unit_of(one)
    stated, measured = one.stated(unit), one.measured.get(unit)
    return [
        _figure(stated, exact=True),
        _figure(measured, exact=exact or unit != "tokens"),
        text.ratio(stated, measured),
        unit,
        one.state,
        code(one.entry.qualified),
    ]


def _forms(forms: Iterable[Form], *, exact: bool) -> str:
    rows = [
        [
            _figure(one.after, exact=exact),
            _figure(one.saved, exact=exact),
            code(one.path),
            code(one.does),
        ]
        for one in forms
    ]
    return table(("tokens", "saved", "file", "how"), 2, rows)


def _figure(number: int | None, *, exact: bool) -> str:
    return "-" if number is None else marked(f"{number:,}", exact=exact)
