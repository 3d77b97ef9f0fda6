"""The profiles of this checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context.profiles import parse_profile
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from ctxtally.model.imports import Imports
    from ctxtally.model.profile import Profile

# Not profiles: the default budgets and the context windows of models.
OTHERS = {"default", "models"}


def profile_files() -> list[Path]:
    return sorted(file for file in (CHECKOUT / "budgets").glob("*.toml") if file.stem not in OTHERS)


PROFILES = tuple(parse_profile(file.read_bytes(), file.name) for file in profile_files())


def profile(agent: str) -> Profile:
    return next(one for one in PROFILES if one.agent == agent)


def grammar(agent: str) -> Imports:
    imports = profile(agent).imports
    assert imports is not None
    return imports
