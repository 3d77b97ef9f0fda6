"""What our entry does to configurations as people write them: it is added, all else stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ctxtally.adapters.hook_config import entry, extended

URL, REV, HOOKS = "https://example.invalid/x", "v1.2.3", ("one", "two")
OURS = {"repo": URL, "rev": REV, "hooks": [{"id": "one"}, {"id": "two"}]}
BLOCK = """\
  - repo: https://example.invalid/x
    rev: v1.2.3
    hooks:
      - id: one
      - id: two
"""


def added(text: str) -> str | None:
    return extended(text, URL, REV, HOOKS)


def test_the_entry() -> None:
    assert entry(URL, REV, HOOKS) == BLOCK


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", f"repos:\n{BLOCK}", id="an empty file"),
        pytest.param("# nothing\n", f"# nothing\nrepos:\n{BLOCK}", id="a comment"),
        pytest.param("fail_fast: true", f"fail_fast: true\nrepos:\n{BLOCK}", id="no line end"),
        pytest.param("repos:\n", f"repos:\n{BLOCK}", id="an empty key"),
        pytest.param("repos: [ ] # x\na: 1\n", f"repos: # x\n{BLOCK}a: 1\n", id="an empty list"),
        pytest.param(
            "repos:\n  - repo: a\n    hooks: []\n\n  # about b\n  - repo: b\n    hooks: []\n",
            "repos:\n  - repo: a\n    hooks: []\n\n  # about b\n  - repo: b\n    hooks: []\n"
            + BLOCK,
            id="two of others",
        ),
        pytest.param(
            "repos:\r\n  - repo: a\r\n    hooks: []\r\nx: 1\r\n",
            "repos:\r\n  - repo: a\r\n    hooks: []\r\n" + BLOCK.replace("\n", "\r\n") + "x: 1\r\n",
            id="CRLF",
        ),
        pytest.param(
            "repos:\n- repo: a\n  hooks:\n  - id: |\n\n      b\n\n# tail\nx: 1\n",
            "repos:\n- repo: a\n  hooks:\n  - id: |\n\n      b\n"
            "- repo: https://example.invalid/x\n  rev: v1.2.3\n  hooks:\n"
            "    - id: one\n    - id: two\n\n# tail\nx: 1\n",
            id="a block of text at the end",
        ),
    ],
)
def test_is_added(before: str, after: str) -> None:
    assert added(before) == after


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- repo: a\n", id="a list"),
        pytest.param("repos: a\n", id="no list of repos"),
        pytest.param("repos: [{repo: a}]\n", id="a list on one line"),
        pytest.param("repos:\n- repo: a\n  x: &b 1\n  y: *b\n", id="an alias"),
        pytest.param("repos: {\n", id="not YAML"),
        pytest.param("repos:\n- ? repo\n  : a\n--- \nx: 1\n", id="two documents"),
    ],
)
def test_stays_as_it_is(text: str) -> None:
    assert added(text) is None


def test_a_url_that_is_no_plain_text() -> None:
    assert extended("repos: []\n", "a: b # c", REV, HOOKS) is None


KEYS = st.sampled_from(["fail_fast: true\n", "# note\n", "\n", "exclude: ^x/\n"])
REPOS = st.lists(
    st.sampled_from(
        ["repo: a\n    hooks: []\n", "repo: b # c\n    rev: 1\n\n    hooks: [{id: x}]\n"]
    ),
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(KEYS, max_size=2, unique=True), REPOS)
def test_only_our_lines_are_new(keys: list[str], repos: list[str]) -> None:
    head = "".join(keys)
    text = f"{head}repos:\n" + "".join(f"  - {one}" for one in repos) + "minimum: 1\n"
    found = added(text)
    assert found is not None
    assert found.replace(BLOCK, "", 1) == text
    yaml = YAML(typ="safe", pure=True)
    assert yaml.load(found)["repos"][-1] == OURS
    assert len(yaml.load(found)["repos"]) == len(repos) + 1
