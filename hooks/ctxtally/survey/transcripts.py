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
from ctxtally.adapters.transcripts.checking import stat_of
from ctxtally.adapters.transcripts.worktrees import worktrees
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
DATABASE, _SEEN = "transcripts.db", "transcripts.seen"
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
    tops = worktrees(place)
    search = Search(
        tops=tops,
        everything=wanted.everything or wanted.given is not None,
        database=os.path.join(place.state_dir, DATABASE),
    )
    found = sorted(_found(wanted, tops, told), key=_order)
    path = os.path.join(place.state_dir, _SEEN)
    seen = _mark(found, search, log, wanted).encode("ascii")
    if _is_known(path, seen, search, log):
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
    if not told.problems:
        replace_file(path, seen)
    return told


def _is_known(path: str, seen: bytes, search: Search, log: Ledger) -> bool:
    """Say whether exactly these transcripts were read by the last run."""
    if not os.path.exists(search.database) or not os.path.exists(log.path):
        return False
    try:
        with opened(path) as file:
            return file.read(len(seen) + 1) == seen
    except OSError:
        return False


def _mark(found: Sequence[Found], search: Search, log: Ledger, wanted: Wanted) -> str:
    parts = [fingerprint(), os.fsencode(log.path), repr((search.scope, wanted)).encode("utf-8")]
    for one in found:
        parts += (os.fsencode(one.transcript.path), repr(one.stat).encode("ascii"))
    return digest(*parts)


def _order(one: Found) -> tuple[int, int, str]:
    """Those that were left longest come first: what a resumed session repeats was theirs."""
    form = one.transcript.form
    rank = _COPILOT.index(form) if form in _COPILOT else -1
    return rank, one.stat.changed, one.transcript.path


def _found(wanted: Wanted, tops: Collection[str], told: Synced) -> Iterator[Found]:
    if wanted.given is None:
        listed = places.find(wanted.agents, os.environ, None if wanted.everything else tops)
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
