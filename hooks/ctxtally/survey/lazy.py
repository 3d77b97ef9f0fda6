"""Manifests with their registry in a file of its own, worked out before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxtally.catalog.forms import lazy_form
from ctxtally.survey.audit import examine
from ctxtally.survey.forms import content, weighed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.form import Form
    from ctxtally.model.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Lazy:
    """`before` and `after` are contents by path; a path that only `after` has is a new file."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    forms: tuple[Form, ...]


def lazy(place: Place, tree: Tree, chosen: Sequence[str] = ()) -> Lazy:
    """Return the change that moves each registry out of its manifest."""
    seen = examine(place, tree, chosen)
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    forms = []
    for one, _ in seen.listed:
        path = one.catalog.path
        text = content(seen, path)
        proposal = lazy_form(one.document, text) if path.lower().endswith(".json") else None
        if proposal is None:
            continue
        before[path] = text.encode()
        after[path] = proposal.text.encode()
        after[proposal.moved_to] = proposal.moved.encode()
        forms += weighed(seen, path, text, [proposal])
    return Lazy(before=before, after=after, forms=tuple(forms))
