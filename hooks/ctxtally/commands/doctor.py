"""Check that everything is in place, and say how to mend what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.survey.health import checks
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.check import Check
    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    found = list(checks())
    if arguments.format == "json":
        from ctxtally.render.json import document

        say(
            document(
                "doctor",
                {
                    "checks": [
                        {
                            "name": check.name,
                            "state": check.state,
                            "message": check.message,
                            "help": check.help,
                        }
                        for check in found
                    ]
                },
            )
        )
    else:
        say("\n".join(_line(check) for check in found))
    return 0


def _line(check: Check) -> str:
    text = f"{check.state:<5} {check.name}: {printable(check.message)}"
    return f"{text}\n  = help: {printable(check.help)}" if check.help else text
