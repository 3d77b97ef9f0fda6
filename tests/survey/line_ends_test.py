"""What is recorded in bytes is the same for every checkout; limits of agents are in raw bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.model.baseline import PATH
from ctxtally.survey import line_ends, measure

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

RECORDED = """
[[budget]]
name = "file"
paths = ["*.md"]
max = ["baseline", "baseline in bytes"]
[[budget]]
name = "total"
scope = "total"
paths = ["**/*.md"]
max = "baseline in bytes"
[[budget]]
name = "always"
scope = "always"
agent = "codex"
max = "baseline in bytes"
[[budget]]
name = "chain"
scope = "chain"
agent = "codex"
max = "baseline in bytes"
"""
RAW = '[[budget]]\nname = "raw"\npaths = ["AGENTS.md"]\nmax = "4 B"\n'
TEXT = "a\nb\n"
# Codex keeps 32,768 bytes of its instructions; a line has 16.
LONG = "fifteen letters\n" * 3_000


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def actual(run: Run, *arguments: str) -> dict[tuple[str, str], int]:
    found = run("budget", "--format", "json", *arguments).json["budgets"]
    return {
        (one["name"], one["subject"]): one["actual"]
        for one in found
        if one["unit"] == "bytes" and one["name"] in ("file", "total", "always", "chain")
    }


def test_the_same_for_every_checkout(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": RECORDED, "AGENTS.md": TEXT, "docs/AGENTS.md": TEXT})
    assert run("baseline", "--update").status == 0
    repo.commit("base", {PATH: (repo.root / PATH).read_bytes()})
    repo.git("config", "core.autocrlf", "false")
    expected = {
        ("file", "AGENTS.md"): 4,
        ("total", "total"): 8,
        ("always", "codex"): 4,
        ("always", "codex in docs"): 8,
        ("chain", "codex"): 4,
        ("chain", "codex in docs"): 8,
    }
    assert actual(run) == expected
    repo.add({"AGENTS.md": crlf(TEXT), "docs/AGENTS.md": crlf(TEXT)})
    for _ in "new", "known":
        assert actual(run) == expected
        assert (run("budget").status, run("baseline", "--check").out) == (0, "")
    assert run("baseline", "--update").out == f"{PATH} is up to date: 7 entries\n"
    assert actual(run, "--worktree") == expected
    repo.git("reset", "--quiet", "--hard")
    repo.git("config", "core.autocrlf", "true")
    repo.git("rm", "--quiet", "--cached", "-r", ".")
    repo.git("reset", "--quiet", "--hard")
    assert (repo.root / "AGENTS.md").read_bytes() == crlf(TEXT).encode()
    ran = run("baseline", "--check", "--worktree")
    assert (ran.status, ran.out) == (0, "")


def test_a_limit_that_is_not_recorded_is_in_raw_bytes(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": RAW, "AGENTS.md": TEXT})
    assert run("budget").status == 0
    repo.add({"AGENTS.md": crlf(TEXT)})
    assert run("budget").out.splitlines()[0] == (
        "error[token-budget]: AGENTS.md: 6 bytes, 2 over its budget of 4 (raw: 4 B)"
    )


def test_the_base_too(repo: Repo, run: Run) -> None:
    """What grew is told in the same bytes, on both sides."""
    grown = RECORDED.replace('bytes"\n', 'bytes"\nover = "shrink-only"\n')
    entries = [("total", "total", 8), ("chain", "codex", 4), ("chain", "codex in docs", 7)]
    entries += [("always", "codex", 9), ("always", "codex in docs", 9)]
    recorded = "".join(
        f'{{"budget": "{name}", "subject": "{subject}", "bytes": {size}}}\n'
        for name, subject, size in entries
    )
    config = grown[grown.index('[[budget]]\nname = "total"') :]
    files = {"AGENTS.md": crlf(TEXT), "docs/AGENTS.md": crlf(TEXT)}
    repo.git("config", "core.autocrlf", "false")
    repo.commit("base", {"ctxtally.toml": config, PATH: recorded, **files})
    assert run("budget").status == 0
    repo.add({"docs/AGENTS.md": crlf(f"{TEXT}c\n")})
    out = run("budget").out.splitlines()
    assert [one.partition(" (")[0] for one in out if one.startswith("error")] == [
        f"error[token-budget]: docs/AGENTS.md: {told}"
        for told in (
            "10 bytes in `total`, 2 over its budget of 8",
            "10 bytes always loaded by Codex in docs, 1 over its budget of 9",
            "10 bytes in the files that Codex always loads in docs, 3 over its budget of 7",
        )
    ]
    since = "; +2 since HEAD (8 then), and what is over may only shrink"
    assert sum(one.endswith(since) for one in out) == 3
    assert sum(one.startswith("  = help: grew: `docs/AGENTS.md` 4 to 6. ") for one in out) == 2


@pytest.mark.parametrize("size", [measure.BATCH_BYTES, 10], ids=["one batch", "several"])
def test_what_an_agent_cuts(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(line_ends, "BATCH_BYTES", size)
    repo.git("config", "core.autocrlf", "false")
    long = crlf(LONG)
    repo.add({"ctxtally.toml": RECORDED, "AGENTS.md": long, "docs/AGENTS.md": crlf(TEXT)})
    kept = len(long.encode()[:32_768].replace(b"\r\n", b"\n"))
    assert actual(run) == {
        ("file", "AGENTS.md"): len(LONG),
        ("total", "total"): len(LONG) + len(TEXT),
        ("always", "codex"): kept,
        ("always", "codex in docs"): kept,
        ("chain", "codex"): len(LONG),
        ("chain", "codex in docs"): len(LONG) + len(TEXT),
    }
