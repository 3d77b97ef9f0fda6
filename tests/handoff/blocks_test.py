from __future__ import annotations

import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ctxtally.handoff.blocks import block_lines, checksum, is_whole, woven
from tests.support.data import DEV, needs_dev

BODY = ["Data from git.", "", "## GIT STATUS", "`main` at `1234567`.", "", "## TESTS RUN", "None."]
NEXT = ["Data from git.", "", "## GIT STATUS", "`main` at `89abcde`."]
BLOCK = "".join(f"{line}\n" for line in block_lines(BODY))
NEW = "".join(f"{line}\n" for line in block_lines(NEXT))
ABOVE = (
    "# CURRENT SESSION\n\n## NEXT PRIORITY TASKS\n1. mine\n\n## NOTES FOR NEXT SESSION\n- note\n\n"
)
BELOW = "\nbelow\n"
BEGIN, END = block_lines(BODY)[0], block_lines(BODY)[-1]
MARKERS = re.compile(r"^<!-- handoff:auto:(begin|end)", re.MULTILINE)


def weave(text: str, body: list[str] = NEXT, written: list[str] = BODY) -> str:
    return woven(text, body, written)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", NEW, id="empty"),
        pytest.param("mine\n", "mine\n\n" + NEW, id="no markers"),
        pytest.param("mine", "mine\n\n" + NEW, id="no markers and no last line end"),
        pytest.param("mine\n\n", "mine\n\n" + NEW, id="a blank line is there"),
        pytest.param(ABOVE + BLOCK + BELOW, ABOVE + NEW + BELOW, id="one block"),
        pytest.param(BLOCK + "end", NEW + "end", id="no last line end below"),
        pytest.param(ABOVE + BLOCK.rstrip("\n"), ABOVE + NEW, id="cut at the end marker"),
        pytest.param("\ufeff" + BLOCK, "\ufeff" + NEW, id="byte-order mark before the marker"),
        pytest.param("\ufeffx\n" + BLOCK, "\ufeffx\n" + NEW, id="byte-order mark"),
        pytest.param("a\x0cb\u2028c\n" + BLOCK, "a\x0cb\u2028c\n" + NEW, id="odd line ends"),
        pytest.param(
            (ABOVE + BLOCK).replace("\n", "\r\n"), (ABOVE + NEW).replace("\n", "\r\n"), id="CRLF"
        ),
        pytest.param("a\r\nb\n" + BLOCK, "a\r\nb\n" + NEW, id="mixed line ends"),
        pytest.param(ABOVE + BLOCK + BELOW + BLOCK, ABOVE + NEW + BELOW, id="two blocks"),
        pytest.param(
            ABOVE + BLOCK + BELOW + NEW + "x\n", ABOVE + NEW + BELOW + "x\n", id="old and new"
        ),
        pytest.param(
            ABOVE + BLOCK.replace(END + "\n", "") + BELOW, ABOVE + NEW + BELOW, id="no end"
        ),
        pytest.param(
            ABOVE + BLOCK.replace(BEGIN + "\n", "") + BELOW, ABOVE + NEW + BELOW, id="no beginning"
        ),
        pytest.param(
            ABOVE + BEGIN + "\n" + BLOCK + BELOW, ABOVE + NEW + BELOW, id="two beginnings"
        ),
        pytest.param(ABOVE + BLOCK + END + "\n" + BELOW, ABOVE + NEW + BELOW, id="two ends"),
        pytest.param(
            ABOVE + BLOCK.replace("begin v=1", "start v=1") + BELOW,
            ABOVE + BEGIN.replace("begin v=1", "start v=1") + "\n" + NEW + BELOW,
            id="a renamed beginning is text of people",
        ),
        pytest.param(
            ABOVE + BLOCK.replace("`main` at `1234567`.\n", "`main` at `1234567`.\nmine, inside\n"),
            ABOVE.replace("- note\n", "- note\nmine, inside\n") + NEW,
            id="a line in the block",
        ),
        pytest.param(
            "x\n" + BLOCK.replace("## TESTS RUN\n", "one\n\ntwo\n## TESTS RUN\n"),
            "x\n" + NEW + "\n## NOTES FOR NEXT SESSION\n\none\n\ntwo\n",
            id="lines in the block of a file without notes",
        ),
        pytest.param(
            BLOCK.replace("`main`", "`mine`").replace("None.", "All."),
            NEW + "\n## NOTES FOR NEXT SESSION\n\n`mine` at `1234567`.\nAll.\n",
            id="our lines changed",
        ),
        pytest.param(
            BLOCK + "## Notes for next session\n- a\n\n## Else\n",
            NEW + "## Notes for next session\n- a\n\n## Else\n",
            id="notes below",
        ),
        pytest.param(
            BLOCK.replace("None.", "All.") + "## Notes for next session\n- a\n\n## Else\n",
            NEW + "## Notes for next session\n- a\nAll.\n\n## Else\n",
            id="a line goes into the notes below",
        ),
    ],
)
def test_what_becomes_of_a_file(text: str, expected: str) -> None:
    assert weave(text) == expected
    assert weave(expected, NEXT, NEXT) == expected, "a second time nothing changes"


