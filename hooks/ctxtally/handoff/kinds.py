"""Commits by their kind, as Conventional Commits 1.0.0 begins a subject with one."""

from __future__ import annotations

import re

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.model.progress import Commit

# What changes for users first. The names are those of the Angular convention, which the
# specification points to.
KINDS = (
    *("feat", "fix", "perf", "revert", "refactor", "docs", "test"),
    *("build", "ci", "style", "chore"),
)

_KIND = re.compile(r"(\w+)(?:\([^()\n]*\))?!?: ")


def by_kind(commits: Iterable[Commit]) -> list[Commit]:
    """Return commits grouped by kind, in each group as they came; the others are last."""
    return sorted(
        commits, key=lambda commit: KINDS.index(kind) if (kind := _kind(commit)) else len(KINDS)
    )


def _kind(commit: Commit) -> str:
    found = _KIND.match(commit.subject)
    name = found[1].lower() if found else ""
    return name if name in KINDS else ""
