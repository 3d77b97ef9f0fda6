"""What a hook of an agent does: measure the window, refresh the handoff, hand it over.

Every function returns the text for the agent, empty where there is nothing to say. It states facts
and gives no orders: text that reads like a command of the system is taken for an attack.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxtally.adapters import ledger, sessions
from ctxtally.adapters.append import LogError
from ctxtally.adapters.digest import digest
from ctxtally.context.recorded import below
from ctxtally.conversation import sessions as deciding
from ctxtally.conversation.headings import is_empty
from ctxtally.conversation.threshold import levels
from ctxtally.errors import UserError
from ctxtally.survey import conversations
from ctxtally.text.caps import capped
from ctxtally.usage.events import loading_event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.config import Basics
    from ctxtally.conversation.sessions import Step
    from ctxtally.model.agent_call import Call
    from ctxtally.model.agent_session import AgentSession
    from ctxtally.model.window import Measurement
    from ctxtally.survey.handoff import Reason

_NEXT = "NEXT PRIORITY TASKS"
# A session begins with these; `new` is Copilot's.
_BEGINNINGS = ("startup", "clear", "new", "")


def handled(
    place: Place,
    settings: Basics,
    call: Call,
    *,
    telling: bool,
    environment: Mapping[str, str],
    now: float,
) -> str:
    """Do what the call asks for; `telling` says whether the agent hears the answer."""
    if call.event == "loaded":
        _log(place, settings, call, environment, now)
        return ""
    if call.event == "end":
        _remember(place, call, lambda one: replace(deciding.armed(one), ended=now))
        return ""
    found = conversations.measured(place, call, settings.window, environment, now)
    if found is not None and found.source != "statusline":
        sessions.keep_measurement(place, found)
    if call.event == "compact":
        _remember(place, call, deciding.armed)
        _refresh(place, "compaction", found)
        return ""
    if call.event == "start":
        return _started(place, call, now)
    return _threshold(place, settings, call, found, telling=telling) if found else ""


def _threshold(
    place: Place, settings: Basics, call: Call, found: Measurement, *, telling: bool
) -> str:
    """Refresh the handoff the first time that the window is nearly full, and say so."""
    level = levels(settings.window)
    step = _stepped(
        place, call, lambda one: deciding.measured(one, found.share, level, telling=telling)
    )
    fresh = step.refresh and _refresh(place, "threshold", found)
    if not step.tell:
        return ""
    text = f"Context window {found.share:.0%} used (source: {found.source})."
    if step.refresh and not fresh:
        return text
    from ctxtally.adapters.session_file import SHOWN
    from ctxtally.survey import handoff

    empty = is_empty(handoff.found(place).text, _NEXT)
    return f"{text} {SHOWN} was refreshed{f'; its {_NEXT} section is empty' if empty else ''}."


def _started(place: Place, call: Call, now: float) -> str:
    """Hand the session file over, once for each content, with how far HEAD has moved since."""
    from ctxtally.adapters.session_file import SHOWN
    from ctxtally.survey import handoff

    sessions.forget_old(place, now)
    file = handoff.found(place)
    if call.source in _BEGINNINGS:
        handoff.begin(place)
    if file.tokens is None:
        return ""
    content = digest(file.text.encode("utf-8", "surrogatepass"))
    step = _stepped(
        place, call, lambda one: deciding.delivered(one, content, call.source, now)
    )
    if not step.tell:
        return ""
    count = step.session.delivered[content].count
    times = f"; delivered {count} times in this session" if count > 1 else ""
    head = f"{SHOWN} ({file.stale}{times}):"
    return capped(f"{head}\n\n{file.text}", f"[cut here; the rest is in {SHOWN}]")


def _stepped(place: Place, call: Call, decide: Callable[[AgentSession], Step]) -> Step:
    """Decide and remember, alone: the same hook may run twice at once. Raises OSError."""
    with sessions.alone(place):
        step = decide(sessions.read(place, call.session))
        # What cannot be remembered would be said again at every event.
        if not sessions.write(place, step.session):
            return replace(step, refresh=False, tell=False)
    return step


def _remember(place: Place, call: Call, change: Callable[[AgentSession], AgentSession]) -> None:
    with sessions.alone(place):
        sessions.write(place, change(sessions.read(place, call.session)))


def _refresh(place: Place, reason: Reason, found: Measurement | None) -> bool:
    """Refresh the handoff; say whether that could be done."""
    from ctxtally.survey import handoff

    try:
        handoff.refresh(place, reason=reason, conversation=found and conversations.told(found))
    except UserError as error:
        handoff.log_failure(str(error))
        return False
    return True


def _log(
    place: Place, settings: Basics, call: Call, environment: Mapping[str, str], now: float
) -> None:
    """Write down which file of instructions was loaded; paths of the user's home begin with `~`."""
    if call.loading is None:
        return
    home = os.path.expanduser("~") if environment else ""
    event = loading_event(
        call.agent,
        session=call.session,
        directory=_seen(place, call.directory, home) or ".",
        path=_seen(place, call.loading.path, home),
        reason=call.loading.reason,
        parent=_seen(place, call.loading.parent, home),
        memory=call.memory,
    )
    with suppress(LogError):
        ledger.append(ledger.locate(place, settings.ledger), [event], now)


def _seen(place: Place, path: str, home: str) -> str:
    """Return a path as seen from the top of the repository, or from the user's home."""
    # The folder may be reached by a link, such as /tmp on macOS; the file itself may be one.
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    for one in (path, real):
        for root, name in ((place.top, ""), (home, "~")):
            found = below(one.replace(os.sep, "/"), root.replace(os.sep, "/")) if root else None
            if found is not None:
                return os.path.join(name, found).replace(os.sep, "/") if name else found
    return path
