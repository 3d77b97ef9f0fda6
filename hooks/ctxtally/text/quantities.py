"""How somebody writes an amount: 6000, "6k tokens", "32 KiB", "5% of 200k", "120% of estimate"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from ctxtally.model.budget import WHOLE, Bound
from ctxtally.text.figures import LARGEST
from ctxtally.text.nearest import nearest
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.model.budget import Unit

FORMS = (
    '6000, "6k tokens", "32 KiB", "12,000 chars", "200 lines", "5% of 200k", '
    '"90%" (of `max`), "120% of estimate", "100% of token_budget" or "15% of total"'
)

Base = Literal["max", "estimate", "token_budget", "total"]
_BASES: tuple[Base, ...] = ("max", "estimate", "token_budget", "total")

_UNITS: dict[str, tuple[Unit, int]] = {
    "tokens": ("tokens", 1),
    "token": ("tokens", 1),
    "chars": ("chars", 1),
    "char": ("chars", 1),
    "lines": ("lines", 1),
    "line": ("lines", 1),
    "bytes": ("bytes", 1),
    "byte": ("bytes", 1),
    "B": ("bytes", 1),
    "kB": ("bytes", 1_000),
    "KiB": ("bytes", 1_024),
    "MB": ("bytes", 1_000_000),
    "MiB": ("bytes", 1_048_576),
}
_MULTIPLIERS = {"k": 1_000, "K": 1_000, "M": 1_000_000}

_AMOUNT = re.compile(r"([0-9][0-9.,_]*) *(.*)", re.DOTALL)
_SHARE = re.compile(r"([0-9][0-9.,_]*) *%(?: +of +(.+))?", re.DOTALL)
_WHOLE = re.compile(r"0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?:_[0-9]{3})+")
_PERCENT = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]{1,2}))?")


class QuantityError(ValueError):
    """Not an amount, with the reason; `help` says what was probably meant and what can be."""

    def __init__(self, reason: str, *, meant: str | None = None) -> None:
        super().__init__(reason)
        question = f'did you mean "{meant}"? ' if meant else ""
        self.help = f"{question}write {FORMS}"


def quantity(value: object, *, lower: bool = False) -> Bound:
    """Read a limit; a number alone counts tokens.

    A share of a window becomes whole tokens: rounded down, or up for a `lower` bound, so that what
    is allowed is never widened. A share of something else keeps its base in `of`.

    >>> quantity("32 KiB").amount, quantity("2.5% of 200k").amount, quantity("90%").of
    (32768, 5000, 'max')
    """
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise QuantityError("it is neither a whole number nor a string")
    text = str(value).strip()
    share = _SHARE.fullmatch(text)
    if share is None:
        unit, amount = _absolute(text)
        return Bound(text=text, unit=unit, amount=amount)
    points, base = _points(share[1]), share[2] or "max"
    if base in _BASES:
        return Bound(text=text, unit="tokens", amount=points, of=cast("Base", base))
    window = _window(base)
    amount = -(-points * window // WHOLE) if lower else points * window // WHOLE
    return Bound(text=text, unit="tokens", amount=_bounded(amount), window=window)


def _absolute(text: str) -> tuple[Unit, int]:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        negative = text.startswith("-")
        raise QuantityError("it is negative" if negative else "it does not begin with a number")
    number, written = found.groups()
    unit, factor = _unit(written)
    if _WHOLE.fullmatch(number) is None:
        raise QuantityError(f"{shown(number)} is not a whole number")
    return unit, _bounded(_number(number.replace(",", "").replace("_", "")) * factor)


def _unit(written: str) -> tuple[Unit, int]:
    if written in _UNITS:
        return _UNITS[written]
    if not written:
        return "tokens", 1
    if "%" in written:
        raise QuantityError('after "%" comes nothing, or "of" and what it is a share of')
    counted = _UNITS.get(written[1:].strip() or "tokens")
    # Not "KB": some read 1,000 bytes, some 1,024.
    if written[0] in _MULTIPLIERS and counted and counted[0] != "bytes":
        return counted[0], _MULTIPLIERS[written[0]]
    raise QuantityError(f"{shown(written)} is not a unit", meant=nearest(written, _UNITS))


def _points(number: str) -> int:
    """Return a percentage in ten-thousandths of the whole."""
    found = _PERCENT.fullmatch(number)
    if found is None:
        raise QuantityError(f"{shown(number)} is not a percentage with at most two decimals")
    return _bounded(_number(found[1] + (found[2] or "").ljust(2, "0")))


def _window(base: str) -> int:
    if not base[0].isdigit():
        reason = f"there are no shares of {shown(base)}"
        raise QuantityError(reason, meant=nearest(base, _BASES))
    unit, window = _absolute(base)
    if unit != "tokens":
        raise QuantityError(f"a share is of a window in tokens, not of {shown(base)}")
    return window


def _number(digits: str) -> int:
    # 17 digits are too many already, and beyond 4,300 int() fails.
    return int(digits[:17])


def _bounded(amount: int) -> int:
    if amount > LARGEST:
        raise QuantityError(f"it is more than {LARGEST:,}")
    return amount
