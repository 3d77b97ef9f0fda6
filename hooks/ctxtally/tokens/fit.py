"""Fit the estimates: python -m ctxtally.tokens.fit RECORDED.csv TARGET.json.

RECORDED.csv has one row per text: what is counted in it, and what the vendor's endpoint answered.
The same rows give the same file: no random numbers, and no solver but the few lines below.

Two linear fits, one for code and one for prose, are mixed by how much of a text is letters
(`calibration.prose_share`); every other script has a fit of its own. Errors are those of rows held
back: a row in Latin letters is estimated by fits without the fifth of the rows that its name's
hash falls in, a row in another script by a fit without that row. What ships is fitted to all rows.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from math import sqrt
from pathlib import Path
from statistics import fmean, quantiles
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.tokens import calibration
from ctxtally.tokens.calibration import Calibration, Fit, HeldBack
from ctxtally.tokens.features import LATIN
from ctxtally.tokens.least_squares import least_squares
from ctxtally.tokens.recorded import FOLDS, Row, read

if TYPE_CHECKING:
    from collections.abc import Sequence

# Values that count otherwise in prose than in code, and those that one of the two lacks.
MIXED = ("chars", "words", "spaces", "punct", "caps")
SHARED = ("digits", "lines", "accented", "symbols")
# Enough to keep the equations solvable where a script lacks a sort of character.
RIDGE = 1e-6
# Pulls the few rows of a script towards equal parts of its counts. 0.1 had the least error of 0.02,
# 0.1, 0.5 and 2 over the scripts with most rows (Cyrillic 7.7, Arabic 3.7, Devanagari 3.9 %).
SCRIPT_RIDGE = 0.1
# English prose is one row, and what most context files are made of; `multipl_e` is 22 long texts.
ENGLISH_WEIGHT = 60.0
WEIGHTS = {"rosetta": 1.0, "multipl_e": 8.0}
# A row with fewer tokens counts for less: its relative error is mostly chance.
FULL_WEIGHT_TOKENS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is fitted: a column of the rows, from these exact counts beside the characters.

    `languages` is the weight of a text in another language than English.
    """

    truth: str
    counts: tuple[str, ...]
    languages: float


# Characters alone cannot tell one language from another, so the guesses are of English.
TARGETS = {
    "claude": Target(truth="opus_4_7", counts=("o200k", "cl100k"), languages=1.5),
    "claude-old": Target(truth="opus_4_5", counts=("o200k", "cl100k"), languages=1.5),
    "o200k_base": Target(truth="o200k", counts=(), languages=0.01),
    "cl100k_base": Target(truth="cl100k", counts=(), languages=0.01),
}


def fit_of(rows: Sequence[Row], target: Target) -> Fit:
    """Fit a target; `held_back` and `noise` are still empty."""
    latin = [row for row in rows if row.script == LATIN]
    code, prose = _latin(latin, target)
    per = target.counts[0] if target.counts else "chars"
    rates = [row.values[target.truth] / row.values[per] for row in latin]
    scripts = sorted({row.script for row in rows} - {LATIN})
    return Fit(
        truth=target.truth,
        code=code,
        prose=prose,
        scripts={
            name: _script([row for row in rows if row.script == name], target) for name in scripts
        },
        per=per,
        least=_rounded(min(rates)),
        most=_rounded(max(rates)),
        noise=0.0,
        held_back={},
    )


def _latin(rows: Sequence[Row], target: Target) -> tuple[dict[str, float], dict[str, float]]:
    """Return the coefficients for code and those for prose, fitted together."""
    columns = []
    for row in rows:
        share = calibration.prose_share(row.values)
        column = {f"both {name}": row.values[name] for name in SHARED}
        for name in (*target.counts, *MIXED):
            column[f"code {name}"] = (1 - share) * row.values[name]
            column[f"prose {name}"] = share * row.values[name]
        columns.append(column)
    found = least_squares(
        columns,
        [row.values[target.truth] for row in rows],
        [_weight(row, target) for row in rows],
        ridge=RIDGE * len(rows),
        prior=0.0,
    )
    code, prose = (
        {
            name: _rounded(found[f"{own} {name}"])
            for own, names in ((side, (*target.counts, *MIXED)), ("both", SHARED))
            for name in names
            if f"{own} {name}" in found
        }
        for side in ("code", "prose")
    )
    return code, prose


