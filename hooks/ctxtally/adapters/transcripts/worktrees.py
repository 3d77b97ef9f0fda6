"""The work trees of a repository, found without asking git."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.files import replace_file
from ctxtally.text.roots import below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.adapters.git import Place

_PATH_BYTES = 4_096


def worktrees(place: Place) -> Mapping[str, str]:
    """Return the names of all work trees by their top levels; that of the main one is empty.

    Git notes each linked one in the common directory (gitrepository-layout(5), `worktrees`).
    """
    linked = os.path.join(place.common_dir, "worktrees")
    found = {}
    if os.path.basename(place.common_dir) == ".git":
        found[os.path.dirname(place.common_dir)] = ""
    try:
        names = os.listdir(linked)
    except OSError:
        names = []
    for name in sorted(names):
        top = _top(os.path.join(linked, name, "gitdir"))
        if top:
            found[top] = name
    found[place.top] = name_of(place)
    return {slashed(top): name for top, name in found.items()}


def with_former(place: Place, path: str) -> Mapping[str, str]:
    """Return the work trees as `worktrees` does, and those that were there before and are gone.

    They are kept in a file at `path`. Where another repository is by now, nothing is ours.
    """
    now = dict(worktrees(place))
    try:
        with open(path, "rb") as file:
            parts = os.fsdecode(file.read()).split("\0")
    except OSError:
        parts = []
    kept = dict(zip(parts[::2], parts[1::2], strict=False))
    if now.items() - kept.items():
        replace_file(
            path, os.fsencode("\0".join(one for pair in (kept | now).items() for one in pair))
        )
    former = {
        top: name
        for top, name in kept.items()
        if os.path.isabs(top) and top != "/" and not os.path.lexists(f"{top}/.git")
    }
    return former | now


def name_of(place: Place) -> str:
    """Return the name of the work tree that a command runs in, empty for the main one."""
    name = below(place.git_dir, os.path.join(place.common_dir, "worktrees"))
    return name if name and "/" not in name else ""


def slashed(path: str) -> str:
    r"""Return a path with `/` between names; only a Windows path has a drive or `\\` in front."""
    is_windows = path[1:3] in (":\\", ":/") or path.startswith("\\\\")
    return path.replace("\\", "/") if is_windows else path


def _top(note: str) -> str:
    try:
        with open(note, "rb") as file:
            inside = os.fsdecode(file.read(_PATH_BYTES)).rstrip("\r\n")
    except OSError:
        return ""
    return os.path.dirname(inside) if os.path.isabs(inside) else ""
