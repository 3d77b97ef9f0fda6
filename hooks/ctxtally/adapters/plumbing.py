"""Run git's plumbing commands, the same whatever the user's settings are.

The repository of the commit that is being made is found through the environment that git gave its
hook (GIT_DIR, GIT_INDEX_FILE, ...), so nothing here changes the directory or passes `-C`.
"""

from __future__ import annotations

import os

from ctxtally.adapters.process import TooSlowError, run, which
from ctxtally.errors import GitError

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# As pip and pre-commit do for their children: long enough for a cold disk, short enough to notice.
TIMEOUT_SECONDS = 30.0
# Windows allows 32,767 characters for a whole command line; this leaves room for the rest.
_ARGUMENT_BYTES = 24_000

# With any of these exported, `:(top)*.md` would be taken by another grammar and match nothing.
_PATHSPEC_VARIABLES = (
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
# What git tells its hooks of the work tree that they run in (githooks(5)).
_OF_A_WORK_TREE = ("GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_WORK_TREE")
_PLACE = (
    ("--show-object-format",),
    ("--git-dir",),
    ("--git-common-dir",),
    ("--show-toplevel",),
    ("--git-path", "index"),
)
# Questions whose answers hold while one command runs: the place, and what the index lists.
_STEADY = ("rev-parse", "ls-files")
_known: dict[tuple[str, ...], bytes] | None = None
_SETTINGS = (
    *("--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showRoot=true"),
    # One that names a missing file is fatal to each command that compares, `status` too.
    *("-c", f"diff.orderFile={os.devnull}"),
)


def environment() -> dict[str, str]:
    """Return the environment of every git call: nothing asked, nothing locked, nothing fetched."""
    kept = {name: value for name, value in os.environ.items() if name not in _PATHSPEC_VARIABLES}
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        # A count is kept under the id of a blob, so it must be that blob's (git-replace(1)).
        "GIT_NO_REPLACE_OBJECTS": "1",
    }


def _environment_of(git_dir: str, top: str) -> dict[str, str]:
    """Return the environment in which git works on another work tree, with the index it has."""
    kept = {name: value for name, value in environment().items() if name not in _OF_A_WORK_TREE}
    return kept | {"GIT_DIR": git_dir} | ({"GIT_WORK_TREE": top} if top else {})


def answer(
    *arguments: str, stdin: bytes = b"", main: tuple[str, str] | None = None
) -> tuple[int, bytes, bytes]:
    """Run git and return its exit status, output and error output.

    `main` asks about the main work tree instead of a linked one: its git directory and top level.
    """
    program = which("git")
    if program is None:
        raise GitError("git is not on PATH", help="install git 2.31 or later, or mend PATH")
    try:
        return run(
            [program, *_SETTINGS, *arguments],
            environment=environment() if main is None else _environment_of(*main),
            stdin=stdin,
            timeout_seconds=TIMEOUT_SECONDS,
        )
    except TooSlowError:
        raise GitError(
            f"git {arguments[0]} gave no answer in {TIMEOUT_SECONDS:.0f} seconds",
            help="run it by hand to see what it waits for",
        ) from None
    except (OSError, ValueError) as error:
        raise GitError(
            f"git {arguments[0]} cannot be run: {error}", help="mend the names it is asked for"
        ) from error


def output(*arguments: str, stdin: bytes = b"") -> bytes:
    """Run git and return its output; what git refuses is told in its own words."""
    known = _known if arguments[0] in _STEADY and not stdin else None
    if known is not None and arguments in known:
        return known[arguments]
    status, out, err = answer(*arguments, stdin=stdin)
    if status:
        raise refusal(arguments[0], err)
    if known is not None:
        known[arguments] = out
    return out


def ask_once(*, on: bool) -> None:
    """Ask git each of the steady questions once, from now until this is turned off.

    What a replay asked is then known to the ordinary way that follows where there is none.
    """
    global _known  # noqa: PLW0603 - it lasts as long as the process, which judges one commit
    _known = {} if on else None


def refusal(verb: str, err: bytes) -> GitError:
    """Return git's error output as one: its first line is the error, the rest the way out."""
    lines = [line.strip() for line in err.decode("utf-8", "replace").splitlines() if line.strip()]
    severe = (line for line in lines if line.startswith(("fatal: ", "error: ")))
    first = next(severe, lines[0] if lines else "no reason given")
    others = " ".join(line for line in lines if line != first)
    reason = first.removeprefix("fatal: ").removeprefix("error: ")
    return GitError(f"git {verb}: {reason}", help=others or "run ctxtally inside a git work tree")


def place() -> list[str]:
    """Return the object format, the git directory, the common one, the top level, the index.

    Paths are absolute; the index is that of the commit that is being made (GIT_INDEX_FILE).
    """
    questions = [word for question in _PLACE for word in question]
    out = os.fsdecode(output("rev-parse", "--path-format=absolute", *questions)).removesuffix("\n")
    parts = out.split("\n")
    if len(parts) == len(_PLACE):
        return parts
    # A newline in a folder's name: ask one by one.
    asked = [output("rev-parse", "--path-format=absolute", *question) for question in _PLACE]
    return [os.fsdecode(one).removesuffix("\n") for one in asked]


def listing(pathspecs: Iterable[str]) -> bytes:
    """Return the records of the index for these pathspecs, each `mode id stage TAB path NUL`."""
    return b"".join(
        output("ls-files", "--stage", "-z", "--full-name", "--", *some)
        for some in chunks(pathspecs)
    )


def chunks(arguments: Iterable[str]) -> Iterator[list[str]]:
    """Yield arguments as many at a time as one command line may hold."""
    chunk: list[str] = []
    length = 0
    for argument in arguments:
        chunk.append(argument)
        length += len(os.fsencode(argument)) + 1
        if length > _ARGUMENT_BYTES:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk
