"""The conformance corpus: what each transcript in tests/conformance tells, by `expected.json`."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters.prices import Prices
from ctxtally.model.terms import Terms, terms
from ctxtally.model.usage import Tokens
from tests.support.transcripts import Home

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

CORPUS = Path(__file__).parent / "conformance"
CLAUDE = json.loads((CORPUS / "claude" / "expected.json").read_text("utf-8"))
CODEX = json.loads((CORPUS / "codex" / "expected.json").read_text("utf-8"))
FURTHER = json.loads((CORPUS / "further" / "expected.json").read_text("utf-8"))
PRICES = json.loads((CORPUS / "prices.json").read_text("utf-8"))
REMARKS = {"bad_lines": 0, "torn_files": 0, "compactions": 0}
BUCKETS = ("input", "cache_read", "cache_write", "output")


@pytest.fixture
def home(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path / "home", repo.root, monkeypatch)


def test_the_corpus_is_whole() -> None:
    assert list(CLAUDE) == [f"{number:02d}" for number in range(1, 17)]
    assert list(CODEX) == [f"{number:02d}" for number in range(1, 11)]
    assert {name[:2] for name in FURTHER} == {f"E{number}" for number in range(3, 10)}
    assert {one["case"].rstrip("abcd").split()[0] for one in PRICES} == {
        f"P{number}" for number in (*range(1, 13), *range(14, 18))
    }


@pytest.mark.parametrize(
    ("agent", "variable", "folder", "cases"),
    [
        ("claude-code", "CLAUDE_CONFIG_DIR", "claude", CLAUDE),
        ("codex", "CODEX_HOME", "codex/home", CODEX),
    ],
    ids=["claude-code", "codex"],
)
def test_every_case_at_once(  # noqa: PLR0917 - a table of one row
    home: Home,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    agent: str,
    variable: str,
    folder: str,
    cases: dict[str, Any],
) -> None:
    assert home.root.is_dir()
    monkeypatch.setenv(variable, str(CORPUS / folder))
    synced = run("usage", "sync", "--all", "--agent", agent, "--format", "json").json
    for name in REMARKS:
        assert synced[name] == sum(case.get(name, 0) for case in cases.values()), name
    days = {one["name"]: one for one in run("usage", "--format", "json").json["by"]}
    told = {number: case for number, case in cases.items() if _expected(case) != [0, 0, 0, 0]}
    assert sorted(days) == sorted(case["day"] for case in told.values())
    for number, case in told.items():
        found = days[case["day"]]
        assert [found[name] for name in BUCKETS] == _expected(case), (number, case["what"])
        assert bool(found["unpriced"]) == ("unpriced" in case), number
        if "cost_usd" in case:
            cost = found["cost_usd"]
            wanted = case["cost_usd"]
            assert (cost is None) == (wanted is None), number
            assert wanted is None or cost == pytest.approx(float(wanted), rel=1e-12), number


@pytest.mark.parametrize("number", CLAUDE)
def test_a_claude_case(home: Home, run: Run, number: str) -> None:
    case, folder = CLAUDE[number], home.root / "case"
    shutil.copytree(CORPUS / "claude" / "projects" / f"c{number}", folder)
    synced = run("usage", "sync", "--from", str(folder), "--format", "json").json
    assert {name: synced[name] for name in REMARKS} == {name: case.get(name, 0) for name in REMARKS}
    assert _totals(run) == _expected(case)


@pytest.mark.parametrize("number", CODEX)
def test_a_codex_case(home: Home, run: Run, number: str) -> None:
    case, folder = CODEX[number], home.root / "case"
    for path in (CORPUS / "codex" / "home").rglob(f"rollout-2026-04-{number}*.jsonl"):
        target = folder / path.parent.relative_to(CORPUS) / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    run("usage", "sync", "--from", str(folder))
    assert _totals(run) == _expected(case)
    models = {
        one["name"]: [one["input"], one["cache_read"], one["output"]]
        for one in run("usage", "models", "--format", "json").json["by"]
    }
    assert models == case.get("models", models)


@pytest.mark.parametrize("name", FURTHER)
def test_a_further_case(home: Home, run: Run, name: str) -> None:
    case = FURTHER[name]
    source = home.root / Path(case["file"]).name
    shutil.copyfile(CORPUS / "further" / case["file"], source)
    synced = run("usage", "sync", "--from", str(source), "--format", "json").json
    assert synced["bad_lines"] == case.get("bad_lines", 0)
    assert synced["logged"] == (
        {case["agent"]: len(case["responses"])} if case["responses"] else {}
    )
    wanted = [[one[name] for name in BUCKETS] for one in case["responses"]]
    assert _totals(run) == [sum(column) for column in zip([0] * 4, *wanted, strict=True)]
    document = run("usage", "--format", "json").json
    assert document["totals"]["total"] == case.get("total", document["totals"]["total"])
    days = {one["day"] for one in case["responses"] if "day" in one}
    assert days <= {one["name"] for one in document["by"]}
    models = {one["model"] for one in case["responses"] if "model" in one}
    assert models <= {one["name"] for one in run("usage", "models", "--format", "json").json["by"]}


@pytest.mark.parametrize("case", PRICES, ids=[one["case"] for one in PRICES])
def test_a_price_case(case: dict[str, Any]) -> None:
    names = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    moment = datetime.fromisoformat(f"{case['day']}T12:00:00+00:00").timestamp()
    tokens = Tokens(**{name: case[name] for name in names})
    asked = terms(**{name: case[name] for name in Terms._fields if name in case})
    searches = case.get("searches", 0)
    cost = Prices().usd(tokens, case["model"], moment, asked=asked, searches=searches)
    assert cost == (None if case["usd"] is None else Decimal(case["usd"]))


def _expected(case: dict[str, Any]) -> list[int]:
    return [int(case.get(name, 0)) for name in BUCKETS]


def _totals(run: Run) -> list[int]:
    totals = run("usage", "--format", "json").json["totals"]
    return [int(totals[name]) for name in BUCKETS]
