"""Catalogs, trees and findings for tests, made from short texts."""

from __future__ import annotations

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.catalog.checks import check
from ctxtally.catalog.reader import read_catalog
from ctxtally.catalog.resolve import resolve
from ctxtally.model.catalog import Catalog, Observed
from ctxtally.model.document import Document
from ctxtally.model.tree import REGULAR, Entry
from ctxtally.text.paths import Listing

INDEX = "docs/context/INDEX.yaml"


def document(path: str, text: str) -> Document:
    read = read_document(path, text.encode())
    assert isinstance(read, Document), str(read)
    return read


def catalog(text: str, path: str = INDEX) -> Catalog:
    read = read_catalog(document(path, text))
    assert isinstance(read, Catalog), str(read)
    return read


def listing(*paths: str) -> Listing:
    return Listing(entries={path: Entry(path=path, mode=REGULAR, oid=path) for path in paths})


def observed(**texts: str) -> Observed:
    """Observe front matter of files, a key's `__` standing for `/` and `_md` for `.md`."""
    front = {}
    for name, text in texts.items():
        path = name.replace("__", "/").replace("_md", ".md")
        front[path] = read_front_matter(path, text.encode())
    return Observed(front_matter=front)


def told(
    text: str,
    *paths: str,
    path: str = INDEX,
    seen: Observed | None = None,
    only: str | None = None,
) -> list[str]:
    """Return the findings on a catalog in a tree of `paths`, as they are printed, without help."""
    read = catalog(text, path)
    tree = listing(*paths)
    resolved = tuple(resolve(read.path, read.entries, tree))
    return [
        f"{one.level}[{one.rule}]: {one.path}{f':{one.line}' if one.line else ''}: {one.message}"
        for one in check(read, resolved, seen or Observed(), tree)
        if only is None or one.rule == only
    ]
