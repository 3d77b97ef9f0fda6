"""Show where tokens went, take transcripts over into the usage log, and hold allowances."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.transcripts.places import AGENTS
from ctxtally.survey import period
from ctxtally.survey.basics import basics

if TYPE_CHECKING:
    from ctxtally.model.say import Say

_VIEWS = {
    "days": "by day",
    "sessions": "by session",
    "models": "by model",
    "commits": "by the commit that followed, as the hook session-handoff noted it",
    "branches": "by branch",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    _add_bounds(parser)
    parser.set_defaults(agent="", timezone="UTC", format="text")
    below = parser.add_subparsers(dest="action", metavar="ACTION")
    for name, told in _VIEWS.items():
        view = below.add_parser(
            name,
            help=told,
            description=f"Show tokens {told}.",
            # A default of its own would hide what was given in front of the view's name.
            argument_default=argparse.SUPPRESS,
        )
        _add_bounds(view)
    sync = below.add_parser(
        "sync",
        help="take new responses in transcripts over into the usage log",
        description="Take new responses in the transcripts of agents over into the usage log.",
    )
    sync.add_argument("--agent", choices=AGENTS, help="read the transcripts of this agent only")
    sync.add_argument(
        "--from",
        dest="given",
        metavar="PATH",
        help="read this transcript, or those in this folder, whatever repository they are about",
    )
    sync.add_argument(
        "--all", action="store_true", help="take responses of other repositories as well"
    )
    sync.add_argument("--format", choices=["text", "json"], default="text")
    _add_log(below)
    _add_check(
        below.add_parser(
            "check",
            help="hold it against its allowances",
            description="Hold what agents used against its allowances, with a forecast: exit 1 "
            "where one is exceeded.",
        )
    )


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "--fail-above",
        metavar="P",
        type=_probability,
        help="exit 1 also where an allowance is likelier than this to be exceeded: 80%% or 0.8",
    )
    check.add_argument(
        "--day",
        metavar="DAY",
        type=period.day,
        help="judge as of the end of this day (UTC), not as of now",
    )
    check.add_argument("--format", choices=["text", "json"], default="text")


def _add_log(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    path = below.add_parser("path", help="print where the usage log is")
    path.add_argument("--format", choices=["text", "json"], default="text")
    export = below.add_parser("export", help="print the log as other programs write theirs")
    export.add_argument(
        "--as",
        dest="form",
        choices=["monitor", "seeds", "sessions", "otel", "apart"],
        default="monitor",
        help="lines of a session monitor (also called seeds), its sessions.json, attributes of"
        " OpenTelemetry (the input includes caches), or with the input apart from caches",
    )
    compact = below.add_parser(
        "compact",
        help="turn the months of the log that are over into Parquet",
        description="Turn the files of the usage log whose month is over into Parquet.",
    )
    compact.add_argument(
        "--before",
        metavar="DAY",
        type=period.day,
        help="months that were over before this day; today",
    )
    compact.add_argument("--format", choices=["text", "json"], default="text")


def _add_bounds(parser: argparse.ArgumentParser) -> None:
    period.add_arguments(parser)
    parser.add_argument("--agent", help="of this agent only")
    parser.add_argument(
        "--own", action="store_true", help="leave out what is of other repositories"
    )
    parser.add_argument(
        "--timezone",
        metavar="NAME",
        help="where days begin, such as Europe/Berlin; UTC unless it is given",
    )
    parser.add_argument("--format", choices=["text", "json"])


def run(arguments: argparse.Namespace, say: Say) -> int:
    actions = {
        "check": _check,
        "sync": _sync,
        "path": _path,
        "export": _export,
        "compact": _compact,
    }
    return actions.get(arguments.action, _show)(arguments, say)


def _show(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.adapters.clock import seconds
    from ctxtally.render import spending as render
    from ctxtally.survey.spending import Question, spending, zone_of
    from ctxtally.text.instants import day_in

    now, zone = seconds(), zone_of(arguments.timezone)
    question = Question(
        view=arguments.action or "days",
        period=period.period(arguments, day_in(now, zone)),
        agent=arguments.agent,
        timezone=arguments.timezone,
        own=arguments.own,
    )
    found = spending(git.place(), question, zone, now)
    say(render.json(found) if arguments.format == "json" else render.text(found))
    return 0


def _sync(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.render import synced as render
    from ctxtally.survey.transcripts import Wanted, sync

    place = git.place()
    agents = (arguments.agent,) if arguments.agent else AGENTS
    wanted = Wanted(agents=agents, everything=arguments.all, given=arguments.given)
    found = sync(place, wanted, basics(place).ledger)
    for note in render.notes(found):
        say.note(note)
    say(render.json(found) if arguments.format == "json" else render.text(found))
    return 0


def _path(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.adapters import ledger, usage_log
    from ctxtally.render.session import path_json
    from ctxtally.text.terminal import printable

    place = git.place()
    log = ledger.locate(place, basics(place).ledger)
    if log.hint:
        say.note(log.hint)
    if arguments.format == "json":
        say(path_json(log.path, usage_log.paths(log.path)))
    else:
        say(printable(log.path))
    return 0


def _export(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.survey.log_remarks import unreadable
    from ctxtally.survey.session_files import Given
    from ctxtally.survey.usage import usage_of

    place = git.place()
    settings = basics(place)
    log = usage_of(place, settings.ledger)
    found = Given(log, settings, arguments.form)
    for line in found.lines():
        say(line)
    for note in (*found.remarks(), *unreadable(log.tally)):
        say.note(note)
    return 0


def _compact(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.render import compacted as render
    from ctxtally.survey.compacting import months

    place = git.place()
    found = months(place, basics(place).ledger, arguments.before or place.day)
    for problem in found.problems:
        say.note(problem)
    say(render.json(found) if arguments.format == "json" else render.text(found))
    return 0


def _check(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.render import allowances as render
    from ctxtally.survey.allowances import checked

    found = checked(git.place(), arguments.day)
    shown = render.json if arguments.format == "json" else render.text
    say(shown(found, arguments.fail_above))
    return int(any(render.fails(one, arguments.fail_above) for one in found.spendings))


def _probability(text: str) -> float:
    number, percent = text.removesuffix("%"), text.endswith("%")
    try:
        found = float(number) / (100 if percent else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a probability; write 80% or 0.8")
    return found
