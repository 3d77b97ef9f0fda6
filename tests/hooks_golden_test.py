"""What each agent gives its hooks, and what it gets: tests/golden/hooks/<agent>/.

`payloads.jsonl` holds payloads as an agent's documentation, sources or a recording have them, in
the order of one session; `{top}`, `{home}` and `{transcript}` stand for paths. A line
that begins with `#` is what happens between them: `# usage N` writes a response that used so many
tokens into the transcript, `# commit` makes a commit, anything else is a remark. `expected.txt` is
every answer. `make golden` writes it anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import payloads
from ctxtally.text.caps import MOST_BYTES, MOST_CHARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.piping import Pipe
    from tests.support.repo import Repo

HOOKS = Path(__file__).parent / "golden" / "hooks"
AGENTS = sorted(path.parent for path in HOOKS.glob("*/payloads.jsonl"))
SESSION = "# CURRENT SESSION\n\n## CURRENT FOCUS AREA\nPrices.\n\n## NEXT PRIORITY TASKS\n"
MOMENT = 1_767_323_045.0  # 2026-01-02T03:04:05Z
_BLOCK = re.compile(r"<!-- handoff:auto:begin .*?<!-- handoff:auto:end [^\n]*", re.DOTALL)
USAGE = {
    "codex": '{{"type":"event_msg","payload":{{"type":"token_count","info":{{"last_token_usage":'
    '{{"total_tokens":{0}}},"model_context_window":258400}}}}}}',
    "gemini-cli": '{{"type":"gemini","model":"gemini-2.5-flash","tokens":{{"total":{0}}}}}',
    "": '{{"type":"assistant","message":{{"role":"assistant","model":"claude-3-opus","usage":'
    '{{"input_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":{0}}}}}}}',
}


def test_every_agent_has_payloads() -> None:
    named = {path.name.partition("-vscode")[0] for path in AGENTS}
    assert named == {"claude-code", "codex", "gemini-cli", "cursor", "copilot", "continue"}


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_answers(
    agent: Path, repo: Repo, pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "".join(_answers(agent, repo, pipe, tmp_path, monkeypatch))
    expected = agent / "expected.txt"
    if os.environ.get("CTXTALLY_WRITE_GOLDEN"):
        expected.write_text(told, "utf-8")
    assert told == expected.read_text("utf-8")


def _answers(
    agent: Path, repo: Repo, pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Yield what happens and what is answered, in lines."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    repo.commit("feat: one", {"CLAUDE.md": "word\n"})
    repo.write({".agent-handoffs/CURRENT_SESSION.md": SESSION, ".agent-handoffs/.gitignore": "*\n"})
    options = agent / "options"
    arguments = options.read_text("utf-8").split() if options.exists() else []
    transcript = tmp_path / "home" / f".{agent.name.partition('-')[0]}" / "transcript.jsonl"
    transcript.parent.mkdir(parents=True)
    transcript.write_text("")
    places = {"{top}": repo.root, "{home}": tmp_path / "home", "{transcript}": transcript}
    now = MOMENT
    for line in (agent / "payloads.jsonl").read_text("utf-8").splitlines():
        now += 60.0
        if line.startswith("#"):
            _happens(line, agent.name, repo, transcript, now)
            yield f"{line}\n"
            continue
        for name, path in places.items():
            line = line.replace(name, path.as_posix())  # noqa: PLW2901 - three placeholders in turn
        monkeypatch.setattr("ctxtally.commands.hook.seconds", lambda now=now: now)
        ran = pipe(line, "hook", *arguments)
        assert (ran.status, ran.err) == (0, "")
        call = payloads.parse(line.encode(), (arguments or [""])[-1], {})
        yield f"{call.agent} {call.event} {call.name}\n" if call else "nothing for us\n"
        yield from _shown(ran.out)


def _happens(line: str, agent: str, repo: Repo, transcript: Path, now: float) -> None:
    _, what, *rest = line.split()
    if what == "usage":
        with transcript.open("a", encoding="utf-8") as file:
            file.write(USAGE.get(agent, USAGE[""]).format(int(rest[0]) - (agent == "claude-code")))
            file.write("\n")
        os.utime(transcript, (now, now))
    if what == "commit":
        repo.commit("fix: two")


def _shown(out: str) -> Iterator[str]:
    """Yield an answer in a form that a person can read."""
    if not out:
        return
    answer = json.loads(out)
    specific = answer.pop("hookSpecificOutput", answer)
    for key, value in specific.items():
        assert len(value) <= MOST_CHARS
        assert len(value.encode()) <= MOST_BYTES
        # What stands in the block is shown by the tests of the handoff.
        lines = _BLOCK.sub("(the generated block)", value).splitlines()
        yield f"  {key}: {lines[0]}\n"
        yield from (f"  | {line}".rstrip() + "\n" for line in lines[1:])
    assert set(answer) <= {"additional_context", "additionalContext"}
