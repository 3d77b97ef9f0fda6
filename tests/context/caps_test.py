from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.model.finding import Finding
from ctxtally.model.loadset import Cut
from ctxtally.model.profile import Limit
from ctxtally.model.record import replace
from tests.context.loading import counted_texts, load
from tests.context.shipped import profile

if TYPE_CHECKING:
    from ctxtally.model.profile import Behaviour, Profile, Scope, Unit

SPLIT = "move reference text to a file that is read on demand"
SHORTEN = f"shorten the files that load before it, or {SPLIT}"


def finding(limit: str, path: str, message: str, way_out: str, level: str = "error") -> Finding:
    assert level in ("error", "warning")
    return Finding(
        rule="agent-limit",
        level="error" if level == "error" else "warning",
        path=path,
        message=message,
        help=way_out,
        budget=limit,
    )


def codex(agents: dict[str, int], directory: str) -> dict[str, tuple[int, int]]:
    """Return bytes kept and cut of AGENTS.md files of so many bytes, by directory."""
    files = {f"{place}/AGENTS.md".lstrip("/"): "x" * size for place, size in agents.items()}
    found = load("codex", files, directory)
    return {file.path.rpartition("/")[0]: (file.bytes_kept, file.bytes_cut) for file in found.files}


# The sizes of open-mercato at 8c6a837, where 32 of 35 chains are over 32,768 bytes.
SIZES = {
    "": 30_709,
    "packages/ai-assistant": 103_618,
    "packages/core": 41_559,
    "packages/core/src/modules/customers": 9_263,
    "packages/core/src/modules/sales": 4_331,
    "packages/create-app": 15_478,
    "packages/create-app/template": 40_934,
    "packages/ui": 35_358,
    "packages/events": 9_073,
    "packages/onboarding": 3_057,
    "packages/enterprise": 1_434,
    "packages/content": 1_730,
}


@pytest.mark.parametrize(
    ("directory", "kept", "over"),
    [
        ("", 30_709, 0),
        ("packages/ai-assistant", 2_059, 101_559),
        ("packages/core", 2_059, 39_500),
        ("packages/core/src/modules/customers", 0, 48_763),
        ("packages/core/src/modules/sales", 0, 43_831),
        ("packages/create-app/template", 0, 54_353),
        ("packages/ui", 2_059, 33_299),
        ("packages/events", 2_059, 7_014),
        ("packages/onboarding", 2_059, 998),
        ("packages/enterprise", 1_434, 0),
        ("packages/content", 1_730, 0),
    ],
)
def test_one_budget_for_the_chain_spent_from_the_top(directory: str, kept: int, over: int) -> None:
    found = codex(SIZES, directory or ".")
    assert found[directory][0] == kept
    assert sum(cut for _, cut in found.values()) == over


def test_a_root_file_that_is_too_long_by_itself() -> None:
    assert codex({"": 38_463}, ".") == {"": (32_768, 5_695)}
    assert codex({"": 32_768}, ".") == {"": (32_768, 0)}
    assert codex({"": 32_768, "a": 1}, "a") == {"": (32_768, 0), "a": (0, 1)}


def test_the_message_of_a_cut() -> None:
    text = "x " * 16_380 + "\n# A\none\n\n# B\n# C\n## D\n```\n# no\n```\n# E\n"
    found = load("codex", {"AGENTS.md": text, "a/AGENTS.md": "three"}, "a")
    assert found.files[0].headings_lost == ("B", "C", "D", "E")
    assert found.files[0].tokens_cut == 12
    assert found.cut == Cut(tokens=13, bytes=len(text) - 32_768 + 5)
    assert found.findings == (
        finding(
            "codex project-docs",
            "AGENTS.md",
            "Codex keeps 32,768 of 32,800 bytes and loses 12 tokens (under `B`, `C`, `D` and 1 "
            "more): its files share 32,768 bytes",
            SHORTEN,
        ),
        finding(
            "codex project-docs",
            "a/AGENTS.md",
            "Codex keeps 0 of 5 bytes and loses 1 token: its files share 32,768 bytes, and those "
            "before it take 32,768",
            SHORTEN,
        ),
    )


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=5))
def test_no_byte_is_lost_from_the_account(sizes: list[int]) -> None:
    places = ["/".join("abcd"[:depth]) for depth in range(len(sizes))]
    found = codex(dict(zip(places, sizes, strict=True)), places[-1] or ".")
    kept = [found[place][0] for place in places]
    assert [found[place][0] + found[place][1] for place in places] == sizes
    # The oracle takes bytes one file after the other until there are none left.
    left = 32_768
    for size, mine in zip(sizes, kept, strict=True):
        assert mine == min(size, left)
        left -= mine


