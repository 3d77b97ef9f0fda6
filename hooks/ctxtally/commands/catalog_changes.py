"""The changes that `ctxtally catalog --fix` and `--write` make in the work tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters.git import is_ignored
from ctxtally.catalog.forms import FORMS
from ctxtally.model.record import replace
from ctxtally.render import catalog as text
from ctxtally.render.diff import diff
from ctxtally.survey import worktree
from ctxtally.survey.audit import audit
from ctxtally.survey.mended import mend
from ctxtally.survey.smaller import smaller

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from ctxtally.adapters.git import Place
    from ctxtally.model.say import Say
    from ctxtally.model.tree import Tree


def fix(arguments: argparse.Namespace, place: Place, tree: Tree, say: Say) -> int:
    """Mend numbers; fail where something of level error is left that no number mends."""
    mended = mend(place, tree, arguments.paths)
    seen = mended.seen
    looked_at = {*seen.measured, *(one.catalog.path for one, _ in seen.listed), *mended.after}
    crlf = worktree.same(place, tree, looked_at)
    found = audit(place, seen.meter.tree, seen)
    difference = diff(mended.before, mended.after)
    if not arguments.dry_run:
        _write(place, mended.after, crlf)
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
    return 0 if arguments.dry_run else int(found.errors > 0)


def write(arguments: argparse.Namespace, place: Place, tree: Tree, say: Say) -> int:
    """Move registries out of their manifests."""
    moved = smaller(place, tree, arguments.form or FORMS[0], arguments.paths)
    crlf = worktree.same(place, tree, moved.before)
    difference = diff(moved.before, moved.after)
    if not arguments.dry_run:
        new = {path: raw for path, raw in moved.after.items() if path not in moved.before}
        worktree.refuse_present(place, new)
        _write(place, new | dict(moved.after), crlf)
    if arguments.format == "json":
        from ctxtally.render import catalog_json

        say(catalog_json.written(moved.forms, difference))
    else:
        say(difference if arguments.dry_run else text.written(moved.forms))
    for path in moved.after:
        if path not in moved.before and is_ignored(path):
            say.note(f"{path} is ignored by git: `git add --force` it, or it is not committed")
    return 0


def _write(place: Place, contents: Mapping[str, bytes], crlf: Mapping[str, bool]) -> None:
    for path, content in contents.items():
        worktree.write(place, path, content, crlf=crlf.get(path, False))
