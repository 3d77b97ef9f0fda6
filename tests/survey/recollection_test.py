"""What is kept of a comparison: found again after a change, and never believed blindly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.redundancy.windows import compared
from tests.redundancy.labelled import passages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ctxtally.redundancy.passages import Found, Text
    from ctxtally.redundancy.windows import Window
    from ctxtally.redundancy.words import Lexicon
    from tests.support.command import Run
    from tests.support.repo import Repo

FILES = passages(seed=4, documents=25, copies=1).files
WHOLE = ("redundancy", "--format", "json", "--paths", "*.md")


@pytest.fixture
def kept(repo: Repo, run: Run) -> Path:
    """Return what was kept of a first comparison."""
    repo.commit("base", FILES)
    assert run(*WHOLE).status == 0
    (path,) = (repo.root / ".git" / "ctxtally").glob("repeated-*")
    return path


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many texts were compared as a whole, each time that was done."""
    made: list[int] = []

    def counted(
        texts: Sequence[Text], windows: Sequence[Window], lexicon: Lexicon
    ) -> Iterator[tuple[Window, list[tuple[int, list[Found]]]]]:
        made.append(len(texts))
        return compared(texts, windows, lexicon)

    monkeypatch.setattr("ctxtally.survey.recollection.compared", counted)
    return made


def test_nothing_is_compared_twice(kept: Path, run: Run, comparisons: list[int]) -> None:
    first = run(*WHOLE).out
    assert comparisons == []
    kept.unlink()
    assert run(*WHOLE).out == first
    assert comparisons == [len(FILES)]


def test_after_a_change_the_answer_is_new(
    kept: Path, repo: Repo, run: Run, comparisons: list[int]
) -> None:
    copied = FILES["d003.md"].split("\n", 12)[:12]
    repo.add({"d020.md": "\n".join([FILES["d020.md"], *copied])})
    changed = run(*WHOLE).out
    assert comparisons == []
    kept.unlink()
    assert run(*WHOLE).out == changed
    assert "d003.md" in changed


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"new.md": "A new file.\n"}, id="a new file"),
        pytest.param({name: f"{text}\nend\n" for name, text in FILES.items()}, id="all of them"),
    ],
)
def test_what_is_compared_as_a_whole(
    kept: Path, repo: Repo, run: Run, comparisons: list[int], change: dict[str, str]
) -> None:
    assert kept.is_file()
    repo.add(change)
    assert run(*WHOLE).status == 0
    assert comparisons == [len({**FILES, **change})]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="torn"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:-9] + b"123456789", id="foreign"),
        pytest.param(lambda data: data.replace(b"ctxtally 1 ", b"ctxtally 1 0"), id="another key"),
    ],
)
def test_what_is_damaged_is_not_believed(
    kept: Path, run: Run, comparisons: list[int], damage: object
) -> None:
    first = run(*WHOLE).out
    kept.write_bytes(damage(kept.read_bytes()))  # type: ignore[operator] # one of the above
    assert run(*WHOLE).out == first
    assert comparisons == [len(FILES)]


def test_the_files_on_the_disk(kept: Path, repo: Repo, run: Run) -> None:
    repo.write({"d020.md": FILES["d020.md"] + FILES["d003.md"]})
    disk = run(*WHOLE, "--worktree").json["passages"]
    assert any(one["again"]["path"] == "d020.md" for one in disk)
    kept.unlink()
    assert run(*WHOLE, "--worktree").json["passages"] == disk
