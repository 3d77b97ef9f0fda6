"""Reads YAML and JSON that strangers may have written, within limits, into plain data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.adapters.documents_json import parse_json
from ctxtally.adapters.documents_outline import DocumentError, mark, placer
from ctxtally.adapters.documents_yaml import parse_yaml
from ctxtally.model.document import Document, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtally.adapters.documents_outline import Parsed

# A real index has 27 kB and 36 modules, the largest known 124 kB; ruamel.yaml takes 5.6 s for
# 368 kB (measured, 0.19.1).
MAX_YAML_BYTES = 256_000
# Claude Code skips context files above 4 MiB (its documentation, memory.md, 2026-08-22).
MAX_JSON_BYTES = 4 * 1024 * 1024

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)


def read_document(path: str, raw: bytes) -> Document | Unreadable:
    """Parse the bytes of `path`: as JSON where its name says so, as YAML otherwise."""
    if path.lower().endswith(".json"):
        return _read(path, raw, MAX_JSON_BYTES, parse_json)
    return _read(path, raw, MAX_YAML_BYTES, _parse_either)


def read_front_matter(path: str, raw: bytes) -> Document | Unreadable | None:
    """Parse the YAML between two `---` lines at the top of a file, `None` where there is none.

    Lines count from the top of the file; what follows the front matter is not looked at.
    """
    opening = _OPENING.match(raw)
    if opening is None:
        return None
    closing = _CLOSING.search(raw, opening.end())
    if closing is None:
        return None
    # The opening fence becomes an empty line, so that lines keep their numbers.
    return _read(path, b"\n" + raw[opening.end() : closing.start()], MAX_YAML_BYTES, parse_yaml)


def _parse_either(text: str) -> Parsed:
    # JSON inside a .yaml may be indented with tabs, which YAML refuses; and it is much faster.
    if text.lstrip()[:1] in ("{", "["):
        try:
            return parse_json(text)
        except DocumentError:
            pass
    return parse_yaml(text)


def _read(
    path: str, raw: bytes, limit: int, parse: Callable[[str], Parsed]
) -> Document | Unreadable:
    if len(raw) > limit:
        return _unreadable(path, "", f"{len(raw):,} bytes, more than the {limit:,} that are read")
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        above = raw[: error.start].decode("utf-8-sig")
        return _unreadable(path, above, "not UTF-8", len(above))
    try:
        parsed = parse(text)
    except DocumentError as error:
        return _unreadable(path, text, str(error), error.offset)
    except (RecursionError, MemoryError):
        return _unreadable(path, text, "too large or too deep to be read")
    return Document(path=path, data=parsed.data, place=placer(text, parsed.outline))


def _unreadable(path: str, text: str, message: str, offset: int = 0) -> Unreadable:
    where = mark(text, offset)
    return Unreadable(path=path, line=where.line, column=where.column, message=message)
