"""What a `.pre-commit-config.yaml` names."""

from __future__ import annotations

import re


def names_hook(configuration: str, hook: str) -> bool:
    """Say whether a configuration has an entry for a hook, by its text.

    >>> names_hook("  - id: token-budget", "token-budget"), names_hook("# token-budget", "x")
    (True, False)
    """
    entry = rf"^[ \t]*(?:-[ \t]*)?[\"']?id[\"']?[ \t]*:[ \t]*[\"']?{re.escape(hook)}\b"
    return re.search(entry, configuration, re.MULTILINE) is not None
