"""How models are called: by their makers, and by those through whom they are reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# How a model is written where it is called through others: by LiteLLM and OpenRouter with its
# maker, on Bedrock as `us.anthropic.claude-sonnet-4-5-20250929-v1:0`. What runs at home, as by
# Ollama, is not the same as what its maker sells.
_ROUTED = re.compile(
    r"(?:(?:anthropic|azure|bedrock|converse|deepseek|gemini|google|invoke|mistral|mistralai|models|"
    r"moonshotai|openai|openrouter|vertex_ai|x-ai|xai|z-ai)[/:])+"
)
_BEDROCK = re.compile(
    r"(?:(?:apac|au|ca|eu|global|jp|us|us-gov)\.)?(?:anthropic|deepseek|mistral|openai)\."
    r"(.+?)(?:-v\d+(?::\d+)?)?"
)
_LONG_WINDOW = "[1m]"
# What is given away under a name is not what is sold under the rest of it.
_FREE = ":free"


def spellings(model: str, provider: str) -> Iterator[tuple[str, str | None]]:
    """Yield the names under which the package may know a model, each with who sells it there."""
    name = model.lower().strip()
    if provider:
        yield name, provider
    if name.endswith(_FREE):
        yield name, "openrouter"
        return
    yield name, None
    routed = _ROUTED.match(name)
    plain = name[routed.end() if routed else 0 :].removesuffix(_LONG_WINDOW)
    yield plain, None
    bedrock = _BEDROCK.fullmatch(plain)
    if bedrock:
        yield bedrock[1], None
