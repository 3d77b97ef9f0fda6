"""Take what an agent gives its hooks, and answer in the agent's own form; it never fails."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.clock import seconds
from ctxtally.adapters.payloads import parse
from ctxtally.adapters.standard_input import at_terminal, read_all
from ctxtally.errors import UserError
from ctxtally.model.agent_call import AGENTS

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


class Bare:
    """The arguments of the command without any."""

    agent = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--agent",
        choices=AGENTS,
        help="the agent that runs it; without it the payload on standard input tells",
    )


def run(arguments: argparse.Namespace, say: Say) -> int:
    if at_terminal():
        say.note("agents run this, with a payload on standard input")
    raw = read_all()
    call = parse(raw, arguments.agent, os.environ) if raw else None
    if call is None:
        return 0
    from ctxtally.render import answers
    from ctxtally.survey import agent_hook
    from ctxtally.survey.basics import basics

    with suppress(OSError, ValueError):
        os.chdir(call.directory or ".")
    place = git.place()
    here = agent_hook.Here(
        place=place, settings=basics(place), environment=os.environ, now=seconds()
    )
    try:
        text = agent_hook.handled(here, call, telling=answers.can_tell(call))
    except OSError as error:
        raise UserError(
            f"sessions cannot be remembered: {error.strerror or error}",
            help="make the git directory writable",
        ) from error
    say(answers.answer(call, text) if text else "")
    return 0
