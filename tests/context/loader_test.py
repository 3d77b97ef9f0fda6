from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.context.settling import at_version
from ctxtally.model.finding import Finding
from ctxtally.model.loadset import Cut, LoadedFile, Part
from ctxtally.model.record import replace
from tests.context.loading import load, order
from tests.context.shipped import profile

EVERYWHERE = {
    path: "x"
    for folder in ("", "a/", "a/b/", "c/")
    for path in (f"{folder}CLAUDE.md", f"{folder}AGENTS.md", f"{folder}GEMINI.md")
}


@pytest.mark.parametrize(
    ("agent", "directory", "expected"),
    [
        pytest.param(
            "claude-code",
            "a",
            ["always CLAUDE.md", "always a/CLAUDE.md", "nested a/b/CLAUDE.md"],
            id="chain, then what lies below",
        ),
        pytest.param(
            "claude-code",
            ".",
            [
                "always CLAUDE.md",
                "nested a/CLAUDE.md",
                "nested a/b/CLAUDE.md",
                "nested c/CLAUDE.md",
            ],
            id="at the top",
        ),
        pytest.param(
            "codex",
            "a/b",
            ["always AGENTS.md", "always a/AGENTS.md", "always a/b/AGENTS.md"],
            id="nothing below is ever read",
        ),
        pytest.param(
            "gemini-cli",
            "a",
            ["always GEMINI.md", "always a/GEMINI.md", "nested a/b/GEMINI.md"],
            id="its own name",
        ),
        pytest.param(
            "copilot",
            "a/b",
            ["always AGENTS.md", "always CLAUDE.md", "always GEMINI.md", "always a/b/AGENTS.md"],
            id="the top and the directory, nothing between",
        ),
        pytest.param(
            "cursor",
            ".",
            [
                "always AGENTS.md",
                "nested a/AGENTS.md",
                "nested a/b/AGENTS.md",
                "nested c/AGENTS.md",
            ],
            id="the workspace and below",
        ),
        pytest.param(
            "opencode",
            "a",
            ["always a/AGENTS.md", "always AGENTS.md"],
            id="upwards, CLAUDE.md only without AGENTS.md",
        ),
        pytest.param("agents-md", "a/b", ["always a/b/AGENTS.md"], id="the nearest wins"),
        pytest.param("agents-md", "c/d", ["always c/AGENTS.md"], id="the nearest above"),
        pytest.param("zed", ".", ["always AGENTS.md"], id="one file only"),
        pytest.param("continue", "a", ["always a/AGENTS.md"], id="only the directory itself"),
        pytest.param("amazon-q", ".", [], id="none of its files"),
    ],
)
def test_directories(agent: str, directory: str, expected: list[str]) -> None:
    found = load(agent, EVERYWHERE, directory)
    assert order(found) == expected
    assert (found.agent, found.dir) == (agent, directory)


