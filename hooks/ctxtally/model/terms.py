"""What a request was asked for beside its model, and what that does to its price."""

from __future__ import annotations

from typing import NamedTuple

# How providers call what is nothing special: Anthropic `standard`, OpenAI `default` and `auto`,
# and the place of an answer that may come from anywhere, or of which nothing is told.
_USUAL = frozenset({"standard", "default", "auto", "global", "not_available"})


class Terms(NamedTuple):
    """Each is empty where it is as usual, else it is called as the provider calls it.

    `speed` is `fast` where that costs more, `service_tier` such as `batch`, `flex` or `priority`,
    and `inference_geo` where the answer had to be made, such as `us`.
    """

    speed: str = ""
    service_tier: str = ""
    inference_geo: str = ""


def terms(speed: str = "", service_tier: str = "", inference_geo: str = "") -> Terms:
    """Return terms without what is usual.

    >>> terms("standard", "batch", "not_available")
    Terms(speed='', service_tier='batch', inference_geo='')
    """
    return Terms(*("" if one in _USUAL else one for one in (speed, service_tier, inference_geo)))
