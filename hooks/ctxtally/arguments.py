"""The grammar of the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn, Protocol

from ctxtally import __version__
from ctxtally.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ctxtally.model.say import Say


class Command(Protocol):
    """What every module of ctxtally.commands offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, arguments: argparse.Namespace, say: Say) -> int: ...


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors look like all our errors."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, help=f"see `{self.prog} --help`")


def parser(
    verbs: Mapping[str, str], verb: str | None, command: Callable[[str], Command]
) -> argparse.ArgumentParser:
    """Return the parser; all `verbs` are named with their summaries, those of `verb` filled in."""
    top = _Parser(
        prog="ctxtally",
        description="Count the tokens that coding agents read, and keep them inside budgets.",
    )
    top.add_argument("--version", action="version", version=f"ctxtally {__version__}")
    below = top.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, summary in verbs.items():
        found = below.add_parser(
            name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}."
        )
        if name == verb:
            command(name).add_arguments(found)
    return top
