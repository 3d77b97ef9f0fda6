"""The session file of a repository, and how often it was refreshed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.support.repo import Repo

FOLDER = ".agent-handoffs"
NAME = f"{FOLDER}/CURRENT_SESSION.md"


def session(root: Path) -> str:
    """Return the session file, byte for byte."""
    return (root / NAME).read_bytes().decode("utf-8")


def part(root: Path, heading: str) -> str:
    """Return what stands below a heading of the generated block."""
    text = session(root).partition("<!-- handoff:auto:begin")[2].partition(f"## {heading}")[2]
    return text.partition("\n")[2].partition("\n##")[0].partition("\n<!--")[0].strip("\n")


def names(repo: Repo, root: Path | None = None, revision: str = "HEAD") -> bool:
    """Say whether the session file was written for a commit."""
    commit = repo.git("rev-parse", revision)
    return f"Written after commit `{commit[:7]}`." in session(root or repo.root)


def events(git_dir: Path) -> list[dict[str, Any]]:
    """Return what the usage log says of handoffs."""
    log = git_dir / "ctxtally" / "usage-log.jsonl"
    if not log.exists():
        return []
    found = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [event for event in found if event["kind"] == "handoff"]
