"""Estimates for models whose tokenizer is not public, with the band where the truth should be."""

from __future__ import annotations

import json
from functools import cache
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING, TypedDict

from ctxtally.model.count import Count
from ctxtally.tokens import engines
from ctxtally.tokens.families import CLAUDE, CLAUDE_OLD, MODELS, OPENAI, RATIOS, Ratio
from ctxtally.tokens.features import LATIN, OTHER, by_script, features
from ctxtally.tokens.split import data_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.tokens.families import Kind

# Below the first share of letters a text is taken for code, above the second for prose. Of the
# recorded texts, 99 % of the code is below 0.89, 90 % of the prose above 0.955.
CODE_BELOW, PROSE_ABOVE = 0.75, 0.95
# No recorded set has Markdown: for it the wider of both bands is made this much wider.
EXTRAPOLATED = 1.5
# An unknown model: from the lowest 5 % of Llama's Markdown to the highest of Claude's.
_UNKNOWN = Ratio(median=1.0, low=0.97, high=1.95)


class HeldBack(TypedDict):
    """Errors over texts that were held back, in percent; the band is truth / estimate."""

    rows: int
    mape: float
    p95: float
    bias: float
    low: float
    high: float


class Fit(TypedDict):
    """Tokens as sums of coefficient x value; `noise` widens the bands of short texts."""

    truth: str
    code: dict[str, float]
    prose: dict[str, float]
    scripts: dict[str, dict[str, float]]
    per: str
    least: float
    most: float
    noise: float
    held_back: dict[str, HeldBack]


class Calibration(TypedDict):
    version: str
    rows: int
    sha256: str
    fits: dict[str, Fit]


@cache
def calibration() -> Calibration:
    """Return what ctxtally.tokens.fit wrote."""
    with open(data_file("calibration.json"), encoding="utf-8") as file:
        found: Calibration = json.load(file)
    return found


def version() -> str:
    """Name the data that estimates come from."""
    return calibration()["version"]


def estimate(
    text: str, family: str, *, o200k: int | None = None, kind: Kind | None = None
) -> Count:
    """Return the tokens of `text` for models of `family`, exact for those of OpenAI.

    `o200k` is the exact count of the whole text, where the caller has it. `kind` is what the file
    is: without it, a ratio is that of Markdown, and Claude's band that of the recorded texts.
    """
    if family in (CLAUDE, CLAUDE_OLD):
        return _fitted(text, family, o200k=o200k, kind=kind)
    whole = count_or_guess("o200k_base", text) if o200k is None else _exact("o200k_base", o200k)
    if family == OPENAI:
        return whole
    ratio = RATIOS[family][kind or "markdown"] if family in RATIOS else _UNKNOWN
    return _estimated(
        family if family in RATIOS else f"assumed {whole.counter}",
        tokens=whole.tokens * ratio.median,
        low=whole.low * ratio.low,
        high=whole.high * ratio.high,
    )


def count_or_guess(encoding: str, text: str) -> Count:
    """Count by a shipped encoding, or guess where its vocabulary cannot be read."""
    try:
        return _exact(encoding, engines.shipped(encoding)([text])[0])
    except engines.EngineError:
        return guess(encoding, text)


def guess(encoding: str, text: str) -> Count:
    """Estimate the count of a shipped encoding from the characters of the text alone."""
    fit = calibration()["fits"][encoding]
    bands = [_band(fit, script, _values(part), None) for script, part in by_script(text).items()]
    tokens, low, high = (sum(column) for column in zip(*bands, strict=True))
    return _estimated(f"guessed {encoding}", tokens=tokens, low=low, high=high)


def describe(family: str) -> str:
    """Say in one line what an estimate for `family` is made from and how far it was off."""
    models = MODELS.get(family, "models not known here")
    if family in (CLAUDE, CLAUDE_OLD):
        fit = calibration()["fits"][family]
        errors = ", ".join(
            f"{held['mape']:.1f}% ({held['rows']:,} of {name})"
            for name, held in fit["held_back"].items()
        )
        recorded = f"{calibration()['rows']:,} counts of claude-{fit['truth'].replace('_', '-')}"
        return (
            f"{models}: fitted to {recorded} recorded in ctok 1.3.0; mean error on texts held back "
            f"{errors}; Markdown is extrapolated, with a wider band"
        )
    if family == OPENAI:
        return f"{models}: exact by o200k_base"
    if family not in RATIOS:
        return f"{models}: assumed o200k_base, with the band of all known families"
    ratio = RATIOS[family]["markdown"]
    return (
        f"{models}: o200k_base x {ratio.median} on Markdown, x {ratio.low} to {ratio.high} for "
        "90% of files (measured with splintr-rs 0.22.0, not with the vendor's tokenizer)"
    )


