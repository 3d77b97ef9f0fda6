"""Which commits a merge in progress brings in."""

from __future__ import annotations

import os

_NAMED = "GITHEAD_"


def brought_in(git_dir: str) -> list[str]:
    """Return the ids of what is being merged into HEAD, sorted; none where nothing is."""
    try:
        with open(os.path.join(git_dir, "MERGE_HEAD"), encoding="ascii") as file:
            return sorted(file.read().split())
    except (OSError, UnicodeDecodeError):
        # Git runs pre-merge-commit before it writes that file; what it merges it names in the
        # environment (builtin/merge.c 2.39), whose names Windows turns into capitals.
        named = (name for name in os.environ if name.startswith(_NAMED))
        return sorted(name.removeprefix(_NAMED).lower() for name in named)
