"""What git listed of an index, kept for as long as that index is the same.

Git ends an index with the checksum of what is before it (gitformat-index(5)), so twenty bytes tell
whether a tree of 23,000 paths has to be gone through again, which takes git half of what it takes
to start an interpreter.
"""

from __future__ import annotations

import os

from ctxtally.adapters import plumbing
from ctxtally.adapters.digest import digest
from ctxtally.adapters.sealed import seal, unseal

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable

# The end of a SHA-256 tells as much.
_CHECKSUM_BYTES = 20
_SECOND_VERSION = b"DIRC\0\0\0\2"
# Git writes this where `index.skipHash` saves it the time.
_NO_CHECKSUM = bytes(_CHECKSUM_BYTES)


def listing(pathspecs: Iterable[str]) -> bytes:
    """Return what `plumbing.listing` does, without asking git where the index has not changed."""
    asked = tuple(pathspecs)
    _, git_dir, _, _, index = plumbing.place()
    checksum = _checksum(index)
    if checksum is None:
        return plumbing.listing(asked)
    path = os.path.join(git_dir, "ctxtally", "listing")
    key = digest(checksum, os.fsencode("\0".join(asked)))
    try:
        kept, told = unseal(path)
    except (OSError, ValueError):
        kept, told = "", b""
    if kept == key:
        return told
    told = plumbing.listing(asked)
    if _checksum(index) == checksum:  # else somebody staged something while git was asked
        seal(path, key, told)
    return told


def may_hold_intentions() -> bool:
    """Say whether `git add --intent-to-add` can have left anything in the index.

    That takes an extended flag, which the second version of the format has no room for
    (gitformat-index(5)); a split index may have it in the shared part, which lies beside HEAD.
    """
    _, git_dir, _, _, index = plumbing.place()
    try:
        with open(index, "rb") as file:
            is_second = file.read(len(_SECOND_VERSION)) == _SECOND_VERSION
        return not is_second or any(name.startswith("sharedindex.") for name in os.listdir(git_dir))
    except OSError:
        return True


def _checksum(index: str) -> bytes | None:
    try:
        with open(index, "rb") as file:
            file.seek(-_CHECKSUM_BYTES, os.SEEK_END)
            found = file.read()
    except OSError:  # before the first `git add` there is none
        return None
    return None if found == _NO_CHECKSUM else found
