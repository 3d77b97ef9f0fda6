"""What is repeated on purpose: by a comment, or for a pair of files."""

from __future__ import annotations

import pytest

from ctxtally.model.redundancy import AllowedPair, Passage, Span
from ctxtally.redundancy.allowed import idle, marked, reason
from ctxtally.redundancy.words import Lexicon
from tests.redundancy.texts import read

BLOCK = "one\ntwo"


def marks(text: str) -> list[tuple[int, int, int, str]]:
    (one,) = read({"a.md": text}, Lexicon())
    return [(mark.line, mark.first, mark.last, mark.reason) for mark in marked(one)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"<!-- dup-ok: why -->\n{BLOCK}\n\nx", (1, 1, 3, "why"), id="directly above"),
        pytest.param(f"<!-- dup-ok: why -->\n\n{BLOCK}\n\nx", (1, 1, 4, "why"), id="a blank line"),
        pytest.param(f"x\n\none\n<!-- dup-ok: why -->\n{BLOCK}", (4, 3, 6, "why"), id="inside"),
        pytest.param(f"{BLOCK}\n<!-- dup-ok: why -->\n\nlast", (3, 3, 5, "why"), id="at the end"),
        pytest.param("<!-- dup-ok: why -->", (1, 1, 1, "why"), id="nothing follows"),
        pytest.param("<!-- dup-ok why -->\na", (1, 1, 2, "why"), id="no colon"),
        pytest.param("<!-- dup-ok -->\na", (1, 1, 2, ""), id="no reason"),
        pytest.param("<!--\ndup-ok: two\nlines\n-->\na", (1, 1, 5, "two lines"), id="lines"),
    ],
)
def test_what_a_comment_allows(text: str, expected: tuple[int, int, int, str]) -> None:
    assert marks(text) == [expected]


@pytest.mark.parametrize(
    "text", ["<!-- dup-okay: x -->\na", "dup-ok: x\na", "`<!-- dup-ok: x -->`"]
)
def test_what_is_no_such_comment(text: str) -> None:
    assert marks(text) == []


def passage(first: Span, again: Span) -> Passage:
    return Passage(kind="exact", first=first, again=again, similarity=1.0)


def span(path: str, first: int, last: int) -> Span:
    return Span(path=path, first_line=first, last_line=last)


@pytest.mark.parametrize(
    ("first", "again", "allowed"),
    [
        pytest.param(span("b.md", 1, 2), span("a.md", 2, 3), True, id="the later place"),
        pytest.param(span("a.md", 2, 3), span("b.md", 1, 2), True, id="the earlier place"),
        pytest.param(span("b.md", 1, 2), span("a.md", 3, 4), True, id="half of it"),
        pytest.param(span("b.md", 1, 3), span("a.md", 3, 5), False, id="less than half"),
        pytest.param(span("b.md", 2, 3), span("c.md", 2, 3), False, id="other files"),
    ],
)
def test_which_passages_a_comment_allows(first: Span, again: Span, allowed: bool) -> None:  # noqa: FBT001 - a column
    (text,) = read({"a.md": f"<!-- dup-ok: why -->\n{BLOCK}\n\nmore\n"}, Lexicon())
    found, mark = reason(passage(first, again), list(marked(text)), [])
    assert (found, mark is not None) == (("why", True) if allowed else ("", False))


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        pytest.param("skills/*/SKILL.md", "docs/**", True, id="globs"),
        pytest.param("docs/**", "skills/*/SKILL.md", True, id="the other way round"),
        pytest.param("skills/x/SKILL.md", "docs/a[1].md", True, id="names that could be globs"),
        pytest.param("skills/*/SKILL.md", "skills/*/SKILL.md", False, id="another pair"),
    ],
)
def test_which_pairs_are_allowed(one: str, other: str, allowed: bool) -> None:  # noqa: FBT001 - a column
    pair = AllowedPair(one=one, other=other, reason="installed alone")
    found = passage(span("skills/x/SKILL.md", 1, 2), span("docs/a[1].md", 1, 2))
    assert reason(found, [], [pair]) == ("installed alone" if allowed else "", None)


def test_comments_that_do_nothing_are_told() -> None:
    text = "<!-- dup-ok -->\na\n\n<!-- dup-ok: idle -->\nb\n\n<!-- dup-ok: used -->\nc\n"
    (one,) = read({"a.md": text}, Lexicon())
    found = list(marked(one))
    assert [
        (told.line, told.level, told.message, told.help) for told in idle(found, found[2:])
    ] == [
        (
            1,
            "warning",
            "`dup-ok` gives no reason, so it allows nothing",
            "write `<!-- dup-ok: why this is repeated on purpose -->`",
        ),
        (
            4,
            "warning",
            "`dup-ok` allows nothing: what it stands above is not repeated",
            "take the comment away",
        ),
    ]
