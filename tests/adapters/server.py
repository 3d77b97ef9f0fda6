"""A count endpoint on this machine: answers as it is told to, else with a count of its own."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ctxtally.model.record import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = 6
KEY = "sk-secret-0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`raw` bytes go out in place of a whole HTTP answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - a test knows what was sent
        return json.loads(self.body)


class Server:
    """`replies` are given first, in their order; `got` is what was asked."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.host = address.removeprefix("http://")
        self.replies: list[Reply] = []
        self.got: list[Got] = []

    def texts(self) -> list[str]:
        return [_text(one.body) for one in self.got]

    def answer(self, got: Got) -> Reply:
        self.got.append(got)
        return self.replies.pop(0) if self.replies else counting(_text(got.body))


def counting(text: str) -> Reply:
    """Answer with a token for each word and the frame."""
    return Reply(body=json.dumps({"input_tokens": FRAME + len(text.split())}).encode())


def failing(status: int, message: str = "", **headers: str) -> Reply:
    error = {"type": "error", "error": {"type": "some_error", "message": message}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, body=json.dumps(error).encode(), headers=named)


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.reply(self.rfile.read(length))

        def do_CONNECT(self) -> None:
            self.reply(b"")

        def reply(self, body: bytes) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            got = Got(method=self.command, path=self.path, headers=headers, body=body)
            reply = server.answer(got)
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{listener.server_address[1]}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _text(body: bytes) -> str:
    found = json.loads(body)
    return str(found["input"] if "input" in found else found["messages"][0]["content"])
