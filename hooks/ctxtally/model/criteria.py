"""From where on a conversation is not healthy: what was configured, or what is shipped."""

from __future__ import annotations

from typing import NamedTuple


class Criteria(NamedTuple):
    """Shares are of the limit, from 0 to 1, where nothing else is said.

    The first six come from the test plan of BlueCentre/adk-agents
    (example_prompts/token_usage_tracking_test.md): stable after turn 8, below 80% of the limit,
    near 100%, and its script, which warns where a prompt grows by 100%; its short form has 10
    turns. The others are ours; docs/conversation.md says what they were tried on.
    """

    turns: int = 10  # fewer are not enough for a verdict
    settle: int = 8  # turns in which the context may still build up
    high: float = 0.80
    near: float = 0.95
    jump: float = 1.0  # of the turn before
    exclusions: int = 5  # turns in a row that leave out something for want of room
    high_turns: float = 0.10  # so many of the turns may be at `high` or above
    growth: float = 0.05  # less is not called growth
    drop: float = 0.10  # a fall by so much is a compression, whether or not the log says so
    stripped: float = 0.10  # of what the context was before
