"""Reads transcripts, remembers what was read, and writes what is new into the usage log."""

from __future__ import annotations

import gc
import os
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import append, usage_log
from ctxtally.adapters.clock import seconds
from ctxtally.adapters.transcripts import checking, memory
from ctxtally.adapters.transcripts.checking import told_in
from ctxtally.adapters.transcripts.families import Families
from ctxtally.adapters.transcripts.reading import Reading
from ctxtally.adapters.transcripts.worktrees import slashed
from ctxtally.adapters.waiting import Waiting
from ctxtally.model.record import replace
from ctxtally.model.response import Response
from ctxtally.survey.usage import usage_in
from ctxtally.text.figures import counted
from ctxtally.text.roots import below
from ctxtally.text.terminal import printable
from ctxtally.usage.events import transcript_event
from ctxtally.usage.responses import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxtally.adapters.transcripts.checking import Told
    from ctxtally.adapters.transcripts.memory import Memory
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.sync import Synced
    from ctxtally.model.transcript import Found, Search

# Events are written so many at a time; a first run over a year of transcripts has 100,000.
_AT_ONCE = 5_000
_OF_TRANSCRIPTS = (b'"transcript"',)


def take(found: Sequence[Found], search: Search, log: Ledger, told: Synced) -> None:
    """Log what is new; raises LogError and OSError.

    Some thousand responses at a time are written before that is remembered: a run that ends between
    the two makes the next one write these again, and readers take a response once.
    """
    # What is made here has no cycles; looking for some takes an eighth of the time.
    gc.disable()
    try:
        _Taking(found, search, log, told).run()
    except sqlite3.OperationalError as error:  # locked, full or read-only: it is whole
        raise OSError(str(error)) from error
    except sqlite3.DatabaseError:
        memory.forget(search.database)
        _Taking(found, search, log, told).run()
    finally:
        gc.enable()


class Place(NamedTuple):
    """Where a response was: in a work tree and folder of this repository, or in another one."""

    worktree: str = ""
    folder: str = ""
    repo: str = ""


