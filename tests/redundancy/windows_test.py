"""What is compared with what: the base of a window, and its members one at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctxtally.redundancy.windows import Window, apart, compared, everything
from ctxtally.redundancy.words import Lexicon
from tests.redundancy.texts import read, shown

RULE = "Run the complete integration suite before publishing any release candidate."
OTHER = "Keep credentials in the vault and rotate them whenever somebody leaves."
TEXTS = {
    name: f"{name}\n{rule}\n" for name, rule in zip("abcd", (RULE, OTHER, RULE, OTHER), strict=True)
}


def passages(*windows: Window) -> dict[str, list[str]]:
    lexicon = Lexicon()
    return {
        window.name: [shown(one) for _, repeats in each for one in repeats]
        for window, each in compared(read(TEXTS, lexicon), windows, lexicon)
    }


def test_the_base_is_compared_in_its_order() -> None:
    window = Window(name="all", base=(2, 3, 0, 1))
    assert passages(window)["all"] == ["a:2-2 <- c:2-2 exact", "b:2-2 <- d:2-2 exact"]


def test_members_are_compared_with_the_base_and_not_with_each_other() -> None:
    window = Window(name="all", base=(0,), members=(1, 2, 3))
    assert passages(window)["all"] == ["c:2-2 <- a:2-2 exact"]


def test_windows_do_not_see_each_other() -> None:
    one, two = Window(name="one", base=(0, 1)), Window(name="two", base=(2, 3))
    both = Window(name="both", base=(0, 2))
    assert passages(one, two, both) == {"one": [], "two": [], "both": ["c:2-2 <- a:2-2 exact"]}


@given(st.lists(st.lists(st.integers(0, 3), unique=True), min_size=1, max_size=5))
def test_shared_work_changes_nothing(bases: list[list[int]]) -> None:
    windows = [Window(name=str(at), base=tuple(base)) for at, base in enumerate(bases)]
    together = passages(*windows)
    assert together == {one.name: passages(one)[one.name] for one in windows}


def far(*windows: Window) -> list[str]:
    lexicon = Lexicon()
    texts = read(TEXTS, lexicon)
    return [
        shown(one)
        for whole in everything(texts, windows)
        for _, each in compared(texts, [whole], lexicon)
        for _, repeats in apart(texts, windows, each)
        for one in repeats
    ]


def test_copies_in_two_windows_are_apart() -> None:
    assert far(Window(name="one", base=(0, 1)), Window(name="two", base=(2, 3))) == [
        "c:2-2 <- a:2-2 exact",
        "d:2-2 <- b:2-2 exact",
    ]


def test_members_are_apart_from_each_other() -> None:
    assert far(Window(name="one", base=(0,), members=(1, 2, 3))) == ["d:2-2 <- b:2-2 exact"]


def test_one_window_has_nothing_apart() -> None:
    assert far(Window(name="one", base=(0, 1, 2, 3))) == []
