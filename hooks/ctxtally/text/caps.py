"""Text that fits into what a reader takes."""

from __future__ import annotations

# Claude Code cuts at 10,000 characters, Codex at 2,500 tokens of 4 bytes each, Copilot at 10 kB
# (their documentation and sources); what is longer is replaced by the name of a file.
MOST_CHARS = MOST_BYTES = 9_500


def capped(text: str, rest: str, *, chars: int = MOST_CHARS, size: int = MOST_BYTES) -> str:
    r"""Return text within the limits; of a longer one whole lines, then the line `rest`.

    >>> capped("one\ntwo\nthree", "...", chars=11)
    'one\ntwo\n...'
    """
    if _fits(text, chars, size):
        return text
    chars, size = chars - len(rest) - 1, size - len(rest.encode()) - 1
    kept = text[:chars].encode()[:size].decode("utf-8", "ignore")
    whole = text.startswith("\n", len(kept)) or "\n" not in kept
    lines = kept if whole else kept[: kept.rfind("\n")]
    return f"{lines}\n{rest}"


def _fits(text: str, chars: int, size: int) -> bool:
    return len(text) <= chars and len(text.encode()) <= size
