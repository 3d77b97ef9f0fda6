"""Sums up the usage log of a repository."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import ledger, usage_log
from ctxtally.adapters.prices import Prices
from ctxtally.errors import UserError
from ctxtally.model.spending import Spending
from ctxtally.model.tally import Tally
from ctxtally.survey.basics import basics
from ctxtally.survey.usage import usage_in
from ctxtally.text.figures import counted, told
from ctxtally.text.instants import seconds_of
from ctxtally.text.shown import shown
from ctxtally.usage.commits import Commits, Committed
from ctxtally.usage.records import is_record
from ctxtally.usage.spending import Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxtally.adapters.git import Place
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.usage import Usage

_COMMIT = b'"commit"'
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_MOST_MODELS = 5
_VAGUE = "a total and no buckets"
_UNKNOWN = "no number that can be taken"


class Question(NamedTuple):
    """What is asked: days are texts as the user wrote them, empty where there is no bound."""

    view: str = "days"
    since: str = ""
    until: str = ""
    agent: str = ""
    timezone: str = "UTC"


def spending(place: Place, question: Question, now: float) -> Spending:
    """Return the table of one view; raises UserError for what nobody can take."""
    zone = _zone(question.timezone)
    since, until = (_day(question.since, "--since"), _day(question.until, "--until"))
    if since and until and since > until:
        raise UserError(
            f"--since {since} is later than --until {until}", help="give the earlier day to --since"
        )
    settings = basics(place)
    log = ledger.locate(place, settings.ledger)
    prices = Prices(settings.prices)
    commits = Commits(_committed(log)) if question.view == "commits" else None
    sums = Sums(question.view, _namer(question.view, zone, commits), lambda one: _usd(prices, one))
    records = usage_in(log)
    sums.take(_asked(records.read(), question.agent, _Between(since, until, zone)))
    return Spending(
        view=question.view,
        rows=sums.rows,
        totals=sums.totals,
        by_method=sums.by_method,
        since=str(since or ""),
        until=str(until or ""),
        timezone=question.timezone,
        shown=log.shown,
        prices=_prices(prices, now) if sums.totals.records else "",
        remarks=(*_remarks(sums), *_tally(records.tally, log)),
    )


class _Between(NamedTuple):
    since: date | None
    until: date | None
    zone: tzinfo

    def holds(self, usage: Usage) -> bool:
        if self.since is None and self.until is None:
            return True
        if usage.moment is None:
            return False
        day = _local_day(usage.moment, self.zone)
        return (self.since or day) <= day <= (self.until or day)


def _asked(usages: Iterator[Usage], agent: str, between: _Between) -> Iterator[Usage]:
    for one in usages:
        if between.holds(one) and (not agent or one.agent == agent):
            yield one


def _namer(view: str, zone: tzinfo, commits: Commits | None) -> Callable[[Usage], str]:
    if commits is not None:
        return commits.of
    if view == "days":
        return lambda one: "" if one.moment is None else str(_local_day(one.moment, zone))
    names = {"sessions": "session", "models": "model", "branches": "branch"}
    field = names[view]
    return lambda one: str(getattr(one, field))


def _local_day(moment: float, zone: tzinfo) -> date:
    return (
        (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=moment))
        .astimezone(zone)
        .date()
    )


def _usd(prices: Prices, usage: Usage) -> Decimal | None:
    """Return the cost that a record tells, else what its tokens cost on its day."""
    if usage.cost_usd is not None:
        return Decimal(str(usage.cost_usd))
    if usage.tokens is None or usage.moment is None:
        return None
    return prices.usd(
        usage.tokens, usage.model, usage.moment, provider=usage.provider, speed=usage.speed
    )


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
        texts = [record.get(name) for name in ("commit", "branch", "worktree", "instead")]
        commit, *others = (one if isinstance(one, str) else "" for one in texts)
        if record.get("kind") == "commit" and commit and moment is not None:
            yield Committed(moment, commit, *others)


def _remarks(sums: Sums) -> Iterator[str]:
    whole = sums.totals.total
    for method, tokens in sorted(sums.by_method.items()):
        if method != "reported" and tokens:
            how = {"tokenizer": "counted by a tokenizer", "estimate": "estimated"}
            yield f"{tokens / whole:.1%} of the tokens are {how.get(method, 'of unknown origin')}"
    if sums.totals.unpriced:
        names = sorted(shown(name) if name else "no model" for name in sums.unpriced_models)
        more = f" and {len(names) - _MOST_MODELS} more" if len(names) > _MOST_MODELS else ""
        yield (
            f"unpriced: {counted(sums.totals.unpriced, 'tokens')} "
            f"({sums.totals.unpriced / whole:.1%}), of {', '.join(names[:_MOST_MODELS])}{more}"
        )
    if sums.vague:
        yield told(sums.vague, "records", f"tells {_VAGUE}", f"tell {_VAGUE}")
    if sums.unknown:
        yield told(sums.unknown, "records", f"tells {_UNKNOWN}", f"tell {_UNKNOWN}")
    if sums.undated:
        yield told(sums.undated, "records", "has no time", "have no time")
    if sums.open:
        share = f"({sums.open / sums.totals.records:.1%})"
        yield told(
            sums.open,
            "responses",
            f"{share} was never told to have ended: its output is at least what is shown",
            f"{share} were never told to have ended: their output is at least what is shown",
        )
    if sums.searches:
        many = "1 web search" if sums.searches == 1 else f"{sums.searches:,} web searches"
        yield f"not in the cost, for it is priced apart: {many}"


def _tally(tally: Tally, log: Ledger) -> Iterator[str]:
    if log.hint:
        yield log.hint
    if tally.bad:
        recovered = f"; found in what is broken: {counted(tally.recovered, 'records')}"
        recovered = recovered if tally.recovered else ""
        yield f"{log.shown}: {counted(tally.bad, 'lines')} cannot be read{recovered}"
    if tally.skipped:
        skipped = told(tally.skipped, "records", "tells no tokens", "tell no tokens")
        yield f"{log.shown}: {skipped}"
    if tally.drift:
        drift = told(tally.drift, "fields", "holds", "hold")
        yield f"{log.shown}: {drift} what cannot be taken"


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else _no_day(text, option)
    except ValueError:
        return _no_day(text, option)


def _no_day(text: str, option: str) -> date:
    raise UserError(f"{option} {shown(text)} is no day", help="write a day such as 2026-03-31")


def _zone(name: str) -> tzinfo:
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
