from __future__ import annotations

import pytest

from ctxtally.tokens.families import MODELS, RATIOS, Kind, family_of, kind_of


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("claude-2.1", "claude-old"),
        ("claude-instant-1.2", "claude-old"),
        ("claude-3-opus-20240229", "claude-old"),
        ("claude-3-5-sonnet-20241022", "claude-old"),
        ("anthropic/claude-3.7-sonnet", "claude-old"),
        ("claude-sonnet-4-20250514", "claude-old"),
        ("claude-opus-4", "claude-old"),
        ("claude-opus-4-1-20250805", "claude-old"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-old"),
        ("claude-haiku-4-5@20251001", "claude-old"),
        ("claude-opus-4-6", "claude-old"),
        ("claude-opus-4-7", "claude"),
        ("claude-opus-4-10", "claude"),
        ("claude-sonnet-5", "claude"),
        ("claude-fable-5-20260901", "claude"),
        ("Claude-Opus-5", "claude"),
        ("claude-next", "claude"),
        ("claude-code", "claude"),
        ("CLAUDE.md", "claude"),
        ("packages/api/CLAUDE.local.md", "claude"),
        (".claude/rules/style-4-1.md", "claude"),
        ("GEMINI.md", "gemini"),
        ("gemini-cli", "gemini"),
        ("models/gemini-2.5-pro", "gemini"),
        ("gemma-3-27b", "gemini"),
        ("meta-llama/Llama-3.1-70B", "llama"),
        ("deepseek-r1-distill-llama", "deepseek"),
        ("Qwen/QwQ-32B", "qwen"),
        ("codestral-latest", "mistral"),
        ("kimi-k2", "kimi"),
        ("glm-4.6", "glm"),
        ("gpt-6", "openai"),
        ("openai/o3-pro", "openai"),
        ("o4", "openai"),
        ("codex", "openai"),
        (".github/copilot-instructions.md", "openai"),
        ("docs/AGENTS.md", "openai"),
        ("grok-4", "unknown"),
        ("o200k", "unknown"),
        ("nova-o3", "unknown"),
        ("", "unknown"),
    ],
)
def test_family_of(name: str, family: str) -> None:
    assert family_of(name) == family


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("CLAUDE.md", "markdown"),
        ("docs/A.MD", "markdown"),
        (".cursor/rules/a.mdc", "markdown"),
        ("tool.py", "python"),
        ("MANIFEST.json", "json"),
        ("INDEX.yaml", "text"),
        (".cursorrules", "text"),
        ("Makefile", "text"),
    ],
)
def test_kind_of(path: str, kind: Kind) -> None:
    assert kind_of(path) == kind


def test_every_ratio_lies_in_its_band() -> None:
    for kinds in RATIOS.values():
        assert sorted(kinds) == ["json", "markdown", "python", "text"]
        assert all(ratio.low <= ratio.median <= ratio.high for ratio in kinds.values())


def test_every_family_names_its_models() -> None:
    assert {*RATIOS, "claude", "claude-old", "openai"} == set(MODELS)