def test_a_character_cut_in_two_becomes_one_replacement() -> None:
    texts = counted_texts(profile("codex"), {"AGENTS.md": "x" * 32_767 + "\u20ac" * 2})
    assert texts[0] == "x" * 32_767 + "\ufffd"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        pytest.param(b" \n" * 20_000, 40_000, id="blank files cost nothing"),
        pytest.param(b"\xef\xbb\xbf" + b"x" * 32_765, 32_768, id="a BOM counts as bytes"),
        pytest.param(b"x\r\n" * 10_923, 32_768, id="so does a CR"),
    ],
)
def test_limits_in_bytes_are_of_raw_bytes(raw: bytes, kept: int) -> None:
    file = load("codex", {"AGENTS.md": raw}).files[0]
    assert (file.bytes_kept, file.bytes_cut) == (kept, len(raw) - kept)


def test_blank_files_leave_the_rest_to_others() -> None:
    found = load("codex", {"AGENTS.md": " \n" * 20_000, "a/AGENTS.md": "x" * 32_768}, "a")
    assert [file.bytes_cut for file in found.files] == [0, 0]


DAY = date(2026, 11, 20)


def limited(scope: Scope, unit: Unit, value: int, behaviour: Behaviour, window: int = 0) -> Profile:
    """Return the profile of a reader of three files at the top, with one limit."""
    limit = Limit(
        id="l",
        scope=scope,
        unit=unit,
        value=value,
        behaviour=behaviour,
        source="s",
        verified_on=DAY,
    )
    row = replace(profile("junie").files[0], pick="all")
    return replace(profile("junie"), files=(row,), limits=(limit,), window=window)


def off(one: Profile) -> Profile:
    return replace(one, limits=(replace(one.limits[0], off=True),))


TEXT = "one two\nthree\nfour \u20ac five"


@pytest.mark.parametrize(
    ("unit", "value", "kept"),
    [
        pytest.param("bytes", 27, 27, id="bytes, equal"),
        pytest.param("bytes", 26, 26, id="bytes, one over"),
        pytest.param("bytes", 0, 0, id="no bytes"),
        pytest.param("chars", 25, 27, id="characters, equal"),
        pytest.param("chars", 24, 26, id="characters, one over"),
        pytest.param("chars", 20, 22, id="characters, after the wide one"),
        pytest.param("lines", 3, 27, id="lines, equal"),
        pytest.param("lines", 2, 14, id="lines, one over"),
        pytest.param("lines", 0, 0, id="no lines"),
        pytest.param("tokens", 6, 27, id="tokens, equal"),
        pytest.param("tokens", 5, 23, id="tokens, one over"),
        pytest.param("tokens", 3, 14, id="tokens, three over"),
    ],
)
@pytest.mark.parametrize("scope", ["file", "chain", "total"])
def test_cut_in_every_unit(scope: Scope, unit: Unit, value: int, kept: int) -> None:
    found = load(limited(scope, unit, value, "cut-tail"), {"AGENTS.md": TEXT})
    assert found.files[0].bytes_kept == kept
    assert found.files[0].bytes_cut == 27 - kept
    assert bool(found.findings) is (kept < 27)


