"""Usage in the shapes of other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.instants import exactly
from ctxtally.usage.categories import category_of
from ctxtally.usage.sessions import sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxtally.model.category_rule import CategoryRule
    from ctxtally.model.usage import Usage

    Exported = Mapping[str, object]


def monitor_record(usage: Usage, rules: Sequence[CategoryRule] = ()) -> Exported | None:
    """Return a line of the session monitor's usage-log.jsonl, None where no tokens are known.

    It knows one sum a line; a reader of it fails at any other key.
    """
    if usage.total is None:
        return None
    return {
        "timestamp": _time(usage.moment),
        "operation": usage.operation or usage.model,
        "tokens": usage.total,
        "category": category_of(usage, rules) or "other",
        "session_id": usage.session or None,
        # Free in its shape: how the tokens are known has no key of its own there.
        "metadata": _known({"model": usage.model, "counted": usage.counted}),
    }


def monitor_sessions(usages: Iterable[Usage], rules: Sequence[CategoryRule] = ()) -> Exported:
    """Return the session monitor's sessions.json."""
    return {
        session.id: {
            "session_id": session.id,
            "started": _time(session.started),
            "ended": None if session.ended is None else _time(session.ended),
            "operations": [
                {
                    "timestamp": _time(one.moment),
                    "operation": one.operation,
                    "tokens": one.tokens,
                    "category": one.category,
                    "session_id": session.id,
                    "metadata": _known({"counted": one.counted}),
                }
                for one in session.operations
                if one.tokens is not None
            ],
            "total_tokens": session.tokens,
        }
        for session in sessions(usages, rules)
    }


def telemetry(usage: Usage) -> Exported | None:
    """Return the attributes of OpenTelemetry, None where the buckets are not known.

    There the input includes what was read from a cache and written to one, and the output what was
    thought (semantic-conventions-genai, registry/attributes/gen-ai).
    """
    tokens = usage.tokens
    if tokens is None:
        return None
    found = {
        "timestamp": _time(usage.moment),
        "gen_ai.provider.name": usage.provider,
        "gen_ai.response.model": usage.model,
        "gen_ai.response.id": usage.key,
        "gen_ai.conversation.id": usage.session,
        "gen_ai.agent.name": usage.agent,
        "gen_ai.usage.input_tokens": tokens.prompt,
        "gen_ai.usage.cache_read.input_tokens": tokens.cache_read,
        "gen_ai.usage.cache_creation.input_tokens": tokens.cache_write_5m + tokens.cache_write_1h,
        "gen_ai.usage.output_tokens": tokens.output,
    }
    return _known(found)


def apart(usage: Usage) -> Exported | None:
    """Return the same in parts that do not overlap, by the names of Anthropic's API.

    There the input is what was neither read from a cache nor written to one.
    """
    tokens = usage.tokens
    if tokens is None:
        return None
    found = {
        "timestamp": _time(usage.moment),
        "provider": usage.provider,
        "model": usage.model,
        "response_id": usage.key,
        "session_id": usage.session,
        "agent": usage.agent,
        "input_tokens": tokens.input,
        "cache_read_input_tokens": tokens.cache_read,
        "cache_creation_input_tokens": tokens.cache_write_5m + tokens.cache_write_1h,
        "output_tokens": tokens.output,
        "total_tokens": tokens.total,
        "cost_usd": usage.cost_usd,
    }
    return _known(found)


def _known(found: Mapping[str, object]) -> Exported:
    """Return what is known: neither an empty text nor None."""
    return {name: value for name, value in found.items() if value not in ("", None)}


def _time(moment: float | None) -> str:
    return "" if moment is None else exactly(moment)
