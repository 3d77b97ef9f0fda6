"""What the fields of usage records are called in the logs of many programs."""

from __future__ import annotations

# OpenTelemetry's names, old and new (semantic-conventions-genai, registry/attributes/gen-ai), with
# `reasoning_tokens`, which is OpenLLMetry's.
_OTEL = "gen_ai.usage."
# After those of OpenAI and Anthropic: the AI SDK of Vercel and other programs in JavaScript, then
# Gemini's API as its two SDKs write it, and the telemetry of Gemini CLI.
INPUT = (
    *("input_tokens", "prompt_tokens", "in_tok", f"{_OTEL}input_tokens", f"{_OTEL}prompt_tokens"),
    *("inputTokens", "promptTokens", "promptTokenCount", "prompt_token_count"),
    *("input_token_count", "input"),
)
OUTPUT = (
    *("output_tokens", "completion_tokens", "out_tok"),
    *(f"{_OTEL}output_tokens", f"{_OTEL}completion_tokens"),
    *("outputTokens", "completionTokens", "candidatesTokenCount", "candidates_token_count"),
    *("output_token_count", "output"),
)
# With these names what came from a cache is a part of the input, as OpenAI counts too.
_READ_WITHIN = (
    *("cached_tokens", "cached_input_tokens"),
    *(f"{_OTEL}cache_read.input_tokens", f"{_OTEL}cache_read_input_tokens"),
    *("cachedTokens", "cachedInputTokens", "cachedContentTokenCount", "cached_content_token_count"),
)
_WRITTEN_WITHIN = (
    *(f"{_OTEL}cache_creation.input_tokens", f"{_OTEL}cache_creation_input_tokens"),
    f"{_OTEL}cache_write.input_tokens",
)
CACHE_READ = (
    *(*_READ_WITHIN, "cache_read_input_tokens", "cache_read_tokens"),
    *("cacheReadInputTokens", "cacheReadTokens", "cache_read"),
)
CACHE_WRITE = (
    *(*_WRITTEN_WITHIN, "cache_creation_input_tokens", "cache_creation_tokens"),
    *("cache_write_tokens", "cacheCreationInputTokens", "cacheWriteTokens", "cache_write"),
    "cache_creation",
)
INCLUSIVE = frozenset({*_READ_WITHIN, *_WRITTEN_WITHIN})
REASONING = (
    *("reasoning_tokens", "reasoning_output_tokens", "thinking_tokens"),
    *(f"{_OTEL}reasoning_tokens", f"{_OTEL}reasoning.output_tokens", "reasoningTokens"),
    "reasoning",
)
# What others tell beside that. Gemini counts thoughts apart from the output, and what tools gave
# apart from the input; Anthropic tells how long parts of what was written to a cache are kept.
THOUGHTS = ("thoughtsTokenCount", "thoughts_token_count")
TOOLS = ("toolUsePromptTokenCount", "tool_use_prompt_token_count", "tool_token_count")
PART_OF_HOUR = ("cache_write_1h_tokens", "ephemeral_1h_input_tokens")
PART_OF_MINUTES = ("cache_write_5m_tokens", "ephemeral_5m_input_tokens")
RARE = (*THOUGHTS, *TOOLS, *PART_OF_HOUR, *PART_OF_MINUTES)
TOTAL = ("total_tokens", "totalTokens", "totalTokenCount", "total_token_count", "tokens", "total")
COST = ("cost_usd", "reported_cost", "cost", "computed_cost")
TIME = ("ts", "timestamp", "t", "generated")
SESSION = ("session", "session_id")
RUN = ("run", "run_id")

# A log of prompts has fields of these names too: then they hold no numbers.
EVERYDAY = frozenset(
    {"input", "output", "tokens", "total", "cache_read", "cache_write", "cache_creation"}
)
KEPT = ("cache_write_5m", "cache_write_1h")
TELLING = (*INPUT, *OUTPUT, *TOTAL, *CACHE_READ, *CACHE_WRITE, *KEPT)
# Where parts of the tokens stand one level deeper: in OpenAI's two APIs, in Anthropic's, in
# LangChain, and in programs in JavaScript.
DETAILS = (
    *("prompt_tokens_details", "completion_tokens_details"),
    *("input_tokens_details", "output_tokens_details", "cache_creation"),
    *("input_token_details", "output_token_details"),
    *("promptTokensDetails", "completionTokensDetails", "inputTokenDetails", "outputTokenDetails"),
)
DETAILED = frozenset({*CACHE_READ, *CACHE_WRITE, *REASONING, *PART_OF_HOUR, *PART_OF_MINUTES})
