"""What repetition costs: what is predicted is what a recount gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.model.redundancy import AllowedPair, Repeated, RepeatedSet
from ctxtally.redundancy.measuring import Costs, together, without
from ctxtally.redundancy.windows import Window, compared
from ctxtally.redundancy.words import Lexicon
from ctxtally.tokens.counters import counter
from tests.redundancy.texts import read

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = counter().count
RULES = [
    "Run the complete integration suite before publishing any release candidate.",
    "Keep credentials in the vault and rotate them whenever somebody leaves.",
    "Describe every migration in the changelog with the words of our customers.",
    "Restart the payment simulator once the gateway has refused an invoice twice.",
]
LINES = st.lists(
    st.sampled_from([*(f"- {rule}" for rule in RULES), "", "# Title", "text"]), max_size=12
)


def costs(texts: dict[str, str], pairs: tuple[AllowedPair, ...] = ()) -> tuple[RepeatedSet, Costs]:
    lexicon = Lexicon()
    known = read(texts, lexicon)
    window = Window(name="all", base=tuple(range(len(known))))
    costs = Costs(known, pairs, COUNT, {})
    ((_, each),) = compared(known, [window], lexicon)
    return costs.measured("all", [costs.judged(at, repeats) for at, repeats in each]), costs


def test_a_set() -> None:
    text = f"{RULES[0]}\n\n{RULES[1]}\n"
    found, _ = costs({"a.md": text, "b.md": f"# New\n\n{RULES[1]}\n"})
    saved = COUNT(f"# New\n\n{RULES[1]}\n") - COUNT("# New\n\n")
    assert found.files == (
        Repeated(path="a.md", tokens=COUNT(text), redundant=0),
        Repeated(path="b.md", tokens=COUNT(f"# New\n\n{RULES[1]}\n"), redundant=saved),
    )
    assert found.ratio == pytest.approx(saved / found.tokens)


def test_nothing_has_no_ratio() -> None:
    assert RepeatedSet(name="none", files=()).ratio == 0


@settings(max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=4))
def test_the_predicted_saving_is_what_a_recount_gives(documents: list[list[str]]) -> None:
    texts = {f"{at}.md": "\n".join(lines) for at, lines in enumerate(documents)}
    lexicon = Lexicon()
    known = read(texts, lexicon)
    window = Window(name="all", base=tuple(range(len(known))))
    ((_, each),) = compared(known, [window], lexicon)
    pure = Costs(known, (), COUNT, {})
    judged = [pure.judged(at, repeats) for at, repeats in each]
    predicted = pure.measured("all", judged).redundant
    left = {one.text.path: without(one.text.lines, one.gone) for one in judged}
    assert predicted == sum(COUNT(texts[path]) - COUNT(left[path]) for path in texts)
    said = [rule for text in texts.values() for rule in RULES if rule in text]
    kept = [rule for text in left.values() for rule in RULES if rule in text]
    assert sorted(set(said)) == sorted(set(kept)), "what was said once is still said"


def test_what_is_allowed_is_said_apart() -> None:
    pair = AllowedPair(one="a.md", other="b.md", reason="two readers")
    text = f"{RULES[0]}\n"
    found, pure = costs({"a.md": text, "b.md": text}, (pair,))
    assert (found.redundant, found.allowed) == (0, COUNT(text) - COUNT(""))
    assert pure.marks == ()


def test_a_text_of_two_windows_loses_what_goes_in_either() -> None:
    lexicon = Lexicon()
    texts = {"a.md": RULES[0], "b.md": RULES[1], "c.md": f"{RULES[0]}\n{RULES[1]}\n{RULES[2]}"}
    known = read(texts, lexicon)
    windows = [Window(name="x", base=(0, 2)), Window(name="y", base=(1, 2))]
    pure = Costs(known, (), COUNT, {})
    judged = [
        pure.judged(at, repeats)
        for _, each in compared(known, windows, lexicon)
        for at, repeats in each
    ]
    (c,) = (one for one in together(judged) if one.text.path == "c.md")
    assert c.gone == {1, 2}
    assert len(c.passages) == 2
    assert [one.text.path for one in together(judged)] == ["a.md", "c.md", "b.md"]


def test_what_is_kept_is_not_counted_again() -> None:
    texts = {"a.md": f"{RULES[0]}\n", "b.md": f"{RULES[0]}\n{RULES[1]}\n"}
    lexicon = Lexicon()
    known = read(texts, lexicon)
    window = Window(name="all", base=(0, 1))
    asked: dict[tuple[str, str], int] = {}

    def kept(path: str, part: str, count: Callable[[], int]) -> int:
        return asked.setdefault((path, part), count())

    pure = Costs(known, (), COUNT, {}, kept)
    ((_, each),) = compared(known, [window], lexicon)
    measured = pure.measured("all", [pure.judged(at, repeats) for at, repeats in each])
    assert asked == {
        ("b.md", "only 1"): COUNT(f"{RULES[0]}\n"),
        ("b.md", "without 1"): COUNT(f"{RULES[1]}\n"),
    }
    asked = dict.fromkeys(asked, 1)
    (passage,) = pure.judged(*each[1]).passages
    assert (passage.tokens, passage.saved) == (1, 1)
    assert measured.redundant == COUNT(texts["b.md"]) - COUNT(f"{RULES[1]}\n")
