"""The loops that the ledger is held against: `python loops.py KIND PATH...` prints a sum of tokens.

`transcripts` and `ledger` use the standard library alone; `batches` asks the package as
`ctxtally analyze` does: `plain` with neither msgspec nor DuckDB, `quick` with msgspec, and `duckdb`
with DuckDB, whatever the log is like.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def transcripts(root: str) -> int:
    """Add up the last usage of each response, as a first script for that does."""
    found: dict[str, int] = {}
    for path in sorted(Path(root).rglob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                if b'"usage"' not in line:
                    continue
                message = json.loads(line)["message"]
                usage = message["usage"]
                found[message["id"]] = (
                    usage["input_tokens"]
                    + usage["cache_creation_input_tokens"]
                    + usage["cache_read_input_tokens"]
                    + usage["output_tokens"]
                )
    return sum(found.values())


def ledger(paths: Iterable[str]) -> int:
    """Add up by day, operation and model."""
    found: dict[tuple[str, str, str], int] = {}
    for path in paths:
        with Path(path).open("rb") as file:
            for line in file:
                one = json.loads(line)
                key = (one["day"], one["operation"], one["model"])
                found[key] = found.get(key, 0) + one["total"]
    return sum(found.values())


# From which size on something is used, and how regular a log has to be to do without DuckDB.
_ENGINES = {
    "plain": {"QUICK": 1 << 62, "LARGE": 1 << 62},
    "quick": {"QUICK": 0, "LARGE": 1 << 62},
    "duckdb": {"QUICK": 0, "LARGE": 0, "REGULAR": 2},
}


def batches(paths: Iterable[str], engine: str = "") -> int:
    from ctxtally.model.batch import Alike
    from ctxtally.survey import usage

    for name, value in _ENGINES.get(engine, {}).items():
        setattr(usage, name, value)
    log = usage.UsageLog(list(paths), "log")
    alike = Alike(names=("day", "operation", "model", "session"))
    found = sum(one.usage.total or 0 for one in log.batches(alike))
    sys.stderr.writelines(f"{remark}\n" for remark in log.remarks)
    return found


if __name__ == "__main__":
    kind, *given = sys.argv[1:]
    if kind == "transcripts":
        total = transcripts(given[0])
    elif kind == "ledger":
        total = ledger(given)
    else:
        total = batches(given, kind)
    sys.stdout.write(f"{total}\n")
