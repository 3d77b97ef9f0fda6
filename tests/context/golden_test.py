"""Load sets of real repositories, counted exactly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxtally.context.discovery import discover
from ctxtally.context.loader import Loader
from ctxtally.tokens.counters import counter
from tests.context.shipped import PROFILES, profile
from tests.context.trees import made
from tests.support.data import DEV, needs_dev

if TYPE_CHECKING:
    from ctxtally.model.loadset import LoadSet
    from tests.context.trees import Made

pytestmark = needs_dev


def tree(folder: str, below: str = "") -> Made:
    """Return a folder of the data, the links that its SYMLINKS.json lists restored."""
    root = DEV / "context" / folder / below
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "SYMLINKS.json"
    }
    links = root / "SYMLINKS.json"
    return made(files, json.loads(links.read_bytes()) if links.is_file() else {})


def count(text: str) -> int:
    return counter("o200k_base").count(text)


def load(agent: str, folder: str, directory: str = ".", below: str = "") -> LoadSet:
    one = tree(folder, below)
    return Loader(profile(agent), one.entries, one.read, count).load_set(directory)


GEMINI = "google-gemini+gemini-cli"


@pytest.mark.parametrize(
    ("agent", "folder", "directory", "always"),
    [
        pytest.param(
            "claude-code",
            "Piebald-AI+splitrail",
            ".",
            {"CLAUDE.md": 4, "AGENTS.md": 359},
            id="an import of ten bytes",
        ),
        pytest.param(
            "claude-code",
            "ryoppippi+ccusage",
            ".",
            {"AGENTS.md": 1_205, ".claude/CLAUDE.md": 64},
            id="a linked twin",
        ),
        pytest.param(
            "claude-code",
            "ryoppippi+ccusage",
            "rust/crates/ccusage/src/adapter",
            {
                "AGENTS.md": 1_205,
                ".claude/CLAUDE.md": 64,
                "rust/crates/ccusage/src/adapter/AGENTS.md": 422,
            },
            id="linked twins along a chain",
        ),
        pytest.param(
            "claude-code",
            "williamzujkowski.github.io@75fcd51",
            ".",
            {"CLAUDE.md": 4_058},
            id="one file",
        ),
        pytest.param(
            "claude-code",
            "davila7+claude-code-templates",
            ".",
            {"CLAUDE.md": 6_675},
            id="rules with paths do not load",
        ),
        pytest.param(
            "claude-code",
            "07artem132+JSON-RPC.NET",
            ".",
            {"CLAUDE.md": 7_431, ".claude/rules/audit-debt.md": 1_603},
            id="a rule without paths does",
        ),
        pytest.param(
            "claude-code", "toshi0607+agentslint", ".", {"AGENTS.md": 390}, id="no CLAUDE.md above"
        ),
        pytest.param("gemini-cli", GEMINI, ".", {"GEMINI.md": 1_140}, id="Gemini at the top"),
        pytest.param(
            "gemini-cli",
            GEMINI,
            "packages/core",
            {"GEMINI.md": 1_140, "packages/core/GEMINI.md": 498},
            id="Gemini in a package",
        ),
        pytest.param(
            "copilot",
            "palimondo+BookMinder",
            ".",
            {"AGENTS.md": 3_977, "CLAUDE.md": 3_038, "GEMINI.md": 3_145},
            id="three files at once",
        ),
        pytest.param(
            "codex",
            "palimondo+BookMinder",
            ".",
            {"AGENTS.md": 3_977},
            id="one of the three",
        ),
        pytest.param(
            "agents-md",
            "web-infra-dev+rspack",
            "packages/create-rspack/template-common/src",
            {"packages/create-rspack/template-common/AGENTS.md": 101},
            id="the nearest",
        ),
    ],
)
def test_what_always_loads(agent: str, folder: str, directory: str, always: dict[str, int]) -> None:
    found = load(agent, folder, directory)
    assert {file.path: file.tokens for file in found.files if file.load == "always"} == always
    assert found.cut.bytes == 0


def test_nested_files() -> None:
    nested = {
        file.path: file.tokens for file in load("gemini-cli", GEMINI).files if file.load == "nested"
    }
    assert nested == {
        "packages/a2a-server/GEMINI.md": 173,
        "packages/cli/GEMINI.md": 331,
        "packages/core/GEMINI.md": 498,
        # 656 with the line end that the agent trims.
        "packages/devtools/GEMINI.md": 655,
        "packages/sdk/GEMINI.md": 139,
        "packages/test-utils/GEMINI.md": 461,
        "packages/vscode-ide-companion/GEMINI.md": 184,
    }


def test_scoped_packages_are_no_imports() -> None:
    """Eleven `@google/...` stand in these files, all of them in code."""
    assert load("gemini-cli", GEMINI).findings == ()


def test_a_chain_that_is_too_long() -> None:
    found = load("codex", "GSA-TTS+agentic-coding-playbook")
    file = found.files[0]
    assert (file.path, file.bytes_kept, file.bytes_cut) == ("AGENTS.md", 32_768, 8_611)
    assert (file.tokens, file.tokens_cut) == (7_312, 9_378 - 7_312)
    assert file.headings_lost[0] == "15.1 ADR Trigger Conditions"
    assert len(file.headings_lost) == 9


@pytest.mark.parametrize(
    ("below", "lines"),
    [
        pytest.param("imports", [3, 5, 7], id="all three speak"),
        pytest.param("prose", [], id="all must stay quiet"),
        pytest.param("percent", [], id="a link is no import"),
    ],
)
def test_imports_of_nothing(below: str, lines: list[int]) -> None:
    found = load("claude-code", "toshi0607+agentslint", below=f"fixtures/regression/{below}")
    assert [one.line for one in found.findings] == lines
    assert {one.rule for one in found.findings} <= {"import-missing"}


@pytest.mark.parametrize("folder", ["context", "conformance"])
def test_no_real_input_makes_the_model_fail(folder: str) -> None:
    """Every kind of context file, empty, broken or huge, for every agent."""
    roots = {
        path.parent
        for path in (DEV / folder).rglob("*.md*")
        if not any(part.startswith(".") for part in path.relative_to(DEV).parts)
    }
    assert len(roots) > 20
    for root in sorted(roots):
        files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }
        one = made(files)
        for agent in PROFILES:
            loader = Loader(agent, one.entries, one.read, len)
            found = loader.load_set(".")
            assert all(
                file.bytes_kept + file.bytes_cut == len(files[file.path]) for file in found.files
            )
            assert found.always.tokens + found.on_demand.tokens >= 0


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("amp-checks/AGENTS.md", "instructions"),
        ("cline/.clinerules/01-typescript.md", "rule"),
        ("copilot/.github/copilot-instructions.md", "instructions"),
        ("copilot/.github/instructions/frontend/react.instructions.md", "rule"),
        ("copilot/.github/agents/reviewer.agent.md", "agent"),
        ("copilot/.github/prompts/refactor.prompt.md", "command"),
        ("cursor/.cursor/rules/valid.mdc", "rule"),
        ("cursor/.cursor/agents/reviewer.md", "agent"),
        ("cursor-invalid/.cursor/rules/empty.mdc", "rule"),
        ("gemini_md/GEMINI.md", "instructions"),
        ("kiro-steering/.kiro/steering/empty.md", "rule"),
        ("valid/memory/CLAUDE.md", "instructions"),
        ("windsurf/.windsurf/rules/empty-rule.md", "rule"),
        ("windsurf/.windsurf/workflows/valid-workflow.md", "command"),
    ],
)
def test_every_kind_is_discovered(path: str, kind: str) -> None:
    project, _, inner = path.partition("/")
    root = DEV / "conformance" / "agnix-fixtures" / "tests" / "fixtures" / project
    one = made({inner: (root / inner).read_bytes()})
    found = discover(one.entries, PROFILES, one.link)
    assert [(file.path, file.kind) for file in found.files] == [(inner, kind)]


def test_a_custom_agent_that_is_too_long() -> None:
    root = DEV / "conformance" / "agnix-fixtures" / "tests" / "fixtures" / "copilot-too-long"
    path = ".github/agents/too-long.agent.md"
    one = made({path: (root / path).read_bytes()})
    found = Loader(profile("copilot"), one.entries, one.read, len).load_set(".")
    assert [(one.rule, one.level) for one in found.findings] == [("agent-limit", "warning")]
