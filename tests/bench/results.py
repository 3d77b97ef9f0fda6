"""What `make bench` writes: a table of ratios, and which targets hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.cases import FLOOR, LARGE_FILES, TARGETS, Ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.bench.measure import Cost

_HEAD = """\
# What the gate costs

Written by `make bench`: {machine}.

CPU time of all processes of a command, medians of {rounds} rounds that interleave all rows, so only
the ratios mean something. The peak is the largest process of any round. The gate is `ctxtally
budget` as pip installs it, in a repository of 200 paths with 47 context files, unless a row names
22,882 paths, which hold the same context files. `tiktoken alone` builds the encoding from the ranks
that ship with us and counts the one file; `tiktoken.get_encoding` reads its own download. The
changed file has another number of lines in each round. About a third of them cross the 200 lines
that the maker of an agent advises: then the rules are laid out anew, which takes three times as
long, and the median of a row may be such a round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Costs by case, why other cases did not run, and what it was all measured with."""

    costs: Mapping[str, Cost]
    rounds: int
    failed: Mapping[str, str]
    versions: Mapping[str, str]
    machine: str

    def markdown(self) -> str:
        head = _HEAD.format(machine=self.machine, rounds=self.rounds)
        sections = (head, *map("\n".join, (self._table(), self._peers(), self._targets())))
        return "\n\n".join(sections) + "\n"

    def _table(self) -> Iterator[str]:
        yield "| what | x python -c pass | x check-added-large-files | peak MB |"
        yield "| --- | ---: | ---: | ---: |"
        for name, cost in self.costs.items():
            times = [f"{self._ratio(name, base):,.2f}" for base in (FLOOR, LARGE_FILES)]
            yield f"| {name} | {' | '.join(times)} | {cost.peak_bytes / 1_000_000:.1f} |"

    def _peers(self) -> Iterator[str]:
        installed = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        yield f"Peers: {installed}."
        for name, why in self.failed.items():
            yield f"{name} is not measured, since it ends with `{why}`."

    def _targets(self) -> Iterator[str]:
        yield "| target | at most | found | held |"
        yield "| --- | ---: | ---: | --- |"
        for target in TARGETS:
            if isinstance(target, Ratio):
                found = self._ratio(target.case, target.base)
                row = f"{target.case} / {target.base} | {target.at_most:g} | {found:.2f}"
            else:
                found = self.costs[target.case].peak_bytes / 1_000_000
                row = f"{target.case}, MB | {target.at_most} | {found:.1f}"
            held = "no" if target.broken(self.costs) else "within 25 %"
            yield f"| {row} | {'yes' if found <= target.at_most else held} |"

    def _ratio(self, name: str, base: str) -> float:
        return self.costs[name].cpu_seconds / self.costs[base].cpu_seconds
