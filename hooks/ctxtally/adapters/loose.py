"""Our configuration where git does not track it: used as it lies on the disk."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Container, Mapping

# The first that holds our settings is the one that is used.
FILES = ("ctxtally.toml", "pyproject.toml")
# No more is ever read of one: a pyproject.toml of a large project has some 30 kB.
LARGEST_BYTES = 4 << 20


def read(top: str) -> dict[str, bytes | None]:
    """Return what lies at each name below the top level, `None` where no regular file does.

    Read it once: what decides and what is remembered must be the same. Raises OSError.
    """
    return {name: _content(os.path.join(top, name)) for name in FILES}


def _content(path: str) -> bytes | None:
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
    except FileNotFoundError:
        return None
    with open(path, "rb") as file:
        return file.read(LARGEST_BYTES)


def parts(lying: Mapping[str, bytes | None], tracked: Container[bytes]) -> list[bytes]:
    """Return one part of a key per configuration file; an empty file is not the same as none."""
    return [
        b"tracked"
        if os.fsencode(name) in tracked
        else b"none"
        if content is None
        else b"lying:" + content
        for name, content in lying.items()
    ]
