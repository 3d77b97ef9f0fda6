"""Show what agents used, and hold it against its allowances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.commands import usage_check

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    usage_check.add_arguments(
        below.add_parser(
            "check",
            help="hold it against its allowances",
            description="Hold what agents used against its allowances, with a forecast: exit 1 "
            "where one is exceeded.",
        )
    )


def run(arguments: argparse.Namespace, say: Say) -> int:
    return usage_check.run(arguments, say)
