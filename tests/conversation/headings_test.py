from __future__ import annotations

import pytest

from ctxtally.conversation.headings import is_empty


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("## NEXT\n", id="at the end"),
        pytest.param("## NEXT\n\n## OTHER\ntext\n", id="before another"),
        pytest.param("# S\n## NEXT PRIORITY TASKS\n1. [ ]\n- [ ]\n-\n* \n# END\n", id="forms"),
        pytest.param("## NEXT\n<!-- what to do\nnext -->\n", id="only a comment"),
        pytest.param("## NEXT\n\n<!-- handoff:auto:begin v=1 -->\nData\n", id="before our block"),
        pytest.param("## NEXT\r\n\r\n## OTHER\r\n", id="CRLF"),
    ],
)
def test_empty(text: str) -> None:
    assert is_empty(text, "NEXT")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="no text"),
        pytest.param("## OTHER\n", id="no such heading"),
        pytest.param("## NEXT\n1. [ ] prices\n", id="a task"),
        pytest.param("## NEXT\n### Today\n", id="a heading below it"),
        pytest.param("## NEXT\n\nnone\n", id="a word"),
        pytest.param("NEXT\n", id="no heading at all"),
    ],
)
def test_filled_or_not_there(text: str) -> None:
    assert not is_empty(text, "NEXT")
