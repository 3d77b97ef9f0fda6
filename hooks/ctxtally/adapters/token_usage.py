"""`token_usage.json`: what the tracker has counted, in the shape of the systems it comes from.

Their members are `session_start`, `total_tokens_estimated`, `token_checkpoints`,
`context_window_limit`, `warning_threshold` and `last_handoff_update`; people edit the two before
the last by hand, with comments. Ours beside them is `threshold_fired`.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from ctxtally.adapters.files import replace_file
from ctxtally.model.session import Conversation
from ctxtally.model.token_usage import Checkpoint, TokenUsage
from ctxtally.text.comments import has_comments, uncommented

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What the systems that it comes from wrote into each file; GPT-4's window.
LIMIT = 128_000
# Half a million checkpoints.
LARGEST_BYTES = 64 << 20
_OURS = frozenset(
    {
        "session_start",
        "total_tokens_estimated",
        "token_checkpoints",
        "context_window_limit",
        "warning_threshold",
        "last_handoff_update",
        "threshold_fired",
    }
)


class CorruptError(Exception):
    """The file holds something else; the message says what was found."""


def read(path: str) -> TokenUsage | None:
    """Return what the file holds, `None` where there is none; raises CorruptError, OSError."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(raw) > LARGEST_BYTES:
        raise CorruptError(f"more than {LARGEST_BYTES:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
        found, is_plain = _parsed(text)
    except UnicodeDecodeError:
        raise CorruptError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise CorruptError(f"line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError):  # an endless number, endless brackets
        raise CorruptError("not JSON that can be read") from None
    if not isinstance(found, dict):
        raise CorruptError("not an object")
    return _usage(found)._replace(commented=not is_plain and has_comments(text))


def conversation(path: str) -> Conversation | None:
    """Return what was counted as the session file tells it, `None` where that is nothing."""
    try:
        found = None if os.path.islink(path) else read(path)
    except (CorruptError, OSError):
        return None
    if found is None or not found.total:
        return None
    return Conversation(tokens=found.total, window=found.limit or LIMIT, source="log")


def write(path: str, usage: TokenUsage) -> bool:
    """Replace the file in one step; say whether that could be done."""
    return replace_file(path, "".join(_lines(usage)).encode())


def set_aside(path: str) -> str:
    """Move a file that cannot be read out of the way, and return its new name."""
    aside = _beside(path, "corrupt")
    os.replace(path, aside)
    return os.path.basename(aside)


def keep_commented(path: str) -> bool:
    """Copy a file whose comments are about to go, and say whether that could be done."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_BYTES)
    except OSError:
        return False
    return replace_file(_beside(path, "commented"), raw)


def _beside(path: str, what: str) -> str:
    """Return a name beside the file that is not taken."""
    stem = f"{path.removesuffix('.json')}.{what}"
    number = 1
    while os.path.lexists(aside := f"{stem}-{number}.json"):
        number += 1
    return aside


def _parsed(text: str) -> tuple[object, bool]:
    """Return what the text holds, and whether it is plain JSON."""
    try:
        return json.loads(text), True
    except json.JSONDecodeError:  # comments are rare, and looking for them takes its time
        return json.loads(uncommented(text)), False


def _usage(found: Mapping[str, object]) -> TokenUsage:
    listed = found.get("token_checkpoints")
    if not isinstance(listed, (list, type(None))):
        raise CorruptError("`token_checkpoints` is no list")
    checkpoints = tuple(_checkpoints(listed or []))
    total = _whole(found, "total_tokens_estimated")
    last = found.get("last_handoff_update")
    return TokenUsage(
        session_start=_text(found, "session_start"),
        total=sum(one.tokens for one in checkpoints) if total is None else total,
        checkpoints=checkpoints,
        limit=_whole(found, "context_window_limit") or None,
        threshold=_share(found),
        last_handoff_update=last if isinstance(last, str) else None,
        fired=found.get("threshold_fired") is True,
        others={key: value for key, value in found.items() if key not in _OURS},
    )


def _checkpoints(listed: list[object]) -> Iterator[Checkpoint]:
    total = 0
    for one in listed:
        if not isinstance(one, dict):
            raise CorruptError("a checkpoint is no object")
        tokens = _whole(one, "tokens") or 0
        stated = _whole(one, "cumulative_total")
        total = total + tokens if stated is None else stated
        yield Checkpoint(
            timestamp=_text(one, "timestamp"),
            tokens=tokens,
            description=_text(one, "description"),
            total=total,
        )


def _whole(found: Mapping[str, object], key: str) -> int | None:
    value = found.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**53:
        raise CorruptError(f"`{key}` is no number of tokens")
    return int(value)


def _share(found: Mapping[str, object]) -> float | None:
    value = found.get("warning_threshold")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise CorruptError("`warning_threshold` is no share between 0 and 1")
    return float(value)


def _text(found: Mapping[str, object], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _lines(usage: TokenUsage) -> Iterator[str]:
    """Yield the document, one checkpoint to a line: a long session has thousands."""
    head: dict[str, object] = {
        "session_start": usage.session_start,
        "total_tokens_estimated": usage.total,
    }
    tail: dict[str, object] = {
        "context_window_limit": usage.limit,
        "warning_threshold": usage.threshold,
        "last_handoff_update": usage.last_handoff_update,
        "threshold_fired": usage.fired,
        **(usage.others or {}),
    }
    yield "{\n"
    for key, value in head.items():
        yield f"  {json.dumps(key)}: {json.dumps(value)},\n"
    yield '  "token_checkpoints": ['
    encode = json.JSONEncoder().encode
    yield ",".join(f"\n    {encode(_members(one))}" for one in usage.checkpoints)
    yield "\n  ]" if usage.checkpoints else "]"
    for key, value in tail.items():
        yield f",\n  {json.dumps(key)}: {json.dumps(value)}"
    yield "\n}\n"


def _members(one: Checkpoint) -> dict[str, str | int]:
    return {
        "timestamp": one.timestamp,
        "tokens": one.tokens,
        "description": one.description,
        "cumulative_total": one.total,
    }
