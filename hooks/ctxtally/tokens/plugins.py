"""Counters that installed packages register under the entry-point group `ctxtally.counters`.

A configuration chooses among installed names, so a repository cannot make a hook import its code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.tokens.engines import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.metadata import EntryPoint

GROUP = "ctxtally.counters"


def installed() -> dict[str, EntryPoint]:
    """Return the registered counters by name; of two with one name, the first by what it imports.

    A name with white space is left out: it could not stand in the count cache.
    """
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP), key=lambda point: point.value, reverse=True)
    return {point.name: point for point in found if point.name.split() == [point.name]}


def version(point: EntryPoint) -> str:
    return "-".join(point.dist.version.split()) if point.dist else "unknown"


def engine(point: EntryPoint) -> Callable[[Sequence[str]], list[int]]:
    """Return what counts texts with the registered `callable(str) -> int`, imported at first use.

    Whatever the foreign code raises becomes an `EngineError`, also what derives from
    `BaseException` alone, as panics of native code do.
    """

    def count_texts(texts: Sequence[str]) -> list[int]:
        try:
            count: Callable[[str], object] = point.load()
            return [_checked(count(text)) for text in texts]
        except (KeyboardInterrupt, SystemExit, EngineError):
            raise
        except BaseException as error:
            raise EngineError(f"{type(error).__name__}: {error}") from error

    return count_texts


def _checked(found: object) -> int:
    # bool is an int to isinstance, and a count of True tokens is a mistake.
    if type(found) is not int or found < 0:
        raise EngineError(f"it returned {found!r}, not a number of tokens")
    return found
