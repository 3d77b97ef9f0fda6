"""Runs as they are found: what is told of them where the files are not as they should be."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxtally.adapters.prices import Prices
from ctxtally.errors import UserError
from ctxtally.render import run_summary as render
from ctxtally.survey.runs import Runs
from tests.support.data import DEV, needs_dev
from tests.support.runs import SAMPLE, made, row

if TYPE_CHECKING:
    from pathlib import Path

PRICES = Prices()
SUMMARY = {
    "total_input_tokens": 60,
    "total_output_tokens": 40,
    "total_tokens": 100,
    "iterations": 2,
    "total_cost_usd": 0.5,
}


def runs(folder: Path) -> Runs:
    return Runs(str(folder), PRICES)


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
        (SUMMARY | {"iterations": 0}, 100, 0.5),
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
    assert found.stats.iterations >= 1
    assert found.remarks == ("its operations are gone: the totals are those once saved",)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ("{}", ()),
        (json.dumps(SUMMARY | {"iterations": "2"}), ()),
        (json.dumps(SUMMARY | {"total_tokens": -1}), ()),
        (json.dumps(SUMMARY | {"total_tokens": 2**60}), ()),
        (json.dumps(SUMMARY | {"total_tokens": 0, "unpriced_tokens": 5}), ()),
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


def test_records_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = made(tmp_path / "tech" / "run_a", SAMPLE)
    monkeypatch.setattr("ctxtally.adapters.usage_log.objects", refusing)
    both = runs(tmp_path)
    with pytest.raises(UserError) as refused:
        both.named(str(path))
    assert str(refused.value) == f"{path / 'tokens.jsonl'} cannot be read: Permission denied"
    assert refused.value.help == "make it readable, or take it away"
    (run,) = both.newest(None, 10).runs
    assert (run.stats, run.remarks) == (None, ("tokens.jsonl cannot be read: Permission denied",))
    assert both.history(None, None) == ([], 0, 1)


def test_a_history_is_of_one_phase_or_model(tmp_path: Path) -> None:
    made(tmp_path / "tech" / "run_a", [row("a", 1, 1, 1, None, "m")])
    made(tmp_path / "tech" / "run_b", [row("a", 2, 2, 1, None, "m"), row("a", 1, 1, 1, None, "n")])
    made(tmp_path / "tech" / "run_c", [])
    made(tmp_path / "tech" / "run_d", None)
    made(tmp_path / "design" / "run_e", [row("a", 4, 4, 1, None, "m")])
    both = runs(tmp_path)
    (tmp_path / "tech" / "run_a" / "run.json").write_text("[]", "utf-8")
    found = {
        kind: ([one.total_tokens for one in both.history(*kind).runs], both.history(*kind).remarked)
        for kind in ((None, None), ("tech", None), (None, "m"), ("design", None))
    }
    assert found == {
        (None, None): ([8, 2, 6], 1),
        ("tech", None): ([2, 6], 1),
        (None, "m"): ([8, 2], 1),
        ("design", None): ([8], 0),
    }


def test_a_run_with_unknown_tokens_is_compared_with_none(tmp_path: Path) -> None:
    unknown = {"input_tokens": None, "output_tokens": None, "total_tokens": None}
    one = made(tmp_path / "tech" / "run_a", SAMPLE)
    other = made(tmp_path / "tech" / "run_b", [row("plan", 9, 1), row("write", 9, 1) | unknown])
    both = runs(tmp_path)
    with pytest.raises(UserError) as refused:
        both.compared([str(one)], [str(other)])
    told = f"{other} has 1 operation with unknown tokens: it took more than is known"
    assert (str(refused.value), refused.value.help) == (
        *(told, "compare runs whose operations all tell their tokens"),
    )
    found = both.history(None, None)
    assert ([each.total_tokens for each in found.runs], found.unknown) == ([18_500], 1)
    run = both.run(str(other))
    assert run.stats
    both.save(run, run.stats)
    (other / "tokens.jsonl").unlink()
    again = both.run(str(other)).stats
    assert again
    assert again.unknown_operations == 1


def test_what_took_nothing_costs_nothing(tmp_path: Path) -> None:
    path = made(tmp_path / "run_a", [row("validation", 0, 0), row("plan", 1, 1, 1, 0.5)])
    found = runs(tmp_path).run(str(path)).stats
    assert found
    assert (found.whole_cost, found.unpriced_operations) == (0.5, 0)


def test_remarks_come_along_into_a_comparison(tmp_path: Path) -> None:
    one = made(tmp_path / "tech" / "run_a", SAMPLE)
    other = made(tmp_path / "tech" / "run_b", SAMPLE)
    (one / "run.json").write_text("[]", "utf-8")
    found = runs(tmp_path).compared([str(one)], [str(other)])
    assert found.remarks == ("run_a: run.json is not used: it holds no JSON object",)


SHOWN = [
    row("advocate", 2_500, 1_200, 1, 0.15, "gpt-4"),
    row("contrarian", 3_000, 800, 1, None, "gpt-4"),
]


def test_a_cost_that_is_not_recorded_is_worked_out(tmp_path: Path) -> None:
    found = runs(tmp_path).run(str(made(tmp_path / "run_a", SHOWN))).stats
    assert found
    # GPT-4 cost $30 and $60 a million: 3,000 and 800 tokens are 9 and 4.8 cents.
    assert found.whole_cost == pytest.approx(0.15 + 0.09 + 0.048)
    assert (found.recorded_costs, found.priced_costs) == (1, 1)


def test_without_prices_it_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    path = made(tmp_path / "run_a", SHOWN)
    found = Runs(str(tmp_path), Prices()).run(str(path)).stats
    assert found
    assert (found.total_cost_usd, found.whole_cost) == (0.15, None)
    assert (found.unpriced_operations, found.unpriced_tokens) == (1, 3_800)
    assert found.cost_per_iteration is None


@needs_dev
def test_records_of_another_program(tmp_path: Path) -> None:
    path = made(tmp_path / "run_a", [])
    shutil.copyfile(DEV / "usage-logs" / "dante-norton.usage.jsonl", path / "tokens.jsonl")
    found = runs(tmp_path).run(str(path))
    assert found.stats
    first = 746_598 + 968_833
    assert found.stats.operations[0].total_tokens == first
    assert found.stats.total_tokens == first + 825_417 + 1_085_309 + 5_721_943
    assert found.remarks == ()


LINES = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(
        st.sampled_from([*row("a", 1, 1), "cache_read_tokens", "cache_write_tokens", "usage", "v"]),
        st.recursive(
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-(2**70), 2**70),
                st.floats(),
                st.text(max_size=12),
                st.sampled_from(["gpt-4", "2026-02-28T12:00:00"]),
            ),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner),
            max_leaves=3,
        ),
    ).map(lambda held: json.dumps(held).encode()),
)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(LINES, max_size=6), LINES)
def test_whatever_the_files_hold_the_parts_are_the_whole(
    tmp_path: Path, lines: list[bytes], meta: bytes
) -> None:
    path = tmp_path / "run_a"
    path.mkdir(exist_ok=True)
    (path / "tokens.jsonl").write_bytes(b"\n".join(lines))
    (path / "run.json").write_bytes(meta)
    run = runs(tmp_path).run(str(path))
    stats = run.stats
    assert stats
    for parts in (stats.breakdown_by_operation, stats.breakdown_by_model):
        assert sum(one["total_tokens"] for one in parts.values()) == stats.total_tokens
        assert sum(one["count"] for one in parts.values()) == len(stats.operations)
        assert sum(one["unpriced_tokens"] for one in parts.values()) == stats.unpriced_tokens
    assert stats.recorded_costs + stats.priced_costs + stats.unpriced_operations == len(
        stats.operations
    )
    source = runs(tmp_path).source([stats])
    for shown in (render.text, render.json, render.markdown):
        assert "\x1b" not in shown(stats, source, run.remarks)
