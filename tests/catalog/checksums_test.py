from __future__ import annotations

import json
from hashlib import sha256

import pytest

from ctxtally.catalog.checksums import checksum_mends
from ctxtally.catalog.resolve import resolve
from ctxtally.model.catalog import Observed
from tests.catalog.catalogs import catalog, listing, told

PATH = "MANIFEST.json"
ONE, TWO = (sha256(text).hexdigest() for text in (b"one", b"two"))
SEEN = Observed(sha256={"a.md": ONE, "b.md": TWO, PATH: ONE})


def stock(**kept: object) -> str:
    files = [{"path": path.replace("_", "."), "sha256": one} for path, one in kept.items()]
    return json.dumps({"files": files}, indent=1)


COLUMNS = {"_columns": ["type", "sha256"], "a.md": ["md", TWO], "b.md": ["md", TWO]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            stock(a_md=TWO, b_md=TWO),
            ":5: 1 of 2 checksums is not that of the file: a.md (line 4)",
            id="a list",
        ),
        pytest.param(
            json.dumps({"inventory": {"files": {"file_registry": COLUMNS}}}, indent=1),
            ":11: 1 of 2 checksums is not that of the file: a.md (line 9)",
            id="columns",
        ),
        pytest.param(
            stock(a_md=TWO, b_md=ONE),
            ":5: 2 of 2 checksums are not that of the file: a.md (line 4), b.md (line 8)",
            id="both",
        ),
    ],
)
def test_speaks(text: str, expected: str) -> None:
    found = told(text, "a.md", "b.md", path=PATH, seen=SEEN, only="catalog-digest")
    assert found == [f"warning[catalog-digest]: MANIFEST.json{expected}"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(stock(a_md=ONE, b_md=TWO.upper()), id="right, in any case"),
        pytest.param(stock(a_md=TWO[:63], b_md="z" * 64, c_md=3), id="no checksums"),
        pytest.param(stock(c_md=ONE), id="not asked"),
        pytest.param(stock(MANIFEST_json=TWO), id="its own"),
        pytest.param(json.dumps({"files": ["a.md"]}), id="a bare path"),
    ],
)
def test_quiet(text: str) -> None:
    tracked = ("a.md", "b.md", "c.md", PATH)
    assert told(text, *tracked, path=PATH, seen=SEEN, only="catalog-digest") == []


def test_mends() -> None:
    read = catalog(stock(a_md=TWO, b_md=TWO, MANIFEST_json=TWO), PATH)
    resolved = list(resolve(PATH, read.entries, listing("a.md", "b.md", PATH)))
    (one,) = checksum_mends(PATH, resolved, SEEN)
    assert (one.steps, one.line, one.name) == (("files", 0, "sha256"), 5, "a.md sha256")
    assert (one.before, one.after) == (TWO, ONE)
