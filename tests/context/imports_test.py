from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.context.imports import Mention, fate, mentions
from ctxtally.context.resolve import Lookup
from ctxtally.model.record import replace
from tests.context.shipped import grammar
from tests.context.trees import made
from tests.support.timing import hold

if TYPE_CHECKING:
    from ctxtally.model.imports import Imports

MARKDOWN = grammar("claude-code")
RAW = grammar("gemini-cli")
CLOSED = grammar("kiro")
SPELLED = grammar("goose")

PATHS = (
    "CLAUDE.md AGENTS.md docs/a.md docs/NOEXT docs/p.json docs/q.py docs/m.md docs/d1.md docs/d2.md"
    " docs/dir/x.md docs/o.md src/components/b.ts"
)
TREE = made(
    dict.fromkeys([*PATHS.split(), "docs/with space.md"], "x"),
    {"docs/link.md": "a.md", "docs/out.md": "../../secret.md", "docs/etc": "/etc"},
)
LOOKUP = Lookup(TREE.entries, TREE.link)


def files(text: str, source: str = "CLAUDE.md", rules: Imports = MARKDOWN) -> list[str]:
    found = [fate(one, source, rules, LOOKUP) for one in mentions(text, rules)]
    return [path for outcome, path in found if outcome == "file"]


# Each row was run on Claude Code 2.1.329.
@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("@docs/a.md", "docs/a.md", id="alone"),
        pytest.param("- @docs/a.md", "docs/a.md", id="item"),
        pytest.param("@./docs/a.md", "docs/a.md", id="dot"),
        pytest.param("**@docs/a.md**", "docs/a.md", id="strong"),
        pytest.param("> @docs/a.md", "docs/a.md", id="quote"),
        pytest.param("| @docs/a.md | cell |", "docs/a.md", id="table"),
        pytest.param("@docs/with\\ space.md", "docs/with space.md", id="escaped space"),
        pytest.param("@docs/NOEXT", "docs/NOEXT", id="no extension"),
        pytest.param("@docs/p.json", "docs/p.json", id="json"),
        pytest.param("@docs/q.py", "docs/q.py", id="python"),
        pytest.param("@docs/m.md#section", "docs/m.md", id="fragment"),
        pytest.param("paragraph\n    @docs/a.md", "docs/a.md", id="deep continuation"),
        pytest.param("See @docs/NOEXT for more", "docs/NOEXT", id="in a sentence"),
        pytest.param("# About @docs/a.md", "docs/a.md", id="heading"),
        pytest.param("*see @docs/a.md*", "docs/a.md", id="at the end of emphasis"),
        pytest.param("`code`@docs/a.md", "docs/a.md", id="after a code span"),
        pytest.param("@docs/link.md", "docs/a.md", id="tracked link"),
    ],
)
def test_markdown_grammar_imports(text: str, path: str) -> None:
    assert files(text) == [path]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("end dot @docs/o.md.", id="full stop"),
        pytest.param("@docs/o.md,", id="comma"),
        pytest.param("See @docs/o.md, please", id="comma in a sentence"),
        pytest.param("(@docs/a.md)", id="parenthesis"),
        pytest.param('"@docs/a.md"', id="quotes"),
        pytest.param("text@docs/a.md", id="within a word"),
        pytest.param("me@docs/a.md", id="mail"),
        pytest.param("[x](@docs/a.md)", id="link target"),
        pytest.param("[see @docs/a.md](x)", id="link text"),
        pytest.param("`@docs/a.md`", id="code span"),
        pytest.param("```\n@docs/a.md\n```", id="fence"),
        pytest.param("<!-- @docs/a.md -->", id="comment"),
        pytest.param("@docs/dir", id="directory"),
        pytest.param("1. @docs/o.md:12", id="line number"),
        pytest.param("@missing/file.md", id="missing"),
        pytest.param("text\n\n    @docs/a.md", id="indented code"),
        pytest.param("@", id="nothing after it"),
        pytest.param("no sign at all", id="no sign"),
        pytest.param("@" + "a/" * 2_100 + "b", id="longer than any path"),
    ],
)
def test_markdown_grammar_does_not_import(text: str) -> None:
    assert files(text) == []


def test_paths_are_relative_to_the_importing_file() -> None:
    assert files("@d2.md", "docs/d1.md") == ["docs/d2.md"]


# Read in the source of Gemini CLI at 5411f113.
@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("@./docs/a.md", "docs/a.md", id="dot"),
        pytest.param("@docs/a.md", "docs/a.md", id="plain"),
        pytest.param("- @docs/a.md", "docs/a.md", id="item"),
        pytest.param("<!-- @docs/a.md -->", "docs/a.md", id="comments are no code"),
        pytest.param("    @docs/a.md", "docs/a.md", id="indent is no code"),
        pytest.param("a\r@docs/a.md", "docs/a.md", id="after a carriage return"),
        pytest.param("`a` @docs/a.md `b`", "docs/a.md", id="between code"),
        pytest.param("~~~\n@docs/a.md\n~~~", "docs/a.md", id="tildes are no code"),
    ],
)
def test_raw_grammar_imports(text: str, path: str) -> None:
    assert files(text, rules=RAW) == [path]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@docs/o.md.", id="the full stop belongs to the path"),
        pytest.param("@docs/o.md,", id="the comma belongs to the path"),
        pytest.param("(@docs/a.md)", id="parenthesis"),
        pytest.param('"@docs/a.md"', id="quotes"),
        pytest.param("**@docs/a.md**", id="strong"),
        pytest.param("text@docs/a.md", id="within a word"),
        pytest.param("@~/x", id="home"),
        pytest.param("@1.md", id="a digit first"),
        pytest.param("`@docs/a.md`", id="code span"),
        pytest.param("``` @docs/a.md ```", id="backticks"),
        pytest.param("`x`@docs/a.md", id="right after code"),
        pytest.param("@docs/m.md#section", id="a fragment belongs to the path"),
    ],
)
def test_raw_grammar_does_not_import(text: str) -> None:
    assert files(text, rules=RAW) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("see #[[file:docs/a.md]].", ["docs/a.md"], id="closed"),
        pytest.param(
            "x#[[file: docs/a.md ]]#[[file:docs/q.py]]", ["docs/a.md", "docs/q.py"], id="two"
        ),
        pytest.param("`#[[file:docs/a.md]]`", ["docs/a.md"], id="code is no shelter"),
        pytest.param("#[[file:docs/a.md\n]]", [], id="not closed on its line"),
        pytest.param("#[[file:docs/a.md", [], id="never closed"),
        pytest.param("#[[file:]]", [], id="empty"),
        pytest.param("@docs/a.md", [], id="another grammar"),
    ],
)
def test_closed_grammar(text: str, found: list[str]) -> None:
    assert files(text, "docs/d1.md", CLOSED) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Go through the @docs/a.md.", ["docs/a.md"], id="a full stop ends it"),
        pytest.param("`code` @docs/a.md, and", ["docs/a.md"], id="a comma ends it"),
        pytest.param("```\n@docs/a.md\n```", ["docs/a.md"], id="a fence is no shelter"),
        pytest.param("(@docs/a.md)", [], id="parenthesis before"),
        pytest.param("@...", [], id="only stops"),
    ],
)
def test_spelled_grammar(text: str, found: list[str]) -> None:
    assert files(text, rules=SPELLED) == found


def test_mentions_know_their_place() -> None:
    text = "# One\n@docs/a.md `x`\n\n- two @docs/q.py\n"
    assert list(mentions(text, MARKDOWN)) == [
        Mention(path="docs/a.md", line=2, start=6, end=16),
        Mention(path="docs/q.py", line=4, start=28, end=38),
    ]
    closed = list(mentions("a #[[file: b ]] c", CLOSED))
    assert closed == [Mention(path="b", line=1, start=2, end=15)]


def test_any_prefix_and_first_character() -> None:
    rules = replace(MARKDOWN, prefix="include ", first="", text="all", fragment=False)
    assert [one.path for one in mentions("include $x#y and\ninclude @z", rules)] == ["$x#y", "@z"]


