"""Whether one set of runs needs less than another, how sure that is, and where it comes from."""

from __future__ import annotations

from math import exp, log
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from ctxtally.model.run import Change, Factor, RunComparison, Side
from ctxtally.statistics.ratios import log_spreads, needed, paired_ratio, ratio
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctxtally.model.run import RunTokenStats, RunVerdict, Sample
    from ctxtally.statistics.ratios import Ratio

    Measure = Callable[[RunTokenStats], float]
    # Runs that count as one: those of a task, or each by itself.
    Unit = Sequence[RunTokenStats]

# How far the logarithms of runs are taken to spread where no side has two of them.
ASSUMED_SPREAD = 0.5
_FEWEST = 2
# What costs less was free; a float has no room for the parts of less.
_LEAST_USD = 1e-12
_SHOWN = ("saved", "cost-more")


def compared(baseline: Sequence[Sample], optimized: Sequence[Sample]) -> RunComparison:
    """Return what the second runs need less; each side has a run, and each run took some tokens.

    Where both sides have runs of the same tasks, at least two, each task is held against itself.
    """
    tasks = _shared(baseline, optimized)
    both = _Both(_units(baseline, tasks), _units(optimized, tasks), bool(tasks))
    left = len(baseline) + len(optimized) - sum(map(len, (*both.first, *both.second)))
    found = both.ratio(_tokens)
    verdict = _verdict(found, both)
    spreads = both.spreads()
    change = both.middle(both.second, _tokens) - both.middle(both.first, _tokens)
    unknown = verdict in ("not-shown", "not-enough-runs")
    priced = all(map(_is_priced, (one for unit in (*both.first, *both.second) for one in unit)))
    return RunComparison(
        baseline=both.side(both.first),
        optimized=both.side(both.second),
        tokens=both.change(_tokens, found),
        cost=both.change(_cost, both.ratio(_cost)) if priced else None,
        verdict=verdict,
        tasks=tasks,
        needed=both.needed(spreads, change) if unknown else None,
        assumed=spreads is None,
        factors=tuple(both.factors(priced=priced)) if verdict in _SHOWN else (),
        remarks=_left_out(left),
    )


class _Both(NamedTuple):
    """The units of both sides, in the same order where they are paired."""

    first: Sequence[Unit]
    second: Sequence[Unit]
    paired: bool

    def ratio(self, measure: Measure) -> Ratio | None:
        ones, others = self._amounts(self.first, measure), self._amounts(self.second, measure)
        return (
            paired_ratio(list(zip(ones, others, strict=True)))
            if self.paired
            else ratio(ones, others)
        )

    def spreads(self) -> tuple[float, ...] | None:
        """Return the standard deviations of logarithms, or the one of the differences of pairs."""
        ones, others = self._amounts(self.first, _tokens), self._amounts(self.second, _tokens)
        if self.paired:
            return log_spreads([other / one for one, other in zip(ones, others, strict=True)])
        return log_spreads(ones, others)

    def needed(self, spreads: Sequence[float] | None, change: float) -> int | None:
        """Return how many units a side show such a change, never fewer than there are."""
        there = max(_FEWEST, len(self.first), len(self.second))
        assumed = (ASSUMED_SPREAD,) * (1 if self.paired else 2)
        return needed(spreads or assumed, change, least=there)

    def middle(self, units: Sequence[Unit], measure: Measure) -> float:
        """Return the logarithm of the geometric mean."""
        return fmean(map(log, self._amounts(units, measure)))

    def change(self, measure: Measure, found: Ratio | None) -> Change:
        one, other = (exp(self.middle(units, measure)) for units in self[:2])
        return Change(
            amount=one - other,
            share=1 - other / one,
            low=1 - found.high if found else None,
            high=1 - found.low if found else None,
        )

    def side(self, units: Sequence[Unit]) -> Side:
        runs = tuple(one for unit in units for one in unit)
        cost = exp(self.middle(units, _cost)) if all(map(_is_priced, runs)) else None
        free = all(one.whole_cost is not None and not _is_priced(one) for one in runs)
        return Side(
            runs=runs,
            tokens=exp(self.middle(units, _tokens)),
            cost=0.0 if free else cost,
            iterations=exp(self.middle(units, _iterations)),
        )

    def factors(self, *, priced: bool) -> Iterator[Factor]:
        """Yield by what each part changed; on logarithms they add up, in whatever order."""
        measures = {"iterations": _iterations, "tokens per iteration": _tokens_each}
        if priced:
            measures["cost per token"] = _cost_each
        for name, measure in measures.items():
            change = self.middle(self.second, measure) - self.middle(self.first, measure)
            yield Factor(name=name, ratio=exp(change))

    def _amounts(self, units: Sequence[Unit], measure: Measure) -> list[float]:
        """Return what each unit took: the geometric mean of its runs."""
        return [
            exp(fmean(log(measure(one)) for one in unit)) if len(unit) > 1 else measure(unit[0])
            for unit in units
        ]


def _tokens(stats: RunTokenStats) -> float:
    return float(stats.total_tokens)


def _cost(stats: RunTokenStats) -> float:
    """Return the cost of a run; 0 where it is free or a part of it has no price."""
    return stats.whole_cost or 0.0


def _is_priced(stats: RunTokenStats) -> bool:
    return _cost(stats) > _LEAST_USD


def _iterations(stats: RunTokenStats) -> float:
    return float(stats.iterations or 1)


def _tokens_each(stats: RunTokenStats) -> float:
    return _tokens(stats) / _iterations(stats)


def _cost_each(stats: RunTokenStats) -> float:
    return _cost(stats) / _tokens(stats)


def _shared(baseline: Sequence[Sample], optimized: Sequence[Sample]) -> tuple[str, ...]:
    others = {one.task for one in optimized if one.task}
    tasks = sorted({one.task for one in baseline} & others)
    return tuple(tasks) if len(tasks) >= _FEWEST else ()


def _units(side: Sequence[Sample], tasks: Sequence[str]) -> list[Unit]:
    if not tasks:
        return [[one.stats] for one in side]
    return [[one.stats for one in side if one.task == task] for task in tasks]


def _verdict(found: Ratio | None, both: _Both) -> RunVerdict:
    if found is None:
        many = min(len(both.first), len(both.second))
        return "not-enough-runs" if many < _FEWEST else "no-spread"
    if found.high < 1:
        return "saved"
    return "cost-more" if found.low > 1 else "not-shown"


def _left_out(runs: int) -> tuple[str, ...]:
    if not runs:
        return ()
    return (f"{counted(runs, 'runs')} left out, for the other side has none of the same task",)
