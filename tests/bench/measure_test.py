from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.bench.cases import Memory, Ratio
from tests.bench.measure import Case, Cost, DidNotRunError, Ran, cost, costs, once

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows does not tell what a child process took"
)

BURN = "import time\nwhile time.process_time() < 0.3: pass"
BURN_BELOW = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])"
COSTS = {
    "slow": Cost(cpu_seconds=2.0, peak_bytes=25_100_000),
    "fast": Cost(cpu_seconds=1.0, peak_bytes=24_900_000),
}


def case(root: Path, code: str, **more: object) -> Case:
    return Case(name="it", command=(sys.executable, "-c", code), root=root, **more)  # type: ignore[arg-type] # the test names what it means


@pytest.mark.parametrize("code", [BURN, BURN_BELOW], ids=["child", "grandchild"])
def test_cpu_time_is_that_of_all_processes(tmp_path: Path, code: str) -> None:
    assert once(case(tmp_path, code)).cpu_seconds >= 0.3


def test_sleeping_costs_nothing(tmp_path: Path) -> None:
    assert once(case(tmp_path, "import time; time.sleep(0.4)")).cpu_seconds < 0.3


def test_memory_is_that_of_the_command(tmp_path: Path) -> None:
    ours = bytearray(200_000_000)
    assert once(case(tmp_path, "pass")).peak_bytes < len(ours)
    assert once(case(tmp_path, "bytearray(200_000_000)")).peak_bytes > len(ours)


def test_output_and_status_are_those_of_the_command(tmp_path: Path) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(1)"
    ran = once(case(tmp_path, code, statuses=frozenset({1})))
    assert (ran.status, ran.out, ran.err) == (1, "out\n", "err\n")


def test_another_status_is_told(tmp_path: Path) -> None:
    with pytest.raises(DidNotRunError) as told:
        once(case(tmp_path, "raise SystemExit('no')"))
    assert str(told.value) == "it ended with 1:\nno\n"


def test_each_round_is_prepared_and_the_first_not_counted(tmp_path: Path) -> None:
    prepared: list[None] = []
    found = costs([case(tmp_path, "pass", prepare=lambda: prepared.append(None))], rounds=3)
    assert list(found) == ["it"]
    assert len(prepared) == 4


def test_a_cost_is_the_median_time_and_the_highest_peak() -> None:
    samples = [
        Ran(status=0, out="", err="", cpu_seconds=seconds, peak_bytes=peak)
        for seconds, peak in ((9.0, 1), (2.0, 3), (1.0, 2))
    ]
    assert cost(samples) == Cost(cpu_seconds=2.0, peak_bytes=3)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param(Ratio(case="slow", base="fast", at_most=2), None, id="at the target"),
        pytest.param(Ratio(case="slow", base="fast", at_most=1.6), None, id="within the slack"),
        pytest.param(
            Ratio(case="slow", base="fast", at_most=1.5),
            "slow: 2.00 x fast, at most 1.5 (and 25 %)",
            id="beyond it",
        ),
        pytest.param(Memory(case="fast", at_most=25), None, id="little memory"),
        pytest.param(
            Memory(case="slow", at_most=25), "slow: 25.1 MB of memory, at most 25", id="much memory"
        ),
    ],
)
def test_broken_targets(target: Ratio | Memory, told: str | None) -> None:
    assert target.broken(COSTS) == told
