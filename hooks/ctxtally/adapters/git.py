"""Ask git, by its plumbing commands, the same whatever the user's settings are.

The repository of the commit that is being made is found through the environment that git gave its
hook (GIT_DIR, GIT_INDEX_FILE, ...), so nothing here changes the directory or passes `-C`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from ctxtally.adapters.process import TooSlowError, run, which
from ctxtally.errors import GitError

# As pip and pre-commit do for their children: long enough for a cold disk, short enough to notice.
TIMEOUT_SECONDS = 30.0

# With any of these exported, `:(top)*.md` would be taken by another grammar and match nothing.
_PATHSPEC_VARIABLES = (
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
_SETTINGS = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showRoot=true")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the repository is: absolute paths, and the name of its object hash."""

    top: str
    git_dir: str
    common_dir: str
    object_format: str

    @property
    def state_dir(self) -> str:
        """The folder for our log and caches, one for all linked worktrees."""
        return os.path.join(self.common_dir, "ctxtally")


@cache
def executable() -> str:
    found = which("git")
    if found is None:
        raise GitError("git is not on PATH", help="install git 2.31 or later, or mend PATH")
    return found


def environment() -> dict[str, str]:
    """Return the environment of every git call: nothing asked, nothing locked, nothing fetched."""
    kept = {name: value for name, value in os.environ.items() if name not in _PATHSPEC_VARIABLES}
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
    }


def answer(*arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """Run git and return its exit status, output and error output."""
    try:
        return run(
            [executable(), *_SETTINGS, *arguments],
            environment=environment(),
            stdin=stdin,
            timeout_seconds=TIMEOUT_SECONDS,
        )
    except TooSlowError:
        raise GitError(
            f"git {arguments[0]} gave no answer in {TIMEOUT_SECONDS:.0f} seconds",
            help="run it by hand to see what it waits for",
        ) from None


def output(*arguments: str, stdin: bytes = b"") -> bytes:
    """Run git and return its output; what git refuses is told in its own words."""
    status, out, err = answer(*arguments, stdin=stdin)
    if status:
        raise refusal(arguments[0], err)
    return out


def refusal(verb: str, err: bytes) -> GitError:
    """Return git's error output as one: its first line is the error, the rest the way out."""
    lines = [line.strip() for line in err.decode("utf-8", "replace").splitlines() if line.strip()]
    first = lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else "no reason given"
    return GitError(
        f"git {verb}: {first}", help=" ".join(lines[1:]) or "run ctxtally inside a git work tree"
    )


def place() -> Place:
    """Find the repository; a bare one, or no repository at all, is a GitError."""
    asked = ("--show-object-format", "--git-dir", "--git-common-dir", "--show-toplevel")
    out = output("rev-parse", "--path-format=absolute", *asked).decode("utf-8", "surrogateescape")
    parts = out.removesuffix("\n").split("\n")
    if len(parts) != len(asked):  # a newline in a folder's name: ask one by one
        parts = [_one(question) for question in asked]
    object_format, git_dir, common_dir, top = parts
    return Place(top=top, git_dir=git_dir, common_dir=common_dir, object_format=object_format)


def _one(question: str) -> str:
    out = output("rev-parse", "--path-format=absolute", question)
    return out.decode("utf-8", "surrogateescape").removesuffix("\n")


def commit_id(revision: str) -> str | None:
    """Return the full id of the commit that `revision` names, `None` where there is none."""
    status, out, _ = answer(
        "rev-parse", "--quiet", "--verify", "--end-of-options", revision + "^{commit}"
    )
    return out.decode("ascii").strip() if status == 0 else None


def is_tracked(path: str) -> bool:
    """Say whether `path`, relative to the top level, is in the index."""
    return bool(output("ls-files", "-z", "--full-name", "--", f":(top,literal){path}"))


def is_ignored(path: str) -> bool:
    """Say whether an ignore rule matches `path`, relative to the top level.

    A tracked path may match one and is still not ignored: ask `is_tracked` first.
    """
    status, _, err = answer("check-ignore", "--quiet", "--no-index", "--", f":(top){path}")
    if status not in (0, 1):
        raise refusal("check-ignore", err)
    return status == 0
