"""Set up the hooks: of pre-commit, of git itself, or of an agent; show the difference first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally import __version__
from ctxtally.adapters import git, hook_config, plain_hooks, question
from ctxtally.adapters.files import swap
from ctxtally.errors import UserError
from ctxtally.render.diff import diff
from ctxtally.text.hooks import names_hook

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ctxtally.model.say import Say

CONFIG = ".pre-commit-config.yaml"
# OWNER is wherever the project is hosted: see README.md.
REPOSITORY = "https://github.com/OWNER/ctxtally"
HOOK_TYPES = ("pre-commit", "pre-merge-commit", "pre-push")
HOOKS = ("token-budget", "token-report")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--repo", default=REPOSITORY, metavar="URL", help="where to get the hooks from"
    )
    parser.add_argument(
        "--git-hooks", action="store_true", help="write plain git hooks, for use without pre-commit"
    )
    parser.add_argument(
        "--agent",
        choices=["claude-code"],
        help="let this agent run our hooks and our status line, in its settings of this repository",
    )
    parser.add_argument(
        "--shared",
        action="store_true",
        help="with --agent: put the hooks into the settings that everybody gets, not only you",
    )
    parser.add_argument(
        "--undo",
        action="store_true",
        help="with --git-hooks or --agent: take away again what it wrote",
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what would be written")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, say: Say) -> int:
    if arguments.agent:
        return _agent(arguments, say)
    if arguments.shared:
        raise UserError("--shared needs --agent", help="add `--agent claude-code`")
    if arguments.git_hooks:
        return _git_hooks(arguments, say)
    if arguments.undo:
        raise UserError(
            "--undo needs --git-hooks or --agent", help="what else it writes is yours to remove"
        )
    return _configuration(arguments, say)


def _configuration(arguments: argparse.Namespace, say: Say) -> int:
    """Show what changes in the configuration of pre-commit, then write it."""
    path = os.path.join(git.place().top, CONFIG)
    before = _read(path)
    types = ", ".join(HOOK_TYPES)
    ours = hook_config.entry(arguments.repo, f"v{__version__}", HOOKS)
    if before is None:
        action, after = "create", f"default_install_hook_types: [{types}]\nrepos:\n{ours}"
    elif names_hook(before, HOOKS[0]):
        action, after = "none", ""
    else:
        found = hook_config.extended(before, arguments.repo, f"v{__version__}", HOOKS)
        linked = _is_link(path, dry_run=arguments.dry_run)
        action, after = ("add", ours) if found is None or linked else ("change", found)
    writing = action in ("create", "change")
    if arguments.format == "json":
        from ctxtally.render.json import document

        changes = [{"path": CONFIG, "action": action, "content": after}]
        say(document("init", {"changes": changes, "dry_run": arguments.dry_run}))
    elif writing:
        say(diff({} if before is None else {CONFIG: before.encode()}, {CONFIG: after.encode()}))
    else:
        say(_told(action, after))
    if not writing or arguments.dry_run or not _agreed(say):
        return 0
    _write(path, before, after)
    if arguments.format == "text":
        # Our own file names the hook types; to one of somebody else nothing but our entry is added.
        named = "" if before is None else "".join(f" -t {one}" for one in HOOK_TYPES)
        say(f"\n{action}d {CONFIG}\nnext: pre-commit install{named} && git add {CONFIG}")
    return 0


def _is_link(path: str, *, dry_run: bool) -> bool:
    """Say whether the configuration is a link, whose file others may share: an error, else."""
    if os.path.islink(path) and not dry_run:
        raise UserError(
            f"{CONFIG}: is a link, and what it leads to is not changed from here",
            help="add our hooks to that file by hand: `ctxtally init --dry-run` shows what",
        )
    return os.path.islink(path)


def _agreed(say: Say) -> bool:
    """Ask where there is somebody to be asked."""
    if question.agreed("Write it?") is False:
        say.note("nothing was written")
        return False
    return True


def _agent(arguments: argparse.Namespace, say: Say) -> int:
    """Show what changes in the agent's settings, then write it."""
    from ctxtally.adapters import settings_file
    from ctxtally.render import setup as render
    from ctxtally.survey import setup

    if arguments.git_hooks:
        raise UserError("--agent and --git-hooks are two steps", help="run one after the other")
    place = git.place()
    if arguments.undo:
        changes = setup.put_back(place, os.environ)
    else:
        changes = setup.planned(place, os.environ, shared=arguments.shared)
    if arguments.format == "json":
        say(render.json(changes, dry_run=arguments.dry_run))
    else:
        say(render.text(changes))
    for remark in () if arguments.undo else setup.remarks(changes):
        say.note(remark)
    changing = [one for one in changes if one.action != "none"]
    if not changing or arguments.dry_run:
        return 0
    if not _agreed(say):
        return 0
    for change in changing:
        settings_file.carry_out(place, change)
    if arguments.format == "text":
        say(render.done(changing, undo=arguments.undo))
    return 0


