from __future__ import annotations

import pytest

from ctxtally.context.discovery import detected, discover
from ctxtally.context.names import MAX_LINKED
from ctxtally.model.finding import Finding
from ctxtally.model.measured import ContextFile
from ctxtally.model.tree import SUBMODULE, Entry
from tests.context.shipped import PROFILES
from tests.context.trees import made, no_links

HELP = "link to a tracked file, or remove the link"


def refused(path: str, why: str) -> Finding:
    return Finding(
        rule="link-not-followed",
        level="error",
        path=path,
        message=f"link not followed: {why}",
        help=HELP,
    )


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param("CLAUDE.md", "instructions", id="at the top"),
        pytest.param("a/b/CLAUDE.md", "instructions", id="nested"),
        pytest.param("a/AGENTS.md", "instructions", id="of the convention"),
        pytest.param(".claude/rules/deep/x.md", "rule", id="rule"),
        pytest.param("a/.claude/skills/x/SKILL.md", "skill", id="nested skill"),
        pytest.param(".claude/commands/a/b.md", "command", id="command"),
        pytest.param(".claude/agents/x.md", "agent", id="subagent"),
        pytest.param(".cursor/rules/x.mdc", "rule", id="cursor rule"),
        pytest.param("a/.cursor/rules/x.mdc", "rule", id="nested cursor rule"),
        pytest.param(".cursorrules", "instructions", id="name without an extension"),
        pytest.param(".github/copilot-instructions.md", "instructions", id="copilot"),
        pytest.param(".github/instructions/a/x.instructions.md", "rule", id="path-specific"),
        pytest.param(".github/agents/x.agent.md", "agent", id="copilot agent"),
    ],
)
def test_is_a_context_file(path: str, kind: str) -> None:
    found = discover(made({path: "x", "README.md": "y"}).entries, PROFILES, no_links)
    assert [(file.path, file.kind) for file in found.files] == [(path, kind)]
    assert found.findings == ()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("README.md", id="any other Markdown"),
        pytest.param("claude.md", id="case counts"),
        pytest.param(".claude/rules/x.txt", id="only .md is a rule"),
        pytest.param(".cursor/rules/x.md", id="plain .md is no cursor rule"),
        pytest.param("a/.cursorrules", id="the legacy file counts at the top only"),
        pytest.param(".claude/skills/x/notes.md", id="beside a skill"),
        pytest.param("docs/.github/copilot-instructions.md", id="copilot reads the top only"),
    ],
)
def test_is_no_context_file(path: str) -> None:
    assert discover(made({path: "x"}).entries, PROFILES, no_links).files == ()


def test_a_link_is_an_alias_and_counted_once() -> None:
    tree = made(
        {"AGENTS.md": "x"},
        {"CLAUDE.md": "AGENTS.md", "GEMINI.md": "./CLAUDE.md", "docs/CLAUDE.md": "../AGENTS.md"},
    )
    found = discover(tree.entries, PROFILES, tree.link)
    assert found.files == (
        ContextFile(
            path="AGENTS.md",
            kind="instructions",
            aliases=("CLAUDE.md", "GEMINI.md", "docs/CLAUDE.md"),
        ),
    )
    assert found.findings == ()


def test_a_file_that_only_a_link_makes_telling() -> None:
    tree = made({"docs/base.txt": "x"}, {"CLAUDE.md": "docs/base.txt"})
    assert discover(tree.entries, PROFILES, tree.link).files == (
        ContextFile(path="docs/base.txt", kind="instructions", aliases=("CLAUDE.md",)),
    )


@pytest.mark.parametrize(
    "links",
    [
        pytest.param({".claude/skills": "../shared/skills"}, id="the folder of all skills"),
        pytest.param({".claude/skills/one": "../../shared/skills/one"}, id="the folder of one"),
        pytest.param({".claude": "more", "more/skills": "../shared/skills"}, id="two links"),
    ],
)
def test_linked_directories_are_opened(links: dict[str, str]) -> None:
    tree = made({"shared/skills/one/SKILL.md": "x", "shared/skills/one/notes.md": "y"}, links)
    found = discover(tree.entries, PROFILES, tree.link)
    assert found.files == (
        ContextFile(
            path="shared/skills/one/SKILL.md",
            kind="skill",
            aliases=(".claude/skills/one/SKILL.md",),
        ),
    )
    assert found.findings == ()


