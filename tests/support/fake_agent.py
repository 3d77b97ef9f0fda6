"""A small agent: it keeps its conversation in a file, and cuts it when it is too long.

`fake_agent.py [--keep N] [--slow SECONDS] [--fail-at TURN] STATE LOG PROMPT`: the log is that of
the ADK agent. Each turn adds 700 tokens; above 4,500 of 6,000 it keeps the last N parts (3).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

PART, BASE, LIMIT, HIGH = 700, 1000, 6000, 4500


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("state", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("--keep", type=int, default=3)
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--fail-at", type=int, default=0)
    parser.add_argument("prompt", nargs="?")
    given = parser.parse_args()
    prompt = given.prompt if given.prompt is not None else sys.stdin.read()
    parts = json.loads(given.state.read_text("utf-8")) if given.state.exists() else []
    parts.append(prompt)
    number = len(parts)
    kept = parts
    if BASE + PART * sum(part != "" for part in parts) > HIGH and given.keep:
        kept = ["" for _ in parts[: -given.keep]] + parts[-given.keep :]
    given.state.write_text(json.dumps(kept), "utf-8")
    if number == given.fail_at:
        return 3
    time.sleep(given.slow)
    context = PART * sum(part != "" for part in kept)
    with given.log.open("a", encoding="utf-8") as log:
        if kept != parts:
            log.write(_record("INFO", "Agent optimization level 2: Aggressive context reduction"))
        log.write(_record("INFO", f"  Base Prompt Tokens: {BASE:,}"))
        log.write(_record("INFO", f"  Total Used: {BASE + context:,} / {LIMIT:,}"))
        if BASE + context > LIMIT:
            told = f"CRITICAL: Final prompt ({BASE + context:,} tokens) exceeds token limit"
            log.write(_record("ERROR", f"{told} ({LIMIT:,})!"))
    sys.stdout.write(f"answer {number} to {prompt}\n")
    return 0


def _record(level: str, message: str) -> str:
    return f"2026-11-20 17:16:28,813 - {level} - agent.py:1 - {message}\n"


if __name__ == "__main__":
    sys.exit(main())
