"""Whether a rebase is under way, found without asking git.

This runs at every pick of a rebase, so it imports next to nothing.
"""

from __future__ import annotations

import os
import sys

from ctxtally.model.occasion import COMMIT, MERGE, REWRITE, Occasion

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping

# The folders that `git rebase` keeps its state in, one for each of its backends.
FOLDERS = ("rebase-merge", "rebase-apply")
# Some 100,000 commits.
_MOST_BYTES = 8 << 20
VERB, OPTION = "handoff", "--git-hook"


def occasion(given: list[str], environment: Mapping[str, str]) -> Occasion:
    """Return what a hook was run for; `given` is its name and arguments, empty below a framework.

    pre-commit and prek hand over the arguments of git as variables
    (pre_commit/commands/run.py 4.7.0; prek 0.5.11 names its stage, and says of a merge only that it
    is a squash).
    """
    if given:
        return Occasion(given[0], given[1] if len(given) > 1 else "")
    rewrite = environment.get("PRE_COMMIT_REWRITE_COMMAND")
    if rewrite:
        return Occasion(REWRITE, rewrite)
    squash = environment.get("PRE_COMMIT_IS_SQUASH_MERGE") or environment.get(
        "PRE_COMMIT_SQUASH_MERGE"
    )
    if squash or environment.get("PREK_HOOK_STAGE") == MERGE:
        return Occasion(MERGE, squash or "0")
    return Occasion(COMMIT)


def hook_arguments(argv: list[str]) -> list[str] | None:
    """Return what follows `--git-hook`, `None` where the command line is not that of a hook."""
    if argv == [VERB]:
        return []
    return argv[2:] if argv[:2] == [VERB, OPTION] else None


def may_rest(argv: list[str]) -> bool:
    """Say whether a hook has nothing to do now, which is so at each pick of a rebase."""
    given = hook_arguments(argv)
    if given is None:
        return False
    folder = os.environ.get("GIT_DIR") or _git_dir()
    return not occasion(given, os.environ).is_due(rebasing=under_way(folder))


def under_way(git_dir: str) -> bool:
    """Say whether a rebase is under way in the work tree of a git directory."""
    return any(os.path.isdir(os.path.join(git_dir, name)) for name in FOLDERS)


def branch(git_dir: str) -> str:
    """Return the branch that is being rebased, empty where that is not known."""
    for name in FOLDERS:
        try:
            with open(os.path.join(git_dir, name, "head-name"), "rb") as file:
                head = file.read(4_096).decode("utf-8", "replace").strip()
        except OSError:
            continue
        if head.startswith("refs/heads/"):
            return head.removeprefix("refs/heads/")
    return ""


def rewritten() -> dict[str, str]:
    """Return the commits that git rewrote and what became of them, as it tells post-rewrite.

    Each line is `old new`, and whatever else it may add (githooks(5)).
    """
    if sys.stdin is None or sys.stdin.isatty():
        return {}
    pairs = {}
    for line in sys.stdin.buffer.read(_MOST_BYTES).decode("ascii", "replace").splitlines():
        old, _, rest = line.partition(" ")
        new = rest.partition(" ")[0]
        if old and new:
            pairs[old] = new
    return pairs


def _git_dir() -> str:
    """Return the git directory of the current one, where hooks run: `.git`, or what it names."""
    if os.path.isdir(".git"):
        return ".git"
    try:
        with open(".git", "rb") as file:
            text = file.read(4_096)
    except OSError:
        return ""
    return os.fsdecode(text.removeprefix(b"gitdir: ").rstrip(b"\r\n"))
