"""Takes over what transcripts tell whenever a hook runs, once somebody has asked for it at all."""

from __future__ import annotations

import os
from contextlib import suppress

from ctxtally.errors import UserError

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.adapters.git import Place


def catch_up(place: Place) -> None:
    """Log new responses where `ctxtally usage sync` was ever run here.

    Agents take their transcripts away after some weeks. What goes wrong is left to the command.
    """
    if not os.path.exists(os.path.join(place.state_dir, "transcripts.db")):
        return
    from ctxtally.survey.basics import basics
    from ctxtally.survey.transcripts import Wanted, sync

    with suppress(UserError):
        sync(place, Wanted(), basics(place).ledger, patience=0.0)
