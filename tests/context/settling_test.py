from __future__ import annotations

import pytest

from ctxtally.context.settling import settled
from ctxtally.model.finding import Finding
from ctxtally.model.record import replace
from tests.context.loading import load, order
from tests.context.shipped import profile
from tests.context.trees import made
from tests.support.timing import hold

CONFIG = ".codex/config.toml"
TRUSTED = "in a project that the user trusts"


def note(message: str) -> Finding:
    return Finding(rule="setting-conditional", level="note", path=CONFIG, message=message)


@pytest.mark.parametrize(
    ("config", "kept"),
    [
        pytest.param("project_doc_max_bytes = 65536", 40_000, id="raised"),
        pytest.param("project_doc_max_bytes = 10", 10, id="lowered"),
        pytest.param("project_doc_max_bytes = 0", 0, id="turned off"),
        pytest.param("[x]\nproject_doc_max_bytes = 10", 32_768, id="a key of another table"),
        pytest.param("", 32_768, id="nothing set"),
    ],
)
def test_a_limit_that_the_repository_sets(config: str, kept: int) -> None:
    found = load("codex", {"AGENTS.md": "x" * 40_000, CONFIG: config})
    assert found.files[0].bytes_kept == kept


def test_both_figures_are_told_where_a_setting_has_a_condition() -> None:
    found = load("codex", {"AGENTS.md": "x" * 40_000, CONFIG: "project_doc_max_bytes = 65536"})
    assert found.findings == (
        note(
            f"Codex heeds `project_doc_max_bytes` only {TRUSTED}; elsewhere the limit is "
            "32,768 bytes, and 7,232 bytes are lost"
        ),
    )


def test_a_limit_may_be_set_without_a_condition() -> None:
    one = profile("codex")
    settings = tuple(replace(setting, condition="") for setting in one.settings)
    files = {"AGENTS.md": "x" * 40_000, CONFIG: "project_doc_max_bytes = 65536"}
    found = load(replace(one, settings=settings), files)
    assert (found.cut.bytes, found.findings) == (0, ())


def test_fallback_names_come_after_the_others() -> None:
    config = 'project_doc_fallback_filenames = ["TEAM.md", "x/[a].md", "{a,b}.md"]'
    files = {"TEAM.md": "x", "a/TEAM.md": "x", "a/AGENTS.md": "x", CONFIG: config}
    found = load("codex", files, "a")
    assert order(found) == ["always TEAM.md", "always a/AGENTS.md"]
    assert found.findings == (note(f"Codex heeds `project_doc_fallback_filenames` only {TRUSTED}"),)


def test_a_fallback_name_is_no_glob() -> None:
    files = {"x1.md": "x", CONFIG: 'project_doc_fallback_filenames = "x*.md"'}
    assert order(load("codex", files)) == []
    files = {"x*.md": "x", CONFIG: 'project_doc_fallback_filenames = "x*.md"'}
    assert order(load("codex", files)) == ["always x*.md"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param('{"context": {"fileName": "AGENTS.md"}}', ["AGENTS.md"], id="one name"),
        pytest.param(
            '{"context": {"fileName": ["GEMINI.md", "AGENTS.md"]}}',
            ["AGENTS.md", "GEMINI.md"],
            id="two names, both load, sorted by path",
        ),
        pytest.param(
            '// c\n{/* "x" */"context": {"fileName": ["AGENTS.md",],}, "u": "http://x"}',
            ["AGENTS.md"],
            id="comments and commas",
        ),
        pytest.param('\ufeff{"context": {"fileName": "AGENTS.md"}}', ["AGENTS.md"], id="BOM"),
        pytest.param('{"context": {}}', ["GEMINI.md"], id="not set"),
        pytest.param('{"context": "x"}', ["GEMINI.md"], id="no table there"),
        pytest.param("[]", ["GEMINI.md"], id="a list at the top"),
    ],
)
def test_other_names(settings: str, expected: list[str]) -> None:
    files = {"GEMINI.md": "x", "AGENTS.md": "x", ".gemini/settings.json": settings}
    found = load("gemini-cli", files)
    assert [file.path for file in found.files] == expected
    assert found.findings == ()


