"""The folder of the handoff files: it ignores itself, and is never a link."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.errors import UserError

if TYPE_CHECKING:
    from ctxtally.adapters.git import Place

FOLDER = ".agent-handoffs"


def inside(place: Place, name: str) -> str:
    """Return the path of a file in the folder; a link on the way is a UserError."""
    path = os.path.join(place.top, FOLDER, name)
    for one, told in ((os.path.dirname(path), FOLDER), (path, f"{FOLDER}/{name}")):
        if os.path.islink(one):
            raise UserError(
                f"{told} is a symlink, so it is neither read nor written", help="take it away"
            )
    return path


def make(place: Place) -> None:
    """Make the folder where it is not there, ignored by git; raises OSError."""
    folder = os.path.join(place.top, FOLDER)
    if os.path.isdir(folder):
        return
    os.mkdir(folder, mode=0o700)
    with open(os.path.join(folder, ".gitignore"), "x", encoding="ascii", newline="\n") as file:
        file.write("*\n")
