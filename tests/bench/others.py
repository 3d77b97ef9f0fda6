"""Other tools in the same repositories: those that judge what agents read, and tiktoken itself."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtally.tokens.split import data_file
from ctxtally.tokens.table import RankTable
from tests.bench.cases import named
from tests.bench.contents import CHANGED
from tests.bench.measure import Case, DidNotRunError, once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.bench.programs import Programs
    from tests.bench.trees import Tree

# Where tiktoken downloads the ranks from (tiktoken_ext/openai_public.py 0.14.0); the file in its
# cache is named by the SHA-1 of this.
_ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
_GET_ENCODING = """
import sys, tiktoken
with open(sys.argv[1], encoding="utf-8") as file:
    print(len(tiktoken.get_encoding("o200k_base").encode_ordinary(file.read())))
"""
# Each the way that its documentation shows; findings are no failure here.
_PEERS = (
    ("skillbudget scan", "--no-fail"),
    ("agents-doctor check", "--exit-zero"),
    ("skillsaw lint --rule context-budget", "--no-progress"),
    ("skillsaw lint", "--no-progress"),
    (f"mdtoken check {CHANGED}", "--dry-run"),
)


def get_encoding(programs: Programs, tree: Tree, folder: Path) -> Case:
    """Return tiktoken as most programs use it, its download already in `folder`."""
    folder.mkdir(exist_ok=True)
    table = RankTable(data_file("o200k_base.ranks"))
    lines = (
        b"%s %d\n" % (base64.b64encode(token), rank) for rank, token in enumerate(table.in_order())
    )
    name = hashlib.sha1(_ADDRESS.encode(), usedforsecurity=False).hexdigest()
    (folder / name).write_bytes(b"".join(lines))
    return Case(
        name="tiktoken.get_encoding, one file",
        command=(programs.python, "-c", _GET_ENCODING, CHANGED),
        root=tree.root,
        environment={"TIKTOKEN_CACHE_DIR": str(folder)},
    )


def peers(folder: Path, tree: Tree) -> Iterator[Case]:
    """Yield what each peer does in a whole work tree."""
    for line, option in _PEERS:
        program, *arguments = line.split(" ")
        yield Case(
            name=named(line, tree.paths),
            command=(str(folder / program), *arguments, option),
            root=tree.root,
            statuses=frozenset({0, 1}) if program == "skillsaw" else frozenset({0}),
        )


def that_run(cases: Iterable[Case], failed: dict[str, str]) -> Iterator[Case]:
    """Yield the cases that can be measured; why another program cannot goes into `failed`."""
    for case in cases:
        program = Path(case.command[0]).name
        if program in failed:
            continue
        try:
            once(case)
        except DidNotRunError as error:
            failed[program] = str(error).splitlines()[-1]
        else:
            yield case
