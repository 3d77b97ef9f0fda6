"""What an agent recorded beside a load set, and where a recording was made."""

from __future__ import annotations

import pytest

from ctxtally.adapters.claude_log import BEGINNING, WAYS
from ctxtally.context.recorded import candidates, compared, relative, root_of
from ctxtally.model.loading import Loading
from ctxtally.model.loadset import LoadedFile, LoadSet
from ctxtally.model.recording import FileAgreement, Recording


def file(path: str, load: str = "always", **more: object) -> LoadedFile:
    return LoadedFile(path=path, load=load, via="CLAUDE.md:1", tokens=1, bytes_kept=4, **more)  # type: ignore[arg-type] # the test names what it means


def recording(*loadings: tuple[str, str], directory: str = ".") -> Recording:
    return Recording(
        session="s1",
        directory=directory,
        loadings=tuple(Loading(path=path, reason=reason) for path, reason in loadings),
        relative=True,
    )


def compare(files: list[LoadedFile], *loadings: tuple[str, str]) -> list[FileAgreement]:
    loads = LoadSet(agent="a", dir=".", files=tuple(files))
    return list(compared(loads, recording(*loadings), ways=WAYS, beginning=BEGINNING))


def states(files: list[LoadedFile], *loadings: tuple[str, str]) -> dict[str, str]:
    return {one.path: one.state for one in compare(files, *loadings)}


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        ("always", "session_start"),
        ("always", "include"),
        ("always", "compact"),
        ("nested", "nested_traversal"),
        ("nested", "include"),
        ("glob", "path_glob_match"),
        ("glob", "include"),
        ("always", "a reason of a later version"),
        ("nested", ""),
    ],
)
def test_agrees(load: str, reason: str) -> None:
    assert states([file("a.md", load)], ("a.md", reason)) == {"a.md": "agrees"}


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        ("nested", "session_start"),
        ("always", "nested_traversal"),
        ("glob", "nested_traversal"),
        ("always", "path_glob_match"),
        ("nested", "compact"),
    ],
)
def test_differs(load: str, reason: str) -> None:
    assert states([file("a.md", load)], ("a.md", reason)) == {"a.md": "differs"}


def test_one_reason_that_fits_is_enough() -> None:
    reasons = (("a.md", "nested_traversal"), ("a.md", "compact"), ("a.md", "compact"))
    assert compare([file("a.md")], *reasons) == [
        FileAgreement(
            path="a.md",
            state="agrees",
            load="always",
            via="CLAUDE.md:1",
            reasons=("nested_traversal", "compact"),
        )
    ]


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("b.md", "unforeseen"),
        ("/etc/claude-code/CLAUDE.md", "outside"),
        ("~/.claude/CLAUDE.md", "outside"),
        ("C:/Users/u/CLAUDE.md", "outside"),
    ],
)
def test_not_in_the_load_set(path: str, state: str) -> None:
    assert states([], (path, "session_start")) == {path: state}


def test_what_was_not_recorded() -> None:
    files = [file("a.md"), file("b.md", "nested"), file("c.md", "glob")]
    skills = [file("s.md", "description"), file("m.md", "manual")]
    begun = states([file("z.md"), *files, *skills], ("z.md", "session_start"))
    assert begun == {"z.md": "agrees", "a.md": "missing", "b.md": "waiting", "c.md": "waiting"}


def test_a_recording_without_its_beginning_misses_nothing() -> None:
    assert states([file("a.md"), file("b.md", "nested")], ("x.md", "nested_traversal")) == {
        "x.md": "unforeseen",
        "b.md": "waiting",
    }


def test_a_skill_that_is_recorded_is_not_in_the_compared_part() -> None:
    assert states([file("s.md", "description")], ("s.md", "include")) == {"s.md": "unforeseen"}


def test_a_symlink_is_the_file_it_leads_to() -> None:
    files = [file("AGENTS.md", aliases=("CLAUDE.md",))]
    assert states(files, ("CLAUDE.md", "session_start")) == {"AGENTS.md": "agrees"}


@pytest.mark.parametrize(
    ("directory", "tracked", "root"),
    [
        pytest.param("/r", set(), "/r", id="here"),
        pytest.param("/r/packages/core", set(), "/r", id="below the top"),
        pytest.param("/other/repo", {"CLAUDE.md"}, "/other/repo", id="another clone"),
        pytest.param("/other/repo/docs", {"CLAUDE.md"}, "/other/repo", id="below another clone"),
        pytest.param("/other/repo", {"README.md"}, None, id="another repository"),
        pytest.param("", {"CLAUDE.md"}, None, id="without a directory"),
    ],
)
def test_where_it_was_recorded(directory: str, tracked: set[str], root: str | None) -> None:
    made = recording(("/other/repo/CLAUDE.md", "session_start"), directory=directory)
    assert root_of(made, "/r", tracked) == root


def test_the_deepest_place_decides_between_equals() -> None:
    made = recording(("/a/a/CLAUDE.md", "session_start"), directory="/a/a")
    assert root_of(made, "/r", {"CLAUDE.md", "a/CLAUDE.md"}) == "/a/a"


def test_candidates_and_relative_paths() -> None:
    made = Recording(
        session="s",
        directory="/a/b",
        loadings=(
            Loading(path="/a/b/c.md", reason="include", parent="/a/b/CLAUDE.md"),
            Loading(path="/home/u/CLAUDE.md", reason="session_start"),
        ),
    )
    assert set(candidates(made)) == {"c.md", "b/c.md", "a/b/c.md", "home/u/CLAUDE.md"}
    assert relative(made, "/a/b") == Recording(
        session="s",
        directory=".",
        loadings=(
            Loading(path="c.md", reason="include", parent="CLAUDE.md"),
            Loading(path="/home/u/CLAUDE.md", reason="session_start"),
        ),
        relative=True,
    )
