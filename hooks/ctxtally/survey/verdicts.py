"""Keep what the gate said, so that the next commit need not find it again."""

from __future__ import annotations

from ctxtally.adapters import append, verdict
from ctxtally.adapters.trees import Revision
from ctxtally.errors import GitError
from ctxtally.survey import standing

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.adapters.git import Place
    from ctxtally.model.event import Event
    from ctxtally.model.say import Say
    from ctxtally.model.survey import Survey
    from ctxtally.model.tree import Tree


def keep(place: Place, tree: Tree, survey: Survey, event: Event, say: Say) -> None:
    """Keep what was printed for `survey` under the key of what it was found from."""
    standing.keep(place, survey)
    found = verdict.Verdict(
        revision=f"{tree.name}^{{commit}}" if isinstance(tree, Revision) else "",
        pathspecs=survey.pathspecs,
        based=_is_based(survey),
        log=survey.log.path,
        shown=survey.log.shown,
        ledger=survey.log.wanted,
        event=append.body(event),
        status=event["exit"],
        out=say.out,
        err=say.err,
    )
    try:
        key = verdict.state(found, say.argv, place, survey.listed)
    except GitError:
        return  # before the first commit there is no HEAD to differ from
    verdict.keep(place.git_dir, say.argv, key, found)


def _is_based(survey: Survey) -> bool:
    """Say whether what was printed depends on the base of the change: a message tells what grew."""
    told = any(one.state != "ok" for one in survey.outcomes)
    return told or standing.depends_on_base(survey)
