"""An analysis of the usage log as JSON with stable keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.analyze import TOP
from ctxtally.render.json import document, path

if TYPE_CHECKING:
    from ctxtally.model.analysis import Analysis, Analyzed, Course, Group, Sessions, Target
    from ctxtally.model.tally import Tally
    from ctxtally.render.json import Json


def json(found: Analyzed) -> str:
    """Return the facts of the text, with every group."""
    usage = found.usage
    return document(
        "analyze",
        {
            "subject": found.subject,
            "counter": found.counter,
            "log": {"path": path(found.log), **_tally(found.tally)},
            "period": period(usage),
            "totals": _totals(usage),
            "by": [
                {"dimension": dimension, **_group(one)}
                for dimension in found.dimensions
                for one in usage.by[dimension]
            ],
            "top": [_group(one) for one in usage.operations[:TOP]],
            "trend": _trend(usage.course),
            "targets": [_target(one) for one in found.targets],
            "remarks": [path(one) for one in found.remarks],
        },
    )


def period(usage: Analysis) -> dict[str, Json]:
    """Return the days: those asked for, else those of the records."""
    return {
        "since": usage.period.since or usage.first or None,
        "until": usage.period.until or usage.last or None,
        "active_days": usage.active,
    }


def _tally(tally: Tally) -> dict[str, Json]:
    return {
        "lines": tally.lines,
        "bad": tally.bad,
        "recovered": tally.recovered,
        "drift": tally.drift,
        "skipped": tally.skipped,
        "others": tally.others,
        "duplicates": tally.duplicates,
    }


def _totals(usage: Analysis) -> dict[str, Json]:
    buckets = usage.buckets
    return {
        **{key: value for key, value in _group(usage.whole).items() if key != "name"},
        "input": buckets.input,
        "cache_read": buckets.cache_read,
        "cache_write": buckets.cache_write_5m + buckets.cache_write_1h,
        "output": buckets.output,
        "cache_efficiency": buckets.cache_read / buckets.prompt if buckets.prompt else None,
        "undated": usage.undated,
        "sessions": _sessions(usage.sessions),
        "posts": _sessions(usage.posts),
    }


def _sessions(found: Sessions) -> dict[str, Json]:
    return {
        "count": found.count,
        "tokens": found.tokens,
        "unknown": found.unknown,
        "average": found.average,
    }


def _group(one: Group) -> dict[str, Json]:
    priced = one.operations > one.unpriced
    return {
        "name": path(one.name),
        "operations": one.operations,
        "tokens": one.tokens,
        "average": one.average,
        "unknown": one.unknown,
        "counted": {path(name) or "unknown": one.counted[name] for name in sorted(one.counted)},
        "cost_usd": float(one.cost_usd) if priced else None,
        "unpriced": one.unpriced,
    }


def _trend(course: Course) -> dict[str, Json]:
    known = course.slope is not None
    return {
        "days": course.days,
        "median": course.median,
        "tokens_a_day": course.slope,
        "low": course.low if known else None,
        "high": course.high if known else None,
        "direction": course.direction if known else None,
        "unusual": [
            {"day": one.day, "tokens": one.tokens, "score": round(one.score, 3)}
            for one in course.unusual
        ],
    }


def _target(one: Target) -> dict[str, Json]:
    return {
        "name": one.name,
        "actual": one.actual,
        "wanted": one.wanted,
        "unit": one.unit,
        "above": one.above,
        "met": one.met,
        "because": path(one.because),
    }
