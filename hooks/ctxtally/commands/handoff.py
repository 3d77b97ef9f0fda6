"""session-handoff: keep the file that hands the work over to the next session."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git, rebasing
from ctxtally.adapters.session_file import SHOWN
from ctxtally.errors import UserError
from ctxtally.handoff.staleness import CURRENT
from ctxtally.model.occasion import COMMIT, MERGE, REWRITE
from ctxtally.model.session import RecordedTests
from ctxtally.survey import handoff
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from ctxtally.model.say import Say
    from ctxtally.render.json import Json
    from ctxtally.survey.handoff import Found, Reason, Refreshed

_ACTIONS = {
    "refresh": "write it anew where it is not up to date",
    "show": "print it, below a line that says whether it is stale",
    "path": "print where it is",
    "check": "exit 1 where it is stale",
    "note": "record what git does not know",
}
_REASONS: Mapping[str, Reason] = {COMMIT: "commit", MERGE: "merge", REWRITE: "rewrite"}


class Bare:
    """The arguments of the hook where a framework runs it."""

    action = None
    git_hook: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--git-hook",
        nargs="+",
        metavar=("NAME", "ARG"),
        default=(),
        help="refresh as this git hook does; so does no argument at all, and neither ever fails",
    )
    below = parser.add_subparsers(dest="action", metavar="ACTION")
    actions = {
        name: below.add_parser(name, help=summary, description=summary.capitalize() + ".")
        for name, summary in _ACTIONS.items()
    }
    actions["refresh"].add_argument(
        "--new-session", action="store_true", help="count the commits of the session from HEAD on"
    )
    actions["note"].add_argument(
        "--tests", metavar="COMMAND", required=True, help="the tests that were run at HEAD"
    )
    actions["note"].add_argument("--exit", type=int, metavar="CODE", help="their exit code")
    for one in actions.values():
        one.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    if arguments.action is None:
        return _hook(arguments, say)
    actions: Mapping[str, Callable[[argparse.Namespace, Say], int]] = {
        "refresh": _refresh,
        "show": _show,
        "path": _path,
        "check": _check,
        "note": _note,
    }
    return actions[arguments.action](arguments, say)


def _hook(arguments: argparse.Namespace, say: Say) -> int:
    """Refresh as a hook does: nothing is printed where all is well, and nothing fails."""
    occasion = rebasing.occasion(list(arguments.git_hook), os.environ)
    try:
        place = git.place()
        if occasion.is_due(rebasing=rebasing.under_way(place.git_dir)):
            pairs = rebasing.rewritten() if arguments.git_hook[:1] == [REWRITE] else {}
            reason = _REASONS.get(occasion.hook, "commit")
            for note in handoff.refresh(place, reason=reason, rewritten=pairs).notes:
                say.note(note)
    except UserError as error:
        say.note(f"{error}; {error.help}")
        handoff.log_failure(str(error))
    return 0


def _refresh(arguments: argparse.Namespace, say: Say) -> int:
    reason: Reason = "session-start" if arguments.new_session else "manual"
    _tell(arguments, say, handoff.refresh(git.place(), reason=reason))
    return 0


def _note(arguments: argparse.Namespace, say: Say) -> int:
    tests = RecordedTests(command=arguments.tests, commit="", status=arguments.exit)
    _tell(arguments, say, handoff.refresh(git.place(), tests=tests))
    return 0


def _tell(arguments: argparse.Namespace, say: Say, done: Refreshed) -> None:
    for note in done.notes:
        say.note(note)
    if arguments.format == "json":
        _document(say, CURRENT, done.tokens)
    else:
        verb = "refreshed" if done.written else "already up to date:"
        say(f"{verb} {SHOWN} ({counted(done.tokens, 'tokens')})")


def _show(arguments: argparse.Namespace, say: Say) -> int:
    found = _found()
    if arguments.format == "json":
        _document(say, found.stale, found.tokens, text=found.text)
    else:
        say(f"{SHOWN}: {found.stale}\n")
        say("\n".join(printable(line) for line in found.text.splitlines()))
    return 0


def _path(arguments: argparse.Namespace, say: Say) -> int:
    if arguments.format == "json":
        found = handoff.found(git.place())
        _document(say, found.stale, found.tokens)
    else:
        say(printable(os.path.join(git.place().top, *SHOWN.split("/"))))
    return 0


def _check(arguments: argparse.Namespace, say: Say) -> int:
    found = handoff.found(git.place())
    if arguments.format == "json":
        _document(say, found.stale, found.tokens)
    else:
        say(f"{SHOWN}: {found.stale}")
    return int(found.stale != CURRENT)


def _found() -> Found:
    found = handoff.found(git.place())
    if found.tokens is None:
        raise UserError(f"{SHOWN} is {found.stale}", help="run `ctxtally handoff refresh`")
    return found


def _document(say: Say, stale: str, tokens: int | None, **more: str) -> None:
    from ctxtally.render.json import document

    facts: dict[str, Json] = {"path": SHOWN, "stale": stale != CURRENT, "state": stale}
    say(document("handoff", {**facts, "tokens": tokens, **more}))
