"""Hold what agents used against its allowances."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.survey import period

if TYPE_CHECKING:
    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--fail-above",
        metavar="P",
        type=_probability,
        help="exit 1 also where an allowance is likelier than this to be exceeded: 80%% or 0.8",
    )
    parser.add_argument(
        "--day",
        metavar="DAY",
        type=period.day,
        help="judge as of the end of this day (UTC), not as of now",
    )
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
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
