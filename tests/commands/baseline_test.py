from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.model.baseline import PATH

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

LIMIT = '[[budget]]\nname = "no creep"\npaths = ["**/*.md"]\nmax = "baseline"\n'
WORDS = "word " * 20 + "\n"  # 21 tokens, 101 bytes
MORE = "word " * 25 + "\n"  # 26 tokens, 126 bytes
ADD = f"`git add {PATH}`"
HELP = f"  = help: `ctxtally baseline --update` writes it, then {ADD}\n"


def entry(subject: str, tokens: int) -> str:
    return f'{{"budget": "no creep", "subject": "{subject}", "tokens": {tokens}}}\n'


@pytest.fixture
def recorded(repo: Repo) -> Repo:
    """Return a repository in which two files have what was recorded for them."""
    files = {"ctxtally.toml": LIMIT, "a.md": WORDS, "docs/b.md": "word\n"}
    repo.commit("base", {**files, PATH: entry("a.md", 21) + entry("docs/b.md", 2)})
    return repo


def content(repo: Repo) -> str:
    return (repo.root / PATH).read_bytes().decode()


def test_from_nothing(repo: Repo, run: Run) -> None:
    repo.add({"ctxtally.toml": LIMIT, "a.md": WORDS, "docs/b.md": "word\n"})
    ran = run("budget")
    assert ran.status == 1
    assert ran.out.splitlines()[:2] == [
        "error[token-budget]: a.md: 21 tokens, not in the baseline (no creep: baseline)",
        "error[token-budget]: docs/b.md: 2 tokens, not in the baseline (no creep: baseline)",
    ]
    assert ran.out.splitlines()[2] == (
        f"  = help: `ctxtally baseline --update` records what it has now; then {ADD}"
    )
    assert run("baseline", "--check").status == 1
    ran = run("baseline", "--update")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "new: a.md (no creep) 21 tokens\n"
        "new: docs/b.md (no creep) 2 tokens\n"
        f"wrote {PATH}: 2 entries; {ADD}\n"
    )
    assert content(repo) == entry("a.md", 21) + entry("docs/b.md", 2)
    repo.git("add", PATH)
    assert run("budget").status == run("baseline", "--check").status == 0
    assert run("baseline", "--check").out == ""
    assert run("baseline", "--update").out == f"{PATH} is up to date: 2 entries\n"


@pytest.mark.usefixtures("recorded")
def test_the_table(run: Run) -> None:
    assert run("baseline").out == (
        f"{PATH} against the index\n\n"
        "  recorded  now  left  unit    budget    subject\n"
        "        21   21     0  tokens  no creep  a.md\n"
        "         2    2     0  tokens  no creep  docs/b.md\n\n"
        "nothing differs (o200k_base)\n"
    )


def test_what_grows_fails_until_somebody_decides(recorded: Repo, run: Run) -> None:
    recorded.add({"a.md": MORE, "docs/b.md": "", "new.md": "word\n"})
    recorded.git("rm", "--quiet", "--force", "docs/b.md")
    ran = run("budget")
    assert ran.status == 1
    assert ran.out.splitlines()[:2] == [
        (
            "error[token-budget]: a.md: 26 tokens, 5 over its budget of 21 (no creep: baseline); "
            "+5 "
            "since HEAD (21 then)"
        ),
        "  = help: Trim it; `ctxtally baseline --update` raises the limit, on purpose",
    ]
    assert run("baseline", "--check").out == (
        f"error: {PATH}: a.md (no creep) has 26 tokens, recorded with 21 (+5)\n"
        f"error: {PATH}: new.md (no creep) is not recorded: it has 2 tokens\n"
        f"error: {PATH}: docs/b.md (no creep) is gone, recorded with 2 tokens\n{HELP}"
    )
    assert run("baseline").out.splitlines()[-1] == "3 of 3 differ (o200k_base)"
    assert run("baseline").status == 0
    assert run("baseline", "--update").out == (
        "raised: a.md (no creep) 21 to 26 tokens (+5)\n"
        "new: new.md (no creep) 2 tokens\n"
        "gone: docs/b.md (no creep), recorded with 2 tokens\n"
        f"wrote {PATH}: 2 entries; {ADD}\n"
    )
    recorded.git("add", PATH)
    assert run("budget").status == run("baseline", "--check").status == 0


def test_what_shrinks(recorded: Repo, run: Run) -> None:
    recorded.add({"a.md": "word\n"})
    assert run("budget").status == 0
    assert run("baseline", "--check").status == 1
    recorded.add({"ctxtally.toml": f"{LIMIT}slack = 18\n"})
    ran = run("budget")
    assert ran.out.splitlines()[:2] == [
        (
            "error[token-budget]: a.md: 2 tokens, 19 of its budget of 21 are unused, at most 18 "
            "(no creep)"
        ),
        f"  = help: `ctxtally baseline --update` lowers the limit; then {ADD}",
    ]
    ran = run("baseline", "--update")
    assert ran.out.splitlines()[0] == "lowered: a.md (no creep) 21 to 2 tokens (-19)"
    recorded.git("add", PATH)
    assert run("budget").status == 0


