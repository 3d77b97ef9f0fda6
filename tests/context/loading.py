"""Load sets of small trees, in words instead of tokens so that a reader can count along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context.loader import load_set
from tests.context.shipped import profile
from tests.context.trees import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.loadset import LoadSet
    from ctxtally.model.profile import Profile


def words(text: str) -> int:
    return len(text.split())


def load(
    agent: str | Profile,
    files: Mapping[str, str | bytes],
    directory: str = ".",
    links: Mapping[str, str] | None = None,
) -> LoadSet:
    tree = made(files, links)
    one = profile(agent) if isinstance(agent, str) else agent
    return load_set(one, directory, tree.entries, tree.read, words)


def order(found: LoadSet) -> list[str]:
    return [f"{file.load} {file.path}" for file in found.files]


def counted_texts(one: Profile, files: Mapping[str, str | bytes]) -> list[str]:
    """Return the texts that the model counts, in their order."""
    texts: list[str] = []

    def count(text: str) -> int:
        texts.append(text)
        return 0

    tree = made(files)
    load_set(one, ".", tree.entries, tree.read, count)
    return texts
