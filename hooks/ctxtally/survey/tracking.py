"""Keep count of the texts of a conversation, safely beside others that do the same."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ctxtally.adapters import session_file, token_usage
from ctxtally.adapters.clock import iso
from ctxtally.adapters.files import Locked
from ctxtally.conversation.threshold import Levels, crossed, levels, still_fired
from ctxtally.errors import UserError
from ctxtally.model.record import dataclass, replace
from ctxtally.model.token_usage import Checkpoint, TokenUsage
from ctxtally.text.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxtally.adapters.git import Place
    from ctxtally.model.measurement import WindowSettings

# Long enough for a queue of writers, each of which takes milliseconds.
LOCK_SECONDS = 30.0
_SHOWN = f"{session_file.FOLDER}/{session_file.USAGE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Where the count stands. `remark` says what became of a file that could not be read."""

    usage: TokenUsage
    limit: int
    levels: Levels
    remark: str = ""

    @property
    def share(self) -> float:
        return self.usage.total / self.limit


def standing(place: Place, settings: WindowSettings) -> Tracking:
    """Return where the count stands; a file that cannot be read is set aside."""
    where = path(place)
    try:
        found = token_usage.read(where)
    except token_usage.CorruptError:
        with _locked(place):
            return _tracking(*_read(where), settings)
    except OSError as error:
        raise _unreadable(error) from error
    return _tracking(found, "", settings)


def share_with(place: Place, settings: WindowSettings, tokens: int) -> float:
    """Return the share with so many tokens more, where they cannot be written down."""
    try:
        found = standing(place, settings)
    except UserError:
        found = _tracking(None, "", settings)
    return (found.usage.total + tokens) / found.limit


def add(
    place: Place, settings: WindowSettings, tokens: int, description: str, moment: float
) -> tuple[Tracking, bool]:
    """Count a text; say whether the threshold speaks now: once, until there is room again."""
    fires = False
    told = redacted(description)

    def counted(before: Tracking) -> TokenUsage:
        nonlocal fires
        usage = before.usage
        total = usage.total + tokens
        level, share = before.levels.threshold, total / before.limit
        fires = crossed(share, level, fired=usage.fired)
        one = Checkpoint(timestamp=iso(moment), tokens=tokens, description=told, total=total)
        return usage._replace(
            session_start=usage.session_start or iso(moment),
            total=total,
            checkpoints=(*usage.checkpoints, one),
            fired=still_fired(share, level, fired=usage.fired),
        )

    return _changed(place, settings, counted), fires


def refresh(place: Place, settings: WindowSettings, moment: float) -> tuple[str, ...]:
    """Refresh the handoff, and write down that it was; return what is worth a note."""
    from ctxtally.survey import handoff

    notes = handoff.refresh(place, reason="threshold", now=moment).notes
    _refreshed(place, settings, moment)
    return notes


def _refreshed(place: Place, settings: WindowSettings, moment: float) -> None:
    """Write down that the handoff was refreshed, and that the threshold has spoken."""
    _changed(
        place,
        settings,
        lambda before: before.usage._replace(
            last_handoff_update=iso(moment),
            fired=before.usage.fired or before.share >= before.levels.threshold,
        ),
    )


def reset(place: Place, settings: WindowSettings) -> bool:
    """Forget what was counted, not what somebody wrote; say whether there was a file."""
    where = path(place)
    with _locked(place):
        usage, _ = _read(where)
        if usage is None:
            return False
        _keep_comments(where, usage)
        plain = _tracking(None, "", settings)
        own = _tracking(usage, "", settings)
        if usage.others or (own.limit, own.levels) != (plain.limit, plain.levels):
            fresh = TokenUsage(
                session_start="",
                limit=own.limit,
                threshold=own.levels.threshold,
                others=usage.others,
            )
            if not token_usage.write(where, fresh):
                raise _unwritable()
            return True
        try:
            os.unlink(where)
        except OSError as error:
            raise _unwritable() from error
    return True


def _changed(
    place: Place, settings: WindowSettings, change: Callable[[Tracking], TokenUsage]
) -> Tracking:
    where = path(place)
    try:
        session_file.ready(place)
    except OSError as error:
        raise _unwritable() from error
    with _locked(place):
        before = _tracking(*_read(where), settings)
        _keep_comments(where, before.usage)
        usage = change(before)._replace(limit=before.limit, threshold=before.levels.threshold)
        if not token_usage.write(where, usage):
            raise _unwritable()
    return replace(before, usage=usage)


def _keep_comments(where: str, usage: TokenUsage) -> None:
    """Keep the file as somebody wrote it, where it has comments: what we write has none."""
    if usage.commented and not token_usage.keep_commented(where):
        raise _unwritable()


def path(place: Place) -> str:
    """Return where the file is; a link on the way is a UserError."""
    for name in (session_file.FOLDER, _SHOWN):
        session_file.refuse_link(place, name)
    return os.path.join(place.top, session_file.FOLDER, session_file.USAGE)


def _read(where: str) -> tuple[TokenUsage | None, str]:
    """Read the file while it is locked; one that holds something else is set aside."""
    try:
        return token_usage.read(where), ""
    except token_usage.CorruptError as error:
        aside = "where it is"
        with suppress(OSError):
            aside = f"as {token_usage.set_aside(where)}"
        return None, f"{_SHOWN} could not be read ({error}); it is kept {aside}"
    except OSError as error:
        raise _unreadable(error) from error


def _tracking(usage: TokenUsage | None, remark: str, settings: WindowSettings) -> Tracking:
    usage = usage or TokenUsage(session_start="")
    return Tracking(
        usage=usage,
        limit=settings.limit or usage.limit or token_usage.LIMIT,
        levels=levels(settings, usage.threshold),
        remark=remark,
    )


@contextmanager
def _locked(place: Place) -> Iterator[None]:
    """Hold the lock of one work tree's file, which lies in its git directory."""
    lock = Locked(os.path.join(place.git_dir, "ctxtally", "token_usage.lock"), LOCK_SECONDS)
    try:
        lock.__enter__()
    except OSError as error:
        raise _unwritable() from error
    try:
        yield
    finally:
        lock.__exit__()


def _unwritable() -> UserError:
    return UserError(
        f"{_SHOWN} cannot be written",
        help="make its folder and the git directory writable",
    )


def _unreadable(error: OSError) -> UserError:
    return UserError(
        f"{_SHOWN} cannot be read: {error.strerror}",
        help="mend it, or take it away",
    )
