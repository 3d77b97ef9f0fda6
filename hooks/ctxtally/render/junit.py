"""The gate as JUnit XML: a suite for each budget, and one for each rule that has no budget.

There is no one standard. Elements and attributes are those that Jenkins (junit-10.xsd of its xUnit
plugin) and GitLab ("Unit test report examples") read, with `file` and `line` as pytest writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted, marked
from ctxtally.text.redaction import redacted
from ctxtally.text.terminal import printable

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
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    top = Element("testsuites", name="ctxtally")
    suites: dict[str, Element] = {}
    for name, case in _cases(survey):
        if name not in suites:
            suites[name] = SubElement(top, "testsuite", name=_safe(name))
        suites[name].append(case)
    for suite in (*suites.values(), top):
        suite.set("tests", str(len(list(suite.iter("testcase")))))
        suite.set("failures", str(len(list(suite.iter("failure")))))
        suite.set("errors", "0")
        suite.set("skipped", str(len(list(suite.iter("skipped")))))
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}'


def _cases(survey: Survey) -> Iterator[tuple[str, Element]]:
    left = list(survey.findings)
    for outcome in survey.outcomes:
        found = next((one for one in left if _is_about(one, outcome)), None)
        if found is not None:
            left.remove(found)
        yield outcome.budget.name, _judged(outcome, found)
    for found in left:
        name = found.budget or found.rule
        yield name, _told(_case(name, _place(found), found.path, found.line), found)


def _is_about(found: Finding, outcome: Outcome) -> bool:
    if outcome.state == "ok" or found.budget != outcome.budget.name:
        return False
    if found.unit not in ("", outcome.unit):
        return False
    return (found.path, found.line) == (outcome.path, outcome.line)


def _judged(outcome: Outcome, found: Finding | None) -> Element:
    from xml.etree.ElementTree import SubElement

    case = _case(outcome.budget.name, outcome.subject, outcome.path, outcome.line)
    if found is not None:
        _told(case, found)
    elif outcome.state != "ok":
        # Agents that load the same are told of together, and directories with the one above.
        said = f"{outcome.state}: told of in another case of this budget"
        SubElement(case, "skipped", message=said)
    SubElement(case, "system-out").text = _numbers(outcome)
    return case


def _told(case: Element, found: Finding) -> Element:
    from xml.etree.ElementTree import SubElement

    if found.level == "error":
        inside = SubElement(case, "failure", message=_safe(found.message), type=found.rule)
    else:
        said = f"{found.level}[{found.rule}]: {_safe(found.message)}"
        inside = SubElement(case, "skipped", message=said)
    if found.help:
        # On lines of its own, so that no secret seems to begin before it and to end in it.
        inside.text = f"\n{_safe(found.help)}\n"
    return case


def _case(suite: str, name: str, path: str, line: int | None) -> Element:
    from xml.etree.ElementTree import Element

    case = Element("testcase", classname=_safe(suite), name=_safe(name))
    if path:
        case.set("file", _safe(path))
    if line is not None:
        case.set("line", str(line))
    return case


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


def _safe(told: str) -> str:
    # What XML cannot hold is nothing that `printable` leaves: controls, surrogates, U+FFFE.
    return redacted(printable(told))
