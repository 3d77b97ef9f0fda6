from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import loose
from ctxtally.survey import settings

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

LIMIT = '[[budget]]\nname = "small"\npaths = ["**/CLAUDE.md"]\nmax = 1\n'


@pytest.mark.parametrize(
    ("files", "judged_by"),
    [
        pytest.param({"ctxtally.toml": LIMIT}, "small", id="ctxtally.toml"),
        pytest.param(
            {"pyproject.toml": LIMIT.replace("[[budget]]", "[[tool.ctxtally.budget]]")},
            "small",
            id="pyproject.toml",
        ),
        pytest.param(
            {
                "pyproject.toml": LIMIT.replace("[[budget]]", "[[tool.ctxtally.budget]]"),
                "ctxtally.toml": LIMIT.replace("small", "first"),
            },
            "first",
            id="both",
        ),
    ],
)
def test_where_the_configuration_is(
    repo: Repo, run: Run, files: dict[str, str], judged_by: str
) -> None:
    repo.add({"CLAUDE.md": "two words\n", **files})
    assert f"over its budget of 1 ({judged_by})" in run("budget").out


def test_none_anywhere_in_a_pyproject_of_others(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "two words\n", "pyproject.toml": "[tool.ruff]\n"})
    assert run("budget").out == ""


@pytest.mark.parametrize("worktree", [False, True])
def test_untracked_is_used_and_named(repo: Repo, run: Run, *, worktree: bool) -> None:
    repo.add({"CLAUDE.md": "two words\n"})
    repo.write({"ctxtally.toml": LIMIT})
    ran = run("budget", *(["--worktree"] if worktree else []))
    assert ran.status == 1
    remark = "note: ctxtally.toml is not tracked; it is used as it lies on the disk\n"
    assert ran.err == ("" if worktree else remark)


def test_a_revision_is_judged_by_its_own_configuration(repo: Repo, run: Run) -> None:
    repo.commit("base", {"CLAUDE.md": "two words\n"})
    repo.add({"ctxtally.toml": LIMIT})
    assert run("budget").status == 1
    assert run("budget", "--rev", "HEAD").status == 0


def test_a_link_is_not_read(repo: Repo, run: Run) -> None:
    (repo.root / "ctxtally.toml").symlink_to("/etc/passwd")
    repo.git("add", "ctxtally.toml")
    ran = run("budget")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: ctxtally.toml:1:1: not a regular file, so it is not read\n"
            "  = help: put the file itself there, not a link to it\n"
        ),
    )


def test_too_many_bytes(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"ctxtally.toml": "# " + "x" * 100 + "\n"})
    monkeypatch.setattr(settings, "LARGEST_BYTES", 100)
    ran = run("budget")
    assert ran.err == (
        "error: ctxtally.toml:1:1: 103 bytes are too many to read\n  = help: make it shorter\n"
    )


def test_content_that_is_not_here(repo: Repo, run: Run) -> None:
    oid = "1" * 40
    repo.git("update-index", "--add", "--info-only", "--cacheinfo", f"100644,{oid},ctxtally.toml")
    ran = run("budget")
    assert ran.err == (
        "error: ctxtally.toml:1:1: its content is not available here\n"
        "  = help: fetch the missing objects\n"
    )


@pytest.mark.parametrize(
    ("path", "level"), [("AGENTS.md", "warning"), (".codex/config.toml", "error")]
)
def test_a_limit_of_an_agent_without_a_sign_only_warns(
    repo: Repo, run: Run, path: str, level: str
) -> None:
    repo.add({path: "x", "AGENTS.md": "word " * 7_000})
    found = {finding["level"] for finding in run("budget", "--format", "json").json["findings"]}
    assert level in found


def test_what_is_read_of_a_loose_file(repo: Repo) -> None:
    nothing = dict.fromkeys(loose.FILES)
    assert loose.read(str(repo.root)) == nothing
    (repo.root / "ctxtally.toml").mkdir()
    (repo.root / "pyproject.toml").symlink_to("/etc/passwd")
    assert loose.read(str(repo.root)) == nothing


def test_an_empty_loose_file_is_not_the_same_as_none() -> None:
    empty, none = (loose.parts({"ctxtally.toml": content}, set()) for content in (b"", None))
    assert len({*empty, *none, *loose.parts({"ctxtally.toml": b""}, {b"ctxtally.toml"})}) == 3
