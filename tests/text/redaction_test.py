from __future__ import annotations

import pytest

from ctxtally.text.redaction import redacted, redacted_lines
from tests.support.timing import hold

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
    "npm": "npm_" + "a1" * 18,
    "hugging face": "hf_" + "aB" * 17,
    "stripe": "sk_live_" + "a1" * 12,
    "stripe restricted": "rk_test_" + "a1" * 12,
    "pypi": "pypi-" + "AgEIcHlwaS5vcmc" + "a-" * 30,
    "slack webhook": "hooks.slack.com/" + "services/T00000000/B00000000/" + "x1" * 12,
    "web token": "eyJ" + "a1" * 9 + ".eyJ" + "b-" * 40 + "." + "c_" * 20,
    "unsigned web token": "eyJ" + "a1" * 9 + ".eyJ" + "b" * 40 + ".",
    "bearer": "Authorization: " + "Bearer abc123def",
    "bearer without a digit": "authorization: " + "bearer " + "abcdefgh" * 3,
    "basic": "Authorization: " + "Basic bWU6aHVudGVyMg==",
    "aws secret": "AWS_SECRET_ACCESS_KEY=" + "aB/+" * 10,
    "aws secret of a file": "aws_secret_access_key = " + "aB/+" * 10,
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=list(SECRETS))
@pytest.mark.parametrize("around", ["{}", "use {} now", "key={}", "({})", "`{}`", "MY_{}"])
def test_a_secret_is_replaced_as_a_whole(secret: str, around: str) -> None:
    assert redacted(around.format(secret)) == around.format("[redacted]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://user:tok@h/x", "[redacted]h/x"),
        ("https://tok@h/x", "[redacted]h/x"),
        ("postgres://u:p@db", "[redacted]db"),
        ("a http://t@h and http://u:v@w", "a [redacted]h and [redacted]w"),
        ("postgres://u:p@ss@host/db", "[redacted]host/db"),
        ("https://user@corp.com:tok@en@host/x@y", "[redacted]host/x@y"),
        ("amqp://user@corp.com:token@host/", "[redacted]host/"),
        ("HTTPS://me:pw@host", "[redacted]host"),
        ("redis://:p/w@host", "[redacted]host"),
        ("https://:p/w@host", "[redacted]host"),
        ("postgres://u:p/w@host/db", "[redacted]host/db"),
        ("https://u:p#w?@host/", "[redacted]host/"),
        ("x_https://me:pw@host", "x_[redacted]host"),
        ("AKIA" + "Z7" * 8 + "_old", "[redacted]_old"),
        ('{"Authorization": "' + 'Bearer abc123def"}', '{"[redacted]"}'),
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
        "https://h?to=me@b.c",
        "https://h/#a:me@b.c",
        "http://localhost:PORT/@vite/client",
        "http://[::1]:80/a@b",
        "redis://localhost:6379/0@x",
        "git+ssh://git@github.com:org/repo@v1",
        "git+https://github.com/org/repo@v1#egg=x",
        '{"a":"http://h:x","b":"me@b.c"}',
        "me@b.c, you@d.e",
        "scope @org/name@1.2.3",
        "npm_config_registry and npm_lifecycle_event",
        "hf_hub_download, shelf_" + "a" * 40,
        "sk_test_split_of_the_data, risk_live_" + "a" * 30,
        "pypi-publish, pypi-AgE",
        "see hooks.slack.com/services/ for webhooks",
        "eyJ" + "a1" * 40,
        "eyJ" + "a1" * 9 + ".eyJ" + "b1" * 9,
        "eyJ" + "a1" * 9 + ".map.json",
        "Authorization: Bearer <token>",
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer authentication is used",
        "AWS_SECRET_ACCESS_KEY=${{ secrets.KEY }}",
        "AWS_SECRET_ACCESS_KEY=your-secret-access-key",
        "set AWS_SECRET_ACCESS_KEY and aws_session_token first",
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
    [
        *("sk-", "sk-ant-", "https://a:", "a://", "-----BEGIN ", "ghp_a", "xoxb-1", "AKIA", "@:/"),
        *("a://:", "a://a:a@", "redis://:p/", "http://a@", "-eyJ", "eyJ" + "a" * 14 + "."),
        *("authorization:bearer ", "Authorization: Bearer a", "pypi-AgE", "SecretAccessKey="),
    ],
)
def test_time_is_linear_in_the_length(part: str) -> None:
    """Ten times the text may take some thirty times as long, and not a hundred times."""

    small, large = ((part * length)[:length] + "://" for length in (10_000, 100_000))
    hold(lambda: redacted(small), lambda: redacted(large), at_most=30)
