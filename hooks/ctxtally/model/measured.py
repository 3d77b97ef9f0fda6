"""Context files, counted or with the reason why they could not be."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Literal

    from ctxtally.model.count import Method

    Kind = Literal[
        "instructions",  # CLAUDE.md, AGENTS.md, GEMINI.md and their kin
        "rule",  # a file of a rules directory
        "skill",  # SKILL.md
        "command",  # a slash command or prompt file
        "agent",  # the definition of a subagent
        "index",  # INDEX.yaml and its dialects
        "manifest",  # MANIFEST.json
        "module",  # a file that an index or manifest lists
        "import",  # a file that only an import of another one names
        "file",  # a file that only a budget names
    ]

KINDS: tuple[Kind, ...] = (
    "instructions",
    "rule",
    "skill",
    "command",
    "agent",
    "index",
    "manifest",
    "module",
    "import",
    "file",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextFile:
    """A path that some agent reads; `aliases` are symlinks in the same subject that lead to it."""

    path: str
    kind: Kind
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A counted context file. `bytes` are the raw bytes, `lines` the LF-terminated lines."""

    path: str
    kind: Kind
    tokens: int
    method: Method
    bytes: int
    chars: int
    lines: int
    oid: str
    aliases: tuple[str, ...] = ()
