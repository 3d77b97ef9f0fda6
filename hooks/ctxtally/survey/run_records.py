"""The records of a run, with what they cost, and what could not be taken of them."""

from __future__ import annotations

import os
from json import dumps
from typing import TYPE_CHECKING

from ctxtally.adapters import run_files, usage_log
from ctxtally.adapters.append import write_lines
from ctxtally.errors import UserError
from ctxtally.model.record import replace
from ctxtally.model.run import Priced
from ctxtally.model.tally import Tally
from ctxtally.runs.summary import summarised
from ctxtally.survey.priced import usd
from ctxtally.text.figures import counted
from ctxtally.text.redaction import redacted
from ctxtally.text.terminal import printable
from ctxtally.usage.records import is_record, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.adapters.prices import Prices
    from ctxtally.model.run import RunTokenStats
    from ctxtally.model.usage import Usage


def logged(path: str, run_id: str, phase: str, prices: Prices) -> tuple[RunTokenStats, list[str]]:
    """Return what was logged in the directory of a run, and what could not be taken of it."""
    try:
        return priced_records(path, run_id, phase, prices)
    except OSError as error:
        raise UserError(
            f"{printable(str(run_files.records(path)))} cannot be read: {error.strerror or error}",
            help="make it readable, or take it away",
        ) from error


def priced_records(
    path: str, run_id: str, phase: str, prices: Prices
) -> tuple[RunTokenStats, list[str]]:
    log, tally = run_files.records(path), Tally()
    usages = list(_usages(log, tally)) if log else []
    stats = summarised(run_id, phase, [_priced(one, prices) for one in usages])
    return stats, list(_remarks(tally, usages))


def _priced(usage: Usage, prices: Prices) -> Priced:
    tokens, told = usage.tokens, usage.cost_usd
    if told is None and tokens is not None and not tokens.total:
        told = 0.0  # what took nothing costs nothing, whoever did it
    if told is not None:
        from decimal import Decimal

        return Priced(usage=usage, cost_usd=Decimal(str(told)), recorded=True)
    return Priced(usage=usage, cost_usd=usd(prices, usage), recorded=False)


def append(path: str, record: Mapping[str, object]) -> None:
    """Append a record to those of a run; raises LogError."""
    log = os.path.join(path, run_files.RECORDS)
    safe = {key: redacted(one) if isinstance(one, str) else one for key, one in record.items()}
    write_lines(log, printable(log), [dumps(safe)])


def _usages(log: str, tally: Tally) -> Iterator[Usage]:
    for record, twice in usage_log.objects([log], tally, is_record):
        found = read(record, twice)
        tally.drift += found.drift
        tally.skipped += found.usage is None
        if found.usage is not None:
            yield _free(found.usage) if _is_free(record) else found.usage


def _is_free(record: Mapping[str, object]) -> bool:
    """Say whether the tracker of a run states that an operation cost nothing.

    In logs of other programs 0 is what stands where no price is known.
    """
    cost = record.get("cost_usd")
    return isinstance(cost, str) and cost in ("0", "0.0")


def _free(usage: Usage) -> Usage:
    return replace(usage, cost_usd=usage.cost_usd or 0.0)


def _remarks(tally: Tally, usages: Sequence[Usage]) -> Iterator[str]:
    if tally.bad:
        told = f"{counted(tally.bad, 'lines')} of {run_files.RECORDS} could not be read"
        within = f", {counted(tally.recovered, 'records')} within them could"
        yield told + (within if tally.recovered else "")
    if tally.drift:
        yield f"{counted(tally.drift, 'fields')} could not be taken, so unknown"
    if tally.skipped:
        yield f"{counted(tally.skipped, 'records')} without tokens left out"
    parts = [one for one in usages if one.tokens and one.total is not None]
    other = sum(one.total != one.tokens.total for one in parts if one.tokens)
    if other:
        yield f"{counted(other, 'records')} with a total that is not its sum; the sum counts"
    whole = sum(one.tokens is None and one.total is not None for one in usages)
    if whole:
        yield f"{counted(whole, 'records')} with a total alone: neither input nor output"
    unknown = sum(one.tokens is None and one.total is None for one in usages)
    if unknown:
        yield f"{counted(unknown, 'records')} with unknown tokens"
