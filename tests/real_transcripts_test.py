"""Real transcripts against what their publishers say, and against sums made another way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ctxtally.adapters.transcripts.forms import AGENT_OF, form
from ctxtally.model.usage import Tokens
from ctxtally.usage.responses import joined
from tests.support.data import DEV, needs_dev
from tests.support.transcripts import Home, read

if TYPE_CHECKING:
    from pathlib import Path

    from ctxtally.model.response import Response
    from tests.support.command import Run
    from tests.support.repo import Repo

ROOT = DEV / "transcripts"
NAMES = (
    *("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"),
    "output_tokens",
)
METRICS = "codemie-code/claude/tests/integration/metrics/fixtures/claude/-tmp-private"
SESSION = "codemie-code/claude/tests/integration/session/fixtures"
CODEX = "codemie-code/codex/tests/integration/session/fixtures/codex"
GEMINI = "codemie-code/gemini/tests/integration/metrics/fixtures/gemini"
GIT_AI = "git-ai/tests/fixtures"
LOGS = "claude-code-log/test/test_data"
CCUSAGE = "ccusage/apps/ccusage/test"

pytestmark = needs_dev


def responses(*paths: Path) -> dict[str, Response]:
    found: dict[str, Response] = {}
    for path in paths:
        for one in read(path, form(str(path)))[0]:
            found[one.key] = joined(found[one.key], one) if one.key in found else one
    return found


def sums(found: dict[str, Response]) -> tuple[int, ...]:
    """Return input, cache creation, cache read and output."""
    tokens = sum((one.tokens for one in found.values()), Tokens())
    written = tokens.cache_write_5m + tokens.cache_write_1h
    return tokens.input, written, tokens.cache_read, tokens.output


def _entireio() -> dict[str, Any]:
    path = ROOT / "entireio-cli" / "expected.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


@pytest.mark.parametrize("name", _entireio() or ["absent"])
def test_the_publisher_s_own_sums(name: str) -> None:
    oracle = _entireio()[name]
    found = responses(ROOT / "entireio-cli" / f"{name}.jsonl")
    whole = oracle["whole_file"]
    wanted = whole["deduplicated_by_message_id_last_row"]
    assert sums(found) == tuple(wanted[one] for one in NAMES)
    assert len(found) == whole["distinct_message_ids"]
    assert sums(found) != tuple(whole["naive_sum_over_rows"][one] for one in NAMES)
    published = oracle["publisher_token_usage"]
    from_there = oracle["from_that_row"]["deduplicated_by_message_id_last_row"]
    if oracle["publisher_counts_from_row"] == 0 or not any(from_there.values()):
        names = ("input_tokens", "cache_creation_tokens", "cache_read_tokens", "output_tokens")
        assert sums(found) == tuple(published[one] for one in names)


def test_a_publisher_that_counted_from_a_row_on(tmp_path: Path) -> None:
    name = "04-4ed289c318-1"
    oracle = _entireio()[name]
    lines = (ROOT / "entireio-cli" / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
    rest = tmp_path / "s.jsonl"
    rest.write_bytes(b"".join(lines[oracle["publisher_counts_from_row"] :]))
    wanted = oracle["from_that_row"]["deduplicated_by_message_id_last_row"]
    assert sums(responses(rest)) == tuple(wanted[one] for one in NAMES) == (34, 4564, 425212, 16)


# (responses, input, cache creation, cache read, output), each response once.
EXPECTED = {
    f"{METRICS}/4c2ddfdc-b619-4525-8d03-1950fb1b0257.jsonl": (7, 33, 37172, 214627, 806),
    f"{METRICS}/agent-36541525.jsonl": (1, 3, 16976, 0, 3),
    f"{METRICS}/agent-50243ee8.jsonl": (1, 16878, 0, 0, 237),
    f"{SESSION}/claude/incremental-simple/turn-1.jsonl": (1, 10, 30383, 0, 574),
    f"{SESSION}/claude/incremental-simple/turn-2.jsonl": (6, 64, 139205, 65943, 8058),
    f"{SESSION}/session-9eda1058.jsonl": (5, 47, 147267, 22912, 4509),
    f"{GIT_AI}/example-claude-code.jsonl": (13, 57, 28933, 293447, 3306),
    f"{GIT_AI}/claude-code-with-thinking.jsonl": (2, 18, 7461, 32612, 484),
    f"{GIT_AI}/claude-code-with-plan.jsonl": (6, 60, 0, 0, 405),
    f"{LOGS}/edge_cases.jsonl": (4, 488, 0, 0, 435),
    f"{LOGS}/representative_messages.jsonl": (5, 218, 0, 0, 445),
    f"{LOGS}/session_b.jsonl": (1, 20, 0, 0, 35),
    f"{LOGS}/todowrite_examples.jsonl": (6, 883, 0, 0, 328),
    f"{CCUSAGE}/fixtures/claude/projects/project-alpha/session-alpha/chat.jsonl": (
        *(3, 600, 75, 70, 250),
    ),
    f"{CCUSAGE}/fixtures/claude/projects/project-beta/session-beta/chat.jsonl": (
        *(2, 130, 15, 40, 60),
    ),
    f"{CCUSAGE}/test-transcript.jsonl": (2, 3000, 300, 1300, 150),
    f"{CODEX}/turn-1.jsonl": (1, 512, 0, 512, 12),
    f"{CODEX}/turn-spawn-skill.jsonl": (1, 4000, 0, 1000, 200),
    f"{CCUSAGE}/fixtures/codex/sessions/project-alpha/session-alpha.jsonl": (
        *(2, 2750, 0, 750, 425),
    ),
    # input - cached + tool, cached, output + thoughts.
    f"{GEMINI}/session-2025-12-01T21-45-5b959dae.json": (11, 101630 - 56538, 0, 56538, 2734 + 1493),
    f"{GEMINI}/session-2026-01-16T11-01-file-ops-37b7abef.json": (
        *(9, 87418 - 62117, 0, 62117, 1441 + 2914),
    ),
    f"{GEMINI}/timestamp-mismatch-session.json": (1, 100, 0, 0, 50),
}


@pytest.mark.parametrize("name", EXPECTED, ids=lambda name: name.rpartition("/")[2])
def test_sums(name: str) -> None:
    found = responses(ROOT / name)
    assert (len(found), *sums(found)) == EXPECTED[name]


def test_a_session_with_its_subagents() -> None:
    found = responses(*sorted((ROOT / METRICS).glob("*.jsonl")))
    assert (len(found), *sums(found)) == (9, 16914, 54148, 214627, 1046)


def test_a_session_that_has_grown() -> None:
    folder = ROOT / SESSION / "claude" / "incremental-simple"
    found = responses(folder / "turn-1.jsonl", folder / "turn-2.jsonl")
    assert found == responses(folder / "turn-2.jsonl")


def test_what_was_made_by_hand_is_read() -> None:
    total = sum(one.tokens.total for one in responses(ROOT / CODEX / "turn-2.jsonl").values())
    assert total == 1_120, "its totals are not cumulative: the last of them counts"


def test_every_transcript_at_once(
    repo: Repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Home(tmp_path / "home", repo.root, monkeypatch)
    synced = run("usage", "sync", "--from", str(ROOT), "--format", "json").json
    assert synced["problems"] == []
    assert (synced["bad_lines"], synced["torn_files"]) == (3, 0)
    paths = [path for path in ROOT.rglob("*") if path.suffix in (".json", ".jsonl")]
    forms = {path: form(str(path)) for path in paths}
    assert synced["unknown_files"] == sum(not one for one in forms.values())
    found = responses(*sorted(path for path, one in forms.items() if one))
    by_agent: dict[str, int] = {}
    for one in found.values():
        by_agent[one.agent] = by_agent.get(one.agent, 0) + 1
    assert synced["logged"] == by_agent
    assert set(by_agent) <= set(AGENT_OF.values())
    totals = run("usage", "--format", "json").json["totals"]
    names = ("input", "cache_write", "cache_read", "output")
    assert tuple(totals[name] for name in names) == sums(found)


@pytest.mark.parametrize(
    "pattern",
    [
        "agentsview/**/codex/*.jsonl",
        "git-ai/**/codex-*.jsonl",
        "git-ai/**/gemini-session-simple.jsonl",
        "git-ai/**/copilot_cli_session_events.jsonl",
        "git-ai/**/cursor-session-simple.jsonl",
        "git-ai/**/droid-session.jsonl",
        "git-ai/**/pi-*.jsonl",
        "opencode/**/*.jsonl",
        "codeburn/tests/fixtures/cursor-agent/**/*.jsonl",
    ],
)
def test_no_usage_recorded(pattern: str) -> None:
    paths = sorted(ROOT.glob(pattern))
    assert paths
    known = [path for path in paths if form(str(path))]
    assert responses(*known) == {}