def prose_share(values: Mapping[str, float]) -> float:
    """Say how much of a text in Latin letters is prose, from 0 to 1."""
    other = values["punct"] + values["digits"] + values["lines"] + values["symbols"]
    letters = 1 - other / values["chars"]
    return min(1.0, max(0.0, (letters - CODE_BELOW) / (PROSE_ABOVE - CODE_BELOW)))


def tokens_of(fit: Fit, script: str, values: Mapping[str, float]) -> float:
    """Return the point estimate of a text in one script.

    In Latin letters, it stays between the least and the most that was seen in a recorded text.
    """
    if script != LATIN:
        return _sum(fit["scripts"].get(script, fit["scripts"][OTHER]), values)
    share = prose_share(values)
    tokens = (1 - share) * _sum(fit["code"], values) + share * _sum(fit["prose"], values)
    size = values[fit["per"]]
    return min(max(tokens, fit["least"] * size), fit["most"] * size)


def spread(fit: Fit, tokens: float) -> float:
    """Return by how much wider a band is at so few tokens than for a long text."""
    return sqrt(1 + fit["noise"] / max(tokens, 1))


def _fitted(text: str, family: str, *, o200k: int | None, kind: Kind | None) -> Count:
    fit = calibration()["fits"][family]
    parts = by_script(text)
    bands = []
    for script, part in parts.items():
        first = (
            _exact("o200k_base", o200k)
            if o200k is not None and len(parts) == 1
            else count_or_guess("o200k_base", part)
        )
        second = count_or_guess("cl100k_base", part)
        values = {**_values(part), "o200k": first.tokens, "cl100k": second.tokens}
        tokens, low, high = _band(fit, script, values, kind)
        doubt = max(first.high, 1) / max(first.tokens, 1)
        bands.append((tokens, low / doubt, high * doubt))
    tokens, low, high = (sum(column) for column in zip(*bands, strict=True))
    return _estimated(family, tokens=tokens, low=low, high=high)


def _values(part: str) -> dict[str, float]:
    counted = features(part)
    return {**counted, "nonascii": counted["accented"] + counted["symbols"]}


def _band(
    fit: Fit, script: str, values: Mapping[str, float], kind: Kind | None
) -> tuple[float, float, float]:
    """Return the estimate of one part and the band around it."""
    if not values["chars"]:
        return 0.0, 0.0, 0.0
    tokens = tokens_of(fit, script, values)
    held = fit["held_back"]
    if script != LATIN:
        low, high = held["other scripts"]["low"], held["other scripts"]["high"]
    elif kind == "markdown":
        low = 1 - EXTRAPOLATED * (1 - min(held["code"]["low"], held["prose"]["low"]))
        high = 1 + EXTRAPOLATED * (max(held["code"]["high"], held["prose"]["high"]) - 1)
    else:
        like = held["code" if prose_share(values) < 1 else "prose"]
        low, high = like["low"], like["high"]
    wider = spread(fit, tokens)
    return tokens, tokens * (1 + (low - 1) * wider), tokens * (1 + (high - 1) * wider)


def _sum(coefficients: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(one * values[name] for name, one in coefficients.items())


def _exact(encoding: str, tokens: int) -> Count:
    return Count(tokens=tokens, counter=encoding, method="exact", low=tokens, high=tokens)


def _estimated(counter: str, *, tokens: float, low: float, high: float) -> Count:
    # A text that is not empty has at least one token.
    least = 1 if high > 0 else 0
    point = max(round(tokens), least)
    return Count(
        tokens=point,
        counter=counter,
        method="calibrated",
        low=min(max(floor(low), least), point),
        high=max(ceil(high), point),
    )
