"""What kind of work an operation is, by the words of its name."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.category_rule import CategoryRule
    from ctxtally.model.usage import Usage

OTHER = "other"

# In this order, and the first that fits is taken. A word counts only as a whole: `post` is not in
# `compost`, and `git` not in `legit`.
_WORDS = (
    ("manifest", r"manifests?|registry|registries"),
    (
        "context",
        r"contexts?|modules?|(?:claude|claude\.local|agents|gemini|skill)\.md|index\.ya?ml",
    ),
    ("blog", r"blogs?|posts?|articles?|writing"),
    ("scripts", r"scripts?|python[0-9.]*|[\w-]+\.py|py"),
    (
        "validation",
        r"validat(?:e|es|ed|ing|ion|or)|check(?:s|ed|ing)?|verif(?:y|ies|ied|ying|ication)",
    ),
    (
        "git",
        r"git|commits?|committed|committing|push(?:es|ed|ing)?|checkout|branch(?:es)?|merges?|rebases?",
    ),
    ("docs", r"docs?|documentation|[\w-]+\.md|md"),
)
NAMES = (*(name for name, _ in _WORDS), OTHER)
_COMPILED = tuple(
    (name, re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")) for name, words in _WORDS
)
# What tells more than the words in it: hooks of git, requests, and modules that are loaded by name.
_REQUEST = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) +(?:/|https?://)")
_HOOK = re.compile(r"(?<![a-z0-9])(pre|post)-(?:commit|merge|push|checkout|rewrite|receive|rebase)")
_LOAD = re.compile(r"(?:re)?load(?:s|ed|ing)? ")
# A rule or a name is no longer; what follows changes nothing.
_LONGEST = 1_000


def category(operation: str, rules: Sequence[CategoryRule] = ()) -> str:
    """Return the category of an operation: by the first of `rules` that matches, else by its words.

    >>> category("read MANIFEST.json"), category("load blog-writing"), category("checkout branch")
    ('manifest', 'context', 'git')
    """
    return _ruled(operation, tuple(rules)) or _worded(operation[:_LONGEST])


def category_of(usage: Usage, rules: Sequence[CategoryRule] = ()) -> str:
    """Return the category of a record, empty where nothing tells it.

    What somebody said with an event goes first, then `rules`. The category in a record of another
    program stays where it is one of its own; where it is one of ours, it was guessed from parts of
    words, and the words of the operation tell it better.
    """
    if usage.category and usage.id:
        return usage.category
    ruled = _ruled(usage.operation, tuple(rules)) if usage.operation else ""
    if ruled:
        return ruled
    if usage.category and (usage.category not in NAMES or not usage.operation):
        return usage.category
    return _worded(usage.operation[:_LONGEST]) if usage.operation else ""


@lru_cache(maxsize=4096)
def _ruled(operation: str, rules: tuple[CategoryRule, ...]) -> str:
    folded = operation[:_LONGEST].casefold()
    for rule in rules:
        if any(_pattern(one).fullmatch(folded) for one in rule.patterns):
            return rule.name
    return ""


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern.casefold()))


@lru_cache(maxsize=4096)
def _worded(operation: str) -> str:
    if _REQUEST.match(operation):
        return OTHER
    folded = operation.lower()
    before = next((name for name, words in _COMPILED[:2] if words.search(folded)), "")
    if before:
        return before
    if _LOAD.match(folded):
        return "context"
    hook = _HOOK.search(folded)
    if hook:
        return "validation" if hook[1] == "pre" else "git"
    return next((name for name, words in _COMPILED[2:] if words.search(folded)), OTHER)
