"""What was read of transcripts so far: how far each was read, and the responses that were found.

A database in the git directory. It can be taken away at any time: the responses are in the usage
log, and transcripts are then read again from their beginning.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxtally.adapters.digest import digest
from ctxtally.adapters.transcripts.checking import Told
from ctxtally.model.response import Response
from ctxtally.model.transcript import Read, Stat
from ctxtally.model.usage import Tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from types import TracebackType

# What strangers call things is shorter: a branch has at most some 240 bytes.
_LONGEST_NAME = 256
_VERSION = 3
# Nobody else writes it but those who hold our lock.
_WAIT_SECONDS = 1.0
_SCHEMA = """
CREATE TABLE log (one INTEGER PRIMARY KEY, size INTEGER, mark TEXT);
CREATE TABLE files (
    path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, changed INTEGER,
    mark TEXT, passed TEXT, read TEXT
) WITHOUT ROWID;
CREATE TABLE responses (
    key TEXT PRIMARY KEY, agent TEXT, moment REAL, provider TEXT, model TEXT, session TEXT,
    branch TEXT, side INTEGER, final INTEGER, searches INTEGER, speed TEXT, worktree TEXT,
    folder TEXT, repo TEXT, service_tier TEXT, inference_geo TEXT, input INTEGER,
    cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER, output INTEGER,
    reasoning INTEGER, told INTEGER
) WITHOUT ROWID;
CREATE INDEX untold ON responses (moment) WHERE told = 0;
CREATE TABLE sessions (session TEXT PRIMARY KEY, form TEXT) WITHOUT ROWID;
"""
_REPLACE = "REPLACE INTO responses VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class Checkpoint(NamedTuple):
    """How far a transcript was read when it had this `stat`.

    `mark` is of the bytes in front of the offset: they differ where the file was rewritten.
    `passed` says what was looked for when responses of other repositories were passed over, and is
    empty where none were. `written` is a Read as JSON, only parsed where the file has changed.
    """

    stat: Stat
    mark: str
    passed: str
    written: str

    @property
    def read(self) -> Read:
        return Read(*json.loads(self.written))


class Memory:
    """The database, opened while the `with` block runs; where that fails, it is as it was saved.

    `is_new` says that there was none. Everything here raises sqlite3.Error.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self.is_new = False

    def __enter__(self) -> Memory:  # noqa: PYI034 - `Self` is not in Python 3.10
        with suppress(FileExistsError):  # for its owner only, as the log is
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        self._connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
        execute = self._connection.execute
        try:
            (version,) = execute("PRAGMA user_version").fetchone()
            self.is_new = version != _VERSION
            if self.is_new:
                self._make()
        except sqlite3.Error:
            self._connection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._connection.commit()
        finally:
            self._connection.close()

    def _make(self) -> None:
        """Make the tables, in place of those of another version."""
        # `executescript` would keep them also where this run is ended before anything is in them.
        self._connection.execute("BEGIN")
        named = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (name,) in self._connection.execute(named).fetchall():
            self._connection.execute(f'DROP TABLE "{name}"')  # no values, and names of our own
        for statement in _SCHEMA.split(";"):
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    def checkpoints(self, paths: Collection[str]) -> Mapping[str, Checkpoint]:
        """Return how far transcripts were read; of those that never were there is nothing."""
        wanted = {_plain(path): path for path in paths}
        rows = self._connection.execute("SELECT * FROM files")
        return {
            wanted[row[0]]: Checkpoint(Stat(*row[1:5]), *row[5:])
            for row in rows
            if row[0] in wanted
        }

    def keep(self, path: str, checkpoint: Checkpoint) -> None:
        row = (_plain(path), *checkpoint.stat, *checkpoint[1:])
        self._connection.execute("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def response(self, key: str) -> Response | None:
        """Return what is known of a response."""
        query = "SELECT * FROM responses WHERE key = ?"
        row = self._connection.execute(query, (_name(key),)).fetchone()
        return None if row is None else _response(row)

    def learn(self, responses: Iterable[Response], *, told: bool = False) -> None:
        """Remember responses as they are now; `told` are those that the usage log has already."""
        rows = ((*_row(one), told) for one in responses)
        self._connection.executemany(_REPLACE, rows)

    def untold(self, most: int) -> list[Response]:
        """Return responses that the usage log has not, or has otherwise, those of old first."""
        query = "SELECT * FROM responses WHERE told = 0 ORDER BY moment, key LIMIT ?"
        return [_response(row) for row in self._connection.execute(query, (most,))]

    def are_told(self, responses: Iterable[Response]) -> None:
        """Remember that the usage log has these as they are known here."""
        told = ((_name(one.key),) for one in responses)
        self._connection.executemany("UPDATE responses SET told = 1 WHERE key = ?", told)

    def tell_again(self) -> None:
        """Take the log for one that has none of the responses."""
        self._connection.execute("UPDATE responses SET told = 0")

    @property
    def told(self) -> Told | None:
        """What the log was when all that is told was in it, `None` where nothing ever was."""
        row = self._connection.execute("SELECT size, mark FROM log").fetchone()
        return None if row is None else Told(*row)

    def save(self, log: Told) -> None:
        """Make what was learned last: `log` has all that is told."""
        self._connection.execute("REPLACE INTO log VALUES (1, ?, ?)", log)
        self._connection.commit()

    def claim(self, session: str, form: str) -> bool:
        """Say whether the responses of a session come from files of this form, the first it had."""
        self._connection.execute("INSERT OR IGNORE INTO sessions VALUES (?, ?)", (session, form))
        query = "SELECT form FROM sessions WHERE session = ?"
        (owner,) = self._connection.execute(query, (session,)).fetchone()
        return bool(owner == form)


def checkpoint(stat: Stat, mark: str, passed: str, read: Read) -> Checkpoint:
    return Checkpoint(stat, mark, passed, json.dumps(read))


def forget(path: str) -> None:
    """Take the database away: whatever it held can be found again."""
    for ending in ("", "-journal"):
        if os.path.lexists(path + ending):
            os.unlink(path + ending)


def _plain(text: str) -> str:
    """Return a text as it can be kept: half a surrogate pair cannot, in JSON it can be written."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _short(text: str) -> str:
    """Return a text that a stranger wrote, cut where it is no name any more."""
    return _plain(text[:_LONGEST_NAME])


def _name(key: str) -> str:
    """Return a key, or what stands for a long one."""
    plain = _plain(key)
    return plain if len(plain) <= _LONGEST_NAME else digest(plain.encode("utf-8"))


def _row(one: Response) -> tuple[object, ...]:
    tokens = one.tokens
    names = (one.provider, one.model, one.session, one.branch)
    places = (one.speed, one.worktree, one.folder, one.repo)
    terms = (one.service_tier, one.inference_geo)
    return (
        *(_name(one.key), one.agent, one.moment),
        *map(_short, names),
        *(one.side, one.final, one.searches),
        *map(_short, (*places, *terms)),
        *(tokens.input, tokens.cache_read, tokens.cache_write_5m, tokens.cache_write_1h),
        *(tokens.output, tokens.reasoning),
    )


def _response(row: tuple[Any, ...]) -> Response:
    key, agent, moment, provider, model, session, branch, side, final, searches = row[:10]
    speed, worktree, folder, repo, tier, geo = row[10:16]
    fresh, read, five, hour, output, reasoning, _ = row[16:]
    return Response(
        key=key,
        agent=agent,
        moment=moment,
        tokens=Tokens(
            input=fresh,
            cache_read=read,
            cache_write_5m=five,
            cache_write_1h=hour,
            output=output,
            reasoning=reasoning,
        ),
        provider=provider,
        model=model,
        session=session,
        branch=branch,
        side=bool(side),
        final=bool(final),
        searches=searches,
        speed=speed,
        service_tier=tier,
        inference_geo=geo,
        worktree=worktree,
        folder=folder,
        repo=repo,
    )
