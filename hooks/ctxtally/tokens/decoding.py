"""The text that is counted for a blob, or why it cannot be measured."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import Literal

    Reason = Literal["lfs-pointer", "utf-16", "nul-byte", "not-utf-8"]

REASONS: tuple[Reason, ...] = ("lfs-pointer", "utf-16", "nul-byte", "not-utf-8")

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The longer marks first: UTF-32 LE begins as UTF-16 LE does.
_WIDE_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32 LE"),
    (b"\0\0\xfe\xff", "UTF-32 BE"),
    (b"\xff\xfe", "UTF-16 LE"),
    (b"\xfe\xff", "UTF-16 BE"),
)
# git-lfs, docs/spec.md: the version line comes first, and a pointer has less than 1024 bytes.
_LFS_VERSION = b"version https://git-lfs.github.com/spec/v1\n"
_LFS_BELOW_BYTES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasurable:
    """Why a file has no count: a rule id for its finding, what was found, and what to do."""

    rule: Reason
    message: str
    help: str


def decode(raw: bytes) -> str | Unmeasurable:
    r"""Return the text of a blob, byte-order mark dropped and CRLF read as LF.

    A carriage return alone stays. Bytes are never replaced: what is not UTF-8 has no count.

    >>> decode(b"\xef\xbb\xbfone\r\ntwo\r")
    'one\ntwo\r'
    """
    unusable = _lfs_pointer(raw) or _wide(raw) or _nul(raw)
    if unusable:
        return unusable
    body = raw.removeprefix(BYTE_ORDER_MARK)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        return _not_utf_8(raw, error.start + len(raw) - len(body))
    return text.replace("\r\n", "\n")


def _lfs_pointer(raw: bytes) -> Unmeasurable | None:
    if len(raw) >= _LFS_BELOW_BYTES or not raw.startswith(_LFS_VERSION):
        return None
    return Unmeasurable(
        rule="lfs-pointer",
        message="a git-lfs pointer, so its content is not in git",
        help="keep files that agents read out of git-lfs: `git lfs untrack`, then add it again",
    )


def _wide(raw: bytes) -> Unmeasurable | None:
    for mark, name in _WIDE_MARKS:
        if raw.startswith(mark):
            return Unmeasurable(
                rule="utf-16",
                message=f"not UTF-8: it begins with the byte-order mark of {name}",
                help="save it as UTF-8",
            )
    return None


def _nul(raw: bytes) -> Unmeasurable | None:
    at = raw.find(b"\0")
    if at < 0:
        return None
    return Unmeasurable(
        rule="nul-byte",
        message=f"not UTF-8 text: {_place(raw, at)} is NUL",
        help="remove the NUL, or save the file as UTF-8 if it is UTF-16 or binary",
    )


def _not_utf_8(raw: bytes, at: int) -> Unmeasurable:
    return Unmeasurable(
        rule="not-utf-8",
        message=f"not UTF-8: {_place(raw, at)} is 0x{raw[at]:02X}",
        help="save it as UTF-8",
    )


def _place(raw: bytes, at: int) -> str:
    line = raw.count(b"\n", 0, at) + 1
    return f"byte {at:,} (line {line:,})"
