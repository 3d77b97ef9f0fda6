"""token_usage.json, which lies beside the session file, as far as a session file tells of it."""

from __future__ import annotations

import json
import os
import re
import stat

from ctxtally.model.session import Conversation

LARGEST_BYTES = 4 << 20
# Where the file names none (the seeds' systems wrote this into each).
DEFAULT_WINDOW = 128_000
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*')


def conversation(path: str) -> Conversation | None:
    """Return what was tracked there, `None` where that is nothing or cannot be read."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, encoding="utf-8-sig") as file:
            text = file.read(LARGEST_BYTES)
        kept = json.loads(_COMMENT.sub(lambda found: found[1] or "", text))
        tokens = kept["total_tokens_estimated"]
        window = kept.get("context_window_limit", DEFAULT_WINDOW)
        source = kept.get("source", "log")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(tokens, int) or not isinstance(window, int) or tokens <= 0:
        return None
    return Conversation(tokens=tokens, window=window, source=str(source))
