"""Takes the responses in the transcripts of agents over into the usage log."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import append, ledger
from ctxtally.adapters.files import Locked
from ctxtally.adapters.transcripts import checking, forms, memory, places
from ctxtally.adapters.transcripts.families import Families
from ctxtally.adapters.transcripts.reading import Reading
from ctxtally.adapters.transcripts.source import Transcript
from ctxtally.adapters.transcripts.worktrees import slashed, worktrees
from ctxtally.errors import UserError
from ctxtally.model.record import replace
from ctxtally.model.sync import Synced
from ctxtally.text.roots import below
from ctxtally.text.terminal import printable
from ctxtally.usage.events import transcript_event
from ctxtally.usage.responses import joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.transcripts.memory import Memory, Stat
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.response import Response

# Beside another one that runs for long: what it finds is what this one would have found.
LOCK_SECONDS = 10.0
_EVERYTHING = "*"
# Events are written so many at a time; a first run over a year of transcripts has 100,000.
_AT_ONCE = 5_000


class Wanted(NamedTuple):
    """What to look for: `everything` also what is about other repositories; `given` a path."""

    agents: Collection[str] = places.AGENTS
    everything: bool = False
    given: str | None = None


class _Found(NamedTuple):
    transcript: Transcript
    stat: Stat


def sync(place: Place, wanted: Wanted, configured: str | None) -> Synced:
    """Log the responses that are not logged yet; raises UserError where that cannot be done.

    The log is written before what was read is remembered: a run that ends between the two makes the
    next one write the same again, and readers take a response once.
    """
    log = ledger.locate(place, configured)
    path = os.path.join(place.state_dir, memory.NAME)
    try:
        with Locked(path + ".lock", LOCK_SECONDS):
            try:
                return _Sync(place, wanted, log).run(path)
            except sqlite3.DatabaseError:
                memory.forget(path)
                return _Sync(place, wanted, log).run(path)
    except append.LogError as error:
        raise UserError(str(error), help="make room, or make it writable") from error
    except TimeoutError as error:
        raise _busy() from error
    except BlockingIOError as error:
        raise _busy() from error
    except OSError as error:
        raise UserError(
            f"{path} cannot be written: {error.strerror or error}", help="make it writable"
        ) from error


def has_synced(place: Place) -> bool:
    """Say whether transcripts of this repository were ever taken over."""
    return os.path.exists(os.path.join(place.state_dir, memory.NAME))


def _busy() -> UserError:
    return UserError("transcripts are being read by another process", help="run it again")


class _Sync:
    def __init__(self, place: Place, wanted: Wanted, log: Ledger) -> None:
        self._wanted = wanted
        self._log = log
        tops = worktrees(place)
        # The longest first: a work tree may lie inside another one.
        self._tops = dict(sorted(tops.items(), key=lambda one: -len(one[0])))
        self._all = wanted.everything or wanted.given is not None
        self._scope = _EVERYTHING if self._all else "\n".join(sorted(tops))
        self._told = Synced(shown=log.shown)

    def run(self, path: str) -> Synced:
        found = list(self._found())
        with memory.Memory(path) as kept:
            if kept.is_new:
                kept.learn(_logged(self._log), told=True)
            families = Families(
                [one.transcript.path for one in found if one.transcript.form == "codex"]
            )
            for one in found:
                before = kept.checkpoint(one.transcript.path)
                if before and before.passed not in ("", self._scope):
                    before = None
                if before is None or before.stat != one.stat:
                    read = checking.resumed(one.transcript.path, before, one.stat)
                    moment = one.stat.changed / 1e9
                    self._take(kept, one, Reading(one.transcript, read, moment, families))
            self._tell(kept)
        return self._told

    def _found(self) -> Iterator[_Found]:
        """Yield the transcripts that there are, of each agent those that were left longest first.

        So the response that a resumed session repeats belongs to the session that had it first.
        """
        found = []
        for transcript in self._transcripts():
            stat = checking.stat_of(transcript.path)
            if stat is not None:
                found.append(_Found(transcript, stat))
        order = ("copilot-otel", "copilot-db", "copilot-events")
        yield from sorted(
            found,
            key=lambda one: (
                order.index(one.transcript.form) if one.transcript.form in order else -1,
                one.stat.changed,
                one.transcript.path,
            ),
        )

    def _transcripts(self) -> Iterator[Transcript]:
        given = self._wanted.given
        if given is None:
            tops = None if self._all else tuple(self._tops)
            yield from places.find(self._wanted.agents, os.environ, tops)
            return
        if not os.path.exists(given):
            raise UserError(
                f"{printable(given)} is not there", help="name a transcript, or a folder of some"
            )
        paths = places.files(given, forms.ENDINGS) if os.path.isdir(given) else (given,)
        for path in paths:
            try:
                form = forms.form(path)
            except OSError as error:
                self._told.problems.append(
                    f"{printable(path)} cannot be read: {error.strerror or error}"
                )
                continue
            if not form:
                self._told.strange += 1
            elif forms.AGENT_OF[form] in self._wanted.agents:
                yield Transcript(os.path.abspath(path), form)

    def _take(self, kept: Memory, one: _Found, reading: Reading) -> None:
        """Learn what a transcript tells, and how far it was read."""
        told, passed = self._told, False
        fresh: dict[str, Response] = {}
        form = one.transcript.form
        for given in reading.responses():
            response = self._placed(given, one.transcript.owner)
            if response is None:
                passed = True
                told.passed += 1
                continue
            if form.startswith("copilot") and not kept.claim(response.session, form):
                continue
            before = fresh.get(response.key)
            fresh[response.key] = response if before is None else joined(before, response)
        kept.learn(_news(kept, fresh))
        told.read += 1
        told.responses += len(fresh)
        read = reading.read
        told.bad += read.bad
        told.long += read.long
        told.torn += read.torn
        told.compactions += read.compactions
        if read.problem:
            told.problems.append(f"{printable(one.transcript.path)}: {read.problem}")
            return
        mark = checking.mark(one.transcript.path, read.offset)
        scope = self._scope if passed else ""
        kept.keep(one.transcript.path, memory.checkpoint(one.stat, mark, scope, read))

    def _placed(self, response: Response, owner: str) -> Response | None:
        """Return a response with where it was, `None` where that is not looked for."""
        cwd = slashed(response.cwd or owner)
        for top, name in self._tops.items():
            folder = below(cwd, top)
            if folder is not None:
                return replace(response, worktree=name, folder=folder)
        return replace(response, repo=_at_home(cwd)) if self._all else None

    def _tell(self, kept: Memory) -> None:
        """Write what is new into the log, in the order in which it happened."""
        lines: list[str] = []
        agents: Counter[str] = Counter()
        for one in kept.untold():
            agents[one.agent] += 1
            lines.append(append.line(append.body(transcript_event(one)), one.moment))
            if len(lines) == _AT_ONCE:
                append.write_lines(self._log.path, self._log.shown, lines)
                lines.clear()
        if lines:
            append.write_lines(self._log.path, self._log.shown, lines)
        if agents:
            kept.all_told()
        self._told.logged = dict(agents)


def _news(kept: Memory, fresh: Mapping[str, Response]) -> Iterator[Response]:
    """Yield what is new of responses, or differs from what is known of them."""
    for key, response in fresh.items():
        known = kept.response(key)
        whole = response if known is None else joined(known, response)
        if known is None or (whole.tokens, whole.final) != (known.tokens, known.final):
            yield whole


def _logged(log: Ledger) -> Iterator[Response]:
    """Yield the responses that the log has, where what was read is remembered no more."""
    from ctxtally.model.response import Response
    from ctxtally.survey.usage import usage_at

    for one in usage_at(log).read(holding=(b'"transcript"',)):
        if one.key and one.tokens and one.source == "transcript":
            yield Response(
                key=one.key,
                agent=one.agent,
                moment=one.moment or 0.0,
                tokens=one.tokens,
                provider=one.provider,
                model=one.model,
                session=one.session,
                branch=one.branch,
                repo=one.repo,
            )


def _at_home(path: str) -> str:
    """Return a folder as the log has it: from `~`, where it is below that."""
    inside = below(path, slashed(os.path.expanduser("~")))
    return path if inside is None else f"~/{inside}" if inside != "." else "~"
