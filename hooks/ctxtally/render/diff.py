"""What a change of files would be, as a unified diff."""

from __future__ import annotations

import re
from difflib import unified_diff
from typing import TYPE_CHECKING

from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# The names of both files; what follows them ends a line, or the file.
_HEADERS = 2
_NO_END = "\\ No newline at end of file"


def diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """Return the changes of all files by path; a path that is not in `before` is a new file.

    Tabs and the CR of a line end stay, so that `git apply` takes it; nothing else that a terminal
    acts on does.
    """
    return "\n".join(
        line for path in sorted(after) for line in _changes(path, before.get(path), after[path])
    )


def _changes(path: str, old: bytes | None, new: bytes) -> Iterator[str]:
    name = printable(path)
    lines = unified_diff(
        _lines(old or b""),
        _lines(new),
        "/dev/null" if old is None else f"a/{name}",
        f"b/{name}",
        lineterm="",
    )
    for number, line in enumerate(lines):
        text, end, _ = line.partition("\n")
        body = text.removesuffix("\r")
        yield "\t".join(map(printable, body.split("\t"))) + text[len(body) :]
        if not end and number >= _HEADERS and line[0] in " +-":
            yield _NO_END


def _lines(raw: bytes) -> list[str]:
    # Not splitlines: it also ends lines at characters at which git does not.
    return _LINE.findall(raw.decode("utf-8", "replace"))
