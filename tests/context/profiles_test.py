from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.context.profiles import override, parse_profile
from ctxtally.context.windows import parse_windows, window_of
from ctxtally.errors import ConfigError
from ctxtally.model.record import replace
from ctxtally.model.window import Window
from tests.context.shipped import PROFILES, profile, profile_files
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

AGENTS = [
    "agent-skills",
    "agents-md",
    "aider",
    "amazon-q",
    "antigravity",
    "augment",
    "claude-code",
    "cline",
    "codex",
    "continue",
    "copilot",
    "cursor",
    "gemini-cli",
    "goose",
    "junie",
    "kiro",
    "opencode",
    "replit",
    "roo",
    "warp",
    "windsurf",
    "zed",
]

WINDOWS = parse_windows((CHECKOUT / "budgets" / "models.toml").read_bytes(), "models.toml")


def test_the_shipped_agents() -> None:
    assert [one.agent for one in PROFILES] == AGENTS


@pytest.mark.parametrize("file", profile_files(), ids=lambda file: file.stem)
def test_a_profile_says_where_it_comes_from(file: Path) -> None:
    one = parse_profile(file.read_bytes(), file.name)
    assert one.agent == file.stem
    dated = [(one.source, str(one.verified_on))]
    dated += [(limit.source, str(limit.verified_on)) for limit in one.limits]
    if one.imports:
        dated.append((one.imports.source, one.imports.verified_on))
    for source, day in dated:
        # An address, or a repository with a path, an issue or a commit.
        assert "://" in source or "/" in source, source
        assert "2025-01-01" <= day <= "2026-11-30"
    assert all("/" in setting.source or "#" in setting.source for setting in one.settings)
    assert one.detect
    assert one.files


def test_hard_limits_of_the_agents() -> None:
    limits = {
        f"{one.agent} {limit.id}": (limit.scope, limit.value, limit.unit, limit.behaviour)
        for one in PROFILES
        for limit in one.limits
        if limit.behaviour != "warn"
    }
    assert limits == {
        "claude-code file-size": ("file", 4 << 20, "bytes", "skip"),
        "claude-code memory-lines": ("file", 200, "lines", "cut-tail"),
        "claude-code memory-bytes": ("file", 25_000, "bytes", "cut-tail"),
        "claude-code skill-description": ("entry", 1_536, "chars", "cut-tail"),
        "claude-code skill-listing": ("listing", 1, "percent-of-window", "drop-entry"),
        "codex project-docs": ("chain", 32_768, "bytes", "cut-tail"),
        "codex skill-listing": ("listing", 2, "percent-of-window", "drop-entry"),
        "augment all-rules": ("total", 49_512, "chars", "skip"),
        "agent-skills name": ("entry", 64, "chars", "invalid"),
        "agent-skills description": ("entry", 1_024, "chars", "invalid"),
        "agent-skills compatibility": ("entry", 500, "chars", "invalid"),
    }
    depths = {one.agent: one.imports.depth for one in PROFILES if one.imports}
    assert depths == {"claude-code": 4, "gemini-cli": 5, "goose": 3, "kiro": 1}


def test_advice_and_what_is_not_documented_only_warns() -> None:
    warned = {
        f"{one.agent} {limit.id}": (limit.value, limit.unit, limit.off)
        for one in PROFILES
        for limit in one.limits
        if limit.behaviour == "warn"
    }
    assert warned == {
        "agent-skills advice-lines": (500, "lines", False),
        "agent-skills advice-tokens": (5_000, "tokens", False),
        "antigravity rule-file": (12_000, "chars", False),
        "claude-code advice-instructions": (200, "lines", False),
        "claude-code advice-skill": (500, "lines", False),
        "copilot agent-prompt": (30_000, "chars", False),
        "copilot code-review": (4_000, "chars", True),
        "cursor advice-rule": (500, "lines", False),
        "windsurf rule-file": (12_000, "chars", False),
    }


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("claude-code", 200_000),
        ("claude-opus-5-5", 1_000_000),
        ("claude-sonnet-5-20260801", 1_000_000),
        ("claude-fable-5", 1_000_000),
        ("claude-opus-4-6", 1_000_000),
        ("claude-sonnet-4-6", 200_000),
        ("claude-sonnet-4-6[1m]", 1_000_000),
        ("claude-3-5-sonnet-20241022", 200_000),
        ("codex", 258_400),
        ("gpt-4", 128_000),
        ("gpt-4-turbo-2024-04-09", 128_000),
        ("gemini-2.5-flash", 1_000_000),
    ],
)
def test_context_windows(model: str, tokens: int) -> None:
    window = window_of(model, WINDOWS)
    assert window is not None
    assert window.tokens == tokens


@pytest.mark.parametrize("model", ["gpt-4x", "llama", "", "codexx"])
def test_no_window_is_made_up(model: str) -> None:
    assert window_of(model, WINDOWS) is None


def test_every_window_has_a_source() -> None:
    assert all(window.source and window.tokens for window in WINDOWS)
    assert len({window.model for window in WINDOWS}) == len(WINDOWS)


