"""`ctxtally catalog`: what it looks at, what it changes, and what it refuses."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.survey.mended_test import FILES, INDEX

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

MODULE = "files:\n- {path: %s, tokens: %d}\n"


@pytest.fixture
def small(repo: Repo) -> Repo:
    repo.add(FILES)
    return repo


def lying(repo: Repo) -> dict[str, bytes]:
    return {path: (repo.root / path).read_bytes() for path in FILES}


class TestPaths:
    @pytest.mark.parametrize(
        ("paths", "read"),
        [
            ((), ["MANIFEST.json", INDEX]),
            (("MANIFEST.json",), ["MANIFEST.json"]),
            (("./docs/",), [INDEX]),
            ((".",), ["MANIFEST.json", INDEX]),
            ((INDEX, "MANIFEST.json"), [INDEX, "MANIFEST.json"]),
            (("docs", INDEX), [INDEX]),
        ],
    )
    def test_which_catalogs_are_read(
        self, small: Repo, run: Run, paths: tuple[str, ...], read: list[str]
    ) -> None:
        assert small.root.is_dir()
        ran = run("catalog", "--format", "json", *paths)
        assert (ran.status, ran.err, ran.json["catalogs"]) == (0, "", read)

    def test_any_name(self, repo: Repo, run: Run) -> None:
        repo.add({"my/list.txt": MODULE % ("a.md", 9), "a.md": "one\n"})
        assert run("catalog").out == "No catalogs in the index.\n"
        (entry,) = run("catalog", "my/list.txt", "--format", "json").json["entries"]
        assert (entry["path"], entry["measured"]["tokens"]) == ("a.md", 2)

    @pytest.mark.parametrize(
        ("path", "error", "help_"),
        [
            (
                "docs/INDX.yaml",
                'no catalog is tracked at "docs/INDX.yaml"',
                f"did you mean `{INDEX}`?",
            ),
            (
                "zzz",
                'no catalog is tracked at "zzz"',
                "write the path of a tracked file as seen from the top of the repository",
            ),
            (
                "../x",
                '"../x" is no path of the repository',
                "write it as seen from the top: `docs/INDEX.yaml`",
            ),
        ],
    )
    def test_no_catalog(self, small: Repo, run: Run, path: str, error: str, help_: str) -> None:
        assert small.root.is_dir()
        ran = run("catalog", path)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == f"error: {error}\n  = help: {help_}\n"

    def test_what_is_excluded_is_not_read(self, small: Repo, run: Run) -> None:
        small.add({"ctxtally.toml": f'exclude = ["{INDEX}"]\n'})
        assert run("catalog", "--format", "json").json["catalogs"] == ["MANIFEST.json"]
        assert run("catalog", "--format", "json", INDEX).json["catalogs"] == [INDEX]


class TestSubject:
    def test_index_work_tree_revision(self, repo: Repo, run: Run) -> None:
        repo.commit("base", {"INDEX.yaml": MODULE % ("a.md", 2), "a.md": "one\n"})
        repo.add({"INDEX.yaml": MODULE % ("a.md", 3)})
        repo.write({"INDEX.yaml": MODULE % ("a.md", 4)})
        stated = [
            run("catalog", "--format", "json", *which).json["entries"][0]["stated"]["tokens"]
            for which in (("--rev", "HEAD"), (), ("--worktree",))
        ]
        assert stated == [2, 3, 4]


class TestFindings:
    def test_budgets_of_modules_decide(self, repo: Repo, run: Run) -> None:
        limit = '[[budget]]\nname = "m"\nscope = "module"\nmax = "100% of estimate"\n'
        repo.add({"INDEX.yaml": MODULE % ("a.md", 1), "a.md": "one\n", "ctxtally.toml": limit})
        ran = run("catalog")
        assert ran.status == 1
        assert (
            "error[module-estimate]: INDEX.yaml:2: `files/a.md` measures 2 tokens, stated 1"
            " (2.00x; allowed 100% of estimate)\n"
        ) in ran.out

    @pytest.mark.parametrize(
        "config",
        [
            pytest.param("defaults = false\n", id="no defaults"),
            pytest.param('[[budget]]\nname = "x"\npaths = ["*.md"]\nmax = 9\n', id="others"),
        ],
    )
    def test_a_fifth_where_no_budget_says_so(self, repo: Repo, run: Run, config: str) -> None:
        repo.add({"INDEX.yaml": MODULE % ("a.md", 1), "a.md": "one\n", "ctxtally.toml": config})
        assert "module-estimate" not in run("budget").out
        assert "warning[module-estimate]: INDEX.yaml:2: " in run("catalog").out

    def test_a_budget_in_another_counter(self, repo: Repo, run: Run) -> None:
        limit = (
            '[[budget]]\nname = "m"\nscope = "module"\nmax = "100% of estimate"\n'
            'counter = "cl100k_base"\n'
        )
        text = "안녕하세요 세계\n"  # 4 tokens in o200k_base, 10 in cl100k_base
        repo.add({"INDEX.yaml": MODULE % ("a.md", 4), "a.md": text, "ctxtally.toml": limit})
        assert "`files/a.md` measures 10 tokens, stated 4" in run("catalog").out

    def test_waivers_and_remarks(self, repo: Repo, run: Run) -> None:
        repo.add({"INDEX.yaml": MODULE % ("gone.md", 1)})
        repo.write(
            {
                "ctxtally.toml": '[[waiver]]\nrule = "catalog-missing-file"\npath = "INDEX.yaml"\n'
                'reason = "comes tomorrow"\n'
            }
        )
        ran = run("catalog")
        assert "note[catalog-missing-file]: INDEX.yaml:2: " in ran.out
        assert "(waived: comes tomorrow)" in ran.out
        remark = "ctxtally.toml is not tracked; it is used as it lies on the disk"
        assert f"\n\nnote: {remark}\n1 catalog, 1 entry: 0 errors, 0 warnings" in ran.out
        assert run("catalog", "--format", "json").json["remarks"] == [remark]

    def test_a_registry_in_a_file_of_its_own(self, repo: Repo, run: Run) -> None:
        lazy = (
            '{"inventory": {"files": {"total_count": 3, "file_registry": {'
            '"_hash": "0000000000000000", "_detail_file": ".manifest/files.json"}}}}'
        )
        repo.add(
            {
                "MANIFEST.json": lazy,
                ".manifest/files.json": '{"a.md": {"size": 9},\n"gone.md": {"size": 1}}',
                "a.md": "one\n",
            }
        )
        found = run("catalog", "--format", "json").json
        assert [(one["rule"], one["path"], one["line"]) for one in found["findings"]] == [
            ("catalog-registry", ".manifest/files.json", 1),
            ("catalog-registry", ".manifest/files.json", 2),
            ("catalog-count", "MANIFEST.json", 1),
            ("catalog-digest", "MANIFEST.json", 1),
            ("catalog-unregistered-file", ".manifest/files.json", None),
        ]
        assert [(one["catalog"], one["path"], one["state"]) for one in found["entries"]] == [
            (".manifest/files.json", "a.md", "file"),
            (".manifest/files.json", "gone.md", "missing"),
        ]
        assert run("catalog", "--fix").status == 0
        left = run("catalog", "--worktree", "--format", "json").json["findings"]
        assert [one["message"].partition(":")[0] for one in left if one["level"] != "note"] == [
            "1 of 2 registered files is not tracked"
        ]

    def test_checksums_of_registered_files(self, repo: Repo, run: Run) -> None:
        row = '{"path": "%s", "bytes": 4, "sha256": "%s"}'
        right = sha256(b"one\n").hexdigest()
        rows = ",\n".join([row % ("a.md", right), row % ("b.md", right)])
        repo.add({"MANIFEST.json": f'{{"files": [\n{rows}]}}\n', "a.md": "one\n", "b.md": "two\n"})
        assert (
            "warning[catalog-digest]: MANIFEST.json:3: 1 of 2 checksums is not that of the file:"
            " b.md (line 3)\n"
        ) in run("catalog").out
        assert run("catalog", "--fix").out == (
            f"MANIFEST.json:3: b.md sha256: {right} -> {sha256(b'two' + bytes([10])).hexdigest()}\n"
            "mended 1 number in 1 file\n"
        )

    def test_a_detail_file_that_cannot_be_read(self, repo: Repo, run: Run) -> None:
        lazy = '{"inventory": {"files": {"file_registry": {"_detail_file": "%s"}}}}'
        repo.add({"MANIFEST.json": lazy % "files.json", "files.json": "{"})
        assert (
            "warning[catalog-registry]: files.json:1: column 2: not valid JSON"
            in run("catalog").out
        )
        repo.add({"files.json": " " * (4 << 20) + " {}"})
        assert run("catalog").status == 0


class TestHook:
    def test_silent_where_nothing_is_an_error(self, small: Repo, run: Run) -> None:
        assert small.root.is_dir()
        ran = run("catalog", "--hook")
        assert (ran.status, ran.out, ran.err) == (0, "", "")

    def test_an_error_fails(self, small: Repo, run: Run) -> None:
        small.commit("base")
        small.git("rm", "--quiet", "docs/context/core/style.md")
        ran = run("catalog", "--hook")
        assert ran.status == 1
        assert ran.out == (
            f"error[catalog-missing-file]: {INDEX}:24: `style` names docs/context/core/style.md,"
            " which is not tracked\n"
            "  = help: restore or rename the file, or take the entry out\n"
            "2 catalogs, 15 entries: 1 error, 12 warnings (o200k_base, exact; subject: index);"
            " `ctxtally catalog` shows all\n"
        )


class TestFix:
    def test_only_the_work_tree_changes(self, small: Repo, run: Run) -> None:
        staged = small.git("ls-files", "--stage")
        ran = run("catalog", "--fix", INDEX)
        assert ran.status == 0
        assert ran.out.endswith("\nmended 7 numbers in 2 files\n")
        changed = small.git("diff", "--name-only").splitlines()
        assert changed == [INDEX, "docs/context/core/rules.md"]
        assert small.git("ls-files", "--stage") == staged

    def test_the_difference_is_what_git_would_apply(self, small: Repo, run: Run) -> None:
        before = lying(small)
        difference = run("catalog", "--fix", "--dry-run").out
        assert lying(small) == before
        (small.root / "mend.diff").write_bytes(difference.encode())
        small.git("apply", "mend.diff")
        applied = lying(small)
        small.git("checkout", "--quiet", "--", *FILES)
        assert run("catalog", "--fix").status == 0
        assert lying(small) == applied != before

    def test_nothing_to_mend(self, small: Repo, run: Run) -> None:
        run("catalog", "--fix")
        small.git("add", "--update")
        assert run("catalog", "--fix").out == "nothing to mend\n"
        assert run("catalog", "--fix", "--dry-run").out == ""

    def test_what_is_left(self, repo: Repo, run: Run) -> None:
        repo.add({"INDEX.yaml": MODULE % ("a.md", 9) + "  tokens: 0x9\n", "a.md": "one\n"})
        repo.add({"INDEX.yaml": "files:\n- {path: a.md, tokens: 0x9}\n"})
        assert run("catalog", "--fix").out == (
            "INDEX.yaml:2: files/a.md tokens: left at 9, for it is not written plainly;"
            " it should be 2\nmended 0 numbers in 0 files\n"
        )

    def test_a_catalog_that_cannot_be_read_is_named(self, repo: Repo, run: Run) -> None:
        repo.add({"INDEX.yaml": "a: [\n"})
        ran = run("catalog", "--fix")
        assert ran.status == 0
        assert ran.out.startswith("nothing to mend\nwarning[catalog-unreadable]: INDEX.yaml:2: ")

    def test_an_error_that_no_number_mends_fails(self, repo: Repo, run: Run) -> None:
        repo.add({"INDEX.yaml": MODULE % ("/etc/passwd", 1)})
        ran = run("catalog", "--fix")
        assert ran.status == 1
        assert "error[catalog-refused-path]: INDEX.yaml:2: " in ran.out
        assert run("catalog", "--fix", "--dry-run").status == 0

    @pytest.mark.parametrize("path", [INDEX, "docs/context/core/style.md", "CLAUDE.md"])
    def test_refused_where_the_work_tree_differs(self, small: Repo, run: Run, path: str) -> None:
        small.write({path: FILES[path] + b"# edited\n"})
        before = lying(small)
        ran = run("catalog", "--fix")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            f"error: {path}: not the same in the work tree as in the index\n"
            "  = help: `git add` what you changed, or `git stash` it, then run again\n"
        )
        assert lying(small) == before

    def test_line_ends_of_the_platform_stay(self, small: Repo, run: Run) -> None:
        small.git("config", "core.autocrlf", "true")
        small.commit("base")
        for path in FILES:
            (small.root / path).unlink()
        small.git("checkout", "--", ".")
        assert b"\r\n" in lying(small)[INDEX]
        assert run("catalog", "--fix").status == 0
        assert b"\n" not in lying(small)[INDEX].replace(b"\r\n", b"")
        assert small.git("diff", "--stat").endswith(
            "3 files changed, 9 insertions(+), 9 deletions(-)"
        )

    def test_json(self, small: Repo, run: Run) -> None:
        assert small.root.is_dir()
        found = run("catalog", "--fix", "--dry-run", "--format", "json").json
        assert found["changes"][0] == {
            "path": "MANIFEST.json",
            "line": 6,
            "name": "inventory.files.total_count",
            "before": 14,
            "after": 12,
        }
        assert found["left"] == []
        assert found["diff"] + "\n" == run("catalog", "--fix", "--dry-run").out


class TestWrite:
    def test_the_registry_moves(self, small: Repo, run: Run) -> None:
        before = json.loads(FILES["MANIFEST.json"])["inventory"]["files"]["file_registry"]
        assert run("catalog", "--write", "--dry-run").out.startswith(
            "--- /dev/null\n+++ b/.manifest/"
        )
        assert not (small.root / ".manifest").exists()
        ran = run("catalog", "--write")
        assert (ran.status, ran.err) == (0, "")
        detail = small.root / ".manifest" / "file-registry.json"
        assert json.loads(detail.read_text("utf-8")) == before
        small.git("add", "--all")
        found = run("catalog", "--format", "json").json
        assert len([one for one in found["entries"] if one["role"] == "registry"]) == 12
        assert "catalog-digest" not in {one["rule"] for one in found["findings"]}
        assert run("catalog", "--write").out == (
            "nothing to write: no catalog is smaller in the form lazy; `ctxtally catalog` shows "
            "the forms that save something, `--form NAME` writes one\n"
        )

    @pytest.mark.parametrize("form", ["minified", "columns", "columns-minified", "without-stale"])
    def test_another_form(self, small: Repo, run: Run, form: str) -> None:
        known = run("catalog", "--format", "json").json
        (counted,) = [one for one in known["forms"] if one["name"] == form]
        ran = run("catalog", "--write", "--form", form)
        assert ran.out == (
            f"MANIFEST.json: 636 -> {counted['after']} tokens\nnext: git add MANIFEST.json\n"
        )
        small.git("add", "--all")
        assert run.tokens()["MANIFEST.json"] == counted["after"]
        again = run("catalog", "--format", "json").json
        kept = len([one for one in again["entries"] if one["role"] == "registry"])
        assert kept == (4 if form == "without-stale" else 12)

    def test_what_lies_there_stays(self, small: Repo, run: Run) -> None:
        small.write({".manifest/file-registry.json": "mine\n"})
        ran = run("catalog", "--write")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            "error: .manifest/file-registry.json is there already, and is not replaced\n"
            "  = help: take it away, then run again\n"
        )
        assert lying(small)["MANIFEST.json"] == FILES["MANIFEST.json"]

    def test_a_folder_that_git_ignores_is_told(self, small: Repo, run: Run) -> None:
        small.write({".gitignore": ".manifest/\n"})
        assert run("catalog", "--write").err == (
            "note: .manifest/file-registry.json is ignored by git: `git add --force` it, or it is"
            " not committed\n"
        )

    def test_json(self, small: Repo, run: Run) -> None:
        assert small.root.is_dir()
        found = run("catalog", "--write", "--format", "json").json
        assert found["schema"] == "ctxtally/catalog-written/1"
        assert found["forms"] == [
            {
                "path": "MANIFEST.json",
                "name": "lazy",
                "does": "the registry in .manifest/file-registry.json, read only when it is needed",
                "before": 636,
                "after": 135,
                "saved": 501,
                "moved_to": ".manifest/file-registry.json",
                "moved": 562,
            }
        ]


class TestWhatDoesNotGoTogether:
    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            (("--fix", "--worktree"), "--worktree does not go with --fix"),
            (("--write", "--rev", "HEAD"), "--rev does not go with --write"),
            (("--fix", "--hook"), "--hook does not go with --fix"),
            (("--fix", "--form", "lazy"), "--form does not go with --fix"),
            (("--fix", "--format", "markdown"), "--format markdown does not go with --fix"),
        ],
    )
    def test_with_a_change(
        self, repo: Repo, run: Run, arguments: tuple[str, ...], error: str
    ) -> None:
        assert repo.root.is_dir()
        ran = run("catalog", *arguments)
        name = error.partition(" does")[0]
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            f"error: {error}, which changes the work tree where it is as the index\n"
            f"  = help: leave out {name}\n"
        )

    @pytest.mark.parametrize(
        ("arguments", "error", "help_"),
        [
            (
                ("--dry-run",),
                "--dry-run shows what --fix or --write would change",
                "name one of them too",
            ),
            (("--form", "lazy"), "--form says what --write is to write", "name --write too"),
        ],
    )
    def test_without_one(
        self, repo: Repo, run: Run, arguments: tuple[str, ...], error: str, help_: str
    ) -> None:
        assert repo.root.is_dir()
        ran = run("catalog", *arguments)
        assert (ran.status, ran.out, ran.err) == (2, "", f"error: {error}\n  = help: {help_}\n")

    def test_both(self, repo: Repo, run: Run) -> None:
        assert repo.root.is_dir()
        assert run("catalog", "--fix", "--write").status == 2


@pytest.mark.skipif(os.name == "nt", reason="names of files are Unicode there")
def test_names_that_are_not_utf_8(repo: Repo, run: Run) -> None:
    folder = os.fsencode(repo.root) + b"/caf\xe9"
    os.mkdir(folder)
    with open(folder + b"/INDEX.yaml", "wb") as file:
        file.write(b"files:\n- {path: a.md, tokens: 9}\n")
    with open(folder + b"/a.md", "wb") as file:
        file.write(b"one\n")
    repo.git("add", "--all")
    for form in ("text", "json", "markdown"):
        assert run("catalog", "--format", form).status == 0
    assert run("catalog", "--fix").out == (
        "caf\\udce9/INDEX.yaml:2: files/a.md tokens: 9 -> 2\nmended 1 number in 1 file\n"
    )


GROWN = "error[module-estimate]: docs/context/INDEX.yaml:2: `modules/one` measures 26 tokens, "


@pytest.mark.parametrize(
    ("lines", "words", "expected"),
    [
        pytest.param('max = 5\nover = "shrink-only"', 20, [], id="what is over stays"),
        pytest.param(
            'max = 5\nover = "shrink-only"',
            25,
            [
                (
                    f"{GROWN}21 over its budget of 5 (limit); +5 since HEAD (21 then), and what is "
                    "over may only shrink"
                )
            ],
            id="what is over grows",
        ),
        pytest.param(
            'growth = 4\ncounter = "cl100k_base"',
            25,
            [f"{GROWN}+5 since HEAD (21 then), at most +4 (limit)"],
            id="growth",
        ),
    ],
)
def test_budgets_against_the_base(
    repo: Repo, run: Run, lines: str, words: int, expected: list[str]
) -> None:
    """The command says of modules what the gate says."""
    repo.commit(
        "base",
        {
            "ctxtally.toml": f'[[budget]]\nname = "limit"\nscope = "module"\n{lines}\n',
            "docs/context/INDEX.yaml": "modules:\n  - {name: one, path: one.md}\n",
            "docs/context/one.md": "word " * 20 + "\n",
        },
    )
    repo.add({"docs/context/one.md": "word " * words + "\n"})
    for verb in ("catalog", "budget"):
        ran = run(verb)
        found = [line for line in ran.out.splitlines() if line.startswith("error[module")]
        assert found == expected, verb
        assert ran.status == int(bool(expected)), verb
