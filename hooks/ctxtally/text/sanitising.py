"""Text that strangers wrote, made harmless to an agent that reads it: it stays data.

A subject, a branch or a file name may hold anything. The steps are taken in this order: what draws
nothing goes, secrets go (a cut one would not be seen any more), the rest is cut, and what a reader
of Markdown or an agent would act on is spelled differently.
"""

from __future__ import annotations

import re

from ctxtally.text.redaction import redacted
from ctxtally.text.terminal import is_safe, printable

SUBJECT = 100
PATH = 120
NAME = 60

# Claude Code 2.1 imports `@path` at the start of a word, Kiro `#[[file:path]]`.
_IMPORT = re.compile(r"(?<!\w)@(?=\S)")
_TICKS = re.compile("`+")
# Headings have emoji in their coloured form, which this asks for.
_LAID_OUT = "\n\t\ufe0f"


def line(text: str, longest: int = SUBJECT) -> str:
    r"""Return one line of text without anything that acts.

    >>> line("fix: \x1b[31m@/etc/passwd <!-- x -->\n")
    'fix: [31m(at)/etc/passwd &lt;!-- x --&gt;'
    """
    return _inert("".join(filter(is_safe, " ".join(text.split()))), longest)


def path(name: str, longest: int = PATH) -> str:
    r"""Return a path as one line; what cannot be shown is escaped.

    >>> path("a\nb\udcff.md")
    'a\\nb\\udcff.md'
    """
    return _inert(printable(name), longest)


def code(text: str) -> str:
    """Return text as a code span, whose fence is longer than any run of backticks in it.

    >>> code("a"), code("`b`"), code("")
    ('`a`', '`` `b` ``', '` `')
    """
    fence = "`" * (1 + max((len(found) for found in _TICKS.findall(text)), default=0))
    if not text or text[0] == "`" or text[-1] == "`":
        text = f" {text} " if text else " "
    return f"{fence}{text}{fence}"


def visible(text: str) -> str:
    r"""Return lines of text without what people do not see and an agent does.

    >>> visible("\x1b[31m1\xa0000\n\tb\u202ec\r\n")
    '[31m1 000\n\tbc\n'
    """
    return "".join(map(_seen, text))


def _seen(char: str) -> str:
    if char in _LAID_OUT or is_safe(char):
        return char
    # The spaces of other scripts; those below are control characters.
    return " " if char.isspace() and char >= "\xa0" else ""


def _inert(text: str, longest: int) -> str:
    text = redacted(text)
    if len(text) > longest:
        text = text[: longest - 3] + "..."
    text = text.replace("<!--", "&lt;!--").replace("-->", "--&gt;")
    return _IMPORT.sub("(at)", text).replace("#[[", "# [[")
