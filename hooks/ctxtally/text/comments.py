"""JSON as people write it: with comments, and a comma too many."""

from __future__ import annotations

import re

# Strings are passed over as a whole, so that `//` in one is no comment.
_COMMENT = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|//[^\r\n]*|/\*.*?\*/', re.DOTALL)
_COMMA = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|,(?=\s*[}\]])', re.DOTALL)


def uncommented(text: str) -> str:
    r"""Return JSON without comments and without commas before a closing bracket.

    >>> uncommented('{"limit": 128000, // "tokens"\n}')
    '{"limit": 128000 \n}'
    """
    return _COMMA.sub(_kept, _COMMENT.sub(_kept, text))


def has_comments(text: str) -> bool:
    """Say whether there are comments.

    >>> has_comments('{"a": "//"}'), has_comments("{} /* why */")
    (False, True)
    """
    return any(found[1] is None for found in _COMMENT.finditer(text))


def _kept(found: re.Match[str]) -> str:
    return found[1] or ""
