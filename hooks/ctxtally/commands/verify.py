"""Compare with what others say: our counts with a vendor's, our load sets with Claude Code's.

The first is the one thing that sends anything anywhere.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git, vendors
from ctxtally.errors import UserError
from ctxtally.survey import subject

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say
    from ctxtally.survey.agreement import Preparation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--api",
        choices=list(vendors.VENDORS),
        help="ask the count endpoint of this vendor, with your own key; this sends the files",
    )
    source.add_argument(
        "--claude-log",
        metavar="FILE",
        help="compare what we say that Claude Code loads with what its InstructionsLoaded hook "
        "recorded: payloads, one to a line, or our usage log; this sends nothing",
    )
    models = ", ".join(f"{one.default_model} for {one.name}" for one in vendors.VENDORS.values())
    parser.add_argument("--model", metavar="NAME", help=f"count for this model (without: {models})")
    parser.add_argument(
        "--yes", action="store_true", help="send without asking; needed without a terminal"
    )
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        help="ask this address in place of the vendor's, such as a gateway of your company",
    )
    subject.add_arguments(parser)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("paths", nargs="*", metavar="GLOB", help="only the files that these select")


def run(arguments: argparse.Namespace, say: Say) -> int:
    if arguments.claude_log is not None:
        return _recorded(arguments, say)
    target = vendors.target(arguments.api, arguments.model, arguments.endpoint)
    from ctxtally.survey import agreement

    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    before = after = agreement.prepare(place, tree, target, arguments.paths)
    for remark in before.remarks:
        say.note(remark)
    if before.missing:
        from ctxtally.adapters.api import Endpoint

        endpoint = Endpoint(target, vendors.key(target.vendor, os.environ))
        if not arguments.yes and not _agreed(before, say):
            say.note("nothing was sent")
            return 0
        after = agreement.send(before, endpoint)
        if before.cache.warning:
            say.note(before.cache.warning)
    from ctxtally.render import agreement as render

    comparison = agreement.compared(after, before)
    say(render.json(comparison) if arguments.format == "json" else render.text(comparison))
    return 0


def _recorded(arguments: argparse.Namespace, say: Say) -> int:
    for option in ("model", "yes", "endpoint"):
        if getattr(arguments, option):
            raise UserError(
                f"--{option} has no use with --claude-log: nothing is sent",
                help=f"leave out --{option}",
            )
    from ctxtally.render import recorded as render
    from ctxtally.survey import recorded

    place = git.place()
    tree = subject.subject(arguments, os.environ, place)
    found = recorded.agreement(place, tree, arguments.claude_log, arguments.paths)
    say(render.json(found) if arguments.format == "json" else render.text(found))
    return 0


def _agreed(prepared: Preparation, say: Say) -> bool:
    from ctxtally.adapters.question import agreed
    from ctxtally.render.agreement import plan

    say.note(plan(prepared.sending))
    answer = agreed("Send them?")
    if answer is None:
        raise UserError(
            "nothing was sent: there is no terminal to ask you at",
            help="give --yes to send what is listed above",
        )
    return answer
