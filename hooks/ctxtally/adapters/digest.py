"""A short name for long bytes."""

from __future__ import annotations

try:
    # The C module behind hashlib.blake2b, without OpenSSL: hashlib costs half an interpreter start.
    from _blake2 import blake2b
except ImportError:  # pragma: no cover - an interpreter without it
    from hashlib import blake2b

__all__ = ["blake2b", "digest"]


def digest(*parts: bytes) -> str:
    """Return 32 hexadecimal digits that tell these parts, each with its length, from all others."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(b"%d:" % len(part) + part)
    return state.hexdigest()
