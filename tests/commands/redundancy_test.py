"""`ctxtally redundancy`: what is compared, what is judged, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.tokens.counters import counter

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

RULE = "Run the complete integration suite before publishing any release candidate.\n"
OTHER = "Keep credentials in the vault and rotate them whenever somebody leaves.\n"
LIMIT = '[[budget]]\nname = "twice"\nscope = "redundancy"\nmax = "10%"\n'
TREE = {
    "CLAUDE.md": f"@docs/release.md\n\n{RULE}",
    "docs/release.md": f"# Release\n\n{RULE}",
    "AGENTS.md": f"# Agents\n\n{RULE}",
    "docs/old.md": OTHER,
    "docs/older.md": OTHER,
}


def passages(run: Run, *arguments: str, part: str = "passages") -> list[str]:
    """Return the places of passages, as `path:line <- path:line`."""
    ran = run("redundancy", "--format", "json", *arguments)
    assert ran.err == ""
    return [
        " <- ".join(f"{one[side]['path']}:{one[side]['first_line']}" for side in ("again", "first"))
        for one in ran.json[part]
    ]


@pytest.fixture
def tree(repo: Repo) -> Repo:
    repo.add(TREE)
    return repo


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param((), ["docs/release.md:3 <- CLAUDE.md:3"], id="load sets"),
        pytest.param(
            ("--agent", "claude-code"), ["docs/release.md:3 <- CLAUDE.md:3"], id="of an agent"
        ),
        pytest.param(("--agent", "codex"), [], id="of another agent"),
        pytest.param(
            ("--paths", "**/*.md", "!docs/o*"),
            ["CLAUDE.md:3 <- AGENTS.md:3", "docs/release.md:3 <- AGENTS.md:3"],
            id="files by globs",
        ),
        pytest.param(("--paths", "docs/*.md"), ["docs/older.md:1 <- docs/old.md:1"], id="a folder"),
        pytest.param(("--min-tokens", "1000"), [], id="none of them is so large"),
    ],
)
def test_what_is_compared(run: Run, arguments: tuple[str, ...], expected: list[str]) -> None:
    assert passages(run, *arguments) == expected


@pytest.mark.usefixtures("tree")
def test_copies_that_are_not_loaded_together(run: Run) -> None:
    assert passages(run, part="apart") == ["CLAUDE.md:3 <- AGENTS.md:3"]
    assert passages(run, "--paths", "**/*.md", part="apart") == []


def test_the_totals_are_recounted(tree: Repo, run: Run) -> None:
    count = counter().count
    totals = run("redundancy", "--format", "json").json["totals"]
    loaded = ("AGENTS.md", "CLAUDE.md", "docs/release.md")
    redundant = count(TREE["docs/release.md"]) - count("# Release\n\n")
    assert totals == {
        "files": 3,
        "tokens": sum(count(TREE[path]) for path in loaded),
        "redundant": redundant,
        "allowed": 0,
        "ratio": round(redundant / sum(count(TREE[path]) for path in loaded), 6),
    }
    tree.add({"docs/release.md": "# Release\n\n"})
    after = run("redundancy", "--format", "json").json["totals"]
    assert (after["redundant"], after["tokens"]) == (0, totals["tokens"] - redundant)


def test_the_subject(repo: Repo, run: Run) -> None:
    repo.commit("base", {"CLAUDE.md": f"{RULE}\n{RULE}"})
    repo.add({"CLAUDE.md": f"{RULE}\n{OTHER}\n{RULE}\n{OTHER}"})
    repo.write({"CLAUDE.md": RULE})
    assert passages(run) == ["CLAUDE.md:5 <- CLAUDE.md:1"]
    assert passages(run, "--rev", "HEAD") == ["CLAUDE.md:3 <- CLAUDE.md:1"]
    assert passages(run, "--worktree") == []


def test_growth_since_a_branch(repo: Repo, run: Run) -> None:
    repo.commit("base", {"CLAUDE.md": f"{RULE}\n{RULE}"})
    repo.git("switch", "--quiet", "--create", "topic")
    repo.commit("more", {"CLAUDE.md": f"{RULE}\n{RULE}\n{OTHER}\n{OTHER}"})
    repo.git("switch", "--quiet", "main")
    repo.commit("other", {"CLAUDE.md": RULE})
    repo.git("switch", "--quiet", "topic")
    ran = run("redundancy", "--base", "main", "--format", "json").json
    before, now = ran["base"]["redundant"], ran["totals"]["redundant"]
    assert 0 < before < now
    where = repo.git("merge-base", "main", "topic")
    assert ran["base"]["name"] == f"revision {where[:10]}"
    grown = f"; +{now - before} since revision {where[:10]} ({before} then)"
    assert f"{grown}\n" in run("redundancy", "--base", "main").out
    assert f"{grown}.\n" in run("redundancy", "--base", "main", "--format", "markdown").out


@pytest.mark.parametrize(
    ("arguments", "error", "way_out"),
    [
        (
            ("--paths", "nothing/*.md", "x"),
            'no file of the index is selected by "nothing/*.md" "x"',
            'globs begin at the top of the repository: `--paths "docs/**/*.md"`, in quotes',
        ),
        (("--agent", "codx"), 'no agent is named "codx"', "did you mean `codex`?"),
        (
            ("--min-tokens", "few"),
            "argument --min-tokens: 'few' is not a whole number",
            "see `ctxtally redundancy --help`",
        ),
        (
            ("--agent", "codex", "--paths", "x"),
            "argument --paths: not allowed with argument --agent",
            "see `ctxtally redundancy --help`",
        ),
        (
            ("--base", "gone"),
            'no commit is named "gone" here',
            "name a branch, a tag or a commit id; is it fetched? `git fetch origin gone`",
        ),
    ],
)
def test_what_is_refused(
    tree: Repo, run: Run, arguments: tuple[str, ...], error: str, way_out: str
) -> None:
    tree.commit("base")
    ran = run("redundancy", *arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", f"error: {error}\n  = help: {way_out}\n")


def test_a_base_without_a_common_history(tree: Repo, run: Run) -> None:
    tree.commit("base")
    tree.git("switch", "--quiet", "--orphan", "other")
    tree.commit("another root")
    ran = run("redundancy", "--base", "main")
    assert ran.status == 2
    assert ran.err == (
        'error: "main" and the index have no common ancestor\n'
        "  = help: name a branch that this history began from\n"
    )


def test_without_anything_to_compare(repo: Repo, run: Run) -> None:
    repo.add({"README.md": RULE})
    for form, told in (("text", "No files to compare in the index.\n"), ("markdown", "# Repeated")):
        ran = run("redundancy", "--format", form)
        assert ran.status == 0
        assert ran.out.startswith(told)


def test_more_than_the_default_share_is_a_warning(tree: Repo, run: Run) -> None:
    tree.add({"docs/release.md": f"{RULE}\n{RULE}"})
    ran = run("redundancy", "--agent", "claude-code")
    assert ran.status == 0
    assert (
        "warning[redundancy]: docs/release.md: 21 tokens of 39 (53.8%) in `claude-code in .` are "
        "repeated, 16 over its budget of 5 (redundancy: 15% of total)\n"
    ) in ran.out


@pytest.mark.parametrize(
    ("budget", "status"),
    [
        pytest.param(LIMIT, 1, id="over"),
        pytest.param(LIMIT.replace("10%", "90% of total"), 0, id="within"),
        pytest.param(LIMIT + 'level = "warning"\n', 0, id="a warning"),
        pytest.param(LIMIT.replace("10%", "3 tokens"), 1, id="in tokens"),
    ],
)
def test_a_budget_decides(tree: Repo, run: Run, budget: str, status: int) -> None:
    tree.add({"ctxtally.toml": budget})
    assert run("redundancy").status == run("budget").status == status


def test_a_budget_with_paths_is_about_those(tree: Repo, run: Run) -> None:
    tree.add({"ctxtally.toml": LIMIT + 'paths = ["docs/o*.md"]\n'})
    ran = run("redundancy")
    assert ran.status == 1
    (line,) = (one for one in ran.out.splitlines() if one.startswith("error"))
    assert line == (
        "error[redundancy]: docs/older.md: 12 tokens of 24 (50.0%) in `docs/o*.md` are repeated, "
        "10 over its budget of 2 (twice: 10%)"
    )
    assert run("redundancy", "--agent", "codex").status == 0


def test_a_waiver_allows_it(tree: Repo, run: Run) -> None:
    waiver = '[[waiver]]\nbudget = "twice"\npath = "**"\nreason = "next week"\n'
    tree.add({"ctxtally.toml": LIMIT + waiver})
    ran = run("redundancy")
    assert ran.status == 0
    assert "(waived: next week)" in ran.out


ALLOWED = '[[allowed_duplicate]]\npaths = ["CLAUDE.md", "docs/**"]\nreason = "two readers"\n'
MANIFEST = """\
{"project_overrides": {"allowed_duplicates":
  [{"project_file": "docs/release.md", "standards_file": "CLAUDE.md", "reason": "two readers"}]}}
