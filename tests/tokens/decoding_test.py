from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.tokens.decoding import Unmeasurable, decode
from tests.support.data import DEV, needs_dev

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    b"size 12345\n"
)
TRACKED_BY_LFS = "keep files that agents read out of git-lfs: `git lfs untrack`, then add it again"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param(b"# Rules\n", "# Rules\n", id="plain"),
        pytest.param(b"\xef\xbb\xbf# Rules\n", "# Rules\n", id="byte-order mark dropped"),
        pytest.param(b"\xef\xbb\xbf", "", id="a byte-order mark alone"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbfx", "\ufeffx", id="only one of two"),
        pytest.param(b"a\r\nb\r\n", "a\nb\n", id="CRLF is LF"),
        pytest.param(b"a\rb\r\r\n", "a\rb\r\n", id="CR alone stays"),
        pytest.param("日本語 🌍\n".encode(), "日本語 🌍\n", id="UTF-8"),
        pytest.param(b"\x01\x1b\x7f", "\x01\x1b\x7f", id="control characters are text"),
        pytest.param(
            b"see version https://git-lfs\n", "see version https://git-lfs\n", id="lfs prose"
        ),
        pytest.param(
            POINTER + b"x" * (1024 - len(POINTER)),
            POINTER.decode() + "x" * (1024 - len(POINTER)),
            id="too long for a pointer",
        ),
    ],
)
def test_text(raw: bytes, text: str) -> None:
    assert decode(raw) == text


@pytest.mark.parametrize(
    ("raw", "rule", "message", "help_"),
    [
        pytest.param(
            b"caf\xe9\n",
            "not-utf-8",
            "not UTF-8: byte 3 (line 1) is 0xE9",
            "save it as UTF-8",
            id="latin-1",
        ),
        pytest.param(
            b"one\ntwo \xff",
            "not-utf-8",
            "not UTF-8: byte 8 (line 2) is 0xFF",
            "save it as UTF-8",
            id="the line is named",
        ),
        pytest.param(
            b"\xef\xbb\xbfab\xe9",
            "not-utf-8",
            "not UTF-8: byte 5 (line 1) is 0xE9",
            "save it as UTF-8",
            id="the byte-order mark counts",
        ),
        pytest.param(
            "日本".encode()[:-1],
            "not-utf-8",
            "not UTF-8: byte 3 (line 1) is 0xE6",
            "save it as UTF-8",
            id="cut inside a character",
        ),
        pytest.param(
            b"\xed\xa0\x80",
            "not-utf-8",
            "not UTF-8: byte 0 (line 1) is 0xED",
            "save it as UTF-8",
            id="a surrogate",
        ),
        pytest.param(
            b"\n" * 1_500 + b"\x80",
            "not-utf-8",
            "not UTF-8: byte 1,500 (line 1,501) is 0x80",
            "save it as UTF-8",
            id="thousands are separated",
        ),
        pytest.param(
            "\ufeff# Rules".encode("utf-16-le"),
            "utf-16",
            "not UTF-8: it begins with the byte-order mark of UTF-16 LE",
            "save it as UTF-8",
            id="UTF-16 LE",
        ),
        pytest.param(
            "\ufeff# Rules".encode("utf-16-be"),
            "utf-16",
            "not UTF-8: it begins with the byte-order mark of UTF-16 BE",
            "save it as UTF-8",
            id="UTF-16 BE",
        ),
        pytest.param(
            "\ufeff# Rules".encode("utf-32-le"),
            "utf-16",
            "not UTF-8: it begins with the byte-order mark of UTF-32 LE",
            "save it as UTF-8",
            id="UTF-32 LE",
        ),
        pytest.param(
            "\ufeff# Rules".encode("utf-32-be"),
            "utf-16",
            "not UTF-8: it begins with the byte-order mark of UTF-32 BE",
            "save it as UTF-8",
            id="UTF-32 BE",
        ),
        pytest.param(
            b"text\n\0more",
            "nul-byte",
            "not UTF-8 text: byte 5 (line 2) is NUL",
            "remove the NUL, or save the file as UTF-8 if it is UTF-16 or binary",
            id="NUL inside",
        ),
        pytest.param(
            "# Rules".encode("utf-16-le"),
            "nul-byte",
            "not UTF-8 text: byte 1 (line 1) is NUL",
            "remove the NUL, or save the file as UTF-8 if it is UTF-16 or binary",
            id="UTF-16 without a mark",
        ),
        pytest.param(
            POINTER,
            "lfs-pointer",
            "a git-lfs pointer, so its content is not in git",
            TRACKED_BY_LFS,
            id="git-lfs",
        ),
    ],
)
def test_what_cannot_be_measured(raw: bytes, rule: str, message: str, help_: str) -> None:
    found = decode(raw)
    assert isinstance(found, Unmeasurable)
    assert (found.rule, found.message, found.help) == (rule, message, help_)


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff")))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(b"\xef\xbb\xbf" + text.encode()) == text
    assert decode(text.replace("\n", "\r\n").encode()) == text


@given(raw=st.binary(max_size=80))
def test_bytes_are_text_or_a_reason(raw: bytes) -> None:
    found = decode(raw)
    if isinstance(found, str):
        assert "\0" not in found
        assert "\ufffd" not in found or b"\xef\xbf\xbd" in raw
    else:
        assert found.message
        assert found.help


@needs_dev
def test_real_files() -> None:
    found = {path.name: decode(path.read_bytes()) for path in (DEV / "encodings").iterdir()}
    reasons = {name: x.rule for name, x in found.items() if isinstance(x, Unmeasurable)}
    assert reasons == {
        "nul-inside.CLAUDE.md": "nul-byte",
        "utf16le.AGENTS.md": "utf-16",
        "cp932.AGENTS.md": "not-utf-8",
        "truncated-utf8.AGENTS.md": "not-utf-8",
    }
    assert found["bom.CLAUDE.md"] == found["plain.CLAUDE.md"] == found["crlf.CLAUDE.md"]
