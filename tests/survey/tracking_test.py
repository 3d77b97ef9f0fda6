"""What the tracker does where the disk does not do what it should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import token_usage
from ctxtally.adapters.git import place
from ctxtally.errors import UserError
from ctxtally.model.basics import Basics
from ctxtally.model.measurement import WindowSettings
from ctxtally.survey import tracking
from ctxtally.survey.basics import basics
from ctxtally.tracker import manual_handoff_update, track_tokens

if TYPE_CHECKING:
    from tests.support.repo import Repo

STATE = ".agent-handoffs/token_usage.json"
PLAIN = WindowSettings()
UNWRITABLE = f"{STATE} cannot be written"


def refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def add() -> None:
    tracking.add(place(), PLAIN, 1, "", 0.0)


def test_a_git_directory_in_which_nothing_can_be_written(repo: Repo) -> None:
    (repo.root / ".git" / "ctxtally").write_text("in the way")
    with pytest.raises(UserError) as caught:
        add()
    assert (str(caught.value), caught.value.help) == (
        UNWRITABLE,
        "make its folder and the git directory writable",
    )


def test_somebody_does_not_let_go(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking, "LOCK_SECONDS", 0.05)
    with tracking._locked(place()), pytest.raises(UserError, match=UNWRITABLE):  # noqa: SLF001 - the lock itself
        add()
    add()
    assert (repo.root / STATE).exists()


def test_a_file_that_cannot_be_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({STATE: "{}"})
    monkeypatch.setattr(token_usage, "read", refuse)
    for call in (add, lambda: tracking.standing(place(), PLAIN)):
        with pytest.raises(UserError, match=f"{STATE} cannot be read: Permission denied"):
            call()
    with pytest.warns(RuntimeWarning, match="cannot be read"):
        assert track_tokens("word") > 0


def test_a_file_that_cannot_be_replaced(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({STATE: '{"context_window_limit": 7}'})
    monkeypatch.setattr(token_usage, "replace_file", lambda *_: False)
    for call in (add, lambda: tracking.reset(place(), PLAIN)):
        with pytest.raises(UserError, match=UNWRITABLE):
            call()


def test_a_file_that_cannot_be_taken_away(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({STATE: "{}"})
    monkeypatch.setattr("os.unlink", refuse)
    with pytest.raises(UserError, match=UNWRITABLE):
        tracking.reset(place(), PLAIN)


def test_a_folder_that_cannot_be_made(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo.root.is_dir()
    monkeypatch.setattr("ctxtally.adapters.session_file.make", lambda *_, **__: refuse())
    with pytest.raises(UserError, match=UNWRITABLE):
        add()


def test_a_corrupt_file_that_cannot_be_set_aside(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write({STATE: "torn"})
    monkeypatch.setattr(token_usage, "set_aside", refuse)
    assert tracking.standing(place(), PLAIN).remark == (
        f"{STATE} could not be read (line 1: Expecting value); it is kept where it is"
    )


def test_what_a_refresh_is_worth_a_note_for(repo: Repo) -> None:
    repo.commit("feat: one", {"a.md": "word\n"})
    repo.write({".agent-handoffs/CURRENT_SESSION.md": b"\xff"})
    with pytest.warns(RuntimeWarning, match=r"ctxtally: \S+ is not UTF-8"):
        manual_handoff_update()


def test_a_folder_of_somebody_else_is_left_as_it_is(repo: Repo) -> None:
    repo.commit("theirs", {".agent-handoffs/README.md": "Ours.\n"})
    add()
    assert not (repo.root / ".agent-handoffs" / ".gitignore").exists()


def test_a_folder_that_is_there_ignores_itself(repo: Repo) -> None:
    (repo.root / ".agent-handoffs").mkdir()
    add()
    assert repo.git("status", "--porcelain") == ""
    (repo.root / ".agent-handoffs" / ".gitignore").write_text("# mine\n*\n")
    add()
    assert (repo.root / ".agent-handoffs" / ".gitignore").read_text() == "# mine\n*\n"


def test_a_description_is_kept_without_secrets(repo: Repo) -> None:
    track_tokens("word", "login with ghp_" + "c" * 36)
    kept = (repo.root / STATE).read_text()
    assert '"description": "login with [redacted]"' in kept


def test_settings_in_the_second_file(repo: Repo) -> None:
    repo.write(
        {
            "ctxtally.toml": "",
            "pyproject.toml": '[tool.ctxtally.window]\nlimit = "9k"\n',
        }
    )
    track_tokens("word")
    assert '"context_window_limit": 128000' in (repo.root / STATE).read_text()
    (repo.root / "ctxtally.toml").unlink()
    track_tokens("word")
    assert '"context_window_limit": 9000' in (repo.root / STATE).read_text()
    repo.write({"pyproject.toml": "[tool.other]\n"})
    assert basics(place()) == Basics()


COMMENTED = '{\n  // my own note\n  "context_window_limit": 9000 /* why */\n}\n'
COPY = ".agent-handoffs/token_usage.commented-1.json"


def test_a_file_with_comments_is_kept_once(repo: Repo) -> None:
    repo.write({STATE: COMMENTED})
    add()
    add()
    assert (repo.root / COPY).read_text("utf-8") == COMMENTED
    assert sorted(one.name for one in (repo.root / STATE).parent.iterdir()) == [
        ".gitignore",
        "token_usage.commented-1.json",
        "token_usage.json",
    ]


@pytest.mark.parametrize("text", [COMMENTED, "{} // mine"], ids=["its own limit", "no limit"])
def test_a_reset_keeps_a_file_with_comments(repo: Repo, text: str) -> None:
    repo.write({STATE: text})
    assert tracking.reset(place(), PLAIN)
    assert (repo.root / COPY).read_text("utf-8") == text


def test_a_copy_that_cannot_be_made(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write({STATE: COMMENTED})
    monkeypatch.setattr(token_usage, "keep_commented", lambda _: False)
    for call in (add, lambda: tracking.reset(place(), PLAIN)):
        with pytest.raises(UserError, match=UNWRITABLE):
            call()
    assert (repo.root / STATE).read_text("utf-8") == COMMENTED


@pytest.mark.parametrize("limits", [{}, {"context_window_limit": 9000}], ids=["none", "its own"])
def test_a_reset_keeps_what_is_not_ours(repo: Repo, limits: dict[str, int]) -> None:
    others = {"note": "mine", "nested": {"a": [1]}}
    repo.write({STATE: json.dumps({"total_tokens_estimated": 7, **limits, **others})})
    assert tracking.reset(place(), PLAIN)
    found = json.loads((repo.root / STATE).read_text("utf-8"))
    assert found["total_tokens_estimated"] == 0
    assert {key: found[key] for key in others} == others
    assert found["context_window_limit"] == limits.get("context_window_limit", 128_000)
