"""Lines that are decoded at once tell what the reader of all records finds in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ctxtally.adapters import append, layouts
from ctxtally.adapters.bodies import Bodies
from ctxtally.model.batch import Alike
from ctxtally.model.response import Place, Response
from ctxtally.model.tally import Tally
from ctxtally.model.usage import Tokens
from ctxtally.survey import stream
from ctxtally.survey.stream import Stream
from ctxtally.usage.transcript_events import transcript_event
from tests.survey.grouped_test import NUMBERS, TIMES, WORDS, every_value, lines
from tests.survey.usage_test import DIRTY, MANY, Dirty, clean, event, joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.fixture(autouse=True)
def _learn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "SEEN", 1)


def tallied(tally: Tally) -> dict[str, int]:
    return {name: getattr(tally, name) for name in tally.__slots__}


def compared(path: Path, holding: Sequence[bytes] = ()) -> int:
    """Read a file in both ways, and return how many lines were decoded at once."""
    plain, quick = Tally(), Tally()
    expected = list(Stream([str(path)], plain, quick=False, holding=holding).usages())
    assert list(Stream([str(path)], quick, quick=True, holding=holding).usages()) == expected
    assert tallied(quick) == tallied(plain)
    told = Stream([str(path)], Tally(), quick=True, holding=holding).told()
    return sum(isinstance(one, tuple) for one in told)


# A line of 20 MB is decoded nowhere, and takes long: others read it.
@pytest.mark.parametrize(
    "case", [one for one in DIRTY if one.name[:2] != "22"], ids=lambda case: case.name
)
def test_a_dirty_log(tmp_path: Path, case: Dirty) -> None:
    path = tmp_path / "log"
    text = case.change([clean(number) for number in range(MANY)])
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert compared(path) >= (MANY - 6 if text else 0)


def test_each_value_of_each_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "_MOST", 1_000)
    monkeypatch.setattr(layouts, "_MOST_ALIKE", 1_000)
    path = tmp_path / "log"
    dated = '"kind":"usage","ts":"2026-02-28T12:00:00Z",'
    records = [one.replace('"kind":"usage",', dated) for one in every_value()]
    path.write_text(joined(records), "utf-8")
    assert 500 < compared(path) < len(records)


LINE = (
    '{"v":1,"id":"i%s","ts":"2026-02-28T12:00:00.25Z","day":"2026-02-28","kind":"usage",'
    '"source":"transcript","key":"k%s","model":"m","dir":".","input":1,"cache_read":2,'
    '"cache_write_5m":3,"cache_write_1h":4,"output":5,"reasoning":1,"cost_usd":0.5,"searches":1}'
)
VALUES = some.sampled_from(
    [*NUMBERS, *WORDS, *TIMES, "-0.0", "1e400", '"\\ud800"', '"a\tb"', "1E5"]
)


@some.composite
def altered(draw: some.DrawFn) -> bytes:
    """Make a line of ours with a member more, or with another value or key."""
    number = draw(some.integers(0, 10**6))
    line = LINE % (number, number)
    keys = list(json.loads(line))
    key = draw(some.sampled_from([*keys, "note", "final", "total", "tokens", "iteration", "run"]))
    value = draw(VALUES)
    blank = draw(some.sampled_from(["", "", " ", "  ", "\t"]))
    member = f'"{key}"{draw(some.sampled_from(["", "", " "]))}:{blank}{value}'
    if draw(some.booleans()) and f'"{key}":' in line:
        start = line.index(f'"{key}":')
        end = min(at for at in (line.find(",", start), line.find("}", start)) if at > 0)
        line = line[:start] + member + line[end:]
    else:
        line = f"{line[:-1]},{member}}}"
    return line.encode("utf-8", "surrogatepass")


MIXTURES = some.lists(
    some.one_of(
        some.integers(0, 9).map(lambda one: (LINE % (one, one)).encode()), altered(), lines()
    ),
    min_size=1,
    max_size=40,
)


@given(log=MIXTURES, end=some.sampled_from([b"", b"\n", b"\r\n"]))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_mixture_of_lines(tmp_path: Path, log: list[bytes], end: bytes) -> None:
    path = tmp_path / "log"
    ours = (LINE % ("a", "a")).encode()
    path.write_bytes((end or b"\n").join([ours, ours, *log]) + end)
    assert compared(path) >= 1
    compared(path, [b'"i1"', b"dir"])


def test_our_events_are_decoded_at_once(tmp_path: Path) -> None:
    response = Response(
        key="k",
        agent="claude-code",
        provider="anthropic",
        model="m",
        session="s",
        moment=1_772_280_000.25,
        tokens=Tokens(input=5, cache_read=7, output=11),
    )
    body = Bodies(str, many=False).of(transcript_event("k", response, Place()))
    told = [append.line(body, response.moment + at) for at in range(10)]
    path = tmp_path / "log"
    path.write_text(joined(told), "utf-8")
    assert compared(path) == 9


def test_events_about_something_else_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "log"
    told = [event(id=str(at), ts="2026-02-28T12:00:00Z", kind="commit") for at in range(5)]
    path.write_text(joined(told), "utf-8")
    tally = Tally()
    assert list(Stream([str(path)], tally, quick=True).told()) == []
    assert tally.others == 5


def test_sums_that_are_too_many_are_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_MOST", 2)
    path = tmp_path / "log"
    told = [
        event(id=str(at), ts="2026-02-28T12:00:00Z", model=f"m{at % 3}", input=1) for at in range(9)
    ]
    path.write_text(joined(told), "utf-8")
    found = Stream([str(path)], Tally(), quick=True)
    batches = list(found.batches(found.told(), Alike(names=("model",)), ("usage",), frozenset()))
    assert sum(one.times for one in batches) == 9
    assert len(batches) > 3
    assert {one.usage.model for one in batches} == {"m0", "m1", "m2"}


def test_of_many_layouts_some_are_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "_MOST", 3)
    path = tmp_path / "log"
    told = [
        event(**{"id": f"{key}{at}", "ts": "2026-02-28T12:00:00Z", "input": 1, f"key{key}": key})
        for key in range(5)
        for at in range(4)
    ]
    path.write_text(joined(told), "utf-8")
    assert compared(path) == 9
