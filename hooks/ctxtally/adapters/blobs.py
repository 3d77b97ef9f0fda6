"""The content of blobs, a batch at a time."""

from __future__ import annotations

from ctxtally.adapters.plumbing import answer, refusal

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.tree import Entry

# What git says of an object that a remote has promised and that it may not fetch now.
_PROMISED = b"promisor remote"

# How `git hash-object -t blob /dev/null` begins in SHA-1 and SHA-256 repositories.
_EMPTY = ("e69de29bb2d1d643", "473a0f4c3be8a936")


def blob_id(content: bytes, object_format: str) -> str:
    """Return the id that `git hash-object` gives the same bytes.

    >>> blob_id(b"", "sha1")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    import hashlib

    return hashlib.new(object_format, b"blob %d\0" % len(content) + content).hexdigest()


def blob_sizes(entries: Iterable[Entry]) -> dict[str, int | None]:
    """Return the bytes of each entry's blob by path, `None` where the object is not here."""
    found: dict[str, int | None] = {}
    for asked, out in _answers("--batch-check=%(objectsize)", list(entries)):
        for entry, line in zip(asked, out.split(b"\n"), strict=False):
            found[entry.path] = int(line) if line.isdigit() else None
    return found


def blobs(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """Yield entries with the content of their blobs, in order; what is not here is left out.

    All of it is in memory at once: ask for sizes first.
    """
    for asked, out in _answers("--batch", list(entries)):
        at = 0
        for entry in asked:
            end = out.find(b"\n", at)
            if end < 0:
                break
            header = out[at:end]
            at = end + 1
            if header.endswith((b" missing", b" ambiguous")):
                continue
            size = int(header.rsplit(b" ", 1)[1])
            yield entry, out[at : at + size]
            at += size + 1


def _answers(how: str, entries: list[Entry]) -> Iterator[tuple[list[Entry], bytes]]:
    """Yield git's answers about the objects of entries, and which entries each is about.

    In a partial clone git gives up at the first object that it would have to fetch. It has answered
    for those before it by then, so it is asked again for those behind it.
    """
    while entries:
        request = "".join(f"{entry.oid}\n" for entry in entries).encode("ascii")
        status, out, err = answer("cat-file", how, stdin=request)
        if status and _PROMISED not in err:
            raise refusal("cat-file", err)
        yield entries, out
        if not status:
            return
        lost = next((at for at, entry in enumerate(entries) if entry.oid.encode("ascii") in err), 0)
        entries = entries[lost + 1 :]


def is_empty(oid: str) -> bool:
    """Say whether a blob is empty, which in an index may also mean intent to add."""
    return oid.startswith(_EMPTY)
