"""The vendors whose count endpoints can be asked, and where exactly one question goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ctxtally.errors import UserError
from ctxtally.model.record import dataclass
from ctxtally.text.shown import shown
from ctxtally.tokens.families import CLAUDE, OPENAI

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")
# What may stand in a header (RFC 9110, 5.5) without white space, which no key has.
_VISIBLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """`version` names the API in the key of cached counts, `family` our estimate for its models."""

    name: str
    base: str
    path: str
    version: str
    key_variable: str
    family: str
    default_model: str
    per_minute: int


VENDORS = {
    # platform.claude.com, Token counting: free, with a limit of its own that is 100 requests a
    # minute in the lowest tier. The default is the newest model whose counts we were fitted to.
    "anthropic": Vendor(
        name="anthropic",
        base="https://api.anthropic.com",
        path="/v1/messages/count_tokens",
        version="2023-06-01",
        key_variable="ANTHROPIC_API_KEY",
        family=CLAUDE,
        default_model="claude-opus-5",
        per_minute=100,
    ),
    # developers.openai.com, Counting tokens. It states no limit for this endpoint; 100 is below the
    # 500 that gpt-5 has in its lowest paid tier. The encoding of gpt-5 is public, so ours is exact.
    "openai": Vendor(
        name="openai",
        base="https://api.openai.com",
        path="/v1/responses/input_tokens",
        version="v1",
        key_variable="OPENAI_API_KEY",
        family=OPENAI,
        default_model="gpt-5",
        per_minute=100,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One endpoint and model; `host` is how messages name it."""

    vendor: Vendor
    model: str
    url: str
    host: str

    @property
    def cache_key(self) -> str:
        """Name what its counts depend on besides the text: another host may count otherwise."""
        asked = f"api-{self.vendor.name}-{self.model}@{self.vendor.version}"
        own = self.url == self.vendor.base + self.vendor.path
        return asked if own else f"{asked}+{self.host}"

    @property
    def frame_key(self) -> str:
        """As `cache_key`, for what a message costs by itself."""
        return f"frame-{self.cache_key}"


def target(name: str, model: str | None, base: str | None) -> Target:
    """Return where to ask the vendor `name`; `base` goes in place of the vendor's own address."""
    vendor = VENDORS[name]
    model = vendor.default_model if model is None else model
    if not _MODEL.fullmatch(model):
        raise UserError(
            f"--model {shown(model)} is not the name of a model",
            help=f"write it as the vendor does, such as {vendor.default_model}",
        )
    url = _checked(base or vendor.base).removesuffix("/") + vendor.path
    return Target(vendor=vendor, model=model, url=url, host=urlsplit(url).netloc)


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK


def key(vendor: Vendor, environment: Mapping[str, str]) -> str:
    """Return the user's key. No message, log or traceback may ever hold it."""
    found = environment.get(vendor.key_variable, "").strip()
    if not found:
        raise UserError(
            f"{vendor.key_variable} is not set",
            help=f"set it to an API key of your own; {vendor.name} wants one to count",
        )
    if not _VISIBLE.fullmatch(found):
        raise UserError(
            f"{vendor.key_variable} holds a character that no key has",
            help="set it to the key alone, without spaces, line feeds or quotes",
        )
    return found


def _checked(base: str) -> str:
    try:
        parts = urlsplit(base)
        parts.port  # noqa: B018 - it raises where the port is no number
    except ValueError as error:
        raise _unusable(base, str(error)) from None
    if not _VISIBLE.fullmatch(base) or not parts.hostname:
        raise _unusable(base, "not the address of a host")
    if "@" in parts.netloc:
        raise _unusable("...@" + parts.netloc.rpartition("@")[2], "it holds a name or a password")
    if parts.query or parts.fragment:
        raise _unusable(base, "it has a query or a fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(base)):
        raise _unusable(base, "your key and your files would go there unencrypted")
    return base


def _unusable(base: str, why: str) -> UserError:
    return UserError(
        f"--endpoint {shown(base)} is not used: {why}",
        help="give an address such as https://gateway.example; http only on this machine",
    )
