"""Keep count of a conversation from Python; the handoff is refreshed before its window is full.

from ctxtally.tracker import track_tokens, get_token_status

track_tokens(prompt, "User prompt")
print(f"{get_token_status()['usage_percentage']:.1%}")

Or keep the tokens of a run: see `TokenTracker`.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING, TypedDict

from ctxtally.adapters import git, ledger
from ctxtally.adapters.append import LogError
from ctxtally.adapters.clock import iso, seconds
from ctxtally.errors import UserError
from ctxtally.model.run import RunTokenStats, TokenUsage
from ctxtally.survey import tracking
from ctxtally.survey.basics import basics
from ctxtally.text.figures import LARGEST
from ctxtally.tokens.counters import DEFAULT, counter
from ctxtally.usage.events import usage_event
from ctxtally.usage.parts import Parts, buckets

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.basics import Basics
    from ctxtally.runs.records import TokenSavings

__all__ = [
    "RunTokenStats",
    "TokenStatus",
    "TokenTracker",
    "TokenUsage",
    "analyze_token_savings",
    "get_token_status",
    "log_token_usage",
    "manual_handoff_update",
    "track_tokens",
]


class TokenStatus(TypedDict):
    """`usage_percentage` is a fraction, `checkpoints` how many texts were counted."""

    total_tokens: int
    limit: int
    usage_percentage: float
    checkpoints: int


def track_tokens(text: str, description: str = "") -> float:
    """Count a text of the conversation, and return which fraction of the window is used.

    The first time that it is at the threshold the handoff is refreshed. What cannot be written is a
    RuntimeWarning: it must not stop the agent that asks.
    """
    place, settings = _here()
    tokens = counter(settings.counter or DEFAULT).count(text.encode("utf-8", "replace").decode())
    try:
        found, fires = tracking.add(place, settings.window, tokens, description, seconds())
    except UserError as error:
        warnings.warn(f"ctxtally: {error}; {error.help}", RuntimeWarning, stacklevel=2)
        return tracking.share_with(place, settings.window, tokens)
    if found.remark:
        warnings.warn(f"ctxtally: {found.remark}", RuntimeWarning, stacklevel=2)
    if fires:
        try:
            manual_handoff_update()
        except UserError as error:
            warnings.warn(f"ctxtally: {error}; {error.help}", RuntimeWarning, stacklevel=2)
    return found.share


def get_token_status() -> TokenStatus:
    """Return where the count stands."""
    place, settings = _here()
    found = tracking.standing(place, settings.window)
    return {
        "total_tokens": found.usage.total,
        "limit": found.limit,
        "usage_percentage": found.share,
        "checkpoints": len(found.usage.checkpoints),
    }


def manual_handoff_update() -> None:
    """Refresh the handoff now; raises UserError where it must not or cannot be written."""
    place, settings = _here()
    for note in tracking.refresh(place, settings.window, seconds()):
        warnings.warn(f"ctxtally: {note}", RuntimeWarning, stacklevel=2)


def log_token_usage(  # noqa: PLR0913 - as programs call it
    operation: str,
    tokens: int,
    session: str | None = None,
    *,
    model: str | None = None,
    output_tokens: int | None = None,
    cache_read_tokens: int = 0,
    cache_write_tokens: int = 0,
    cache_write_1h_tokens: int = 0,
) -> None:
    """Write an operation and its tokens into the usage log, for a session where one is named.

    With the model, and with what of the tokens came back, was read from a cache and written to one,
    and what of that for an hour, it has a price.
    """
    given = {
        "tokens": tokens,
        "output_tokens": 0 if output_tokens is None else output_tokens,
        "cache_read_tokens": cache_read_tokens,
        "cache_write_tokens": cache_write_tokens,
        "cache_write_1h_tokens": cache_write_1h_tokens,
    }
    for name, value in given.items():
        if type(value) is not int or value < 0:
            raise ValueError(f"{name} must be a whole number from 0 on, not {value!r}")
    if tokens >= LARGEST:
        raise ValueError(f"tokens must be below 2^53, for no reader takes more, not {tokens!r}")
    if not operation.strip():
        raise ValueError("an operation needs a name, such as `read MANIFEST.json`")
    told = Parts(output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens)
    parts = buckets(tokens, told)
    place, settings = _here()
    log = ledger.locate(place, settings.ledger)
    event = usage_event(
        operation,
        tokens=tokens,
        session=session,
        model=model,
        buckets=parts,
        branch=git.branch(),
        worktree=place.worktree,
    )
    try:
        ledger.append(log, [event], seconds())
    except LogError as error:
        warnings.warn(f"ctxtally: {error}", RuntimeWarning, stacklevel=2)


class TokenTracker:
    """Keep what the operations of a run take, in the directory of the run.

    tracker = TokenTracker("output/tech/run_1")
    tracker.log_usage("advocate", input_tokens=2500, output_tokens=1200, iteration=1)
    stats = tracker.calculate_stats("run_1", "tech")
    tracker.print_summary(stats)
    tracker.save_summary(stats)
    """

    def __init__(self, run_dir: str | os.PathLike[str]) -> None:
        self.run_dir = os.fspath(run_dir)

    def log_usage(  # noqa: PLR0913, PLR0917 - as programs call it
        self,
        operation: str,
        input_tokens: int,
        output_tokens: int,
        iteration: int | None = None,
        model: str | None = None,
        cost_usd: float | None = None,
        *,
        cache_read_tokens: int = 0,
        cache_write_tokens: int = 0,
        cache_write_1h_tokens: int = 0,
    ) -> None:
        """Append an operation to tokens.jsonl; `input_tokens` includes those of caches.

        `cache_write_1h_tokens` are those of `cache_write_tokens` that are kept for an hour. What
        cannot be taken is a ValueError. What cannot be written is a RuntimeWarning.
        """
        from ctxtally.runs.records import record
        from ctxtally.survey.run_records import append

        usage = TokenUsage(
            timestamp=iso(seconds()).partition("+")[0],  # in UTC, and without saying so
            operation=operation,
            iteration=iteration,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            total_tokens=0,
            model=model,
            cost_usd=cost_usd,
        )
        held = record(usage, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens)
        try:
            append(self.run_dir, held)
        except LogError as error:
            warnings.warn(f"ctxtally: {error}", RuntimeWarning, stacklevel=2)

    def load_usage(self) -> list[TokenUsage]:
        """Return the operations that were logged, in their order."""
        return list(self.calculate_stats("", "").operations)

    def calculate_stats(self, run_id: str, phase: str) -> RunTokenStats:
        """Return what the run took so far; lines that cannot be read are a RuntimeWarning.

        A file that cannot be read, or a broken ctxtally.toml, is a UserError.
        """
        from ctxtally.adapters.prices import Prices
        from ctxtally.survey.run_records import logged
        from ctxtally.survey.runs import own_prices

        stats, remarks = logged(self.run_dir, run_id, phase, Prices(own_prices()))
        for one in remarks:
            warnings.warn(f"ctxtally: {one}", RuntimeWarning, stacklevel=2)
        return stats

    def print_summary(self, stats: RunTokenStats) -> None:
        from ctxtally.adapters.prices import Prices
        from ctxtally.render.run_summary import text
        from ctxtally.survey.runs import own_prices, source

        told = text(stats, source([stats], Prices(own_prices())))
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        safe = told.encode(encoding, "backslashreplace").decode(encoding)
        print(safe)  # noqa: T201 - what it is called for

    def save_summary(self, stats: RunTokenStats) -> None:
        """Write token_summary.json, and into run.json what the run took; raises UserError."""
        from ctxtally.survey.runs import save

        save(self.run_dir, stats)


def analyze_token_savings(baseline: RunTokenStats, optimized: RunTokenStats) -> TokenSavings:
    """Return what one run took less than another.

    A run without tokens, or with some that are unknown, is a ValueError.
    """
    from ctxtally.runs.records import savings

    return savings(baseline, optimized)


def _here() -> tuple[Place, Basics]:
    place = git.place()
    return place, basics(place)
