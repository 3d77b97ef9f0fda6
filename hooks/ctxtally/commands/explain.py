"""Show what each agent loads, and why."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.survey import subject
from ctxtally.survey.explained import explained

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    subject.add_arguments(parser)
    parser.add_argument(
        "--agent", metavar="A", help="show the load set of this agent, file by file"
    )
    parser.add_argument(
        "--dir",
        metavar="D",
        help="for a session in this directory, seen from the top of the repository",
    )
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    found = explained(place, tree, arguments.agent, arguments.dir)
    alone = arguments.agent is not None
    if arguments.format == "json":
        from ctxtally.render import explain_json

        say(explain_json.explain(found))
    elif arguments.format == "markdown":
        from ctxtally.render import explain_markdown

        say(explain_markdown.explain(found, tree=alone))
    else:
        from ctxtally.render import explain

        say(explain.explain(found, tree=alone, colour=say.colour))
    return 0
