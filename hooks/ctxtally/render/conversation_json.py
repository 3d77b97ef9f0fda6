"""The health of conversations as JSON with stable keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.health import ORDER
from ctxtally.render.json import document, path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.health import Comparison, Figures, Health, Judged, Step
    from ctxtally.model.turn import TurnEvent
    from ctxtally.render.json import Json


def json(healths: Sequence[Health], comparisons: Sequence[Comparison] = ()) -> str:
    """Return everything that is known; each turn and each rule names its log."""
    return document("conversation", facts(healths, comparisons))


def facts(healths: Sequence[Health], comparisons: Sequence[Comparison] = ()) -> dict[str, Json]:
    return {
        "subject": ", ".join(path(health.path) for health in healths),
        "verdict": max((health.verdict for health in healths), key=ORDER.index),
        "logs": [_log(health) for health in healths],
        "turns": [_turn(health, step) for health in healths for step in health.steps],
        "rules": [_rule(health, one) for health in healths for one in health.rules],
        "comparisons": [_comparison(one) for one in comparisons],
    }


def _log(health: Health) -> dict[str, Json]:
    return {
        "path": path(health.path),
        "form": health.form,
        "verdict": health.verdict,
        "figures": None if health.figures is None else _figures(health.figures),
        "remarks": [path(one) for one in health.remarks],
    }


def _figures(found: Figures) -> dict[str, Json]:
    return {
        "peak": found.peak,
        "peak_turn": found.peak_turn,
        "mean": round(found.mean, 2),
        "over_high": round(found.over_high, 6),
        "over_near": round(found.over_near, 6),
        "compressions": list(found.compressions),
        "slope": _rounded(found.slope),
        "slope_low": _rounded(found.slope_low),
        "slope_high": _rounded(found.slope_high),
    }


def _turn(health: Health, step: Step) -> dict[str, Json]:
    turn = step.turn
    return {
        "log": path(health.path),
        "turn": turn.number,
        "time": path(turn.time),
        "line": turn.line,
        "used": turn.used,
        "limit": turn.limit,
        "utilisation": _rounded(turn.share) if turn.limit else None,
        "base": turn.base,
        "context": turn.context,
        "change": step.change,
        "direction": step.direction or None,
        "warnings": list(step.warnings),
        "events": [_event(one) for one in turn.events],
    }


def _event(event: TurnEvent) -> dict[str, Json]:
    return {
        "kind": event.kind,
        "line": event.line,
        "what": path(event.what),
        "tokens": event.tokens,
        "reason": path(event.reason),
    }


def _rule(health: Health, one: Judged) -> dict[str, Json]:
    return {
        "log": path(health.path),
        "rule": one.rule,
        "outcome": one.outcome,
        "verdict": one.verdict,
        "message": one.message,
        "actual": _rounded(one.actual),
        "limit": _rounded(one.limit),
        "turns": list(one.turns),
        "lines": list(one.lines),
        "help": one.help,
    }


def _comparison(one: Comparison) -> dict[str, Json]:
    return {
        "log": path(one.one),
        "against": path(one.other),
        "verdict": one.verdict,
        "mean": _rounded(one.mean),
        "against_mean": _rounded(one.other_mean),
        "saved": _rounded(one.saved),
        "low": _rounded(one.low),
        "high": _rounded(one.high),
        "paired": one.paired,
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
