"""What of a text decides how it loads, and how far the rest may change without deciding anything.

A commit mostly changes words. As long as a text has the same front matter, mentions the same paths
where an import could stand, and stays within every limit, its load sets are those that were found
before with other numbers.
"""

from __future__ import annotations

from ctxtally.model.loadset import Leeway
from ctxtally.model.record import dataclass, replace

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ctxtally.context.items import Item, Scale
    from ctxtally.model.finding import Finding
    from ctxtally.model.imports import Imports
    from ctxtally.model.loadset import LoadedFile, LoadSet
    from ctxtally.model.profile import Profile, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The sizes of a whole file before and now, and its text now."""

    before: Mapping[Unit, int]
    now: Mapping[Unit, int]
    text: str


def outline(text: str, grammars: Iterable[Imports]) -> str:
    r"""Return what decides how a text with LF line ends loads, beside its sizes.

    >>> outline("---\nname: x\n---\nWords.", ())
    '---\nname: x\n---\n'
    """
    head = ""
    if text.startswith("---"):
        from ctxtally.text.frontmatter import front_matter

        head = text[: len(text) - len(front_matter(text).body)]
    paths = {path for grammar in grammars for path in _mentioned(text, grammar)}
    return "\n".join([head, *sorted(paths)]) if paths else head


def leeway(item: Item, profile: Profile, scale: Scale) -> Leeway | None:
    """Return how far a file may change by itself, `None` where any change may matter."""
    from ctxtally.context.items import limits_of
    from ctxtally.context.opening import size

    row, raw, whole = item.opened.row, item.opened.raw, item.opened.text
    # A text of which nothing is added costs nothing of a limit: its first word costs all of it.
    if item.bytes_cut or item.over is not None or not item.text:
        return None
    if item.text != item.opened.stripped(whole):
        return None
    most: dict[Unit, int] = {}
    advice: dict[str, tuple[Unit, int]] = {}
    for limit in limits_of(profile, "file", row.id):
        amount = scale.amount(limit)
        if amount is None:
            continue
        unit, allowed = amount
        if size(raw, whole, unit, scale.count) <= allowed:
            most[unit] = min(most.get(unit, allowed), allowed)
        elif limit.behaviour == "warn" and unit != "tokens":
            advice[f"{profile.agent} {limit.id}"] = unit, allowed
        else:
            return None
    return Leeway(strip=row.strip, most=most, advice=advice)


def changed(
    loads: LoadSet, changes: Mapping[str, Change], count: Callable[[str], int]
) -> LoadSet | None:
    """Return the load set after the changes, `None` where it has to be made anew.

    The changed files must have kept their outlines, and not import anything.
    """
    growth: dict[Unit, int] = {}
    files: list[LoadedFile] = []
    leeways: dict[str, Leeway] = {}
    for file in loads.files:
        change = changes.get(file.path)
        if change is None:
            files.append(file)
            continue
        if file.leeway is None or not _fits(file.leeway, change):
            return None
        leeways[file.path] = file.leeway
        files.append(_resized(file, file.leeway, change, count))
        for unit, amount in change.now.items():
            growth[unit] = growth.get(unit, 0) + max(amount - change.before[unit], 0)
    if any(growth.get(unit, 0) > left for unit, left in loads.room.items()):
        return None
    findings = tuple(
        _retold(one, leeways[one.path], changes[one.path]) if one.path in leeways else one
        for one in loads.findings
    )
    return replace(loads, files=tuple(files), findings=findings)


def _mentioned(text: str, grammar: Imports) -> set[str]:
    if grammar.prefix not in text:
        return set()
    from ctxtally.context.imports import mentions

    return {mention.path for mention in mentions(text, grammar)}


def _fits(leeway: Leeway, change: Change) -> bool:
    within = all(change.now[unit] <= most for unit, most in leeway.most.items())
    return within and all(change.now[unit] > most for unit, most in leeway.advice.values())


def _retold(finding: Finding, leeway: Leeway, change: Change) -> Finding:
    if finding.budget not in leeway.advice:
        return finding
    from ctxtally.context.telling import resized

    unit, _ = leeway.advice[finding.budget]
    return resized(finding, unit, change.before[unit], change.now[unit])


def _resized(
    file: LoadedFile, leeway: Leeway, change: Change, count: Callable[[str], int]
) -> LoadedFile:
    from ctxtally.context.stripping import stripped

    text = stripped(change.text, leeway.strip)
    tokens = change.now["tokens"] if text == change.text else count(text)
    return replace(
        file,
        tokens=tokens,
        bytes_kept=change.now["bytes"],
        chars_kept=change.now["chars"],
        lines_kept=change.text.count("\n"),
    )
