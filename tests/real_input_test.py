"""Repositories of other people: a report each, and figures counted by hand or by tiktoken."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.repo import Repo

pytestmark = needs_dev

FOLDERS = sorted(
    folder
    for group in ("context", "index", "conformance")
    for folder in (DEV / group).glob("*")
    if folder.is_dir()
)
SEED = DEV / "context" / "williamzujkowski.github.io@75fcd51"
# Of encodings/: what is counted (o200k_base, by tiktoken 0.14.0), and what is a finding.
COUNTED = {
    "plain.CLAUDE.md": 1824,
    "bom.CLAUDE.md": 1824,
    "crlf.CLAUDE.md": 1824,  # CRLF is read as LF, so it is what plain.CLAUDE.md counts
    "mojibake.CLAUDE.md": 1839,
    "utf8.AGENTS.md": 390,
}
REFUSED = {
    "nul-inside.CLAUDE.md": "nul-byte",
    "utf16le.AGENTS.md": "utf-16",
    "cp932.AGENTS.md": "not-utf-8",
    "truncated-utf8.AGENTS.md": "not-utf-8",
}


def place(folder: Path, repo: Repo) -> None:
    shutil.copytree(folder, repo.root, dirs_exist_ok=True, copy_function=shutil.copyfile)
    repo.git("add", "--all", "--force")


def manifest() -> dict[str, dict[str, object]]:
    entries = json.loads((DEV / "manifest.json").read_text("utf-8"))["entries"]
    return {entry["path"]: entry for entry in entries}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_report_on_every_repository(folder: Path, repo: Repo, run: Run) -> None:
    place(folder, repo)
    ran = run("report", "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    known = manifest()
    for file in ran.json["files"]:
        entry = known[f"{folder.relative_to(DEV).as_posix()}/{file['path']}"]
        assert (file["tokens"], file["bytes"]) == (entry["tokens_o200k_base"], entry["bytes"])
    assert run("report").status == 0
    assert run("budget").status in (0, 1)


@pytest.mark.parametrize("name", [*COUNTED, *REFUSED])
def test_every_encoding(repo: Repo, run: Run, name: str) -> None:
    folder, _, file = name.partition(".")
    (repo.root / folder).mkdir()
    shutil.copyfile(DEV / "encodings" / name, repo.root / folder / file)
    repo.git("add", "--all")
    ran = run("report", "--format", "json")
    found = {one["path"]: one["tokens"] for one in ran.json["files"]}
    rules = [(one["rule"], one["level"], one["path"]) for one in ran.json["findings"]]
    if name in COUNTED:
        assert (found, rules) == ({f"{folder}/{file}": COUNTED[name]}, [])
    else:
        assert (found, rules) == ({}, [(REFUSED[name], "error", f"{folder}/{file}")])


class TestSeed:
    def test_figures(self, repo: Repo, run: Run) -> None:
        place(SEED, repo)
        report = run("report", "--format", "json").json
        tokens = {file["path"]: file["tokens"] for file in report["files"]}
        assert tokens["MANIFEST.json"] == 36_473
        assert tokens["CLAUDE.md"] == 4_058
        assert len(report["modules"]) == 28
        assert sum(module["tokens"] for module in report["modules"]) == 66_226
        assert sum(module["stated"] for module in report["modules"]) == 41_700

    def test_findings_name_what_is_beyond_its_number(self, repo: Repo, run: Run) -> None:
        place(SEED, repo)
        findings = run("budget", "--format", "json").json["findings"]
        by_rule: dict[str, list[int]] = {}
        for finding in findings:
            by_rule.setdefault(finding["rule"], []).append(finding["line"])
        assert len(by_rule["module-estimate"]) == 22
        assert len(by_rule["category-budget"]) == 6
        assert by_rule["catalog-sum"] == [111, 362, 498, 501, 503]
        assert by_rule["catalog-priority"] == [269]
        assert by_rule["catalog-reference"] == [482, 483, 488]
        assert len(by_rule["catalog-tag"]) == 11
        assert by_rule["catalog-anchor"] == [10]
        assert by_rule["catalog-percentage"] == [13]
        assert 557 in by_rule["catalog-claim"]
        assert {finding["level"] for finding in findings} == {"warning", "note"}

    def test_within_a_fifth_is_quiet(self, repo: Repo, run: Run) -> None:
        place(SEED, repo)
        told = "".join(
            finding["message"]
            for finding in run("budget", "--format", "json").json["findings"]
            if finding["rule"] == "module-estimate"
        )
        for name in (
            "workflows/swarm-orchestration",
            "core/enforcement",
            "workflows/blog-writing",
            "technical/script-catalog",
            "core/file-management",
            "workflows/blog-transformation",  # exactly 1.20
        ):
            assert f"`{name}`" not in told
