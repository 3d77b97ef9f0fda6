"""Tells how much of a usage log is about other repositories, and leaves that out where asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.analysis import Period
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.batch import Batch
    from ctxtally.model.usage import Usage

# What batches have to keep apart for this.
REPO = "repo"


class Elsewhere:
    """What `usage sync --all` and `--from` took over of other repositories, while it is passed on.

    With `left_out` it is not passed on. What is outside a period is not counted.
    """

    def __init__(self, period: Period | None = None, *, left_out: bool = False) -> None:
        self._period = period or Period()
        self._left_out = left_out
        self._responses = self._tokens = self._whole = 0

    def batches(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """Yield batches that keep `REPO` apart."""
        return (one for one in batches if self._takes(one.usage, one.times))

    def _takes(self, usage: Usage, times: int) -> bool:
        if usage.kind != "usage":
            return True
        counts = self._period.holds(usage.day)
        tokens = (usage.total or 0) if counts else 0
        self._whole += tokens
        if not usage.repo:
            return True
        self._responses += times if counts else 0
        self._tokens += tokens
        return not self._left_out

    def remarks(self) -> Iterator[str]:
        """Yield what there was of it, after everything was taken."""
        if self._responses:
            share = f" ({self._tokens / self._whole:.1%} of the tokens)" if self._whole else ""
            how = "left out, for it is of" if self._left_out else "of"
            yield f"{how} other repositories: {counted(self._responses, 'responses')}{share}"
