"""All readers of usage logs on the same files: each has to find what the plainest one finds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ctxtally.adapters import layouts, samples, usage_log
from ctxtally.adapters.columns import Odd, Table
from ctxtally.model.batch import Alike
from ctxtally.model.usage import Usage
from ctxtally.survey import grouped, usage
from ctxtally.survey.usage import UsageLog
from ctxtally.usage import names
from ctxtally.usage.plain import OWN_TEXTS, TEXTS
from ctxtally.usage.records import MARKS, USAGE
from tests.survey.usage_test import DIRTY, MANY, Dirty, clean, event, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ctxtally.model.batch import Batch
    from tests.support.command import Run
    from tests.support.repo import Repo

NAMES = (*TEXTS, *OWN_TEXTS, "session", "run", "day")
NOON = 1_772_280_000.0  # 2026-02-28
WHOLE = Alike(
    names=NAMES,
    quarters=True,
    later=43_200.0,
    sizes=(1_000, 200_000),
    bounds=(NOON - 1, NOON, NOON + 0.1, NOON + 39_000, NOON + 43_199),
)
KINDS = (USAGE, *MARKS)
# Sums, and the first and the last moment.
Sums = dict[object, tuple[list[Decimal], list[float]]]
# From which size on lines are decoded at once and DuckDB is asked, and how regular a log has to be
# to do without it.
ENGINES = {
    "plain": {"QUICK": 1 << 60, "LARGE": 1 << 60},
    "quick": {"QUICK": 0, "LARGE": 1 << 60},
    "duckdb": {"QUICK": 0, "LARGE": 0, "REGULAR": 2},
}


def use(patch: pytest.MonkeyPatch, engine: str) -> None:
    patch.setattr(layouts, "SEEN", 1)
    for name, value in ENGINES[engine].items():
        patch.setattr(usage, name, value)


def sums(batches: Sequence[Batch], alike: Alike) -> Sums:
    """Add up by whatever batches may be asked to keep apart, without our own code."""
    found: Sums = {}
    for batch in batches:
        one, moment = batch.usage, batch.usage.moment
        prompt = one.tokens.prompt / batch.times if one.tokens else 0
        key = (
            *(getattr(one, name) for name in alike.names),
            *(
                one.kind,
                bool(one.id),
                one.counted,
                one.tokens is None,
                one.total is None,
                batch.cost_usd is None,
            ),
            one.final,
            moment // 900 if alike.quarters and moment is not None else None,
            alike.later is not None and (moment or 0) % 86_400 > alike.later,
            sum(prompt > size for size in alike.sizes),
            sum(moment > bound for bound in alike.bounds) if moment is not None else None,
        )
        assert (batch.last is None) == (moment is None)
        tokens = one.tokens
        numbers: list[Decimal | int] = [
            batch.times,
            one.total or 0,
            batch.cost_usd or Decimal(0),
            one.searches,
        ]
        buckets = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"]
        numbers += [getattr(tokens, name) if tokens else 0 for name in buckets]
        before, moments = found.setdefault(key, ([Decimal(0)] * len(numbers), []))
        between = sorted([*moments, *(one for one in (moment, batch.last) if one is not None)])
        added = [a + Decimal(b) for a, b in zip(before, numbers, strict=True)]
        found[key] = added, [*between[:1], *between[1:][-1:]]
    return found


def tallied(log: UsageLog) -> dict[str, int]:
    return {name: getattr(log.tally, name) for name in log.tally.__slots__}


def compared(paths: Sequence[Path], patch: pytest.MonkeyPatch, alike: Alike = WHOLE) -> UsageLog:
    """Read files by all engines, hold them against the first, and return the last one's log."""
    read = []
    for engine in ENGINES:
        use(patch, engine)
        log = UsageLog([str(path) for path in paths], "log")
        read.append((log, sums(list(log.batches(alike, KINDS)), alike)))
    (plain, expected), *others = read
    for log, found in others:
        assert found == expected
        assert tallied(log) == tallied(plain)
    assert [one.remarks for one, _ in read[:-1]] == [[], []]
    return log


@pytest.mark.parametrize("case", DIRTY, ids=lambda case: case.name)
def test_a_dirty_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Dirty) -> None:
    text = case.change([clean(number) for number in range(MANY)])
    path = tmp_path / "log"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    log = compared([path], monkeypatch)
    told = "".join(log.remarks).partition(":")[0]
    assert told == ("log was read by plain Python" if case.name[:2] == "22" else "")


