"""How usage goes over the days, and which days stand apart."""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from ctxtally.model.analysis import Course, Unusual
from ctxtally.statistics.outliers import OUTLYING, scores
from ctxtally.statistics.trends import trend_in_time

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of a week or less nobody knows what is usual.
FEWEST_TO_JUDGE = 8


def course(days: Mapping[str, int]) -> Course:
    """Return the course of complete days with usage: tokens by YYYY-MM-DD."""
    known = sorted(days.items())
    if not known:
        return Course(days=0)
    values = [tokens for _, tokens in known]
    places = [(date.fromisoformat(day).toordinal(), tokens) for day, tokens in known]
    found = trend_in_time([(float(place), float(tokens)) for place, tokens in places])
    judged = len(known) >= FEWEST_TO_JUDGE
    told = zip(known, scores(values), strict=True) if judged else ()
    return Course(
        days=len(known),
        median=float(median(values)),
        slope=found.slope if found else None,
        low=found.low if found else 0.0,
        high=found.high if found else 0.0,
        unusual=tuple(
            Unusual(day=day, tokens=tokens, score=score)
            for (day, tokens), score in told
            if abs(score) > OUTLYING
        ),
        judged=judged,
    )
