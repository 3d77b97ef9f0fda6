"""Hold a usage log and a subject against the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.clock import seconds
from ctxtally.model.analysis import Analyzed
from ctxtally.model.batch import Alike
from ctxtally.survey.audit import examine
from ctxtally.survey.basics import basics
from ctxtally.survey.elsewhere import REPO, Elsewhere
from ctxtally.survey.log_remarks import is_there, log_remarks
from ctxtally.survey.look import look
from ctxtally.survey.priced import Pricing
from ctxtally.survey.readers import readers
from ctxtally.survey.stock import stock
from ctxtally.survey.usage import usage_of
from ctxtally.usage.analysis import added_up, asked
from ctxtally.usage.targets import targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.analysis import Dimension, Period
    from ctxtally.model.tree import Tree


def analyzed(
    place: Place, tree: Tree, period: Period, by: Sequence[Dimension], *, own: bool = False
) -> Analyzed:
    """Return where the tokens of a period went, and how the targets stand.

    With `own`, what is of other repositories is left out.
    """
    configured = basics(place)
    log = usage_of(place, configured.ledger)
    pricing = Pricing(configured.prices)
    others = Elsewhere(period, left_out=own)
    alike = Alike(names=(*asked(by), REPO))
    batches = log.batches(pricing.alike(alike) if log.adds_up else alike)
    batches = pricing.batches(others.batches(batches))
    found = added_up(batches, period, by=by, rules=configured.categories, today=place.day)
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
        remarks=(
            *is_there(log.tally),
            *log_remarks(log.tally, found),
            *log.remarks,
            *others.remarks(),
            *pricing.remarks(seconds()),
            *survey.remarks,
        ),
    )
