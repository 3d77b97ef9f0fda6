"""Parse the command line, run one command, print, and turn outcomes into exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from ctxtally import __version__
from ctxtally.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.say import Say

OK, FINDINGS, MISTAKE, BUG, INTERRUPTED = 0, 1, 2, 3, 130

# Each verb is the module of the same name below ctxtally.commands.
VERBS = {
    "budget": "judge the context files against their budgets; the gate",
    "report": "show where the tokens are",
    "explain": "show what each agent loads, and why",
    "init": "set up the hooks in this repository",
    "doctor": "check that everything is in place",
}


class Command(Protocol):
    """What every module of ctxtally.commands offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, arguments: argparse.Namespace, say: Say) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; only here is anything printed."""
    _lenient_output()
    try:
        given = sys.argv[1:] if argv is None else list(argv)
        verb, arguments = _parsed(given)
        return command(verb).run(arguments, Console(given))
    except UserError as mistake:
        print(f"error: {mistake}\n  = help: {mistake.help}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `ctxtally report | head`: nobody reads on, which is no mistake
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as bug:  # noqa: BLE001 - the one place that turns a bug into exit 3
        from ctxtally.adapters.crash import log

        print(f"error: a bug in ctxtally: {type(bug).__name__}: {bug}", file=sys.stderr)
        print(f"  = help: please report it with {log(bug)}", file=sys.stderr)
        return BUG


class Console:
    """Where commands speak: results to standard output, notes to standard error."""

    def __init__(self, argv: list[str]) -> None:
        self.argv = argv
        self.out = self.err = ""
        self.colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def __call__(self, text: str) -> None:
        if text:
            self.out += f"{text}\n"
            print(text)

    def note(self, text: str) -> None:
        self.err += f"note: {text}\n"
        print(f"note: {text}", file=sys.stderr)


def command(verb: str) -> Command:
    return cast("Command", import_module(f"ctxtally.commands.{verb}"))


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors look like all our errors."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, help=f"see `{self.prog} --help`")


def parser(verb: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; only the arguments of `verb` are filled in, all verbs are named."""
    top = _Parser(
        prog="ctxtally",
        description="Count the tokens that coding agents read, and keep them inside budgets.",
    )
    top.add_argument("--version", action="version", version=f"ctxtally {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, summary in VERBS.items():
        below = verbs.add_parser(name, help=summary, description=summary.capitalize() + ".")
        if name == verb:
            command(name).add_arguments(below)
    return top


def _parsed(argv: list[str]) -> tuple[str, argparse.Namespace]:
    verb = next((word for word in argv if word in VERBS), None)
    arguments = parser(verb).parse_args(argv)
    return str(arguments.verb), arguments


def _lenient_output() -> None:
    """Let every name be printed, whatever the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
