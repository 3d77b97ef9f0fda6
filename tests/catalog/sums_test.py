from __future__ import annotations

import pytest

from tests.catalog.catalogs import told

PLACE = "docs/context/INDEX.yaml"
FILES = ("a.md", "b.md", "c.md")

INDEX = """\
total_modules: {total_modules}
total_categories: {total_categories}
categories:
  core:
    token_budget: {core_budget}
    modules_count: {core_count}
    modules:
    - {{file: a.md, estimated_tokens: 100}}
    - {{file: b.md, estimated_tokens: 200}}
  workflows:
    modules:
    - {{file: c.md, estimated_tokens: {workflow_tokens}}}
token_budgets:
  total_available: 1000
  core_modules: {core_part}
  workflow_modules: {workflow_part}
  remaining_budget: {remaining}
  actual_total: {actual}
"""
RIGHT = {
    "total_modules": "3",
    "total_categories": "2",
    "core_budget": "300",
    "core_count": "2",
    "workflow_tokens": "400",
    "core_part": "300",
    "workflow_part": "400",
    "remaining": "300",
    "actual": "700",
}


def index(**values: str) -> str:
    return INDEX.format(**(RIGHT | values))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            {"total_modules": "4"},
            [f"warning[catalog-count]: {PLACE}:1: total_modules says 4; 3 modules are listed"],
            id="total_modules",
        ),
        pytest.param(
            {"total_categories": "1"},
            [
                (
                    f"warning[catalog-count]: {PLACE}:2: total_categories says 1; 2 categories are"
                    " listed"
                )
            ],
            id="total_categories",
        ),
        pytest.param(
            {"core_count": "1"},
            [
                (
                    f"warning[catalog-count]: {PLACE}:6: modules_count of `core` says 1; 2 modules"
                    " are listed"
                )
            ],
            id="modules_count",
        ),
        pytest.param(
            {"core_budget": "1_300"},
            [
                (
                    f"warning[catalog-sum]: {PLACE}:5: token_budget of `core` says 1,300; its"
                    " 2 modules are estimated at 300"
                ),
                (
                    f"warning[catalog-sum]: {PLACE}:15: token_budgets.core_modules says 300; line 5"
                    " gives `core` 1,300"
                ),
            ],
            id="token_budget, and the part that agrees with the sum alone",
        ),
        pytest.param(
            {"workflow_part": "401"},
            [
                (
                    f"warning[catalog-sum]: {PLACE}:16: token_budgets.workflow_modules says 401;"
                    " the modules of `workflows` are estimated at 400"
                )
            ],
            id="a part",
        ),
        pytest.param(
            {"remaining": "-14100"},
            [
                (
                    f"warning[catalog-sum]: {PLACE}:17: token_budgets.remaining_budget says"
                    " -14,100; 1,000 available less 700 estimated is 300"
                )
            ],
            id="remaining_budget",
        ),
        pytest.param(
            {"actual": "70"},
            [
                (
                    f"warning[catalog-sum]: {PLACE}:18: token_budgets.actual_total says 70; the"
                    " modules are estimated at 700"
                )
            ],
            id="actual_total",
        ),
    ],
)
def test_speaks(values: dict[str, str], expected: list[str]) -> None:
    assert told(index(**values), *FILES) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(index(), id="all right"),
        pytest.param(index(core_budget="a lot", core_count="true"), id="no numbers"),
        pytest.param(index(core_budget="~1K", core_count="~4"), id="rounded numbers"),
        pytest.param(index(core_part="~", remaining="x", actual="1.5"), id="none of them"),
        # Without an estimate nothing is known of the category's sum, nor of the whole.
        pytest.param(index(workflow_tokens="~", workflow_part="9", actual="9"), id="no estimate"),
        pytest.param("categories: {core: {token_budget: 9}}\n", id="a category without modules"),
        pytest.param("token_budgets: {core_modules: 9, other: 1}\n", id="parts of no category"),
        pytest.param("files: [{path: a.md}]\nrepo: {total_files: 9}\n", id="another section"),
        pytest.param("files: [{path: a.md, tokens: 1}]\nrepo: {total_tokens: 9}\n", id="a total"),
        pytest.param("files: [{path: a.md}]\ntotal_tokens: 9\n", id="a total of nothing"),
    ],
)
def test_quiet(text: str) -> None:
    assert told(text, *FILES) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "meta: {skill_count: 2}\nskills: [{file: a.md}]\n",
            f"warning[catalog-count]: {PLACE}:1: meta.skill_count says 2; 1 skill is listed",
            id="skill_count",
        ),
        pytest.param(
            "documents: [{path: a.md}, {path: b.md}]\nstats: {total_documents: 1}\n",
            f"warning[catalog-count]: {PLACE}:2: stats.total_documents says 1; 2 documents are"
            " listed",
            id="total_documents",
        ),
        pytest.param(
            "total_tokens: 3\nfiles: [{path: a.md, tokens: 4}]\n",
            f"warning[catalog-sum]: {PLACE}:1: total_tokens says 3; the modules are estimated at 4",
            id="total_tokens",
        ),
    ],
)
def test_other_dialects_speak(text: str, expected: str) -> None:
    assert told(text, *FILES) == [expected]


def test_one_module_is_one() -> None:
    modules = "[{file: a.md, tokens: 1}]"
    text = f"categories: {{core: {{modules_count: 3, token_budget: 5, modules: {modules}}}}}\n"
    assert told(text, "a.md") == [
        f"warning[catalog-count]: {PLACE}:1: modules_count of `core` says 3; 1 module is listed",
        (
            f"warning[catalog-sum]: {PLACE}:1: token_budget of `core` says 5; its 1 module is"
            " estimated at 1"
        ),
    ]
