from __future__ import annotations

from collections import Counter

import pytest

from ctxtally.catalog.entries import looks_like_a_path
from ctxtally.catalog.reader import read_catalog
from ctxtally.model.catalog import Catalog
from tests.catalog.catalogs import catalog, document
from tests.support.data import DEV, needs_dev

# One small index in the manner of each dialect; rows are name, path, line, category.
DIALECTS = {
    "1 categories with modules": (
        (
            "categories:\n  core:\n    token_budget: 5\n    modules:\n"
            "      - name: rules\n        file: docs/context/core/rules.md\n"
        ),
        [("rules", "docs/context/core/rules.md", 6, "core")],
    ),
    "1 modules by name": (
        "categories:\n  core:\n    modules:\n      rules: {file: core/rules.md}\n",
        [("rules", "core/rules.md", 4, "core")],
    ),
    "1 modules as plain names": (
        "categories:\n  core:\n    modules: [core/a.md, core/b.md]\n",
        [("a.md", "core/a.md", 3, "core"), ("b.md", "core/b.md", 3, "core")],
    ),
    "2 documents": (
        "documents:\n- path: AGENTS.md\n  title: Agent rules\n  load_priority: always\n",
        [("Agent rules", "AGENTS.md", 2, "documents")],
    ),
    "3 files after a comment and ---": (
        "# made by a tool\n---\ndescription: x\nfiles:\n- path: start.md\n  title: Start\n",
        [("Start", "start.md", 5, "files")],
    ),
    "4 concepts with designs, plans, tasks": (
        (
            "concepts:\n  bus:\n    design: designs/bus.md\n    related_concepts: [x/y]\n"
            "    plans:\n      - plans/one.md\n    tasks: []\n"
        ),
        [("bus", "designs/bus.md", 3, "concepts"), ("bus", "plans/one.md", 6, "concepts")],
    ),
    "5 skills and roles": (
        (
            "meta: {skill_count: 1}\nskills:\n- id: scan\n  name: Scan\n  file: s/scan/SKILL.md\n"
            "roles:\n- id: lead\n  file: r/lead/SKILL.md\n  skills: [scan]\n"
        ),
        [("scan", "s/scan/SKILL.md", 5, "skills"), ("lead", "r/lead/SKILL.md", 8, "roles")],
    ),
    "6 directories of files": (
        "directories:\n  plans/a:\n    files:\n      - name: one.md\n        added: 2026-03-29\n",
        [("one.md", "plans/a/one.md", 4, "plans/a")],
    ),
    "6 directories of plain names": (
        "directories:\n  plans/a:\n    files: [one.md]\n",
        [("one.md", "plans/a/one.md", 3, "plans/a")],
    ),
    "6 files of this directory": (
        "instructions: |\n  Read\n  me.\nfiles:\n  - name: one.md\n",
        [("one.md", "one.md", 5, "files")],
    ),
    "7 JSON in a .yaml, a directory": (
        '{"artifacts": [\n {"id": "steps", "path": "specs/roadmap"}]}',
        [("steps", "specs/roadmap", 2, "artifacts")],
    ),
    "8 entries": (
        "entries:\n- id: a\n  path: docs/a.md\n  status: not-created\n",
        [("a", "docs/a.md", 3, "entries")],
    ),
    "9 groups of documents": (
        "bootstrap:\n- path: README.md\n  why: x\ncanonical_docs:\n  ui:\n  - path: docs/ui.md\n",
        [("README.md", "README.md", 2, "bootstrap"), ("ui.md", "docs/ui.md", 6, "ui")],
    ),
    "10 subsystems with memories": (
        (
            "entrypoints: {rules: AGENTS.md}\nsubsystems:\n  audio:\n    title: Sound\n"
            "    memory: memory/audio.md\n    source_paths: [frameworks/av]\nbudgets: {bytes: 9}\n"
        ),
        [("audio", "memory/audio.md", 5, "subsystems")],
    ),
    "11 every file of the repository": (
        "files:\n\n  - path: .gitignore\n    id: GITIGNORE\n  - path: LICENSE\n    id: LICENSE\n",
        [("GITIGNORE", ".gitignore", 3, "files"), ("LICENSE", "LICENSE", 5, "files")],
    ),
    "12 documents with a purpose": (
        "documents:\n- path: _archive/OLD.md\n  purpose: old\n  related_files: [HANDOFF.md]\n",
        [("OLD.md", "_archive/OLD.md", 2, "documents")],
    ),
    "13 a canon by name": (
        (
            "schemaVersion: 1\ncanon:\n  prd: docs/prd/PRD.md\n  note: see there\n"
            "domains:\n- id: d\n  path: docs/d\nentries: []\n"
        ),
        [("prd", "docs/prd/PRD.md", 3, "canon"), ("d", "docs/d", 7, "domains")],
    ),
    "14 one list for each kind": (
        "plans:\n- path: .context/plans/a.md\n  title: A\n  related: [../b.md]\n",
        [("A", ".context/plans/a.md", 2, "plans")],
    ),
    "15 lines by path": (
        (
            "files:\n  AGENTS.md: 242\ndomains:\n  auth:\n    memory-bank/auth/meta.md: 17\n"
            "entries:\n- id: rules\n  path: AGENTS.md\n"
        ),
        [
            ("AGENTS.md", "AGENTS.md", 2, "files"),
            ("meta.md", "memory-bank/auth/meta.md", 5, "auth"),
            ("rules", "AGENTS.md", 8, "entries"),
        ],
    ),
    "16 context files with keywords": (
        (
            "context_files:\n- keywords: [a]\n  path: CLAUDE.md\n  size: 12520\n"
            "keywords:\n  a: [CLAUDE.md]\n"
        ),
        [("CLAUDE.md", "CLAUDE.md", 3, "context_files")],
    ),
    "17 context points": (
        (
            "global_context:\n  path: .context/repo.md\ncontext_points:\n- id: docs\n"
            "  name: Docs\n  path: .context/docs.md\n  primary_paths: [docs]\n"
        ),
        [
            ("global_context", ".context/repo.md", 2, ""),
            ("docs", ".context/docs.md", 6, "context_points"),
        ],
    ),
    "18 facts in the index": (
        "fast_facts: [one, two]\ndocuments:\n- title: A\n  path: docs/a.md\n",
        [("A", "docs/a.md", 4, "documents")],
    ),
    "19 standards by identifier": (
        (
            "standards:\n  KM:\n    full_name: KNOW.md\n    size: 52KB\n    token_estimate: 14000\n"
            "    sections: {overview: {tokens: 400}}\n"
        ),
        [("KM", "KNOW.md", 3, "standards")],
    ),
    "20 contents and further indexes": (
        (
            "path: .\ncontents:\n- name: app\n  kind: folder\n  path: app\n"
            "related_indexes:\n- path: docs/INDEX.yaml\n"
        ),
        [("app", "app", 5, "contents"), ("INDEX.yaml", "docs/INDEX.yaml", 7, "related_indexes")],
    ),
    "a list at the top": ("- path: a.md\n", [("a.md", "a.md", 1, "")]),
    "names at the top": ("read_order: [a.md]\n", [("a.md", "a.md", 1, "read_order")]),
    "lists inside entries of a list": (
        "tiers:\n- tier: 1\n  files:\n  - path: a.md\n",
        [("a.md", "a.md", 4, "tiers")],
    ),
    "a name with spaces": (
        "files:\n- path: my notes.md\n",
        [("my notes.md", "my notes.md", 2, "files")],
    ),
    "folders with spaces": (
        'files: [{path: docs/My Notes/a b.md}, {path: "../my secret"}]\n',
        [
            ("a b.md", "docs/My Notes/a b.md", 1, "files"),
            ("my secret", "../my secret", 1, "files"),
        ],
    ),
    "four keys deep": ("a: {b: {c: {d: [{path: x.md}]}}}\n", [("x.md", "x.md", 1, "d")]),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialects(dialect: str) -> None:
    text, expected = DIALECTS[dialect]
    entries = catalog(text).entries
    assert [(one.name, one.path, one.line, one.category) for one in entries] == expected
    assert {one.role for one in entries} == {"module"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# only a comment\n", id="only a comment"),
        pytest.param("just text", id="a text"),
        pytest.param("schema: layout\ncounts: {skills: 1}\nentry: SKILL.md\n", id="counts"),
        pytest.param("gates: workflows/gates.json\nwork: {list: a/b.json, n: 3}\n", id="keys only"),
        pytest.param("modules:\n  auth:\n    views: [Login.vue]\n    api: [a.js]\n", id="code"),
        pytest.param("paths:\n  view: src/{Name}.vue\n", id="patterns by name"),
        pytest.param("files:\n- path: a.swift\n  checksum: 274e0c87\n", id="checksums"),
        pytest.param("meta:\n  keys:\n  - path: Path from the root\n", id="an explanation"),
        pytest.param("ui: {entry: src/ui/index.tsx}\n", id="the start of a program"),
        pytest.param("apiVersion: v1\nentries:\n  chart:\n  - path: a.tgz\n", id="Helm"),
        pytest.param("apiVersion: v1\nkind: Pod\nspec: [{path: /api}]\n", id="Kubernetes"),
        pytest.param("openapi: 3.0.0\npaths: {x: {path: /a}}\n", id="OpenAPI"),
        pytest.param("runtimes: {python3.11: 1, node.js: 2}\n", id="numbers, not by path"),
        pytest.param("files: {a.md: true}\n", id="no numbers by path"),
        pytest.param("files:\n- name: The plan\n", id="names of no files"),
        pytest.param("items:\n- name: a.md\n", id="names outside `files`"),
        pytest.param("files:\n- 3\n- [a.md]\n- path: 5\n", id="not paths"),
        pytest.param("notes: [see a.md, b.md]\n", id="sentences"),
        pytest.param("a: {b: {c: {d: {e: [{path: x.md}]}}}}\n", id="five keys deep"),
        pytest.param("a: [{b: [{c: [{d: [{e: [{path: x.md}]}]}]}]}]\n", id="five lists deep"),
    ],
)
def test_not_a_list_of_files(text: str) -> None:
    assert catalog(text).entries == ()


