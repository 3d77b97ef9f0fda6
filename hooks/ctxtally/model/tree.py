"""What one subject holds: tracked entries and a way to read them."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    # A full commit id, and how outputs name it.
    Base = tuple[str, str]
else:
    Protocol = object

# The file modes git writes into an index (gitformat-index, "4-bit object type").
REGULAR = "100644"
EXECUTABLE = "100755"
SYMLINK = "120000"
SUBMODULE = "160000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One path: `oid` is the git blob id of its content, `mode` one of the modes above.

    In a work tree `oid` is empty: it is not known before the content is read. `path` is relative to
    the top level with `/`; bytes that are not UTF-8 are surrogate-escaped.
    """

    path: str
    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        return self.mode in (REGULAR, EXECUTABLE)


class Tree(Protocol):
    """The content of one subject: the index, the work tree, or a revision."""

    @property
    def subject(self) -> str:
        """How outputs name what was measured: `index`, `work tree`, `revision HEAD~1 (1a2b3c4)`."""

    @property
    def torn(self) -> bool:
        """Whether content of something that it lists was asked for and could not be read."""

    # What somebody asked to compare with; without it that is what was there before.
    since: Base | None

    def listed(self, specs: Sequence[str], paths: Iterable[str] = ()) -> Mapping[str, Entry]:
        """Return the entries whose path is, lies below, or (`*.md`) ends like one of `specs`.

        Together with those of `find(paths)`.
        """

    def find(self, paths: Iterable[str]) -> Mapping[str, Entry]:
        """Return the entries at exactly these paths; a directory gives all entries below it."""

    def sizes(self, entries: Iterable[Entry]) -> Mapping[str, int | None]:
        """Return bytes by path, `None` where the object is not available here."""

    def read(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Yield each entry, its id filled in, with its raw bytes; what is not here is left out.

        All content is in memory at once: ask for sizes first.
        """
