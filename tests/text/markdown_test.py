from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.text.inline import HIDDEN
from ctxtally.text.markdown import headings, outside_backticks, prose, without_block_comments
from tests.support.timing import hold


def shown(text: str) -> str:
    return prose(text).replace(HIDDEN, ".")


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        pytest.param("plain @x", "plain @x", id="plain"),
        pytest.param("# @x", "..@x", id="heading"),
        pytest.param("- @x", "..@x", id="item"),
        pytest.param("12) @x", "....@x", id="numbered item"),
        pytest.param("> @x", "..@x", id="quote"),
        pytest.param("> - > @x", "......@x", id="nested"),
        pytest.param(">@x", ".@x", id="quote without a space"),
        pytest.param("-\t@x", "..@x", id="item with a tab"),
        pytest.param("a\n    @x", "a\n....@x", id="a deep line goes on with the paragraph"),
        pytest.param("a\n\n    @x", "a\n\n......", id="indented code"),
        pytest.param("\t@x", "...", id="code behind a tab"),
        pytest.param("- a\n\n  @x", "..a\n\n..@x", id="second paragraph of an item"),
        pytest.param("- a\n\n      @x", "..a\n\n........", id="indented code in an item"),
        pytest.param("-     @x", "........", id="code right in an item"),
        pytest.param("- a\nlazy", "..a\nlazy", id="lazy line of an item"),
        pytest.param("> a\nlazy", "..a\nlazy", id="lazy line of a quote"),
        pytest.param("> a\n---\nb", "..a\n...\nb", id="a break ends a quote"),
        pytest.param("a\n2. b", "a\n2. b", id="a list from two is no new block"),
        pytest.param("a\n1. b", "a\n...b", id="a list from one is"),
        pytest.param("a\n-\nb", "a\n.\nb", id="an underline, not an empty item"),
        pytest.param("a\n*\nb", "a\n*\nb", id="an empty item does not interrupt"),
        pytest.param("-\n  b", ".\n..b", id="an item that begins empty"),
        pytest.param("```\n@x\n```\nb", "...\n..\n...\nb", id="fence"),
        pytest.param("~~~ md\n@x\n```\n~~~~\nb", "......\n..\n...\n....\nb", id="tilde fence"),
        pytest.param("````\n```\n@x\n````\nb", "....\n...\n..\n....\nb", id="longer fence"),
        pytest.param("```\n@x", "...\n..", id="fence never closed"),
        pytest.param("- ```\n  @x\n  ```\n- b", ".....\n....\n.....\n..b", id="fence in an item"),
        pytest.param("- ```\n  @x\n\nb", ".....\n....\n\nb", id="an item ends its fence"),
        pytest.param("> ```\n> @x\nb", ".....\n....\nb", id="a quote ends its fence"),
        pytest.param("a\n```\n@x\n```", "a\n...\n..\n...", id="a fence interrupts"),
        pytest.param("```a`b\n@x", "```a`b\n@x", id="no backtick in the info of a fence"),
        pytest.param("```\n    ```\n@x\n```", "...\n.......\n..\n...", id="deep closing mark"),
        pytest.param("<div>\n@x\n\n@y", ".....\n..\n\n@y", id="HTML up to a blank line"),
        pytest.param("<x-y>\n@x\n\n@y", ".....\n..\n\n@y", id="any tag alone on its line"),
        pytest.param("a\n<x-y>\n@x", "a\n.....\n@x", id="such a tag within a paragraph"),
        pytest.param("<pre>\n\n@x\n</pre>\n@y", ".....\n\n..\n......\n@y", id="pre"),
        pytest.param("<!-- @x\n\n@y -->\n@z", ".......\n\n......\n@z", id="comment over lines"),
        pytest.param("<?php\n@x ?>\n@y", ".....\n.....\n@y", id="instruction"),
        pytest.param("<!DOCTYPE x>\n@y", "............\n@y", id="declaration"),
        pytest.param("<![CDATA[\n@x\n]]>\n@y", ".........\n..\n...\n@y", id="character data"),
        pytest.param("> <div>\n@x", ".......\n@x", id="a quote ends its HTML"),
        pytest.param("***\n@x", "...\n@x", id="break"),
        pytest.param("a\n===\n@x", "a\n...\n@x", id="underlined heading"),
        pytest.param("[a]: @x\n@y", ".......\n@y", id="definition"),
        pytest.param("a\n[b]: @x", "a\n[b]: @x", id="no definition within a paragraph"),
        pytest.param(">" * 40 + " @x", "." * 32 + ">" * 8 + " @x", id="bounded depth"),
    ],
)
def test_blocks(text: str, mask: str) -> None:
    assert shown(text) == mask


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        pytest.param("**@x** b", "..@x.. b", id="strong"),
        pytest.param("*a @x*", ".a @x.", id="emphasis"),
        pytest.param("_a_ __b__", ".a. ..b..", id="underscores"),
        pytest.param("~~a~~", "..a..", id="struck out"),
        pytest.param("a_b_c @x_y_z", "a_b_c @x_y_z", id="underscores within a word"),
        pytest.param("2 * 3 * 4", "2 * 3 * 4", id="stars between spaces"),
        pytest.param("**@x", "**@x", id="mark never closed"),
        pytest.param("@x**", "@x**", id="mark never opened"),
        pytest.param("a `@x` b", "a .... b", id="code"),
        pytest.param("a ``@x ` y`` b", "a .......... b", id="code with a backtick"),
        pytest.param("a `@x b", "a `@x b", id="backtick alone"),
        pytest.param(r"a \`@x` b", r"a \`@x` b", id="escaped backtick"),
        pytest.param("a `b\nc` d", "a ..\n.. d", id="code over two lines"),
        pytest.param("[@x](y) b", "....... b", id="link"),
        pytest.param(
            "[a [b](c) d](e)",
            "...............",
            id="link in a link",
        ),
        pytest.param("[**a**](b) **c**", ".......... ..c..", id="emphasis in a link"),
        pytest.param("[*a](b) c*", "....... c*", id="a mark opened in a link ends with it"),
        pytest.param("[a](b (c) 'd') e", "[a](b (c) 'd') e", id="parentheses are no title here"),
        pytest.param("[a](b 'c d') e", "............ e", id="link with a title"),
        pytest.param("[a](b(c)\\)d) e", "............ e", id="parentheses and escapes in a target"),
        pytest.param("[a](b c) d", "[a](b c) d", id="a target has no space"),
        pytest.param("[a](" + "(" * 40 + "b", "[a](" + "(" * 40 + "b", id="too many parentheses"),
        pytest.param("[a](b", "[a](b", id="target never closed"),
        pytest.param("a](b) [c] d", "a](b) [c] d", id="no link text"),
        pytest.param("a <b c='@x'> d", "a .......... d", id="tag"),
        pytest.param("a <!-- @x --> b", "a ........... b", id="comment within a line"),
        pytest.param("a <!-- @x <!-- b", "a <!-- @x <!-- b", id="comment never closed"),
        pytest.param("a <me@x.y> <http://z>", "a ........ .........."[:21], id="autolinks"),
        pytest.param("a < b > c", "a < b > c", id="no tag"),
    ],
)
def test_inline(text: str, mask: str) -> None:
    assert shown(text) == mask


