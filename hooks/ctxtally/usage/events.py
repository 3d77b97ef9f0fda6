"""What a run of a hook or a report adds to the usage log."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxtally.model.event import Event
    from ctxtally.model.measured import Measured
    from ctxtally.model.usage import Tokens


def _event(kind: str, operation: str, source: str = "hook") -> Event:
    return {"kind": kind, "source": source, "operation": operation}


def run_event(  # noqa: PLR0913 - a record is what it is made of
    operation: str,
    *,
    subject: str,
    tokenizer: str,
    files: Iterable[Measured],
    errors: int,
    warnings: int,
    status: int,
) -> Event:
    """Return the event of one run of the gate or a report; `tokens` is the sum over its files."""
    tokens = [file.tokens for file in files]
    return _event("budget", operation) | {
        "subject": subject,
        "counted": "tokenizer",
        "tokenizer": tokenizer,
        "files": len(tokens),
        "tokens": sum(tokens),
        "errors": errors,
        "warnings": warnings,
        "exit": status,
    }


def context_events(
    operation: str,
    *,
    tokenizer: str,
    files: Iterable[Measured],
    seen: Mapping[str, int],
) -> list[Event]:
    """Return one event per file whose count is not the one in `seen`, its last event's."""
    events = []
    for file in files:
        before = seen.get(file.path)
        if before == file.tokens:
            continue
        event = _event("context", operation) | {
            "counted": "tokenizer",
            "tokenizer": tokenizer,
            "path": file.path,
            "oid": file.oid,
            "tokens": file.tokens,
        }
        if before is not None:
            event["before"] = before
        events.append(event)
    return events


def usage_event(  # noqa: PLR0913 - a record is what it is made of
    operation: str,
    *,
    tokens: int,
    session: str | None,
    category: str | None = None,
    model: str | None = None,
    buckets: Tokens | None = None,
    branch: str = "",
    worktree: str = "",
) -> Event:
    """Return the event of an operation that somebody logged by hand."""
    event = _event("usage", operation, "manual") | {"counted": "reported", "tokens": tokens}
    if session is not None:
        event["session"] = session
    if category is not None:
        event["category"] = category
    if model is not None:
        event["model"] = model
    if buckets is not None:
        event |= _buckets(buckets)
    if branch:
        event["branch"] = branch
    if worktree:
        event["worktree"] = worktree
    return event


def _buckets(tokens: Tokens) -> Event:
    return {
        "input": tokens.input,
        "cache_read": tokens.cache_read,
        "cache_write_5m": tokens.cache_write_5m,
        "cache_write_1h": tokens.cache_write_1h,
        "output": tokens.output,
    }


def session_event(kind: str, session: str) -> Event:
    """Return the event that starts or ends a session."""
    return {"kind": kind, "source": "manual", "session": session}


def turn_event(  # noqa: PLR0913 - a record is what it is made of
    scenario: str,
    *,
    phase: str,
    session: str,
    turn: int,
    status: int | None,
    used: int | None,
    limit: int | None,
) -> Event:
    """Return the event of one prompt of a driven conversation; `used` as the agent's log says."""
    event = _event("conversation", scenario, "run") | {
        "counted": "reported",
        "session": session,
        "phase": phase,
        "turn": turn,
    }
    if status is not None:
        event["exit"] = status
    if used is not None:
        event["tokens"] = used
    if limit is not None:
        event["limit"] = limit
    return event


def loading_event(  # noqa: PLR0913 - a record is what it is made of
    agent: str,
    *,
    session: str,
    directory: str,
    path: str,
    reason: str,
    parent: str,
    memory: str,
) -> Event:
    """Return the event of a file of instructions that an agent loaded."""
    event: Event = {
        "kind": "instructions",
        "source": "hook",
        "agent": agent,
        "session": session,
        "dir": directory,
        "path": path,
        "reason": reason,
    }
    if parent:
        event["parent"] = parent
    if memory:
        event["memory"] = memory
    return event


def commit_event(
    commit: str, *, branch: str, worktree: str, instead: str = "", switched_from: Iterable[str] = ()
) -> Event:
    """Return the event of a commit, or of the one that stands `instead` of one."""
    event: Event = {"kind": "commit", "source": "hook", "commit": commit}
    if branch:
        event["branch"] = branch
    if worktree:
        event["worktree"] = worktree
    if instead:
        event["instead"] = instead
    others = " ".join(switched_from)  # no name of a branch has a blank (git-check-ref-format(1))
    if others:
        event["switched_from"] = others
    return event
