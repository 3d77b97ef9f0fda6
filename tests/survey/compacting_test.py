"""Months of a log as Parquet: what is read of them is what was read before."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import append, git, parquet, usage_log
from ctxtally.adapters.files import Locked
from ctxtally.adapters.repeated import mark, repeated
from ctxtally.errors import UserError
from ctxtally.model.compacted import Compacted, Months
from ctxtally.render import compacted as render
from ctxtally.survey import compacting as survey
from ctxtally.survey.usage import UsageLog
from ctxtally.usage.plain import columns
from tests.documents import rows, section
from tests.support.data import CHECKOUT
from tests.survey.grouped_test import WHOLE, compared, sums, tallied
from tests.survey.usage_test import DIRTY, MANY, clean, event, joined

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

# Whole, cut, merged, no JSON, no UTF-8, NUL bytes, byte-order mark, a list, no last line feed.
BROKEN = ("00", "01", "02", "04", "05", "06", "07", "20", "24")
DOCS = CHECKOUT / "docs"
OCTOBER = "usage-log-2026-10"


def months(before: str = "2026-11-21") -> Months:
    return survey.months(git.place(), None, before)


def written(repo: Repo, name: str, content: bytes) -> Path:
    path = repo.root / ".git" / "ctxtally" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def files_of(path: Path) -> list[str]:
    return usage_log.paths(str(path.with_name("usage-log.jsonl")))


def log_of(path: Path) -> UsageLog:
    return UsageLog(files_of(path), "log")


def test_nothing_is_lost(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [one for one in DIRTY if one.name[:2] in BROKEN]
    for number, case in enumerate(cases, 1):
        text = case.change([clean(number) for number in range(MANY)])
        path = written(repo, f"{OCTOBER}-{number}.jsonl", text.encode("utf-8", "surrogateescape"))
    before = log_of(path)
    lines = sorted(line.strip() for one in files_of(path) for line in usage_log.lines(one))
    expected = sums(list(before.batches(WHOLE)), WHOLE)
    found = months()
    assert {one.path[-9] for one in found.files if one.bad} == {"2", "3", "4", "5", "6"}
    after = log_of(path)
    assert [one for one in files_of(path) if one.endswith("jsonl") and ".bad." not in one] == []
    assert sorted(line.strip() for one in files_of(path) for line in usage_log.lines(one)) == lines
    assert sums(list(after.batches(WHOLE)), WHOLE) == expected
    assert tallied(after) == tallied(before)
    compared([Path(one) for one in files_of(path)], monkeypatch)


def test_a_line_that_is_too_long_for_duckdb(repo: Repo) -> None:
    long = event(id="a", tokens=1, text="x" * (20 << 20))
    path = written(repo, f"{OCTOBER}.jsonl", joined([clean(1), long]).encode())
    [problem] = months().problems
    assert problem.startswith(f"{OCTOBER}.jsonl is left as it is: ")
    assert path.read_bytes() == joined([clean(1), long]).encode()
    assert render.text(months()) == "nothing was compacted in .git/ctxtally/usage-log.jsonl"


def test_an_event_in_two_months_counts_once(repo: Repo) -> None:
    one, two = (event(id=name, tokens=1) for name in "ab")
    written(repo, f"{OCTOBER}.jsonl", joined([one, two]).encode())
    path = written(repo, "usage-log.jsonl", joined([two, one, event(id="c", tokens=5)]).encode())
    assert len(months().files) == 1
    log = log_of(path)
    assert sum(one.total or 0 for one in log.read()) == 7
    assert (log.tally.duplicates, log.tally.lines) == (2, 5)
    assert sum(one.times for one in log_of(path).batches(WHOLE)) == 3


def test_which_files_are_compacted(repo: Repo) -> None:
    names = ["usage-log-2026-09.jsonl", "usage-log-2026-10.jsonl", "usage-log-2026-10-2.jsonl"]
    others = ["usage-log-2026-11.jsonl", "usage-log-old.jsonl", "usage-log.jsonl"]
    for name in (*names, *others):
        written(repo, name, joined([event(id=name, tokens=1)]).encode())
    assert [one.path for one in months("2026-10-31").files] == [
        str(git.place().state_dir) + "/usage-log-2026-09.parquet"
    ]
    assert [one.lines for one in months().files] == [1, 1]
    left = {one.name for one in (repo.root / ".git" / "ctxtally").iterdir()} - {"compact.lock"}
    made = {name.replace(".jsonl", ".parquet") for name in names}
    assert left == {*made, *others}
    assert months().files == ()


def test_what_was_cut_off_is_done_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(repo, f"{OCTOBER}.jsonl", joined([clean(1), "x"]).encode())

    def killed(_: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", killed)
        assert months().problems == (f"{OCTOBER}.jsonl is left as it is: No space left on device",)
    log = log_of(path)
    assert [one.total for one in log.read()] == [1001]
    assert (log.tally.lines, log.tally.bad) == (2, 1)
    assert len(months().files) == 1
    log = log_of(path)
    assert [one.total for one in log.read()] == [1001]
    assert (log.tally.lines, log.tally.bad) == (2, 1)


def test_what_differs_is_never_put_in_place(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(repo, f"{OCTOBER}.jsonl", joined([clean(1), clean(2)]).encode())
    monkeypatch.setattr(parquet, "lines", lambda _: iter([clean(3).encode()]))
    assert months().problems == (
        f"{OCTOBER}.jsonl is left as it is: what DuckDB wrote is not what the log holds",
    )
    assert [one.name for one in path.parent.iterdir() if "2026" in one.name] == [path.name]


def test_columns_for_other_programs(repo: Repo) -> None:
    import duckdb

    lines = [event(id="a", ts="2026-10-02T03:04:05Z", model="m", input=5, output=7), clean(1)]
    path = written(repo, f"{OCTOBER}.jsonl", joined(lines).encode()).with_suffix(".parquet")
    months()
    query = "SELECT line, moment::VARCHAR, model, input, output, total FROM read_parquet(?)"
    assert duckdb.execute(query, [str(path)]).fetchall() == [
        (lines[0], "2026-10-02 03:04:05", "m", 5, 7, 12),
        (lines[1], "2026-02-28 12:01:00", "gpt-4", 701, 300, 1001),
    ]


def test_without_duckdb(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(repo, f"{OCTOBER}.jsonl", joined([clean(1)]).encode())
    months()
    for module in (survey, parquet):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    with pytest.raises(UserError, match=r"^Parquet is written with DuckDB") as caught:
        months()
    assert caught.value.help == "pip install 'ctxtally[scale]'"
    with pytest.raises(UserError, match=r"2026-10\.parquet is Parquet, which is read with DuckDB$"):
        list(log_of(path).read())


def test_parquet_that_is_none(repo: Repo) -> None:
    path = written(repo, f"{OCTOBER}.parquet", b"x")
    with pytest.raises(UserError, match=r"2026-10\.parquet cannot be read: ") as caught:
        list(log_of(path).read())
    assert caught.value.help == "take it away, or bring a copy back"


def test_the_command(repo: Repo, run: Run) -> None:
    assert run("usage", "compact", "--before", "2026-11-21").out == (
        "nothing to compact in .git/ctxtally/usage-log.jsonl: no file of a month before 2026-11\n"
    )
    path = written(repo, f"{OCTOBER}.jsonl", joined([clean(1), "x"]).encode())
    before = path.stat().st_size
    found = run("usage", "compact", "--format", "json").json
    told = rows(section(DOCS / "json.md", "usage compact"))
    assert [row[0] for row in told] == [f"`{key}`" for key in found]
    assert re.findall("`([a-z_]+)`", told[3][1]) == list(found["compacted"][0])
    after = path.with_suffix(".parquet").stat().st_size + 2
    assert found == {
        "schema": "ctxtally/usage-compact/1",
        "log": ".git/ctxtally/usage-log.jsonl",
        "before": git.place().day,
        "compacted": [
            {
                "path": f"{OCTOBER}.parquet",
                "lines": 2,
                "bad_lines": 1,
                "bytes_before": before,
                "bytes_after": after,
            }
        ],
        "problems": [],
    }


def test_the_columns_are_documented() -> None:
    text = section(DOCS / "scale.md", "usage compact").partition("For other programs")[2]
    told = re.findall("`([a-z_0-9]+)`", text.partition("They are empty")[0])
    assert told == ["line", *(name for name in columns([]).expressions if name not in survey.INNER)]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ((), "nothing to compact in log: no file of a month before 2026-11"),
        (
            (
                Compacted(path="/x/a.parquet", lines=1_000, bad=0, before=9_000, after=10),
                Compacted(path="/x/b.parquet", lines=2, bad=1, before=90, after=10),
            ),
            (
                "a.parquet: 1,000 lines, 9,000 bytes before and 10 now\n"
                "b.parquet: 2 lines, 90 bytes before and 10 now; "
                "1 line that DuckDB cannot read is kept beside it"
            ),
        ),
    ],
)
def test_the_text(found: tuple[Compacted, ...], text: str) -> None:
    assert render.text(Months(log="log", before="2026-11-21", files=found, problems=())) == text


def test_a_month_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(parquet.lines(str(tmp_path / "x.parquet")))


def test_two_at_once(repo: Repo) -> None:
    written(repo, f"{OCTOBER}.jsonl", joined([clean(1)]).encode())
    with (
        Locked(os.path.join(git.place().state_dir, "compact.lock"), 0.0),
        pytest.raises(UserError, match=r"usage-log\.jsonl is being compacted by another process$"),
    ):
        months()


def test_marks_of_a_month_are_found(repo: Repo) -> None:
    lines = [event(id=name, tokens=1) for name in ("a", "a", "b")]
    path = written(repo, f"{OCTOBER}.jsonl", joined(lines).encode())
    months()
    assert repeated(files_of(path)) == {mark("a")}
    log = log_of(path)
    assert sorted(one.id for one in log.read()) == ["a", "b"]


def test_a_full_log_never_takes_the_name_of_a_compacted_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(append, "LARGEST_FILE", 1)
    monkeypatch.setattr(append, "seconds", lambda: 1_793_000_000.0)  # in October 2026
    (tmp_path / f"{OCTOBER}.parquet").touch()
    path = str(tmp_path / "usage-log.jsonl")
    for line in ("a", "b"):
        append.write_lines(path, "log", [line])
    assert sorted(one.name for one in tmp_path.iterdir() if "lock" not in one.name) == [
        f"{OCTOBER}-2.jsonl",
        f"{OCTOBER}.parquet",
        "usage-log.jsonl",
    ]
