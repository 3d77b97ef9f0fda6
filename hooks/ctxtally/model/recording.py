"""What an agent recorded that it loads, beside what we say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.loading import Loading
    from ctxtally.model.profile import Load

State = Literal[
    "agrees",
    "differs",  # loaded, but in another way than we say
    "unforeseen",  # loaded, and not in our load set
    "missing",  # always loaded, we say, and the agent did not load it
    "waiting",  # on demand, and the session did not ask for it
    "outside",  # not of the repository, so not of our load set
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one session loaded. `directory` is where it ran.

    Where `relative` is set, paths inside the repository are as seen from its top.
    """

    session: str
    directory: str
    loadings: tuple[Loading, ...]
    relative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAgreement:
    """One file: what we say (`load`, `via`), and what the agent said (`reasons`, `parent`)."""

    path: str
    state: State
    load: Load | None = None
    via: str = ""
    reasons: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAgreement:
    """The files of one session, as they were recorded, then what was not."""

    session: str
    dir: str
    files: tuple[FileAgreement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAgreement:
    """A whole comparison with the recording `log`; `remarks` are one-line notes."""

    subject: str
    log: str
    sessions: tuple[SessionAgreement, ...]
    remarks: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[FileAgreement, ...]:
        return tuple(file for session in self.sessions for file in session.files)
