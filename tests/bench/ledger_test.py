"""The measurement of the ledger, on inputs so small that it only shows that it works."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.bench import ledger, loops
from tests.bench.ledger_inputs import ledger as written_ledger
from tests.bench.ledger_inputs import transcripts as written_transcripts
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path


def test_the_inputs_hold_what_they_say(tmp_path: Path) -> None:
    told = written_transcripts(tmp_path / "claude", 1, "/home/me/my.app")
    assert (told.files, told.responses) == (1, 38)
    assert loops.transcripts(str(tmp_path)) == told.tokens
    path = tmp_path / "log.jsonl"
    told = written_ledger(path, 300)
    assert (told.size, told.responses) == (path.stat().st_size, 300)
    assert loops.ledger([str(path)]) == told.tokens
    assert loops.batches([str(path)]) == told.tokens


def test_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.Bench, "ccusage", lambda _: "")
    monkeypatch.setattr(ledger, "CROSSOVER", (50,))
    text = ledger.report(tmp_path, size=1, lines=100)
    assert "ccusage was not measured: npm or its registry was not there." in text
    assert re.findall("^\\| (?!---)([^|]+) \\|", text, re.MULTILINE) == [
        "json loop of the standard library",
        "`ctxtally usage sync`, the first time",
        "`ctxtally usage`",
        "python -c pass",
        "the same, nothing new",
        "the same, one transcript longer",
        "json loop of the standard library",
        "as `ctxtally analyze` asks",
        "DuckDB, asked the same",
        "`ctxtally usage compact`, once",
        "as `ctxtally analyze` asks, of that Parquet",
        "DuckDB on that Parquet",
        "the loop, 2 lines of them",
        "plain Python, 2 lines of them",
        "lines",
        "50",
    ]


def test_a_wrong_sum_is_no_result(tmp_path: Path) -> None:
    told = written_ledger(tmp_path / "log", 1)
    other = ledger.Cost(name="x", cpu=1, memory=1, said="7")
    with pytest.raises(SystemExit, match=r"^x does not print [0-9]+: 7$"):
        ledger._agree(told, other)  # noqa: SLF001 - what keeps the table honest


def test_make_runs_it() -> None:
    assert "-m tests.bench.ledger\n" in (CHECKOUT / "Makefile").read_text("utf-8")