@pytest.mark.parametrize(
    ("agent", "files", "expected"),
    [
        pytest.param(
            "claude-code",
            {
                "CLAUDE.local.md": "x",
                ".claude/rules/b.md": "x",
                ".claude/rules/a.md": "x",
                ".claude/CLAUDE.md": "x",
                "CLAUDE.md": "@docs/x.md",
                "docs/x.md": "@y.md",
                "docs/y.md": "x",
            },
            [
                "always CLAUDE.md",
                "always docs/x.md",
                "always docs/y.md",
                "always .claude/CLAUDE.md",
                "always .claude/rules/a.md",
                "always .claude/rules/b.md",
                "always CLAUDE.local.md",
            ],
            id="claude-code: file, its imports, folder, rules, local",
        ),
        pytest.param(
            "claude-code",
            {"AGENTS.md": "x", ".claude/AGENTS.md": "x", ".claude/rules/a.md": "x"},
            ["always AGENTS.md", "always .claude/AGENTS.md", "always .claude/rules/a.md"],
            id="claude-code: AGENTS.md without CLAUDE.md, rules do not count",
        ),
        pytest.param(
            "claude-code",
            {"AGENTS.md": "x", ".claude/CLAUDE.md": "x"},
            ["always .claude/CLAUDE.md"],
            id="claude-code: the one in the folder counts",
        ),
        pytest.param(
            "claude-code",
            {"AGENTS.md": "x", "CLAUDE.local.md": "x"},
            ["always CLAUDE.local.md"],
            id="claude-code: the local one counts",
        ),
        pytest.param(
            "claude-code",
            {
                "AGENTS.md": "x",
                "src/AGENTS.md": "x",
                "src/api/CLAUDE.md": "x",
                "src/api/AGENTS.md": "x",
            },
            ["always AGENTS.md", "nested src/api/CLAUDE.md", "nested src/AGENTS.md"],
            id="claude-code: both nested kinds, not both in one directory",
        ),
        pytest.param(
            "claude-code",
            {"CLAUDE.md": "x", "src/api/AGENTS.md": "x"},
            ["always CLAUDE.md"],
            id="claude-code: no nested AGENTS.md beside a CLAUDE.md at the top",
        ),
        pytest.param(
            "codex",
            {"AGENTS.override.md": "x", "AGENTS.md": "y"},
            ["always AGENTS.override.md"],
            id="codex: the override replaces",
        ),
        pytest.param(
            "roo",
            {
                ".roorules": "x",
                ".roo/rules/b.txt": "x",
                ".roo/rules/z/a.md": "x",
                ".roo/rules-code/c.md": "x",
            },
            ["always .roo/rules/z/a.md", "always .roo/rules/b.txt", "manual .roo/rules-code/c.md"],
            id="roo: the folder replaces the file, sorted by name",
        ),
        pytest.param("roo", {".roorules": "x"}, ["always .roorules"], id="roo: the file alone"),
        pytest.param(
            "zed",
            {".github/copilot-instructions.md": "x", "AGENT.md": "x", ".rules": "x"},
            ["always .rules"],
            id="zed: its own name first",
        ),
        pytest.param(
            "warp",
            {"WARP.md": "x", "AGENTS.md": "x", "a/AGENTS.md": "x"},
            ["always WARP.md", "nested a/AGENTS.md"],
            id="warp: one file a directory",
        ),
        pytest.param(
            "cline",
            {
                ".clinerules/a.md": "x",
                ".clinerules/b.txt": "x",
                ".clinerules/workflows/w.md": "x",
                ".clinerules/skills/s.md": "x",
                "AGENTS.md": "x",
                ".cursor/rules/r.mdc": "x",
            },
            [
                "always .clinerules/a.md",
                "always .clinerules/b.txt",
                "always AGENTS.md",
                "always .cursor/rules/r.mdc",
                "manual .clinerules/workflows/w.md",
            ],
            id="cline: folders that are no rules",
        ),
        pytest.param(
            "junie",
            {".junie/guidelines.md": "x", ".junie/AGENTS.md": "x", "AGENTS.md": "x"},
            ["always .junie/AGENTS.md"],
            id="junie: the first of three",
        ),
        pytest.param(
            "augment",
            {".augment-guidelines": "x", ".augment/rules/a.md": "x", "CLAUDE.md": "x"},
            ["always CLAUDE.md", "always .augment/rules/a.md", "always .augment-guidelines"],
            id="augment",
        ),
        pytest.param(
            "amazon-q", {".amazonq/rules/a.md": "x"}, ["always .amazonq/rules/a.md"], id="amazon-q"
        ),
        pytest.param("replit", {"replit.md": "x"}, ["always replit.md"], id="replit"),
        pytest.param(
            "goose",
            {".goosehints": "x", "AGENTS.md": "x", "a/.goosehints": "x"},
            ["always .goosehints", "always AGENTS.md", "nested a/.goosehints"],
            id="goose",
        ),
        pytest.param(
            "continue",
            {"CLAUDE.md": "x", "CODEX.md": "x", ".continue/rules/a.md": "x"},
            ["always CLAUDE.md", "always .continue/rules/a.md"],
            id="continue: the first name",
        ),
        pytest.param(
            "windsurf",
            {
                ".windsurf/rules/a.md": "x",
                ".devin/rules/b.md": "x",
                ".windsurfrules": "x",
                "a/AGENTS.md": "x",
            },
            [
                "always .devin/rules/b.md",
                "always .windsurf/rules/a.md",
                "always .windsurfrules",
                "nested a/AGENTS.md",
            ],
            id="windsurf",
        ),
        pytest.param(
            "antigravity",
            {".agents/rules/a.md": "x", ".agent/rules/b.md": "x"},
            ["always .agent/rules/b.md", "always .agents/rules/a.md"],
            id="antigravity",
        ),
    ],
)
def test_order_and_precedence(agent: str, files: dict[str, str], expected: list[str]) -> None:
    assert order(load(agent, files)) == expected


