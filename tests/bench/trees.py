"""Repositories to measure in: the same context files among 200 paths, and among 22,882."""

from __future__ import annotations

import gzip
import shutil
from itertools import count
from typing import TYPE_CHECKING

from tests.bench.contents import CHANGED, context_files, document
from tests.support.data import DEV
from tests.support.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL = 200
LARGE = 22_882  # the paths of web-infra-dev/rspack
RSPACK = DEV / "trees" / "rspack.paths.tsv.gz"
# A file that is no context file and that no pathspec of the gate names.
UNRELATED = "src/unrelated.js"
# The suffixes of rspack's files, of 1,000, and its empty ones among those that the gate may list.
_SUFFIXES = {
    ".js": 688, ".txt": 62, ".rs": 59, ".json": 39, ".css": 37, ".ts": 28, ".mdx": 18, ".png": 15,
    ".err": 12, ".html": 12, ".mjs": 10, ".svg": 8, ".toml": 8, ".md": 4,
}  # fmt: skip
_EMPTY = {".json": 6, ".md": 2}
# What would be a context file or a catalog beside ours.
_OURS_ALONE = ("AGENTS.md", "CLAUDE.md", "GEMINI.md", "SKILL.md", "INDEX.yaml", "MANIFEST.json")

_serial = count(1)


class Tree:
    """A repository whose index holds `paths` paths; on the disk are only those that are read."""

    def __init__(self, root: Path, paths: int) -> None:
        self.repo = Repo(root)
        self.root = root
        self.paths = paths
        context = context_files()
        self.repo.run("git", "fast-import", "--quiet", stdin=_stream(context, paths))
        self.repo.git("read-tree", "HEAD")
        self.repo.git("checkout-index", "--force", "--", *context, UNRELATED)

    def populate(self) -> None:
        """Write the whole work tree, for programs that walk it."""
        self.repo.git("reset", "--quiet", "--hard")

    def stage(self, path: str, content: str) -> None:
        """Put `content` into the index alone."""
        oid = self.repo.run("git", "hash-object", "-w", "--stdin", stdin=content).stdout.strip()
        self.repo.git("update-index", "--cacheinfo", f"100644,{oid},{path}")

    def forget(self) -> None:
        """Remove all that the gate remembers."""
        shutil.rmtree(self.root / ".git" / "ctxtally", ignore_errors=True)

    def change(self) -> None:
        """Stage what was never there before for one context file of 10 kB."""
        self.stage(CHANGED, changed())

    def change_unrelated(self) -> None:
        self.stage(UNRELATED, f"export default {next(_serial)};\n")

    def commit(self) -> None:
        self.repo.git("commit", "--quiet", "--no-verify", "--allow-empty", "-m", "x")


def changed() -> str:
    """Return another text of 10 kB at every call."""
    return document(f"{CHANGED} {next(_serial)}", 10_240)


def _stream(context: dict[str, str], paths: int) -> str:
    """Return one commit for `git fast-import`: names from rspack, or of its shape, and ours."""
    rows = ["blob\nmark :1\ndata 2\nx\n", "blob\nmark :2\ndata 0\n"]
    files = [f"M 100644 :1 {UNRELATED}"]
    for mark, (path, content) in enumerate(sorted(context.items()), start=3):
        rows.append(f"blob\nmark :{mark}\ndata {len(content.encode())}\n{content}")
        files.append(f"M 100644 :{mark} {path}")
    files += _others(paths - len(files))
    who = "Test <test@example.invalid> 1767323045 +0000"
    rows.append(f"commit refs/heads/main\ncommitter {who}\ndata 1\nx")
    return "\n".join([*rows, *files, ""])


def _others(paths: int) -> Iterator[str]:
    """Yield that many rows, those of a small tree spread over those of the large one."""
    rows = [row for row in _names() if not row.endswith(_OURS_ALONE)]
    for number in range(paths):
        yield rows[number * len(rows) // paths]


def _names() -> Iterator[str]:
    """Yield the rows of a large tree; what is empty has the empty blob, all others the same."""
    if not RSPACK.is_file():
        yield from _generated()
        return
    with gzip.open(RSPACK, "rt", encoding="utf-8") as file:
        for line in file:
            mode, size, path = line.rstrip("\n").split("\t")
            yield f"M {mode} :{1 if int(size) else 2} {path}"


def _generated() -> Iterator[str]:
    suffixes = [suffix for suffix, times in _SUFFIXES.items() for _ in range(times)]
    empty = dict(_EMPTY)
    for number in range(LARGE):
        # 7,919 is prime to 1,000, so that neighbours have different suffixes.
        suffix = suffixes[number * 7_919 % len(suffixes)]
        left = empty.get(suffix, 0)
        empty[suffix] = max(0, left - 1)
        folder = f"tests/suite-{number // 400:02}/case-{number // 3:05}-split-chunks/__fixtures__"
        yield f"M 100644 :{2 if left else 1} {folder}/module-{number % 3}{suffix}"
