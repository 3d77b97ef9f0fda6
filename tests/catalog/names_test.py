from __future__ import annotations

import pytest

from ctxtally.catalog.names import SPECS, catalog_kind, is_catalog


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


@pytest.mark.parametrize("folder", ["", "docs/", "a/.claude/", ".context/", "memory-bank/"])
@pytest.mark.parametrize("stem", ["INDEX", "index", "MANIFEST", "manifest", "context-index"])
@pytest.mark.parametrize("extension", [".yaml", ".yml", ".json"])
def test_every_catalog_is_listed(folder: str, stem: str, extension: str) -> None:
    path = f"{folder}{stem}{extension}"
    assert catalog_kind(path) is None or any(path.endswith(spec[1:]) for spec in SPECS)
