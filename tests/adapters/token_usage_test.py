from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters import token_usage
from ctxtally.adapters.token_usage import CorruptError
from ctxtally.model.session import Conversation
from ctxtally.model.token_usage import Checkpoint, TokenUsage

if TYPE_CHECKING:
    from pathlib import Path

# A file as the systems that it comes from wrote it.
SEED = {
    "session_start": "2025-10-27T11:44:02.123456",
    "total_tokens_estimated": 110100,
    "token_checkpoints": [
        {
            "timestamp": "2025-10-27T11:44:02.123456",
            "tokens": 100,
            "description": "Test text",
            "cumulative_total": 100,
        },
        {
            "timestamp": "2025-10-27T11:45:00.000001",
            "tokens": 110000,
            "description": "Große Datei",
            "cumulative_total": 110100,
        },
    ],
    "context_window_limit": 128000,
    "warning_threshold": 0.8,
    "last_handoff_update": "2025-10-27T11:45:00.000002",
}


def read(tmp_path: Path, text: str | bytes) -> TokenUsage | None:
    path = tmp_path / "token_usage.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return token_usage.read(str(path))


def test_the_shape_that_others_wrote(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(SEED, indent=2)) == TokenUsage(
        session_start="2025-10-27T11:44:02.123456",
        total=110100,
        checkpoints=(
            Checkpoint(
                timestamp="2025-10-27T11:44:02.123456",
                tokens=100,
                description="Test text",
                total=100,
            ),
            Checkpoint(
                timestamp="2025-10-27T11:45:00.000001",
                tokens=110000,
                description="Große Datei",
                total=110100,
            ),
        ),
        limit=128000,
        threshold=0.8,
        last_handoff_update="2025-10-27T11:45:00.000002",
        others={},
    )


def test_written_again_it_has_every_member_of_that_shape(tmp_path: Path) -> None:
    path = tmp_path / "token_usage.json"
    found = read(tmp_path, json.dumps(SEED | {"note": ["kept"]}))
    assert found
    assert token_usage.write(str(path), found)
    written = json.loads(path.read_text("utf-8"))
    assert written == SEED | {"note": ["kept"], "threshold_fired": False}
    assert token_usage.read(str(path)) == found


@pytest.mark.parametrize(
    ("text", "total", "limit", "threshold"),
    [
        pytest.param("{}", 0, None, None, id="empty"),
        pytest.param(
            '{\n  "context_window_limit": 200000,  // Claude 3.5 Sonnet\n'
            '  "warning_threshold": 0.7         // 70% threshold\n}\n',
            0,
            200_000,
            0.7,
            id="configuration with comments",
        ),
        pytest.param(
            '{"token_checkpoints": [{"tokens": 3}, {"tokens": 4}]}', 7, None, None, id="no total"
        ),
        pytest.param('{"total_tokens_estimated": 12.0}', 12, None, None, id="a float"),
        pytest.param('\ufeff{"context_window_limit": 0}', 0, None, None, id="BOM, no limit"),
    ],
)
def test_parts_of_it(
    tmp_path: Path, text: str, total: int, limit: int | None, threshold: float | None
) -> None:
    found = read(tmp_path, text)
    assert found
    assert (found.total, found.limit, found.threshold) == (total, limit, threshold)


def test_sums_are_made_where_they_are_missing(tmp_path: Path) -> None:
    found = read(tmp_path, '{"token_checkpoints": [{"tokens": 3}, {"tokens": 4}]}')
    assert found
    assert [one.total for one in found.checkpoints] == [3, 7]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "line 1: Expecting value", id="empty"),
        pytest.param('{"total_tokens_esti', "line 1: Unterminated string starting at", id="torn"),
        pytest.param(b'{"a": "\xff"}', "not UTF-8", id="not UTF-8"),
        pytest.param("[" * 100_000, "not JSON that can be read", id="too deep"),
        pytest.param("9" * 5_000, "not JSON that can be read", id="endless number"),
        pytest.param("[1]", "not an object", id="a list"),
        pytest.param('{"token_checkpoints": 3}', "`token_checkpoints` is no list", id="no list"),
        pytest.param('{"token_checkpoints": [3]}', "a checkpoint is no object", id="no object"),
        pytest.param(
            '{"total_tokens_estimated": "many"}',
            "`total_tokens_estimated` is no number of tokens",
            id="a word",
        ),
        pytest.param(
            '{"context_window_limit": -1}',
            "`context_window_limit` is no number of tokens",
            id="negative",
        ),
        pytest.param(
            '{"total_tokens_estimated": true}',
            "`total_tokens_estimated` is no number of tokens",
            id="true",
        ),
        pytest.param(
            '{"warning_threshold": 80}',
            "`warning_threshold` is no share between 0 and 1",
            id="percent",
        ),
        pytest.param(
            '{"warning_threshold": true}',
            "`warning_threshold` is no share between 0 and 1",
            id="a true share",
        ),
    ],
)
def test_corrupt(tmp_path: Path, text: str | bytes, why: str) -> None:
    with pytest.raises(CorruptError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == why


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_usage, "LARGEST_BYTES", 3)
    with pytest.raises(CorruptError, match="more than 3 bytes"):
        read(tmp_path, "{   }")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    try:
        found = read(tmp_path_factory.mktemp("any"), raw)
    except CorruptError:
        return
    assert found


def test_none(tmp_path: Path) -> None:
    assert token_usage.read(str(tmp_path / "none")) is None


def test_set_aside_never_takes_a_name_that_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "token_usage.json"
    for number in (1, 2):
        path.write_text(f"torn {number}")
        assert token_usage.set_aside(str(path)) == f"token_usage.corrupt-{number}.json"
        assert (tmp_path / f"token_usage.corrupt-{number}.json").read_text() == f"torn {number}"
        assert not path.exists()


@pytest.mark.parametrize(
    ("text", "commented"),
    [
        pytest.param('{"context_window_limit": 9} // mine', True, id="a line"),
        pytest.param("{/* why */}", True, id="a block"),
        pytest.param('{"note": "https://host"}', False, id="in a string"),
        pytest.param('{"context_window_limit": 9,}', False, id="a comma too many"),
    ],
)
def test_comments_are_noticed(tmp_path: Path, text: str, *, commented: bool) -> None:
    found = read(tmp_path, text)
    assert found
    assert found.commented is commented


def test_a_copy_never_takes_a_name_that_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "token_usage.json"
    for number in (1, 2):
        path.write_text(f"{{}} // {number}")
        assert token_usage.keep_commented(str(path))
        assert (
            tmp_path / f"token_usage.commented-{number}.json"
        ).read_text() == f"{{}} // {number}"
        assert path.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(json.dumps(SEED), (110100, 128000), id="counted"),
        pytest.param('{"total_tokens_estimated": 7}', (7, 128000), id="without a limit"),
        pytest.param("{}", None, id="nothing"),
        pytest.param("torn", None, id="corrupt"),
    ],
)
def test_what_the_session_file_tells(
    tmp_path: Path, text: str, told: tuple[int, int] | None
) -> None:
    path = tmp_path / "token_usage.json"
    path.write_text(text, "utf-8")
    expected = Conversation(tokens=told[0], window=told[1], source="log") if told else None
    assert token_usage.conversation(str(path)) == expected


def test_a_link_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(json.dumps(SEED))
    (tmp_path / "token_usage.json").symlink_to("other.json")
    assert token_usage.conversation(str(tmp_path / "token_usage.json")) is None
