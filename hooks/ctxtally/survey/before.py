"""What has become of budgets since the base of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.trees import Index
from ctxtally.adapters.verdict import since_head
from ctxtally.budget.growth import from_most
from ctxtally.model.record import replace
from ctxtally.survey.base import bases
from ctxtally.survey.ground import ground
from ctxtally.survey.past import past

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.trees import Revision
    from ctxtally.model.outcome import Outcome
    from ctxtally.survey.measure import Meter
    from ctxtally.survey.past import Counted


class Before:
    """The base of the change that a subject is, judged by the configuration of the subject.

    What a merge makes has several. It is compared with the one that had most of what is asked for:
    what another branch has grown is no change of the merge.
    """

    def __init__(self, place: Place, meter: Meter, asked: Iterable[str]) -> None:
        self._place = place
        self._meter = meter
        self._asked = asked

    def told(self, outcomes: Sequence[Outcome], counts: Mapping[str, Counted]) -> list[Outcome]:
        """Return the outcomes, those that are broken or relative with what was before.

        `counts` are those of the subject, by the name of the counter. What is repeated knows its
        base already.
        """
        asked = [one for one in outcomes if is_asked(one)]
        needed = any(one.budget.is_relative for one in asked)
        there = bases(self._meter.tree, needed=needed) if asked else []
        if not there:
            return list(outcomes)
        if self._is_same():
            known = [replace(one, before=one.actual, since=there[0].name) for one in asked]
        else:
            known = self._compared(there, asked, counts)
        compared = iter(known)
        return [next(compared) if is_asked(one) else one for one in outcomes]

    def _is_same(self) -> bool:
        """Say whether nothing has changed of what the index was asked for; git knows it quickly."""
        tree = self._meter.tree
        if not isinstance(tree, Index) or tree.since is not None:
            return False
        return not since_head(tuple(self._asked), self._place.git_dir)

    def _compared(
        self, there: Sequence[Revision], asked: Sequence[Outcome], counts: Mapping[str, Counted]
    ) -> list[Outcome]:
        basis = ground(self._place, self._meter.tree)
        pasts = [past(basis, one, self._meter, asked) for one in there]
        return [from_most(then.compared(now, counts) for then in pasts) for now in asked]


def is_asked(one: Outcome) -> bool:
    """Say whether it matters what an outcome was before."""
    if one.budget.scope == "redundancy":
        return False
    return one.state != "ok" or one.budget.is_relative
