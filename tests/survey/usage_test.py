"""The usage log as a stream: 25 ways in which such logs are broken, and one response told twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git, ledger
from ctxtally.errors import UserError
from ctxtally.model.batch import Alike
from ctxtally.survey import usage
from ctxtally.survey.usage import UsageLog, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctxtally.model.usage import Usage
    from tests.support.repo import Repo

MANY = 40
AT = 20  # the record that is altered
TOTAL = '"total_tokens": 1020'
MODEL = '"model": "gpt-4"'
TIME = '"timestamp": "2026-02-28T12:20:00"'


def clean(number: int) -> str:
    return (
        f'{{"timestamp": "2026-02-28T12:{number:02}:00", "operation": "advocate", '
        f'"category": "docs", "session": "s", "iteration": 1, "input_tokens": {700 + number}, '
        f'"output_tokens": 300, "total_tokens": {1000 + number}, "model": "gpt-4", '
        f'"cost_usd": 0.5}}'
    )


def swapped(old: str, new: str) -> Callable[[list[str]], str]:
    """Return the log with one record altered."""

    def change(lines: list[str]) -> str:
        assert lines[AT].count(old) == 1
        lines[AT] = lines[AT].replace(old, new)
        return joined(lines)

    return change


def added(line: str) -> Callable[[list[str]], str]:
    return lambda lines: joined([*lines[:AT], line, *lines[AT:]])


def joined(lines: list[str], end: str = "\n") -> str:
    return "".join(line + end for line in lines)


def merged(lines: list[str]) -> str:
    return joined([*lines[:AT], lines[AT][:90] + lines[AT + 1], *lines[AT + 2 :]])


def later_fields(lines: list[str]) -> str:
    more = ', "region": "eu", "timing": {"queue": 1, "tokens": {"x": 2}}}'
    return joined([*lines[:36], *(line[:-1] + more for line in lines[36:])])


def huge(lines: list[str]) -> str:
    copy = lines[AT][:-1] + f', "text": "{"x" * (20 << 20)}"}}'
    return joined([*lines, copy])


@dataclass(frozen=True, slots=True, kw_only=True)
class Dirty:
    """What a change must leave: records, bad lines, drift, and what is missing from the sum."""

    name: str
    change: Callable[[list[str]], str]
    records: int = 0
    bad: int = 0
    drift: int = 0
    less: int = 0
    recovered: int = 0


ALTERED = 1000 + AT
DIRTY = [
    Dirty(name="00 clean", change=joined),
    Dirty(
        name="01 the last line is cut",
        change=lambda lines: joined(lines[:-1]) + lines[-1][:90],
        records=-1,
        bad=1,
        less=1000 + MANY - 1,
    ),
    Dirty(
        name="02 cut, and the next on the same line",
        change=merged,
        records=-1,
        bad=1,
        less=ALTERED,
        recovered=1,
    ),
    Dirty(name="03 blank lines", change=lambda lines: joined(["", *lines[:9], " \t", *lines[9:]])),
    Dirty(name="04 no JSON", change=added("this is not json"), bad=1),
    Dirty(name="05 not UTF-8", change=added(clean(7).replace("docs", "caf\udce9 \udcff")), bad=1),
    Dirty(name="06 NUL bytes", change=added("\0" * 4096), bad=1),
    Dirty(name="07 byte-order mark", change=lambda lines: "\ufeff" + joined(lines)),
    Dirty(name="08 CRLF", change=lambda lines: joined(lines, "\r\n")),
    Dirty(name="09 digits in a string", change=swapped(TOTAL, '"total_tokens": "1020"')),
    Dirty(name="10 a whole float", change=swapped(TOTAL, '"total_tokens": 1020.0')),
    Dirty(
        name="11 a fraction",
        change=swapped(TOTAL, '"total_tokens": 1234.5'),
        drift=1,
        less=ALTERED,
    ),
    Dirty(name="12 null", change=swapped(TOTAL, '"total_tokens": null'), less=ALTERED),
    Dirty(name="13 no category", change=swapped('"category": "docs", ', "")),
    Dirty(name="14 new fields", change=later_fields),
    Dirty(
        name="15 beyond 63 bits",
        change=swapped(TOTAL, f'"total_tokens": {2**63 + 5}'),
        drift=1,
        less=ALTERED,
    ),
    Dirty(name="16 NaN", change=swapped('"cost_usd": 0.5', '"cost_usd": NaN'), drift=1),
    Dirty(name="17 another zone", change=swapped(TIME, '"timestamp": "2026-02-28T02:00:00+05:30"')),
    Dirty(name="18 no time", change=swapped(TIME, '"timestamp": "yesterday"'), drift=1),
    Dirty(
        name="19 a key twice",
        change=swapped(TOTAL, f'"total_tokens": 1, {TOTAL}'),
        drift=1,
        less=ALTERED,
    ),
    Dirty(name="20 a list", change=added("[1,2,3]"), bad=1),
    Dirty(name="21 an object", change=swapped(MODEL, '"model": {"name": "gpt-4"}'), drift=1),
    Dirty(name="22 a line of 20 MB", change=huge, records=1, less=-ALTERED),
    Dirty(name="23 empty", change=lambda _: "", records=-MANY, less=1000 * MANY + 780),
    Dirty(name="24 no line feed at the end", change=lambda lines: joined(lines)[:-1]),
]


def read(path: Path) -> tuple[list[Usage], UsageLog]:
    log = UsageLog([str(path)], "log")
    return list(log.read()), log


@pytest.mark.parametrize("case", DIRTY, ids=lambda case: case.name)
def test_a_dirty_log(tmp_path: Path, case: Dirty) -> None:
    text = case.change([clean(number) for number in range(MANY)])
    path = tmp_path / "log"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    found, log = read(path)
    assert len(found) == MANY + case.records
    assert (log.tally.bad, log.tally.drift, log.tally.recovered) == (
        case.bad,
        case.drift,
        case.recovered,
    )
    clean_sum = sum(1000 + number for number in range(MANY))
    assert sum(one.total or 0 for one in found) == clean_sum - case.less
    assert (log.tally.skipped, log.tally.others, log.tally.duplicates) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("11", "total", None),
        ("12", "total", None),
        ("13", "category", ""),
        ("15", "total", None),
        ("16", "cost_usd", None),
        ("17", "day", "2026-02-27"),
        ("18", "day", ""),
        ("19", "total", None),
        ("21", "model", ""),
    ],
)
def test_what_is_unknown_in_the_altered_record(
    tmp_path: Path, name: str, field: str, value: object
) -> None:
    case = next(one for one in DIRTY if one.name.startswith(name))
    path = tmp_path / "log"
    path.write_text(case.change([clean(number) for number in range(MANY)]), "utf-8")
    found, _ = read(path)
    assert getattr(found[AT], field) == value
    assert [one for one in found if getattr(one, field) == value] == [found[AT]]


def event(**fields: object) -> str:
    return json.dumps({"v": 1, "kind": "usage"} | fields)


def test_an_event_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [event(id=f"01{number}", tokens=number) for number in (1, 2, 3, 2, 3, 3)]
    path.write_text(joined(lines), "utf-8")
    found, log = read(path)
    assert sorted(one.total or 0 for one in found) == [1, 2, 3]
    assert log.tally.duplicates == 3


@pytest.mark.parametrize("escaped", [False, True])
def test_a_response_counts_once_by_its_best_source(tmp_path: Path, *, escaped: bool) -> None:
    def told(id: str, source: str, tokens: int | None, key: str = "msg_ä") -> str:  # noqa: A002
        fields = {"id": id, "source": source, "tokens": tokens, "key": key, "provider": "p"}
        return json.dumps({"v": 1, "kind": "usage"} | fields, ensure_ascii=escaped)

    path = tmp_path / "log"
    lines = [
        *(told("1", "manual", 900), told("2", "otel", 30), told("3", "transcript", 20)),
        *(told("4", "transcript", 21), told("5", "transcript", 21), told("6", "capture", 31)),
        *(told("7", "transcript", None), told("8", "guess", 999), told("9", "otel", 1, "other")),
    ]
    for order, last in ((lines, 21), (lines[::-1], 20)):
        path.write_text(joined(order), "utf-8")
        found, log = read(path)
        assert sorted((one.source, one.total) for one in found) == [
            ("otel", 1),
            ("transcript", last),
        ]
        assert log.tally.duplicates == 7


def test_an_id_that_is_a_number_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(joined([event(id=7, tokens=2), event(id="7", tokens=3)]), "utf-8")
    found, log = read(path)
    assert ([one.total for one in found], log.tally.duplicates) == ([2], 1)


def test_the_same_key_of_another_provider_is_another_response(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [event(id=one, key="1", provider=one, tokens=5) for one in ("a", "b")]
    path.write_text(joined(lines), "utf-8")
    assert len(read(path)[0]) == 2


def test_ids_of_other_programs_are_no_ids_of_events(tmp_path: Path) -> None:
    path = tmp_path / "log"
    line = json.dumps({"id": "user-1", "timestamp": "2026-01-02T03:04:05", "tokens": 5})
    path.write_text(joined([line, line]), "utf-8")
    assert [one.id for one in read(path)[0]] == ["", ""]


def test_the_log_of_a_repository_with_what_was_rotated(repo: Repo) -> None:
    place = git.place()
    found = ledger.locate(place, None)
    ledger.append(found, [{"kind": "usage", "operation": "b", "tokens": 2}], 86_400.0)
    ledger.append(found, [{"kind": "budget", "operation": "budget", "tokens": 9}], 86_400.0)
    folder = repo.root / ".git" / "ctxtally"
    (folder / "usage-log-2026-10.jsonl").write_text(event(id="1", tokens=1, operation="a") + "\n")
    (folder / "usage-log-2026-11.jsonl").mkdir()
    (folder / "usage-log-2026-12.jsonl").symlink_to(folder / "usage-log-2026-10.jsonl")
    (folder / "other.jsonl").write_text(event(id="3", tokens=3) + "\n")
    log = usage_of(place, None)
    assert [one.operation for one in log.read()] == ["a", "b"]
    assert (log.shown, log.tally.others) == (".git/ctxtally/usage-log.jsonl", 1)


def test_git_keeps_the_lines_of_both_sides(repo: Repo) -> None:
    base = event(id="1", tokens=1)
    repo.commit("base", {".gitattributes": "*.jsonl merge=union\n", "l.jsonl": f"{base}\n"})
    for branch, line in (("a", event(id="2", tokens=10)), ("b", event(id="3", tokens=100))):
        repo.git("checkout", "--quiet", "-b", branch, "main")
        # One side has no line feed at the end.
        repo.commit(branch, {"l.jsonl": f"{base}\n{line}" + "\n" * (branch == "a")})
    repo.git("merge", "--quiet", "--no-edit", "a")
    assert sorted(one.total or 0 for one in read(repo.root / "l.jsonl")[0]) == [1, 10, 100]


@pytest.mark.usefixtures("repo")
def test_no_log_is_empty() -> None:
    assert list(usage_of(git.place(), None).read()) == []


def test_marks_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "log"
    lines = [
        event(id="1", kind="session.start", session="s"),
        event(id="2", tokens=5, session="s"),
        event(id="3", tokens=7, session="other"),
    ]
    path.write_text(joined(lines), "utf-8")
    log = UsageLog([str(path)], "log")
    assert [one.id for one in log.read()] == ["2", "3"]
    assert [one.id for one in log.read(("session.start", "usage"), holding=[b'"s"'])] == ["1", "2"]
    assert log.tally.lines == 2
    path.write_text(joined([*lines, lines[1]]), "utf-8")
    assert [one.id for one in log.read(holding=[b'"s"'])] == ["2"]


def test_a_log_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^docs/log cannot be read: ") as caught:
        list(UsageLog([str(tmp_path)], "docs/log").read())
    assert caught.value.help == "make it readable, or take it away"


def test_a_log_that_grows_while_it_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was told that each record comes alone has not asked for what prices depend on."""
    monkeypatch.setattr(usage, "QUICK", 4_000)
    path = tmp_path / "usage-log.jsonl"
    path.write_text(joined([clean(at) for at in range(5)]), "utf-8")
    log = UsageLog([str(path)], "usage-log.jsonl")
    assert not log.adds_up
    path.write_text(joined([clean(at % 60) for at in range(500)]), "utf-8")
    assert {one.times for one in log.batches(Alike(names=()))} == {1}
