"""Writes transcripts and usage logs of any size, the same ones each time."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_MODELS = ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929")
_OPERATIONS = ("read", "write", "plan", "review", "test", "search")
# Of each response Claude Code writes one line for each block of its content.
_LINES = 3
_RESPONSES = 38  # in a file: as many as in the transcripts that notes were taken of
_WORDS = ("the file holds", "what a change needs", "and the test shows", "that it does")


class Written(NamedTuple):
    """What was written; `tokens` counts each response once."""

    size: int
    files: int
    responses: int
    tokens: int


def transcripts(root: Path, size: int, folder: str) -> Written:
    """Write transcripts as Claude Code does, of work in `folder`, until they have so many bytes."""
    pick = random.Random(7)  # noqa: S311 - data to measure with
    text = " ".join(pick.choice(_WORDS) for _ in range(4_000))
    written = files = responses = tokens = 0
    project = root / "projects" / "".join(one if one.isalnum() else "-" for one in folder)
    project.mkdir(parents=True)
    while written < size:
        session = f"00000000-0000-4000-8000-{files:012}"
        lines: list[str] = []
        for at in range(_RESPONSES):
            usage = {
                "input_tokens": pick.randrange(1, 3_000),
                "cache_creation_input_tokens": pick.randrange(3_000),
                "cache_read_input_tokens": pick.randrange(90_000),
                "output_tokens": pick.randrange(1, 2_000),
            }
            tokens += sum(usage.values())
            responses += 1
            when = f"2026-10-{1 + files % 28:02}T{at % 24:02}:{at:02}:00.000Z"
            message = {
                "id": f"msg_{files:06}{at:04}",
                "type": "message",
                "role": "assistant",
                "model": _MODELS[at % 2],
                "stop_reason": "end_turn",
                "usage": usage,
            }
            envelope = {
                "type": "assistant",
                "sessionId": session,
                "cwd": folder,
                "gitBranch": "main",
                "version": "2.1.0",
                "requestId": f"req_{files:06}{at:04}",
                "timestamp": when,
            }
            for block in range(_LINES):
                start = pick.randrange(8_000)
                content = [{"type": "text", "text": text[start : start + 3_400]}]
                line = {"uuid": f"{files:08}-{at:04}-4000-8000-{block:012}", **envelope}
                one = {**line, "message": {**message, "content": content}}
                lines.append(json.dumps(one, separators=(",", ":")))
        body = "\n".join(lines) + "\n"
        (project / f"{session}.jsonl").write_text(body, "utf-8")
        written += len(body)
        files += 1
    return Written(written, files, responses, tokens)


def ledger(path: Path, lines: int) -> Written:
    """Write a usage log of ours with so many events."""
    pick = random.Random(7)  # noqa: S311 - data to measure with
    tokens = 0
    with path.open("w", encoding="utf-8") as file:
        for at in range(lines):
            day = f"2026-10-{1 + at * 28 // lines:02}"
            read, cached, kept, told = (
                pick.randrange(1, most) for most in (5000, 90000, 3000, 2000)
            )
            total = read + cached + kept + told
            tokens += total
            file.write(
                f'{{"v":1,"id":"01KA{at:022}","ts":"{day}T{at % 24:02}:{at % 60:02}:{at % 59:02}Z",'
                f'"day":"{day}","kind":"usage","source":"transcript","counted":"reported",'
                f'"agent":"claude-code","provider":"anthropic","session":"s{at // 500}",'
                f'"operation":"{_OPERATIONS[at % 6]}","branch":"main","model":"{_MODELS[at % 2]}",'
                f'"input":{read},"cache_read":{cached},"cache_write_5m":{kept},"output":{told},'
                f'"total":{total},"cost_usd":{total / 1e6},"key":"msg_{at:020}"}}\n'
            )
    return Written(path.stat().st_size, 1, lines, tokens)
