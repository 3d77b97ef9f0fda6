from __future__ import annotations

import pytest

from ctxtally.context.expansion import MAX_LOADED, MAX_MENTIONS
from ctxtally.context.loader import load_set
from ctxtally.model.finding import Finding
from ctxtally.model.record import replace
from tests.context.loading import counted_texts, load, order
from tests.context.shipped import grammar, profile
from tests.context.trees import made


def chain(name: str, hops: int) -> dict[str, str]:
    """Return a file and `hops` more, each imported by the one before."""
    texts = {f"d{at}.md": f"@d{at + 1}.md" for at in range(1, hops)}
    return {name: "@d1.md", **texts, f"d{hops}.md": "end"}


@pytest.mark.parametrize(
    ("agent", "name", "hops", "loaded"),
    [
        pytest.param("claude-code", "CLAUDE.md", 4, 5, id="four hops"),
        pytest.param("claude-code", "CLAUDE.md", 5, 5, id="the fifth is lost"),
        pytest.param("gemini-cli", "GEMINI.md", 5, 6, id="five hops"),
        pytest.param("gemini-cli", "GEMINI.md", 6, 6, id="the sixth is lost"),
        pytest.param("goose", ".goosehints", 3, 4, id="three hops"),
        pytest.param("codex", "AGENTS.md", 1, 1, id="no imports"),
        pytest.param("copilot", "AGENTS.md", 1, 1, id="no imports either"),
    ],
)
def test_depth(agent: str, name: str, hops: int, loaded: int) -> None:
    found = load(agent, chain(name, hops))
    assert [file.path for file in found.files] == [name, *(f"d{at}.md" for at in range(1, loaded))]


def test_an_import_that_is_too_deep_is_told() -> None:
    assert load("claude-code", chain("CLAUDE.md", 5)).findings == (
        Finding(
            rule="import-depth",
            level="error",
            path="d4.md",
            line=1,
            message="`d5.md` is not loaded: Claude Code follows 4 hops",
            help="import it from a file nearer to the top",
        ),
    )


def test_one_hop_of_a_closed_grammar() -> None:
    files = {
        ".kiro/steering/a.md": "one #[[file:docs/b.md]]",
        "docs/b.md": "two #[[file:docs/c.md]]",
        "docs/c.md": "three",
    }
    found = load("kiro", files)
    assert order(found) == ["always .kiro/steering/a.md", "always docs/b.md"]
    assert found.files[1].via == ".kiro/steering/a.md:1"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"CLAUDE.md": "@a.md @a.md\n@./a.md", "a.md": "x"},
            ["always CLAUDE.md", "always a.md"],
            id="the same import three times",
        ),
        pytest.param(
            {"CLAUDE.md": "@a.md @b.md", "a.md": "@c.md", "b.md": "@c.md", "c.md": "x"},
            ["always CLAUDE.md", "always a.md", "always c.md", "always b.md"],
            id="a diamond",
        ),
        pytest.param(
            {"CLAUDE.md": "@a.md", "a.md": "@b.md", "b.md": "@a.md @CLAUDE.md"},
            ["always CLAUDE.md", "always a.md", "always b.md"],
            id="a circle ends",
        ),
        pytest.param(
            {"CLAUDE.md": "@CLAUDE.md"}, ["always CLAUDE.md"], id="a file that imports itself"
        ),
        pytest.param(
            {"CLAUDE.md": "@a/CLAUDE.md", "a/CLAUDE.md": "x"},
            ["always CLAUDE.md", "always a/CLAUDE.md"],
            id="imported is no longer nested",
        ),
        pytest.param(
            {"a/CLAUDE.md": "@x.md", "a/x.md": "x", "CLAUDE.md": "x"},
            ["always CLAUDE.md", "nested a/CLAUDE.md", "nested a/x.md"],
            id="an import loads as its importer",
        ),
        pytest.param(
            {".claude/rules/r.md": "---\npaths: x\n---\n@../../x.md", "x.md": "x"},
            ["glob .claude/rules/r.md", "glob x.md"],
            id="an import of a rule",
        ),
    ],
)
def test_each_file_once(files: dict[str, str], expected: list[str]) -> None:
    found = load("claude-code", files)
    assert order(found) == expected
    assert found.findings == ()


