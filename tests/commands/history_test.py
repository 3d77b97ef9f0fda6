"""`ctxtally history`: which commits changed a file or a load set, and what lies ahead."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from ctxtally.survey import loads
from tests.support.repo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run

WORD = "word "
LIMIT = '[[budget]]\nname = "small"\npaths = ["CLAUDE.md"]\nmax = "100 tokens"\n'


@dataclass(frozen=True)
class Made:
    """A commit to import: what it writes (`None`: deletes), on top of its first parent."""

    files: dict[str, str | None] = field(default_factory=dict)
    parents: tuple[int, ...] = ()
    day: int = 1


def imported(repo: Repo, *commits: Made) -> list[str]:
    """Make commits of any shape, the last one HEAD; return their ids."""
    stream = []
    for number, one in enumerate(commits, start=1):
        stream += [
            f"commit refs/made/{number}",
            f"mark :{number}",
            f"committer T <t@example.invalid> {1_700_000_000 + one.day * 86_400} +0000",
            f"data <<E\nchange {number}\nE",
        ]
        stream += [
            f"{'from' if at == 0 else 'merge'} :{parent}" for at, parent in enumerate(one.parents)
        ]
        for path, text in one.files.items():
            stream.append(
                f"D {path}" if text is None else f"M 100644 inline {path}\ndata <<E\n{text}E"
            )
    repo.run("git", "fast-import", "--quiet", "--force", stdin="\n".join([*stream, ""]))
    repo.git("update-ref", "HEAD", f"refs/made/{len(commits)}")
    repo.git("reset", "--quiet", "--hard")
    names = [f"refs/made/{at}" for at in range(1, len(commits) + 1)]
    return repo.git("rev-parse", *names).splitlines()


def words(tokens: int) -> str:
    """Return a text of so many tokens; the last one is a space with the line feed."""
    return f"{WORD * (tokens - 1)}\n"


def tokens(run: Run, *arguments: str) -> list[tuple[str, int | None]]:
    ran = run("history", *arguments, "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    return [(point["commit"], point["tokens"]) for point in ran.json["points"]]


def line(many: int) -> list[Made]:
    """Return a straight history in which a file grows by ten tokens with each commit."""
    return [
        Made({"CLAUDE.md": words(10 * at + 11)}, (at,) if at else (), day=at) for at in range(many)
    ]


def test_what_it_prints(repo: Repo, run: Run) -> None:
    repo.add({})
    made = line(6)
    made.append(Made({"ctxtally.toml": LIMIT, "CLAUDE.md": words(31)}, (6,), day=6))
    ids = imported(repo, *made)
    assert run("history", "CLAUDE.md").out == (
        "CLAUDE.md: 7 commits changed it (o200k_base, exact; subject: revision"
        f" {ids[6][:10]} (HEAD))\n"
        "\n"
        "  \u2582\u2583\u2585\u2586\u2587\u2588\u2585\n"
        "  first 11 (2023-11-14), lowest 11 (2023-11-14), highest 61 (2023-11-19), now 31\n"
        "\n"
        "Largest changes\n"
        "\n"
        "  change  tokens  commit      date        subject\n"
        f"     -30  31      {ids[6][:10]}  2023-11-20  change 7\n"
        f"     +11  11      {ids[0][:10]}  2023-11-14  change 1\n"
        f"     +10  61      {ids[5][:10]}  2023-11-19  change 6\n"
        f"     +10  51      {ids[4][:10]}  2023-11-18  change 5\n"
        f"     +10  41      {ids[3][:10]}  2023-11-17  change 4\n"
        "\n"
        "trend: no trend [-8.9 to +28.9 with 95% certainty, from 7 changes in 7 commits]\n"
        "limit: 100 tokens (small); 69 left\n"
    )


@pytest.mark.parametrize(
    ("many", "extra", "told"),
    [
        pytest.param(
            3,
            "",
            "trend: too few changes to tell, at least five are needed\n"
            "limit: 100 tokens (small); 69 left\n",
            id="three changes",
        ),
        pytest.param(
            6,
            "",
            "trend: +10.0 tokens a commit [+10.0 to +10.0 with 95% certainty, from 6 changes in 6"
            " commits]\n"
            "limit: 100 tokens (small); 39 left, over it in about 4 commits [4 to 4] if it goes on"
            " so\n",
            id="a steady growth",
        ),
        pytest.param(
            12,
            "",
            "trend: +10.0 tokens a commit [+10.0 to +10.0 with 95% certainty, from 12 changes in"
            " 12 commits]\n"
            "limit: 100 tokens (small); 21 over it now\n",
            id="over it",
        ),
        pytest.param(
            6,
            'level = "error"\ncounter = "cl100k_base"\n',
            "trend: +10.0 tokens a commit [+10.0 to +10.0 with 95% certainty, from 6 changes in 6"
            " commits]\n"
            "limit: no budget in tokens is about it\n",
            id="a budget of another counter",
        ),
    ],
)
def test_the_limit_ahead(repo: Repo, run: Run, many: int, extra: str, told: str) -> None:
    made = line(many)
    made[0].files["ctxtally.toml"] = LIMIT + extra
    imported(repo, *made)
    out = run("history", "CLAUDE.md").out
    assert out[out.index("trend: ") :] == told


def test_a_deleted_file_has_no_limit_ahead(repo: Repo, run: Run) -> None:
    made = line(6)
    made[0].files["ctxtally.toml"] = LIMIT
    ids = imported(repo, *made, Made({"CLAUDE.md": None}, (6,), day=6))
    ran = run("history", "CLAUDE.md", "--format", "json")
    assert ran.json["points"][-1] == {
        "commit": ids[6],
        "date": "2023-11-20T22:13:20+00:00",
        "tokens": None,
        "change": -61,
        "path": "CLAUDE.md",
        "reason": "deleted",
        "main": True,
        "subject": "change 7",
    }
    assert (ran.json["tokens"], ran.json["ahead"]) == (None, None)
    out = run("history", "CLAUDE.md").out
    assert ", now deleted\n" in out
    assert f"     -61  deleted  {ids[6][:10]}  2023-11-20  change 7\n" in out


class TestShapes:
    """Every commit on all parents that changed it, and no other."""

    def test_merges(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"a.md": words(3)}, day=1),
            Made({"a.md": words(4)}, (1,), day=3),
            Made({"b.md": words(11)}, (1,), day=4),
            Made({"b.md": words(11)}, (2, 3), day=5),  # takes a.md from one side
            Made({"a.md": words(7)}, (1,), day=2),
            Made({"a.md": words(11)}, (4, 5), day=6),  # is unlike both sides
            Made({}, (6,), day=7),  # an empty commit
        )
        found = run("history", "a.md", "--format", "json").json
        assert [
            (one["commit"], one["tokens"], one["change"], one["main"]) for one in found["points"]
        ] == [
            (ids[0], 3, 3, True),
            (ids[4], 7, 4, False),
            (ids[1], 4, 1, True),
            (ids[5], 11, 7, True),
        ]
        assert found["commits"] == 5
        assert [one["tokens"] for one in found["line"]] == [3, 4, 11]

    def test_several_roots(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"a.md": words(3)}),
            Made({"b.md": words(4)}),
            Made({"b.md": words(4)}, (1, 2)),
            Made({"b.md": words(5)}, (3,)),
        )
        assert tokens(run, "b.md") == [(ids[1], 4), (ids[3], 5)]
        assert tokens(run, "a.md") == [(ids[0], 3)]

    def test_away_and_back(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"a.md": words(3), "b.md": "x\n"}),
            Made({"a.md": None}, (1,)),
            Made({"b.md": "y\n"}, (2,)),
            Made({"a.md": words(3)}, (3,)),
        )
        assert tokens(run, "a.md") == [(ids[0], 3), (ids[1], None), (ids[3], 3)]

    @pytest.mark.parametrize("seed", range(6))
    def test_the_commits_are_those_of_git(self, repo: Repo, run: Run, seed: int) -> None:
        random = Random(seed)  # noqa: S311 - a seed, not a secret
        made = [Made({"a.md": words(3), "b.md": "x\n"})]
        for at in range(1, 25):
            others = random.sample(range(1, at + 1), k=min(at, random.choice([1, 1, 2, 3])))
            text = random.choice([None, words(3), words(4), words(5)])
            choices: list[dict[str, str | None]] = [{}, {"b.md": f"{at}\n"}, {"a.md": text}]
            files = random.choice(choices)
            made.append(Made(files, tuple(others), day=at))
        imported(repo, *made)
        listed = repo.git("rev-list", "--parents", "HEAD").splitlines()
        parents = {one: others for one, *others in map(str.split, listed)}
        blobs = {one: repo.git("ls-tree", one, "--", "a.md") for one in parents}
        expected = {
            one
            for one, others in parents.items()
            if blobs[one] not in ([blobs[other] for other in others] or [""])
        }
        found = tokens(run, "a.md")
        assert {commit for commit, _ in found} == expected
        assert len(found) == len(expected)
        places = [commit for commit, _ in found]
        for commit, counted in found:
            shown = repo.run("git", "show", f"{commit}:a.md", check=False)
            assert counted == (shown.stdout.count(" ") + 1 if shown.returncode == 0 else None)
            assert not set(places[: places.index(commit)]) & set(_above(commit, parents))


def _above(commit: str, parents: dict[str, list[str]]) -> list[str]:
    """Return the commits of which this is an ancestor."""
    found = [commit]
    for one in found:
        found += [
            child for child, others in parents.items() if one in others and child not in found
        ]
    return found[1:]


class TestRenames:
    LONG = "".join(f"Step {at} of the build reads its log.\n" for at in range(20))

    def test_is_followed(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"AGENTS.md": words(3)}),
            Made({"old.md": self.LONG}, (1,)),
            Made({"old.md": f"{self.LONG}More.\n"}, (2,)),
            Made({"old.md": None, "docs/mid.md": f"{self.LONG}More.\n"}, (3,)),
            Made({"docs/mid.md": None, "new.md": f"{self.LONG}And more.\n"}, (4,)),
            Made({"old.md": "another file\n"}, (5,)),
        )
        ran = run("history", "new.md", "--format", "json")
        assert [(one["commit"], one["path"]) for one in ran.json["points"]] == [
            (ids[1], "old.md"),
            (ids[2], "old.md"),
            (ids[3], "docs/mid.md"),
            (ids[4], "new.md"),
        ]
        assert run("history", "new.md").out.endswith(
            f'note: called "docs/mid.md" until {ids[4][:10]}\n'
            f'note: called "old.md" until {ids[3][:10]}\n'
        )
        assert tokens(run, "old.md")[-1][0] == ids[5]

    def test_a_side_that_still_has_the_old_name(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"old.md": self.LONG}),
            Made({"old.md": None, "new.md": self.LONG}, (1,)),
            Made({"old.md": f"{self.LONG}Side.\n"}, (1,)),
            Made({"new.md": f"{self.LONG}Side.\n"}, (2, 3)),
        )
        ran = run("history", "new.md", "--format", "json")
        assert {one["commit"]: one["path"] for one in ran.json["points"]} == {
            ids[0]: "old.md",
            ids[1]: "new.md",
            ids[2]: "old.md",
            ids[3]: "new.md",
        }

    def test_a_new_file_is_not_a_renamed_one(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"old.md": self.LONG}),
            Made({"old.md": None, "new.md": "nothing alike\n"}, (1,)),
        )
        assert tokens(run, "new.md") == [(ids[1], 3)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ["CLUADE.md"],
            'error: no commit that HEAD is made of has a file "CLUADE.md"\n'
            "  = help: did you mean `CLAUDE.md`?\n",
            id="misspelt",
        ),
        pytest.param(
            ["zzz"],
            'error: no commit that HEAD is made of has a file "zzz"\n'
            "  = help: write it as seen from the top\n",
            id="like nothing",
        ),
        pytest.param(
            ["docs"],
            'error: "docs" is a directory\n'
            "  = help: name a file in it, or add `--agent A` for what an agent loads there\n",
            id="a directory",
        ),
        pytest.param(
            ["../x.md"],
            'error: "../x.md" is no file of the repository\n'
            "  = help: write it as seen from the top: `docs/build.md`, or ask for an `--agent`\n",
            id="outside",
        ),
        pytest.param(
            ["--agent", "claude"],
            'error: no agent is named "claude"\n  = help: did you mean `claude-code`?\n',
            id="an agent",
        ),
        pytest.param(
            ["--agent", "codex", "nowhere"],
            'error: no tracked file lies below "nowhere"\n'
            "  = help: write it as seen from the top of the repository\n",
            id="a directory of an agent",
        ),
        pytest.param(
            ["CLAUDE.md", "--since", "rubbish"],
            'error: --since "rubbish" is no time in the past\n'
            "  = help: write it as git takes it: 2026-01-31, `3 weeks ago`, yesterday\n",
            id="a time",
        ),
        pytest.param(
            ["CLAUDE.md", "--since", "2026-02-30"],
            "error: argument --since: '2026-02-30' is not a day; write 2026-01-31\n"
            "  = help: see `ctxtally history --help`\n",
            id="a day that no calendar has",
        ),
        pytest.param(
            ["CLAUDE.md", "--since", "2026-13-01 12:00"],
            "error: argument --since: '2026-13-01' is not a day; write 2026-01-31\n"
            "  = help: see `ctxtally history --help`\n",
            id="such a day and a time",
        ),
    ],
)
def test_mistakes(repo: Repo, run: Run, arguments: list[str], told: str) -> None:
    repo.commit("base", {"CLAUDE.md": WORD, "docs/a.md": WORD})
    ran = run("history", *arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", told)


def test_nothing_to_show(repo: Repo, run: Run) -> None:
    repo.add({"notes.txt": "x\n"})
    ran = run("history")
    assert (ran.status, ran.err) == (
        2,
        "error: there is no commit here yet\n  = help: commit something first\n",
    )
    repo.commit("base")
    ran = run("history")
    assert (ran.status, ran.err) == (
        2,
        (
            "error: no agent is used here\n"
            "  = help: name a file, or an agent: `ctxtally history --agent claude-code`\n"
        ),
    )
    assert tokens(run, "--agent", "codex") == []
    assert run("history", "--agent", "codex").out.startswith(
        "codex in ., always loaded: 0 commits changed it (o200k_base, exact; "
    )


def test_since(repo: Repo, run: Run) -> None:
    ids = imported(repo, *line(6))
    found = run("history", "CLAUDE.md", "--since", "2023-11-17", "--format", "json").json
    assert [one["commit"] for one in found["points"]] == ids[3:]
    assert (found["points"][0]["change"], found["commits"]) == (10, 3)
    assert run("history", "CLAUDE.md", "--since", "2023-11-17").out.startswith(
        "CLAUDE.md: 3 commits changed it since 2023-11-17 ("
    )


def test_what_cannot_be_counted(repo: Repo, run: Run) -> None:
    repo.commit("one", {"a.md": words(3)})
    repo.commit("two", {"a.md": b"\xff\xfe\0"})
    (repo.root / "a.md").unlink()
    (repo.root / "a.md").symlink_to("b.md")
    repo.git("add", "--all")
    repo.commit("three")
    repo.git("rm", "--quiet", "a.md")
    repo.commit("four", {"a.md": words(7)})
    found = run("history", "a.md", "--format", "json").json
    assert [(one["tokens"], one["change"], one["reason"]) for one in found["points"]] == [
        (3, 3, None),
        (None, None, "utf-16"),
        (None, None, "link"),
        (7, None, None),
    ]
    assert found["remarks"] == [
        "not wholly counted at 1 commit: utf-16",
        "not wholly counted at 1 commit: link",
    ]


def test_a_link_is_the_history_of_what_it_leads_to(repo: Repo, run: Run) -> None:
    one = repo.commit("one", {"AGENTS.md": words(3)})
    (repo.root / "CLAUDE.md").symlink_to("AGENTS.md")
    repo.git("add", "--all")
    repo.commit("two")
    assert tokens(run, "CLAUDE.md") == [(one, 3)]
    assert run("history", "CLAUDE.md").out.endswith(
        'note: "CLAUDE.md" is a link: this is the history of what it leads to\n'
    )


def test_a_shallow_clone(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = imported(repo, *line(4))
    source, clone = repo.root.as_uri(), repo.root.parent / "clone"
    repo.git("clone", "--quiet", "--depth=2", source, str(clone))
    monkeypatch.chdir(clone)
    assert [commit for commit, _ in tokens(run, "CLAUDE.md")] == ids[2:]
    assert run("history", "CLAUDE.md").out.endswith(
        "note: the clone is shallow: what was before its oldest commit is not here\n"
    )


def test_a_partial_clone(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched: what is not here is told."""
    imported(repo, *line(3))
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = repo.root.parent / "clone"
    repo.git("clone", "--quiet", "--filter=blob:none", repo.root.as_uri(), str(clone))
    monkeypatch.chdir(clone)
    ran = run("history", "CLAUDE.md", "--format", "json")
    assert [one["tokens"] for one in ran.json["points"]] == [None, None, 31]
    assert ran.json["remarks"] == ["not wholly counted at 2 commits: not-available"]
    assert [one[1] for one in tokens(run, "--agent", "claude-code")] == [None, None, 31]
    bare = repo.root.parent / "bare"
    source = repo.root.as_uri()
    repo.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", source, str(bare))
    monkeypatch.chdir(bare)
    assert run("history", "--agent", "claude-code").out.endswith(
        "\nlimit: 20,000 tokens (always-loaded); now not-available\n"
        "note: not wholly counted at 3 commits: not-available\n"
    )


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_counts_come_from_the_cache(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("GIT_DEFAULT_HASH", form)
    (tmp_path / form).mkdir()
    monkeypatch.chdir(tmp_path / form)
    made = Repo.__new__(Repo)
    made.root = tmp_path / form
    made.git("init", "--quiet", f"--object-format={form}", "--initial-branch=main")
    for at in range(3):
        made.commit("x", {"CLAUDE.md": words(at + 2), "notes.txt": f"{at}\n"})
    before = tokens(run, "CLAUDE.md"), tokens(run, "--agent", "claude-code")
    assert [[tokens for _, tokens in one] for one in before] == [[2, 3, 4], [2, 3, 4]]

    def refuse(_: object, texts: list[str]) -> list[int]:
        assert not texts
        return []

    monkeypatch.setattr("ctxtally.survey.measure.count_texts", refuse)
    monkeypatch.setattr("ctxtally.survey.view.count_texts", refuse)
    assert (tokens(run, "CLAUDE.md"), tokens(run, "--agent", "claude-code")) == before


def test_nothing_is_checked_out_or_written(repo: Repo, run: Run) -> None:
    imported(repo, *line(3))
    repo.write({"CLAUDE.md": "edited\n", "new.txt": "untracked\n"})
    before = repo.git("status", "--porcelain"), repo.git("for-each-ref")
    run("history", "CLAUDE.md")
    run("history")
    assert (repo.git("status", "--porcelain"), repo.git("for-each-ref")) == before
    assert (repo.root / "CLAUDE.md").read_text() == "edited\n"


class TestLoadSets:
    def test_each_commit_is_as_explain_has_it(self, repo: Repo, run: Run) -> None:
        ids = imported(
            repo,
            Made({"README.md": "x\n"}),
            Made({"CLAUDE.md": f"@docs/a.md\n{words(5)}"}, (1,)),
            Made({"docs/a.md": words(11)}, (2,)),  # an import comes to be there
            Made({"src/a.c": "int a;\n"}, (3,)),
            Made({".claude/rules/r.md": words(6)}, (3,)),
            Made({".claude/rules/r.md": words(6), "docs/a.md": words(4)}, (4, 5)),
            Made({"packages/core/CLAUDE.md": words(9)}, (6,)),
            Made({"docs/a.md": None}, (7,)),
            Made({"CLAUDE.md": None}, (8,)),
        )
        for where in ([], ["packages/core"]):
            found = tokens(run, *where, "--agent", "claude-code")
            directory = where or ["."]
            for commit, counted in found:
                arguments = ("--rev", commit, "--agent", "claude-code", "--dir", *directory)
                if commit == ids[6] or not where:
                    (agent,) = run("explain", *arguments, "--format", "json").json["agents"]
                    assert counted == agent["always"]["tokens"], commit
            changed = [ids.index(commit) + 1 for commit, _ in found]
            # What is below a directory is loaded on demand by a session at the top.
            assert sorted(changed) == [2, 3, 5, 6, 7, 8, 9]

    def test_the_agent_that_loads_most_where_none_is_named(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {"CLAUDE.md": words(5), "GEMINI.md": words(11)})
        found = run("history", "--format", "json").json
        assert (found["agent"], found["dir"], found["path"]) == ("gemini-cli", ".", None)
        assert (found["tokens"], found["limit"]) == (
            10,
            {"name": "always-loaded", "tokens": 20_000},
        )
        assert found["remarks"] == ["of other agents: `--agent claude-code`"]

    def test_a_load_set_is_found_anew_only_where_it_may_differ(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, found = loads.load_set, []

        def counting(*arguments: object) -> object:
            found.append(arguments)
            return real(*arguments)  # type: ignore[arg-type] # as they came

        monkeypatch.setattr("ctxtally.survey.history_loads.load_set", counting)
        made = [Made({"CLAUDE.md": words(3), "src/a.c": "x\n"})]
        made += [Made({"src/a.c": f"{at}\n"}, (at,)) for at in range(1, 8)]
        made += [Made({"CLAUDE.md": words(4)}, (8,))]
        imported(repo, *made)
        assert [one[1] for one in tokens(run, "--agent", "claude-code")] == [3, 4]
        assert len(found) == 2


def test_a_drawing(repo: Repo, run: Run) -> None:
    made = line(12)
    made[0].files["ctxtally.toml"] = LIMIT
    ids = imported(repo, *made)
    drawn = ET.fromstring(run("history", "CLAUDE.md", "--format", "svg").out)  # noqa: S314 - ours
    titles = [one.text or "" for one in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] == "CLAUDE.md: tokens over commits"
    assert titles[1] == f"{ids[0][:10]} of 2023-11-14: 11 tokens; change 1"
    fills = [one.get("fill") for one in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert [fills.count(fill) for fill in ("#0072b2", "#d55e00")] == [9, 3], "three are over it"
    texts = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["0", "121", "100", "commits", "2023-11-14", "2023-11-25"]


def test_a_drawing_of_nothing_and_of_very_much(repo: Repo, run: Run) -> None:
    repo.commit("base", {"a.txt": "x\n"})
    out = run("history", "--agent", "codex", "--format", "svg").out
    assert "<circle" not in out
    ET.fromstring(out)  # noqa: S314 - ours
    short = [Made({"CLAUDE.md": words(3 + at % 2)}, (at,) if at else ()) for at in range(800)]
    imported(repo, *short)
    out = run("history", "CLAUDE.md", "--format", "svg").out
    assert "<circle" not in out
    assert out.count(",") > 800
    marks = run("history", "CLAUDE.md").out.splitlines()[2].strip()
    assert len(marks) == 58


def test_a_terminal_without_blocks(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(repo, *line(3))
    raw = io.BytesIO()
    plain = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", plain)
    assert run("history", "CLAUDE.md").status == 0
    plain.flush()
    assert "\n  -+#\n" in raw.getvalue().decode()


def test_text_of_strangers_does_nothing(repo: Repo, run: Run) -> None:
    repo.commit("esc \x1b[31m and \u202e" + "long " * 50, {"a.md": words(3)})
    out = run("history", "a.md").out
    assert r"esc \x1b[31m and \u202elong" in out
    assert "\x1b" not in out + run("history", "a.md", "--format", "svg").out


@pytest.mark.parametrize(
    "setting",
    [
        "log.follow=true",
        "log.diffMerges=off",
        "log.showRoot=false",
        "diff.orderFile=/nonexistent",
        "diff.renames=copies",
        "diff.renames=false",
        "diff.relative=true",
        "color.ui=always",
        "log.date=relative",
        "i18n.logOutputEncoding=latin1",
    ],
)
def test_settings_of_a_user_change_nothing(
    repo: Repo, run: Run, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = Made({"CLAUDE.md": None, "docs/CLAUDE.md": words(31), "src/a.c": "x\n"}, (3,))
    imported(repo, *line(3), moved, Made({"docs/CLAUDE.md": words(11)}, (4, 1)))
    before = [run("history", *one).out for one in (("docs/CLAUDE.md",), ("docs", "--agent=codex"))]
    assert 'note: called "CLAUDE.md" until ' in before[0]
    repo.git("config", *setting.split("=", 1))
    monkeypatch.chdir(repo.root / "src")
    after = [run("history", *one).out for one in (("docs/CLAUDE.md",), ("docs", "--agent=codex"))]
    assert after == before


def test_exported_pathspec_grammars_and_replaced_commits(
    repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = imported(repo, *line(3))
    before = tokens(run, "CLAUDE.md")
    repo.git("replace", ids[1], ids[0])
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert tokens(run, "CLAUDE.md") == before
