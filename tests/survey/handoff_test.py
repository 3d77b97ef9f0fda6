from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import files, git, session_state
from ctxtally.adapters.session_file import HandoffError
from ctxtally.errors import ConfigError
from ctxtally.handoff import sizes
from ctxtally.model.record import replace
from ctxtally.model.session import Conversation
from ctxtally.survey import handoff, page
from ctxtally.survey.handoff import refresh
from ctxtally.survey.standing import standing
from tests.support.data import DEV, needs_dev
from tests.support.handoff import NAME, events, names, part, session

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

NOW = 1_767_323_045.0
LIMIT = '[[budget]]\nname = "small"\npaths = ["**/CLAUDE.md"]\nmax = 10\n'
FULL = Conversation(tokens=162_000, window=200_000, source="statusline", session="one")


def test_what_is_told_and_logged(repo: Repo) -> None:
    repo.commit("base")
    done = refresh(git.place(), reason="commit", now=NOW)
    assert (done.written, done.notes) == (True, ())
    (event,) = events(repo.root / ".git")
    assert event | {"id": ""} == {
        "v": 1,
        "id": "",
        "ts": "2026-01-02T03:04:05.000000Z",
        "day": "2026-01-02",
        "kind": "handoff",
        "source": "hook",
        "operation": "refresh",
        "tokens": done.tokens,
        "counted": "tokenizer",
        "tokenizer": "o200k_base",
        "trigger": "commit",
    }
    again = refresh(git.place(), reason="manual", now=NOW + 60)
    assert again == replace(done, written=False)
    assert len(events(repo.root / ".git")) == 1


class TestSessions:
    def test_a_new_session_counts_from_head(self, repo: Repo) -> None:
        repo.commit("feat: before")
        place = git.place()
        refresh(place, reason="session-start")
        start = repo.git("rev-parse", "HEAD")[:7]
        assert part(repo.root, "TASKS COMPLETED") == f"No commits since `{start}` (session start)."
        repo.commit("feat: after")
        refresh(place)
        assert "feat: before" not in session(repo.root)
        assert part(repo.root, "TASKS COMPLETED").startswith(
            f"1 commit since `{start}` (session start):"
        )

    def test_pairs_of_post_rewrite_are_followed(self, repo: Repo) -> None:
        repo.commit("base")
        start = repo.commit("one", {"one.txt": "x\n"})
        place = git.place()
        refresh(place, reason="session-start")
        repo.commit("two", {"two.txt": "x\n"})
        repo.git("checkout", "--quiet", "-b", "onto", "HEAD~2")
        repo.commit("onto", {"onto.txt": "x\n"})
        repo.git("checkout", "--quiet", "main")
        repo.git("rebase", "--quiet", "onto")
        pairs = {start: repo.git("rev-parse", "HEAD~1")}
        refresh(place, reason="rewrite", rewritten=pairs)
        assert part(repo.root, "TASKS COMPLETED").startswith("1 commit since `")
        assert "(session start)" in part(repo.root, "TASKS COMPLETED")

    def test_without_them_it_says_so(self, repo: Repo) -> None:
        repo.commit("base")
        repo.commit("one", {"one.txt": "x\n"})
        place = git.place()
        refresh(place, reason="session-start")
        repo.git("reset", "--quiet", "--hard", "HEAD~1")
        refresh(place)
        assert session_state.load(place).start == repo.git("rev-parse", "ORIG_HEAD")
        assert "base" in part(repo.root, "TASKS COMPLETED")


