"""What `init --agent` changes, as differences and as JSON."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from ctxtally.render.json import document
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.setup import Change


def text(changes: Sequence[Change]) -> str:
    """Return the difference that each file will have."""
    found = [line for change in changes if change.action != "none" for line in _difference(change)]
    return "\n".join(map(printable, found)) if found else "nothing to do"


def json(changes: Sequence[Change], *, dry_run: bool) -> str:
    """Return the same facts under stable keys; `content` is what the file holds afterwards."""
    return document(
        "init",
        {
            "changes": [
                {"path": one.path, "action": one.action, "content": one.after or ""}
                for one in changes
            ],
            "dry_run": dry_run,
        },
    )


def done(changes: Sequence[Change], *, undo: bool) -> str:
    """Return what was written, and how it comes into force."""
    verbs = {"create": "created", "change": "changed", "remove": "removed"}
    lines = [f"{verbs[one.action]} {one.path}" for one in changes]
    if not undo:
        lines.append("next: start Claude Code anew; `/hooks` lists what it runs")
    return "\n" + "\n".join(lines)


def _difference(change: Change) -> Iterator[str]:
    names = (
        "/dev/null" if change.before is None else f"a/{change.path}",
        "/dev/null" if change.after is None else f"b/{change.path}",
    )
    before, after = ((one or "").splitlines() for one in (change.before, change.after))
    return unified_diff(before, after, *names, lineterm="")
