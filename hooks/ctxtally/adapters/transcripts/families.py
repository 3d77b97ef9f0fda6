"""Which rollouts of Codex were forked from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.json_objects import json_object
from ctxtally.adapters.transcripts.codex_totals import totals_of
from ctxtally.adapters.transcripts.lines import lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ctxtally.adapters.transcripts.codex_totals import Totals


class Families:
    """Finds the rollout of a session among those at hand."""

    def __init__(self, paths: Collection[str]) -> None:
        self._paths = paths
        self._sessions: dict[str, str] | None = None
        self._totals: dict[str, set[Totals]] = {}

    def totals(self, child: str, session: str) -> set[Totals] | None:
        """Return the totals that the parent of a rollout went through, `None` where it is gone."""
        path = next((one for one in self._paths if one.endswith(f"-{session}.jsonl")), None)
        path = path or self._by_session().get(session)
        if path is None or path == child:
            return None
        if path not in self._totals:
            self._totals[path] = totals_of(_objects(path, b'"token_count"'))
        return self._totals[path]

    def has_turn(self, path: str) -> bool:
        """Say whether a rollout marks where its own turns begin."""
        for found in _objects(path, b'"trigger_turn"'):
            payload = found.get("payload")
            if isinstance(payload, dict) and payload.get("trigger_turn") is True:
                return True
        return False

    def _by_session(self) -> Mapping[str, str]:
        """Return the rollouts by what their first lines say: a file may be called otherwise."""
        if self._sessions is None:
            self._sessions = {}
            for path in self._paths:
                first = next(_objects(path, b""), {})
                payload = first.get("payload")
                name = payload.get("id") if isinstance(payload, dict) else None
                if isinstance(name, str):
                    self._sessions.setdefault(name, path)
        return self._sessions


def _objects(path: str, hint: bytes) -> Iterator[Mapping[str, object]]:
    try:
        with open(path, "rb") as file:
            for line in lines(file, 0):
                if line.content is None or hint not in line.content:
                    continue
                found = json_object(line.content.decode("utf-8", "replace"))
                if found is not None:
                    yield found
    except OSError:
        return
