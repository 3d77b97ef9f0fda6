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
    kept = (repo.root / ".git" / "ctxtally").glob("repeated-*")
    (path,) = (path for path in kept if not path.suffix)
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
        pytest.param({f"x-{name}": text for name, text in FILES.items()}, id="others"),
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


def test_files_come_and_go(kept: Path, repo: Repo, run: Run, comparisons: list[int]) -> None:
    repo.git("rm", "-q", "d003.md")
    repo.git("mv", "d004.md", "a004.md")
    repo.add({"new.md": FILES["d005.md"]})
    found = run(*WHOLE)
    assert comparisons == []
    assert [one["path"] for one in found.json["files"]] == sorted(
        {*FILES, "a004.md", "new.md"} - {"d003.md", "d004.md"}
    )
    kept.unlink()
    assert run(*WHOLE).out == found.out


def test_texts_that_are_damaged_are_not_believed(
    kept: Path, repo: Repo, run: Run, comparisons: list[int]
) -> None:
    repo.add({"d020.md": FILES["d003.md"]})
    parts = kept.with_suffix(".parts")
    parts.write_bytes(parts.read_bytes()[::-1])
    first = run(*WHOLE).out
    assert comparisons == [len(FILES)]
    kept.unlink()
    assert run(*WHOLE).out == first


def test_content_that_git_lost(kept: Path, repo: Repo, run: Run) -> None:
    assert kept.is_file()
    (kept.parent / "counts").unlink()
    for folder in (repo.root / ".git" / "objects").iterdir():
        for file in folder.iterdir() if len(folder.name) == len("ab") else ():
            file.chmod(0o600)
            file.write_bytes(b"")
    answer = run(*WHOLE)
    assert answer.status == 2
    assert answer.err == (
        'error: "d000.md": git had the content of this file before, and has it no more\n'
        "  = help: `git fsck` tells what is missing\n"
    )


def test_the_files_on_the_disk(kept: Path, repo: Repo, run: Run) -> None:
    repo.write({"d020.md": FILES["d020.md"] + FILES["d003.md"]})
    disk = run(*WHOLE, "--worktree").json["passages"]
    assert any(one["again"]["path"] == "d020.md" for one in disk)
    kept.unlink()
    assert run(*WHOLE, "--worktree").json["passages"] == disk


def test_what_was_on_the_disk_before(kept: Path, repo: Repo, run: Run) -> None:
    repo.write({"d020.md": FILES["d020.md"] + FILES["d003.md"]})
    assert kept.is_file()
    kept.unlink()
    assert run(*WHOLE, "--worktree").status == 0
    repo.write({"d003.md": "Gone.\n"})
    after = run(*WHOLE, "--worktree").json["passages"]
    kept.unlink()
    assert run(*WHOLE, "--worktree").json["passages"] == after


def test_counts_that_were_lost(kept: Path, run: Run, comparisons: list[int]) -> None:
    first = run(*WHOLE).out
    (kept.parent / "counts").unlink()
    assert run(*WHOLE).out == first
    assert comparisons == []
