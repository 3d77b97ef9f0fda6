"""Conversations with a known truth, made from a seed."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from ctxtally.conversation.verdict import health
from ctxtally.model.criteria import Criteria
from ctxtally.model.turn import AgentLog, Happening, Turn, TurnEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from ctxtally.model.health import Health

LIMIT = 100_000
BASE = 8_000


def turns(
    shares: Sequence[float],
    *,
    limit: int = LIMIT,
    base: int | None = None,
    events: Mapping[int, Happening] | None = None,
) -> tuple[Turn, ...]:
    """Return one turn for each share of the limit; `events` are by the number of the turn."""
    made = []
    for number, share in enumerate(shares, start=1):
        kind = (events or {}).get(number)
        told = (TurnEvent(kind=kind, line=number * 10 + 1),) if kind else ()
        used = round(share * limit)
        made.append(
            Turn(number=number, used=used, limit=limit, line=number * 10, base=base, events=told)
        )
    return tuple(made)


def judged(made: Sequence[Turn], criteria: Criteria | None = None) -> Health:
    log = AgentLog(path="agent.log", form="table", turns=tuple(made))
    return health(log, criteria or Criteria())


def plateau(random: Random) -> tuple[Turn, ...]:
    """Rise within the first turns, then stay within 3 % of the limit around a level."""
    level, many = random.uniform(0.2, 0.7), random.randint(12, 60)
    rise = random.randint(2, 6)
    shares = [
        level * min(1.0, (at + 1) / rise) + random.uniform(-0.03, 0.03) * (at >= rise)
        for at in range(many)
    ]
    return turns(shares, base=random.choice([None, BASE]))


def saw_tooth(random: Random) -> tuple[Turn, ...]:
    """Grow, and be compressed at 60 to 78 % of the limit, with or without a word of the log."""
    share, shares, events = random.uniform(0.1, 0.3), [], dict[int, Happening]()
    told = random.choice([True, False])
    for number in range(1, random.randint(30, 80)):
        shares.append(share)
        share += random.uniform(0.02, 0.06)
        if share > random.uniform(0.6, 0.78):
            share = random.uniform(0.2, 0.35)
            if told:
                events[number + 1] = "compressed"
    return turns(shares, base=random.choice([None, BASE]), events=events)


def slow(random: Random) -> tuple[Turn, ...]:
    """Grow so slowly that twice the turns would not reach 75 % of the limit."""
    many, start = random.randint(12, 100), random.uniform(0.08, 0.3)
    step = (0.74 - start) / (2 * many + 2) * random.uniform(0.1, 0.9)
    return turns(list(accumulate([start] + [step] * (many - 1))))


def flat(random: Random) -> tuple[Turn, ...]:
    return turns([random.uniform(0.02, 0.75)] * random.randint(10, 40))


def growing(random: Random) -> tuple[Turn, ...]:
    """Grow evenly up to 80 % of the limit or more, give or take 1 %."""
    many, end = random.randint(12, 60), random.uniform(0.8, 0.99)
    start = random.uniform(0.05, 0.3)
    return turns(
        [
            start + (end - start) * at / (many - 1) + random.uniform(-0.01, 0.01)
            for at in range(many)
        ]
    )


def high(random: Random) -> tuple[Turn, ...]:
    """Stay at 82 to 94 % of the limit for a fifth of the turns, compressed or not."""
    many = random.randint(15, 60)
    shares = [random.uniform(0.3, 0.5) for _ in range(many)]
    start = random.randint(0, many - many // 5 - 2)
    for at in range(start, start + many // 5 + 1):
        shares[at] = random.uniform(0.82, 0.94)
    return turns(shares)


def over(random: Random) -> tuple[Turn, ...]:
    """One prompt above the limit, in a conversation that is healthy for the rest."""
    made = list(plateau(random))
    at = random.randrange(len(made))
    shares = [turn.share for turn in made]
    shares[at] = random.uniform(1.0001, 1.3)
    return turns(shares)


def stripped(random: Random) -> tuple[Turn, ...]:
    """Lose all but 5 % of the context in the last turns, three of them at the least."""
    many, level = random.randint(12, 60), random.uniform(0.3, 0.7)
    lost = random.randint(3, many // 3)
    base = BASE / LIMIT
    shares = [base + (level - base) * random.uniform(0.9, 1.0) for _ in range(many - lost)]
    shares += [base + (level - base) * random.uniform(0.0, 0.05) for _ in range(lost)]
    return turns(shares, base=BASE)


def crowded(random: Random) -> tuple[Turn, ...]:
    """Leave something out for want of room in five turns in a row or more."""
    made = plateau(random)
    many = random.randint(5, len(made))
    start = random.randint(1, len(made) - many + 1)
    events = dict.fromkeys(range(start, start + many), "excluded")
    shares = [turn.share for turn in made]
    return turns(shares, events=events)  # type: ignore[arg-type] # the keys of a Literal


HEALTHY: tuple[Callable[[Random], tuple[Turn, ...]], ...] = (plateau, saw_tooth, slow, flat)
SICK: tuple[Callable[[Random], tuple[Turn, ...]], ...] = (growing, high, over, stripped, crowded)
