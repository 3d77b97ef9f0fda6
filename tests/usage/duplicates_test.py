"""What counts once, against a plain search through all that is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.tally import Tally
from ctxtally.model.usage import Usage
from ctxtally.usage.duplicates import once

NAMES = st.sampled_from(["", "a", "b", "c"])
SOURCES = ["transcript", "capture", "otel", "manual", "hook"]
USAGES = st.builds(
    Usage,
    id=NAMES,
    key=NAMES,
    kind=st.sampled_from(["usage", "usage", "compact"]),
    provider=st.sampled_from(["p", "q"]),
    source=st.sampled_from(SOURCES),
    total=st.none() | st.integers(0, 3),
)


def expected(usages: list[Usage]) -> list[int]:
    """Return the places of those that count."""
    kept: list[int] = []
    for place, one in enumerate(usages):
        if one.id and any(other.id == one.id for other in usages[:place]):
            continue
        kept.append(place)
    responses: dict[tuple[str, str], list[int]] = {}
    for place in kept:
        one = usages[place]
        if one.kind == "usage" and one.key:
            responses.setdefault((one.provider, one.key), []).append(place)
    for places in responses.values():
        best = min(
            places,
            key=lambda place: (
                SOURCES.index(usages[place].source),
                *(
                    [usages[place].total is None, -place]
                    if usages[place].source == "transcript"
                    else [-(-1 if (total := usages[place].total) is None else total), place]
                ),
            ),
        )
        kept = [place for place in kept if place not in places or place == best]
    return kept


@given(st.lists(USAGES, max_size=10))
def test_each_event_and_each_response_counts_once(usages: list[Usage]) -> None:
    tally = Tally()
    found = list(once(usages, lambda _: True, tally))
    assert sorted(map(id, found)) == sorted(id(usages[place]) for place in expected(usages))
    assert tally.duplicates == len(usages) - len(found)


@given(st.lists(USAGES, max_size=10))
def test_what_cannot_come_twice_is_passed_on_at_once(usages: list[Usage]) -> None:
    assert list(once(usages, lambda _: False, Tally())) == usages
