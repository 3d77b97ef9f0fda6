from __future__ import annotations

import json
from hashlib import sha256

import pytest

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.catalog.mending import mends
from ctxtally.catalog.resolve import resolve
from ctxtally.model.catalog import Observed
from ctxtally.model.document import Document
from tests.catalog.catalogs import INDEX, catalog, listing

FILES = ("a.md", "b.md", "CLAUDE.md", "files.json")
MEASURED = Observed(
    tokens={"a.md": 70, "b.md": 30, "CLAUDE.md": 21},
    words={"CLAUDE.md": 14},
    bytes={"a.md": 300, "b.md": 120},
    lines={"a.md": 9, "b.md": 4},
)
MODULES = """\
    modules:
    - {file: a.md, estimated_tokens: %s}
    - {file: b.md, estimated_tokens: %s}
"""


def told(text: str, path: str = INDEX, seen: Observed = MEASURED) -> list[str]:
    read = catalog(text, path)
    tree = listing(*FILES)
    resolved = tuple(resolve(read.path, read.entries, tree))
    return [
        f"{one.path}:{one.line}: {one.name}: {one.before} -> {one.after}"
        for one in mends(read, resolved, seen, tree)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "files:\n- {path: a.md, tokens: 50, size: 200, lines: 8}\n",
            [
                "2: files/a.md tokens: 50 -> 70",
                "2: files/a.md bytes: 200 -> 300",
                "2: files/a.md lines: 8 -> 9",
            ],
            id="estimate and sizes",
        ),
        pytest.param(
            "files:\n- {path: a.md, tokens: '69'}\n",
            ["2: files/a.md tokens: 69 -> 70"],
            id="within a fifth too",
        ),
        pytest.param("files:\n  a.md: 3\n", ["2: files/a.md lines: 3 -> 9"], id="lines by path"),
        pytest.param(
            "root_anchor: {file: CLAUDE.md, word_count: 9, token_estimate: 9}\n",
            ["1: root_anchor.word_count: 9 -> 14", "1: root_anchor.token_estimate: 9 -> 21"],
            id="the anchor",
        ),
        pytest.param(
            "total_modules: 3\ncategories:\n  core:\n    token_budget: 90\n    modules_count: 1\n"
            + MODULES % (70, 30),
            [
                "4: categories.core.token_budget: 90 -> 100",
                "5: categories.core.modules_count: 1 -> 2",
                "1: total_modules: 3 -> 2",
            ],
            id="sums and counts",
        ),
        pytest.param(
            "categories:\n  core:\n"
            + MODULES % (70, 30)
            + "token_budgets:\n  total_available: 80\n  core_modules: 99\n  remaining_budget: 5\n",
            [
                "8: token_budgets.core_modules: 99 -> 100",
                "9: token_budgets.remaining_budget: 5 -> -20",
            ],
            id="what sums repeat",
        ),
        pytest.param(
            "categories:\n  core:\n    token_budget: 500\n    modules:\n    - {file: a.md}\n"
            "token_budgets: {core_modules: 99}\n",
            ["6: token_budgets.core_modules: 99 -> 500"],
            id="a budget that is repeated wrongly, without estimates",
        ),
    ],
)
def test_what_is_mended(text: str, expected: list[str]) -> None:
    assert told(text) == [f"{INDEX}:{one}" for one in expected]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("files:\n- {path: a.md, tokens: 70, size: 300, lines: 9}\n", id="right"),
        pytest.param("files:\n- {path: a.md, tokens: ~2K, size: 52KB}\n", id="rounded"),
        pytest.param("files:\n- {path: a.md, token_budget: 9}\n", id="what a module is allowed"),
        pytest.param("files:\n- {path: gone.md, tokens: 9}\n", id="no file"),
        pytest.param("files:\n- {path: CLAUDE.md, size: 9}\n", id="not measured"),
        pytest.param("root_anchor: {file: gone.md, word_count: 9}\n", id="no anchor"),
        pytest.param("root_anchor: {file: a.md, word_count: 9}\n", id="words not counted"),
        pytest.param("root_anchor: {file: CLAUDE.md, token_estimate: ~9}\n", id="rounded anchor"),
    ],
)
def test_what_stays(text: str) -> None:
    assert told(text) == []


REGISTRY = """\
{"inventory": {"files": {"total_count": 3, "file_registry": {
"a.md": {"size": 299},
"b.md": {"size": 120}, "gone.md": {"size": 1}}}}}
"""
LAZY = """\
{"inventory": {"files": {"total_count": 3, "file_registry": {
"_hash": "0000000000000000",
"_detail_file": "files.json"}}}}
"""


def test_a_registry() -> None:
    assert told(REGISTRY, "MANIFEST.json") == [
        "MANIFEST.json:2: inventory.files.file_registry.a.md.size: 299 -> 300"
    ]


def test_a_registry_in_a_file_of_its_own() -> None:
    detail = read_document("files.json", b'{"a.md": {"size": 299},\n"b.md": {"size": 121}}')
    assert isinstance(detail, Document)
    seen = Observed(bytes=MEASURED.bytes, detail=detail)
    digest = sha256(json.dumps(detail.data, sort_keys=True).encode()).hexdigest()
    assert told(LAZY, "MANIFEST.json", seen) == [
        "files.json:1: a.md.size: 299 -> 300",
        "files.json:2: b.md.size: 121 -> 120",
        "MANIFEST.json:1: inventory.files.total_count: 3 -> 2",
        f"MANIFEST.json:2: inventory.files.file_registry._hash: {'0' * 16} -> {digest[:16]}",
    ]
    assert told(LAZY, "MANIFEST.json", Observed()) == []


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("estimated_tokens: 9", ["a.md:2: estimated_tokens: 9 -> 70"]),
        ("estimated_tokens: 70", []),
        ("estimated_tokens: ~2K", []),
        ("estimated_tokens: true", []),
        ("title: A", []),
        ("- a list", []),
        ("not: [closed", []),
    ],
)
def test_front_matter(front: str, expected: list[str]) -> None:
    read = read_front_matter("a.md", f"---\n{front}\n---\n".encode())
    seen = Observed(tokens=MEASURED.tokens, front_matter={"a.md": read, "b.md": None})
    # Listed twice, mended once.
    assert told("files: [{path: a.md}, {path: a.md}, {path: b.md}]\n", seen=seen) == expected
