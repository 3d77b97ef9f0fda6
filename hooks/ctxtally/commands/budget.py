"""token-budget, the gate: judge the context files against their budgets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.survey import subject
from ctxtally.survey.look import look
from ctxtally.survey.record import record
from ctxtally.survey.verdicts import keep

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject.add_arguments(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument(
        "--verbose", action="store_true", help="also print notes, and a summary when all is well"
    )


class Bare:
    """The arguments of the gate where none are given."""

    worktree = False
    rev = None
    format = "text"
    verbose = False


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    survey = look(place, tree)
    if arguments.format == "json":
        from ctxtally.render import json

        say(json.gate(survey))
    else:
        from ctxtally.render import text

        say(text.gate(survey, colour=say.colour, verbose=arguments.verbose))
    status = int(survey.errors > 0)
    for remark in survey.remarks:
        say.note(remark)
    event, notes = record(survey, operation="budget", status=status)
    for remark in notes:
        say.note(remark)
    if survey.listed is not None and not notes:
        keep(place, tree, survey, event, say)
    return status
