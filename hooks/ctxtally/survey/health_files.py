"""What doctor says of files that should not be in a commit, and of the pre-commit that runs us."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.plumbing import listing
from ctxtally.adapters.process import TooSlowError, run, which
from ctxtally.adapters.session_file import FOLDER, SHOWN
from ctxtally.model.check import Check
from ctxtally.text.commands import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.adapters.git import Place

# The first with the stage names of our hooks (pre-commit 3.2.0, changelog of 2023-03-17).
OLDEST_PRE_COMMIT = (3, 2)
_VERSION = re.compile(rb"pre-commit (\d+)\.(\d+)\S*")
# Where a program says its version it does so at once, even on a busy machine.
_SECONDS = 10.0
_MOST_NAMES = 3


def file_checks(place: Place) -> Iterator[Check]:
    """Yield what is tracked, or shows in `git status`, and should not."""
    logs = sorted(_logs())
    if logs:
        more = f" and {len(logs) - _MOST_NAMES} more" if len(logs) > _MOST_NAMES else ""
        named = ", ".join(logs[:_MOST_NAMES])
        yield Check(
            name="tracked logs",
            state="warn",
            message=f"{named}{more}: tracked, so each line that is added changes the tree",
            help=f"`git rm --cached {' '.join(map(quoted, logs[:_MOST_NAMES]))}`, and ignore "
            f"{'it' if len(logs) == 1 else 'them'}",
        )
    if git.is_tracked(SHOWN):
        yield Check(
            name="session file",
            state="warn",
            message=f"{SHOWN} is tracked, so hooks do not refresh it",
            help=f"`git rm --cached {SHOWN}`",
        )
    elif _is_folder(os.path.join(place.top, FOLDER)) and not git.is_ignored(SHOWN):
        yield Check(
            name="session file",
            state="warn",
            message=f"git does not ignore {FOLDER}/: `git add --all` would commit what is in it",
            help=f"write a line `*` into {FOLDER}/.gitignore",
        )


def version_check() -> Iterator[Check]:
    """Yield whether the pre-commit on PATH, if there is one, is new enough for our hooks."""
    program = which("pre-commit")
    if program is None:
        return
    name = "pre-commit version"
    try:
        status, out, _ = run(
            [program, "--version"], environment=dict(os.environ), timeout_seconds=_SECONDS
        )
    except (OSError, TooSlowError):
        status, out = 1, b""
    found = _VERSION.match(out)
    if status or found is None:
        message = f"{program} --version says nothing that we understand"
        yield Check(name=name, state="warn", message=message, help="install pre-commit again")
        return
    told = found[0].decode("ascii", "replace").removeprefix("pre-commit ")
    if (int(found[1]), int(found[2])) < OLDEST_PRE_COMMIT:
        wanted = ".".join(map(str, OLDEST_PRE_COMMIT))
        help_line = f"install pre-commit {wanted} or later: `pip install --upgrade pre-commit`"
        message = f"{told} does not know the stages of our hooks"
        yield Check(name=name, state="warn", message=message, help=help_line)
    else:
        yield Check(name=name, state="ok", message=told)


def _is_folder(path: str) -> bool:
    # Of what is behind a link git can tell nothing; the check of the count tells of the link.
    return os.path.isdir(path) and not os.path.islink(path)


def _logs() -> Iterator[str]:
    """Yield the tracked files that are named as a usage log is."""
    for record in listing([":(top)*usage-log.jsonl"]).split(b"\0")[:-1]:
        path = record.partition(b"\t")[2].decode("utf-8", "surrogateescape")
        if path.rpartition("/")[2] == "usage-log.jsonl":
            yield path
