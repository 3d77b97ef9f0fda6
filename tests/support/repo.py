"""Real git repositories in temporary folders."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# One fixed author and date, so that the same tree gives the same commit id.
IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.invalid",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.invalid",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
}


def clean_environment() -> dict[str, str]:
    """Return our environment without any `GIT_*`, with no configuration but the repository's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | IDENTITY | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Repo:
    """A scratch repository; `files` maps paths to text or raw bytes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        # Without the templates of hooks that git copies, none of which is ever run.
        self.git("init", "--quiet", "--template=", "--initial-branch=main")
        for name in ("hooks", "info"):
            (root / ".git" / name).mkdir(exist_ok=True)

    def git(self, *arguments: str, check: bool = True, **environment: str) -> str:
        """Run git in the repository and return its standard output, stripped of one newline."""
        return self.run("git", *arguments, check=check, **environment).stdout.removesuffix("\n")

    def run(
        self, *command: str, check: bool = True, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            command,
            cwd=self.root,
            env=clean_environment() | environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def add(self, files: Mapping[str, str | bytes]) -> None:
        """Write files and stage them."""
        self.write(files)
        if files:
            self.git("add", "--", *files)

    def commit(self, message: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Write, stage and commit files without any hook; return the full commit id."""
        self.add(files or {})
        # A history as short as these is not tidied up; to find that out costs a process.
        quick = ("-c", "maintenance.auto=false")
        self.git(*quick, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
        return self.git("rev-parse", "HEAD")
