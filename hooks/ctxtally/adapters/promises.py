"""What was recommended before, in a state file beside the usage log."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING, Any

from ctxtally.adapters.files import replace_file
from ctxtally.adapters.json_objects import json_object
from ctxtally.model.promise import Promise
from ctxtally.model.record import asdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxtally.adapters.git import Place

# Larger than any state that is written here.
LARGEST_BYTES = 1 << 20


def load(place: Place) -> list[Promise]:
    """Return what was recommended; a file that is torn or foreign counts as none."""
    try:
        with open(_path(place), "rb") as file:
            kept = json_object(file.read(LARGEST_BYTES))
        return [_promise(one) for one in (kept or {})["promises"]]
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return []


def keep(place: Place, promises: Iterable[Promise]) -> bool:
    """Remember what is recommended; say whether that could be done."""
    kept = {"promises": [asdict(one) for one in promises]}
    return replace_file(_path(place), json.dumps(kept).encode("ascii"))


def _path(place: Place) -> str:
    return os.path.join(place.state_dir, "recommended.json")


def _promise(kept: dict[str, Any]) -> Promise:
    return Promise(
        path=_text(kept["path"]),
        day=date.fromisoformat(_text(kept["day"])).isoformat(),
        tokens=int(kept["tokens"]),
        before=int(kept["before"]),
        now=int(kept["now"]),
        done=kept["done"] and date.fromisoformat(_text(kept["done"])).isoformat(),
    )


def _text(kept: object) -> str:
    if not isinstance(kept, str):
        raise TypeError("not a text")
    return kept
