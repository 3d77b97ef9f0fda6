"""Show what a file, or what an agent loads, cost from commit to commit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.clock import seconds
from ctxtally.survey import period
from ctxtally.survey.history import history

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="the file, seen from the top of the repository; with --agent, the directory of the "
        "session",
    )
    parser.add_argument(
        "--agent",
        metavar="A",
        help="what this agent always loads; without a PATH too, that of the agent that loads most",
    )
    parser.add_argument(
        "--since",
        metavar="WHEN",
        type=period.moment,
        help="only commits from then on: 2026-01-31, '3 weeks ago', whatever git takes",
    )
    parser.add_argument("--format", choices=["text", "json", "svg"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    found = history(git.place(), arguments.path, arguments.agent, arguments.since, seconds())
    if arguments.format == "json":
        from ctxtally.render import history_json

        say(history_json.json(found))
    elif arguments.format == "svg":
        from ctxtally.render import history_svg

        say(history_svg.svg(found))
    else:
        from ctxtally.render.history import text

        say(text(found, blocks=_draws_blocks()))
    return 0


def _draws_blocks() -> bool:
    try:
        "\u2581\u2588".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
