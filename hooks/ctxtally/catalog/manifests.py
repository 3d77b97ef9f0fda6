"""Finds the listed files in the known shapes of MANIFEST.json."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxtally.catalog.amounts import stated
from ctxtally.catalog.facts import module_facts, plain_text
from ctxtally.catalog.statements import at, claim_at
from ctxtally.model.catalog import Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.document import Document, Plain, Steps

_FILES = ("inventory", "files")
REGISTRY = (*_FILES, "file_registry")
# The key of forms.py under which the keys stand that all rows share.
COLUMNS = "_columns"
_BY_TYPE = (*_FILES, "by_type")

# Lists of what agents load, at the top or under `components`. Any other list in a file of this
# name belongs to a data package, a web page or a build.
_MODULES = frozenset(
    {"agents", "commands", "documents", "modules", "prompts", "rules", "skills", "workflows"}
)
_STRINGS = ("generated_files", "recommended_read_order")
_PATH_KEYS = ("path", "file", "entry")
_MEASURES = frozenset({"bytes", "hash", "sha256", "size"})


def manifest_entries(document: Document) -> Iterator[Entry]:
    """Yield every file a manifest lists; none where it has no known shape."""
    yield from registry_entries(document, at(document.data, *REGISTRY), REGISTRY)
    by_type = at(document.data, *_BY_TYPE)
    for extension in by_type if isinstance(by_type, dict) else ():
        way = (*_BY_TYPE, extension, "files")
        yield from _stock(document, at(document.data, *way), way, extension)
    files = at(document.data, "files")
    if isinstance(files, list) and all(_is_measured(item) for item in files):
        yield from _stock(document, files, ("files",), "files")
    yield from _module_lists(document)
    yield from _named_files(document)


def registry_entries(document: Document, data: Plain, steps: Steps = ()) -> Iterator[Entry]:
    """Yield the entries of a mapping `path: {size, modified, type}`, or of rows with columns."""
    columns = at(data, COLUMNS)
    for path, value in data.items() if isinstance(data, dict) else ():
        way = (*steps, path)
        if isinstance(value, dict):
            sizes = stated(document, way, value)
        elif isinstance(value, list) and isinstance(columns, list) and path != COLUMNS:
            row = {str(name): cell for name, cell in zip(columns, value, strict=False)}
            sizes = stated(document, way, row, columns)
        else:
            continue
        yield Entry(
            name=path,
            path=path,
            line=document.line(*way),
            role="registry",
            steps=way,
            stated=sizes,
        )


def registry(document: Document) -> Registry | None:
    """Return what is said about the stock of files as a whole, `None` where there is none."""
    for way in (REGISTRY, _BY_TYPE):
        if isinstance(at(document.data, *way), dict):
            return Registry(
                line=document.line(*way),
                complete=True,
                total=claim_at(document, *_FILES, "total_count"),
                digest=claim_at(document, *way, "_hash"),
                detail_file=claim_at(document, *way, "_detail_file"),
            )
    files = at(document.data, "files")
    if isinstance(files, list) and files and all(_is_measured(item) for item in files):
        return Registry(line=document.line("files"), complete=False)
    return None


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
