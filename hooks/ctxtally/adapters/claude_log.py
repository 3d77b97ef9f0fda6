"""Reads which files Claude Code recorded that it loaded.

A line is the payload of its InstructionsLoaded hook (https://code.claude.com/docs/en/hooks), or the
event of our usage log that `ctxtally hook` makes of it. Lines of other kinds are passed over.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxtally.errors import UserError
from ctxtally.model.loading import Loading
from ctxtally.model.record import dataclass, field
from ctxtally.model.recording import Recording
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.profile import Load

HOOK = "InstructionsLoaded"
# How a file may be loaded that came in for this reason. What is imported comes in with whatever
# imports it.
WAYS: Mapping[str, frozenset[Load]] = {
    "session_start": frozenset({"always"}),
    "compact": frozenset({"always"}),
    "include": frozenset({"always", "nested", "glob"}),
    "nested_traversal": frozenset({"nested"}),
    "path_glob_match": frozenset({"glob"}),
}
BEGINNING = "session_start"
KIND = "instructions"
# A usage log of a year has some 30 MB.
LARGEST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudeLog:
    """The sessions in the order in which they began; `bad` counts the lines that are no JSON."""

    recordings: tuple[Recording, ...]
    bad: int


@dataclass(slots=True, kw_only=True)
class _Session:
    directory: str
    relative: bool
    loadings: list[Loading] = field(default_factory=list)


def read(path: str) -> ClaudeLog:
    """Read a whole file; one that cannot be read is a UserError."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UserError(
            f"{shown(path)} cannot be read: {error.strerror}",
            help="name a file of InstructionsLoaded payloads, one to a line",
        ) from error
    if len(raw) > LARGEST_BYTES:
        raise UserError(
            f"{shown(path)} has more than the {LARGEST_BYTES:,} bytes that are read",
            help=f"take the lines with {HOOK} out of it",
        )
    return parse(raw)


def parse(raw: bytes) -> ClaudeLog:
    sessions: dict[str, _Session] = {}
    bad = 0
    for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines():
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            bad += 1
            continue
        if isinstance(record, dict):
            _take(sessions, record)
    return ClaudeLog(
        recordings=tuple(
            Recording(
                session=name,
                directory=one.directory,
                loadings=tuple(one.loadings),
                relative=one.relative,
            )
            for name, one in sessions.items()
        ),
        bad=bad,
    )


def _take(sessions: dict[str, _Session], record: Mapping[str, object]) -> None:
    """Add a record to its session; what a subagent loads is not what the session does."""
    ours = record.get("kind") == KIND
    if not ours and record.get("hook_event_name") != HOOK:
        return
    path = _text(record, "path" if ours else "file_path")
    if not path or _text(record, "agent_id"):
        return
    name = _text(record, "session" if ours else "session_id")
    directory = _text(record, "dir") or "." if ours else _path(_text(record, "cwd"))
    session = sessions.setdefault(name, _Session(directory=directory, relative=ours))
    session.loadings.append(
        Loading(
            path=_path(path),
            reason=_text(record, "reason" if ours else "load_reason"),
            parent=_path(_text(record, "parent" if ours else "parent_file_path")),
        )
    )


def _text(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _path(text: str) -> str:
    r"""Return a path with `/` between names; only a Windows path has a drive or `\\` in front."""
    return text.replace("\\", "/") if text[1:3] == ":\\" or text.startswith("\\\\") else text
