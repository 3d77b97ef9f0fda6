"""What is worth knowing of paths that are not what they seem: a line for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.marks import intended, skipped, submodules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.tree import Tree

# A line is read as a whole, so it names no more.
MOST_NAMES = 5


def labels(tree: Tree, paths: Iterable[str]) -> Iterator[str]:
    """Yield a line about submodules, files that are to be added, and files that are left out."""
    found = {
        "submodule, not measured": submodules(tree),
        "intended to be added, not measured before `git add`": intended(tree),
        "not checked out, measured as it is in the index": skipped(tree, paths),
    }
    for label, names in found.items():
        if names:
            more = len(names) - MOST_NAMES
            rest = f" and {more:,} more" if more > 0 else ""
            told = ", ".join(names[:MOST_NAMES]).encode("utf-8", "backslashreplace")
            yield f"{label}: {told.decode()}{rest}"
