from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.transcripts import buckets, read, write

if TYPE_CHECKING:
    from pathlib import Path

FORM = "gemini-cli"
AT = "2026-05-01T10:00:00.000Z"
TOKENS = {"input": 100, "output": 5, "cached": 60, "thoughts": 7, "tool": 3, "total": 115}


def message(name: str, tokens: object = TOKENS, **more: object) -> dict[str, object]:
    told = {"id": name, "timestamp": AT, "type": "gemini", "model": "gemini-2.5-pro"}
    return told | {"tokens": tokens} | more


def document(*messages: object, **more: object) -> str:
    return json.dumps({"sessionId": "s1", "messages": messages} | more, indent=1)


def test_what_a_message_tells(tmp_path: Path) -> None:
    path = tmp_path / "session-1.json"
    path.write_text(document(message("m1")), "utf-8")
    (one,), how = read(path, FORM)
    assert (one.key, one.agent, one.provider) == ("gemini-cli:s1:m1", FORM, "google")
    assert (one.model, one.session, one.moment) == ("gemini-2.5-pro", "s1", 1777629600.0)
    assert buckets([one]) == [(43, 60, 0, 12, 7)]
    assert (how.bad, how.torn, how.offset) == (0, False, 0)


@pytest.mark.parametrize(
    ("content", "expected", "torn"),
    [
        pytest.param(
            document(message("m", {"input": 9})), [(9, 0, 0, 0, 0)], False, id="one bucket"
        ),
        pytest.param(
            document(message("m", {"input": 9, "cached": 11, "output": None})),
            [(0, 11, 0, 0, 0)],
            False,
            id="more cached than read",
        ),
        pytest.param(document(message("m", {})), [], False, id="no tokens"),
        pytest.param(document(message("m", type="user")), [], False, id="not an answer"),
        pytest.param(document(7, None), [], False, id="no messages"),
        pytest.param('{"sessionId": "s", "messages": {}}', [], False, id="no list"),
        pytest.param(document(message("m"))[:-9], [], True, id="cut off"),
        pytest.param("\ufeff" + document(message("m")), [(43, 60, 0, 12, 7)], False, id="a BOM"),
        pytest.param("[" * 99_999, [], True, id="deep"),
        pytest.param("", [], True, id="empty"),
    ],
)
def test_documents(
    tmp_path: Path, content: str, expected: list[tuple[int, ...]], *, torn: bool
) -> None:
    path = tmp_path / "session-1.json"
    path.write_text(content, "utf-8")
    found, how = read(path, FORM)
    assert (buckets(found), how.torn) == (expected, torn)


def test_a_message_without_an_id_or_a_time(tmp_path: Path) -> None:
    lines = [message("", timestamp=""), message("", timestamp=AT)]
    found, _ = read(write(tmp_path / "session-x.jsonl", {"sessionId": "s2"}, *lines), FORM)
    assert [one.key for one in found] == ["gemini-cli:s2:20", f"gemini-cli:s2:{AT}"]
    assert [one.moment for one in found] == [86_400.0, 1777629600.0]


def test_lines(tmp_path: Path) -> None:
    lines = [
        {"sessionId": "s2", "projectHash": "0", "kind": "main"},
        message("m1"),
        {"$set": {"messages": [message("m2")], "lastUpdated": AT}},
        {"$rewindTo": "m1"},
        {"type": "user", "content": '"tokens"'},
    ]
    path = write(tmp_path / "session-x.jsonl", *lines)
    found, how = read(path, FORM)
    assert [one.key for one in found] == ["gemini-cli:s2:m1", "gemini-cli:s2:m2"]
    write(path, *lines, message("m3"))
    (one,), _ = read(path, FORM, how)
    assert one.key == "gemini-cli:s2:m3", "who it is was told before"


def test_a_document_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxtally.adapters.transcripts.reading.LARGEST_DOCUMENT", 99)
    path = tmp_path / "session-1.json"
    path.write_text(document(message("m1")), "utf-8")
    found, how = read(path, FORM)
    assert (found, how.long) == ([], 1)
