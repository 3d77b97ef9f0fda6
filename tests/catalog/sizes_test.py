from __future__ import annotations

import pytest

from ctxtally.model.catalog import Observed
from tests.catalog.catalogs import told

SEEN = Observed(bytes={"a.md": 1_200, "b.md": 53_000}, lines={"a.md": 40, "b.md": 900})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "files:\n- {path: a.md, size: 1201}\n- {path: b.md, size: 53000}\n",
            ":2: 1 of 2 stated sizes is wrong: a.md has 1,200 bytes, not 1,201 (line 2)",
            id="bytes",
        ),
        pytest.param(
            "files:\n  a.md: 41\n  b.md: 899\n",
            ":2: 2 of 2 stated sizes are wrong: a.md has 40 lines, not 41 (line 2), b.md has 900"
            " lines, not 899 (line 3)",
            id="lines",
        ),
        pytest.param(
            "files:\n- {path: b.md, size: 70KB}\n",
            ":2: 1 of 1 stated size is wrong: b.md has 53,000 bytes, not 71,680 (line 2)",
            id="rounded and more than a fifth off",
        ),
    ],
)
def test_speaks(text: str, expected: str) -> None:
    found = told(text, "a.md", "b.md", seen=SEEN, only="catalog-size")
    assert found == [f"warning[catalog-size]: docs/context/INDEX.yaml{expected}"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("files:\n- {path: a.md, size: 1200, lines: 40}\n", id="right"),
        pytest.param("files:\n- {path: b.md, size: 52KB}\n", id="rounded"),
        pytest.param("files:\n- {path: a.md, tokens: 9}\n", id="tokens"),
        pytest.param("files:\n- {path: c.md, size: 9}\n", id="not measured"),
    ],
)
def test_quiet(text: str) -> None:
    assert told(text, "a.md", "b.md", "c.md", seen=SEEN, only="catalog-size") == []
