"""A value in a file that is to become what was measured, or what follows from other values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from ctxtally.model.catalog import Claim
    from ctxtally.model.document import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """`steps` lead to the value in the document at `path`, or in its front matter."""

    path: str
    steps: Steps
    line: int
    name: str
    before: int | str
    after: int | str


def mended(path: str, claim: Claim, wanted: int | str) -> Mend:
    """Return the change of what the file at `path` states."""
    return Mend(
        path=path,
        steps=claim.steps,
        line=claim.line,
        name=claim.name,
        before=claim.value,
        after=wanted,
    )
