"""Comparisons with what an agent recorded, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.render.json import path as jsonable
from ctxtally.text.figures import counted
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.recording import FileAgreement, LogAgreement, SessionAgreement, State
    from ctxtally.render.json import Json

# What was recorded of these can be judged; of the others nothing was to be expected.
_JUDGED: tuple[State, ...] = ("agrees", "differs", "unforeseen", "missing")


def text(found: LogAgreement) -> str:
    """Return a table for each session, and what follows from them."""
    head = f"What Claude Code recorded, and what we say it loads ({printable(found.log)}; subject: "
    blocks = [f"{head}{found.subject})"]
    for session in found.sessions:
        blocks.append(f"Session {printable(session.session) or '?'} in {printable(session.dir)}")
        if session.files:
            blocks.append(_table(session))
    blocks.append("\n".join(_tail(found)))
    return "\n\n".join(blocks)


def json(found: LogAgreement) -> str:
    """Return the same facts under stable keys."""
    return document(
        "verify",
        {
            "subject": found.subject,
            "source": "claude-log",
            "log": jsonable(found.log),
            "agreement": [
                _row(session, one) for session in found.sessions for one in session.files
            ],
            "totals": {
                "sessions": len(found.sessions),
                "files": len(_judged(found)),
                "agree": len(_in_state(found, "agrees")),
            },
            "remarks": list(found.remarks),
        },
    )


def _table(session: SessionAgreement) -> str:
    return table(
        ["we say", "it says", "verdict", "path", "because of"],
        [
            [
                one.load or "-",
                ", ".join(map(printable, one.reasons)) or "-",
                one.state,
                printable(one.path),
                printable(one.via or one.parent),
            ]
            for one in session.files
        ],
    )


def _tail(found: LogAgreement) -> Iterator[str]:
    judged = _judged(found)
    agreeing = _in_state(found, "agrees")
    yield f"{len(agreeing):,} of {counted(len(judged), 'files')} agree"
    waiting = _in_state(found, "waiting")
    if waiting:
        yield f"waiting: {counted(len(waiting), 'files')} on demand that the session did not touch"
    outside = _in_state(found, "outside")
    if outside:
        yield f"outside: {counted(len(outside), 'files')} that the repository does not hold"
    for remark in found.remarks:
        yield f"note: {remark}"


def _judged(found: LogAgreement) -> list[FileAgreement]:
    return [one for one in found.files if one.state in _JUDGED]


def _in_state(found: LogAgreement, state: State) -> list[FileAgreement]:
    return [one for one in found.files if one.state == state]


def _row(session: SessionAgreement, one: FileAgreement) -> dict[str, Json]:
    return {
        "path": jsonable(one.path),
        "session": jsonable(session.session),
        "dir": jsonable(session.dir),
        "state": one.state,
        "load": one.load,
        "via": jsonable(one.via),
        "reasons": [jsonable(reason) for reason in one.reasons],
        "parent": jsonable(one.parent),
    }
