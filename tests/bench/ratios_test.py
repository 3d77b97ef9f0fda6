"""The gate is as fast as it has to be, and says the same whether it remembers or not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.tokens.counters import counter
from tests.bench import cases, measure, programs
from tests.bench.contents import CHANGED, context_files
from tests.bench.trees import LARGE, SMALL, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.programs import Programs

pytestmark = [
    # What they measure with is installed once, and nobody else may measure meanwhile.
    pytest.mark.xdist_group("bench"),
    pytest.mark.skipif(
        sys.platform == "win32", reason="Windows does not tell what a child process took"
    ),
]

# Other programs run beside the tests, so a ratio has to hold in one of these.
TRIES = 3
ROUNDS = 5

OVER = """\
error[token-budget]: AGENTS.md: 5,001 tokens, 1,001 over its budget of 4,000 (root: 4,000 tokens); \
+{growth:,} since HEAD ({before:,} then)
  = help: Move what only some tasks need to the instructions of the folder that it is about. \
Trim it, or raise the limit in ctxtally.toml:1
"""


@pytest.fixture
def ours() -> Iterator[Programs]:
    with programs.installed() as found:
        yield found


def test_targets(tmp_path: Path, ours: Programs) -> None:
    small, bare = (Tree(tmp_path / name, SMALL) for name in ("small", "bare"))
    chosen = [
        *cases.yardsticks(ours, small),
        *cases.gate(ours, small),
        cases.without_bytecode(ours, bare),
        *cases.gate(ours, Tree(tmp_path / "large", LARGE)),
    ]
    left = list(cases.TARGETS)
    broken: list[str] = []
    for _ in range(TRIES):
        needed = {name for target in left for name in target.cases}
        costs = measure.costs([one for one in chosen if one.name in needed], rounds=ROUNDS)
        told = {target: target.broken(costs) for target in left}
        broken = [why for why in told.values() if why]
        left = [target for target in left if told[target]]
        if not left:
            return
    pytest.fail("\n".join(broken))


@pytest.mark.parametrize("paths", [SMALL, LARGE])
@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        pytest.param("word\n", (0, "{}0 errors, 0 warnings\n"), id="within its budget"),
        pytest.param("word " * 5_000, (1, OVER + "{}1 error, 0 warnings\n"), id="over its budget"),
    ],
)
def test_equal_output_warm_and_cold(
    tmp_path: Path, ours: Programs, paths: int, content: str, verdict: tuple[int, str]
) -> None:
    tree = Tree(tmp_path / "tree", paths)
    before = counter().count(context_files()[CHANGED])
    now = counter().count(content)
    summary = f"{tokens(content):,} tokens in 47 files (o200k_base, exact; subject: index); "
    status, told = verdict
    expected = told.format(summary, growth=now - before, before=before)
    command = (*ours.gate, "--verbose")
    case = measure.Case(name="gate", command=command, root=tree.root, statuses=frozenset({status}))
    tree.stage(CHANGED, content)
    cold = measure.once(case)
    warm = measure.once(case)
    tree.forget()
    cold_again = measure.once(case)
    for ran in (cold, warm, cold_again):
        assert (ran.status, ran.out, ran.err) == (status, expected, "")


def tokens(content: str) -> int:
    """Return the tokens of all context files, with this in the one that changes."""
    files = context_files() | {CHANGED: content}
    return sum(counter().count(text) for path, text in files.items() if path != "ctxtally.toml")
