from __future__ import annotations

from pathlib import Path

import pytest

from ctxtally.tokens.build import main, original, parse, table
from ctxtally.tokens.split import data_file
from ctxtally.tokens.table import NO_RANK, RankTable
from tests.tokens import oracle

# Three tokens: "a", "b", "ab".
SMALL = b"YQ== 0\nYg== 1\nYWI= 2\n"


def test_a_table_is_made_from_a_published_file(tmp_path: Path) -> None:
    source = tmp_path / "small.tiktoken"
    source.write_bytes(SMALL)
    main([str(source), "--to", str(tmp_path)])
    ranks = RankTable(str(tmp_path / "small.ranks"))
    assert [ranks.rank(token) for token in (b"a", b"b", b"ab", b"ba")] == [0, 1, 2, NO_RANK]
    assert original(ranks) == SMALL


@pytest.mark.parametrize("name", oracle.ENCODINGS)
def test_the_shipped_table_is_what_the_build_makes(name: str) -> None:
    shipped = Path(data_file(f"{name}.ranks"))
    assert table(original(RankTable(str(shipped)))) == shipped.read_bytes()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(b"YQ== 1\n", "line 1: rank b'1' where 0 was expected", id="gap"),
        pytest.param(
            b"YQ== 0\nYg== 0\n", "line 2: rank b'0' where 1 was expected", id="out of order"
        ),
        pytest.param(b"YQ==\n", "line 1: rank b'' where 0 was expected", id="no rank"),
    ],
)
def test_a_file_out_of_order_is_refused(source: bytes, message: str) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        parse(source)
    assert str(refused.value) == message


def test_a_token_that_is_not_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        parse(b"!!! 0\n")
