"""A large tree costs hardly more than a small one with the same context files."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from ctxtally.context.discovery import discover
from ctxtally.context.loader import Loader
from tests.context.shipped import PROFILES, profile
from tests.context.trees import made, no_links
from tests.support.data import DEV, needs_dev
from tests.support.timing import hold

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.context.trees import Made

pytestmark = pytest.mark.untraced

LARGE = 22_882
SMALL = 200

PROSE = "\n\n".join(
    f"## Part {at}\n\nSome *words* of `code` and @scope/package, " + "word " * 60
    for at in range(40)
)
CONTEXT = {
    "CLAUDE.md": PROSE + "\n\n@docs/more.md\n",
    "docs/more.md": PROSE,
    "AGENTS.md": PROSE,
    **{f"packages/p{at}/CLAUDE.md": PROSE for at in range(8)},
    **{f".claude/rules/r{at}.md": f"---\npaths: x\n---\n{PROSE}" for at in range(8)},
    **{f".claude/skills/s{at}/SKILL.md": f"---\ndescription: x\n---\n{PROSE}" for at in range(8)},
}


def grown(paths: list[str]) -> Made:
    return made({**dict.fromkeys(paths, ""), **CONTEXT})


def invented(number: int) -> list[str]:
    endings = ("ts", "tsx", "json", "md", "rs", "snap")
    return [
        f"packages/p{at % 40}/src/d{at % 200}/f{at}.{endings[at % len(endings)]}"
        for at in range(number)
    ]


def real(number: int) -> list[str]:
    with gzip.open(DEV / "trees" / "rspack.paths.tsv.gz", "rt", encoding="utf-8") as rows:
        paths = [row.rstrip("\n").split("\t")[2] for row in rows]
    return paths[:: len(paths) // number]


def load_sets(tree: Made) -> object:
    loader = Loader(profile("claude-code"), tree.entries, tree.read, len)
    return [loader.load_set(directory) for directory in loader.directories()]


@pytest.mark.parametrize(
    "paths",
    [pytest.param(invented, id="invented"), pytest.param(real, id="real", marks=needs_dev)],
)
def test_a_large_tree_costs_at_most_twice_a_small_one(paths: Callable[[int], list[str]]) -> None:
    small, large = grown(paths(SMALL)), grown(paths(LARGE))
    assert len(large.entries) >= LARGE
    assert load_sets(small) == load_sets(large)
    hold(lambda: load_sets(small), lambda: load_sets(large), at_most=2)


def test_discovery_takes_linear_time() -> None:
    def find(tree: Made) -> object:
        return discover(tree.entries, PROFILES, no_links)

    quarter, whole = grown(invented(LARGE // 4)), grown(invented(LARGE))
    hold(lambda: find(quarter), lambda: find(whole), at_most=4 * 2)
