"""Our counts as they are compared with those of a vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.agreement import Totals
from ctxtally.model.record import replace
from ctxtally.tokens.calibration import count_or_guess, describe, estimate
from ctxtally.tokens.counters import DEFAULT
from ctxtally.tokens.families import OPENAI, UNKNOWN, family_of, kind_of
from ctxtally.tokens.models import SHIPPED, encoding_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.agreement import Agreement
    from ctxtally.model.count import Count


def ours(text: str, *, path: str, model: str, family: str) -> Count:
    """Return what we say a file costs `model`; `family` is that of the vendor's current models.

    A model of OpenAI is counted with its encoding, or with an assumed one, which has no band.
    """
    if family != OPENAI:
        return estimate(text, _family(model, family), kind=kind_of(path))
    encoding = _encoding(model)
    count = count_or_guess(encoding or DEFAULT, text)
    if encoding:
        return count
    return replace(count, counter=f"assumed {count.counter}", method="calibrated")


def basis(model: str, family: str) -> str:
    """Say in one line what `ours` is made from."""
    if family != OPENAI:
        named = _family(model, family)
        return f"{named}, {describe(named)}"
    encoding = _encoding(model)
    if encoding:
        return f"{encoding}, exact"
    return f"assumed {DEFAULT}: the encoding of {model} is not known here"


def totals(rows: Sequence[Agreement]) -> Totals | None:
    """Return the totals over `rows`, `None` where there are none; of equals the first is worst."""
    if not rows:
        return None
    errors = [row.error_percent for row in rows]
    return Totals(
        files=len(rows),
        mean_percent=sum(map(abs, errors)) / len(rows),
        bias_percent=sum(errors) / len(rows),
        worst=max(rows, key=lambda row: abs(row.error_percent)),
        in_band=sum(row.in_band for row in rows),
    )


def _family(model: str, family: str) -> str:
    named = family_of(model)
    return family if named == UNKNOWN else named


def _encoding(model: str) -> str | None:
    return SHIPPED.get(encoding_of(model.rpartition("/")[2]) or "")
