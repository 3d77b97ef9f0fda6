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
    own = "v" in record and "id" in record
    kind = given.text("kind") if own else USAGE
    if kind not in (USAGE, *MARKS):
        return Read(usage=None, other=True)
    if not own and not _told(record):
        return Read(usage=None)
    tokens, total = _tokens(given, record, own=own)
    moment = seconds_of(given.text(given.name(fields.TIME)))
    if moment is None and given.name(fields.TIME):
        given.drift += 1
    usage = Usage(
        id=given.text("id") if own else "",
        key=given.text("key") if own else "",
        moment=moment,
        day="" if moment is None else day_of(moment),
        kind=kind,
        session=given.text(given.name(fields.SESSION)),
        run=given.text(given.name(fields.RUN)),
        phase=given.text("phase"),
        iteration=given.tokens("iteration"),
        operation=given.text("operation"),
        category=given.text("category"),
        repo=given.text("repo") if own else "",
        branch=given.text("branch"),
        commit=given.text("commit"),
        agent=given.text("agent"),
        provider=given.text("provider"),
        model=given.text("model"),
        tokens=tokens,
        total=total,
        cost_usd=given.money(fields.COST),
        counted=given.text("counted") if own else "",
        tokenizer=given.text("tokenizer") if own else "",
        source=given.text("source") if own else "",
        worktree=given.text("worktree") if own else "",
        speed=given.text("speed") if own else "",
        searches=(given.tokens("searches") or 0) if own and "searches" in record else 0,
        final=not own or record.get("final") is not False,
    )
    return Read(usage=usage, drift=given.drift)


def _told(record: Record) -> bool:
    return tells_tokens(record) or bool(_blocks(record))


def _blocks(record: Record) -> list[Record]:
    """Return the members that tell tokens of their own, as in `"usage": {"input_tokens": 5}`."""
    return [one for one in record.values() if isinstance(one, dict) and tells_tokens(one)]


def _tokens(given: Fields, record: Record, *, own: bool) -> tuple[Tokens | None, int | None]:
    if tells_tokens(record):
        return _counts(given, own=own)
    tokens: Tokens | None = Tokens()
    total: int | None = 0
    for block in _blocks(record):
        inner = Fields(block)
        more, sum_of_it = _counts(inner, own=False)
        given.drift += inner.drift
        tokens = None if tokens is None or more is None else tokens + more
        total = None if total is None or sum_of_it is None else total + sum_of_it
    return (tokens, total) if _blocks(record) else (None, None)


def _counts(given: Fields, *, own: bool) -> tuple[Tokens | None, int | None]:
    """Return the buckets and the total: as it is written where it is, else the sum."""
    stated = given.name(fields.TOTAL)
    total = given.tokens(stated) if stated else None
    tokens = _buckets(given, total, own=own)
    if not stated and tokens is not None:
        total = tokens.total
    return tokens, total


def _buckets(given: Fields, total: int | None, *, own: bool) -> Tokens | None:
    names = [given.name(one) for one in (fields.INPUT, fields.OUTPUT)]
    caches = [given.name(one) for one in (fields.CACHE_READ, fields.CACHE_WRITE)]
    hours = "cache_write_1h" if given.name(("cache_write_1h",)) else ""
    if own:
        caches[1] = given.name(("cache_write_5m",))
    if not any((*names, *caches, hours)):
        return None
    before = given.drift
    counts = [given.tokens(name) if name else 0 for name in (*names, *caches, hours)]
    reasoning = given.tokens(given.name(fields.REASONING)) or 0
    # That a cache was not used is often written as null; that nothing went in or out, never.
    if None in counts[:2] or given.drift > before:
        return None
    entered, left, read_from, written, kept = (one or 0 for one in counts)
    cached = read_from + written
    if not own and cached and _is_inclusive(caches, entered, left, cached, total):
        entered -= cached
    return Tokens(
        input=entered,
        cache_read=read_from,
        cache_write_5m=written,
        cache_write_1h=kept,
        output=left if own or reasoning <= left else left + reasoning,
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
