from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from ctxtally.tokens import table
from ctxtally.tokens.build import original
from ctxtally.tokens.split import data_file
from ctxtally.tokens.table import HEADER, LONGEST, MAGIC, NO_RANK, RankTable
from tests.tokens import oracle

if TYPE_CHECKING:
    from pathlib import Path

# Sizes of the vocabularies, from tiktoken's n_vocab without its special tokens.
TOKENS = {"o200k_base": 199_998, "cl100k_base": 100_256}


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_the_published_file_can_be_rebuilt(name: str) -> None:
    ranks = oracle.vocabulary(name).table
    assert sha256(original(ranks)).hexdigest() == oracle.published_sha256(name)
    assert ranks.sha256 == oracle.published_sha256(name)
    assert ranks.tokens == TOKENS[name]


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_every_token_is_found_under_its_rank(name: str) -> None:
    ranks = oracle.vocabulary(name).table
    tokens = list(ranks.in_order())
    assert [ranks.rank(token) for token in tokens] == list(range(TOKENS[name]))
    assert max(map(len, tokens)) == LONGEST


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b"hellqxz", id="no token"),
        pytest.param(b" " * 127 + b"x", id="of the greatest length"),
        pytest.param(b"a" * (LONGEST + 1), id="too long for a token"),
        pytest.param(b"a" * 300, id="too long for a length byte"),
    ],
)
def test_what_is_no_token_has_no_rank(piece: bytes) -> None:
    assert oracle.vocabulary("o200k_base").table.rank(piece) == NO_RANK


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_prefixes_of_tokens_are_found_only_where_they_are_tokens(name: str) -> None:
    ranks = oracle.vocabulary(name).table
    tokens = {token: rank for rank, token in enumerate(ranks.in_order())}
    for token in list(tokens)[::97]:
        for end in range(1, len(token) + 1):
            piece = token[:end] + b"\xff" * (end % 2)
            assert ranks.rank(piece) == tokens.get(piece, NO_RANK)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "{path} is no rank table", id="empty"),
        pytest.param(
            b"x" * (HEADER.size - 1), "{path} is no rank table", id="shorter than a header"
        ),
        pytest.param(
            b"x" * 1000, "{path} is no rank table of this version of ctxtally", id="other magic"
        ),
        pytest.param(
            HEADER.pack(MAGIC, 64, 1, bytes(32)) + bytes(4 * 64),
            "{path} is no rank table of this version of ctxtally",
            id="cut off before the tokens",
        ),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "broken.ranks"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="rank table") as refused:
        RankTable(str(path))
    assert str(refused.value) == message.format(path=path)


def test_a_missing_table_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        RankTable(str(tmp_path / "absent.ranks"))


def test_slots_are_read_alike_where_bytes_are_in_the_other_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "byteorder", "big")
    swapped = RankTable(data_file("cl100k_base.ranks"))
    assert [swapped.rank(token) for token in (b"hello", b" world", b"qxzqxz")] == [
        15339,
        1917,
        NO_RANK,
    ]