def test_a_block_that_was_not_written_here_is_known_by_its_checksum() -> None:
    assert weave(ABOVE + BLOCK + BELOW, NEXT, []) == ABOVE + NEW + BELOW


def test_a_foreign_block_keeps_what_may_be_text_of_people() -> None:
    text = "<!-- handoff:auto:begin v=1 id=00000000 -->\nwhose?\n<!-- handoff:auto:end -->\n"
    assert weave(text, NEXT, []) == NEW + "\n## NOTES FOR NEXT SESSION\n\nwhose?\n"


def test_lines_of_a_block_that_is_not_remembered() -> None:
    """The checksum tells which run of lines somebody wrote into it."""
    text = BLOCK.replace("## TESTS RUN\n", "mine\n\nmine too\n## TESTS RUN\n")
    assert weave(text, NEXT, []) == NEW + "\n## NOTES FOR NEXT SESSION\n\nmine\n\nmine too\n"


def test_a_merge_with_both_sides_kept() -> None:
    """What `merge=union` makes of two changed blocks: two beginnings, a note inside, one end."""
    text = ABOVE + BLOCK.replace(END + "\n", "") + NEW.replace("89abcde`.\n", "89abcde`.\nmine\n")
    other = ["x"]
    (new,) = ("".join(f"{line}\n" for line in block_lines(other)),)
    assert weave(text, other) == ABOVE.replace("- note\n", "- note\nmine\n") + new


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BLOCK, checksum(BODY)),
        (ABOVE + BLOCK.replace("\n", "\r\n") + BELOW, checksum(BODY)),
        (BLOCK.replace("None.", "All."), None),
        (BLOCK + BLOCK, None),
        (ABOVE, None),
    ],
)
def test_is_whole(text: str, expected: str | None) -> None:
    assert is_whole(text) == expected


PIECES = st.one_of(
    st.integers(min_value=0, max_value=10**9).map(lambda number: f"human {number}"),
    st.sampled_from(
        [BEGIN, END, "<!-- handoff:auto:begin -->", "<!-- handoff:auto:end id=12345678 -->",
         "## NOTES FOR NEXT SESSION", "## TESTS RUN", "", "```", "x\ufeff", "`main` at `1234567`."]
    ),
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=200)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), PIECES, ENDS), max_size=8),
    cuts=st.lists(st.floats(0, 1), max_size=3),
    form=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)
@example(edits=[(0.5, END, "\n")], cuts=[], form=(False, False, True, True))
def test_no_word_of_people_is_ever_lost(
    edits: list[tuple[float, str, str]],
    cuts: list[float],
    form: tuple[bool, bool, bool, bool],
) -> None:
    """Two hundred times, lines are written and taken away anywhere, markers among them."""
    crlf, mark, last, remembered = form
    text = ABOVE + BLOCK + BELOW
    if crlf:
        text = text.replace("\n", "\r\n")
    lines = text.splitlines(keepends=True)
    for where in cuts:
        del lines[int(where * (len(lines) - 1))]
    for where, piece, end in edits:
        lines.insert(int(where * len(lines)), piece + end)
    text = ("\ufeff" if mark else "") + "".join(lines)
    if not last:
        text = text.rstrip("\r\n")
    ours = {*BODY, *NEXT}
    human = [
        line
        for line in re.split(r"\r?\n", text.removeprefix("\ufeff"))
        if line.strip() and line not in ours and not MARKERS.match(line)
    ]

    written = BODY if remembered else []
    once = weave(text, NEXT, written)
    kept = re.split(r"\r?\n", once.removeprefix("\ufeff"))
    for line in human:
        assert kept.count(line) >= human.count(line), line
    assert once.startswith("\ufeff") == mark
    assert MARKERS.findall(once.removeprefix("\ufeff")) == ["begin", "end"]
    assert is_whole(once) == checksum(NEXT)
    assert weave(once, NEXT, NEXT) == once


@settings(max_examples=200)
@given(
    above=st.text(alphabet="ab#-` \r\n\t\u00e9", max_size=60),
    below=st.text(alphabet="ab#-` \r\n\t\u00e9", max_size=60),
)
def test_every_byte_around_the_block_stays(above: str, below: str) -> None:
    if above and not above.endswith("\n"):
        above += "\n"
    text = above + BLOCK + below
    end = "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"
    assert weave(text) == above + NEW.replace("\n", end) + below


@needs_dev
def test_a_real_file_without_markers_is_kept() -> None:
    source = DEV / "handoff" / "haproxy-translate" / "CURRENT_SESSION.md"
    text = source.read_bytes().decode("utf-8")
    once = weave(text, NEXT, [])
    assert once.startswith(text)
    assert once == text + ("" if text.endswith("\n") else "\n") + "\n" + NEW
    assert weave(once, NEXT, NEXT) == once
    chosen = random.Random(7)  # noqa: S311 - no secret
    lines = once.splitlines(keepends=True)
    for number in range(20):
        lines.insert(chosen.randrange(len(lines)), f"edit {number}\n")
    again = weave("".join(lines), BODY, NEXT)
    assert all(again.count(f"edit {number}\n") == 1 for number in range(20))
