from __future__ import annotations

import pytest

from ctxtally.text.globs import matches, selected


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        pytest.param("CLAUDE.md", "CLAUDE.md", id="the name itself"),
        pytest.param("CLAUDE.md", "**/CLAUDE.md", id="** matches no directory too"),
        pytest.param("a/b/CLAUDE.md", "**/CLAUDE.md", id="** matches two directories"),
        pytest.param("docs/a.md", "docs/*.md", id="one star within one name"),
        pytest.param(".claude/rules/x.md", "*/rules/*.md", id="a star takes dot-names"),
        pytest.param("docs/x/y.md", "docs/**", id="final ** takes everything below"),
        pytest.param("docs/x/y.md", "docs/", id="a final slash means everything below"),
        pytest.param("docs/x/y.md", "/docs/x/?.md", id="a leading slash is the top"),
        pytest.param("docs/x.mdc", "docs/*.{md,mdc}", id="braces"),
        pytest.param("a/b/c/b/d", "a/**/b/d", id="** gives back names it took"),
        pytest.param("a/x/b", "a/**/**/b", id="doubled ** is one"),
        pytest.param("a1", "a[0-9]", id="a class"),
        pytest.param("ab", "a[!0-9]", id="a class that excludes"),
    ],
)
def test_matches(path: str, pattern: str) -> None:
    assert matches(path, pattern)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        pytest.param("docs/CLAUDE.md", "CLAUDE.md", id="anchored at the top"),
        pytest.param("docs/a/b.md", "docs/*.md", id="a star stops at a slash"),
        pytest.param("docs", "docs/**", id="** below wants at least one name"),
        pytest.param("xdocs/a.md", "docs/**", id="whole names only"),
        pytest.param("claude.md", "CLAUDE.md", id="case counts"),
        pytest.param("a/b", "a/b/c", id="the pattern goes on"),
        pytest.param("a", "{b,c}", id="no alternative fits"),
    ],
)
def test_does_not_match(path: str, pattern: str) -> None:
    assert not matches(path, pattern)


def test_too_many_alternatives_are_taken_as_they_stand() -> None:
    bomb = "{a,b}" * 20
    assert not matches("a" * 20, bomb)
    assert matches(bomb, bomb)


def test_hostile_pattern_ends() -> None:
    assert not matches("a" * 4_000 + "/" + "a" * 4_000, "*a" * 300 + "/**/" * 40 + "b")


def test_the_last_pattern_that_speaks_wins() -> None:
    patterns = ["docs/**/*.md", "!docs/old/**", "docs/old/keep.md"]
    assert selected("docs/a.md", patterns)
    assert not selected("docs/old/a.md", patterns)
    assert selected("docs/old/keep.md", patterns)
    assert not selected("src/a.md", patterns)