@pytest.mark.parametrize(
    ("agent", "path", "matter", "expected"),
    [
        ("claude-code", ".claude/rules/x.md", "paths: ['a/**']", "glob"),
        ("claude-code", ".claude/rules/x.md", "paths: 'a/**,b/**'", "glob"),
        ("claude-code", ".claude/rules/x.md", "paths: []", "always"),
        ("claude-code", ".claude/rules/x.md", "paths: [never closed", "always"),
        ("claude-code", ".claude/rules/x.md", "alwaysApply: false", "always"),
        ("claude-code", ".claude/skills/x/SKILL.md", "name: x", "description"),
        ("claude-code", ".claude/skills/x/SKILL.md", "disable-model-invocation: true", "manual"),
        (
            "claude-code",
            ".claude/skills/x/SKILL.md",
            "disable-model-invocation: false",
            "description",
        ),
        ("claude-code", ".claude/agents/x.md", "name: x", "description"),
        ("claude-code", "a/.claude/skills/x/SKILL.md", "name: x", "nested"),
        ("claude-code", "a/.claude/rules/x.md", "paths: x", "glob"),
        ("claude-code", "a/.claude/rules/x.md", "", "nested"),
        ("claude-code", ".claude/agent-memory/x/MEMORY.md", "", "manual"),
        ("cursor", ".cursor/rules/x.mdc", "alwaysApply: true\nglobs: '*.ts'", "always"),
        ("cursor", ".cursor/rules/x.mdc", "alwaysApply: false\nglobs: *.ts,*.tsx", "glob"),
        ("cursor", ".cursor/rules/x.mdc", "globs: [a, b]\ndescription: d", "glob"),
        ("cursor", ".cursor/rules/x.mdc", "globs:\ndescription: d", "description"),
        ("cursor", ".cursor/rules/x.mdc", "alwaysApply: false", "manual"),
        ("cursor", "a/.cursor/rules/x.mdc", "alwaysApply: true", "nested"),
        ("copilot", ".github/instructions/x.instructions.md", "applyTo: '**'", "always"),
        ("copilot", ".github/instructions/x.instructions.md", "applyTo: '**/*.ts'", "glob"),
        ("copilot", ".github/instructions/x.instructions.md", "description: x", "manual"),
        ("copilot", ".github/agents/x.agent.md", "name: x", "manual"),
        ("windsurf", ".windsurf/rules/x.md", "trigger: always_on", "always"),
        ("windsurf", ".windsurf/rules/x.md", "trigger: glob\nglobs: [a]", "glob"),
        ("windsurf", ".windsurf/rules/x.md", "trigger: model_decision", "description"),
        ("windsurf", ".windsurf/rules/x.md", "trigger: agent", "description"),
        ("windsurf", ".windsurf/rules/x.md", "trigger: manual", "manual"),
        ("windsurf", "a/.windsurf/rules/x.md", "trigger: always_on", "nested"),
        ("antigravity", ".agents/rules/x.md", "trigger: manual", "manual"),
        ("cline", ".clinerules/x.md", "paths: [a]", "glob"),
        ("cline", ".clinerules/x.md", "paths: a", "always"),
        ("cline", ".clinerules/x.md", "paths: [a", "always"),
        ("cline", ".clinerules/x.md", "other: a", "always"),
        ("continue", ".continue/rules/x.md", "alwaysApply: true\nglobs: x", "always"),
        ("continue", ".continue/rules/x.md", "globs: x", "glob"),
        ("continue", ".continue/rules/x.md", "regex: x", "glob"),
        ("continue", ".continue/rules/x.md", "alwaysApply: false", "description"),
        ("continue", ".continue/rules/x.md", "name: x", "always"),
        ("kiro", ".kiro/steering/x.md", "inclusion: always", "always"),
        ("kiro", ".kiro/steering/x.md", "inclusion: fileMatch", "glob"),
        ("kiro", ".kiro/steering/x.md", "inclusion: manual", "manual"),
        ("kiro", ".kiro/steering/x.md", "inclusion: auto", "description"),
        ("kiro", ".kiro/steering/x.md", "name: x", "always"),
        ("augment", ".augment/rules/x.md", "type: always_apply", "always"),
        ("augment", ".augment/rules/x.md", "type: agent_requested", "description"),
        ("augment", ".augment/rules/x.md", "type: manual", "manual"),
        ("agent-skills", ".agents/skills/x/SKILL.md", "name: x", "description"),
    ],
)
def test_front_matter_decides(agent: str, path: str, matter: str, expected: str) -> None:
    found = load(agent, {path: f"---\n{matter}\n---\nbody\n"})
    assert order(found) == [f"{expected} {path}"]


