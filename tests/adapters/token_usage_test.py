from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.token_usage import conversation
from ctxtally.model.session import Conversation

if TYPE_CHECKING:
    from pathlib import Path

SEED = """\
{
  "session_start": "2025-10-27T10:00:00",
  "total_tokens_estimated": 110100, // so far
  "token_checkpoints": [{"timestamp": "x", "tokens": 1, "description": "see http://x/ \\"//\\"",
                         "cumulative_total": 1}],
  "context_window_limit": 200000,
  "warning_threshold": 0.8,
  "last_handoff_update": null
}
"""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            SEED, Conversation(tokens=110_100, window=200_000, source="log"), id="the seeds"
        ),
        pytest.param(
            '\ufeff{"total_tokens_estimated": 5, "source": "statusline"}',
            Conversation(tokens=5, window=128_000, source="statusline"),
            id="without a window",
        ),
        pytest.param(
            '{"context_window_limit": 1000, "warning_threshold": 0.8}', None, id="two keys"
        ),
        pytest.param('{"total_tokens_estimated": 0}', None, id="nothing yet"),
        pytest.param('{"total_tokens_estimated": "5"}', None, id="a text"),
        pytest.param('{"total_tokens_estimated": 5', None, id="torn"),
        pytest.param("[1]", None, id="a list"),
        pytest.param("[" * 100_000, None, id="deep"),
        pytest.param("", None, id="empty"),
    ],
)
def test_what_is_read(tmp_path: Path, content: str, expected: Conversation | None) -> None:
    path = tmp_path / "token_usage.json"
    path.write_text(content, "utf-8")
    assert conversation(str(path)) == expected


def test_what_is_no_file(tmp_path: Path) -> None:
    assert conversation(str(tmp_path)) is None
    assert conversation(str(tmp_path / "gone")) is None
    (tmp_path / "link").symlink_to(tmp_path / "other")
    (tmp_path / "other").write_text(SEED)
    assert conversation(str(tmp_path / "link")) is None
