from __future__ import annotations

import pytest

from ctxtally.catalog.tags import tag_findings
from tests.catalog.catalogs import catalog, told

PLACE = "docs/context/INDEX.yaml"

INDEX = """\
categories:
  core:
    priority: {category}
    modules:
    - {{name: rules, file: a.md, priority: {priority}, tags: [law, Blog]}}
    - {{name: files, file: b.md}}
  work:
    modules:
    - {{name: rules, file: c.md, priority: LOW, tags: law}}
discovery:
  by_priority:
    HIGH: {high}
    LOW: {low}
  by_tag:
    law: {law}
    blog: {blog}
"""


def index(**values: str) -> str:
    right = {
        "category": "HIGH",
        "priority": "HIGH",
        "high": "[core/rules]",
        "low": "[work/rules, core/files]",
        "law": "[core/rules, work/rules]",
        "blog": "[core/rules, core/files]",
    }
    return INDEX.format(**(right | values))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            {"category": "MEDIUM/LOW"},
            [
                (
                    f"warning[catalog-priority]: {PLACE}:3: the priority of the category `core` is"
                    " MEDIUM/LOW, none of HIGH, MEDIUM, LOW"
                )
            ],
            id="a priority of a category",
        ),
        pytest.param(
            {"priority": "urgent", "high": "[]"},
            [
                (
                    f"warning[catalog-priority]: {PLACE}:5: the priority of the module `rules` is"
                    " urgent, none of HIGH, MEDIUM, LOW"
                )
            ],
            id="a priority of a module",
        ),
        pytest.param(
            {"high": "[core/rules, work/rules]"},
            [
                (
                    f"warning[catalog-priority-list]: {PLACE}:12: `work/rules` is listed under the"
                    " priority `HIGH`, but its own is LOW"
                )
            ],
            id="listed under another priority",
        ),
        pytest.param(
            {"low": "[]"},
            [
                (
                    f"note[catalog-list-incomplete]: {PLACE}:13: the list of the priority `LOW`"
                    " leaves out 1 module that has it: work/rules"
                )
            ],
            id="left out of its priority",
        ),
        pytest.param(
            {"blog": "[core/rules, work/rules]"},
            [
                (
                    f"warning[catalog-tag]: {PLACE}:16: `work/rules` is listed under the tag"
                    " `blog`, which it does not carry"
                )
            ],
            id="listed under a tag it does not have",
        ),
        pytest.param(
            {"law": "[]"},
            [
                (
                    f"note[catalog-list-incomplete]: {PLACE}:15: the list of the tag `law` leaves"
                    " out 2 modules that have it: core/rules, work/rules"
                )
            ],
            id="left out of its tag",
        ),
    ],
)
def test_speaks(values: dict[str, str], expected: list[str]) -> None:
    assert told(index(**values), "a.md", "b.md", "c.md") == expected


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="all right"),
        pytest.param({"category": "high"}, id="small letters"),
        pytest.param({"blog": "[core/rules, core/gone]"}, id="no module: references.py tells"),
        pytest.param({"blog": "[core/rules, rules]"}, id="two modules: references.py tells"),
    ],
)
def test_quiet(values: dict[str, str]) -> None:
    assert list(tag_findings(catalog(index(**values)))) == []


def test_priorities_of_other_dialects_are_their_own() -> None:
    assert told("files: [{path: a.md, priority: P0}]\n", "a.md") == []


def test_help_names_the_module() -> None:
    (found,) = tag_findings(catalog(index(blog="[core/rules, work/rules]")))
    assert found.help == "take it out here, or mend the module's tags (line 9)"
