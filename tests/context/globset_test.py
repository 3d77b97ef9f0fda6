from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.context.globset import covering, globset, pathspecs
from ctxtally.text.globs import matches
from tests.context.shipped import PROFILES

if TYPE_CHECKING:
    from tests.support.repo import Repo


def test_the_specs_of_the_shipped_profiles() -> None:
    assert pathspecs(PROFILES) == (
        "*.goosehints",
        "*.md",
        "*.mdc",
        ".*",
        "opencode.json",
        "opencode.jsonc",
    )


def test_no_spec_has_more_than_one_star() -> None:
    assert all(spec.count("*") <= 1 for spec in pathspecs(PROFILES))


def sample(glob: str) -> list[str]:
    """Return paths that a glob names."""
    names = glob.removeprefix("**/").replace("**", "d/e").replace("*", "x")
    return [names, f"a/b/{names}"] if glob.startswith("**/") else [names]


def test_git_lists_whatever_a_glob_or_setting_names(repo: Repo) -> None:
    globs = {pattern for one in PROFILES for row in one.files for pattern in row.patterns}
    globs |= {
        pattern for one in PROFILES for row in one.files for pattern in row.anchored(row.unless)
    }
    globs |= {pattern for one in PROFILES for pattern in one.detect}
    wanted = {path for glob in globs for path in sample(glob)}
    wanted |= {setting.file for one in PROFILES for setting in one.settings}
    # Git has no file and directory of one name.
    files = {path for path in wanted if not any(other.startswith(f"{path}/") for other in wanted)}
    assert {path.split("/")[0] for path in wanted - files} == {".clinerules"}
    repo.add(dict.fromkeys([*files, "src/main.py", "a/x.txt"], "x"))
    listed = repo.git("ls-files", "--", *(f":(top){spec}" for spec in pathspecs(PROFILES)))
    assert set(listed.splitlines()) == files


PATTERNS = st.lists(
    st.sampled_from(["a", ".b", "*", "**", "*.md", "c.md", "?.txt", "[ab]"]), min_size=1, max_size=4
).map("/".join)
PATHS = st.lists(
    st.sampled_from(["a", ".b", "b", "x.md", "c.md", "x.txt", "d"]), min_size=1, max_size=4
).map("/".join)


def covered(path: str, spec: str) -> bool:
    """Say what git does: a star takes slashes too, and a directory takes what is below it."""
    return fnmatchcase(path, spec) or fnmatchcase(path, f"{spec}/*")


@given(st.lists(PATTERNS, min_size=1, max_size=4), PATHS)
def test_specs_cover_and_sieves_agree_with_the_globs(patterns: list[str], path: str) -> None:
    hits = [at for at, pattern in enumerate(patterns) if matches(path, pattern)]
    sieve = globset(patterns)
    assert list(sieve.hits(path)) == hits
    assert sieve.first(path) == (hits[0] if hits else None)
    if hits:
        assert sieve.screened([path]) == [path]
        assert any(covered(path, spec) for spec in covering(patterns))


@pytest.mark.parametrize(
    ("link", "relevant"),
    [
        (".claude", True),
        (".claude/skills", True),
        ("a/.claude/skills", True),
        (".claude/skills/one", True),
        (".claude/skills/one/docs", True),
        ("skills", False),
        (".claude/other", False),
        ("a/b", False),
    ],
)
def test_links_that_may_lead_to_what_is_wanted(link: str, *, relevant: bool) -> None:
    assert globset(["**/CLAUDE.md", "**/.claude/skills/*/SKILL.md"]).may_hold(link) is relevant


def test_what_somebody_else_wants() -> None:
    assert covering(["docs/**", "**/*.{md,mdc}", "!docs/old/**", "[ab].x", "src/*.py"]) == (
        "*.md",
        "*.mdc",
        "*.x",
        "docs",
        "src",
    )
