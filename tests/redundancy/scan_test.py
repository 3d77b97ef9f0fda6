"""What of a text is read, as which blocks, on which lines."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.redundancy.scan import Scanned, scan
from ctxtally.redundancy.words import Lexicon


def told(text: str) -> list[str]:
    """Return `line: words`, for each line that has any."""
    lexicon = Lexicon()
    scanned = scan(text.split("\n"), lexicon)
    spelled = [lexicon.spellings[one] for one in scanned.words]
    pairs = groupby(zip(scanned.lines, spelled, strict=True), key=lambda pair: pair[0])
    return [f"{line}: {' '.join(word for _, word in each)}" for line, each in pairs]


def blocks(text: str) -> list[str]:
    lexicon = Lexicon()
    scanned = scan(text.split("\n"), lexicon)
    return [
        f"{one.kind}: {' '.join(lexicon.spellings[n] for n in scanned.words[one.start : one.end])}"
        for one in scanned.blocks
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n\nthree", ["1: one", "2: two", "4: three"], id="lines"),
        pytest.param("# One #\ntext", ["1: one", "2: text"], id="heading"),
        pytest.param("#hashtag", ["1: hashtag"], id="no heading"),
        pytest.param("- one\n- two", ["1: one", "2: two"], id="items"),
        pytest.param("| a | b |\n| --- | --- |", ["1: a b"], id="table"),
        pytest.param("```sh\nmake test\n```\nend", ["2: make test", "4: end"], id="fence"),
        pytest.param("- ```\n  make\n  ```", ["2: make"], id="fence of an item"),
        pytest.param("```\n~~~\nmake", ["3: make"], id="fence without an end"),
        pytest.param("````\n```\nmake\n````\nend", ["3: make", "5: end"], id="longer fence"),
        pytest.param("---\nname: x\n", ["2: name x"], id="front matter without an end"),
        pytest.param("text\n---\nmore", ["1: text", "3: more"], id="a rule"),
        pytest.param(
            "see [the guide](a.md) now", ["1: see the guide now"], id="link in a sentence"
        ),
        pytest.param("- [the guide](a.md)", ["1: the guide"], id="item that is a link"),
        pytest.param("mail me@example.com", ["1: mail me example com"], id="address"),
        pytest.param(
            "Copyright law matters here", ["1: copyright law matters here"], id="no notice"
        ),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_is_read(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\nname: x\ndescription: y\n---\n", id="front matter"),
        pytest.param("---\nname: x\n...\n", id="front matter that ends with dots"),
        pytest.param("<!-- a comment -->", id="comment"),
        pytest.param("<!-- a\ncomment\n\nof lines -->", id="comment of several lines"),
        pytest.param("<!-- never ended", id="comment without an end"),
        pytest.param("![a picture](x.png)", id="image"),
        pytest.param("[![build](a.svg)](https://example.com)", id="badge"),
        pytest.param("[the guide](docs/guide.md)", id="line that is only a link"),
        pytest.param("- [Build](#build)\n- [Test](#test)", id="contents"),
        pytest.param("| [Build](#build) | [Test](#test) |", id="contents as a table"),
        pytest.param("@docs/build.md\n- @docs/test.md", id="imports"),
        pytest.param("Copyright (c) 2026 Somebody\nAll rights reserved.", id="copyright"),
        pytest.param("SPDX-License-Identifier: MIT", id="SPDX"),
        pytest.param(
            "text of a notice\nLicensed under the Apache License, Version 2.0", id="Apache"
        ),
    ],
)
def test_what_is_never_repeated(text: str) -> None:
    assert told(text) == []
    assert told(f"{text}\n\nend" if not text.endswith("ended") else text)[-1:] in (
        [],
        [f"{text.count(chr(10)) + 3}: end"],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one\ntwo\n\nthree", ["paragraph: one two", "paragraph: three"], id="two"),
        pytest.param("- a\n  b\n- c", ["item: a b", "item: c"], id="items"),
        pytest.param("1. a\n2) b", ["item: 1 a", "item: 2 b"], id="numbered"),
        pytest.param("text\n- a", ["paragraph: text", "item: a"], id="list behind text"),
        pytest.param("# H\n| a |\ntext", ["heading: h", "row: a", "paragraph: text"], id="row"),
        pytest.param("~~~\na\n\nb\n~~~", ["code: a b"], id="code"),
        pytest.param("a\n<!-- x -->\nb", ["paragraph: a", "paragraph: b"], id="comment between"),
    ],
)
def test_blocks(text: str, expected: list[str]) -> None:
    assert blocks(text) == expected


def test_headings_and_comments_have_their_lines() -> None:
    scanned = scan(["# One", "", "<!-- a", "b -->", "## Two: `x`", ""], Lexicon())
    assert scanned.headings == ((1, "One"), (5, "Two: `x`"))
    assert scanned.comments == ((3, 4, "<!-- a b -->"),)


@given(st.text(alphabet="ab \n#-*`~|<!>[](@)1.", max_size=60))
def test_any_text_is_read(text: str) -> None:
    scanned: Scanned = scan(text.split("\n"), Lexicon())
    assert len(scanned.words) == len(scanned.lines) == len(scanned.fenced)
    assert list(scanned.lines) == sorted(scanned.lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in scanned.lines)
    ends = [edge for one in scanned.blocks for edge in (one.start, one.end)]
    assert ends == sorted(ends), "blocks follow each other"
    assert sum(one.end - one.start for one in scanned.blocks) == len(scanned.words)
