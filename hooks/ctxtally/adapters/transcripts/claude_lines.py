"""The members of a line of Claude Code that tell of its response; all others are never parsed."""

from __future__ import annotations

from typing import Any

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder
from msgspec.structs import asdict

from ctxtally.adapters.json_objects import line_objects
from ctxtally.adapters.transcripts.values import USUAL

# How ids begin that the provider gave: no two responses have the same.
_GIVEN = "msg_"
_NONE = Raw(b"null")


class _Message(Struct):
    """Names are those of the line here, and below."""

    id: Any = None
    role: Any = None
    model: Any = None
    stop_reason: Any = None
    usage: Raw = _NONE


class _Line(Struct):
    message: _Message
    type: Any = None
    subtype: Any = None
    uuid: Any = None
    timestamp: Any = None
    cwd: Any = None
    requestId: Any = None  # noqa: N815
    sessionId: Any = None  # noqa: N815
    gitBranch: Any = None  # noqa: N815
    isSidechain: Any = None  # noqa: N815


class ClaudeLines:
    """Takes lines in their order; most responses are told in several that say the same."""

    def __init__(self) -> None:
        self._line = Decoder(_Line).decode
        self._usage = Decoder().decode
        self._whole = line_objects(many=True)
        self._before: tuple[object, ...] = ()
        self._when: object = None

    def parse(self, content: bytes) -> dict[str, Any] | None:
        """Return what a line tells, `None` where it holds no object.

        It is no more than when, where a response is told as in the line before. A line of another
        shape is parsed as a whole.
        """
        try:
            line = self._line(content)
            message = line.message
            used = bytes(message.usage)
            told = (
                *(message.id, used, message.stop_reason, message.model, message.role),
                *(line.sessionId, line.isSidechain, line.subtype, line.type),
                *(line.cwd, line.gitBranch),
            )
            if (
                told == self._before
                and str(message.id).startswith(_GIVEN)
                and _follows(line.timestamp, self._when)
            ):
                return {"timestamp": line.timestamp}
            self._before, self._when = told, line.timestamp
            usage = self._usage(used)
        except (MsgspecError, ValueError, RecursionError):
            return self._whole(content)
        return asdict(line) | {"message": asdict(message) | {"usage": usage}}


def _follows(when: object, before: object) -> bool:
    """Say whether a time is not before another one, both written as Claude Code writes them."""
    if not isinstance(when, str) or not isinstance(before, str):
        return False
    return len(when) == len(before) == USUAL and before <= when and before[-1] == when[-1] == "Z"
