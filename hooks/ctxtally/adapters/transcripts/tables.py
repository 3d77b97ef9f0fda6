"""Reads the databases of agents, without ever writing into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from sqlite3 import Connection

# An agent that is writing lets go within this time, or its database is read the next time.
_WAIT_SECONDS = 1.0


class TableError(Exception):
    """A database cannot be read now; the message says why."""


def rows(path: str, queries: tuple[str, ...], since: object) -> Iterator[Mapping[str, object]]:
    """Yield the rows of the first query that the tables of a database allow.

    Each takes one value: what to read from.
    """
    import sqlite3
    from urllib.parse import quote

    try:
        # A database in WAL mode can only be read where its shared memory may be opened.
        connection = sqlite3.connect(
            f"file:{quote(path)}?mode=ro", uri=True, timeout=_WAIT_SECONDS, isolation_level=None
        )
    except sqlite3.Error as error:
        raise TableError(str(error)) from error
    try:
        connection.row_factory = sqlite3.Row
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for row in _first(connection, queries, since):
            yield dict(row)
    except sqlite3.Error as error:
        raise TableError(str(error)) from error
    finally:
        connection.close()


def _first(
    connection: Connection, queries: tuple[str, ...], since: object
) -> Iterator[Mapping[str, object]]:
    import sqlite3

    for query in queries[:-1]:
        try:
            return iter(connection.execute(query, (since,)))
        except sqlite3.OperationalError as error:
            if not str(error).startswith(("no such column", "no such table")):
                raise
    return iter(connection.execute(queries[-1], (since,)))
