"""Smaller ways to write a catalog in JSON, each as the whole text that it would be.

Values are copied as they are written, never parsed and printed anew.
"""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from ctxtally.catalog.checksums import registry_digest
from ctxtally.catalog.json_text import Container, Text, members, part
from ctxtally.catalog.manifests import (
    BY_TYPE,
    COLUMNS,
    DETAIL,
    FILES,
    REGISTRY,
    is_list_of_files,
    registry,
)
from ctxtally.catalog.rules import many
from ctxtally.catalog.statements import at
from ctxtally.model.form import Proposal
from ctxtally.text.splice import spliced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.catalog import Catalog, Resolved
    from ctxtally.model.document import Document, Plain, Steps
    from ctxtally.text.splice import Splice

# Where the version 5 manifests of williamzujkowski.github.io keep theirs (8898eb9, 2025-11-16).
DETAIL_FILE = ".manifest/file-registry.json"
_NOTE = "every file with its size, in the detail file: read it only when that is needed"
# The names of the forms; the first one is written where none is named.
FORMS = ("lazy", "minified", "columns", "columns-minified", "without-stale")
# Fewer rows hardly pay for the line that names the columns.
_LEAST_ROWS = 8
_ROWS = "_rows"

# Strings are matched so that the white space in them is passed over.
_STRING_OR_SPACE = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+', re.DOTALL)


def proposals(
    catalog: Catalog, document: Document, text: str, resolved: Sequence[Resolved]
) -> Iterator[Proposal]:
    """Yield the smaller forms of a catalog in JSON; `text` is the whole file as it is written."""
    known = Text(document, text)
    yield from _without_stale(catalog, known, resolved)
    yield Proposal(name="minified", does="no white space between values", text=_minified(text))
    tables = list(_tables(document.data))
    if tables:
        columns = spliced(text, [_as_columns(known, steps) for steps in tables])
        does = f"columns: the keys of {many(len(tables), 'table')} written once"
        yield Proposal(name="columns", does=does, text=columns)
        does = f"{does}, and no white space"
        yield Proposal(name="columns-minified", does=does, text=_minified(columns))
    lazy = lazy_form(document, text)
    if lazy:
        yield lazy


def lazy_form(document: Document, text: str) -> Proposal | None:
    """Return the manifest with its registry in a file of its own, `None` where it has none here."""
    way = next((way for way in (REGISTRY, BY_TYPE, FILES) if _holds_stock(document, way)), None)
    if way is None:
        return None
    known = Text(document, text)
    around = Container(known, way)
    detail = posixpath.join(posixpath.dirname(document.path), DETAIL_FILE)
    stub = {
        "_lazy_load": True,
        "_hash": registry_digest(at(document.data, *way)),
        DETAIL: detail,
        "_note": _NOTE,
    }
    between = f",{around.lead}" if around.lead.strip(" \t") else ", "
    stubbed = between.join(f"{json.dumps(key)}: {json.dumps(one)}" for key, one in stub.items())
    return Proposal(
        name="lazy",
        does=f"the registry in {detail}, read only when it is needed",
        text=spliced(text, [around.with_members([stubbed], mapping=True)]),
        moved_to=detail,
        moved=_outdented(text[around.start : around.end], around.tail),
    )


def _holds_stock(document: Document, way: tuple[str, ...]) -> bool:
    """Say whether a registry lies here, and not in a file of its own already."""
    stock = members(at(document.data, *way))
    measured = way != FILES or registry(document) is not None
    return measured and any(isinstance(one, (dict, list)) for _, one in stock)


def _without_stale(
    catalog: Catalog, known: Text, resolved: Sequence[Resolved]
) -> Iterator[Proposal]:
    stock = [one for one in resolved if one.entry.role == "registry" and one.entry.steps]
    gone = {one.entry.steps for one in stock if one.state == "missing"}
    if not gone:
        return
    splices = []
    for steps in dict.fromkeys(steps[:-1] for steps in gone):
        around = Container(known, steps)
        kept = [around.written(member) for member in around.members if member not in gone]
        splices.append(around.with_members(kept))
    total = catalog.registry.total if catalog.registry else None
    if total and isinstance(total.value, int):
        left = len(stock) - len(gone)
        place = known.document.place(total.steps).value
        number = known.source.rewrite(place, total.value, left)
        splices += [number] if number else []
    yield Proposal(
        name="without-stale",
        does=f"{many(len(gone), 'entry', 'entries')} of files that are not tracked dropped",
        text=spliced(known.text, splices),
    )


def _minified(text: str) -> str:
    end = "\n" if text.endswith("\n") else ""
    return _STRING_OR_SPACE.sub(lambda found: found[1] or "", text) + end


def _tables(data: Plain, steps: Steps = ()) -> Iterator[Steps]:
    """Yield the ways to lists and mappings whose members all have the same keys.

    Not to those in which files are looked for: nobody would find them in rows.
    """
    if is_list_of_files(steps):
        return
    inside = members(data)
    if _is_table(data, [value for _, value in inside]):
        yield steps
        return
    for name, value in inside:
        yield from _tables(value, (*steps, name))


def _is_table(data: Plain, rows: Sequence[Plain]) -> bool:
    if len(rows) < _LEAST_ROWS or (isinstance(data, dict) and COLUMNS in data):
        return False
    keys = {tuple(sorted(row)) if isinstance(row, dict) else () for row in rows}
    return len(keys) == 1 and () not in keys


def _as_columns(known: Text, steps: Steps) -> Splice:
    around = Container(known, steps)
    data = part(known.document.data, steps)
    first = next(value for _, value in members(data))
    names = list(first) if isinstance(first, dict) else []
    columns = f'"{COLUMNS}": {json.dumps(names, ensure_ascii=False)}'
    rows = {
        name: f"[{', '.join(_minified(known.written((*steps, name, key))) for key in names)}]"
        for name, _ in members(data)
    }
    if isinstance(data, list):
        listed = around.between.join(rows.values())
        return around.with_members([columns, f'"{_ROWS}": [{listed}]'], mapping=True)
    named = [f"{json.dumps(name, ensure_ascii=False)}: {row}" for name, row in rows.items()]
    return around.with_members([columns, *named])


def _outdented(text: str, tail: str) -> str:
    """Return a value that stood deep in a text as one that stands alone, with a line end."""
    end = "\r\n" if "\r\n" in text else "\n"
    depth = tail.rpartition("\n")[2]
    return text.replace(f"\n{depth}", "\n") + end