NUMBERS = [
    *("0", "1", "700", "1234.0", "12.50", "-0", "-3", "1e3", "5e-05", "0.1", "0.30000000000000004"),
    *(
        "NaN",
        "Infinity",
        "null",
        "true",
        "false",
        '"12"',
        '"x"',
        "[]",
        '{"tokens": 5}',
        "9007199254740993",
    ),
    *("123456789012345", "1234567890123456", "18446744073709551621", "0.10000000000000000555"),
]
WORDS = ['""', '"a"', '"b c"', '"ä"', '"\\u00e4"', '"a:b"', '":"', '"{"', "null", "5", "[1]"]
TIMES = [
    *('"2026-02-28T12:00:00Z"', '"2026-02-28T23:59:59"', '"2026-02-28T11:59:60Z"', "1772280000"),
    *('"2026-02-28T12:00:00.25Z"', '"2026-02-30T12:00:00"', '"2026-02-28T23:30:00+05:30"', "null"),
    *('"2026-02-28T24:00:00"', '"2026-02-28 12:00:00"', '"2026-02-28"', '"later"', '"1969-01-01"'),
]
SYNONYMS = [
    *(*names.INPUT, *names.OUTPUT, *names.TOTAL, *names.CACHE_READ, *names.CACHE_WRITE),
    *(*names.REASONING, *names.COST, "cache_write_5m", "cache_write_1h", "iteration"),
    *(*names.RARE, *names.DETAILS),
]
COMMON = ["input", "output", "total", "input_tokens", "output_tokens", "tokens", "cost_usd"]


def members(values: Sequence[str], keys: Sequence[str]) -> some.SearchStrategy[tuple[str, str]]:
    return some.tuples(some.sampled_from(keys), some.sampled_from(values))


def every_value() -> list[str]:
    """Return a record for each value of each key, of ours and of others."""
    own = '{"v":1,"id":"i","kind":"usage","output":1,'
    other = '{"timestamp":"2026-02-28T12:00:00","output_tokens":1,'
    return [
        f'{head}"{key}":{value}}}'.replace('"i"', f'"i{index}"')
        for head in (own, other)
        for index, (key, value) in enumerate(
            (key, value)
            for keys, values in (
                (SYNONYMS, NUMBERS),
                ((*TEXTS, *OWN_TEXTS, *names.SESSION, *names.RUN, "key", "kind", "id"), WORDS),
                (names.TIME, TIMES),
            )
            for key in keys
            for value in values
        )
    ]


def test_each_value_of_each_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    records = every_value()
    path.write_text(joined(records), "utf-8")
    monkeypatch.setattr(samples, "_MOST", 1_000)
    monkeypatch.setattr(samples, "_PLACES", 1)
    monkeypatch.setattr(samples, "_LINES", len(records))
    log = compared([path], monkeypatch)
    assert (log.tally.lines, log.remarks) == (len(records), [])


MEMBERS = some.lists(
    some.one_of(
        members(["7", "150000", "0.5", "null"], COMMON),
        members(["7", "150000"], COMMON),
        members(["0", "0.0"], ["cost_usd", "tokens"]),
        members(NUMBERS, SYNONYMS),
        members(WORDS, [*TEXTS, *OWN_TEXTS, "session", "session_id", "run", "note"]),
        members(TIMES, names.TIME),
        members(['"anthropic"', '"b"'], ["provider"]),
        members(['"k1"', '"k2"', '"i1"'], ["key"]),
        members(['"transcript"', '"otel"', '"manual"'], ["source"]),
    ),
    max_size=8,
)
HEADS = [
    "",
    '"timestamp": "2026-02-28T12:00:00", ',
    *('"v": 1, "id": "i1", "kind": "usage", ', '"v":1,"id":"i2","kind":"session.end",'),
    *('"v":1,"id":"i4","kind":"budget",', '"v":1,"id":7,"kind":"usage",', '"id":"i5",'),
]


@some.composite
def lines(draw: some.DrawFn) -> bytes:
    """Make a record, which may be broken afterwards."""
    unique = some.integers(0, 10**6).map(lambda n: f'"v":1,"id":"u{n}","kind":"usage",')
    head = draw(some.one_of(unique, unique, some.sampled_from(HEADS)))
    given = draw(MEMBERS)
    if draw(some.integers(0, 9)):
        given = list(dict(given).items())
    comma, colon = draw(some.sampled_from([(",", ":"), (", ", ": "), (",", ": "), (" ,", " :")]))
    text = "{" + head + comma.join(f'"{key}"{colon}{value}' for key, value in given) + "}"
    text = text.replace(",}", "}").replace(", }", "}")
    line = text.encode()
    broken = draw(some.integers(0, 24))
    if broken < 12:
        cut = draw(some.integers(0, len(line)))
        line = [
            *(line[:cut], line[:cut] + line, line + line, b"\xff" + line, line[:-1] + b",}"),
            *(b"\0" * 9, b"", b" \t", line + b"\r", b"\xef\xbb\xbf" + line, b"[" + line + b"]"),
            line[:cut] + b"\xe9" + line[cut:],
        ][broken]
    return line


