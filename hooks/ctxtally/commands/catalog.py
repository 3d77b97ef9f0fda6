"""token-catalog: hold catalogs against the files they list, and mend their numbers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git
from ctxtally.adapters.git import is_ignored
from ctxtally.adapters.trees import Index
from ctxtally.catalog.forms import FORMS
from ctxtally.errors import UserError
from ctxtally.model.record import replace
from ctxtally.render import catalog as text
from ctxtally.survey import subject
from ctxtally.survey.audit import audit, examine
from ctxtally.survey.forms import forms
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.model.audit import Audit
    from ctxtally.model.say import Say
    from ctxtally.model.tree import Tree


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
        change = _fix if arguments.fix else _write
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


def _fix(arguments: argparse.Namespace, place: Place, tree: Tree, say: Say) -> int:
    """Mend numbers; fail where something of level error is left that no number mends."""
    from ctxtally.render.diff import diff
    from ctxtally.survey import worktree
    from ctxtally.survey.mended import mend

    mended = mend(place, tree, arguments.paths)
    seen = mended.seen
    looked_at = {*seen.measured, *(one.catalog.path for one, _ in seen.listed), *mended.after}
    crlf = worktree.same(place, tree, looked_at)
    found = audit(place, seen.meter.tree, seen)
    difference = diff(mended.before, mended.after)
    if not arguments.dry_run:
        _put(place, mended.after, crlf)
        found = replace(found, subject="work tree")
    if arguments.format == "json":
        from ctxtally.render import catalog_json

        changes = [catalog_json.change(one) for one in mended.made]
        left = [catalog_json.change(one) for one in mended.left]
        say(catalog_json.catalog(found, changes=changes, left=left, diff=difference))
    elif arguments.dry_run:
        say(difference)
    else:
        say(text.changes(mended.made, mended.left))
        say(text.failures(found, "catalog-unreadable", colour=say.colour))
        if found.findings:
            rest = counted(len(found.findings), "findings")
            say.note(f"{rest} left that no number mends: `ctxtally catalog --worktree` shows what")
    return 0 if arguments.dry_run else int(found.errors > 0)


def _write(arguments: argparse.Namespace, place: Place, tree: Tree, say: Say) -> int:
    """Write catalogs in a smaller form."""
    from ctxtally.render.diff import diff
    from ctxtally.survey import worktree
    from ctxtally.survey.smaller import smaller

    form = arguments.form or FORMS[0]
    moved = smaller(place, tree, form, arguments.paths)
    crlf = worktree.same(place, tree, moved.before)
    difference = diff(moved.before, moved.after)
    if not arguments.dry_run:
        new = {path: raw for path, raw in moved.after.items() if path not in moved.before}
        worktree.refuse_present(place, new)
        _put(place, new | dict(moved.after), crlf)
    if arguments.format == "json":
        from ctxtally.render import catalog_json

        say(catalog_json.written(moved.forms, difference))
    else:
        say(difference if arguments.dry_run else text.written(moved.forms, form))
    for path in moved.after:
        if path not in moved.before and is_ignored(path):
            say.note(
                f"{printable(path)} is ignored by git: `git add --force` it, or it is not committed"
            )
    return 0


def _put(place: Place, contents: Mapping[str, bytes], crlf: Mapping[str, bool]) -> None:
    from ctxtally.survey import worktree

    for path, content in contents.items():
        worktree.write(place, path, content, crlf=crlf.get(path, False))
