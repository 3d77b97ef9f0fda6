"""Sessions and operations as the session monitor keeps them, as events of ours."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.text.instants import seconds_of
from ctxtally.usage.categories import NAMES
from ctxtally.usage.events import session_event, usage_event
from ctxtally.usage.records import read
from ctxtally.usage.sessions import END, START
from ctxtally.usage.tally import WAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxtally.model.event import Event
    from ctxtally.model.usage import Usage
    from ctxtally.usage.fields import Record, Value

_NOT_SESSIONS = ("sessions", "active_sessions")


class Told(NamedTuple):
    """An event, when it was, and what tells it from all others: told again, it is the same."""

    event: Event
    moment: float
    name: str


class Imported(NamedTuple):
    """What a file holds. `passed` counts operations without a name, a time or a whole number."""

    events: tuple[Told, ...] = ()
    sessions: int = 0
    operations: int = 0
    passed: int = 0


def from_sessions(document: Mapping[str, Value]) -> Imported:
    """Read a sessions.json in any of its shapes.

    They are: sessions by id; `{"sessions": [], "active_sessions": {}}`, to which the guide of the
    monitor resets the file; and both, once a session was started after that.
    """
    found = list(_sessions(document))
    many = Counter[str]()
    events: list[Told] = []
    passed = 0
    for name, session in found:
        begun = seconds_of(_text(session, "started"))
        if begun is not None:
            events.append(_marked(START, name, begun))
        operations = session.get("operations")
        for one in operations if isinstance(operations, list) else ():
            told = _operation(one, name, many)
            passed += told is None
            events += [told] if told else []
        over = seconds_of(_text(session, "ended"))
        if over is not None:
            events.append(_marked(END, name, over))
    return _imported(events, passed, len(found))


def from_records(records: Iterable[Record]) -> Imported:
    """Read the records of a usage-log.jsonl."""
    many = Counter[str]()
    told = [_operation(one, "", many) for one in records]
    kept = [one for one in told if one is not None]
    names = {one.event["session"] for one in kept if "session" in one.event}
    return _imported(kept, len(told) - len(kept), len(names))


def _imported(events: list[Told], passed: int, sessions: int) -> Imported:
    return Imported(
        events=tuple(events),
        sessions=sessions,
        operations=sum(one.event["kind"] == "usage" for one in events),
        passed=passed,
    )


def _sessions(document: Mapping[str, Value]) -> Iterator[tuple[str, Mapping[str, Value]]]:
    for name, value in document.items():
        if isinstance(value, dict) and _is_session(value):
            yield _text(value, "session_id") or name, value
        elif name in _NOT_SESSIONS and isinstance(value, dict):
            yield from _sessions(value)
        elif name in _NOT_SESSIONS and isinstance(value, list):
            for one in value:
                if isinstance(one, dict) and _is_session(one) and _text(one, "session_id"):
                    yield _text(one, "session_id"), one


def _is_session(value: Mapping[str, Value]) -> bool:
    return isinstance(value.get("operations"), list) or isinstance(value.get("session_id"), str)


def _operation(value: Value, session: str, many: Counter[str]) -> Told | None:
    """Return the event of an operation; `many` counts those that are alike in everything."""
    if not isinstance(value, dict):
        return None
    usage = read(value).usage
    if usage is None or usage.total is None or usage.moment is None or not usage.operation.strip():
        return None
    name = session or usage.session
    event = usage_event(
        usage.operation,
        tokens=usage.total,
        session=name or None,
        # Its own categories are guessed again from the operation, and better.
        category=usage.category if usage.category not in (*NAMES, "") else None,
    )
    metadata = value.get("metadata")
    way = _text(metadata, "counted") if isinstance(metadata, dict) else ""
    if way in WAYS:  # as we export it
        event["counted"] = way
    else:  # a monitor does not say, and most of them guess
        del event["counted"]
    return Told(event, usage.moment, _name(usage, name, many))


def names(usages: Iterable[Usage]) -> Iterator[str]:
    """Yield the names by which what a log holds already is told again."""
    many = Counter[str]()
    for one in usages:
        if one.kind == "usage":
            yield _name(one, one.session, many)
        elif one.moment is not None:
            yield _marked(one.kind, one.session, one.moment).name


def _name(usage: Usage, session: str, many: Counter[str]) -> str:
    alike = "\0".join((session, repr(usage.moment), usage.operation, str(usage.total)))
    many[alike] += 1
    return f"{alike}\0{many[alike]}"


def _marked(kind: str, session: str, moment: float) -> Told:
    return Told(session_event(kind, session), moment, f"{kind}\0{session}\0{moment!r}")


def _text(value: Mapping[str, Value], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
