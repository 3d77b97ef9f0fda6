from __future__ import annotations

import pytest

from ctxtally.adapters.vendors import VENDORS, key, target
from ctxtally.errors import UserError
from tests.adapters.server import KEY

WAY_OUT = "give an address such as https://gateway.example; http only on this machine"


@pytest.mark.parametrize(
    ("name", "url", "cache_key"),
    [
        pytest.param(
            "anthropic",
            "https://api.anthropic.com/v1/messages/count_tokens",
            "api-anthropic-claude-opus-5@2023-06-01",
            id="anthropic",
        ),
        pytest.param(
            "openai",
            "https://api.openai.com/v1/responses/input_tokens",
            "api-openai-gpt-5@v1",
            id="openai",
        ),
    ],
)
def test_the_vendors_own_address(name: str, url: str, cache_key: str) -> None:
    found = target(name, None, None)
    assert (found.url, found.cache_key) == (url, cache_key)
    assert found.frame_key == f"frame-{cache_key}"
    assert found.host == url.split("/")[2]


@pytest.mark.parametrize(
    ("base", "url", "suffix"),
    [
        ("https://gateway.example", "https://gateway.example", "+gateway.example"),
        ("https://gateway.example/a/", "https://gateway.example/a", "+gateway.example"),
        ("https://gateway.example:8443", "https://gateway.example:8443", "+gateway.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80", "+127.0.0.1:80"),
        ("http://localhost", "http://localhost", "+localhost"),
        ("http://[::1]:80", "http://[::1]:80", "+[::1]:80"),
        ("https://api.anthropic.com/", "https://api.anthropic.com", ""),
    ],
)
def test_another_address_has_counts_of_its_own(base: str, url: str, suffix: str) -> None:
    found = target("anthropic", "claude-haiku-4-5", base)
    assert found.url == f"{url}/v1/messages/count_tokens"
    assert found.cache_key == f"api-anthropic-claude-haiku-4-5@2023-06-01{suffix}"


@pytest.mark.parametrize(
    ("base", "told"),
    [
        pytest.param(
            "http://gateway.example",
            '"http://gateway.example" is not used: your key and your files would go there '
            "unencrypted",
            id="http to another machine",
        ),
        pytest.param(
            "http://localhost.example",
            '"http://localhost.example" is not used: your key and your files would go there '
            "unencrypted",
            id="a name that only begins like this machine's",
        ),
        pytest.param(
            "file://localhost/etc",
            '"file://localhost/etc" is not used: your key and your files would go there '
            "unencrypted",
            id="another scheme",
        ),
        pytest.param(
            "https://me:word@gateway.example",
            '"...@gateway.example" is not used: it holds a name or a password',
            id="a password, which is not repeated",
        ),
        pytest.param(
            "https://127.0.0.1@gateway.example",
            '"...@gateway.example" is not used: it holds a name or a password',
            id="a host before an at sign",
        ),
        pytest.param(
            "https://gateway.example?a=b",
            '"https://gateway.example?a=b" is not used: it has a query or a fragment',
            id="a query",
        ),
        pytest.param(
            "https://gateway.example#a",
            '"https://gateway.example#a" is not used: it has a query or a fragment',
            id="a fragment",
        ),
        pytest.param(
            "gateway.example",
            '"gateway.example" is not used: not the address of a host',
            id="no scheme",
        ),
        pytest.param(
            "https://gate way",
            '"https://gate way" is not used: not the address of a host',
            id="white space",
        ),
        pytest.param(
            "https://gateway.example:port",
            '"https://gateway.example:port" is not used: Port could not be cast to integer value '
            "as 'port'",
            id="no port",
        ),
        pytest.param(
            "https://[::1",
            '"https://[::1" is not used: Invalid IPv6 URL',
            id="half an address",
        ),
    ],
)
def test_an_address_that_is_not_used(base: str, told: str) -> None:
    with pytest.raises(UserError) as caught:
        target("anthropic", None, base)
    assert (str(caught.value), caught.value.help) == (f"--endpoint {told}", WAY_OUT)


@pytest.mark.parametrize("model", ["gpt-4o", "ft:gpt-4o:org::id", "openai/gpt-5.1", "o3"])
def test_a_model(model: str) -> None:
    assert target("openai", model, None).cache_key == f"api-openai-{model}@v1"


@pytest.mark.parametrize("model", ["", "a b", "a\nb", "-a", "@", "\u00e9", "a" * 129])
def test_no_model(model: str) -> None:
    with pytest.raises(UserError, match="is not the name of a model") as caught:
        target("openai", model, None)
    assert caught.value.help == "write it as the vendor does, such as gpt-5"


def test_keys() -> None:
    vendor = VENDORS["anthropic"]
    environment = {"ANTHROPIC_API_KEY": f" {KEY}\n", "OPENAI_API_KEY": "other"}
    assert key(vendor, environment) == KEY
    assert key(VENDORS["openai"], environment) == "other"


@pytest.mark.parametrize(
    ("environment", "told", "way_out"),
    [
        pytest.param(
            {"OPENAI_API_KEY": KEY, "ANTHROPIC_AUTH_TOKEN": KEY},
            "ANTHROPIC_API_KEY is not set",
            "set it to an API key of your own; anthropic wants one to count",
            id="only other variables",
        ),
        pytest.param(
            {"ANTHROPIC_API_KEY": " \n"},
            "ANTHROPIC_API_KEY is not set",
            "set it to an API key of your own; anthropic wants one to count",
            id="empty",
        ),
        pytest.param(
            {"ANTHROPIC_API_KEY": f"{KEY}\r\nX-Other: 1"},
            "ANTHROPIC_API_KEY holds a character that no key has",
            "set it to the key alone, without spaces, line feeds or quotes",
            id="a second header",
        ),
        pytest.param(
            {"ANTHROPIC_API_KEY": f"\u201c{KEY}\u201d"},
            "ANTHROPIC_API_KEY holds a character that no key has",
            "set it to the key alone, without spaces, line feeds or quotes",
            id="typographic quotes",
        ),
    ],
)
def test_no_key(environment: dict[str, str], told: str, way_out: str) -> None:
    with pytest.raises(UserError) as caught:
        key(VENDORS["anthropic"], environment)
    assert (str(caught.value), caught.value.help) == (told, way_out)
