from __future__ import annotations

import pytest

from ctxtally.model.analysis import Period
from ctxtally.model.batch import single
from ctxtally.model.usage import Usage
from ctxtally.survey.elsewhere import Elsewhere

RECORDS = (
    Usage(id="own", total=60, day="2026-01-01"),
    Usage(id="other", total=30, day="2026-01-01", repo="~/x"),
    Usage(id="unknown", total=None, day="2026-01-02", repo="/y"),
    Usage(id="more", total=10, day="2026-01-02", repo="~/x"),
    Usage(id="start", kind="session.start", repo="~/x"),
)


@pytest.mark.parametrize(
    ("period", "told"),
    [
        (None, "3 responses (40.0% of the tokens)"),
        (Period(until="2026-01-01"), "1 response (33.3% of the tokens)"),
        (Period(since="2026-01-02"), "2 responses (100.0% of the tokens)"),
        (Period(since="2026-01-03"), ""),
    ],
)
@pytest.mark.parametrize("left_out", [False, True])
def test_what_is_told_and_passed_on(period: Period | None, told: str, *, left_out: bool) -> None:
    kept = ["own", "start"] if left_out else [one.id for one in RECORDS]
    how = "left out, for it is of" if left_out else "of"
    wanted = [f"{how} other repositories: {told}"] if told else []
    others = Elsewhere(period, left_out=left_out)
    assert [one.usage.id for one in others.batches(map(single, RECORDS))] == kept
    assert list(others.remarks()) == wanted


def test_no_share_of_nothing() -> None:
    others = Elsewhere()
    assert len(list(others.batches([single(Usage(repo="/y"))]))) == 1
    assert list(others.remarks()) == ["of other repositories: 1 response"]
