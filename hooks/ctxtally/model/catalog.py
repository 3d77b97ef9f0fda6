"""What an INDEX.yaml or a MANIFEST.json says, and what became of the paths it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.document import Document, Steps, Unreadable

Unit = Literal["tokens", "bytes", "lines"]

# A `module` is a file that agents read; a `registry` entry only takes stock of a tracked file.
Role = Literal["module", "registry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A size as the catalog gives it; `rough` where the text rounds it ("52KB", "~2K").

    `steps` lead to it in its document.
    """

    amount: int
    unit: Unit
    line: int
    rough: bool = False
    steps: Steps = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One value as it is written."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One key of a module: a single word, or, where `listed`, the items of a list."""

    name: str
    line: int
    words: tuple[Word, ...]
    listed: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A value that the catalog states about itself; `name` is its dotted way from the top.

    `rough` where the text rounds a number ("~10K"): no sum can be held against it. `steps` lead to
    it in its document.
    """

    name: str
    value: int | bool | str
    line: int
    rough: bool = False
    steps: Steps = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One listed file. `path` is as written, `line` where the path is written.

    `here` says that the path is relative to the catalog's own directory and to nothing else;
    `guessed` that only its form says that it is a path. `facts` are the keys of a module that
    its front matter repeats. `steps` lead to a registered file in its document, and `sha256` is the
    checksum of its content in hexadecimal digits.
    """

    name: str
    path: str
    line: int
    role: Role
    category: str = ""
    stated: tuple[Stated, ...] = ()
    facts: tuple[Fact, ...] = ()
    here: bool = False
    guessed: bool = False
    steps: Steps = field(default=(), compare=False)
    sha256: Claim | None = None

    @property
    def tokens(self) -> Stated | None:
        """The estimate in tokens, where the catalog gives one."""
        return next((stated for stated in self.stated if stated.unit == "tokens"), None)

    @property
    def qualified(self) -> str:
        """The name that tells modules of several categories apart: `core/enforcement`."""
        return f"{self.category}/{self.name}" if self.category else self.name

    def fact(self, name: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.name == name), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the words of one fact, none where the catalog does not have it."""
        fact = self.fact(name)
        return fact.texts if fact else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A category with what is stated about it as a whole; its two numbers are whole ones."""

    name: str
    line: int
    token_budget: Claim | None = None
    modules_count: Claim | None = None
    priority: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A named list of references to modules: what to load for a task, a tag or a priority."""

    kind: Literal["load", "tag", "priority"]
    name: str
    line: int
    references: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The root file that an index says it is reached from, with its size in whole numbers."""

    path: str
    line: int
    word_count: Claim | None = None
    token_estimate: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A stock of tracked files inside a MANIFEST.json.

    `complete` where it says to hold every file. `detail_file` and `digest` are set where the
    entries lie in a file of their own.
    """

    line: int
    complete: bool
    total: Claim | None = None
    digest: Claim | None = None
    detail_file: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedDuplicate:
    """Two files that may repeat each other, in either direction."""

    project_file: str
    standards_file: str
    reason: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All that one file lists and states; empty where it is no list of files at all."""

    path: str
    entries: tuple[Entry, ...] = ()
    groups: tuple[Group, ...] = ()
    selections: tuple[Selection, ...] = ()
    claims: tuple[Claim, ...] = ()
    anchor: Anchor | None = None
    registry: Registry | None = None
    allowed_duplicates: tuple[AllowedDuplicate, ...] = ()

    @property
    def modules(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.role == "module")

    def claim(self, name: str) -> Claim | None:
        return next((claim for claim in self.claims if claim.name == name), None)


# What a path in a catalog turned out to be.
State = Literal["file", "directory", "pattern", "missing", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What became of one entry's path.

    `path` is the tracked regular file (through any links) or the directory, empty otherwise;
    `reason` is one word of text/paths.py where it was refused.
    """

    entry: Entry
    state: State
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the subject really holds, by tracked path; what was not asked for is left out.

    `words` are those between white space, `lines` the line feeds. A module that was looked at and
    has no front matter has `None` there. `detail` is the file that `Registry.detail_file` names.
    """

    tokens: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    bytes: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    front_matter: Mapping[str, Document | Unreadable | None] = field(default_factory=dict)
    detail: Document | Unreadable | None = None
    whole_tree: bool = False

    def measured(self, path: str, unit: Unit) -> int | None:
        """Return how much of `unit` the file at a path holds, `None` where nobody asked."""
        return {"tokens": self.tokens, "bytes": self.bytes, "lines": self.lines}[unit].get(path)
