"""Odd names, encodings, links and sizes: counted, or told apart, never 0 and never read outside."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.command import SCRIPT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

ODD_FOLDERS = {
    "leading dash": "-dash",
    "an option": "--help",
    "newline": "new\nline",
    "tab": "tab\tbed",
    "escape": "esc\x1b[31m",
    "quote": "quo'te\"",
    "star": "*",
    "pathspec magic": ":(top)",
    "backslash": "back\\slash",
    "bidi": "bidi\u202eoverride",
    "not UTF-8": os.fsdecode(b"latin-\xe9"),
}


def put(repo: Repo, path: str, content: bytes = b"two words\n") -> None:
    where = os.path.join(os.fsencode(repo.root), os.fsencode(path))
    os.makedirs(os.path.dirname(where), exist_ok=True)
    with open(where, "wb") as file:
        file.write(content)
    repo.git("add", "--all")


class TestA35OddNames:
    @pytest.mark.parametrize("folder", ODD_FOLDERS.values(), ids=ODD_FOLDERS)
    def test_a35_counted_and_logged_as_json(self, repo: Repo, run: Run, folder: str) -> None:
        put(repo, f"{folder}/CLAUDE.md")
        ran = run("report", "--format", "json")
        (file,) = ran.json["files"]
        assert file["tokens"] == 3
        assert file["path"] == f"{folder}/CLAUDE.md".encode("utf-8", "backslashreplace").decode()
        log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text("utf-8")
        events = [json.loads(line) for line in log.splitlines()]
        assert [event.get("path") for event in events] == [None, f"{folder}/CLAUDE.md"]
        assert run("report").status == 0
        again = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text("utf-8")
        assert again.count("\n") == 3, "the second run logs no file again"

    @pytest.mark.parametrize(
        ("folder", "shown"),
        [
            ("esc\x1b[31m", r"esc\x1b[31m/CLAUDE.md"),
            ("new\nline", r"new\nline/CLAUDE.md"),
            ("bidi\u202eoverride", r"bidi\u202eoverride/CLAUDE.md"),
            (os.fsdecode(b"latin-\xe9"), r"latin-\udce9/CLAUDE.md"),
        ],
    )
    def test_a35_escaped_on_the_terminal(
        self, repo: Repo, run: Run, folder: str, shown: str
    ) -> None:
        put(repo, f"{folder}/CLAUDE.md")
        assert f"  instructions  {shown}\n" in run("report").out

    def test_a35_as_a_finding(self, repo: Repo, run: Run) -> None:
        put(repo, "esc\x1b[31m/CLAUDE.md", b"\xff")
        assert run("budget").out.splitlines()[0] == (
            r"error[not-utf-8]: esc\x1b[31m/CLAUDE.md: not UTF-8: byte 0 (line 1) is 0xFF"
        )


class TestA36Encodings:
    def test_a36_a_byte_order_mark_is_not_counted(self, repo: Repo, run: Run) -> None:
        put(repo, "CLAUDE.md", b"\xef\xbb\xbfHello, world!")
        assert run.tokens() == {"CLAUDE.md": 4}

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(
                "# Rules\n".encode("utf-16"),
                "error[utf-16]: CLAUDE.md: not UTF-8: it begins with the byte-order mark of"
                " UTF-16 LE\n  = help: save it as UTF-8\n",
                id="utf-16",
            ),
            pytest.param(
                "# Règles\n".encode("latin-1"),
                "error[not-utf-8]: CLAUDE.md: not UTF-8: byte 3 (line 1) is 0xE8\n"
                "  = help: save it as UTF-8\n",
                id="latin-1",
            ),
            pytest.param(
                b"# Rules\nno\0thing\n",
                "error[nul-byte]: CLAUDE.md: not UTF-8 text: byte 10 (line 2) is NUL\n  = help:"
                " remove the NUL, or save the file as UTF-8 if it is UTF-16 or binary\n",
                id="NUL inside",
            ),
        ],
    )
    def test_a36_not_utf8_is_a_finding(
        self, repo: Repo, run: Run, content: bytes, expected: str
    ) -> None:
        put(repo, "CLAUDE.md", content)
        ran = run("budget")
        assert ran.status == 1
        assert ran.out == (
            f"{expected}0 tokens in 0 files (o200k_base, exact; subject: index);"
            " 1 error, 0 warnings\n"
        )

    def test_a36_allowed_on_purpose(self, repo: Repo, run: Run) -> None:
        put(repo, "CLAUDE.md", b"\xff\n")
        waiver = '[[waiver]]\nrule = "not-utf-8"\npath = "CLAUDE.md"\nreason = "a fixture"\n'
        repo.add({"ctxtally.toml": waiver})
        assert run("budget").status == 0
        assert (
            "note[not-utf-8]: CLAUDE.md: not UTF-8: byte 0 (line 1) is 0xFF (waived: a fixture)"
            in (run("budget", "--verbose").out)
        )


class TestA37Crlf:
    TEXT = "# Rules\n\n- one\n- two\n\n```sh\nls\n```\n"

    def test_a37_the_same_tokens_other_bytes(self, repo: Repo, run: Run) -> None:
        put(repo, "lf/CLAUDE.md", self.TEXT.encode())
        put(repo, "crlf/CLAUDE.md", self.TEXT.replace("\n", "\r\n").encode())
        files = {
            file["path"]: (file["tokens"], file["bytes"], file["lines"])
            for file in run("report", "--format", "json").json["files"]
        }
        tokens, size, lines = files["lf/CLAUDE.md"]
        assert files["crlf/CLAUDE.md"] == (tokens, size + lines, lines)

    def test_a37_autocrlf_changes_nothing(self, repo: Repo, run: Run) -> None:
        put(repo, "CLAUDE.md", self.TEXT.encode())
        before = run("report", "--format", "json").json["files"]
        repo.git("config", "core.autocrlf", "true")
        (repo.root / "CLAUDE.md").unlink()
        repo.git("checkout", "--", "CLAUDE.md")
        assert (repo.root / "CLAUDE.md").read_bytes() == self.TEXT.replace("\n", "\r\n").encode()
        assert run("report", "--format", "json").json["files"] == before

    def test_a37_limits_in_bytes_use_the_raw_bytes(self, repo: Repo, run: Run) -> None:
        put(repo, "CLAUDE.md", b"a\r\n" * 5)
        limit = '[[budget]]\nname = "raw"\npaths = ["CLAUDE.md"]\nmax = "14 B"\n'
        repo.add({"ctxtally.toml": limit})
        assert run("budget").out.startswith(
            "error[token-budget]: CLAUDE.md: 15 bytes, 1 over its budget of 14 (raw: 14 B)\n"
        )


class TestA32SymlinkBad:
    @pytest.mark.parametrize(
        ("target", "why"),
        [
            pytest.param("../canary.md", "it leads out of the repository", id="out of the tree"),
            pytest.param("/dev/zero", "it leads out of the repository", id="a device"),
            pytest.param("gone.md", "no tracked file is there", id="dangling"),
            pytest.param("CLAUDE.md", "more than 5 links, or a circle", id="a loop"),
        ],
    )
    @pytest.mark.parametrize("subject", [[], ["--worktree"]], ids=["index", "work tree"])
    def test_a32_not_followed(
        self, repo: Repo, run: Run, target: str, why: str, subject: list[str]
    ) -> None:
        canary = repo.root.parent / "canary.md"
        canary.write_text("CANARY-5b1f")
        before = canary.stat()
        (repo.root / "CLAUDE.md").symlink_to(target)
        repo.git("add", "--all")
        ran = run("budget", *subject)
        assert ran.status == 1
        assert ran.out.startswith(
            f"error[link-not-followed]: CLAUDE.md: link not followed: {why}\n"
            "  = help: link to a tracked file, or remove the link\n"
        )
        assert "CANARY" not in ran.out + ran.err + run("report", *subject).out
        assert canary.stat().st_atime_ns == before.st_atime_ns

    def test_a_link_to_a_tracked_file_counts_once(self, repo: Repo, run: Run) -> None:
        (repo.root / "CLAUDE.md").symlink_to("AGENTS.md")
        put(repo, "AGENTS.md")
        (file,) = run("report", "--format", "json").json["files"]
        assert (file["path"], file["tokens"], file["aliases"]) == ("AGENTS.md", 3, ["CLAUDE.md"])


def test_a39_huge(repo: Repo) -> None:
    """A file of 1 GB is told by its size; its content is never read: none of it is there."""
    oid = "a" * 40
    loose = repo.root / ".git" / "objects" / oid[:2] / oid[2:]
    loose.parent.mkdir()
    loose.write_bytes(zlib.compress(b"blob %d\0" % (1 << 30)))
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},CLAUDE.md")
    assert repo.git("cat-file", "blob", oid) == ""
    # A child of its own, so that its peak memory is told apart from ours.
    code = (
        "import resource, subprocess, sys;"
        f"done = subprocess.run([{str(SCRIPT)!r}, 'budget']);"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
        "print(done.returncode, peak)"
    )
    done = repo.run("python3", "-c", code)
    *told, figures = done.stdout.splitlines()
    status, peak_kib = map(int, figures.split())
    assert status == 1
    assert told[0] == (
        "error[too-large]: CLAUDE.md: not measured: 1,073,741,824 bytes, at most 4,194,304 are read"
    )
    assert peak_kib < 100 * 1024


class TestA24ReadonlyGitDir:
    """The tests may run as root, whom no mode stops: a file lies where our folder should be."""

    def test_a24_verdict_without_a_log(self, repo: Repo, run: Run) -> None:
        put(repo, "CLAUDE.md")
        (repo.root / ".git" / "ctxtally").write_text("in the way")
        ran = run("report", "--format", "json")
        assert ran.status == 0
        assert ran.json["totals"]["tokens"] == 3
        assert [line for line in ran.err.splitlines() if "usage-log" in line] == [
            "note: .git/ctxtally/usage-log.jsonl was not written: File exists"
        ]


class TestA22NoWriteTracked:
    @pytest.mark.parametrize("ignored", [False, True], ids=["tracked", "tracked though ignored"])
    def test_a22_the_hook_does_not_touch_it(self, repo: Repo, run: Run, *, ignored: bool) -> None:
        repo.write({".gitignore": "usage-log.jsonl\n" if ignored else ""})
        repo.write({"usage-log.jsonl": "", "ctxtally.toml": 'ledger = "usage-log.jsonl"\n'})
        repo.git("add", "--all", "--force")
        ran = run("budget")
        assert ran.status == 0
        assert ran.err == (
            "note: `ledger = 'usage-log.jsonl'` is not used: it is tracked;"
            " `git rm --cached usage-log.jsonl` and add it to .gitignore\n"
        )
        assert (repo.root / "usage-log.jsonl").read_text() == ""
        assert (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text().count("\n") == 1

    def test_where_git_ignores_it_the_log_lies_in_the_tree(self, repo: Repo, run: Run) -> None:
        repo.add({".gitignore": "/metrics/\n", "ctxtally.toml": 'ledger = "metrics/log.jsonl"\n'})
        ran = run("report")
        assert "\nlog: metrics/log.jsonl\n" in ran.out
        assert (repo.root / "metrics" / "log.jsonl").read_text().count("\n") == 1
        assert repo.git("status", "--porcelain").splitlines() == [
            "A  .gitignore",
            "A  ctxtally.toml",
        ]


def test_nothing_of_this_machine_in_log_or_json(repo: Repo, run: Run) -> None:
    put(repo, "CLAUDE.md")
    out = run("report", "--format", "json").out
    log = (repo.root / ".git" / "ctxtally" / "usage-log.jsonl").read_text()
    for text in (out, log):
        assert str(repo.root) not in text
        assert str(Path.home()) not in text
