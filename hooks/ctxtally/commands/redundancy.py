"""token-redundancy: show what is repeated, and what it costs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.survey import subject
from ctxtally.survey.redundant import redundancy

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject.add_arguments(parser)
    parser.add_argument("--agent", metavar="A", help="only what this agent loads")
    parser.add_argument("--paths", metavar="GLOB", nargs="+", default=[], help="these files instead")
    parser.add_argument("--min-tokens", metavar="N", type=int, default=0)
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    found = redundancy(place, tree, agent=arguments.agent, globs=arguments.paths)
    if arguments.format == "json":
        from ctxtally.render import redundancy_json

        say(redundancy_json.redundancy(found))
    else:
        from ctxtally.render import redundancy as text

        say(text.redundancy(found, least=arguments.min_tokens, colour=say.colour))
    return 0