def test_an_empty_list_of_paths_never_loads_where_the_agent_says_so() -> None:
    assert order(load("cline", {".clinerules/x.md": "---\npaths: []\n---\n"})) == []


@pytest.mark.parametrize(
    ("agent", "path", "text", "tokens"),
    [
        pytest.param("claude-code", "CLAUDE.md", "one\n<!-- two -->\nthree", 2, id="block comment"),
        pytest.param("claude-code", "CLAUDE.md", "one <!-- two --> three", 5, id="inline comment"),
        pytest.param("claude-code", "CLAUDE.md", "```\n<!-- two -->\n```", 5, id="in a fence"),
        pytest.param(
            "claude-code",
            ".claude/rules/x.md",
            "---\na: b\n---\none",
            1,
            id="front matter of a rule",
        ),
        pytest.param("claude-code", "CLAUDE.md", "---\na: b\n---\none", 5, id="not of a CLAUDE.md"),
        pytest.param("codex", "AGENTS.md", "<!-- one -->\n", 3, id="raw"),
        pytest.param("codex", "AGENTS.md", " \n\t\n", 0, id="blank"),
        pytest.param("gemini-cli", "GEMINI.md", "\n<!-- one -->\n", 3, id="comments stay"),
        pytest.param(
            "cursor", ".cursor/rules/x.mdc", "---\nalwaysApply: true\n---\none two", 2, id="mdc"
        ),
        pytest.param("copilot", "CLAUDE.md", "one\n<!-- two -->", 4, id="another reader"),
        pytest.param(
            "claude-code", "CLAUDE.md", b"\xef\xbb\xbfone\r\ntwo\r\n", 2, id="BOM and CRLF"
        ),
        pytest.param("claude-code", "CLAUDE.md", "", 0, id="empty"),
    ],
)
def test_stripping(agent: str, path: str, text: str | bytes, tokens: int) -> None:
    found = load(agent, {path: text})
    assert found.always == Part(tokens=tokens, files=1)
    assert found.files[0].bytes_kept == len(text if isinstance(text, bytes) else text.encode())


