"""`TokenTracker`: the files and calls that programs of its kind know."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from math import inf, nan
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.errors import UserError
from ctxtally.tracker import TokenTracker, analyze_token_savings
from tests.support.runs import BASELINE, SAMPLE, made, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

MOMENT = 1_772_280_000.25  # 2026-02-28T12:00:00.25Z


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TokenTracker:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ctxtally.tracker.seconds", lambda: MOMENT)
    return TokenTracker(tmp_path / "output" / "tech" / "run_a")


def lines(tracker: TokenTracker) -> list[str]:
    with open(f"{tracker.run_dir}/tokens.jsonl", encoding="utf-8") as log:
        return log.read().splitlines()


def test_a_record_is_as_others_write_it(tracker: TokenTracker) -> None:
    tracker.log_usage(
        operation="advocate",
        input_tokens=2500,
        output_tokens=1200,
        iteration=1,
        model="gpt-4",
        cost_usd=0.15,
    )
    tracker.log_usage("contrarian", 3000, 800, 1)
    stamp = '{"timestamp": "2026-02-28T12:00:00.250000", '
    first_line = (
        '"operation": "advocate", "iteration": 1, "input_tokens": 2500, "output_tokens": 1200, '
        '"total_tokens": 3700, "model": "gpt-4", "cost_usd": 0.15}'
    )
    second_line = (
        '"operation": "contrarian", "iteration": 1, "input_tokens": 3000, "output_tokens": 800, '
        '"total_tokens": 3800, "model": null, "cost_usd": null}'
    )
    assert lines(tracker) == [stamp + first_line, stamp + second_line]
    first, second = tracker.load_usage()
    assert (first.operation, first.iteration, first.total_tokens) == ("advocate", 1, 3700)
    assert (first.timestamp, first.model, first.cost_usd) == (
        *("2026-02-28T12:00:00.250000", "gpt-4", 0.15),
    )
    assert (second.model, second.cost_usd) == (None, None)


def test_caches_are_a_part_of_the_input(tracker: TokenTracker) -> None:
    tracker.log_usage(
        "plan", 3_000, 800, 1, "claude-sonnet-4-5", cache_read_tokens=2_000, cache_write_tokens=500
    )
    found = tracker.calculate_stats("run_a", "tech")
    assert (found.total_input_tokens, found.total_tokens) == (3_000, 3_800)
    assert (found.cache_read_tokens, found.cache_write_tokens) == (2_000, 500)
    # 500 at $3, 2,000 at $0.30, 500 at $3.75 and 800 at $15 a million.
    assert found.total_cost_usd == pytest.approx(0.0015 + 0.0006 + 0.001875 + 0.012)
    assert found.priced_costs == 1


def test_what_is_kept_for_an_hour_is_a_part_of_what_was_written(tracker: TokenTracker) -> None:
    tracker.log_usage(
        *("plan", 3_000, 800, 1, "claude-sonnet-4-5"),
        cache_write_tokens=500,
        cache_write_1h_tokens=300,
    )
    found = tracker.calculate_stats("run_a", "tech")
    assert (found.total_tokens, found.cache_write_tokens) == (3_800, 500)
    # 2,500 at $3, 200 at $3.75, 300 at $6 and 800 at $15 a million.
    assert found.total_cost_usd == pytest.approx(0.0075 + 0.00075 + 0.0018 + 0.012)


def test_the_sums_of_the_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracker = TokenTracker(str(made(tmp_path / "run_a", SAMPLE)))
    found = tracker.calculate_stats("run_tech_20260228_123456", "tech")
    assert (found.total_tokens, found.iterations) == (18_500, 3)
    assert round(found.avg_tokens_per_iteration, 2) == 6166.67
    assert found.total_cost_usd == pytest.approx(0.675)
    assert found.cost_per_iteration == pytest.approx(0.225)
    assert len(found.operations) == 7
    assert list(found.breakdown_by_operation) == ["advocate", "contrarian", "integrator"]
    tracker.print_summary(found)
    out = capsys.readouterr().out
    assert "Token Usage Summary \u2014 run_tech_20260228_123456\n" in out
    assert "  integrator     :    1,500 tokens ($0.0540)\n" in out
    tracker.save_summary(found)
    held = json.loads((tmp_path / "run_a" / "token_summary.json").read_text("utf-8"))
    assert held["total_cost_usd"] == 0.675
    assert json.loads((tmp_path / "run_a" / "run.json").read_text("utf-8")) == {
        "run_id": "run_tech_20260228_123456",
        "phase": "tech",
        "tokens": {
            "total_input": 11_000,
            "total_output": 7_500,
            "total": 18_500,
            "cost_usd": 0.675,
            "tracked": True,
        },
    }


def test_a_summary_is_printed_in_any_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker = TokenTracker(made(tmp_path / "run_a", SAMPLE))
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, "ascii", write_through=True))
    tracker.print_summary(tracker.calculate_stats("r\xe9", "tech"))
    assert b"\nToken Usage Summary \\u2014 r\\xe9" in written.getvalue()


def test_a_configuration_that_is_broken_is_a_mistake(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({"ctxtally.toml": "[[price"})
    monkeypatch.chdir(repo.root)
    tracker = TokenTracker(made(repo.root / "run_a", SAMPLE))
    for call in (tracker.load_usage, lambda: tracker.calculate_stats("run_a", "tech")):
        with pytest.raises(UserError, match=r"^ctxtally\.toml:1:"):
            call()


def test_what_one_run_saves(tmp_path: Path) -> None:
    one = TokenTracker(made(tmp_path / "one", BASELINE)).calculate_stats("one", "")
    other = TokenTracker(made(tmp_path / "other", SAMPLE)).calculate_stats("other", "")
    found = analyze_token_savings(one, other)
    assert found == {
        "baseline": {"run_id": "one", "total_tokens": 25_000, "cost_usd": 0.9, "iterations": 5},
        "optimized": {
            "run_id": "other",
            "total_tokens": 18_500,
            "cost_usd": pytest.approx(0.675),
            "iterations": 3,
        },
        "savings": {
            "tokens_saved": 6_500,
            "cost_saved_usd": 0.225,
            "savings_percentage": 26.0,
        },
    }
    unpriced = TokenTracker(made(tmp_path / "third", [row("x", 9, 1)])).calculate_stats("x", "")
    assert analyze_token_savings(one, unpriced)["savings"]["cost_saved_usd"] is None
    empty = TokenTracker(made(tmp_path / "empty", [])).calculate_stats("empty", "")
    for pair in ((one, empty), (empty, one)):
        with pytest.raises(ValueError, match=r"^the run 'empty' has no token data, so nothing can"):
            analyze_token_savings(*pair)
    rows = [row("x", 9, 1), row("y", 9, 1) | {"input_tokens": None, "total_tokens": None}]
    with pytest.warns(RuntimeWarning, match=r"^ctxtally: 1 record with unknown tokens$"):
        unknown = TokenTracker(made(tmp_path / "fourth", rows)).calculate_stats("y", "")
    message = "the run 'y' has 1 operation with unknown tokens, so nothing can be compared"
    with pytest.raises(ValueError, match=f"^{message}$"):
        analyze_token_savings(one, unknown)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"operation": " "}, "an operation needs a name, such as `advocate`"),
        ({"input_tokens": -1}, "input_tokens must be a whole number from 0 on, not -1"),
        ({"input_tokens": True}, "input_tokens must be a whole number from 0 on, not True"),
        ({"output_tokens": 2**53}, f"output_tokens must be a whole number from 0 on, not {2**53}"),
        ({"output_tokens": 1.5}, "output_tokens must be a whole number from 0 on, not 1.5"),
        ({"iteration": -1}, "iteration must be a whole number from 0 on, not -1"),
        ({"iteration": "1"}, "iteration must be a whole number from 0 on, not '1'"),
        ({"cost_usd": -0.1}, "cost_usd must be a number of dollars, not -0.1"),
        ({"cost_usd": nan}, "cost_usd must be a number of dollars, not nan"),
        ({"cost_usd": inf}, "cost_usd must be a number of dollars, not inf"),
        ({"cost_usd": "x"}, "cost_usd must be a number of dollars, not 'x'"),
        ({"cost_usd": True}, "cost_usd must be a number of dollars, not True"),
        ({"cost_usd": 1e300}, "cost_usd must be a number of dollars, not 1e+300"),
        ({"cost_usd": 10**400}, f"cost_usd must be a number of dollars, not {10**400}"),
        (
            {"cost_usd": Decimal("0.15")},
            "cost_usd must be a number of dollars, not Decimal('0.15')",
        ),
        ({"operation": None}, "an operation needs a name, such as `advocate`"),
        ({"model": 5}, "model must be a name, not 5"),
        ({"input_tokens": "5"}, "input_tokens must be a whole number from 0 on, not '5'"),
        ({"input_tokens": None}, "input_tokens must be a whole number from 0 on, not None"),
        ({"output_tokens": None}, "output_tokens must be a whole number from 0 on, not None"),
        (
            {"cache_read_tokens": 8, "cache_write_tokens": 3},
            "input_tokens must include those of caches: 10 is less than 8 read and 3 written",
        ),
        (
            {"cache_write_tokens": 3, "cache_write_1h_tokens": 4},
            "cache_write_tokens must include those kept for an hour: 3 is less than 4",
        ),
        (
            {"cache_write_1h_tokens": -1},
            "cache_write_1h_tokens must be a whole number from 0 on, not -1",
        ),
        ({"cache_read_tokens": -1}, "cache_read_tokens must be a whole number from 0 on, not -1"),
    ],
)
def test_what_is_not_logged(tracker: TokenTracker, given: dict[str, Any], message: str) -> None:
    usage: dict[str, Any] = {"operation": "plan", "input_tokens": 10, "output_tokens": 5} | given
    with pytest.raises(ValueError, match=r".") as refused:
        tracker.log_usage(**usage)
    assert str(refused.value) == message
    assert tracker.load_usage() == []


def test_secrets_are_not_logged(tracker: TokenTracker) -> None:
    tracker.log_usage("push to https://me:hunter2@example.org/x", 1, 1)
    assert tracker.load_usage()[0].operation == "push to [redacted]example.org/x"


def test_what_cannot_be_written_is_a_warning(tracker: TokenTracker, tmp_path: Path) -> None:
    (tmp_path / "output").write_text("", "utf-8")
    with pytest.warns(RuntimeWarning, match=r"^ctxtally: .*tokens\.jsonl was not written: "):
        tracker.log_usage("plan", 1, 1)


def test_what_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    path = made(tmp_path / "run_a", [row("plan", 5, 5)])
    with (path / "tokens.jsonl").open("a", encoding="utf-8") as log:
        log.write('{"operation": "pl')
    with pytest.warns(RuntimeWarning, match=r"^ctxtally: 1 line of tokens\.jsonl could not be rea"):
        assert TokenTracker(path).calculate_stats("a", "").total_tokens == 10


def test_a_torn_record_does_not_take_the_next_with_it(tracker: TokenTracker) -> None:
    tracker.log_usage("plan", 5, 5)
    with open(f"{tracker.run_dir}/tokens.jsonl", "a", encoding="utf-8") as log:
        log.write('{"operation": "pl')
    tracker.log_usage("write", 7, 7)
    with pytest.warns(RuntimeWarning, match="1 line"):
        assert [one.operation for one in tracker.load_usage()] == ["plan", "write"]


@pytest.mark.parametrize("held", [b"[]", b"{", b"\xff", b'{"a": 1', b"x" * (5 << 20)])
def test_a_run_json_that_is_none_is_left_alone(tmp_path: Path, held: bytes) -> None:
    path = made(tmp_path / "run_a", SAMPLE)
    (path / "run.json").write_bytes(held)
    tracker = TokenTracker(path)
    with pytest.raises(UserError) as refused:
        tracker.save_summary(tracker.calculate_stats("a", ""))
    shown = path / "run.json"
    assert str(refused.value) == f"{shown} holds no JSON object, so nothing was saved"
    assert refused.value.help == "mend it, or take it away: it is made anew"
    assert (path / "run.json").read_bytes() == held
    assert sorted(one.name for one in path.iterdir()) == ["run.json", "tokens.jsonl"]


def test_a_directory_that_is_gone_cannot_be_saved_into(tmp_path: Path) -> None:
    tracker = TokenTracker(tmp_path / "gone")
    with pytest.raises(UserError, match="cannot be written: "):
        tracker.save_summary(tracker.calculate_stats("a", ""))


def _log(path: str, many: int) -> None:
    tracker = TokenTracker(path)
    for number in range(many):
        tracker.log_usage("plan", number, 1, number % 7)


def test_processes_lose_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "run_a")
    spawn = get_context("spawn")
    workers = [spawn.Process(target=_log, args=(path, 100)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    found = TokenTracker(path).calculate_stats("a", "")
    assert len(found.operations) == 300
    assert found.total_tokens == 3 * (sum(range(100)) + 100)
