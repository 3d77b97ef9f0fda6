"""Some fifty context files that break no budget, made of the words of our own documents."""

from __future__ import annotations

from functools import cache
from random import Random

from ctxtally.tokens.counters import counter
from tests.support.data import CHECKOUT

# A context file that each round of "one changed file" changes.
CHANGED = "AGENTS.md"
# A budget of the repository's own, so that its configuration is read.
CONFIGURATION = """\
[[budget]]
name = "root"
paths = ["AGENTS.md"]
max = "4,000 tokens"
"""
_INDEX = """\
categories:
  core:
    modules:
"""
_MODULE = """\
      - name: module-{number}
        file: docs/modules/module-{number}.md
        estimated_tokens: {tokens}
"""


def context_files() -> dict[str, str]:
    """Return texts by path: agents' files, skills, rules, modules with their index."""
    files = {CHANGED: document(CHANGED, 10_240), "CLAUDE.md": f"@{CHANGED}\n"}
    for number in range(12):
        files[f"packages/part-{number}/AGENTS.md"] = document(f"part {number}", 3_000)
    for number in range(12):
        head = f"---\nname: skill-{number}\ndescription: What to do in case {number}.\n---\n"
        text = document(f"skill {number}", 4_000)
        files[f".claude/skills/skill-{number}/SKILL.md"] = head + text
    for number in range(10):
        head = f'---\npaths: ["packages/part-{number}/**"]\n---\n'
        files[f".claude/rules/rule-{number}.md"] = head + document(f"rule {number}", 1_500)
    index = _INDEX
    for number in range(10):
        text = document(f"module {number}", 2_500)
        files[f"docs/modules/module-{number}.md"] = text
        index += _MODULE.format(number=number, tokens=counter().count(text))
    return files | {"docs/INDEX.yaml": index, "ctxtally.toml": CONFIGURATION}


def document(title: str, size: int) -> str:
    """Return `size` characters of Markdown, the same for the same title."""
    chosen = Random(title)  # noqa: S311 - a text, not a secret
    text = f"# {title}\n\n"
    while len(text) < size:
        text += chosen.choice(_paragraphs()) + "\n\n"
    return text[: size - 1] + "\n"


@cache
def _paragraphs() -> tuple[str, ...]:
    names = ("README.md", "CONTRIBUTING.md", *sorted(_documents()))
    text = "\n\n".join((CHECKOUT / name).read_text(encoding="utf-8") for name in names)
    # A mention of a file could be read as an import, as front matter or as a heading of its own.
    return tuple(
        part.replace("@", "").replace("---", "").lstrip("#").strip()
        for part in text.split("\n\n")
        if part.strip()
    )


def _documents() -> list[str]:
    return [path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "docs").glob("*.md")]
