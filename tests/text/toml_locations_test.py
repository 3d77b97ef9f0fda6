from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctxtally.text.toml_locations import DEEPEST, LONGEST_SCALAR, ExcessError, Position, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

Path = tuple["str | int", ...]


@pytest.mark.parametrize(
    ("text", "path", "line", "column"),
    [
        pytest.param("a = 1", ("a",), 1, 1, id="first key"),
        pytest.param("\n\n  a = 1", ("a",), 3, 3, id="indented after blank lines"),
        pytest.param("# b = 2\na = 1 # b\nb = 3", ("b",), 3, 1, id="comments are skipped"),
        pytest.param("a.b.c = 1", ("a", "b", "c"), 1, 5, id="last part of a dotted key"),
        pytest.param("a.b.c = 1", ("a", "b"), 1, 3, id="middle part of a dotted key"),
        pytest.param("a . 'b.c' = 1", ("a", "b.c"), 1, 5, id="literal part with a dot"),
        pytest.param('"a\\u0062\\x63\\n" = 1', ("abc\n",), 1, 1, id="escapes of a quoted key"),
        pytest.param('"\\U0001F4A9\\"\\e" = 1', ('\U0001f4a9"\x1b',), 1, 1, id="further escapes"),
        pytest.param("a.b = 1\na.c = 2", ("a",), 1, 1, id="the first mention counts"),
        pytest.param("a.b = 1\na.c = 2", ("a", "c"), 2, 3, id="a table grows by dotted keys"),
        pytest.param("[t]\na = 1\n[u]\na = 2", ("u", "a"), 4, 1, id="key of a table"),
        pytest.param("[ t . u ]\na = 1", ("t", "u"), 1, 7, id="header with blanks"),
        pytest.param("[t.u]\n[t]\na = 1", ("t", "a"), 3, 1, id="parent after child"),
        pytest.param("[[b]]\n[[b]]\nx = 1", ("b", 1), 2, 3, id="table of an array: its header"),
        pytest.param("[[b]]\n[[b]]\nx = 1", ("b", 1, "x"), 3, 1, id="key of an array's table"),
        pytest.param("[[b]]\n[[b]]\nx = 1", ("b",), 1, 3, id="an array at its first header"),
        pytest.param("[[b]]\n[[b]]\n[b.c]\nx=1", ("b", 1, "c", "x"), 4, 1, id="table in the last"),
        pytest.param(
            "[[b]]\n[[b.c]]\n[[b.c]]\nx=1\n[[b]]\n[[b.c]]\nx=2",
            ("b", 1, "c", 0, "x"),
            7,
            1,
            id="nested arrays of tables",
        ),
        pytest.param("[x.y]\n[[x.y.b]]\nk=1", ("x", "y", "b", 0, "k"), 3, 1, id="below tables"),
        pytest.param("a = [1, 2,\n  3]", ("a", 2), 2, 3, id="item on the next line"),
        pytest.param("a = [ # [\n 1,\n]\nb = 1", ("b",), 4, 1, id="comment with a bracket"),
        pytest.param("a = [[1], [2, 3]]", ("a", 1, 1), 1, 15, id="nested arrays"),
        pytest.param("a = []\nb = 1", ("b",), 2, 1, id="empty array"),
        pytest.param("a = {}\nb = 1", ("b",), 2, 1, id="empty inline table"),
        pytest.param("a = {x.y = 1, z = 2}", ("a", "x", "y"), 1, 8, id="dotted in inline table"),
        pytest.param("a = [{x = 1}, {x = 2}]", ("a", 1, "x"), 1, 16, id="inline tables in array"),
        pytest.param("a = {\n  x = 1,\n}\nb = 1", ("b",), 4, 1, id="inline table over lines"),
        pytest.param('a = "]#=\\"["\nb = 1', ("b",), 2, 1, id="string of delimiters"),
        pytest.param("a = '\\'\nb = 1", ("b",), 2, 1, id="literal string with a backslash"),
        pytest.param('a = """\nb = 0\n"""\nb = 1', ("b",), 4, 1, id="key inside a long string"),
        pytest.param('a = """x\\"""y"""\nb = 1', ("b",), 2, 1, id="escaped quote in a long string"),
        pytest.param('a = """x"""""\nb = 1', ("b",), 2, 1, id="long string that ends in quotes"),
        pytest.param("a = '''x'''''\nb = 1", ("b",), 2, 1, id="long literal that ends in quotes"),
        pytest.param('a = ""\nb = 1', ("b",), 2, 1, id="empty string"),
        pytest.param("a = 1979-05-27 07:32:00Z\nb = 1", ("b",), 2, 1, id="date with a blank"),
        pytest.param("a = -inf # x\nb = 1", ("b",), 2, 1, id="number and comment"),
        pytest.param("é = 1", (), 1, 1, id="the document itself"),
        pytest.param('"é" = [1, 2]', ("é", 1), 1, 11, id="columns are code points"),
    ],
)
def test_finds(text: str, path: Path, line: int, column: int) -> None:
    assert locate(text).find(*path) == (line, column)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("b", 1, "max"), 3, id="a key that is not there: its table"),
        pytest.param(("b", 7), 1, id="an item that is not there: its array"),
        pytest.param(("z", "y"), 1, id="nothing of it: the start"),
    ],
)
def test_falls_back_to_the_nearest_ancestor(path: Path, line: int) -> None:
    assert locate("[[b]]\nx = 1\n[[b]]\nx = 2").find(*path).line == line


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\nb = = 2",
        "a = 1\n[b",
        "a = 1\n[b\nc = 1",
        'a = 1\nb = """x',
        "a = 1\nb = 'x\n'",
        "a = 1\nb = [,]",
        "a = 1\nb = [1",
        "a = 1\nb = {1}",
        "a = 1\n.b = 2",
        'a = 1\n"\\UFFFFFFFF" = 2',
        "a = 1\n]",
        "a = 1\nb =",
    ],
)
def test_what_is_not_toml_is_located_up_to_there(text: str) -> None:
    with pytest.raises(tomli.TOMLDecodeError):
        tomli.loads(text)
    assert locate(text).find("a") == (1, 1)