@given(log=some.lists(lines(), min_size=1, max_size=60), end=some.sampled_from([b"", b"\n"]))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_mixture_of_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: list[bytes], end: bytes
) -> None:
    one, other = tmp_path / "log-2026-01.jsonl", tmp_path / "log.jsonl"
    half = len(log) // 2
    one.write_bytes(b"\n".join(log[:half]) + end)
    other.write_bytes(b"\n".join(log[half:]) + end)
    compared([one, other], monkeypatch)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        pytest.param(
            lambda patch: patch.setattr(grouped, "MOST_ODD", 2),
            "more than 2 lines are not plain",
            id="mostly odd",
        ),
        pytest.param(
            lambda patch: patch.setattr(grouped, "MOST_ODD", 4),
            "more than 4 lines are not plain, or told twice",
            id="mostly repeated",
        ),
        pytest.param(
            lambda patch: patch.setattr(usage_log, "holds", lambda *_: False),
            "DuckDB found 8 lines, and there are others",
            id="another number of lines",
        ),
        pytest.param(
            lambda patch: patch.setattr(Table, "odd", lambda *_: iter([Odd(3, 999)])),
            "line 4 is another than DuckDB read",
            id="another line",
        ),
    ],
)
def test_where_plain_python_reads_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[pytest.MonkeyPatch], None],
    because: str,
) -> None:
    path = tmp_path / "log"
    told = [event(id="a", tokens=1), event(id="a", tokens=2), event(id="b", tokens=4)]
    path.write_text(joined([*["x"] * 3, *told, *told[:2]]), "utf-8")
    change(monkeypatch)
    log = compared([path], monkeypatch)
    assert log.remarks == [f"log was read by plain Python: {because}"]


def test_a_path_that_duckdb_takes_for_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "[log].jsonl"
    path.write_text(event(id="a", tokens=1), "utf-8")
    log = compared([path], monkeypatch)
    assert log.remarks == [f"log was read by plain Python: DuckDB takes `{path}` for a pattern"]


def test_no_file_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "LARGE", 0)
    assert list(UsageLog([], "log").batches(WHOLE)) == []


def test_a_large_log_without_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_text(event(id="a", tokens=1), "utf-8")
    monkeypatch.setattr(usage, "LARGE", 0)
    monkeypatch.setattr(usage, "is_installed", lambda: False)
    log = UsageLog([str(path)], "log")
    assert [one.usage.total for one in log.batches(WHOLE)] == [1]
    assert log.remarks == ["log is read faster with DuckDB: pip install 'ctxtally[scale]'"]


@pytest.mark.parametrize(
    ("alike", "batches"),
    [
        (Alike(), 1),
        (Alike(names=("operation",)), 2),
        (Alike(names=("day",)), 2),
        (Alike(quarters=True), 3),
        (Alike(later=7_200.0), 2),
        (Alike(sizes=(5, 50)), 3),
    ],
)
def test_only_what_is_asked_is_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alike: Alike, batches: int
) -> None:
    path = tmp_path / "log"
    told = [(1, "a", 1, 0), (1, "b", 10, 2), (2, "a", 100, 3), (2, "b", 100, 3)]
    path.write_text(
        joined(
            [
                event(id=str(n), ts=f"2026-01-0{day}T0{hour}:00:01Z", operation=name, input=tokens)
                for n, (day, name, tokens, hour) in enumerate(told)
            ]
        ),
        "utf-8",
    )
    log = compared([path], monkeypatch, alike)
    assert len(list(log.batches(alike))) == batches


def test_each_text_of_a_record_can_be_asked_for() -> None:
    texts = {name for name, kind in Usage.__annotations__.items() if kind == "str"}
    assert texts - {"id", "key", "kind"} == {*NAMES}


@pytest.mark.parametrize("engine", ENGINES)
def test_only_what_has_no_price_is_unpriced(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """The package has prices of batches, and none of what they read from a cache."""
    told = [
        event(
            id=f"e{number}",
            ts=f"2026-11-02T10:00:0{number}Z",
            provider="google",
            model="gemini-2.5-pro",
            service_tier="batch",
            input=1_000_000,
            cache_read=cached,
            output=0,
        )
        for number, cached in enumerate([0, 0, 7, 0, 9])
    ]
    path = repo.root / ".git" / "ctxtally" / "usage-log.jsonl"
    path.parent.mkdir()
    path.write_text(joined(told), "utf-8")
    use(monkeypatch, engine)
    totals = run("usage", "models", "--format", "json").json["totals"]
    # A million tokens cost 2.50 USD beyond prompts of 200,000, and half of that in a batch.
    assert (totals["cost_usd"], totals["unpriced"]) == (3.75, 2_000_016)
