from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.documents import read_document, read_front_matter
from ctxtally.model.document import Document, Mark
from ctxtally.text.splice import Source, Splice, spliced


def changed(
    path: str, text: str, steps: tuple[str | int, ...], before: int | str, after: int | str
) -> str | None:
    document = read_document(path, text.encode())
    assert isinstance(document, Document), str(document)
    source = Source(text)
    splice = source.rewrite(document.place(steps).value, before, after)
    return None if splice is None else spliced(text, [splice])


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("a.yaml", "n: 15\n", "n: 1600\n", id="plain"),
        pytest.param("a.yaml", "n:   15   # by hand\n", "n:   1600   # by hand\n", id="a comment"),
        pytest.param("a.yaml", "n: '15'\n", "n: '1600'\n", id="single quotes"),
        pytest.param("a.yaml", 'n: "15"\n', 'n: "1600"\n', id="double quotes"),
        pytest.param("a.yaml", "{n: 15, m: 2}\n", "{n: 1600, m: 2}\n", id="a flow mapping"),
        pytest.param("a.yaml", "n:\n  15\n", "n:\n  1600\n", id="on the next line"),
        pytest.param("a.yaml", "? n\n: 15\n", "? n\n: 1600\n", id="an explicit key"),
        pytest.param("a.yaml", "n: 15", "n: 1600", id="no line end"),
        pytest.param(
            "a.yaml", "\ufeffn: 15\r\nm: 1\r\n", "\ufeffn: 1600\r\nm: 1\r\n", id="BOM, CRLF"
        ),
        pytest.param("a.yaml", "---\n# é\nn: 15\n...\n", "---\n# é\nn: 1600\n...\n", id="markers"),
        pytest.param("a.json", '{"n":15}', '{"n":1600}', id="JSON"),
        pytest.param("a.json", '{"n" : "15" }', '{"n" : "1600" }', id="text in JSON"),
        pytest.param("a.json", '{\r\n\t"n": 15\r\n}', '{\r\n\t"n": 1600\r\n}', id="CRLF in JSON"),
    ],
)
def test_nothing_else_changes(path: str, text: str, expected: str) -> None:
    assert changed(path, text, ("n",), 15, 1600) == expected


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("n: '1,500'\n", 1500, 26000, "n: '26,000'\n"),
        ("n: 1_500\n", 1500, 26000, "n: 26_000\n"),
        ("n: 1,500 tokens\n", 1500, 9, "n: 9 tokens\n"),
        ("n: '15 tokens'\n", 15, 1600, "n: '1600 tokens'\n"),
        ("n: -14100\n", -14100, -41231, "n: -41231\n"),
        ("n: 0f1e2d\n", "0f1e2d", "abcdef", "n: abcdef\n"),
    ],
)
def test_how_a_value_is_written_stays(
    text: str, before: int | str, after: int | str, expected: str
) -> None:
    assert changed("a.yaml", text, ("n",), before, after) == expected


@pytest.mark.parametrize(
    ("text", "before"),
    [
        pytest.param("n: 0x10\n", 16, id="hexadecimal"),
        pytest.param("n: !!int 15\n", 15, id="a tag"),
        pytest.param("n: &a 15\n", 15, id="an anchor"),
        pytest.param("n: |\n  15\n", "15\n", id="a block"),
        pytest.param('n: "1\\x35"\n', "15", id="an escape"),
        pytest.param("n: 1.5k\n", 1500, id="rounded"),
    ],
)
def test_what_is_not_written_plainly_is_left(text: str, before: int | str) -> None:
    assert changed("a.yaml", text, ("n",), before, 7) is None


def test_front_matter() -> None:
    text = "\ufeff---\r\ntitle: A\r\nestimated_tokens: 15\r\n---\r\n# A\r\n"
    front = read_front_matter("a.md", text.encode())
    assert isinstance(front, Document)
    splice = Source(text).rewrite(front.place(("estimated_tokens",)).value, 15, 7)
    assert splice
    assert spliced(text, [splice]) == text.replace("15", "7")


def test_the_place_of_a_mark() -> None:
    source = Source("\ufeffab\ncd")
    assert [source.text[source.offset(Mark(line=line, column=2))] for line in (1, 2)] == ["b", "d"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of YAML with one number, and how it reads with another one."""

    before: str
    after: str
    old: int
    new: int


NUMBERS = st.integers(0, 10**6)
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=8)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    old, new = draw(NUMBERS), draw(NUMBERS)
    quote = draw(st.sampled_from(["", "'", '"']))
    blank = " " * draw(st.integers(1, 3))
    remark = draw(st.one_of(st.just(""), TEXTS.map(lambda text: f" # {text}")))
    form = f":{blank}{quote}%s{quote}{remark}"
    return (
        Line(before=form % old, after=form % new, old=old, new=new)
        if "%" not in remark
        else (Line(before=f": {old}", after=f": {new}", old=old, new=new))
    )


@given(st.lists(lines(), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_many_numbers_at_once(made: list[Line], end: str, marked: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    start = "\ufeff" if marked else ""
    before = start + "".join(f"k{at}{line.before}{end}" for at, line in enumerate(made))
    after = start + "".join(f"k{at}{line.after}{end}" for at, line in enumerate(made))
    document = read_document("a.yaml", before.encode())
    assert isinstance(document, Document), str(document)
    source = Source(before)
    splices = [
        source.rewrite(document.place((f"k{at}",)).value, line.old, line.new)
        for at, line in enumerate(made)
    ]
    assert spliced(before, [one for one in splices if one]) == after


def test_the_order_of_changes_does_not_matter() -> None:
    splices = [Splice(start=4, end=5, text="xyz"), Splice(start=0, end=1, text="")]
    assert spliced("a.b.c.", splices) == spliced("a.b.c.", splices[::-1]) == ".b.xyz."