HOSTILE = [
    pytest.param(MARKDOWN, "@a", id="one long word"),
    pytest.param(MARKDOWN, "@a.md ", id="many imports"),
    pytest.param(MARKDOWN, "@\\ ", id="escaped spaces"),
    pytest.param(RAW, "`@a ", id="backticks"),
    pytest.param(CLOSED, "#[[file:", id="never closed"),
    pytest.param(CLOSED, "#[[file:a\n]]", id="closed too late"),
    pytest.param(SPELLED, "@.", id="only stops"),
    pytest.param(replace(MARKDOWN, text="all", after="any"), "@a", id="after anything"),
    pytest.param(replace(SPELLED, after="any"), "@-", id="after anything, spelled"),
]


@pytest.mark.untraced
@pytest.mark.parametrize(("rules", "text"), HOSTILE)
def test_hostile_text_takes_linear_time(rules: Imports, text: str) -> None:
    def read(times: int) -> None:
        for _ in mentions(text * times, rules):
            pass

    # Eight times the text, beyond the length of a path: linear is 8, quadratic is 64.
    hold(lambda: read(5_000), lambda: read(40_000), at_most=24)


def outcome(path: str, source: str = "CLAUDE.md") -> str:
    mention = Mention(path=path, line=1, start=0, end=0)
    return fate(mention, source, MARKDOWN, LOOKUP)[0]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("../x", id="above the top"),
        pytest.param("docs/../../x", id="above the top on the way"),
        pytest.param("../repo-evil/x", id="a sibling"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("//etc/passwd", id="absolute, twice"),
        pytest.param(".git/config", id="inside .git"),
        pytest.param("docs/.GIT/config", id="inside .git in another case"),
        pytest.param("~/x", id="home"),
        pytest.param("~/.claude/x.md", id="a file at home"),
        pytest.param("$HOME/x", id="variable"),
        pytest.param("${HOME}/x", id="variable in braces"),
        pytest.param("%USERPROFILE%\\x", id="variable of Windows"),
        pytest.param("C:\\Windows\\win.ini", id="drive"),
        pytest.param("C:/Windows/win.ini", id="drive with slashes"),
        pytest.param("docs\\..\\..\\x", id="backslashes"),
        pytest.param("..\\x", id="backslash above the top"),
        pytest.param("file:///etc/passwd", id="file address"),
        pytest.param("https://example.com/x.md", id="web address"),
        pytest.param("docs/etc/passwd", id="through a linked directory"),
        pytest.param("docs/out.md", id="a link that leads out"),
    ],
)
def test_leads_out(path: str) -> None:
    assert outcome(path) == "outside"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        pytest.param("./missing.md", "CLAUDE.md", id="dot"),
        pytest.param("../missing", "docs/d1.md", id="two dots within the tree"),
        pytest.param("missing.md", "CLAUDE.md", id="a document"),
        pytest.param("docs/missing.md", "CLAUDE.md", id="in a directory that is there"),
        pytest.param("missing/deep/file.py", "CLAUDE.md", id="three names and an extension"),
        pytest.param("d2.md,", "docs/d1.md", id="punctuation behind a file"),
        pytest.param("docs/q.py).", "CLAUDE.md", id="more punctuation behind a file"),
    ],
)
def test_is_meant_and_missing(path: str, source: str) -> None:
    assert outcome(path, source) == "missing"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("google/gemini-cli-core", id="package"),
        pytest.param("tanstack/react-query", id="package with a dash"),
        pytest.param("scope/pkg.js", id="package with an extension"),
        pytest.param("scope/readme.md", id="file of a package"),
        pytest.param("someone", id="a person"),
        pytest.param("example.com", id="a domain"),
        pytest.param("pytest.fixture", id="a decorator"),
        pytest.param("missing/deep/file", id="three names without an extension"),
        pytest.param("docs/dir", id="a directory"),
        pytest.param("/components/button", id="alias of a bundler"),
        pytest.param("/", id="a slash"),
        pytest.param("my\\_name", id="escaped underscore"),
        pytest.param("a:b", id="a colon"),
    ],
)
def test_is_most_likely_a_word(path: str) -> None:
    assert outcome(path) == "words"


def test_a_top_level_directory_is_no_place_of_the_system() -> None:
    tree = made({"home/page.ts": "x"})
    mention = Mention(path="/home/page", line=1, start=0, end=0)
    assert fate(mention, "CLAUDE.md", MARKDOWN, Lookup(tree.entries, tree.link))[0] == "words"
