"""Copies of CURRENT_SESSION.md outside the work tree, where `git clean -x` does not reach them."""

from __future__ import annotations

import os

from ctxtally.adapters import session_file
from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import swap

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.progress import Head

_MOST_BACKUPS = 50


def backup(place: Place, head: Head, content: bytes) -> None:
    """Keep a copy for the branch, the newest only."""
    target = os.path.join(_backups(place), _backup_name(place, head.branch))
    if session_file.present(target) == content:
        return
    try:
        os.makedirs(_backups(place), exist_ok=True)
        is_new = not os.path.lexists(target)
        swap(target, content, mode=0o600)
        if is_new:
            _prune(_backups(place))
    except OSError:
        return  # the file itself is there


def restored(place: Place, head: Head) -> str | None:
    """Return the copy of a file that is gone: of the branch, else the last of the work tree."""
    folder = _backups(place)
    own = os.path.join(folder, _backup_name(place, head.branch))
    begin = _backup_name(place, None)
    try:
        names = [name for name in os.listdir(folder) if name.startswith(begin)]
    except OSError:
        return None
    others = sorted((os.path.join(folder, name) for name in names), key=_age, reverse=True)
    for candidate in (own, *others):
        text = session_file.decoded(session_file.present(candidate))
        if text is not None:
            return text
    return None


def _backups(place: Place) -> str:
    return os.path.join(place.state_dir, "handoffs")


def _backup_name(place: Place, branch: str | None) -> str:
    worktree = digest(os.fsencode(place.top))[:16]
    if branch is None:
        return f"{worktree}-"
    return f"{worktree}-{digest(branch.encode('utf-8', 'surrogateescape'))[:16]}.md"


def _age(where: str) -> float:
    try:
        return os.lstat(where).st_mtime
    except OSError:
        return 0.0


def _prune(folder: str) -> None:
    """Keep no more copies than the newest ones: branches come and go."""
    kept = sorted((os.path.join(folder, name) for name in os.listdir(folder)), key=_age)
    for where in kept[:-_MOST_BACKUPS]:
        try:
            os.unlink(where)
        except OSError:
            continue
