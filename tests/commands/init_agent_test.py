"""`ctxtally init --agent`: what is shown, written, kept and put back."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import question

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

LOCAL, SHARED = ".claude/settings.local.json", ".claude/settings.json"
INIT = ("init", "--agent", "claude-code")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home of nobody, with our command on PATH."""
    made = tmp_path / "home"
    (made / ".claude").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.setattr("ctxtally.survey.setup.process.which", lambda name: f"/opt/{name}")
    return made


def text(repo: Repo, path: str) -> str:
    return (repo.root / path).read_text("utf-8")


def test_the_difference_is_shown_and_written(repo: Repo, run: Run) -> None:
    repo.write({".gitignore": "*.local.json\n"})
    ran = run(*INIT)
    assert (ran.status, ran.err) == (0, "")
    written = text(repo, LOCAL)
    lines = written.splitlines()
    assert ran.out == (
        f"--- /dev/null\n+++ b/{LOCAL}\n@@ -0,0 +1,{len(lines)} @@\n"
        + "".join(f"+{line}\n" for line in lines)
        + f"\ncreated {LOCAL}\nnext: start Claude Code anew; `/hooks` lists what it runs\n"
    )
    found = json.loads(written)
    assert found["hooks"]["PostToolBatch"] == [
        {"hooks": [{"type": "command", "command": "ctxtally", "args": ["hook"], "timeout": 10}]}
    ]
    assert found["statusLine"] == {"type": "command", "command": "ctxtally statusline"}
    assert run(*INIT).out == "nothing to do\n"
    assert not (repo.root / ".pre-commit-config.yaml").exists()


def test_undo_puts_back_every_byte(repo: Repo, run: Run) -> None:
    before = '{"permissions":   {"allow": ["x"]},\r\n "statusLine": {"command": "mine"}}'
    repo.write({LOCAL: before})
    run(*INIT)
    run(*INIT, "--shared")
    assert json.loads(text(repo, LOCAL))["statusLine"] == {
        "command": "ctxtally statusline -- sh -c mine"
    }
    ran = run(*INIT, "--undo")
    assert ran.out.endswith(f"\nremoved {SHARED}\nchanged {LOCAL}\n")
    assert (repo.root / LOCAL).read_bytes() == before.encode()
    assert not (repo.root / SHARED).exists()
    assert run(*INIT, "--undo").out == "nothing to do\n"


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_what_is_remembered_is_for_the_owner_only(repo: Repo, run: Run, mode: int) -> None:
    repo.write({LOCAL: '{"env": {"TOKEN": "x"}}'})
    (repo.root / LOCAL).chmod(mode)
    run(*INIT)
    kept = repo.root / ".git" / "ctxtally" / "settings.json"
    repo.write({".git/ctxtally/settings.json": "{}"})
    assert (
        stat.S_IMODE(kept.stat().st_mode),
        stat.S_IMODE((repo.root / LOCAL).stat().st_mode),
    ) == (
        0o600,
        mode,
    )


def test_undo_after_somebody_else_changed_it(repo: Repo, run: Run) -> None:
    repo.write({LOCAL: '{"a": 1}'})
    run(*INIT)
    changed = json.loads(text(repo, LOCAL)) | {"b": 2}
    repo.write({LOCAL: json.dumps(changed)})
    run(*INIT, "--undo")
    assert json.loads(text(repo, LOCAL)) == {"a": 1, "b": 2}


def test_undo_without_what_is_remembered(repo: Repo, run: Run) -> None:
    run(*INIT)
    (repo.root / ".git" / "ctxtally" / "settings.json").write_text("torn")
    assert run(*INIT, "--undo").out.endswith(f"\nremoved {LOCAL}\n")
    assert not (repo.root / LOCAL).exists()


def test_the_users_status_line_is_not_lost(repo: Repo, run: Run, home: Path) -> None:
    line = {"statusLine": {"type": "command", "command": "~/line.sh | head -1"}}
    (home / ".claude" / "settings.json").write_text(json.dumps(line))
    run(*INIT)
    found = json.loads(text(repo, LOCAL))["statusLine"]
    assert found["command"] == "ctxtally statusline -- sh -c '~/line.sh | head -1'"
    run(*INIT, "--undo")
    assert not (repo.root / LOCAL).exists()