def test_names_in_a_directory_are_relative_to_it_alone() -> None:
    found = catalog("files:\n- name: a.md\n- path: b.md\n").entries
    assert [entry.here for entry in found] == [True, False]
    assert not catalog("directories: {x: {files: [{name: a.md}]}}\n").entries[0].here


@pytest.mark.parametrize(
    ("text", "guessed"),
    [
        ("standards: {A: {full_name: A.md}}\n", True),
        ("always: [a.md]\n", True),
        ("files: [{path: a.md}]\n", False),
        ("concepts: {A: {design: a.md, plans: [b/c]}}\n", False),
    ],
)
def test_what_is_a_guess(text: str, guessed: bool) -> None:  # noqa: FBT001 - a table
    assert {entry.guessed for entry in catalog(text).entries} == {guessed}


def test_hostile_paths_are_kept_as_written() -> None:
    text = '{"files": [{"path": ""}, {"path": "a\\u0000b"}, {"path": "C:\\\\x"}, {"file": "../x"}]}'
    assert [entry.path for entry in catalog(text).entries] == ["", "a\0b", "C:\\x", "../x"]


@pytest.mark.parametrize(
    ("text", "path"),
    [("a/b", True), ("a.md", True), (".gitignore", True), ("word", False), ("see a/b", False)],
)
def test_what_looks_like_a_path(text: str, path: bool) -> None:  # noqa: FBT001 - a table
    assert looks_like_a_path(text) is path


