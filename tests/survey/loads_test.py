"""Load sets of real indexes: what has to be asked of git, and how texts are counted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git
from ctxtally.adapters.trees import Index
from ctxtally.survey.ground import ground
from ctxtally.survey.loads import load_sets
from ctxtally.survey.measure import LARGEST_BYTES, Meter
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.survey.loads import Loads
    from tests.support.repo import Repo

EXACT = counter(DEFAULT)


def loaded(agents: Sequence[str], dirs: Sequence[str] | None = (".",)) -> Loads:
    place = git.place()
    tree = Index()
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    return load_sets(ground(place, tree), Meter(tree, EXACT, cache), agents, dirs)


def always(found: Loads) -> dict[str, int]:
    return {file.path: file.tokens for file in found.agents[0].loads.files if file.load == "always"}


def tokens(files: Mapping[str, str]) -> dict[str, int]:
    return {path: EXACT.count(text) for path, text in files.items()}


BIG = "".join(f"Step {number} of the guide. " for number in range(5_000))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"CLAUDE.md": "# Project\n\nRead what follows.\n@docs/big.md\n", "docs/big.md": BIG},
            id="a small file that imports a large one",
        ),
        pytest.param({"CLAUDE.md": "@AGENTS.md", "AGENTS.md": "Run the tests.\n"}, id="ten bytes"),
        pytest.param(
            {"CLAUDE.md": "@a/b/c/notes.txt @a/b/Makefile\n", "a/b/c/notes.txt": "one\n"}
            | {"a/b/Makefile": "two\n"},
            id="files that no glob names",
        ),
        pytest.param(
            {"CLAUDE.md": "@one.txt\n", "one.txt": "@two.txt\n", "two.txt": "@three.txt\n"}
            | {"three.txt": "three\n"},
            id="a chain of them",
        ),
        pytest.param(
            {"CLAUDE.md": "@AGENTS.md and @AGENTS.md\n", "AGENTS.md": "twice\n"},
            id="an import that is repeated",
        ),
    ],
)
def test_everything_that_loads_is_charged(repo: Repo, files: dict[str, str]) -> None:
    repo.add({**files, "README.md": "unrelated\n"})
    found = loaded(["claude-code"])
    assert always(found) == tokens(files)
    assert found.agents[0].loads.findings == ()
    assert found.outlines.keys() == set(files)


@pytest.mark.parametrize(
    "text",
    [
        "Use @google/gemini-cli-core and @tanstack/react-query.\n",
        "Mail me@example.com, ask @octocat.\n",
        "`@docs/a.md`\n",
        "An alias: @/components/button\n",
    ],
)
def test_what_is_no_import_stays_quiet(repo: Repo, text: str) -> None:
    repo.add({"CLAUDE.md": text, "docs/a.md": "word\n"})
    found = loaded(["claude-code"])
    assert always(found) == {"CLAUDE.md": EXACT.count(text)}
    assert found.agents[0].loads.findings == ()


def test_an_import_through_a_linked_directory(repo: Repo) -> None:
    repo.add({"CLAUDE.md": "@guides/a.txt\n", "docs/real/a.txt": "linked\n"})
    (repo.root / "guides").symlink_to("docs/real")
    repo.git("add", "guides")
    assert always(loaded(["claude-code"])) == {
        "CLAUDE.md": EXACT.count("@guides/a.txt\n"),
        "docs/real/a.txt": EXACT.count("linked\n"),
    }


def test_naming_a_file_does_not_list_those_beside_it(repo: Repo) -> None:
    files = {f"src/deep/{number}.c": "int x;\n" for number in range(20)}
    repo.add({"CLAUDE.md": "@src/deep/1.c @src/deep/none.c @web/none\n", **files})
    found = loaded(["claude-code"])
    assert {path for path in found.tracked.entries if path.startswith("src/")} == {"src/deep/1.c"}
    # What is not there is kept in mind too, so that it shows when it comes.
    assert found.tracked.asked >= {"src/deep/1.c", "src/deep/none.c", "web/none", "web"}
    assert "src" not in found.tracked.asked


def test_an_excluded_file_loads_where_it_is_imported(repo: Repo) -> None:
    repo.add(
        {
            "ctxtally.toml": 'exclude = ["examples/**"]\n',
            "CLAUDE.md": "@examples/CLAUDE.md\n",
            "examples/CLAUDE.md": "example\n",
            "examples/other/CLAUDE.md": "other\n",
        }
    )
    found = loaded(["claude-code"])
    assert [file.path for file in found.agents[0].loads.files] == [
        "CLAUDE.md",
        "examples/CLAUDE.md",
    ]


def test_settings_of_an_agent_name_further_files(repo: Repo) -> None:
    repo.add({".aider.conf.yml": "read: CONVENTIONS\n", "CONVENTIONS": "Be brief.\n"})
    found = loaded(["aider"])
    assert always(found) == {"CONVENTIONS": EXACT.count("Be brief.\n")}
    assert found.specs == ("CONVENTIONS",)
    assert ".aider.conf.yml" in found.outlines


def test_a_file_that_is_too_large_says_so(repo: Repo) -> None:
    repo.add({"AGENTS.md": b"a" * (LARGEST_BYTES + 1)})
    (finding,) = loaded(["codex"]).agents[0].loads.findings
    assert (finding.rule, finding.level, finding.message) == (
        "too-large",
        "error",
        "not measured: 4,194,305 bytes, at most 4,194,304 are read",
    )


def test_a_chain_beyond_the_limit_of_codex(repo: Repo) -> None:
    """A character that is cut in two becomes U+FFFD, as in codex-rs/core/src/agents_md.rs."""
    root = "# Root\n" + "a" * 32_000 + "\n"
    rest = 32_768 - len(root)
    nested = ("# Kept\n" + "b" * rest)[: rest - 1] + "é\n# Lost\n\n## Also lost\n"
    deepest = "# Never seen\n"
    repo.add({"AGENTS.md": root, "pkg/AGENTS.md": nested, "pkg/deep/AGENTS.md": deepest})
    (agent,) = loaded(["codex"], ["pkg/deep"]).agents
    size = len(nested.encode())
    assert [
        (file.path, file.bytes_kept, file.bytes_cut, file.headings_lost)
        for file in agent.loads.files
    ] == [
        ("AGENTS.md", len(root), 0, ()),
        ("pkg/AGENTS.md", rest, size - rest, ("Lost", "Also lost")),
        ("pkg/deep/AGENTS.md", 0, len(deepest), ("Never seen",)),
    ]
    kept = nested[: rest - 1] + "\ufffd"
    assert agent.loads.files[1].tokens == EXACT.count(kept)
    assert agent.loads.cut.bytes == size - rest + len(deepest)
    assert {one.rule for one in agent.loads.findings} == {"agent-limit"}
    assert agent.window
    assert agent.share == agent.loads.always.tokens / 258_400


def test_the_worst_come_first(repo: Repo) -> None:
    repo.add(
        {
            "CLAUDE.md": "word\n",
            "large/CLAUDE.md": "word " * 50,
            "AGENTS.md": "word " * 10,
            "cut/AGENTS.md": "a" * 40_000,
        }
    )
    found = loaded(["claude-code", "codex"], None).agents
    assert [(one.loads.agent, one.loads.dir) for one in found] == [
        ("codex", "cut"),
        ("claude-code", "large"),
        ("codex", "."),
        ("claude-code", "."),
    ]
    assert found[0].loads.cut.tokens > 0


def test_a_text_is_counted_once(repo: Repo) -> None:
    skill = "---\nname: a\ndescription: what it does\n---\nBody.\n"
    repo.add({"CLAUDE.md": "word\n<!-- not loaded -->\n", ".claude/skills/a/SKILL.md": skill})
    first = loaded(["claude-code"])
    counts = repo.root / ".git" / "ctxtally" / "counts"
    kept = counts.read_bytes()
    assert first.agents[0].loads.always.tokens == EXACT.count("word\n") + EXACT.count(
        "- a: what it does"
    )
    second = loaded(["claude-code"])
    assert [one.loads for one in second.agents] == [one.loads for one in first.agents]
    assert counts.read_bytes() == kept


def test_a_name_that_is_not_utf_8_in_a_listing(repo: Repo) -> None:
    name = os.fsdecode(b".agents/skills/\xff/SKILL.md")
    repo.add({name: "---\ndescription: odd\n---\n"})
    (agent,) = loaded(["codex"]).agents
    assert agent.loads.always.tokens > 0


def test_text_that_reads_unlike_any_blob_is_not_remembered(repo: Repo) -> None:
    """A second byte-order mark is text, and a blob that begins with it would lose it."""
    repo.add({"AGENTS.md": b"\xef\xbb\xbf\xef\xbb\xbfword\n"})
    text = "\ufeffword\n"
    for _ in range(2):
        assert always(loaded(["codex"])) == {"AGENTS.md": EXACT.count(text)}


def test_more_than_is_read_ahead(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctxtally.survey.view._AHEAD_BYTES", 10)
    files = {"AGENTS.md": "one two three four\n", "a/AGENTS.md": "word\n"}
    repo.add(files)
    assert always(loaded(["codex"], ["a"])) == tokens(files)


def test_a_link_whose_target_cannot_be_read(repo: Repo) -> None:
    repo.add({"docs/a.md": "word\n"})
    (repo.root / "CLAUDE.md").symlink_to("x" * 200 + "/" + "y" * 200)
    repo.git("add", "CLAUDE.md")
    (agent,) = loaded(["claude-code"]).agents
    assert agent.loads.files == ()
    assert [one.rule for one in agent.loads.findings] == ["link-not-followed"]
