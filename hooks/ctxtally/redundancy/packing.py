"""A memory as bytes: a line of JSON for the answer, and sections for what is rarely wanted."""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, Any, Literal

from ctxtally.model.record import dataclass
from ctxtally.model.redundancy import Passage, Span
from ctxtally.redundancy.index import Index, indexed
from ctxtally.redundancy.items import Order
from ctxtally.redundancy.passages import Found
from ctxtally.redundancy.recall import Memory
from ctxtally.redundancy.shelved import shelved
from ctxtally.redundancy.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctxtally.redundancy.passages import Text
    from ctxtally.redundancy.recall import Answer, Each
    from ctxtally.redundancy.words import Lexicon

# The sections of an index, before one for each text: some of 64 bits, the others of 32 bits each.
_WIDE: Literal["Q"] = "Q"
_NARROW: Literal["I"] = "I"
_WIDES, _ALL = 3, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An answer as JSON, and the sections beside it."""

    head: dict[str, Any]
    sections: list[bytes]


def packed(
    keys: Sequence[str], texts: Sequence[Text], answer: Answer, lexicon: Lexicon
) -> Packed | None:
    """Return what to keep of an answer, `None` where too much is in it."""
    index = indexed([text.scanned for text in texts], lexicon.weights)
    if index is None:
        return None
    head = {
        "paths": [text.path for text in texts],
        "keys": [*keys],
        "marked": [at for at, text in enumerate(texts) if not text.plain],
        "windows": [
            [window.name, window.base, window.members, _told(each)] for window, each in answer
        ],
    }
    shelf = (shelved(text.scanned, lexicon.spellings) for text in texts)
    return Packed(head=head, sections=[*_sections(index), *shelf])


def unpacked(line: bytes, section: Callable[[int], bytes]) -> Memory:
    """Return the memory that `packed` made; ValueError, KeyError, TypeError for anything else."""
    head = json.loads(line)
    return Memory(
        paths=tuple(head["paths"]),
        keys=tuple(head["keys"]),
        marked=frozenset(head["marked"]),
        answer=[
            (Window(name=name, base=tuple(base), members=tuple(members)), _each(told))
            for name, base, members, told in head["windows"]
        ],
        index=lambda: _index(section),
        text=lambda at: section(_ALL + at),
    )


def _sections(index: Index) -> Iterator[bytes]:
    spelled = array(_WIDE, index.order)
    counts = array(_NARROW, index.order.often)
    blocks = (index.owners, index.heavy, index.ends, index.words)
    yield from map(bytes, (index.grams, index.telling, spelled, *blocks, counts))


def _index(section: Callable[[int], bytes]) -> Index:
    grams, telling, spelled = (memoryview(section(at)).cast(_WIDE) for at in range(_WIDES))
    owners, heavy, ends, words, counts = (
        memoryview(section(at)).cast(_NARROW) for at in range(_WIDES, _ALL)
    )
    return Index(
        grams=grams,
        telling=telling,
        owners=owners,
        heavy=heavy,
        ends=ends,
        words=words,
        order=Order(dict(zip(spelled, counts, strict=True))),
    )


def _told(each: Each) -> list[list[Any]]:
    return [[at, [_flat(one) for one in repeats]] for at, repeats in each]


def _each(told: list[list[Any]]) -> Each:
    return [(at, [_found(one) for one in repeats]) for at, repeats in told]


def _flat(one: Found) -> list[Any]:
    passage = one.passage
    sides = [
        (side.path, side.first_line, side.last_line, side.heading)
        for side in (passage.first, passage.again)
    ]
    words = [passage.before, passage.after, passage.opposed]
    return [passage.kind, *sides, passage.similarity, *words, sorted(one.gone)]


def _found(told: list[Any]) -> Found:
    kind, first, again, similarity, before, after, opposed, gone = told
    return Found(
        passage=Passage(
            kind=kind,
            first=_span(first),
            again=_span(again),
            similarity=similarity,
            before=tuple(before),
            after=tuple(after),
            opposed=tuple(opposed),
        ),
        gone=frozenset(gone),
    )


def _span(told: list[Any]) -> Span:
    path, first_line, last_line, heading = told
    return Span(path=path, first_line=first_line, last_line=last_line, heading=heading)
