from __future__ import annotations

from ctxtally.catalog.reader import read_catalog
from ctxtally.model.document import Unreadable
from tests.catalog.catalogs import catalog, document


def modules(number: int) -> str:
    return '{"files": [' + ",\n".join(f'{{"path": "{n}.md"}}' for n in range(number)) + "]}"


def test_two_thousand_modules_are_read() -> None:
    assert len(catalog(modules(2_000)).entries) == 2_000


def test_more_modules_are_refused() -> None:
    read = read_catalog(document("docs/INDEX.yaml", modules(2_001)))
    assert isinstance(read, Unreadable)
    assert str(read) == "docs/INDEX.yaml:2001:1: more than 2,000 modules"


def test_a_registry_may_hold_more() -> None:
    files = ",".join(f'"{n}": {{"size": 1}}' for n in range(2_500))
    text = '{"inventory": {"files": {"file_registry": {' + files + "}}}}"
    read = catalog(text, "MANIFEST.json")
    assert len(read.entries) == 2_500
    assert read.modules == ()
