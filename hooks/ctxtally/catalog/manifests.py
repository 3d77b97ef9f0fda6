"""Finds the listed files in the known shapes of MANIFEST.json."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxtally.catalog.amounts import stated
from ctxtally.catalog.facts import module_facts, plain_text
from ctxtally.catalog.statements import at, claim_at
from ctxtally.model.catalog import Claim, Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.model.document import Document, Plain, Steps

_INVENTORY = ("inventory", "files")
# Where a manifest keeps its stock of files: a mapping by path, one by extension, a list.
REGISTRY = (*_INVENTORY, "file_registry")
BY_TYPE = (*_INVENTORY, "by_type")
FILES = ("files",)
# In place of a stock: the file that holds it.
DETAIL = "_detail_file"
# The key of forms.py under which the keys stand that all rows share.
COLUMNS = "_columns"

# Lists of what agents load, at the top or under `components`. Any other list in a file of this
# name belongs to a data package, a web page or a build.
_MODULES = frozenset(
    {"agents", "commands", "documents", "modules", "prompts", "rules", "skills", "workflows"}
)
_STRINGS = ("generated_files", "recommended_read_order")
_PATH_KEYS = ("path", "file", "entry")
_SHA256 = "sha256"
_MEASURES = frozenset({"bytes", "hash", _SHA256, "size"})
_HEXADECIMAL = re.compile("[0-9A-Fa-f]{64}")


def manifest_entries(document: Document) -> Iterator[Entry]:
    """Yield every file a manifest lists; none where it has no known shape."""
    yield from registry_entries(document, at(document.data, *REGISTRY), REGISTRY)
    yield from _by_type(document, at(document.data, *BY_TYPE), BY_TYPE)
    files = at(document.data, *FILES)
    if _is_stock(files):
        yield from _stock(document, files, FILES, "files")
    yield from _module_lists(document)
    yield from _named_files(document)


def is_list_of_files(steps: Steps) -> bool:
    """Say whether a list here is read for the files that it names."""
    return (
        steps == FILES or steps[:1] == ("components",) or (len(steps) == 1 and steps[0] in _MODULES)
    )


def detail_entries(document: Document) -> Iterator[Entry]:
    """Yield the entries of a registry that lies in a file of its own, whatever its shape."""
    data = document.data
    if isinstance(data, list):
        yield from _stock(document, data, (), "files")
    elif isinstance(data, dict) and all(map(_lists_files, data.values())):
        yield from _by_type(document, data, ())
    else:
        yield from registry_entries(document, data)


def _lists_files(value: Plain) -> bool:
    return isinstance(at(value, "files"), list)


def _by_type(document: Document, data: Plain, steps: Steps) -> Iterator[Entry]:
    """Yield the entries of a mapping `extension: {files: [...]}`."""
    for extension, value in data.items() if isinstance(data, dict) else ():
        yield from _stock(document, at(value, "files"), (*steps, extension, "files"), extension)


def registry_entries(document: Document, data: Plain, steps: Steps = ()) -> Iterator[Entry]:
    """Yield the entries of a mapping `path: {size, modified, type}`, or of rows with columns."""
    columns = at(data, COLUMNS)
    for path, value in data.items() if isinstance(data, dict) else ():
        way = (*steps, path)
        if isinstance(value, dict):
            yield _registered(document, path, way, value)
        elif isinstance(value, list) and isinstance(columns, list) and path != COLUMNS:
            row = {str(name): cell for name, cell in zip(columns, value, strict=False)}
            yield _registered(document, path, way, row, columns)


def _registered(
    document: Document,
    path: str,
    way: Steps,
    facts: Mapping[str, Plain],
    columns: Sequence[Plain] = (),
) -> Entry:
    return Entry(
        name=path,
        path=path,
        line=document.line(*way),
        role="registry",
        steps=way,
        stated=stated(document, way, facts, columns),
        sha256=_checksum(document, way, facts, columns),
    )


def _checksum(
    document: Document, way: Steps, facts: Mapping[str, Plain], columns: Sequence[Plain] = ()
) -> Claim | None:
    found = facts.get(_SHA256)
    if not isinstance(found, str) or not _HEXADECIMAL.fullmatch(found):
        return None
    steps = (*way, columns.index(_SHA256) if columns else _SHA256)
    return Claim(name=_SHA256, value=found, line=document.line(*steps), steps=steps)


def registry(document: Document) -> Registry | None:
    """Return what is said about the stock of files as a whole, `None` where there is none."""
    for way in (REGISTRY, BY_TYPE):
        if isinstance(at(document.data, *way), dict):
            return _registry(document, way, total=claim_at(document, *_INVENTORY, "total_count"))
    files = at(document.data, *FILES)
    if _is_stock(files) or isinstance(at(files, DETAIL), str):
        return _registry(document, FILES, complete=False)
    return None


def _registry(
    document: Document, way: Steps, *, total: Claim | None = None, complete: bool = True
) -> Registry:
    names = tuple(str(step) for step in way)
    return Registry(
        line=document.line(*way),
        complete=complete,
        total=total,
        digest=claim_at(document, *names, "_hash"),
        detail_file=claim_at(document, *names, DETAIL),
    )


def _is_stock(files: Plain) -> bool:
    return isinstance(files, list) and bool(files) and all(_is_measured(item) for item in files)


def _module_lists(document: Document) -> Iterator[Entry]:
    top, components = document.data, at(document.data, "components")
    for kind, items in top.items() if isinstance(top, dict) else ():
        if isinstance(items, list) and kind in _MODULES:
            yield from _modules(document, items, (kind,), kind)
    # Below `components` the kinds are the author's own.
    for kind, items in components.items() if isinstance(components, dict) else ():
        if isinstance(items, list):
            yield from _modules(document, items, ("components", kind), kind)


def _stock(document: Document, items: Plain, steps: Steps, category: str) -> Iterator[Entry]:
    for number, item in enumerate(items if isinstance(items, list) else ()):
        way = (*steps, number)
        path = item if isinstance(item, str) else at(item, "path")
        if isinstance(path, str):
            yield Entry(
                name=path,
                path=path,
                line=document.line(*way) if item is path else document.line(*way, "path"),
                role="registry",
                category=category,
                steps=way,
                stated=stated(document, way, item) if isinstance(item, dict) else (),
                sha256=_checksum(document, way, item) if isinstance(item, dict) else None,
            )


def _modules(
    document: Document, items: list[Plain], steps: Steps, category: str
) -> Iterator[Entry]:
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        way = (*steps, number)
        for key in _PATH_KEYS:
            path = item.get(key)
            if isinstance(path, str):
                yield Entry(
                    name=plain_text(item.get("name")) or posixpath.basename(path),
                    path=path,
                    line=document.line(*way, key),
                    role="module",
                    category=category,
                    stated=stated(document, way, item),
                    facts=tuple(module_facts(document, way, item)),
                )
                break


def _named_files(document: Document) -> Iterator[Entry]:
    seen: set[str] = set()
    for key in _STRINGS:
        items = at(document.data, key)
        for number, path in enumerate(items if isinstance(items, list) else ()):
            # Both lists of one manifest name the same files.
            if isinstance(path, str) and path not in seen:
                seen.add(path)
                yield Entry(
                    name=posixpath.basename(path),
                    path=path,
                    line=document.line(key, number),
                    role="module",
                    category=key,
                )


def _is_measured(item: Plain) -> bool:
    return isinstance(at(item, "path"), str) and not _MEASURES.isdisjoint(
        item if isinstance(item, dict) else ()
    )
