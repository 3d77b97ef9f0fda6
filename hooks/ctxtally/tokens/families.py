"""Families of models that share a tokenizer, and which family a model or an agent's file is for."""

from __future__ import annotations

import re
from typing import Literal

from ctxtally.model.record import dataclass

Kind = Literal["markdown", "python", "json", "text"]

CLAUDE, CLAUDE_OLD, OPENAI, UNKNOWN = "claude", "claude-old", "openai", "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Tokens of a family per token of o200k_base: the median and where 90 % of files lie."""

    median: float
    low: float
    high: float


def _ratios(**kinds: tuple[float, float, float]) -> dict[str, Ratio]:
    return {
        kind: Ratio(median=median, low=low, high=high)
        for kind, (median, low, high) in kinds.items()
    }


# Measured with splintr-rs 0.22.0 on up to 150 mostly English files of each kind.
RATIOS = {
    "gemini": _ratios(
        markdown=(1.12, 1.06, 1.24),
        python=(1.19, 1.11, 1.33),
        json=(1.18, 1.15, 1.23),
        text=(1.06, 1.03, 1.40),
    ),
    "llama": _ratios(
        markdown=(0.99, 0.97, 1.01),
        python=(0.99, 0.98, 1.00),
        json=(0.99, 0.98, 1.01),
        text=(1.00, 0.98, 1.01),
    ),
    "qwen": _ratios(
        markdown=(1.03, 0.99, 1.09),
        python=(1.00, 0.98, 1.11),
        json=(1.01, 0.99, 1.03),
        text=(1.00, 0.99, 1.50),
    ),
    "deepseek": _ratios(
        markdown=(1.04, 1.01, 1.08),
        python=(1.06, 1.02, 1.11),
        json=(1.03, 1.01, 1.06),
        text=(1.02, 1.00, 1.14),
    ),
    "mistral": _ratios(
        markdown=(1.07, 1.01, 1.13),
        python=(1.05, 1.02, 1.23),
        json=(1.03, 1.01, 1.07),
        text=(1.04, 1.01, 1.50),
    ),
    # Only medians were recorded for these two: the band is the widest of Llama, Qwen and DeepSeek,
    # whose vocabularies are made in the same way.
    "kimi": _ratios(
        markdown=(0.99, 0.97, 1.09),
        python=(1.00, 0.98, 1.11),
        json=(0.99, 0.98, 1.06),
        text=(0.99, 0.98, 1.50),
    ),
    "glm": _ratios(
        markdown=(1.00, 0.97, 1.09),
        python=(1.00, 0.98, 1.11),
        json=(0.99, 0.98, 1.06),
        text=(1.00, 0.98, 1.50),
    ),
}
MODELS = {
    CLAUDE: "Claude Opus 4.7 and later, Sonnet 5, Fable 5, and Claude models not known here",
    CLAUDE_OLD: "Claude 3 to Opus 4.6, Sonnet 4.6, Haiku 4.5",
    OPENAI: "GPT-4o, GPT-4.1, GPT-5, o1, o3, o4-mini",
    "gemini": "Gemini 2.0 to 3.5, Gemma 3 and 4",
    "llama": "Llama 3",
    "qwen": "Qwen 3",
    "deepseek": "DeepSeek V3",
    "mistral": "Mistral models of tokenizer v3",
    "kimi": "Kimi K2",
    "glm": "GLM 4",
}

# The first that occurs in the name of a model, an agent or a file decides.
_SIGNS = (
    ("claude", CLAUDE),
    ("gemini", "gemini"),
    ("gemma", "gemini"),
    ("deepseek", "deepseek"),
    ("llama", "llama"),
    ("qwen", "qwen"),
    ("qwq", "qwen"),
    ("mistral", "mistral"),
    ("mixtral", "mistral"),
    ("ministral", "mistral"),
    ("magistral", "mistral"),
    ("codestral", "mistral"),
    ("devstral", "mistral"),
    ("kimi", "kimi"),
    ("moonshot", "kimi"),
    ("glm", "glm"),
    ("gpt", OPENAI),
    ("codex", OPENAI),
    ("copilot", OPENAI),
    ("agents.md", OPENAI),
)
_OPENAI_REASONING = re.compile(r"o[1-9]\b")
# `claude-3-5-sonnet-20241022`, `claude-opus-4-6`, `claude-opus-4-20250514`: a date is no minor.
_CLAUDE_VERSION = re.compile(r"claude(?:-[a-z]+)*-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?")
_FIRST_NEW = (4, 7)
_SUFFIXES: dict[str, Kind] = {
    "py": "python",
    "json": "json",
    "md": "markdown",
    "mdc": "markdown",
    "markdown": "markdown",
}


def family_of(name: str) -> str:
    """Return the family of a model, an agent or a context file by its name or path.

    >>> family_of("claude-opus-4-6"), family_of("claude-opus-5"), family_of(".claude/rules/a.md")
    ('claude-old', 'claude', 'claude')
    >>> family_of("GEMINI.md"), family_of("AGENTS.md"), family_of("grok-4")
    ('gemini', 'openai', 'unknown')
    """
    name = name.lower()
    family = next((family for sign, family in _SIGNS if sign in name), UNKNOWN)
    if family == UNKNOWN and _OPENAI_REASONING.match(name.rpartition("/")[2]):
        return OPENAI
    version = _CLAUDE_VERSION.search(name)
    if version and (int(version[1]), int(version[2] or 0)) < _FIRST_NEW:
        return CLAUDE_OLD
    return family


def kind_of(path: str) -> Kind:
    """Return which of the kinds that ratios were measured for a file is most like."""
    return _SUFFIXES.get(path.lower().rpartition(".")[2], "text")
