"""Lines of a log in a Parquet file: one column holds each line as it was written."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ctxtally.adapters.columns import HELP, TooOddError, connected, is_installed, lines_of, run
from ctxtally.errors import UserError
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

_FETCHED = 2_000
# So many lines of some hundred bytes are held until they are compressed.
_ROW_GROUP = 10_000


def lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a Parquet file; raises UserError where nobody can read it."""
    if not is_installed():
        raise UserError(f"{printable(path)} is Parquet, which is read with DuckDB", help=HELP)
    if not os.path.isfile(path):
        raise FileNotFoundError(2, os.strerror(2), path)
    with TemporaryDirectory(prefix="ctxtally-", ignore_cleanup_errors=True) as folder:
        connection = connected(folder)
        try:
            yield from _lines(connection, path)
        finally:
            connection.close()


def _lines(connection: DuckDBPyConnection, path: str) -> Iterator[bytes]:
    source, given = lines_of(path)
    try:
        found = run(connection, f"SELECT json::VARCHAR FROM {source}", given)
    except TooOddError as error:
        raise UserError(
            f"{printable(path)} cannot be read: {error}", help="take it away, or bring a copy back"
        ) from error
    while rows := found.fetchmany(_FETCHED):
        for (line,) in rows:
            yield line.encode("utf-8") + b"\n"


def write(
    path: str, target: str, keys: Sequence[str], expressions: Mapping[str, str], taken: int
) -> None:
    """Write the lines of a log that are JSON to a new file; raises TooOddError.

    Beside `line` there are the columns of `expressions`, without a value where the state of a line
    is not `taken`.
    """
    source, given = lines_of(path)
    pointers = ", ".join(f"'/{key}'" for key in keys)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in expressions.items())
    named = ", ".join(
        f"CASE WHEN state = {taken} THEN {name} END AS {name}"
        for name in expressions
        if name != "state"
    )
    query = (
        f"WITH lines AS (SELECT json::VARCHAR AS j, "
        f"json_extract(json, [{pointers}])::VARCHAR[] AS e FROM {source}), "
        f"record AS (SELECT j AS line, {columns} FROM lines WHERE j IS NOT NULL) "
        f"SELECT line, {named} FROM record"
    )
    quoted = target.replace("'", "''")
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}"
    with TemporaryDirectory(prefix="ctxtally-", ignore_cleanup_errors=True) as folder:
        connection = connected(folder)
        try:
            run(connection, "SET threads = 1")  # each holds a row group
            run(connection, f"COPY ({query}) TO '{quoted}' ({options})", given)
        finally:
            connection.close()
