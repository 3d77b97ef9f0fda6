"""Show where the tokens of agents went, from the usage log."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, get_args

from ctxtally.adapters import git
from ctxtally.model.analysis import Dimension
from ctxtally.survey import period, subject
from ctxtally.survey.analyzed import analyzed

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say

_DEFAULT: tuple[Dimension, ...] = ("category",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    period.add_arguments(parser)
    parser.add_argument(
        "--by",
        action="append",
        choices=get_args(Dimension),
        help="add up by this; may be given several times, and is category without it",
    )
    parser.add_argument(
        "--own", action="store_true", help="leave out what is of other repositories"
    )
    subject.add_arguments(parser)
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    days = period.period(arguments, place.day)
    tree = subject.subject(arguments, os.environ, place)
    found = analyzed(place, tree, days, arguments.by or _DEFAULT, own=arguments.own)
    if arguments.format == "json":
        from ctxtally.render.analyze_json import json

        say(json(found))
    elif arguments.format == "markdown":
        from ctxtally.render.analyze_markdown import markdown

        say(markdown(found))
    else:
        from ctxtally.render.analyze import text

        say(text(found))
    return 0