@pytest.mark.parametrize(
    ("links", "findings"),
    [
        pytest.param(
            {"CLAUDE.md": "/dev/zero"},
            [refused("CLAUDE.md", "it leads out of the repository")],
            id="absolute",
        ),
        pytest.param(
            {"docs/CLAUDE.md": "../../secret.md"},
            [refused("docs/CLAUDE.md", "it leads out of the repository")],
            id="above the top",
        ),
        pytest.param(
            {"CLAUDE.md": "gone.md"},
            [refused("CLAUDE.md", "no tracked file is there")],
            id="dangling",
        ),
        pytest.param(
            {"CLAUDE.md": "GEMINI.md", "GEMINI.md": "CLAUDE.md"},
            [
                refused("CLAUDE.md", "more than 5 links, or a circle"),
                refused("GEMINI.md", "more than 5 links, or a circle"),
            ],
            id="circle",
        ),
        pytest.param(
            {".claude/skills": "/etc"},
            [refused(".claude/skills", "it leads out of the repository")],
            id="a linked folder",
        ),
        pytest.param({"assets/logo": "/usr/share/logo"}, [], id="a link that no agent reads"),
    ],
)
def test_links_that_lead_nowhere(links: dict[str, str], findings: list[Finding]) -> None:
    tree = made({}, links)
    found = discover(tree.entries, PROFILES, tree.link)
    assert found.files == ()
    assert list(found.findings) == findings


def test_a_link_to_a_submodule_or_one_that_cannot_be_read() -> None:
    tree = made({}, {"CLAUDE.md": "vendor", "GEMINI.md": "x"})
    entries = dict(tree.entries) | {"vendor": Entry(path="vendor", mode=SUBMODULE, oid="1")}
    found = discover(entries, PROFILES, lambda entry: {"CLAUDE.md": "vendor"}.get(entry.path))
    assert list(found.findings) == [
        refused("CLAUDE.md", "it leads to a submodule"),
        refused("GEMINI.md", "its target cannot be read"),
    ]


def test_five_links_are_followed_and_six_are_not() -> None:
    chain = {f"l{at}": f"l{at + 1}" for at in range(1, 5)}
    five = made({"l5": "x"}, chain | {"CLAUDE.md": "l1"})
    assert [file.path for file in discover(five.entries, PROFILES, five.link).files] == ["l5"]
    six = made({"l5": "x"}, chain | {"CLAUDE.md": "l0", "l0": "l1"})
    assert discover(six.entries, PROFILES, six.link).files == ()


def test_links_that_multiply_are_bounded() -> None:
    skills = {f"pool/s{at}/SKILL.md": "x" for at in range(400)}
    links = {f"p{at}/.claude/skills": "../../pool" for at in range(100)}
    tree = made(skills, links)
    found = discover(tree.entries, PROFILES, tree.link)
    assert sum(len(file.aliases) for file in found.files) == MAX_LINKED
    assert list(found.findings) == [
        refused("p31/.claude/skills", "more than 10,000 names through links")
    ]


def test_a_folder_that_links_to_itself_ends() -> None:
    tree = made({".claude/skills/x/SKILL.md": "x"}, {".claude/skills/again": "../skills"})
    found = discover(tree.entries, PROFILES, tree.link)
    assert [file.path for file in found.files] == [".claude/skills/x/SKILL.md"]
    assert found.findings == ()


@pytest.mark.parametrize(
    ("paths", "agents"),
    [
        pytest.param(["README.md"], [], id="none"),
        pytest.param(["AGENTS.md"], ["agents-md"], id="the shared name tells of the convention"),
        pytest.param(["a/CLAUDE.md"], ["claude-code"], id="nested"),
        pytest.param([".codex/config.toml", "AGENTS.md"], ["agents-md", "codex"], id="settings"),
        pytest.param(["GEMINI.md", ".cursorrules"], ["cursor", "gemini-cli"], id="two"),
    ],
)
def test_detected(paths: list[str], agents: list[str]) -> None:
    assert [one.agent for one in detected(PROFILES, paths)] == agents
