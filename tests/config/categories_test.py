from __future__ import annotations

import pytest

from ctxtally.config.reader import basics, parse
from ctxtally.errors import ConfigError
from ctxtally.model.category_rule import CategoryRule

BOTH = """\
[[category]]
name = "deployment"
patterns = ["deploy *", "*terraform*"]

[[category]]
name = "docs"
patterns = ["translate *"]
"""


def test_rules_in_their_order() -> None:
    found = basics(BOTH.encode(), "ctxtally.toml")
    assert found is not None
    assert found.categories == (
        CategoryRule(name="deployment", patterns=("deploy *", "*terraform*")),
        CategoryRule(name="docs", patterns=("translate *",)),
    )


def test_without_any() -> None:
    found = basics(b"", "ctxtally.toml")
    assert found is not None
    assert found.categories == ()


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        (
            '[[category]]\npatterns = ["a"]\n',
            "1:3: [[category]] has no `name`",
            'add `name = "..."`',
        ),
        (
            '[[category]]\nname = "a"\n',
            "1:3: [[category]] has no `patterns`",
            'add `patterns = ["deploy *", "*terraform*"]`',
        ),
        (
            '[[category]]\nname = " a"\npatterns = ["a"]\n',
            '2:1: `name` cannot be " a": it is printed in tables',
            'write `name = "deployment"`',
        ),
        (
            '[[category]]\nname = "a\\u001b[1m"\npatterns = ["a"]\n',
            '2:1: `name` cannot be "a\\x1b[1m": it is printed in tables',
            'write `name = "deployment"`',
        ),
        (
            '[[category]]\nname = "a"\npattern = ["a"]\n',
            "3:1: `pattern` is not a key of [[category]]",
            "did you mean `patterns`?",
        ),
        (
            '[[category]]\nname = "a"\npatterns = []\n',
            "3:1: `patterns` is empty",
            "fill it in, or leave out `patterns`",
        ),
    ],
)
def test_mistakes_are_told_by_every_command(text: str, message: str, way_out: str) -> None:
    for read in (basics, lambda data, name: parse(data, name, agents=())):
        with pytest.raises(ConfigError) as caught:
            read(text.encode(), "ctxtally.toml")
        assert (str(caught.value), caught.value.help) == (f"ctxtally.toml:{message}", way_out)
