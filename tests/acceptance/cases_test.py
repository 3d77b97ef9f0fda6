from __future__ import annotations

import re

from tests.acceptance.cases import CASES, SHOWN
from tests.support.data import CHECKOUT

_TEST = re.compile(r"^\s*def test_([ab][0-9]{2})_", re.MULTILINE)


def test_the_table_is_true() -> None:
    tested = {
        found.upper()
        for path in (CHECKOUT / "tests").rglob("*_test.py")
        for found in _TEST.findall(path.read_text("utf-8"))
    }
    assert {case[:3] for case, state in CASES.items() if state == SHOWN} == tested


def test_every_id_stands_once() -> None:
    ids = [case.partition(" ")[0] for case in CASES]
    assert ids == [f"A{number:02}" for number in range(1, 53)] + [
        f"B{number:02}" for number in range(1, 18)
    ]
