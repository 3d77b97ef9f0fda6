"""Hold a usage log and a subject against the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.analysis import Analyzed
from ctxtally.survey.audit import examine
from ctxtally.survey.basics import basics
from ctxtally.survey.look import look
from ctxtally.survey.recommended import readers
from ctxtally.survey.stock import stock
from ctxtally.survey.usage import usage_of
from ctxtally.text.figures import counted
from ctxtally.usage.analysis import analysis
from ctxtally.usage.tally import MOST_NAMES, OTHERS
from ctxtally.usage.targets import targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.analysis import Analysis, Dimension, Period
    from ctxtally.model.tally import Tally
    from ctxtally.model.tree import Tree


def analyzed(place: Place, tree: Tree, period: Period, by: Sequence[Dimension]) -> Analyzed:
    """Return where the tokens of a period went, and how the targets stand."""
    log = usage_of(place, basics(place).ledger)
    found = analysis(log.read(), period, by=by, today=place.day)
    survey = look(place, tree, thorough=True)
    seen = examine(place, tree)
    tokens = {one.path: one.tokens for one in (*seen.measured.values(), *survey.files)}
    held = stock(survey, tokens, readers(survey.agents, seen))
    return Analyzed(
        subject=survey.subject,
        counter=survey.counter,
        exact=survey.exact,
        log=log.shown,
        tally=log.tally,
        usage=found,
        targets=targets(found, held),
        dimensions=tuple(dict.fromkeys(by)),
        remarks=(*log_remarks(log.tally, found), *survey.remarks),
    )


def log_remarks(tally: Tally, found: Analysis | None = None) -> Iterator[str]:
    """Yield what is worth knowing of a log that was read."""
    if tally.bad:
        back = f"; {counted(tally.recovered, 'records')} in them could be read"
        told = f"{counted(tally.bad, 'lines')} of the log are no JSON"
        yield told + (back if tally.recovered else "")
    if tally.drift:
        yield f"{counted(tally.drift, 'fields')} hold what cannot be taken, and are unknown"
    if tally.skipped:
        yield f"{counted(tally.skipped, 'records')} tell no tokens, and are left out"
    if tally.duplicates:
        yield f"{counted(tally.duplicates, 'records')} say again what another one says better"
    if found is None:
        return
    if found.undated:
        yield f"{counted(found.undated, 'operations')} have no date, and are left out"
    for dimension in found.crowded:
        most = f"more than {MOST_NAMES:,} names"
        yield f"by {dimension}: {most}, the others are added up as {OTHERS}"
