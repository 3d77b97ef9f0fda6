"""Reads the tables of a profile key by key and says what is wrong with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from ctxtally.model.record import dataclass
from ctxtally.text.nearest import nearest
from ctxtally.text.shown import cut, shown
from ctxtally.text.toml_document import decoded, parsed, refused
from ctxtally.text.toml_locations import locate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.errors import ConfigError

# The product's bound for its own TOML: tomli 2.5.0 needs 0.34 s for the worst keys in 64 kB.
MAX_BYTES = 64 * 1024

_Choice = TypeVar("_Choice", bound=str)


def parse_toml(data: bytes, source: str) -> Table:
    """Return the top table of a TOML document; `source` is how messages name it."""
    text = decoded(data, source, MAX_BYTES)
    document = Document(source=source, text=text)
    return Table(parsed(text, source), path=(), document=document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What messages need.

    Places are looked for only once there is something to complain of: the shipped profiles are
    parsed at each start, and looking takes longer than parsing them.
    """

    source: str
    text: str

    def error(self, message: str, *path: str | int, help: str) -> ConfigError:  # noqa: A002 - as errors.py
        return refused(self.source, locate(self.text).find(*path), message, help)


class Table:
    """One table: every key is asked for once, then `done` refuses the keys nobody asked for."""

    def __init__(
        self, values: Mapping[str, object], *, path: tuple[str | int, ...], document: Document
    ) -> None:
        self._values = values
        self._path = path
        self._document = document
        self._asked: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "a string", value)
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of strings; a single string is a list of one."""
        value = self._get(key, default)
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list | tuple):
            raise self.wrong(key, "a list of strings", value)
        texts = tuple(item for item in value if isinstance(item, str))
        if len(texts) != len(value):
            raise self.wrong(key, "a list of strings", value)
        return texts

    def choice(
        self, key: str, options: Sequence[_Choice], default: _Choice | None = None
    ) -> _Choice:
        return self._one_of(key, self.text(key, default), options)

    def choices(
        self, key: str, options: Sequence[_Choice], default: tuple[_Choice, ...] | None = None
    ) -> tuple[_Choice, ...]:
        return tuple(self._one_of(key, text, options) for text in self.texts(key, default))

    def flag(self, key: str) -> bool:
        value = self._get(key, default=False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", value)
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(key, "a whole number", value)
        return value

    def day(self, key: str) -> date:
        value = self._get(key, None)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(key, "a date such as 2026-11-20", value)
        return value

    def table(self, key: str) -> Table | None:
        """Return a table below, `None` where it is absent."""
        value = self._get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a table", value)
        return Table(value, path=(*self._path, key), document=self._document) if value else None

    def tables(self, key: str) -> list[Table]:
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, "a list of tables", value)
        return [
            Table(item, path=(*self._path, key, at), document=self._document)
            for at, item in enumerate(value)
        ]

    def done(self) -> None:
        """Refuse the first key that was never asked for."""
        unknown = next((key for key in self._values if key not in self._asked), None)
        if unknown is None:
            return
        meant = nearest(unknown, self._asked)
        known = ", ".join(sorted(self._asked))
        raise self.error(
            f"`{cut(unknown)}` is not a key here",
            unknown,
            help=f"did you mean `{meant}`?" if meant else f"its keys are {known}",
        )

    def error(self, message: str, *step: str | int, help: str) -> ConfigError:  # noqa: A002 - as errors.py
        """Return an error at the key below this table that `step` leads to."""
        return self._document.error(message, *self._path, *step, help=help)

    def wrong(self, key: str, wanted: str, found: object) -> ConfigError:
        """Return the error for a value that is not what was wanted, `None` for one that lacks."""
        if found is None:
            return self.error(f"`{key}` is missing", key, help=f"add {wanted}")
        return self.error(
            f"`{key}` must be {wanted}, not {shown(found)}", key, help=f"write {wanted}"
        )

    def _get(self, key: str, default: object) -> object:
        self._asked.add(key)
        return self._values.get(key, default)

    def _one_of(self, key: str, text: str, options: Sequence[_Choice]) -> _Choice:
        found = next((option for option in options if option == text), None)
        if found is None:
            raise self.wrong(key, f"one of {', '.join(options)}", text)
        return found
