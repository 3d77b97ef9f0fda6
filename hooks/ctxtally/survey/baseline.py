"""Hold the recorded limits against what is there, and write them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import baseline as file
from ctxtally.adapters.trees import Index, WorkTree
from ctxtally.errors import UserError
from ctxtally.model.baseline import PATH, Baseline, Entry
from ctxtally.survey.look import look
from ctxtally.survey.overlay import Overlay
from ctxtally.survey.recorded_limits import content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.adapters.baseline import Key
    from ctxtally.adapters.git import Place
    from ctxtally.model.survey import Survey
    from ctxtally.model.tree import Tree


def compared(place: Place, tree: Tree) -> tuple[Baseline, bytes]:
    """Return what is recorded beside what is there, and the file as it would be now."""
    survey = look(place, tree)
    raw = content(tree)
    return _baseline(survey, {} if raw is None else file.parse(raw), raw)


def merged(place: Place) -> tuple[Baseline, bytes]:
    """Return the same of the index, where the file may hold a conflict of a merge.

    All that the merge brought together is in the index already. What was recorded is what any side
    of the conflict has.
    """
    raw = content(WorkTree(place))
    index = Index(disputed=PATH)
    replaced = dict.fromkeys(index.find([PATH]), b"")
    survey = look(place, Overlay(index, replaced, place.object_format))
    return _baseline(survey, {} if raw is None else file.sides(raw), raw)


def _baseline(
    survey: Survey, known: Mapping[Key, int], raw: bytes | None
) -> tuple[Baseline, bytes]:
    now: dict[Key, int] = {}
    for one in survey.outcomes:
        if one.budget.is_recorded:
            key = (one.budget.name, one.subject, one.unit)
            # Two catalogs may have modules of one name.
            now[key] = max(one.actual, now.get(key, 0))
    if not now and not known:
        raise UserError(
            f"no budget of the {survey.subject} takes its limit from the baseline",
            help='write `max = "baseline"` in a [[budget]], and `git add` it',
        )
    entries = tuple(
        Entry(budget=key[0], subject=key[1], unit=key[2], recorded=known.get(key), now=now.get(key))
        for key in sorted(known.keys() | now.keys())
    )
    wanted = file.written(now)
    found = Baseline(
        subject=survey.subject,
        counter=survey.counter,
        entries=entries,
        # A checkout may have given it CRLF.
        differs=raw is None or raw.replace(b"\r\n", b"\n") != wanted,
        remarks=survey.remarks,
    )
    return found, wanted