def test_everything_that_is_known_of_a_file() -> None:
    found = load(
        "claude-code",
        {
            "AGENTS.md": "one two\n\n@docs/a.md",
            "docs/a.md": "three",
            ".claude/rules/r.md": "---\n# why\npaths: x\n---\nfour five\n",
        },
        links={"CLAUDE.md": "AGENTS.md", "docs/CLAUDE.md": "../AGENTS.md"},
    )
    assert tuple(replace(one, leeway=None) for one in found.files) == (
        LoadedFile(
            path="AGENTS.md",
            load="always",
            via="**/CLAUDE.md",
            tokens=3,
            bytes_kept=19,
            chars_kept=19,
            lines_kept=2,
            aliases=("CLAUDE.md", "docs/CLAUDE.md"),
        ),
        LoadedFile(
            path="docs/a.md", load="always", via="AGENTS.md:3", tokens=1, bytes_kept=5, chars_kept=5
        ),
        LoadedFile(
            path=".claude/rules/r.md",
            load="glob",
            via=".claude/rules/r.md:3",
            tokens=2,
            bytes_kept=33,
            chars_kept=33,
            lines_kept=5,
        ),
    )
    assert found.always == Part(tokens=4, files=2)
    assert found.on_demand == Part(tokens=2, files=1)
    assert found.cut == Cut(tokens=0, bytes=0)
    assert found.findings == ()


def test_links_are_counted_once_in_a_chain_of_links() -> None:
    found = load(
        "claude-code", {"AGENTS.md": "x"}, links={"CLAUDE.md": "AGENTS.md", "CRUSH.md": "CLAUDE.md"}
    )
    assert found.always == Part(tokens=1, files=1)
    assert found.files[0].aliases == ("CLAUDE.md",)


def test_a_link_that_leads_out_is_told_and_not_read() -> None:
    found = load("claude-code", {"a.md": "x"}, links={"CLAUDE.md": "../secret.md"})
    assert found.files == ()
    assert found.findings == (
        Finding(
            rule="link-not-followed",
            level="error",
            path="CLAUDE.md",
            message="link not followed: it leads out of the repository",
            help="link to a tracked file, or remove the link",
        ),
    )


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("2.1.277", ["always AGENTS.md"], id="the version that began it"),
        pytest.param("2.2", ["always AGENTS.md"], id="a later one"),
        pytest.param("2.1.276", [], id="the one before"),
        pytest.param("2", [], id="a number that says less"),
    ],
)
def test_versions(version: str, expected: list[str]) -> None:
    one = at_version(profile("claude-code"), version)
    assert order(load(one, {"AGENTS.md": "x"})) == expected


def test_what_cannot_be_measured_is_a_finding_and_never_zero() -> None:
    found = load(
        "claude-code",
        {
            "CLAUDE.md": "@latin.md @bin.png @x.md",
            "latin.md": b"caf\xe9",
            "bin.png": b"\0\1",
            "x.md": "x",
        },
    )
    assert order(found) == ["always CLAUDE.md", "always x.md"]
    assert found.findings == (
        Finding(
            rule="not-utf-8",
            level="error",
            path="latin.md",
            message="not UTF-8: byte 3 (line 1) is 0xE9",
            help="save it as UTF-8",
        ),
    )
    missing = load("claude-code", {"CLAUDE.md": b"\xff\xfex\0"})
    assert missing.files == ()
    assert [finding.rule for finding in missing.findings] == ["utf-16"]


def test_a_blob_that_is_not_here_is_a_finding() -> None:
    from ctxtally.context.loader import load_set
    from tests.context.trees import made

    tree = made({"CLAUDE.md": "x"})
    found = load_set(profile("claude-code"), ".", tree.entries, lambda _: None, len)
    assert found.files == ()
    assert found.findings == (
        Finding(
            rule="not-available",
            level="error",
            path="CLAUDE.md",
            message="not measured: its content is not available here",
            help="fetch the missing objects, or restore the file",
        ),
    )


