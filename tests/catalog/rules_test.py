from __future__ import annotations

import re
from pathlib import Path

import pytest

from ctxtally.catalog.rules import RULES, are, cut, found, many, some, unreadable
from ctxtally.model.document import Unreadable
from ctxtally.model.finding import Finding

TESTS = Path(__file__).parent


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_test_that_must_speak(rule: str) -> None:
    """Quiet cases stand beside the loud ones, in the table `..._quiet` of the same module."""
    spoken = re.compile(rf"{RULES[rule]}\[{rule}\]|rule=\"{rule}\"")
    assert any(spoken.search(path.read_text(encoding="utf-8")) for path in TESTS.glob("*_test.py"))


def test_an_unreadable_catalog_is_one_finding() -> None:
    problem = Unreadable(path="INDEX.yaml", line=71, column=36, message="not valid YAML: x")
    assert unreadable(problem) == Finding(
        rule="catalog-unreadable",
        level="warning",
        path="INDEX.yaml",
        line=71,
        message="column 36: not valid YAML: x",
        help="mend the file; until then nothing it lists is known",
    )


def test_a_message_is_one_line_that_no_terminal_acts_on() -> None:
    one = found("catalog-sum", "a.md", 1, "a\nb\x1b[31m", "c\td")
    assert (one.message, one.help) == ("a\\nb\\x1b[31m", "c\\td")


def test_wording() -> None:
    assert (cut("a" * 120), cut("a" * 121)) == ("a" * 120, "a" * 120 + "...")
    assert some(["a"] * 5) == "a, a, a, a, a"
    assert some(["a"] * 5, of=6) == "a, a, a, a, a and 1 more"
    assert some(["a"] * 1_006) == "a, a, a, a, a and 1,001 more"
    assert [many(0, "file"), many(1, "file"), many(2, "entry", "entries")] == [
        "0 files",
        "1 file",
        "2 entries",
    ]
    assert [are(0), are(1), are(2)] == ["are", "is", "are"]
