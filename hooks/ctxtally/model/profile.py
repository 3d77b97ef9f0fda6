"""What one agent loads from a repository, as data: files, imports, limits, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from datetime import date

    from ctxtally.model.imports import Imports
    from ctxtally.model.measured import Kind

Load = Literal[
    "always",  # in the first request of a session
    "nested",  # when the agent touches that directory
    "glob",  # when it touches a matching file
    "description",  # a line in a listing is always there, the body when the agent decides
    "manual",  # when the user names it
    "never",
]
Base = Literal[
    "root",  # the top of the repository
    "chain",  # every directory from the top down to the one the session runs in
    "dir",  # only that one
    "below",  # every directory below it: at most `nested`
]
Pick = Literal[
    "all",  # every match in every directory
    "first",  # per directory the first of `globs` that has a match
    "nearest",  # of all directories only the deepest that has a match, there the first
]
Strip = Literal[
    "front-matter",
    "block-comments",  # HTML comments that begin a line, outside code
    "outer-space",  # white space around the whole text
    "blank",  # a text of nothing but white space
]
Shape = Literal["filled", "empty", "list"]
Scope = Literal[
    "file",  # each file by itself
    "entry",  # each line of a listing
    "listing",  # all lines of a listing
    "chain",  # the always loaded files together, spent in load order
    "total",  # all files together, spent in the order of the rows of the profile
]
Unit = Literal["bytes", "chars", "lines", "tokens", "percent-of-window"]
Behaviour = Literal[
    "cut-tail",  # what is beyond the limit never reaches the agent
    "skip",  # the file does not reach the agent at all
    "drop-entry",  # descriptions leave the listing
    "invalid",  # the agent rejects the file
    "warn",  # advice, or what happens is not documented
]
Sets = Literal["limit", "names", "more-names", "more-globs", "exclude"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One reading of front matter: `load` applies where `key` is as described.

    With `equals` the value must be one of these texts; otherwise it must have the `shape`: `filled`
    (present, neither empty nor false), `empty` (an empty list), `list`.
    """

    key: str
    load: Load
    equals: tuple[str, ...] = ()
    shape: Shape = "filled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """One row of a profile: which files, where, and how they come into the window.

    `globs` are relative to each directory of `at`. The first clause of `when` that holds replaces
    `load`. Files that match one of `without` do not belong to the row, and the row is void while
    one of `unless` exists in the directories of `at`. `listing` is the line of a file loaded by
    description, in pieces: a piece with a `{key}` that the front matter leaves empty is left out,
    `{key|text}` falls back to `text`, and `{path}` is the path.
    """

    id: str
    globs: tuple[str, ...]
    kind: Kind
    at: tuple[Base, ...]
    load: Load
    when: tuple[Clause, ...] = ()
    pick: Pick = "all"
    without: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    sort: Literal["path", "name"] = "path"
    imports: bool = False
    strip: tuple[Strip, ...] = ()
    listing: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Return the globs as seen from the top of the repository."""
        return self.anchored(self.globs)

    def anchored(self, globs: tuple[str, ...]) -> tuple[str, ...]:
        """Return globs that are relative to a directory of `at` as seen from the top."""
        return globs if self.at == ("root",) else tuple(f"**/{glob}" for glob in globs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A documented limit; `files` are ids of rows, empty for all of them.

    A share of the window is in tokens, or in characters where `chars_per_token` is set. `keys` are
    the front matter keys whose joint length an `entry` limit bounds. One that is `off` is told of
    and never judged.
    """

    id: str
    scope: Scope
    unit: Unit
    value: int
    behaviour: Behaviour
    source: str
    verified_on: date
    files: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    chars_per_token: int = 0
    off: bool = False
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A key of the agent's own settings `file` that changes the row or limit `target`.

    `condition` says, in words, when the agent heeds it at all; empty: always.
    """

    file: str
    key: str
    sets: Sets
    source: str
    target: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One agent. `detect` are globs of files that show that it is used here.

    `order` is the order of the directories of a chain. `outside` names what it reads from beyond
    the repository, which is never measured.
    """

    agent: str
    name: str
    versions: str
    source: str
    verified_on: date
    detect: tuple[str, ...]
    files: tuple[Files, ...]
    order: Literal["root-first", "nearest-first"] = "root-first"
    window: int = 0
    imports: Imports | None = None
    limits: tuple[Limit, ...] = ()
    settings: tuple[Setting, ...] = ()
    outside: tuple[str, ...] = ()
