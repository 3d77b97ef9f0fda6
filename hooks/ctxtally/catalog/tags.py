"""Compares the lists by tag and by priority with the modules' own tags and priorities."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ctxtally.catalog.references import Modules
from ctxtally.catalog.rules import cut, found, many, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.catalog import Catalog, Entry, Selection
    from ctxtally.model.finding import Finding

PRIORITIES = ("HIGH", "MEDIUM", "LOW")

_FACTS = {"tag": "tags", "priority": "priority"}
_RULES = {"tag": "catalog-tag", "priority": "catalog-priority-list"}
_CARRY = {"tag": "which it does not carry", "priority": "but its own is {own}"}


def tag_findings(catalog: Catalog) -> Iterator[Finding]:
    """Yield priorities that do not exist and lists that contradict the modules they name."""
    yield from _priorities(catalog)
    modules = Modules(catalog)
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for selection in catalog.selections:
        if selection.kind == "load":
            continue
        for word in selection.references:
            reference = modules.reference(word)
            if len(reference.targets) == 1:
                entry = reference.targets[0]
                named[selection.kind, selection.name.lower()].add(entry.qualified)
                if not _carries(entry, selection):
                    yield _contradicted(catalog.path, entry, selection, word.line)
    carriers = _carriers(catalog)
    for selection in catalog.selections:
        key = (selection.kind, selection.name.lower())
        lost = [name for name in carriers.get(key, ()) if name not in named[key]]
        if lost:
            yield _left_out(catalog.path, selection, lost)


def _carries(entry: Entry, selection: Selection) -> bool:
    """Say whether an entry has the tag or priority, or says nothing about either."""
    fact = entry.fact(_FACTS[selection.kind])
    return fact is None or selection.name.lower() in (text.lower() for text in fact.texts)


def _contradicted(path: str, entry: Entry, selection: Selection, line: int) -> Finding:
    own = ", ".join(entry.texts("priority"))
    return found(
        _RULES[selection.kind],
        path,
        line,
        f"`{cut(entry.qualified)}` is listed under the {selection.kind} `{cut(selection.name)}`,"
        f" {_CARRY[selection.kind].format(own=own)}",
        f"take it out here, or mend the module's {_FACTS[selection.kind]} (line {entry.line})",
    )


def _carriers(catalog: Catalog) -> dict[tuple[str, str], list[str]]:
    """Return the modules that have a tag or priority of their own, in order and once each."""
    carriers: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for entry in catalog.modules:
        for kind, name in _FACTS.items():
            for text in entry.texts(name):
                carriers[kind, text.lower()][entry.qualified] = None
    return {key: list(names) for key, names in carriers.items()}


def _left_out(path: str, selection: Selection, lost: list[str]) -> Finding:
    return found(
        "catalog-list-incomplete",
        path,
        selection.line,
        f"the list of the {selection.kind} `{cut(selection.name)}` leaves out"
        f" {many(len(lost), 'module')} that {'has' if len(lost) == 1 else 'have'} it:"
        f" {some(lost)}",
        "list them, or find modules by their own keys",
    )


def _priorities(catalog: Catalog) -> Iterator[Finding]:
    stated = [
        (f"category `{cut(group.name)}`", str(group.priority.value), group.priority.line)
        for group in catalog.groups
        if group.priority
    ]
    groups = {group.name for group in catalog.groups}
    for entry in catalog.modules:
        fact = entry.fact("priority")
        if fact and entry.category in groups:
            stated.append((f"module `{cut(entry.name)}`", " ".join(fact.texts), fact.line))
    for whose, priority, line in stated:
        if priority.upper() not in PRIORITIES:
            yield found(
                "catalog-priority",
                catalog.path,
                line,
                f"the priority of the {whose} is {cut(priority)}, none of {', '.join(PRIORITIES)}",
                "choose one of them; a loader that compares whole words skips any other",
            )
