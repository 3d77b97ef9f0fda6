"""`history` over whole histories of real repositories, recounted from `git cat-file`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.data import DEV, needs_dev
from tests.support.repo import Repo
from tests.tokens.oracle import expected

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

BUNDLES = sorted((DEV / "history").glob("*.bundle"))
# As many of the files that changed most, and the load set of an agent, are recounted.
FILES = 3


@pytest.fixture(params=BUNDLES, ids=lambda path: path.stem)
def cloned(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    outer = Repo(tmp_path / "outer")
    outer.git("clone", "--quiet", str(request.param), "../clone")
    monkeypatch.chdir(tmp_path / "clone")
    return Repo(tmp_path / "clone")


@needs_dev
def test_files_equal_a_recount(cloned: Repo, run: Run) -> None:
    touched = cloned.git("log", "--format=", "--name-only", "--no-renames", "-z").split("\0")
    here = set(cloned.git("ls-files", "-z").split("\0"))
    names = [name.strip("\n") for name in touched if name.strip("\n") in here]
    often = sorted(set(names), key=lambda name: (-names.count(name), name))
    texts = [name for name in often if name.endswith((".md", ".yaml", ".json"))][:FILES]
    assert texts
    for name in texts:
        ran = run("history", name, "--format", "json")
        assert (ran.status, ran.err) == (0, "")
        points = ran.json["points"]
        for point in points:
            spec = f"{point['commit']}:{point['path']}"
            shown = cloned.run("git", "cat-file", "blob", spec, check=False)
            if shown.returncode:
                assert (point["tokens"], point["reason"]) == (None, "deleted")
            else:
                text = shown.stdout.removeprefix("\ufeff").replace("\r\n", "\n")
                assert point["tokens"] == expected("o200k_base", text), spec
        # Git also lists merges that are as only one of their sides had it.
        of_git = cloned.git("rev-list", "--full-history", "--no-merges", "HEAD", "--", name)
        own = {point["commit"] for point in points if point["path"] == name}
        assert own >= set(of_git.splitlines())
        assert run("history", name).status == 0


@needs_dev
@pytest.mark.usefixtures("cloned")
def test_load_sets_equal_those_of_each_commit(run: Run) -> None:
    for agent in ("claude-code", "codex"):
        ran = run("history", "--agent", agent, "--format", "json")
        assert (ran.status, ran.err) == (0, "")
        for point in ran.json["points"][::12]:
            arguments = ("--agent", agent, "--rev", point["commit"], "--format", "json")
            (found,) = run("explain", *arguments).json["agents"]
            assert point["tokens"] == found["always"]["tokens"]