def _refused(text: str) -> tuple[str, Position]:
    with pytest.raises(ExcessError) as refused:
        locate(text)
    return str(refused.value), refused.value.position


DEEP = "keys, tables and arrays are nested more than 32 deep"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        pytest.param("a" + ".a" * DEEPEST + " = 1", (1, 65), id="dotted key"),
        pytest.param("[a" + ".a" * DEEPEST + "]", (1, 66), id="header"),
        pytest.param("x = 1\na = " + "[" * DEEPEST + "1", (2, 37), id="arrays"),
        pytest.param("a = " + "{a = " * DEEPEST + "1", (1, 161), id="inline tables"),
    ],
)
def test_too_deep(text: str, position: tuple[int, int]) -> None:
    assert _refused(text) == (DEEP, position)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" + ".a" * (DEEPEST - 1) + " = 1", id="dotted key"),
        pytest.param("a = " + "[" * (DEEPEST - 1) + "1" + "]" * (DEEPEST - 1), id="arrays"),
        pytest.param("a = " + "9" * LONGEST_SCALAR + "  # a comment", id="number"),
        pytest.param("a = '" + "9" * 5000 + "'", id="string"),
        pytest.param("a = 1" + " " * 500, id="blanks after a number"),
    ],
)
def test_just_within(text: str) -> None:
    locate(text)
    tomli.loads(text)


def test_too_long_a_number() -> None:
    message = "a value without quotes has 5,000 characters"
    assert _refused("b = 1\na = " + "9" * 5000) == (message, (2, 5))


@given(st.text(alphabet="ab.=[]{}\"'\\#,\n \t01-x", max_size=60))
def test_never_fails_otherwise(text: str) -> None:
    assert locate(text).find("a").line <= text.count("\n") + 1


