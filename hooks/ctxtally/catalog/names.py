"""Which file names are catalogs of what agents read."""

from __future__ import annotations

import posixpath
from typing import Literal

# Folders that agents and their users keep context in.
_CONTEXT_FOLDERS = frozenset({".agents", ".ai", ".claude", ".context", "memory-bank"})
# In the last two, and at the top, an index is common but a `manifest.json` is a web page's.
_INDEX_FOLDERS = _CONTEXT_FOLDERS | {"context", "docs"}

_ANYWHERE = frozenset({"INDEX", "MANIFEST", "context-index"})


# Pathspecs of git for all that `catalog_kind` may name. Each costs git a pass over the names
# (0.5 ms for 22,882 of them); `*.json` would list a thousand package.json there in vain.
SPECS = ("*MANIFEST.json", "*manifest.json", "*.yaml", "*.yml")


def catalog_kind(path: str) -> Literal["index", "manifest"] | None:
    """Say what kind of catalog a path is by its name alone; what it holds may still be none.

    >>> catalog_kind("docs/context/INDEX.yaml"), catalog_kind("public/manifest.json")
    ('index', None)
    """
    folder, name = posixpath.split(path)
    stem, extension = posixpath.splitext(name)
    parent = posixpath.basename(folder)
    if extension in (".yaml", ".yml"):
        known = (
            stem in _ANYWHERE
            or (stem == "index" and (not folder or parent in _INDEX_FOLDERS))
            or (stem == "manifest" and parent in _CONTEXT_FOLDERS)
        )
    elif extension == ".json":
        known = (stem == "MANIFEST" and (not folder or parent in _INDEX_FOLDERS)) or (
            stem == "manifest" and parent in _CONTEXT_FOLDERS
        )
    else:
        known = False
    if not known:
        return None
    return "manifest" if stem.lower() == "manifest" else "index"


def is_catalog(path: str) -> bool:
    return catalog_kind(path) is not None
