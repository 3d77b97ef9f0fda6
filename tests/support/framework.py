"""Our hooks as users get them: cloned and installed by pre-commit or prek."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.support.data import CHECKOUT
from tests.support.repo import Repo, clean_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a clone of the hook repository has to hold; tests and documents would only change its id.
PARTS = (
    ".pre-commit-hooks.yaml",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "NOTICE",
    "hooks",
    "budgets",
    "handoff_templates",
)


# One worker runs all that needs them, and so installs them once; others would wait for it.
uses_framework = [pytest.mark.framework, pytest.mark.xdist_group("framework")]


@cache
def framework(name: str) -> Framework:
    """Return pre-commit or prek with our hooks installed; a process prepares each once."""
    return Framework(name, home())


class Framework:
    """pre-commit or prek with a home of its own, kept from run to run: environments are slow."""

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.program = str(Path(sys.executable).parent / name)
        self.environment = {
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "PREK_HOME": str(home / "prek"),
            # coverage measures our own processes, not those of an environment that lacks it
            "COVERAGE_PROCESS_START": "",
            "COVERAGE_PROCESS_CONFIG": "",
        }
        with FileLock(home / "lock"):
            self.url, self.rev = _hook_repository(home / "hooks-repository")
            self._warm_up(home / "warm-up")

    def configuration(self, *hooks: str) -> str:
        """Return a `.pre-commit-config.yaml` with these of our hooks."""
        lines = ["repos:", f"  - repo: {self.url}", f"    rev: {self.rev}", "    hooks:"]
        return "\n".join([*lines, *(f"      - id: {hook}" for hook in hooks), ""])

    def install(self, repo: Repo, *hooks: str, types: Sequence[str] = ("pre-commit",)) -> None:
        """Commit a configuration with these hooks and install them into the repository."""
        repo.commit("hooks", {".pre-commit-config.yaml": self.configuration(*hooks)})
        self.run(repo, "install", *(f"--hook-type={one}" for one in types))

    def run(
        self, repo: Repo, *arguments: str, check: bool = True, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return repo.run(self.program, *arguments, check=check, **(self.environment | environment))

    def commit(
        self, repo: Repo, *arguments: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return repo.run("git", "commit", "-m", "x", *arguments, check=check, **self.environment)

    def push(
        self, repo: Repo, branch: str, *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return repo.run("git", "push", "origin", branch, check=check, **self.environment)

    def _warm_up(self, root: Path) -> None:
        """Let the framework build its environment, where it has not yet."""
        shutil.rmtree(root, ignore_errors=True)
        repo = Repo(root)
        repo.commit("hooks", {".pre-commit-config.yaml": self.configuration("token-budget")})
        self.run(repo, "run", "--all-files")


def _hook_repository(root: Path) -> tuple[str, str]:
    """Copy what a clone holds into a repository at a fixed place; return its address and commit.

    The same files give the same commit, so that environments built before are found again.
    """
    shutil.rmtree(root, ignore_errors=True)
    repo = Repo(root)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PARTS],
        cwd=CHECKOUT,
        env=clean_environment(),
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0")[:-1]:
        source, target = CHECKOUT / name, root / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    repo.git("add", "--all")
    return f"file://{root.as_posix()}", repo.commit("hooks")


def home() -> Path:
    """Return where environments are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = Path(base) / "ctxtally-tests"
    path.mkdir(parents=True, exist_ok=True)
    return path