class _Script:
    """Writes a document and notes, counting characters by hand, where each key and item begins."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.line = self.column = 1
        self.last_name = (1, 1)
        self.places: dict[Path, tuple[int, int]] = {}
        self.names = 0

    def write(self, text: str) -> None:
        for char in text:
            self.text += char
            self.line, self.column = (
                (self.line + 1, 1) if char == "\n" else (self.line, self.column + 1)
            )

    def note(self, path: Path) -> None:
        # A second header of an array of tables is no second place of its name.
        self.places.setdefault(path, (self.line, self.column))

    def blank(self) -> None:
        self.write(self.draw(st.sampled_from(["", " ", "\t "])))

    def gap(self) -> None:
        self.write(self.draw(st.sampled_from(["", " ", "\n", ' # a = [ "\n\t'])))

    def name(self) -> str:
        """Return a name not used before."""
        self.names += 1
        return self.draw(st.sampled_from(["k", "a-b", "é.", "x y", 'q"', "'", "\n", "=["])) + str(
            self.names
        )

    def part(self, name: str) -> None:
        if name.isascii() and name.replace("-", "").isalnum():
            self.write(self.draw(st.sampled_from([name, f"'{name}'", f'"{name}"'])))
            return
        escaped = "".join(f"\\u{ord(char):04x}" for char in name)
        self.write(f'"{escaped}"')

    def key(self, path: Path, names: Sequence[str]) -> Path:
        for index, name in enumerate(names):
            if index:
                self.blank()
                self.write(".")
                self.blank()
            path = (*path, name)
            self.note(path)
            self.last_name = (self.line, self.column)
            self.part(name)
        return path

    def pair(self, path: Path, depth: int) -> None:
        names = [self.name() for _ in range(self.draw(st.integers(1, 3)))]
        path = self.key(path, names)
        self.blank()
        self.write("=")
        self.blank()
        self.value(path, depth)

    def value(self, path: Path, depth: int) -> None:
        kinds = ["scalar"] if depth > 2 else ["scalar", "array", "table"]
        kind = self.draw(st.sampled_from(kinds))
        count = self.draw(st.integers(0, 3))
        if kind == "scalar":
            self.write(self.draw(st.sampled_from(SCALARS)))
        elif kind == "array":
            self.write("[")
            for index in range(count):
                self.gap()
                self.note((*path, index))
                self.value((*path, index), depth + 1)
                self.gap()
                self.write("," if index < count - 1 or self.draw(st.booleans()) else "")
            self.gap()
            self.write("]")
        else:
            self.write("{")
            for index in range(count):
                self.blank()
                self.pair(path, depth + 1)
                self.blank()
                self.write("," if index < count - 1 else "")
            self.write("}")

    def pairs(self, path: Path) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.blank()
            self.pair(path, 0)
            self.write(self.draw(st.sampled_from(["\n", " # [x]\n\n"])))

    def document(self) -> None:
        self.pairs(())
        for _ in range(self.draw(st.integers(0, 3))):
            names = [self.name() for _ in range(self.draw(st.integers(1, 2)))]
            for index in range(self.draw(st.integers(0, 3))):
                self.write("[[")
                self.blank()
                path = self.key((), names)
                self.places[(*path, index)] = self.last_name
                self.blank()
                self.write("]]\n")
                self.pairs((*path, index))


SCALARS = [
    "1",
    "0x1f",
    "1_000.5e3",
    "inf",
    "true",
    "2026-11-20",
    "2026-11-20 07:32:00.5+01:00",
    '"a = [1] # \\" \\\\"',
    "'a = {1} # \\'",
    '""',
    '"""\n[a]\na = 1 \\"""\\\n  x""y"""""',
    "'''\n[a]\na = 1 ''\\'''''",
]


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, dict[Path, tuple[int, int]]]:
    script = _Script(draw)
    script.document()
    return script.text, script.places


def _at(document: object, path: Path) -> object:
    for step in path:
        document = document[step]  # type: ignore[index]
    return document


# A document takes many draws, and other work on the machine makes them slow.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_documents())
def test_every_key_stands_where_it_was_written(
    written: tuple[str, dict[Path, tuple[int, int]]],
) -> None:
    text, places = written
    document, locations = tomli.loads(text), locate(text)
    for path, place in places.items():
        _at(document, path)
        assert locations.find(*path) == place
