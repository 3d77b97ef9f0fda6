from __future__ import annotations

import gc
import json
import re
import socket
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally import __version__
from ctxtally.adapters import api
from ctxtally.adapters.api import ApiError, Endpoint, Pace
from ctxtally.adapters.vendors import target
from tests.adapters.server import FRAME, KEY, Reply, Server, failing, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = "run it again later; what was answered so far is kept"
GARBAGE = "look whether it is the address of the vendor, and not of a proxy's page"


class Clock:
    """A clock that only sleeping moves; `slept` is every sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    return Clock()


def endpoint(
    server: Server, clock: Clock, vendor: str = "anthropic", key: str = KEY, per_minute: int = 100
) -> Endpoint:
    pace = Pace(per_minute=per_minute, sleep=clock.sleep, clock=clock)
    return Endpoint(target(vendor, None, server.address), key, pace)


def refused(server: Server, clock: Clock, *replies: Reply, key: str = KEY) -> tuple[str, str]:
    """Return how the error is told, with HOST for the server's address."""
    server.replies += replies
    with pytest.raises(ApiError) as caught:
        endpoint(server, clock, key=key).count("one two")
    return str(caught.value).replace(server.host, "HOST"), caught.value.help


class TestRequest:
    def test_anthropic(self, server: Server, clock: Clock) -> None:
        text = 'caf\u00e9 "\n\U0001f30d'
        assert endpoint(server, clock).count(text) == FRAME + 3
        (got,) = server.got
        assert (got.method, got.path) == ("POST", "/v1/messages/count_tokens")
        assert got.json == {
            "model": "claude-opus-5",
            "messages": [{"role": "user", "content": text}],
        }
        assert got.headers == {
            "accept-encoding": "identity",
            "anthropic-version": "2023-06-01",
            "connection": "close",
            "content-length": str(len(got.body)),
            "content-type": "application/json",
            "host": server.host,
            "user-agent": f"ctxtally/{__version__}",
            "x-api-key": KEY,
        }

    def test_openai(self, server: Server, clock: Clock) -> None:
        assert endpoint(server, clock, "openai").count("one two") == FRAME + 2
        (got,) = server.got
        assert (got.method, got.path) == ("POST", "/v1/responses/input_tokens")
        assert got.json == {"model": "gpt-5", "input": "one two"}
        assert got.headers["authorization"] == f"Bearer {KEY}"
        assert "x-api-key" not in got.headers

    def test_our_own_machine_is_not_asked_through_a_proxy(
        self, server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        assert endpoint(server, clock).count("one") == FRAME + 1

    # http.client of Python 3.10 leaves a refused CONNECT to the garbage collector.
    @pytest.mark.filterwarnings("ignore::ResourceWarning")
    def test_others_are_and_the_proxy_sees_no_key(
        self, server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("https_proxy", server.address)
        monkeypatch.setenv("no_proxy", "")
        server.replies.append(Reply(status=403))
        pace = Pace(per_minute=1, sleep=clock.sleep, clock=clock)
        with pytest.raises(ApiError) as caught:
            Endpoint(target("anthropic", None, "https://gateway.invalid"), KEY, pace).count("a")
        assert str(caught.value) == (
            "gateway.invalid cannot be reached: Tunnel connection failed: 403 Forbidden"
        )
        (got,) = server.got
        assert (got.method, got.path) == ("CONNECT", "gateway.invalid:443")
        assert KEY not in str(got)
        del caught
        gc.collect()


class TestRefusal:
    @pytest.mark.parametrize(
        ("reply", "told", "way_out"),
        [
            pytest.param(
                failing(400, "messages: too \x1b[31mbad"),
                "HOST refuses the request (400): messages: too \\x1b[31mbad",
                "see what it says",
                id="bad request",
            ),
            pytest.param(
                failing(401, f"Incorrect API key provided: {KEY[:7]}***{KEY[-4:]}"),
                "HOST does not take the key in ANTHROPIC_API_KEY (401)",
                "mend ANTHROPIC_API_KEY",
                id="wrong key",
            ),
            pytest.param(
                failing(403, f"no permission for {KEY}"),
                "HOST does not let the key in ANTHROPIC_API_KEY count for claude-opus-5 (403): "
                "no permission for [key]",
                "use a key that may, or another --model",
                id="no permission",
            ),
            pytest.param(
                failing(404, "model: claude-opus-5"),
                "HOST knows no model claude-opus-5 (404): model: claude-opus-5",
                "name another with --model",
                id="no such model",
            ),
            pytest.param(
                Reply(status=413, body=b"<html>413</html>"),
                "HOST takes no text of this size (413)",
                "leave the file out",
                id="too large",
            ),
            pytest.param(
                failing(418, ""),
                "HOST refuses the request (418)",
                "see what it says",
                id="no reason given",
            ),
            pytest.param(
                failing(400, "y" * 500),
                f"HOST refuses the request (400): {'y' * 200}",
                "see what it says",
                id="a long reason is cut",
            ),
            pytest.param(
                Reply(status=302, headers={"Location": f"https://elsewhere.example/{KEY}"}),
                "HOST redirects to https://elsewhere.example/[key] (302)",
                "no redirect is followed, for your key would go with it",
                id="redirect",
            ),
            pytest.param(
                Reply(status=308),
                "HOST redirects to nowhere (308)",
                "no redirect is followed, for your key would go with it",
                id="redirect without an address",
            ),
            pytest.param(
                failing(429, "slow down", retry_after="3600"),
                "HOST allows no more requests now (429) and asks to wait 3,600 seconds: slow down",
                KEPT,
                id="a wait that is too long",
            ),
        ],
    )
    def test_at_once(
        self, server: Server, clock: Clock, reply: Reply, told: str, way_out: str
    ) -> None:
        assert refused(server, clock, reply) == (told, way_out)
        assert (len(server.got), clock.slept) == (1, [])

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_no_redirect_is_followed(self, server: Server, clock: Clock, status: int) -> None:
        with serving() as other:
            location = {"Location": f"{other.address}/v1/messages/count_tokens"}
            told, _ = refused(server, clock, Reply(status=status, headers=location))
            assert told == f"HOST redirects to {location['Location']} ({status})"
            assert other.got == []

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"<html>", id="a page"),
            pytest.param(b"\xff\xfe\x00", id="no text"),
            pytest.param(b"[1]", id="a list"),
            pytest.param(b"{}", id="no count"),
            pytest.param(b'{"input_tokens": "7"}', id="a string"),
            pytest.param(b'{"input_tokens": 7.0}', id="a fraction"),
            pytest.param(b'{"input_tokens": true}', id="true"),
            pytest.param(b'{"input_tokens": 0}', id="zero"),
            pytest.param(b'{"input_tokens": -7}', id="below zero"),
            pytest.param(b'{"input_tokens": 1000000001}', id="beyond any text"),
            pytest.param(b'{"input_tokens": ' + b"9" * 5_000 + b"}", id="too many digits"),
            pytest.param(b"[" * 200_000, id="deep"),
            pytest.param(b'{"input_tokens": 7}' + b" " * api.LARGEST_BYTES, id="large"),
        ],
    )
    def test_garbage(self, server: Server, clock: Clock, body: bytes) -> None:
        assert refused(server, clock, Reply(body=body)) == (
            "HOST answers with something else than a number of tokens",
            GARBAGE,
        )
        assert len(server.got) == 1

    def test_an_answer_that_is_cut_off(self, server: Server, clock: Clock) -> None:
        raw = b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"input_tokens": 7'
        told, _ = refused(server, clock, Reply(raw=raw))
        assert told == "HOST answers with something else than a number of tokens"

    @pytest.mark.parametrize(
        ("raw", "told"),
        [
            pytest.param(
                b"", "Remote end closed connection without response", id="closed without a word"
            ),
            pytest.param(b"HELLO\r\n", "HELLO", id="not HTTP"),
            pytest.param(KEY.encode() + b"\r\n", "[key]", id="the key comes back"),
        ],
    )
    def test_no_http(self, server: Server, clock: Clock, raw: bytes, told: str) -> None:
        assert refused(server, clock, Reply(raw=raw)) == (
            f"HOST cannot be reached: {told}",
            "look at the network and the proxy; counts that need neither: `ctxtally report`",
        )

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
    def test_after_four_tries(self, server: Server, clock: Clock, status: int) -> None:
        what = "allows no more requests now" if status == 429 else "fails"
        replies = [failing(status, "busy")] * 4
        told = f"HOST {what} ({status}) after 4 tries: busy"
        assert refused(server, clock, *replies) == (told, KEPT)
        assert (len(server.got), clock.slept) == (4, [1.0, 2.0, 4.0])

    def test_nobody_listens(self, clock: Clock) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            server = Server(f"http://127.0.0.1:{free.getsockname()[1]}")
            told, way_out = refused(server, clock)
        # In the words of the system, which are others on Windows.
        assert re.fullmatch(r"HOST cannot be reached: .*refused.*", told)
        assert way_out == (
            "look at the network and the proxy; counts that need neither: `ctxtally report`"
        )

    def test_a_name_that_cannot_be_one(self, clock: Clock) -> None:
        server = Server(f"https://{'a' * 64}.example")
        server.host = "a" * 64 + ".example"
        told, _ = refused(server, clock)
        assert told.startswith("HOST cannot be reached: ")

    def test_no_answer(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api, "TIMEOUT_SECONDS", 0.05)
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            server = Server(f"http://127.0.0.1:{mute.getsockname()[1]}")
            assert refused(server, clock) == ("HOST gave no answer in 0 seconds", KEPT)


