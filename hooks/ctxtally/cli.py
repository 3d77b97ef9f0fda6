"""Parse the command line, run one command, print, and turn outcomes into exit codes."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from ctxtally.adapters.rebasing import VERB, hook_arguments
from ctxtally.adapters.verdict import GATE, is_terminal, write
from ctxtally.errors import UserError
from ctxtally.text.redaction import redacted_lines

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ctxtally.arguments import Command

OK, FINDINGS, MISTAKE, BUG, INTERRUPTED = 0, 1, 2, 3, 130

# Each verb is the module of the same name below ctxtally.commands.
VERBS = {
    "budget": "judge the context files against their budgets; the gate",
    "baseline": "keep the limits of budgets that may not grow beyond what was recorded",
    "report": "show where the tokens are",
    "explain": "show what each agent loads, and why",
    "redundancy": "show what is repeated, and what that costs",
    "catalog": "hold catalogs against the files they list, and mend their numbers",
    "history": "show what a file, or what an agent loads, cost from commit to commit",
    "analyze": "show where the tokens of agents went, from the usage log",
    "recommend": "rank what would save tokens, each with the command that does it",
    "run": "show what runs took, compare them, and estimate the next one",
    "usage": "show what agents used, from their transcripts, and hold it against allowances",
    "handoff": "keep the file that hands the work over to the next session",
    "status": "show how full the window of the conversation is",
    "hook": "take what an agent gives its hooks, and answer it",
    "statusline": "stand in front of Claude Code's status line, and note how full the window is",
    "session": "log what the operations of a piece of work take, and report them",
    "conversation": "judge whether a long session of an agent keeps its context in bounds",
    "init": "set up the hooks in this repository",
    "doctor": "check that everything is in place",
    "verify": "compare our counts with a vendor's, or load sets with what Claude Code recorded",
}

# What an agent runs must not stand in its way, exit 2 would block it; and a report only reports.
HARMLESS = (["hook"], ["statusline"], ["report", "--hook"])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; only here is anything printed."""
    _lenient_output()
    given = sys.argv[1:] if argv is None else list(argv)
    status = _run(given)
    # A git hook of ours beside the gate never fails: what it could not do, it has told.
    return status if hook_arguments(given) is None or status == INTERRUPTED else OK


def _run(given: list[str]) -> int:
    try:
        verb, arguments = _parsed(given)
        return command(verb).run(arguments, Console(given))
    except UserError as mistake:
        told = redacted_lines(f"error: {mistake}\n  = help: {mistake.help}")
        print(told, file=sys.stderr)
        return OK if _is_harmless(given) else MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as bug:  # noqa: BLE001 - the one place that turns a bug into exit 3
        from ctxtally.adapters.crash import log

        told = redacted_lines(f"error: a bug in ctxtally: {type(bug).__name__}: {bug}")
        print(told, file=sys.stderr)
        print(f"  = help: please report it with {log(bug)}", file=sys.stderr)
        return OK if _is_harmless(given) else BUG


def _is_harmless(given: list[str]) -> bool:
    return any(given[: len(words)] == words for words in HARMLESS)


class Console:
    """Where commands speak: results to standard output, notes to standard error."""

    def __init__(self, argv: list[str]) -> None:
        self.argv = argv
        self.out = self.err = ""
        self.colour = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")

    def __call__(self, text: str) -> None:
        if text:
            line = f"{redacted_lines(text)}\n"
            self.out += line
            write(line, sys.stdout)

    def note(self, text: str) -> None:
        line = f"note: {redacted_lines(text)}\n"
        self.err += line
        write(line, sys.stderr)


def command(verb: str) -> Command:
    """Return the module of a verb."""
    found: Command = import_module(f"ctxtally.commands.{verb}")
    return found


def _parsed(argv: list[str]) -> tuple[str, Namespace]:
    if argv == [GATE]:  # as hooks run it: argparse costs half as much as all the rest
        from ctxtally.commands.budget import Bare

        return GATE, Bare()  # type: ignore[return-value] # it has the same attributes
    given = hook_arguments(argv)
    if given is not None:
        from ctxtally.commands.handoff import Hook

        return VERB, Hook(given)  # type: ignore[return-value] # it has the same attributes
    if argv == ["hook"]:  # as agents run it at every tool call
        from ctxtally.commands import hook

        return "hook", hook.Bare()  # type: ignore[return-value] # it has the same attributes
    from ctxtally.arguments import parser

    verb = next((word for word in argv if word in VERBS), None)
    arguments = parser(VERBS, verb, command).parse_args(argv)
    return str(arguments.verb), arguments


def _lenient_output() -> None:
    """Let every name be printed, whatever the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
