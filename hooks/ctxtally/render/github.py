"""Findings as annotations of GitHub Actions: workflow commands that the runner reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render import text
from ctxtally.text.redaction import redacted
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.finding import Finding, Level
    from ctxtally.model.survey import Survey

_COMMANDS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def gate(survey: Survey, *, verbose: bool = False) -> str:
    """Return one command a finding, the worst first, and a line of text where there are any.

    GitHub shows the first ten of each level in a step (actions/toolkit, docs/problem-matchers.md);
    the log of the step has them all.
    """
    lines = [_annotation(one) for one in text.told(survey, verbose=verbose)]
    if lines or verbose:
        lines.append(text.closing(survey))
    return "\n".join(lines)


def _annotation(found: Finding) -> str:
    facts = [f"title={_property(found.rule)}"]
    if found.line is not None:
        facts.insert(0, f"line={found.line}")
    if found.path:
        facts.insert(0, f"file={_property(found.path)}")
    said = "%0A".join(_data(part) for part in (found.message, found.help) if part)
    return f"::{_COMMANDS[found.level]} {','.join(facts)}::{said}"


def _data(told: str) -> str:
    # actions/toolkit, packages/core/src/command.ts, escapeData; `printable` leaves no CR and no LF.
    return redacted(printable(told)).replace("%", "%25")


def _property(told: str) -> str:
    # As above, escapeProperty.
    return _data(told).replace(":", "%3A").replace(",", "%2C")
