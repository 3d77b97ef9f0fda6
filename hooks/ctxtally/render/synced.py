"""What became of transcripts, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.model.sync import Synced

_MOST_PROBLEMS = 20


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
        yield f"{counted(synced.bad, 'lines')} hold no JSON object and were passed over"
    if synced.long:
        yield f"{counted(synced.long, 'lines')} were too long to be read and were passed over"
    if synced.torn:
        files = "a file ends" if synced.torn == 1 else f"{synced.torn:,} files end"
        yield f"{files} in the middle of a record, which is read once it is whole"
    if synced.strange:
        files = "a file is" if synced.strange == 1 else f"{synced.strange:,} files are"
        yield f"{files} no transcript of a form that is known here"
    if synced.passed:
        what = "a response" if synced.passed == 1 else f"{synced.passed:,} responses"
        yield f"{what} of other repositories passed over; `ctxtally usage sync --all` takes them"
    yield from synced.problems[:_MOST_PROBLEMS]
    if len(synced.problems) > _MOST_PROBLEMS:
        yield f"{len(synced.problems) - _MOST_PROBLEMS:,} more files could not be read"


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
            "unknown_files": synced.strange,
            "compactions": synced.compactions,
            "problems": [jsonable(one) for one in synced.problems],
        },
    )
