"""Follows the references between modules: dependencies and lists of what to load."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from ctxtally.catalog.rules import NAMED, cut, found, many, some
from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.model.catalog import Catalog, Entry, Word
    from ctxtally.model.finding import Finding

_DEPENDENCIES = ("dependencies", "optional_dependencies")
_REFERENCE = re.compile(r"(?P<name>\S+)(?:\s+\((?P<remark>.*)\))?")
_NOT_YET = re.compile(
    r"\b(?:implemented|created|written|planned|pending|tbd|todo|not yet|coming soon|future)\b",
    re.IGNORECASE,
)
# Whoever has more has one problem, not ten.
_MAX_CYCLES = 10
_MAX_SUGGESTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What one reference names: `targets` are the modules that can be meant."""

    word: Word
    name: str
    remark: str
    source: Entry | None
    targets: tuple[Entry, ...]


class Modules:
    """The modules of a catalog by their names, with and without category."""

    def __init__(self, catalog: Catalog) -> None:
        known: dict[str, list[Entry]] = defaultdict(list)
        for entry in catalog.modules:
            for name in {entry.name, entry.qualified, entry.path}:
                known[name].append(entry)
        self.known = {name: tuple(entries) for name, entries in known.items()}
        self.groups = {group.name for group in catalog.groups}
        self.anchor = catalog.anchor.path if catalog.anchor else ""

    def reference(self, word: Word, source: Entry | None = None) -> Reference:
        parts = _REFERENCE.match(word.text)
        name, remark = (parts["name"], parts["remark"] or "") if parts else ("", "")
        targets = self.known.get(name, ())
        return Reference(word=word, name=name, remark=remark, source=source, targets=targets)

    def dangling(self, reference: Reference) -> bool:
        """Say whether a reference names neither a module nor a whole category nor the anchor."""
        name = reference.name.removesuffix("/*").removesuffix("/")
        return not reference.targets and name not in self.groups and name != self.anchor


def references(catalog: Catalog) -> tuple[Reference, ...]:
    """Return every reference of the catalog; none where it names things of another kind."""
    modules = Modules(catalog)
    every = [
        modules.reference(word) for selection in catalog.selections for word in selection.references
    ]
    for entry in catalog.modules:
        for name in _DEPENDENCIES:
            fact = entry.fact(name)
            words = fact.words if fact and fact.listed else ()
            every += [modules.reference(word, entry) for word in words]
    return tuple(every) if any(one.targets for one in every) else ()


def dangling(catalog: Catalog, every: Sequence[Reference]) -> list[Reference]:
    modules = Modules(catalog)
    return [one for one in every if modules.dangling(one)]


def reference_findings(catalog: Catalog) -> Iterator[Finding]:
    """Yield references to nothing, to too much, or to each other in a circle."""
    every = references(catalog)
    names = [entry.qualified for entry in catalog.modules]
    for number, one in enumerate(dangling(catalog, every)):
        # Comparing names takes time: with many dangling ones a spelling is not what is wrong.
        yield _dangling(catalog.path, one, names if number < _MAX_SUGGESTIONS else ())
    for one in every:
        if len(one.targets) > 1:
            yield _ambiguous(catalog.path, one)
        elif one.targets and _NOT_YET.search(one.remark):
            yield _annotated(catalog.path, one)
    yield from _bare_names(catalog.path, [one for one in every if one.source])
    yield from _cycles(catalog, every)


def _dangling(path: str, one: Reference, names: Sequence[str]) -> Finding:
    said = f"`{cut(one.word.text)}` names no module"
    if one.source:
        said = f"`{cut(one.source.name)}` depends on `{cut(one.word.text)}`, which names no module"
    near = get_close_matches(one.name[:100], names, n=1)
    help_ = f"{near[0]} exists" if near else "list the module, or take the reference out"
    return found("catalog-reference", path, one.word.line, said, help_)


def _ambiguous(path: str, one: Reference) -> Finding:
    count = len(one.targets)
    first = [f"{cut(entry.qualified)} (line {entry.line})" for entry in one.targets[:NAMED]]
    message = f"`{cut(one.word.text)}` names {count:,} modules: {some(first, of=count)}"
    return found("catalog-reference", path, one.word.line, message, "write category/name")


def _annotated(path: str, one: Reference) -> Finding:
    message = (
        f"`{cut(one.word.text)}`: the module exists, it is listed on line {one.targets[0].line}"
    )
    return found("catalog-reference", path, one.word.line, message, "take the remark out")


def _bare_names(path: str, every: Sequence[Reference]) -> Iterator[Finding]:
    bare = [one for one in every if "/" not in one.name and one.targets]
    qualified = [one for one in every if "/" in one.name and one.targets]
    if bare and qualified:
        lines = [str(line) for line in dict.fromkeys(one.word.line for one in bare)]
        yield found(
            "catalog-bare-name",
            path,
            bare[0].word.line,
            f"{many(len(bare), 'dependency', 'dependencies')} without a category beside"
            f" {len(qualified):,} with one: line {some(lines)}",
            "write category/name everywhere; a bare name breaks when another category uses it",
        )


def _cycles(catalog: Catalog, every: Sequence[Reference]) -> Iterator[Finding]:
    lines: dict[str, dict[str, int]] = {entry.qualified: {} for entry in catalog.modules}
    for one in every:
        if one.source and len(one.targets) == 1:
            lines[one.source.qualified].setdefault(one.targets[0].qualified, one.word.line)
    order = {name: number for number, name in enumerate(lines)}
    for _ in range(_MAX_CYCLES):
        cycle = _cycle(lines)
        if cycle is None:
            return
        start = min(range(len(cycle)), key=lambda at: order[cycle[at]])
        way = [*cycle[start:], *cycle[: start + 1]]
        line = lines[way[0]].pop(way[1])
        message = f"dependency cycle: {' -> '.join(cut(name) for name in way)}"
        help_ = "take one of these dependencies out"
        yield found("catalog-cycle", catalog.path, line, message, help_)


def _cycle(lines: Mapping[str, Mapping[str, int]]) -> list[str] | None:
    try:
        TopologicalSorter({name: list(needs) for name, needs in lines.items()}).prepare()
    except CycleError as error:
        # The last name repeats the first, and each is needed by the next.
        names: list[str] = error.args[1]
        return names[:0:-1]
    return None
