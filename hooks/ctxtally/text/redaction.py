r"""Take secrets out of text that is kept or shown.

The shapes of keys are those that their issuers publish; those of AWS, Anthropic and of private keys
follow gitleaks (config/gitleaks.toml at 009e025). Every pattern begins with a fixed word, and none
can take more than linear time.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from re import Pattern

REDACTED = "[redacted]"

# Whatever matches a pattern holds one of these, so that most text is never searched any further:
# compiling the patterns costs a fifth of the interpreter's start.
_HINTS = (
    *("A3T", "AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    *("github_pat_", "glpat-", "sk-", "xox", "AIza", "-----BEGIN", "://"),
)
_PATTERNS = (
    r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    r"\bgh[pousr]_[0-9A-Za-z]{36,255}",
    r"\bgithub_pat_[0-9A-Za-z_]{22,255}",
    r"\bglpat-[0-9A-Za-z_-]{20,}",
    r"\bsk-ant-[0-9A-Za-z_-]{20,}",
    r"\bsk-(?:proj|svcacct|admin)-[0-9A-Za-z_-]{20,}",
    r"\bsk-[0-9A-Za-z]{20,}",
    r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
    r"\bAIza[0-9A-Za-z_-]{35}",
    # What follows the first line of a private key is the key: all of it goes.
    r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY[\s\S]*",
    # A password, or a token alone, in front of the host of a URL.
    r"\b[a-z][a-z0-9+.-]{0,20}://[^\s/@:]{0,256}:[^\s/@]{1,256}@",
    r"\bhttps?://[^\s/@]{1,256}@",
)


def redacted(text: str) -> str:
    """Return `text` with every secret replaced.

    >>> redacted("push to https://me:hunter2@example.org/x")
    'push to [redacted]example.org/x'
    """
    if not any(hint in text for hint in _HINTS):
        return text
    return _pattern().sub(REDACTED, text)


def redacted_lines(text: str) -> str:
    """Return `text` with the secrets of each line replaced: a key takes no other line with it."""
    if not any(hint in text for hint in _HINTS):
        return text
    return "\n".join(map(redacted, text.split("\n")))


def _pattern() -> Pattern[str]:
    import re

    return re.compile("|".join(_PATTERNS))  # which remembers what it compiled
