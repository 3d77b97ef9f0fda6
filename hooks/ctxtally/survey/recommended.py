"""What would save tokens in one subject, from every feature that can tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

from ctxtally.adapters import promises as written
from ctxtally.adapters.trees import Index
from ctxtally.budget import savings as budgets
from ctxtally.catalog import savings as catalogs
from ctxtally.model.analysis import Period
from ctxtally.model.batch import Alike
from ctxtally.model.record import replace
from ctxtally.model.saving import Priority, Recommended
from ctxtally.redundancy import savings as repetition
from ctxtally.survey.audit import examine
from ctxtally.survey.basics import basics
from ctxtally.survey.details import details
from ctxtally.survey.elsewhere import REPO, Elsewhere
from ctxtally.survey.forms import forms
from ctxtally.survey.log_remarks import log_remarks
from ctxtally.survey.look import look
from ctxtally.survey.readers import at_work, readers
from ctxtally.survey.redundant import redundancy
from ctxtally.survey.stock import stock
from ctxtally.survey.usage import usage_of
from ctxtally.usage.advice import advice
from ctxtally.usage.analysis import added_up, asked
from ctxtally.usage.mentions import mentions
from ctxtally.usage.promises import settled, to_tell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.model.analysis import Analysis, Dimension, Stock
    from ctxtally.model.promise import Promise
    from ctxtally.model.saving import Saving
    from ctxtally.model.survey import Survey
    from ctxtally.model.tree import Tree
    from ctxtally.survey.audit import Examined

# Who has a file read at its start matters only in the sessions of these.
_BY: tuple[Dimension, ...] = ("agent",)


def recommended(place: Place, tree: Tree, period: Period) -> Recommended:
    """Return the savings, ranked: by what the usage log says of them, where it does."""
    survey = look(place, tree, thorough=True)
    seen = examine(place, tree)
    read_by = readers(survey.agents, seen)
    configured = basics(place)
    log = usage_of(place, configured.ledger)
    others = Elsewhere(period, left_out=True)
    batches = others.batches(log.batches(Alike(names=(*asked(_BY), REPO))))
    usage = added_up(batches, period, by=_BY, rules=configured.categories)
    tokens = {one.path: one.tokens for one in (*seen.measured.values(), *survey.files)}
    named = mentions(usage.by["operation"], tokens)
    agents = {one.loads.agent for one in survey.agents}
    stand = [_weighed(one, usage, named, agents) for one in ranked(_savings(survey, seen), read_by)]
    held = stock(survey, tokens, read_by)
    savings = sorted([*stand, *_advised(usage, survey, held, stand)], key=_weight)
    remarks = [*log_remarks(log.tally, usage), *log.remarks, *others.remarks(), *survey.remarks]
    promises: tuple[Promise, ...] = ()
    # Of another subject, or of a part of the log, nobody could say later what came of it.
    if isinstance(tree, Index) and period == Period():
        promises = _promises(place, stand, tokens, remarks)
    return Recommended(
        subject=survey.subject,
        counter=survey.counter,
        exact=survey.exact,
        savings=tuple(savings),
        remarks=tuple(remarks),
        log=log.shown,
        usage=usage if usage.whole.operations else None,
        promises=promises,
    )


def _advised(
    usage: Analysis, survey: Survey, held: Stock, stand: Iterable[Saving]
) -> Iterator[Saving]:
    """Yield what the log says, held against the files as they are."""
    repeated = survey.repeated.whole.ratio if survey.repeated else None
    forms = (one for one in stand if (one.rule, one.path) == (catalogs.RULE, held.manifest_path))
    smaller = next((one.command for one in forms), "")
    return advice(usage, repeated, held, smaller)


def _weighed(
    one: Saving, usage: Analysis, named: Mapping[str, int], agents: Collection[str]
) -> Saving:
    """Return a saving with its priority, and how often the log says that it would have been."""
    if not one.readers:
        times = named.get(one.path)
        return replace(
            one, priority="medium", times=times, basis="operations in the usage log that name it"
        )
    every, times = usage.sessions.count, at_work(one.readers, usage, agents)
    whose = "" if times == every else f" of its readers, of {every:,}"
    return replace(
        one, priority="high", times=times or None, basis=f"sessions{whose} in the usage log"
    )


def _weight(one: Saving) -> tuple[int, int]:
    return get_args(Priority).index(one.priority), -(one.estimate or 0)


def _promises(
    place: Place, savings: Iterable[Saving], tokens: Mapping[str, int], remarks: list[str]
) -> tuple[Promise, ...]:
    known = written.load(place)
    promises = settled(known, savings, tokens, place.day)
    if promises != known and not written.keep(place, promises):
        remarks.append("what is recommended cannot be written down, so nobody will say what came")
    return to_tell(promises, place.day)


def _savings(survey: Survey, seen: Examined) -> Iterator[Saving]:
    yield from catalogs.savings(forms(seen))
    # What a waiver allows on purpose is a note.
    allowed = {(one.budget, one.path) for one in survey.findings if one.level == "note"}
    broken = [one for one in survey.outcomes if (one.budget.name, one.path) not in allowed]
    known = details(seen.meter, seen.ground.tracked.entries, broken)
    yield from budgets.savings(broken, known)
    agents = seen.ground.settings.agents
    yield from repetition.savings(redundancy(seen.ground, seen.meter, agents=agents))


def ranked(savings: Iterable[Saving], readers: Mapping[str, tuple[str, ...]]) -> list[Saving]:
    """Return the savings with who reads their files at every start, the greatest there first.

    Of several goals for one file the furthest stands, with what the other savings leave of it.
    """
    found = [replace(one, readers=one.readers or readers.get(one.path, ())) for one in savings]
    stand = [one for one in found if not one.goal]
    reached = Counter[str]()
    for one in stand:
        reached[one.path] += one.tokens
    goals = {one.path: one for one in sorted(found, key=lambda one: one.tokens) if one.goal}
    stand += [
        replace(one, tokens=one.tokens - reached[one.path])
        for one in goals.values()
        if one.tokens > reached[one.path]
    ]
    return sorted(stand, key=lambda one: (-one.at_start, -one.tokens, one.path, one.line or 0))
