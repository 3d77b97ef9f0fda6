"""Compares the front matter of modules with what the index says about them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxtally.catalog.facts import module_facts
from ctxtally.catalog.rules import are, cut, found, many, some
from ctxtally.model.catalog import Fact, Word
from ctxtally.model.document import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.catalog import Catalog, Entry, Observed, Resolved
    from ctxtally.model.document import Document
    from ctxtally.model.finding import Finding

# A status and a title say different things in the two places.
_COMPARED = (
    "category",
    "priority",
    "version",
    "last_updated",
    "estimated_tokens",
    "load_when",
    "dependencies",
    "tags",
)


def front_matter_findings(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed
) -> Iterator[Finding]:
    """Yield modules whose own keys contradict the index, and those that have none."""
    modules = [
        (one.entry, one.path, observed.front_matter[one.path])
        for one in resolved
        if one.entry.role == "module" and one.path in observed.front_matter
    ]
    for entry, path, front in modules:
        if isinstance(front, Unreadable):
            yield _unreadable(front)
        elif front is not None:
            yield from _compared(catalog, entry, path, front)
    bare = sorted({path for _, path, front in modules if front is None})
    if bare and len(bare) < len({path for _, path, _ in modules}):
        yield found(
            "catalog-no-front-matter",
            catalog.path,
            None,
            f"{many(len(bare), 'module')} {are(len(bare))} without the front matter that others"
            f" have: {some(bare)}",
            "repeat the keys of the index at the top of the file",
        )


def _unreadable(problem: Unreadable) -> Finding:
    return found(
        "catalog-front-matter",
        problem.path,
        problem.line,
        f"front matter, column {problem.column}: {problem.message}",
        "quote the value",
    )


def _compared(catalog: Catalog, entry: Entry, path: str, front: Document) -> Iterator[Finding]:
    if not isinstance(front.data, dict):
        return
    own = {fact.name: fact for fact in module_facts(front, (), front.data)}
    stated = {fact.name: fact for fact in entry.facts}
    if entry.category in {group.name for group in catalog.groups}:
        word = Word(text=entry.category, line=entry.line)
        stated.setdefault("category", Fact(name="category", line=entry.line, words=(word,)))
    both = [name for name in _COMPARED if name in own and name in stated]
    differ = [name for name in both if not _agree(own[name], stated[name])]
    if differ:
        told = "; ".join(_difference(own[name], stated[name]) for name in differ)
        yield found(
            "catalog-front-matter",
            path,
            own[differ[0]].line,
            f"disagrees with {catalog.path}:{entry.line}: {told}",
            "write the same into both",
        )


def _agree(own: Fact, stated: Fact) -> bool:
    if own.name == "dependencies":
        # The one may name the category, or the file, and the other not.
        return _last_names(own) == _last_names(stated)
    return sorted(own.texts) == sorted(stated.texts)


def _last_names(fact: Fact) -> list[str]:
    return sorted(posixpath.basename(text).removesuffix(".md") for text in fact.texts)


def _difference(own: Fact, stated: Fact) -> str:
    if own.listed or stated.listed:
        return f"{own.name} differ"
    return f"{own.name} is {cut(own.texts[0])} here, {cut(stated.texts[0])} there"
