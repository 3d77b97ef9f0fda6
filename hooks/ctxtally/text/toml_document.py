"""A TOML document that somebody wrote: typed values, and errors that name file, line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from ctxtally.errors import ConfigError
from ctxtally.model.record import dataclass
from ctxtally.text.nearest import nearest
from ctxtally.text.shown import cut, shown
from ctxtally.text.toml_locations import ExcessError, Locations, Position, locate, position_of

if TYPE_CHECKING:
    from collections.abc import Collection

_START = Position(1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(data: bytes, source: str, *, limit: int) -> Table:
    """Parse at most `limit` bytes of UTF-8 TOML; whatever is wrong with them is a ConfigError."""
    text = decoded(data, source, limit)
    try:
        locations = locate(text)
    except ExcessError as error:
        raise refused(source, error.position, str(error), "make it simpler") from error
    return Table(source=source, values=parsed(text, source), locations=locations)


def decoded(data: bytes, source: str, limit: int) -> str:
    """Return the text of a document, line ends as LF."""
    if len(data) > limit:
        message = f"the file has {len(data):,} bytes, more than the {limit:,} that are read"
        raise refused(source, _START, message, "make it shorter")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        position = position_of(before, len(before))
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        raise refused(source, position, message, "save the file as UTF-8") from error
    if text.startswith("\ufeff"):
        message = "the file begins with a byte-order mark"
        raise refused(source, _START, message, "save it as UTF-8 without a byte-order mark")
    return text.replace("\r\n", "\n")


def parsed(text: str, source: str) -> dict[str, object]:
    """Return the values of a document."""
    # Not tomllib: before 2026 its keys are not bounded (python/cpython#149233), 3.10 has none.
    import tomli

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        message = f"this is not valid TOML: {cut(error.msg)}"
        position = Position(error.lineno, error.colno)
        raise refused(source, position, message, "https://toml.io describes the format") from error
    except (ValueError, RecursionError, MemoryError) as error:
        message = f"this cannot be parsed: {cut(str(error) or type(error).__name__)}"
        raise refused(source, _START, message, "make the file simpler") from error


def refused(source: str, position: Position, message: str, help: str) -> ConfigError:  # noqa: A002 - as errors.py
    """Return an error that names its place."""
    return ConfigError(f"{source}:{position.line}:{position.column}: {message}", help=help)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the document, at `path` from its top.

    A getter returns `None` where the key is absent and raises a ConfigError at the key where its
    value has another type.
    """

    source: str
    values: Mapping[str, object]
    locations: Locations
    path: tuple[str | int, ...] = ()

    @property
    def origin(self) -> str:
        """Where the table begins, as `file:line`."""
        return f"{self.source}:{self.locations.find(*self.path).line}"

    @property
    def header(self) -> str:
        """How somebody writes this table: `[tool.ctxtally]`, `[[budget]]`."""
        names = ".".join(step for step in self.path if isinstance(step, str))
        if not names:
            return "the top level"
        return f"[[{names}]]" if isinstance(self.path[-1], int) else f"[{names}]"

    def error(self, message: str, *step: str | int, help: str) -> ConfigError:  # noqa: A002 - as errors.py
        """Return an error at the key or item below this table that `step` leads to."""
        return refused(self.source, self.locations.find(*self.path, *step), message, help)

    def allow(self, keys: Collection[str]) -> None:
        """Refuse any other key."""
        for key in self.values:
            if key in keys:
                continue
            known = ", ".join(sorted(keys))
            meant = nearest(key, keys)
            raise self.error(
                f"`{cut(key)}` is not a key of {self.header}",
                key,
                help=f"did you mean `{meant}`?" if meant else f"its keys are {known}",
            )

    def text(self, key: str) -> str | None:
        """Return a string that is not blank."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._mistaken(key, "a string", f'{key} = "..."')
        if not value.strip():
            raise self._empty(key)
        return value

    def needed(self, key: str) -> str:
        """Return a string that is not blank and must be there."""
        value = self.text(key)
        if value is None:
            raise self.error(f"{self.header} has no `{key}`", help=f'add `{key} = "..."`')
        return value

    def truth(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self._mistaken(key, "true or false", f"{key} = true")

    def day(self, key: str) -> date | None:
        """Return a TOML date, or a string that holds one."""
        value = self.values.get(key)
        # A TOML date with a time is a datetime, which Python takes for a date too.
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        if isinstance(value, str) and _DAY.fullmatch(value):
            with suppress(ValueError):  # such as the 30th of February
                return date.fromisoformat(value)
        raise self._mistaken(key, "a day", f"{key} = 2027-01-31")

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of strings; neither the list nor a string of it may be empty."""
        values = self.values.get(key)
        if values is None:
            return None
        if not isinstance(values, list):
            raise self._mistaken(key, "a list of strings", f'{key} = ["..."]')
        if not values:
            raise self._empty(key)
        for index, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                message = f"`{key}` must hold strings that are not empty, not {shown(value)}"
                raise self.error(message, key, index, help=f'write `{key} = ["..."]`')
        return tuple(values)

    def choice(self, key: str, choices: Collection[str]) -> str | None:
        """Return a string that is one of `choices`."""
        value = self.text(key)
        if value is not None and value not in choices:
            raise self.unknown(value, key, choices=choices)
        return value

    def unknown(self, value: str, key: str, *item: int, choices: Collection[str]) -> ConfigError:
        """Return the error of a value that is none of `choices`."""
        meant = nearest(value, choices)
        listed = ", ".join(f'"{choice}"' for choice in sorted(choices))
        others = f"it can be {listed}" if listed else "there is nothing that it can be"
        return self.error(
            f"`{key}` cannot be {shown(value)}",
            key,
            *item,
            help=f'did you mean "{meant}"?' if meant else others,
        )

    def table(self, key: str) -> Table | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self._mistaken(key, "a table", f"[{key}]")
        return self._below(value, key)

    def tables(self, key: str) -> list[Table]:
        """Return the tables of an array of tables, none where the key is absent."""
        values = self.values.get(key, [])
        if not isinstance(values, list):
            raise self._mistaken(key, "an array of tables", self._below({}, key, 0).header)
        if key in self.values and not values:
            raise self._empty(key)
        found = []
        for index, value in enumerate(values):
            below = self._below({}, key, index)
            if not isinstance(value, Mapping):
                message = f"`{key}` must hold tables, not {shown(value)}"
                raise self.error(message, key, index, help=f"write `{below.header}`")
            found.append(self._below(value, key, index))
        return found

    def _below(self, values: Mapping[str, object], *step: str | int) -> Table:
        path = (*self.path, *step)
        return Table(source=self.source, values=values, locations=self.locations, path=path)

    def _empty(self, key: str) -> ConfigError:
        return self.error(f"`{key}` is empty", key, help=f"fill it in, or leave out `{key}`")

    def _mistaken(self, key: str, wanted: str, example: str) -> ConfigError:
        message = f"`{key}` must be {wanted}, not {shown(self.values[key])}"
        return self.error(message, key, help=f"write `{example}`")
