"""Measure the ledger at scale: `python -m tests.bench.ledger [--transcripts MIB] [--lines N]`.

Prints a table and writes it to LEDGER.md beside this file; it needs some 8 GiB of disk, which it
gives back, and a quarter of an hour. ccusage comes from the npm registry, where npm is there.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from tests.bench.ledger_inputs import Written, ledger, transcripts
from tests.support.data import CHECKOUT
from tests.support.repo import clean_environment

RESULTS = Path(__file__).with_name("LEDGER.md")
_STOPWATCH = Path(__file__).with_name("stopwatch.py")
_LOOPS = str(Path(__file__).with_name("loops.py"))
_MIB = 1 << 20
# Lines between which two readers of the log take the same.
CROSSOVER = (300, 1_000, 3_000, 10_000, 30_000, 100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command took; `said` is its output."""

    name: str
    cpu: float
    memory: int
    said: str

    def row(self, floor: float, of: str) -> str:
        return (
            f"| {self.name} | {self.cpu:,.2f} | {self.cpu / floor:.2f} {of} | {self.memory:,.0f} |"
        )


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repo = folder / "repo"
        self.repo.mkdir()
        subprocess.run(["git", "init", "-q", str(self.repo)], check=True)
        self.environment = clean_environment() | {
            "CLAUDE_CONFIG_DIR": str(folder / "claude"),
            "HOME": str(folder),
            "PYTHONPATH": str(CHECKOUT / "hooks"),
        }

    def cost(self, name: str, *command: str) -> Cost:
        """Run a command once and return what it took."""
        ran = subprocess.run(
            [sys.executable, "-I", "-S", str(_STOPWATCH), *command],
            cwd=self.repo,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        said, _, last = ran.stdout.rpartition("\n")
        status, cpu, memory = last.split()
        if status != "0":
            raise SystemExit(f"{name}: exit {status}: {ran.stderr[-500:]}")
        sys.stderr.write(f"{name}: {cpu} s, {int(memory) // _MIB} MB\n")
        return Cost(name=name, cpu=float(cpu), memory=int(memory) // _MIB, said=said)

    def ours(self, name: str, *arguments: str) -> Cost:
        return self.cost(name, sys.executable, "-m", "ctxtally", *arguments)

    def loop(self, name: str, *arguments: str) -> Cost:
        return self.cost(name, sys.executable, _LOOPS, *arguments)

    def ccusage(self) -> str:
        """Install ccusage and return its program, empty where there is no npm or no network."""
        npm, folder = shutil.which("npm"), self.folder / "npm"
        if npm is None:
            return ""
        folder.mkdir()
        # npm may be set to leave out what is optional, as the program itself is.
        system = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "linux")
        processor = "arm64" if platform.machine() in ("arm64", "aarch64") else "x64"
        wanted = ("ccusage@20", f"@ccusage/ccusage-{system}-{processor}@20")
        install = [npm, "install", "--prefix", str(folder), *wanted]
        got = subprocess.run(install, capture_output=True, check=False).returncode == 0
        programs = list(folder.glob("node_modules/@ccusage/*/bin/ccusage*"))
        if not got or not programs:
            return ""
        programs[0].chmod(0o755)  # the package leaves that to its script
        return str(programs[0])


def transcripts_table(bench: Bench, size: int) -> list[str]:
    """Hold `usage sync` against a loop of the standard library, and against ccusage."""
    written = transcripts(bench.folder / "claude", size, str(bench.repo))
    floor = bench.cost("python -c pass", sys.executable, "-c", "pass")
    loop = bench.loop(
        "json loop of the standard library", "transcripts", str(bench.folder / "claude")
    )
    costs = [
        loop,
        bench.ours("`ctxtally usage sync`, the first time", "usage", "sync", "--agent=claude-code"),
    ]
    again = bench.ours("the same, nothing new", "usage", "sync", "--agent=claude-code")
    with next((bench.folder / "claude").rglob("*.jsonl")).open("ab") as file:
        file.write(b'{"type":"user","message":{"role":"user","content":"more"}}\n')
    more = bench.ours("the same, one transcript longer", "usage", "sync", "--agent=claude-code")
    shown = bench.ours("`ctxtally usage`", "usage", "--format", "json")
    program = bench.ccusage()
    if program:
        costs.append(
            bench.cost("ccusage, each time", program, "claude", "daily", "--json", "--offline")
        )
    _agree(written, loop, shown, *costs[2:])
    return [
        (
            f"{written.size / _MIB:,.0f} MiB in {written.files:,} transcripts of Claude Code, "
            f"{written.responses:,} responses in three lines each, {written.tokens:,} tokens. "
            "All programs that print a sum print this one."
        ),
        "",
        "| | CPU s | | peak MB |",
        "| --- | --- | --- | --- |",
        *(one.row(loop.cpu, "of the loop") for one in (*costs, shown)),
        *(one.row(floor.cpu, "of `python -c pass`") for one in (floor, again, more)),
        *(() if program else ("", "ccusage was not measured: npm or its registry was not there.")),
    ]


def _agree(written: Written, *costs: Cost) -> None:
    for one in costs:
        if str(written.tokens) not in one.said:
            raise SystemExit(f"{one.name} does not print {written.tokens}: {one.said[-500:]}")


def ledger_table(bench: Bench, lines: int) -> list[str]:
    """Hold both readers of the log against a loop of the standard library."""
    path = bench.folder / "usage-log-2026-10.jsonl"
    written = ledger(path, lines)
    loop = bench.loop("json loop of the standard library", "ledger", str(path))
    costs = [
        loop,
        bench.loop("as `ctxtally analyze` asks", "batches", str(path)),
        bench.loop("DuckDB, asked the same", "duckdb", str(path)),
    ]
    state = bench.repo / ".git" / "ctxtally"
    state.mkdir(exist_ok=True)
    moved = path.rename(state / path.name)
    compact = bench.ours(
        "`ctxtally usage compact`, once", "usage", "compact", "--before=2026-11-01"
    )
    parquet = moved.with_suffix(".parquet")
    after = parquet.stat().st_size
    costs.append(compact)
    costs.append(bench.loop("as `ctxtally analyze` asks, of that Parquet", "batches", str(parquet)))
    costs.append(bench.loop("DuckDB on that Parquet", "duckdb", str(parquet)))
    _agree(written, *costs[:3], *costs[4:])
    parquet.unlink()
    few = max(1, lines // 50)
    part = ledger(path, few)
    plain = bench.loop(f"plain Python, {few:,} lines of them", "plain", str(path))
    short = bench.loop(f"the loop, {few:,} lines of them", "ledger", str(path))
    _agree(part, plain, short)
    return [
        (
            f"{written.size / _MIB:,.0f} MiB in {lines:,} events; the Parquet has "
            f"{after / _MIB:,.0f} MiB."
        ),
        "",
        "| | CPU s | | peak MB |",
        "| --- | --- | --- | --- |",
        *(one.row(loop.cpu, "of the loop") for one in costs),
        *(one.row(short.cpu, "of the loop over these") for one in (short, plain)),
    ]


def crossover_table(bench: Bench) -> list[str]:
    """Find from which size on msgspec and DuckDB take less CPU than plain Python."""
    rows = []
    for lines in CROSSOVER:
        path = bench.folder / "part.jsonl"
        size = ledger(path, lines).size
        costs = [bench.loop(engine, engine, str(path)) for engine in ("plain", "quick", "duckdb")]
        told = " | ".join(f"{one.cpu:.2f}" for one in costs)
        rows.append(f"| {lines:,} | {size / _MIB:.1f} | {told} |")
    head = "| lines | MiB | plain Python, CPU s | with msgspec, CPU s | DuckDB, CPU s |"
    return [head, "| --- | --- | --- | --- | --- |", *rows]


def report(folder: Path, *, size: int, lines: int) -> str:
    bench = Bench(folder)
    when = datetime.now(tz=timezone.utc).strftime("%Y-%m-%d")
    return "\n".join(
        [
            "# The ledger at scale",
            "",
            (
                f"Measured on {when} with Python {platform.python_version()} on "
                f"{platform.system()} ({os.cpu_count()} cores) by `make bench-ledger`. CPU time of "
                "one run each: read the ratios."
            ),
            "",
            "## Transcripts",
            "",
            *transcripts_table(bench, size),
            "",
            "## The usage log",
            "",
            *ledger_table(bench, lines),
            "",
            "## From where on msgspec and DuckDB pay",
            "",
            *crossover_table(bench),
            "",
            "DuckDB is asked where lines cannot be decoded at once.",
            "",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcripts", type=int, default=1024, metavar="MIB")
    parser.add_argument("--lines", type=int, default=10_000_000, metavar="N")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = report(Path(folder), size=given.transcripts * _MIB, lines=given.lines)
    RESULTS.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
