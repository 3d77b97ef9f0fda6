"""How a repository sorts the operations that are logged."""

from __future__ import annotations

from typing import NamedTuple


class CategoryRule(NamedTuple):
    """Operations that match one of `patterns` belong to the category `name`."""

    name: str
    patterns: tuple[str, ...]
