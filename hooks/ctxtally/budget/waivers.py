"""Findings allowed on purpose, for a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from ctxtally.model.record import replace
from ctxtally.text.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.model.finding import Finding
    from ctxtally.model.waiver import Waiver

# An expired waiver warns this long before the finding counts again, so that no date breaks a build
# on the day it passes.
GRACE = timedelta(days=14)


def waived(
    findings: Iterable[Finding], waivers: Sequence[Waiver], today: date
) -> Iterator[Finding]:
    """Yield the findings, those that a waiver allows lowered to a note with its reason.

    In the days of grace after its last day a waived error is a warning, later it is an error again.
    """
    for finding in findings:
        waiver = deciding(finding, waivers)
        yield finding if waiver is None else _lowered(finding, waiver, today)


def deciding(finding: Finding, waivers: Iterable[Waiver]) -> Waiver | None:
    """Return the waiver that a finding is under, of several the one that lasts longest."""
    able = (one for one in waivers if allows(one, finding))
    return max(able, key=lambda one: one.until or date.max, default=None)


def allows(waiver: Waiver, finding: Finding) -> bool:
    """Say whether a finding is one of those that a waiver is about."""
    named = finding.budget if waiver.budget is not None else finding.rule
    return named == (waiver.budget or waiver.rule) and matches(finding.path, waiver.path)


def _lowered(finding: Finding, waiver: Waiver, today: date) -> Finding:
    if waiver.until is None or today <= waiver.until:
        until = f" until {waiver.until}" if waiver.until else ""
        until += f" by {waiver.owner}" if waiver.owner else ""
        return replace(
            finding, level="note", message=f"{finding.message} (waived{until}: {waiver.reason})"
        )
    ends = waiver.until + GRACE
    whose = f" of {waiver.owner}" if waiver.owner else ""
    said = f"{finding.message} (waiver {waiver.origin}{whose} expired on {waiver.until}"
    if today <= ends:
        level = "warning" if finding.level == "error" else finding.level
        return replace(finding, level=level, message=f"{said}; it fails from {ends + _DAY} on)")
    return replace(finding, message=said + ")")


_DAY = timedelta(days=1)
