"""A memory as bytes: a line of JSON, then the arrays."""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, Any

from ctxtally.model.redundancy import Passage, Span
from ctxtally.redundancy.passages import Found
from ctxtally.redundancy.recall import Memory
from ctxtally.redundancy.windows import Window

if TYPE_CHECKING:
    from ctxtally.redundancy.recall import Each

_WIDE, _NARROW = "Q", "I"


def packed(memory: Memory) -> bytes:
    """Return a memory as bytes."""
    spelled = array(_WIDE, memory.often)
    counts = array(_NARROW, memory.often.values())
    blocks = (memory.owners, memory.heavy, memory.ends, memory.words)
    arrays = (memory.grams, memory.telling, spelled, *blocks, counts)
    head = {
        "keys": memory.keys,
        "windows": [
            [window.name, window.base, window.members, _told(each)]
            for window, each in memory.answer
        ],
        "sizes": [len(one) * one.itemsize for one in arrays],
    }
    return b"\n".join((json.dumps(head).encode("ascii"), b"".join(map(bytes, arrays))))


def unpacked(data: bytes) -> Memory:
    """Return the memory that `packed` made; ValueError, KeyError, TypeError for anything else."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    arrays = []
    for size, kind in zip(head["sizes"], (_WIDE,) * 3 + (_NARROW,) * 5, strict=True):
        one: array[int] = array(kind)
        one.frombytes(rest[:size])
        rest = rest[size:]
        arrays.append(one)
    grams, telling, spelled, owners, heavy, ends, words, counts = arrays
    return Memory(
        keys=tuple(head["keys"]),
        answer=[
            (Window(name=name, base=tuple(base), members=tuple(members)), _each(told))
            for name, base, members, told in head["windows"]
        ],
        grams=grams,
        telling=telling,
        owners=owners,
        heavy=heavy,
        ends=ends,
        words=words,
        often=dict(zip(spelled, counts, strict=True)),
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
