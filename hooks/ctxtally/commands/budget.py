"""token-budget, the gate: judge the context files against their budgets."""

from __future__ import annotations

import os

from ctxtally.adapters import git
from ctxtally.survey import subject
from ctxtally.survey.look import look
from ctxtally.survey.record import record
from ctxtally.survey.verdicts import keep

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say
    from ctxtally.model.survey import Survey


# The module of ctxtally.render for each format that needs nothing but the survey.
_RENDERERS = {
    "json": "json",
    "markdown": "budget_markdown",
    "sarif": "sarif",
    "junit": "junit",
}
FORMATS = ("text", "json", "markdown", "sarif", "github", "junit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject.add_arguments(parser)
    parser.add_argument(
        "--base", metavar="REF", help="compare with where the history left that of REF"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument(
        "--verbose", action="store_true", help="also print notes, and a summary when all is well"
    )


class Bare:
    """The arguments of the gate where none are given."""

    worktree = False
    rev = None
    base = None
    format = "text"
    verbose = False


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    if arguments.base is not None:
        from ctxtally.survey.base import common

        tree.since = common(tree, arguments.base)
    survey = look(place, tree)
    say(_told(survey, arguments, colour=say.colour))
    status = int(survey.errors > 0)
    for remark in survey.remarks:
        say.note(remark)
    event, notes = record(survey, operation="budget", status=status)
    for remark in notes:
        say.note(remark)
    if survey.listed is not None and not notes:
        keep(place, tree, survey, event, say)
    return status


def _told(survey: Survey, arguments: argparse.Namespace, *, colour: bool) -> str:
    if arguments.format == "text":
        from ctxtally.render import text

        return text.gate(survey, colour=colour, verbose=arguments.verbose)
    if arguments.format == "github":
        from ctxtally.render import github

        return github.gate(survey, verbose=arguments.verbose)
    from importlib import import_module

    return str(import_module(f"ctxtally.render.{_RENDERERS[arguments.format]}").gate(survey))