"""


@pytest.mark.parametrize(
    "added",
    [
        pytest.param({"ctxtally.toml": ALLOWED}, id="by the configuration"),
        pytest.param({"MANIFEST.json": MANIFEST}, id="by the manifest"),
        pytest.param(
            {"CLAUDE.md": f"@docs/release.md\n\n<!-- dup-ok: two readers -->\n{RULE}"},
            id="by a comment at the first place",
        ),
        pytest.param(
            {"docs/release.md": f"# Release\n\n<!-- dup-ok: two readers -->\n{RULE}"},
            id="by a comment at the later place",
        ),
    ],
)
def test_what_is_allowed(tree: Repo, run: Run, added: dict[str, str]) -> None:
    tree.add(added)
    found = run("redundancy", "--format", "json").json
    (passage,) = found["passages"]
    assert (passage["allowed"], passage["saved"]) == ("two readers", 0)
    assert found["totals"]["redundant"] == 0
    assert found["totals"]["allowed"] > 0
    assert found["findings"] == []
    assert "on purpose: two readers" in run("redundancy").out


def test_a_comment_that_allows_nothing_is_told(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": f"<!-- dup-ok: was copied -->\n{RULE}"})
    told = (
        "warning[redundancy-comment]: CLAUDE.md:1: "
        "`dup-ok` allows nothing: what it stands above is not repeated\n"
    )
    assert told in run("redundancy").out
    assert told not in run("redundancy", "--paths", "*.md").out, "it may be about other files"


def test_a_file_that_is_no_text_is_told(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": RULE, "docs/x.md": b"\xff\xfeR\0u\0n\0"})
    ran = run("redundancy", "--paths", "**/*.md")
    assert ran.status == 1
    assert "error[utf-16]: docs/x.md: not UTF-8" in ran.out


def test_modules_of_an_index_are_one_set(repo: Repo, run: Run) -> None:
    index = "categories:\n  core:\n    modules:\n"
    index += "".join(f"      {name}: {{path: docs/{name}.md}}\n" for name in "ab")
    repo.add(
        {
            "CLAUDE.md": RULE,
            "docs/INDEX.yaml": index,
            "docs/a.md": OTHER,
            "docs/b.md": f"{OTHER}\n{RULE}",
        }
    )
    assert passages(run) == ["docs/b.md:1 <- docs/a.md:1", "docs/b.md:3 <- CLAUDE.md:1"]
    names = [one["name"] for one in run("redundancy", "--format", "json").json["sets"]]
    assert names == ["claude-code in . with docs/INDEX.yaml", "claude-code in ."]


def test_a_directory_is_compared_with_what_lies_above(repo: Repo, run: Run) -> None:
    skill = f"---\nname: x\ndescription: y\n---\n{OTHER}"
    repo.add(
        {
            "CLAUDE.md": RULE,
            "web/CLAUDE.md": f"# Web\n\n{RULE}",
            ".claude/skills/x/SKILL.md": skill,
            "web/.claude/skills/y/SKILL.md": skill,
        }
    )
    assert passages(run) == ["web/CLAUDE.md:3 <- CLAUDE.md:1"]
    assert passages(run, part="apart") == [
        "web/.claude/skills/y/SKILL.md:5 <- .claude/skills/x/SKILL.md:5"
    ]


def test_an_untracked_configuration_is_named(tree: Repo, run: Run) -> None:
    tree.write({"ctxtally.toml": LIMIT})
    note = "ctxtally.toml is not tracked; it is used as it lies on the disk"
    assert run("redundancy").out.endswith(f"note: {note}\n")
    assert f"Note: `{note}`" in run("redundancy", "--format", "markdown").out


def test_an_estimate_is_marked(tree: Repo, run: Run) -> None:
    tree.add({"ctxtally.toml": 'counter = "gpt-9"\n'})
    for form in ("text", "markdown"):
        out = run("redundancy", "--format", form).out
        assert out.count("~") >= 3
