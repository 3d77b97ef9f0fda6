"""The health of conversations as JUnit: a suite for each log, a case for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.health import Health, Judged


def junit(healths: Sequence[Health]) -> str:
    """Return one document; a rule that could not be judged is a skipped case."""
    suites = "\n".join(_suite(health) for health in healths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suites}\n</testsuites>'


def _suite(health: Health) -> str:
    skipped = sum(one.outcome == "not-judged" for one in health.rules)
    cases = "\n".join(_case(health, one) for one in health.rules)
    counts = f'tests="{len(health.rules)}" failures="{len(health.broken)}" skipped="{skipped}"'
    return f"  <testsuite name={_quoted(health.path)} {counts}>\n{cases}\n  </testsuite>"


def _case(health: Health, one: Judged) -> str:
    head = f"    <testcase classname={_quoted(health.path)} name={_quoted(one.rule)}"
    if one.outcome == "held":
        return f"{head}/>"
    if one.outcome == "not-judged":
        return f"{head}>\n      <skipped message={_quoted(one.message)}/>\n    </testcase>"
    places = "\n".join(f"{health.path}:{line}" for line in one.lines)
    body = f"type={_quoted(one.verdict)} message={_quoted(one.message)}>{_escaped(places)}"
    return f"{head}>\n      <failure {body}</failure>\n    </testcase>"


def _escaped(text: str) -> str:
    from xml.sax.saxutils import escape

    # A line feed stands between places; whatever else draws nothing is not allowed in XML.
    return "\n".join(escape(printable(line)) for line in text.split("\n"))


def _quoted(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(printable(text))
