"""The content of blobs, a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.plumbing import output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.tree import Entry


def blob_id(content: bytes, object_format: str) -> str:
    """Return the id that `git hash-object` gives the same bytes.

    >>> blob_id(b"", "sha1")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    import hashlib

    return hashlib.new(object_format, b"blob %d\0" % len(content) + content).hexdigest()


def blob_sizes(entries: Iterable[Entry]) -> dict[str, int | None]:
    """Return the bytes of each entry's blob by path, `None` where the object is not here."""
    wanted = list(entries)
    if not wanted:
        return {}
    request = "".join(f"{entry.oid}\n" for entry in wanted).encode("ascii")
    lines = output("cat-file", "--batch-check=%(objectsize)", stdin=request).split(b"\n")
    return {
        entry.path: int(line) if line.isdigit() else None
        for entry, line in zip(wanted, lines, strict=False)
    }


def blobs(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Yield entries with the content of their blobs, in order; what is not here is left out.

    All of it is in memory at once: ask for sizes first.
    """
    entries = list(entries)
    if not entries:
        return
    request = "".join(f"{entry.oid}\n" for entry in entries).encode("ascii")
    out = output("cat-file", "--batch", stdin=request)
    at = 0
    for entry in entries:
        end = out.index(b"\n", at)
        header = out[at:end]
        at = end + 1
        if header.endswith((b" missing", b" ambiguous")):
            continue
        size = int(header.rsplit(b" ", 1)[1])
        yield entry, out[at : at + size]
        at += size + 1
