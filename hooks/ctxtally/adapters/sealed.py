"""Small files that are believed only where they are whole, ours, and of the key wanted."""

from __future__ import annotations

from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import replace_file

# What is kept fits in a few kilobytes; more than this is not worth keeping.
LARGEST_BYTES = 1 << 20
_MAGIC = b"ctxtally 1"


def seal(path: str, key: str, body: bytes, *, most: int = LARGEST_BYTES) -> None:
    """Keep `body` at `path`; where it cannot be written, or is too large, it is not kept."""
    if len(body) <= most:
        head = b" ".join((_MAGIC, key.encode("ascii"), digest(body).encode("ascii")))
        replace_file(path, head + b"\n" + body)


def unseal(path: str, *, most: int = LARGEST_BYTES) -> tuple[str, bytes]:
    """Return the key and what was kept; OSError or ValueError where that is torn or foreign."""
    with open(path, "rb") as file:
        data = file.read(2 * most)
    head, _, body = data.partition(b"\n")
    magic, key, checksum = head.rsplit(b" ", 2)
    if magic != _MAGIC or checksum != digest(body).encode("ascii"):
        raise ValueError(path)
    return key.decode("ascii"), body
