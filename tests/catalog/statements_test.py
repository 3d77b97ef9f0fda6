from __future__ import annotations

import json

from ctxtally.model.catalog import AllowedDuplicate, Anchor, Claim, Group, Selection, Word
from tests.catalog.catalogs import catalog

TEXT = """\
version: 1
root_anchor:
  file: CLAUDE.md
  word_count: 10
  token_estimate: 20
  gain: 90% (1K vs 10K)
  previous_version: {word_count: 5, deep: {deeper: 6}}
categories:
  core:
    priority: HIGH
    token_budget: 5
    modules_count: 0
    modules: []
  odd: text
loading_strategy:
  always_load:
    - core/a
    - 3
  conditional_load:
    writing: [core/b]
    note: text
discovery:
  by_priority: {HIGH: [core/a]}
  by_tag:
    rules: [core/a, core/b]
validation:
  complete: true
"""


def test_what_an_index_states() -> None:
    read = catalog(TEXT)
    assert read.groups == (
        Group(
            name="core",
            line=9,
            token_budget=Claim(name="categories.core.token_budget", value=5, line=11),
            modules_count=Claim(name="categories.core.modules_count", value=0, line=12),
            priority=Claim(name="categories.core.priority", value="HIGH", line=10),
        ),
    )
    assert read.anchor == Anchor(
        path="CLAUDE.md",
        line=3,
        word_count=Claim(name="root_anchor.word_count", value=10, line=4),
        token_estimate=Claim(name="root_anchor.token_estimate", value=20, line=5),
    )
    assert [(claim.name, claim.value, claim.line) for claim in read.claims] == [
        ("version", 1, 1),
        ("root_anchor.word_count", 10, 4),
        ("root_anchor.token_estimate", 20, 5),
        ("root_anchor.gain", "90% (1K vs 10K)", 6),
        ("root_anchor.previous_version.word_count", 5, 7),
        ("validation.complete", True, 27),
    ]
    a, b = Word(text="core/a", line=17), Word(text="core/b", line=20)
    assert read.selections == (
        Selection(kind="load", name="always_load", line=16, references=(a,)),
        Selection(kind="load", name="conditional_load.writing", line=20, references=(b,)),
        Selection(
            kind="priority", name="HIGH", line=23, references=(Word(text="core/a", line=23),)
        ),
        Selection(
            kind="tag",
            name="rules",
            line=25,
            references=(Word(text="core/a", line=25), Word(text="core/b", line=25)),
        ),
    )


def test_an_index_that_states_nothing() -> None:
    read = catalog("root_anchor: {file: [a]}\ncategories: [core]\ndiscovery: {by_tag: [a]}\n")
    assert (read.groups, read.anchor, read.claims, read.selections) == ((), None, (), ())
    assert read.claim("total_modules") is None
    assert read.allowed_duplicates == ()


def test_numbers_of_groups_are_numbers() -> None:
    budgets = ["5K tokens", "10,000", "a lot", "true", "-1"]
    text = "categories:\n" + "".join(
        f"  c{n}: {{token_budget: {budget!r}}}\n" for n, budget in enumerate(budgets)
    )
    found = [group.token_budget for group in catalog(text).groups]
    assert found == [
        Claim(name="categories.c0.token_budget", value=5_000, line=2, rough=True),
        Claim(name="categories.c1.token_budget", value=10_000, line=3),
        None,
        None,
        None,
    ]


def test_lists_are_read_to_three_keys() -> None:
    text = "loading_strategy: {a: {b: {c: [x]}}}\n"
    assert catalog(text).selections == ()


def test_allowed_duplicates() -> None:
    pair = {"project_file": "CLAUDE.md", "standards_file": ".standards/CLAUDE.md"}
    items = [pair | {"reason": "ours extends it"}, pair | {"reason": 3}, {"project_file": "x"}, 5]
    data = {"project_overrides": {"allowed_duplicates": items}}
    text = json.dumps(data, indent=1)
    assert catalog(text, "MANIFEST.json").allowed_duplicates == (
        AllowedDuplicate(
            project_file="CLAUDE.md",
            standards_file=".standards/CLAUDE.md",
            reason="ours extends it",
            line=4,
        ),
        AllowedDuplicate(
            project_file="CLAUDE.md", standards_file=".standards/CLAUDE.md", reason="", line=9
        ),
    )