@pytest.mark.parametrize(
    ("agent", "file", "settings", "expected"),
    [
        pytest.param(
            "opencode",
            "opencode.json",
            '{"instructions": ["./docs/*.md", "x/**/*.{txt,rst}", "http://x.y", "~/a", "../b.md"]}',
            ["always AGENTS.md", "always docs/a.md", "always x/y/b.rst"],
            id="globs, without what is elsewhere",
        ),
        pytest.param("opencode", "opencode.jsonc", "{}", ["always AGENTS.md"], id="nothing named"),
        pytest.param(
            "aider", ".aider.conf.yml", "read: docs/a.md\n", ["always docs/a.md"], id="one file"
        ),
        pytest.param(
            "aider",
            ".aider.conf.yml",
            "# conventions\nread:\n  - docs/a.md # a\n  - AGENTS.md\n",
            ["always AGENTS.md", "always docs/a.md"],
            id="a list",
        ),
        pytest.param("aider", ".aider.conf.yml", "model: x\n", [], id="nothing by itself"),
    ],
)
def test_files_that_settings_name(
    agent: str, file: str, settings: str, expected: list[str]
) -> None:
    files = {file: settings, "AGENTS.md": "x", "docs/a.md": "x", "x/y/b.rst": "x", "b.md": "x"}
    found = load(agent, files)
    assert order(found) == expected
    assert found.findings == ()


def unreadable(file: str, name: str) -> Finding:
    return Finding(
        rule="setting-unreadable",
        level="warning",
        path=file,
        message=f"cannot be parsed, so the settings of {name} in it are not known",
        help="mend the file",
    )


@pytest.mark.parametrize(
    ("agent", "file", "settings"),
    [
        pytest.param("codex", CONFIG, "x = ", id="no TOML"),
        pytest.param("codex", CONFIG, "x" * 70_000, id="too long"),
        pytest.param("codex", CONFIG, "x = " + "[" * 2_000, id="deep TOML"),
        pytest.param("codex", CONFIG, b"\xff", id="not UTF-8"),
        pytest.param("gemini-cli", ".gemini/settings.json", "{", id="no JSON"),
        pytest.param("gemini-cli", ".gemini/settings.json", "[" * 30_000, id="deep JSON"),
        pytest.param("gemini-cli", ".gemini/settings.json", "1" * 5_000, id="a long number"),
        pytest.param("aider", ".aider.conf.yml", "read: [a, b", id="no YAML"),
    ],
)
def test_settings_that_cannot_be_parsed(agent: str, file: str, settings: str | bytes) -> None:
    found = load(agent, {file: settings})
    assert found.findings == (unreadable(file, profile(agent).name),)


@pytest.mark.parametrize(
    ("agent", "file", "settings", "message", "way_out"),
    [
        pytest.param(
            "codex",
            CONFIG,
            "project_doc_max_bytes = true",
            "`project_doc_max_bytes` is true, which Codex cannot use",
            "write a whole number",
            id="true is no number",
        ),
        pytest.param(
            "codex",
            CONFIG,
            "project_doc_max_bytes = -1",
            "`project_doc_max_bytes` is -1, which Codex cannot use",
            "write a whole number",
            id="below nothing",
        ),
        pytest.param(
            "gemini-cli",
            ".gemini/settings.json",
            '{"context": {"fileName": [1]}}',
            "`context.fileName` is a list, which Gemini CLI cannot use",
            "write a list of strings",
            id="a list of numbers",
        ),
        pytest.param(
            "gemini-cli",
            ".gemini/settings.json",
            '{"context": {"fileName": 1}}',
            "`context.fileName` is 1, which Gemini CLI cannot use",
            "write a list of strings",
            id="a number",
        ),
    ],
)
def test_values_of_no_use(agent: str, file: str, settings: str, message: str, way_out: str) -> None:
    assert load(agent, {file: settings}).findings == (
        Finding(
            rule="setting-unreadable", level="warning", path=file, message=message, help=way_out
        ),
    )


def test_a_linked_settings_file_is_not_read() -> None:
    tree = made({"AGENTS.md": "x"}, {CONFIG: "/etc/codex.toml"})
    found = settled(profile("codex"), tree.entries, tree.read)
    assert found.profile == profile("codex")


@pytest.mark.parametrize("noise", ["/*", '"', "//", ",", ", ", "/* */"])
def test_hostile_json_takes_linear_time(noise: str) -> None:
    def read(times: int) -> None:
        tree = made({".gemini/settings.json": noise * times})
        settled(profile("gemini-cli"), tree.entries, tree.read)

    # Eight times the text: linear is 8, quadratic is 64.
    hold(lambda: read(1_500), lambda: read(12_000), at_most=24)
