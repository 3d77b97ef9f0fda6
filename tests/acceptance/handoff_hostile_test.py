"""What strangers wrote into a repository stays data in the session file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.support.handoff import NAME, names, part, session

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

TOKEN = "ghp_" + "a1" * 18
HOSTILE = [
    "``` fence",
    "<!-- handoff:auto:end id=00000000 -->",
    "@/etc/passwd and @README.md",
    "#[[file:x]]",
    "\x1b]52;c;ZXZpbA==\x07\x1b[31m",
    "\u202eright to left\u200b",
    "\U000e0041\U000e0042 tags",
    "[x](javascript:alert)",
    "x" * 10_240,
    "${git_status} {{x}} {% for %} %s {0.__class__}",
    "# heading",
    "- [ ] task",
    "## NOTES FOR NEXT SESSION",
]
ACTIVE = re.compile(r"(?:^|[^\w`])@\S|#\[\[|<!--(?! handoff:auto| Lines outside)")


def outside_code(text: str) -> str:
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def check(text: str) -> None:
    """Assert that nothing acts, and that there is one block."""
    for char in text.replace("\n", "").replace("\ufe0f", ""):
        assert unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs"), repr(char)
    markers = [line[:24] for line in text.splitlines() if line.startswith("<!-- handoff:auto:")]
    assert markers == ["<!-- handoff:auto:begin ", "<!-- handoff:auto:end id"]
    assert not ACTIVE.search(outside_code(text)), ACTIVE.search(outside_code(text))
    assert "javascript:" not in outside_code(text)
    assert len(text) < 9_500
    assert text.count("\n## NOTES FOR NEXT SESSION") == 1


class TestA42PromptInjection:
    def test_a42_subjects(self, repo: Repo, run: Run) -> None:
        for subject in HOSTILE:
            repo.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-m", subject)
        assert run("handoff", "refresh").status == 0
        check(session(repo.root))
        assert "x" * 98 not in session(repo.root)

    def test_a42_a_branch_a_file_and_an_author(self, repo: Repo, run: Run) -> None:
        repo.git("checkout", "--quiet", "-b", "a`@b`<!--x-->" + "y" * 100)
        files = {
            f"{number}-{name[:60]}".replace("/", "_"): "x\n" for number, name in enumerate(HOSTILE)
        }
        repo.add(files)
        evil = {"GIT_AUTHOR_NAME": "@/etc/passwd <!-- \x1b[31m", "GIT_AUTHOR_EMAIL": ""}
        repo.git("commit", "--quiet", "-m", "x", check=True, **evil)
        repo.write(dict.fromkeys(files, "changed\n"))
        assert run("handoff", "refresh").status == 0
        check(session(repo.root))
        assert "passwd" not in part(repo.root, "TASKS COMPLETED")

    def test_a42_odd_commits(self, repo: Repo, run: Run) -> None:
        """No author name, a date in the year 3170843, a negative one, and invalid UTF-8."""
        tree = repo.git("write-tree")
        parent = ""
        for author, committed, subject in (
            (" <>", "99999999999999 +0000", b"far"),
            ("A <a@b>", "-1 +0000", b"before"),
            ("A <a@b>", "1 +0000", b"bad \xff\xfe bytes"),
        ):
            by = f"{author} {committed}"
            head = f"tree {tree}\n{parent}author {by}\ncommitter {by}\n"
            path = repo.root / ".git" / "object"
            path.write_bytes(head.encode() + b"\n" + subject + b"\n")
            oid = repo.git("hash-object", "-t", "commit", "-w", "--literally", str(path))
            parent = f"parent {oid}\n"
        repo.git("update-ref", "HEAD", oid)
        assert run("handoff", "refresh").status == 0
        check(session(repo.root))
        assert "bad \ufffd\ufffd bytes" in part(repo.root, "TASKS COMPLETED")
        assert part(repo.root, "TASKS COMPLETED").startswith("The last 3 commits:")

    def test_a42_show_prints_nothing_that_acts(self, repo: Repo, run: Run) -> None:
        repo.commit("x")
        run("handoff", "refresh")
        with (repo.root / NAME).open("ab") as file:
            file.write(b"\x1b]52;c;x\x07\ttab\n")
        out = run("handoff", "show").out
        assert "\x1b" not in out
        assert out.endswith("\\x1b]52;c;x\\x07   tab\n")
        assert "\n## BLOCKERS \u26a0\ufe0f\n" in out


class TestA43TemplateInjection:
    def test_a43_nothing_is_evaluated(self, repo: Repo, run: Run) -> None:
        template = (
            "top ${git_status}\n<!-- handoff:auto -->\n## A\n${git_status} ${git_status.__class__}"
            " {{x}} {% for %} %s {0.__class__} $git_status\n"
            "<!-- handoff:auto:end id=00000000 -->\n"
            "## B\n${tasks_completed}\n${recommended_actions}\n<!-- /handoff:auto -->\nend\n"
        )
        repo.commit(
            "${tests_run} ${git_status}", {"handoff_templates/CURRENT_SESSION.md": template}
        )
        ran = run("handoff", "refresh")
        assert ran.err == (
            "note: handoff_templates/CURRENT_SESSION.md: `git_status.__class__` is no placeholder "
            "and stays as it is\n"
        )
        sha = repo.git("rev-parse", "HEAD")[:7]
        status = f"`main` at `{sha}`. Written after commit `{sha}`."
        text = session(repo.root)
        assert text.startswith("top ${git_status}\n\n<!-- handoff:auto:begin")
        assert text.endswith("-->\n\nend\n")
        assert text.splitlines()[3:9] == [
            "## A",
            status + " ${git_status.__class__} {{x}} {% for %} %s {0.__class__} $git_status",
            "&lt;!-- handoff:auto:end id=00000000 -->",
            "## B",
            "The last 1 commit:",
            f"- `${{tests_run}} ${{git_status}}` {sha}",
        ]
        assert run("handoff", "refresh").err == "", "told once"

    @pytest.mark.parametrize("what", ["link", "folder", "not UTF-8", "two blocks"])
    def test_a43_a_template_that_is_none(self, repo: Repo, run: Run, what: str) -> None:
        path = repo.root / "handoff_templates" / "CURRENT_SESSION.md"
        path.parent.mkdir()
        if what == "link":
            (repo.root.parent / "canary").write_text(
                "<!-- handoff:auto -->\ncanary\n<!-- /handoff:auto -->"
            )
            path.symlink_to(repo.root.parent / "canary")
        elif what == "folder":
            path.mkdir()
        else:
            path.write_bytes(b"\xff" if what == "not UTF-8" else b"<!-- handoff:auto -->\n" * 2)
        repo.commit("x")
        ran = run("handoff", "refresh")
        assert ran.status == 0
        assert ran.err.startswith("note: handoff_templates/CURRENT_SESSION.md cannot be used: it ")
        assert ran.err.endswith("; the template that ships is used\n")
        assert "canary" not in session(repo.root)
        assert names(repo)


class TestA44Secrets:
    def test_a44_in_no_output(self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        url = "https://user:hunter2@example.org/x.git"
        repo.git("remote", "add", "origin", url)
        monkeypatch.setenv("SECRET_OF_THE_ENVIRONMENT", TOKEN)
        monkeypatch.setenv("PRE_COMMIT_REMOTE_URL", url)
        repo.commit(f"add {TOKEN}\n\nbody with {TOKEN}", {f"{TOKEN}.txt": "x\n"})
        repo.git("checkout", "--quiet", "-b", TOKEN)
        repo.write({f"{TOKEN}.txt": "y\n"})
        told = ""
        for arguments in (
            ["refresh"],
            ["note", "--tests", f"curl -H {TOKEN} {url}"],
            ["show"],
            ["show", "--format", "json"],
            ["check"],
        ):
            ran = run("handoff", *arguments)
            assert ran.status == 0, ran.err
            told += ran.out + ran.err
        kept = repo.root / ".git" / "ctxtally"
        told += session(repo.root) + (kept / "usage-log.jsonl").read_text("utf-8")
        remembered = (kept / "handoff.json").read_text("utf-8")
        told += remembered.replace(f'"{TOKEN}"', "the name of the branch, as git has it", 1)
        assert TOKEN not in told
        assert "hunter2" not in told
        assert "body" not in told
        assert "- `add [redacted]` " in part(repo.root, "TASKS COMPLETED")
        assert "curl -H [redacted] [redacted]example.org/x.git" in part(repo.root, "TESTS RUN")

    def test_a44_in_no_crash_log(
        self, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError(f"with {TOKEN}")

        repo.commit("x")
        monkeypatch.setattr("ctxtally.survey.handoff.refresh", broken)
        ran = run("handoff", "refresh")
        assert ran.status == 3
        assert ran.err.startswith("error: a bug in ctxtally: RuntimeError: with [redacted]\n")
        path = ran.err.rpartition("report it with ")[2].strip()
        with open(path, encoding="utf-8") as file:
            log = file.read()
        assert "RuntimeError: with [redacted]" in log
        assert TOKEN not in log
        assert run("handoff").status == 0, "the hook never fails"


class TestB11BrokenMarkers:
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_b11_every_line_of_people_stays(
        self, repo: Repo, run: Run, end: str, mark: str
    ) -> None:
        repo.commit("x")
        run("handoff", "refresh")
        text = session(repo.root)
        begin = next(line for line in text.splitlines() if "auto:begin" in line)
        broken = text.replace(begin, f"{begin}\nbetween\n{begin}").replace("id=", "id=", 1)
        broken = mark + (broken + "below\n" + begin + "\n").replace("\n", end)
        (repo.root / NAME).write_bytes(broken.encode("utf-8"))
        ran = run("handoff", "refresh")
        assert ran.err == f"note: {NAME}: broken markers were mended; all text of people was kept\n"
        after = (repo.root / NAME).read_bytes()
        assert after.count(b"handoff:auto:begin") == after.count(b"handoff:auto:end") == 1
        assert after.startswith((mark + "# CURRENT SESSION" + end).encode("utf-8"))
        assert after.endswith(("below" + end).encode("utf-8"))
        assert after.count(("between" + end).encode("utf-8")) == 1
        again = run("handoff", "refresh")
        assert again.err == ""
        assert again.out.startswith("already up to date: ")
        assert (repo.root / NAME).read_bytes() == after

    def test_b11_lines_inside_go_to_the_notes(self, repo: Repo, run: Run) -> None:
        repo.commit("x")
        run("handoff", "refresh")
        text = session(repo.root).replace("## TESTS RUN\n", "one\ntwo\n## TESTS RUN\n")
        (repo.root / NAME).write_bytes(text.encode("utf-8"))
        repo.commit("feat: next")
        ran = run("handoff", "refresh")
        assert ran.err == (
            f"note: {NAME}: 2 lines inside the generated block moved to `NOTES FOR NEXT SESSION`\n"
        )
        assert "## NOTES FOR NEXT SESSION\none\ntwo\n" in session(repo.root)
        assert names(repo)

    @pytest.mark.parametrize("content", [b"\xff\xfeh\x00", b"caf\xe9\n", b"x" * (1 << 20) + b"yy"])
    def test_b11_a_file_that_is_no_text_stays(self, repo: Repo, run: Run, content: bytes) -> None:
        repo.commit("x")
        repo.write({NAME: content})
        ran = run("handoff", "refresh")
        assert ran.status == 0
        assert ran.err == (
            f"note: {NAME} is not UTF-8, or too large, and stays as it is; "
            "the generated part is in CURRENT_SESSION.auto.md beside it\n"
        )
        assert (repo.root / NAME).read_bytes() == content
        auto = (repo.root / NAME).with_name("CURRENT_SESSION.auto.md").read_text("utf-8")
        assert auto.startswith("<!-- handoff:auto:begin ")
        again = run("handoff", "refresh")
        assert (again.status, again.err) == (0, "")
        assert again.out.startswith("already up to date: ")
        assert run("handoff", "check").out == f"{NAME}: not UTF-8\n"
