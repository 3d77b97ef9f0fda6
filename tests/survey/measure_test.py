from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.survey import measure

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo


def test_a_batch_at_a_time_gives_the_same(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add({f"{number}/CLAUDE.md": f"{'word ' * number}\n" for number in range(1, 9)})
    expected = {f"{number}/CLAUDE.md": number + 1 for number in range(1, 9)}
    monkeypatch.setattr(measure, "BATCH_BYTES", 20)
    assert run.tokens() == expected
    assert run.tokens() == expected, "from the cache"


def test_content_that_is_not_here_is_a_finding(repo: Repo, run: Run) -> None:
    oid = "1" * 40
    repo.git("update-index", "--add", "--info-only", "--cacheinfo", f"100644,{oid},CLAUDE.md")
    ran = run("budget")
    assert ran.status == 1
    assert ran.out.startswith(
        "error[not-available]: CLAUDE.md: not measured: its content is not available here\n"
        "  = help: fetch the missing objects, or restore the file\n"
    )
    assert not list((repo.root / ".git" / "ctxtally").glob("verdict-*")), "it may come back"


def test_a_corrupt_cache_costs_only_time(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "two words\n"})
    assert run.tokens() == {"CLAUDE.md": 3}
    counts = repo.root / ".git" / "ctxtally" / "counts"
    counts.write_bytes(b"\xff\x00garbage" + counts.read_bytes()[:-20])
    assert run.tokens() == {"CLAUDE.md": 3}


@pytest.mark.parametrize("name", ["plan", "plan-with-registries"])
@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"key": 1, "plan": {"specs": [], "paths": []}}', b"\xff"]
)
def test_a_foreign_plan_is_made_anew(repo: Repo, run: Run, name: str, content: bytes) -> None:
    repo.add({"CLAUDE.md": "two words\n"})
    first = run("report").out, run("budget", "--verbose").out
    (repo.root / ".git" / "ctxtally" / name).write_bytes(content)
    assert (run("report").out, run("budget", "--verbose").out) == first
