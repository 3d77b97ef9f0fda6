"""Ask a vendor's count endpoint how many tokens a text has; only `ctxtally verify` does.

Nothing here is imported by a hook. A request goes to one host and is never redirected.
"""

from __future__ import annotations

import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from ctxtally import __version__
from ctxtally.adapters.vendors import is_loopback
from ctxtally.errors import UserError
from ctxtally.model.record import dataclass, field
from ctxtally.text.terminal import printable
from ctxtally.tokens.cache import MOST_TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    from ctxtally.adapters.vendors import Target

# A count takes some 150 ms; this is long enough for a slow line and a large file.
TIMEOUT_SECONDS = 30.0
# An answer has some 30 bytes, the error page of a proxy some thousands.
LARGEST_BYTES = 4 << 20
# Waits before the second, third and fourth try, where the vendor does not say how long.
PAUSES_SECONDS = (1.0, 2.0, 4.0)
# Whoever is asked to wait longer than the window of the rate limit is better told so.
LONGEST_PAUSE_SECONDS = 60.0
_WINDOW_SECONDS = 60.0
_LONGEST_MESSAGE = 200
_OK, _TOO_MANY, _SERVER = 200, 429, 500
_KEPT = "run it again later; what was answered so far is kept"


class ApiError(UserError):
    """The vendor did not count; the message says what it did instead."""


