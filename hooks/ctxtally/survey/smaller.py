"""Catalogs in a smaller form, worked out before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.forms import proposals
from ctxtally.model.record import dataclass
from ctxtally.survey.audit import examine
from ctxtally.survey.forms import content, weighed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.form import Form
    from ctxtally.model.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Smaller:
    """`before` and `after` are contents by path; a path that only `after` has is a new file."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    forms: tuple[Form, ...]


def smaller(place: Place, tree: Tree, name: str, chosen: Sequence[str] = ()) -> Smaller:
    """Return the change that writes each catalog in JSON in the form of this name, if it can be."""
    seen = examine(place, tree, chosen)
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    forms: list[Form] = []
    for one, _ in seen.listed:
        path = one.catalog.path
        if not path.lower().endswith(".json"):
            continue
        text = content(seen, path)
        for proposal in proposals(one.catalog, one.document, text, one.resolved):
            if proposal.name == name and proposal.text != text:
                before[path] = text.encode()
                after[path] = proposal.text.encode()
                if proposal.moved_to:
                    after[proposal.moved_to] = proposal.moved.encode()
                forms += weighed(seen, path, text, [proposal])
    return Smaller(before=before, after=after, forms=tuple(forms))
