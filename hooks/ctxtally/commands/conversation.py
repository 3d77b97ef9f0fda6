"""Judge whether context optimisation works over a long session, from the log of the agent."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from ctxtally.adapters.verdict import is_terminal
from ctxtally.errors import UserError
from ctxtally.survey import conversation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.health import Comparison, Health
    from ctxtally.model.say import Say

_BAD = ("failing", "critical")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_check(
        below.add_parser(
            "check",
            help="give the verdict on logs",
            description="Give the verdict on the logs of agents: exit 1 where one is failing or "
            "critical.",
        )
    )
    _add_run(
        below.add_parser(
            "run",
            help="give an agent the prompts of a scenario, and the verdict on what it makes of "
            "them",
            description="Run a command once for each prompt of a scenario, watch the log of the "
            "agent, and give the verdict: exit 1 where it is failing or critical.",
        )
    )


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "logs",
        nargs="+",
        metavar="LOG",
        help="the log of the ADK agent, a transcript of Claude Code or Codex, or a table of turns",
    )
    check.add_argument(
        "--against", metavar="LOG", help="say whether this one is better than each LOG"
    )
    check.add_argument(
        "--follow", action="store_true", help="print turns as they come, until it is interrupted"
    )
    check.add_argument(
        "--limit", metavar="N", type=_tokens, help="the tokens that the window holds"
    )
    check.add_argument(
        "--format", choices=["text", "json", "markdown", "junit", "svg"], default="text"
    )


def _add_run(drive: argparse.ArgumentParser) -> None:
    drive.add_argument(
        "scenario",
        metavar="SCENARIO",
        help="a TOML file, or the name of one that ships: long-conversation",
    )
    drive.add_argument("--log", metavar="LOG", required=True, help="the log that the agent writes")
    drive.add_argument(
        "--stdin", action="store_true", help="give the prompt to standard input, not as an argument"
    )
    drive.add_argument(
        "--resume", action="store_true", help="go on where the last run of the scenario ended"
    )
    drive.add_argument(
        "--limit", metavar="N", type=_tokens, help="the tokens that the window holds"
    )
    drive.add_argument("--format", choices=["text", "json"], default="text")
    drive.add_argument(
        "command",
        nargs="+",
        metavar="COMMAND",
        help="behind --, what to run; the prompt stands where {prompt} is written, else at the end",
    )


def run(arguments: argparse.Namespace, say: Say) -> int:
    return _drive(arguments, say) if arguments.action == "run" else _check(arguments, say)


def _check(arguments: argparse.Namespace, say: Say) -> int:
    configured = conversation.settings()
    criteria = configured.conversation
    if arguments.follow:
        _follow(arguments, say)
    healths = [
        conversation.checked(path, configured, arguments.limit, criteria) for path in arguments.logs
    ]
    comparisons: list[Comparison] = []
    if arguments.against is not None:
        from ctxtally.conversation.comparison import compared

        other = conversation.checked(arguments.against, configured, arguments.limit, criteria)
        comparisons = [compared(one, other, criteria) for one in healths]
        healths.append(other)
    say(_printed(arguments.format, healths, comparisons, colour=say.colour))
    return int(any(one.verdict in _BAD for one in healths))


def _drive(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.adapters import git
    from ctxtally.render import driven as render
    from ctxtally.survey.driving import Drive, Driver
    from ctxtally.survey.scenario import scenario

    drive = Drive(
        place=git.place(),
        configured=conversation.settings(),
        scenario=scenario(arguments.scenario),
        command=arguments.command,
        log=arguments.log,
        stdin=arguments.stdin,
        limit=arguments.limit,
    )
    driver = Driver(drive, resume=arguments.resume)
    many = len(drive.scenario.prompts)
    for one in driver.rest():
        if arguments.format == "text":
            say(render.progress(one, many))
    found = driver.result()
    for note in driver.notes:
        say.note(note)
    say(render.json(found) if arguments.format == "json" else render.text(found, colour=say.colour))
    return int(found.health.verdict in _BAD or any(one.verdict in _BAD for one in found.phases))


def _follow(arguments: argparse.Namespace, say: Say) -> NoReturn:
    if len(arguments.logs) > 1 or arguments.against or arguments.format != "text":
        raise UserError(
            "--follow takes one LOG, and neither --against nor --format",
            help="follow one log at a time",
        )
    from ctxtally.survey.following import follow

    follow(arguments.logs[0], arguments.limit, say, bell=is_terminal(sys.stdout))


def _printed(
    form: str, healths: Sequence[Health], comparisons: Sequence[Comparison], *, colour: bool
) -> str:
    if form == "json":
        from ctxtally.render.conversation_json import json

        return json(healths, comparisons)
    if form == "markdown":
        from ctxtally.render.conversation_markdown import markdown

        return markdown(healths, comparisons)
    if form == "junit":
        from ctxtally.render.conversation_junit import junit

        return junit(healths, comparisons)
    if form == "svg":
        from ctxtally.render.conversation_svg import svg

        return svg(healths, comparisons)
    from ctxtally.render.conversation import text

    return text(healths, comparisons, colour=colour)


def _tokens(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text[:17]) < 2**53:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of tokens")
    return int(text)
