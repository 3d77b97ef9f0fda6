from __future__ import annotations

import pytest

from ctxtally.model.promise import Promise
from ctxtally.model.saving import Saving
from ctxtally.usage.promises import MOST, settled, to_tell

FIRST, LATER, LAST = "2026-01-05", "2026-01-20", "2026-03-01"
OPEN = Promise(path="a", day=FIRST, tokens=40, before=100, now=100)


def saving(path: str, tokens: int) -> Saving:
    return Saving(tokens=tokens, path=path, rule="r", does="d", command="c")


def test_savings_make_promises_by_file() -> None:
    savings = [saving("a", 30), saving("a", 10), saving("b", 5), saving("", 900)]
    assert settled([], savings, {"a": 100, "b": 7, "c": 1}, FIRST) == [
        OPEN,
        Promise(path="b", day=FIRST, tokens=5, before=7, now=7),
    ]


@pytest.mark.parametrize(
    ("savings", "tokens", "now", "came", "done"),
    [
        pytest.param([saving("a", 40)], {"a": 100}, 100, 0, "", id="nothing came"),
        pytest.param([saving("a", 10)], {"a": 70}, 70, 30, "", id="a part came"),
        pytest.param([], {"a": 60}, 60, 40, LATER, id="all came"),
        pytest.param([], {}, 0, 100, LATER, id="the file is gone"),
        pytest.param([], {"a": 100}, 100, 0, LATER, id="recommended no more"),
        pytest.param([saving("a", 50)], {"a": 110}, 110, -10, "", id="it has grown"),
    ],
)
def test_what_came(
    savings: list[Saving], tokens: dict[str, int], now: int, came: int, done: str
) -> None:
    (found,) = settled([OPEN], savings, tokens, LATER)
    assert (found.day, found.tokens, found.before) == (FIRST, 40, 100)
    assert (found.now, found.came, found.done) == (now, came, done)
    assert to_tell([found], LATER) == (found,)


def test_a_kept_promise_is_told_for_a_month_as_it_was_kept() -> None:
    (kept,) = settled([OPEN], [], {"a": 60}, LATER)
    assert settled([kept], [], {"a": 90}, LATER) == [kept]
    assert settled([kept], [], {"a": 90}, "2026-02-19") == [kept]
    assert settled([kept], [], {"a": 90}, "2026-02-20") == []


def test_a_file_may_be_recommended_again() -> None:
    (kept,) = settled([OPEN], [], {"a": 60}, LATER)
    assert settled([kept], [saving("a", 9)], {"a": 80}, LAST) == [
        Promise(path="a", day=LAST, tokens=9, before=80, now=80)
    ]


def test_what_was_first_said_now_is_not_told() -> None:
    assert to_tell([OPEN], FIRST) == ()
    assert to_tell([OPEN], LATER) == (OPEN,)


def test_a_bounded_number_is_kept_the_newest_first() -> None:
    old = [Promise(path=f"o{at}", day=FIRST, tokens=1, before=9, now=9) for at in range(MOST)]
    savings = [saving(one.path, 1) for one in old] + [saving("new", 1)]
    tokens = dict.fromkeys(["new", *(one.path for one in old)], 9)
    found = settled(old, savings, tokens, LATER)
    assert (len(found), found[0].path) == (MOST, "new")
