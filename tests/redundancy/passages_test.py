"""Passages as a reader sees them: where they are, of what kind, and which lines can go."""

from __future__ import annotations

import pytest

from tests.redundancy.texts import found, shown

RULE = "Run the complete integration suite before publishing any release candidate."
OTHER = "Keep credentials in the vault and rotate them whenever somebody leaves."


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        pytest.param(RULE, RULE, "b.md:1-1 <- a.md:1-1 exact", id="a line"),
        pytest.param(
            f"# One\n\n- {RULE}\n- {OTHER}\n",
            f"text\n\n1. {RULE}\n2. {OTHER}\n",
            "b.md:3-4 <- a.md:3-4 near",
            id="numbered items of a list",
        ),
        pytest.param(f"- {RULE}", f"* **{RULE}**", "b.md:1-1 <- a.md:1-1 exact", id="marks"),
        pytest.param(f"## {RULE}", f"#### {RULE}", "b.md:1-1 <- a.md:1-1 exact", id="heading"),
        pytest.param(
            RULE,
            RULE.replace(" suite before", "\nsuite before"),
            "b.md:1-2 <- a.md:1-1 exact",
            id="wrapped",
        ),
        pytest.param(
            RULE,
            RULE.replace("complete", "whole"),
            "b.md:1-1 <- a.md:1-1 near",
            id="a word is another",
        ),
        pytest.param(
            f"- {RULE}",
            "- Before publishing any release candidate, run the complete suite for integration.",
            "b.md:1-1 <- a.md:1-1 reworded",
            id="other words in another order",
        ),
        pytest.param(
            f"{RULE} {OTHER}",
            f"{OTHER} {RULE}",
            "b.md:1-1 <- a.md:1-1 reworded",
            id="two sentences in another order",
        ),
        pytest.param(
            "---\nname: x\n---\n" + RULE, RULE, "b.md:1-1 <- a.md:4-4 exact", id="lines count all"
        ),
    ],
)
def test_what_is_found(first: str, again: str, expected: str) -> None:
    assert [shown(one) for one in found({"a.md": first, "b.md": again})] == [expected]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(RULE, OTHER, id="another rule"),
        pytest.param("Run the tests.", "Run the tests.", id="short"),
        pytest.param("## Commands\n\n- a", "## Commands\n\n- b", id="headings"),
        pytest.param(
            "---\ndescription: use it for every release of the web shop\n---\n" * 1,
            "---\ndescription: use it for every release of the web shop\n---\n" * 1,
            id="front matter",
        ),
        pytest.param(f"<!-- {RULE} -->", f"<!-- {RULE} -->", id="comments"),
        pytest.param(
            "```sh\nmake build publish target=staging region=north verbose=1\n```",
            "```sh\nmake build publish target=staging region=south verbose=1\n```",
            id="commands of one template",
        ),
    ],
)
def test_what_is_not_found(first: str, again: str) -> None:
    assert found({"a.md": first, "b.md": again}) == []


def test_a_text_repeats_itself() -> None:
    text = f"{RULE}\n\n{OTHER}\n\n{RULE}\n"
    assert [shown(one) for one in found({"a.md": text})] == ["a.md:5-5 <- a.md:1-1 exact"]


def test_long_commands_are_found() -> None:
    lines = [
        f"curl --request POST https://example.com/{n}/deploy --data '@{n}.json'" for n in "abcd"
    ]
    code = "\n".join(("```sh", *lines, "```"))
    assert [shown(one) for one in found({"a.md": code, "b.md": f"x\n\n{code}"})] == [
        "b.md:4-7 <- a.md:2-5 exact"
    ]


def test_a_passage_has_its_heading_and_what_differs() -> None:
    text = RULE.replace("complete", "whole")
    (one,) = found({"a.md": f"# Release\n\n{RULE}", "b.md": f"# A\n\n## B\n\n{text}"})
    assert (one.passage.first.heading, one.passage.again.heading) == ("Release", "B")
    assert (one.passage.before, one.passage.after) == (("complete",), ("whole",))
    assert one.gone == {5}


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(f"Always {RULE.lower()}", f"Never {RULE.lower()}", id="never"),
        pytest.param(f"Never {RULE.lower()}", RULE, id="without never"),
        pytest.param(
            "You should put a regression test beside every bug that you have mended.",
            "You must put a regression test beside every bug that you have mended.",
            id="must",
        ),
        pytest.param(
            "Prefer composition functions over stateful classes in all our packages",
            "Prefer stateful classes over composition functions in all our packages",
            id="turned round",
        ),
    ],
)
def test_a_line_that_says_otherwise_stays(first: str, again: str) -> None:
    (one,) = found({"a.md": first, "b.md": again})
    assert one.passage.opposed == (1,)
    assert one.gone == set()


def test_a_word_far_from_what_matches_turns_nothing() -> None:
    addition = "A rule like this one does not come from nowhere, it was once forgotten."
    (one,) = found({"a.md": f"{RULE} {addition}", "b.md": RULE})
    assert one.passage.opposed == ()
    assert one.gone == {1}


def test_a_foreign_line_in_a_passage_stays() -> None:
    again = f"- {RULE}\n- Nobody has written this line down anywhere else so far.\n- {OTHER}"
    (one,) = found({"a.md": f"- {RULE}\n- {OTHER}", "b.md": again})
    assert shown(one) == "b.md:1-3 <- a.md:1-2 near"
    assert one.gone == {1, 3}


def test_blank_lines_between_go_too() -> None:
    text = f"{RULE}\n\n{OTHER}\n"
    (one,) = found({"a.md": text, "b.md": f"new\n\n{text}"})
    assert one.gone == {3, 4, 5}


def test_a_part_of_a_line_goes_nowhere() -> None:
    long = f"{RULE} This sentence is new, and so is the one that follows it here. {OTHER[:4]}"
    (one,) = found({"a.md": RULE, "b.md": f"{long} None of this has been said before."})
    assert one.gone == set()
