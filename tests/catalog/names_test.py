from __future__ import annotations

import pytest

from ctxtally.catalog.names import catalog_kind, is_catalog


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("INDEX.yaml", "index"),
        ("INDEX.yml", "index"),
        ("docs/plans/deep/INDEX.yaml", "index"),
        ("index.yaml", "index"),
        ("docs/index.yml", "index"),
        ("docs/context/index.yaml", "index"),
        ("context/index.yaml", "index"),
        (".context/index.yaml", "index"),
        (".claude/index.yaml", "index"),
        (".claude/context/index.yaml", "index"),
        ("memory-bank/index.yaml", "index"),
        ("packages/a/.claude/index.yaml", "index"),
        (".claude/context-index.yaml", "index"),
        (".context/manifest.yaml", "manifest"),
        ("config/MANIFEST.yaml", "manifest"),
        ("MANIFEST.json", "manifest"),
        (".ai/MANIFEST.json", "manifest"),
        ("docs/MANIFEST.json", "manifest"),
        (".claude/manifest.json", "manifest"),
    ],
)
def test_names_of_catalogs(path: str, kind: str) -> None:
    assert catalog_kind(path) == kind
    assert is_catalog(path)


@pytest.mark.parametrize(
    "path",
    [
        "manifest.json",
        "public/manifest.json",
        "docs/manifest.json",
        "manifest.yaml",
        "k8s/manifest.yaml",
        "charts/index.yaml",
        "src/routes/index.yaml",
        "data/2024/MANIFEST.json",
        "index.json",
        "INDEX.md",
        "INDEX.yaml/notes.md",
        "MY-INDEX.yaml",
        "package.json",
        ".claude/settings.json",
    ],
)
def test_names_of_other_files(path: str) -> None:
    assert catalog_kind(path) is None
    assert not is_catalog(path)
