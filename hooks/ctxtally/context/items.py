"""What stands in a load set while it is put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.context.opening import Opened
    from ctxtally.model.profile import Limit, Load, Profile, Unit

_HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file in the order of loading: `text` is what the agent adds, `kept` raw bytes of it.

    `fields` are those of its line in a listing, `None` for a file that is in none. `over` is the
    limit that the file is over, and `spent` what others had taken of a shared one before.
    """

    opened: Opened
    load: Load
    via: str
    text: str
    kept: int
    over: Limit | None = None
    spent: int = 0
    fields: Mapping[str, str] | None = None
    line: str = ""

    @property
    def path(self) -> str:
        return self.opened.path

    @property
    def bytes_cut(self) -> int:
        return len(self.opened.raw) - self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Amounts in the units of limits: the window behind a share, the counter behind tokens."""

    window: int
    count: Callable[[str], int]

    def amount(self, limit: Limit) -> tuple[Unit, int] | None:
        """Return the unit and amount of a limit; a share of an unknown window has none."""
        if limit.unit != "percent-of-window":
            return limit.unit, limit.value
        if not self.window:
            return None
        share = limit.value * self.window
        if limit.chars_per_token:
            return "chars", share * limit.chars_per_token // _HUNDRED
        return "tokens", share // _HUNDRED


def limits_of(profile: Profile, scope: str, row_id: str) -> list[Limit]:
    """Return the limits in force of one scope that bound a row."""
    return [
        limit
        for limit in profile.limits
        if limit.scope == scope and not limit.off and (not limit.files or row_id in limit.files)
    ]
