"""Globs as somebody wrote them, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from ctxtally.text.toml_document import Table


def globs_of(table: Table, key: str, globs: tuple[str, ...]) -> tuple[str, ...]:
    """Return globs that can match something; the first that cannot is a ConfigError."""
    for index, glob in enumerate(globs):
        odd = "\\" in glob or any(char < " " for char in glob)
        if odd or ".." in glob.removeprefix("!").split("/"):
            message = f"`{key}` cannot hold {shown(glob)}: it would match nothing"
            way_out = "globs begin at the top level and have `/` between names"
            raise table.error(message, key, index, help=way_out)
    if globs and all(glob.startswith("!") for glob in globs):
        message = f"`{key}` only takes away: each of its globs begins with `!`"
        raise table.error(message, key, help='begin with what to take, such as "**/*.md"')
    return globs
