"""Settings files of agents: read, changed and put back as they were."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import replace_file, swap
from ctxtally.errors import UserError

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.setup import Change

LARGEST_BYTES = 1 << 20


def read(path: str, shown: str) -> str | None:
    """Return the text of a settings file, `None` where there is none; no link is followed."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise UserError(
                f"{shown} is no regular file, so it is not changed", help="change it by hand"
            )
        with open(path, "rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{shown} cannot be read: {error.strerror}", help="mend it") from error
    if len(raw) > LARGEST_BYTES:
        raise UserError(f"{shown} has more than {LARGEST_BYTES:,} bytes", help="mend it")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{shown} is not UTF-8", help="save it as UTF-8") from None


def carry_out(place: Place, change: Change) -> None:
    """Write or remove a file, and remember what it was."""
    path = os.path.join(place.top, *change.path.split("/"))
    kept = _kept(place)
    try:
        if change.after is None:
            os.unlink(path)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else 0o666
            swap(path, change.after.encode("utf-8"), mode=mode)
    except OSError as error:
        raise UserError(
            f"{change.path} cannot be written: {error.strerror}", help="write it by hand"
        ) from error
    after = _named(change.after)
    # A second time must not make what we wrote the first time the text to go back to.
    before = kept[change.path][0] if _is_ours(kept, change) else change.before
    kept[change.path] = [before, after]
    # For their owner only, whatever the settings allow: they may hold tokens.
    with suppress(OSError):  # none yet
        os.chmod(_path(place), 0o600)
    replace_file(_path(place), json.dumps(kept).encode("ascii"), mode=0o600)


def original(place: Place, path: str, text: str) -> tuple[bool, str | None]:
    """Say whether a file is just as we wrote it, and return what it was before."""
    before, after = _kept(place).get(path, (None, ""))
    return (True, before) if after == _named(text) else (False, None)


def _is_ours(kept: dict[str, list[str | None]], change: Change) -> bool:
    return change.path in kept and kept[change.path][1] == _named(change.before)


def _named(text: str | None) -> str:
    return "" if text is None else digest(text.encode("utf-8"))


def _kept(place: Place) -> dict[str, list[str | None]]:
    """Return text and name by path: the text before, and the name of the text that we wrote."""
    try:
        with open(_path(place), "rb") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        path: one for path, one in found.items() if isinstance(one, list) and len(one) == len("12")
    }


def _path(place: Place) -> str:
    return os.path.join(place.git_dir, "ctxtally", "settings.json")