@given(st.text(st.sampled_from("ab@*_~`[]()<>!-#=|:.'\"\\/ \n\t1"), max_size=80))
def test_a_mask_keeps_every_place(text: str) -> None:
    mask = prose(text)
    assert len(mask) == len(text)
    assert all(shown in (HIDDEN, char) for shown, char in zip(mask, text, strict=True))
    assert [at for at, char in enumerate(mask) if char == "\n"] == [
        at for at, char in enumerate(text) if char == "\n"
    ]


@given(st.text(st.sampled_from("a`` \n"), max_size=40))
def test_backtick_regions_are_those_of_the_expression(text: str) -> None:
    expected = re.sub(r"(`+)([\s\S]*?)\1", lambda region: re.sub(r"[^\n]", HIDDEN, region[0]), text)
    assert outside_backticks(text) == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a\n<!-- b -->\nc", "a\nc", id="a line"),
        pytest.param("<!-- b\n\nc -->\nd", "d", id="several lines"),
        pytest.param("  <!-- b -->\nd", "d", id="indented a little"),
        pytest.param("a\n<!-- b -->", "a\n", id="at the end"),
        pytest.param("<!-- a --> b\nc", " b\nc", id="what follows on the line stays"),
        pytest.param("<!-- a --><!-- b -->\nc", "c", id="two on a line"),
        pytest.param("<!-- a -->\n<!-- b -->\nc", "c", id="two lines"),
    ],
)
def test_block_comments_go(text: str, kept: str) -> None:
    assert without_block_comments(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("plain\n", id="none"),
        pytest.param("a <!-- b --> c\n", id="within a line"),
        pytest.param("```\n<!-- b -->\n```\n", id="in a fence"),
        pytest.param("a\n\n    <!-- b -->\n", id="in indented code"),
        pytest.param("- <!-- b -->\n", id="in a list"),
        pytest.param("<!-- never closed\nb\n", id="never closed"),
        pytest.param("<div>\n<!-- b -->\n</div>\n", id="within other HTML"),
    ],
)
def test_other_comments_stay(text: str) -> None:
    assert without_block_comments(text) == text


def test_headings() -> None:
    text = "# One #\ntext\n\nTwo\n---\n```\n# code\n```\n### \n#no\n- # Item"
    assert headings(text) == [("One", 7), ("Two", 21), ("", 41), ("Item", 54)]


HOSTILE = [
    pytest.param("[" * 5_000, id="brackets"),
    pytest.param("[a](" * 2_500, id="open targets"),
    pytest.param("[a](b " * 2_000 + " " * 2_000, id="targets and spaces"),
    pytest.param("[a](b '" * 2_000, id="titles"),
    pytest.param("*a _b " * 2_500, id="marks"),
    pytest.param("`" * 7_500 + "a" + "`" * 7_499, id="long runs"),
    pytest.param("".join("`" * size + " " for size in range(150, 0, -1)), id="runs that shrink"),
    pytest.param("a <!-- " * 2_500, id="comments"),
    pytest.param("<a " * 3_750, id="tags"),
    pytest.param(">" * 10_000, id="quotes"),
    pytest.param("- " * 5_000, id="items"),
    pytest.param("- - - " * 1_750 + "x", id="almost a break"),
    pytest.param(("  " * 20 + "- a\n") * 225, id="deep items"),
    pytest.param("<!-- a\n" * 1_750, id="comment lines"),
    pytest.param(" " * 10_000 + "x", id="spaces"),
    pytest.param("[" + "a\\" * 5_000, id="almost a definition"),
    pytest.param("> " * 31 + "a\n" * 3_750, id="lazy lines"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_takes_linear_time(text: str) -> None:
    def read(size: str) -> None:
        prose(size)
        outside_backticks(size)
        without_block_comments(f"{size}<!-- -->")
        headings(size)

    # Eight times the text: linear is 8, quadratic is 64.
    hold(lambda: read(text), lambda: read(text * 8), at_most=24)
