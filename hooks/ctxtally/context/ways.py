"""Where an agent reads text only when it needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.loadset import WAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.loadset import Way
    from ctxtally.model.profile import Files, Load, Profile


def ways(profile: Profile) -> tuple[Way, ...]:
    """Return where text may move that not every session needs."""
    found = {way for row in profile.files for way in _ways(row)}
    return tuple(way for way in WAYS if way in found)


def _ways(row: Files) -> Iterator[Way]:
    loads: set[Load] = {row.load, *(clause.load for clause in row.when)}
    if row.kind == "skill":
        yield "skill"
    if row.kind == "rule" and "glob" in loads:
        yield "rule"
    if row.kind == "instructions" and ("nested" in loads or "chain" in row.at):
        yield "folder"
