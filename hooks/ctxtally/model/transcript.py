"""The transcript of an agent, and what is looked for in it.

These are named tuples: a hook looks for transcripts at every commit, and to define a data class
costs seven times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    # What a reader remembers between two readings, as JSON has it.
    State = Mapping[str, object] | None

_EVERYTHING = "*"


class Transcript(NamedTuple):
    """A file that an agent writes: `form` is how it is read, and belongs to one agent.

    `owner` is the folder that the place of the file tells it is about, empty where it does not.
    """

    path: str
    form: str
    owner: str = ""


class Stat(NamedTuple):
    """What tells a file that was not changed from one that was."""

    device: int
    inode: int
    size: int
    changed: int


class Found(NamedTuple):
    transcript: Transcript
    stat: Stat


class Read(NamedTuple):
    """How far a transcript was read, and what was in it that is no response.

    `bad` lines hold no JSON object, `long` ones were passed over, `torn` says that something stands
    behind the last line feed that is no whole record. `problem` says why a file was not read.
    """

    offset: int = 0
    state: State = None
    bad: int = 0
    long: int = 0
    torn: bool = False
    compactions: int = 0
    problem: str = ""


class Search(NamedTuple):
    """`tops` are the names of the repository's work trees by their folders.

    With `everything`, responses of other repositories are taken too. `database` is where is kept
    what was read.
    """

    tops: Mapping[str, str]
    everything: bool
    database: str

    @property
    def scope(self) -> str:
        """Return what tells this search from one that takes other responses."""
        return _EVERYTHING if self.everything else "\n".join(sorted(self.tops))
