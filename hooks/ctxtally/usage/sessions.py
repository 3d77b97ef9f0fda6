"""Sessions, put together from the events that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.batch import Alike
from ctxtally.model.logged_session import LoggedOperation, LoggedSession, SessionSums
from ctxtally.usage.categories import category_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.batch import Batch
    from ctxtally.model.category_rule import CategoryRule
    from ctxtally.model.usage import Usage

START, END = "session.start", "session.end"
KINDS = ("usage", START, END)
ESTIMATE = "estimate"
# What sums of sessions are made of.
ASKED = Alike(names=("session", "source"))
# What agents and servers tell by themselves; the rest somebody wrote, or a program for them.
_BY_ITSELF = ("transcript", "capture", "otel")
# Targets of the monitor that these reports come from.
TARGET_AVERAGE = 1_500
_MANIFEST, _CONTEXT, _OPERATIONS = 2_000, 8_000, 20


class Opportunity(NamedTuple):
    """Where a session could save; `level` is `high` or `medium`."""

    level: str
    text: str


class Share(NamedTuple):
    """What the operations of one category took; `unknown` of them tell no tokens."""

    category: str
    operations: int
    tokens: int
    unknown: int


class _Marks:
    """When a session was started and ended; started again, it goes on."""

    __slots__ = ("began", "ends", "first", "starts")

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.first: float | None = None

    def note(self, kind: str, *moments: float) -> None:
        if kind == START:
            self.starts += moments
        elif kind == END:
            self.ends += moments
        elif moments:
            self.first = min(moments) if self.first is None else min(self.first, *moments)

    @property
    def started(self) -> float | None:
        return min(self.starts, default=self.first)

    @property
    def ended(self) -> float | None:
        last = max(self.ends, default=None)
        return None if last is None or last < max(self.starts, default=last) else last


def sessions(usages: Iterable[Usage], rules: Sequence[CategoryRule] = ()) -> list[LoggedSession]:
    """Return the sessions that events name, with all that was done in them, the first one first."""
    marks: dict[str, _Marks] = {}
    done: dict[str, list[LoggedOperation]] = {}
    by_hand = set()
    for usage in usages:
        if not usage.session:
            continue
        moments = () if usage.moment is None else (usage.moment,)
        marks.setdefault(usage.session, _Marks()).note(usage.kind, *moments)
        if usage.source not in _BY_ITSELF:
            by_hand.add(usage.session)
        if usage.kind == "usage":
            done.setdefault(usage.session, []).append(operation_of(usage, rules))
    found = [
        LoggedSession(
            id=name,
            started=one.started,
            ended=one.ended,
            operations=tuple(sorted(done.get(name, ()), key=lambda one: one.moment or 0.0)),
            by_hand=name in by_hand,
        )
        for name, one in marks.items()
    ]
    return sorted(found, key=lambda one: (one.started or 0.0, one.id))


def operation_of(usage: Usage, rules: Sequence[CategoryRule] = ()) -> LoggedOperation:
    return LoggedOperation(
        operation=usage.operation or usage.model,
        category=category_of(usage, rules) or "(none)",
        tokens=usage.total,
        moment=usage.moment,
        counted=usage.counted,
    )


def sums(batches: Iterable[Batch]) -> list[SessionSums]:
    """Return the sessions that events name without their operations, the first one first.

    The batches have to keep `ASKED` apart.
    """
    marks: dict[str, _Marks] = {}
    counts: dict[str, list[int]] = {}
    by_hand = set()
    for usage, times, _, last in batches:
        if not usage.session:
            continue
        moments = [one for one in (usage.moment, last) if one is not None]
        marks.setdefault(usage.session, _Marks()).note(usage.kind, *moments)
        if usage.source not in _BY_ITSELF:
            by_hand.add(usage.session)
        if usage.kind == "usage":
            count = counts.setdefault(usage.session, [0, 0, 0])
            count[0] += times
            count[1] += usage.total or 0
            count[2] += (usage.total or 0) * (usage.counted == ESTIMATE)
    found = (
        SessionSums(
            id=name,
            started=one.started,
            ended=one.ended,
            operations=counts.get(name, [0])[0],
            tokens=counts.get(name, [0, 0])[1],
            estimated=counts.get(name, [0, 0, 0])[2],
            by_hand=name in by_hand,
        )
        for name, one in marks.items()
    )
    return sorted(found, key=lambda one: (one.started or 0.0, one.id))


def shares(session: LoggedSession) -> list[Share]:
    """Return what each category took, the most first."""
    found: dict[str, list[int]] = {}
    for one in session.operations:
        count = found.setdefault(one.category, [0, 0, 0])
        count[0] += 1
        count[1] += one.tokens or 0
        count[2] += one.tokens is None
    listed = (Share(name, *sums) for name, sums in found.items())
    return sorted(listed, key=lambda one: (-one.tokens, one.category))


def opportunities(session: LoggedSession) -> Iterator[Opportunity]:
    """Yield where a session is above what the monitor set as its bounds."""
    took = {one.category: one.tokens for one in shares(session)}
    manifest, context = took.get("manifest", 0), took.get("context", 0)
    many = len(session.operations)
    if manifest > _MANIFEST:
        yield Opportunity(
            "high",
            f"Manifest operations took {manifest:,} tokens, more than {_MANIFEST:,}."
            " `ctxtally catalog` shows what smaller forms of the manifest save.",
        )
    if context > _CONTEXT:
        yield Opportunity(
            "medium",
            f"Loading context took {context:,} tokens, more than {_CONTEXT:,}."
            " `ctxtally explain` shows what is loaded, and why.",
        )
    if many > _OPERATIONS:
        yield Opportunity(
            "medium", f"There were {many:,} operations, more than {_OPERATIONS}. Batch small ones."
        )
