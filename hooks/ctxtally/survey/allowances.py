"""Hold the usage log against the allowances of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.clock import day, seconds
from ctxtally.errors import UserError
from ctxtally.model.allowance import Checked
from ctxtally.survey.basics import basics
from ctxtally.survey.elsewhere import Elsewhere
from ctxtally.survey.log_remarks import is_there, log_remarks
from ctxtally.survey.priced import Pricing
from ctxtally.survey.usage import usage_of
from ctxtally.usage.allowances import Present, spendings

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place

_DAY_SECONDS = 86_400


def checked(place: Place, at: str | None) -> Checked:
    """Return the allowances as they stand now, or at the end of the day `at` (UTC)."""
    configured = basics(place)
    if not configured.allowances:
        raise UserError(
            "there is no [[allowance]] in ctxtally.toml or pyproject.toml",
            help='add one: name = "month", per = "month", max = "2M tokens"',
        )
    now = seconds()
    present = Present(day=day(now), seconds=now % _DAY_SECONDS) if at is None else Present(day=at)
    log = usage_of(place, configured.ledger)
    pricing = Pricing(configured.prices)
    counts_money = any(one.unit == "USD" for one in configured.allowances)
    others = Elsewhere()
    records = others.records(log.read())
    records = pricing.priced(records) if counts_money else records
    found = spendings(records, configured.allowances, present)
    return Checked(
        day=present.day,
        log=log.shown,
        spendings=tuple(found),
        remarks=(
            *is_there(log.tally),
            *log_remarks(log.tally),
            *others.remarks(),
            *pricing.remarks(now),
        ),
    )
