"""Runs as their directories hold them, with what they cost."""

from __future__ import annotations

import os
from json import dumps
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import git, run_files, usage_log
from ctxtally.adapters.append import write_lines
from ctxtally.adapters.clock import seconds
from ctxtally.errors import GitError, UserError
from ctxtally.model.record import replace
from ctxtally.model.run import Priced, Run, RunReport, Sample
from ctxtally.model.tally import Tally
from ctxtally.runs.comparison import compared
from ctxtally.runs.summary import facts, restored, run_facts, summarised
from ctxtally.survey.basics import basics
from ctxtally.text.figures import counted
from ctxtally.text.redaction import redacted
from ctxtally.text.terminal import printable
from ctxtally.usage.records import is_record, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.adapters.prices import Prices
    from ctxtally.model.price import OwnPrice, PriceSource
    from ctxtally.model.run import RunComparison, RunTokenStats
    from ctxtally.model.usage import Usage


class History(NamedTuple):
    """Runs whose tokens are all known, how many of them have remarks, and how many are left out."""

    runs: list[RunTokenStats]
    remarked: int = 0
    unknown: int = 0


class Runs:
    """The runs below a folder, priced alike."""

    def __init__(self, folder: str, prices: Prices) -> None:
        self.folder = folder
        self.prices = prices

    def named(self, name: str) -> tuple[Run, RunTokenStats]:
        """Return the run of a path or an id, and what it took; it must have been logged."""
        run = self.run(run_files.located(name, self.folder))
        if run.stats is None and run_files.records(run.path):
            return run, self.stats(run.path, run.run_id, run.phase)[0]  # raises why there are none
        if run.stats is None:
            raise UserError(
                f"{printable(run.path)} has no token data: there is no {run_files.RECORDS} in it",
                help="log its operations by ctxtally.tracker.TokenTracker",
            )
        return run, run.stats

    def run(self, path: str) -> Run:
        meta, remark = run_files.read(path, run_files.META)
        remarks = [remark] if remark else []
        run_id, phase, task = _names(path, meta or {})
        stats: RunTokenStats | None = None
        if run_files.records(path):
            try:
                stats, found = self._logged(path, run_id, phase)
            except OSError as error:
                found = [f"{run_files.RECORDS} cannot be read: {error.strerror or error}"]
            remarks += found
        else:
            held, remark = run_files.read(path, run_files.SUMMARY)
            stats = restored(run_id, phase, held) if held is not None else None
            if remark or stats:
                remarks.append(remark or "its operations are gone: the totals are those once saved")
        return Run(
            path=path,
            run_id=run_id,
            phase=phase,
            task=task,
            changed=run_files.changed(path),
            stats=stats,
            remarks=tuple(remarks),
        )

    def stats(self, path: str, run_id: str, phase: str) -> tuple[RunTokenStats, list[str]]:
        """Return what was logged in the directory of a run, and what could not be taken of it."""
        try:
            return self._logged(path, run_id, phase)
        except OSError as error:
            raise UserError(
                f"{printable(str(run_files.records(path)))} cannot be read: "
                f"{error.strerror or error}",
                help="make it readable, or take it away",
            ) from error

    def _logged(self, path: str, run_id: str, phase: str) -> tuple[RunTokenStats, list[str]]:
        log, tally = run_files.records(path), Tally()
        usages = list(_usages(log, tally)) if log else []
        stats = summarised(run_id, phase, [self._priced(one) for one in usages])
        return stats, list(_remarks(tally, usages))

    def newest(self, phase: str | None, limit: int) -> RunReport:
        """Return the runs that were changed last, the newest first."""
        paths = run_files.found(self.folder, phase)
        if not paths:
            kind = f" of phase {printable(phase)}" if phase is not None else ""
            raise UserError(
                f"no runs{kind} in {printable(self.folder)}",
                help="--output says where they are: directories of phases with those of runs below",
            )
        order = sorted(paths, key=lambda path: (run_files.changed(path), path), reverse=True)
        return RunReport(runs=tuple(map(self.run, order[:limit])), phase=phase or "")

    def compared(self, baseline: Sequence[str], optimized: Sequence[str]) -> RunComparison:
        """Hold sets of runs against each other, given by their paths or ids."""
        seen: set[str] = set()
        remarks: list[str] = []
        sides: list[list[Sample]] = []
        for names in (baseline, optimized):
            side = []
            for name in names:
                run, stats = self._compared(name, seen)
                side.append(Sample(run.task, stats))
                remarks += [f"{run.run_id}: {one}" for one in run.remarks]
            sides.append(side)
        found = compared(*sides)
        return replace(found, remarks=(*found.remarks, *remarks))

    def _compared(self, name: str, seen: set[str]) -> tuple[Run, RunTokenStats]:
        """Return a run to compare: it must have taken some tokens, and be there once."""
        run, stats = self.named(name)
        path = os.path.realpath(run.path)
        if path in seen:
            raise UserError(
                f"{printable(run.path)} is named twice: it would count as two runs",
                help="name each run once",
            )
        seen.add(path)
        if not stats.total_tokens:
            raise UserError(
                f"{printable(run.path)} has no token data: nothing in it took a token",
                help="compare runs that were logged",
            )
        if stats.unknown_operations:
            told = counted(stats.unknown_operations, "operations")
            raise UserError(
                f"{printable(run.path)} has {told} with unknown tokens: it took more than is known",
                help="compare runs whose operations all tell their tokens",
            )
        return run, stats

    def history(self, phase: str | None, model: str | None) -> History:
        """Return the runs of a phase that took tokens; with a model, those by it alone."""
        found: list[RunTokenStats] = []
        remarked = unknown = 0
        for run in map(self.run, run_files.found(self.folder, phase)):
            stats = run.stats
            if stats is None:
                unknown += run_files.records(run.path) is not None
            if stats is None or not stats.total_tokens:
                continue
            if model is not None and list(stats.breakdown_by_model) != [model]:
                continue
            if stats.unknown_operations:
                unknown += 1
                continue
            found.append(stats)
            remarked += bool(run.remarks)
        return History(found, remarked, unknown)

    def save(self, run: Run, stats: RunTokenStats) -> None:
        """Write the summary of a run, and into its run.json what it took."""
        if run_files.records(run.path) is None:
            raise UserError(
                f"{printable(run.path)} has no {run_files.RECORDS}, so there is nothing to save",
                help="leave out --save",
            )
        save(run.path, stats)

    def source(self, stats: Iterable[RunTokenStats | None]) -> PriceSource | None:
        """Return where prices come from, `None` where all costs were recorded."""
        asked = any(one and (one.priced_costs or one.unpriced_operations) for one in stats)
        return self.prices.source(seconds()) if asked else None

    def _priced(self, usage: Usage) -> Priced:
        tokens, moment, told = usage.tokens, usage.moment, usage.cost_usd
        if told is None and tokens is not None and not tokens.total:
            told = 0.0  # what took nothing costs nothing, whoever did it
        if told is not None:
            from decimal import Decimal

            return Priced(usage=usage, cost_usd=Decimal(str(told)), recorded=True)
        cost = None
        if tokens is not None and moment is not None:
            cost = self.prices.usd(tokens, usage.model, moment, provider=usage.provider)
        return Priced(usage=usage, cost_usd=cost, recorded=False)


