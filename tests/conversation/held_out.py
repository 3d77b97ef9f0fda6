"""Conversations with a known truth, of other shapes than those that the rules were tuned with.

What is healthy is as the test plan says it (`docs/conversation.md`): use builds up, then settles
below 80% of the limit, is cut before that where it grows, is never over the limit, and what the
agent knows is kept. Sick is where one of these fails for good.
"""

from __future__ import annotations

from math import exp, pi, sin
from typing import TYPE_CHECKING

from ctxtally.model.turn import Happening
from tests.conversation.made import BASE, LIMIT, turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from ctxtally.model.turn import Turn

    Shape = Callable[[Random], tuple[Turn, ...]]


def _within(share: float, low: float, high: float) -> float:
    return min(max(share, low), high)


def _base(random: Random) -> int | None:
    return random.choice([None, BASE])


def near_plateau(random: Random) -> tuple[Turn, ...]:
    """Settle with noise at 70 to 76% of the limit, never at 80% or above."""
    many, level, noise = random.randint(14, 70), random.uniform(0.70, 0.76), random.uniform(0, 0.02)
    rise = random.randint(3, 7)
    shares = [level * (at + 1) / rise for at in range(rise)]
    shares += [_within(random.gauss(level, noise), 0.6, 0.795) for _ in range(many - rise)]
    return turns(shares, base=_base(random))