@dataclass(slots=True, kw_only=True)
class Pace:
    """Lets at most `per_minute` requests begin in any sixty seconds."""

    per_minute: int
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _begun: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Return when another request may begin."""
        if len(self._begun) >= self.per_minute:
            self.sleep(max(0.0, self._begun.popleft() + _WINDOW_SECONDS - self.clock()))
        self._begun.append(self.clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    content: bytes
    retry_after: str
    location: str


class Endpoint:
    """Counts texts by asking `target` with the user's `key`."""

    def __init__(self, target: Target, key: str, pace: Pace | None = None) -> None:
        self._target = target
        self._key = key
        self._pace = pace or Pace(per_minute=target.vendor.per_minute)

    def count(self, text: str) -> int:
        """Return the tokens of one message that holds `text`, its frame included."""
        body = self._body(text)
        answer = self._post(body)
        for pause in PAUSES_SECONDS:
            wait = _wait(answer, pause)
            if wait is None:
                break
            self._pace.sleep(wait)
            answer = self._post(body)
        if answer.status != _OK:
            raise self._refusal(answer)
        return self._tokens(answer.content)

    def _body(self, text: str) -> bytes:
        model = self._target.model
        body: dict[str, object]
        if self._target.vendor.name == "anthropic":
            body = {"model": model, "messages": [{"role": "user", "content": text}]}
        else:
            body = {"model": model, "input": text}
        return json.dumps(body, ensure_ascii=False).encode()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": f"ctxtally/{__version__}"}
        if self._target.vendor.name == "anthropic":
            version = self._target.vendor.version
            return headers | {"X-Api-Key": self._key, "Anthropic-Version": version}
        return headers | {"Authorization": f"Bearer {self._key}"}

    def _post(self, body: bytes) -> _Answer:
        from http.client import HTTPException
        from urllib.error import URLError
        from urllib.request import Request

        url = self._target.url
        # The scheme is https, or http to this machine: vendors.target saw to that.
        request = Request(url, data=body, headers=self._headers(), method="POST")  # noqa: S310
        self._pace.wait()
        try:
            with _open(request, through_proxies=not is_loopback(url)) as response:
                return _Answer(
                    status=response.status,
                    content=response.read(LARGEST_BYTES + 1),
                    retry_after=response.headers.get("Retry-After", ""),
                    location=response.headers.get("Location", ""),
                )
        except (OSError, HTTPException, UnicodeError) as error:
            cause = error.reason if isinstance(error, URLError) else error
            raise self._unreached(cause) from None

    def _tokens(self, content: bytes) -> int:
        found = _parsed(content)
        tokens = found.get("input_tokens") if isinstance(found, dict) else None
        # bool is an int to isinstance.
        if type(tokens) is not int or not 1 <= tokens <= MOST_TOKENS:
            raise ApiError(
                f"{self._target.host} answers with something else than a number of tokens",
                help="look whether it is the address of the vendor, and not of a proxy's page",
            )
        return tokens

    def _unreached(self, cause: object) -> ApiError:
        host = self._target.host
        if isinstance(cause, TimeoutError):
            return ApiError(f"{host} gave no answer in {TIMEOUT_SECONDS:.0f} seconds", help=_KEPT)
        said = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        return ApiError(
            f"{host} cannot be reached: {self._safe(str(said).strip())}",
            help="look at the network and the proxy; counts that need neither: `ctxtally report`",
        )

    def _refusal(self, answer: _Answer) -> ApiError:
        host, model, status = self._target.host, self._target.model, answer.status
        variable = self._target.vendor.key_variable
        said = self._said(answer.content)
        if status == _TOO_MANY or status >= _SERVER:
            return self._busy(answer, said)
        if 300 <= status < 400:  # noqa: PLR2004 - the redirections of RFC 9110
            return ApiError(
                f"{host} redirects to {self._safe(answer.location) or 'nowhere'} ({status})",
                help="no redirect is followed, for your key would go with it",
            )
        message, help_line = {
            # What it says here may hold parts of the key.
            401: (f"{host} does not take the key in {variable} (401)", f"mend {variable}"),
            403: (
                f"{host} does not let the key in {variable} count for {model} (403){said}",
                "use a key that may, or another --model",
            ),
            404: (f"{host} knows no model {model} (404){said}", "name another with --model"),
            413: (f"{host} takes no text of this size (413){said}", "leave the file out"),
        }.get(status, (f"{host} refuses the request ({status}){said}", "see what it says"))
        return ApiError(message, help=help_line)

    def _busy(self, answer: _Answer, said: str) -> ApiError:
        what = "allows no more requests now" if answer.status == _TOO_MANY else "fails"
        asked = _seconds(answer.retry_after)
        tries = f"after {len(PAUSES_SECONDS) + 1} tries"
        if asked is not None and asked > LONGEST_PAUSE_SECONDS:
            tries = f"and asks to wait {asked:,.0f} seconds"
        return ApiError(f"{self._target.host} {what} ({answer.status}) {tries}{said}", help=_KEPT)

    def _said(self, content: bytes) -> str:
        """Return the vendor's own words; both put them into `error.message`."""
        found = _parsed(content)
        error = found.get("error") if isinstance(found, dict) else None
        message = error.get("message") if isinstance(error, dict) else None
        return f": {self._safe(message)}" if isinstance(message, str) and message else ""

    def _safe(self, text: str) -> str:
        return printable(text.replace(self._key, "[key]")[:_LONGEST_MESSAGE])


def _open(request: Any, *, through_proxies: bool) -> HTTPResponse:  # noqa: ANN401 - urllib's own
    """Send a request; every status comes back as it is, for nothing here knows redirects."""
    from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler

    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    if through_proxies:
        opener.add_handler(ProxyHandler())
    return cast("HTTPResponse", opener.open(request, timeout=TIMEOUT_SECONDS))


def _wait(answer: _Answer, pause: float) -> float | None:
    """Return how long to wait before another try, `None` where there is to be none."""
    if answer.status != _TOO_MANY and answer.status < _SERVER:
        return None
    asked = _seconds(answer.retry_after)
    if asked is None:
        return pause
    return asked if asked <= LONGEST_PAUSE_SECONDS else None


def _parsed(content: bytes) -> object:
    if len(content) > LARGEST_BYTES:
        return None
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found


def _seconds(retry_after: str) -> float | None:
    """Return the wait that a Retry-After asks for: seconds, or a date (RFC 9110, 10.2.3)."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:  # noqa: PLR2004 - 31 years
        return float(retry_after)
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(retry_after).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, moment - time.time())
