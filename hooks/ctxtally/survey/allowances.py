"""Hold the usage log against the allowances of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.clock import day, seconds
from ctxtally.errors import UserError
from ctxtally.model.allowance import Checked
from ctxtally.model.record import replace
from ctxtally.survey.basics import basics
from ctxtally.survey.elsewhere import REPO, Elsewhere
from ctxtally.survey.log_remarks import is_there, log_remarks
from ctxtally.survey.priced import Pricing
from ctxtally.survey.usage import usage_of
from ctxtally.usage.allowances import asked, held
from ctxtally.usage.present import DAY_SECONDS, Present

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place


def checked(place: Place, at: str | None) -> Checked:
    """Return the allowances as they stand now, or at the end of the day `at` (UTC)."""
    configured = basics(place)
    if not configured.allowances:
        raise UserError(
            "there is no [[allowance]] in ctxtally.toml or pyproject.toml",
            help='add one: name = "month", per = "month", max = "2M tokens"',
        )
    now = seconds()
    present = _present(now, at)
    log = usage_of(place, configured.ledger)
    pricing = Pricing(configured.prices)
    counts_money = any(one.unit == "USD" for one in configured.allowances)
    others = Elsewhere()
    alike = asked(configured.allowances, present)
    alike = replace(alike, names=(*alike.names, REPO))
    if counts_money and log.adds_up:
        alike = pricing.alike(alike)
    batches = others.batches(log.batches(alike))
    batches = pricing.batches(batches) if counts_money else batches
    found = held(batches, configured.allowances, present)
    return Checked(
        day=present.day,
        log=log.shown,
        spendings=found.spendings,
        left_out=found.left_out,
        remarks=(
            *is_there(log.tally),
            *log_remarks(log.tally),
            *log.remarks,
            *others.remarks(),
            *pricing.remarks(now),
        ),
    )


def _present(now: float, at: str | None) -> Present:
    today = day(now)
    if at is not None and at > today:
        raise UserError(
            f"--day {at} is to come, and what is used until then is not known; "
            f"today is {today} (UTC)",
            help="leave it out to judge now",
        )
    if at is None:
        return Present(day=today, seconds=now % DAY_SECONDS, now=now)
    return Present(day=at, now=now if at == today else None)