@pytest.mark.parametrize(
    ("one", "files", "message"),
    [
        pytest.param(
            limited("file", "lines", 2, "skip"),
            {"AGENTS.md": TEXT},
            "Junie skips the whole file: 3 lines, at most 2 lines",
            id="skip",
        ),
        pytest.param(
            limited("file", "chars", 1, "invalid"),
            {"AGENTS.md": TEXT},
            "Junie rejects the whole file: 25 characters, at most 1 character",
            id="invalid",
        ),
        pytest.param(
            limited("file", "bytes", 26, "cut-tail"),
            {"AGENTS.md": TEXT},
            "Junie keeps 26 of 27 bytes and loses 0 tokens: at most 26 bytes",
            id="cut",
        ),
        pytest.param(
            limited("file", "tokens", 5, "warn"),
            {"AGENTS.md": TEXT},
            "6 tokens, for Junie at most 5 tokens",
            id="warn",
        ),
        pytest.param(
            limited("chain", "tokens", 5, "warn"),
            {"AGENTS.md": TEXT},
            "6 tokens, for Junie its files share 5 tokens",
            id="chain warn",
        ),
        pytest.param(
            limited("file", "percent-of-window", 1, "warn", window=500),
            {"AGENTS.md": TEXT},
            "6 tokens, for Junie at most 5 tokens",
            id="share of the window",
        ),
    ],
)
def test_messages(one: Profile, files: dict[str, str], message: str) -> None:
    shared = one.limits[0].scope == "chain"
    level = "warning" if one.limits[0].behaviour == "warn" else "error"
    expected = finding("junie l", "AGENTS.md", message, SHORTEN if shared else SPLIT, level)
    assert load(one, files).findings == (expected,)


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(limited("file", "lines", 3, "warn"), id="equal"),
        pytest.param(limited("file", "percent-of-window", 1, "warn"), id="no window known"),
        pytest.param(limited("chain", "percent-of-window", 1, "warn"), id="nor for a chain"),
        pytest.param(off(limited("file", "lines", 1, "warn")), id="off"),
        pytest.param(off(limited("chain", "lines", 1, "cut-tail")), id="off for a chain"),
    ],
)
def test_quiet(one: Profile) -> None:
    assert load(one, {"AGENTS.md": TEXT}).findings == ()


def test_skipped_files_cost_nothing_and_later_ones_may_fit() -> None:
    one = limited("chain", "chars", 10, "skip")
    files = {".junie/AGENTS.md": "x" * 6, ".junie/guidelines.md": "y" * 5, "AGENTS.md": "z" * 4}
    found = load(one, files)
    assert [file.bytes_kept for file in found.files] == [6, 0, 4]
    assert found.findings == (
        finding(
            "junie l",
            ".junie/guidelines.md",
            "Junie skips the whole file: 5 characters, its files share 10 characters, and those "
            "before it take 6",
            SHORTEN,
        ),
    )


def test_a_total_is_spent_by_rows_and_counts_what_is_listed() -> None:
    rule = "---\ntype: {}\n---\n"
    files = {
        ".augment/guidelines.md": "g" * 20_000,
        ".augment/rules/a.md": "a" * 20_000,
        ".augment/rules/b.md": rule.format("agent_requested") + "b" * 20_000,
        ".augment/rules/c.md": rule.format("manual") + "c" * 50_000,
        "CLAUDE.md": "d" * 50_000,
    }
    found = load("augment", files)
    cut = {file.path: file.bytes_cut for file in found.files if file.bytes_cut}
    assert cut == {".augment/guidelines.md": 20_000}


def test_a_limit_bounds_only_its_rows() -> None:
    files = {".claude/agent-memory/x/MEMORY.md": "x\n" * 201, "CLAUDE.md": "x\n" * 199}
    found = load("claude-code", files)
    assert {file.path: file.bytes_cut for file in found.files} == {
        "CLAUDE.md": 0,
        ".claude/agent-memory/x/MEMORY.md": 2,
    }


def test_of_two_limits_the_first_reached_counts() -> None:
    path = ".claude/agent-memory/x/MEMORY.md"
    lines = load("claude-code", {path: "x\n" * 300}).files[0]
    assert (lines.bytes_kept, lines.bytes_cut) == (400, 200)
    wide = load("claude-code", {path: ("x" * 299 + "\n") * 100}).files[0]
    assert (wide.bytes_kept, wide.bytes_cut) == (25_000, 5_000)


def test_a_file_that_is_skipped_does_not_import() -> None:
    found = load("claude-code", {"CLAUDE.md": "@x.md\n" + "x" * (4 << 20), "x.md": "x"})
    assert [file.path for file in found.files] == ["CLAUDE.md"]
    assert found.files[0].bytes_kept == 0
    assert found.always.tokens == 0


def test_imports_cost_as_much_as_what_imports_them() -> None:
    """The file of 42 bytes that peers call perfect."""
    small = "# Project\n\nOne rule.\n\n@docs/big.md\n"
    found = load("claude-code", {"CLAUDE.md": small, "docs/big.md": "word " * 80_000})
    assert found.always.tokens == 5 + 80_000