def test_excluded_files_do_not_load() -> None:
    files = {
        ".claude/settings.json": '{"claudeMdExcludes": ["**/a/CLAUDE.md", "/home/x/CLAUDE.md"]}',
        "CLAUDE.md": "x",
        "a/CLAUDE.md": "x",
    }
    assert order(load("claude-code", files)) == ["always CLAUDE.md"]


SIX_NAMES = [
    ".clinerules",
    ".cursorrules",
    ".github/copilot-instructions.md",
    "AGENTS.md",
    "CLAUDE.md",
    "GEMINI.md",
]


# The shapes of repositories that other tools get wrong.
@pytest.mark.parametrize(
    ("agent", "files", "links", "tokens", "count"),
    [
        pytest.param(
            "claude-code",
            {"CLAUDE.md": "@AGENTS.md\n", "AGENTS.md": "word " * 700},
            {},
            701,
            2,
            id="eleven bytes that import everything",
        ),
        pytest.param(
            "claude-code",
            {"CLAUDE.md": "word " * 20, "AGENTS.md": "word " * 90},
            {},
            20,
            1,
            id="AGENTS.md beside CLAUDE.md is not read",
        ),
        pytest.param(
            "claude-code",
            {"AGENTS.md": "word " * 29},
            {"CLAUDE.md": "AGENTS.md"},
            29,
            1,
            id="a linked twin is not paid twice",
        ),
        *(
            pytest.param(
                agent,
                {".agents/base.md": "word " * 8},
                {
                    name: "../.agents/base.md" if "/" in name else ".agents/base.md"
                    for name in SIX_NAMES
                },
                8,
                1,
                id=f"one file under six names: {agent}",
            )
            for agent in ("claude-code", "codex", "gemini-cli", "copilot", "cursor", "cline", "zed")
        ),
        pytest.param(
            "claude-code",
            {"CLAUDE.md": "a @./.taskmaster/CLAUDE.md", ".taskmaster/CLAUDE.md": "word " * 35},
            {},
            37,
            2,
            id="an import out of a folder of settings",
        ),
        pytest.param(
            "copilot",
            {"AGENTS.md": "one", "CLAUDE.md": "one", "GEMINI.md": "one"},
            {},
            3,
            3,
            id="three copies are paid three times",
        ),
    ],
)
def test_what_other_tools_get_wrong(
    agent: str, files: dict[str, str], links: dict[str, str], tokens: int, count: int
) -> None:
    assert load(agent, files, links=links).always == Part(tokens=tokens, files=count)


def test_load_sets_are_never_added_up() -> None:
    files = {"CLAUDE.md": "one", "a/CLAUDE.md": "two two", "b/CLAUDE.md": "three three three"}
    sums = {place: load("claude-code", files, place).always.tokens for place in (".", "a", "b")}
    assert sums == {".": 1, "a": 3, "b": 4}


@given(
    st.dictionaries(
        st.sampled_from(["CLAUDE.md", "a.md", "b.md", "c.md", "d.md", "e.md", "f.md"]),
        st.lists(st.sampled_from(["a.md", "b.md", "c.md", "d.md", "e.md", "f.md", "gone.md"])),
    )
)
def test_imports_load_what_can_be_reached_and_each_file_once(tree: dict[str, list[str]]) -> None:
    files = {name: " ".join(f"@{path}" for path in paths) for name, paths in tree.items()}
    loaded = [file.path for file in load("claude-code", files).files]
    assert len(loaded) == len(set(loaded))
    near = {"CLAUDE.md"} & files.keys()
    reached = set(near)
    for hop in range(4):
        near = {path for name in near for path in tree[name] if path in files}
        reached |= near
        if hop == 0:
            assert near <= set(loaded)
    assert set(loaded) <= reached
