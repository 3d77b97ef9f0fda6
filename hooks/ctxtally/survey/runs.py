"""Runs as their directories hold them, with what they cost."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.adapters import git, run_files
from ctxtally.adapters.clock import seconds
from ctxtally.errors import GitError, UserError
from ctxtally.model.record import replace
from ctxtally.model.run import Run, RunReport, Sample, Slope
from ctxtally.runs.comparison import compared
from ctxtally.runs.summary import facts, restored, run_facts
from ctxtally.statistics.trends import trend_in_time
from ctxtally.survey.basics import basics
from ctxtally.survey.run_records import logged, priced_records
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.adapters.prices import Prices
    from ctxtally.model.price import OwnPrice, PriceSource
    from ctxtally.model.run import RunComparison, RunTokenStats


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
            return run, logged(run.path, run.run_id, run.phase, self.prices)[0]  # raises why
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
                stats, found = priced_records(path, run_id, phase, self.prices)
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
        runs = tuple(map(self.run, order[:limit]))
        totals = [
            one.stats.total_tokens
            for one in reversed(runs)
            if one.stats and one.stats.total_tokens and not one.stats.unknown_operations
        ]
        found = trend_in_time([(float(at), float(one)) for at, one in enumerate(totals)])
        return RunReport(runs=runs, phase=phase or "", slope=Slope(*found) if found else None)

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
        return source(stats, self.prices)


def source(stats: Iterable[RunTokenStats | None], prices: Prices) -> PriceSource | None:
    """Return where prices come from, `None` where all costs were recorded."""
    asked = any(one and (one.priced_costs or one.unpriced_operations) for one in stats)
    return prices.source(seconds()) if asked else None


def own_prices() -> tuple[OwnPrice, ...]:
    """Return the prices that the repository configures; runs need not be in one."""
    try:
        place = git.place()
    except GitError:
        return ()
    return basics(place).prices


def save(path: str, stats: RunTokenStats) -> None:
    run_files.save(path, facts(stats), run_facts(stats))


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