class TestConversations:
    def test_are_told_with_their_source_until_head_moved_often(self, repo: Repo) -> None:
        repo.commit("base")
        place = git.place()
        refresh(place, reason="threshold", conversation=FULL)
        line = "Conversation: 81% of 200,000 tokens (source: statusline, session `one`)."
        assert line in part(repo.root, "TOKEN STATUS")
        other = replace(FULL, session="two", tokens=2_000)
        refresh(place, reason="threshold", conversation=other)
        refresh(place, reason="threshold", conversation=replace(FULL, tokens=170_000))
        assert part(repo.root, "TOKEN STATUS").splitlines()[:2] == [
            "Conversation: 85% of 200,000 tokens (source: statusline, session `one`).",
            "Conversation: 1% of 200,000 tokens (source: statusline, session `two`).",
        ]
        for number in range(21):
            assert "session `one`" in session(repo.root), number
            repo.commit(f"feat: {number}")
            refresh(place)
        assert "Conversation" not in session(repo.root)

    def test_a_new_session_by_hand_ends_them(self, repo: Repo) -> None:
        repo.commit("base")
        place = git.place()
        refresh(place, reason="threshold", conversation=FULL)
        refresh(place, reason="session-start", conversation=replace(FULL, session="two"))
        assert part(repo.root, "TOKEN STATUS").count("Conversation") == 2
        refresh(place, reason="session-start")
        assert "Conversation" not in session(repo.root)

    @pytest.mark.parametrize("content", ['{"total_tokens_estimated": 64000} // so far', "{"])
    def test_what_the_tracker_wrote(self, repo: Repo, content: str) -> None:
        repo.commit("base")
        repo.write({".agent-handoffs/token_usage.json": content})
        refresh(git.place())
        line = "Conversation: 50% of 128,000 tokens (source: log)."
        assert (line in session(repo.root)) == content.endswith("far")


def test_what_was_logged_for_the_session(repo: Repo) -> None:
    repo.commit("base")
    log = repo.root / ".git" / "ctxtally" / "usage-log.jsonl"
    log.parent.mkdir()
    events_ = [("other", 5), ("task", 29_588), ("task", 12)]
    lines = [
        f'{{"kind":"usage","session":"{name}","tokens":{tokens}}}\n' for name, tokens in events_
    ]
    log.write_text("".join(lines))
    refresh(git.place())
    assert "Logged for `task`: 29,600 tokens in 2 operations." in part(repo.root, "TOKEN STATUS")


