"""JUnit XML: cases, and the document that holds them in suites.

There is no one standard. Elements and attributes are those that Jenkins (junit-10.xsd of its xUnit
plugin) and GitLab ("Unit test report examples") read, with `file` and `line` as pytest writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.redaction import redacted
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element


def document(cases: Iterable[tuple[str, Element]]) -> str:
    """Return a document with each case in the suite that is named beside it."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    top = Element("testsuites", name="ctxtally")
    suites: dict[str, Element] = {}
    for name, one in cases:
        if name not in suites:
            suites[name] = SubElement(top, "testsuite", name=safe(name))
        suites[name].append(one)
    for suite in (*suites.values(), top):
        suite.set("tests", str(len(list(suite.iter("testcase")))))
        suite.set("failures", str(len(list(suite.iter("failure")))))
        suite.set("errors", "0")
        suite.set("skipped", str(len(list(suite.iter("skipped")))))
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}'


def case(suite: str, name: str, path: str, line: int | None) -> Element:
    from xml.etree.ElementTree import Element

    one = Element("testcase", classname=safe(suite), name=safe(name))
    if path:
        one.set("file", safe(path))
    if line is not None:
        one.set("line", str(line))
    return one


def below(one: Element, *lines: str) -> None:
    """Write lines into an element, none of them on a line with a mark."""
    # So no secret seems to begin before it and to end in it.
    one.text = "".join(f"\n{safe(line)}" for line in lines) + "\n"


def safe(told: str) -> str:
    # What XML cannot hold is nothing that `printable` leaves: controls, surrogates, U+FFFE.
    return redacted(printable(told))
