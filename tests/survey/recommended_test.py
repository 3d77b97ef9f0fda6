from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxtally.model.saving import Saving
from ctxtally.survey.recommended import ranked

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo


def saving(path: str, tokens: int, *, goal: bool = False, line: int | None = None) -> Saving:
    return Saving(tokens=tokens, path=path, line=line, rule="r", does="d", command="c", goal=goal)


def order(savings: list[Saving], **readers: str) -> list[tuple[str, int, int]]:
    known = {path: (reader,) for path, reader in readers.items()}
    return [(one.path, one.at_start, one.tokens) for one in ranked(savings, known)]


def test_what_is_saved_at_every_start_comes_first() -> None:
    savings = [saving("x", 900), saving("a", 5), saving("b", 50), saving("y", 901)]
    assert order(savings, a="codex", b="codex") == [
        ("b", 50, 50),
        ("a", 5, 5),
        ("y", 0, 901),
        ("x", 0, 900),
    ]


def test_a_goal_is_what_the_other_savings_leave() -> None:
    savings = [saving("a", 9, goal=True), saving("a", 5), saving("b", 3, goal=True)]
    savings += [saving("b", 4, goal=True), saving("c", 5, goal=True), saving("c", 5)]
    assert order(savings) == [("a", 0, 5), ("c", 0, 5), ("a", 0, 4), ("b", 0, 4)]


def test_several_of_one_file_stand() -> None:
    savings = [saving("a", 5, line=9), saving("a", 5, line=2), saving("a", 7, line=5)]
    assert [one.line for one in ranked(savings, {})] == [5, 2, 9]


def test_who_tells_its_readers_keeps_them() -> None:
    one = Saving(tokens=1, path="a", rule="r", does="d", command="c", readers=("gemini-cli",))
    assert ranked([one], {"a": ("codex",)}) == [one]


COMMAND = ".claude/commands/one.md"
LIMIT = '[[budget]]\nname = "small"\npaths = ["**/*.md"]\nmax = 10\n'
INDEX = """\
categories:
  core:
    modules: [{name: one, file: docs/one.md}, {name: two, file: docs/two.md}]
loading_strategy:
  always_load: [core/one]
"""


def test_the_readers_of_a_file(repo: Repo, run: Run) -> None:
    words = "word " * 20
    repo.add(
        {
            "ctxtally.toml": LIMIT,
            "docs/context/INDEX.yaml": INDEX,
            **dict.fromkeys(
                ["docs/one.md", "docs/two.md", "AGENTS.md", "CLAUDE.md", COMMAND], words
            ),
        }
    )
    ran = run("recommend", "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    found = {one["path"]: one["readers"] for one in ran.json["recommendations"]}
    assert found["docs/one.md"] == ["docs/context/INDEX.yaml"]
    assert found["docs/two.md"] == []
    assert found["CLAUDE.md"] == ["claude-code"]
    assert found[COMMAND] == [], "read when it is called"
    assert "agents-md" in found["AGENTS.md"]


def test_what_a_waiver_allows_is_not_recommended(repo: Repo, run: Run) -> None:
    waiver = '[[waiver]]\nbudget = "small"\npath = "CLAUDE.md"\nreason = "for now"\n'
    repo.add({"ctxtally.toml": LIMIT + waiver, "CLAUDE.md": "word " * 20})
    assert run("recommend").out == "Nothing to recommend in the index.\n"


def test_the_saving_is_the_recount(repo: Repo, run: Run) -> None:
    registry = {f"docs/{number}.md": {"size": number, "type": "md"} for number in range(60)}
    text = json.dumps({"inventory": {"files": {"file_registry": registry}}}, indent=2)
    repo.add({"MANIFEST.json": text, **dict.fromkeys(registry, "x\n")})
    before = run.tokens()["MANIFEST.json"]
    (one,) = run("recommend", "--format", "json").json["recommendations"]
    program, *command = one["command"].split()
    assert program == "ctxtally"
    assert run(*command).status == 0
    repo.git("add", "--all")
    assert before - run.tokens()["MANIFEST.json"] == one["tokens"]