class _Taking:
    def __init__(self, found: Sequence[Found], search: Search, log: Ledger, told: Synced) -> None:
        self._found = found
        self._search = search
        self._log = log
        self._told = told
        self._families = Families(
            [one.transcript.path for one in found if one.transcript.form == "codex"]
        )
        self._now = seconds()
        self._waiting = Waiting()
        self._places: dict[str, Place | None] = {}
        # The longest first: a work tree may lie inside another one.
        self._tops = sorted(search.tops.items(), key=lambda one: -len(one[0]))

    def run(self) -> None:
        with self._waiting, memory.Memory(self._search.database) as kept:
            if not self._is_told(kept.told):
                self._settle(kept)
            known = kept.checkpoints([one.transcript.path for one in self._found])
            for one in self._seen():
                before = known.get(one.transcript.path)
                if before and before.passed not in ("", self._search.scope):
                    before = None
                if before is None or before.stat != one.stat:
                    read = checking.resumed(one.transcript.path, before, one.stat)
                    moment = one.stat.changed / 1e9
                    self._take(
                        kept, one, Reading(one.transcript, read, moment, self._families, self._now)
                    )
            self._tell(kept)

    def _is_told(self, told: Told | None) -> bool:
        """Say whether the log still is the one that has what was told; it may have been rotated."""
        if told is None:
            return False
        return any(told.is_in(one) for one in usage_log.paths(self._log.path))

    def _settle(self, kept: Memory) -> None:
        """Learn what the log has: it is another one, or what was told of it is not known."""
        kept.tell_again()
        for one in _logged(self._log):
            known = kept.response(one.key)
            if known is None:
                kept.learn([one], told=True)
            elif (known.tokens, known.final) == (one.tokens, one.final):
                kept.are_told([one])

    def _seen(self) -> Iterator[Found]:
        """Yield the transcripts, and tell on a terminal how many were read."""
        for number, one in enumerate(self._found):
            self._waiting.at(f"reading transcripts: {number:,} of {len(self._found):,}")
            yield one

    def _take(self, kept: Memory, one: Found, reading: Reading) -> None:
        """Learn what a transcript tells, and how far it was read."""
        told, passed = self._told, 0
        fresh: dict[str, Response] = {}
        form = one.transcript.form
        for given in reading.responses():
            if self._place(given.cwd or one.transcript.owner) is None:
                passed += 1
            elif not form.startswith("copilot") or kept.claim(given.session, form):
                before = fresh.get(given.key)
                fresh[given.key] = given if before is None else joined(before, given)
        if reading.is_held:
            told.held += 1
            return
        kept.learn(self._news(kept, fresh.values(), one.transcript.owner))
        told.read += 1
        told.responses += len(fresh)
        told.passed += passed
        read = reading.read
        told.bad += read.bad
        told.long += read.long
        told.torn += read.torn
        told.compactions += read.compactions
        if read.problem:
            told.problems.append(f"{printable(one.transcript.path)}: {read.problem}")
            return
        mark = checking.mark(one.transcript.path, read.offset)
        scope = self._search.scope if passed else ""
        kept.keep(one.transcript.path, memory.checkpoint(one.stat, mark, scope, read))

    def _place(self, cwd: str) -> Place | None:
        """Return where a folder is, `None` where responses of it are not looked for."""
        if cwd not in self._places:
            self._places[cwd] = self._found_place(slashed(cwd))
        return self._places[cwd]

    def _found_place(self, cwd: str) -> Place | None:
        for top, name in self._tops:
            folder = below(cwd, top)
            if folder is not None and _is_apart(top, folder):
                break
            if folder is not None:
                return Place(worktree=name, folder=folder)
        return Place(repo=_at_home(cwd)) if self._search.everything else None

    def _news(self, kept: Memory, fresh: Iterable[Response], owner: str) -> Iterator[Response]:
        """Yield what is new of responses, or differs from what is known of them."""
        for response in fresh:
            known = kept.response(response.key)
            if known is None:
                place = self._place(response.cwd or owner)
                yield replace(response, **place._asdict()) if place else response
                continue
            whole = joined(known, response)
            if _told_of(whole) != _told_of(known):
                yield replace(whole, worktree=known.worktree, folder=known.folder, repo=known.repo)

    def _tell(self, kept: Memory) -> None:
        """Write what is new into the log, in the order in which it happened."""
        agents: Counter[str] = Counter()
        while some := kept.untold(_AT_ONCE):
            lines = [append.line(append.body(transcript_event(one)), one.moment) for one in some]
            append.write_lines(self._log.path, self._log.shown, lines)
            kept.are_told(some)
            kept.save(told_in(self._log.path))
            agents.update(one.agent for one in some)
            self._waiting.at(f"writing {self._log.shown}: {counted(agents.total(), 'responses')}")
        kept.save(told_in(self._log.path))
        self._told.logged = dict(agents)


def _told_of(one: Response) -> tuple[object, ...]:
    """Return what an event tells of a response that may be told otherwise later."""
    terms = (one.speed, one.service_tier, one.inference_geo)
    return one.tokens, one.final, one.model, one.searches, terms


def _logged(log: Ledger) -> Iterable[Response]:
    """Return the responses that the log has, as they were when they were written last."""
    found: dict[str, Response] = {}
    for record, one in usage_in(log).records(_OF_TRANSCRIPTS):
        if one.key and one.tokens and one.source == "transcript":
            told = Response(
                key=one.key,
                agent=one.agent,
                moment=one.moment or 0.0,
                tokens=one.tokens,
                provider=one.provider,
                model=one.model,
                session=one.session,
                branch=one.branch,
                side=record.get("subagent") is True,
                final=one.final,
                searches=one.searches,
                speed=one.speed,
                service_tier=one.service_tier,
                inference_geo=one.inference_geo,
                worktree=one.worktree,
                folder=str(record.get("dir", "")),
                repo=one.repo,
            )
            before = found.get(told.key)
            found[told.key] = told if before is None else joined(before, told)
    return found.values()


def _is_apart(top: str, folder: str) -> bool:
    """Say whether a folder is in another repository further in, such as a submodule."""
    path = top
    for step in folder.split("/"):
        path = f"{path}/{step}"
        if step != "." and (os.path.lexists(f"{path}/.git/HEAD") or os.path.isfile(f"{path}/.git")):
            return True
    return False


def _at_home(path: str) -> str:
    """Return a folder as the log has it: from `~`, where it is below that."""
    inside = below(path, slashed(os.path.expanduser("~")))
    if inside is None:
        return path
    return "~" if inside == "." else f"~/{inside}"
