from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.catalog.checks import check
from ctxtally.catalog.reader import read_catalog
from ctxtally.catalog.resolve import resolve
from ctxtally.catalog.rules import RULES
from ctxtally.model.catalog import Catalog, Observed
from ctxtally.model.document import Document
from tests.catalog.catalogs import listing, told
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from ctxtally.model.document import Plain
    from ctxtally.model.finding import Finding

SEED = "context/williamzujkowski.github.io@75fcd51"


def findings(folder: str, path: str) -> tuple[Finding, ...]:
    """Check a real catalog in the files that lie beside it, with their recorded token counts."""
    records = {
        record["path"].removeprefix(f"{folder}/"): record
        for record in json.loads((DEV / "manifest.json").read_text(encoding="utf-8"))["entries"]
        if record["path"].startswith(f"{folder}/")
    }
    raw = {name: (DEV / folder / name).read_bytes() for name in records}
    document = read_document(path, raw[path])
    assert isinstance(document, Document)
    catalog = read_catalog(document)
    assert isinstance(catalog, Catalog)
    tree = listing(*records)
    resolved = tuple(resolve(path, catalog.entries, tree))
    observed = Observed(
        tokens={name: record["tokens_o200k_base"] for name, record in records.items()},
        words={name: len(text.split()) for name, text in raw.items()},
        bytes={name: record["bytes"] for name, record in records.items()},
        front_matter={
            one.path: read_front_matter(one.path, raw[one.path])
            for one in resolved
            if one.state == "file" and PurePosixPath(one.path).suffix == ".md"
        },
    )
    return check(catalog, resolved, observed, tree)


CONTRADICTIONS = [
    (9, "root_anchor.word_count says 1,843; CLAUDE.md has 1,955 words"),
    (10, "root_anchor.token_estimate says 7,372; CLAUDE.md has 4,058 tokens"),
    (
        13,
        (
            'root_anchor.efficiency_gain says "97.5% (8K vs 80K tokens for simple tasks)"; 8K'
            " against 80K is 90.0% less"
        ),
    ),
    (
        75,
        (
            "10 dependencies without a category beside 10 with one: line 75, 105, 125, 139, 153"
            " and 1 more"
        ),
    ),
    (
        111,
        "token_budget of `workflows` says 10,000; its 5 modules are estimated at 12,600",
    ),
    (
        125,
        (
            "dependency cycle: workflows/blog-writing -> standards/humanization-standards ->"
            " workflows/blog-writing"
        ),
    ),
    (
        269,
        "the priority of the category `technical` is MEDIUM/LOW, none of HIGH, MEDIUM, LOW",
    ),
    (362, "token_budget of `reference` says 3,000; its 3 modules are estimated at 2,800"),
    (482, "`standards/humanization-validation (when implemented)` names no module"),
    (483, "`standards/citation-requirements (when implemented)` names no module"),
    (
        488,
        (
            "`technical/script-catalog (when implemented)`: the module exists, it is listed on"
            " line 275"
        ),
    ),
    (
        498,
        (
            "token_budgets.workflow_modules says 10,000; the modules of `workflows` are estimated"
            " at 12,600"
        ),
    ),
    (501, "token_budgets.reference_modules says 2,800; line 362 gives `reference` 3,000"),
    (
        503,
        (
            "token_budgets.remaining_budget says -14,100; 25,000 available less 41,700 estimated is"
            " -16,700"
        ),
    ),
    (
        555,
        "validation.cross_references_accurate says true; 2 references to no module: line 482, 483",
    ),
    (
        557,
        (
            "validation.token_estimates_reasonable says true; 22 of 28 estimates are more than 20%"
            " off"
        ),
    ),
]
WRONG_TAGS = [
    (513, "core/standards-integration", "enforcement"),
    (513, "workflows/sparc-development", "enforcement"),
    (513, "workflows/swarm-orchestration", "enforcement"),
    (514, "workflows/blog-writing", "nda"),
    (515, "core/standards-integration", "files"),
    (518, "workflows/blog-transformation", "blog"),
    (518, "standards/humanization-standards", "blog"),
    (518, "standards/citation-research", "blog"),
    (518, "standards/writing-style", "blog"),
    (520, "technical/agent-coordination", "swarm"),
    (527, "templates/script-template", "scripts"),
]
LEFT_OUT = [
    (525, "accessibility", "1 module that has it: standards/image-standards"),
    (526, "writing", "1 module that has it: workflows/blog-writing"),
    (
        530,
        "automation",
        "2 modules that have it: technical/build-automation, templates/script-template",
    ),
    (535, "documentation", "1 module that has it: core/mandatory-reading"),
]


@needs_dev
def test_every_contradiction_of_a_real_index() -> None:
    path = "docs/context/INDEX.yaml"
    found = [one for one in findings(SEED, path) if one.path == path]
    expected = [
        *CONTRADICTIONS,
        *(
            (line, f"`{name}` is listed under the tag `{tag}`, which it does not carry")
            for line, name, tag in WRONG_TAGS
        ),
        *(
            (line, f"the list of the tag `{tag}` leaves out {names}")
            for line, tag, names in LEFT_OUT
        ),
    ]
    assert [(one.line, one.message) for one in found] == sorted(expected, key=lambda one: one[0])
    notes = {one.rule for one in found if one.level == "note"}
    assert notes == {"catalog-bare-name", "catalog-list-incomplete"}
    assert {one.level for one in found} == {"warning", "note"}


