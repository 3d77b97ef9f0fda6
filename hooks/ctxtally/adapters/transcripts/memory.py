"""What was read of transcripts so far: how far each was read, and the responses that were found.

A database in the git directory. It can be taken away at any time: the responses are in the usage
log, and transcripts are then read again from their beginning.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters.digest import digest
from ctxtally.adapters.transcripts.checking import Told
from ctxtally.model.transcript import Read, Stat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType

# What strangers call things is shorter: a branch has at most some 240 bytes.
_LONGEST_NAME = 256
_VERSION = 4
# Keys that are looked up at a time: SQLite takes as many as this in every build of it.
_KEYS = 500
# Nobody else writes it but those who hold our lock.
_WAIT_SECONDS = 1.0
_SCHEMA = """
CREATE TABLE log (one INTEGER PRIMARY KEY, size INTEGER, mark TEXT);
CREATE TABLE files (
    path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, changed INTEGER,
    mark TEXT, passed TEXT, read TEXT
) WITHOUT ROWID;
CREATE TABLE responses (key TEXT PRIMARY KEY, moment REAL, body TEXT) WITHOUT ROWID;
CREATE TABLE sessions (session TEXT PRIMARY KEY, form TEXT) WITHOUT ROWID;
"""
_KEPT = "SELECT key, moment, body FROM responses"


class Kept(NamedTuple):
    """A response as the usage log tells it: `body` are the members of its event."""

    key: str
    moment: float
    body: str


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

    def unchanged(self, stats: Mapping[str, Stat], scope: str) -> set[str]:
        """Return the paths of transcripts that were read as they are, looking for as much."""
        wanted = {_plain(path): path for path in stats}
        rows = self._connection.execute(
            "SELECT path, device, inode, size, changed FROM files WHERE passed IN ('', ?)", (scope,)
        )
        return {
            wanted[path]
            for path, *stat in rows
            if path in wanted and stats[wanted[path]] == (*stat,)
        }

    def checkpoint(self, path: str) -> Checkpoint | None:
        """Return how far a transcript was read, `None` where it never was."""
        query = "SELECT * FROM files WHERE path = ?"
        row = self._connection.execute(query, (_plain(path),)).fetchone()
        return None if row is None else Checkpoint(Stat(*row[1:5]), *row[5:])

    def keep(self, path: str, checkpoint: Checkpoint) -> None:
        row = (_plain(path), *checkpoint.stat, *checkpoint[1:])
        self._connection.execute("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def responses(self, keys: Iterable[str]) -> Iterator[Kept]:
        """Yield what is known of responses."""
        wanted = list(keys)
        for start in range(0, len(wanted), _KEYS):
            some = wanted[start : start + _KEYS]
            yield from self._kept(f"{_KEPT} WHERE key IN ({','.join('?' * len(some))})", *some)

    def _kept(self, query: str, *values: object) -> list[Kept]:
        return list(map(Kept._make, self._connection.execute(query, values)))

    def all(self, most: int) -> Iterator[list[Kept]]:
        """Yield all that is known, so many at a time; in between some may be learned."""
        query, last = f"{_KEPT} WHERE key > ? ORDER BY key LIMIT ?", ""
        while some := self._kept(query, last, most):
            yield some
            last = some[-1].key

    def learn(self, responses: Iterable[Kept]) -> None:
        """Remember what the usage log tells of responses."""
        self._connection.executemany("REPLACE INTO responses VALUES (?, ?, ?)", responses)

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


def short(text: str) -> str:
    """Return a text that a stranger wrote, cut where it is no name any more."""
    return _plain(text[:_LONGEST_NAME])


def name(key: str) -> str:
    """Return a key, or what stands for a long one."""
    plain = _plain(key)
    return plain if len(plain) <= _LONGEST_NAME else digest(plain.encode("utf-8"))
