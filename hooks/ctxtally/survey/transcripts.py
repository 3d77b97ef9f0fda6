"""Finds the transcripts of agents, and takes what is new in them over into the usage log.

Where nothing is new, nothing is imported that would read it: a hook asks this at every commit.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import append, ledger
from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import Locked, opened, replace_file
from ctxtally.adapters.transcripts import places
from ctxtally.adapters.transcripts.checking import Told, stat_of, told_in
from ctxtally.adapters.transcripts.worktrees import with_former
from ctxtally.adapters.version import fingerprint
from ctxtally.errors import UserError
from ctxtally.model.sync import Synced
from ctxtally.model.transcript import Found, Search, Transcript
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.ledger import Ledger

# Beside another one that runs for long: what it finds is what this one would have found.
LOCK_SECONDS = 10.0
DATABASE, _SEEN, _TOPS = "transcripts.db", "transcripts.seen", "transcripts.tops"
_LONGEST_SEEN, _DAY_SECONDS = 512, 86_400
# Of the records that Copilot keeps of a session the first that is found counts.
_COPILOT = ("copilot-otel", "copilot-db", "copilot-events")


class Wanted(NamedTuple):
    """What to look for: `everything` also what is about other repositories; `given` a path."""

    agents: Collection[str] = places.AGENTS
    everything: bool = False
    given: str | None = None


def sync(
    place: Place, wanted: Wanted, configured: str | None, *, patience: float = LOCK_SECONDS
) -> Synced:
    """Log the responses that are not logged yet; raises UserError where that cannot be done."""
    log = ledger.locate(place, configured)
    told = Synced(shown=log.shown)
    tops = with_former(place, os.path.join(place.state_dir, _TOPS))
    search = Search(
        tops=tops,
        everything=wanted.everything or wanted.given is not None,
        database=os.path.join(place.state_dir, DATABASE),
    )
    path = os.path.join(place.state_dir, _SEEN)
    settled = 0.0 if patience else _settled(path, wanted)
    found = sorted(_found(wanted, tops, told, settled), key=_order)
    seen = _mark(found, search, log, wanted)
    # A hook leaves what could not be read until it changes; who asks may have mended it.
    if _is_known(path, seen, search, log, again=patience > 0):
        return told
    try:
        with Locked(search.database + ".lock", patience):
            from ctxtally.survey.taking import take

            take(found, search, log, told)
    except append.LogError as error:
        raise UserError(str(error), help="make room, or make it writable") from error
    except (TimeoutError, BlockingIOError) as error:
        raise UserError(
            "transcripts are being read by another process", help="run it again"
        ) from error
    except OSError as error:
        raise UserError(
            f"{printable(search.database)} cannot be written: {error.strerror or error}",
            help="make it writable",
        ) from error
    if not told.held:
        size, mark = told_in(log.path)
        about = "all" if wanted == Wanted() else "some"
        replace_file(path, f"{seen} {size} {mark} {len(told.problems)} {about}".encode("ascii"))
    return told


def _is_known(path: str, seen: str, search: Search, log: Ledger, *, again: bool) -> bool:
    """Say whether exactly these transcripts were read by the last run, and the log has them.

    With `again`, those that could not be read are to be tried again.
    """
    if not os.path.exists(search.database) or not os.path.exists(log.path):
        return False
    try:
        with opened(path) as file:
            text = file.read(_LONGEST_SEEN).decode("ascii", "replace")
        before, size, mark, problems, _ = text.split(" ")
        is_whole = not again or problems == "0"
        return is_whole and before == seen and Told(int(size), mark).is_in(log.path)
    except (OSError, ValueError):
        return False


def _settled(path: str, wanted: Wanted) -> float:
    """Return since when a folder of messages must have got one so that a hook looks into it.

    opencode has a file for each message, there may be tens of thousands, and a message is written
    on for a while. What was there a day before the last run has been read by it.
    """
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            is_all = file.read(_LONGEST_SEEN).endswith(" all")
        return os.stat(path).st_mtime - _DAY_SECONDS if is_all and wanted == Wanted() else 0.0
    except OSError:
        return 0.0


def _mark(found: Sequence[Found], search: Search, log: Ledger, wanted: Wanted) -> str:
    parts = [fingerprint(), os.fsencode(log.path), repr((search.scope, wanted)).encode("utf-8")]
    # There may be tens of thousands, and this runs at every commit.
    listed = "\0".join([f"{one.transcript.path}\0{tuple(one.stat)}" for one in found])
    return digest(*parts, os.fsencode(listed))


def _order(one: Found) -> tuple[int, int, str]:
    """Those that were left longest come first: what a resumed session repeats was theirs."""
    form = one.transcript.form
    rank = _COPILOT.index(form) if form in _COPILOT else -1
    return rank, one.stat.changed, one.transcript.path


def _found(wanted: Wanted, tops: Collection[str], told: Synced, settled: float) -> Iterator[Found]:
    if wanted.given is None:
        looked = None if wanted.everything else tops
        listed = places.find(wanted.agents, os.environ, looked, settled)
    else:
        listed = _given(wanted.given, wanted.agents, told)
    for transcript in listed:
        stat = stat_of(transcript.path)
        if stat is not None:
            yield Found(transcript, stat)


def _given(given: str, agents: Collection[str], told: Synced) -> Iterator[Transcript]:
    """Yield the transcripts in a folder that is named, by their content."""
    from ctxtally.adapters.transcripts import forms

    if not os.path.isdir(given) and not os.path.isfile(given):
        is_there = "is no regular file" if os.path.lexists(given) else "is not there"
        raise UserError(
            f"{printable(given)} {is_there}", help="name a transcript, or a folder of some"
        )
    for path in places.files(given, forms.ENDINGS) if os.path.isdir(given) else (given,):
        try:
            form = forms.form(path)
        except OSError as error:
            why = error.strerror or str(error)
            told.problems.append(f"{printable(path)} cannot be read: {why}")
            continue
        if not form:
            told.strange += 1
        elif forms.AGENT_OF[form] in agents:
            yield Transcript(os.path.abspath(path), form)
