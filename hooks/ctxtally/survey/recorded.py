"""Compare what we say that Claude Code loads with what it recorded itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import claude_log
from ctxtally.context.recorded import candidates, compared, relative, root_of
from ctxtally.errors import UserError
from ctxtally.model.recording import LogAgreement, SessionAgreement
from ctxtally.survey.explained import explained
from ctxtally.text.figures import counted
from ctxtally.text.globs import selected
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.model.recording import Recording
    from ctxtally.model.tree import Tree

_AGENT = "claude-code"


def agreement(place: Place, tree: Tree, path: str, globs: Sequence[str]) -> LogAgreement:
    """Return the comparison: of each directory its last session, for files change between them."""
    log = claude_log.read(path)
    if not log.recordings:
        raise UserError(
            f"{shown(path)} records no file that Claude Code loaded",
            help=f"let its {claude_log.HOOK} hook run `ctxtally hook`, or append the payload to it",
        )
    ours, others = [], 0
    for recording in log.recordings:
        found = recording if recording.relative else _relative(recording, place, tree)
        ours += [found] if found else []
        others += found is None
    if not ours:
        raise UserError(
            f"no session in {shown(path)} is of this repository",
            help="run the command in the repository that the sessions were in",
        )
    last = {recording.directory: recording for recording in ours}
    return LogAgreement(
        subject=tree.subject,
        log=path,
        sessions=tuple(_session(place, tree, recording, globs) for recording in last.values()),
        remarks=tuple(_remarks(bad=log.bad, earlier=len(ours) - len(last), others=others)),
    )


def _session(
    place: Place, tree: Tree, recording: Recording, globs: Sequence[str]
) -> SessionAgreement:
    found = explained(place, tree, _AGENT, recording.directory)
    files = compared(
        found.agents[0].loads, recording, ways=claude_log.WAYS, beginning=claude_log.BEGINNING
    )
    return SessionAgreement(
        session=recording.session,
        dir=recording.directory,
        files=tuple(one for one in files if not globs or selected(one.path, globs)),
    )


def _relative(recording: Recording, place: Place, tree: Tree) -> Recording | None:
    """Return a recording as seen from the top, `None` where it is of another repository."""
    top = place.top.replace(os.sep, "/")
    tracked = tree.find(set(candidates(recording)))
    root = root_of(recording, top, tracked)
    return None if root is None else relative(recording, root)


def _remarks(*, bad: int, earlier: int, others: int) -> Iterable[str]:
    if bad:
        yield f"passed over, for it is no JSON: {counted(bad, 'lines')} of the log"
    if earlier:
        yield f"left out: {counted(earlier, 'earlier sessions')} in the same directory"
    if others:
        yield f"left out: {counted(others, 'sessions')} of other repositories"