def test_an_own_profile_replaces_or_adds() -> None:
    own = replace(profile("codex"), name="Ours")
    added = replace(profile("zed"), agent="mine")
    found = override(PROFILES, [own, added])
    assert [one.agent for one in found] == sorted([*AGENTS, "mine"])
    assert [one.name for one in found if one.agent in ("codex", "mine")] == ["Ours", "Zed"]


HEAD = """agent = "a"
name = "A"
source = "s"
verified_on = 2026-01-02
"""
ROW = """[[files]]
id = "r"
glob = "R.md"
kind = "rule"
at = ["root"]
load = "always"
"""
LIMIT = """[[limits]]
id = "l"
scope = "file"
unit = "bytes"
value = 1
behaviour = "warn"
source = "s"
verified_on = 2026-01-02
"""
IMPORTS = """[imports]
prefix = "@"
depth = 1
source = "s"
verified_on = 2026-01-02
"""


def test_the_least_that_is_a_profile() -> None:
    one = parse_profile((HEAD + ROW).encode(), "a.toml")
    assert (one.agent, one.versions, one.detect, one.imports) == ("a", "", (), None)
    assert one.files[0].patterns == ("R.md",)


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        pytest.param(
            "name = 'A'", "a.toml:1:1: `agent` is missing", "add a string", id="nothing to call it"
        ),
        pytest.param(
            HEAD + "agnt = 1\n",
            "a.toml:5:1: `agnt` is not a key here",
            "did you mean `agent`?",
            id="a key like another",
        ),
        pytest.param(
            HEAD + IMPORTS + "zzzzz = 1\n",
            "a.toml:10:1: `zzzzz` is not a key here",
            "its keys are after, again, begin, chars, depth, end, escapes, failed, first, "
            "fragment, outside, prefix, relative_to, repeat, replace, source, suffix, text, "
            "verified_on",
            id="a key like none",
        ),
        pytest.param(
            HEAD + "window = 'big'\n",
            'a.toml:5:1: `window` must be a whole number, not "big"',
            "write a whole number",
            id="no number",
        ),
        pytest.param(
            HEAD + "window = true\n",
            "a.toml:5:1: `window` must be a whole number, not true",
            "write a whole number",
            id="true is no number",
        ),
        pytest.param(
            HEAD.replace("2026-01-02", "'soon'"),
            'a.toml:4:1: `verified_on` must be a date such as 2026-11-20, not "soon"',
            "write a date such as 2026-11-20",
            id="no date",
        ),
        pytest.param(
            HEAD.replace("2026-01-02", "2026-01-02T03:04:05"),
            "a.toml:4:1: `verified_on` must be a date such as 2026-11-20, not 2026-01-02 03:04:05",
            "write a date such as 2026-11-20",
            id="a date with a time",
        ),
        pytest.param(
            HEAD + "detect = [1]\n",
            "a.toml:5:1: `detect` must be a list of strings, not a list",
            "write a list of strings",
            id="a list of numbers",
        ),
        pytest.param(
            HEAD + "detect = 1\n",
            "a.toml:5:1: `detect` must be a list of strings, not 1",
            "write a list of strings",
            id="no list",
        ),
        pytest.param(
            HEAD + "order = 'up'\n",
            'a.toml:5:1: `order` must be one of root-first, nearest-first, not "up"',
            "write one of root-first, nearest-first",
            id="no choice",
        ),
        pytest.param(
            HEAD + "imports = 1\n",
            "a.toml:5:1: `imports` must be a table, not 1",
            "write a table",
            id="no table",
        ),
        pytest.param(
            HEAD + "files = [1]\n",
            "a.toml:5:1: `files` must be a list of tables, not a list",
            "write a list of tables",
            id="no tables",
        ),
        pytest.param(
            HEAD + ROW.replace('"rule"', '"thing"'),
            "a.toml:8:1: `kind` must be one of instructions, rule, skill, command, agent, index, "
            'manifest, module, import, file, not "thing"',
            "write one of instructions, rule, skill, command, agent, index, manifest, module, "
            "import, file",
            id="no kind",
        ),
        pytest.param(
            HEAD + ROW + "imports = 'yes'\n",
            'a.toml:11:1: `imports` must be true or false, not "yes"',
            "write true or false",
            id="no flag",
        ),
        pytest.param(
            HEAD + ROW.replace("R.md", "**/R.md"),
            "a.toml:7:1: `glob` must be globs that begin with a name, without braces, "
            'not "**/R.md"',
            "write globs that begin with a name, without braces",
            id="a glob for any place",
        ),
        pytest.param(
            HEAD + ROW + "unless = ['{a,b}']\n",
            "a.toml:11:1: `unless` must be globs that begin with a name, without braces, "
            'not "{a,b}"',
            "write globs that begin with a name, without braces",
            id="braces",
        ),
        pytest.param(
            HEAD + ROW.replace('["root"]', "[]"),
            "a.toml:9:1: `at` must be at least one place, not a list",
            "write at least one place",
            id="no place",
        ),
        pytest.param(
            HEAD + ROW.replace('"R.md"', "[]"),
            "a.toml:7:1: `glob` is empty",
            "only a setting may fill it",
            id="no glob",
        ),
        pytest.param(
            HEAD + ROW + "listing = ['x']\n",
            "a.toml:11:1: `listing` and files that load by `description` belong together",
            'write what their line says, such as `listing = ["- {name}", ": {description}"]`',
            id="a listing for nobody",
        ),
        pytest.param(
            HEAD + ROW.replace("always", "description"),
            "a.toml:10:1: `listing` and files that load by `description` belong together",
            'write what their line says, such as `listing = ["- {name}", ": {description}"]`',
            id="a description without a listing",
        ),
        pytest.param(
            HEAD + ROW + ROW,
            'a.toml:12:1: `id` "r" is there before',
            "give each table an id of its own",
            id="an id twice",
        ),
        pytest.param(
            HEAD + ROW + LIMIT + "files = ['x']\n",
            'a.toml:19:1: `files` names "x", which is no id here',
            "the ids are r",
            id="a row that is not there",
        ),
        pytest.param(
            HEAD + ROW + "[[settings]]\nfile='f'\nkey='k'\nsets='limit'\ntarget='x'\nsource='s'\n",
            'a.toml:15:1: `target` names "x", which is no id here',
            "there are no ids",
            id="a limit that is not there",
        ),
        pytest.param(
            HEAD + ROW + "[[settings]]\nfile='f'\nkey='k'\nsets='names'\nsource='s'\n",
            'a.toml:11:3: `target` names "", which is no id here',
            "the ids are r",
            id="no target",
        ),
        pytest.param(
            HEAD + IMPORTS.replace("= 1", "= 6"),
            "a.toml:7:1: `depth` must be at most 5, not 6",
            "write at most 5",
            id="too many hops",
        ),
        pytest.param(
            HEAD + IMPORTS.replace('"@"', '""'),
            'a.toml:6:1: `prefix` must be at least one character, not ""',
            "write at least one character",
            id="no prefix",
        ),
        pytest.param(
            HEAD + ROW + LIMIT.replace('"warn"', '"drop-entry"'),
            "a.toml:16:1: `behaviour` must be one of cut-tail, skip, invalid, warn for scope file, "
            'not "drop-entry"',
            "write one of cut-tail, skip, invalid, warn for scope file",
            id="a behaviour of another scope",
        ),
        pytest.param(
            HEAD + ROW + LIMIT + "keys = ['k']\n",
            "a.toml:19:1: `keys` and scope `entry` belong together",
            'name the keys of the front matter, such as `keys = ["description"]`',
            id="keys for nobody",
        ),
        pytest.param(
            HEAD + ROW + LIMIT.replace('"file"', '"entry"') + "keys = ['k']\n",
            'a.toml:14:1: `unit` must be chars for scope entry, not "bytes"',
            "write chars for scope entry",
            id="entries have characters",
        ),
        pytest.param(
            HEAD + ROW + LIMIT + "chars_per_token = 4\n",
            'a.toml:14:1: `unit` must be percent-of-window beside `chars_per_token`, not "bytes"',
            "write percent-of-window beside `chars_per_token`",
            id="characters of no token",
        ),
        pytest.param(
            "agent = ",
            "a.toml:1:9: this is not valid TOML: Invalid value",
            "https://toml.io describes the format",
            id="no TOML",
        ),
        pytest.param(
            "a = " + "[" * 2_000,
            "a.toml:1:1: this cannot be parsed: TOML inline arrays/tables are nested more than the"
            " allowe...",
            "make the file simpler",
            id="deep",
        ),
        pytest.param(
            "#" * 65_537,
            "a.toml:1:1: the file has 65,537 bytes, more than the 65,536 that are read",
            "make it shorter",
            id="too long",
        ),
        pytest.param(
            "\udcff",
            "a.toml:1:1: the byte 0xff is not UTF-8",
            "save the file as UTF-8",
            id="not UTF-8",
        ),
    ],
)
def test_what_is_wrong_with_a_profile(text: str, message: str, way_out: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_profile(text.encode(errors="surrogateescape"), "a.toml")
    assert str(error.value) == message
    assert error.value.help == way_out


def test_what_is_wrong_with_the_windows() -> None:
    with pytest.raises(ConfigError) as error:
        parse_windows(b"[[window]]\nmodel = 'm'\ntokens = 1\nsource = 's'\n", "models.toml")
    assert str(error.value) == "models.toml:1:3: `verified_on` is missing"


def test_the_first_window_that_fits() -> None:
    def window(model: str) -> Window:
        return Window(model=model, tokens=1, source="s", verified_on="2026-01-02")

    one, two = window("a-b"), window("a*")
    assert window_of("a-b", [one, two]) is one
    assert window_of("a-bc", [one, two]) is two


@given(st.text(st.sampled_from("[]=\"'.\nab1{}, "), max_size=80))
def test_any_text_is_a_profile_or_a_mistake(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_profile(text.encode(), "a.toml")
