from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.arguments import parser
from ctxtally.cli import VERBS, command
from ctxtally.commands.handoff import Hook
from tests.support.handoff import NAME, names, part, session

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo


def test_refresh_says_what_it_did(repo: Repo, run: Run) -> None:
    repo.commit("base")
    ran = run("handoff", "refresh")
    tokens = run("handoff", "check", "--format", "json").json["tokens"]
    assert ran.out == f"refreshed {NAME} ({tokens} tokens)\n"
    assert run("handoff", "refresh").out == f"already up to date: {NAME} ({tokens} tokens)\n"


def test_json(repo: Repo, run: Run) -> None:
    repo.commit("base")
    facts = {"schema": "ctxtally/handoff/1", "path": NAME}
    absent = facts | {"stale": True, "state": "not written yet", "tokens": None}
    assert run("handoff", "check", "--format", "json").json == absent
    assert run("handoff", "path", "--format", "json").json == absent
    written = run("handoff", "refresh", "--format", "json").json
    assert written == facts | {"stale": False, "state": "current", "tokens": written["tokens"]}
    for action in (["path"], ["check"], ["note", "--tests", "make"], []):
        ran = run("handoff", *action, "--format", "json")
        assert (ran.status, list(ran.json)) == (0, list(written)), action
        assert ran.json["stale"] is False
    shown = run("handoff", "show", "--format", "json").json
    assert shown.pop("text") == session(repo.root)
    assert list(shown) == list(written)


def test_json_of_the_hook_form_where_it_could_not_write(repo: Repo, run: Run) -> None:
    repo.commit("base", {NAME: "tracked\n"})
    ran = run("handoff", "--format", "json")
    assert ran.status == 0
    assert ran.err.startswith(f"note: {NAME} is tracked, so it is not written")
    assert (ran.json["stale"], ran.json["state"]) == (True, "not known what it was written for")


def test_the_hook_form_prints_nothing(repo: Repo, run: Run) -> None:
    repo.commit("base")
    ran = run("handoff")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert names(repo)
    repo.commit("next")
    ran = run("handoff", "--git-hook", "post-commit")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert names(repo)


def test_the_hook_form_rests_where_nothing_is_due(repo: Repo, run: Run) -> None:
    repo.commit("base")
    assert run("handoff", "--git-hook", "post-merge", "1").status == 0
    (repo.root / ".git" / "rebase-merge").mkdir()
    assert run("handoff").status == 0
    assert not (repo.root / NAME).exists()


def test_the_hook_form_never_fails(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.root / ".git")
    ran = run("handoff")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith("note: git rev-parse: this operation must be run in a work tree; ")
    assert run("handoff", "refresh").status == 2
    ran = run("handoff", "--format", "json")
    assert (ran.status, ran.out) == (0, "")


def test_the_hook_form_has_the_defaults_of_its_arguments() -> None:
    given = vars(parser(VERBS, "handoff", command).parse_args(["handoff"]))
    for name in ("action", "format"):
        assert given[name] == getattr(Hook([]), name)


def test_pairs_on_standard_input_are_followed(repo: Repo, run: Run) -> None:
    repo.commit("base")
    old = repo.commit("one")
    assert run("handoff", "refresh", "--new-session").status == 0
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    new = repo.commit("two")
    from tests.support.command import SCRIPT

    arguments = ("handoff", "--git-hook", "post-rewrite", "rebase")
    repo.run(str(SCRIPT), *arguments, stdin=f"{old} {new}\n")
    assert part(repo.root, "TASKS COMPLETED") == f"No commits since `{new[:7]}` (session start)."


def test_show(repo: Repo, run: Run) -> None:
    repo.commit("base")
    ran = run("handoff", "show")
    assert (ran.status, ran.err) == (
        2,
        f"error: {NAME} is not written yet\n  = help: run `ctxtally handoff refresh`\n",
    )
    run("handoff", "refresh")
    assert run("handoff", "show").out == f"{NAME}: current\n\n{session(repo.root)}"


def test_path(repo: Repo, run: Run) -> None:
    assert run("handoff", "path").out == f"{repo.root / NAME}\n"


def test_check(repo: Repo, run: Run) -> None:
    repo.commit("base")
    ran = run("handoff", "check")
    assert (ran.status, ran.out) == (1, f"{NAME}: not written yet\n")
    run("handoff", "refresh")
    ran = run("handoff", "check")
    assert (ran.status, ran.out) == (0, f"{NAME}: current\n")


def test_note(repo: Repo, run: Run) -> None:
    repo.commit("base")
    sha = repo.git("rev-parse", "HEAD")[:7]
    assert run("handoff", "note", "--tests", "make test", "--exit", "2").status == 0
    line = f"Last recorded: `make test` exit 2 at `{sha}`"
    assert part(repo.root, "TESTS RUN") == f"{line} (0 commits ago)."
    repo.commit("next")
    run("handoff")
    assert part(repo.root, "TESTS RUN") == f"{line} (1 commit ago)."
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    repo.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "other")
    run("handoff")
    assert part(repo.root, "TESTS RUN") == f"{line} (not in this history)."


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--tests", "x"], "error: --tests has no use here\n"),
        (["refresh", "--exit", "1"], "error: --exit has no use here\n"),
        (["check", "--new-session"], "error: --new-session has no use here\n"),
        (["--new-session"], "error: --new-session has no use here\n"),
        (["note"], "error: there is nothing to note\n"),
        (["note", "--exit", "0"], "error: there is nothing to note\n"),
        (
            ["note", "--tests", "x", "--exit", "y"],
            "error: argument --exit: invalid int value: 'y'\n",
        ),
        (["frob"], "error: argument action: invalid choice: 'frob' "),
    ],
)
def test_mistakes(repo: Repo, run: Run, arguments: list[str], expected: str) -> None:
    assert repo.root.is_dir()
    ran = run("handoff", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(expected)
    assert "\n  = help: " in ran.err
