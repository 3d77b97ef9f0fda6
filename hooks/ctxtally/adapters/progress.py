"""What git tells of a session: HEAD, the commits since it began, what is not committed."""

from __future__ import annotations

import re
from itertools import pairwise

from ctxtally.adapters import rebasing
from ctxtally.adapters.plumbing import answer, output
from ctxtally.errors import GitError
from ctxtally.model.progress import Change, Commit, Head, Progress
from ctxtally.model.record import dataclass, replace

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.progress import Origin

# Where nothing tells when a session began.
LAST_COMMITS = 10
# No more are read: they are far beyond what is listed, and their files are summed up.
MOST_COMMITS = 300

_COMMIT = re.compile(rb"\x01([0-9a-f]{40}(?:[0-9a-f]{24})?)")
# How git notes that HEAD went from one branch to another (builtin/checkout.c, refs.c), and how many
# times in a row that is looked for.
_SWITCHED = re.compile(
    r"([0-9a-f]{40,64}) (?:checkout: moving from |Branch: renamed refs/heads/)(\S+) to "
)
_MOST_SWITCHES = 20
# Without these, settings of the user change what git prints.
_NUMSTAT = ("-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """A path that differs from HEAD; `unstaged` says that it differs from the index too."""

    path: str
    unstaged: bool


def head(place: Place) -> tuple[Head, tuple[Differs, ...]]:
    """Return HEAD, and what differs from it."""
    out = output(
        *("status", "--porcelain=v2", "--branch", "--ahead-behind", "-z"),
        *("--untracked-files=no", "--no-renames"),
    )
    facts: dict[str, str] = {}
    differing: list[Differs] = []
    for record in out.split(b"\0")[:-1]:
        if record.startswith(b"# "):
            name, _, value = record[2:].partition(b" ")
            facts[name.decode("ascii", "replace")] = value.decode("utf-8", "replace")
        else:
            differing += _differing(record)
    return _head(place, facts), tuple(differing)


def progress(found: Head, start: str | None, uncommitted: tuple[Change, ...] | None) -> Progress:
    """Return the commits since `start`, else since HEAD left upstream, else the last ones."""
    if not found.commit:
        return Progress(head=found, uncommitted=uncommitted)
    begin, origin, ahead = _begin(found, start)
    commits: tuple[Commit, ...] = ()
    if begin != found.commit:
        limit = MOST_COMMITS if begin else LAST_COMMITS
        commits = tuple(_commits(f"{begin}..{found.commit}" if begin else found.commit, limit))
    return Progress(
        head=found,
        start=begin,
        origin=origin,
        commits=commits,
        earlier=max(0, ahead - len(commits)),
        uncommitted=uncommitted,
    )


def distance(commit: str, other: str) -> tuple[int, int] | None:
    """Return how many commits `other` has that `commit` has not, and the other way round."""
    status, out, _ = answer(
        "rev-list", "--left-right", "--count", "--end-of-options", f"{commit}...{other}"
    )
    if status:
        return None
    behind, ahead = out.split()
    return int(ahead), int(behind)


def left() -> tuple[str, ...]:
    """Return the branches that HEAD left since its last move but one, none of which moved it.

    Right after a commit these are the branches on which work on it may have begun.
    """
    status, out, _ = answer("reflog", "show", f"-{_MOST_SWITCHES}", "--format=%H %gs", "HEAD", "--")
    found: dict[str, None] = {}
    moves = [] if status else out.decode("utf-8", "replace").splitlines()[1:]
    for move, before in pairwise(moves):
        switched = _SWITCHED.match(move)
        if switched is None or not before.startswith(switched[1]):
            break
        if switched[2] != switched[1]:  # so it is told of a detached HEAD
            found[switched[2]] = None
    return tuple(found)


def changed(found: Head, differing: Sequence[Differs]) -> tuple[Change, ...]:
    """Return the changes from HEAD to the work tree, of what is known to differ."""
    if not differing:
        return ()
    known: Mapping[str, Change] = {}
    if found.commit:
        out = output("diff-index", *_NUMSTAT, found.commit, "--")
        known = {change.path: change for change in _changes(out.split(b"\0"))}
    unknown = Change(path="", added=None, deleted=None)
    return tuple(known.get(one.path, replace(unknown, path=one.path)) for one in differing)


def patched(path: str) -> tuple[Change, ...] | None:
    """Return the changes in a patch of the index, `None` where it is none."""
    status, out, _ = answer(
        *("apply", "--numstat", "-z", "--check", "--cached", "--whitespace=nowarn", "--"), path
    )
    return None if status else tuple(_changes(out.split(b"\0")))


def _head(place: Place, facts: Mapping[str, str]) -> Head:
    branch = facts.get("branch.head", "")
    is_detached = branch == "(detached)"
    is_rebasing = rebasing.under_way(place.git_dir)
    if is_detached:
        branch = (rebasing.branch(place.git_dir) or _rewound()) if is_rebasing else ""
    commit = facts.get("branch.oid", "")
    ahead, _, behind = facts.get("branch.ab", "+0 -0").partition(" ")
    return Head(
        commit="" if commit == "(initial)" else commit,
        branch=branch,
        upstream=facts.get("branch.upstream", "") if "branch.ab" in facts else "",
        ahead=int(ahead),
        behind=-int(behind),
        worktree=place.worktree,
        rebasing=is_rebasing,
    )


def _rewound() -> str:
    """Return the branch that `git rebase --apply` has not moved yet, where only one can be it.

    Where nothing stopped it, its folder does not name the branch (git 2.39).
    """
    out = output("for-each-ref", "--points-at=ORIG_HEAD", "--format=%(refname:short)", "refs/heads")
    found = out.decode("utf-8", "replace").splitlines()
    return found[0] if len(found) == 1 else ""


def _differing(record: bytes) -> Iterator[Differs]:
    """Read a record of `status --porcelain=v2` without renames."""
    # 1 XY sub mH mI mW hH hI path, and u XY sub m1 m2 m3 mW h1 h2 h3 path (git-status(1)).
    fields = {b"1": 8, b"u": 10}.get(record[:1])
    if fields is not None:
        path = record.split(b" ", fields)[-1].decode("utf-8", "surrogateescape")
        yield Differs(path=path, unstaged=record[3:4] != b".")


def _begin(found: Head, start: str | None) -> tuple[str, Origin, int]:
    """Return where to begin, what that is, and how many commits HEAD is ahead of it."""
    rewritten = False
    if start:
        apart = distance(start, found.commit)
        if apart is not None and apart[1] == 0:
            return start, "session start", apart[0]
        if _amended() == (start, found.commit):
            return found.commit, "session start", 0
        rewritten = True
    if found.upstream:
        status, out, _ = answer("merge-base", found.commit, "@{upstream}")
        if status == 0:
            base = out.decode("ascii").strip()
            return base, "start rewritten" if rewritten else "upstream", found.ahead
    return "", "start rewritten" if rewritten else "last commits", 0


def _amended() -> tuple[str, str] | None:
    """Return what HEAD was before an amend, and what it is now, where that was its last move."""
    status, out, _ = answer("reflog", "show", "-2", "--format=%H %gs", "HEAD", "--")
    lines = out.decode("utf-8", "replace").splitlines()
    if status or len(lines) < 2 or "amend" not in lines[0]:  # noqa: PLR2004 - this one and the last
        return None
    return lines[1].partition(" ")[0], lines[0].partition(" ")[0]


def _commits(revisions: str, most: int) -> Iterator[Commit]:
    asked = (
        *("log", "--encoding=UTF-8", f"-{most}", "-z", "--no-show-signature", "--no-color"),
        *("--format=%x01%H%x00%s", "--end-of-options", revisions, "--"),
    )
    # Where an object is missing, as in a partial clone, the commits can still be told.
    status, out, _ = answer(asked[0], *_NUMSTAT, *asked[1:])
    if status:
        out = output(*asked)
    fields = out.split(b"\0")
    at = 0
    while at + 1 < len(fields):
        begin = _COMMIT.fullmatch(fields[at])
        if begin is None:
            raise GitError("git log: an answer that cannot be read", help="report it, please")
        stop = at + 2
        while stop < len(fields) and not _COMMIT.fullmatch(fields[stop]):
            stop += 1
        yield Commit(
            id=begin[1].decode("ascii"),
            subject=fields[at + 1].decode("utf-8", "replace"),
            changes=None if status else tuple(_changes(fields[at + 2 : stop])),
        )
        at = stop


def _changes(fields: Sequence[bytes]) -> Iterator[Change]:
    """Read records of `--numstat -z`: `added TAB deleted TAB path`, dashes for a binary file."""
    for field in fields:
        parts = field.lstrip(b"\n").split(b"\t", 2)
        if len(parts) != 3:  # noqa: PLR2004 - the empty field behind the last NUL
            continue
        added, deleted, path = parts
        yield Change(
            path=path.decode("utf-8", "surrogateescape"),
            added=None if added == b"-" else int(added),
            deleted=None if deleted == b"-" else int(deleted),
        )
