"""What is remembered of agents' sessions, in the git directory of the work tree.

Two files each: `<name>.window.json` is how full the window was when it was measured last, written
in one step by whoever measures; `<name>.json` is what was said and done, changed under a lock. The
name is a hash, for an id comes from outside.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast, get_args

from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import Locked, replace_file
from ctxtally.model.agent_session import AgentSession, Delivery
from ctxtally.model.measurement import Measurement, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.adapters.git import Place

# A hook does not wait longer: the agent waits for it.
LOCK_SECONDS = 0.5
# As long as Claude Code keeps transcripts (cleanupPeriodDays, 30 by default).
KEPT_SECONDS = 30 * 86_400.0
_LARGEST_BYTES = 1 << 20
_WINDOW = ".window.json"


def keep_measurement(place: Place, found: Measurement) -> bool:
    """Remember how full a window is; say whether that could be done."""
    text = json.dumps(
        {
            "session": found.session,
            "tokens": found.tokens,
            "window": found.window,
            "source": found.source,
            "at": found.at,
            "model": found.model,
        }
    )
    return replace_file(_path(place, found.session) + _WINDOW, text.encode())


def drop_measurement(place: Place, session: str) -> None:
    """Forget how full a window is: it was emptied."""
    with suppress(OSError):
        os.unlink(_path(place, session) + _WINDOW)


def measurement(place: Place, session: str) -> Measurement | None:
    """Return the last measurement of a session, `None` where there is none that can be read."""
    return _measurement(_path(place, session) + _WINDOW)


def measurements(place: Place) -> list[Measurement]:
    """Return the last measurement of every session of this work tree, the newest first."""
    folder = _folder(place)
    try:
        names = [name for name in os.listdir(folder) if name.endswith(_WINDOW)]
    except OSError:
        return []
    found = (_measurement(os.path.join(folder, name)) for name in names)
    return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Hold the lock of all sessions; entering raises OSError where others do not let go."""
    with Locked(os.path.join(_folder(place), "lock"), LOCK_SECONDS):
        yield


def read(place: Place, session: str) -> AgentSession:
    """Return what is remembered of a session; a file that cannot be read counts as none."""
    found = _object(_path(place, session) + ".json")
    given = found.get("delivered")
    return AgentSession(
        id=session,
        warned=found.get("warned") is True,
        fired=found.get("fired") is True,
        pending=found.get("pending") is True,
        delivered=_deliveries(given if isinstance(given, dict) else {}),
        ended=_number(found, "ended"),
    )


def write(place: Place, session: AgentSession) -> bool:
    """Replace what is remembered; say whether that could be done."""
    text = json.dumps(
        {
            "session": session.id,
            "warned": session.warned,
            "fired": session.fired,
            "pending": session.pending,
            "delivered": {
                content: [one.times, one.at] for content, one in session.delivered.items()
            },
            "ended": session.ended,
        }
    )
    return replace_file(_path(place, session.id) + ".json", text.encode())


def forget_old(place: Place, moment: float) -> None:
    """Take away what nobody has written to for a long time."""
    folder = _folder(place)
    try:
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name.endswith(".json") and os.stat(path).st_mtime < moment - KEPT_SECONDS:
                os.unlink(path)
    except OSError:
        return  # somebody else does the same


def _folder(place: Place) -> str:
    return os.path.join(place.git_dir, "ctxtally", "sessions")


def _path(place: Place, session: str) -> str:
    name = digest(session.encode("utf-8", "surrogatepass"))
    return os.path.join(_folder(place), name)


def _measurement(path: str) -> Measurement | None:
    found = _object(path)
    source = found.get("source")
    tokens, window = _number(found, "tokens"), _number(found, "window")
    if source not in get_args(Source) or tokens < 0 or window < 1:
        return None
    return Measurement(
        tokens=int(tokens),
        window=int(window),
        source=cast("Source", source),
        at=_number(found, "at"),
        session=str(found.get("session") or ""),
        model=str(found.get("model") or ""),
    )


def _deliveries(found: Mapping[str, object]) -> dict[str, Delivery]:
    kept = {}
    for content, one in found.items():
        match one:
            case [int(count), int(at) | float(at)]:
                kept[content] = Delivery(times=count, at=at)
    return kept


def _object(path: str) -> Mapping[str, object]:
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read(_LARGEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(found: Mapping[str, object], key: str) -> float:
    value = found.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0.0
    return value if abs(value) < 2**53 else 0.0
