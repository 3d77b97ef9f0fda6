"""token-catalog: hold catalogs against the files they list, and mend their numbers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.trees import Index
from ctxtally.catalog.forms import FORMS
from ctxtally.errors import UserError
from ctxtally.model.record import replace
from ctxtally.render import catalog as text
from ctxtally.survey import subject
from ctxtally.survey.audit import audit, examine
from ctxtally.survey.forms import forms

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.audit import Audit
    from ctxtally.model.say import Say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="only these catalogs, seen from the top of the repository, whatever their names",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--fix",
        action="store_true",
        help="mend the numbers in the catalogs and in the front matter of their modules",
    )
    what.add_argument(
        "--write",
        action="store_true",
        help="write manifests in a smaller form: the registry in a file of its own",
    )
    parser.add_argument(
        "--form", choices=FORMS, metavar="NAME", help=f"with --write, one of {', '.join(FORMS)}"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="with these two: only show the difference"
    )
    subject.add_arguments(parser)
    parser.add_argument("--hook", action="store_true", help="print nothing unless there are errors")
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    place = git.place()
    if arguments.fix or arguments.write:
        _refuse(arguments)
        from ctxtally.commands import catalog_changes

        change = catalog_changes.fix if arguments.fix else catalog_changes.write
        return change(arguments, place, Index(), say)
    if arguments.form:
        raise UserError("--form says what --write is to write", help="name --write too")
    if arguments.dry_run:
        raise UserError(
            "--dry-run shows what --fix or --write would change", help="name one of them too"
        )
    tree = subject.subject(arguments, os.environ, place)
    seen = examine(place, tree, arguments.paths)
    found = audit(place, tree, seen)
    if not arguments.hook:
        found = replace(found, forms=tuple(forms(seen)))
    say(_shown(found, arguments, say))
    return int(found.errors > 0)


def _refuse(arguments: argparse.Namespace) -> None:
    given = {
        "--worktree": arguments.worktree,
        "--rev": arguments.rev is not None,
        "--hook": arguments.hook,
        "--form": arguments.form and arguments.fix,
        "--format markdown": arguments.format == "markdown",
    }
    name = next((name for name, is_given in given.items() if is_given), None)
    if name is not None:
        what = "--fix" if arguments.fix else "--write"
        raise UserError(
            f"{name} does not go with {what}, which changes the work tree where it is as the index",
            help=f"leave out {name}",
        )


def _shown(found: Audit, arguments: argparse.Namespace, say: Say) -> str:
    if arguments.hook:
        return text.failures(found, colour=say.colour)
    if arguments.format == "json":
        from ctxtally.render import catalog_json

        return catalog_json.catalog(found)
    if arguments.format == "markdown":
        from ctxtally.render import catalog_markdown

        return catalog_markdown.catalog(found)
    return text.catalog(found, colour=say.colour)