class TestRetry:
    def test_what_fails_once_is_asked_again(self, server: Server, clock: Clock) -> None:
        server.replies += [failing(529), failing(429), failing(500)]
        assert endpoint(server, clock).count("one two") == FRAME + 2
        assert server.texts() == ["one two"] * 4
        assert clock.slept == [1.0, 2.0, 4.0]

    @pytest.mark.parametrize(
        ("retry_after", "slept"),
        [
            pytest.param("0", 0.0, id="no wait"),
            pytest.param("60", 60.0, id="the longest"),
            pytest.param("1.5", 1.0, id="not as it should be written"),
            pytest.param("-5", 1.0, id="below zero"),
            pytest.param("\u0663", 1.0, id="other digits"),
            pytest.param("soon", 1.0, id="a word"),
            pytest.param("Mon, 99 Jan 2026 00:00:00 GMT", 1.0, id="no date"),
            pytest.param("Fri, 02 Jan 1970 00:00:00 GMT", 0.0, id="a date that has passed"),
        ],
    )
    def test_as_long_as_the_vendor_says(
        self, server: Server, clock: Clock, retry_after: str, slept: float
    ) -> None:
        encoded = retry_after.encode().decode("latin-1")
        server.replies.append(failing(429, retry_after=encoded))
        assert endpoint(server, clock).count("one") == FRAME + 1
        assert clock.slept == [slept]

    def test_until_a_date(
        self, server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        moment = 1_795_219_200.0
        monkeypatch.setattr(time, "time", lambda: moment)
        date = formatdate(moment + 20, usegmt=True)
        server.replies.append(failing(503, retry_after=date))
        assert endpoint(server, clock).count("one") == FRAME + 1
        assert clock.slept == [20.0]


class TestPace:
    def test_no_more_in_a_minute_than_the_lowest_tier_has(
        self, server: Server, clock: Clock
    ) -> None:
        counts = endpoint(server, clock, per_minute=2)
        for _ in range(5):
            counts.count("one")
        assert clock.slept == [60.0, 0.0, 60.0]

    def test_a_retry_counts_too(self, server: Server, clock: Clock) -> None:
        server.replies.append(failing(500))
        counts = endpoint(server, clock, per_minute=2)
        counts.count("one")
        counts.count("one")
        assert clock.slept == [1.0, 59.0]

    @given(
        per_minute=st.integers(1, 5),
        gaps=st.lists(st.integers(0, 90), max_size=40),
    )
    def test_in_any_sixty_seconds(self, per_minute: int, gaps: list[int]) -> None:
        clock = Clock()
        pace = Pace(per_minute=per_minute, sleep=clock.sleep, clock=clock)
        begun = []
        for gap in gaps:
            clock.now += gap
            pace.wait()
            begun.append(clock.now)
        for first in begun:
            assert sum(first <= one < first + 60 for one in begun) <= per_minute

    def test_the_vendors_pace_is_the_default(self, server: Server) -> None:
        own = Endpoint(target("anthropic", None, server.address), KEY)
        assert own.count("one") == FRAME + 1
        assert target("anthropic", None, None).vendor.per_minute == 100


def test_the_key_shows_nowhere(server: Server, clock: Clock) -> None:
    own = endpoint(server, clock)
    server.replies.append(failing(400, f"{KEY} and {json.dumps(KEY)}"))
    with pytest.raises(ApiError) as caught:
        own.count("one")
    shown = [repr(own), str(own), str(caught.value), repr(caught.value), caught.value.help]
    assert not any(KEY in one for one in shown)
    assert caught.value.__cause__ is None