def _git_hooks(arguments: argparse.Namespace, say: Say) -> int:
    """Show what changes in the hooks of git, then write them."""
    place = git.place()
    found = list(plain_hooks.planned(place, plain_hooks.program(), undo=arguments.undo))
    changing = [one for one in found if one.action not in ("none", "keep")]
    if arguments.format == "json":
        from ctxtally.render.json import document

        changes = [
            {"path": one.path, "action": one.action, "content": one.content} for one in found
        ]
        say(document("init", {"changes": changes, "dry_run": arguments.dry_run}))
    else:
        say(_hooks_diff(place.top, changing))
    if changing and not arguments.dry_run:
        if not _agreed(say):
            return 0
        for one in changing:
            plain_hooks.carry_out(one)
    for one in found if arguments.format == "text" else ():
        say(_hook_told(one, dry_run=arguments.dry_run))
        if one.action == "keep" and not arguments.undo:
            say(f"  = help: call ctxtally from it:\n{_indented(one.content)}")
    return 0


def _hooks_diff(top: str, changing: Iterable[plain_hooks.Planned]) -> str:
    before, after = {}, {}
    for one in changing:
        inside = one.path.startswith(os.path.join(top, ""))
        name = os.path.relpath(one.path, top).replace(os.sep, "/") if inside else one.path
        if one.found is not None:
            before[name] = one.found.encode()
        after[name] = b"" if one.action == "remove" else one.content.encode()
    told = diff(before, after)
    return f"{told}\n" if told else ""


def _hook_told(one: plain_hooks.Planned, *, dry_run: bool) -> str:
    if one.action == "none":
        return f"{one.name}: nothing to do"
    if one.action == "keep":
        return f"{one.name}: not ours, stays as it is"
    return f"{one.name}: would {one.action}" if dry_run else f"{one.name}: {one.action}d"


def _indented(script: str) -> str:
    return "".join(f"    {line}\n" for line in script.splitlines()[2:]).rstrip()


def _read(path: str) -> str | None:
    """Return a configuration as it is written, `None` where there is none."""
    if not os.path.lexists(path):
        return None
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(f"{CONFIG}: cannot be read: {why}", help="mend it first") from error


def _write(path: str, before: str | None, after: str) -> None:
    """Write a configuration, if it is still what the difference was shown to."""
    try:
        if before is None:
            with open(path, "x", encoding="utf-8", newline="") as file:
                file.write(after)
        elif _read(path) != before or os.path.islink(path):
            raise UserError(f"{CONFIG}: is a link, or was changed", help="run it again, or edit it")
        else:
            swap(path, after.encode())
    except OSError as error:
        raise UserError(
            f"{CONFIG}: cannot be written: {error.strerror}", help="write it by hand"
        ) from error


def _told(action: str, content: str) -> str:
    if action == "none":
        return f"{CONFIG} already has {HOOKS[0]}: nothing to do"
    return f"{CONFIG} is yours and stays as it is; add this below `repos:`\n\n{content}"
