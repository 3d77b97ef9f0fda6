"""What models took, as agents and providers report it and the usage log keeps it."""

from __future__ import annotations

from ctxtally.model.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of one response or of several, in buckets that do not overlap.

    `input` is what was neither read from a cache nor written to one; `reasoning` is a part of
    `output`, not a bucket of its own.
    """

    input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def prompt(self) -> int:
        """Return what the request held, whether from a cache or not."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h

    @property
    def total(self) -> int:
        return self.prompt + self.output

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            input=self.input + other.input,
            cache_read=self.cache_read + other.cache_read,
            cache_write_5m=self.cache_write_5m + other.cache_write_5m,
            cache_write_1h=self.cache_write_1h + other.cache_write_1h,
            output=self.output + other.output,
            reasoning=self.reasoning + other.reasoning,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One record of usage, whoever wrote it; an empty text or None is unknown, never 0.

    `moment` is in seconds since 1970 and `day` its YYYY-MM-DD, both in UTC. `tokens` are the
    buckets where the record tells them; `total` is their sum, or all that the record tells.
    `counted` is `reported`, `tokenizer` or `estimate`; `key` is the provider's response id.
    `speed`, `service_tier` and `inference_geo` are the Terms of the request, `searches` counts what
    the provider searched, which is priced apart, and `final` is False where the output is only what
    was known of it.
    """

    id: str = ""
    key: str = ""
    moment: float | None = None
    day: str = ""
    kind: str = "usage"
    session: str = ""
    run: str = ""
    phase: str = ""
    iteration: int | None = None
    operation: str = ""
    category: str = ""
    repo: str = ""
    branch: str = ""
    commit: str = ""
    agent: str = ""
    provider: str = ""
    model: str = ""
    tokens: Tokens | None = None
    total: int | None = None
    cost_usd: float | None = None
    counted: str = ""
    tokenizer: str = ""
    source: str = ""
    worktree: str = ""
    speed: str = ""
    service_tier: str = ""
    inference_geo: str = ""
    searches: int = 0
    final: bool = True
