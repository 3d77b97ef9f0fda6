"""Runs as they are found: what is told of them where the files are not as they should be."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.prices import Prices
from ctxtally.errors import UserError
from ctxtally.survey.runs import Runs
from tests.support.runs import SAMPLE, made, row

if TYPE_CHECKING:
    from pathlib import Path

SUMMARY = {
    "total_input_tokens": 60,
    "total_output_tokens": 40,
    "total_tokens": 100,
    "iterations": 2,
    "total_cost_usd": 0.5,
}


def runs(folder: Path) -> Runs:
    return Runs(str(folder), Prices())


def remarks(path: Path) -> tuple[str, ...]:
    return runs(path.parent).run(str(path)).remarks


@pytest.mark.parametrize(
    ("lines", "tokens", "told"),
    [
        pytest.param(json.dumps(row("a", 6, 4)) + "\n\n", 10, (), id="a blank line"),
        pytest.param("\ufeff" + json.dumps(row("a", 6, 4)), 10, (), id="a mark, no line end"),
        pytest.param(
            '{"timestamp": "2026-02' + json.dumps(row("a", 6, 4)) + "\n[1]\n",
            10,
            ("2 lines of tokens.jsonl could not be read, 1 record within them could",),
            id="a line that was cut off",
        ),
        pytest.param(
            '{"t": 1781840737.3}\n',
            0,
            ("1 record without tokens left out",),
            id="a row with a time only",
        ),
        pytest.param(
            json.dumps(row("a", 6, 4) | {"total_tokens": 11}) + "\n",
            10,
            ("1 record with a total that is not its sum; the sum counts",),
            id="a wrong total",
        ),
        pytest.param(
            '{"timestamp": "2026-02-28T12:00:00", "operation": "a", "total_tokens": 12}\n',
            12,
            ("1 record with a total alone: neither input nor output",),
            id="a total alone",
        ),
        pytest.param(
            json.dumps(row("a", 6, 4) | {"input_tokens": -1, "total_tokens": None}) + "\n",
            0,
            (
                "1 field could not be taken, so unknown",
                "1 record with unknown tokens",
            ),
            id="a negative number",
        ),
        pytest.param(
            '{"operation": "a", "input_tokens": 6, "output_tokens": 4}\n', 10, (), id="no time"
        ),
        pytest.param(
            json.dumps(row("a", 6, 4) | {"new": {"deep": []}, "unknown": 1}) + "\n",
            10,
            (),
            id="keys that nobody knows",
        ),
        pytest.param(
            json.dumps(row("a", 6, 4) | {"prompt_tokens": 6}).replace('"input_tokens": 6, ', ""),
            10,
            (),
            id="names of other programs",
        ),
    ],
)
def test_what_could_not_be_taken_is_told(
    tmp_path: Path, lines: str, tokens: int, told: tuple[str, ...]
) -> None:
    path = made(tmp_path / "run_a", [])
    (path / "tokens.jsonl").write_text(lines, "utf-8")
    found = runs(tmp_path).run(str(path))
    assert found.stats
    assert (found.stats.total_tokens, found.remarks) == (tokens, told)


@pytest.mark.parametrize(
    ("meta", "run_id", "phase", "task"),
    [
        ({}, "run_a", "tech", ""),
        ({"run_id": "r", "phase": "p", "task": "t", "task_id": "i"}, "r", "p", "i"),
        ({"run_id": None, "phase": [], "task": 7}, "run_a", "tech", "7"),
        ({"run_id": True, "task": True}, "run_a", "tech", ""),
    ],
)
def test_names(tmp_path: Path, meta: dict[str, object], run_id: str, phase: str, task: str) -> None:
    path = made(tmp_path / "output" / "tech" / "run_a", SAMPLE, meta)
    found = runs(tmp_path / "output").run(str(path))
    assert (found.run_id, found.phase, found.task) == (run_id, phase, task)


def test_elsewhere_a_folder_is_no_phase(tmp_path: Path) -> None:
    assert runs(tmp_path).run(str(made(tmp_path / "tech" / "run_a", SAMPLE))).phase == ""


@pytest.mark.parametrize("held", [b"[]", b"{", b"\xff\xfe\xfa", b"[" * 100_000])
def test_a_run_json_that_is_none(tmp_path: Path, held: bytes) -> None:
    path = made(tmp_path / "run_a", SAMPLE)
    (path / "run.json").write_bytes(held)
    assert remarks(path) == ("run.json is not used: it holds no JSON object",)


def test_a_run_json_that_cannot_be_read(tmp_path: Path) -> None:
    path = made(tmp_path / "run_a", SAMPLE)
    (path / "run.json").mkdir()
    (told,) = remarks(path)
    assert told.startswith("run.json cannot be read: ")


@pytest.mark.parametrize(
    ("held", "tokens", "cost"),
    [
        (SUMMARY, 100, 0.5),
        (SUMMARY | {"total_cost_usd": None}, 100, None),
        (SUMMARY | {"total_cost_usd": "1"}, 100, None),
        (SUMMARY | {"total_cost_usd": True}, 100, None),
        (SUMMARY | {"unpriced_tokens": 30}, 100, None),
    ],
)
def test_a_summary_without_records(
    tmp_path: Path, held: dict[str, object], tokens: int, cost: float | None
) -> None:
    path = made(tmp_path / "run_a", None)
    (path / "token_summary.json").write_text(json.dumps(held), "utf-8")
    found = runs(tmp_path).run(str(path))
    assert found.stats
    assert (found.stats.total_tokens, found.stats.whole_cost) == (tokens, cost)
    assert found.remarks == ("its operations are gone: the totals are those once saved",)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ("{}", ()),
        (json.dumps(SUMMARY | {"iterations": "2"}), ()),
        (json.dumps(SUMMARY | {"total_tokens": -1}), ()),
        (json.dumps(SUMMARY | {"total_tokens": 2**60}), ()),
        ("[", ("token_summary.json is not used: it holds no JSON object",)),
    ],
)
def test_a_summary_that_is_none(tmp_path: Path, held: str, told: tuple[str, ...]) -> None:
    path = made(tmp_path / "run_a", None)
    (path / "token_summary.json").write_text(held, "utf-8")
    found = runs(tmp_path).run(str(path))
    assert (found.stats, found.remarks) == (None, told)


def test_a_link_is_no_run(tmp_path: Path) -> None:
    made(tmp_path / "elsewhere" / "run_a", SAMPLE)
    made(tmp_path / "output" / "tech" / "run_b", SAMPLE)
    try:
        os.symlink(tmp_path / "elsewhere", tmp_path / "output" / "linked")
    except OSError:
        pytest.skip("this system does not let us make links")
    found = runs(tmp_path / "output").newest(None, 10)
    assert [one.run_id for one in found.runs] == ["run_b"]


def test_a_file_where_runs_should_be(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("", "utf-8")
    with pytest.raises(UserError, match=r"^no runs in "):
        runs(tmp_path / "output").newest(None, 10)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may read all, reads it")
def test_records_that_may_not_be_read(tmp_path: Path) -> None:
    path = made(tmp_path / "run_a", SAMPLE)
    (path / "tokens.jsonl").chmod(0)
    with pytest.raises(UserError, match=r"tokens\.jsonl cannot be read: "):
        runs(tmp_path).run(str(path))


def test_a_history_is_of_one_phase_or_model(tmp_path: Path) -> None:
    made(tmp_path / "tech" / "run_a", [row("a", 1, 1, 1, None, "m")])
    made(tmp_path / "tech" / "run_b", [row("a", 2, 2, 1, None, "m"), row("a", 1, 1, 1, None, "n")])
    made(tmp_path / "tech" / "run_c", [])
    made(tmp_path / "tech" / "run_d", None)
    made(tmp_path / "design" / "run_e", [row("a", 4, 4, 1, None, "m")])
    both = runs(tmp_path)
    assert [one.total_tokens for one in both.history(None, None)] == [8, 2, 6]
    assert [one.total_tokens for one in both.history("tech", None)] == [2, 6]
    assert [one.total_tokens for one in both.history(None, "m")] == [8, 2]
