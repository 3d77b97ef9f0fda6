"""token-redundancy: show what is repeated, and what it costs."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.survey import subject
from ctxtally.survey.repeated import repeated

if TYPE_CHECKING:
    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject.add_arguments(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--agent", metavar="A", help="look only at what this agent loads")
    which.add_argument(
        "--paths",
        metavar="GLOB",
        nargs="+",
        default=(),
        help="look at these files, as if they were loaded together; quote the globs",
    )
    parser.add_argument(
        "--min-tokens",
        metavar="N",
        type=_number,
        default=1,
        help="leave out passages that would save fewer tokens; 0 also shows parts of lines",
    )
    parser.add_argument(
        "--base", metavar="REF", help="say what is new since the history left that of REF"
    )
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    found = repeated(
        place, tree, agent=arguments.agent, globs=arguments.paths, since=arguments.base
    )
    if arguments.format == "json":
        from ctxtally.render import redundancy_json

        say(redundancy_json.redundancy(found, least=arguments.min_tokens))
    elif arguments.format == "markdown":
        from ctxtally.render import redundancy_markdown

        say(redundancy_markdown.redundancy(found, least=arguments.min_tokens))
    else:
        from ctxtally.render import redundancy as text

        say(text.redundancy(found, least=arguments.min_tokens, colour=say.colour))
    return int(any(one.level == "error" for one in found.findings))


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