@pytest.mark.parametrize("line_ends", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_line_ends_change_nothing(recorded: Repo, run: Run, line_ends: bytes) -> None:
    recorded.git("config", "core.autocrlf", "true" if line_ends == b"\r\n" else "false")
    for path in ("a.md", "ctxtally.toml", PATH):
        text = (recorded.root / path).read_bytes()
        (recorded.root / path).write_bytes(text.replace(b"\n", line_ends))
    recorded.git("add", "--all")
    assert run("baseline", "--check").status == 0
    assert run("baseline", "--check", "--worktree").status == 0


def test_a_form_that_is_not_ours(recorded: Repo, run: Run) -> None:
    recorded.add({PATH: entry("docs/b.md", 2) + entry("a.md", 21)})
    assert run("budget").status == 0
    assert run("baseline", "--check").out == (
        f"error: {PATH}: it has the right numbers, and not the form that is written\n{HELP}"
    )
    assert run("baseline", "--update").out == f"wrote {PATH}: 2 entries; {ADD}\n"
    assert content(recorded) == entry("a.md", 21) + entry("docs/b.md", 2)


class TestMerge:
    @pytest.fixture
    def merging(self, recorded: Repo, run: Run) -> Repo:
        """Return a merge of two branches each of which has raised a limit."""
        for branch, path in (("one", "a.md"), ("other", "docs/b.md")):
            recorded.git("switch", "--quiet", "--create", branch, "main")
            recorded.add({path: MORE})
            assert run("baseline", "--update").status == 0
            recorded.git("add", PATH)
            recorded.commit(branch)
        recorded.git("merge", "--quiet", "one", check=False)
        assert content(recorded).startswith("<<<<<<< ")
        return recorded

    def test_measured_anew(self, merging: Repo, run: Run) -> None:
        ran = run("budget")
        assert (ran.status, ran.err) == (
            2,
            (
                f"error: unmerged: {PATH}\n"
                "  = help: resolve the conflict and `git add` the result, then run again\n"
            ),
        )
        ran = run("baseline", "merge")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.splitlines()[-1] == f"wrote {PATH}: 2 entries; {ADD}"
        assert content(merging) == entry("a.md", 26) + entry("docs/b.md", 26)
        merging.git("add", PATH)
        merging.commit("merged")
        assert run("budget").status == run("baseline", "--check").status == 0

    def test_another_conflict_has_to_be_resolved_first(self, recorded: Repo, run: Run) -> None:
        for branch in ("one", "other"):
            recorded.git("switch", "--quiet", "--create", branch, "main")
            recorded.commit(branch, {"a.md": f"{branch}\n"})
        recorded.git("merge", "--quiet", "one", check=False)
        ran = run("baseline", "merge")
        assert (ran.status, ran.err) == (
            2,
            (
                "error: unmerged: a.md\n"
                "  = help: resolve the conflict and `git add` the result, then run again\n"
            ),
        )

    def test_marks_that_were_committed(self, merging: Repo, run: Run) -> None:
        merging.git("add", PATH)
        for verb in (["budget"], ["baseline"], ["baseline", "--update"], ["report"]):
            ran = run(*verb)
            assert (ran.status, ran.out) == (2, "")
            assert ran.err == (
                f"error: {PATH}:1:1: a merge left a conflict here\n"
                f"  = help: measure anew: `ctxtally baseline merge`, then {ADD}\n"
            )
        assert run("baseline", "merge").status == 0
        merging.git("add", PATH)
        assert run("budget").status == 0

    def test_a_union_of_both_sides(self, recorded: Repo, run: Run) -> None:
        """With `merge=union` there is no conflict, and the smaller number counts."""
        recorded.add({".gitattributes": f"{PATH} merge=union\n"})
        recorded.commit("attributes")
        for branch, words in (("one", 22), ("other", 24)):
            recorded.git("switch", "--quiet", "--create", branch, "main")
            recorded.commit(branch, {PATH: entry("a.md", words) + entry("docs/b.md", 2)})
        recorded.git("merge", "--quiet", "--no-edit", "one")
        assert content(recorded).count("a.md") == 2
        recorded.add({"a.md": "word " * 22 + "\n"})
        assert "1 over its budget of 22" in run("budget").out

    def test_without_a_file(self, recorded: Repo, run: Run) -> None:
        recorded.git("rm", "--quiet", PATH)
        assert run("baseline", "merge").status == 0
        assert content(recorded) == entry("a.md", 21) + entry("docs/b.md", 2)


@pytest.mark.parametrize(
    ("arguments", "error", "way_out"),
    [
        (
            ["--update", "--rev", "HEAD"],
            "--rev does not go with --update, which writes into the work tree",
            "leave out --rev",
        ),
        (
            ["merge", "--update"],
            "--update does not go with `merge`, which measures the index and writes the file",
            "leave out --update",
        ),
        (
            ["merge", "--worktree"],
            "--worktree does not go with `merge`, which measures the index and writes the file",
            "leave out --worktree",
        ),
        (
            ["--update", "--check"],
            "argument --check: not allowed with argument --update",
            "see `ctxtally baseline --help`",
        ),
    ],
)
@pytest.mark.usefixtures("recorded")
def test_what_does_not_go_together(
    run: Run, arguments: list[str], error: str, way_out: str
) -> None:
    ran = run("baseline", *arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", f"error: {error}\n  = help: {way_out}\n")


def test_no_budget_asks(repo: Repo, run: Run) -> None:
    repo.add({"a.md": WORDS})
    ran = run("baseline")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: no budget of the index takes its limit from the baseline\n"
            '  = help: write `max = "baseline"` in a [[budget]], and `git add` it\n'
        ),
    )