def stairs_that_end(random: Random) -> tuple[Turn, ...]:
    """Rise in steps in the first third, then stay on the last one."""
    steps, width = random.randint(2, 5), random.randint(1, 4)
    level = random.uniform(0.25, 0.72)
    first = [level * (at // width + 1) / steps for at in range(steps * width)]
    rest = [level + random.uniform(-0.01, 0.01) for _ in range(2 * len(first) + 8)]
    return turns(first + rest, base=_base(random))


def bursts(random: Random) -> tuple[Turn, ...]:
    """Stay low, with single turns of large tool results that are dropped at once."""
    level, many = random.uniform(0.2, 0.5), random.randint(24, 90)
    shares = [random.gauss(level, 0.02) for _ in range(many)]
    for at in range(random.randint(6, 12), many - 1, random.randint(6, 15)):
        shares[at] = random.uniform(0.6, 0.79)
    return turns(shares, base=_base(random))


def rare_high_bursts(random: Random) -> tuple[Turn, ...]:
    """Stay low, with one turn in twenty-five at 80 to 92% of the limit that is dropped at once."""
    level, many = random.uniform(0.2, 0.5), random.randint(26, 90)
    shares = [random.gauss(level, 0.02) for _ in range(many)]
    for at in range(random.randint(8, 20), many - 1, 25):
        shares[at] = random.uniform(0.80, 0.92)
    return turns(shares, base=_base(random))


def compactions(random: Random) -> tuple[Turn, ...]:
    """Grow by a factor each turn, and be cut at another height below 80% each time."""
    shares, events, share = list[float](), dict[int, Happening](), random.uniform(0.08, 0.2)
    told, many = random.choice([True, False]), random.randint(30, 120)
    factor, top = random.uniform(1.08, 1.4), random.uniform(0.5, 0.79)
    while len(shares) < many:
        shares.append(share)
        share *= factor * random.uniform(0.98, 1.02)
        if share > top:
            share, top = random.uniform(0.1, 0.3), random.uniform(0.5, 0.79)
            if told:
                events[len(shares) + 1] = "compressed"
    return turns(shares, base=_base(random), events=events)


def walk(random: Random) -> tuple[Turn, ...]:
    """Wander between 10 and 75% of the limit, thrown back at both."""
    share, shares, pace = random.uniform(0.2, 0.6), list[float](), random.uniform(0.01, 0.05)
    for _ in range(random.randint(20, 150)):
        share += random.gauss(0, pace)
        share = 0.2 - share if share < 0.1 else 1.5 - share if share > 0.75 else share
        shares.append(share)
    return turns(shares, base=_base(random))


def saturating(random: Random) -> tuple[Turn, ...]:
    """Come ever nearer to a level below 75%, and be there within a quarter of the turns."""
    level, many = random.uniform(0.3, 0.75), random.randint(20, 80)
    pace = many / random.uniform(16, 40)
    noise = random.uniform(0, 0.01)
    shares = [level * (1 - exp(-(at + 1) / pace)) + random.uniform(0, noise) for at in range(many)]
    return turns(shares, base=_base(random))


def waves(random: Random) -> tuple[Turn, ...]:
    """Rise and fall evenly between 20 and 75%, twice at the least."""
    period, times = random.randint(6, 30), random.uniform(2, 5)
    middle, height = random.uniform(0.4, 0.5), random.uniform(0.05, 0.2)
    begin = random.uniform(0, 2 * pi)
    many = max(12, round(period * times))
    shares = [
        middle + height * sin(begin + 2 * pi * at / period) + random.gauss(0, 0.01)
        for at in range(many)
    ]
    return turns(shares, base=_base(random))


def shrinking(random: Random) -> tuple[Turn, ...]:
    """Fall slowly from 50 to 75% to half of that."""
    start, many = random.uniform(0.5, 0.75), random.randint(12, 60)
    shares = [start * (1 - 0.5 * at / many) + random.gauss(0, 0.01) for at in range(many)]
    return turns(shares, base=_base(random))


def one_compaction(random: Random) -> tuple[Turn, ...]:
    """Grow to 60 to 78%, be cut to a third once, and stay there."""
    first, rest = random.randint(6, 30), random.randint(8, 40)
    top, low = random.uniform(0.6, 0.78), random.uniform(0.2, 0.35)
    shares = [0.1 + (top - 0.1) * at / (first - 1) for at in range(first)]
    shares += [low + random.uniform(0, 0.05) for _ in range(rest)]
    return turns(shares, base=_base(random), events={first + 1: "compressed"})


def geometric(random: Random) -> tuple[Turn, ...]:
    """Grow by one factor each turn, from 2 to 10% of the limit up to 82 to 99%."""
    many = random.randint(12, 80)
    start, end = random.uniform(0.02, 0.1), random.uniform(0.82, 0.99)
    factor = (end / start) ** (1 / (many - 1))
    return turns([start * factor**at for at in range(many)], base=None)


def stairs(random: Random) -> tuple[Turn, ...]:
    """Rise in steps to 82 to 98% of the limit, each step as long as the others."""
    steps, width = random.randint(4, 10), random.randint(2, 8)
    many, end = max(steps * width, 12), random.uniform(0.82, 0.98)
    shares = [end * (at // width + 1) / (-(-many // width)) for at in range(many)]
    return turns(shares, base=None)


def late_strip(random: Random) -> tuple[Turn, ...]:
    """Wander, then lose all but 1 to 7% of the context for the last turns, without a word."""
    kept, lost = random.randint(15, 80), random.randint(3, 12)
    level, base = random.uniform(0.4, 0.7), random.choice([None, BASE])
    floor = 0.0 if base is None else base / LIMIT
    shares = [floor + (level - floor) * random.uniform(0.8, 1.1) for _ in range(kept)]
    shares += [floor + (level - floor) * random.uniform(0.01, 0.07) for _ in range(lost)]
    return turns(shares, base=base)


def over_in_bursts(random: Random) -> tuple[Turn, ...]:
    """One burst is over the limit, by the figure or by a word of the log."""
    made = bursts(random)
    at = random.randrange(len(made))
    shares = [turn.share for turn in made]
    if random.random() < 0.5:
        shares[at] = random.uniform(1.0005, 2.0)
        return turns(shares)
    kind: Happening = random.choice(["over-limit", "critical"])
    return turns(shares, events={at + 1: kind})


def late_compactions(random: Random) -> tuple[Turn, ...]:
    """Be cut again and again, but only at 88 to 97%, so that a fifth of the turns is above 80%."""
    shares, low = list[float](), random.uniform(0.3, 0.6)
    while len(shares) < 40:
        top, length = random.uniform(0.88, 0.97), random.randint(5, 10)
        shares += [low + (top - low) * (at / (length - 1)) ** 0.7 for at in range(length)]
    return turns(shares, base=None)


def ratchet(random: Random) -> tuple[Turn, ...]:
    """Each compaction frees less: floor and peak rise until the peaks are at 85% or more."""
    shares, teeth = list[float](), random.randint(5, 9)
    low, high, end = random.uniform(0.1, 0.2), random.uniform(0.45, 0.6), random.uniform(0.86, 0.94)
    for tooth in range(teeth):
        part = tooth / (teeth - 1)
        floor, top = low + (0.6 - low) * part, high + (end - high) * part
        length = random.randint(4, 8)
        shares += [floor + (top - floor) * at / (length - 1) for at in range(length)]
    return turns([*shares, 0.6], base=None)


def drift(random: Random) -> tuple[Turn, ...]:
    """Wander upwards, and then along 84 to 94% of the limit for the last third."""
    many, end = random.randint(24, 100), random.uniform(0.86, 0.92)
    first = many * 2 // 3
    shares = [
        0.2 + (end - 0.2) * at / first + random.gauss(0, 0.02) if at < first else end
        for at in range(many)
    ]
    return turns([_within(one + random.gauss(0, 0.005), 0.05, 0.94) for one in shares])


def high_plateau(random: Random) -> tuple[Turn, ...]:
    """Settle at 83 to 93% of the limit, with noise, and stay."""
    level = random.uniform(0.83, 0.93)
    rise = [level * (at + 1) / 6 for at in range(6)]
    rest = [_within(random.gauss(level, 0.01), 0.81, 0.949) for _ in range(random.randint(8, 60))]
    return turns(rise + rest, base=_base(random))


def stuck(random: Random) -> tuple[Turn, ...]:
    """Climb to 95% and above, and creep on below the limit."""
    first, rest = random.randint(8, 30), random.randint(3, 10)
    shares = [0.2 + 0.7 * at / first for at in range(first)]
    shares += [0.95 + 0.04 * at / rest for at in range(1, rest + 1)]
    return turns(shares, base=_base(random))


def noisy_growth(random: Random) -> tuple[Turn, ...]:
    """Grow evenly to 85 to 97% of the limit, give or take 4%."""
    many, end = random.randint(20, 80), random.uniform(0.85, 0.97)
    shares = [0.1 + (end - 0.1) * at / (many - 1) + random.gauss(0, 0.04) for at in range(many)]
    return turns([_within(one, 0.02, 0.999) for one in shares])


def growth_after_a_cut(random: Random) -> tuple[Turn, ...]:
    """Be cut once, early, and then grow on for long to 85 to 97% of the limit."""
    early, long = random.randint(4, 8), random.randint(20, 60)
    end = random.uniform(0.85, 0.97)
    shares = [0.1 + 0.4 * at / early for at in range(early)]
    shares += [0.15 + (end - 0.15) * at / (long - 1) for at in range(long)]
    return turns(shares, events={early + 1: "compressed"})


def starved(random: Random) -> tuple[Turn, ...]:
    """Leave something out in 5 to 12 turns in a row of a wandering conversation."""
    made = walk(random)
    many = min(random.randint(5, 12), len(made))
    start = random.randint(1, len(made) - many + 1)
    events: dict[int, Happening] = dict.fromkeys(range(start, start + many), "excluded")
    return turns([turn.share for turn in made], events=events)


HEALTHY: tuple[Shape, ...] = (
    *(near_plateau, stairs_that_end, bursts, rare_high_bursts, compactions),
    *(walk, saturating, waves, shrinking, one_compaction),
)
SICK: tuple[Shape, ...] = (
    *(geometric, stairs, late_strip, over_in_bursts, late_compactions, ratchet),
    *(drift, high_plateau, stuck, noisy_growth, growth_after_a_cut, starved),
)
