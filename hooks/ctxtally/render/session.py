"""Sessions as text, as Markdown and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document, path
from ctxtally.text.figures import counted
from ctxtally.text.instants import written
from ctxtally.text.sanitising import line
from ctxtally.text.table import table
from ctxtally.text.terminal import printable
from ctxtally.usage.sessions import ESTIMATE, TARGET_AVERAGE, opportunities, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.logged_session import LoggedOperation, LoggedSession, SessionSums, Taken
    from ctxtally.render.json import Json
    from ctxtally.usage.sessions import Share

_LONGEST = 200
_WAYS = {ESTIMATE: "estimated", "tokenizer": "counted by a tokenizer"}


def started(name: str) -> str:
    return f"\u2713 Started session: {printable(name)}"


def logged(one: LoggedOperation) -> str:
    tokens, category = one.tokens or 0, printable(one.category)
    return f"\u2713 Logged: {printable(one.operation)} ({tokens:,} tokens, category: {category})"


def ended(session: LoggedSession, report: str) -> str:
    return "\n".join(
        [
            f"\u2713 Ended session: {printable(session.id)}",
            f"  Total tokens: {session.tokens:,}{_shares(session)}",
            f"  Operations: {len(session.operations):,}",
            f"  Report: {printable(report)}",
        ]
    )


def _shares(session: LoggedSession) -> str:
    """Return how many of the tokens nobody reported."""
    known = session.by_method
    told = [f"{known[way]:,} of them {word}" for way, word in _WAYS.items() if way in known]
    return f" ({', '.join(told)})" if told else ""


def markdown(session: LoggedSession) -> str:
    """Return the report of a session."""
    many, tokens = len(session.operations), session.tokens
    unknown = f" ({counted(session.unknown, 'operations')} not known)" if session.unknown else ""
    lines = [
        f"# Token Usage Report: {line(session.id, _LONGEST)}",
        "",
        f"**Started**: {_when(session.started, 'Unknown')}",
        f"**Ended**: {_end(session)}",
        f"**Total tokens**: {tokens:,}{_shares(session)}{unknown}",
        f"**Operations**: {many:,}",
        "",
        "## Breakdown by Category",
        "",
        *(f"- **{line(one.category)}**: {_share(one, tokens)}" for one in shares(session)),
        "",
        "## Operation Timeline",
        "",
        *(
            f"{number}. [{line(one.category)}] {line(one.operation, _LONGEST)} - {_tokens(one)}"
            for number, one in enumerate(session.operations, 1)
        ),
        "",
        "## Optimization Opportunities",
        "",
        *([f"- {one.level.upper()}: {one.text}" for one in opportunities(session)] or ["- None"]),
        "",
        f"**Average tokens per operation**: {_average(session)}",
        f"**Target**: <{TARGET_AVERAGE} tokens per operation",
    ]
    return "\n".join(lines)


def _share(one: Share, tokens: int) -> str:
    many = f"{one.operations:,} operations"
    if one.unknown == one.operations:
        return f"tokens not known - {many}"
    unknown = f", {one.unknown:,} of them not known" if one.unknown else ""
    return f"{one.tokens:,} tokens ({one.tokens / tokens if tokens else 0:.1%}) - {many}{unknown}"


def _average(session: LoggedSession) -> str:
    known = len(session.operations) - session.unknown
    if session.unknown and not known:
        return "not known"
    return f"{session.tokens / known if known else 0:,.0f}"


def _tokens(one: LoggedOperation) -> str:
    if one.tokens is None:
        return "tokens not known"
    return f"{'~' if one.counted == ESTIMATE else ''}{one.tokens:,} tokens"


def _end(session: LoggedSession) -> str:
    if session.by_hand or session.last is None:
        return _when(session.ended, "In progress")
    return _when(session.ended, f"Not told, its last record is of {written(session.last)}")


def _when(moment: float | None, otherwise: str) -> str:
    return otherwise if moment is None else written(moment)


def json(session: LoggedSession, **more: str) -> str:
    return document("session", {**facts(session), **more})


def facts(session: LoggedSession) -> dict[str, Json]:
    return {
        "session_id": session.id or None,
        "started": _stamp(session.started),
        "ended": _stamp(session.ended),
        "last": _stamp(session.last),
        "operations": [
            {
                "timestamp": _stamp(one.moment),
                "operation": one.operation,
                "tokens": one.tokens,
                "category": one.category,
                "counted": one.counted or None,
            }
            for one in session.operations
        ],
        "total_tokens": session.tokens,
        "counted": {way or "unknown": sum_ for way, sum_ in sorted(session.by_method.items())},
    }


def _stamp(moment: float | None) -> str | None:
    return None if moment is None else written(moment)


def listed(found: Sequence[SessionSums], hidden: int) -> str:
    """Return a table of sessions; `hidden` are those of agents, which were not asked for."""
    lines = []
    if found:
        estimates = any(one.estimated for one in found)
        rows: list[list[int | str | None]] = [
            [
                printable(one.id),
                _when(one.started, "-"),
                _when(one.ended, "in progress" if one.by_hand else "(agent)"),
                one.operations,
                one.tokens,
                *([one.estimated] if estimates else []),
            ]
            for one in found
        ]
        header = ["session", "started", "ended", "operations", "tokens"]
        header += ["of them estimated"] if estimates else []
        lines.append(table(header, rows, indent=""))
    else:
        lines.append("no session was started; `ctxtally session start ID` starts one")
    if hidden:
        lines.append(f"\nand {hidden:,} of agents, which --all shows")
    return "\n".join(lines)


def listed_json(found: Sequence[LoggedSession], hidden: int) -> str:
    return document("sessions", {"sessions": [facts(one) for one in found], "hidden": hidden})


def taken(found: Taken) -> str:
    """Return what an import did, in lines."""
    sessions, operations = found.sessions, counted(found.operations, "operations")
    lines = [f"took {counted(sessions, 'sessions')} with {operations}"]
    if not sessions and not found.operations:
        lines = ["nothing new"]
    if found.known:
        lines.append(f"{counted(found.known, 'events')} were in the log before")
    if found.passed:
        lines.append(f"{counted(found.passed, 'operations')} have no name, time or tokens")
    if found.bad:
        lines.append(f"no JSON objects: {counted(found.bad, 'lines')} of the file")
    return "\n".join(lines)


def taken_json(found: Taken) -> str:
    return document("session-import", found._asdict())


def path_json(log: str, files: Sequence[str]) -> str:
    """Return where a log is, and the files that it has."""
    return document("usage-path", {"path": path(log), "files": [path(one) for one in files]})
