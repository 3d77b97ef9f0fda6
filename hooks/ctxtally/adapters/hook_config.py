"""Our entry in a `.pre-commit-config.yaml` of somebody: put in, with every other byte as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.adapters.documents_outline import DocumentError, placer
from ctxtally.adapters.documents_yaml import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtally.adapters.documents_outline import Parsed
    from ctxtally.model.document import Plain

# As most configurations are written.
_DASH = "  - "
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_EMPTY = re.compile(r"[ ]?\[\s*\]")


def entry(repository: str, revision: str, hooks: Sequence[str], dash: str = _DASH) -> str:
    """Return our entry, `dash` being how items of the list begin."""
    pad, mark = " " * len(dash), dash.lstrip(" ")
    return "".join(
        [
            f"{dash}repo: {repository}\n{pad}rev: {revision}\n{pad}hooks:\n",
            *(f"{pad}  {mark}id: {hook}\n" for hook in hooks),
        ]
    )


def extended(text: str, repository: str, revision: str, hooks: Sequence[str]) -> str | None:
    """Return a configuration with our entry at the end of its `repos`, written as those are.

    `None` where it is written in a way that we do not see through (aliases, a list on one line), or
    where ruamel.yaml does not read the result as the same data with our entry.
    """
    ours = {"repo": repository, "rev": revision, "hooks": [{"id": hook} for hook in hooks]}
    try:
        before = parse_yaml(text)
        data = {} if before.data is None else before.data
        if not isinstance(data, dict):
            return None
        repos = data.get("repos") or []
        if not isinstance(repos, list):
            return None
        found = _inserted(text, before, data, lambda dash: entry(repository, revision, hooks, dash))
        after = parse_yaml(found).data
    except DocumentError:
        return None
    return found if after == {**data, "repos": [*repos, ours]} else None


def _inserted(text: str, parsed: Parsed, data: dict[str, Plain], ours: Callable[[str], str]) -> str:
    """Return the text with our entry behind the last one, or where the first would be."""
    lines = _LINE.findall(text)
    dash = _DASH
    if "repos" not in data:
        at, added = len(lines), f"repos:\n{ours(dash)}"
    else:
        place = placer(text, parsed.outline)
        repos = data["repos"]
        many = len(repos) if isinstance(repos, list) else 0
        mark = place(("repos", many - 1) if many else ("repos",)).key
        at = mark.line
        if many:
            dash = lines[at - 1][: mark.column - 1]
            at = _end(lines, at, dash.find("-"))
        else:
            lines[at - 1] = _EMPTY.sub("", lines[at - 1], count=1)
        added = ours(dash)
    end = "\r\n" if "\r\n" in text else "\n"
    head = "".join(lines[:at])
    gap = "" if not head or head.endswith("\n") else end
    return head + gap + added.replace("\n", end) + "".join(lines[at:])


def _end(lines: Sequence[str], at: int, indent: int) -> int:
    """Return how many lines there are up to the end of what is indented deeper than a dash."""
    last = at
    for number, line in enumerate(lines[at:], start=at + 1):
        bare = line.strip()
        deeper = len(line) - len(line.lstrip(" ")) > indent
        if bare and not deeper:
            break
        last = number if bare else last
    return last