@needs_dev
@pytest.mark.parametrize(
    ("folder", "path", "categories", "stated"),
    [
        (
            "context/williamzujkowski.github.io@75fcd51",
            "docs/context/INDEX.yaml",
            {
                "core": 5,
                "workflows": 5,
                "standards": 5,
                "technical": 6,
                "reference": 3,
                "templates": 4,
            },
            41_700,
        ),
        (
            "context/GSA-TTS+agentic-coding-playbook",
            "INDEX.yaml",
            {"documents": 23, "skills": 12},
            0,
        ),
        ("context/socketry+async", "context/index.yaml", {"files": 6}, 0),
        (
            "index/pantheon-org+skill-quality-auditor",
            ".context/index.yaml",
            {
                "known-issues": 13,
                "plans": 44,
                "findings": 49,
                "analysis": 3,
                "audits": 20,
                "instructions": 6,
            },
            0,
        ),
        ("index/WenyuChiou+fable-method-harness", "INDEX.yaml", {"files": 263}, 0),
        ("index/UnitOneAI+SecuritySkills", "index.yaml", {"skills": 45, "roles": 5}, 0),
        ("index/keyan-commits+apex-engine", "INDEX.yaml", {"documents": 5}, 0),
        ("index/williamzujkowski+standards", "config/MANIFEST.yaml", {"standards": 25}, 323_500),
    ],
)
def test_real_indexes(folder: str, path: str, categories: dict[str, int], stated: int) -> None:
    read = read_catalog(document(path, (DEV / folder / path).read_text(encoding="utf-8")))
    assert isinstance(read, Catalog)
    assert Counter(entry.category for entry in read.entries) == categories
    assert sum(entry.tokens.amount for entry in read.entries if entry.tokens) == stated
