"""Paths as seen from a folder above them."""

from __future__ import annotations


def below(path: str, root: str) -> str | None:
    """Return an absolute path as seen from `root`, `.` for itself, `None` where it is elsewhere.

    >>> below("/a/b/c", "/a"), below("/a", "/a"), below("/ab", "/a"), below("/a", "/")
    ('b/c', '.', None, 'a')
    """
    if path == root:
        return "."
    inside = root.rstrip("/") + "/"
    return path.removeprefix(inside) if path.startswith(inside) else None
