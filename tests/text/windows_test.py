"""`[window]` of a configuration: what it may say, and what is refused."""

from __future__ import annotations

import pytest

from ctxtally.config import reader
from ctxtally.errors import ConfigError
from ctxtally.model.basics import Basics
from ctxtally.model.measurement import WindowSettings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", WindowSettings(), id="nothing"),
        pytest.param("[window]\n", WindowSettings(), id="an empty table"),
        pytest.param(
            '[window]\nlimit = "200k"\nwarn = "60%"\nthreshold = "75.5%"\n',
            WindowSettings(limit=200_000, warn=0.6, threshold=0.755),
            id="all",
        ),
        pytest.param(
            '[window]\nlimit = 128000\nwarn = "80%"\nthreshold = "80%"\n',
            WindowSettings(limit=128_000, warn=0.8, threshold=0.8),
            id="equal levels",
        ),
        pytest.param('[window]\nthreshold = "100%"\n', WindowSettings(threshold=1.0), id="whole"),
    ],
)
def test_what_it_says(text: str, expected: WindowSettings) -> None:
    data = text.encode()
    assert reader.parse(data, "ctxtally.toml", agents=()).window == expected
    assert reader.basics(data, "ctxtally.toml") == Basics(window=expected)


@pytest.mark.parametrize(
    ("line", "message", "way_out"),
    [
        (
            'limit = "5% of 200k"',
            '`limit` cannot be "5% of 200k": a window holds a number of tokens',
            'write `limit = "200k"`',
        ),
        (
            'limit = "32 KiB"',
            '`limit` cannot be "32 KiB": a window holds a number of tokens',
            'write `limit = "200k"`',
        ),
        (
            "limit = 0",
            '`limit` cannot be "0": a window holds a number of tokens',
            'write `limit = "200k"`',
        ),
        (
            'limit = "lots"',
            '`limit` cannot be "lots": it does not begin with a number',
            'write `limit = "200k"`',
        ),
        (
            "threshold = 0.8",
            "`threshold` cannot be 0.8: it is neither a whole number nor a string",
            'write `threshold = "80%"`',
        ),
        (
            "warn = 70",
            '`warn` cannot be "70": it is a share of the window',
            'write `warn = "80%"`',
        ),
        (
            'threshold = "101%"',
            '`threshold` cannot be "101%": it is a share of the window',
            'write `threshold = "80%"`',
        ),
        (
            'warn = "0%"',
            '`warn` cannot be "0%": it is a share of the window',
            'write `warn = "80%"`',
        ),
        (
            'threshold = "80% of 200k"',
            '`threshold` cannot be "80% of 200k": it is a share of the window',
            'write `threshold = "80%"`',
        ),
        (
            'warn = "90%"\nthreshold = "80%"',
            '`warn` is above `threshold`: "90%", "80%"',
            "lower `warn`, or raise `threshold`",
        ),
        ('treshold = "80%"', "`treshold` is not a key of [window]", "did you mean `threshold`?"),
    ],
)
def test_refused(line: str, message: str, way_out: str) -> None:
    for read in (reader.basics, lambda data, name: reader.parse(data, name, agents=())):
        with pytest.raises(ConfigError) as caught:
            read(f"[window]\n{line}\n".encode(), "ctxtally.toml")
        assert (str(caught.value), caught.value.help) == (f"ctxtally.toml:2:1: {message}", way_out)


def test_a_pyproject_of_somebody_else() -> None:
    assert reader.basics(b"[tool.other]\nx = 1\n", "pyproject.toml") is None
