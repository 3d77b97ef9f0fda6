"""What became of transcripts, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.sync import Synced

_MOST_PROBLEMS = 20
_FORM = "transcript of a form that is known here"


def text(synced: Synced) -> str:
    logged = sum(synced.logged.values())
    by = ", ".join(f"{agent} {many:,}" for agent, many in sorted(synced.logged.items()))
    if not logged:
        return f"nothing new for {synced.shown}"
    files = counted(synced.read, "transcripts")
    return f"{counted(logged, 'responses')} logged to {synced.shown} from {files} ({by})"


def notes(synced: Synced) -> Iterator[str]:
    """Yield what was not taken, and why."""
    if synced.bad:
        yield f"passed over, for they hold no JSON object: {counted(synced.bad, 'lines')}"
    if synced.long:
        yield f"passed over, for their length: {counted(synced.long, 'lines')}"
    if synced.torn:
        ends = told(synced.torn, "files", "ends", "end")
        yield f"{ends} in the middle of a record, which is read once it is whole"
    if synced.held:
        begun = told(synced.held, "transcripts", "of a subagent has", "of subagents have")
        yield (
            f"{begun} only begun: what of it is its parent's is not told yet, and it is read later"
        )
    if synced.strange:
        yield told(synced.strange, "files", f"is no {_FORM}", f"are no {_FORM}")
    if synced.passed:
        many = counted(synced.passed, "responses")
        yield f"of other repositories, and only taken by `ctxtally usage sync --all`: {many}"
    yield from synced.problems[:_MOST_PROBLEMS]
    if len(synced.problems) > _MOST_PROBLEMS:
        more = len(synced.problems) - _MOST_PROBLEMS
        yield f"not read either: {counted(more, 'files')}"


def json(synced: Synced) -> str:
    from ctxtally.render.json import document
    from ctxtally.render.json import path as jsonable

    return document(
        "usage-sync",
        {
            "log": jsonable(synced.shown),
            "logged": dict(sorted(synced.logged.items())),
            "read": synced.read,
            "responses": synced.responses,
            "other_repositories": synced.passed,
            "bad_lines": synced.bad,
            "long_lines": synced.long,
            "torn_files": synced.torn,
            "held_files": synced.held,
            "unknown_files": synced.strange,
            "compactions": synced.compactions,
            "problems": [jsonable(one) for one in synced.problems],
        },
    )
