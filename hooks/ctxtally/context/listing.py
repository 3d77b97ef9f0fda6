"""Listings: the lines by which an agent knows of files that it has not read yet."""

from __future__ import annotations

import re
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from ctxtally.context import telling
from ctxtally.context.items import limits_of
from ctxtally.model.record import replace
from ctxtally.text.frontmatter import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.context.items import Item, Scale
    from ctxtally.context.placement import Seed
    from ctxtally.model.finding import Finding
    from ctxtally.model.profile import Files, Limit, Profile, Unit
    from ctxtally.text.frontmatter import Value

_FIELD = re.compile(r"\{([\w-]+)(?:\|([^{}]*))?\}")


def fields(seed: Seed, values: Mapping[str, Value]) -> dict[str, str]:
    """Return what the line of a file may hold: its front matter, its path, and at least a name."""
    texts = {key: written(value) for key, value in values.items()}
    texts["path"] = seed.name
    if not texts.get("name"):
        texts["name"] = _name(seed)
    return texts


def listed(
    items: Sequence[Item], profile: Profile, scale: Scale
) -> tuple[list[Item], list[Finding]]:
    """Return the items with their lines, as the limits of entries and listings leave them."""
    findings: list[Finding] = []
    done = list(items)
    for at, item in enumerate(done):
        if item.fields is not None:
            done[at] = _entry(item, profile, findings)
    for limit in profile.limits:
        amount = scale.amount(limit)
        if limit.off or limit.scope != "listing" or amount is None:
            continue
        sharing = [
            at
            for at, item in enumerate(done)
            if item.line and (not limit.files or item.opened.row.id in limit.files)
        ]
        total = sum(_size(done[at].line, amount[0], scale) for at in sharing)
        if total > amount[1]:
            dropped = _dropped(done, sharing, total, amount, scale)
            findings.append(telling.full_listing(profile, limit, dropped, amount, total))
            if limit.behaviour == "drop-entry":
                for at, item in dropped.items():
                    done[at] = item
    return done, findings


def _entry(item: Item, profile: Profile, findings: list[Finding]) -> Item:
    row, texts = item.opened.row, dict(item.fields or {})
    for limit in limits_of(profile, "entry", row.id):
        chars = sum(len(texts.get(key, "")) for key in limit.keys)
        if chars <= limit.value:
            continue
        findings.append(telling.long_entry(profile, limit, item.path, chars))
        if limit.behaviour == "cut-tail":
            texts = _shortened(texts, limit)
    return replace(item, fields=texts, line=_line(row, texts))


def _shortened(texts: dict[str, str], limit: Limit) -> dict[str, str]:
    """Return the fields with those of the limit cut, together and in their order."""
    left = limit.value
    for key in limit.keys:
        texts[key] = texts.get(key, "")[:left]
        left -= len(texts[key])
    return texts


def _dropped(
    items: Sequence[Item],
    sharing: Sequence[int],
    total: int,
    amount: tuple[Unit, int],
    scale: Scale,
) -> dict[int, Item]:
    """Return, by position, the items that lose their description until the listing fits.

    Agents drop the least used first; use is not known here, so the last ones count as dropped.
    """
    unit, most = amount
    dropped: dict[int, Item] = {}
    for at in reversed(sharing):
        if total <= most:
            break
        item = items[at]
        short = _line(item.opened.row, {"name": (item.fields or {})["name"]})
        total -= _size(item.line, unit, scale) - _size(short, unit, scale)
        dropped[at] = replace(item, line=short)
    return dropped


def _line(row: Files, texts: Mapping[str, str]) -> str:
    """Return the line of one file: the pieces of the row of which every field is there."""
    return "".join(
        _FIELD.sub(lambda field: texts.get(field[1]) or field[2], piece)
        for piece in row.listing
        if all(texts.get(name) or fallback for name, fallback in _FIELD.findall(piece))
    )


def _size(line: str, unit: Unit, scale: Scale) -> int:
    return len(line) if unit == "chars" else scale.count(line)


def _name(seed: Seed) -> str:
    """Return the directory where all files of a row are named alike, else the name of the file."""
    pattern, name = basename(seed.row.globs[seed.glob]), basename(seed.name)
    if "*" not in pattern:
        return basename(dirname(seed.name)) or name.partition(".")[0]
    return name.removesuffix(pattern.rpartition("*")[2])
