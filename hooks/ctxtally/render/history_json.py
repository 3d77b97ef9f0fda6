"""The history of a file or a load set as JSON: every point, and the same facts as the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import asdict
from ctxtally.render.history import jumps
from ctxtally.render.json import document, path

if TYPE_CHECKING:
    from ctxtally.model.history import History, Point
    from ctxtally.render.json import Json


def json(history: History) -> str:
    return document(
        "history",
        {
            "subject": history.subject,
            "counter": history.counter,
            "method": history.method,
            "path": None if history.agent else path(history.what),
            "agent": history.agent or None,
            "dir": path(history.what) if history.agent else None,
            "since": history.since or None,
            "tokens": history.tokens,
            "commits": history.commits,
            "points": [_point(one) for one in history.points],
            "line": [asdict(one) for one in history.steps],
            "jumps": [one.commit for one in jumps(history.points)],
            "trend": asdict(history.pace) if history.pace else None,
            "limit": asdict(history.limit) if history.limit else None,
            "ahead": asdict(history.ahead) if history.ahead else None,
            "remarks": [path(one) for one in history.remarks],
        },
    )


def _point(one: Point) -> dict[str, Json]:
    return {
        "commit": one.commit,
        "date": one.date,
        "tokens": one.tokens,
        "change": one.change,
        "path": path(one.path) or None,
        "reason": one.reason or None,
        "main": one.main,
        "subject": path(one.subject),
    }
