"""One record of a usage log, of ours or of another program, as Usage.

Fields of other programs: Anthropic's and OpenAI's API, OpenTelemetry, and logs found in public
repositories. Which names are read is in names.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.record import replace
from ctxtally.model.terms import Terms
from ctxtally.model.usage import Tokens, Usage
from ctxtally.text.figures import LARGEST
from ctxtally.text.instants import day_of, seconds_of
from ctxtally.usage import names
from ctxtally.usage.fields import Fields, tells_tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

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
    blocks = [] if tells_tokens(record) else _blocks(record)
    if not (own or blocks or tells_tokens(record)):
        return Read(usage=None)
    tokens, total = _of_blocks(given, blocks) if blocks else _counts(given)
    time = given.name(given.shape.time)
    moment = seconds_of(given.text(time)) if time else None
    given.drift += bool(time) and moment is None
    usage = Usage(
        **_texts(given, blocks),
        moment=moment,
        day="" if moment is None else day_of(moment),
        kind=kind,
        iteration=given.tokens("iteration") if "iteration" in record else None,
        tokens=tokens,
        total=total,
        cost_usd=given.money(total) if given.shape.cost else None,
        searches=_searches(given, record, blocks),
        final=not own or record.get("final") is not False,
    )
    if (usage.cost_usd or 0) >= LARGEST:
        # The sum of two such may be beyond what a float holds, and JSON has no word for that.
        return Read(usage=replace(usage, cost_usd=None), drift=given.drift + 1)
    return Read(usage=usage, drift=given.drift)


def _blocks(record: Record) -> list[Record]:
    """Return the members that tell tokens of their own, as in `"usage": {"input_tokens": 5}`."""
    return [one for one in record.values() if isinstance(one, dict) and tells_tokens(one)]


def _texts(given: Fields, blocks: Sequence[Record]) -> dict[str, Any]:
    """Return the texts; the terms of a request stand beside its tokens in Anthropic's answers."""
    texts = given.texts()
    if len(blocks) == 1:
        for name in Terms._fields:
            value = blocks[0].get(name)
            if isinstance(value, str) and not texts.get(name):
                texts[name] = value
    return texts


def _searches(given: Fields, record: Record, blocks: Sequence[Record]) -> int:
    """Return how often the provider searched: as we tell it, and as Anthropic's answers do."""
    if given.shape.own:
        return (given.tokens("searches") or 0) if "searches" in record else 0
    found = 0
    for one in (record, *blocks):
        tools = one.get("server_tool_use")
        if isinstance(tools, dict):
            inner = Fields(tools)
            found += inner.tokens("web_search_requests") or 0
            given.drift += inner.drift
    return found


def _of_blocks(given: Fields, blocks: Sequence[Record]) -> tuple[Tokens | None, int | None]:
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
    """Return the buckets and the total, with parts that stand one level deeper."""
    if not given.shape.details:
        return _told(given)
    inner = given.with_details()
    counts = _told(inner)
    given.drift += inner.drift
    return counts


def _told(given: Fields) -> tuple[Tokens | None, int | None]:
    """Return the buckets and the total: as it is written where it is, else the sum."""
    stated = given.name(given.shape.total)
    total = given.tokens(stated) if stated else None
    tokens = _buckets(given, total)
    if not stated and tokens is not None:
        total = tokens.total
    return tokens, total


def _buckets(given: Fields, total: int | None) -> Tokens | None:
    shape = given.shape
    told = [given.name(one) for one in (shape.entered, shape.left)]
    caches = [given.name(one) for one in (shape.cache_read, shape.cache_write)]
    told += (*caches, given.name(shape.cache_hour))
    if not any(told):
        return None
    before = given.drift
    counts = [given.tokens(name) if name else 0 for name in told]
    thought = given.name(shape.reasoning)
    reasoning = (given.tokens(thought) if thought else 0) or 0
    rare = {name: given.tokens(name) or 0 for name in shape.rare}
    # That a cache was not used is often written as null; that nothing went in or out, never.
    if None in counts[:2] or given.drift > before:
        return None
    entered, left, read_from, written, kept = (one or 0 for one in counts)
    found = Tokens(
        input=entered,
        cache_read=read_from,
        cache_write_5m=written,
        cache_write_1h=kept,
        output=left,
        reasoning=reasoning,
    )
    return found if shape.own else _as_ours(_with_rare(found, rare), caches, total)


def _with_rare(found: Tokens, rare: Mapping[str, int]) -> Tokens:
    """Return buckets with what else is told: it is beside them, but for parts of what is cached."""
    if not rare:
        return found
    thoughts, tools, hour, minutes = (
        next((rare[name] for name in listed if name in rare), 0)
        for listed in (names.THOUGHTS, names.TOOLS, names.PART_OF_HOUR, names.PART_OF_MINUTES)
    )
    written = max(found.cache_write_5m, hour + minutes)
    return replace(
        found,
        input=found.input + tools,
        cache_write_5m=written - hour,
        cache_write_1h=found.cache_write_1h + hour,
        output=found.output + thoughts,
        reasoning=found.reasoning + thoughts,
    )


def _as_ours(found: Tokens, caches: list[str], total: int | None) -> Tokens:
    """Return buckets that do not overlap, with the reasoning in the output."""
    entered, left, reasoning = found.input, found.output, found.reasoning
    cached = found.prompt - entered
    if cached and _is_inclusive(caches, entered, left, cached, total):
        entered -= cached
    elif reasoning <= left:
        return found
    return replace(found, input=entered, output=left + (reasoning if reasoning > left else 0))


def _is_inclusive(
    caches: list[str], entered: int, left: int, cached: int, total: int | None
) -> bool:
    """Say whether the input includes what is told of caches: by the total, else by the names."""
    if cached > entered:
        return False
    if total in (entered + left, entered + left + cached):
        return total == entered + left
    return any(name in names.INCLUSIVE for name in caches)
