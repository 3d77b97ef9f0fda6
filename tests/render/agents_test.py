"""Load sets as tables, in text and in Markdown, where names and numbers are awkward."""

from __future__ import annotations

import pytest

from ctxtally.model.loadset import AgentLoad, Explained, LoadedFile, LoadSet
from ctxtally.model.window import Window
from ctxtally.render import explain, explain_json, explain_markdown
from ctxtally.render.agents import overview

WINDOW = Window(model="codex", tokens=1_000, source="a page", verified_on="2026-01-02")


def load(directory: str, *files: LoadedFile, window: Window | None = WINDOW) -> AgentLoad:
    loads = LoadSet(agent="codex", dir=directory, files=files)
    return AgentLoad(name="Codex", loads=loads, outside=("~/.codex",), window=window)


def file(path: str = "AGENTS.md", tokens: int = 120, aliases: tuple[str, ...] = ()) -> LoadedFile:
    return LoadedFile(
        path=path, load="always", via="**/AGENTS.md", tokens=tokens, bytes_kept=9, aliases=aliases
    )


def explained(*agents: AgentLoad, exact: bool = True) -> Explained:
    return Explained(
        subject="index",
        counter="o200k_base",
        method="exact" if exact else "calibrated",
        agents=agents,
    )


@pytest.mark.parametrize(
    ("rows", "ending"),
    [
        pytest.param(
            20, "     120   12.0%          0    0  codex  d19\n", id="as many as are shown"
        ),
        pytest.param(21, "  and 1 more: `ctxtally explain`\n", id="one more"),
        pytest.param(1_520, "  and 1,500 more: `ctxtally explain`\n", id="many more"),
    ],
)
def test_a_long_table_is_cut(rows: int, ending: str) -> None:
    text = overview([load(f"d{row}", file()) for row in range(rows)], exact=True, most=20)
    shown = text.splitlines()
    assert len([line for line in shown if "codex" in line]) == 20
    assert f"{shown[-1]}\n" == ending


def test_names_that_would_move_the_cursor_are_escaped() -> None:
    odd = "a\x1b[2J|`b`\udcff"
    found = explained(load(odd, file(odd, aliases=(odd,))))
    for text in (
        explain.explain(found, tree=True),
        explain.explain(found, tree=False),
        explain_markdown.explain(found, tree=True),
        explain_markdown.explain(found, tree=False),
        explain_json.explain(found),
    ):
        assert all(line.isprintable() for line in text.split("\n"))


def test_a_cell_of_a_markdown_table_stays_one_cell() -> None:
    text = explain_markdown.explain(explained(load("a|b", file())), tree=False)
    assert text.splitlines()[-1] == r"| 120 | 12.0% | 0 | 0 | `codex` | `a\|b` |"


def test_an_estimate_is_marked_everywhere() -> None:
    text = explain.explain(explained(load(".", file()), exact=False), tree=True)
    assert "~120" in text
    assert "always: ~120 tokens in 1 file, 12.0% of a window of 1,000 (a page)" in text


def test_a_window_without_a_source_is_not_made_up() -> None:
    found = explained(load(".", file(), window=None))
    assert "always: 120 tokens in 1 file; its window is not known" in explain.explain(
        found, tree=True
    )
    assert '"share": null' in explain_json.explain(found)


def test_a_load_set_without_files() -> None:
    assert explain.explain(explained(load("docs")), tree=True).splitlines() == [
        "What agents load (o200k_base, exact; subject: index)",
        "",
        "Codex (codex) in docs",
        "",
        "always: 0 tokens in 0 files, 0.0% of a window of 1,000 (a page)",
        "on demand: 0 tokens in 0 files",
        "not measured: ~/.codex",
    ]
    text = explain_markdown.explain(explained(load("docs")), tree=True)
    assert "|" not in text


def test_six_names_of_a_file_are_enough() -> None:
    many = tuple(f"n{number}" for number in range(9))
    text = explain.explain(explained(load(".", file(aliases=many))), tree=True)
    assert "AGENTS.md (= n0, n1, n2, n3, n4, n5 and 3 more)" in text
