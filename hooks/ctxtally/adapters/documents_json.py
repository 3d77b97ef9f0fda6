"""Parses JSON with the standard library; where things are written is worked out on demand."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING

from ctxtally.adapters.documents_outline import (
    MAX_DEPTH,
    MAX_DIGITS,
    DocumentError,
    Parsed,
    Spot,
    duplicate,
    too_deep,
)

if TYPE_CHECKING:
    from ctxtally.adapters.documents_outline import Inside
    from ctxtally.model.document import Plain

# A known MANIFEST.json of 118 kB has 6,203 commas and colons; one of 4 MiB would have 220,000. Two
# million one-character values would take 500 MB once parsed and placed.
MAX_VALUES = 250_000

# Commas and colons between values carry nothing, so the search passes over them.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s{}\[\]:,"]+', re.DOTALL)
_LONG_NUMBER = re.compile(rf"\d{{{MAX_DIGITS + 1},}}")


class _DuplicateKeyError(Exception):
    pass


def parse_json(text: str) -> Parsed:
    """Return the data of a JSON text, or raise DocumentError."""
    if text.count(",") + text.count(":") > MAX_VALUES:
        raise DocumentError(f"more than {MAX_VALUES:,} values")
    try:
        data: Plain = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise DocumentError(f"not valid JSON: {error.msg}", error.pos) from None
    except (_DuplicateKeyError, RecursionError):
        # The parser does not say where: the outline meets the same key, or the depth, again.
        outline(text)
        raise
    except ValueError:
        found = _LONG_NUMBER.search(text)
        raise DocumentError(
            f"a number of more than {MAX_DIGITS:,} digits", found.start() if found else 0
        ) from None
    if _depth(data) > MAX_DEPTH:
        outline(text)
    return Parsed(data, partial(outline, text))


def outline(text: str) -> Spot:
    """Return where each part of a valid JSON text is; refuse duplicate keys and great depth."""
    top: list[int | Spot] = []
    open_: list[dict[str, Spot] | list[int | Spot]] = [top]
    key: tuple[str, int] | None = None
    for token in _TOKEN.finditer(text):
        first, offset, around = token[0][0], token.start(), open_[-1]
        if first in "}]":
            open_.pop()
            continue
        if key is None and isinstance(around, dict):
            name = token[0]
            key = (json.loads(name) if "\\" in name else name[1:-1], offset)
            if key[0] in around:
                raise duplicate(*key)
            continue
        inside: Inside = None
        if first in "{[":
            inside = {} if first == "{" else []
            open_.append(inside)
            if len(open_) > MAX_DEPTH + 1:
                raise too_deep(offset)
        if isinstance(around, list):
            around.append(offset if inside is None else Spot(offset, offset, inside))
        elif key is not None:
            around[key[0]] = Spot(key[1], offset, inside)
            key = None
    whole = top[0]
    return Spot(whole, whole, None) if isinstance(whole, int) else whole


def _unique(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _depth(data: Plain) -> int:
    """Return how deep containers nest, level by level, so that depth costs no stack."""
    depth, level = 0, [data]
    while level:
        containers = [part for part in level if isinstance(part, (dict, list))]
        depth += bool(containers)
        level = [
            part
            for container in containers
            for part in (container.values() if isinstance(container, dict) else container)
        ]
    return depth
