"""CURRENT_SESSION.md on the disk: never through a link, never half written, never tracked."""

from __future__ import annotations

import os
import stat

from ctxtally.adapters.files import swap
from ctxtally.adapters.plumbing import output
from ctxtally.errors import UserError
from ctxtally.model.record import dataclass, replace

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.adapters.git import Place

FOLDER = ".agent-handoffs"
NAME = "CURRENT_SESSION.md"
SHOWN = f"{FOLDER}/{NAME}"
AUTO = "CURRENT_SESSION.auto.md"
USAGE = "token_usage.json"
# A file for agents has some kilobytes; a larger one is not ours to rewrite at every commit.
LARGEST_BYTES = 1 << 20
_OURS = frozenset({os.fsencode(SHOWN), os.fsencode(FOLDER)})
_IGNORE = ".gitignore"


class HandoffError(UserError):
    """The session file must not or cannot be written; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFile:
    """`content` is `None` where there is no file, `text` where it is not UTF-8 or too large.

    `others_tracked` says that git tracks other files beside it.
    """

    path: str
    content: bytes | None
    text: str | None
    others_tracked: bool = False

    @property
    def is_strange(self) -> bool:
        return self.content is not None and self.text is None


def path(place: Place) -> str:
    """Return where the session file of a work tree is."""
    return os.path.join(place.top, FOLDER, NAME)


def read(place: Place) -> SessionFile:
    """Return the file to be written; raises HandoffError where it is tracked, and as `look`."""
    tracked = _tracked()
    if _OURS.intersection(tracked):
        raise HandoffError(
            f"{SHOWN} is tracked, so it is not written: each commit would leave it changed",
            help=f"`git rm --cached {SHOWN}` and commit that; then it is kept as a local file",
        )
    return replace(look(place), others_tracked=bool(tracked))


def _tracked() -> list[bytes]:
    """Return what git tracks in the folder, or the folder's name where that is no folder to git."""
    listed = output("ls-files", "-z", "--full-name", "--", f":(top,literal){FOLDER}")
    return listed.split(b"\0")[:-1]


def look(place: Place) -> SessionFile:
    """Return the file to be read; raises HandoffError where a link leads to it."""
    for name in (FOLDER, SHOWN, f"{FOLDER}/{AUTO}"):
        refuse_link(place, name)
    content = present(path(place))
    return SessionFile(path=path(place), content=content, text=decoded(content))


def is_tracked() -> bool:
    """Say whether the session file of the current work tree comes from commits: from anybody."""
    return bool(_OURS.intersection(_tracked()))


def write(place: Place, file: SessionFile, text: str) -> bool:
    """Replace the file where it differs from `text`, and say whether it did.

    A file that cannot be read as text stays, and another is written beside it.
    """
    folder = os.path.join(place.top, FOLDER)
    try:
        make(folder, ignored=not file.others_tracked)
    except OSError as error:
        raise _unwritable(error) from error
    target = os.path.join(folder, AUTO) if file.is_strange else file.path
    content = text.encode("utf-8")
    if present(target) == content:
        return False
    try:
        mode = stat.S_IMODE(os.lstat(target).st_mode)
    except OSError:  # a new one
        mode = 0o600
    try:
        swap(target, content, mode=mode, durable=True)
    except OSError as error:
        raise _unwritable(error) from error
    return True


def is_unchanged(file: SessionFile) -> bool:
    """Say whether nobody wrote the file since it was read."""
    return present(file.path) == file.content


def template(place: Place) -> str | None:
    """Return the template of the repository, `None` where it has none of its own."""
    own = os.path.join("handoff_templates", NAME)
    where = os.path.join(place.top, own)
    if not os.path.lexists(where):
        return None
    text = decoded(present(where)) if not os.path.islink(os.path.dirname(where)) else None
    if text is None:
        raise HandoffError(
            f"{own.replace(os.sep, '/')} cannot be used: it is no regular file of UTF-8 text",
            help="mend it, or take it away to have the template that ships",
        )
    return text


def ready(place: Place) -> None:
    """Make the folder where it is missing, and see to it that git ignores it; raises OSError."""
    folder = os.path.join(place.top, FOLDER)
    if not os.path.lexists(os.path.join(folder, _IGNORE)):
        make(folder, ignored=not _tracked())


def make(folder: str, *, ignored: bool) -> None:
    """Make the folder ignore itself, as caches of tools do, where git tracks nothing in it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if not ignored:
        return
    try:
        with open(os.path.join(folder, _IGNORE), "x", encoding="ascii", newline="\n") as file:
            file.write("*\n")
    except FileExistsError:
        return


def refuse_link(place: Place, name: str) -> None:
    """Raise HandoffError where the folder or a file in it is anything but that."""
    where = os.path.join(place.top, *name.split("/"))
    wanted = stat.S_ISDIR if name == FOLDER else stat.S_ISREG
    try:
        mode = os.lstat(where).st_mode
    except OSError:
        return
    if not wanted(mode):
        kind = "a symlink" if stat.S_ISLNK(mode) else "in the way"
        raise HandoffError(
            f"{name} is {kind}, so it is neither read nor written", help="take it away"
        )


def present(where: str) -> bytes | None:
    """Return the bytes of a regular file, cut where it is too large; `None` where there is none."""
    try:
        if not stat.S_ISREG(os.lstat(where).st_mode):
            return None
        descriptor = os.open(where, _READ)
        with open(descriptor, "rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError:
        return None


_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def decoded(found: bytes | None) -> str | None:
    """Return the text of a file; `None` where it is too large or not UTF-8."""
    if found is None or len(found) > LARGEST_BYTES:
        return None
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _unwritable(error: OSError) -> HandoffError:
    return HandoffError(
        f"{SHOWN} cannot be written: {error.strerror or error}", help="make its folder writable"
    )
