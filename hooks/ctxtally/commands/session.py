"""Log what the operations of a piece of work take, and report them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.clock import seconds
from ctxtally.errors import UserError
from ctxtally.model.logged_session import Entry
from ctxtally.render import session as render
from ctxtally.survey.basics import basics
from ctxtally.survey.log_remarks import unreadable
from ctxtally.survey.sessions import Sessions
from ctxtally.text.figures import LARGEST
from ctxtally.usage.parts import Parts, buckets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.model.logged_session import LoggedSession
    from ctxtally.model.say import Say
    from ctxtally.model.usage import Tokens
    from ctxtally.survey.usage import UsageLog

    _Actions = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name


# As 2**53 has, beyond which other readers of JSON round.
_MOST_DIGITS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    start = _action(below, "start", "start a session, or go on with one that has ended")
    start.add_argument("id", metavar="ID", help="what you call it, such as blog-post-1")
    log = _action(below, "log", "log an operation, and the tokens that it took")
    log.add_argument("operation", metavar="OPERATION", help="such as 'read MANIFEST.json'")
    log.add_argument("--tokens", metavar="N", type=_tokens, required=True, help="what it took")
    log.add_argument("--session", metavar="ID", help="the session that it belongs to")
    log.add_argument("--category", metavar="NAME", help="its category, instead of a guess")
    log.add_argument("--model", metavar="NAME", help="which model, so that it has a price")
    log.add_argument("--output", metavar="N", type=_tokens, help="of the tokens, what came back")
    parts = {
        "--cache-read": "what was read from a cache",
        "--cache-write": "what was written to one",
        "--cache-write-1h": "of that, what is kept for an hour",
    }
    for option, what in parts.items():
        log.add_argument(option, metavar="N", type=_tokens, default=0, help=what)
    end = _action(below, "end", "end a session, and write its report")
    end.add_argument("id", metavar="ID", nargs="?", help="the one in progress where none is named")
    sessions = _action(below, "list", "list the sessions")
    sessions.add_argument("--all", action="store_true", help="those of agents too")
    report = _action(below, "report", "print the report of a session")
    report.add_argument("id", metavar="ID", help="which one")
    take = _action(below, "import", "take over the sessions of another program")
    take.add_argument("file", metavar="FILE", help="its sessions.json or usage-log.jsonl")


def _action(below: _Actions, name: str, summary: str) -> argparse.ArgumentParser:
    found = below.add_parser(name, help=summary)
    found.add_argument("--format", choices=["text", "json"], default="text")
    return found


def run(arguments: argparse.Namespace, say: Say) -> int:
    actions: Mapping[str, Callable[[argparse.Namespace, Say], None]] = {
        "start": _start,
        "log": _log,
        "end": _end,
        "list": _list,
        "report": _report,
        "import": _import,
    }
    actions[arguments.action](arguments, say)
    return 0


def _start(arguments: argparse.Namespace, say: Say) -> None:
    sessions = _sessions(say)
    found = sessions.start(arguments.id, seconds())
    _tell(arguments, say, found, render.started(found.id))


def _log(arguments: argparse.Namespace, say: Say) -> None:
    sessions = _sessions(say)
    entry = Entry(
        arguments.operation,
        arguments.tokens,
        arguments.category,
        arguments.model,
        _parts(arguments),
    )
    found, one = sessions.log_operation(entry, arguments.session, seconds())
    _tell(arguments, say, found, render.logged(one))


def _parts(arguments: argparse.Namespace) -> Tokens | None:
    told = Parts(
        arguments.output, arguments.cache_read, arguments.cache_write, arguments.cache_write_1h
    )
    try:
        return buckets(arguments.tokens, told)
    except ValueError as error:
        raise UserError(
            str(error), help="--tokens is the sum of all, and --output what came back"
        ) from error


def _end(arguments: argparse.Namespace, say: Say) -> None:
    sessions = _sessions(say)
    found, file = sessions.end(arguments.id, seconds())
    _note(say, sessions.log)
    where = sessions.save(file, render.markdown(found))
    if arguments.format == "json":
        say(render.json(found, report=where))
    else:
        say(render.ended(found, where))


def _list(arguments: argparse.Namespace, say: Say) -> None:
    sessions = _sessions(say)
    every = sessions.sums()
    _note(say, sessions.log)
    found = [one for one in every if one.by_hand or arguments.all]
    hidden = len(every) - len(found)
    if arguments.format == "json":
        say(render.listed_json(sessions.reports({one.id for one in found}), hidden))
    else:
        say(render.listed(found, hidden))


def _report(arguments: argparse.Namespace, say: Say) -> None:
    sessions = _sessions(say)
    found = sessions.report(arguments.id)
    _note(say, sessions.log)
    _tell(arguments, say, found, render.markdown(found))


def _import(arguments: argparse.Namespace, say: Say) -> None:
    from ctxtally.survey.session_files import take

    place = git.place()
    taken = take(place, basics(place), arguments.file)
    say(render.taken_json(taken) if arguments.format == "json" else render.taken(taken))


def _sessions(say: Say) -> Sessions:
    place = git.place()
    found = Sessions(place, basics(place))
    if found.hint:
        say.note(found.hint)
    return found


def _tell(arguments: argparse.Namespace, say: Say, found: LoggedSession, text: str) -> None:
    say(render.json(found) if arguments.format == "json" else text)


def _note(say: Say, log: UsageLog) -> None:
    """Say how the log could be read, once it was."""
    for note in unreadable(log.tally):
        say.note(note)


def _tokens(text: str) -> int:
    digits = text.replace(",", "").replace("_", "")
    digits = digits.lstrip("0") or digits[:1]
    is_whole = digits.isascii() and digits.isdecimal()
    if is_whole and (len(digits) > _MOST_DIGITS or int(digits) >= LARGEST):
        raise argparse.ArgumentTypeError(f"{text!r} is too many tokens; there must be below 2^53")
    if not is_whole:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number of tokens; write 6000, not 6k"
        )
    return int(digits)
