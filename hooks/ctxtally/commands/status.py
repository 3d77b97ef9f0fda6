"""Show how full the conversation's window is; refresh the handoff where it is nearly full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.clock import seconds
from ctxtally.survey.basics import basics

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reset", action="store_true", help="forget first what was counted so far")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    from ctxtally.render import status as render
    from ctxtally.survey import monitor, tracking

    place = git.place()
    settings = basics(place).window
    if arguments.reset:
        tracking.reset(place, settings)
    found = monitor.status(place, settings, seconds())
    for note in found.notes:
        say.note(note)
    say(render.json(found) if arguments.format == "json" else render.text(found))
    return 0
