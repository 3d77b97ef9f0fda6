"""The measures of success that the monitor came with which ours is compatible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.analysis import Target

if TYPE_CHECKING:
    from ctxtally.model.analysis import Analysis, Sessions, Stock

# williamzujkowski/williamzujkowski.github.io, docs/GUIDES/TOKEN_MONITORING_DEPLOYMENT.md
# (2025-11-01), "Success Metrics".
TOKENS_OF_POST = 15_000
EFFICIENCY = 0.85
REDUNDANCY = 0.15
TOKENS_OF_MANIFEST = 2_000


def targets(found: Analysis, stock: Stock) -> tuple[Target, ...]:
    """Return each measure with what the log and the tree say of it."""
    return (_post(found), _efficiency(stock), _redundancy(stock), _manifest(stock))


def _post(found: Analysis) -> Target:
    """Where nobody worked on a post, a session stands for one."""
    sessions, name, noun = found.posts, "tokens per post", "sessions with a post"
    if not sessions.count:
        sessions, name, noun = found.sessions, "tokens per session", "sessions"
    return Target(
        name=name,
        wanted=TOKENS_OF_POST,
        unit="tokens",
        actual=sessions.average,
        because=_sessions(sessions, noun),
    )


def _sessions(sessions: Sessions, noun: str) -> str:
    if not sessions.count:
        return "no record names a session"
    if sessions.average is None:
        return f"{noun}: {sessions.count:,}, all of unknown tokens"
    told = f"{sessions.tokens:,} tokens, {noun}: {sessions.count - sessions.unknown:,}"
    return f"{told}, without {sessions.unknown:,} of unknown tokens" if sessions.unknown else told


def _efficiency(stock: Stock) -> Target:
    known = stock.start is not None and stock.files > 0
    because = "no agent loads anything"
    actual = None
    if stock.start is not None and known:
        actual = 1 - stock.start / stock.files
        because = f"{stock.agent} begins with {stock.start:,} of {stock.files:,} tokens"
    return Target(
        name="context loading efficiency",
        wanted=EFFICIENCY,
        unit="share",
        actual=actual,
        because=because,
        above=True,
    )


def _redundancy(stock: Stock) -> Target:
    return Target(
        name="redundancy",
        wanted=REDUNDANCY,
        unit="share",
        actual=stock.repeated,
        because="no agent loads anything" if stock.repeated is None else "of what agents load",
    )


def _manifest(stock: Stock) -> Target:
    return Target(
        name="MANIFEST.json",
        wanted=TOKENS_OF_MANIFEST,
        unit="tokens",
        actual=stock.manifest,
        because=stock.manifest_path or "the tree has none",
    )
