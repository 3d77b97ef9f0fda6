"""Small trees made in a test: paths with text, and symlinks with their target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.model.tree import REGULAR, SYMLINK, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A tree in memory, and how the model sees it."""

    entries: Mapping[str, Entry]
    blobs: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        return self.blobs.get(path)

    def link(self, entry: Entry) -> str | None:
        data = self.blobs.get(entry.path)
        return None if data is None else data.decode()


def made(
    files: Mapping[str, str | bytes] | None = None, links: Mapping[str, str] | None = None
) -> Made:
    files = files or {}
    links = links or {}
    blobs = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
    modes = dict.fromkeys(files, REGULAR) | dict.fromkeys(links, SYMLINK)
    return Made(
        entries={
            path: Entry(path=path, mode=mode, oid=f"{at:040x}")
            for at, (path, mode) in enumerate(modes.items())
        },
        blobs=blobs | {path: target.encode() for path, target in links.items()},
    )


def no_links(_: Entry) -> str | None:
    raise AssertionError("there is no link to read")


def reading(texts: Mapping[str, str]) -> Callable[[Entry], str | None]:
    return lambda entry: texts.get(entry.path)
