"""Measure the gate beside its yardsticks, frameworks and peers: `python -m tests.bench`.

Prints a table of ratios and writes it to RESULTS.md beside this file. It takes some five minutes.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import cases, frameworks, measure, others, programs
from tests.bench.results import Results
from tests.bench.trees import LARGE, SMALL, Tree

if TYPE_CHECKING:
    from tests.bench.measure import Case
    from tests.bench.programs import Programs

RESULTS = Path(__file__).with_name("RESULTS.md")
ROUNDS = 9


def main() -> int:
    """Return 1 where a target is not met."""
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, programs.installed() as ours:
        folder_of_peers = programs.peers()
        chosen = _cases(ours, folder_of_peers, Path(folder), failed)
        results = Results(
            costs=measure.costs(chosen, rounds=ROUNDS),
            rounds=ROUNDS,
            failed=failed,
            versions=programs.versions(folder_of_peers),
            machine=_machine(),
        )
    text = results.markdown()
    RESULTS.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(text)
    return int(any(target.broken(results.costs) for target in cases.TARGETS))


def _cases(ours: Programs, peers: Path, folder: Path, failed: dict[str, str]) -> list[Case]:
    small, bare = (Tree(folder / name, SMALL) for name in ("small", "bare"))
    framed = [Tree(folder / name, SMALL) for name in frameworks.FRAMEWORKS]
    large = Tree(folder / "large", LARGE)
    small.populate()
    large.populate()
    return [
        *cases.yardsticks(ours, small),
        others.get_encoding(ours, small, folder / "tiktoken"),
        *cases.gate(ours, small),
        cases.without_bytecode(ours, bare),
        *cases.gate(ours, large),
        *frameworks.cases(ours, framed),
        *others.that_run([*others.peers(peers, small), *others.peers(peers, large)], failed),
    ]


def _machine() -> str:
    git = subprocess.run(["git", "--version"], capture_output=True, encoding="ascii", check=True)
    day = datetime.now(timezone.utc).date()
    return (
        f"Python {platform.python_version()}, {git.stdout.strip()}, {measure.cores()} cores, {day}"
    )


if __name__ == "__main__":
    sys.exit(main())
