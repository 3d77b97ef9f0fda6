"""Reads transcripts, remembers what was read, and writes what is new into the usage log."""

from __future__ import annotations

import gc
import os
import sqlite3
from typing import TYPE_CHECKING

from ctxtally.adapters.clock import seconds
from ctxtally.adapters.transcripts import checking, memory
from ctxtally.adapters.transcripts.families import Families
from ctxtally.adapters.transcripts.reading import Reading
from ctxtally.adapters.transcripts.worktrees import slashed
from ctxtally.adapters.waiting import Waiting
from ctxtally.model.response import Place
from ctxtally.survey.telling import Placed, Telling
from ctxtally.text.roots import below
from ctxtally.text.terminal import printable
from ctxtally.usage.responses import joined, may_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.adapters.transcripts.memory import Memory
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.response import Response
    from ctxtally.model.sync import Synced
    from ctxtally.model.transcript import Found, Read, Search

# From here on an import that reads JSON faster pays: it takes as long as json does for so much.
_MANY_BYTES = 4 << 20


def take(found: Sequence[Found], search: Search, log: Ledger, told: Synced) -> None:
    """Log what is new; raises LogError and OSError.

    Some thousand responses at a time are written before that is remembered: a run that ends between
    the two makes the next one write these again, and readers take a response once.
    """
    # What is made here has no cycles; looking for some takes an eighth of the time.
    gc.disable()
    problems = tuple(told.problems)
    try:
        _taken(found, search, log, told)
    except sqlite3.OperationalError as error:  # locked, full or read-only: it is whole
        raise OSError(str(error)) from error
    except sqlite3.DatabaseError:
        memory.forget(search.database)
        told.begin(problems)
        _taken(found, search, log, told)
    finally:
        gc.enable()


def _taken(found: Sequence[Found], search: Search, log: Ledger, told: Synced) -> None:
    with Waiting() as waiting, memory.Memory(search.database) as kept:
        changed = list(_changed(found, search, kept))
        many = sum(one.stat.size - read.offset for one, read in changed) >= _MANY_BYTES
        telling = Telling(kept, log, waiting, many=many)
        telling.begin()
        taking = _Taking(found, search, kept, telling)
        for number, (one, read) in enumerate(changed):
            waiting.at(f"reading transcripts: {number:,} of {len(changed):,}")
            taking.take(one, read, told, many=many)
        telling.write()
        told.logged = dict(telling.logged)


def _changed(found: Sequence[Found], search: Search, kept: Memory) -> Iterator[tuple[Found, Read]]:
    """Yield the transcripts that are not as they were, and from where on each is read."""
    same = kept.unchanged({one.transcript.path: one.stat for one in found}, search.scope)
    for one in found:
        path = one.transcript.path
        if path not in same:
            before = kept.checkpoint(path)
            if before and before.passed not in ("", search.scope):
                before = None
            yield one, checking.resumed(path, before, one.stat)


class _Taking:
    def __init__(
        self, found: Sequence[Found], search: Search, kept: Memory, telling: Telling
    ) -> None:
        self._search = search
        self._kept = kept
        self._telling = telling
        self._families = Families(
            [one.transcript.path for one in found if one.transcript.form == "codex"]
        )
        self._now = seconds()
        self._places: dict[str, Place | None] = {}
        # The longest first: a work tree may lie inside another one.
        self._tops = sorted(search.tops.items(), key=lambda one: -len(one[0]))

    def take(self, one: Found, read: Read, told: Synced, *, many: bool) -> None:
        """Learn what a transcript tells from where it was left, and how far it was read."""
        moment = one.stat.changed / 1e9
        reading = Reading(one.transcript, read, moment, self._families, self._now)
        passed: set[str] = set()
        fresh: dict[str, Response] = {}
        form = one.transcript.form
        for given in reading.responses(many=many):
            if self._place(given.cwd or one.transcript.owner) is None:
                passed.add(given.key)
            elif not form.startswith("copilot") or self._kept.claim(given.session, form):
                before = fresh.get(given.key)
                fresh[given.key] = given if before is None else joined(before, given)
        if reading.is_held:
            told.held += 1
            return
        self._telling.add(self._news(fresh, one.transcript.owner))
        told.read += 1
        told.responses += len(fresh)
        told.passed += len(passed)
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
        self._telling.read(one.transcript.path, memory.checkpoint(one.stat, mark, scope, read))

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

    def _news(self, fresh: Mapping[str, Response], owner: str) -> Iterator[Placed]:
        """Yield what is new of responses, or differs from what is known of them."""
        known = self._telling.known(fresh.values())
        for key, response in fresh.items():
            before = known.get(key)
            if before is None:
                yield Placed(response, self._place(response.cwd or owner) or Place())
                continue
            whole = joined(before.response, response)
            if may_change(whole) != may_change(before.response):
                yield before._replace(response=whole)


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
