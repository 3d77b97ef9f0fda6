"""session-handoff: keep the file that hands the work over to the next session."""

from __future__ import annotations

import os
from contextlib import suppress

from ctxtally.adapters import git, rebasing
from ctxtally.adapters.session_file import SHOWN, HandoffError
from ctxtally.errors import UserError
from ctxtally.model.occasion import COMMIT, MERGE, REWRITE
from ctxtally.model.session import RecordedTests
from ctxtally.survey import handoff
from ctxtally.survey.catching_up import catch_up
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from ctxtally.model.say import Say
    from ctxtally.render.json import Json
    from ctxtally.survey.handoff import Found, Reason
    from ctxtally.survey.page import Refreshed

CURRENT = "current"
_REASONS: Mapping[str, Reason] = {COMMIT: "commit", MERGE: "merge", REWRITE: "rewrite"}


class Hook:
    """The arguments of the hook form, which does without argparse as it runs at every commit."""

    action = None
    format = "text"

    def __init__(self, given: Sequence[str]) -> None:
        self.git_hook = given


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=["refresh", "show", "path", "check", "note"],
        help="write the file anew; print it; print where it is; exit 1 where it is stale; note what"
        " git does not know. Without any, it is written as by a hook: that never fails",
    )
    parser.add_argument(
        "--git-hook", nargs="+", metavar="ARG", help="the git hook that runs this, as git calls it"
    )
    parser.add_argument(
        "--new-session", action="store_true", help="refresh: count commits from HEAD on"
    )
    parser.add_argument("--tests", metavar="COMMAND", help="note: the tests that were run at HEAD")
    parser.add_argument("--exit", type=int, metavar="CODE", help="note: the exit code of the tests")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    if arguments.action is None and isinstance(arguments, Hook):
        return _hook(arguments, say)
    _check_options(arguments)
    actions: Mapping[str | None, Callable[[argparse.Namespace, Say], int]] = {
        None: _hook,
        "refresh": _refresh,
        "show": _show,
        "path": _path,
        "check": _check,
        "note": _note,
    }
    return actions[arguments.action](arguments, say)


def _check_options(arguments: argparse.Namespace) -> None:
    """Refuse an option of another action: it would do nothing."""
    owners = {"git_hook": None, "new_session": "refresh", "tests": "note", "exit": "note"}
    for name, owner in owners.items():
        if getattr(arguments, name) not in (None, False) and arguments.action != owner:
            option = f"--{name.replace('_', '-')}"
            raise UserError(
                f"{option} has no use here", help=f"see `ctxtally handoff --help`: {option}"
            )
    if arguments.action == "note" and arguments.tests is None:
        raise UserError(
            "there is nothing to note", help='write `ctxtally handoff note --tests "make test"`'
        )


def _hook(arguments: argparse.Namespace, say: Say) -> int:
    """Refresh as a hook does: nothing is printed where all is well, and nothing fails."""
    given = arguments.git_hook or []
    occasion = rebasing.occasion(given, os.environ)
    try:
        place = git.place()
        if occasion.is_due(rebasing=rebasing.under_way(place.git_dir)):
            pairs = rebasing.rewritten() if given[:1] == [REWRITE] else {}
            reason = _REASONS.get(occasion.hook, "commit")
            try:
                done = handoff.refresh(place, reason=reason, rewritten=pairs)
            except HandoffError:
                handoff.note_commits(place, reason, pairs)
                raise
            for note in done.notes:
                say.note(note)
            catch_up(place)
    except UserError as error:
        say.note(f"{error}; {error.help}")
        handoff.log_failure(str(error))
    if arguments.format == "json":
        with suppress(UserError):  # what is wrong has been told
            _path(arguments, say)
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
        _document(say, "", done.tokens)
    else:
        verb = "refreshed" if done.written else "already up to date:"
        say(f"{verb} {SHOWN} ({counted(done.tokens, 'tokens')})")


def _show(arguments: argparse.Namespace, say: Say) -> int:
    found = _found()
    if arguments.format == "json":
        _document(say, found.stale, found.tokens, text=found.text)
    else:
        say(f"{SHOWN}: {found.stale or CURRENT}\n")
        say("\n".join(map(_shown, found.text.splitlines())))
    return 0


def _shown(line: str) -> str:
    """Return a line as the terminal may have it; headings have emoji in their coloured form."""
    return "\ufe0f".join(map(printable, line.expandtabs(4).split("\ufe0f")))


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
        say(f"{SHOWN}: {found.stale or CURRENT}")
    return int(bool(found.stale))


def _found() -> Found:
    found = handoff.found(git.place())
    if found.tokens is None:
        raise UserError(f"{SHOWN} is {found.stale}", help="run `ctxtally handoff refresh`")
    return found


def _document(say: Say, stale: str, tokens: int | None, **more: str) -> None:
    from ctxtally.render.json import document

    facts: dict[str, Json] = {"path": SHOWN, "stale": bool(stale), "state": stale or CURRENT}
    say(document("handoff", {**facts, "tokens": tokens, **more}))
