"""What pre-commit and prek hide while a hook runs: they save it as a patch first.

Where they keep it is known of pre-commit 4.7.0 (pre_commit/staged_files_only.py) and prek 0.5.11
and promised by neither: on any doubt nothing is known.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters.clock import seconds
from ctxtally.adapters.progress import patched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.progress import Change

# Seconds in pre-commit, milliseconds in prek.
_NAME = re.compile(r"(?:patch)?(\d{10}|\d{13})-(\d+)(?:\.patch)?")
# A framework runs for no longer; older patches lie there for ever.
LONGEST_RUN_SECONDS = 3_600


def hidden(environment: Mapping[str, str], parent: int) -> tuple[Change, ...] | None:
    """Return what the framework `parent`, a process id, hid; `None` where that is not known."""
    now = seconds()
    for folder in _folders(environment):
        found = [
            (moment, path)
            for path, moment, process in _patches(folder)
            if process == parent and 0 <= now - moment <= LONGEST_RUN_SECONDS
        ]
        if found:
            return patched(max(found)[1])
    return None


def _folders(environment: Mapping[str, str]) -> Iterator[str]:
    cache = environment.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    yield environment.get("PRE_COMMIT_HOME") or os.path.join(cache, "pre-commit")
    yield os.path.join(environment.get("PREK_HOME") or os.path.join(cache, "prek"), "patches")


def _patches(folder: str) -> Iterator[tuple[str, float, int]]:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        found = _NAME.fullmatch(name)
        if found:
            scale = 1_000 if len(found[1]) == 13 else 1  # noqa: PLR2004 - digits of milliseconds
            # Its name has no fraction of a second: now may seem to be earlier.
            yield os.path.join(folder, name), int(found[1]) // scale, int(found[2])
