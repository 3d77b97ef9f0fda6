from __future__ import annotations

import pytest

from ctxtally.budget.advice import Copied, Section
from ctxtally.budget.sections import copied, sections, since

RULE = "Run the complete integration suite before publishing any release candidate."
OTHER = "Keep credentials in the vault and rotate them whenever somebody leaves us."


def words(text: str) -> int:
    return len(text.split())


def test_the_weight_of_each_section() -> None:
    text = "before\n# A\none two\n```\n# no heading\n```\n## B\n"
    assert sections(text, words) == [
        Section(heading="# A", line=2, tokens=9),
        Section(heading="## B", line=7, tokens=2),
    ]


def test_what_each_had_before() -> None:
    before = sections("# A\nx\n# B\n# A\nx x\n# Gone\n", words)
    now = sections("# B\ny y\n# A\nx\n# A\nx x x\n# New\n", words)
    assert [(one.heading, one.line, one.before, one.tokens) for one in since(before, now)] == [
        ("# B", 1, 2, 4),
        ("# A", 3, 3, 3),
        ("# A", 5, 4, 5),
        ("# New", 7, 0, 2),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"# A\n\n{RULE}\n\n# B\n\n{RULE}\n", Copied(tokens=10, line=7, first=3), id="a copy"
        ),
        pytest.param(
            f"{RULE}\n\n{OTHER} {RULE}\n\n{RULE}\n\n{OTHER} {RULE}",
            Copied(tokens=32, line=7, first=3),
            id="the largest of two",
        ),
        pytest.param(
            f"{RULE}\n\n{RULE.replace(' ', '  ', 3)}\n",
            Copied(tokens=10, line=3, first=1),
            id="blanks",
        ),
        pytest.param(f"{RULE}\n\n{OTHER}\n", None, id="no copy"),
        pytest.param(f"{RULE}\n{RULE}\n", None, id="in one paragraph"),
        pytest.param("Run it.\n\nRun it.\n", None, id="too short"),
        pytest.param(
            f"{RULE}\n\n<!-- dup-ok: said to both -->\n{RULE}\n\n{RULE}\n", None, id="on purpose"
        ),
        pytest.param("", None, id="nothing"),
    ],
)
def test_paragraphs_that_stand_twice(text: str, expected: Copied | None) -> None:
    assert copied(text, words) == expected
