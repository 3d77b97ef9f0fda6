"""Whole outputs: tests/golden/<command>/<case>/ holds what goes in and what must come out.

`arguments` is the command line. What is measured lies in `input/`, in that of the case named by
`input-of`, or in a folder of the shared data named by `source`, whose symlinks are restored.
`usage-log.jsonl` is put where the usage log is. `because` says why the output is right. `make
golden` writes the outputs anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.data import DEV

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/arguments"))


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_output(case: Path, repo: Repo, run: Run) -> None:
    place(case, repo)
    ran = run(*(case / "arguments").read_text("utf-8").split())
    told = ran.out + "".join(f"stderr: {line}\n" for line in ran.err.splitlines())
    told += f"exit: {ran.status}\n"
    expected = case / "expected.txt"
    if os.environ.get("CTXTALLY_WRITE_GOLDEN"):
        expected.write_text(told, "utf-8")
    assert told == expected.read_text("utf-8")


def place(case: Path, repo: Repo) -> None:
    source = case / "input"
    if (case / "input-of").is_file():
        source = case.parent / (case / "input-of").read_text("utf-8").strip() / "input"
    if (case / "source").is_file():
        source = DEV / (case / "source").read_text("utf-8").strip()
        if not source.is_dir():
            pytest.skip(f"../shared/data/dev is absent: {case.name} needs it")
    shutil.copytree(source, repo.root, dirs_exist_ok=True, copy_function=shutil.copyfile)
    _restore_links(repo.root)
    repo.git("add", "--all", "--force")
    if (case / "usage-log.jsonl").is_file():
        repo.write({".git/ctxtally/usage-log.jsonl": (case / "usage-log.jsonl").read_bytes()})


def _restore_links(root: Path) -> None:
    """Make the symlinks that SYMLINKS.json lists: the shared data itself holds none."""
    listed = root / "SYMLINKS.json"
    if listed.is_file():
        for path, target in json.loads(listed.read_text("utf-8")).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).symlink_to(target)
        listed.unlink()