def test_in_an_unmerged_index(repo: Repo) -> None:
    repo.commit("base", {"CLAUDE.md": "1\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("side", {"CLAUDE.md": "2\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("main", {"CLAUDE.md": "3\n"})
    repo.git("merge", "side", check=False)
    refresh(git.place())
    assert part(repo.root, "TOKEN STATUS") == "Context files: not counted, `unmerged: CLAUDE.md`."
    assert part(repo.root, "FILES MODIFIED").endswith("Not committed (1): `CLAUDE.md` +4 -0")


class TestTokenStatus:
    def test_is_that_of_the_gate_without_counting_again(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("base", {"ctxtally.toml": LIMIT, "CLAUDE.md": "word " * 20})
        assert run("budget").status == 1
        monkeypatch.setattr("ctxtally.survey.look.look", None)
        refresh(git.place())
        assert part(repo.root, "TOKEN STATUS").splitlines() == [
            "Context files: 21 tokens in 1 file (o200k_base); 1 error, 0 warnings.",
            "- `CLAUDE.md` 21 of 10 tokens (210%), over `small`",
        ]
        repo.commit("feat: elsewhere", {"x.txt": "x\n"})
        refresh(git.place())
        assert names(repo), "a commit of other files changes nothing about it"

    def test_without_a_gate_it_is_counted_once(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("base", {"CLAUDE.md": "word\n"})
        refresh(git.place())
        assert "Context files: 2 tokens in 1 file" in part(repo.root, "TOKEN STATUS")
        monkeypatch.setattr("ctxtally.survey.look.look", None)
        repo.commit("feat: elsewhere", {"x.txt": "x\n"})
        refresh(git.place())
        assert names(repo)

    @pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"key": "x"}', b"\xff"])
    def test_what_is_remembered_is_trusted_for_nothing(self, repo: Repo, content: bytes) -> None:
        repo.commit("base", {"CLAUDE.md": "word\n"})
        refresh(git.place())
        path = repo.root / ".git" / "ctxtally" / "standing"
        assert path.is_file()
        path.write_bytes(content)
        refresh(git.place())
        assert "Context files: 2 tokens in 1 file" in part(repo.root, "TOKEN STATUS")

    def test_what_grew_is_not_told_once_it_is_committed(self, repo: Repo, run: Run) -> None:
        limit = '[[budget]]\nname = "r"\nscope = "redundancy"\ngrowth = "+5 tokens"\n'
        repo.commit("base", {"ctxtally.toml": limit, "CLAUDE.md": "# Rules\n"})
        said = "Run the whole test suite before each commit, and read what it prints.\n" * 3
        repo.add({"CLAUDE.md": f"# Rules\n\n{said}\n## Again\n\n{said}"})
        assert run("budget").status == 1
        refresh(git.place())
        assert "1 error" in part(repo.root, "TOKEN STATUS"), "it is not committed yet"
        repo.git("commit", "--quiet", "--no-verify", "-m", "grow")
        refresh(git.place())
        assert "; 0 errors, 0 warnings." in part(repo.root, "TOKEN STATUS")

    def test_what_limits_growth_is_remembered_too(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limit = '[[budget]]\nname = "r"\nscope = "redundancy"\ngrowth = "+5 tokens"\n'
        repo.add({"ctxtally.toml": limit, "CLAUDE.md": "word\n"})
        refresh(git.place())
        assert not (repo.root / ".git" / "ctxtally" / "standing").exists(), "there is no HEAD yet"
        repo.commit("base")
        refresh(git.place())
        monkeypatch.setattr("ctxtally.survey.look.look", None)
        repo.commit("feat: elsewhere", {"x.txt": "x\n"})
        refresh(git.place())
        assert names(repo)

    def test_what_limits_growth_is_found_anew_where_head_is_gone(self, repo: Repo) -> None:
        limit = '[[budget]]\nname = "r"\nscope = "redundancy"\ngrowth = "+5 tokens"\n'
        repo.commit("base", {"ctxtally.toml": limit, "CLAUDE.md": "word\n"})
        refresh(git.place())
        assert (repo.root / ".git" / "ctxtally" / "standing").exists()
        repo.git("checkout", "--quiet", "--orphan", "other")
        refresh(git.place())
        assert "Context files: 2 tokens in 1 file" in part(repo.root, "TOKEN STATUS")

    def test_other_findings_are_recommended_actions(self, repo: Repo) -> None:
        index = "categories:\n  core:\n    token_budget: 9\n    modules:\n"
        index += "      - {name: a, file: docs/a.md, estimated_tokens: 1}\n"
        repo.commit("base", {"docs/context/INDEX.yaml": index, "docs/a.md": "word\n"})
        refresh(git.place())
        assert part(repo.root, "RECOMMENDED ACTIONS").splitlines() == [
            (
                "- warning `catalog-sum` `docs/context/INDEX.yaml:3`: "
                "``token_budget of `core` says 9; its 1 module is estimated at 1``"
            ),
            "- `ctxtally report` shows all 2 and what to do",
        ]

    def test_a_lower_bound_is_told_by_itself(self, repo: Repo) -> None:
        index = "categories:\n  core:\n    modules:\n"
        index += "      - {name: a, file: docs/a.md, estimated_tokens: 100}\n"
        repo.commit("base", {"docs/context/INDEX.yaml": index, "docs/a.md": "word\n"})
        refresh(git.place())
        assert part(repo.root, "TOKEN STATUS").splitlines()[1] == (
            "- `core/a` 2 of 80 tokens (2%), under `module estimates`"
        )

    def test_a_limit_of_an_agent_is_one(self, repo: Repo) -> None:
        repo.commit("base", {"CLAUDE.md": "word\n" * 201, "ctxtally.toml": LIMIT})
        refresh(git.place())
        assert part(repo.root, "RECOMMENDED ACTIONS").splitlines() == [
            "- warning `agent-limit` `CLAUDE.md`: `201 lines, for Claude Code at most 200 lines`",
            "- `ctxtally report` shows all 2 and what to do",
        ]

    def test_a_configuration_that_cannot_be_read_is_no_reason_to_fail(self, repo: Repo) -> None:
        repo.commit("base", {"ctxtally.toml": "max = \n"})
        with pytest.raises(ConfigError):
            standing(git.place())
        assert refresh(git.place()).written
        assert part(repo.root, "TOKEN STATUS").startswith(
            "Context files: not counted, `ctxtally.toml:1:7: "
        )


class TestLog:
    """Where events go is decided each time, also where all else is remembered."""

    @pytest.fixture
    def exclude(self, repo: Repo) -> Path:
        path = repo.root / ".git" / "info" / "exclude"
        path.write_text("logs\n")
        repo.commit("base", {"ctxtally.toml": 'ledger = "logs/l.jsonl"\n', "CLAUDE.md": "word\n"})
        refresh(git.place())
        assert (repo.root / "logs" / "l.jsonl").is_file()
        return path

    @pytest.mark.usefixtures("exclude")
    def test_is_not_written_through_a_link(self, repo: Repo, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (repo.root / "logs" / "l.jsonl").unlink()
        (repo.root / "logs").rmdir()
        (repo.root / "logs").symlink_to(elsewhere)
        repo.commit("next")
        assert refresh(git.place()).written
        assert list(elsewhere.iterdir()) == []
        assert len(events(repo.root / ".git")) == 1

    def test_is_not_written_where_git_no_longer_ignores_it(self, repo: Repo, exclude: Path) -> None:
        (repo.root / "logs" / "l.jsonl").unlink()
        exclude.write_text("")
        repo.commit("next")
        assert refresh(git.place()).written
        assert repo.git("status", "--porcelain") == ""

    @pytest.mark.usefixtures("exclude")
    def test_goes_along_with_a_repository_that_is_moved(
        self, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (repo.root / "ctxtally.toml").unlink()
        repo.git("add", "--all")
        repo.commit("own log")
        refresh(git.place())
        moved = repo.root.rename(tmp_path / "moved")
        monkeypatch.chdir(moved)
        repo.root = moved
        repo.commit("next")
        refresh(git.place())
        assert len(events(moved / ".git")) == 2
        assert not (tmp_path / "repo").exists()


class TestConcurrency:
    def test_who_comes_second_skips(self, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.commit("base")
        place = git.place()
        monkeypatch.setattr(handoff, "LOCK_SECONDS", 0.01)
        lock = files.Locked(f"{place.git_dir}/ctxtally/handoff.lock", 1.0)
        with lock, pytest.raises(HandoffError) as error:
            refresh(place)
        assert str(error.value) == f"{NAME} is being written by another process"
        assert refresh(place).written

    def test_a_git_directory_that_cannot_be_written_is_no_reason_to_fail(self, repo: Repo) -> None:
        repo.commit("base")
        (repo.root / ".git" / "ctxtally").write_text("in the way")
        assert refresh(git.place()).written
        assert names(repo)

    def test_an_edit_while_it_is_made_is_not_overwritten(
        self, repo: Repo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.commit("base")
        refresh(git.place())
        mine = session(repo.root) + "mine\n"

        def edited(*arguments: object) -> object:
            repo.write({NAME: mine})
            return sizes.fitted(*arguments)  # type: ignore[arg-type] # handed through

        monkeypatch.setattr(page, "fitted", edited)
        repo.write({NAME: session(repo.root)})
        with pytest.raises(HandoffError, match="is being edited"):
            refresh(git.place())
        assert session(repo.root) == mine

    def test_eight_processes_leave_one_whole_file(self, repo: Repo) -> None:
        for number in range(3):
            repo.commit(f"feat: {number}")
        context = multiprocessing.get_context("spawn")
        with context.Pool(8) as pool:
            pool.map(_refresh_in, [str(repo.root)] * 16)
        assert names(repo)
        assert session(repo.root).count("<!-- handoff:auto:begin") == 1
        assert refresh(git.place()).written is False


def _refresh_in(root: str) -> None:
    import os

    os.chdir(root)
    try:
        refresh(git.place())
    except HandoffError:
        return


class TestSize:
    def test_text_of_people_is_never_cut(self, repo: Repo) -> None:
        repo.commit("base")
        human = "word " * 3_000 + "\n"
        repo.write({NAME: human})
        done = refresh(git.place())
        assert session(repo.root).startswith(human)
        assert done.tokens > 2_500
        assert done.notes == (
            (
                f"{NAME} has {done.tokens:,} tokens, and agents cut what is beyond 2,500: "
                "what people wrote in it is never cut here"
            ),
        )
        assert "## TASKS COMPLETED" not in session(repo.root)
        assert names(repo)
        assert refresh(git.place()).notes == (), "told once"

    def test_a_long_session_keeps_the_target(self, repo: Repo) -> None:
        refresh(git.place(), reason="session-start")
        repo.commit("base")
        refresh(git.place(), reason="session-start")
        for number in range(40):
            files_ = {f"some/long/folder/{number}/{'name' * 20}.py": "x\n"}
            repo.commit(f"feat(module {number}): {'word ' * 40}", files_)
        done = refresh(git.place())
        assert done.tokens <= 1_500
        assert "30 earlier commits since" in session(repo.root)


class TestFound:
    def test_before_the_first_commit(self, repo: Repo, run: Run) -> None:
        assert run("handoff", "check").out == f"{NAME}: not written yet\n"
        assert run("handoff", "refresh").status == 0
        assert run("handoff", "check").out == f"{NAME}: current\n"
        repo.commit("base")
        assert run("handoff", "check").status == 1

    def test_a_block_somebody_changed(self, repo: Repo, run: Run) -> None:
        repo.commit("base")
        run("handoff", "refresh")
        repo.write({NAME: session(repo.root).replace("Not recorded.", "All of them.")})
        assert run("handoff", "check").out == f"{NAME}: not known what it was written for\n"

    def test_a_commit_that_is_gone(self, repo: Repo, run: Run) -> None:
        repo.commit("base")
        run("handoff", "refresh")
        place = git.place()
        session_state.keep(place, replace(session_state.load(place), commit="0" * 40))
        assert run("handoff", "check").out == (
            f"{NAME}: commit unknown (rebased away or shallow)\n"
        )


@needs_dev
def test_a_real_hand_written_file_is_kept(repo: Repo) -> None:
    source = DEV / "handoff" / "haproxy-translate" / "CURRENT_SESSION.md"
    repo.commit("base")
    repo.write({NAME: source.read_bytes()})
    refresh(git.place())
    once = session(repo.root)
    assert once.encode("utf-8").startswith(source.read_bytes())
    assert not refresh(git.place()).written
    assert names(repo)


def test_the_seeds_automatic_file_is_kept(repo: Repo) -> None:
    text = (
        "# CURRENT SESSION HANDOFF - AUTO-UPDATED\n\n**Session Start:** 2025-10-27 10:00 CET\n"
        "**Token Usage:** 110100/128000 (86.0%)\n\n## TOKEN STATUS\n**APPROACHING CONTEXT WINDOW"
        " LIMIT** - Auto-handoff triggered at 80.0% threshold\n\n## CURRENT FOCUS AREA\nmine\n\n"
        "## RECOMMENDED ACTIONS\n1. one\n\n**Ready for Handoff:** YES\n"
    )
    repo.commit("base")
    repo.write({NAME: text})
    refresh(git.place())
    assert session(repo.root).startswith(text + "\n<!-- handoff:auto:begin v=1 id=")


def test_a_failure_without_a_repository_is_not_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    handoff.log_failure("x")
    assert list(tmp_path.iterdir()) == []
