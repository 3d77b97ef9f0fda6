from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.catalog.references import reference_findings
from tests.catalog.catalogs import catalog, told

PLACE = "docs/context/INDEX.yaml"

INDEX = """\
root_anchor: {{file: CLAUDE.md}}
categories:
  core:
    modules:
    - name: rules
      file: a.md
      dependencies: {rules}
    - name: files
      file: b.md
      dependencies: {files}
  work:
    modules:
    - name: blog
      file: c.md
      dependencies: {blog}
      optional_dependencies: {optional}
    - name: same
      file: d.md
    - name: rules
      file: e.md
loading_strategy:
  always_load:
    - {load}
"""
FILES = ("CLAUDE.md", "a.md", "b.md", "c.md", "d.md", "e.md")


def index(
    *,
    rules: str = "[]",
    files: str = "[]",
    blog: str = "[]",
    optional: str = "[]",
    load: str = "core/rules",
) -> str:
    return INDEX.format(rules=rules, files=files, blog=blog, optional=optional, load=load)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            index(load="core/rulez"),
            [],
            id="no reference names a module: these are no references",
        ),
        pytest.param(
            index(load="core/gone", blog="[core/files]"),
            [f"warning[catalog-reference]: {PLACE}:23: `core/gone` names no module"],
            id="nothing to load",
        ),
        pytest.param(
            index(load="core/gone (when implemented)", blog="[core/files]"),
            [
                (
                    f"warning[catalog-reference]: {PLACE}:23: `core/gone (when implemented)` names"
                    " no module"
                )
            ],
            id="not implemented",
        ),
        pytest.param(
            index(load="core/files (when implemented)"),
            [
                (
                    f"warning[catalog-reference]: {PLACE}:23: `core/files (when implemented)`: the"
                    " module exists, it is listed on line 9"
                )
            ],
            id="implemented since",
        ),
        pytest.param(
            index(blog="[core/gone]"),
            [
                (
                    f"warning[catalog-reference]: {PLACE}:15: `blog` depends on `core/gone`, which"
                    " names no module"
                )
            ],
            id="a dependency",
        ),
        pytest.param(
            index(optional="[gone]"),
            [
                (
                    f"warning[catalog-reference]: {PLACE}:16: `blog` depends on `gone`, which names"
                    " no module"
                )
            ],
            id="an optional dependency",
        ),
        pytest.param(
            index(load="rules"),
            [
                (
                    f"warning[catalog-reference]: {PLACE}:23: `rules` names 2 modules: core/rules"
                    " (line 6), work/rules (line 20)"
                )
            ],
            id="a name of two modules",
        ),
        pytest.param(
            index(files="[core/rules]", blog="[files, same]"),
            [
                (
                    f"note[catalog-bare-name]: {PLACE}:15: 2 dependencies without a category beside"
                    " 1 with one: line 15"
                )
            ],
            id="bare names beside a qualified one",
        ),
        pytest.param(
            index(rules="[work/blog]", blog="[core/files]", files="[core/rules]"),
            [
                (
                    f"warning[catalog-cycle]: {PLACE}:7: dependency cycle: core/rules -> work/blog"
                    " -> core/files -> core/rules"
                )
            ],
            id="a cycle of three",
        ),
        pytest.param(
            index(files="[core/files]"),
            [f"warning[catalog-cycle]: {PLACE}:10: dependency cycle: core/files -> core/files"],
            id="a module that needs itself",
        ),
        pytest.param(
            index(rules="[core/files, work/same]", files="[core/rules]", blog="[work/blog]"),
            [
                (
                    f"warning[catalog-cycle]: {PLACE}:7: dependency cycle: core/rules -> core/files"
                    " -> core/rules"
                ),
                f"warning[catalog-cycle]: {PLACE}:15: dependency cycle: work/blog -> work/blog",
            ],
            id="two cycles",
        ),
    ],
)
def test_speaks(text: str, expected: list[str]) -> None:
    assert told(text, *FILES) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(index(), id="a module"),
        pytest.param(index(load="core/files (for every task)"), id="a remark that says nothing"),
        pytest.param(index(load="core", blog="[core/files]"), id="a category"),
        pytest.param(index(load="core/*", blog="[core/files]"), id="all of a category"),
        pytest.param(index(load="CLAUDE.md", blog="[core/files]"), id="the anchor"),
        pytest.param(index(load="b.md"), id="a module by its path"),
        pytest.param(index(blog="[files, same]"), id="bare names alone"),
        pytest.param(index(blog="[core/files]", files="[core/rules]"), id="a chain"),
        pytest.param(index(blog="numpy"), id="no list"),
    ],
)
def test_quiet(text: str) -> None:
    assert told(text, *FILES) == []


def test_an_empty_reference() -> None:
    text = index(load="''", blog="[core/files]")
    assert told(text, *FILES) == [f"warning[catalog-reference]: {PLACE}:23: `` names no module"]


def test_help_suggests_a_near_name() -> None:
    found = list(reference_findings(catalog(index(load="core/file", blog="[work/nothing]"))))
    assert [one.help for one in found] == []
    found = list(reference_findings(catalog(index(load="core/file", blog="[core/rules, zzz]"))))
    assert [(one.line, one.help) for one in found] == [
        (23, "core/files exists"),
        (15, "list the module, or take the reference out"),
    ]


def test_many_dangling_references_get_no_suggestion() -> None:
    names = ", ".join(f"core/file{n}" for n in range(30))
    found = list(reference_findings(catalog(index(blog=f"[{names}]"))))
    assert [one.help for one in found].count("core/files exists") == 20
    assert len(found) == 30


def test_ten_cycles_are_enough() -> None:
    modules = "".join(
        f"  - {{name: m{n}, file: {n}.md, dependencies: [m{n}]}}\n" for n in range(15)
    )
    found = list(reference_findings(catalog(f"modules:\n{modules}")))
    assert [one.rule for one in found] == ["catalog-cycle"] * 10


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_a_cycle_is_told_exactly_where_there_is_one(edges: set[tuple[int, int]]) -> None:
    needs = {n: sorted(b for a, b in edges if a == n) for n in range(6)}
    text = (
        '{"modules": ['
        + ",".join(
            f'{{"name": "m{n}", "file": "{n}.md", "dependencies": {[f"m{b}" for b in needs[n]]}}}'
            for n in range(6)
        ).replace("'", '"')
        + "]}"
    )
    found = [
        one.message for one in reference_findings(catalog(text)) if one.rule == "catalog-cycle"
    ]
    # The oracle: who can reach itself, by repeated joining of edges.
    reach = set(edges)
    for _ in range(6):
        reach |= {(a, d) for a, b in reach for c, d in edges if b == c}
    assert bool(found) == any(a == b for a, b in reach)
    for message in found:
        way = [int(name[-1]) for name in message.removeprefix("dependency cycle: ").split(" -> ")]
        assert way[0] == way[-1] == min(way)
        assert all(step in edges for step in itertools.pairwise(way))
