"""Sums up the usage log of a repository."""

from __future__ import annotations

from datetime import timezone, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import ledger, usage_log
from ctxtally.adapters.prices import Prices
from ctxtally.errors import UserError
from ctxtally.model.batch import Alike
from ctxtally.model.spending import Spending
from ctxtally.model.tally import Tally
from ctxtally.survey.basics import basics
from ctxtally.survey.elsewhere import REPO, Elsewhere
from ctxtally.survey.log_remarks import log_remarks
from ctxtally.survey.priced import priced_alike, searches_apart, usd
from ctxtally.survey.spending_remarks import remarks, unmatched
from ctxtally.survey.usage import usage_in
from ctxtally.text.figures import counted
from ctxtally.text.instants import day_in, seconds_of
from ctxtally.text.shown import shown
from ctxtally.usage.commits import Commits, Committed
from ctxtally.usage.records import is_record
from ctxtally.usage.spending import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from ctxtally.adapters.git import Place
    from ctxtally.model.analysis import Period
    from ctxtally.model.batch import Batch
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.usage import Usage

_COMMIT = b'"commit"'
# What each view keeps apart; the quarter of an hour tells the day in each time zone.
_VIEWS = {
    "days": (),
    "sessions": ("session",),
    "models": ("model",),
    "branches": ("branch",),
    "commits": ("commit", "branch", "worktree"),
}


class Question(NamedTuple):
    """What is asked, of one agent or of all; `timezone` is the name of where days begin.

    With `own`, what is of other repositories is left out.
    """

    view: str
    period: Period
    agent: str
    timezone: str
    own: bool = False


def spending(place: Place, question: Question, zone: tzinfo, now: float) -> Spending:
    """Return the table of one view; days begin as in `zone`."""
    period = question.period
    settings = basics(place)
    log = ledger.locate(place, settings.ledger)
    prices = Prices(settings.prices)
    commits = Commits(_committed(log)) if question.view == "commits" else None
    sums = Sums(
        question.view,
        _namer(question.view, zone, commits),
        lambda one: _usd(prices, one),
        lambda one: searches_apart(prices, one),
    )
    records = usage_in(log)
    agents: set[str] = set()
    others = Elsewhere(left_out=question.own)
    alike = Alike(
        names=(*_VIEWS[question.view], "agent", REPO),
        quarters=True,
        bounds=commits.moments if commits else (),
    )
    alike = priced_alike(prices, alike) if records.adds_up else alike
    asked = _asked(_noted(records.batches(alike), agents), question.agent, period, zone)
    sums.take(others.batches(asked))
    return Spending(
        view=question.view,
        rows=sums.rows,
        totals=sums.totals,
        by_method=sums.by_method,
        since=period.since,
        until=period.until,
        timezone=question.timezone,
        zone=zone,
        shown=log.shown,
        prices=_prices(prices, now) if sums.totals.records else "",
        remarks=(
            *unmatched(question.agent, agents),
            *others.remarks(),
            *remarks(sums),
            *filter(None, [log.hint]),
            *log_remarks(records.tally),
        ),
    )


def _noted(batches: Iterator[Batch], agents: set[str]) -> Iterator[Batch]:
    for batch in batches:
        agents.add(batch.usage.agent)
        yield batch


def _asked(batches: Iterator[Batch], agent: str, period: Period, zone: tzinfo) -> Iterator[Batch]:
    bounded = period.since or period.until
    for batch in batches:
        one = batch.usage
        if agent and one.agent != agent:
            continue
        if bounded:
            day = "" if one.moment is None else day_in(one.moment, zone)
            if not day or day < period.since or day > (period.until or day):
                continue
        yield batch


def _namer(view: str, zone: tzinfo, commits: Commits | None) -> Callable[[Usage], str]:
    if commits is not None:
        return commits.of
    if view == "days":
        return lambda one: "" if one.moment is None else day_in(one.moment, zone)
    (field,) = _VIEWS[view]
    return lambda one: str(getattr(one, field))


def _usd(prices: Prices, batch: Batch) -> Decimal | None:
    """Return the cost that records tell, else what their tokens cost on their day."""
    return usd(prices, batch.usage, batch.times) if batch.cost_usd is None else batch.cost_usd


def _prices(prices: Prices, now: float) -> str:
    source = prices.source(now)
    if source.note:
        return source.note
    own = f", and {counted(source.own, 'prices')} of your own" if source.own else ""
    return f"genai-prices {source.version}, as of the day of use{own}"


def _committed(log: Ledger) -> Iterator[Committed]:
    """Yield the commits that the log notes."""
    files = usage_log.paths(log.path)
    for record, _ in usage_log.objects(files, Tally(), is_record, (_COMMIT,)):
        moment = seconds_of(str(record.get("ts")))
        texts = [
            record.get(name)
            for name in ("commit", "branch", "worktree", "instead", "switched_from")
        ]
        commit, *others = (one if isinstance(one, str) else "" for one in texts)
        if record.get("kind") == "commit" and commit and moment is not None:
            yield Committed(moment, commit, *others)


def zone_of(name: str) -> tzinfo:
    """Return where days begin by the name of a place; raises UserError for an unknown one."""
    if name == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(
            f"--timezone {shown(name)} is not known here",
            help="write a name such as Europe/Berlin; on Windows install the package tzdata",
        ) from error