def own_prices() -> tuple[OwnPrice, ...]:
    """Return the prices that the repository configures; runs need not be in one."""
    try:
        place = git.place()
    except GitError:
        return ()
    return basics(place).prices


def append(path: str, record: Mapping[str, object]) -> None:
    """Append a record to those of a run; raises LogError."""
    log = os.path.join(path, run_files.RECORDS)
    safe = {key: redacted(one) if isinstance(one, str) else one for key, one in record.items()}
    write_lines(log, printable(log), [dumps(safe)])


def save(path: str, stats: RunTokenStats) -> None:
    run_files.save(path, facts(stats), run_facts(stats))


def _usages(log: str, tally: Tally) -> Iterator[Usage]:
    for record, twice in usage_log.objects([log], tally, is_record):
        found = read(record, twice)
        tally.drift += found.drift
        tally.skipped += found.usage is None
        if found.usage is not None:
            yield found.usage


def _remarks(tally: Tally, usages: Sequence[Usage]) -> Iterator[str]:
    if tally.bad:
        told = f"{counted(tally.bad, 'lines')} of {run_files.RECORDS} could not be read"
        within = f", {counted(tally.recovered, 'records')} within them could"
        yield told + (within if tally.recovered else "")
    if tally.drift:
        yield f"{counted(tally.drift, 'fields')} could not be taken, so unknown"
    if tally.skipped:
        yield f"{counted(tally.skipped, 'records')} without tokens left out"
    parts = [one for one in usages if one.tokens and one.total is not None]
    other = sum(one.total != one.tokens.total for one in parts if one.tokens)
    if other:
        yield f"{counted(other, 'records')} with a total that is not its sum; the sum counts"
    whole = sum(one.tokens is None and one.total is not None for one in usages)
    if whole:
        yield f"{counted(whole, 'records')} with a total alone: neither input nor output"
    unknown = sum(one.tokens is None and one.total is None for one in usages)
    if unknown:
        yield f"{counted(unknown, 'records')} with unknown tokens"


def _names(path: str, meta: Mapping[str, object]) -> tuple[str, str, str]:
    """Return the id, the phase and the task of a run: as run.json tells, else by its path."""
    above, name = os.path.split(os.path.abspath(path))
    folder, phase = os.path.split(above)
    if os.path.basename(folder) != run_files.OUTPUT:
        phase = ""
    task = _text(meta, "task_id") or _text(meta, "task")
    return _text(meta, "run_id") or name, _text(meta, "phase") or phase, task


def _text(meta: Mapping[str, object], key: str) -> str:
    value = meta.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
