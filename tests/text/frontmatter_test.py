from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ctxtally.text.frontmatter import FrontMatter, front_matter


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("x", "x", id="plain"),
        pytest.param("x y # note", "x y", id="comment"),
        pytest.param("x#y", "x#y", id="no comment without a space"),
        pytest.param("don't # note", "don't", id="apostrophe within a word"),
        pytest.param('"a # b" # note', "a # b", id="comment sign in quotes"),
        pytest.param('x "a # b" # note', 'x "a # b"', id="quotes within a plain value"),
        pytest.param("Use when: x", "Use when: x", id="colon that YAML refuses"),
        pytest.param("*.ts,*.tsx", "*.ts,*.tsx", id="star that YAML takes for an alias"),
        pytest.param("**/*", "**/*", id="two stars"),
        pytest.param("true", True, id="true"),
        pytest.param("False", False, id="false"),
        pytest.param('"true"', "true", id="quoted true is a text"),
        pytest.param("", None, id="nothing"),
        pytest.param("~", None, id="null"),
        pytest.param("# note", None, id="only a comment"),
        pytest.param("017", "017", id="numbers stay text"),
        pytest.param("'it''s'", "it's", id="single quotes"),
        pytest.param(r'"a\"b\\c\n\u00e9\x41\q"', 'a"b\\c\n\u00e9Aq', id="double quotes"),
        pytest.param("[]", (), id="empty list"),
        pytest.param("[a, 'b, c', \"d\"]", ("a", "b, c", "d"), id="flow list"),
        pytest.param('[a, "b\\"], c"]', ("a", 'b"], c'), id="escaped quote in a list"),
        pytest.param("[don't, x]", ("don't", "x"), id="apostrophe in a list"),
        pytest.param("[[a, b], {c: d}, e]", ("[a, b]", "{c: d}", "e"), id="nested as it stands"),
        pytest.param("[a, # one\n  b]", ("a", "b"), id="flow list over two lines"),
        pytest.param("\n  - a\n  - 'b' # x\n\n  - c\n    d", ("a", "b", "c d"), id="block list"),
        pytest.param("\n- a\n-\n- b", ("a", "", "b"), id="block list without indent"),
        pytest.param("\n  x: 1\n  y: 2", "x: 1 y: 2", id="mapping as it stands"),
        pytest.param("a\n  b\n  c", "a b c", id="plain over three lines"),
        pytest.param('"a\n  b\n\n  c"', "a b\nc", id="quoted over lines"),
        pytest.param("|\n  a\n   b\n\n  c\n", "a\n b\n\nc", id="literal"),
        pytest.param(">-  # note\n  a\n  b\n\n  c", "a b\nc", id="folded"),
        pytest.param("|", "", id="literal of nothing"),
    ],
)
def test_value(written: str, value: object) -> None:
    found = front_matter(f"---\nbefore: 1\nkey: {written}\nafter: 2\n---\nbody\n")
    assert found.values == {"before": "1", "key": value, "after": "2"}
    assert found.lines["key"] == 3
    assert found.body == "body\n"
    assert not found.broken


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# Title\n\n---\na: b\n---\n", id="not at the top"),
        pytest.param("---\na: b\n", id="never closed"),
        pytest.param("----\na: b\n----\n", id="four dashes"),
        pytest.param(" ---\na: b\n---\n", id="indented"),
    ],
)
def test_no_front_matter(text: str) -> None:
    assert front_matter(text) == FrontMatter(body=text)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('key: "a', id="quote never closed"),
        pytest.param("key: 'a", id="single quote never closed"),
        pytest.param("key: [a, b", id="bracket never closed"),
    ],
)
def test_broken_front_matter_has_no_values(line: str) -> None:
    found = front_matter(f"---\nname: x\n{line}\n---\nbody")
    assert found == FrontMatter(body="body", body_line=5, broken=True)


@pytest.mark.parametrize(
    ("inside", "values"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("# only a comment\n", {}, id="comment"),
        pytest.param("no colon here\n", {}, id="no key"),
        pytest.param("  indented: x\n", {}, id="indented key belongs to nobody"),
        pytest.param("a:b\n", {}, id="colon without a space"),
        pytest.param('"quoted key": x\n', {"quoted key": "x"}, id="quoted key"),
        pytest.param("a:\tx\n", {"a": "x"}, id="tab after the colon"),
        pytest.param("a: 1\na: 2\n", {"a": "2"}, id="the last of two wins"),
    ],
)
def test_keys(inside: str, values: dict[str, object]) -> None:
    assert front_matter(f"---\n{inside}---\n").values == values


def test_the_body_begins_after_the_second_line_of_dashes() -> None:
    found = front_matter("--- \nname: x\n---\t\nbody\n---\nmore")
    assert (found.body, found.body_line) == ("body\n---\nmore", 4)
    assert front_matter("---\nname: x\n---").body == ""


_WORD = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=8).filter(
    lambda word: word not in {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
)


@given(
    st.dictionaries(_WORD, st.one_of(_WORD, st.booleans(), st.lists(_WORD, max_size=4)), max_size=5)
)
def test_plain_yaml_reads_as_in_a_yaml_parser(values: dict[str, object]) -> None:
    lines = []
    for key, value in values.items():
        if isinstance(value, list):
            lines.append(f"{key}: []" if not value else f"{key}:")
            lines += [f"  - {item}" for item in value]
        else:
            lines.append(f"{key}: {str(value).lower()}")
    text = "\n".join([*lines, ""])
    oracle = YAML(typ="safe").load(text) or {}
    expected = {
        key: tuple(value) if isinstance(value, list) else value for key, value in oracle.items()
    }
    assert front_matter(f"---\n{text}---\n").values == expected


@given(st.text(st.sampled_from("ab:-#[]{}\"'|> \n\t,\\"), max_size=60))
def test_any_text_is_split_without_loss(inside: str) -> None:
    text = f"---\n{inside}"
    found = front_matter(text)
    assert text.endswith(found.body)
    assert len(text[: len(text) - len(found.body)].splitlines()) == found.body_line - 1
