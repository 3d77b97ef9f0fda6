"""token-report: show where the tokens are; never fails."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.survey import subject
from ctxtally.survey.look import look
from ctxtally.survey.record import record

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject.add_arguments(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--hook", action="store_true", help="print nothing while git commits")


def run(arguments: argparse.Namespace, say: Say) -> int:
    # git names the index to its hooks (githooks(5)); by hand nobody sets it.
    if arguments.hook and "GIT_INDEX_FILE" in os.environ:
        return 0
    place = git.place()
    survey = look(place, subject.subject(arguments, os.environ, place), thorough=True)
    if arguments.format == "json":
        from ctxtally.render import json

        say(json.report(survey))
    else:
        from ctxtally.render import text

        say(text.report(survey, colour=say.colour))
    _, notes = record(survey, operation="report", status=0)
    for remark in notes:
        say.note(remark)
    return 0
