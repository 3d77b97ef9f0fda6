"""The gate as JUnit XML: a suite for each budget, and one for each rule that has no budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.suites import below, case, document, safe
from ctxtally.text.figures import counted, marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from ctxtally.model.finding import Finding
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.survey import Survey


def gate(survey: Survey) -> str:
    """Return every budget as a case, and every finding.

    An error fails its case. A warning or a note skips it, for JUnit knows no warnings, and a
    report that fails where the gate passes would be wrong.
    """
    return document(_cases(survey))


def _cases(survey: Survey) -> Iterator[tuple[str, Element]]:
    left = list(survey.findings)
    for outcome in survey.outcomes:
        found = next((one for one in left if _is_about(one, outcome)), None)
        if found is not None:
            left.remove(found)
        yield outcome.budget.name, _judged(outcome, found)
    for found in left:
        name = found.budget or found.rule
        yield name, _told(case(name, _place(found), found.path, found.line), found)


def _is_about(found: Finding, outcome: Outcome) -> bool:
    if outcome.state == "ok" or found.budget != outcome.budget.name:
        return False
    if found.unit not in ("", outcome.unit):
        return False
    return (found.path, found.line) == (outcome.path, outcome.line)


def _judged(outcome: Outcome, found: Finding | None) -> Element:
    from xml.etree.ElementTree import SubElement

    made = case(outcome.budget.name, outcome.subject, outcome.path, outcome.line)
    if found is not None:
        _told(made, found)
    elif outcome.state != "ok":
        # Agents that load the same are told of together, and directories with the one above.
        said = f"{outcome.state}: told of in another case of this budget"
        SubElement(made, "skipped", message=said)
    SubElement(made, "system-out").text = _numbers(outcome)
    return made


def _told(made: Element, found: Finding) -> Element:
    from xml.etree.ElementTree import SubElement

    if found.level == "error":
        inside = SubElement(made, "failure", message=safe(found.message), type=found.rule)
    else:
        said = f"{found.level}[{found.rule}]: {safe(found.message)}"
        inside = SubElement(made, "skipped", message=said)
    if found.help:
        below(inside, found.help)
    return made


def _place(found: Finding) -> str:
    return found.path if found.line is None else f"{found.path}:{found.line}"


def _numbers(outcome: Outcome) -> str:
    said = marked(counted(outcome.actual, outcome.unit), exact=outcome.exact)
    bounds = (
        ("at least", outcome.min),
        ("at most", outcome.max),
        ("warning from", outcome.warn),
        ("before", outcome.before),
        ("may grow by", outcome.growth),
        ("may be unused", outcome.slack),
    )
    return ", ".join([said, *(f"{name} {one:,}" for name, one in bounds if one is not None)])
