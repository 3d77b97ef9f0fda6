from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.text.instants import day_of, seconds_of

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1970, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001


@given(TIMES)
def test_what_python_writes_comes_back(time: datetime) -> None:
    found = seconds_of(time.isoformat())
    assert found is not None
    assert found == pytest.approx(time.timestamp(), abs=1e-4)
    assert day_of(found) == time.astimezone(timezone.utc).strftime("%Y-%m-%d")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-02T00:00:00Z", 86_400.0),
        ("1970-01-02t00:00:00z", 86_400.0),
        ("1970-01-02 00:00", 86_400.0),
        ("1970-01-02 00:00:00 +0100", 82_800.0),
        ("1970-01-02T00:00:00,5", 86_400.5),
        ("1970-01-02T00:00:00.123456789Z", 86_400.123456789),
        ("0", 0.0),
        ("1781840737.3", 1_781_840_737.3),
    ],
)
def test_times(text: str, expected: float) -> None:
    assert seconds_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00", "2026-01-01"),
        *("1969-12-31T23:59:59Z", "0000-01-01T00:00:00", "-5", "1e9", "NaN", "1781840737300"),
        *("9999-12-31T23:59:59-01:00", "2026-01-01T00:00:00Z junk", "\u0662026-01-01T00:00:00"),
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert seconds_of(text) is None
