from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.catalog.anchors import reasonable
from ctxtally.model.catalog import Observed
from tests.catalog.catalogs import observed, told

PLACE = "docs/context/INDEX.yaml"


def anchor(words: str, tokens: str, gain: str = "x") -> str:
    return (
        f"root_anchor:\n  file: CLAUDE.md\n  word_count: {words}\n  token_estimate: {tokens}\n"
        f"  efficiency_gain: '{gain}'\n"
    )


SEEN = Observed(words={"CLAUDE.md": 1955}, tokens={"CLAUDE.md": 4058})


@pytest.mark.parametrize(
    ("words", "tokens", "expected"),
    [
        (
            "1843",
            "4000",
            [f"{PLACE}:3: root_anchor.word_count says 1,843; CLAUDE.md has 1,955 words"],
        ),
        (
            "1955",
            "7372",
            [f"{PLACE}:4: root_anchor.token_estimate says 7,372; CLAUDE.md has 4,058 tokens"],
        ),
    ],
)
def test_anchor_speaks(words: str, tokens: str, expected: list[str]) -> None:
    told_ = told(anchor(words, tokens), "CLAUDE.md", seen=SEEN)
    assert told_ == [f"warning[catalog-anchor]: {one}" for one in expected]


@pytest.mark.parametrize(
    ("words", "tokens", "seen"),
    [
        pytest.param("1955", "4058", SEEN, id="right"),
        pytest.param("1955", "3382", SEEN, id="a fifth below"),
        pytest.param("1955", "5072", SEEN, id="a fifth above"),
        pytest.param("1", "1", Observed(), id="not measured"),
        pytest.param("many", "some", SEEN, id="no numbers"),
        pytest.param("~2K", "~4K", SEEN, id="rounded numbers"),
        pytest.param("~", "~", SEEN, id="nothing said"),
    ],
)
def test_anchor_quiet(words: str, tokens: str, seen: Observed) -> None:
    assert told(anchor(words, tokens), "CLAUDE.md", seen=seen) == []


@pytest.mark.parametrize(
    ("gain", "exact"),
    [
        ("97.5% (8K vs 80K tokens for simple tasks)", "8K against 80K is 90.0%"),
        ("50% fewer tokens (1,000 instead of 4,000)", "1,000 against 4,000 is 75.0%"),
        ("99% (2.6k versus 17k)", "2.6k against 17k is 84.7%"),
        ("10 % (~1.0M instead of 2.0M)", "1.0M against 2.0M is 50.0%"),
    ],
)
def test_percentages_speak(gain: str, exact: str) -> None:
    assert told(anchor("1955", "4058", gain), "CLAUDE.md", seen=SEEN) == [
        (
            f"warning[catalog-percentage]: {PLACE}:5: root_anchor.efficiency_gain says"
            f' "{gain}"; {exact} less'
        )
    ]


@pytest.mark.parametrize(
    "gain",
    [
        pytest.param("90% (8K vs 80K)", id="right"),
        pytest.param("84.9% (2.6K vs 17K)", id="right within what is rounded away"),
        pytest.param("89% (8K vs 80K)", id="8K may be 8.4K"),
        pytest.param("25% (of 10 modules)", id="one number"),
        pytest.param("120% (80K vs 8K)", id="more, not less"),
        pytest.param("0% (0 vs 0)", id="nothing"),
        pytest.param("97.5% saved", id="no numbers"),
        pytest.param("100% (3 of 3 checked)", id="a count of what is done"),
    ],
)
def test_percentages_quiet(gain: str) -> None:
    assert told(anchor("1955", "4058", gain), "CLAUDE.md", seen=SEEN) == []


def test_reduction_of_a_manifest() -> None:
    text = (
        '{"skills": [{"path": "a.md"}], "optimization": {"token_reduction": "%s",\n'
        ' "original_tokens": 29588, "optimized_tokens": %s}}'
    )

    def found(token_reduction: str, optimized_tokens: str) -> list[str]:
        filled = text % (token_reduction, optimized_tokens)
        return told(filled, "a.md", path="MANIFEST.json")

    assert found("99.0%", "306") == []
    assert found("lots%", "306") == []
    assert found("99.0%", '"few"') == []
    assert found("99.0%", "654") == [
        (
            "warning[catalog-percentage]: MANIFEST.json:1: optimization.token_reduction says 99.0%;"
            " 654 against 29,588 is 97.8% less"
        )
    ]


def test_a_reduction_of_nothing_is_quiet() -> None:
    text = '{"skills": [{"path": "a.md"}], "optimization": {"token_reduction": "9%"}}'
    assert told(text, "a.md", path="MANIFEST.json") == []


CLAIMS = """\
categories:
  core:
    modules:
    - {name: a, file: a.md, estimated_tokens: 100}
    - {name: b, file: b.md, estimated_tokens: 100, dependencies: [core/a, core/gone]}
    - {name: c, file: c.md}
validation:
"""
FILES = ("a.md", "b.md", "c.md")


def claimed(claim: str, seen: Observed) -> list[str]:
    return told(f"{CLAIMS}  {claim}\n", *FILES, seen=seen, only="catalog-claim")


FRONT = observed(a_md="---\na: 1\n---\n", b_md="# b", c_md="# c")


@pytest.mark.parametrize(
    ("claim", "seen", "message"),
    [
        (
            "token_estimates_reasonable: true",
            Observed(tokens={"a.md": 120, "b.md": 121, "c.md": 9}),
            "token_estimates_reasonable says true; 1 of 2 estimates is more than 20% off",
        ),
        (
            "cross_references_accurate: true",
            Observed(),
            "cross_references_accurate says true; 1 reference to no module: line 5",
        ),
        (
            "frontmatter_complete: true",
            FRONT,
            "frontmatter_complete says true; 2 of 3 modules are without",
        ),
    ],
)
def test_claims_speak(claim: str, seen: Observed, message: str) -> None:
    assert claimed(claim, seen) == [f"warning[catalog-claim]: {PLACE}:8: validation.{message}"]


@pytest.mark.parametrize(
    ("claim", "seen"),
    [
        ("token_estimates_reasonable: true", Observed(tokens={"a.md": 120, "b.md": 80})),
        ("token_estimates_reasonable: true", Observed()),
        ("token_estimates_reasonable: false", Observed(tokens={"a.md": 500})),
        ("cross_references_accurate: false", Observed()),
        ("cross_references_accurate: 1", Observed()),
        ("frontmatter_complete: false", FRONT),
        ("frontmatter_complete: true", observed(a_md="---\na: 1\n---\n")),
    ],
)
def test_claims_quiet(claim: str, seen: Observed) -> None:
    assert claimed(claim, seen) == []


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_reasonable_is_a_fifth_either_way(stated: int, measured: int) -> None:
    # Integers decide exactly where a quotient of floats may not.
    assert reasonable(stated, measured) == (abs(measured - stated) * 5 <= stated)
