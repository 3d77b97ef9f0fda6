"""Catalogs and their modules with the numbers mended, worked out before anything is written."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, TypeAlias

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.catalog.mending import mends
from ctxtally.errors import UserError
from ctxtally.model.document import Document
from ctxtally.model.record import dataclass, replace
from ctxtally.survey.audit import examine
from ctxtally.survey.overlay import Overlay
from ctxtally.text.splice import Source, spliced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.document import Plain, Steps, Unreadable
    from ctxtally.model.mend import Mend
    from ctxtally.model.tree import Tree
    from ctxtally.survey.audit import Examined

# A number that is written changes what is counted, and a sum follows from other numbers: an index
# whose modules repeat it settles in four rounds. What needs more than these goes in a circle.
MAX_ROUNDS = 12

_Key: TypeAlias = "tuple[str, Steps]"
_Read: TypeAlias = "Callable[[str, bytes], Document | Unreadable | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """`before` and `after` are the content of the files that change, `seen` how it was found.

    `made` are the changes, `left` those that cannot be made: the value is not written plainly.
    """

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    made: tuple[Mend, ...]
    left: tuple[Mend, ...]
    seen: Examined


def mend(place: Place, tree: Tree, chosen: Sequence[str] = ()) -> Mended:
    """Mend the numbers of catalogs until nothing changes any more."""
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    made: dict[_Key, Mend] = {}
    left: dict[_Key, Mend] = {}
    for _ in range(MAX_ROUNDS):
        seen = examine(place, Overlay(tree, after, place.object_format), chosen)
        wanted = [one for one in _wanted(seen) if _key(one) not in left]
        if not wanted:
            return Mended(
                before=before,
                after=after,
                made=_in_order(one for one in made.values() if one.before != one.after),
                left=tuple(left.values()),
                seen=seen,
            )
        for path in dict.fromkeys(one.path for one in wanted):
            raw = _content(seen, path)
            here = [one for one in wanted if one.path == path]
            new, refused = _rewritten(raw, *_documents(seen)[path], here)
            left |= {_key(one): one for one in refused}
            for one in here:
                if one not in refused:
                    before.setdefault(path, raw)
                    after[path] = new
                    first = made.get(_key(one), one)
                    made[_key(one)] = replace(one, before=first.before)
    raise UserError(
        f"the numbers of {', '.join(sorted(after))} do not settle: each change makes another one",
        help="mend them by hand",
    )


def _key(one: Mend) -> _Key:
    return one.path, one.steps


def _in_order(made: Iterable[Mend]) -> tuple[Mend, ...]:
    return tuple(sorted(made, key=lambda one: (one.path, one.line)))


def _wanted(seen: Examined) -> Iterator[Mend]:
    lookup = seen.ground.tracked.listing()
    found = {
        _key(mend): mend
        for one, observed in seen.listed
        for mend in mends(one.catalog, one.resolved, observed, lookup)
    }
    yield from found.values()


def _documents(seen: Examined) -> dict[str, tuple[Document, _Read]]:
    """Return the parsed files by path, each with what reads it: front matter, details, catalogs."""
    fronts = [front for _, observed in seen.listed for front in observed.front_matter.values()]
    whole = [observed.detail for _, observed in seen.listed]
    whole += [one.document for one, _ in seen.listed]
    readers: list[tuple[_Read, Sequence[object]]] = [
        (read_front_matter, fronts),
        (read_document, whole),
    ]
    return {
        one.path: (one, read)
        for read, documents in readers
        for one in documents
        if isinstance(one, Document)
    }


def _content(seen: Examined, path: str) -> bytes:
    (found,) = seen.meter.tree.read([seen.ground.tracked.entries[path]])
    return found[1]


def _rewritten(
    raw: bytes, document: Document, read: _Read, wanted: Sequence[Mend]
) -> tuple[bytes, list[Mend]]:
    """Return the content with what could be changed, and what could not be."""
    source = Source(raw.decode())
    splices = []
    done, refused = [], []
    for one in wanted:
        splice = source.rewrite(document.place(one.steps).value, one.before, one.after)
        if splice is None:
            refused.append(one)
        else:
            done.append(one)
            splices.append(splice)
    new = spliced(source.text, splices).encode()
    again = read(document.path, new)
    if isinstance(again, Document) and _differ_only_in(document.data, again.data, done):
        return new, refused
    return raw, list(wanted)


def _differ_only_in(old: Plain, new: Plain, made: Iterable[Mend]) -> bool:
    steps = [one.steps for one in made]
    with suppress(LookupError, TypeError):  # the way is not there any more
        return _without(old, steps) == _without(new, steps)
    return False


def _without(data: Plain, parts: Iterable[Steps]) -> Plain:
    data = deepcopy(data)
    for steps in parts:
        around = data
        for step in steps[:-1]:
            around = around[step]  # type: ignore[index] # the way was just read
        around[steps[-1]] = None  # type: ignore[index] # as above
    return data
