"""The health of conversations as JUnit: a suite for each log, a case for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.conversation import comparison
from ctxtally.render.suites import below, case, document, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from ctxtally.model.health import Comparison, Health, Judged

_COMPARISONS = "comparison"


def junit(healths: Sequence[Health], comparisons: Sequence[Comparison] = ()) -> str:
    """Return one document; a rule that could not be judged is a skipped case.

    A comparison is a case that never fails, for it changes no verdict.
    """
    return document(_cases(healths, comparisons))


def _cases(
    healths: Sequence[Health], comparisons: Sequence[Comparison]
) -> Iterator[tuple[str, Element]]:
    from xml.etree.ElementTree import SubElement

    for health in healths:
        for one in health.rules:
            yield health.path, _judged(health, one)
    for held in comparisons:
        made = case(_COMPARISONS, f"{held.other} against {held.one}", held.other, None)
        below(SubElement(made, "system-out"), comparison(held))
        yield _COMPARISONS, made


def _judged(health: Health, one: Judged) -> Element:
    from xml.etree.ElementTree import SubElement

    made = case(health.path, one.rule, health.path, one.lines[0] if one.lines else None)
    if one.outcome == "not-judged":
        SubElement(made, "skipped", message=safe(one.message))
    elif one.outcome == "broken":
        failure = SubElement(made, "failure", type=one.verdict, message=safe(one.message))
        below(failure, *(f"{health.path}:{line}" for line in one.lines), one.help)
    return made