def test_the_line_behind_front_matter_and_comments() -> None:
    files = {
        ".claude/rules/r.md": "---\na: b\n---\n<!-- c\n -->\n@../../x.md",
        "x.md": "x",
    }
    assert load("claude-code", files).files[1].via == ".claude/rules/r.md:6"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "a @./x.md b",
            "a <!-- Imported from: ./x.md -->\n\n<!-- End of import from: ./x.md --> b",
            id="found",
        ),
        pytest.param(
            "a @x.md. b", "a <!-- Import failed: x.md. - file not found --> b", id="punctuation"
        ),
        pytest.param(
            "use @google/gemini-cli-core here",
            "use <!-- Import failed: google/gemini-cli-core - file not found --> here",
            id="a package costs a comment",
        ),
        pytest.param(
            "@../../outside.md",
            "<!-- Import failed: ../../outside.md - Path traversal attempt -->",
            id="outside",
        ),
        pytest.param(
            "@https://example.com/x.md",
            "<!-- Import failed: https://example.com/x.md - Path traversal attempt -->",
            id="address",
        ),
        pytest.param("@GEMINI.md", "<!-- File already processed: GEMINI.md -->", id="itself"),
        pytest.param("`@x.md` (@x.md)", "`@x.md` (@x.md)", id="no import"),
        pytest.param("@bin.png", "<!-- Import failed: bin.png - file not found -->", id="binary"),
    ],
)
def test_a_text_that_is_replaced(text: str, expected: str) -> None:
    files: dict[str, str | bytes] = {"GEMINI.md": text, "x.md": "x", "bin.png": b"\0"}
    assert counted_texts(profile("gemini-cli"), files)[0] == expected


def test_a_text_stays_where_nothing_stands_in_its_stead() -> None:
    files = {".goosehints": "see @gone.md and @x.md.", "x.md": "x"}
    texts = counted_texts(profile("goose"), files)
    assert texts[0] == "see @gone.md and --- Content from x.md ---\n\n--- End of x.md ---."


def test_imported_again_is_loaded_again_where_the_grammar_says_so() -> None:
    files = {"GEMINI.md": "@a.md @b.md", "a.md": "@c.md", "b.md": "@c.md", "c.md": "one two"}
    found = load("gemini-cli", files)
    assert [file.path for file in found.files] == ["GEMINI.md", "a.md", "c.md", "b.md", "c.md"]
    assert [file.via for file in found.files if file.path == "c.md"] == ["a.md:1", "b.md:1"]


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/passwd",
        "../repo-evil/x",
        ".git/config",
        "~/x",
        "$HOME/x",
        "C:\\Windows\\win.ini",
    ],
)
def test_imports_that_lead_out_are_listed_and_nothing_is_read(path: str) -> None:
    asked: list[str] = []
    tree = made({"CLAUDE.md": f"one\n@{path} two"})

    def read(name: str) -> bytes | None:
        asked.append(name)
        return tree.read(name)

    found = load_set(profile("claude-code"), ".", tree.entries, read, len)
    assert found.findings == (
        Finding(
            rule="import-outside",
            level="error",
            path="CLAUDE.md",
            line=2,
            message=f"`@{path}` leads out of the repository: not measured",
            help="keep what agents load in the repository, or waive the rule `import-outside`",
        ),
    )
    assert asked == ["CLAUDE.md"]


def test_an_import_of_nothing_is_told_and_a_package_is_not() -> None:
    found = load("claude-code", {"CLAUDE.md": "@./gone.md and @tanstack/react-query"})
    assert found.findings == (
        Finding(
            rule="import-missing",
            level="warning",
            path="CLAUDE.md",
            line=1,
            message="`@./gone.md` imports nothing: no tracked file is there",
            help="mend the path, or write it in backticks where no import is meant",
        ),
    )


def limit_of(path: str, most: str) -> Finding:
    return Finding(
        rule="import-limit",
        level="error",
        path=path,
        message=f"more than {most} imports: the rest is not measured",
        help="import fewer files",
    )


def test_imports_of_one_file_are_bounded() -> None:
    names = [f"n{at}.md" for at in range(MAX_MENTIONS + 1)]
    files = {"CLAUDE.md": " ".join(f"@{name}" for name in names), **dict.fromkeys(names, "x")}
    found = load("claude-code", files)
    assert len(found.files) == 1 + MAX_MENTIONS
    assert found.findings == (limit_of("CLAUDE.md", "1,000"),)


@pytest.mark.untraced
def test_imports_that_multiply_are_bounded() -> None:
    wide = " ".join(f"@w{at}.md" for at in range(50))
    files = {"GEMINI.md": wide, **{f"w{at}.md": wide for at in range(50)}}
    found = load("gemini-cli", files)
    assert len(found.files) == 1 + MAX_LOADED
    assert limit_of("GEMINI.md", "2,000") in found.findings
    assert {finding.rule for finding in found.findings} == {"import-depth", "import-limit"}


def test_a_markdown_grammar_may_replace_too() -> None:
    rules = replace(grammar("claude-code"), replace=True, begin="[", end="]", failed="{path}?")
    one = replace(profile("claude-code"), imports=rules)
    files = {"CLAUDE.md": "> **@x.md** `@x.md`\n> @a/b", "x.md": "x"}
    assert counted_texts(one, files) == ["> **[]** `@x.md`\n> a/b?", "x"]
