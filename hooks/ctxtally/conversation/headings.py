"""Whether anything stands below a heading of a session file."""

from __future__ import annotations

import re

# An open item without a word, as forms have it: `-`, `1.`, `- [ ]`.
_BLANK = re.compile(r"\s*(?:[-*+]|[0-9]+\.)?\s*(?:\[[ xX]?\])?\s*")
# A marker of the generated block ends a section as a heading does.
_HEADING = re.compile(r"#{1,2}\s|<!-- handoff:auto")
_COMMENT = re.compile(r"<!--(?! handoff:auto).*?-->", re.DOTALL)


def is_empty(text: str, heading: str) -> bool:
    r"""Say whether the section of this heading is there and holds nothing that was filled in.

    >>> (
    ...     is_empty("## NEXT\n\n1. [ ]\n## OTHER\ntext\n", "NEXT"),
    ...     is_empty("## NEXT\n- a\n", "NEXT"),
    ... )
    (True, False)
    """
    lines = iter(_COMMENT.sub("", text).splitlines())
    for line in lines:
        if _HEADING.match(line) and line.lstrip("# \t").startswith(heading):
            break
    else:
        return False
    for line in lines:
        if _HEADING.match(line):
            return True
        if not _BLANK.fullmatch(line):
            return False
    return True