def _script(rows: Sequence[Row], target: Target) -> dict[str, float]:
    names = (*target.counts, "nonascii")
    found = least_squares(
        [{name: row.values[name] for name in names} for row in rows],
        [row.values[target.truth] for row in rows],
        [1.0] * len(rows),
        ridge=SCRIPT_RIDGE,
        prior=1 / len(names),
    )
    return {name: _rounded(coefficient) for name, coefficient in found.items()}


def _weight(row: Row, target: Target) -> float:
    if row.is_english:
        return ENGLISH_WEIGHT
    return WEIGHTS.get(row.source, target.languages) * min(
        1.0, row.values["o200k"] / FULL_WEIGHT_TOKENS
    )


def held_out(rows: Sequence[Row], target: Target) -> list[tuple[Row, float]]:
    """Return rows with the estimate of a fit that has not seen them.

    The one English text is in every fit, and the only text of a script cannot be held back.
    """
    found = []
    latin = [row for row in rows if row.script == LATIN]
    for fold in range(FOLDS):
        fit = fit_of([row for row in latin if row.fold != fold or row.is_english], target)
        held = [row for row in latin if row.fold == fold and not row.is_english]
        found += [(row, calibration.tokens_of(fit, LATIN, row.values)) for row in held]
    for script in sorted({row.script for row in rows} - {LATIN}):
        alike = [row for row in rows if row.script == script]
        for row in alike if len(alike) > 1 else ():
            coefficients = _script([other for other in alike if other is not row], target)
            found.append((row, sum(one * row.values[name] for name, one in coefficients.items())))
    return found


def kind_of(row: Row) -> str:
    if row.script != LATIN:
        return "other scripts"
    return "prose" if row.source == "udhr" else "code"


def noise_of(errors: Sequence[tuple[float, float]]) -> float:
    """Return the noise with which 90 % of (tokens, error) are as wide in short as in long texts."""
    ordered = sorted(errors)
    half = len(ordered) // 2
    halves = ordered[:half], ordered[half:]

    def imbalance(noise: float) -> float:
        short, long = (
            quantiles((abs(error) / sqrt(1 + noise / tokens) for tokens, error in some), n=10)[-1]
            for some in halves
        )
        return abs(short - long)

    return min((float(noise) for noise in range(501)), key=imbalance)


def errors_of(estimates: Sequence[tuple[float, float]], noise: float) -> HeldBack:
    """Return the errors of (truth, estimate), the band being that of a long text."""
    errors = [estimate / truth - 1 for truth, estimate in estimates]
    deviations = [
        (truth / estimate - 1) / sqrt(1 + noise / estimate) for truth, estimate in estimates
    ]
    twentieths = quantiles(deviations, n=20)
    return HeldBack(
        rows=len(errors),
        mape=_rounded(100 * fmean(map(abs, errors))),
        p95=_rounded(100 * quantiles(map(abs, errors), n=20)[-1]),
        bias=_rounded(100 * fmean(errors)),
        low=_rounded(1 + twentieths[0]),
        high=_rounded(1 + twentieths[-1]),
    )


def fitted(rows: Sequence[Row], target: Target) -> Fit:
    """Fit a target to all rows, with the errors of rows held back."""
    fit = fit_of(rows, target)
    held = held_out(rows, target)
    fit["noise"] = noise_of(
        [
            (tokens, row.values[target.truth] / tokens - 1)
            for row, tokens in held
            if kind_of(row) == "code"
        ]
    )
    for kind in ("code", "prose", "other scripts"):
        pairs = [(row.values[target.truth], tokens) for row, tokens in held if kind_of(row) == kind]
        fit["held_back"][kind] = errors_of(pairs, fit["noise"])
    return fit


def document(source: bytes) -> str:
    """Return calibration.json for a file of recorded counts."""
    rows = read(source.decode().splitlines())
    fits = {family: fitted(rows, target) for family, target in TARGETS.items()}
    found = Calibration(
        version=sha256(json.dumps(fits, sort_keys=True).encode()).hexdigest()[:8],
        rows=len(rows),
        sha256=sha256(source).hexdigest(),
        fits=fits,
    )
    return json.dumps(found, indent=1) + "\n"


def _rounded(number: float) -> float:
    # Six digits are more than the data carry, and the same on every platform.
    return float(f"{number:.6g}")


def main(arguments: Sequence[str]) -> None:
    recorded, target = map(Path, arguments)
    target.write_bytes(document(recorded.read_bytes()).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