@needs_dev
def test_front_matter_of_a_real_index() -> None:
    found = [one for one in findings(SEED, "docs/context/INDEX.yaml") if one.path.endswith(".md")]
    index = "disagrees with docs/context/INDEX.yaml"
    assert [(one.path, one.line, one.message) for one in found] == [
        ("docs/context/standards/citation-research.md", 13, f"{index}:209: dependencies differ"),
        ("docs/context/standards/image-standards.md", 13, f"{index}:224: dependencies differ"),
        ("docs/context/technical/script-catalog.md", 12, f"{index}:275: dependencies differ"),
    ]


@needs_dev
def test_a_real_manifest() -> None:
    """Of the 593 registered files 32 are part of the data; only the manifest's own size is off."""
    gone, wrong = findings(SEED, "MANIFEST.json")
    assert gone.message.startswith(
        "561 of 593 registered files are not tracked: claude-flow.config"
    )
    assert (wrong.line, wrong.message) == (
        43,
        (
            "1 of 593 registered sizes is wrong: MANIFEST.json has 118,354 bytes, not 118,865"
            " (line 43)"
        ),
    )


@needs_dev
@pytest.mark.parametrize(
    ("folder", "path", "missing"),
    [
        ("context/socketry+async", "context/index.yaml", 0),
        ("context/GSA-TTS+agentic-coding-playbook", "INDEX.yaml", 17),
        ("index/williamzujkowski+standards", "config/MANIFEST.yaml", 0),
    ],
)
def test_other_real_catalogs(folder: str, path: str, missing: int) -> None:
    found = findings(folder, path)
    assert sum(one.rule == "catalog-missing-file" for one in found) == missing
    assert not any(one.level == "warning" for one in found)


NAMES = st.sampled_from(
    ["a", "b", "core", "core/a", "../x", "a.md", "HIGH", "9% (8K vs 80K)", "*", "a\n"]
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 2_000) | NAMES
WORDS = """
categories modules core files path file name id tags priority dependencies
estimated_tokens token_budget modules_count total_modules token_budgets core_modules
total_available remaining_budget loading_strategy discovery by_tag by_priority
root_anchor word_count inventory file_registry by_type size total_count _detail_file
_hash validation token_estimates_reasonable optimization token_reduction
project_overrides allowed_duplicates components skills generated_files status
directories
"""
KEYS = st.sampled_from(WORDS.split())
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS | NAMES, inside, max_size=4),
    max_leaves=25,
)


MODULE = st.dictionaries(KEYS, SCALARS | st.lists(SCALARS, max_size=2), max_size=6)
GROUP = st.fixed_dictionaries(
    {"modules": st.lists(MODULE, max_size=3)},
    optional={"token_budget": SCALARS, "priority": SCALARS, "modules_count": SCALARS},
)
# Documents of the right form, of which any part may be something else.
CATALOGS = st.fixed_dictionaries(
    {"categories": st.dictionaries(NAMES, GROUP | DOCUMENTS, max_size=3)},
    optional={
        "token_budgets": DOCUMENTS,
        "discovery": st.fixed_dictionaries({"by_tag": DOCUMENTS, "by_priority": DOCUMENTS}),
        "root_anchor": DOCUMENTS,
        "inventory": st.fixed_dictionaries({"files": DOCUMENTS}),
        "loading_strategy": DOCUMENTS,
        "validation": DOCUMENTS,
    },
)


@given(CATALOGS | DOCUMENTS, st.sampled_from(["docs/INDEX.yaml", "MANIFEST.json"]))
def test_no_document_crashes_a_rule(data: Plain, path: str) -> None:
    document = read_document(path, json.dumps(data).encode())
    assert isinstance(document, Document)
    catalog = read_catalog(document)
    assert isinstance(catalog, Catalog)
    tree = listing("a", "docs/a.md", "core/a")
    numbers = dict.fromkeys(tree.entries, 7)
    observed = Observed(
        tokens=numbers,
        words=numbers,
        bytes=numbers,
        front_matter=dict.fromkeys(tree.entries, document),
        detail=document,
        whole_tree=True,
    )
    resolved = tuple(resolve(path, catalog.entries, tree))
    found = check(catalog, resolved, observed, tree)
    assert all(one.level == RULES[one.rule] for one in found)
    assert all(one.message and one.help and "\n" not in one.message for one in found)
    assert all(one.line is None or one.line == 1 for one in found)


def test_findings_come_in_the_order_of_the_text() -> None:
    text = (
        "total_modules: 3\nfiles:\n- path: b.md\n- path: a.md\n- path: ../../../x\ntotal_files: 9\n"
    )
    found = told(text)
    assert [one.split(":")[2] for one in found] == ["3", "4", "5", "6"]


def test_nothing_is_found_in_a_file_that_is_no_list() -> None:
    assert told("schema: 1\ncounts: {skills: 3}\n") == []
    assert told('{"name": "App", "icons": []}', path="MANIFEST.json") == []
    assert told('{"coverage": "99% (8 vs 10)", "total_modules": 3}', path="MANIFEST.json") == []
