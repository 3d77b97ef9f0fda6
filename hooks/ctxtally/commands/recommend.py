"""Rank what would save tokens, each with the command that does it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.render import recommend
from ctxtally.survey import period, subject
from ctxtally.survey.recommended import recommended

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    period.add_arguments(parser)
    subject.add_arguments(parser)
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    days = period.period(arguments, place.day)
    found = recommended(place, subject.subject(arguments, os.environ, place), days)
    shown = {"text": recommend.text, "json": recommend.json, "markdown": recommend.markdown}
    say(shown[arguments.format](found))
    return 0
