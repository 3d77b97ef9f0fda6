"""Append events to usage-log.jsonl, and remember what was logged last."""

from __future__ import annotations

import os
import stat

from ctxtally.adapters import append as appending
from ctxtally.adapters import git
from ctxtally.adapters.files import replace_file
from ctxtally.model.ledger import Ledger

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.event import Event


_NO_MAIN = "this is a linked work tree, and the repository has no main one that it could lie in"
# How each of our lines begins, also one that was cut off.
_BEGINNING = b'{"v":1,"id":"'


def locate(place: git.Place, wanted: str | None) -> Ledger:
    """Return the ledger: `wanted` (relative to the top level) where git ignores it, else our own.

    A repository has one log: linked work trees use that of the main one, and outlive none.

    A tracked log would make every commit fail with "files were modified by this hook". What else
    git ignores is often private, and who wrote the configuration may be a stranger: a file that is
    there already has to be a log.
    """
    own = os.path.join(place.state_dir, appending.NAME)
    if wanted is None:
        return _ledger(place, own)
    main = git.main_of(place)
    top = place.top if main is None else main[1]
    reason = _refused(top, wanted, main) if top else _NO_MAIN
    if reason:
        return _ledger(place, own, hint=f"`ledger = {wanted!r}` is not used: {reason}")
    return _ledger(place, os.path.join(top, *wanted.split("/")), wanted=wanted)


def _ledger(place: git.Place, path: str, *, hint: str = "", wanted: str = "") -> Ledger:
    shown = _shown(path, place.top)
    if not hint and not _is_file(path):
        hint = f"{shown} is neither read nor written, for it is no regular file: take it away"
    return Ledger(
        path=path,
        shown=shown,
        state_path=os.path.join(place.state_dir, "logged"),
        hint=hint,
        wanted=wanted,
    )


def _shown(path: str, top: str) -> str:
    try:
        return os.path.relpath(path, top).replace(os.sep, "/")
    except ValueError:  # Windows, on another drive
        return path


def _refused(top: str, wanted: str, main: tuple[str, str] | None) -> str:
    if not wanted.lower().endswith(".jsonl"):
        return "its name does not end in .jsonl"
    steps = wanted.split("/")
    for end in range(1, len(steps) + 1):
        if os.path.islink(os.path.join(top, *steps[:end])):
            return "a symlink leads to it"
    if git.is_tracked(wanted, main):
        return f"it is tracked; `git rm --cached {wanted}` and add it to .gitignore"
    if not git.is_ignored(wanted, main):
        return "git does not ignore it; add it to .gitignore"
    if not _is_log(os.path.join(top, *steps)):
        return "what is there is no usage log; take it away, or name another file"
    return ""


def _is_file(path: str) -> bool:
    """Say whether there is a file itself, or nothing at all."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return True


def _is_log(path: str) -> bool:
    """Say whether a file begins with an event, or may be begun with one."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return False
        with open(path, "rb") as file:
            head = file.read(appending.LARGEST_LINE)
    except OSError:  # there is none, or appending to it tells why it cannot be used
        return True
    first, _, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    return not first or first.startswith(_BEGINNING) or _is_event(first)


def _is_event(line: bytes) -> bool:
    """Say whether a line is an event, of ours or as the monitor that ours comes from wrote it."""
    from json import loads

    try:
        found = loads(line)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict):
        return False
    counts = ("tokens", "input_tokens", "total_tokens")
    return {"v", "id"} <= found.keys() or (
        "timestamp" in found and any(name in found for name in counts)
    )


def append(
    ledger: Ledger, events: Iterable[Event], moment: float, *, durable: bool = False
) -> None:
    """Write each event as one line by one write; raises LogError where that cannot be done.

    `durable` waits for the disk.
    """
    lines = [appending.line(appending.body(event), moment) for event in events]
    appending.write_lines(ledger.path, ledger.shown, lines, durable=durable)


def append_told(ledger: Ledger, told: Iterable[tuple[Event, float, str]]) -> None:
    """Write events that were elsewhere, each with its moment and its id; raises LogError."""
    lines = [appending.line(appending.body(event), moment, name) for event, moment, name in told]
    appending.write_lines(ledger.path, ledger.shown, lines, durable=True)


def unwritable(ledger: Ledger) -> str:
    """Say why the log could not be written, in a line; empty where it can."""
    folder = os.path.dirname(ledger.path)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    if not os.path.isdir(folder):
        return f"{ledger.shown} cannot be written: a file is where its folder should be"
    if not os.access(folder, os.W_OK) or os.path.islink(ledger.path):
        return f"{ledger.shown} cannot be written"
    return ""


def logged(ledger: Ledger) -> dict[str, int]:
    """Return the tokens last logged by path; a state file that cannot be read counts as empty."""
    try:
        with open(ledger.state_path, encoding="ascii", errors="replace") as file:
            lines = file.read().split("\n")
    except OSError:
        return {}
    seen = {}
    for line in lines:
        tokens, _, path = line.partition(" ")
        if tokens.isdecimal() and path:
            seen[_unescaped(path)] = int(tokens)
    return seen


def remember(ledger: Ledger, seen: Mapping[str, int]) -> None:
    """Replace the state file; where it cannot be written the next run logs a count again."""
    text = "".join(f"{tokens} {_escaped(path)}\n" for path, tokens in sorted(seen.items()))
    replace_file(ledger.state_path, text.encode("ascii"))


def _escaped(path: str) -> str:
    return path.encode("unicode_escape").decode("ascii")


def _unescaped(path: str) -> str:
    try:
        return path.encode("ascii", "replace").decode("unicode_escape")
    except UnicodeDecodeError:
        return path