def test_json(recorded: Repo, run: Run) -> None:
    recorded.add({"a.md": MORE})
    found = run("baseline", "--format", "json").json
    assert found == {
        "schema": "ctxtally/baseline/1",
        "subject": "index",
        "counter": "o200k_base",
        "path": PATH,
        "entries": [
            {
                "budget": "no creep",
                "subject": "a.md",
                "unit": "tokens",
                "recorded": 21,
                "now": 26,
            },
            {
                "budget": "no creep",
                "subject": "docs/b.md",
                "unit": "tokens",
                "recorded": 2,
                "now": 2,
            },
        ],
        "differs": True,
        "written": False,
    }
    assert run("baseline", "--update", "--format", "json").json["written"] is True


def test_other_commits_and_the_work_tree(recorded: Repo, run: Run) -> None:
    recorded.write({"a.md": MORE})
    assert run("baseline", "--check").status == 0
    assert run("baseline", "--check", "--worktree").status == 1
    recorded.git("add", "a.md")
    assert run("baseline", "--check").status == 1
    assert run("baseline", "--check", "--rev", "HEAD").status == 0


def test_limits_of_load_sets_modules_and_sets(repo: Repo, run: Run) -> None:
    limits = "".join(
        f'[[budget]]\nname = "{scope}"\nscope = "{scope}"\n{line}max = "{recorded}"\n'
        for scope, line, recorded in (
            ("always", 'agent = "claude-code"\n', "baseline"),
            ("chain", 'agent = "codex"\n', "baseline in bytes"),
            ("category", "", "baseline"),
            ("redundancy", 'paths = ["*.md"]\n', "baseline"),
            ("total", 'paths = ["*.md"]\n', "baseline in lines"),
        )
    )
    index = "categories:\n  core:\n    modules:\n      one: {path: one.txt}\n"
    files = {"CLAUDE.md": WORDS, "AGENTS.md": WORDS, "docs/context/INDEX.yaml": index}
    repo.add({"ctxtally.toml": limits, **files, "docs/context/one.txt": "word\n"})
    assert run("baseline", "--update").status == 0
    assert content(repo).splitlines() == [
        '{"budget": "always", "subject": "claude-code", "tokens": 21}',
        '{"budget": "category", "subject": "core", "tokens": 2}',
        '{"budget": "chain", "subject": "codex", "bytes": 101}',
        '{"budget": "redundancy", "subject": "*.md", "tokens": 21}',
        '{"budget": "total", "subject": "total", "lines": 2}',
    ]
    repo.git("add", PATH)
    assert run("budget").status == 0
    repo.add({"CLAUDE.md": MORE, "AGENTS.md": MORE, "docs/context/one.txt": "two words\n"})
    told = [line for line in run("budget").out.splitlines() if line.startswith("error")]
    assert len(told) == 4, "there are no more lines than before"


def test_a_link_is_not_followed(recorded: Repo, run: Run) -> None:
    recorded.git("rm", "--quiet", "--cached", PATH)
    blob = recorded.run("git", "hash-object", "-w", "--stdin", stdin="/etc/passwd").stdout.strip()
    recorded.git("update-index", "--add", "--cacheinfo", f"120000,{blob},{PATH}")
    ran = run("budget")
    assert (ran.status, ran.err) == (
        2,
        (
            f"error: {PATH}:1:1: not a regular file, so it is not read\n"
            "  = help: take it away, then `ctxtally baseline --update`\n"
        ),
    )


def test_its_content_is_not_here(recorded: Repo, run: Run) -> None:
    recorded.git("update-index", "--cacheinfo", f"100644,{'1' * 40},{PATH}")
    ran = run("budget")
    assert (ran.status, ran.err) == (
        2,
        (
            f"error: {PATH}:1:1: its content is not available here\n"
            "  = help: fetch the missing objects\n"
        ),
    )


def test_a_waiver_and_a_changed_file_after_the_plan_is_known(recorded: Repo, run: Run) -> None:
    """The second run goes by a plan that was kept, with the limits in it."""
    assert run("budget").status == 0
    recorded.add({"a.md": MORE})
    assert run("budget").status == 1
    recorded.add({PATH: entry("a.md", 26) + entry("docs/b.md", 2)})
    assert run("budget").status == 0
