"""Writes responses into the usage log, each as long as the log does not tell it as it is known."""

from __future__ import annotations

from collections import Counter
from json import loads
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import append, usage_log
from ctxtally.adapters.bodies import Bodies
from ctxtally.adapters.transcripts import copilot
from ctxtally.adapters.transcripts.checking import told_in
from ctxtally.adapters.transcripts.memory import Kept, name, short
from ctxtally.model.response import Place, Response
from ctxtally.text.figures import counted
from ctxtally.usage.responses import joined, may_change
from ctxtally.usage.transcript_events import (
    SOURCE,
    told_response,
    transcript_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.adapters.transcripts.checking import Told
    from ctxtally.adapters.transcripts.memory import Checkpoint, Memory
    from ctxtally.adapters.waiting import Waiting
    from ctxtally.model.ledger import Ledger

# So many wait to be written, which is done in the order in which they happened; a first run over a
# year of transcripts has 100,000.
AT_ONCE = 5_000
_OF_TRANSCRIPTS = (f'"{SOURCE}"'.encode(),)


class Placed(NamedTuple):
    """A response, and where it was."""

    response: Response
    place: Place


class Telling:
    """What the log tells of responses, and what has still to be written; `logged` counts by agent.

    A transcript counts as read once all of its responses are in the log. Whatever fails in between
    makes the next run write some of them again, and readers take a response once. `many` says that
    thousands are to be written.
    """

    def __init__(self, memory: Memory, log: Ledger, waiting: Waiting, *, many: bool) -> None:
        self.logged: Counter[str] = Counter()
        self._memory = memory
        self._log = log
        self._waiting = waiting
        self._bodies = Bodies(short, many=many)
        self._new: dict[str, Placed] = {}
        self._read: list[tuple[str, Checkpoint]] = []
        self._is_settled = True

    def begin(self) -> None:
        """Learn what the log has where it is another one, or what was told of it is not known."""
        told = self._memory.told
        if told is None or not self._has(told):
            self._settle()

    def _has(self, told: Told) -> bool:
        """Say whether the log still is the one that has what was told; it may have been rotated."""
        return any(told.is_in(one) for one in usage_log.paths(self._log.path))

    def _settle(self) -> None:
        self._is_settled = False
        there = {one.response.key: one for one in logged(self._log)}
        more: list[Placed] = []
        for some in self._memory.all(AT_ONCE):
            for known in map(_placed, some):
                one = there.pop(known.response.key, None)
                if one is None:
                    self.add([known])
                    continue
                whole = Placed(joined(one.response, known.response), known.place)
                if may_change(whole.response) != may_change(one.response):
                    self.add([whole])
                elif may_change(whole.response) != may_change(
                    known.response
                ):  # it is an older database
                    more.append(whole)
        for told, _ in there.values():
            if told.agent == copilot.AGENT:
                self._memory.claim(told.session, copilot.form_of(told.key, told.session))
        self._memory.learn(map(self._kept, [*there.values(), *more]))

    def known(self, responses: Iterable[Response]) -> dict[str, Placed]:
        """Return what is known of these, by the keys that they have themselves."""
        keys = {name(one.key): one.key for one in responses}
        found = {keys[one]: self._new[one] for one in self._new.keys() & keys.keys()}
        for kept in self._memory.responses(one for one in keys if one not in self._new):
            found[keys[kept.key]] = _placed(kept)
        return found

    def add(self, new: Iterable[Placed]) -> None:
        """Have responses written that the log does not tell as they are now."""
        for one in new:
            self._new[name(one.response.key)] = one

    def read(self, path: str, checkpoint: Checkpoint) -> None:
        """Remember how far a transcript was read, once its responses are in the log."""
        self._read.append((path, checkpoint))
        if len(self._new) >= AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what is new into the log; raises LogError."""
        new = sorted(self._new.values(), key=_order)
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            kept = list(map(self._kept, some))
            lines = [append.line(one.body, one.moment) for one in kept]
            append.write_lines(self._log.path, self._log.shown, lines)
            self._memory.learn(kept)
            if self._is_settled:  # else a run that ends here leaves it to the next one to settle
                self._memory.save(told_in(self._log.path))
            self.logged.update(one.response.agent for one in some)
            done = counted(self.logged.total(), "responses")
            self._waiting.at(f"writing {self._log.shown}: {done}")
        for path, checkpoint in self._read:
            self._memory.keep(path, checkpoint)
        self._memory.save(told_in(self._log.path))
        self._is_settled = True
        self._new, self._read = {}, []

    def _kept(self, one: Placed) -> Kept:
        response, place = one
        key = name(response.key)
        return Kept(key, response.moment, self._bodies.of(transcript_event(key, response, place)))


def _placed(kept: Kept) -> Placed:
    return Placed(*told_response(loads(f"{{{kept.body}}}"), kept.moment))


def _order(one: Placed) -> tuple[float, str]:
    return one.response.moment, one.response.key


def logged(log: Ledger) -> Iterator[Placed]:
    """Yield the responses that the log has, as they were when they were written last."""
    from ctxtally.survey.usage import usage_in

    found: dict[str, Placed] = {}
    for record, one in usage_in(log).records(_OF_TRANSCRIPTS):
        if one.key and one.tokens and one.source == SOURCE:
            response = Response(
                key=one.key,
                agent=one.agent,
                moment=one.moment or 0.0,
                tokens=one.tokens,
                provider=one.provider,
                model=one.model,
                session=one.session,
                branch=one.branch,
                side=record.get("subagent") is True,
                final=one.final,
                searches=one.searches,
                speed=one.speed,
                service_tier=one.service_tier,
                inference_geo=one.inference_geo,
            )
            before = found.get(one.key)
            if before is None:
                place = Place(one.worktree, str(record.get("dir", "")), one.repo)
                found[one.key] = Placed(response, place)
            else:
                found[one.key] = before._replace(response=joined(before.response, response))
    return iter(found.values())
