"""Changes written into the work tree, where it holds what the index does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.files import replace_file
from ctxtally.adapters.trees import WorkTree
from ctxtally.errors import UserError
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.adapters.git import Place
    from ctxtally.model.tree import Tree

# More names would fill the screen.
_NAMED = 5


def same(place: Place, tree: Tree, paths: Iterable[str]) -> dict[str, bool]:
    """Say for each tracked file whether it lies on the disk with CRLF, as git may have written it.

    A file that is not in the work tree what it is in `tree` is refused.
    """
    entries = tree.find(paths)
    disk = WorkTree(place)
    lying = {one.path: raw for one, raw in disk.read(disk.find(entries).values())}
    converted, differ = {}, []
    for entry, raw in tree.read(entries.values()):
        converted[entry.path] = lying.get(entry.path) != raw
        if converted[entry.path] and lying.get(entry.path) != _with_crlf(raw):
            differ.append(entry.path)
    if differ:
        names = ", ".join(printable(path) for path in sorted(differ)[:_NAMED])
        more = f" and {len(differ) - _NAMED:,} more" if len(differ) > _NAMED else ""
        raise UserError(
            f"{names}{more}: not the same in the work tree as in the index",
            help="`git add` what you changed, or `git stash` it, then run again",
        )
    return converted


def refuse_present(place: Place, paths: Iterable[str]) -> None:
    """Refuse to write new files where anything lies already."""
    for path in paths:
        if os.path.lexists(os.path.join(place.top, path)):
            raise UserError(
                f"{printable(path)} is there already, and is not replaced",
                help="take it away, then run again",
            )


def write(place: Place, path: str, content: bytes, *, crlf: bool = False) -> None:
    """Write a file of the work tree in one step, never through a link."""
    where = place.top
    for name in path.split("/"):
        where = os.path.join(where, name)
        if os.path.islink(where):
            raise UserError(
                f"{printable(path)}: not written, a link leads there",
                help="put a folder in its place",
            )
    if not replace_file(where, _with_crlf(content) if crlf else content):
        raise UserError(
            f"{printable(path)}: cannot be written", help="make its folder writable, then run again"
        )


def _with_crlf(raw: bytes) -> bytes:
    """Return content as `core.autocrlf` writes it; a file that has any CRLF stays as it is."""
    return raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")
