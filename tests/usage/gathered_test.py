from __future__ import annotations

from decimal import Decimal

import pytest

from ctxtally.adapters.layouts import Layouts
from ctxtally.model.batch import Alike
from ctxtally.usage import fields
from ctxtally.usage.gathered import Gathered
from ctxtally.usage.layouts import layout_of

KEYS = ("v", "id", "ts", "kind", "model", "input", "output", "cost_usd")


def gathered(alike: Alike, *told: tuple[str, float | None, int, float]) -> Gathered:
    layout = layout_of(KEYS)
    assert layout is not None
    known = Layouts(fields.EVERY_TEXT)
    known.learn(layout)
    found = Gathered(alike)
    for model, moment, tokens, cost in told:
        line = (
            f'{{"v":1,"id":"i","ts":"","kind":"usage","model":"{model}","input":{tokens},'
            f'"output":1,"cost_usd":{cost}}}'
        )
        (one,) = known.decoded([line.encode()], plain=True)
        assert isinstance(one, tuple)
        found.add(*one, moment)
    return found


def test_sums_of_what_is_alike() -> None:
    found = gathered(
        Alike(names=("model", "day")),
        *[("a", 86_400.0 + at, 10, 0.1) for at in (5, 1, 9, 3)],
        ("a", None, 7, 0.0),
        ("b", 86_400.0, 2, 0.5),
    )
    assert len(found) == 3
    one, undated, other = found.taken()
    assert (one.usage.model, one.usage.day, one.times) == ("a", "1970-01-02", 4)
    assert (one.usage.moment, one.last) == (86_401.0, 86_409.0)
    assert (one.usage.total, one.cost_usd) == (44, Decimal("0.4"))
    assert (undated.usage.day, undated.usage.moment, undated.last) == ("", None, None)
    assert (undated.times, undated.cost_usd) == (1, None), "0 is written where no price is known"
    assert other.usage.model == "b"
    assert len(found) == 0


@pytest.mark.parametrize(
    ("alike", "batches"),
    [
        (Alike(), 1),
        (Alike(quarters=True), 2),
        (Alike(later=450.0), 2),
        (Alike(quarters=True, bounds=(0.0, 400.0, 899.0)), 3),
        (Alike(sizes=(1, 5)), 3),
    ],
)
def test_what_is_kept_apart(alike: Alike, batches: int) -> None:
    moments = [(300.0, 1), (400.0, 2), (500.0, 5), (1_000.0, 6)]
    found = gathered(alike, *[("a", moment, tokens, 0.1) for moment, tokens in moments])
    assert sum(one.times for one in found.taken()) == 4
    assert len(list(gathered(alike, *[("a", m, t, 0.1) for m, t in moments]).taken())) == batches
