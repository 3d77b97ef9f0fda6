"""How the text of one file names another."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """How a text names another file that is loaded with it.

    `text` is what is searched: `markdown` text nodes (no code, link or HTML), `raw` text outside
    runs of backticks, or `all`. A path stands between `prefix` and `suffix`, or runs to the next
    white space. `after` says what stands before the prefix; `first` lists what beside ASCII letters
    may begin a path (empty: anything). `depth` is the number of hops that load. With `replace` the
    imported text stands between `begin` and `end` in the place of the import, and `failed`,
    `outside` or `again` stand there instead of what is not imported; `{path}` is the path.
    `verified_on` is a day as in `2026-11-20`, for the same reason as that of a window.
    """

    prefix: str
    depth: int
    source: str
    verified_on: str
    suffix: str = ""
    text: Literal["markdown", "raw", "all"] = "markdown"
    after: Literal["space", "any"] = "space"
    first: str = ""
    chars: str = ""
    escapes: bool = False
    fragment: bool = False
    relative_to: Literal["file", "root"] = "file"
    replace: bool = False
    repeat: bool = False
    begin: str = ""
    end: str = ""
    failed: str = ""
    outside: str = ""
    again: str = ""
