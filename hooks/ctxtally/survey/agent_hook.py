"""What a hook of an agent does: measure the window, refresh the handoff, hand it over.

Every function returns the text for the agent, empty where there is nothing to say. It states facts
and gives no orders: text that reads like a command of the system is taken for an attack.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import sessions
from ctxtally.adapters.digest import digest
from ctxtally.conversation import sessions as deciding
from ctxtally.conversation.headings import is_empty
from ctxtally.conversation.threshold import levels
from ctxtally.errors import UserError
from ctxtally.survey import conversations
from ctxtally.survey.catching_up import catch_up
from ctxtally.text.caps import capped
from ctxtally.text.roots import below
from ctxtally.text.sanitising import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.model.agent_call import Call
    from ctxtally.model.agent_session import AgentSession
    from ctxtally.model.basics import Basics
    from ctxtally.model.measurement import Measurement

_NEXT = "NEXT PRIORITY TASKS"
# A session begins with these; `new` is Copilot's.
_BEGINNINGS = ("startup", "clear", "new", "")


class Here(NamedTuple):
    """Where and when a hook runs."""

    place: Place
    settings: Basics
    environment: Mapping[str, str]
    now: float


def handled(here: Here, call: Call, *, telling: bool) -> str:
    """Do what the call asks for; `telling` says whether the agent hears the answer."""
    if call.event == "loaded":
        _log(here, call)
        return ""
    if call.event == "end":
        _remember(here, call, lambda one: deciding.armed(one)._replace(ended=here.now))
        catch_up(here.place)
        return ""
    if call.event == "start" and call.source in deciding.ANEW:
        # What the transcript tells now is still how full the window was.
        _emptied(here, call)
        return _started(here, call)
    found = conversations.measured(
        here.place, call, here.settings.window, here.environment, here.now
    )
    if found is not None and found.source != "statusline":
        sessions.keep_measurement(here.place, found)
    if call.event == "compact":
        conversations.refreshed(here.place, "compaction", found, here.now)
        _emptied(here, call)
        catch_up(here.place)
        return ""
    if call.event == "start":
        return _started(here, call)
    return _threshold(here, call, found, telling=telling) if found else ""


def _threshold(here: Here, call: Call, found: Measurement, *, telling: bool) -> str:
    """Refresh the handoff the first time that the window is nearly full, and say so."""
    level = levels(here.settings.window)
    step = conversations.stepped(
        here.place,
        call.session,
        lambda one: deciding.measured(one, found.share, level, telling=telling),
    )
    fails = step.refresh and conversations.refreshed(here.place, "threshold", found, here.now)
    if not step.tell:
        return ""
    text = f"Context window {found.share:.0%} used (source: {found.source})."
    if fails:
        return text
    from ctxtally.adapters.session_file import SHOWN
    from ctxtally.survey import handoff

    empty = is_empty(handoff.found(here.place).text, _NEXT)
    return f"{text} {SHOWN} was refreshed{f'; its {_NEXT} section is empty' if empty else ''}."


def _started(here: Here, call: Call) -> str:
    """Hand the session file over, once for each content, with how far HEAD has moved since.

    A tracked one is not handed over: whoever lands a commit would speak to the agent by our hook.
    """
    from ctxtally.adapters.session_file import SHOWN, is_tracked
    from ctxtally.survey import handoff

    sessions.forget_old(here.place, here.now)
    file = handoff.found(here.place)
    if call.source in _BEGINNINGS:
        with suppress(UserError):  # somebody else is at it
            handoff.begin(here.place)
    if file.tokens is None or is_tracked():
        return ""
    content = digest(file.text.encode("utf-8", "surrogatepass"))
    step = conversations.stepped(
        here.place,
        call.session,
        lambda one: deciding.delivered(one, content, call.source, here.now),
    )
    if not step.tell:
        return ""
    count = step.session.delivered[content].times
    times = f"; delivered {count} times in this session" if count > 1 else ""
    head = f"{SHOWN} ({file.stale or 'current'}{times}):"
    return capped(f"{head}\n\n{visible(file.text)}", f"[cut here; the rest is in {SHOWN}]")


def _emptied(here: Here, call: Call) -> None:
    """Arm the levels again, and forget how full the window was."""
    _remember(here, call, deciding.armed)
    sessions.drop_measurement(here.place, call.session)


def _remember(here: Here, call: Call, change: Callable[[AgentSession], AgentSession]) -> None:
    conversations.stepped(here.place, call.session, lambda one: deciding.Step(session=change(one)))


def _log(here: Here, call: Call) -> None:
    """Write down which file of instructions was loaded; paths of the user's home begin with `~`."""
    from ctxtally.adapters import ledger
    from ctxtally.adapters.append import LogError
    from ctxtally.usage.events import loading_event

    if call.loading is None:
        return
    home = os.path.expanduser("~")
    event = loading_event(
        call.agent,
        session=call.session,
        directory=_seen(here.place, call.directory, home) or ".",
        path=_seen(here.place, call.loading.path, home),
        reason=call.loading.reason,
        parent=_seen(here.place, call.loading.parent, home),
        memory=call.memory,
    )
    with suppress(LogError):
        ledger.append(ledger.locate(here.place, here.settings.ledger), [event], here.now)


def _seen(place: Place, path: str, home: str) -> str:
    """Return a path as seen from the top of the repository, or from the user's home."""
    if "\0" in path:  # no file has such a name, and no system call takes it
        return path
    # The folder may be reached by a link, such as /tmp on macOS; the file itself may be one.
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    for one in (path, real):
        for root, name in ((place.top, ""), (home, "~")):
            found = below(one.replace(os.sep, "/"), root.replace(os.sep, "/")) if root else None
            if found is not None:
                return os.path.join(name, found).replace(os.sep, "/") if name else found
    return path