def test_another_folder_of_the_user(
    repo: Repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.json").write_text('{"statusLine": {"command": "there"}}')
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    run(*INIT)
    assert json.loads(text(repo, LOCAL))["statusLine"]["command"].endswith("-- sh -c there")


def test_for_everybody(repo: Repo, run: Run) -> None:
    ran = run(*INIT, "--shared", "--format", "json")
    assert [(one["path"], one["action"]) for one in ran.json["changes"]] == [
        (SHARED, "create"),
        (LOCAL, "create"),
    ]
    assert set(json.loads(text(repo, SHARED))) == {"hooks"}
    assert set(json.loads(text(repo, LOCAL))) == {"statusLine"}
    (change,) = run(*INIT, "--format", "json").json["changes"]
    assert change["action"] == "none", "the hooks are there for everybody"


def test_a_command_that_is_not_on_path(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctxtally.survey.setup.process.which", lambda _: None)
    monkeypatch.setattr("ctxtally.survey.setup.plain_hooks.program", lambda: "/a b/bin/ctxtally")
    run(*INIT, "--shared")
    shared, local = (json.loads(text(repo, path)) for path in (SHARED, LOCAL))
    assert shared["hooks"]["Stop"][0]["hooks"][0]["command"] == "ctxtally"
    assert local["statusLine"]["command"] == "'/a b/bin/ctxtally' statusline"


def test_dry_run(repo: Repo, run: Run) -> None:
    ran = run(*INIT, "--dry-run")
    assert ran.out.startswith(f"--- /dev/null\n+++ b/{LOCAL}\n")
    assert "created" not in ran.out
    assert ran.err == (
        f"note: git does not ignore {LOCAL}: add it to .gitignore, for it is yours alone\n"
    )
    assert not (repo.root / ".claude").exists()


@pytest.mark.parametrize(("answer", "written"), [(False, False), (True, True), (None, True)])
def test_at_a_terminal_it_asks(
    repo: Repo,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    answer: bool | None,  # noqa: FBT001 - a table
    written: bool,  # noqa: FBT001 - a table
) -> None:
    repo.write({".gitignore": "*.local.json\n"})
    asked = []

    def agreed(text: str) -> bool | None:
        asked.append(text)
        return answer

    monkeypatch.setattr(question, "agreed", agreed)
    ran = run(*INIT)
    assert asked == ["Write it?"]
    assert (repo.root / LOCAL).exists() is written
    assert ran.err == ("" if written else "note: nothing was written\n")


@pytest.mark.parametrize(
    ("arguments", "error", "way_out"),
    [
        (("--shared",), "--shared needs --agent", "add `--agent claude-code`"),
        (
            ("--undo",),
            "--undo needs --git-hooks or --agent",
            "what else it writes is yours to remove",
        ),
        (
            ("--agent", "claude-code", "--git-hooks"),
            "--agent and --git-hooks are two steps",
            "run one after the other",
        ),
    ],
)
def test_options_that_do_not_fit(
    repo: Repo, run: Run, arguments: tuple[str, ...], error: str, way_out: str
) -> None:
    assert repo.root.is_dir()
    ran = run("init", *arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", f"error: {error}\n  = help: {way_out}\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(
            "{torn",
            f"{LOCAL}: line 1: not valid JSON: Expecting property name enclosed in double quotes"
            "\n  = help: mend it first",
            id="torn",
        ),
        pytest.param(b"\xff", f"{LOCAL} is not UTF-8\n  = help: save it as UTF-8", id="not UTF-8"),
        pytest.param(
            b" " * ((1 << 20) + 1),
            f"{LOCAL} has more than 1,048,576 bytes\n  = help: mend it",
            id="huge",
        ),
        pytest.param(
            None,
            f"{LOCAL} is no regular file, so it is not changed\n  = help: change it by hand",
            id="a folder",
        ),
    ],
)
@pytest.mark.parametrize("undo", [(), ("--undo",)], ids=["do", "undo"])
def test_settings_that_cannot_be_read(
    repo: Repo,
    run: Run,
    content: str | bytes | None,
    told: str,
    undo: tuple[str, ...],
) -> None:
    if content is None:
        (repo.root / LOCAL).mkdir(parents=True)
    else:
        repo.write({LOCAL: content})
    ran = run(*INIT, *undo)
    assert (ran.status, ran.out, ran.err) == (2, "", f"error: {told}\n")


def test_shared_settings_in_another_form(repo: Repo, run: Run) -> None:
    repo.write({SHARED: "[]"})
    for arguments in ((), ("--shared",), ("--undo",)):
        ran = run(*INIT, *arguments)
        assert ran.err == f"error: {SHARED}: not an object\n  = help: mend it first\n"


@pytest.mark.parametrize("link", [LOCAL, ".claude"])
def test_a_link_is_not_written_through(repo: Repo, run: Run, tmp_path: Path, link: str) -> None:
    canary = tmp_path / "canary"
    canary.mkdir()
    (canary / "settings.local.json").write_text("{}")
    where = repo.root / link
    where.parent.mkdir(exist_ok=True)
    where.symlink_to(canary if link == ".claude" else canary / "settings.local.json")
    ran = run(*INIT)
    assert (ran.status, ran.out) == (2, "")
    assert (canary / "settings.local.json").read_text() == "{}"


def test_what_cannot_be_written(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert repo.root.is_dir()
    monkeypatch.setattr("ctxtally.adapters.settings_file.swap", full)
    ran = run(*INIT)
    assert ran.status == 2
    assert ran.err.endswith(
        f"error: {LOCAL} cannot be written: No space left on device\n  = help: write it by hand\n"
    )


def test_doctor_knows(repo: Repo, run: Run) -> None:
    run(*INIT)
    assert f"ok    agent hooks: Claude Code runs them: {LOCAL}\n" in run("doctor").out
    repo.write({LOCAL: "torn"})
    assert f"warn  agent hooks: {LOCAL}: line 1: not valid JSON" in run("doctor").out


def test_settings_that_may_not_be_read(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    repo.write({LOCAL: "{}"})
    monkeypatch.setattr("ctxtally.adapters.settings_file.open", refuse, raising=False)
    ran = run(*INIT)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"error: {LOCAL} cannot be read: Permission denied\n  = help: mend it\n"


@pytest.mark.parametrize("kept", ["[]", '{"x": 3}', "torn"])
def test_what_is_remembered_may_be_foreign(repo: Repo, run: Run, kept: str) -> None:
    run(*INIT)
    repo.write({".git/ctxtally/settings.json": kept})
    run(*INIT, "--undo")
    assert not (repo.root / LOCAL).exists()
