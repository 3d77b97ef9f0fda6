"""Which lines can be read at once, and their times."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from ctxtally.text.instants import seconds_of
from ctxtally.usage.layouts import layout_of, moment_of

OWN = ["v", "id", "ts", "kind"]


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([*OWN, "input", "cache_read", "output", "reasoning", "total"], id="ours"),
        pytest.param([*OWN, "path", "oid", "tokens"], id="ours about something else"),
        pytest.param(["timestamp", "input_tokens", "output_tokens", "total_tokens"], id="others"),
        pytest.param(["timestamp", "tokens", "id", "kind", "key", "final"], id="everyday names"),
    ],
)
def test_nothing_to_weigh(keys: list[str]) -> None:
    found = layout_of(keys)
    assert found is not None
    assert sorted([*found.keys.values(), *found.rest]) == sorted(keys)
    assert found.size == len(keys)


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([*OWN, "total", "tokens"], id="two totals"),
        pytest.param([*OWN, "timestamp"], id="two times"),
        pytest.param(["v", "id", "kind", "tokens"], id="no time"),
        pytest.param(["timestamp", "operation"], id="no tokens"),
        pytest.param(["timestamp", "input_tokens", "cached_tokens"], id="caches of others"),
        pytest.param(["timestamp", "output_tokens", "reasoning_tokens"], id="reasoning of others"),
        pytest.param(
            ["timestamp", "input_tokens", "prompt_tokens_details"], id="parts one level deeper"
        ),
        pytest.param([*OWN, *(f"more{at}" for at in range(40))], id="many keys"),
        pytest.param([], id="no keys"),
    ],
)
def test_something_to_weigh(keys: list[str]) -> None:
    assert layout_of(keys) is None


TEXTS = some.from_regex(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r" ?([Zz]|[+-][0-9]{2}:?[0-9]{2})?|[0-9]{1,14}(\.[0-9]{1,9})?)",
    fullmatch=True,
)


@given(TEXTS)
@example("9999-12-31T23:59:59.999999999Z")
@example("12345678901.12345Z")
@example("2026-02-28T12:00:59.999999999Z")
@example("2026-02-28T12:00:60Z")
@example("2026-02-28T12:00:")
def test_moments_are_those_of_all_records(text: str) -> None:
    assert moment_of(text) == seconds_of(text)
