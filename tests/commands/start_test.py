"""What a hook imports where it has work to do: not what costs as much as all of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import ctxtally

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

SOURCE = Path(ctxtally.__file__).parents[1]
# `typing` takes half of what the interpreter takes to start, `datetime` a seventh.
HEAVY = (
    "argparse asyncio dataclasses datetime filelock git hashlib importlib.metadata inspect logging "
    "pathlib rapidfuzz requests ruamel sqlite3 subprocess tempfile tiktoken tomli typing"
)
PROBE = """
import sys
from ctxtally.__main__ import main
sys.argv = ["ctxtally", *sys.argv[1:]]
status = main()
print(status, "re" in sys.modules, [name for name in {heavy!r} if name in sys.modules])
"""
FILES = {
    "ctxtally.toml": '[[budget]]\nname = "root"\npaths = ["AGENTS.md"]\nmax = "4,000 tokens"\n',
    "AGENTS.md": "# Words\n",
    "CLAUDE.md": "@AGENTS.md\n",
    ".claude/skills/one/SKILL.md": "---\nname: one\ndescription: What it does.\n---\nMore.\n",
}


def hook(repo: Repo, *words: str) -> str:
    # -S: what `site` loads for an editable install or for coverage is not ours.
    code = PROBE.format(heavy=HEAVY.split())
    done = repo.run(sys.executable, "-S", "-c", code, *words, PYTHONPATH=str(SOURCE))
    return done.stdout + done.stderr


def test_the_gate_where_a_context_file_has_changed(repo: Repo, run: Run) -> None:
    repo.commit("base", FILES)
    run("budget")
    repo.add({"AGENTS.md": "# Other words\n"})
    assert hook(repo, "budget") == "0 True []\n"


def test_a_refresh_of_the_session_file(repo: Repo, run: Run) -> None:
    repo.commit("base", FILES)
    run("budget")
    run("handoff", "--git-hook", "post-commit")
    repo.commit("more", {"AGENTS.md": "# Other words\n"})
    run("budget")
    assert hook(repo, "handoff", "--git-hook", "post-commit") == "0 True []\n"
