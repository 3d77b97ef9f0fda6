from __future__ import annotations

import pytest

from tests.catalog.catalogs import observed, told

PLACE = "docs/context/INDEX.yaml"
INDEX = """\
categories:
  core:
    modules:
    - name: rules
      file: a.md
      priority: HIGH
      version: 1.0.0
      last_updated: "2026-01-02"
      estimated_tokens: 9128
      dependencies: [core/files]
      load_when: [writing, reading]
      tags: [one, two]
    - {name: files, file: b.md}
"""


def front(**changes: str) -> str:
    keys = {
        "title": "Rules of the house",
        "category": "core",
        "priority": "HIGH",
        "version": "1.0.0",
        "last_updated": "2026-01-02",
        "estimated_tokens": "9128",
        "dependencies": "[files.md]",
        "load_when": "[reading, writing]",
        "tags": "[two, one]",
    } | changes
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n# Rules\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            front(estimated_tokens="3100"),
            ["a.md:7: disagrees with {place}:5: estimated_tokens is 3100 here, 9128 there"],
            id="another estimate",
        ),
        pytest.param(
            front(category="work", tags="[one]", priority="LOW"),
            [
                (
                    "a.md:3: disagrees with {place}:5: category is work here, core there; priority"
                    " is LOW here, HIGH there; tags differ"
                )
            ],
            id="several keys",
        ),
        pytest.param(
            front(dependencies="[core/blog]"),
            ["a.md:8: disagrees with {place}:5: dependencies differ"],
            id="other dependencies",
        ),
        pytest.param(
            front(tags="one"), ["a.md:10: disagrees with {place}:5: tags differ"], id="no list"
        ),
        pytest.param(
            front(tags="[one: two]: x"),
            [
                (
                    "a.md:10: front matter, column 17: not valid YAML: mapping values are not"
                    " allowed here"
                )
            ],
            id="not YAML",
        ),
    ],
)
def test_speaks(text: str, expected: list[str]) -> None:
    found = told(INDEX, "a.md", "b.md", seen=observed(a_md=text), only="catalog-front-matter")
    assert found == [
        f"warning[catalog-front-matter]: {one.format(place=PLACE)}" for one in expected
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(front(), id="the same, in another order"),
        pytest.param("---\ntitle: Rules\nstatus: done\n---\n", id="keys of its own"),
        pytest.param("---\n- a list\n---\n", id="no mapping"),
        pytest.param("---\n---\n", id="empty"),
        pytest.param("# Rules\n", id="no front matter anywhere"),
    ],
)
def test_quiet(text: str) -> None:
    assert told(INDEX, "a.md", "b.md", seen=observed(a_md=text)) == []


def test_some_modules_without() -> None:
    seen = observed(a_md=front(), b_md="# Files\n", c_md="# not listed\n")
    assert told(INDEX, "a.md", "b.md", seen=seen) == [
        (
            f"note[catalog-no-front-matter]: {PLACE}: 1 module is without the front matter that"
            " others have: b.md"
        )
    ]


def test_a_category_is_compared_only_where_the_index_has_categories() -> None:
    seen = observed(a_md=front())
    assert told("documents: [{path: a.md}]\n", "a.md", seen=seen) == []
