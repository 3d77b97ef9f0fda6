from __future__ import annotations

import time

import pytest

from ctxtally.text.redaction import redacted, redacted_lines

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "aws": "AKIA" + "Z7" * 8,
    "aws session": "ASIA" + "B2" * 8,
    "github": "ghp_" + "a1" * 18,
    "github server": "ghs_" + "a1" * 18,
    "github fine": "github_pat_" + "a1" * 11,
    "gitlab": "glpat-" + "a1" * 10,
    "anthropic": "sk-ant-api03-" + "a" * 93 + "AA",
    "openai project": "sk-proj-" + "a_" * 10,
    "openai": "sk-" + "a1" * 10,
    "slack": "xoxb-" + "1234567890-abc",
    "google": "AIza" + "a" * 35,
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=list(SECRETS))
@pytest.mark.parametrize("around", ["{}", "use {} now", "key={}", "({})", "`{}`"])
def test_a_secret_is_replaced_as_a_whole(secret: str, around: str) -> None:
    assert redacted(around.format(secret)) == around.format("[redacted]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://user:tok@h/x", "[redacted]h/x"),
        ("https://tok@h/x", "[redacted]h/x"),
        ("postgres://u:p@db", "[redacted]db"),
        ("a http://t@h and http://u:v@w", "a [redacted]h and [redacted]w"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nMII\n-----END", "[redacted]"),
        ("x -----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3B", "x [redacted]"),
        ("-----BEGIN " + "PRIVATE KEY-----", "[redacted]"),
    ],
)
def test_urls_and_private_keys(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AKIA alone",
        "mention ghp_ prefix",
        "desk-ant-" + "a" * 30,
        "sk-learn-based-estimator-refactoring",
        "task-force-of-people-who-count-things",
        "skip-ci",
        "ssh://git@h/x",
        "git@h:o/r.git",
        "http://h:80/a@b",
        "https://h/c?x=1 and me@b.c",
        "https://example.org/path",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_key_takes_no_other_line_with_it() -> None:
    text = "one\n-----BEGIN " + "PRIVATE KEY-----\ntwo https://t@h/\nthree"
    assert redacted_lines(text) == "one\n[redacted]\ntwo [redacted]h/\nthree"
    assert redacted_lines("one\ntwo") == "one\ntwo"


@pytest.mark.parametrize(
    "part",
    ["sk-", "sk-ant-", "https://a:", "a://", "-----BEGIN ", "ghp_a", "xoxb-1", "AKIA", "@:/"],
)
def test_time_is_linear_in_the_length(part: str) -> None:
    """Ten times the text may take some thirty times as long, and not a hundred times."""

    def took(length: int) -> float:
        text = (part * length)[:length] + "://"
        best = []
        for _ in range(5):
            began = time.process_time()
            redacted(text)
            best.append(time.process_time() - began)
        return min(best)

    assert took(100_000) < 30 * max(took(10_000), 1e-4)
