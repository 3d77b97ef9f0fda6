"""The recorded limits: show them, write them anew, or fail where they are not what is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.errors import UserError
from ctxtally.render import baseline as text
from ctxtally.survey import baseline, subject, worktree
from ctxtally.survey.recorded_limits import PATH

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.baseline import Baseline
    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="?",
        choices=["merge"],
        metavar="merge",
        help="resolve a conflict of a merge in the file: measure the index, write it anew",
    )
    does = parser.add_mutually_exclusive_group()
    does.add_argument(
        "--update", action="store_true", help="write what is there now as the new limits"
    )
    does.add_argument(
        "--check", action="store_true", help="fail where --update would change the file"
    )
    subject.add_arguments(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    if arguments.what:
        _refuse(arguments)
        found, content = baseline.merged(place)
    else:
        if arguments.update and arguments.rev is not None:
            raise UserError(
                "--rev does not go with --update, which writes into the work tree",
                help="leave out --rev",
            )
        tree = subject.subject(arguments, os.environ, place)
        found, content = baseline.compared(place, tree)
    writes = bool(arguments.what or arguments.update)
    if writes and found.differs:
        worktree.write(place, PATH, content)
    say(_told(found, arguments, writes=writes))
    for remark in found.remarks:
        say.note(remark)
    return int(arguments.check and found.differs)


def _refuse(arguments: argparse.Namespace) -> None:
    given = {
        "--update": arguments.update,
        "--check": arguments.check,
        "--rev": arguments.rev is not None,
        "--worktree": arguments.worktree,
    }
    name = next((name for name, is_given in given.items() if is_given), None)
    if name is not None:
        raise UserError(
            f"{name} does not go with `merge`, which measures the index and writes the file",
            help=f"leave out {name}",
        )


def _told(found: Baseline, arguments: argparse.Namespace, *, writes: bool) -> str:
    if arguments.format == "json":
        return text.json(found, wrote=writes and found.differs)
    if writes:
        return text.written(found)
    return text.failures(found) if arguments.check else text.overview(found)
