"""Transcripts of agents, and a home folder for them that is nobody's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ctxtally.adapters.transcripts.families import Families
from ctxtally.adapters.transcripts.places import folder_name
from ctxtally.adapters.transcripts.reading import Reading
from ctxtally.model.transcript import Read, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from ctxtally.model.response import Response
    from tests.support.command import Run
    from tests.support.piping import Pipe
    from tests.support.repo import Repo

VARIABLES = (
    *("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "OPENCODE_DATA_DIR", "COPILOT_HOME"),
    *("COPILOT_OTEL_FILE_EXPORTER_PATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
)
SONNET = "claude-sonnet-4-5-20250929"


class Home:
    """A home folder; `top` is the repository that transcripts in it are about."""

    def __init__(self, root: Path, top: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.top = top
        root.mkdir()
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(root))
        for name in VARIABLES:
            patch.delenv(name, raising=False)

    def write(self, path: str, *lines: object, end: str = "\n") -> Path:
        """Write lines, those that are no text as JSON."""
        return write(self.root / path, *lines, end=end)

    def claude(self, name: str, *lines: object, top: Path | None = None) -> Path:
        folder = folder_name((top or self.top).as_posix())
        return self.write(f".claude/projects/{folder}/{name}.jsonl", *lines)

    def said(
        self,
        key: str,
        usage: tuple[int, int, int, int] = (10, 20, 30, 40),
        **more: Any,  # noqa: ANN401 - as `said` has it
    ) -> dict[str, object]:
        """Return a line of Claude Code about this repository."""
        return said(key, usage, **{"cwd": self.top.as_posix()} | more)


def write(path: Path, *lines: object, end: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    path.write_text("".join(f"{one}\n" for one in texts)[: None if end else -1], "utf-8")
    return path


def said(
    key: str,
    usage: tuple[int, int, int, int] = (10, 20, 30, 40),
    *,
    at: str = "2026-03-01T10:00:00.000Z",
    branch: str = "main",
    session: str = "s1",
    stop: str | None = "end_turn",
    **more: Any,  # noqa: ANN401 - members of the line
) -> dict[str, object]:
    """Return a line of Claude Code: `usage` is input, output, cache write and cache read."""
    names = ("input_tokens", "output_tokens", "cache_creation_input_tokens")
    used = dict(zip((*names, "cache_read_input_tokens"), usage, strict=True))
    message = {
        "id": key,
        "role": "assistant",
        "model": SONNET,
        "stop_reason": stop,
        "usage": used | more.pop("used", {}),
    }
    message |= more.pop("message", {})
    line = {"type": "assistant", "sessionId": session, "timestamp": at, "gitBranch": branch}
    return line | {"requestId": f"req_{key}", "message": message} | more


def read(
    path: Path, form: str, before: Read | None = None, *, many: bool = False
) -> tuple[list[Response], Read]:
    """Return what a transcript tells, and how far it was read."""
    family = Families([str(one) for one in sorted(path.parent.glob("*.jsonl"))])
    reading = Reading(Transcript(str(path), form), before or Read(), 86_400.0, family)
    return list(reading.responses(many=many)), reading.read


def buckets(responses: Iterable[Response]) -> list[tuple[int, ...]]:
    """Return input, cache read, cache write, output and reasoning of each."""
    return [
        (
            one.tokens.input,
            one.tokens.cache_read,
            one.tokens.cache_write_5m + one.tokens.cache_write_1h,
            one.tokens.output,
            one.tokens.reasoning,
        )
        for one in responses
    ]


def log_everything(home: Home, repo: Repo, run: Run, pipe: Pipe, patch: pytest.MonkeyPatch) -> None:
    """Log responses and commits so that each field of their events is written."""
    repo.commit("base")
    repo.git("worktree", "add", "-q", "../linked")
    repo.git("switch", "--quiet", "-c", "topic")
    repo.commit("on another branch")
    run("handoff", "--git-hook", "post-commit")
    linked = repo.root.parent / "linked"
    used = {"server_tool_use": {"web_search_requests": 1}, "speed": "fast"}
    used |= {"service_tier": "priority", "inference_geo": "us"}
    line = home.said("msg_1", stop=None, used=used, isSidechain=True, cwd=linked.as_posix())
    home.claude("s1", line, said("msg_2", cwd="/elsewhere"))
    run("usage", "sync", "--all")
    with patch.context() as there:
        there.chdir(linked)
        pipe(f"{'0' * 40} {'1' * 40}\n", "handoff", "--git-hook", "post-rewrite", "amend")
