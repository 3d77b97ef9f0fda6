"""A refresh after a commit, and the guard at each pick of a rebase, cost what they may."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.plain_hooks import script
from tests.bench import measure, programs
from tests.bench.cases import FLOOR, Ratio
from tests.bench.measure import Case
from tests.bench.trees import SMALL, Tree
from tests.support.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

pytestmark = [
    # What they measure with is installed once, and nobody else may measure meanwhile.
    pytest.mark.xdist_group("bench"),
    pytest.mark.skipif(
        sys.platform == "win32", reason="Windows does not tell what a child process took"
    ),
]

TRIES = 6
ROUNDS = 5
PICKS = 20
REFRESH = "handoff, after a commit of a context file"
GUARD = "handoff, at a pick of a rebase"
WITHOUT = f"a rebase of {PICKS} commits, no hook"
EMPTY = f"a rebase of {PICKS} commits, an empty hook"
PLAIN = f"a rebase of {PICKS} commits, the plain git hook"
MANY = 10_000
HOOKS = {
    WITHOUT: "",
    EMPTY: "#!/bin/sh\nexit 0\n",
    PLAIN: script("post-commit", sys.executable),
}


def test_a_refresh_and_its_guard(tmp_path: Path) -> None:
    with programs.installed() as ours:
        tree, other = (Tree(tmp_path / name, SMALL) for name in ("tree", "other"))
        program = str(ours.compiled / "ctxtally")
        gate = Case(name="gate", command=ours.gate, root=tree.root)
        (other.root / ".git" / "rebase-merge").mkdir()

        def commit() -> None:
            tree.change()
            measure.once(gate)
            tree.commit()

        hook = (program, "handoff")
        _hold(
            [
                Case(name=FLOOR, command=(ours.python, "-c", "pass"), root=tree.root),
                Case(name=REFRESH, command=hook, root=tree.root, prepare=commit),
                Case(name=GUARD, command=hook, root=other.root),
            ],
            [
                Ratio(case=REFRESH, base=FLOOR, at_most=6.5),
                Ratio(case=GUARD, base=FLOOR, at_most=2.0),
            ],
        )
    session = tree.root / ".agent-handoffs" / "CURRENT_SESSION.md"
    assert tree.repo.git("rev-parse", "--short=7", "HEAD") in session.read_text("utf-8")
    assert not (other.root / ".agent-handoffs").exists()


def test_the_plain_hook_costs_no_more_than_a_shell(tmp_path: Path) -> None:
    """Git starts a shell for any hook: `/bin/true` alone takes 1.2 times a rebase of few files."""
    cases = [_rebase(tmp_path, name, hook, SMALL) for name, hook in HOOKS.items() if hook]
    _hold(cases, [Ratio(case=PLAIN, base=EMPTY, at_most=1.1)])


def test_the_plain_hook_in_a_rebase_of_many_files(tmp_path: Path) -> None:
    cases = [_rebase(tmp_path, name, HOOKS[name], MANY) for name in (WITHOUT, PLAIN)]
    _hold(cases, [Ratio(case=PLAIN, base=WITHOUT, at_most=1.2)])


def _rebase(tmp_path: Path, name: str, hook: str, files: int) -> Case:
    """Return the rebase of a branch onto another, with this post-commit hook."""
    repo = Repo(tmp_path / name)
    prepare = _diverging(repo, files)
    if hook:
        path = repo.root / ".git" / "hooks" / "post-commit"
        path.write_text(hook, "utf-8")
        path.chmod(0o755)
    command = ("git", "rebase", "--quiet", "main", "side")
    return Case(name=name, command=command, root=repo.root, prepare=prepare)


def _diverging(repo: Repo, files: int) -> Callable[[], None]:
    """Return what makes the branch `side` anew, with commits to be replayed."""
    repo.write({f"{number % 100}/{number}.txt": "base\n" for number in range(files)})
    repo.git("add", "--all")
    repo.commit("base")
    repo.git("checkout", "--quiet", "-b", "side")
    for number in range(PICKS):
        repo.commit(f"pick {number}", {f"{number}/{number}.txt": "picked\n"})
    side = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "--quiet", "main")
    repo.commit("main moves", {"main.txt": "main\n"})

    def prepare() -> None:
        repo.git("checkout", "--quiet", "main")
        repo.git("branch", "--force", "side", side)

    return prepare


def _hold(cases: Sequence[Case], targets: Sequence[Ratio]) -> None:
    """Other programs run beside the tests, so a ratio has to hold in one of several tries."""
    left = list(targets)
    for _ in range(TRIES):
        needed = {name for target in left for name in target.cases}
        costs = measure.costs([one for one in cases if one.name in needed], rounds=ROUNDS)
        left = [target for target in left if target.broken(costs)]
        if not left:
            return
    pytest.fail("\n".join(target.broken(costs) or "" for target in left))
