"""Show what runs took, compare them, and estimate the next one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ctxtally.adapters import run_files
from ctxtally.adapters.clock import seconds
from ctxtally.adapters.prices import Prices
from ctxtally.errors import UserError
from ctxtally.survey.runs import Runs, own_prices
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from ctxtally.model.say import Say

_SIDES = 2

# Nobody plans more, and beyond it a figure is longer than its column.
_MOST = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    summary = below.add_parser(
        "summary",
        help="show what a run took",
        description="Show what a run took, by operation, and what it cost.",
    )
    summary.add_argument("run", metavar="RUN", help="the directory of a run, or its id")
    summary.add_argument(
        "--save", action="store_true", help="write token_summary.json, and the tokens into run.json"
    )
    compare = below.add_parser(
        "compare",
        help="say whether runs need less than others",
        description="Say whether runs need less than others, and how sure that is.",
    )
    compare.add_argument(
        "runs", nargs="+", metavar="RUN", help="the runs before a change: directories or ids"
    )
    compare.add_argument(
        "--against",
        nargs="+",
        metavar="RUN",
        help="the runs after it; without it, the second of two RUNs",
    )
    _add_report(below)
    _add_estimate(below)
    for one in below.choices.values():
        one.add_argument(
            "--output",
            metavar="DIR",
            help="where the runs are; without it output, below $STUDIO_ROOT or here",
        )
        one.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def _add_report(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = below.add_parser(
        "report",
        help="show the newest runs",
        description="Show the newest runs, and what they took together.",
    )
    report.add_argument("--phase", metavar="P", help="of this phase only")
    report.add_argument(
        "--limit", metavar="N", type=_count, default=10, help="so many runs; without it 10"
    )


def _add_estimate(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    estimate = below.add_parser(
        "estimate",
        help="estimate what a planned run takes",
        description="Estimate what a planned run takes: from the runs that there are, else from "
        "what is assumed.",
    )
    estimate.add_argument(
        "--iterations", metavar="N", type=_count, required=True, help="how many are planned"
    )
    estimate.add_argument(
        "--avg-input",
        metavar="N",
        type=_count,
        help="assume so many tokens of input for each role and iteration; without it 2000",
    )
    estimate.add_argument(
        "--avg-output", metavar="N", type=_count, help="the same of output; without it 1000"
    )
    estimate.add_argument(
        "--scopes", action="store_true", help="show what is claimed that scopes save"
    )
    estimate.add_argument("--phase", metavar="P", help="from runs of this phase only")
    estimate.add_argument(
        "--model", metavar="M", help="from runs by this model only, or at its prices"
    )


def run(arguments: argparse.Namespace, say: Say) -> int:
    runs = Runs(run_files.output(arguments.output), Prices(own_prices()))
    actions = {"summary": _summary, "compare": _compare, "report": _report, "estimate": _estimate}
    say(actions[arguments.action](arguments, runs))
    return 0


def _summary(arguments: argparse.Namespace, runs: Runs) -> str:
    from ctxtally.render import run_summary as render

    found, stats = runs.named(arguments.run)
    if arguments.save:
        runs.save(found, stats)
    return _shown(render, arguments)(stats, runs.source([stats]), found.remarks)


def _compare(arguments: argparse.Namespace, runs: Runs) -> str:
    from ctxtally.render import run_comparison as render

    first, second = arguments.runs, arguments.against
    if second is None:
        if len(first) != _SIDES:
            raise UserError(
                f"{counted(len(first), 'runs')} and no --against: which of them are the baseline?",
                help="`ctxtally run compare A B`, or `compare A... --against B...`",
            )
        first, second = first[:1], first[1:]
    found = runs.compared(first, second)
    both = (*found.baseline.runs, *found.optimized.runs)
    return _shown(render, arguments)(found, runs.source(both))


def _report(arguments: argparse.Namespace, runs: Runs) -> str:
    from ctxtally.render import run_report as render

    found = runs.newest(arguments.phase, arguments.limit)
    return _shown(render, arguments)(found, runs.source(found.logged))


def _estimate(arguments: argparse.Namespace, runs: Runs) -> str:
    from ctxtally.render import run_estimate as render
    from ctxtally.survey.run_estimate import Plan, estimated

    plan = Plan(
        iterations=arguments.iterations,
        avg_input=arguments.avg_input,
        avg_output=arguments.avg_output,
        phase=arguments.phase,
        model=arguments.model,
        scopes=arguments.scopes,
    )
    return _shown(render, arguments)(estimated(plan, runs, seconds()))


def _shown(render: ModuleType, arguments: argparse.Namespace) -> Callable[..., str]:
    """Return what writes a format: the functions of each renderer have the names of the formats."""
    written: Callable[..., str] = getattr(render, arguments.format)
    return written


def _count(text: str) -> int:
    digits = text.lstrip("0") if text.isdecimal() and text.isascii() else ""
    if not digits or len(digits) > len(str(_MOST)) or int(digits) > _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {_MOST:,}")
    return int(digits)
