"""Count a file as a gate would whose counter is tiktoken: `python by_tiktoken.py PATH`.

It does nothing else: no git, no budgets. The ranks are those that ship with us, since tiktoken
would download its own.
"""

from __future__ import annotations

import sys

import tiktoken

from ctxtally.tokens.bulk import PATTERNS
from ctxtally.tokens.split import data_file
from ctxtally.tokens.table import RankTable

ENCODING = "o200k_base"


def main(path: str) -> None:
    table = RankTable(data_file(f"{ENCODING}.ranks"))
    encoding = tiktoken.Encoding(
        ENCODING,
        pat_str="|".join(PATTERNS[ENCODING]),
        mergeable_ranks={token: rank for rank, token in enumerate(table.in_order())},
        special_tokens={},
    )
    with open(path, encoding="utf-8") as file:
        print(len(encoding.encode_ordinary(file.read())))  # noqa: T201 - its whole output


if __name__ == "__main__":
    main(sys.argv[1])
