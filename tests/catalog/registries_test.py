from __future__ import annotations

import hashlib
import json

import pytest

from ctxtally.catalog.checksums import registry_digest
from ctxtally.model.catalog import Observed
from ctxtally.model.document import Unreadable
from tests.catalog.catalogs import document, told

M = "MANIFEST.json"
DETAIL = ".manifest/file-registry.json"


def manifest(sizes: dict[str, int], total: int | None = None) -> str:
    files = {"file_registry": {path: {"size": size} for path, size in sizes.items()}}
    inventory = {"files": {"total_count": len(sizes) if total is None else total} | files}
    return json.dumps({"inventory": inventory}, indent=1)


SIZES = {"a.md": 10, "b.md": 20}
SEEN = Observed(bytes={"a.md": 10, "b.md": 20})


@pytest.mark.parametrize(
    ("text", "paths", "seen", "expected"),
    [
        pytest.param(
            manifest(SIZES, total=918),
            ["a.md", "b.md"],
            SEEN,
            "warning[catalog-count]: MANIFEST.json:4: inventory.files.total_count says 918; 2 files"
            " are registered",
            id="a wrong total",
        ),
        pytest.param(
            manifest(SIZES),
            ["a.md"],
            SEEN,
            "warning[catalog-registry]: MANIFEST.json:9: 1 of 2 registered files is not tracked:"
            " b.md (line 9)",
            id="a file that is gone",
        ),
        pytest.param(
            manifest(SIZES),
            ["a.md", "b.md"],
            Observed(bytes={"a.md": 1_010, "b.md": 20}),
            "warning[catalog-registry]: MANIFEST.json:7: 1 of 2 registered sizes is wrong: a.md has"
            " 1,010 bytes, not 10 (line 7)",
            id="a wrong size",
        ),
        pytest.param(
            manifest({"/home/me/a.md": 1, "b.md": 20}),
            ["b.md"],
            SEEN,
            "warning[catalog-registry]: MANIFEST.json:6: 1 of 2 registered paths is absolute, true"
            " on one machine only: /home/me/a.md",
            id="an absolute path",
        ),
        pytest.param(
            manifest(SIZES),
            ["a.md", "b.md", "c.md", M],
            Observed(whole_tree=True),
            "note[catalog-unregistered-file]: MANIFEST.json: 1 tracked file is not registered:"
            " c.md",
            id="a file it does not register",
        ),
        pytest.param(
            manifest({"../x": 1, "b.md": 20}),
            ["b.md"],
            SEEN,
            "error[catalog-refused-path]: MANIFEST.json:6: `../x` names `../x`, which leads out of"
            " the repository: it is not read",
            id="a path out of the tree",
        ),
    ],
)
def test_speaks(text: str, paths: list[str], seen: Observed, expected: str) -> None:
    assert told(text, *paths, path=M, seen=seen) == [expected]


@pytest.mark.parametrize(
    ("text", "paths", "seen"),
    [
        pytest.param(manifest(SIZES), ["a.md", "b.md"], SEEN, id="all right"),
        pytest.param(manifest(SIZES), ["a.md", "b.md"], Observed(), id="nothing measured"),
        pytest.param(manifest(SIZES), ["a.md", "b.md", "c.md"], SEEN, id="a part of the tree"),
        pytest.param(
            manifest(SIZES), ["a.md", "b.md", M], Observed(whole_tree=True), id="the whole tree"
        ),
        pytest.param(
            '{"files": [{"path": "a.md", "sha256": "0", "size": "1KB"}]}',
            ["a.md", "c.md"],
            Observed(whole_tree=True, bytes={"a.md": 9}),
            id="a registry that does not claim to be complete, and a rounded size",
        ),
        pytest.param(
            '{"inventory": {"files": {"total_count": "x", "file_registry": {}}}}',
            [],
            SEEN,
            id="a total that is no number",
        ),
    ],
)
def test_quiet(text: str, paths: list[str], seen: Observed) -> None:
    assert told(text, *paths, path=M, seen=seen) == []


REGISTRY = {"b.md": {"size": 20}, "a.md": {"size": 10}}


def lazy(digest: str, total: int = 2) -> str:
    registry = {"_lazy_load": True, "_hash": digest, "_detail_file": DETAIL}
    files = {"total_count": total, "file_registry": registry}
    return json.dumps({"inventory": {"files": files}}, indent=1)


def test_a_digest_is_that_of_the_sorted_registry() -> None:
    oracle = hashlib.sha256(b'{"a.md": {"size": 10}, "b.md": {"size": 20}}').hexdigest()[:16]
    assert registry_digest(json.loads(json.dumps(REGISTRY))) == oracle
    detail = document(DETAIL, json.dumps(REGISTRY))
    seen = Observed(detail=detail, bytes={"a.md": 10, "b.md": 20})
    paths = ("a.md", "b.md", DETAIL)
    assert told(lazy(oracle), *paths, path=M, seen=seen) == []
    assert told(lazy("0" * 16), *paths, path=M, seen=seen) == [
        (
            f"warning[catalog-digest]: MANIFEST.json:7: _hash is {'0' * 16}; {DETAIL} hashes to"
            f" {oracle}"
        )
    ]


def test_drift_of_a_registry_in_a_file_of_its_own() -> None:
    text = json.dumps(REGISTRY, indent=1)
    seen = Observed(detail=document(DETAIL, text), bytes={"a.md": 11})
    manifest_ = lazy(registry_digest(json.loads(text)), total=918)
    assert told(manifest_, "a.md", DETAIL, path=M, seen=seen) == [
        (
            f"warning[catalog-registry]: {DETAIL}:2: 1 of 2 registered files is not tracked: b.md"
            " (line 2)"
        ),
        (
            f"warning[catalog-registry]: {DETAIL}:6: 1 of 2 registered sizes is wrong: a.md has 11"
            " bytes, not 10 (line 6)"
        ),
        (
            "warning[catalog-count]: MANIFEST.json:4: inventory.files.total_count says 918; 2 files"
            " are registered"
        ),
    ]


def test_a_detail_file_that_is_gone() -> None:
    assert told(lazy("0"), path=M) == [
        (
            f"warning[catalog-registry]: MANIFEST.json:8: the registry lies in {DETAIL}, which is"
            " not tracked"
        )
    ]


def test_a_detail_file_that_cannot_be_read() -> None:
    seen = Observed(detail=Unreadable(path=DETAIL, line=3, column=4, message="not valid JSON: x"))
    assert told(lazy("0"), DETAIL, path=M, seen=seen) == [
        f"warning[catalog-registry]: {DETAIL}:3: column 4: not valid JSON: x"
    ]
