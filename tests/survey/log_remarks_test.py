from __future__ import annotations

import pytest

from ctxtally.model.analysis import Analysis, Group, Period
from ctxtally.model.tally import Tally
from ctxtally.survey.log_remarks import is_there, log_remarks


def tally(**counts: int) -> Tally:
    found = Tally()
    for name, count in counts.items():
        setattr(found, name, count)
    return found


@pytest.mark.parametrize(
    ("found", "remark"),
    [
        (tally(bad=1), "passed over, for it is no JSON: 1 line of the log"),
        (
            tally(bad=2, recovered=1),
            (
                "passed over, for it is no JSON: 2 lines of the log; read all the same: "
                "1 record in them"
            ),
        ),
        (tally(drift=2), "unknown, for what is there cannot be taken: 2 fields"),
        (tally(skipped=1), "left out, for nothing is told of tokens: 1 record"),
        (tally(duplicates=3), "left out, for another one says the same: 3 records"),
    ],
)
def test_what_is_not_in_the_figures_is_told(found: Tally, remark: str) -> None:
    assert list(log_remarks(found)) == [remark]


def test_a_clean_log_needs_no_remark() -> None:
    assert list(log_remarks(tally(lines=9, others=4))) == []


def test_what_an_analysis_leaves_out() -> None:
    found = Analysis(
        period=Period(), whole=Group(name="all"), undated=2, crowded=("operation", "session")
    )
    assert list(log_remarks(tally(), found)) == [
        "left out, for they have no date: 2 operations",
        "by operation: more than 50,000 names; the others are added up as (others)",
        "by session: more than 50,000 names; the others are added up as (others)",
    ]


def test_an_empty_log_is_not_taken_for_little_usage() -> None:
    assert list(is_there(tally(lines=1, bad=1))) == []
    assert list(is_there(tally())) == ["the usage log is empty, or not there: nothing was counted"]
