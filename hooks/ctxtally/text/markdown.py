"""Markdown as far as agents read it: prose apart from code, headings, and block comments."""

from __future__ import annotations

import re

from ctxtally.text.blocks import Line, block_lines
from ctxtally.text.inline import HIDDEN, hidden, plain

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator


def headings(text: str) -> list[tuple[str, int]]:
    r"""Return the title of each heading and the offset at which it ends.

    >>> headings("# One\n\nTwo\n---\n")
    [('One', 5), ('Two', 14)]
    """
    found: list[tuple[str, int]] = []
    before = ""
    for line in block_lines(text):
        content = text[line.content : line.end].strip()
        if line.kind == "heading":
            found.append((content.rstrip("#").strip(), line.end))
        elif line.kind == "underline":
            found.append((before, line.end))
        before = content
    return found


def without_block_comments(text: str) -> str:
    r"""Return `text` without the HTML comments that begin a line outside code and lists.

    >>> without_block_comments("a\n<!-- b -->\nc <!-- d -->")
    'a\nc <!-- d -->'
    """
    if "<!--" not in text:
        return text
    kept: list[str] = []
    comment = -1
    for line in block_lines(text):
        if line.kind == "comment" and not line.depth:
            comment = line.start if comment < 0 else comment
            continue
        if comment >= 0:
            kept.append(_uncommented(text[comment : line.start]))
            comment = -1
        kept.append(text[line.start : line.end + 1])
    if comment >= 0:
        kept.append(_uncommented(text[comment:]))
    return "".join(kept)


def prose(text: str) -> str:
    """Return a mask of `text`: HIDDEN for every character outside text nodes, line ends kept.

    Code, HTML, links, definitions and the marks of blocks and emphasis are hidden.
    """
    masked: list[str] = []
    paragraph: list[Line] = []
    for line in block_lines(text):
        if line.kind == "prose":
            paragraph.append(line)
            continue
        masked += _paragraph(text, paragraph)
        paragraph = []
        if line.kind == "heading":
            masked += _paragraph(text, [line])
        else:
            masked.append(HIDDEN * (line.end - line.start))
    masked += _paragraph(text, paragraph)
    return "\n".join(masked)


def outside_backticks(text: str) -> str:
    """Return a mask of `text`: HIDDEN from a run of backticks to the next run of as many.

    A longer run may end it too, and a run may be its own end: four backticks are twice two.
    """
    runs = [(run.start(), run.end()) for run in re.finditer("`+", text)]
    longest_after = [0] * len(runs)
    for at in range(len(runs) - 1, 0, -1):
        longest_after[at - 1] = max(longest_after[at], runs[at][1] - runs[at][0])
    masked: list[str] = []
    done = at = 0
    while at < len(runs):
        start, end = max(runs[at][0], done), runs[at][1]
        length = max(min(end - start, longest_after[at]), (end - start) // 2)
        if length <= 0:
            at += 1
            continue
        close = text.index("`" * length, start + length) + length
        masked += [text[done:start], hidden(text[start:close])]
        done = close
    return "".join([*masked, text[done:]])


def _paragraph(text: str, paragraph: list[Line]) -> Iterator[str]:
    if not paragraph:
        return
    content = plain("\n".join(text[line.content : line.end] for line in paragraph))
    for line, shown in zip(paragraph, content.split("\n"), strict=True):
        yield HIDDEN * (line.content - line.start) + shown


def _uncommented(block: str) -> str:
    """Return an HTML block without its comments; what is left blank goes with them."""
    kept: list[str] = []
    done = 0
    while (start := block.find("<!--", done)) >= 0 and (end := block.find("-->", start)) >= 0:
        kept.append(block[done:start])
        done = end + len("-->")
    kept.append(block[done:])
    rest = "".join(kept)
    return rest if rest.strip() else ""
