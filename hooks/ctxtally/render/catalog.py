"""Catalogs as text: what they state against what was measured, smaller forms, findings."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ctxtally.render.text import findings
from ctxtally.text.commands import quoted
from ctxtally.text.figures import counted, marked
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.model.audit import Audit, AuditedEntry
    from ctxtally.model.catalog import Unit
    from ctxtally.model.form import Form
    from ctxtally.model.mend import Mend
    from ctxtally.text.table import Cell

HEADER = ("stated", "measured", "ratio", "unit", "state", "entry")
_UNITS: tuple[Unit, ...] = ("tokens", "bytes", "lines")


def catalog(audit: Audit, *, colour: bool = False) -> str:
    """Return everything about the catalogs of a subject."""
    if not audit.catalogs and not audit.findings:
        return f"No catalogs in the {audit.subject}."
    blocks = [f"Catalogs of the {audit.subject}"]
    blocks += [_listed(audit, path) for path in audit.catalogs]
    if audit.forms:
        blocks.append(f"Smaller forms\n\n{_forms(audit.forms, exact=audit.exact)}")
    if audit.findings:
        blocks.append(f"Findings\n\n{findings(audit.findings, colour=colour)}")
    notes = [f"note: {printable(one)}" for one in audit.remarks]
    return "\n\n".join([*blocks, "\n".join([*notes, summary(audit)])])


def failures(audit: Audit, *rules: str, colour: bool = False) -> str:
    """Return what a hook prints: what is of level error, or found by one of `rules`."""
    errors = [one for one in audit.findings if one.level == "error" or one.rule in rules]
    if not errors:
        return ""
    return f"{findings(errors, colour=colour)}\n{summary(audit)}; `ctxtally catalog` shows all"


def summary(audit: Audit) -> str:
    """Return one line: how many catalogs and entries, and how many findings."""
    return (
        f"{counted(len(audit.catalogs), 'catalogs')}, {_entries(len(audit.entries))}:"
        f" {counted(audit.errors, 'errors')}, {counted(audit.warnings, 'warnings')}"
        f" ({audit.counter}, {audit.method}; subject: {audit.subject})"
    )


def changes(made: Sequence[Mend], left: Sequence[Mend]) -> str:
    """Return a line for each value that was mended, and for each that could not be."""
    if not made and not left:
        return "nothing to mend"
    lines = [f"{_place(one)}: {_value(one.before)} -> {_value(one.after)}" for one in made]
    lines += [
        f"{_place(one)}: left at {_value(one.before)}, for it is not written plainly;"
        f" it should be {_value(one.after)}"
        for one in left
    ]
    files = len({one.path for one in made})
    return "\n".join(
        [*lines, f"mended {counted(len(made), 'numbers')} in {counted(files, 'files')}"]
    )


def written(forms: Sequence[Form], wanted: str) -> str:
    """Return what became of each catalog in the wanted form, and what to do next."""
    if not forms:
        return (
            f"nothing to write: no catalog is smaller in the form {wanted}; `ctxtally catalog` "
            "shows the forms that save something, `--form NAME` writes one"
        )
    lines = []
    for one in forms:
        line = f"{printable(one.path)}: {one.before:,} -> {counted(one.after, 'tokens')}"
        if one.moved_to:
            line += f"; {printable(one.moved_to)} holds {one.moved:,}, read only when it is needed"
        lines.append(line)
    paths = [path for one in forms for path in (one.path, one.moved_to) if path]
    return "\n".join([*lines, f"next: git add {' '.join(quoted(path) for path in paths)}"])


def _place(one: Mend) -> str:
    return f"{printable(one.path)}:{one.line}: {printable(one.name)}"


def _value(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else printable(value)


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def _listed(audit: Audit, path: str) -> str:
    rows = [_row(audit, one) for one in modules(audit, path)]
    lines = "\n".join(f"{printable(path)}: {line}" for line in told(audit, path))
    if not rows:
        return lines
    rows += _sum(audit, path)
    # A column in which nothing differs says nothing.
    same = {"unit": {"tokens"}, "state": {"file", ""}}
    keep = [
        at
        for at, name in enumerate(HEADER)
        if not {row[at] for row in rows} <= same.get(name, set())
    ]
    header = [HEADER[at] for at in keep]
    return f"{lines}\n\n{table(header, [[row[at] for at in keep] for row in rows])}"


def modules(audit: Audit, path: str) -> list[AuditedEntry]:
    """Return the entries of a catalog that agents read."""
    return [one for one in audit.entries if (one.catalog, one.entry.role) == (path, "module")]


def told(audit: Audit, path: str) -> list[str]:
    """Say in a line each how much of what a catalog lists."""
    nouns = {"registry": "registered files", "module": "modules"}
    lines = []
    for role, noun in nouns.items():
        entries = [one for one in audit.entries if (one.catalog, one.entry.role) == (path, role)]
        others = sorted(one.state for one in entries if one.state != "file")
        states = [f"{len(list(group)):,} {state}" for state, group in groupby(others)]
        if entries:
            lines.append(", ".join([counted(len(entries), noun), *states]))
    return lines or ["lists no files"]


def _row(audit: Audit, one: AuditedEntry) -> list[Cell]:
    unit = unit_of(one)
    stated, measured = one.stated(unit), one.measured.get(unit)
    return [
        stated,
        _figure(measured, exact=audit.exact or unit != "tokens"),
        ratio(stated, measured),
        unit,
        one.state,
        printable(one.entry.qualified),
    ]


def unit_of(one: AuditedEntry) -> Unit:
    """Return the unit in which a catalog states a size, tokens where it states none."""
    return next((unit for unit in _UNITS if one.stated(unit) is not None), "tokens")


def _sum(audit: Audit, path: str) -> list[list[Cell]]:
    entries = [one for one in modules(audit, path) if "tokens" in one.measured]
    if not entries:
        return []
    both = [one for one in entries if one.stated("tokens") is not None]
    measured = sum(one.measured["tokens"] for one in both or entries)
    stated = sum(one.stated("tokens") or 0 for one in both) if both else None
    figure = _figure(measured, exact=audit.exact)
    every = f"all {counted(len(both or entries), 'modules')}"
    return [[stated, figure, ratio(stated, measured), "tokens", "", every]]


def ratio(stated: int | None, measured: int | None) -> str:
    return f"{measured / stated:.2f}x" if stated and measured is not None else "-"


def _figure(number: int | None, *, exact: bool) -> Cell:
    return number if number is None or exact else marked(f"{number:,}", exact=False)


def _forms(forms: Iterable[Form], *, exact: bool) -> str:
    rows: list[list[Cell]] = [
        [
            _figure(one.after, exact=exact),
            _figure(one.saved, exact=exact),
            printable(one.path),
            one.does,
        ]
        for one in forms
    ]
    return table(["tokens", "saved", "file", "how"], rows)
