from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.conversation.threshold import REARM, Levels, crossed, levels, still_fired
from ctxtally.model.measurement import WindowSettings

SHARES = st.floats(min_value=0, max_value=2, allow_nan=False)


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (0.0, "safe"),
        (0.6999, "safe"),
        (0.7, "warning"),
        (0.7999, "warning"),
        (0.8, "critical"),
        (1.4, "critical"),
    ],
)
def test_levels(share: float, level: str) -> None:
    assert Levels().of(share) == level


@pytest.mark.parametrize(
    ("settings", "stated", "warn", "threshold"),
    [
        pytest.param(WindowSettings(), None, 0.7, 0.8, id="nothing said"),
        pytest.param(WindowSettings(), 0.5, 0.5, 0.5, id="a state file that says less"),
        pytest.param(WindowSettings(), 0.9, 0.7, 0.9, id="a state file that says more"),
        pytest.param(WindowSettings(threshold=0.6), 0.9, 0.6, 0.6, id="configured"),
        pytest.param(WindowSettings(warn=0.2), 0.9, 0.2, 0.9, id="a configured warning"),
    ],
)
def test_what_is_in_force(
    settings: WindowSettings, stated: float | None, warn: float, threshold: float
) -> None:
    assert levels(settings, stated) == Levels(warn=warn, threshold=threshold)


def spoken(shares: list[float], level: float) -> list[int]:
    """Return at which of the shares a level speaks."""
    fired, found = False, []
    for index, share in enumerate(shares):
        if crossed(share, level, fired=fired):
            found.append(index)
        fired = still_fired(share, level, fired=fired)
    return found


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        pytest.param([0.1, 0.79], [], id="never"),
        pytest.param([0.8], [0], id="exactly"),
        pytest.param([0.5, 0.81, 0.9, 0.95, 1.2], [1], id="once"),
        pytest.param([0.81, 0.75, 0.85], [0], id="back a little"),
        pytest.param([0.81, 0.7, 0.85], [0], id="back to the edge"),
        pytest.param([0.81, 0.69, 0.85], [0, 2], id="back beyond it"),
        pytest.param([0.81, 0.1, 0.2, 0.9, 0.9], [0, 3], id="compacted"),
    ],
)
def test_it_speaks_once_until_there_is_room_again(shares: list[float], found: list[int]) -> None:
    assert spoken(shares, 0.8) == found


@given(st.lists(SHARES, max_size=30), st.floats(min_value=0.2, max_value=1))
def test_between_two_words_there_was_room(shares: list[float], level: float) -> None:
    found = spoken(shares, level)
    assert all(shares[index] >= level for index in found)
    for one, other in pairwise(found):
        assert min(shares[one:other]) < level - REARM + 1e-9
    first = next((index for index, share in enumerate(shares) if share >= level), None)
    assert found[:1] == ([] if first is None else [first])
