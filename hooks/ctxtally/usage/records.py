"""One record of a usage log, of ours or of another program, as Usage.

Fields of other programs: Anthropic's and OpenAI's API, OpenTelemetry, and logs found in public
repositories. Which names are read is in fields.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.usage import Tokens, Usage
from ctxtally.text.instants import day_of, seconds_of
from ctxtally.usage import fields
from ctxtally.usage.fields import Fields, tells_tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ctxtally.model.tally import Tally
    from ctxtally.usage.fields import Record

USAGE = "usage"
# What else is no count of a context file but part of the use of models.
MARKS = ("session.start", "session.end", "compact")


class Read(NamedTuple):
    """What a record tells; `usage` is None where it tells nothing of usage.

    `drift` counts its fields that could not be taken; they are unknown, never 0. `other` says that
    it is an event of ours about something else, such as a count of a context file.
    """

    usage: Usage | None
    drift: int = 0
    other: bool = False


def taken(objects: Iterable[tuple[Record, Collection[str]]], tally: Tally) -> Iterator[Usage]:
    """Yield the usage that objects tell, each with the names it has twice."""
    for record, repeated in objects:
        found = read(record, repeated)
        tally.drift += found.drift
        tally.others += found.other
        tally.skipped += found.usage is None and not found.other
        if found.usage is not None:
            yield found.usage


def is_record(record: Record) -> bool:
    """Say whether an object is a record for itself, and no part of one that was cut off."""
    return {"v", "id"} <= record.keys() or ("timestamp" in record and tells_tokens(record))


def read(record: Record, repeated: Collection[str] = ()) -> Read:
    """Return what a record tells; its numbers are texts, `repeated` the names it has twice."""
    given = Fields(record, repeated)
    own = given.shape.own
    kind = given.text("kind") if own else USAGE
    if kind != USAGE and kind not in MARKS:
        return Read(usage=None, other=True)
    if not own and not _told(record):
        return Read(usage=None)
    tokens, total = _tokens(given, record)
    time = given.name(given.shape.time)
    moment = seconds_of(given.text(time)) if time else None
    given.drift += bool(time) and moment is None
    usage = Usage(
        **given.texts(),
        moment=moment,
        day="" if moment is None else day_of(moment),
        kind=kind,
        iteration=given.tokens("iteration") if "iteration" in record else None,
        tokens=tokens,
        total=total,
        cost_usd=given.money(total) if given.shape.cost else None,
        searches=(given.tokens("searches") or 0) if own and "searches" in record else 0,
        final=not own or record.get("final") is not False,
    )
    return Read(usage=usage, drift=given.drift)


def _told(record: Record) -> bool:
    return tells_tokens(record) or bool(_blocks(record))


def _blocks(record: Record) -> list[Record]:
    """Return the members that tell tokens of their own, as in `"usage": {"input_tokens": 5}`."""
    return [one for one in record.values() if isinstance(one, dict) and tells_tokens(one)]


def _tokens(given: Fields, record: Record) -> tuple[Tokens | None, int | None]:
    if tells_tokens(record):
        return _counts(given)
    blocks = _blocks(record)
    if not blocks:
        return None, None
    tokens: Tokens | None = Tokens()
    total: int | None = 0
    for block in blocks:
        inner = Fields(block)
        more, sum_of_it = _counts(inner)
        given.drift += inner.drift
        tokens = None if tokens is None or more is None else tokens + more
        total = None if total is None or sum_of_it is None else total + sum_of_it
    return tokens, total


def _counts(given: Fields) -> tuple[Tokens | None, int | None]:
    """Return the buckets and the total: as it is written where it is, else the sum."""
    stated = given.name(given.shape.total)
    total = given.tokens(stated) if stated else None
    tokens = _buckets(given, total)
    if not stated and tokens is not None:
        total = tokens.total
    return tokens, total


def _buckets(given: Fields, total: int | None) -> Tokens | None:
    shape = given.shape
    names = [given.name(one) for one in (shape.entered, shape.left)]
    caches = [given.name(one) for one in (shape.cache_read, shape.cache_write)]
    names += (*caches, given.name(shape.cache_hour))
    if not any(names):
        return None
    before = given.drift
    counts = [given.tokens(name) if name else 0 for name in names]
    thought = given.name(shape.reasoning)
    reasoning = (given.tokens(thought) if thought else 0) or 0
    # That a cache was not used is often written as null; that nothing went in or out, never.
    if None in counts[:2] or given.drift > before:
        return None
    entered, left, read_from, written, kept = (one or 0 for one in counts)
    if not shape.own:
        cached = read_from + written
        if cached and _is_inclusive(caches, entered, left, cached, total):
            entered -= cached
        left += reasoning if reasoning > left else 0
    return Tokens(
        input=entered,
        cache_read=read_from,
        cache_write_5m=written,
        cache_write_1h=kept,
        output=left,
        reasoning=reasoning,
    )


def _is_inclusive(
    caches: list[str], entered: int, left: int, cached: int, total: int | None
) -> bool:
    """Say whether the input includes what is told of caches: by the total, else by the names."""
    if cached > entered:
        return False
    if total in (entered + left, entered + left + cached):
        return total == entered + left
    return any(name in fields.INCLUSIVE for name in caches)
