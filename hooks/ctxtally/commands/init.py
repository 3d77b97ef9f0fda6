"""Set up the hooks: write `.pre-commit-config.yaml`, or say what to add to the one there is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally import __version__
from ctxtally.adapters import git, plain_hooks
from ctxtally.errors import UserError
from ctxtally.text.hooks import names_hook

if TYPE_CHECKING:
    import argparse

    from ctxtally.model.say import Say

CONFIG = ".pre-commit-config.yaml"
# OWNER is wherever the project is hosted: see README.md.
REPOSITORY = "https://github.com/OWNER/ctxtally"
HOOK_TYPES = ("pre-commit", "pre-merge-commit", "pre-push")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repo", default=REPOSITORY, metavar="URL", help="where to get the hooks from"
    )
    parser.add_argument(
        "--git-hooks", action="store_true", help="write plain git hooks, for use without pre-commit"
    )
    parser.add_argument(
        "--undo", action="store_true", help="with --git-hooks: take them away again"
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what would be written")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    if arguments.git_hooks:
        return _git_hooks(arguments, say)
    if arguments.undo:
        raise UserError("--undo needs --git-hooks", help="what else it writes is yours to remove")
    top = git.place().top
    action, content = _plan(os.path.join(top, CONFIG), arguments.repo)
    if action == "create" and not arguments.dry_run:
        _create(os.path.join(top, CONFIG), content)
    if arguments.format == "json":
        from ctxtally.render.json import document

        changes = [{"path": CONFIG, "action": action, "content": content}]
        say(document("init", {"changes": changes, "dry_run": arguments.dry_run}))
    else:
        say(_told(action, content, dry_run=arguments.dry_run))
    return 0


def _git_hooks(arguments: argparse.Namespace, say: Say) -> int:
    command = plain_hooks.program()
    found = list(plain_hooks.planned(git.place(), command, undo=arguments.undo))
    if not arguments.dry_run:
        for one in found:
            plain_hooks.carry_out(one)
    if arguments.format == "json":
        from ctxtally.render.json import document

        changes = [
            {"path": one.path, "action": one.action, "content": one.content} for one in found
        ]
        say(document("init", {"changes": changes, "dry_run": arguments.dry_run}))
        return 0
    for one in found:
        say(_hook_told(one, dry_run=arguments.dry_run))
        if one.action == "keep" and not arguments.undo:
            say(f"  = help: call ctxtally from it:\n{_indented(one.content)}")
    return 0


def _hook_told(one: plain_hooks.Planned, *, dry_run: bool) -> str:
    if one.action == "none":
        return f"{one.name}: nothing to do"
    if one.action == "keep":
        return f"{one.name}: not ours, stays as it is"
    return f"{one.name}: would {one.action}" if dry_run else f"{one.name}: {one.action}d"


def _indented(script: str) -> str:
    return "".join(f"    {line}\n" for line in script.splitlines()[2:]).rstrip()


def _plan(path: str, repository: str) -> tuple[str, str]:
    """Return `create`, `add` or `none`, and the text that is to be there."""
    entry = (
        f"  - repo: {repository}\n"
        f"    rev: v{__version__}\n"
        "    hooks:\n"
        "      - id: token-budget\n"
        "      - id: token-report\n"
    )
    if not os.path.lexists(path):
        types = ", ".join(HOOK_TYPES)
        return "create", f"default_install_hook_types: [{types}]\nrepos:\n{entry}"
    try:
        with open(path, encoding="utf-8") as file:
            present = names_hook(file.read(), "token-budget")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(f"{CONFIG}: cannot be read: {why}", help="mend it first") from error
    return ("none", "") if present else ("add", entry)


def _create(path: str, content: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except OSError as error:
        raise UserError(
            f"{CONFIG}: cannot be written: {error.strerror}", help="write it by hand"
        ) from error


def _told(action: str, content: str, *, dry_run: bool) -> str:
    if action == "none":
        return f"{CONFIG} already has token-budget: nothing to do"
    if action == "add":
        return f"{CONFIG} is yours and stays as it is; add this below `repos:`\n\n{content}"
    verb = "would create" if dry_run else "created"
    return f"{verb} {CONFIG}\n\n{content}\nnext: pre-commit install && git add {CONFIG}"
