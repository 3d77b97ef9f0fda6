"""Count parts of files, and remember the counts by the blob, so that it need not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.blobs import blob_id
from ctxtally.tokens.cache import cache_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.survey.measure import Meter

# The number says by which rules lines are taken out of a text.
_PARTS = "parts@1"


class Parts:
    """The counts of parts of some files, named by their paths; `oids` are their blobs."""

    def __init__(self, meter: Meter, object_format: str, oids: Mapping[str, str]) -> None:
        self._cache = meter.cache
        self._counter = meter.counter
        self._format = object_format
        self._oids = oids
        self._fresh: dict[str, int] = {}

    def __call__(self, path: str, part: str, count: Callable[[], int]) -> int:
        """Return how many tokens a part of a file has; `count` is asked where that is not known."""
        oid = blob_id(f"{self._oids[path]} {part}".encode("ascii"), self._format)
        found = self._cache.find(self._key, [oid]).get(oid)
        if found is None:
            found = self._fresh[oid] = count()
        return found

    def keep(self) -> None:
        """Remember what was counted last."""
        self._cache.add(self._key, self._fresh)

    @property
    def _key(self) -> str:
        return f"{cache_key(self._counter)}+{_PARTS}"
