"""Sessions of a repository: started, logged and ended in its usage log, and read from it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxtally.adapters import git, ledger
from ctxtally.adapters.append import LogError
from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import replace_file
from ctxtally.errors import UserError
from ctxtally.model.batch import single
from ctxtally.model.logged_session import LoggedOperation, LoggedSession
from ctxtally.survey.usage import usage_in
from ctxtally.text.nearest import nearest
from ctxtally.text.redaction import redacted
from ctxtally.text.shown import shown
from ctxtally.text.terminal import printable
from ctxtally.usage import sessions as view
from ctxtally.usage.categories import category
from ctxtally.usage.events import session_event, usage_event
from ctxtally.usage.sessions import END, KINDS, START

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxtally.model.basics import Basics
    from ctxtally.model.event import Event
    from ctxtally.model.logged_session import Entry, SessionSums

# A name is printed, and is part of a file's name.
LONGEST_ID = 200
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
_LONGEST_FILE = 100
_PLAIN = re.compile(r"[0-9A-Za-z_.-]+")


class Sessions:
    """The sessions of one repository; `log` is its usage log."""

    def __init__(self, place: git.Place, settings: Basics) -> None:
        self._worktree = place.worktree
        self._ledger = ledger.locate(place, settings.ledger)
        self.hint = self._ledger.hint
        self.log = usage_in(self._ledger)
        self.rules = settings.categories

    def start(self, name: str, moment: float) -> LoggedSession:
        """Start a session, or go on with one that has ended."""
        _check(name)
        found = self._find(name)
        if found is not None and found.ended is None and name in self._started():
            raise UserError(
                f"the session {shown(name)} is in progress",
                help=f"end it by `ctxtally session end {printable(name)}`, or choose another name",
            )
        self._write(session_event(START, name), moment)
        return self._found(name)

    def log_operation(
        self, entry: Entry, name: str | None, moment: float
    ) -> tuple[LoggedSession, LoggedOperation]:
        """Log an operation; without a session, the one that is returned holds it alone."""
        needed = ((entry.operation, "an operation"), (entry.category or "-", "a category"))
        for given, what in needed:
            if not given.strip():
                way_out = 'write what was done, such as "read MANIFEST.json"'
                raise UserError(f"{what} needs a name", help=way_out)
        if name is not None and self._found(name).ended is not None:
            raise UserError(
                f"the session {shown(name)} has ended",
                help=f"`ctxtally session start {printable(name)}` goes on with it",
            )
        event = usage_event(
            session=name, branch=git.branch(), worktree=self._worktree, **entry._asdict()
        )
        self._write(event, moment)
        one = LoggedOperation(
            operation=entry.operation,
            category=entry.category or category(entry.operation, self.rules),
            tokens=entry.tokens,
            moment=moment,
            counted=event["counted"],
        )
        if name is None:
            return LoggedSession(id="", operations=(one,)), one
        return self._found(name), one

    def end(self, name: str | None, moment: float) -> tuple[LoggedSession, str]:
        """End a session, the one in progress where none is named; return it and its file's name."""
        name = self._only() if name is None else name
        if self._found(name).ended is not None:
            raise UserError(
                f"the session {shown(name)} has ended before",
                help=f"`ctxtally session report {printable(name)}` shows it",
            )
        self._write(session_event(END, name), moment, durable=True)
        return self._found(name), f"session-{_file_name(name)}.md"

    def save(self, file: str, report: str) -> str:
        """Write a report beside the log, and return where it is; UserError where it cannot be."""
        path = os.path.join(os.path.dirname(self._ledger.path), file)
        where = f"{os.path.dirname(self._ledger.shown)}/{file}"
        if os.path.islink(path) or not replace_file(path, f"{report}\n".encode()):
            raise UserError(
                f"{printable(where)} cannot be written",
                help="make its folder writable; `ctxtally session report` prints the report",
            )
        return where

    def report(self, name: str) -> LoggedSession:
        return self._found(name)

    def sums(self) -> list[SessionSums]:
        return view.sums(self.log.batches(view.ASKED, KINDS))

    def reports(self, names: Collection[str]) -> list[LoggedSession]:
        usages = (one for one in self.log.read(KINDS) if one.session in names)
        return view.sessions(usages, self.rules)

    def _found(self, name: str) -> LoggedSession:
        found = self._find(name)
        if found is None:
            raise self._unknown(name)
        return found

    def _find(self, name: str) -> LoggedSession | None:
        # Programs escape other characters as each likes: `\u00E9`, `\/`. Letters they leave alone.
        plain = max(_PLAIN.findall(name), key=len, default="")
        holding = [(f'"{plain}"' if plain == name else plain).encode("ascii")] if plain else []
        usages = (one for one in self.log.read(KINDS, holding=holding) if one.session == name)
        return next(iter(view.sessions(usages, self.rules)), None)

    def _started(self) -> set[str]:
        return {one.session for one in self.log.read((START,), holding=[START.encode()])}

    def _only(self) -> str:
        """Return the name of the one session that is in progress."""
        marks = self.log.read((START, END), holding=[START.encode(), END.encode()])
        going = [one.id for one in view.sums(map(single, marks)) if one.ended is None]
        if len(going) == 1:
            return going[0]
        if not going:
            raise UserError(
                "no session is in progress", help="`ctxtally session list` shows those that were"
            )
        names = ", ".join(shown(one) for one in going[:5])
        raise UserError(
            f"{len(going)} sessions are in progress: {names}",
            help="name the one to end: `ctxtally session end ID`",
        )

    def _unknown(self, name: str) -> UserError:
        near = nearest(name, (one.id for one in self.sums()))
        start = f"`ctxtally session start {printable(name)}` starts it"
        return UserError(
            f"there is no session {shown(name)}",
            help=f"did you mean {shown(near)}? {start}" if near else start,
        )

    def _write(self, event: Event, moment: float, *, durable: bool = False) -> None:
        try:
            ledger.append(self._ledger, [event], moment, durable=durable)
        except LogError as error:
            raise UserError(
                str(error), help="make its folder writable; `ctxtally doctor` says where it is"
            ) from error
        self.log = usage_in(self._ledger)  # there may be a file more


def _check(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_ID or not name.isprintable():
        raise UserError(
            f"a session cannot be called {shown(name)}",
            help=f"choose up to {LONGEST_ID} characters that can be printed",
        )
    if redacted(name) != name:
        raise UserError(
            f"a session cannot be called {shown(redacted(name))}: the log keeps no secrets",
            help="choose a name that does not look like a key or a password",
        )


def _file_name(name: str) -> str:
    """Return a name as a part of a file's name, another one for each session."""
    safe = "".join(char if char in _SAFE else _escaped(char) for char in name)
    if len(safe) > _LONGEST_FILE:
        return f"{safe[:_LONGEST_FILE]}-{digest(name.encode('utf-8', 'replace'))[:8]}"
    return safe


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
