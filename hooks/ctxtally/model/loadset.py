"""What one agent puts into its window for one directory."""

from __future__ import annotations

from ctxtally.model.record import dataclass, field

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from ctxtally.model.count import Method
    from ctxtally.model.finding import Finding
    from ctxtally.model.profile import Load, Strip, Unit
    from ctxtally.model.window import Window

    # What an agent reads only where it is needed.
    Way = Literal["skill", "rule", "folder"]

WAYS: tuple[Way, ...] = ("skill", "rule", "folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leeway:
    """How a text may change while how it loads, and all that the agent says of it, stays.

    The agent leaves out what `strip` names. `most` are the sizes up to which no limit for one file
    is touched. `advice` are those that it is beyond and stays beyond, by the `budget` of the
    finding.
    """

    strip: tuple[Strip, ...]
    most: Mapping[Unit, int]
    advice: Mapping[str, tuple[Unit, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """One file of a load set, in the order in which it is loaded.

    `via` is what pulled it in: `path:line` of an import or of the front matter that decided, else
    the glob of the profile. `tokens` are of the text as the agent adds it; `listing` are those of
    its line in a listing, which is always there. `bytes_kept` and `bytes_cut` are raw bytes, lines
    are LF-terminated.
    Without a `leeway` any change of the content may change more than the numbers.
    """

    path: str
    load: Load
    via: str
    tokens: int
    bytes_kept: int
    bytes_cut: int = 0
    chars_kept: int = 0
    chars_cut: int = 0
    lines_kept: int = 0
    lines_cut: int = 0
    tokens_cut: int = 0
    headings_lost: tuple[str, ...] = ()
    listing: int = 0
    aliases: tuple[str, ...] = ()
    leeway: Leeway | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How many files make up a part of a load set, and what they cost."""

    tokens: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What limits of the agent keep from it."""

    tokens: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSet:
    """`dir` is `.` at the top. The lines of a listing belong to `always`, their bodies do not.

    `room` is how much the files may grow together before they touch a limit that they share.
    """

    agent: str
    dir: str
    files: tuple[LoadedFile, ...]
    findings: tuple[Finding, ...] = ()
    room: Mapping[Unit, int] = field(default_factory=dict)

    @property
    def always(self) -> Part:
        always = [file for file in self.files if file.load == "always"]
        listed = sum(file.listing for file in self.files)
        return Part(tokens=sum(file.tokens for file in always) + listed, files=len(always))

    @property
    def on_demand(self) -> Part:
        rest = [file for file in self.files if file.load != "always"]
        return Part(tokens=sum(file.tokens for file in rest), files=len(rest))

    @property
    def cut(self) -> Cut:
        return Cut(
            tokens=sum(file.tokens_cut for file in self.files),
            bytes=sum(file.bytes_cut for file in self.files),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoad:
    """A load set beside what its reader should know of the agent.

    `outside` is what the agent reads from beyond the repository, `window` the context window that
    the shipped table gives it, `None` where there is no source for one. `ways` are where text may
    move that not every session needs.
    """

    name: str
    loads: LoadSet
    outside: tuple[str, ...] = ()
    window: Window | None = None
    ways: tuple[Way, ...] = ()

    @property
    def share(self) -> float | None:
        """The part of the window that is taken before anybody has asked for anything."""
        return self.loads.always.tokens / self.window.tokens if self.window else None

    @property
    def weight(self) -> tuple[int, int, str, str]:
        """The key that puts the worst first: what loses most, then what always costs most."""
        loads = self.loads
        return -loads.cut.tokens, -loads.always.tokens, loads.agent, loads.dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The load sets of one subject, the worst first; `remarks` are one-line notes."""

    subject: str
    counter: str
    method: Method
    agents: tuple[AgentLoad, ...]
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
