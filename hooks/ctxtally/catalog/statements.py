"""What a catalog states beside its list: groups, selections, the anchor, totals, allowances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.catalog.amounts import amount
from ctxtally.model.catalog import AllowedDuplicate, Anchor, Claim, Group, Selection, Word
from ctxtally.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.document import Document, Plain, Steps

_MAX_STEPS = 3

# These hold the list itself: their numbers belong to entries and groups.
_LISTS = frozenset({"by_type", "categories", "directories", "file_registry", "standards"})

_ALLOWED = ("project_overrides", "allowed_duplicates")


def at(data: Plain, *keys: str) -> Plain:
    """Return what lies below these keys, `None` where one of them is missing."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def claims(
    document: Document, mapping: Mapping[str, Plain], steps: tuple[str, ...] = ()
) -> Iterator[Claim]:
    """Yield the numbers, yes and no, and percentages of the catalog as a whole."""
    for key, value in mapping.items():
        if isinstance(value, dict):
            if key not in _LISTS and len(steps) + 1 < _MAX_STEPS:
                yield from claims(document, value, (*steps, key))
        elif isinstance(value, int) or (isinstance(value, str) and "%" in value):
            yield _claim(document, (*steps, key), value)


def claim_at(document: Document, *steps: str) -> Claim | None:
    """Return the number, text or truth value written at these keys."""
    value = at(document.data, *steps)
    return _claim(document, steps, value) if isinstance(value, (int, str)) else None


def number_at(document: Document, *steps: str) -> Claim | None:
    """Return the number written at these keys, `None` where it is not one."""
    number = amount(at(document.data, *steps), "tokens")
    claim = claim_at(document, *steps)
    return replace(claim, value=number[0], rough=number[1]) if claim and number else None


def groups(document: Document) -> Iterator[Group]:
    """Yield the categories of an index that groups its modules."""
    categories = at(document.data, "categories")
    for name, value in categories.items() if isinstance(categories, dict) else ():
        if isinstance(value, dict):
            way = ("categories", name)
            yield Group(
                name=name,
                line=document.line(*way),
                token_budget=number_at(document, *way, "token_budget"),
                modules_count=number_at(document, *way, "modules_count"),
                priority=claim_at(document, *way, "priority"),
            )


def selections(document: Document) -> Iterator[Selection]:
    """Yield the lists that name modules: what to load, and what to find by tag and priority."""
    strategy = at(document.data, "loading_strategy")
    for steps, items in _lists(strategy, ("loading_strategy",)):
        yield _selection(document, "load", ".".join(steps[1:]), steps, items)
    kinds: tuple[Literal["priority", "tag"], ...] = ("priority", "tag")
    for kind in kinds:
        way = ("discovery", f"by_{kind}")
        for steps, items in _lists(at(document.data, *way), way):
            yield _selection(document, kind, steps[-1], steps, items)


def anchor(document: Document) -> Anchor | None:
    path = at(document.data, "root_anchor", "file")
    if not isinstance(path, str):
        return None
    return Anchor(
        path=path,
        line=document.line("root_anchor", "file"),
        word_count=number_at(document, "root_anchor", "word_count"),
        token_estimate=number_at(document, "root_anchor", "token_estimate"),
    )


def allowed_duplicates(document: Document) -> Iterator[AllowedDuplicate]:
    """Yield the pairs that `project_overrides.allowed_duplicates` exempts."""
    items = at(document.data, *_ALLOWED)
    for number, item in enumerate(items if isinstance(items, list) else ()):
        ours, theirs = at(item, "project_file"), at(item, "standards_file")
        reason = at(item, "reason")
        if isinstance(ours, str) and isinstance(theirs, str):
            yield AllowedDuplicate(
                project_file=ours,
                standards_file=theirs,
                reason=reason if isinstance(reason, str) else "",
                line=document.line(*_ALLOWED, number),
            )


def _claim(document: Document, steps: tuple[str, ...], value: int | str) -> Claim:
    return Claim(name=".".join(steps), value=value, line=document.line(*steps), steps=steps)


def _lists(data: Plain, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Plain]]]:
    for key, value in data.items() if isinstance(data, dict) else ():
        below = (*steps, key)
        if isinstance(value, list):
            yield below, value
        elif len(below) < _MAX_STEPS:
            yield from _lists(value, below)


def _selection(
    document: Document,
    kind: Literal["load", "tag", "priority"],
    name: str,
    steps: Steps,
    items: list[Plain],
) -> Selection:
    references = tuple(
        Word(text=item, line=document.line(*steps, number))
        for number, item in enumerate(items)
        if isinstance(item, str)
    )
    return Selection(kind=kind, name=name, line=document.line(*steps), references=references)
