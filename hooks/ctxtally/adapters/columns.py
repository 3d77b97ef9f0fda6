"""Lines of usage logs in the columns of DuckDB, on the disk and for one question only.

DuckDB returns NULL for a line that is no JSON and never its bytes, so the lines that are odd are
told by their numbers, and read again where they stand.
"""

from __future__ import annotations

import os
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from duckdb import DuckDBPyConnection

    Row = tuple[Any, ...]

# Each thread takes twice as much for what it reads; no event of ours has more than 64 kB.
_LONGEST_LINE = 4 << 20
# Beyond it DuckDB writes to its folder. Lines of text and what is not counted come on top of it.
_SETTINGS = {
    "threads": "2",
    "memory_limit": "'120MB'",
    "TimeZone": "'UTC'",
    "autoinstall_known_extensions": "false",  # nothing is ever downloaded
    "autoload_known_extensions": "false",
}
_FETCHED = 2_000
_GLOB = frozenset("*?[")
PARQUET = ".parquet"
# What is the same between two bounds that `split` was told.
PIECE = "since"
HELP = "pip install 'ctxtally[scale]'"


class Odd(NamedTuple):
    """The number of a line in its file, from 0 on, and its bytes where it is JSON."""

    line: int
    size: int | None


class TooOddError(Exception):
    """The log is not to be read this way; the message says why."""


def is_installed() -> bool:
    """Say whether DuckDB is installed."""
    from importlib.util import find_spec

    return find_spec("duckdb") is not None


class Table:
    """The lines of some files; it lives while the `with` block runs."""

    def __init__(self, keys: Sequence[str], expressions: Mapping[str, str]) -> None:
        self._pointers = ", ".join(f"'/{key}'" for key in keys)
        self._expressions = ", ".join(f"{sql} AS {name}" for name, sql in expressions.items())
        self._files: list[int] = [0]
        self._joined = "record"

    def __enter__(self) -> Table:  # noqa: PYI034 - `Self` is not in Python 3.10
        from tempfile import TemporaryDirectory

        self._folder = TemporaryDirectory(prefix="ctxtally-", ignore_cleanup_errors=True)
        self._connection = connected(self._folder.name)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._folder.cleanup()

    @property
    def lines(self) -> int:
        return self._files[-1]

    def load(self, path: str) -> int:
        """Add the lines of a file and return how many there are; raises TooOddError."""
        source, given = lines_of(path)
        query = (
            f"WITH lines AS (SELECT json::VARCHAR AS j, "
            f"json_extract(json, [{self._pointers}])::VARCHAR[] AS e FROM {source}) "
            f"SELECT {self._expressions}, strlen(j) AS size FROM lines"
        )
        verb = "INSERT INTO record" if self._files[1:] else "CREATE TABLE record AS"
        self._run(f"{verb} {query}", given)
        [(lines,)] = self._run("SELECT count(*) FROM record").fetchall()
        self._files.append(lines)
        return int(lines) - self._files[-2]

    def states(self) -> dict[int, int]:
        """Return how many lines there are of each state."""
        return dict(self._run("SELECT state, count(*) FROM record GROUP BY state").fetchall())

    def mark(self, odd: int, told: Iterable[str]) -> None:
        """Call those lines odd as well whose id or key is there twice, or among `told`."""
        self._run("CREATE TABLE twice (name UBIGINT)")
        for column in ("id", "key"):
            self._run(
                f"INSERT INTO twice SELECT {column} FROM record WHERE {column} IS NOT NULL "
                f"AND state <> {odd} GROUP BY {column} HAVING count(*) > 1"
            )
        self._run("INSERT INTO twice SELECT hash(unnest(?::VARCHAR[]))", [list(told)])
        self._run(
            f"UPDATE record SET state = {odd} WHERE state <> {odd} AND "
            "(id IN (SELECT name FROM twice) OR key IN (SELECT name FROM twice))"
        )

    def odd(self, index: int, odd: int) -> Iterator[Odd]:
        """Yield the odd lines of a file, in their order."""
        first, end = self._files[index : index + 2]
        cursor = self._connection.cursor()
        found = cursor.execute(
            f"SELECT rowid - {first}, size FROM record WHERE state = {odd} "
            f"AND rowid >= {first} AND rowid < {end} ORDER BY rowid"
        )
        while rows := found.fetchmany(_FETCHED):
            yield from (Odd(*row) for row in rows)

    def split(self, step_seconds: int, bounds: Iterable[float]) -> None:
        """Tell apart, as PIECE, what is before and after moments within the same step of time.

        Few steps have a bound in them, so this is a join with a small table.
        """
        self._run("CREATE TABLE piece (step DOUBLE, since DOUBLE, until DOUBLE)")
        steps: dict[float, list[float]] = {}
        for bound in bounds:
            steps.setdefault(bound // step_seconds, []).append(bound)
        for step, within in steps.items():
            ends = [-inf, *within, inf]
            self._connection.executemany(
                "INSERT INTO piece VALUES (?, ?, ?)",
                [[step, since, until] for since, until in pairwise(ends)],
            )
        self._joined = (
            f"record LEFT JOIN piece ON floor(epoch(moment) / {step_seconds}) = step "
            "AND since < epoch(moment) AND epoch(moment) <= until"
            if steps
            else "record, (SELECT NULL AS since)"
        )

    def groups(self, keys: Sequence[str], sums: Sequence[str], where: str) -> Iterator[Row]:
        """Yield sums of what has the same keys, in the order in which each is there first."""
        query = (
            f"SELECT {', '.join((*keys, *sums))} FROM {self._joined} WHERE {where} "
            "GROUP BY ALL ORDER BY min(record.rowid)"
        )
        found = self._run(query)
        while rows := found.fetchmany(_FETCHED):
            yield from rows

    def _run(self, query: str, given: Sequence[object] = ()) -> DuckDBPyConnection:
        return run(self._connection, query, given)


def connected(folder: str) -> DuckDBPyConnection:
    """Return a connection to a database in a folder that is ours alone."""
    import duckdb

    connection = duckdb.connect(os.path.join(folder, "lines.db"))
    for name, value in _SETTINGS.items():
        connection.execute(f"SET {name} = {value}")
    connection.execute("SET temp_directory = ?", [folder])
    return connection


def run(
    connection: DuckDBPyConnection, query: str, given: Sequence[object] = ()
) -> DuckDBPyConnection:
    """Run a query; raises TooOddError where DuckDB cannot."""
    import duckdb

    try:
        return connection.execute(query, list(given))
    except duckdb.Error as error:
        first, *_ = str(error).splitlines() or [type(error).__name__]
        raise TooOddError(first) from error


def lines_of(path: str) -> tuple[str, list[str]]:
    """Return where DuckDB finds the lines of a file, as SQL with parameters; raises TooOddError."""
    if _GLOB & set(path):
        raise TooOddError(f"DuckDB takes `{path}` for a pattern")
    if path.endswith(PARQUET):
        return "(SELECT line::JSON AS json FROM read_parquet(?))", [path]
    options = f"ignore_errors = true, maximum_object_size = {_LONGEST_LINE}"
    return f"read_ndjson_objects(?, {options})", [path]
