"""The template of a session file: what a new one begins with, and the form of its block.

A template is a file of the repository, so whoever opens a pull request may have written it: names
between `${` and `}` are replaced, once, and nothing else is done.
"""

from __future__ import annotations

import re

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# In the order of the shipped template.
NAMES = (
    "git_status",
    "tasks_completed",
    "files_modified",
    "tests_run",
    "token_status",
    "recommended_actions",
)
BEGIN, END = "<!-- handoff:auto -->", "<!-- /handoff:auto -->"

_NAME = re.compile(r"\$\{([^{}\n]*)\}")
_FORGED = re.compile(r"<!--(?=\s*/?handoff:auto)")


class TemplateError(Exception):
    """A template cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """`before` and `behind` go into a new file once; `block` is filled in at each refresh."""

    before: str
    block: str
    behind: str

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names in the block that mean nothing, in their order."""
        found = (match[1] for match in _NAME.finditer(self.block))
        return tuple(dict.fromkeys(name for name in found if name not in NAMES))


def parse(text: str) -> Template:
    """Read a template; raises TemplateError where it has no block, or more than one."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    bare = [line.strip() for line in lines]
    if bare.count(BEGIN) != 1 or bare.count(END) != 1 or bare.index(BEGIN) > bare.index(END):
        raise TemplateError(f"it needs one line `{BEGIN}` and below it one line `{END}`")
    first, last = bare.index(BEGIN), bare.index(END)
    return Template(
        before=_joined(lines[:first]),
        block="\n".join(lines[first + 1 : last]),
        behind=_joined(lines[last + 1 :]),
    )


def filled(template: Template, values: Mapping[str, str]) -> list[str]:
    """Return the lines of the block; a section whose values are all empty is left out."""
    kept = [
        section
        for section in _sections(template.block)
        if not (names := _named(section)) or any(values.get(name) for name in names)
    ]
    text = _FORGED.sub("&lt;!--", "".join(kept).strip("\n"))
    text = _NAME.sub(lambda match: values.get(match[1], match[0]), text)
    return [line.rstrip() for line in text.split("\n")]


def _named(section: str) -> list[str]:
    return [match[1] for match in _NAME.finditer(section) if match[1] in NAMES]


def _sections(block: str) -> Iterator[str]:
    """Yield the block in parts, each but the first beginning with a heading."""
    part: list[str] = []
    for line in block.split("\n"):
        if line.startswith("#") and part:
            yield "".join(part)
            part = []
        part.append(f"{line}\n")
    yield "".join(part)


def _joined(lines: list[str]) -> str:
    text = "\n".join(lines).strip("\n")
    return f"{text}\n" if text else ""
