"""Reads the responses of a Codex rollout: one for each `token_count` event with new totals.

What the events mean: openai/codex, codex-rs/protocol/src/protocol.rs. Totals are of the whole
session, and are told again without having changed whenever the rate limits are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from ctxtally.adapters.agent_logs.reader import word
from ctxtally.adapters.transcripts.codex_totals import spent_since, totals_in
from ctxtally.model.response import Response
from ctxtally.model.terms import terms
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ctxtally.adapters.transcripts.codex_totals import Totals
    from ctxtally.model.transcript import State

AGENT = "codex"
HINTS = (
    *(b'"token_count"', b'"token_usage_record"', b'"turn_context"', b'"session_meta"'),
    *(b'"task_started"', b'"compacted"', b'"trigger_turn"', b'"thread_settings_applied"'),
)
# A fork begins with a copy of what its parent had done; a model never answers as fast as it is
# copied.
_BURST_SECONDS = 1.0

# Whether what is told was inherited from a parent: while its totals are those of the parent, until
# the first turn of its own, or while events follow each other at once.
Inherited = Literal["", "parent", "turn", "burst"]


class _State(NamedTuple):
    """`repeats` counts events of the time `when`; `unmatched` is a record without a compaction."""

    session: str = ""
    cwd: str = ""
    branch: str = ""
    provider: str = ""
    model: str = ""
    service_tier: str = ""
    parent: str = ""
    spawned: bool = False
    inherited: Inherited = ""
    previous: Totals | None = None
    when: str = ""
    repeats: int = 0
    latest: float = 0.0
    unmatched: tuple[str, Totals] | None = None


class CodexReader:
    """Takes the lines of one rollout.

    `parent_totals` returns the totals that the rollout of a session went through, `None` where
    there is no such rollout; `has_turn` says whether this one marks where its own turns begin.
    `is_growing` says that it may do so later: of a subagent without a parent nothing is then taken,
    and `is_held` says so.
    """

    hints = HINTS

    def __init__(
        self,
        name: str,
        state: State,
        parent_totals: Callable[[str], Collection[Totals] | None],
        has_turn: Callable[[], bool],
        *,
        is_growing: bool = False,
    ) -> None:
        self.compactions = 0
        self.is_held = False
        self._is_growing = is_growing
        self._parent_totals = parent_totals
        self._has_turn = has_turn
        self._known = _loaded(state) if state else _State(session=name)
        self._fresh = not state
        self._inheritable: Collection[Totals] | None = None

    @property
    def state(self) -> State:
        return self._known._asdict()

    def take(self, found: Mapping[str, object], _offset: int, moment: float) -> Iterator[Response]:
        payload, kind = found.get("payload"), found.get("type")
        if not isinstance(payload, dict):
            return
        if kind == "session_meta":
            self._begin(payload, moment)
        elif kind == "turn_context":
            self._turn(payload)
        elif str(kind).startswith("inter_agent_communication"):
            if payload.get("trigger_turn") is True and self._known.inherited == "turn":
                self._known = self._known._replace(inherited="")
        elif kind in ("token_usage_record", "compacted"):
            yield from self._compaction(str(kind), payload, moment)
        elif payload.get("type") == "token_count":
            info = payload.get("info")
            if isinstance(info, dict):
                yield from self._count(info, word(found, "timestamp"), moment)
        elif payload.get("type") == "thread_settings_applied":
            self._settle(payload.get("thread_settings"))

    def _begin(self, meta: Mapping[str, object], moment: float) -> None:
        """Take who this is; a copy of a parent's history repeats the parent's own beginning."""
        if not self._fresh:
            return
        self._fresh = False
        git = meta.get("git")
        spawner = _spawned_by(meta.get("source"))
        parent = word(meta, "forked_from_id") or spawner
        inherited: Inherited = ""
        if parent and self._parent_totals(parent) is not None:
            inherited = "parent"
        elif parent:
            inherited = "turn" if self._has_turn() else "burst"
            self.is_held = inherited == "burst" and bool(spawner) and self._is_growing
        self._known = self._known._replace(
            session=word(meta, "id") or self._known.session,
            cwd=word(meta, "cwd"),
            branch=word(git, "branch") if isinstance(git, dict) else "",
            provider=word(meta, "model_provider"),
            parent=parent,
            spawned=bool(spawner),
            inherited=inherited,
            latest=moment,
        )

    def _turn(self, context: Mapping[str, object]) -> None:
        self._known = self._known._replace(
            model=word(context, "model") or self._known.model,
            cwd=word(context, "cwd") or self._known.cwd,
        )

    def _settle(self, settings: object) -> None:
        """Take what is asked for from here on; no event tells whether a response was given it."""
        asked = word(settings, "service_tier") if isinstance(settings, dict) else ""
        tier = terms(service_tier=asked).service_tier
        self._known = self._known._replace(service_tier=tier)

    def _count(self, info: Mapping[str, object], when: str, moment: float) -> Iterator[Response]:
        totals, last = (
            totals_in(info.get("total_token_usage")),
            totals_in(info.get("last_token_usage")),
        )
        previous = self._known.previous
        if totals is not None:
            if totals == previous:
                return
            self._known = self._known._replace(previous=totals)
            if self._is_inherited(totals, moment) or not any(totals):
                return
        self._known = self._known._replace(model=word(info, "model") or self._known.model)
        spent = spent_since(totals, last, previous)
        if not any(spent):
            return
        known = self._known
        repeats = known.repeats + 1 if when == known.when else 0
        self._known = known._replace(when=when, repeats=repeats)
        again = f"+{repeats}" if repeats else ""
        yield self._response(f"{AGENT}:{known.session}:{when or moment}{again}", spent, moment)

    def _is_inherited(self, totals: Totals, moment: float) -> bool:
        """Say whether totals are those that a parent had reached, and not of this session."""
        known = self._known
        if known.inherited == "parent":
            if self._inheritable is None:
                self._inheritable = self._parent_totals(known.parent) or ()
            if totals in self._inheritable:
                return True
        elif known.inherited == "burst":
            if moment - known.latest <= _BURST_SECONDS:
                self._known = known._replace(latest=moment)
                return True
        elif known.inherited == "turn":
            return True
        self._known = self._known._replace(inherited="")
        return False

    def _compaction(
        self, kind: str, payload: Mapping[str, object], moment: float
    ) -> Iterator[Response]:
        """Yield what a compaction cost: nothing else is told of it, and totals leave it out."""
        if kind == "token_usage_record":
            used = totals_in(payload.get("usage"))
            name = word(payload, "response_id")
            self._known = self._known._replace(unmatched=(name, used) if used and name else None)
            return
        unmatched, self._known = self._known.unmatched, self._known._replace(unmatched=None)
        self.compactions += 1
        if unmatched is None or self._known.inherited:
            return
        if unmatched[0] == word(payload, "compaction_response_id"):
            yield self._response(unmatched[0], unmatched[1], moment)

    def _response(self, key: str, spent: Totals, moment: float) -> Response:
        prompt, cached, written, output, reasoning = spent
        known = self._known
        return Response(
            key=key,
            agent=AGENT,
            moment=moment,
            tokens=Tokens(
                input=max(prompt - cached - written, 0),
                cache_read=cached,
                cache_write_5m=written,
                output=output,
                reasoning=reasoning,
            ),
            provider=known.provider or "openai",
            model=known.model,
            session=known.session,
            branch=known.branch,
            cwd=known.cwd,
            side=known.spawned,
            service_tier=known.service_tier,
        )


def _spawned_by(source: object) -> str:
    for name in ("subagent", "thread_spawn"):
        source = source.get(name) if isinstance(source, dict) else None
    return word(source, "parent_thread_id") if isinstance(source, dict) else ""


def _loaded(state: Mapping[str, object]) -> _State:
    """Return what was remembered; JSON has made lists of its tuples."""
    known = _State(**dict(state))  # type: ignore[arg-type] # it is what `state` returned
    previous = None if known.previous is None else tuple(known.previous)
    unmatched = known.unmatched and (known.unmatched[0], tuple(known.unmatched[1]))
    return known._replace(previous=previous, unmatched=unmatched)
