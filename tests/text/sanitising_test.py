from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.text.sanitising import code, line, path

TOKEN = "ghp_" + "a1" * 18


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("fix: plain", "fix: plain", id="plain"),
        pytest.param("a\tb\n\nc \u3000 d", "a b c d", id="white space"),
        pytest.param("\x1b[31mred\x1b]52;c;x\x07", "[31mred]52;c;x", id="escape sequences"),
        pytest.param("a\u202eb\u200bc\ufeffd\u2028e", "abcd e", id="bidi and zero width"),
        pytest.param("a\U000e0041\U000e0100\ufe0f\u034f\u3164b", "ab", id="drawn as nothing"),
        pytest.param("<!-- handoff:auto:end -->", "&lt;!-- handoff:auto:end --&gt;", id="comment"),
        pytest.param("<\u200b!-- x", "&lt;!-- x", id="a comment behind an invisible one"),
        pytest.param("@/etc/passwd and @x", "(at)/etc/passwd and (at)x", id="imports"),
        pytest.param("me@example.org", "me@example.org", id="an address"),
        pytest.param("#[[file:x]]", "# [[file:x]]", id="an import of Kiro"),
        pytest.param(f"add {TOKEN}", "add [redacted]", id="a secret"),
        pytest.param("a" * 101, "a" * 97 + "...", id="long"),
        pytest.param("\ud800x", "x", id="half a character"),
        pytest.param("日本語 ё", "日本語 ё", id="other scripts"),
    ],
)
def test_a_line(text: str, expected: str) -> None:
    assert line(text) == expected


def test_b09_redact_before_cut() -> None:
    found = line("x" * 80 + " " + TOKEN)
    assert found == "x" * 80 + " [redacted]"
    for begin in range(4, len(TOKEN)):
        assert TOKEN[:begin] not in found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b c.md", "a/b c.md"),
        ("a\nb\x1b.md", "a\\nb\\x1b.md"),
        ("\udcff.md", "\\udcff.md"),
        ("@AGENTS.md", "(at)AGENTS.md"),
        ("d/" + "x" * 200, "d/" + "x" * 115 + "..."),
    ],
)
def test_a_path(name: str, expected: str) -> None:
    assert path(name) == expected


@given(st.text(max_size=300))
def test_nothing_that_acts_is_left(text: str) -> None:
    found = line(text)
    assert len(found) <= 100 + 3 * found.count("&")  # an entity is longer than its character
    assert "\n" not in found
    assert not any(
        unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") for char in found
    )
    assert "<!--" not in found
    assert "-->" not in found
    assert not re.search(r"(?:^|[^\w])@\S", found)
    assert "#[[" not in found


@given(st.text(alphabet="`a \\", min_size=0, max_size=30))
def test_a_code_span_holds_its_text(text: str) -> None:
    """What CommonMark 6.1 reads back: as long a fence, one blank taken from both ends."""
    span = code(text)
    fence = re.match("`+", span)
    assert fence
    assert span.endswith(fence[0])
    inside = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inside)
    if text.strip():
        stripped = inside[1:-1] if inside[0] == inside[-1] == " " else inside
        assert stripped in (text, text[1:-1])
