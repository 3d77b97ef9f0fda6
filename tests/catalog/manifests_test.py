from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ctxtally.catalog.reader import read_catalog, read_detail
from ctxtally.model.catalog import Catalog, Registry
from tests.catalog.catalogs import catalog, document
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from ctxtally.model.document import Plain

# One small manifest in the manner of each shape; rows are name, path, line, role, category.
SHAPES = {
    "a by type, absolute": (
        {"inventory": {"files": {"by_type": {"md": {"files": ["/home/me/a.md"]}}}}},
        [("/home/me/a.md", "/home/me/a.md", 7, "registry", "md")],
    ),
    "a by type, with sizes": (
        {"inventory": {"files": {"by_type": {"md": {"files": [{"path": "a.md", "size": 1}]}}}}},
        [("a.md", "a.md", 8, "registry", "md")],
    ),
    "b a registry": (
        {"inventory": {"files": {"file_registry": {"a.md": {"size": 9}, "_note": "x"}}}},
        [("a.md", "a.md", 5, "registry", "")],
    ),
    "c a registry elsewhere": (
        {"inventory": {"files": {"file_registry": {"_lazy_load": True, "_hash": "0"}}}},
        [],
    ),
    "d files with checksums": (
        {"files": [{"path": "a.md", "bytes": 1, "sha256": "0"}]},
        [("a.md", "a.md", 4, "registry", "files")],
    ),
    "e components": (
        {"components": {"skills": [{"name": "scan", "path": ".claude/skills/scan"}], "hooks": []}},
        [("scan", ".claude/skills/scan", 6, "module", "skills")],
    ),
    "f skills with an entry": (
        {"name": "x", "skills": [{"name": "tutor", "entry": "skills/tutor/SKILL.md"}]},
        [("tutor", "skills/tutor/SKILL.md", 6, "module", "skills")],
    ),
    "g skills with kebab keys": (
        {"skills": [{"path": "skills/a/SKILL.md", "last-validated": "2026-01-01"}]},
        [("SKILL.md", "skills/a/SKILL.md", 4, "module", "skills")],
    ),
    "h names in two lists": (
        {"generated_files": ["a.md", "b.md"], "recommended_read_order": ["b.md", "c.md", 3]},
        [
            ("a.md", "a.md", 3, "module", "generated_files"),
            ("b.md", "b.md", 4, "module", "generated_files"),
            ("c.md", "c.md", 8, "module", "recommended_read_order"),
        ],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str) -> None:
    data, expected = SHAPES[shape]
    entries = catalog(json.dumps(data, indent=1), "MANIFEST.json").entries
    found = [(one.name, one.path, one.line, one.role, one.category) for one in entries]
    assert found == expected


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="null"),
        pytest.param([{"path": "a.md"}], id="a list"),
        pytest.param({"name": "App", "icons": [{"src": "a.png"}]}, id="a web page"),
        pytest.param({"resources": [{"path": "data/a.csv"}]}, id="a data package"),
        pytest.param({"files": [{"path": "a.csv"}]}, id="files without a measure"),
        pytest.param({"files": [{"path": "a.csv", "size": 1}, {"name": "b"}]}, id="mixed"),
        pytest.param({"files": {"a.md": {"source": "b.md"}}}, id="files by name"),
        pytest.param({"files": []}, id="no files"),
        pytest.param({"skills": [{"name": "a"}, "b"]}, id="skills without paths"),
        pytest.param({"main.js": {"file": "assets/main.js"}}, id="a bundler"),
        pytest.param({"components": [{"path": "a.md"}]}, id="components that are no kinds"),
        pytest.param({"components": {"note": "x"}}, id="components that are no lists"),
        pytest.param({"generated_files": "a.md"}, id="one name"),
        pytest.param({"inventory": {"files": {"by_type": ["md"]}}}, id="types in a list"),
        pytest.param({"inventory": []}, id="another inventory"),
    ],
)
def test_no_known_shape(data: Plain) -> None:
    read = catalog(json.dumps(data), "MANIFEST.json")
    assert read.entries == ()
    assert read.registry is None or read.registry.complete


def test_sizes_of_a_registry() -> None:
    text = '{"inventory": {"files": {"total_count": 2, "file_registry":\n {"a": {"size": 5}}}}}'
    read = catalog(text, "MANIFEST.json")
    assert [(one.amount, one.unit, one.line) for one in read.entries[0].stated] == [(5, "bytes", 2)]
    assert read.registry == Registry(
        line=1,
        complete=True,
        total=read.claim("inventory.files.total_count"),
    )


def test_a_registry_in_a_file_of_its_own() -> None:
    text = (
        '{"inventory": {"files": {"file_registry": {"_hash": "0", "_detail_file": ".m/r.json"}}}}'
    )
    registry = catalog(text, "MANIFEST.json").registry
    assert registry
    assert registry.digest
    assert registry.digest.value == "0"
    assert registry.detail_file
    assert registry.detail_file.value == ".m/r.json"
    detail = read_detail(document(".m/r.json", '{"a.md": {"size": 3}}'))
    assert [(one.path, one.role, one.stated[0].amount) for one in detail] == [
        ("a.md", "registry", 3)
    ]


def test_files_with_checksums_do_not_claim_to_be_all() -> None:
    registry = catalog('{"files": [{"path": "a", "sha256": "0"}]}', "MANIFEST.json").registry
    assert registry == Registry(line=1, complete=False)


@needs_dev
def test_the_real_manifest() -> None:
    path = DEV / "context" / "williamzujkowski.github.io@75fcd51" / "MANIFEST.json"
    read = read_catalog(document("MANIFEST.json", path.read_text(encoding="utf-8")))
    assert isinstance(read, Catalog)
    assert Counter(entry.role for entry in read.entries) == {"registry": 593}
    assert read.registry
    assert read.registry.total
    assert read.registry.total.value == 593
    own = next(entry for entry in read.entries if entry.path == "MANIFEST.json")
    assert [stated.amount for stated in own.stated] == [118_865]
    assert [(one.project_file, one.standards_file) for one in read.allowed_duplicates] == [
        ("CLAUDE.md", ".standards/docs/core/CLAUDE.md")
    ]
