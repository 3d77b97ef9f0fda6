"""Our configuration where git does not track it: used as it lies on the disk."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Container

# The first that holds our settings is the one that is used.
FILES = ("ctxtally.toml", "pyproject.toml")
# No more is ever read of one: a pyproject.toml of a large project has some 30 kB.
LARGEST_BYTES = 4 << 20


def content(top: str, name: str) -> bytes | None:
    """Return what lies at `name` below the top level, `None` where no regular file does."""
    path = os.path.join(top, name)
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        return file.read(LARGEST_BYTES)


def untracked(top: str, tracked: Container[bytes]) -> list[bytes]:
    """Return one part of a key per configuration file, empty where git tracks it or none is."""
    return [b"" if os.fsencode(name) in tracked else content(top, name) or b"" for name in FILES]
