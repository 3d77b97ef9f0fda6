"""Reads the turns of a Codex rollout: one `token_count` event with new totals each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.agent_logs.reader import Reader, whole, word
from ctxtally.model.turn import Turn, TurnEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = ("session_meta", "turn_context", "event_msg", "response_item", "compacted")
_SPENT = ("input_tokens", "cached_input_tokens", "output_tokens")


class CodexReader(Reader):
    """Events whose totals are those of the event before are re-emitted, not new."""

    form = "codex"

    def __init__(self) -> None:
        super().__init__()
        self._model = ""
        self._totals: Mapping[str, object] = {}

    def take(self, number: int, text: str) -> None:
        found = self._object(text)
        if found is None:
            return
        payload, kind = found.get("payload"), found.get("type")
        if kind == "compacted":
            self._turns.before(TurnEvent(kind="compressed", line=number))
        elif not isinstance(payload, dict):
            return
        elif kind == "turn_context":
            self._model = word(payload, "model")
        elif kind == "event_msg" and payload.get("type") == "token_count":
            info = payload.get("info")
            if isinstance(info, dict):
                self._count(number, word(found, "timestamp"), info)

    def _count(self, number: int, time: str, info: Mapping[str, object]) -> None:
        totals, last = info.get("total_token_usage"), info.get("last_token_usage")
        window = whole(info, "model_context_window") or None
        if isinstance(totals, dict):
            if totals == self._totals:  # also the estimate after a compaction: nothing was sent
                return
            before, self._totals = self._totals, totals
            if not any(whole(totals, key) for key in _SPENT):
                # Codex fills the window up where the API refuses a prompt for its size.
                self._turns.after(
                    TurnEvent(kind="over-limit", line=number, what="the window was filled up")
                )
                return
            if not isinstance(last, dict):
                spent = ("input_tokens", "output_tokens")
                used = sum(whole(totals, key) - whole(before, key) for key in spent)
                self._add(number, time, max(used, 0), window)
                return
        if isinstance(last, dict):
            used = whole(last, "total_tokens")
            self._add(number, time, used, window)

    def _add(self, number: int, time: str, used: int, window: int | None) -> None:
        if used:
            turn = Turn(
                number=len(self._turns) + 1,
                used=used,
                limit=window,
                line=number,
                time=time,
                model=self._model,
            )
            self._turns.add(turn)
