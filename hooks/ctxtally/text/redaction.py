r"""Take secrets out of text that is kept or shown.

The shapes of keys are those that their issuers publish; those of AWS, Anthropic, Hugging Face, npm,
PyPI, Slack's webhooks and of private keys follow gitleaks (config/gitleaks.toml at 009e025). None
can take more than linear time.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from re import Match, Pattern

REDACTED = "[redacted]"

# Whatever matches a pattern holds one of these, so that most text is never searched any further:
# compiling the patterns costs a fifth of the interpreter's start.
_HINTS = (
    *("A3T", "AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    *("github_pat_", "glpat-", "sk-", "xox", "AIza", "-----BEGIN", "://", "npm_", "hf_"),
    *("k_live_", "k_test_", "pypi-AgE", "hooks.slack.com/", ".eyJ", "uthorization", "UTHORIZATION"),
    *("ecret_access_key", "SECRET_ACCESS_KEY", "SecretAccessKey"),
    *("aws_session_token", "AWS_SESSION_TOKEN", "SessionToken"),
)
# A key may be glued to a name by `_` or `-`, and never to a letter or a digit.
_START = r"(?<![0-9A-Za-z])"
_SCHEME = r"[A-Za-z][0-9A-Za-z+.-]{0,20}://"
_HTTP = r"[Hh][Tt][Tt][Pp][Ss]?://"
_KEYS = (
    r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![0-9A-Za-z])",
    r"gh[pousr]_[0-9A-Za-z]{36,255}",
    r"github_pat_[0-9A-Za-z_]{22,255}",
    r"glpat-[0-9A-Za-z_-]{20,}",
    r"sk-ant-[0-9A-Za-z_-]{20,}",
    r"sk-(?:proj|svcacct|admin)-[0-9A-Za-z_-]{20,}",
    r"sk-[0-9A-Za-z]{20,}",
    r"xox[abeoprs]-[0-9A-Za-z-]{10,}",
    r"AIza[0-9A-Za-z_-]{35}",
    # https://github.blog/2021-09-23-announcing-npms-new-access-token-format/
    r"npm_[0-9A-Za-z]{36}",
    # https://huggingface.co/docs/hub/security-tokens
    r"hf_[0-9A-Za-z]{34}",
    # https://docs.stripe.com/keys
    r"[sr]k_(?:live|test)_[0-9A-Za-z]{20,}",
    # https://pypi.org/help/#apitoken; what follows is a macaroon of the second version in base64.
    r"pypi-AgE[0-9A-Za-z_-]{50,}",
    # https://api.slack.com/messaging/webhooks
    r"hooks\.slack\.com/(?:services|workflows|triggers)/[0-9A-Za-z+/]{40,}",
    # RFC 7519: three parts in base64url, of which the first two begin with `{"`; see `_replaced`.
    r"(?P<web_token>eyJ[0-9A-Za-z_-]{14,}(?:\.[0-9A-Za-z_-]*)*)",
    # RFC 6750, section 2.1, and RFC 7617; a word of prose has no digit, and is shorter.
    (
        r"(?:[Aa]uthorization|AUTHORIZATION)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
        r"(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|TOKEN)[ \t]{1,3}"
        r"(?:(?=[A-Za-z._~+/=-]*[0-9])[0-9A-Za-z._~+/=-]{8,}|[A-Za-z._~+/=-]{24,})"
    ),
    # https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    (
        r"(?:aws_secret_access_key|AWS_SECRET_ACCESS_KEY|SecretAccessKey|aws_session_token"
        r"|AWS_SESSION_TOKEN|SessionToken)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?[0-9A-Za-z+/=]{16,}"
    ),
    # A password in front of the host of a URL, to the last `@` before the path: an `@` that should
    # be `%40` is often written as it is, in a name too.
    _SCHEME + r"[^\s/:?#\[\"<>`]*:[^\s/\"<>`]*@",
    # So is `/`. What follows a port is a path, and so is what follows a host in a page's address.
    rf"(?!{_HTTP}[^:]){_SCHEME}[^\s/:@?#\[\"<>`]{{0,256}}:(?![0-9]{{1,5}}/)[^\s\"<>`]{{1,256}}@",
    # A token alone.
    _HTTP + r"[^\s/?#\"<>`]+@",
)
# What follows the first line of a private key is the key: all of it goes.
_PRIVATE_KEY = r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY[\s\S]*"


def may_hold_some(text: str) -> bool:
    """Say whether secrets have to be looked for in a text."""
    for hint in _HINTS:  # noqa: SIM110 - `any` takes three times as long, for nearly every text
        if hint in text:
            return True
    return False


def redacted(text: str) -> str:
    """Return `text` with every secret replaced.

    >>> redacted("push to https://me:hunter2@example.org/x")
    'push to [redacted]example.org/x'
    """
    if not may_hold_some(text):
        return text
    return _pattern().sub(_replaced, text)


def redacted_lines(text: str) -> str:
    """Return `text` with the secrets of each line replaced: a key takes no other line with it."""
    if not may_hold_some(text):
        return text
    return "\n".join(map(redacted, text.split("\n")))


def _replaced(found: Match[str]) -> str:
    """Return what stands for a match; a run of base64 that is no web token stays.

    It is decided here, since a pattern that looked on from each `eyJ` would take quadratic time.
    """
    parts = (found["web_token"] or "").split(".")
    if parts == [""] or (len(parts) > 2 and parts[1].startswith("eyJ")):  # noqa: PLR2004 - RFC 7519
        return REDACTED
    return found[0]


def _pattern() -> Pattern[str]:
    import re

    return re.compile(
        f"{_START}(?:{'|'.join(_KEYS)})|{_PRIVATE_KEY}"
    )  # which remembers what it compiled
