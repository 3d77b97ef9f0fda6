from __future__ import annotations

import pytest

from ctxtally.model.category_rule import CategoryRule
from ctxtally.model.usage import Usage
from ctxtally.usage.categories import NAMES, category, category_of

RULES = (
    CategoryRule(name="deploy", patterns=("deploy *", "*terraform*")),
    CategoryRule(name="late", patterns=("*",)),
)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        # What the guide of the monitor says of its categories.
        ("read MANIFEST.json", "manifest"),
        ("load context modules", "context"),
        ("read existing posts", "blog"),
        ("write post content", "blog"),
        ("run python script", "scripts"),
        ("run build.py", "scripts"),
        ("pre-commit checks", "validation"),
        ("verify links", "validation"),
        ("git push", "git"),
        ("commit and push", "git"),
        ("read documentation", "docs"),
        ("read docs/setup.md", "docs"),
        ("think", "other"),
        ("", "other"),
        # What substrings put elsewhere.
        ("load CLAUDE.md", "context"),
        ("read AGENTS.md", "context"),
        ("load INDEX.yaml", "context"),
        ("load blog-writing + humanization-standards", "context"),
        ("checkout branch", "git"),
        ("post-commit refresh", "git"),
        ("POST /api/users", "other"),
        ("POST https://example.org/blog", "other"),
        ("digital signature", "other"),
        ("legitimate edit", "other"),
        ("description update", "other"),
        ("compost heap", "other"),
        ("update the registry", "manifest"),
        ("reload modules", "context"),
        ("upload", "other"),
        ("commitment", "other"),
        ("check_links", "validation"),
        ("validate MANIFEST.json", "manifest"),
    ],
)
def test_the_category_of_an_operation(operation: str, expected: str) -> None:
    assert category(operation) == expected
    assert expected in NAMES


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("deploy to eu", "deploy"),
        ("DEPLOY to eu", "deploy"),
        ("apply Terraform plan for docs", "deploy"),
        ("redeploy to eu", "late"),
        ("deploy", "late"),
        ("line\nfeed", "late"),
    ],
)
def test_rules_go_first_and_in_their_order(operation: str, expected: str) -> None:
    assert category(operation, RULES) == expected
    assert category(operation, RULES[:1]) in {expected, "docs", "other"}


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(id="1", operation="read a.md", category="mine"), "mine"),
        (Usage(id="1", operation="deploy x", category="git"), "git"),
        (Usage(operation="deploy x", category="git"), "deploy"),
        (Usage(operation="read CLAUDE.md", category="docs"), "context"),
        (Usage(operation="read CLAUDE.md", category="billing"), "billing"),
        (Usage(operation="read a.md"), "docs"),
        (Usage(category="docs"), "docs"),
        (Usage(), ""),
    ],
)
def test_the_category_of_a_record(usage: Usage, expected: str) -> None:
    assert category_of(usage, RULES[:1]) == expected


def test_a_long_name_takes_no_time() -> None:
    rules = (CategoryRule(name="x", patterns=("*a" * 30 + "b",)),)
    assert category("a" * 1_000_000, rules) == "other"
