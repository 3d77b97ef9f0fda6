"""Verdicts on conversations of shapes that no rule was tuned with, as honest as they come out."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.conversation.held_out import HEALTHY, SICK
from tests.conversation.made import judged

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tests.conversation.held_out import Shape

pytestmark = pytest.mark.untraced

MANY = 500


def wrong(shapes: Sequence[Shape], right: Collection[str]) -> Counter[str]:
    """Return the shapes that got another verdict, each as often as it did."""
    found: Counter[str] = Counter()
    for seed in range(1_000_000, 1_000_000 + MANY):
        shape = shapes[seed % len(shapes)]
        made = shape(Random(f"held out {seed}"))  # noqa: S311 - a seed, not a secret
        found[shape.__name__] += judged(made).verdict not in right
    return +found


def test_false_alarms() -> None:
    # What wanders at random may rise throughout, as far as anybody can see: 5 of 50 do.
    assert wrong(HEALTHY, {"healthy"}) <= Counter(walk=5)


def test_misses() -> None:
    # Where use jumps by 4% of the limit a turn, a fall looks like a compression: 1 of 42 is missed.
    assert wrong(SICK, {"failing", "critical"}) <= Counter(noisy_growth=1)
