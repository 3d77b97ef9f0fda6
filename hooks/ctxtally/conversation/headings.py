"""Whether anything stands below a heading of a session file."""

from __future__ import annotations

import re

# An open item without a word, as forms have it: `-`, `1.`, `- [ ]`.
_BLANK = re.compile(r"\s*(?:[-*+]|[0-9]+\.)?\s*(?:\[[ xX]?\])?\s*")
_HEADING = re.compile(r"#{1,2}\s")


def is_empty(text: str, heading: str) -> bool:
    r"""Say whether the section of this heading is there and holds nothing that was filled in.

    >>> (
    ...     is_empty("## NEXT\\n\\n1. [ ]\\n## OTHER\\ntext\\n", "NEXT"),
    ...     is_empty("## NEXT\\n- a\\n", "NEXT"),
    ... )
    (True, False)
    """
    lines = iter(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines())
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
